# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of audits to make reports of, in the form that `backup_audit` returns: one that could be somebody's, and as large a one as is wanted."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 26, 9, 50, tzinfo=ZONE)
DAYS = [(NOW - timedelta(days=back)).date().isoformat() for back in range(7)]
SEVERITIES = ("high", "medium", "low")
TYPES = ("linux", "mysql", "oracle", "postgresql", "sqlserver", "windows")
# rule -> severity, fact, advice, as the audit says them
SAID = {
    "overdue": ("high", "its last successful run is too old: it began 4 days ago, and 26 hours are allowed", "see why no run succeeds, and execute the plan"),
    "last-run-failed": ("high", "the last run of 6 hours ago failed", "see the server's log, and remove the unencrypted workbook from its tmp folder"),
    "stopped-firing": ("high", "its schedule starts no runs any more: the last one began 4 days ago, and another was due 6 hours ago",
                       "see whether celery beat runs on the server, and save the plan again, which registers its schedule anew"),
    "never-ran": ("high", "the plan has never run", "execute it once and see what arrives, and see whether the server's scheduler works"),
    "same-person-in-both-parts": ("high", "Lena Sommer receives both parts, and so every secret whole", "give each part receivers of its own"),
    "no-plan": ("high", "it has no backup plan at all", "declare one"),
    "accounts-in-no-plan": ("high", "accounts are in no backup plan that is active and has a schedule: oracle (3)", "add the types to a plan"),
    "inactive-recipient": ("medium", "the user of the recipient j.weber is inactive", "name somebody who is still there"),
    "undeclared": ("medium", "it is there and not declared", "declare it, or delete it"),
    "drill-too-old": ("medium", "the last drill that opened a backup of this plan was 71 days ago, and 30 days are allowed",
                      "run the playbook jumpserver.accounts.drill"),
    "one-recipient": ("low", "one part of the plan has one receiver only, and without that one nothing can be read", "name a second one"),
    "inactive": ("low", "the plan is inactive, so it never runs by itself", "set is_active to true"),
}


def execution(hours: float, status: str = "success") -> dict:
    """A run that began so many hours ago."""
    began = (NOW - timedelta(hours=hours)).strftime("%Y/%m/%d %H:%M:%S %z")
    return {"id": identifier(f"{hours}{status}"), "status": status, "date_start": began, "age": int(hours * 3600), "delivered": None}


def identifier(name: str) -> str:
    """An id that is the same in each run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, ascii(name)))


def plan(name: str, days: str = "sssssss", good: float | None = 6.8, **fields) -> dict:
    """A plan. ``days``: one letter per day, oldest first, s, f, r or a dot for none. ``good``: hours since the last success."""
    statuses = {"s": "success", "f": "failed", "r": "running"}
    runs = [{"date": day, "status": statuses[letter]} for day, letter in zip(DAYS, reversed(days)) if letter in statuses]
    success = None if good is None else execution(good)
    return {
        "name": name, "id": identifier(name), "is_active": True, "types": ["linux", "mysql"], "backup_type": "email", "schedule": "crontab 0 3 * * *",
        "max_age": 93600, "last_execution": success, "last_success": success, "next_run": "2026-11-27T03:00:00+08:00", "proved": None, "runs": runs, **fields}


def organization(name: str, plans: list[dict], **coverage: int) -> dict:
    """An organization; a negative number of accounts is covered by no plan."""
    seen = [{"type": label, "accounts": abs(number), "covered": number >= 0} for label, number in sorted(coverage.items())]
    return {"organization": name, "id": identifier(name), "plans": sorted(plans, key=lambda one: one["name"]), "coverage": seen or None}


def finding(rule: str, organization_name: str, plan_name: str | None = None, **texts: str | None) -> dict:
    """A finding as the audit words it, or with other texts."""
    severity, message, advice = SAID.get(rule, ("low", "something is odd", "look at it"))
    return {
        "rule": rule, "severity": severity, "organization": organization_name, "plan": plan_name, "message": message, "advice": advice, **texts}


def result(organizations: list[dict], findings: list[dict], accepted: list[dict] = (), unseen: list[str] = (), runs_since: str | None = None) -> dict:
    """The whole, with its summary."""
    found = sorted(findings, key=lambda one: (SEVERITIES.index(one["severity"]), one["organization"], one["plan"] or ""))
    seen = [entry for one in organizations for entry in one["coverage"] or ()]
    summary = {severity: len([one for one in found if one["severity"] == severity]) for severity in SEVERITIES}
    summary.update(
        accepted=len(accepted), organizations=len(organizations), plans=sum(len(one["plans"]) for one in organizations),
        accounts=sum(entry["accounts"] for entry in seen), covered=sum(entry["accounts"] for entry in seen if entry["covered"]))
    return {
        "date": NOW.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "server": "https://jumpserver.example.com", "summary": summary, "findings": found,
        "accepted": list(accepted), "organizations": sorted(organizations, key=lambda one: one["organization"]), "days": DAYS, "runs_since": runs_since,
        "unseen": list(unseen)}


def demo() -> dict:
    """An estate of a company, with the troubles that estates have."""
    proved = {"proved": "2026-11-20T10:00:00Z"}
    organizations = [
        organization("Default", [plan("nightly", **proved), plan("weekly-full", "....s..", 54.8, schedule="crontab 0 3 * * 0", max_age=691200, **proved)],
                     linux=64, windows=22, mysql=9),
        organization("Finance", [
            plan("ledger-db", "sssfffs", 6.8, types=["oracle"], **proved), plan("nightly", **proved),
            plan("payments", "sssffff", 102.8, last_execution=execution(6.8, "failed"))], linux=38, oracle=12, windows=17),
        organization("Logistics", [plan("every-12h", schedule="every 12 hours", max_age=None), plan("warehouse", "sss....", 102.8)], linux=41, postgresql=6),
        organization("Production", [
            plan("databases", types=["mysql", "postgresql"], **proved), plan("nightly", **proved), plan("network", "ssssssr"),
            plan("storage-copy", backup_type="object_storage", **proved)], linux=212, mysql=18, postgresql=31, sqlserver=-7),
        organization("Sales", [], linux=-14, windows=-23),
        organization("Test lab", [plan("nightly"), plan("old-nightly", ".......", None, is_active=False, last_execution=None, next_run=None)], linux=57),
        organization("研发中心", [plan("每日备份", **proved), plan("数据库", "sssssss", types=["mysql"])], linux=86, mysql=24),
    ]
    findings = [
        finding("overdue", "Finance", "payments"), finding("last-run-failed", "Finance", "payments"), finding("stopped-firing", "Logistics", "warehouse"),
        finding("overdue", "Logistics", "warehouse"), finding("no-plan", "Sales"), finding("same-person-in-both-parts", "Production", "network"),
        finding("accounts-in-no-plan", "Production", message="accounts are in no backup plan that is active and has a schedule: sqlserver (7)"),
        finding("accounts-in-no-plan", "Sales", message="accounts are in no backup plan that is active and has a schedule: linux (14), windows (23)"),
        finding("inactive-recipient", "Finance", "ledger-db"), finding("undeclared", "Test lab", "nightly"), finding("drill-too-old", "研发中心", "数据库"),
        finding("one-recipient", "Logistics", "every-12h"), finding("one-recipient", "Production", "storage-copy"),
    ]
    accepted = [
        dict(finding("inactive", "Test lab", "old-nightly"), reason="The lab is rebuilt from images every week", until="2026-12-31"),
        dict(finding("one-recipient", "Default", "weekly-full"), reason="The second key holder joins in January", until=None),
    ]
    return result(organizations, findings, accepted, runs_since="2026-11-19")


def large(organizations: int, plans: int) -> dict:
    """So many organizations with so many plans each, and every kind of finding in it."""
    rules = sorted(SAID)
    made, findings = [], []
    for number in range(organizations):
        name = f"Organization {number:03}" if number % 5 else f"组织 {number:03}"
        ones = []
        for position in range(plans):
            label = f"plan-{position:02}-{'nightly' if position % 2 else '每周'}"
            troubled = (number * plans + position) % 7 == 0
            ones.append(plan(label, "ssfsfff" if troubled else "sssssss", 80.0 if troubled else 6.8))
            if troubled:
                findings.append(finding(rules[(number + position) % len(rules)], name, label))
        made.append(organization(name, ones, **{label: (5 if (number + place) % 9 else -5) for place, label in enumerate(TYPES)}))
    return result(made, findings, unseen=["The runs of organization 'Organization 007' could not be seen: the credential may not."])
