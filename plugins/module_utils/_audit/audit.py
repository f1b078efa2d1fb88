# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What was read to findings, and to the rows that reports are made of. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.record import Drills
from ansible_collections.jumpserver.accounts.plugins.module_utils._audit.gather import DAYS_SHOWN, Seen, is_one
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import evidence as _evidence, row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import judge
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import accepted as _accepted, organization as _organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import rules as _rules, runs as _runs
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import Facts, Finding
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import firing as _firing
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.parts import Part
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import Schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dates as _dates, directory as _directory

TABLES = (_rules.RULES, _runs.RULES, _organization.RULES, _organization.SAID)
RULE_IDS = tuple(dict.fromkeys(rule.id for table in TABLES for rule in table))


class Question(NamedTuple):
    """What the user asks. Ages in seconds. ``max_ages``: (organization or None, plan) to an age of its own. ``drills``: what records of drills show, None
    where there are none. ``has_index``: whether an index names the machines.
    """

    max_age: Optional[float] = None
    max_ages: Mapping[tuple[Optional[str], str], float] = {}
    drills: Optional[Drills] = None
    max_drill_age: Optional[float] = None
    has_index: bool = False

    def age_of(self, plan: Plan, organization: str) -> Optional[float]:
        return self.max_ages.get((organization, plan.name), self.max_ages.get((None, plan.name), self.max_age))

    def proved(self, plan: Plan, organization: str) -> Optional[float]:
        """When a drill last opened the newest backup of a plan."""
        return self.drills.opened(plan.name, organization) if self.drills else None


class Answer(NamedTuple):
    """All findings, and the rows of organizations; the verdicts on them come with what was accepted."""

    findings: list[Finding]
    organizations: list[dict]


def audit(seen: Seen, question: Question) -> Answer:
    """Every finding, the worst first, and what every organization and plan looks like."""
    found, rows = [], []
    for part in seen.parts:
        name = part.organization.label
        counted = seen.accounts.get(part.organization.id)
        facts = seen.facts._replace(accounts=counted)
        shown = []
        for plan in sorted(part.plans, key=lambda plan: plan.name):
            of_plan = _rules.findings(plan, _with_password(facts, seen, plan), name)
            runs = _runs_of(plan, seen, question, name)._replace(blocked=any(_rules.BY_ID[one.rule].blocks for one in of_plan))
            found += of_plan + _rules.findings(plan, runs, name, _runs.RULES)
            shown.append(_shown(plan, runs, seen))
        coverage = None if counted is None else _organization.coverage(counted, part.plans)
        found += _rules.findings(None, _organization.Whole(len(part.plans), coverage), name, _organization.RULES)
        rows.append({
            "organization": name, "id": part.organization.id,
            "plans": shown, "coverage": None if coverage is None else [one.value for one in coverage]})
    found += _drift(seen)
    if not question.has_index and any("is_active" in plan.fields for part in seen.parts for plan in part.plans):
        found.append(_organization.MACHINES_NOT_NAMED.said(None, None))
    return Answer(sorted(found, key=_order), sorted(rows, key=lambda row: (row["organization"], row["id"])))


def _order(finding: Finding) -> tuple:
    return (-_rules.SEVERITIES.index(finding.severity), finding.organization or "", finding.plan or "", RULE_IDS.index(finding.rule), finding.message)


def summary(findings: Iterable[Finding], accepted: int, organizations: Sequence[Mapping]) -> dict:
    """Counts by severity, and what was looked at. ``accounts`` and ``covered`` are None where they were not counted everywhere."""
    counted = Counter(finding.severity for finding in findings)
    coverages = [row["coverage"] for row in organizations]
    known = None not in coverages
    rows = [one for coverage in coverages for one in coverage] if known else []
    return {
        **{severity: counted[severity] for severity in reversed(_rules.SEVERITIES)}, "accepted": accepted,
        "organizations": len(organizations), "plans": sum(len(row["plans"]) for row in organizations),
        "accounts": sum(one["accounts"] for one in rows) if known else None,
        "covered": sum(one["accounts"] for one in rows if one["covered"]) if known else None,
    }


def days(now: datetime) -> list[str]:
    """The days of the matrix of runs, newest first."""
    return [str((now - timedelta(days=number)).date()) for number in range(DAYS_SHOWN)]


def _with_password(facts: Facts, seen: Seen, plan: Plan) -> Facts:
    """From 3.9 to 4.7 a run's copy of its plan tells whether there is a ZIP password, unless the plan was saved since."""
    latest = seen.runs_of(plan).last
    if latest is None:
        return facts
    began, saved = _dates.moment(latest.get("date_start")), _dates.moment(plan.row.get("date_updated"))
    return facts._replace(zip_password=_row.encrypted(latest)) if began is not None and saved is not None and saved < began else facts


def _runs_of(plan: Plan, seen: Seen, question: Question, organization: str) -> _runs.Runs:
    latest = seen.runs_of(plan)
    now = seen.now.timestamp()
    due = _firing.missed(plan.schedule, seen.now - timedelta(seconds=_runs.GRACE), 2)
    return _runs.Runs(
        now, seen.latest is not None, _run(latest.last, plan, now), _run(latest.success, plan, now), latest.complete,
        None if latest.scheduled is None else _dates.moment(latest.scheduled.get("date_start")), _dates.moment(plan.row.get("date_updated")),
        tuple(moment.timestamp() for moment in due), question.age_of(plan, organization), question.drills is not None,
        question.proved(plan, organization), question.max_drill_age, read_until=latest.read_until,
        drill_of_nobody=question.drills is not None and question.drills.is_told_of_nobody(plan.name))


def _run(row: Optional[Mapping], plan: Plan, now: float) -> Optional[_runs.Run]:
    if row is None:
        return None
    execution, began = _row.summary(row), _dates.moment(row.get("date_start"))
    verdict = judge(_evidence.from_row(row, plan)) if _row.is_finished(execution) else None
    shown = {
        "id": execution["id"], "status": execution["status"], "date_start": execution["date_start"], "reason": execution["reason"],
        "age": None if began is None else max(int(now - began), 0), "delivered": verdict.delivered if verdict else None}
    return _runs.Run(began, shown, shown["delivered"], tuple(verdict.loud) if verdict else ())


def _shown(plan: Plan, runs: _runs.Runs, seen: Seen) -> dict:
    latest = seen.runs_of(plan)
    scheduled = None if latest.scheduled is None else _dates.zoned(latest.scheduled.get("date_start"))
    coming = _firing.next_run(plan.schedule, seen.now, scheduled, _dates.zoned(plan.row.get("date_updated"))) if _rules.runs_by_itself(plan) else None
    return {
        "name": plan.name, "id": plan.id, "is_active": plan.fields.get("is_active", True), "types": _rules.platform_types(plan),
        "backup_type": plan.fields.get("backup_type", "email"), "schedule": _schedule_in_words(plan.schedule), "max_age": runs.max_age,
        "last_execution": runs.last.shown if runs.last else None, "last_success": runs.success.shown if runs.success else None,
        "next_run": coming.isoformat() if coming else None, "proved": _dates.in_utc(runs.proved),
        "runs": [{"date": str(datetime.fromtimestamp(brief.began, seen.zone).date()), "status": brief.status} for brief in latest.since]}


def _schedule_in_words(schedule: Schedule) -> str:
    if schedule.kind == "crontab":
        return f"crontab {schedule.value}"
    return f"every {schedule.value} hours" if schedule.kind == "interval" else schedule.kind


def _drift(seen: Seen) -> list[Finding]:
    if seen.decisions is None:
        return []
    parts = {part.organization.id: part for part in seen.parts}
    found, declared = [], set()
    for decision in seen.decisions:
        part: Optional[Part] = parts.get(decision.organization.id)
        declared.add(decision.organization.id)
        found += _organization.drift(decision, part.plans if part else ())
    for part in seen.parts:
        if part.organization.id not in declared:
            found += _organization.undeclared(part.organization.label, part.plans)
    return found


def result(seen: Seen, answer: Answer, sorted_out: _accepted.Sorted, server: str) -> dict[str, Any]:
    """What the module returns, and every report is made of."""
    accepted = [
        dict(finding.value, reason=acceptance.reason, until=None if acceptance.until is None else str(acceptance.until))
        for finding, acceptance in sorted_out.accepted]
    unseen, shown_days = list(seen.unseen), days(seen.now)
    if seen.hidden:
        names = ", ".join(sorted(organization.name for organization in seen.hidden))
        unseen.append(f"This community edition lists organizations that it serves as Default, so their plans can be seen and not be changed: {names}.")
    return {
        "date": _dates.in_utc(seen.now.timestamp()), "server": server, "summary": summary(sorted_out.open, len(accepted), answer.organizations),
        "findings": [finding.value for finding in sorted_out.open], "accepted": accepted, "organizations": answer.organizations,
        "days": shown_days, "runs_since": shown_days[-1], "unseen": unseen}


def name_of(asked: Optional[str], seen: Seen) -> Optional[str]:
    """The name that findings give to an organization that the user names as he likes: 4.x calls Default DEFAULT. None for all organizations."""
    if not asked or not asked.strip():
        return None
    wanted = _directory.organization(asked)
    return next((part.organization.label for part in seen.parts if is_one(wanted, part.organization)), asked)


def ages_that_fit_nothing(question: Question, seen: Seen) -> list[str]:
    """A sentence for each age of its own that no plan has, as with a name that was misspelt, in organizations that were looked into."""
    there = {(name, plan.name) for part in seen.parts for plan in part.plans for name in (None, part.organization.label)}
    return [
        f"An entry of max_ages fits no plan that was seen: plan {plan!r}" + (f", organization {organization!r}." if organization is not None else ".")
        for organization, plan in question.max_ages if (organization, plan) not in there and seen.looked_into(organization)]


def looked_for(acceptance: _accepted.Acceptance, seen: Seen, question: Question) -> bool:
    """Whether this audit would have found whatever an acceptance is for. If not, it may be needed by another one."""
    return seen.looked_into(acceptance.organization) and acceptance.rule not in _not_asked(seen, question)


def _not_asked(seen: Seen, question: Question) -> set[str]:
    """The rules that can have found nothing, as what they look at was not given, or not everywhere seen."""
    found: set[str] = set()
    if seen.decisions is None:
        found |= {rule.id for rule in _organization.DECLARED}
    if seen.latest is None:
        found |= {rule.id for rule in _runs.RULES}
    if question.drills is None:
        found |= {"never-proved", "drill-too-old"}
    if any(part.organization.id not in seen.accounts for part in seen.parts):
        found |= {"unknown-type", "types-without-accounts", *(rule.id for rule in _organization.RULES)}
    return found


def today(seen: Seen) -> date:
    """The day at the server."""
    return seen.now.date()
