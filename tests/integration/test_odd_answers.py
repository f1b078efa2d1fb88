# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are none of JumpServer's, at each address that the modules ask: success, or one sentence that says so; never a defect of the collection."""

from __future__ import annotations

import copy
import re

import pytest

from tests.integration.server import DEFAULT_ID, EXECUTIONS, PLANS, TEAM_A

# What the client makes of an answer does not depend on the version; 4.10 asks every address.
pytestmark = pytest.mark.versions("4.10")

FOREIGN = re.compile(
    r"^(?:\d+ failures: )?(?:Cannot|Could not) .*("
    r"the server, or a proxy in front of it, answered something that is not JumpServer's: .* \([A-Z]+ http://\S+, status 20\d\)\. Check that api_url is|"
    r"JumpServer answered 20\d.*Check that api_url is|the list changed while it was read, or was cut on the way|"
    r"Cannot tell which JumpServer version answers|its description of backup plans has none)", re.DOTALL)
# an odd answer that is well-formed may also mean something: another organization, a plan that is not the one, a plan that shows other values
MEANT = re.compile(
    r"The server does not know the organization|There is no (backup plan|execution)|is no (user|storage) that can be found|another value for|"
    r"the server put it into another organization|has no field|stands for|does not exist any more|cannot be looked up|Cannot tell (whether|which)|"
    r"a new one would get another id|the run ended as|No organization was found that the user")
# [null], {"results": {}} and their like: any address may answer so
TOP = [None, [], {}, "text", 5, -1, True, 1.5, [1, 2], [None, None], [[]], ["x"], {"results": {}}, {"results": [None]}, {"count": 1, "results": [None]},
       {"count": 1, "results": [{}]}, {"count": 1, "results": [5]}, {"count": "x", "results": []}, {"count": -1, "results": []},
       {"count": True, "results": []}, {"count": 1, "results": {}}, {"count": 1, "results": "x"}, {"count": None, "results": []}, {"detail": "x"}, {"id": 5}]
VALUES = [None, 5, True, "odd", [], {}, [None], [{"id": 5}], {"value": 5}]
PAGES = {
    "HTML with 200": {"status": 200, "html": "<title>Log in</title>"}, "nothing with 200": {"status": 200}, "204": {"status": 204},
    "202": {"status": 202, "body": {}}, "JSON called text": {"status": 200, "body": [], "headers": {"Content-Type": "text/plain"}},
}


def changed_rows(row, keys):
    """The row with one key after the other gone, or odd."""
    for key in set(row) & set(keys or row):
        yield {name: value for name, value in row.items() if name != key}
        for value in VALUES:
            yield {**row, key: value}


def answers_about(row, listed, keys=None):
    """Odd answers (rules of the simulator) where a row, alone or in a list, would be right."""
    yield from PAGES.values()
    rows = list(changed_rows(row, keys))
    for body in TOP + [{"count": 1, "next": None, "previous": None, "results": [odd]} if listed else odd for odd in rows]:
        yield {"status": 200, "body": copy.deepcopy(body)}


class Scene:
    """A server with a plan and a run, and calls that ask each address."""

    def __init__(self, server, call):
        self.server, self.call = server, call
        self.plan = server.create("nightly", types=["linux"], recipients_part_one=server.ids("alice"))
        self.other = server.create("other", organization=TEAM_A)
        self.storage = next(iter(server.storages))
        server.settings(start_delay=0, run_seconds=0)
        self.run = call("backup_plan_execute", name="nightly", on_undelivered="warn")["execution"]
        self.row = server.api("GET", EXECUTIONS + self.run["id"] + "/").json()

    def estate(self, **options):
        return self.call("backup_plans", organizations=[
            {"organization": "Default", "plans": [{"name": "nightly"}]}, {"organization": TEAM_A, "plans": [{"name": "other"}]}], **options)


ORGANIZATION_ROW = {"id": DEFAULT_ID, "name": "DEFAULT"}
DESCRIPTION = {"actions": {"POST": {"is_active": {"type": "boolean"}, "executed_amount": {"type": "integer"}}}}
# name of a place: (method, pattern of the address, the right row, whether it comes in a list, what asks there)
READS = {
    "plans by name": ("GET", PLANS + r"\?.*name=", lambda scene: scene.plan, True, lambda scene: scene.call(
        "backup_plan", name="nightly", comment="x", check=True)),
    "plans of all organizations": ("GET", PLANS + r"\?", lambda scene: scene.plan, True, lambda scene: scene.estate(check=True)),
    "plans to show": ("GET", PLANS + r"\?", lambda scene: scene.plan, True, lambda scene: scene.call("backup_plan_info")),
    "a plan": ("GET", PLANS + "[0-9a-f]{8}-", lambda scene: scene.plan, False, lambda scene: scene.call(
        "backup_plan", id=scene.plan["id"], comment="x", check=True)),
    "description": ("OPTIONS", PLANS, lambda scene: DESCRIPTION, False, lambda scene: scene.call(
        "backup_plan", name="new", organization="Team C/x", is_active=True, check=True)),
    "organization": ("GET", "orgs/current/", lambda scene: ORGANIZATION_ROW, False, lambda scene: scene.call("backup_plan", name="new", check=True)),
    "organizations": ("GET", r"orgs/orgs/\?", lambda scene: ORGANIZATION_ROW, True, lambda scene: scene.call(
        "backup_plans", organizations=[{"organization": name, "plans": []} for name in ("Team C/x", "Default")])),
    "profile": ("GET", "users/profile/$", lambda scene: {"console_orgs": [ORGANIZATION_ROW]}, False, lambda scene: scene.call(
        "backup_plan_info", all_organizations=True, user="orgadmin")),
    "permissions": ("GET", "users/profile/permissions/", lambda scene: {"console_orgs": [ORGANIZATION_ROW]}, False, lambda scene: scene.call(
        "backup_plan_info", all_organizations=True, user="orgadmin")),
    "settings": ("GET", "settings/public/open/", lambda scene: {"XPACK_ENABLED": True}, False, lambda scene: scene.call(
        "backup_plan", name="new", organization="No Such Organization", check=True)),
    "a user": ("GET", r"users/users/\?", lambda scene: {"id": scene.server.ids("bob")[0], "name": "Bob", "username": "bob", "email": "bob@example.com"}, True,
               lambda scene: scene.call("backup_plan", name="nightly", recipients=["bob"], check=True)),
    "users": ("GET", r"users/users/\?", lambda scene: {"id": scene.server.ids("bob")[0], "name": "Bob", "username": "bob", "email": "bob@example.com"}, True,
              lambda scene: scene.call("backup_plan", name="nightly", recipients=["bob", "alice"], check=True)),
    "storages": ("GET", "replay-storages/", lambda scene: {"id": scene.server.storages[scene.storage], "name": scene.storage, "type": {"value": "sftp"}}, True,
                 lambda scene: scene.call("backup_plan", name="nightly", backup_type="object_storage", obj_recipients_part_one=[scene.storage], check=True)),
    "a run": ("GET", EXECUTIONS + "[0-9a-f]{8}-", lambda scene: scene.row, False, lambda scene: scene.call(
        "backup_plan_execute", execution_id=scene.run["id"], on_undelivered="warn", wait=False)),
    "runs": ("GET", EXECUTIONS + r"\?", lambda scene: scene.row, True, lambda scene: scene.call("backup_plan_info", name="nightly", last_execution=True)),
}


# one place where a row of each sort is read shows what becomes of each of its keys
EVERY_KEY = ("plans by name", "description", "organizations", "permissions", "a user", "storages", "a run")


def untold(scene, method, path, odd, ask):
    """The message, if it is none of those that may be; and what was asked must have been answered oddly."""
    scene.server.clear_faults()
    scene.server.fault(method=method, path=path, times=99, **odd)
    with scene.server.counting() as seen:
        result = ask(scene)
    assert any(entry["method"] == method and entry["status"] == odd["status"] for entry in seen.log), "nothing asks %s %s" % (method, path)
    message = result.get("msg", "")
    return message if result.failed and not FOREIGN.search(message) and not MEANT.search(message) else None


@pytest.mark.parametrize("place", READS)
def test_an_odd_answer_to_a_question_is_told_as_such(server, call, place):
    scene = Scene(server, call)
    method, path, right, listed, ask = READS[place]
    keys = None if place in EVERY_KEY else ("id", "name", "org_id")
    found = [(odd, untold(scene, method, path, odd, ask)) for odd in answers_about(right(scene), listed, keys)]
    assert [(odd, message) for odd, message in found if message] == []


WRITES = {
    "creation": ("POST", lambda scene: scene.call("backup_plan", name="new", comment="x")),
    "creations": ("POST", lambda scene: scene.call(
        "backup_plans", organizations=[{"organization": "Default", "plans": [{"name": "new 1"}, {"name": "new 2"}]}])),
    "change": ("PATCH", lambda scene: scene.call("backup_plan", name="nightly", comment="never stored")),
    "deletion": ("DELETE", lambda scene: scene.call("backup_plan", name="nightly", state="absent")),
}


@pytest.mark.parametrize("place", WRITES)
def test_an_odd_answer_to_a_write_is_told_as_such(server, call, place):
    """Few of them, since each is followed by a look, with pauses, at what became of the write."""
    method, ask = WRITES[place]
    scene = Scene(server, call)
    for odd in (PAGES["HTML with 200"], {"status": 200, "body": [{}]}):
        assert untold(scene, method, PLANS, odd, ask) is None
        assert sorted(server.plans()) == ["nightly"]


def test_an_odd_answer_to_a_start_is_told_as_such(server, call):
    """Two of them, since each is followed by a look for the run; the unit tests have the others."""
    scene = Scene(server, call)
    for odd in (PAGES["HTML with 200"], {"status": 201, "body": {"task": 5}}):
        assert untold(scene, "POST", EXECUTIONS, odd, lambda scene: scene.call("backup_plan_execute", name="nightly", on_undelivered="warn")) is None


def test_an_odd_answer_about_a_task_is_told_as_such(server, call):
    scene = Scene(server, call)
    for odd in answers_about({"is_finished": True}, listed=False):
        server.clear_faults()
        server.fault(method="GET", path=EXECUTIONS, times=99, status=404, body={"code": "object_does_not_exist"})
        server.fault(method="GET", path="task-executions/", **odd)
        message = scene.call("backup_plan_execute", execution_id=scene.run["id"], wait=False).get("msg", "")
        assert not message or FOREIGN.search(message) or MEANT.search(message), (odd, message)
