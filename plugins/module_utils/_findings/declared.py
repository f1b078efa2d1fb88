# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The rules asked of plans as they are declared: of each plan as it will be once its operation is carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import accounts as _accounts
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import WARNING, Facts, Finding, by_mail, findings, platform_types
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.read import Reader
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import CREATE, DELETE, Operation
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Decision, PlanError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import References
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

PASSWORD = "zip_encrypt_password"
# plans that a warning names before it counts the rest
MOST_NAMED = 10
# what a plan has that is created without it
NEW: dict[str, object] = {
    "types": [], "recipients_part_one": [], "recipients_part_two": [], "backup_type": "email", "obj_recipients_part_one": [],
    "obj_recipients_part_two": [], "is_password_divided_by_email": True, "is_password_divided_by_obj_storage": True, "is_active": True,
}


def plan_after(operation: Operation, organization: Organization) -> Optional[Plan]:
    """The plan as an operation leaves it, None for a deletion. Of a plan that is there, fields that were not read stay unknown."""
    if operation.kind == DELETE:
        return None
    declared = operation.desired.fields if operation.desired else {}
    if operation.kind == CREATE or operation.actual is None:
        return Plan(
            "", operation.name, organization.id, organization.label, dict(NEW, **declared), operation.schedule or _schedule.NONE, {}, {})
    actual = operation.actual
    return actual._replace(name=operation.name, fields=dict(actual.fields, **declared), schedule=operation.schedule or actual.schedule)


def facts_of(operation: Operation, shared: Facts) -> Facts:
    """The facts of one operation, with what its whole organization shares."""
    sent = operation.desired.secrets if operation.desired and PASSWORD in operation.sent else None
    has_password = bool(sent.get(PASSWORD)) if sent is not None else False if operation.kind == CREATE else None
    declared = frozenset(operation.desired.fields) if operation.desired else None
    return shared._replace(zip_password=has_password, declared=declared)


def seen(references: References) -> Facts:
    """What was read anyway."""
    return Facts(storage_types=references.storage_types, inactive_users=references.inactive, names=references.names, expired_users=references.expired)


def inspector(strict: bool, check_accounts: bool, list_storages: bool = True) -> Callable[[Reader, Decision], Decision]:
    """What `converge` asks of each decision. ``strict``: a plan with a finding is an error, and left alone. ``check_accounts``: ask for accounts too.

    ``list_storages``: list the storages, once, where a plan sends to some. Without that, a plan is told once, when their names are looked up, and never again.
    """
    listed: list[Optional[frozenset]] = []

    def inspect(reader: Reader, decision: Decision) -> Decision:
        after = [(operation, plan_after(operation, decision.organization)) for operation in decision.operations]
        plans = [(operation, plan) for operation, plan in after if plan is not None]
        doubts = unknown_storages(reader.references, decision.organization, [plan for _operation, plan in plans]) if list_storages else []
        shared = seen(reader.references)
        if check_accounts and plans:
            try:
                shared = _with_accounts(Scope(reader.client, decision.organization), shared, [plan for _operation, plan in plans], listed)
            except JumpServerError as error:
                doubts.append(f"Whether accounts have the types of the plans of organization {decision.organization.label!r} is not known. {error}")
        found = [
            (operation, findings(plan, facts_of(operation, shared), decision.organization.label, WARNING)) for operation, plan in plans]
        warned = decision._replace(warnings=decision.warnings + tuple(doubts))
        return _refused(warned, found) if strict else warned._replace(
            warnings=warned.warnings + tuple(sentences([one for _operation, ones in found for one in ones])))

    return inspect


def unknown_storages(references: References, organization: Organization, plans: Iterable[Plan]) -> list[str]:
    """List the storages if one of the plans sends to some; a sentence where that fails. Who may not list them is not told so each time."""
    try:
        if not all(map(by_mail, plans)):
            references.storages(organization)
    except JumpServerError as error:
        return [f"Of which type the storages are to which plans of organization {organization.label!r} send is not known. {error}"]
    return []


def _with_accounts(scope: Scope, shared: Facts, plans: Sequence[Plan], listed: list[Optional[frozenset]]) -> Facts:
    """The facts with the server's platform types, asked for once, and the number of accounts of each type that the plans name."""
    if not listed:
        listed.append(_accounts.platform_types(scope))
    counted = {label: _accounts.count_of_type(scope, label) for label in sorted({label for plan in plans for label in platform_types(plan)})}
    return shared._replace(platform_types=listed[0], accounts={label: number for label, number in counted.items() if number is not None})


def _refused(decision: Decision, found: Iterable[tuple[Operation, list[Finding]]]) -> Decision:
    """The decision without the plans that have findings, which are errors then."""
    errors = [
        PlanError(operation.name, "; ".join(f"{one.message}; {one.advice}" for one in ones), decision.organization.label)
        for operation, ones in found if ones]
    if not errors:
        return decision
    refused = {error.name for error in errors}
    left = tuple(operation for operation in decision.operations if operation.kind == DELETE or operation.name not in refused)
    return decision._replace(operations=left, errors=decision.errors + tuple(errors)).without_deletions()


def sentences(found: Sequence[Finding]) -> list[str]:
    """One sentence for each thing that is to be said, with the plans that it is said of."""
    groups: dict[tuple, list[Finding]] = {}
    for one in found:
        groups.setdefault((one.rule, one.organization, one.message, one.advice), []).append(one)
    return [_sentence(ones) for ones in groups.values()]


def _sentence(ones: Sequence[Finding]) -> str:
    first = ones[0]
    if len(ones) == 1:
        return first.sentence
    named = ", ".join(repr(one.plan) for one in ones[:MOST_NAMED])
    more = f" and {len(ones) - MOST_NAMED} more" if len(ones) > MOST_NAMED else ""
    return f"Backup plans {named}{more} of organization {first.organization!r}: {first.message}; {first.advice}."
