# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a plan useless or open is told when it is declared: by applying, by drift, by reading and exporting alike."""

from __future__ import annotations

import pytest

from tests.integration.server import TEAM_A, ZIP_PASSWORD

pytestmark = pytest.mark.twice

NO_TYPES = "types of the plan names no platform type, so no account is backed up; list types, such as linux."
NO_RECIPIENTS = "the plan has no recipients; name who or what is to receive the backups."


def about(server, name, organization="Default"):
    return "Backup plan %r of organization %r: " % (name, server.organizations_shown.get(organization, organization))


def estate(*plans, organization="Default"):
    return [{"organization": organization, "plans": list(plans)}]


def test_the_same_is_told_by_apply_drift_info_and_export(server, call):
    told = [about(server, "bare") + NO_TYPES, about(server, "bare") + NO_RECIPIENTS]
    assert call("backup_plan", name="bare", check=True).succeeded().warnings == told
    assert call("backup_plan", name="bare").succeeded().warnings == told
    for check in (True, False):
        result = call("backup_plans", organizations=estate({"name": "bare", "types": [], "recipients": []}), check=check).succeeded()
        assert not result.changed and result.warnings == told
    assert call("backup_plan_info", name="bare").succeeded().warnings == told
    assert call("backup_plan_info", all_organizations=True).succeeded().warnings == told
    message = call("backup_plan_execute", name="bare").message
    assert "names no platform type" in message and "no recipients" in message


def test_strictness_makes_it_an_error_of_the_plan_alone(server, call):
    organizations = estate({"name": "bare"}, {"name": "good", "types": ["linux"], "recipients": ["alice"]})
    for check in (True, False):
        result = call("backup_plans", organizations=organizations, on_findings="fail", check=check)
        assert result["summary"]["created"] == 1 and result["summary"]["failed"] == 1 and result.warnings == []
        assert result.message == about(server, "bare") + NO_TYPES[:-1] + "; " + NO_RECIPIENTS
    assert sorted(server.plans()) == ["good"]
    assert call("backup_plan", name="bare", on_findings="fail").message == about(server, "bare") + NO_TYPES[:-1] + "; " + NO_RECIPIENTS
    assert sorted(server.plans()) == ["good"]
    # nothing is pruned beside a plan that failed
    organizations = estate({"name": "bare"})
    assert call("backup_plans", organizations=organizations, prune=True, on_findings="fail").failed and sorted(server.plans()) == ["good"]


def test_a_sound_plan_is_told_nothing_of_and_costs_no_request_more(server, call):
    plan = {"name": "good", "types": ["linux"], "recipients": ["alice"], "interval": 24}
    assert call("backup_plan", **plan).succeeded().warnings == []
    costs = []
    for options in ({}, {"on_findings": "fail"}):
        with server.counting() as seen:
            result = call("backup_plan", **plan, **options).succeeded()
        assert not result.changed and result.warnings == []
        costs.append(seen.total)
    assert costs[0] == costs[1]
    assert call("backup_plan_info").succeeded().warnings == []


def test_types_are_looked_up_where_that_is_asked_for(server, call):
    plans = estate({"name": "p", "types": ["linux", "Linux", "oracle"], "recipients": ["alice"]}, {"name": "q", "types": ["linux"], "recipients": ["alice"]})
    assert call("backup_plans", organizations=plans, check=True).succeeded().warnings == []
    with server.counting() as seen:
        result = call("backup_plans", organizations=plans, check_accounts=True, check=True).succeeded()
    assert result.warnings == [
        about(server, "p") + "the server knows no platform type Linux, and no account has it; write the types as JumpServer's platforms do, in small letters.",
        about(server, "p") + "no account of the organization has the type oracle; take it out of types, or add the accounts."]
    asked = [entry["path"] for entry in seen.log if "accounts/accounts" in entry["path"] or "categories" in entry["path"]]
    assert len(asked) == 4
    assert "Linux" in call("backup_plans", organizations=plans, check_accounts=True, on_findings="fail").message


@pytest.mark.versions("4.10")
def test_who_may_not_list_accounts_is_told_so(server, call):
    server.fault(method="GET", path="/api/v1/accounts/accounts/", status=403, body={"detail": "You do not have permission to perform this action."})
    result = call("backup_plan", name="p", types=["linux"], recipients=["alice"], check_accounts=True).succeeded()
    assert len(result.warnings) == 1 and result.warnings[0].startswith(
        "Whether accounts have the types of the plans of organization 'DEFAULT' is not known. Cannot count the accounts of type 'linux'")
    assert server.plan("p")


@pytest.mark.versions("3.8", "4.10")
def test_the_same_person_in_both_parts_and_an_inactive_one(server, call):
    result = call("backup_plan", name="p", types=["linux"], recipients=["alice", "former"], recipients_part_two=["alice"]).succeeded()
    assert result.warnings == [
        about(server, "p") + "alice receives both parts, and so every secret whole; give each part receivers of its own.",
        about(server, "p") + "the user of the recipient former is inactive; name somebody who is still there."]
    assert call("backup_plan_info").succeeded().warnings == result.warnings


@pytest.mark.versions("3.10", "4.10")
def test_storages(server, call):
    plan = {"types": ["linux"], "backup_type": "object_storage"}
    assert call("backup_plan", name="none", **plan).succeeded().warnings == [
        about(server, "none") + "the plan has no storage to send to; name who or what is to receive the backups.",
        about(server, "none") + "the plan sends to a storage and has no ZIP password, so every secret lies there in clear text; set zip_encrypt_password."]
    result = call("backup_plan", name="s3", obj_recipients_part_one=["s3-archive"], zip_encrypt_password=ZIP_PASSWORD, **plan).succeeded()
    assert result.warnings == [
        about(server, "s3") + "none of the plan's storages is of type sftp, and only those receive backups; choose a storage of type sftp."]
    result = call("backup_plan", name="both", obj_recipients_part_one=["s3-archive", "sftp-main"], zip_encrypt_password=ZIP_PASSWORD, **plan).succeeded()
    assert result.warnings == [
        about(server, "both") + "the storage s3-archive is not of type sftp and receives no backups; choose a storage of type sftp."]


@pytest.mark.versions("3.10", "4.10")
def test_an_estate_is_told_again_and_again(server, call):
    """Not when it is created only, when names are looked up: storages are listed once, where a plan sends to some, and both groups of receivers are read."""
    sent = {"types": ["linux"], "backup_type": "object_storage"}
    organizations = estate(
        {"name": "none", **sent}, {"name": "s3", **sent, "obj_recipients_part_one": ["s3-archive"]},
        {"name": "both", **sent, "obj_recipients_part_two": ["s3-archive", "sftp-main"]},
        {"name": "undivided", "types": ["linux"], "recipients": ["alice", "carol"], "is_password_divided_by_email": True})
    told = [
        about(server, "none") + "the plan has no storage to send to; name who or what is to receive the backups.",
        about(server, "s3") + "none of the plan's storages is of type sftp, and only those receive backups; choose a storage of type sftp.",
        about(server, "both") + "the storage s3-archive is not of type sftp and receives no backups; choose a storage of type sftp.",
        about(server, "undivided") + "is_password_divided_by_email is true, but only one part has receivers, so they get every secret whole; name receivers of "
        "the other part too."]
    created = call("backup_plans", organizations=organizations).succeeded().warnings
    # whether there is a ZIP password is known while the plan is written, and never after that
    assert [warning for warning in created if "has no ZIP password" not in warning] == told
    for _time in range(2):
        with server.counting() as seen:
            assert call("backup_plans", organizations=organizations, check=True).succeeded().warnings == told
        assert sum("/replay-storages/" in entry["path"] for entry in seen.log) == 1
    for options in ({}, {"all_organizations": True}):
        # nobody wrote anything down there
        assert sorted(call("backup_plan_info", **options).succeeded().warnings) == sorted(told[:3])
    server.fault(method="GET", path="/replay-storages/", status=500, html="<h1>Server Error (500)</h1>", times=9)
    doubtful = call("backup_plans", organizations=organizations, check=True, retries=0).succeeded().warnings
    assert doubtful[0].startswith("Of which type the storages are to which plans of organization ") and doubtful[1:] == [told[0], told[3]]
    shown = call("backup_plan_info", retries=0).succeeded()
    assert len(shown["backup_plans"]) == 4 and any(warning.startswith("Of which type the storages are") for warning in shown.warnings)


@pytest.mark.versions("4.10")
def test_many_plans_of_one_kind_are_one_warning(server, call):
    plans = [{"name": "p%03d" % number, "types": ["linux"]} for number in range(30)]
    (told,) = call("backup_plans", organizations=estate(*plans, organization=TEAM_A)).succeeded().warnings
    assert told.startswith("Backup plans 'p000', 'p001', ") and told.endswith("'p009' and 20 more of organization 'Team-A': " + NO_RECIPIENTS)


@pytest.mark.versions("4.10")
def test_the_role_passes_strictness_on(server, playbook):
    run = playbook.run("""
        - name: declare
          ansible.builtin.include_role: {name: jumpserver.accounts.backup_plans}
    """, variables={"backup_plans_organizations": estate({"name": "bare"}), "backup_plans_on_findings": "fail"})
    assert run.status != 0 and "names no platform type" in run["jumpserver.accounts.backup_plans : Bring the backup plans to the declared state"].message
    assert server.plans() == {}
