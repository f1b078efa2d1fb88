# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of a plan: how they are read in each dialect, judged, and waited for."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import execution as _execution
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Answer
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.execution import Runs

from tests.contract import tapes
from tests.unit import examples
from tests.unit.examples import ALICE, DEFAULT, OTHER_PLAN, PLAN, RUN, S3, SFTP, plan_row, related, run_row

TIMED = ("v3.0", "v3.6", "v3.9")
ORGANIZATION = Organization("Default", DEFAULT, "Default", True)


# summaries


@pytest.mark.parametrize("dialect", TIMED)
def test_a_run_to_4_7_is_told_by_its_time(dialect):
    assert _execution.summary(run_row(dialect, "running")) == {
        "id": RUN, "status": "running", "date_start": "2026/11/24 17:39:49 +0800", "date_finished": None, "duration": None, "reason": None}
    success, failed = (_execution.summary(run_row(dialect, state)) for state in ("success", "failed"))
    assert (success["status"], success["duration"], success["reason"]) == ("success", 0.25, None)
    assert (failed["status"], failed["duration"], failed["reason"]) == ("failed", 0.008, "Not Found Recipients")


def test_a_run_from_4_8_is_told_by_its_status():
    running, success, failed = (_execution.summary(run_row("v4.8", state)) for state in ("running", "success", "failed"))
    assert (running["status"], running["duration"], running["date_finished"]) == ("running", None, None)
    assert success == {
        "id": RUN, "status": "success", "date_start": "2026/11/24 17:39:49 +0800", "date_finished": "2026/11/24 17:39:50 +0800", "duration": 0.25,
        "reason": None}
    assert (failed["status"], failed["duration"], failed["reason"]) == ("failed", 0.01, None)


STATES = {"ready": "pending", "pending": "pending", "running": "running", "success": "success", "failed": "failed", "error": "failed", "canceled": "failed",
          "new in 5.0": "failed"}


@pytest.mark.parametrize("state, status", STATES.items(), ids=STATES)
@pytest.mark.parametrize("wrapped", [True, False], ids=["with label", "plain"])
def test_every_state_from_4_8_on_has_a_status(state, status, wrapped):
    execution = _execution.summary(run_row("v4.8", "running", status={"value": state, "label": "x"} if wrapped else state))
    assert execution["status"] == status
    assert _execution.is_finished(execution) is (status in ("success", "failed"))


@pytest.mark.parametrize("state", ["canceled", "new in 5.0"])
def test_an_unusual_end_is_named(state):
    assert repr(state) in _execution.summary(run_row("v4.8", "failed", status=state))["reason"]


@pytest.mark.parametrize("reason, shown", [("-", None), ("", None), (None, None), ("[Errno 111] Connection refused", "[Errno 111] Connection refused")])
def test_a_dash_is_no_reason(reason, shown):
    assert _execution.summary(run_row("v3.9", "failed", reason=reason))["reason"] == shown


@pytest.mark.parametrize("dialect", examples.DIALECTS)
@pytest.mark.parametrize("state", ["running", "success", "failed"])
def test_no_snapshot_is_in_a_summary(dialect, state):
    shown = _execution.summary(run_row(dialect, state, with_password=["Alice(alice)"]))
    assert set(shown) == {"id", "status", "date_start", "date_finished", "duration", "reason"}
    assert "canary" not in repr(shown)


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_the_plan_of_a_run(dialect):
    assert _execution.plan_id(run_row(dialect, "running")) == PLAN


@pytest.mark.parametrize("row, expected", [({"automation": None}, ""), ({}, ""), ({"plan": PLAN.upper()}, PLAN), ({"automation": PLAN}, PLAN)], ids=repr)
def test_the_plan_of_an_odd_row(row, expected):
    assert _execution.plan_id(row) == expected


@pytest.mark.parametrize("version", ["3.5", "3.10", "4.10"])
def test_every_recorded_run_can_be_read(version):
    statuses = []
    for exchange in tapes.load(version).exchanges:
        body, path = exchange.answer.body, exchange.path.split("?")[0]
        if exchange.method == "GET" and exchange.answer.status == 200 and path.startswith(_dialect.EXECUTIONS) and isinstance(body, (dict, list)):
            rows = body if isinstance(body, list) else body.get("results", [body] if "id" in body else [])
            statuses += [_execution.summary(row)["status"] for row in rows if "date_start" in row]
    assert {"running", "success", "failed"} <= set(statuses) <= {"pending", "running", "success", "failed"}


# what stands against a delivery

STORAGE = {"backup_type": {"value": "object_storage", "label": "x"}}
TYPES = {SFTP: "sftp", S3: "s3"}
NO_RECIPIENTS = {"recipients": [], "recipients_part_one": [], "recipients_part_two": []}
OBSTACLES = {
    "nothing": ({}, None),
    "no types": ({"types": []}, "no platform type"),
    "types are a text": ({"types": "linux"}, "no platform type"),
    "types are a number": ({"types": 5}, "no platform type"),
    "types are objects": ({"types": [{"value": "linux"}]}, "no platform type"),
    "no recipients": (NO_RECIPIENTS, "no recipients"),
    "second group only": ({"recipients_part_one": []}, None),
    "slash": ({"name": "a/b"}, "slash"),
    "storage": (STORAGE, None),
    "storage, nobody to mail to": ({**STORAGE, **NO_RECIPIENTS}, None),
    "no storage": ({**STORAGE, "obj_recipients_part_one": []}, "no storage to send to"),
    "storage of another type": ({**STORAGE, "obj_recipients_part_one": related(S3)}, "none of the plan's storages is of type sftp"),
    "storage of unknown type": ({**STORAGE, "obj_recipients_part_one": [{"id": ALICE, "name": "x"}]}, None),
    "one storage of another type": ({**STORAGE, "obj_recipients_part_two": related(S3)}, None),
}


@pytest.mark.parametrize("changes, obstacle", OBSTACLES.values(), ids=OBSTACLES)
def test_obstacle(changes, obstacle):
    found = _execution.obstacles(_plan.read(plan_row(**changes)), TYPES)
    assert len(found) == bool(obstacle)
    assert obstacle is None or obstacle in found[0]


@pytest.mark.parametrize("dialect", ["v3.0", "v3.6"])
def test_before_3_9_mail_is_all_there_is(dialect):
    assert _execution.obstacles(_plan.read(plan_row(dialect)), {}) == []
    nobody = {key: [] for key in NO_RECIPIENTS if key in plan_row(dialect)}
    assert _execution.obstacles(_plan.read(plan_row(dialect, **nobody)), {}) == ["the plan has no recipients"]


def test_all_obstacles_are_told():
    assert len(_execution.obstacles(_plan.read(plan_row(types=[], name="a/b", **NO_RECIPIENTS)), {})) == 3


# verdicts: (dialect, state, changes of the plan, with and without password, trusted) -> (delivered, words of the reasons)

MAIL_MAY_BE_LOST = "even where the mail server refused"
VERDICTS = {
    "3.5: success": ("v3.0", "success", {}, ["Alice"], [], False, None, [MAIL_MAY_BE_LOST]),
    "3.8: success": ("v3.6", "success", {}, ["Alice"], [], False, None, [MAIL_MAY_BE_LOST]),
    "3.10: success": ("v3.9", "success", {}, ["Alice"], [], False, None, [MAIL_MAY_BE_LOST]),
    "4.8 to 4.10.7: success": ("v4.8", "success", {}, [], [], False, None, [MAIL_MAY_BE_LOST]),
    "4.10.8: success": ("v4.8", "success", {}, [], [], True, True, []),
    "3.5: failure": ("v3.0", "failed", {}, ["Alice"], [], False, False, ["failed: Not Found Recipients"]),
    "3.10: failure": ("v3.9", "failed", {}, ["Alice"], [], False, False, ["failed: Not Found Recipients"]),
    "4.10: failure": ("v4.8", "failed", {}, [], [], False, False, ["without a reason; see the server's log"]),
    "4.10: failure without types": ("v4.8", "failed", {"types": []}, [], [], False, False, ["failed", "no platform type"]),
    "3.5: success without recipients": ("v3.0", "success", NO_RECIPIENTS, [], [], False, False, ["no recipients"]),
    "4.10: success without recipients": ("v4.8", "success", NO_RECIPIENTS, [], [], True, False, ["no recipients"]),
    "4.10: success without types": ("v4.8", "success", {"types": []}, [], [], True, False, ["no platform type"]),
    "3.5: nobody has a password": ("v3.0", "success", {}, [], ["Bob"], False, False, ["Bob got a mail without the backup"]),
    "3.8: nobody has a password": ("v3.6", "success", {}, [], ["Bob", "Carol"], False, False, ["Bob got a mail", "Carol got a mail"]),
    "3.10: one has no password": ("v3.9", "success", {}, ["Alice"], ["Bob"], False, None, ["Bob got a mail", MAIL_MAY_BE_LOST]),
    "3.10: upload": ("v3.9", "success", STORAGE, [], [], False, None, ["does not tell whether the upload was stored"]),
    "4.10: upload": ("v4.8", "success", STORAGE, [], [], True, None, ["does not tell whether the upload was stored"]),
    "4.10: upload to S3": ("v4.8", "success", {**STORAGE, "obj_recipients_part_one": related(S3)}, [], [], True, False, ["of type sftp"]),
}


@pytest.mark.parametrize("dialect, state, changes, having, lacking, trusted, delivered, reasons", VERDICTS.values(), ids=VERDICTS)
def test_verdict(dialect, state, changes, having, lacking, trusted, delivered, reasons):
    row = run_row(dialect, state, having, lacking)
    known = {key: value for key, value in changes.items() if key in plan_row(dialect)}
    verdict = _execution.verdict(
        _plan.read(plan_row(dialect, **known)), _execution.summary(row), row, _dialect.BY_NAME[dialect], trusted, TYPES)
    assert verdict.delivered is delivered
    assert len(verdict.reasons) == len(reasons)
    assert all(words in reason for words, reason in zip(reasons, verdict.reasons))


def test_a_verdict_is_plain_data():
    assert _execution.Verdict(None, ("x",)).value == {"delivered": None, "reasons": ["x"]}


# waiting, on a clock of its own


class Server:
    """A server whose runs and tasks go through given states: seconds -> row (None: absent), and seconds -> task (the same, or the status of a refusal)."""

    def __init__(self, rows, tasks):
        self.rows, self.tasks = rows, tasks
        self.now = 0.0
        self.posted = []

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
        return body

    def post(self, path, body, doing, organization):
        self.posted.append((path, body, organization))
        return Answer(201, {}, self.rows, "")


QUEUED, FINISHED = {"is_finished": False}, {"is_finished": True}
RUNNING, SUCCESS = run_row("v4.8", "running"), run_row("v4.8", "success")


def follow(server, wait_timeout=1800, start_timeout=120):
    """(the row at the end, the status of what each poll showed)"""
    seen = []
    runs = Runs(server, ORGANIZATION, sleep=server.sleep, clock=server.clock)
    row = runs.follow(RUN, wait_timeout, start_timeout, lambda row: seen.append(row and _execution.summary(row)["status"]))
    return row, seen


def test_a_run_is_followed_from_the_queue_to_its_end():
    row, seen = follow(Server([(0, None), (1, RUNNING), (3, SUCCESS)], [(0, QUEUED)]))
    assert row is SUCCESS
    assert list(dict.fromkeys(seen)) == [None, "running", "success"]


@pytest.mark.parametrize("state", ["success", "failed"])
def test_a_run_that_is_over_already_is_read_once(state):
    server = Server([(0, run_row("v3.9", state))], [(0, FINISHED)])
    _row, seen = follow(server)
    assert (seen, server.now) == ([state], 0.0)


def test_a_long_run_is_asked_for_less_and_less_often():
    server = Server([(0, RUNNING), (600, SUCCESS)], [(0, QUEUED)])
    _row, seen = follow(server)
    assert len(seen) < 600 / 5 + 20
    assert 600 <= server.now <= 605


def test_no_worker_takes_it():
    server = Server([(0, None)], [(0, QUEUED)])
    with pytest.raises(JumpServerError, match=r"No worker took the execution %s within 120 seconds \(start_timeout\).*celery" % RUN):
        follow(server)
    assert 120 <= server.now <= 126


def test_a_worker_that_comes_late_but_in_time_is_waited_for():
    row, _seen = follow(Server([(0, None), (119, SUCCESS)], [(0, QUEUED)]))
    assert row is SUCCESS


@pytest.mark.parametrize("task", [None, 403], ids=["not shown", "no right"])
def test_without_a_look_at_the_task_the_queue_is_waited_for_all_the_same(task):
    assert follow(Server([(0, None), (30, SUCCESS)], [(0, task)]))[0] is SUCCESS
    with pytest.raises(JumpServerError, match="No worker took"):
        follow(Server([(0, None)], [(0, task)]))


def test_the_plan_was_deleted_meanwhile():
    server = Server([(0, None)], [(0, QUEUED), (5, FINISHED)])
    with pytest.raises(JumpServerError, match="left no trace: its backup plan was deleted"):
        follow(server)
    assert server.now < 15


class Race(Server):
    """A run that appears, and ends, between the look at it and the look at its task."""

    def find(self, path, *arguments, **options):
        answer = super().find(path, *arguments, **options)
        if path.startswith(_execution.TASKS):
            self.rows = [(0, SUCCESS)]
        return answer


def test_a_run_that_appears_just_when_its_task_ends_is_no_loss():
    row, seen = follow(Race([(0, None)], [(0, FINISHED)]))
    assert row is SUCCESS
    assert seen[-1] == "success"


@pytest.mark.parametrize("rows", [[(0, RUNNING)], [(0, None), (5, RUNNING)]], ids=["running", "queued, then running"])
def test_a_run_that_does_not_end(rows):
    server = Server(rows, [(0, QUEUED)])
    with pytest.raises(JumpServerError, match=r"The execution %s is not finished after 30 seconds \(wait_timeout\).*execution_id" % RUN):
        follow(server, wait_timeout=30)
    assert 30 <= server.now < 31


def test_a_wait_of_no_time_looks_once():
    server = Server([(0, RUNNING)], [(0, QUEUED)])
    with pytest.raises(JumpServerError, match="wait_timeout"):
        follow(server, wait_timeout=0)
    assert server.now == 0.0


def test_other_refusals_are_not_swallowed():
    with pytest.raises(Refused):
        follow(Server([(0, None)], [(0, 500)]))
    with pytest.raises(Refused):
        follow(Server([(0, 403)], [(0, QUEUED)]))


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


def newest(history, *rows):
    found = Runs(history, ORGANIZATION).newest([_plan.read(row) for row in rows])
    return {plan: int(execution["id"][-4:]) for plan, execution in found.items()}


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


# starting


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_a_run_is_started_under_the_key_of_the_dialect(dialect):
    server = Server({"task": RUN}, [])
    assert Runs(server, ORGANIZATION).start(_plan.read(plan_row(dialect)), _dialect.BY_NAME[dialect]) == RUN
    key = "automation" if dialect == "v4.8" else "plan"
    assert server.posted == [(_dialect.EXECUTIONS, {key: PLAN}, DEFAULT)]


@pytest.mark.parametrize("answer", [{}, {"task": None}, {"task": "soon"}, [], "x"], ids=repr)
def test_an_answer_that_names_no_run_is_told(answer):
    with pytest.raises(JumpServerError, match="names no run. Look for it in the list of executions"):
        Runs(Server(answer, []), ORGANIZATION).start(_plan.read(plan_row()), _dialect.BY_NAME["v4.8"])


@pytest.mark.parametrize("written", [RUN, RUN.upper(), RUN.replace("-", "")])
def test_an_execution_id_is_brought_into_the_form_of_the_server(written):
    assert _execution.check_execution_id(written) == RUN


@pytest.mark.parametrize("written", ["", "7", "nightly", RUN + "0"])
def test_an_execution_id_that_is_none_is_refused(written):
    with pytest.raises(BadInput, match="execution_id must be the UUID"):
        _execution.check_execution_id(written)
