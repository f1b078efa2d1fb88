# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a run beside what really arrived of it, situation by situation, on servers of every version."""

from __future__ import annotations

import pytest

from tests.integration.runner import Caller
from tests.integration.server import ZIP_PASSWORD

pytestmark = pytest.mark.twice

USERS = {
    "admin": {"name": "Administrator", "roles": [["SystemAdmin", None]], "has_encryption_password": True},
    "alice": {"name": "Alice", "has_encryption_password": True}, "carol": {"name": "Carol", "has_encryption_password": True},
    "bob": {"name": "Bob"}, "rex": {"name": "Rex", "has_encryption_password": True, "mail_refused": True},
}
STORAGES = {
    "sftp-main": {"type": "sftp"}, "sftp-down": {"type": "sftp", "reachable": False}, "s3": {"type": "s3"},
}


def mail(first, second=(), **fields):
    return {"recipients_part_one": first, **({"recipients_part_two": second} if second else {}), **fields}


def upload(first, second=(), **fields):
    return {
        "backup_type": "object_storage", "obj_recipients_part_one": first, "obj_recipients_part_two": second, "zip_encrypt_password": ZIP_PASSWORD, **fields}


# situation: plan, switches, {first version from which it holds: (delivered, accepted, readable)}
TABLE = {
    "all is well": (mail(["alice"]), {}, {"3.5": (None, None, True), "4.8": (True, True, True)}),
    "both halves": (mail(["alice"], ["carol"]), {}, {"3.8": (None, None, True), "4.8": (True, True, True)}),
    "types that no account has": (mail(["alice"], types=["oracle"]), {}, {"3.5": (False, False, True)}),
    "types that the server does not know": (mail(["alice"], types=["Linux"]), {}, {"3.5": (False, False, True)}),
    "types that no account has, uploaded": (upload(["sftp-main"], types=["oracle"]), {}, {"3.10": (False, False, None)}),
    "nobody has a password": (mail(["bob"]), {}, {"3.5": (False, None, False), "4.8": (None, True, None)}),
    "one of two has a password": (mail(["alice", "bob"]), {}, {"3.5": (None, None, False), "4.8": (None, True, None)}),
    "nobody can open one half": (mail(["alice"], ["bob"]), {}, {"3.8": (False, None, False), "4.8": (None, True, None)}),
    "the only one is refused": (mail(["rex"]), {}, {"3.5": (None, None, True), "3.10": (False, False, True)}),
    "one of two is refused": (mail(["alice", "rex"]), {}, {"3.5": (None, None, True), "3.10": (None, False, True)}),
    "one half is refused": (mail(["alice"], ["rex"]), {}, {"3.8": (None, None, True), "3.10": (False, False, True)}),
    "the mail server is down": (mail(["alice"]), {"mail": "down"}, {"3.5": (None, None, True), "3.10": (False, False, True)}),
    "uploaded": (upload(["sftp-main"]), {}, {"3.10": (None, None, None)}),
    "the storage is full": (upload(["sftp-main"]), {"sftp": "full"}, {"3.10": (None, None, None)}),
    "one storage of two is down": (upload(["sftp-main", "sftp-down"]), {}, {"3.10": (None, False, None)}),
    "the storage is down": (upload(["sftp-down"]), {}, {"3.10": (False, False, None)}),
    "one storage receives nothing": (upload(["sftp-main", "s3"]), {}, {"3.10": (None, False, None)}),
    "no types": (mail(["alice"], types=[]), {}, {"3.5": (False, False, True)}),
    "no recipients": (mail([]), {}, {"3.5": (False, False, None)}),
    "storages that receive nothing": (upload(["s3"]), {}, {"3.10": (False, False, None)}),
}


VERSIONS = ("3.5", "3.8", "3.10", "4.10")


def expected_of(server, situation):
    """What holds for this server."""
    return [parts for since, parts in TABLE[situation][2].items() if server.since(since)][-1]


def since(version):
    """The situations that there are from this version on: it is the first that has halves, or storages."""
    return [situation for situation, (_plan, _switches, table) in TABLE.items() if next(iter(table)) == version]


def backups_of(server):
    """What arrived, mails without the backup left out."""
    return [one for one in server.arrived() if one["backup"]]


def readable(arrived, divided):
    """Whether what arrived is enough to read the secrets."""
    return {one["part"] for one in arrived} == {1, 2} if divided else bool(arrived)


def prepared(server, situation):
    server.reset(users=USERS, storages=STORAGES)
    plan, switches, _table = TABLE[situation]
    server.settings(start_delay=0, run_seconds=0, **switches)
    body = {"types": ["linux"], **plan}
    ids = {**{name: user["id"] for name, user in server.users.items()}, **server.storages}
    body = {key: [ids[one] for one in value] if "recipients" in key else value for key, value in body.items()}
    if "recipients_part_one" in body:
        body[server.recipients_key] = body.pop("recipients_part_one")
    server.create("nightly", **body)
    return plan


@pytest.mark.parametrize("situation", since("3.5"))
def test_what_is_said_is_what_arrived(server, call, situation):
    compare(server, call, situation)


@pytest.mark.versions(*VERSIONS[1:])
@pytest.mark.parametrize("situation", since("3.8"))
def test_what_is_said_of_halves_is_what_arrived(server, call, situation):
    compare(server, call, situation)


@pytest.mark.versions(*VERSIONS[2:])
@pytest.mark.parametrize("situation", since("3.10"))
def test_what_is_said_of_storages_is_what_arrived(server, call, situation):
    compare(server, call, situation)


def compare(server, call, situation):
    """Run it; nothing untrue is said, whatever is left open, and the evidence took two requests at most."""
    plan = prepared(server, situation)
    with server.counting() as seen:
        result = call("backup_plan_execute", name="nightly", on_undelivered="warn", readable_by=server.ids("alice", "carol", "rex"))
    verdict, arrived = result["verdict"], backups_of(server)
    assert (verdict["delivered"], verdict["accepted"], verdict["readable"]) == expected_of(server, situation), verdict
    groups = [value for key, value in plan.items() if "recipients" in key and value]
    assert verdict["delivered"] is not True or sorted(one["recipient"] or one["storage"] for one in arrived) == sorted(sum(groups, []))
    assert verdict["delivered"] is not False or not readable(arrived, divided=len(groups) == 2)
    assert {one["accounts"] for one in arrived} <= {verdict["accounts"]}
    after = seen.log[max(place for place, entry in enumerate(seen.log) if entry["method"] == "POST") + 1:]
    evidence = [entry for entry in after if not entry["path"].endswith(f"/{result['execution']['id']}/") and "task-executions" not in entry["path"]]
    assert len(evidence) <= 2, evidence


@pytest.mark.versions("3.10", "4.10")
def test_a_run_is_judged_by_what_it_ran_with(server, call):
    """The plan was emptied after the run, which delivered all the same."""
    prepared(server, "all is well")
    # the API dates in whole seconds, so a change within the second of the run cannot be told from one before it
    identifier = call("backup_plan_execute", name="nightly", readable_by=["alice"]).succeeded()["execution"]["id"]
    server.edit("nightly", types=[], is_periodic=False)
    result = call("backup_plan_execute", execution_id=identifier, readable_by=["alice"]).succeeded()
    assert result["verdict"]["delivered"] is None and len(backups_of(server)) == 1
    changed = "JumpServer 4.8 and later keep no copy of what a run ran with, and the plan was changed since; it was judged as it is now"
    assert (changed in result["verdict"]["reasons"]) is server.since("4.8")
    assert any("of the plan as it is now" in reason for reason in result["verdict"]["reasons"]) is server.since("4.8")


@pytest.mark.parametrize("version", ["3.10.21", "4.7.0", "4.10.7", "4.10.8"])
@pytest.mark.parametrize("situation", ["the only one is refused", "one of two is refused", "types that no account has", "the storage is down"])
def test_versions_between(pool, modules, version, situation):
    """Where a failure is not reported, nothing is claimed; where nothing was packed, everybody is told."""
    server = pool.get(version=version)
    prepared(server, situation)
    verdict = Caller(server, modules)("backup_plan_execute", name="nightly", on_undelivered="warn", readable_by=server.ids("alice", "rex"))["verdict"]
    told = version == "4.10.8" or (situation == "the storage is down" and version != "4.10.7")
    expected = False if situation == "types that no account has" or (told and situation != "one of two is refused") else None
    assert verdict["delivered"] is expected, verdict
    assert verdict["accepted"] is (False if told or expected is False else None)
