# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with an organization as a whole, and what differs from its declaration."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import organization as _organization, rules as _rules
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.organization import Coverage, Whole
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, reconcile as _reconcile
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Decision, PlanError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, Unproved

from tests.unit.examples import DEFAULT, OTHER_PLAN, plan_row

TEAM = Organization("Default", DEFAULT, "Default", True)
DAILY = {"is_periodic": True, "crontab": "0 3 * * *", "interval": None, "is_active": True}


def plan(**fields):
    return _plan.read(plan_row(**{**DAILY, **fields}))


@pytest.mark.parametrize("plans, covered", [
    ([plan(types=["linux"])], True), ([plan(types=["linux"], is_active=False)], False), ([plan(types=["linux"], is_periodic=False, crontab="")], False),
    ([plan(types=["linux"], is_periodic=True, crontab="", interval=None)], False), ([plan(types=["mysql"])], False), ([], False),
    ([plan(types=["mysql"]), plan(types=["linux"], crontab="", interval=6)], True), ([plan(types="linux")], False),
    # one that never fires backs up nothing; months by name do where the server is new enough
    ([plan(types=["linux"], crontab="0 3 30 2 *")], False), ([plan(types=["linux"], crontab="0 3 * * 7")], False),
    ([plan(types=["linux"], crontab="0 3 1 Jan,july *")], True), ([plan(types=["linux"], crontab="0 3 30 feb *")], False),
    ([plan(types=["linux"], crontab="* * * * *")], True),
])
def test_only_a_plan_that_runs_by_itself_covers_its_types(plans, covered):
    assert _organization.coverage({"linux": 3, "oracle": 0}, plans) == [Coverage("linux", 3, covered)]


NOT_COVERED = "accounts are in no backup plan that is active and has a schedule: "
LINUX, MYSQL, REST = Coverage("linux", 3, False), Coverage("mysql", 2, True), Coverage(_organization.OTHER_TYPES, 4, False)
WHOLES = [
    (Whole(1, [MYSQL]), []), (Whole(1, None), []), (Whole(1, []), []),
    (Whole(1, [LINUX, MYSQL, REST]), [("accounts-in-no-plan", NOT_COVERED + "3 of type linux, 4 of other types")]),
    (Whole(0, None), [("no-plan", "it has no backup plan at all")]), (Whole(0, []), [("no-plan", "it has no backup plan, and no accounts either")]),
    (Whole(0, [LINUX]), [("no-plan", "it has no backup plan at all"),
                         ("accounts-in-no-plan", NOT_COVERED + "3 of type linux")]),
]


@pytest.mark.parametrize("whole, expected", WHOLES)
def test_an_organization_as_a_whole(whole, expected):
    found = _rules.findings(None, whole, "Team", _organization.RULES)
    assert [(one.rule, one.message) for one in found] == expected
    assert {(one.organization, one.plan) for one in found} <= {("Team", None)}


def decided(*options, plans=()):
    desired = [_plan.declare({"name": name, **fields})[0] for name, fields in options]
    operations, errors = _reconcile.reconcile(desired, plans)
    return Decision(TEAM, tuple(operations), tuple(PlanError(name, reason, "Default") for name, reason in errors.items()))


def drift(decision, plans=()):
    return [(one.rule, one.plan) for one in _organization.drift(decision, plans)]


def test_what_differs_from_a_declaration():
    there = [plan(name="as declared"), plan(name="other", id=OTHER_PLAN, types=["linux"])]
    assert drift(decided(("as declared", {}), ("other", {"types": ["linux"]}), plans=there), there) == []
    assert drift(decided(("as declared", {}), ("other", {"types": ["mysql"]}), ("new", {}), plans=there), there) == [("missing", "new"), ("differs", "other")]
    assert drift(decided(("as declared", {}), plans=there), there) == [("undeclared", "other")]
    assert drift(decided(plans=there), there) == [("undeclared", "as declared"), ("undeclared", "other")]


def test_a_declaration_that_cannot_be_applied_is_a_finding_and_its_plan_is_declared_all_the_same():
    there = [plan(name="nightly")]
    refused = Decision(TEAM, (), (PlanError("nightly", "recipients_part_one: 'bob' is no user", "Default"),))
    found = _organization.drift(refused, there)
    assert [(one.rule, one.plan, one.message) for one in found] == [
        ("bad-declaration", "nightly", "its declaration cannot be applied: recipients_part_one: 'bob' is no user")]


@pytest.mark.parametrize("error, rule, sentence", [
    (Unproved("No such one. Look."), "missing", "Organization 'Default': it is declared and not there: No such one. Look; create the organization, or call it "
                                                "in the declaration what the server calls it."),
    (BadInput("It is there twice."), "bad-declaration", "Organization 'Default': its declaration cannot be applied: It is there twice; mend the declaration."),
])
def test_an_organization_that_cannot_be(error, rule, sentence):
    (found,) = _organization.drift(Decision(TEAM, error=error), ())
    assert (found.rule, found.plan, found.sentence) == (rule, None, sentence)


def test_plans_of_an_organization_that_is_not_declared():
    assert [(one.rule, one.organization, one.plan) for one in _organization.undeclared("Team", [plan(name="x")])] == [("undeclared", "Team", "x")]
