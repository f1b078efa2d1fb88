# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Desired and actual plans of one organisation to operations. Pure: this decides, `_apply` does, `_report` tells."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import BY_NAME, HIDDEN, Plan


class Operation(NamedTuple):
    """One thing to do. ``kind``: ``create``, ``update``, ``delete``, ``keep``.

    ``changes``: names of the options that differ. ``body``: what is sent. ``wish``: field name to value, what the server must show afterwards.
    ``schedule``: the schedule that must be in force afterwards. ``before`` and ``after``: managed options as a diff shows them, ids not yet labelled.
    """

    kind: str
    name: str
    plan: Optional[Plan] = None
    changes: tuple = ()
    body: dict = {}
    wish: dict = {}
    schedule: Optional[_schedule.Schedule] = None
    before: dict = {}
    after: dict = {}


def reconcile(declared, plans, dialect, update_password="on_create", prune=False):
    """The operations that bring one organisation from ``plans`` to ``declared``, deletions last.

    ``declared``: Declared plans with names resolved to ids. ``dialect`` may be None as long as nothing is to be created or changed.
    Returns (operations, faults): ``faults`` maps the name of a plan that cannot be to the reason; it is not touched then.
    """
    operations, faults, matched = [], {}, set()
    by_name = {plan.name: plan for plan in plans}
    by_id = {plan.id: plan for plan in plans}
    for wish in declared:
        plan = by_id.get(wish.id) if wish.id else by_name.get(wish.name)
        if plan is not None:
            matched.add(plan.id)
        try:
            operations.append(present(wish, plan, dialect, update_password))
        except BadInput as error:
            faults[wish.name or wish.id] = error
    if prune:
        operations += [absent(plan) for plan in plans if plan.id not in matched]
    return operations, faults


def present(wish, plan, dialect, update_password="on_create"):
    """The operation that makes one plan be as wished. ``plan``: what is there, or None."""
    schedule = _schedule.wanted(wish.schedule, plan.schedule if plan else None)
    if plan is None:
        return _create(wish, schedule or _schedule.NONE, dialect)
    name = wish.name or plan.name
    differing = _differing(wish.fields, plan)
    before = {field: plan.fields.get(field) for field in wish.fields}
    after = dict(wish.fields)
    changes = list(differing)
    if schedule is not None:
        before.update(plan.schedule.portable.options)
        after.update(schedule.portable.options)
        if plan.schedule.kind == "broken":
            # equal to no wish: the API calls it periodic, and nothing says when it runs
            before["is_periodic"] = "true, without crontab or interval"
        changes += [option for option in schedule.options if before[option] != after[option]]
    if name != plan.name:
        _check_new_name(name)
        before["name"], after["name"] = plan.name, name
        changes.insert(0, "name")
    secrets = wish.secrets if update_password == "always" else {}
    for secret, value in secrets.items():
        before[secret], after[secret] = "(cannot be read)", HIDDEN if value else ""
        changes.append(secret)
    if not changes:
        return Operation("keep", plan.name, plan, before=before, after=after)
    wished = {field: wish.fields[field] for field in differing}
    effective = schedule or plan.schedule
    if not dialect.every_minute:
        effective = effective.portable
    body = dict(effective.body, **{dialect.api_name(field): value for field, value in dict(wished, **secrets).items()})
    if name != plan.name:
        body["name"] = name
    return Operation("update", name, plan, tuple(changes), body, wished, effective, before, after)


def absent(plan):
    """The operation that removes a plan."""
    shown = dict(plan.fields, **plan.schedule.options)
    return Operation("delete", plan.name, plan, before=dict(shown, name=plan.name))


def _create(wish, schedule, dialect):
    if wish.id:
        raise BadInput(
            "there is no backup plan with the id %s in this organization, and a new one would get another id; leave id out to create the plan" % wish.id)
    _check_new_name(wish.name)
    after = dict(wish.fields, name=wish.name, **schedule.options)
    after.update((secret, HIDDEN) for secret, value in wish.secrets.items() if value)
    changes = tuple(option for option, value in after.items() if value not in (None, ""))
    body = dict(schedule.body, name=wish.name)
    body.update((dialect.api_name(field), value) for field, value in dict(wish.fields, **wish.secrets).items())
    return Operation("create", wish.name, None, changes, body, dict(wish.fields), schedule, {}, after)


def _differing(wished, plan):
    """The fields whose wished value is not the plan's: the one comparison, before a write and after it."""
    return [
        field for field, value in wished.items()
        if field not in plan.fields or BY_NAME[field].kind.key(value) != BY_NAME[field].kind.key(plan.fields[field])
    ]


def _check_new_name(name):
    if "/" in name:
        raise BadInput("a backup plan whose name holds a slash can be stored, but every run of it fails; choose another name")


def differences(operation, plan):
    """The options in which a plan, as the server shows it after a write, is not what was written; empty when all is well."""
    found = _differing(operation.wish, plan)
    if plan.name != operation.name:
        found.insert(0, "name")
    if operation.schedule is not None and plan.schedule.portable != operation.schedule.portable:
        expected, shown = operation.schedule.options, plan.schedule.options
        found += [option for option in expected if expected[option] != shown[option]] or ["is_periodic"]
    return found
