# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The page of an audit: one file that asks no network for anything, and that reads well without its script too."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._reports import views
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.page import PAGE
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.script import SCRIPT
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.style import STYLE
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.words import SEVERITIES, WHOLE_SERVER, advice, title, verdict

# a day of a plan: the class of its cell
SUCCESS, FAILED, MIXED, RUNNING, NOTHING, UNREAD = ("s", "f", "m", "r", "n", "u")


class Mark(NamedTuple):
    """What the page says of a place: its worst severity, and all findings as ``severity:rule`` for the filter."""

    severity: str
    tags: str
    findings: Sequence[Mapping[str, Any]]


class Plan(NamedTuple):
    """One plan in the matrix. ``age``: of the last successful run, in words; ``facts``: class of the line and its text."""

    number: int
    plan: Mapping[str, Any]
    mark: Mark
    cells: Sequence[str]
    label: str
    age: str
    facts: Sequence[tuple[str, str]]


class Row(NamedTuple):
    """One organization in the matrix. ``accounts`` and ``uncovered`` are None where they could not be seen."""

    organization: str
    mark: Mark
    plans: Sequence[Plan]
    accounts: Optional[int]
    uncovered: Optional[int]


def render(result: Mapping[str, Any]) -> str:
    """The page. Whatever comes from the server goes through the engine's escaping."""
    # asked for here, as only this report needs it
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    rows = _rows(result)
    return environment.from_string(PAGE).render(
        style=STYLE, script=SCRIPT, policy=_policy(), result=result, rows=rows, summary=result["summary"], verdict=verdict(result),
        worst=_worst(result["findings"]), severities=SEVERITIES, title=title, advice=advice, whole_server=WHOLE_SERVER,
        groups=views.groups(result["findings"]), rules=sorted({one["rule"] for one in [*result["findings"], *result["accepted"]]}), days=result["days"][::-1],
        numbers={(plan.plan["name"], row.organization): plan.number for row in rows for plan in row.plans},
        coverage=views.coverage(result["organizations"]), hidden=views.unseen_coverage(result["organizations"])) + "\n"


def _policy() -> str:
    """Nothing is loaded, and nothing runs but what this collection wrote. The empty icon keeps a browser from asking for one."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'; base-uri 'none'; form-action 'none'")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _worst(findings: Sequence[Mapping[str, Any]]) -> str:
    found = {one["severity"] for one in findings}
    return next((severity for severity in SEVERITIES if severity in found), "none")


def _mark(findings: Sequence[Mapping[str, Any]]) -> Mark:
    return Mark(_worst(findings), " ".join(f"{one['severity']}:{one['rule']}" for one in findings), findings)


def _rows(result: Mapping[str, Any]) -> list[Row]:
    found = views.by_place(result["findings"])
    rows = []
    number = 0
    for organization in result["organizations"]:
        name = organization["organization"]
        plans = []
        for plan in organization["plans"]:
            number += 1
            cells = _cells(plan["runs"], result["days"][::-1], result["runs_since"])
            plans.append(Plan(
                number, plan, _mark(found.get((name, plan["name"]), ())), cells, _label(cells), duration((plan["last_success"] or {}).get("age")),
                list(_facts(plan))))
        seen = organization["coverage"]
        rows.append(Row(
            name, _mark(found.get((name, None), ())), plans, None if seen is None else sum(entry["accounts"] for entry in seen),
            None if seen is None else sum(entry["accounts"] for entry in seen if not entry["covered"])))
    return rows


def _cells(runs: Sequence[Mapping[str, Any]], days: Sequence[str], since: Optional[str]) -> list[str]:
    """The classes of the cells, one for each day."""
    by_day: dict[str, set[str]] = {}
    for run in runs:
        by_day.setdefault(run["date"], set()).add(run["status"])
    return [_cell(by_day.get(day, set()), since is not None and day < since) for day in days]


def _cell(statuses: set[str], before: bool) -> str:
    if not statuses:
        return UNREAD if before else NOTHING
    if "failed" in statuses:
        return MIXED if "success" in statuses else FAILED
    return SUCCESS if "success" in statuses else RUNNING


def _label(cells: Sequence[str]) -> str:
    """The cells for those who do not see them."""
    failed = len([cell for cell in cells if cell in (FAILED, MIXED)])
    return f"success on {len([cell for cell in cells if cell in (SUCCESS, MIXED)])} days" + (f", failure on {failed}" if failed else "")


def _facts(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Lines of what is known of a plan, in signs and numbers that need no translation."""
    yield "schedule", plan["schedule"]
    yield "types", ", ".join(plan["types"])
    yield "sends", f"{plan['backup_type']}".replace("_", " ")
    good, last = plan["last_success"], plan["last_execution"]
    yield "good", f"{good['date_start'] or '?'}{_against(good['age'], plan['max_age'])}" if good else "\u2013"
    if last and (not good or last["id"] != good["id"]):
        yield "last", ", ".join(f"{part}" for part in (last["status"], last["date_start"], last.get("reason")) if part)
    if plan["next_run"]:
        yield "next", plan["next_run"].replace("T", " ")
    if plan["proved"]:
        yield "proved", plan["proved"].replace("T", " ")


def _against(age: Optional[float], most: Optional[float]) -> str:
    if age is None:
        return ""
    return f" ({duration(age)})" if most is None else f" ({duration(age)} {'>' if age > most else '<='} {duration(most)})"


def duration(seconds: Optional[float]) -> str:
    """About how long, in units that both languages know."""
    if seconds is None:
        return "\u2013"
    for unit, name in ((86400, "d"), (3600, "h")):
        if seconds >= 2 * unit:
            return f"{int(seconds // unit)} {name}"
    return f"{int(seconds // 60)} min"
