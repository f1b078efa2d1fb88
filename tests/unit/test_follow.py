# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Executions are started once, found again when the start was not answered, and waited for whatever the weather."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import follow as _follow, row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.follow import Executions
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Answer
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import moment
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError, Refused, Unknown, Unreachable
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import ProvedScope

from tests.unit import examples
from tests.unit.examples import DEFAULT, OTHER_PLAN, PLAN, RUN, plan_row, run_row

ORGANIZATION = Organization("Default", DEFAULT, "Default", True)


# waiting, on a clock of its own


class FakeClient:
    """A server whose runs and tasks go through given states: seconds -> row (None: absent), and seconds -> task (the same, or the status of a refusal)."""

    def __init__(self, rows, tasks):
        self.rows, self.tasks = rows, tasks
        self.now = 0.0

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds

    def clock(self):
        return self.now

    def find(self, path, doing, organization=None):
        assert organization == DEFAULT
        states = self.rows if path == "%s%s/" % (_dialect.EXECUTIONS, RUN) else self.tasks
        body = next(state for since, state in reversed(states) if since <= self.now)
        if isinstance(body, int):
            raise Refused("Cannot %s." % doing, body)
        if isinstance(body, Exception):
            raise body
        return body


QUEUED, FINISHED = {"is_finished": False}, {"is_finished": True}
RUNNING, SUCCESS = run_row("v4.8", "running"), run_row("v4.8", "success")


def follow(server, wait_timeout=1800, start_timeout=120):
    """(the row at the end, the status of what each poll showed)"""
    seen = []
    runs = Executions(ProvedScope(server, ORGANIZATION), sleep=server.sleep, clock=server.clock)
    row = runs.follow(RUN, wait_timeout, start_timeout, lambda row: seen.append(row and _row.summary(row)["status"]))
    return row, seen


def test_a_run_is_followed_from_the_queue_to_its_end():
    row, seen = follow(FakeClient([(0, None), (1, RUNNING), (3, SUCCESS)], [(0, QUEUED)]))
    assert row is SUCCESS
    assert list(dict.fromkeys(seen)) == [None, "running", "success"]


@pytest.mark.parametrize("state", ["success", "failed"])
def test_a_run_that_is_over_already_is_read_once(state):
    server = FakeClient([(0, run_row("v3.9", state))], [(0, FINISHED)])
    _row, seen = follow(server)
    assert (seen, server.now) == ([state], 0.0)


def test_a_long_run_is_asked_for_less_and_less_often():
    server = FakeClient([(0, RUNNING), (600, SUCCESS)], [(0, QUEUED)])
    _row, seen = follow(server)
    assert len(seen) < 600 / 5 + 20
    assert 600 <= server.now <= 605


def test_no_worker_takes_it():
    server = FakeClient([(0, None)], [(0, QUEUED)])
    with pytest.raises(JumpServerError, match=r"No worker took the execution %s within 120 seconds \(start_timeout\).*celery" % RUN):
        follow(server)
    assert 120 <= server.now <= 126


def test_a_worker_that_comes_late_but_in_time_is_waited_for():
    row, _seen = follow(FakeClient([(0, None), (119, SUCCESS)], [(0, QUEUED)]))
    assert row is SUCCESS


@pytest.mark.parametrize("task", [None, 403], ids=["not shown", "no right"])
def test_without_a_look_at_the_task_the_queue_is_waited_for_all_the_same(task):
    assert follow(FakeClient([(0, None), (30, SUCCESS)], [(0, task)]))[0] is SUCCESS
    with pytest.raises(JumpServerError, match="No worker took"):
        follow(FakeClient([(0, None)], [(0, task)]))


def test_the_plan_was_deleted_meanwhile():
    server = FakeClient([(0, None)], [(0, QUEUED), (5, FINISHED)])
    with pytest.raises(JumpServerError, match="left no trace: its backup plan was deleted"):
        follow(server)
    assert server.now < 15


class Race(FakeClient):
    """A run that appears, and ends, between the look at it and the look at its task."""

    def find(self, path, *arguments, **options):
        answer = super().find(path, *arguments, **options)
        if path.startswith(_follow.TASKS):
            self.rows = [(0, SUCCESS)]
        return answer


def test_a_run_that_appears_just_when_its_task_ends_is_no_loss():
    row, seen = follow(Race([(0, None)], [(0, FINISHED)]))
    assert row is SUCCESS
    assert seen[-1] == "success"


@pytest.mark.parametrize("rows", [[(0, RUNNING)], [(0, None), (5, RUNNING)]], ids=["running", "queued, then running"])
def test_a_run_that_does_not_end(rows):
    server = FakeClient(rows, [(0, QUEUED)])
    with pytest.raises(JumpServerError, match=r"The execution %s is not finished after 30 seconds \(wait_timeout\).*execution_id" % RUN):
        follow(server, wait_timeout=30)
    assert 30 <= server.now < 31


def test_a_wait_of_no_time_looks_once():
    server = FakeClient([(0, RUNNING)], [(0, QUEUED)])
    with pytest.raises(JumpServerError, match="wait_timeout"):
        follow(server, wait_timeout=0)
    assert server.now == 0.0


# bad weather

LOST = Unreachable("Nobody answers.", sent=True)
DOWN = Unreachable("Cannot be reached.", sent=False)
SLOW = Unreachable("No answer within 60 seconds.", sent=True, hopeless=True)
UNTRUSTED = Unreachable("The certificate is not trusted.", sent=False, hopeless=True)


@pytest.mark.parametrize("weather", [LOST, DOWN, SLOW, 500, 502, 503, 504, 429, 404], ids=str)
def test_a_server_that_fails_or_restarts_does_not_end_the_waiting(weather):
    row, seen = follow(FakeClient([(0, RUNNING), (5, weather), (300, RUNNING), (310, SUCCESS)], [(0, QUEUED)]))
    assert row is SUCCESS and seen[-1] == "success"
    assert follow(FakeClient([(0, None), (30, SUCCESS)], [(0, weather)]))[0] is SUCCESS


def test_a_server_that_fails_for_good_is_given_up_in_time_and_said_so():
    server = FakeClient([(0, RUNNING), (5, 503)], [(0, QUEUED)])
    with pytest.raises(JumpServerError) as caught:
        follow(server, wait_timeout=30)
    assert str(caught.value) == (
        f"The execution {RUN} is not finished after 30 seconds (wait_timeout). It goes on; wait for it again with execution_id. The last attempt to look: "
        f"Cannot read the execution {RUN} in organization 'Default'.")


@pytest.mark.parametrize("weather", [UNTRUSTED, 401, 403], ids=str)
def test_what_waiting_cannot_mend_ends_it(weather):
    with pytest.raises(JumpServerError) as caught:
        follow(FakeClient([(0, RUNNING), (5, weather)], [(0, QUEUED)]))
    assert "wait_timeout" not in str(caught.value)


def test_a_run_that_may_be_of_another_organization_is_not_called_deleted():
    server = FakeClient([(0, None)], [(0, FINISHED)])
    with pytest.raises(JumpServerError, match="or it belongs to another organization"):
        Executions(ProvedScope(server, ORGANIZATION), sleep=server.sleep, clock=server.clock).follow(RUN, 60, 60, lambda row: None, ours=False)


# starting


class Starts:
    """A server that answers a start with ``answer``, an exception among them, and shows ``runs``: (seconds, row) in its list from then on."""

    def __init__(self, answer, runs=(), date="Tue, 24 Nov 2026 09:39:40 GMT"):
        self.answer, self.runs, self.date = answer, runs, date
        self.now, self.posted, self.looked = 0.0, [], 0

    def sleep(self, seconds):
        self.now += seconds

    def clock(self):
        return self.now

    def post(self, path, body, doing, organization):
        self.posted.append((path, body, organization))
        if isinstance(self.answer, Exception):
            raise self.answer
        return Answer(201, {}, self.answer, "")

    def get(self, path, doing, organization, params):
        assert (path, organization, params["order"]) == (_dialect.EXECUTIONS, DEFAULT, "-date_start")
        self.looked += 1
        shown = [row for since, row in self.runs if since <= self.now]
        if shown and isinstance(shown[0], Exception):
            raise shown[0]
        return Answer(200, {"Date": self.date} if self.date else {}, {"count": len(shown), "results": shown}, "")

    def start(self, dialect="v4.8", **options):
        runs = Executions(ProvedScope(self, ORGANIZATION), sleep=self.sleep, clock=self.clock, now=lambda: moment("2026/11/24 17:39:40 +0800"))
        return runs.start(_plan.read(plan_row(dialect)), _dialect.BY_NAME[dialect], **options)


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_a_run_is_started_under_the_key_of_the_dialect(dialect):
    server = Starts({"task": RUN})
    assert server.start(dialect) == RUN
    key = "automation" if dialect == "v4.8" else "plan"
    assert server.posted == [(_dialect.EXECUTIONS, {key: PLAN}, DEFAULT)] and server.looked == 0


UNANSWERED = [
    LOST, SLOW, Refused("500.", 500), Refused("504.", 504), Refused("408.", 408), Refused("No JSON.", 201), {}, {"task": None}, {"task": "soon"}, [], "x"]


@pytest.mark.parametrize("answer", UNANSWERED, ids=repr)
@pytest.mark.parametrize("date", ["Tue, 24 Nov 2026 09:39:40 GMT", None], ids=["server's clock", "our clock"])
def test_a_start_that_was_not_answered_is_looked_for_and_never_sent_again(answer, date):
    server = Starts(answer, [(1, SUCCESS)], date)
    assert server.start() == RUN
    assert len(server.posted) == 1 and 1 <= server.now < 4


@pytest.mark.parametrize("answer", UNANSWERED, ids=repr)
def test_a_run_that_does_not_show_may_be_going_on(answer):
    server = Starts(answer)
    with pytest.raises(Unknown, match="A run may be going on all the same, though none shows yet: look at the plan's executions before it is started again"):
        server.start()
    assert len(server.posted) == 1 and server.looked > 2 and server.now <= 11


@pytest.mark.parametrize("row", [
    {**SUCCESS, "date_start": "2026/11/24 17:39:30 +0800"}, {**SUCCESS, "trigger": {"value": "timing"}},
    {**SUCCESS, "automation": {"id": OTHER_PLAN, "name": "nightly"}}, {**SUCCESS, "date_start": None},
], ids=["started before", "by the schedule", "of another plan", "without a date"])
def test_another_run_is_not_taken_for_ours(row):
    with pytest.raises(Unknown):
        Starts(LOST, [(0, row)]).start(look_for=1)


@pytest.mark.parametrize("answer", [DOWN, Refused("400.", 400), Refused("403.", 403), Refused("301.", 301)], ids=str)
def test_a_start_that_was_turned_down_is_just_that(answer):
    server = Starts(answer)
    with pytest.raises(type(answer)) as caught:
        server.start()
    assert caught.value is answer and server.looked == 0


def test_a_look_that_fails_is_repeated():
    server = Starts(LOST, [(0, DOWN)])
    with pytest.raises(Unknown):
        server.start()
    assert server.looked > 2
