# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last run and the last successful one of each plan, out of one list."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import history as _history, row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dates as _dates, dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

from tests.unit.examples import DEFAULT, OTHER_PLAN, PLAN, RUN, plan_row, run_row

ORGANIZATION = Organization("Default", DEFAULT, "Default", True)


# the newest run of each plan


class History:
    """A server with runs, newest first, in pages of two."""

    def __init__(self, *rows):
        self.rows, self.params, self.pages_read = list(rows), None, 0

    def pages(self, path, doing, organization=None, params=None):
        assert (path, organization) == (_dialect.EXECUTIONS, DEFAULT)
        self.params = params
        for start in range(0, len(self.rows), 2):
            self.pages_read += 1
            yield self.rows[start:start + 2], len(self.rows)


def run_of(plan, number, dialect="v4.8", state="success"):
    row = run_row(dialect, state, id="%s%04d" % (RUN[:-4], number))
    return dict(row, automation={"id": plan, "name": "x"}) if dialect == "v4.8" else dict(row, plan=plan)


def number(row):
    return None if row is None else int(row["id"][-4:])


def latest(history, *rows):
    """plan id to (number of the last run, number of the last success, whether None means never)."""
    found = _history.latest(history, ORGANIZATION, [_plan.read(row) for row in rows])
    return {plan: (number(one.last), number(one.success), one.complete) for plan, one in found.items()}


def newest(history, *rows):
    return {plan: last for plan, (last, _success, _complete) in latest(history, *rows).items()}


EVER_RUN = plan_row(executed_amount=3)
ALSO_RUN = plan_row(id=OTHER_PLAN, name="other", executed_amount=1)


@pytest.mark.parametrize("dialect", ["v3.9", "v4.8"])
def test_the_newest_run_of_each_plan(dialect):
    history = History(*[run_of(plan, number, dialect) for number, plan in enumerate([PLAN, PLAN, OTHER_PLAN, PLAN, OTHER_PLAN])])
    assert newest(history, EVER_RUN, ALSO_RUN) == {PLAN: 0, OTHER_PLAN: 2}


def test_no_more_pages_are_read_than_it_takes_to_meet_every_plan():
    history = History(*[run_of(plan, number) for number, plan in enumerate([PLAN, OTHER_PLAN, PLAN, OTHER_PLAN, PLAN])])
    newest(history, EVER_RUN, ALSO_RUN)
    assert history.pages_read == 1
    assert history.params == {"order": "-date_start"}


def test_a_plan_that_never_ran_is_not_looked_for():
    history = History(run_of(PLAN, 0))
    assert newest(history, plan_row(executed_amount=0)) == {}
    assert history.pages_read == 0


def test_a_plan_whose_server_does_not_count_runs_is_looked_for():
    row = {key: value for key, value in EVER_RUN.items() if key != "executed_amount"}
    assert newest(History(run_of(PLAN, 0)), row) == {PLAN: 0}


def test_runs_of_other_plans_are_passed_over():
    assert newest(History(*[run_of(OTHER_PLAN, number) for number in range(5)], run_of(PLAN, 5)), EVER_RUN) == {PLAN: 5}


def test_runs_that_are_gone_leave_nothing_to_show():
    assert newest(History(run_of(OTHER_PLAN, 0)), EVER_RUN) == {}


def test_the_list_is_narrowed_to_a_single_plan_in_the_words_of_every_version():
    history = History(run_of(PLAN, 0))
    newest(history, EVER_RUN, plan_row(id=OTHER_PLAN, executed_amount=0))
    assert history.params == {"order": "-date_start", "plan__name": "nightly", "automation__name": "nightly", "automation_name": "nightly"}


# the last success


def states(*ended):
    """A history of one plan, newest first."""
    return History(*[run_of(PLAN, place, state=state) for place, state in enumerate(ended)])


@pytest.mark.parametrize("ended, expected", [
    (["success"], (0, 0, True)), (["failed", "running", "success", "success"], (0, 2, True)), (["running", "success"], (0, 1, True)),
    (["failed", "failed", "failed"], (0, None, True)),
])
def test_the_last_success_is_found_behind_failures(ended, expected):
    assert latest(states(*ended), plan_row(executed_amount=len(ended))) == {PLAN: expected}


def test_a_plan_whose_runs_were_all_met_is_not_looked_for_any_more():
    history = History(*[run_of(PLAN, place, state="failed") for place in range(2)], *[run_of(OTHER_PLAN, place) for place in range(2, 40)])
    assert latest(history, plan_row(executed_amount=2)) == {PLAN: (0, None, True)}
    assert history.pages_read == 1


def test_a_long_history_without_a_success_is_given_up():
    history = states(*["failed"] * 100)
    assert latest(history, plan_row(executed_amount=100)) == {PLAN: (0, None, False)}
    assert history.pages_read == _history.MOST_PAGES_FOR_SUCCESSES + 1
    assert _row.summary(history.rows[0])["status"] == "failed"


# what an audit asks for, too


DATES = ("2026/11/26 03:00:00 +0800", "2026/11/25 03:00:00 +0800", "2026/11/24 03:00:00 +0800", "2026/11/23 03:00:00 +0800", "2026/11/22 03:00:00 +0800")


def dated(*states, trigger="timing"):
    return [dict(run_of(PLAN, 9 - place, state=state), date_start=date, trigger={"value": trigger, "label": ""})
            for place, (state, date) in enumerate(zip(states, DATES))]


def test_all_runs_since_a_time_are_kept_in_short_and_the_rest_is_not_read():
    history = History(*dated("success", "failed", "success", "success", "success"))
    found = _history.latest(history, ORGANIZATION, [_plan.read(EVER_RUN)], _dates.moment(DATES[1]))[PLAN]
    assert [(brief.date, brief.status) for brief in found.since] == [(DATES[0], "success"), (DATES[1], "failed")]
    # the page with the first earlier run is the last one
    assert history.pages_read == 2 and found.read_until == _dates.moment(DATES[3])
    assert (number(found.last), number(found.success), number(found.scheduled)) == (9, 9, 9)


def test_what_was_read_to_its_end_says_so():
    history = History(*dated("success", "success"))
    found = _history.latest(history, ORGANIZATION, [_plan.read(EVER_RUN)], _dates.moment(DATES[4]))[PLAN]
    assert found.read_until is None and len(found.since) == 2


def test_the_newest_run_that_the_schedule_started():
    rows = dated("success", "success", trigger="manual")[:1] + dated("success", "success")[1:]
    assert number(_history.latest(History(*rows), ORGANIZATION, [_plan.read(EVER_RUN)])[PLAN].scheduled) == 8
