# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What is wrong with an organization as a whole: accounts that no plan backs up, plans that nobody declared. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.accounts import OTHER_TYPES
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import HIGH, LOW, MEDIUM, Finding, Rule, platform_types, runs_by_itself
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import CREATE, UPDATE
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Decision
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Unproved


class Coverage(NamedTuple):
    """The accounts of one platform type in an organization, and whether a plan that runs by itself backs them up."""

    type: str
    accounts: int
    covered: bool

    @property
    def value(self) -> dict:
        """As a module returns it."""
        return self._asdict()


def coverage(accounts: Mapping[str, int], plans: Iterable[Plan]) -> list[Coverage]:
    """Type by type, those that have accounts. ``accounts``: type to number. Only an active plan with a schedule counts."""
    covered = {label for plan in plans if runs_by_itself(plan) for label in platform_types(plan)}
    return [Coverage(label, number, label in covered) for label, number in sorted(accounts.items()) if number]


class Whole(NamedTuple):
    """What is known of an organization: the number of its plans, and its coverage, None where accounts were not counted."""

    plans: int
    coverage: Optional[Sequence[Coverage]] = None


def _uncovered(_plan: None, whole: Whole) -> list[str]:
    return [f"{one.accounts} of type {one.type}" if one.type != OTHER_TYPES else f"{one.accounts} of {OTHER_TYPES}"
            for one in whole.coverage or () if not one.covered]


def always(_plan: None, _facts: object) -> bool:
    """Of a rule that is not asked, as what it says was found otherwise."""
    return True


RULES = (
    Rule("no-plan", HIGH, lambda _plan, whole: not whole.plans and whole.coverage != [], "it has no backup plan at all", "declare one"),
    Rule("no-plan", LOW, lambda _plan, whole: not whole.plans and whole.coverage == [], "it has no backup plan, and no accounts either", "declare one in time"),
    Rule(
        "accounts-in-no-plan", HIGH, _uncovered, "accounts are in no backup plan that is active and has a schedule: {names}",
        "add their types to a plan of the organization"),
)

# what differs from a declaration
MISSING = Rule("missing", HIGH, always, "it is declared and not there", "apply the declaration")
MISSING_ORGANIZATION = Rule(
    "missing", HIGH, always, "it is declared and not there: {names}", "create the organization, or call it in the declaration what the server calls it")
UNDECLARED = Rule("undeclared", MEDIUM, always, "it is there and not declared", "declare it, or delete it")
DIFFERS = Rule("differs", MEDIUM, always, "it is not as declared ({names})", "apply the declaration")
BAD_DECLARATION = Rule("bad-declaration", HIGH, always, "its declaration cannot be applied: {names}", "mend the declaration")
# of the whole server
MACHINES_NOT_NAMED = Rule(
    "machines-not-named", LOW, always, "backups of JumpServer 4.10.17 and later do not say which machine a secret belongs to",
    "write an index beside them with jumpserver.accounts.backup_index, and name it in the option index")
DECLARED = (MISSING, MISSING_ORGANIZATION, UNDECLARED, DIFFERS, BAD_DECLARATION)
SAID = (*DECLARED, MACHINES_NOT_NAMED)


def drift(decision: Decision, plans: Iterable[Plan]) -> list[Finding]:
    """How an organization differs from its declaration. ``plans``: all that it has."""
    organization = decision.organization.label
    if decision.error is not None:
        rule = MISSING_ORGANIZATION if isinstance(decision.error, Unproved) else BAD_DECLARATION
        return [rule.said(organization, None, str(decision.error).rstrip("."))]
    found = [BAD_DECLARATION.said(organization, error.name, error.reason.rstrip(".")) for error in decision.errors]
    found += [MISSING.said(organization, operation.name) for operation in decision.operations if operation.kind == CREATE]
    found += [
        DIFFERS.said(organization, operation.there.name, ", ".join(operation.changes)) for operation in decision.operations if operation.kind == UPDATE]
    declared = {operation.actual.id for operation in decision.operations if operation.actual is not None}
    refused = {error.name for error in decision.errors}
    return found + undeclared(organization, (plan for plan in plans if plan.id not in declared and plan.name not in refused))


def undeclared(organization: str, plans: Iterable[Plan]) -> list[Finding]:
    """The findings on plans that nobody declared."""
    return [UNDECLARED.said(organization, plan.name) for plan in plans]
