# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans as a person would declare them."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import export as _export, plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

from tests.unit.examples import CAROL, DEFAULT, TEAM, plan_row, related

ENTRIES = [
    {"organization": "A", "plans": [{"name": "a", "crontab": "0 3 * * *", "types": ["linux"], "comment": ""}]},
    {"organization": "B", "plans": [{"name": "a", "interval": 3, "types": ["linux"], "comment": ""}], "prune": False},
    {"organization": "C", "plans": [], "allow_empty": True},
]


def test_what_all_plans_share_is_written_once():
    assert _export.estate(ENTRIES) == {
        "backup_plans_defaults": {"types": ["linux"], "comment": ""},
        "backup_plans_organizations": [
            {"organization": "A", "plans": [{"name": "a", "crontab": "0 3 * * *"}]},
            {"organization": "B", "plans": [{"name": "a", "interval": 3}], "prune": False},
            {"organization": "C", "plans": [], "allow_empty": True}]}


@pytest.mark.parametrize("entries", [[], ENTRIES[:1], ENTRIES[2:]], ids=["nothing", "one plan", "no plan"])
def test_nothing_is_shared_by_less_than_two(entries):
    assert _export.estate(entries) == {"backup_plans_defaults": {}, "backup_plans_organizations": entries}


def test_what_was_lifted_is_declared_just_the_same():
    lifted = _export.estate(ENTRIES)
    for before, after in zip(ENTRIES, lifted["backup_plans_organizations"]):
        assert [_plan.with_defaults(plan, lifted["backup_plans_defaults"]) for plan in after["plans"]] == before["plans"]


@pytest.mark.parametrize("fields, written", [
    ({}, False), ({"recipients_part_two": related(CAROL)}, True), ({"recipients_part_one": [], "recipients_part_two": related(CAROL)}, False),
    ({"is_password_divided_by_email": False}, True),
])
def test_what_the_server_says_of_every_plan_is_not_asked_for(fields, written):
    """True without receivers of both parts is the server's own default. Who writes it down is warned that it is not in force."""
    row = plan_row(**{"recipients_part_two": [], "is_password_divided_by_email": True, **fields})
    (plan,) = _export.entry(Organization("Default", DEFAULT, "Default"), [_plan.read(row)], str)["plans"]
    assert ("is_password_divided_by_email" in plan) is written


@pytest.mark.parametrize("organization, called", [(Organization("Default", DEFAULT, "Default"), "Default"), (Organization("Default", TEAM, "Default"), TEAM)],
                         ids=["a name that leads back", "a name that does not"])
@pytest.mark.parametrize("rows", [[], [plan_row()]], ids=["no plans", "a plan"])
def test_the_entry_of_an_organization(organization, called, rows):
    entry = _export.entry(organization, map(_plan.read, rows), str)
    assert (entry["organization"], len(entry["plans"]), entry.get("allow_empty", False)) == (called, len(rows), not rows)
