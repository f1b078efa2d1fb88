# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Executions of plans: started once, followed to the end, and judged for what can be known."""

from __future__ import annotations

import json

import pytest

from tests.integration.runner import Caller
from tests.integration.server import EXECUTIONS, TEAM_A, ZIP_PASSWORD

pytestmark = pytest.mark.twice

OPEN = {"delivered": None, "accepted": None, "readable": None, "accounts": None, "recipients": []}


def uncertain(server):
    """Why a success leaves open whether the mail was accepted; nothing from 4.10.8 on."""
    if server.since("3.9"):
        return (
            "up to 3.10.21, and from 4.0 to 4.7, JumpServer reports a success even where the mail server refused the mail, and this one does not tell its "
            "version")
    return "this JumpServer reports a success even where the mail server refused the mail"


UNKNOWN = "7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001"


def mail_plan(server, name="nightly", organization="Default", people=("alice",), **fields):
    fields.setdefault("types", ["linux"])
    return server.create(name, organization, **{server.recipients_key: server.ids(*people)}, **fields)


def storage_plan(server, name="nightly", storages=("sftp-main",), **fields):
    chosen = [server.storages[storage] for storage in storages]
    return server.create(name, types=["linux"], backup_type="object_storage", obj_recipients_part_one=chosen, zip_encrypt_password=ZIP_PASSWORD, **fields)


def quick(server, **switches):
    """Let runs be over at once."""
    server.settings(**dict({"start_delay": 0, "run_seconds": 0}, **switches))


def starts(seen):
    return [entry for entry in seen.log if entry["method"] == "POST"]


def test_a_plan_is_run_and_its_delivery_is_judged(server, playbook):
    mail_plan(server)
    run = playbook.run("""
        - name: check
          check_mode: true
          jumpserver.accounts.backup_plan_execute: {name: nightly}
        - name: execute
          jumpserver.accounts.backup_plan_execute: {name: nightly, readable_by: [alice]}
        - name: start
          jumpserver.accounts.backup_plan_execute: {name: nightly, wait: false}
          register: started
        - name: wait
          jumpserver.accounts.backup_plan_execute: {execution_id: "{{ started.execution.id }}"}
    """).succeeded()
    assert run["check"].changed and run["check"]["execution"] == {}
    execution = run["execute"]["execution"]
    assert run["execute"].changed and execution["status"] == "success" and execution["duration"] > 0 and execution["reason"] is None
    assert (execution["date_finished"] is not None) == server.since("4.8")
    proved, verdict = server.since("4.8"), run["execute"]["verdict"]
    counted = "accounts were counted in the organization and not by the run: 2 have the plan's types now"
    assert verdict["recipients"] == [
        {"name": "Alice" if proved else "Alice(alice)", "part": None, "accepted": True if proved else None, "readable": True}]
    assert {key: verdict[key] for key in verdict if key != "recipients"} == {
        "delivered": True if proved else None, "accepted": True if proved else None, "readable": True, "accounts": 2,
        "reasons": [] if proved else [counted, uncertain(server)]}
    assert run["start"].changed and run["start"]["execution"]["status"] in ("pending", "running") and run["start"]["verdict"]["delivered"] is None
    assert not run["wait"].changed and run["wait"]["execution"]["status"] == "success"
    assert run["wait"]["execution"]["id"] == run["start"]["execution"]["id"] != execution["id"]
    assert len(server.executions()) == 2


def test_a_plan_is_run_by_id_in_its_organization(server, call):
    quick(server)
    plan = mail_plan(server, organization=TEAM_A)
    assert call("backup_plan_execute", organization=TEAM_A, id=plan["id"]).succeeded().changed
    assert len(server.executions(TEAM_A)) == 1
    message = call("backup_plan_execute", id=plan["id"]).message
    assert message == "There is no backup plan %r in organization %r to execute." % (plan["id"], server.organizations_shown["Default"])
    assert "There is no backup plan 'nowhere'" in call("backup_plan_execute", name="nowhere").message


def test_check_mode_starts_nothing(server, call):
    mail_plan(server)
    with server.counting() as seen:
        result = call("backup_plan_execute", name="nightly", check=True).succeeded()
        assert call("backup_plan_execute", id=UNKNOWN, check=True).failed
    assert result.changed and seen.unsafe == 0 and server.executions() == []


@pytest.mark.parametrize("fields, reason", [
    ({"people": ()}, "the plan has no recipients"),
    ({"types": []}, "types of the plan names no platform type, so no account is backed up"),
    ({"name": "a/b"}, "the name of the plan holds a slash, which makes its runs fail"),
])
def test_a_plan_that_would_deliver_nothing_is_not_started(server, call, fields, reason):
    quick(server)
    name = mail_plan(server, **fields)["name"]
    for check in (False, True):
        with server.counting() as seen:
            result = call("backup_plan_execute", name=name, check=check)
        assert result.message == "Backup plan %r of organization %r would deliver nothing, so it was not started: %s." % (
            name, server.organizations_shown["Default"], reason)
        assert seen.unsafe == 0 and not result.changed and result["verdict"] == dict(OPEN, delivered=False, reasons=[reason]) and result["execution"] == {}
    with server.counting() as seen:
        result = call("backup_plan_execute", name=name, on_undelivered="warn")
    assert len(starts(seen)) == 1 and result.changed and result["verdict"]["delivered"] is False and reason in result["verdict"]["reasons"]
    assert any(reason in warning for warning in result.warnings)


@pytest.mark.versions("3.10", "4.10")
def test_a_plan_without_a_fitting_storage_is_not_started(server, call):
    storage_plan(server, "none", storages=())
    storage_plan(server, "unfit", storages=("s3-archive", "null"))
    with server.counting() as seen:
        assert "the plan has no storage to send to" in call("backup_plan_execute", name="none").message
        assert "none of the plan's storages is of type sftp, and only those receive backups" in call("backup_plan_execute", name="unfit").message
    assert seen.unsafe == 0


@pytest.mark.versions("3.10", "4.10")
def test_whether_an_upload_was_stored_is_not_known(server, call):
    quick(server)
    storage_plan(server)
    result = call("backup_plan_execute", name="nightly").succeeded()
    assert result["execution"]["status"] == "success"
    verdict = result["verdict"]
    assert (verdict["delivered"], verdict["accepted"], verdict["readable"], verdict["accounts"]) == (None, None, None, 2)
    assert verdict["recipients"] == [{"name": "sftp-main", "part": None, "accepted": None, "readable": None}]
    assert {"JumpServer reports a success, but does not tell whether the upload was stored",
            "whether somebody knows the ZIP password of the archives is not known"} <= set(verdict["reasons"])
    assert len(result.warnings) == 1


@pytest.mark.versions("3.10", "4.10")
def test_an_sftp_server_that_is_down_fails_the_run(server, call):
    quick(server, sftp="down")
    storage_plan(server)
    result = call("backup_plan_execute", name="nightly", on_undelivered="warn")
    assert result["execution"]["status"] == "failed" and result["verdict"]["delivered"] is False and result.changed
    reason = ", without a reason; see the server's log" if server.since("4.8") else ": [Errno None] Unable to connect to port 22 on sftp-main.example.com"
    assert result.message == "Backup plan 'nightly' of organization %r was run and failed: JumpServer reports that the run failed%s." % (
        server.organizations_shown["Default"], reason)


def test_a_mail_server_that_is_down(server, call):
    """3.10.22 and 4.10.8 are the first versions that tell; before, the verdict is open."""
    quick(server, mail="down")
    mail_plan(server)
    result = call("backup_plan_execute", name="nightly")
    if server.since("3.10.22"):
        assert "was run and failed: JumpServer reports that the run failed" in result.message
        assert result["execution"]["status"] == "failed" and result["verdict"]["delivered"] is False
        assert ("Connection refused" in (result["execution"]["reason"] or "")) == (not server.since("4.8"))
    else:
        assert result.succeeded()["execution"]["status"] == "success"
        assert result["verdict"]["delivered"] is None and result["verdict"]["accepted"] is None and uncertain(server) in result["verdict"]["reasons"]
        assert any(uncertain(server) in warning for warning in result.warnings)


@pytest.mark.versions("3.5", "3.8", "3.10")
def test_a_recipient_without_an_encryption_password_gets_a_mail_without_the_backup(server, call):
    quick(server)
    mail_plan(server, "some", people=("alice", "bob"))
    mail_plan(server, "none", people=("bob",))
    reason = "Bob(bob) got a mail without the backup, having no file encryption password"
    result = call("backup_plan_execute", name="some").succeeded()
    assert result["verdict"]["delivered"] is None and reason in result["verdict"]["reasons"]
    result = call("backup_plan_execute", name="none")
    assert "was run, but delivered nothing: %s." % reason in result.message and result["verdict"]["delivered"] is False and result.changed
    assert call("backup_plan_execute", name="none", on_undelivered="warn").succeeded()["verdict"]["delivered"] is False


def test_a_worker_that_is_down_is_told_apart_and_the_run_can_be_taken_up_later(server, call):
    server.settings(worker=False)
    mail_plan(server)
    with server.counting() as seen:
        result = call("backup_plan_execute", name="nightly", start_timeout=1)
    assert len(starts(seen)) == 1 and result.changed
    identifier = result["execution"]["id"]
    assert result["execution"]["status"] == "pending" and result["verdict"]["delivered"] is None
    assert result.message.startswith("No worker took the execution %s within 1 seconds (start_timeout)" % identifier)
    assert "Check that JumpServer's celery service runs; wait for it again with execution_id." in result.message
    quick(server, worker=True)
    with server.counting() as seen:
        result = call("backup_plan_execute", execution_id=identifier).succeeded()
    assert result["execution"]["status"] == "success" and not result.changed and seen.unsafe == 0
    assert len(server.executions()) == 1


def test_waiting_for_a_run_that_is_not_taken_or_does_not_exist(server, call):
    server.settings(worker=False)
    mail_plan(server)
    identifier = call("backup_plan_execute", name="nightly", wait=False).succeeded()["execution"]["id"]
    result = call("backup_plan_execute", execution_id=identifier, wait=False).succeeded()
    assert result["execution"]["id"] == identifier and result["execution"]["status"] == "pending" and not result.changed
    assert "There is no execution %s in organization" % UNKNOWN in call("backup_plan_execute", execution_id=UNKNOWN).message
    assert "execution_id must be the UUID" in call("backup_plan_execute", execution_id="nightly").message
    assert "mutually exclusive" in call("backup_plan_execute", execution_id=UNKNOWN, name="nightly").message


def test_a_plan_that_is_deleted_while_its_run_is_queued(server, call):
    server.settings(worker=False)
    mail_plan(server)
    identifier = call("backup_plan_execute", name="nightly", wait=False).succeeded()["execution"]["id"]
    server.remove("nightly")
    quick(server, worker=True)
    message = call("backup_plan_execute", execution_id=identifier, start_timeout=1).message
    assert message == "The execution %s left no trace: its backup plan was deleted before a worker took it." % identifier


@pytest.mark.versions("3.5", "4.10")
def test_a_run_that_never_ends_is_given_up_in_time(server, call):
    quick(server, run_dies=True)
    mail_plan(server)
    result = call("backup_plan_execute", name="nightly", wait_timeout=1)
    assert result.changed and result["execution"]["status"] == "running" and result["verdict"] == dict(OPEN, reasons=["the run is not finished"])
    assert result.message == "The execution %s is not finished after 1 seconds (wait_timeout). It goes on; wait for it again with execution_id." % (
        result["execution"]["id"])


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"status": 504, "html": "<title>Gateway Time-out</title>"}], ids=str)
def test_a_start_whose_answer_is_lost_is_not_repeated_and_looked_for(server, call, fault):
    """Two backups would be sent."""
    quick(server)
    mail_plan(server)
    server.fault(method="POST", path=EXECUTIONS, **fault)
    with server.counting() as seen:
        result = call("backup_plan_execute", name="nightly", start_timeout=2)
    assert len(starts(seen)) == 1 and result.changed
    if fault.get("drop") == "after":
        assert result.succeeded()["execution"]["status"] == "success" and [result["execution"]["id"]] == [run["id"] for run in server.executions()]
    else:
        assert server.executions() == [] and result["execution"] == {}
        assert result.message.startswith("Cannot start the backup plan 'nightly' of organization ")
        assert result.message.endswith(
            "A run may be going on all the same, though none shows yet: look at the plan's executions before it is started again.")
        assert result["verdict"] == dict(OPEN, reasons=["the start was not answered; a run may be going on"])


@pytest.mark.versions("3.5", "4.10")
@pytest.mark.parametrize("body", [5, True, "x", None, {"results": 5}, {"results": [5]}, [{"date_start": 5}], {"count": 1, "results": [{"id": 5}]}], ids=str)
def test_an_odd_answer_to_the_look_for_a_start_is_no_answer(server, call, body):
    """A number in place of a list ended in a defect of the collection, and the run that was going on was called not started."""
    quick(server)
    mail_plan(server)
    server.fault(method="POST", path=EXECUTIONS, drop="after")
    server.fault(method="GET", path=EXECUTIONS, status=200, body=body)
    result = call("backup_plan_execute", name="nightly", start_timeout=2).succeeded()
    assert result.changed and [result["execution"]["id"]] == [run["id"] for run in server.executions()]


@pytest.mark.versions("3.5", "4.10")
def test_a_poll_that_fails_for_a_moment_does_not_lose_the_run(server, call):
    quick(server)
    mail_plan(server)
    server.fault(method="GET", path=EXECUTIONS, drop="before")
    server.fault(method="GET", path=EXECUTIONS, status=502, html="<title>Bad Gateway</title>")
    assert call("backup_plan_execute", name="nightly").succeeded()["execution"]["status"] == "success"


@pytest.mark.versions("3.5", "4.10")
@pytest.mark.parametrize("fault", [
    {"status": 500, "html": "<h1>Server Error (500)</h1>"}, {"status": 503, "html": "<title>Service Unavailable</title>"}, {"delay": 3},
    {"status": 404, "html": "<title>Not Found</title>"}], ids=str)
def test_bad_weather_does_not_end_the_waiting(server, call, fault):
    """Another fault than the client's own retries can bear."""
    quick(server)
    mail_plan(server)
    server.fault(method="GET", path=EXECUTIONS, times=2, **fault)
    result = call("backup_plan_execute", name="nightly", retries=0, timeout=1 if "delay" in fault else 60).succeeded()
    assert result["execution"]["status"] == "success" and len(server.executions()) == 1


def test_a_poll_that_fails_for_good_still_tells_the_id_of_the_run(server, call):
    quick(server)
    mail_plan(server)
    server.fault(method="GET", path=EXECUTIONS, status=500, html="<h1>Server Error (500)</h1>", times=9)
    result = call("backup_plan_execute", name="nightly", wait_timeout=1)
    assert result.changed and result["execution"]["id"] == server.executions()[0]["id"]
    assert result.message.startswith("The execution %s is not finished after 1 seconds (wait_timeout). It goes on; wait for it again with execution_id." % (
        result["execution"]["id"]))
    assert "JumpServer answered 500" in result.message


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("option", ["wait_timeout", "start_timeout"])
@pytest.mark.parametrize("value", [0, -5])
def test_a_wait_of_no_time_is_refused_before_anything_is_started(server, call, option, value):
    mail_plan(server)
    with server.counting() as seen:
        assert call("backup_plan_execute", name="nightly", **{option: value}).message == "%s must be 1 or more, not %d." % (option, value)
    assert seen.total == 0


def test_an_execution_of_another_organization_is_told_as_such_and_found_in_root(server, call):
    quick(server)
    mail_plan(server, organization=TEAM_A)
    identifier = call("backup_plan_execute", name="nightly", organization=TEAM_A).succeeded()["execution"]["id"]
    message = call("backup_plan_execute", execution_id=identifier).message
    assert message == "The execution %s belongs to organization %r, and not to %r." % (identifier, TEAM_A, server.organizations_shown["Default"])
    found = call("backup_plan_execute", execution_id=identifier, organization="root").succeeded()
    assert found["execution"]["id"] == identifier and found["execution"]["status"] == "success" and not found.changed
    # it is told, and its accounts are counted, where it is at home
    at_home = call("backup_plan_execute", execution_id=identifier, organization=TEAM_A).succeeded()
    assert found["verdict"] == at_home["verdict"] and found.warnings == at_home.warnings


@pytest.mark.versions("3.5", "4.10")
def test_a_run_that_the_server_shows_in_root_only_is_judged_there(server, call):
    quick(server)
    mail_plan(server, organization=TEAM_A)
    identifier = call("backup_plan_execute", name="nightly", organization=TEAM_A).succeeded()["execution"]["id"]
    server.settings(edition="community")
    found = call("backup_plan_execute", execution_id=identifier, organization="root").succeeded()
    assert found["execution"]["status"] == "success" and found["verdict"]["delivered"] is None


def test_who_may_not_look_into_root_is_not_told_that_the_plan_was_deleted(server, call):
    quick(server)
    mail_plan(server)
    identifier = call("backup_plan_execute", name="nightly").succeeded()["execution"]["id"]
    message = call("backup_plan_execute", execution_id=identifier, organization=TEAM_A, user="orgadmin", start_timeout=1).message
    if server.since("3.10.8"):
        # a task is shown to who started it
        assert message == "There is no execution %s in organization %r." % (identifier, TEAM_A)
    else:
        assert message == (
            "The execution %s left no trace: its backup plan was deleted before a worker took it, or it belongs to another organization." % identifier)


@pytest.mark.versions("4.10")
def test_in_check_mode_a_plan_may_be_declared_by_an_earlier_task(server, playbook):
    run = playbook.run("""
        - name: declare
          jumpserver.accounts.backup_plan: {name: new, types: [linux], recipients: [alice], interval: 24}
        - name: execute
          jumpserver.accounts.backup_plan_execute: {name: new}
    """, check=True).succeeded()
    assert run["execute"].changed and run["execute"]["execution"] == {} and run["execute"]["verdict"]["delivered"] is None
    assert any("There is no backup plan 'new'" in warning for warning in run["execute"].warnings)


@pytest.mark.versions("4.10")
def test_readable_by_names_users(server, call):
    quick(server)
    mail_plan(server, people=("alice", "carol"))
    for people, readable in ((["alice"], None), (["alice", "Carol", "cto"], True), (server.ids("alice", "carol"), True)):
        result = call("backup_plan_execute", name="nightly", readable_by=people).succeeded()
        assert result["verdict"]["readable"] is readable and result["verdict"]["delivered"] is readable
        assert result.warnings == []
    with server.counting() as seen:
        assert call("backup_plan_execute", name="nightly", readable_by=["nobody"]).message == (
            "readable_by: 'nobody' is no user that can be found by username, e-mail, display name or id.")
    assert seen.unsafe == 0


def drilled(plan, organization, *holders):
    return {
        "format": "jumpserver.accounts drill", "version": 1, "date": "2026-11-26T02:00:00Z", "logins": {"failed": []}, "backups": [{
            "plan": plan, "error": "", "by_organization": {organization: 4},
            "files": [{"path": "x.zip", "holder": holder, "part": "whole"} for holder in holders]}]}


@pytest.mark.versions("3.10", "4.10")
def test_a_drill_proves_who_can_open(server, call, tmp_path):
    quick(server)
    mail_plan(server, people=("alice", "carol"))
    here, record = server.organizations_shown["Default"], tmp_path / "drill-20261126T020000Z.json"
    told_by_run = not server.since("4.8")
    for content, more, readable in (
            (drilled("nightly", here, "alice"), [], None), (drilled("nightly", here, "alice", "the storage", "Carol"), [], True),
            (drilled("nightly", here, "alice"), ["carol"], True), (drilled("other", here, "alice", "carol"), [], None),
            (drilled("nightly", "Team-A", "alice", "carol"), [], None), (drilled("nightly", here, None), [], None)):
        record.write_text(json.dumps(content), encoding="utf-8")
        result = call("backup_plan_execute", name="nightly", drill_records=str(tmp_path), readable_by=more).succeeded()
        assert result["verdict"]["readable"] is (True if told_by_run else readable)
        assert [warning for warning in result.warnings if "drill" in warning] == []
    record.write_text("damaged", encoding="utf-8")
    for path, words in ((tmp_path, "it is damaged, or no record."), (tmp_path / "gone", "there is no such file.")):
        result = call("backup_plan_execute", name="nightly", drill_records=str(path)).succeeded()
        assert [warning for warning in result.warnings if words + " So no drill tells who can open the archives." in warning]
        assert result["verdict"]["readable"] is (True if told_by_run else None)


@pytest.mark.parametrize("version, delivered", [("3.10.4", None), ("4.7.0", None), ("4.8.0", None), ("4.10.7", None), ("4.10.8", True), ("4.10", True)])
def test_a_success_proves_the_delivery_only_from_the_version_on_that_reports_refused_mails(pool, modules, version, delivered):
    server = pool.get(version=version)
    quick(server)
    mail_plan(server)
    result = Caller(server, modules)("backup_plan_execute", name="nightly", readable_by=["alice"]).succeeded()
    assert result["execution"]["status"] == "success" and result["verdict"]["delivered"] is delivered and result["verdict"]["accepted"] is delivered


def test_the_right_to_read_but_not_to_start_is_told(server, call):
    mail_plan(server)
    server.fault(method="POST", path=EXECUTIONS, status=403, body={"detail": "You do not have permission to perform this action.", "code": "permission_denied"})
    message = call("backup_plan_execute", name="nightly").message
    assert message.startswith("Cannot start the backup plan 'nightly' of organization ") and "JumpServer answered 403" in message
