# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""A text that both the textfile collector of Prometheus' node_exporter and parsers of OpenMetrics take, made of what the two formats share.

Gauges only, as counters have another name in each; no timestamps, units or blank lines; ``# EOF`` is a comment to the one and the end to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Optional

PREFIX = "jumpserver_backup_"
SEVERITIES = ("high", "medium", "low")


class Family(NamedTuple):
    """One metric. ``samples``: labels and value; those without a value are left out."""

    name: str
    help: str
    samples: Iterable[tuple[Mapping[str, str], Optional[float]]]


def render(result: Mapping[str, Any]) -> str:
    """All metrics, and the end."""
    server = {"server": result["server"]}
    lines = [line for family in _families(result) for line in _lines(family, server)]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _families(result: Mapping[str, Any]) -> Iterator[Family]:
    organizations = _distinct(result["organizations"], "organization")
    plans = [
        ({"organization": name, "plan": label}, plan) for name, organization in organizations for label, plan in _distinct(organization["plans"], "name")]
    types = [
        ({"organization": name, "type": entry["type"]}, entry) for name, organization in organizations for entry in organization["coverage"] or ()]
    now, summary = _seconds(result["date"]), result["summary"]

    yield Family("audit_timestamp_seconds", "When the audit looked.", [({}, now)])
    yield Family("unseen", "What the credential of the audit could not see.", [({}, len(result["unseen"]))])
    yield Family("findings", "Findings of the audit, without accepted ones.", [({"severity": name}, summary[name]) for name in SEVERITIES])
    yield Family("accepted_findings", "Findings that were accepted as a risk.", [({}, summary["accepted"])])
    yield Family("organization_findings", "Findings by organization, without accepted ones.", _by_organization(organizations, result["findings"]))
    yield Family("accounts", "Accounts that are there.", [(labels, entry["accounts"]) for labels, entry in types])
    yield Family(
        "accounts_covered", "Accounts whose type is in an active plan with a schedule.",
        [(labels, entry["accounts"] if entry["covered"] else 0) for labels, entry in types])
    yield Family("plan_active", "Whether the plan is active.", [(labels, int(bool(plan["is_active"]))) for labels, plan in plans])
    yield Family(
        "last_success_timestamp_seconds", "When the last successful run of the plan began.",
        [(labels, _began(now, plan["last_success"])) for labels, plan in plans])
    yield Family(
        "last_success_age_seconds", "How old the last successful run of the plan was at the time of the audit.",
        [(labels, (plan["last_success"] or {}).get("age")) for labels, plan in plans])
    yield Family(
        "max_age_seconds", "How old the last successful run of the plan may be, where that is asked.", [(labels, plan["max_age"]) for labels, plan in plans])
    yield Family(
        "last_run_timestamp_seconds", "When the last run of the plan began.", [(labels, _began(now, plan["last_execution"])) for labels, plan in plans])
    yield Family(
        "last_run_status", "Always 1; the status of the last run of the plan is in the label.",
        [(dict(labels, status=plan["last_execution"]["status"]), 1) for labels, plan in plans if plan["last_execution"]])
    yield Family("next_run_timestamp_seconds", "When the plan is due next.", [(labels, _seconds(plan["next_run"])) for labels, plan in plans])
    yield Family("proved_timestamp_seconds", "When a drill last opened a backup of the plan.", [(labels, _seconds(plan["proved"])) for labels, plan in plans])


def _distinct(rows: Sequence[Mapping[str, Any]], key: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Rows with their names; those that look the same get their ids too, since two series of the same labels make a collector refuse the whole file."""
    names = [row[key] for row in rows]
    return [(name if names.count(name) == 1 else f"{name} ({row['id']})", row) for name, row in zip(names, rows)]


def _by_organization(organizations: Iterable[tuple[str, Mapping]], findings: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, str], Optional[float]]]:
    counted: dict[tuple[str, str], int] = {(name, severity): 0 for name, _organization in organizations for severity in SEVERITIES}
    for finding in findings:
        place = (finding["organization"], finding["severity"])
        counted[place] = counted.get(place, 0) + 1
    return [({"organization": name, "severity": severity}, number) for (name, severity), number in counted.items()]


def _seconds(moment: Optional[str]) -> Optional[float]:
    """Since the epoch, None where there is no such time."""
    if moment is None:
        return None
    try:
        # Python learns what Z means in 3.11
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def _began(now: Optional[float], run: Optional[Mapping[str, Any]]) -> Optional[float]:
    return now - run["age"] if run is not None and now is not None and run["age"] is not None else None


def _lines(family: Family, server: Mapping[str, str]) -> Iterator[str]:
    name = PREFIX + family.name
    yield f"# HELP {name} {family.help}"
    yield f"# TYPE {name} gauge"
    for labels, value in family.samples:
        if value is not None:
            yield f"{name}{{{','.join(_label(*label) for label in {**server, **labels}.items())}}} {_figure(value)}"


def _label(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{name}="{escaped}"'


def _figure(value: float) -> str:
    """Without an exponent, as nothing here is smaller than a second."""
    return str(round(value))
