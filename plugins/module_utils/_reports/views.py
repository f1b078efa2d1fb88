# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The findings and the coverage of an audit, put together as reports show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional


class Group(NamedTuple):
    """Findings of one rule of which the same is to be done; the severity may differ from organization to organization, but not within a group."""

    severity: str
    rule: str
    advice: str
    findings: Sequence[Mapping[str, Any]]

    @property
    def fact(self) -> Optional[str]:
        """What is the same of several, and need be said only once."""
        facts = {one["message"] for one in self.findings}
        return facts.pop() if len(facts) == 1 < len(self.findings) else None


class Covered(NamedTuple):
    """Accounts of one type on the whole server. ``without``: organizations in which no plan backs this type up, with their numbers of accounts."""

    type: str
    accounts: int
    covered: int
    without: Sequence[tuple[str, int]]

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 says that all are."""
        return 100 * self.covered // self.accounts if self.accounts else 100


def groups(findings: Iterable[Mapping[str, Any]]) -> list[Group]:
    """In the order of the findings."""
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        found.setdefault((finding["severity"], finding["rule"], finding["advice"]), []).append(finding)
    return [Group(*key, ones) for key, ones in found.items()]


def by_place(findings: Iterable[Mapping[str, Any]]) -> dict[tuple[str, Optional[str]], list[Mapping[str, Any]]]:
    """(organization, plan) to its findings; the plan is None for those of the whole organization."""
    found: dict[tuple[str, Optional[str]], list[Mapping[str, Any]]] = {}
    for finding in findings:
        found.setdefault((finding["organization"], finding["plan"]), []).append(finding)
    return found


def coverage(organizations: Iterable[Mapping[str, Any]]) -> list[Covered]:
    """Types with accounts, sorted by name, as far as they could be seen."""
    found: dict[str, list[tuple[str, int, bool]]] = {}
    for organization in organizations:
        for entry in organization["coverage"] or ():
            found.setdefault(entry["type"], []).append((organization["organization"], entry["accounts"], entry["covered"]))
    return [
        Covered(
            label, sum(number for _name, number, _covered in rows), sum(number for _name, number, covered in rows if covered),
            [(name, number) for name, number, covered in rows if number and not covered])
        for label, rows in sorted(found.items())]


def unseen_coverage(organizations: Iterable[Mapping[str, Any]]) -> list[str]:
    """The organizations whose accounts could not be seen."""
    return [organization["organization"] for organization in organizations if organization["coverage"] is None]
