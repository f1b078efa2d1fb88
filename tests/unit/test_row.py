# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of executions: how they are read in each dialect, and what is left in them of what a run ran with."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dates, dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

from tests.contract import tapes
from tests.unit import examples
from tests.unit.examples import ALICE, BOB, PLAN, RUN, SFTP, run_row

TIMED = ("v3.0", "v3.6", "v3.9")


# summaries


@pytest.mark.parametrize("dialect", TIMED)
def test_a_run_to_4_7_is_told_by_its_time(dialect):
    assert _row.summary(run_row(dialect, "running")) == {
        "id": RUN, "status": "running", "date_start": "2026/11/24 17:39:49 +0800", "date_finished": None, "duration": None, "reason": None}
    success, failed = (_row.summary(run_row(dialect, state)) for state in ("success", "failed"))
    assert (success["status"], success["duration"], success["reason"]) == ("success", 0.25, None)
    assert (failed["status"], failed["duration"], failed["reason"]) == ("failed", 0.008, "Not Found Recipients")


def test_a_run_from_4_8_is_told_by_its_status():
    running, success, failed = (_row.summary(run_row("v4.8", state)) for state in ("running", "success", "failed"))
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
    execution = _row.summary(run_row("v4.8", "running", status={"value": state, "label": "x"} if wrapped else state))
    assert execution["status"] == status
    assert _row.is_finished(execution) is (status in ("success", "failed"))


@pytest.mark.parametrize("state", ["canceled", "new in 5.0"])
def test_an_unusual_end_is_named(state):
    assert repr(state) in _row.summary(run_row("v4.8", "failed", status=state))["reason"]


@pytest.mark.parametrize("reason, shown", [("-", None), ("", None), (None, None), ("[Errno 111] Connection refused", "[Errno 111] Connection refused")])
def test_a_dash_is_no_reason(reason, shown):
    assert _row.summary(run_row("v3.9", "failed", reason=reason))["reason"] == shown


@pytest.mark.parametrize("dialect", examples.DIALECTS)
@pytest.mark.parametrize("state", ["running", "success", "failed"])
def test_no_snapshot_is_in_a_summary(dialect, state):
    shown = _row.summary(run_row(dialect, state, with_password=["Alice(alice)"]))
    assert set(shown) == {"id", "status", "date_start", "date_finished", "duration", "reason"}
    assert "canary" not in repr(shown)


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_the_plan_of_a_run(dialect):
    assert _row.plan_id(run_row(dialect, "running")) == PLAN


@pytest.mark.parametrize("row, expected", [({"automation": None}, ""), ({}, ""), ({"plan": PLAN.upper()}, PLAN), ({"automation": PLAN}, PLAN)], ids=repr)
def test_the_plan_of_an_odd_row(row, expected):
    assert _row.plan_id(row) == expected


@pytest.mark.parametrize("version", ["3.5", "3.10", "4.10"])
def test_every_recorded_run_can_be_read(version):
    statuses = []
    for exchange in tapes.load(version).exchanges:
        body, path = exchange.answer.body, exchange.path.split("?")[0]
        if exchange.method == "GET" and exchange.answer.status == 200 and path.startswith(_dialect.EXECUTIONS) and isinstance(body, (dict, list)):
            rows = body if isinstance(body, list) else body.get("results", [body] if "id" in body else [])
            statuses += [_row.summary(row)["status"] for row in rows if "date_start" in row]
    assert {"running", "success", "failed"} <= set(statuses) <= {"pending", "running", "success", "failed"}


# what a run ran with

SNAPSHOT = {
    "name": "nightly ", "types": ["linux"], "backup_type": "object_storage", "zip_encrypt_password": "canary-zip-password",
    "recipients_part_one": {ALICE.upper(): ["Alice(alice)", True]}, "recipients_part_two": {BOB: ["Bob(bob)", False]},
    "obj_recipients_part_one": {SFTP: ["sftp-main", "sftp"]}, "obj_recipients_part_two": {},
}


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_the_dialect_shows_in_a_row(dialect):
    assert _row.dialect_of(run_row(dialect, "success")).name == dialect


def test_what_a_run_ran_with_is_a_plan():
    plan = _row.as_run(run_row("v3.9", "success", snapshot=SNAPSHOT))
    assert (plan.id, plan.name, plan.fields) == (PLAN, "nightly", {
        "types": ["linux"], "backup_type": "object_storage", "recipients_part_one": [ALICE], "recipients_part_two": [BOB],
        "obj_recipients_part_one": [SFTP], "obj_recipients_part_two": []})
    assert plan.labels == {ALICE: "Alice(alice)", BOB: "Bob(bob)", SFTP: "sftp-main"}
    assert "canary" not in repr(plan)


def test_what_is_noted_of_receivers():
    row = run_row("v3.9", "success", snapshot=SNAPSHOT)
    assert _row.facts_of_receivers(row) == {ALICE: True, BOB: False, SFTP: "sftp"}
    assert _row.encrypted(row) is True
    assert _row.encrypted(run_row("v3.9", "success", snapshot={**SNAPSHOT, "zip_encrypt_password": None})) is False
    assert _row.encrypted(run_row("v3.6", "success")) is None


@pytest.mark.parametrize("snapshot", [None, {}, [], "x", {"types": ["linux"], "recipients_part_one": [["Alice", True]]}, {
    "types": ["linux"], "recipients_part_one": {ALICE: "Alice"}}], ids=repr)
def test_an_odd_copy_is_no_defect(snapshot):
    row = run_row("v3.9", "success", snapshot=snapshot)
    plan = _row.as_run(row)
    assert (plan is None) is (not isinstance(snapshot, dict) or not snapshot)
    assert _row.facts_of_receivers(row) == {} and _row.encrypted(row) is None


def test_from_4_8_on_nothing_is_left_of_it():
    row = run_row("v4.8", "success")
    assert _row.as_run(row) is None and _row.facts_of_receivers(row) == {} and _row.encrypted(row) is None


@pytest.mark.parametrize("text, seconds", [("1970/01/01 08:00:10 +0800", 10), ("1970/01/01 00:00:10 +0000", 10), ("soon", None), (None, None), (7, None)])
def test_dates(text, seconds):
    assert dates.moment(text) == seconds


@pytest.mark.parametrize("trigger, manual", [("manual", True), ({"value": "manual", "label": "x"}, True), ({"value": "timing"}, False), (None, False)])
def test_who_started_it(trigger, manual):
    assert _row.is_manual({"trigger": trigger}) is manual


# ids


@pytest.mark.parametrize("written", [RUN, RUN.upper(), RUN.replace("-", "")])
def test_an_execution_id_is_brought_into_the_form_of_the_server(written):
    assert _row.check_execution_id(written) == RUN


@pytest.mark.parametrize("written", ["", "7", "nightly", RUN + "0"])
def test_an_execution_id_that_is_none_is_refused(written):
    with pytest.raises(BadInput, match="execution_id must be the UUID"):
        _row.check_execution_id(written)
