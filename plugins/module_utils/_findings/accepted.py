# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Risks that somebody accepted: which findings they take out, until when. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import Finding
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput


DAY = re.compile(r"^(\d{4}-\d\d-\d\d)[T ][\d:.+Z -]+$", re.ASCII)


class Acceptance(NamedTuple):
    """One accepted risk. ``organization`` or ``plan`` None: any. ``until``: the last day, None for ever."""

    rule: str
    organization: Optional[str]
    plan: Optional[str]
    reason: str
    until: Optional[date]

    def accepts(self, finding: Finding) -> bool:
        return (
            self.rule == finding.rule and self.organization in (None, finding.organization)
            and (self.plan is None or self.plan == finding.plan))

    @property
    def described(self) -> str:
        about = [f"rule {self.rule!r}"]
        about += [f"organization {self.organization!r}"] if self.organization is not None else []
        return ", ".join(about + ([f"plan {self.plan!r}"] if self.plan is not None else []))


class Sorted(NamedTuple):
    """``open``: the findings that count. ``accepted``: (finding, acceptance). ``remarks``: what is to be said of the acceptances."""

    open: list[Finding]
    accepted: list[tuple[Finding, Acceptance]]
    remarks: list[str]


def read(entries: Iterable[Mapping], rules: Sequence[str]) -> list[Acceptance]:
    """The entries of the option ``ignore``, or BadInput. ``rules``: the ids that there are."""
    return [_read(entry, f"Entry {position} of ignore", rules) for position, entry in enumerate(entries, 1)]


def _read(entry: Mapping, place: str, rules: Sequence[str]) -> Acceptance:
    if entry["rule"] not in rules:
        raise BadInput(f"{place}: there is no rule {entry['rule']!r}. The rules are {', '.join(sorted(rules))}.")
    if not entry["reason"].strip():
        raise BadInput(f"{place} needs a reason, for whoever reads the report.")
    until = None
    if entry.get("until"):
        try:
            # YAML makes a date of it, which comes here as a text with or without a time
            until = date.fromisoformat(DAY.sub(r"\1", entry["until"].strip()))
        except ValueError:
            raise BadInput(f"{place}: until must be a day such as 2026-12-31, not {entry['until']!r}.") from None
    return Acceptance(entry["rule"], entry.get("organization") or None, entry.get("plan") or None, entry["reason"].strip(), until)


def anything(_acceptance: Acceptance) -> bool:
    """Of an audit that would have found whatever there is."""
    return True


def sort(
    findings: Iterable[Finding], acceptances: Sequence[Acceptance], today: date, looked_for: Callable[[Acceptance], bool] = anything,
) -> Sorted:
    """The findings, parted by what was accepted. An acceptance counts until the end of its last day.

    ``looked_for``: whether all that an acceptance could accept would have been found. If not, nothing is said of one that fits no finding.
    """
    left, accepted, used = [], [], set()
    for finding in findings:
        for acceptance in acceptances:
            if acceptance.accepts(finding):
                used.add(acceptance)
                if acceptance.until is None or today <= acceptance.until:
                    accepted.append((finding, acceptance))
                    break
        else:
            left.append(finding)
    remarks = [
        f"The risk that was accepted until {acceptance.until} is open again: {acceptance.described}." for acceptance in acceptances
        if acceptance in used and acceptance.until is not None and acceptance.until < today]
    remarks += [
        f"An entry of ignore fits no finding any more: {acceptance.described}." for acceptance in acceptances
        if acceptance not in used and looked_for(acceptance)]
    return Sorted(left, accepted, remarks)
