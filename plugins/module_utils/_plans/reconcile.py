# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Desired and actual plans of one organization to operations. Pure: this decides, `apply` does, `report` tells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import BY_NAME, Desired, Plan

CREATE, UPDATE, DELETE, KEEP = "create", "update", "delete", "keep"
SLASH = "a backup plan whose name holds a slash can be stored, but every run of it fails; choose another name"
NAME_TAKEN = "another backup plan of this organization has that name already, so the plan cannot be renamed to it"


class Operation(NamedTuple):
    """One decision: what is to become of one plan, by ``name`` as it is called afterwards.

    ``kind``: one of the four above. ``actual``: the plan as it is, None for a new one. ``desired``: what is declared, with ids for references, None
    for a deletion. ``changes``: names of the options that differ. ``sent``: fields whose value is sent, secrets among them. ``schedule``: the
    schedule that must be in force afterwards.
    """

    kind: str
    name: str
    actual: Optional[Plan] = None
    desired: Optional[Desired] = None
    changes: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    schedule: Optional[_schedule.Schedule] = None

    @property
    def there(self) -> Plan:
        """The plan as it is, of an operation that is no creation."""
        if self.actual is None:
            raise ValueError("a creation has no plan yet")
        return self.actual

    @property
    def renames(self) -> bool:
        return self.kind == UPDATE and "name" in self.changes

    @property
    def expected(self) -> dict:
        """Field name to value, what the server must show afterwards."""
        return {field: self.desired.fields[field] for field in self.sent if field in self.desired.fields} if self.desired else {}

    @property
    def values(self) -> dict:
        """Field name to value of all that is sent. Secrets are among it: for requests only."""
        return {field: self.desired.fields.get(field, self.desired.secrets.get(field)) for field in self.sent} if self.desired else {}


def reconcile(
    desired: Sequence[Desired], plans: Sequence[Plan], update_password: str = "on_create", prune: bool = False,
) -> tuple[list[Operation], dict[str, str]]:
    """The operations that bring one organization from ``plans`` to ``desired``, deletions last.

    ``desired``: with names resolved to ids. The second value maps the name of a plan that cannot be to the reason; it is not touched then.
    """
    operations, errors = [], {}
    matched = match(desired, plans)
    for plan, actual in zip(desired, matched):
        operation, error = present(plan, actual, update_password)
        if operation is None:
            errors[plan.name or plan.id] = error
        else:
            operations.append(operation)
    operations = _without_clashes(operations, plans, errors)
    if prune:
        kept = {actual.id for actual in matched if actual is not None}
        operations += [absent(plan) for plan in plans if plan.id not in kept]
    return operations, errors


def match(desired: Sequence[Desired], plans: Sequence[Plan]) -> list[Optional[Plan]]:
    """The plan that each declaration means, or None: by id, by the exact name, and else by a name that is the same but for its Unicode form.

    PostgreSQL keeps composed and decomposed letters apart, MySQL does not, and nobody can see the difference. A plan is matched once.
    """
    by_id, by_name = {plan.id: plan for plan in plans}, {plan.name: plan for plan in plans}
    exact = [by_id.get(plan.id) if plan.id else by_name.get(plan.name) for plan in desired]
    taken = {actual.id for actual in exact if actual is not None}
    alike: dict[str, Plan] = {}
    for actual in plans:
        if actual.id not in taken:
            alike.setdefault(normal(actual.name), actual)
    return [actual if actual is not None or plan.id else alike.pop(normal(plan.name), None) for plan, actual in zip(desired, exact)]


def normal(name: str) -> str:
    """A name in the one form in which two are compared."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """A name without case and accents, as databases of the MySQL family compare it."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.strip().casefold()) if not unicodedata.combining(letter))


def present(desired: Desired, actual: Optional[Plan], update_password: str = "on_create") -> tuple[Optional[Operation], str]:
    """``(operation, error)``: what makes one plan be as desired, or why nothing can. ``actual``: what is there, or None."""
    schedule, error = _schedule.desired(desired.schedule, actual.schedule if actual else None)
    if error:
        return None, error
    if actual is None:
        return _create(desired, schedule or _schedule.NONE)
    # a name in another Unicode form is kept as the server has it
    name = desired.name if desired.name and normal(desired.name) != normal(actual.name) else actual.name
    changes = differing = differing_fields(desired.fields, actual)
    if schedule is not None:
        changes = changes + _schedule_changes(schedule, actual.schedule)
    if name != actual.name:
        if "/" in name:
            return None, SLASH
        changes = ["name"] + changes
    secrets = list(desired.secrets) if update_password == "always" else []
    changes = changes + secrets
    if not changes:
        return Operation(KEEP, actual.name, actual, desired), ""
    return Operation(UPDATE, name, actual, desired, tuple(changes), tuple(differing + secrets), schedule or actual.schedule), ""


def _schedule_changes(desired: _schedule.Schedule, actual: _schedule.Schedule) -> list[str]:
    changes = desired.changes_from(actual)
    # equal to no other: the API calls it periodic, and nothing says when it runs
    return ["is_periodic"] + changes if actual.kind == "broken" and changes and "is_periodic" not in changes else changes


def absent(plan: Plan) -> Operation:
    """The operation that removes a plan."""
    return Operation(DELETE, plan.name, plan)


def _create(desired: Desired, schedule: _schedule.Schedule) -> tuple[Optional[Operation], str]:
    if desired.id:
        return None, (
            f"there is no backup plan with the id {desired.id} in this organization, and a new one would get another id; leave id out to create the plan")
    if "/" in desired.name:
        return None, SLASH
    shown = {**desired.fields, "name": desired.name, **schedule.options, **desired.secrets}
    changes = tuple(option for option, value in shown.items() if value not in (None, ""))
    return Operation(CREATE, desired.name, None, desired, changes, tuple(desired.fields) + tuple(desired.secrets), schedule), ""


def _without_clashes(operations: list[Operation], plans: Sequence[Plan], errors: dict[str, str]) -> list[Operation]:
    """The operations without renames onto a name that another plan has, or is given in the same run."""
    names = {plan.name: plan.id for plan in plans}
    names.update((operation.name, "") for operation in operations if operation.kind == CREATE)
    good = []
    for operation in operations:
        if operation.renames and names.get(operation.name, operation.there.id) != operation.there.id:
            errors[operation.name] = NAME_TAKEN
        else:
            good.append(operation)
    return good


def differing_fields(expected: dict, plan: Plan) -> list[str]:
    """The fields whose expected value is not the plan's: the one comparison, before a write and after it."""
    return [
        field for field, value in expected.items()
        if field not in plan.fields or BY_NAME[field].kind.key(value) != BY_NAME[field].kind.key(plan.fields[field])
    ]


def differences(operation: Operation, plan: Plan) -> list[str]:
    """The options in which a plan, as the server shows it after a write, is not what was written; empty when all is well."""
    found = differing_fields(operation.expected, plan)
    if plan.name != operation.name:
        found.insert(0, "name")
    if operation.schedule is not None:
        found += operation.schedule.changes_from(plan.schedule)
    return found


def can_be_seen(operation: Operation) -> bool:
    """Whether a look at the plan can tell that the operation was carried out. A new ZIP password alone shows nowhere."""
    return operation.kind != UPDATE or bool(differences(operation, operation.there))


def twins(operations: Iterable[Operation], plans: Sequence[Plan]) -> list[tuple[str, str]]:
    """Pairs of a name that is new and another that is there, which a server on MySQL takes for the same: they differ in case or accents only.

    Nothing tells which database a server has, so this is a question to it, and no error yet.
    """
    there = {folded(plan.name): plan for plan in plans}
    found = []
    for operation in operations:
        other = there.get(folded(operation.name)) if operation.kind == CREATE or operation.renames else None
        if other is not None and other.name != operation.name and other != operation.actual:
            found.append((operation.name, other.name))
    return found
