# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What makes a backup plan useless, or its backups open to the wrong people: one table of rules. Pure.

A rule is one row of RULES and one line of its test. It looks at a Plan and at Facts, and holds its tongue about what neither of them shows.
Executing a plan stops at the rules that block, applying and showing plans warn from ``medium`` on.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Optional
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import DIVIDED, PARTS, Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import crontab_fault, never_runs

# from the least to the worst
SEVERITIES = ("low", "medium", "high")
LOW, MEDIUM, HIGH = SEVERITIES


class Facts(NamedTuple):
    """What is known beside the plan. None means unknown.

    ``platform_types``: types that the server knows; a community edition leaves some out of its list. ``accounts``: type to number of accounts in the
    organization. ``storage_types``: storage id to type. ``inactive_users``: ids. ``zip_password``: whether the plan has one, which the API never shows.
    ``declared``: names of the fields that somebody wrote down. ``names``: id to the name that people know. ``expired_users``: ids.
    """

    platform_types: Optional[frozenset[str]] = None
    accounts: Optional[Mapping[str, int]] = None
    storage_types: Optional[Mapping[str, str]] = None
    inactive_users: Optional[frozenset[str]] = None
    zip_password: Optional[bool] = None
    declared: Optional[frozenset[str]] = None
    names: Mapping[str, str] = {}
    expired_users: Optional[frozenset[str]] = None


NOTHING_KNOWN = Facts()


class Finding(NamedTuple):
    """A rule that applies. ``organization`` and ``plan`` are names, None for what concerns the whole server, or a whole organization."""

    rule: str
    severity: str
    organization: Optional[str]
    plan: Optional[str]
    message: str
    advice: str

    @property
    def value(self) -> dict:
        """As a module returns it."""
        return self._asdict()

    @property
    def sentence(self) -> str:
        """As a warning or an error tells it."""
        if self.organization is None:
            return f"The server: {self.message}; {self.advice}."
        about = f"Organization {self.organization!r}" if self.plan is None else f"Backup plan {self.plan!r} of organization {self.organization!r}"
        return f"{about}: {self.message}; {self.advice}."


class Rule(NamedTuple):
    """``applies(plan, facts)`` says whether, or gives the names that it is about: nothing of them, and the rule is silent.

    ``plan`` is None where a rule is about a whole organization. ``sentence``: the fact, with ``{names}`` where they belong. ``advice``: what to do,
    after a semicolon. ``blocks``: no run can deliver anything.
    """

    id: str
    severity: str
    applies: Callable[[Any, Any], bool | Sequence[str]]
    sentence: str
    advice: str
    blocks: bool = False

    def said(self, organization: Optional[str], plan: Optional[str], names: str = "") -> Finding:
        """The Finding on what has the rule against it."""
        return Finding(self.id, self.severity, organization, plan, self.sentence.replace("{names}", names), self.advice)

    def finding(self, plan: Optional[Plan], facts: Any, organization: str = "") -> Optional[Finding]:
        """The Finding, or None where the rule does not apply."""
        applies = self.applies(plan, facts)
        if not applies:
            return None
        return self.said(organization or (plan.org_name if plan else ""), plan.name if plan else None, "" if applies is True else ", ".join(applies))


def findings(plan: Optional[Plan], facts: Any = NOTHING_KNOWN, organization: str = "", rules: Optional[Iterable[Rule]] = None) -> list[Finding]:
    """All that is to be said of a plan, or of an organization, in the order of the table."""
    found = (rule.finding(plan, facts, organization) for rule in (RULES if rules is None else rules))
    return [finding for finding in found if finding is not None]


def obstacles(plan: Plan, facts: Facts = NOTHING_KNOWN) -> list[str]:
    """Why no run of the plan can deliver anything, whatever the server will report of it; empty when nothing is known against it."""
    return [finding.message for finding in findings(plan, facts, rules=BLOCKING)]


# what a plan shows


def by_mail(plan: Plan) -> bool:
    """Whether the plan sends mails; before 3.9 each does."""
    return plan.fields.get("backup_type", "email") == "email"


def runs_by_itself(plan: Plan) -> bool:
    """Whether the plan is active and has a schedule that can fire."""
    kind, value = plan.schedule
    return plan.fields.get("is_active") is not False and (kind == "interval" or (kind == "crontab" and not never_runs(value)))


def platform_types(plan: Plan) -> list[str]:
    """The platform types of a plan. The server stores any JSON, and what is no list of texts backs up nothing."""
    types = plan.fields.get("types")
    return [label for label in types if isinstance(label, str)] if isinstance(types, list) else []


def parts(plan: Plan) -> Optional[tuple]:
    """The ids of both parts that the plan's ``backup_type`` sends to, None where a listing of few fields does not show them."""
    first, second = PARTS[0 if by_mail(plan) else 1]
    # 3.0 to 3.5 have one group of recipients, and call it so
    whole = first in plan.fields and (second in plan.fields or "recipients" in plan.row)
    return (tuple(plan.fields[first]), tuple(plan.fields.get(second, ()))) if whole else None


def receivers(plan: Plan) -> tuple:
    """The ids of all whom the plan is known to send to, each once."""
    return tuple(dict.fromkeys(sum(parts(plan) or (), ())))


# when the rules apply


def _named(identifiers: Iterable[str], plan: Plan, facts: Facts) -> list[str]:
    return sorted(facts.names.get(identifier) or plan.labels.get(identifier) or identifier for identifier in identifiers)


def _no_types(plan: Plan, _facts: Facts) -> bool:
    types = plan.fields.get("types")
    return "types" in plan.fields and not (isinstance(types, list) and types and all(isinstance(label, str) for label in types))


def _unknown_types(plan: Plan, facts: Facts) -> list[str]:
    # a community edition leaves some out of its list, so the accounts must have been counted too
    if facts.platform_types is None or facts.accounts is None:
        return []
    return sorted({label for label in platform_types(plan) if label not in facts.platform_types and not facts.accounts.get(label)})


def _types_without_accounts(plan: Plan, facts: Facts) -> list[str]:
    if facts.accounts is None:
        return []
    unknown = _unknown_types(plan, facts)
    return sorted({label for label in platform_types(plan) if facts.accounts.get(label) == 0 and label not in unknown})


def _no_receivers(plan: Plan, _facts: Facts) -> list[str]:
    if parts(plan) is None or receivers(plan):
        return []
    return ["recipients"] if by_mail(plan) else ["storage to send to"]


def _not_sftp(plan: Plan, facts: Facts) -> set[str]:
    """Storages that are known to receive no backup."""
    if by_mail(plan) or facts.storage_types is None:
        return set()
    return {storage for storage in receivers(plan) if facts.storage_types.get(storage, "sftp") != "sftp"}


def _no_sftp(plan: Plan, facts: Facts) -> bool:
    unfit = _not_sftp(plan, facts)
    return bool(unfit) and unfit == set(receivers(plan))


def _some_not_sftp(plan: Plan, facts: Facts) -> list[str]:
    return [] if _no_sftp(plan, facts) else _named(_not_sftp(plan, facts), plan, facts)


def _in_both_parts(plan: Plan, facts: Facts) -> list[str]:
    first, second = parts(plan) or ((), ())
    return _named(set(first) & set(second), plan, facts)


def _divided_flag(plan: Plan, value: bool) -> Optional[str]:
    name = DIVIDED[0 if by_mail(plan) else 1]
    return name if plan.fields.get(name) is value else None


def _divided_all_the_same(plan: Plan, _facts: Facts) -> list[str]:
    name = _divided_flag(plan, False)
    return [name] if name and all(parts(plan) or ((),)) else []


def _not_divided(plan: Plan, facts: Facts) -> list[str]:
    # true is the server's own default, so it means something only where somebody wrote it
    name = _divided_flag(plan, True)
    known = parts(plan)
    return [name] if name and name in (facts.declared or ()) and known is not None and not all(known) else []


def _unusable_crontab(plan: Plan, _facts: Facts) -> list[str]:
    kind, value = plan.schedule
    fault = crontab_fault(value, True) if kind == "crontab" else None
    return [f"{fault} ({value})"] if fault else []


def _recipients_among(users: Optional[frozenset[str]], plan: Plan, facts: Facts) -> list[str]:
    return _named(set(receivers(plan)) & users, plan, facts) if by_mail(plan) and users else []


RULES = (
    Rule("no-types", HIGH, _no_types, "types of the plan names no platform type, so no account is backed up", "list types, such as linux", blocks=True),
    Rule(
        "unknown-type", MEDIUM, _unknown_types, "the server knows no platform type {names}, and no account has it",
        "write the types as JumpServer's platforms do, in small letters"),
    Rule(
        "types-without-accounts", MEDIUM, _types_without_accounts, "no account of the organization has the type {names}",
        "take it out of types, or add the accounts"),
    Rule("no-recipients", HIGH, _no_receivers, "the plan has no {names}", "name who or what is to receive the backups", blocks=True),
    Rule(
        "no-sftp-storage", HIGH, _no_sftp, "none of the plan's storages is of type sftp, and only those receive backups",
        "choose a storage of type sftp", blocks=True),
    Rule("storage-not-sftp", MEDIUM, _some_not_sftp, "the storage {names} is not of type sftp and receives no backups", "choose a storage of type sftp"),
    Rule(
        "zip-not-encrypted", HIGH, lambda plan, facts: not by_mail(plan) and facts.zip_password is False,
        "the plan sends to a storage and has no ZIP password, so every secret lies there in clear text", "set zip_encrypt_password"),
    Rule(
        "same-person-in-both-parts", HIGH, _in_both_parts, "{names} receives both parts, and so every secret whole",
        "give each part receivers of its own"),
    Rule(
        "divided-all-the-same", MEDIUM, _divided_all_the_same,
        "{names} is false, but JumpServer divides the secrets whenever both parts have receivers", "name one part only, or set it to true"),
    Rule(
        "not-divided", MEDIUM, _not_divided, "{names} is true, but only one part has receivers, so they get every secret whole",
        "name receivers of the other part too"),
    Rule(
        "inactive-recipient", MEDIUM, lambda plan, facts: _recipients_among(facts.inactive_users, plan, facts), "the user of the recipient {names} is inactive",
        "name somebody who is still there"),
    Rule(
        "expired-recipient", MEDIUM, lambda plan, facts: _recipients_among(facts.expired_users, plan, facts), "the user of the recipient {names} has expired",
        "name somebody who is still there, or extend the user"),
    Rule(
        "slash-in-name", HIGH, lambda plan, facts: "/" in plan.name, "the name of the plan holds a slash, which makes its runs fail", "rename it",
        blocks=True),
    Rule(
        "broken-schedule", HIGH, lambda plan, facts: plan.schedule.kind == "broken",
        "it says that it is periodic and has neither crontab nor interval, so it does not run as it shows", "give it one of them"),
    Rule(
        "unusable-crontab", HIGH, _unusable_crontab, "its crontab cannot be relied on: {names}",
        "write another one, and see whether celery beat still runs on the server, for all plans"),
    Rule(
        "inactive", LOW, lambda plan, facts: plan.fields.get("is_active") is False, "the plan is inactive, so it never runs by itself",
        "set is_active to true"),
    Rule("unscheduled", LOW, lambda plan, facts: plan.schedule.kind == "none", "the plan has no schedule, so it never runs by itself", "give it a crontab"),
    Rule(
        "one-recipient", LOW, lambda plan, facts: any(len(part) == 1 for part in parts(plan) or ()),
        "one part of the plan has one receiver only, and without that one nothing can be read", "name a second one"),
)
BY_ID = {rule.id: rule for rule in RULES}
BLOCKING = tuple(rule for rule in RULES if rule.blocks)
# what is told wherever plans are declared or shown; the rest can be meant
WARNING = tuple(rule for rule in RULES if SEVERITIES.index(rule.severity) >= SEVERITIES.index(MEDIUM))
