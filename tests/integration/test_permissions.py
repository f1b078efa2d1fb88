# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users with fewer rights can do, and what they are told where they cannot."""

from __future__ import annotations

import pytest

from tests.integration.server import PLANS, RESEARCH, TEAM_A

pytestmark = pytest.mark.twice


def test_an_organization_administrator_manages_his_organization(server, call):
    server.create("stale", RESEARCH)
    estate = [{"organization": "研发中心", "plans": [
        {"name": "每日备份", "crontab": "30 2 * * *", "types": ["linux"], "recipients": ["zhangwei", "orgadmin_dev@example.com"]}, {"name": "by hand"}]}]
    with server.counting() as seen:
        result = call("backup_plans", organizations=estate, prune=True, user="orgadmin_dev").succeeded()
    assert result["summary"] == {"organizations": 1, "created": 2, "updated": 0, "deleted": 1, "unchanged": 0, "failed": 0}
    # no organization list, no storages, and of the root only one question: who else on the server has these names
    assert [(entry["method"], entry["path"].split("?")[0]) for entry in seen.log if entry["status"] >= 400] == [("GET", "/api/v1/users/users/")]
    assert not call("backup_plans", organizations=estate, prune=True, user="orgadmin_dev").succeeded().changed
    assert call("backup_plan", organization=RESEARCH, name="by hand", state="absent", user="orgadmin_dev").succeeded().changed
    server.edit("每日备份", RESEARCH, is_periodic=False)
    assert call("backup_plan_execute", organization=RESEARCH, name="每日备份", user="orgadmin_dev").succeeded().changed


def test_an_organization_administrator_of_two_organizations_reads_each_for_itself(server, call):
    roles = [["User", None], ["OrgAdmin", TEAM_A], ["OrgAdmin", RESEARCH]]
    server.reset(users={"admin": {"roles": [["SystemAdmin", None]]}, "both": {"roles": roles}})
    estate = [{"organization": name, "plans": [{"name": "nightly", "interval": 24, "recipients": ["both"]}]} for name in (TEAM_A, RESEARCH)]
    assert call("backup_plans", organizations=estate, user="both").succeeded()["summary"]["created"] == 2
    assert not call("backup_plans", organizations=estate, user="both").succeeded().changed
    assert len(call("backup_plan_info", all_organizations=True, user="both").succeeded()["backup_plans"]) == 2


@pytest.mark.versions("3.10", "4.10")
def test_an_organization_administrator_names_storages_by_id_or_by_what_a_plan_shows(server, call):
    def declare(storage):
        return call(
            "backup_plan", organization=TEAM_A, name="to storage", backup_type="object_storage", obj_recipients_part_one=[storage], user="orgadmin")

    result = declare("sftp-main")
    said = "'sftp-main' cannot be looked up, since only a system administrator may list storages; write the id of the storage instead"
    assert "obj_recipients_part_one: " + said in result.message
    assert declare(server.storages["sftp-main"]).succeeded().changed
    with server.counting() as seen:
        assert not declare("sftp-main").succeeded().changed  # the plan itself shows what the name stands for
    assert not any("replay-storages" in entry["path"] for entry in seen.log)
    assert "'sftp-two' cannot be looked up" in declare("sftp-two").message


def test_a_user_that_cannot_be_listed_is_given_by_id(server, call):
    alice = server.ids("alice")[0]
    result = call("backup_plan", organization=TEAM_A, name="nightly", recipients=["alice"], user="orgadmin")
    assert "'alice' is no user that can be found by username, e-mail, display name or id" in result.message
    assert call("backup_plan", organization=TEAM_A, name="nightly", recipients=[alice], user="orgadmin").succeeded().changed
    assert not call("backup_plan", organization=TEAM_A, name="nightly", recipients=[alice], user="orgadmin").succeeded().changed


@pytest.mark.parametrize("user", ["auditor", "plain", "orgadmin"])
def test_without_the_right_the_refusal_says_which_organization_and_which_credential(server, call, user):
    server.create("nightly")
    calls = [
        ("backup_plan", {"name": "nightly", "comment": "x"}), ("backup_plan", {"name": "nightly", "state": "absent"}), ("backup_plan_info", {}),
        ("backup_plan_execute", {"name": "nightly"}),
        ("backup_plans", {"organizations": [{"organization": "Default", "plans": [{"name": "nightly"}], "prune": True}]}),
    ]
    with server.counting() as seen:
        for module, options in calls:
            result = call(module, user=user, **options)
            doing = "find the backup plan 'nightly'" if module == "backup_plan_execute" else "list the backup plans"
            assert result.message == (
                "Cannot %s of organization 'Default': JumpServer answered 403: You do not have permission to perform this action. "
                "The user of the private token lacks the right for this in this organization." % doing), module
    assert seen.unsafe == 0 and server.plan("nightly")["comment"] == ""


def test_an_organization_administrator_is_refused_in_another_organization(server, call):
    message = call("backup_plan", organization=RESEARCH, name="nightly", connection=server.credential("orgadmin", "access_key")).message
    key = server.users["orgadmin"]["access_key_id"]
    assert "JumpServer answered 403" in message and message.endswith("The user of the access key %s lacks the right for this in this organization." % key)


def test_a_part_of_an_estate_without_the_right_fails_alone(server, call):
    estate = [{"organization": name, "plans": [{"name": "nightly"}]} for name in ("Default", TEAM_A)]
    result = call("backup_plans", organizations=estate, user="orgadmin")
    assert "list the backup plans of organization 'Default': JumpServer answered 403" in result.message
    assert result["summary"] == {"organizations": 2, "created": 1, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 1}
    assert list(server.plans(TEAM_A)) == ["nightly"] and server.plans() == {}


def test_a_right_that_is_missing_for_writing_only_is_told(server, call):
    server.create("nightly", comment="old")
    refused = {"status": 403, "body": {"detail": "You do not have permission to perform this action.", "code": "permission_denied"}, "times": 3}
    for method in ("PATCH", "POST", "DELETE"):
        server.fault(method=method, path=PLANS, **refused)
    for options, doing in (({"name": "nightly", "comment": "new"}, "update"), ({"name": "new"}, "create"), ({"name": "nightly", "state": "absent"}, "delete")):
        message = call("backup_plan", **options).message
        assert message.startswith("Cannot %s the backup plan %r of organization " % (doing, options["name"])) and "JumpServer answered 403" in message
    assert server.plan("nightly")["comment"] == "old"


def test_an_organization_administrator_who_asks_for_one_that_does_not_exist_is_told_so(server, call):
    """JumpServer judges by Default then, where he has no right."""
    options = {"organization": "No Such Organization", "connection": server.credential("orgadmin", "access_key")}
    unknown = "The server does not know the organization 'No Such Organization': it would silently use "
    plans = {"organizations": [{"organization": options["organization"], "plans": [{"name": "nightly"}]}]}
    attempts = [
        call("backup_plan", name="nightly", **options), call("backup_plan_info", **options), call("backup_plan_execute", name="nightly", **options),
        call("backup_plans", connection=options["connection"], **plans),
    ]
    assert [result.message for result in attempts if unknown not in result.message or "403" in result.message] == []
    message = call("backup_plan", organization="Default", name="nightly", connection=options["connection"]).message
    assert "JumpServer answered 403" in message
