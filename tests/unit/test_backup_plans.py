# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of the modules to their results, against a server in memory."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec, _backup_plan_info, _backup_plans
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory, references as _references
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import option_specs
from ansible_collections.jumpserver.accounts.plugins.modules import backup_plan, backup_plans

from tests.unit.examples import ALICE, OTHER_PLAN, PLAN, S3, TEAM, WIPED, plan_row, related
from tests.unit.fake import FakeClient

TEAMS = {"org_id": TEAM, "org_name": "研发中心"}

INSPECTION = {"on_findings": "warn", "check_accounts": False}


def one(server, check_mode=False, **options):
    """Run `backup_plan`."""
    params = dict(
        dict.fromkeys(option_specs()), dialect="auto", name=None, id=None, state="present", update_password="on_create", organization="Default", **INSPECTION)
    result = Result()
    _backup_plans.one_plan(server, dict(params, **options), check_mode, result)
    return result


def plans(*given):
    return [dict(dict.fromkeys(option_specs()), **plan) for plan in given]


def entry(organization, *given, prune=None, allow_empty=False):
    return {"organization": organization, "plans": plans(*given), "prune": prune, "allow_empty": allow_empty}


def estate(server, *organizations, check_mode=False, **options):
    """Run `backup_plans`."""
    params = dict(
        organization=None, defaults=None, prune=False, prune_limit=None, on_error="continue", update_password="on_create", dialect="auto", **INSPECTION)
    result = Result()
    _backup_plans.whole_estate(server, dict(params, organizations=list(organizations), **options), check_mode, result)
    return result


def info(server, **options):
    """Run `backup_plan_info`."""
    params = {
        "name": None, "id": None, "search": None, "limit": None, "offset": 0, "all_organizations": False, "last_execution": False, "organization": "Default"}
    result = Result()
    _backup_plan_info.info(server, dict(params, **options), False, result)
    return result


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_plan_is_created_and_told(check_mode):
    server = FakeClient()
    result = one(server, check_mode, name=" nightly ", crontab="0 3 * * *", recipients_part_one=["alice"])
    assert (result.changed, result.values["operation"], result.failure) == (True, "created", None)
    assert result.values["backup_plan"]["recipients_part_one"] == related(ALICE)
    assert bool(result.values["backup_plan"]["id"]) is not check_mode
    assert result.diff["after"]["recipients_part_one"] == ["alice"]
    assert bool(server.writes) is not check_mode


def test_a_plan_is_renamed():
    server = FakeClient(plan_row())
    result = one(server, id=PLAN, name="weekly")
    assert (result.values["operation"], result.values["changes"], server.plans[0]["name"]) == ("updated", ["name"], "weekly")


def test_a_plan_is_removed_once():
    server = FakeClient(plan_row())
    assert one(server, name="nightly", state="absent").values["operation"] == "deleted"
    again = one(server, name="nightly", state="absent")
    assert (again.changed, again.values) == (False, {"backup_plan": {}, "operation": "unchanged", "changes": []})


def test_a_failure_is_told_with_the_usual_values():
    result = one(FakeClient(), name="nightly", recipients_part_one=["nobody"])
    assert result.failure.startswith("Backup plan 'nightly' of organization 'Default': recipients_part_one: 'nobody' is no user")
    assert (result.changed, result.values) == (False, {"backup_plan": {}, "operation": "unchanged", "changes": []})


def test_defaults_fill_in_for_every_plan():
    server = FakeClient()
    defaults = dict(dict.fromkeys(option_specs()), types=["linux"], crontab="0 3 * * *")
    estate(server, entry("Default", {"name": "a"}, {"name": "b", "interval": 12}, {"name": "c", "types": []}), defaults=defaults)
    assert {row["name"]: (row["types"], row["crontab"], row["interval"]) for row in server.plans} == {
        "a": (["linux"], "0 3 * * *", None), "b": (["linux"], "", 12), "c": ([], "0 3 * * *", None)}


@pytest.mark.parametrize("general, special, left", [
    (False, None, ["nightly", "other"]), (True, None, []), (True, False, ["other"]), (False, True, ["nightly"]),
], ids=["none", "all", "all but one", "only one"])
def test_pruning_can_be_set_for_all_and_for_one_organization(general, special, left):
    server = FakeClient(plan_row(), plan_row(id=OTHER_PLAN, name="other", **TEAMS))
    estate(server, entry("Default", allow_empty=True), entry("研发中心", prune=special, allow_empty=True), prune=general)
    assert sorted(row["name"] for row in server.plans) == left


def test_a_negative_limit_is_refused():
    with pytest.raises(BadInput, match="prune_limit must not be negative"):
        estate(FakeClient(), entry("Default"), prune_limit=-1)


@pytest.mark.parametrize("asked", [("Default", "default"), (TEAM, TEAM.upper()), ("研发中心", "研发中心")], ids=["built in", "id", "name"])
def test_an_organization_that_is_listed_twice_is_refused_before_anything_is_asked(asked):
    server = FakeClient()
    with pytest.raises(BadInput, match="Organizations are listed more than once: " + ", ".join(sorted(set(asked)))):
        estate(server, *map(entry, asked))
    assert not server.asked


def test_an_entry_that_names_no_organization_belongs_to_that_of_the_task():
    server = FakeClient()
    result = estate(server, entry(None, {"name": "a"}), entry("Default", {"name": "b"}), organization="研发中心")
    assert [(one["organization"]["name"], one["created"]) for one in result.values["organizations"]] == [("研发中心", ["a"]), ("Default", ["b"])]


@pytest.mark.parametrize("default", [None, ""], ids=["none", "empty"])
def test_an_entry_without_any_organization_is_refused_before_anything_is_asked(default, monkeypatch):
    monkeypatch.setenv("JUMPSERVER_ORGANIZATION", "研发中心")
    server = FakeClient()
    with pytest.raises(BadInput, match="Entry 2 of organizations names no organization"):
        estate(server, entry("Default"), entry(None, {"name": "a"}), organization=default)
    assert not server.asked


def test_two_entries_of_the_organization_of_the_task_are_one_too_many():
    with pytest.raises(BadInput, match="Organizations are listed more than once: 研发中心"):
        estate(FakeClient(), entry(None), entry("研发中心"), organization="研发中心")


ESTATES_OF_THE_API = {
    "plans": (
        {"organizations": [{"plans": [{"backup_type": {"value": "email"}, "nodes": []}]}]}, {"organizations": [{"plans": [{"backup_type": "email"}]}]}),
    "defaults": ({"defaults": {"backup_type": {"value": "email"}, "assets": []}}, {"defaults": {"backup_type": "email"}}),
    "other shapes": ({"organizations": ["a", {"plans": "b"}, {}, {"plans": ["c", None]}], "defaults": 7},) * 2,
    "no estate": ({"prune": True},) * 2,
    "text": ({"organizations": "x"},) * 2,
}


@pytest.mark.parametrize("written, understood", ESTATES_OF_THE_API.values(), ids=ESTATES_OF_THE_API)
def test_an_estate_as_the_page_of_the_api_writes_it(written, understood):
    assert _backup_plans.estate_as_options(written) == understood


def test_a_partial_failure_tells_what_landed():
    server = FakeClient(plan_row())
    bad = {"name": "bad", "crontab": "0 3 31 2 *"}
    result = estate(server, entry("Default", {"name": "nightly", "comment": "d"}, bad), entry("研发中心", {"name": "new"}))
    assert result.changed is True
    assert "never comes" in result.failure
    assert result.values["summary"] == {"organizations": 2, "created": 1, "updated": 1, "deleted": 0, "unchanged": 0, "failed": 1}
    assert [one["organization"]["id"] for one in result.values["organizations"]][1] == TEAM


def test_remarks_become_warnings():
    result = estate(FakeClient(plan_row(**WIPED)), entry("Default", {"name": "nightly"}))
    assert len(result.warnings) == 1
    assert "does not run as it shows" in result.warnings[0]


def test_every_zip_password_is_known_as_a_secret():
    given = {"organizations": [entry("Default", {"name": "a", "zip_encrypt_password": "one"}, {"name": "b"})], "defaults": {"zip_encrypt_password": "two"}}
    assert _argspec.secrets(backup_plans.TASK.spec, given) == {"one", "two"}
    assert _argspec.secrets(backup_plan.TASK.spec, {"name": "a", "zip_encrypt_password": "three", "api_token": "four"}) == {"three", "four"}


# reading


def full():
    return FakeClient(
        plan_row(), plan_row(id=OTHER_PLAN, name="other", backup_type={"value": "object_storage", "label": "x"}, **TEAMS),
        plan_row(id=S3, name="third", crontab="*/5 * * * *", recipients_part_two=[], **TEAMS))


def test_the_plans_of_an_organization_are_read():
    result = info(full(), organization="研发中心")
    assert [plan["name"] for plan in result.values["backup_plans"]] == ["other", "third"]
    assert (result.changed, result.values["organizations"][0]["organization"]) == (False, "研发中心")


@pytest.mark.parametrize("wanted, found", [({"name": "other"}, ["other"]), ({"id": OTHER_PLAN}, ["other"]), ({"name": "Other"}, []), ({"id": PLAN}, [])],
                         ids=["name", "id", "another case", "id of another organization"])
def test_one_plan_is_read(wanted, found):
    result = info(full(), organization="研发中心", **wanted)
    assert [plan["name"] for plan in result.values["backup_plans"]] == found


@pytest.mark.parametrize("wanted", [{"offset": -1}, {"limit": 0}], ids=repr)
def test_an_odd_window_is_refused(wanted):
    with pytest.raises(BadInput, match="limit must be 1 or more"):
        info(FakeClient(), **wanted)


def test_a_broken_schedule_is_warned_about():
    assert "neither crontab nor interval; the export leaves its schedule out" in info(FakeClient(plan_row(**WIPED))).warnings[0]


@pytest.mark.parametrize("forbidden", [[], [("/api/v1/accounts/account-backup-plans/", _directory.ROOT)], [(_references.USERS, None)]],
                         ids=["admin", "one by one", "users by id"])
def test_an_export_of_all_organizations_changes_nothing_where_it_was_made_and_makes_the_same_elsewhere(forbidden):
    server = full()
    server.forbidden = forbidden
    exported = info(server, all_organizations=True).values["organizations"]
    assert [one["organization"] for one in exported] == ["Default", "研发中心"]
    entries = [entry(one["organization"], *one["plans"], prune=True) for one in exported]
    result = estate(server, *entries)
    assert (result.changed, result.failure, server.writes) == (False, None, [])
    elsewhere = FakeClient(forbidden=forbidden)
    assert estate(elsewhere, *entries).values["summary"]["created"] == 3
    assert info(elsewhere, all_organizations=True).values["organizations"] == exported
