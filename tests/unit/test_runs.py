# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs say against a plan: a line per situation."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import rules as _rules, runs as _runs
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.runs import GRACE, Run, Runs
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

from tests.unit.examples import plan_row

NOW = 1_800_000_000.0
HOUR, DAY = 3600, 86400
DAILY = plan_row(is_periodic=True, crontab="0 3 * * *", is_active=True)
INACTIVE = dict(DAILY, is_active=False)
BY_HAND = plan_row(is_periodic=False, crontab="", interval=None, is_active=True)
# by day: due an hour ago, and a day before that; saved long before
DUE = (NOW - HOUR, NOW - HOUR - DAY)


def run(ago, status="success", reason=None, delivered=None, reasons=()):
    return Run(NOW - ago, {"status": status, "reason": reason}, delivered, reasons)


def runs(last=None, success=None, scheduled=None, **more):
    known = {"now": NOW, "last": last, "success": success, "scheduled": scheduled, "saved": NOW - 90 * DAY, "due": DUE}
    return Runs(**{**known, **more})


def found(row, known):
    return [finding.rule for finding in _rules.findings(_plan.read(row), known, "Team", _runs.RULES)]


GOOD = run(HOUR - 60)
WELL = {"last": GOOD, "success": GOOD, "scheduled": GOOD.began}

TABLE = [
    ("all is well", DAILY, runs(**WELL), []),
    ("it never ran though it was due", DAILY, runs(), ["never-ran"]),
    ("it is so new that it was not due yet", DAILY, runs(saved=NOW - 60), []),
    ("it is new, and was due since", DAILY, runs(saved=NOW - HOUR - 60), ["never-ran"]),
    ("it never ran and has no schedule", BY_HAND, runs(due=()), ["never-ran"]),
    ("it never ran and is inactive, which is told otherwise", INACTIVE, runs(), []),
    ("executions may not be read", DAILY, runs(seen=False), []),
    ("whether it ever ran was not seen", DAILY, runs(complete=False), []),
    ("it never ran, is not due yet, and is older than a backup may be", DAILY, runs(due=(), max_age=DAY), ["overdue"]),
    ("it never ran, was due, and is older than a backup may be", DAILY, runs(max_age=DAY), ["never-ran"]),
    ("it never ran and is younger than a backup may be", DAILY, runs(due=(), saved=NOW - HOUR, max_age=DAY), []),
    ("it never ran, and that was not seen", DAILY, runs(due=(), complete=False, max_age=DAY), []),
    ("it never ran, is not due yet, and no age is asked", DAILY, runs(due=()), []),
    ("one scheduled run is missing", DAILY, runs(run(DAY), run(DAY), NOW - DAY), ["stopped-firing"]),
    ("a run began late, but within the grace", DAILY, runs(run(HOUR + GRACE - 1), run(HOUR + GRACE - 1), NOW - HOUR - GRACE + 1), []),
    ("it runs by hand only", DAILY, runs(GOOD, GOOD, None), ["stopped-firing"]),
    ("it runs by hand only, as far as was read", DAILY, runs(GOOD, GOOD, None, read_until=NOW - HOUR + 60), []),
    ("it runs by hand only, and that was read far enough", DAILY, runs(GOOD, GOOD, None, read_until=NOW - DAY), ["stopped-firing"]),
    ("it was saved after the last time it was due", DAILY, runs(run(9 * DAY), run(9 * DAY), NOW - 9 * DAY, saved=NOW - 60), []),
    ("no schedule, and long ago", BY_HAND, runs(run(99 * DAY), run(99 * DAY), due=()), []),
    ("two runs are missing", DAILY, runs(run(9 * DAY), run(9 * DAY), NOW - 9 * DAY), ["stopped-firing", "overdue"]),
    ("inactive, and long ago", INACTIVE, runs(run(9 * DAY), run(9 * DAY), NOW - 9 * DAY), []),
    ("the last run failed", DAILY, runs(run(HOUR - 60, "failed"), run(DAY + HOUR - 60), NOW - HOUR + 60), ["last-run-failed"]),
    ("two runs failed", DAILY, runs(run(HOUR - 60, "failed"), run(2 * DAY + HOUR - 60), NOW - HOUR + 60), ["last-run-failed", "overdue"]),
    ("none ever succeeded", DAILY, runs(run(HOUR - 60, "failed"), None, NOW - HOUR + 60), ["last-run-failed", "overdue"]),
    ("the first run goes on", DAILY, runs(run(60, "running"), None, NOW - 60), []),
    ("a run goes on for ever", DAILY, runs(run(2 * DAY, "running"), GOOD, GOOD.began), ["still-running"]),
    ("a run goes on, for some hours", DAILY, runs(run(5 * HOUR, "running"), GOOD, GOOD.began), []),
    ("it says success, and nothing arrived", DAILY, runs(run(HOUR - 60, delivered=False, reasons=("nobody can open it",)), GOOD, GOOD.began),
     ["nothing-delivered"]),
    ("nothing can arrive, as the plan itself says", DAILY, runs(run(HOUR - 60, delivered=False, reasons=("no types",)), GOOD, GOOD.began, blocked=True), []),
    ("it is not known whether it arrived", DAILY, runs(run(HOUR - 60, delivered=None, reasons=("who knows",)), GOOD, GOOD.began), []),
    ("too old for what is asked", BY_HAND, runs(run(3 * DAY), run(3 * DAY), due=(), max_age=2 * DAY), ["overdue"]),
    ("young enough for what is asked", DAILY, runs(run(3 * DAY), run(3 * DAY), NOW - HOUR + 60, max_age=4 * DAY), []),
    ("asked for, and none ever succeeded", BY_HAND, runs(run(HOUR, "failed"), None, due=(), max_age=2 * DAY), ["last-run-failed", "overdue"]),
    ("no drill opened it", DAILY, runs(**WELL, drills=True), ["never-proved"]),
    ("a drill opened one of nobody", DAILY, runs(**WELL, drills=True, drill_of_nobody=True), ["never-proved"]),
    ("a drill opened it", DAILY, runs(**WELL, drills=True, proved=NOW - 9 * DAY), []),
    ("a drill opened it long ago", DAILY, runs(**WELL, drills=True, proved=NOW - 9 * DAY, max_drill_age=8 * DAY), ["drill-too-old"]),
    ("a drill opened it not long ago", DAILY, runs(**WELL, drills=True, proved=NOW - 9 * DAY, max_drill_age=10 * DAY), []),
]


@pytest.mark.parametrize("row, known, expected", [line[1:] for line in TABLE], ids=[line[0] for line in TABLE])
def test_what_is_found(row, known, expected):
    assert found(row, known) == expected


def test_every_rule_has_a_line():
    assert {rule.id for rule in _runs.RULES} == {rule for line in TABLE for rule in line[3]}


def sentence(rule, row, known):
    return next(finding.message for finding in _rules.findings(_plan.read(row), known, "Team", _runs.RULES) if finding.rule == rule)


OLD = "its last successful run is too old: "


@pytest.mark.parametrize("rule, known, expected", [
    ("overdue", runs(run(3 * DAY), run(3 * DAY), NOW - HOUR, max_age=26 * HOUR), OLD + "it began 3 days ago, and 26 hours are allowed"),
    ("overdue", runs(run(3 * DAY), run(3 * DAY), NOW - HOUR), OLD + "it began 3 days ago, and since then two runs were missed or failed"),
    ("overdue", runs(run(60, "failed")), OLD + "none can be seen, and two runs were missed or failed"),
    ("last-run-failed", runs(run(7300, "failed", "no route")), "the last run of 2 hours ago failed (no route)"),
    ("stopped-firing", runs(run(3 * DAY), GOOD, NOW - 3 * DAY),
     "its schedule starts no runs any more: the last one began 3 days ago, and another was due 60 minutes ago"),
    ("drill-too-old", runs(**WELL, drills=True, proved=NOW - 9 * DAY, max_drill_age=8 * DAY),
     "the last drill that opened a backup of this plan was 9 days ago, and 8 days are allowed"),
    ("nothing-delivered", runs(run(60, delivered=False, reasons=("a", "b"))),
     "JumpServer calls the last run a success, but nothing that can be read arrived: a; b"),
])
def test_the_fact_in_words(rule, known, expected):
    assert sentence(rule, DAILY, known) == expected
