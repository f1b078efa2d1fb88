# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Markdown for a pull request or a ticket, in the form of GitHub and GitLab. Such places limit a text, so long tables end with a count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._reports import views
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.words import SEVERITIES, verdict

# characters of a table; GitHub takes 65536 in one comment
MOST_FINDINGS = 36000
MOST_ACCEPTED = 8000
MOST_OTHERS = 6000
# what means something within a line of Markdown, or calls for people and issues
SPECIAL = re.compile(r"[\\`*_\[\]<>&|~!@#$]|:(?=\S)")
# what a code span cannot hold in a table
UNFIT_FOR_CODE = re.compile(r"[`|\\]|^\s|\s$|^$")


def render(result: Mapping[str, Any]) -> str:
    """Verdict, findings, accepted risks, coverage, and what was not seen."""
    summary = result["summary"]
    parts = [
        "# Backups of JumpServer",
        f"{_text(verdict(result).en)}",
        f"{_code(result['server'])}, {_text(result['date'])}: {summary['plans']} backup plans in {summary['organizations']} organizations{_accounts(summary)}.",
        *_findings(result["findings"], summary), *_accepted(result["accepted"]), *_coverage(result["organizations"]), *_unseen(result),
    ]
    return "\n\n".join(parts) + "\n"


def _accounts(summary: Mapping[str, Any]) -> str:
    return "" if summary["accounts"] is None else f", {summary['covered']} of {summary['accounts']} accounts in a plan"


def _findings(findings: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]) -> list[str]:
    if not findings:
        return ["## Findings", "None."]
    counts = ", ".join(f"{summary[severity]} {severity}" for severity in SEVERITIES)
    rows = [[
        SEVERITIES[one["severity"]].en, _code(one["organization"]), _code(one["plan"]), f"{_code(one['rule'])}: {_text(one['message'])}",
        _text(one["advice"])] for one in findings]
    return ["## Findings", f"{counts}.", *_table(["Severity", "Organization", "Plan", "What is wrong", "What to do"], rows, MOST_FINDINGS)]


def _accepted(accepted: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [[
        SEVERITIES[one["severity"]].en, _code(one["organization"]), _code(one["plan"]), f"{_code(one['rule'])}: {_text(one['message'])}",
        _text(one["reason"]), _text(one["until"] or "no end")] for one in accepted]
    return ["## Accepted risks", *_table(["Severity", "Organization", "Plan", "What is wrong", "Reason", "Until"], rows, MOST_ACCEPTED)] if rows else []


def _coverage(organizations: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [
        [_code(row.type), str(row.accounts), str(row.covered), f"{row.percent} %", str(len(row.without)) if row.without else ""]
        for row in views.coverage(organizations)]
    return ["## Coverage", *_table(["Type", "Accounts", "In a plan", "", "Organizations without"], rows, MOST_OTHERS)] if rows else []


def _unseen(result: Mapping[str, Any]) -> list[str]:
    lines = [f"* {_text(sentence)}" for sentence in result["unseen"]]
    if result["runs_since"]:
        lines.append(f"* Runs before {_text(result['runs_since'])} were not read.")
    hidden = views.unseen_coverage(result["organizations"])
    if hidden:
        lines.append(f"* The accounts of {len(hidden)} of {len(result['organizations'])} organizations were not counted.")
    kept = _first(lines, MOST_OTHERS)
    return ["## What was not seen", "\n".join(kept), *_rest(len(lines) - len(kept))] if lines else []


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], most: int) -> list[str]:
    """The table, as far as it fits, and how much of it does not."""
    lines = [_line(row) for row in rows]
    kept = _first(lines, most)
    return ["\n".join([_line(head), _line(["---"] * len(head)), *kept]), *_rest(len(lines) - len(kept))]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _first(lines: Sequence[str], most: int) -> list[str]:
    kept: list[str] = []
    for line in lines:
        most -= len(line) + 1
        if most < 0:
            break
        kept.append(line)
    return kept


def _rest(number: int) -> list[str]:
    return [f"And {number} more, which are in the other reports."] if number else []


def _text(text: str) -> str:
    """A sentence that means nothing but itself. A joiner without width keeps names of people and numbers of issues from becoming links."""
    return _inert(re.sub("[@#]", "\\g<0>\u2060", text))


def _code(name: Optional[str]) -> str:
    """A name, to the letter: in a code span nobody is called and nothing becomes a link."""
    if name is None:
        return ""
    return f"<code>{_inert(name)}</code>" if UNFIT_FOR_CODE.search(name) else f"`{name}`"


def _inert(text: str) -> str:
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text).replace("www.", "www&#46;")
