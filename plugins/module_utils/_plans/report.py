# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What happened, in the words of the module options. Pure: reports to return values and diffs; secrets never get here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Names, Naming, Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import CREATE, DELETE, KEEP, UPDATE, Operation
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Outcome, Report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

OPERATION_WORDS = {CREATE: "created", UPDATE: "updated", DELETE: "deleted", KEEP: "unchanged"}
UNREADABLE = "(cannot be read)"
BROKEN = "true, without crontab or interval"
# failures that a message tells before it counts the rest, which are in the returned values
MOST_TOLD = 10
# plans that are told by name in plain words before the rest is counted
SCREENFUL = 20


def shown_plan(plan: Plan) -> dict:
    """A plan as modules return it: option names, related objects as ``{id, name}``, and what the server tells besides."""
    shown = {"id": plan.id, "name": plan.name, "organization": {"id": plan.org_id, "name": plan.org_name}}
    shown.update(plan.schedule.options)
    shown.update((name, _plan.kind_of(name).show(value, plan.labels)) for name, value in plan.fields.items())
    shown.update((key, plan.row[key]) for key in _plan.SHOWN if key in plan.row)
    return shown


def predicted_plan(operation: Operation, organization: Organization, names: Names) -> dict:
    """What ``shown_plan`` would give after an operation that check mode holds back."""
    actual = operation.actual
    shown = shown_plan(actual) if actual else {"id": None, "organization": {"id": organization.id, "name": organization.label}}
    names = {**names, **(actual.labels if actual else {})}
    if operation.schedule is not None:
        shown.update(operation.schedule.portable.options if actual else operation.schedule.options)
    desired = operation.desired.fields if operation.desired else {}
    shown.update((name, _plan.kind_of(name).show(value, names)) for name, value in desired.items())
    shown["name"] = operation.name
    return shown


def as_declared(plan: Plan, user: Naming) -> dict:
    """A plan as input for the modules: the export, in an order that does not change from one to the next.

    ``user``: id of a user to what leads back to it. A broken schedule and what the API hides (the ZIP password) cannot be in it.
    """
    declared: dict[str, Any] = {"name": plan.name}
    if plan.schedule.kind == "none":
        declared["is_periodic"] = False
    elif plan.schedule.kind != "broken":
        declared[plan.schedule.kind] = plan.schedule.portable.value
    naming: dict[str, Naming] = {"users": user, "storages": lambda identifier: plan.labels.get(identifier) or identifier, "": str}
    declared.update((name, _plan.BY_NAME[name].kind.export(value, naming[_plan.BY_NAME[name].refers_to])) for name, value in plan.fields.items())
    return declared


def diff_of(operation: Operation, names: Names) -> tuple[dict, dict]:
    """``(before, after)`` of one operation, {} where there is no plan; only managed options, people and storages by their one name.

    Whoever is not among ``names`` cannot be seen by this credential, and is called what the plan shows.
    """
    names = {**(operation.actual.labels if operation.actual else {}), **names}
    before = _before(operation)
    after = _after(operation, before)
    told_before, told_after = ({name: _plan.kind_of(name).tell(value, names) for name, value in side.items()} for side in (before, after))
    return told_before, told_after


def _before(operation: Operation) -> dict:
    actual, desired = operation.actual, operation.desired
    if actual is None:
        return {}
    if desired is None:
        return {**actual.fields, **actual.schedule.options, "name": actual.name}
    before = {"name": actual.name, **{field: actual.fields.get(field) for field in desired.fields}}
    if desired.manages_schedule:
        before.update(actual.schedule.portable.options)
        if actual.schedule.kind == "broken":
            before["is_periodic"] = BROKEN
    before.update((secret, UNREADABLE) for secret in desired.secrets if secret in operation.changes)
    return before


def _after(operation: Operation, before: dict) -> dict:
    desired = operation.desired
    if desired is None:
        return {}
    shown = {**desired.fields, **{secret: _plan.HIDDEN if value else "" for secret, value in desired.secrets.items()}}
    if operation.kind == CREATE:
        schedule = operation.schedule.options if operation.schedule else {}
        return {**{field: value for field, value in shown.items() if field in desired.fields or value}, "name": operation.name, **schedule}
    # what is the same in other words is shown in the server's
    after = {field: shown[field] if field in operation.changes else value for field, value in before.items() if field in shown}
    after["name"] = operation.name
    if desired.manages_schedule:
        options = operation.schedule.portable.options if operation.schedule else before
        after.update((option, options[option] if option in operation.changes else before[option]) for option in _plan.SCHEDULE_OPTIONS)
    return after


def one_plan(report: Report, names: Names, displayed: Names) -> tuple[bool, dict, dict]:
    """``(changed, values, diff)`` of `backup_plan`; the values are ``backup_plan``, ``operation``, ``changes``."""
    outcome = next((outcome for outcome in report.outcomes if not outcome.error or outcome.written), None)
    if outcome is None:
        return any(one.written is None for one in report.outcomes), no_plan(), {"before": {}, "after": {}}
    operation = outcome.operation
    if operation.kind == DELETE:
        plan = {}
    else:
        plan = shown_plan(outcome.plan) if outcome.plan else predicted_plan(operation, report.organization, displayed)
    before, after = diff_of(operation, names)
    returned = {"backup_plan": plan, "operation": OPERATION_WORDS[operation.kind], "changes": list(operation.changes)}
    return operation.kind != KEEP, returned, {"before": before, "after": after}


def no_plan() -> dict:
    """What `backup_plan` returns when nothing was done and nothing is there."""
    return {"backup_plan": {}, "operation": "unchanged", "changes": []}


def whole_estate(reports: Sequence[Report], names: Names) -> tuple[bool, dict, dict]:
    """``(changed, values, diff)`` of `backup_plans`; the values are ``organizations`` and ``summary``, the diff shows what changed."""
    before: dict[str, dict] = {}
    after: dict[str, dict] = {}
    organizations = [_organization(report) for report in reports]
    for report in reports:
        for outcome in _written(report):
            old, new = diff_of(outcome.operation, names)
            for side, shown in ((before, old), (after, new)):
                if shown:
                    side.setdefault(report.organization.label, {})[outcome.operation.name] = shown
    summary = {
        word: sum(len(result[word]) if isinstance(result[word], list) else result[word] for result in organizations)
        for word in ("created", "updated", "deleted", "unchanged", "failed")
    }
    summary["organizations"] = len(organizations)
    changed = any(outcome.written is not False and outcome.operation.kind != KEEP for report in reports for outcome in report.outcomes)
    return changed, {"organizations": organizations, "summary": summary, "told": sentences(organizations)}, {"before": before, "after": after}


def sentences(organizations: Sequence[dict]) -> list[str]:
    """What became of an estate in plain words, a line for each plan: at most a screenful, and then a count. Names may hold anything."""
    lines = [line for told in organizations for line in _lines(told)]
    unchanged = sum(told["unchanged"] for told in organizations)
    kept = [f"{unchanged} as declared"] if unchanged else []
    if len(lines) > SCREENFUL:
        return lines[:SCREENFUL] + [f"and {len(lines) - SCREENFUL} more"] + kept
    return lines + kept or ["nothing declared, nothing to do"]


def _lines(told: dict) -> list[str]:
    where = told["organization"]["name"]
    return [
        *(f"{where}: create {name}" for name in told["created"]),
        *(f"{where}: change {update['name']} ({', '.join(update['changes'])})" for update in told["updated"]),
        *(f"{where}: delete {name}" for name in told["deleted"]),
        *(f"{where}: fail {failure['name'] or 'as a whole'}" for failure in told["failed"]),
    ]


def _written(report: Report) -> list[Outcome]:
    """What was done, or is foreseen, in this organization; wrongly or not."""
    return [outcome for outcome in report.outcomes if outcome.written and outcome.operation.kind != KEEP]


def _organization(report: Report) -> dict:
    done = [outcome.operation for outcome in _written(report)]
    return {
        "organization": report.organization.reference,
        "created": [operation.name for operation in done if operation.kind == CREATE],
        "updated": [{"name": operation.name, "changes": list(operation.changes)} for operation in done if operation.kind == UPDATE],
        "deleted": [operation.name for operation in done if operation.kind == DELETE],
        "unchanged": sum(outcome.operation.kind == KEEP for outcome in report.outcomes),
        "failed": [{"name": name, "error": text} for name, text in report.failures],
    }


def failure_message(reports: Sequence[Report], limit_error: Optional[Exception] = None) -> Optional[str]:
    """One message for all that went wrong, or None. A single failure speaks for itself; of many the first ten are told, and all are returned."""
    texts = list(dict.fromkeys(text for report in reports for _name, text in report.failures))
    last = [str(limit_error)] if limit_error else []
    count = len(texts + last)
    if count < 2:
        return (texts + last)[0] if count else None
    more = [f"and {len(texts) - MOST_TOLD} more, see failed of each organization"] if len(texts) > MOST_TOLD else []
    return f"{count} failures: {' | '.join(texts[:MOST_TOLD] + more + last)}"
