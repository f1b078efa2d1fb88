# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What happened, in the words of the module options. Pure: outcomes to return values and diffs; secrets never get here."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import apply as _apply, plan as _plan

OPERATION_WORDS = {_apply.CREATE: "created", _apply.UPDATE: "updated", _apply.DELETE: "deleted", _apply.KEEP: "unchanged"}


def shown_plan(plan):
    """A plan as modules return it: option names, related objects as ``{id, name}``, and what the server tells besides."""
    shown = {"id": plan.id, "name": plan.name, "organization": {"id": plan.org_id, "name": plan.org_name}}
    shown.update(plan.schedule.options)
    for name, value in plan.fields.items():
        related = _plan.BY_NAME[name].refers_to
        shown[name] = [{"id": identifier, "name": plan.labels.get(identifier, "")} for identifier in value] if related else value
    shown.update((key, plan.row[key]) for key in _plan.SHOWN if key in plan.row)
    return shown


def predicted_plan(operation, organization, names):
    """What ``shown_plan`` would give after an operation that check mode holds back."""
    shown = shown_plan(operation.plan) if operation.plan else {"id": None, "organization": {"id": organization.id, "name": organization.label}}
    names = dict(names, **(operation.plan.labels if operation.plan else {}))
    for name, value in operation.after.items():
        if name not in _plan.SECRETS:
            field = _plan.BY_NAME.get(name)
            shown[name] = [{"id": identifier, "name": names.get(identifier, "")} for identifier in value] if field and field.refers_to else value
    shown["name"] = operation.name
    return shown


def as_declared(plan, usernames):
    """A plan as input for the modules: the export, in an order that does not change from one to the next.

    A broken schedule and what the API hides (the ZIP password) cannot be in it.
    """
    declared = {"name": plan.name}
    if plan.schedule.kind == "none":
        declared["is_periodic"] = False
    elif plan.schedule.kind != "broken":
        declared[plan.schedule.kind] = plan.schedule.portable.value
    for name, value in plan.fields.items():
        refers_to = _plan.BY_NAME[name].refers_to
        if refers_to == "users":
            value = sorted(usernames.get(identifier, identifier) for identifier in value)
        elif refers_to == "storages":
            value = sorted(plan.labels.get(identifier) or identifier for identifier in value)
        elif _plan.BY_NAME[name].kind is _plan.LABELS:
            value = [label for label in value if isinstance(label, str) and label.strip()] if isinstance(value, list) else []
        declared[name] = value
    return declared


def diff_of(operation, labels):
    """``(before, after)`` of one operation, {} where there is no plan; only managed options, related objects by the name that people know."""
    names = dict(operation.plan.labels if operation.plan else {}, **labels)
    before, after = _labelled(operation.before, names), _labelled(operation.after, names)
    if operation.kind in (_apply.UPDATE, _apply.KEEP):
        before.setdefault("name", operation.name)
        after.setdefault("name", operation.name)
    return before, after


def _labelled(options, names):
    shown = {}
    for name, value in options.items():
        field = _plan.BY_NAME.get(name)
        if field and field.refers_to:
            value = sorted(names.get(identifier) or identifier for identifier in value or [])
        elif field and field.kind is _plan.LABELS and isinstance(value, list):
            value = sorted(value, key=str)
        shown[name] = value
    return shown


def one_plan(part, labels, names):
    """Return values of `backup_plan`: ``backup_plan``, ``operation``, ``changes``, and the diff."""
    outcome = next((outcome for outcome in part.outcomes if not outcome.error), None)
    if outcome is None:
        return False, no_plan(), {"before": {}, "after": {}}
    operation = outcome.operation
    if operation.kind == _apply.DELETE:
        plan = {}
    else:
        plan = shown_plan(outcome.plan) if outcome.plan else predicted_plan(operation, part.organization, names)
    before, after = diff_of(operation, labels)
    returned = {"backup_plan": plan, "operation": OPERATION_WORDS[operation.kind], "changes": list(operation.changes)}
    return operation.kind != _apply.KEEP, returned, {"before": before, "after": after}


def no_plan():
    """What `backup_plan` returns when nothing was done and nothing is there."""
    return {"backup_plan": {}, "operation": "unchanged", "changes": []}


def whole_estate(parts, labels):
    """Return values of `backup_plans`: ``organizations``, ``summary``, and the diff of what changed."""
    organizations, before, after = [], {}, {}
    for part in parts:
        organizations.append(_organization(part))
        for outcome in part.outcomes:
            operation = outcome.operation
            if outcome.error or operation.kind == _apply.KEEP:
                continue
            old, new = diff_of(operation, labels)
            for side, shown in ((before, old), (after, new)):
                if shown:
                    side.setdefault(part.organization.label, {})[operation.name] = shown
    summary = {
        word: sum(len(result[word]) if isinstance(result[word], list) else result[word] for result in organizations)
        for word in ("created", "updated", "deleted", "unchanged", "failed")
    }
    summary["organizations"] = len(organizations)
    changed = bool(summary["created"] or summary["updated"] or summary["deleted"])
    return changed, {"organizations": organizations, "summary": summary}, {"before": before, "after": after}


def _organization(part):
    done = [outcome.operation for outcome in part.outcomes if not outcome.error]
    return {
        "organization": part.organization.reference,
        "created": [operation.name for operation in done if operation.kind == _apply.CREATE],
        "updated": [{"name": operation.name, "changes": list(operation.changes)} for operation in done if operation.kind == _apply.UPDATE],
        "deleted": [operation.name for operation in done if operation.kind == _apply.DELETE],
        "unchanged": sum(operation.kind == _apply.KEEP for operation in done),
        "failed": [{"name": name, "error": str(error)} for name, error in part.failures],
    }


def failure_message(parts, limit_error=None):
    """One message for all that went wrong, or None. A single failure speaks for itself."""
    texts = list(dict.fromkeys(str(error) for part in parts for _name, error in part.failures))
    if limit_error:
        texts.append(str(limit_error))
    if len(texts) > 1:
        return "%d failures: %s" % (len(texts), " | ".join(texts))
    return texts[0] if texts else None
