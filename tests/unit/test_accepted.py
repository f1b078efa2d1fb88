# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accepted risks: what they take out, and until when."""

from __future__ import annotations

from datetime import date

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import accepted as _accepted
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import Finding
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

TODAY = date(2026, 11, 26)
FOUND = Finding("overdue", "high", "Team", "nightly", "late", "look")
WHOLE = Finding("no-plan", "high", "Team", None, "none", "declare one")


def entry(rule="overdue", organization=None, plan=None, reason="meant", until=None):
    return {"rule": rule, "organization": organization, "plan": plan, "reason": reason, "until": until}


def sort(*entries, found=(FOUND, WHOLE)):
    return _accepted.sort(found, _accepted.read(entries, ["overdue", "no-plan"]), TODAY)


@pytest.mark.parametrize("fields, accepts", [
    ({}, True), ({"organization": "Team"}, True), ({"plan": "nightly"}, True), ({"organization": "Team", "plan": "nightly"}, True), ({"plan": ""}, True),
    ({"organization": "Other"}, False), ({"plan": "weekly"}, False), ({"until": "2026-11-26"}, True), ({"until": "2026-11-25"}, False),
    ({"until": "2026-11-26 00:00:00"}, True), ({"rule": "no-plan", "plan": "nightly"}, False),
])
def test_what_an_entry_accepts(fields, accepts):
    sorted_out = sort(entry(**fields), found=(FOUND,))
    assert (len(sorted_out.accepted), len(sorted_out.open)) == ((1, 0) if accepts else (0, 1))


def test_an_entry_without_a_plan_is_for_the_organization_as_a_whole_too():
    sorted_out = sort(entry("no-plan"))
    assert ([finding for finding, _entry in sorted_out.accepted], sorted_out.open) == ([WHOLE], [FOUND])


def test_an_entry_that_ended_is_told_and_so_is_one_that_fits_nothing():
    assert sort(entry(until="2026-11-01", organization="Team")).remarks == [
        "The risk that was accepted until 2026-11-01 is open again: rule 'overdue', organization 'Team'."]
    assert sort(entry(plan="weekly")).remarks == ["An entry of ignore fits no finding any more: rule 'overdue', plan 'weekly'."]


def test_nothing_is_said_of_an_entry_for_what_was_not_looked_for():
    entries = _accepted.read([entry(organization="Other"), entry(plan="weekly"), entry(until="2026-11-01")], ["overdue"])
    sorted_out = _accepted.sort([FOUND], entries, TODAY, lambda acceptance: acceptance.organization != "Other")
    assert sorted_out.remarks == [
        "The risk that was accepted until 2026-11-01 is open again: rule 'overdue'.",
        "An entry of ignore fits no finding any more: rule 'overdue', plan 'weekly'."]


def test_a_later_entry_counts_where_an_earlier_one_ended():
    sorted_out = sort(entry(until="2026-11-01"), entry(until="2026-12-01"))
    assert [acceptance.until for _finding, acceptance in sorted_out.accepted] == [date(2026, 12, 1)]


@pytest.mark.parametrize("fields, message", [
    ({"rule": "overdeu"}, "Entry 1 of ignore: there is no rule 'overdeu'. The rules are no-plan, overdue."),
    ({"reason": "  "}, "Entry 1 of ignore needs a reason, for whoever reads the report."),
    ({"until": "soon"}, "Entry 1 of ignore: until must be a day such as 2026-12-31, not 'soon'."),
    ({"until": "2026-12-310"}, "Entry 1 of ignore: until must be a day such as 2026-12-31, not '2026-12-310'."),
    ({"until": "2026-12-31 or so"}, "Entry 1 of ignore: until must be a day such as 2026-12-31, not '2026-12-31 or so'."),
    ({"until": "2026-02-30"}, "Entry 1 of ignore: until must be a day such as 2026-12-31, not '2026-02-30'."),
])
def test_an_entry_that_cannot_be(fields, message):
    with pytest.raises(BadInput) as raised:
        sort(entry(**fields))
    assert str(raised.value) == message
