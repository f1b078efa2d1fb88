# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole estates: the role by real playbooks, and what the module does with several organisations, failures and deletions."""

from __future__ import annotations

import pytest

from tests.integration.server import DEFAULT_ID, PLANS, RESEARCH, TEAM_A, ZIP_PASSWORD

ROLE = """
- name: Declare
  ansible.builtin.include_role:
    name: jumpserver.accounts.backup_plans
"""
TASK = "jumpserver.accounts.backup_plans : Bring the backup plans to the declared state"

ESTATE = {
    "backup_plans_prune": True,
    "backup_plans_defaults": {"types": ["linux", "mysql"], "recipients": ["security-officer"]},
    "backup_plans_organizations": [
        {"organization": "Default", "plans": [
            {"name": "nightly", "crontab": "0 3 * * *"},
            {"name": "every-12h", "interval": 12, "recipients": ["cto@example.com"]},
        ]},
        {"organization": "研发中心", "plans": [{"name": "每日备份", "crontab": "30 2 * * *", "comment": "每天一次"}]},
        {"organization": "Team-A", "plans": [{"name": "weekly", "crontab": "0 4 * * 0", "types": ["windows"]}]},
    ],
}


def test_the_role_converges_an_estate_reports_drift_and_repairs_it(server, playbook):
    server.create("left over", TEAM_A, crontab="0 1 * * *", is_periodic=True)

    first = playbook.run(ROLE, variables=ESTATE).succeeded()
    assert first.recap["changed"] == 1
    summary = {"organizations": 3, "created": 4, "updated": 0, "deleted": 1, "unchanged": 0, "failed": 0}
    assert first[TASK]["summary"] == summary and first.published == {"backup_plans_summary": summary}
    assert [entry["created"] for entry in first[TASK]["organizations"]] == [["nightly", "every-12h"], ["每日备份"], ["weekly"]]
    assert [entry["deleted"] for entry in first[TASK]["organizations"]] == [[], [], ["left over"]]
    assert first[TASK]["organizations"][1]["organization"] == {"id": server.organizations[RESEARCH], "name": RESEARCH}
    assert list(server.plans(TEAM_A)) == ["weekly"] and server.fires("weekly", TEAM_A) == "0 4 * * 0"

    with server.counting() as seen:
        again = playbook.run(ROLE, variables=ESTATE).succeeded()
    assert again.recap["changed"] == 0 and seen.unsafe == 0
    assert again.published["backup_plans_summary"] == {"organizations": 3, "created": 0, "updated": 0, "deleted": 0, "unchanged": 4, "failed": 0}

    server.edit("每日备份", RESEARCH, is_periodic=True, crontab="", interval=24, comment="edited", **{server.recipients_key: []})
    server.remove("nightly")
    server.create("intruder", TEAM_A)
    with server.counting() as seen:
        drift = playbook.run(ROLE, variables=ESTATE, check=True, diff=True).succeeded()
    assert seen.unsafe == 0
    assert drift.published["backup_plans_summary"] == {"organizations": 3, "created": 1, "updated": 1, "deleted": 1, "unchanged": 2, "failed": 0}
    before, after = drift[TASK]["diff"]["before"], drift[TASK]["diff"]["after"]
    default = server.organizations_shown["Default"]
    types = ["linux", "mysql"]
    assert before[RESEARCH] == {"每日备份": {
        "name": "每日备份", "types": types, "is_periodic": True, "crontab": "", "interval": 24, "comment": "edited", "recipients_part_one": []}}
    assert after[RESEARCH] == {"每日备份": {
        "name": "每日备份", "types": types, "is_periodic": True, "crontab": "30 2 * * *", "interval": None, "comment": "每天一次",
        "recipients_part_one": ["security-officer"]}}
    assert after[default] == {"nightly": {
        "name": "nightly", "types": types, "is_periodic": True, "crontab": "0 3 * * *", "interval": None, "recipients_part_one": ["security-officer"]}}
    assert list(before[TEAM_A]) == ["intruder"] and default not in before and TEAM_A not in after
    for text in ('"comment": "edited"', '"intruder"', '-', "每天一次"):
        assert text in drift.stdout

    repaired = playbook.run(ROLE, variables=ESTATE).succeeded()
    assert repaired.published == drift.published and repaired.recap["changed"] == 1
    assert repaired[TASK]["organizations"] == drift[TASK]["organizations"]
    assert server.fires("每日备份", RESEARCH) == "30 2 * * *" and list(server.plans(TEAM_A)) == ["weekly"]


@pytest.mark.versions("4.10")
def test_the_role_refuses_a_wrong_declaration_and_fails_with_a_summary(server, playbook):
    run = playbook.run("""
        - name: misspelt
          block:
            - name: role
              ansible.builtin.include_role:
                name: jumpserver.accounts.backup_plans
          rescue:
            - name: rescued
              ansible.builtin.debug:
                msg: "{{ ansible_failed_result.msg | default(ansible_failed_result) }}"
        - name: Declare
          ansible.builtin.include_role:
            name: jumpserver.accounts.backup_plans
          vars:
            backup_plans_organizations:
              - organization: Default
                plans:
                  - {name: good, interval: 24, zip_encrypt_password: "{{ omit }}"}
                  - {name: bad, crontab: "0 3 31 2 *"}
    """, variables={"backup_plans_organizations": [{"organization": "Default", "plans": [{"name": "nightly", "crontabs": "0 3 * * *"}]}]})
    assert "crontabs" in run.stdout and run.status != 0
    assert run[TASK].failed and "that date never comes" in run[TASK]["msg"]
    assert run.published["backup_plans_summary"] == {"organizations": 1, "created": 1, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 1}
    assert list(server.plans()) == ["good"]


def declare(call, *plans, organization="Default", **options):
    """Call `backup_plans` for one organisation; options that belong to its entry are put there."""
    entry = {"organization": organization, "plans": list(plans)}
    entry.update({name: options.pop(name) for name in ("prune", "allow_empty") if name in options})
    return call("backup_plans", organizations=[entry], **options)


def test_one_bad_plan_fails_alone_and_the_others_land(server, call):
    result = declare(
        call, {"name": "good", "interval": 24}, {"name": "who", "recipients": ["nobody"], "interval": 24}, {"name": "when", "crontab": "0 3 * *"},
        {"name": "never", "crontab": "0 3 31 2 *"}, {"name": "also good", "crontab": "0 3 * * 1"}, {"name": "a/b"})
    assert result.failed and result.changed
    entry = result["organizations"][0]
    assert sorted(entry["created"]) == ["also good", "good"] == sorted(server.plans())
    errors = {failure["name"]: failure["error"] for failure in entry["failed"]}
    assert sorted(errors) == ["a/b", "never", "when", "who"]
    assert "'nobody' is no user that can be found" in errors["who"]
    assert "it has 4 words and needs five" in errors["when"]
    assert "that date never comes, and it would stop the scheduler of the whole server" in errors["never"]
    assert "holds a slash" in errors["a/b"]
    assert result.message.startswith("4 failures: ") and all(error in result.message for error in errors.values())
    assert result["summary"] == {"organizations": 1, "created": 2, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 4}


def test_an_unknown_id_of_a_user_fails_alone_and_is_known_beforehand(server, call):
    server.create("settled", interval=24, is_periodic=True)
    ghost = "7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001"
    plans = [{"name": "plan %02d" % number, "interval": 24} for number in range(7)]
    plans[3]["recipients"] = [ghost]
    with server.counting() as seen:
        foreseen = declare(call, {"name": "settled", "recipients": [ghost]}, *plans, check=True)
    result = declare(call, {"name": "settled", "recipients": [ghost]}, *plans)
    assert foreseen.message == result.message and seen.unsafe == 0
    failed = {failure["name"]: failure["error"] for failure in result["organizations"][0]["failed"]}
    assert sorted(failed) == ["plan 03", "settled"]
    for part in ("Backup plan 'plan 03' of organization", "recipients_part_one: '%s' is no user that can be found" % ghost):
        assert part in failed["plan 03"]
    assert sorted(server.plans()) == sorted(["settled"] + [plan["name"] for plan in plans if plan["name"] != "plan 03"])


def test_nothing_is_deleted_in_an_organization_in_which_something_failed(server, call):
    for organization in ("Default", TEAM_A):
        server.create("stale", organization)
    result = call("backup_plans", prune=True, organizations=[
        {"organization": "Default", "plans": [{"name": "good"}, {"name": "bad", "crontab": "0 3 * * 7"}]},
        {"organization": TEAM_A, "plans": [{"name": "good"}]},
    ])
    assert "the day of the week 7 is outside 0 to 6; 0 is Sunday" in result.message
    assert [entry["deleted"] for entry in result["organizations"]] == [[], ["stale"]]
    assert sorted(server.plans()) == ["good", "stale"] and list(server.plans(TEAM_A)) == ["good"]


def test_nothing_is_deleted_where_a_write_failed(server, call):
    server.create("stale")
    server.fault(method="POST", path="account-backup-plans", status=500, body={"error": "Server internal error"}, times=10)
    result = declare(call, {"name": "good", "interval": 24}, prune=True)
    assert "JumpServer answered 500: Server internal error" in result.message
    assert result["organizations"][0]["deleted"] == [] and list(server.plans()) == ["stale"] and not result.changed


def test_an_empty_list_prunes_only_where_that_is_allowed(server, call):
    server.create("one")
    server.create("two")
    with server.counting() as seen:
        result = declare(call, prune=True)
    assert result.message == (
        "The list of plans of organization 'Default' is empty, and prune would delete every plan there; set allow_empty if that is meant.")
    assert seen.total == 0 and len(server.plans()) == 2
    result = declare(call, prune=True, allow_empty=True).succeeded()
    assert sorted(result["organizations"][0]["deleted"]) == ["one", "two"] and server.plans() == {}
    assert not declare(call, prune=True, allow_empty=True).succeeded().changed
    assert not declare(call).succeeded().changed


def test_prune_leaves_the_last_plan_to_its_own_address(server, call):
    """A deletion without an id would take the only plan that is left."""
    server.create("only")
    with server.counting() as seen:
        declare(call, prune=True, allow_empty=True).succeeded()
    deletions = [entry["path"] for entry in seen.log if entry["method"] == "DELETE"]
    assert len(deletions) == 1 and deletions[0].count("-") >= 6  # ends in a UUID


def test_more_deletions_than_the_limit_are_not_begun_anywhere(server, call):
    for organization in ("Default", TEAM_A):
        for name in ("one", "two"):
            server.create(name, organization)
    organizations = [{"organization": name, "plans": [{"name": "kept", "interval": 24}]} for name in ("Default", TEAM_A)]
    for check in (True, False):
        result = call("backup_plans", organizations=organizations, prune=True, prune_limit=3, check=check)
        assert "prune would delete 4 backup plans and prune_limit is 3, so none was deleted" in result.message
        assert "%s/one" % TEAM_A in result.message
        assert result["summary"]["deleted"] == 0
    assert sorted(server.plans()) == sorted(server.plans(TEAM_A)) == ["kept", "one", "two"]
    result = call("backup_plans", organizations=organizations, prune=True, prune_limit=4).succeeded()
    assert result["summary"] == {"organizations": 2, "created": 0, "updated": 0, "deleted": 4, "unchanged": 2, "failed": 0}
    assert "prune_limit must not be negative" in call("backup_plans", organizations=organizations, prune_limit=-1).message


def test_prune_can_be_set_for_one_organization(server, call):
    server.create("stale")
    server.create("stale", TEAM_A)
    result = call("backup_plans", prune=True, organizations=[
        {"organization": "Default", "plans": [{"name": "new"}]}, {"organization": TEAM_A, "plans": [{"name": "new"}], "prune": False}])
    assert result.succeeded()["summary"]["deleted"] == 1
    assert sorted(server.plans()) == ["new"] and sorted(server.plans(TEAM_A)) == ["new", "stale"]


def test_after_a_failure_the_others_go_on_or_nothing_more_is_written(server, call):
    organizations = [
        {"organization": "Default", "plans": [{"name": "first"}, {"name": "bad"}, {"name": "third"}]},
        {"organization": TEAM_A, "plans": [{"name": "other"}]},
    ]
    refused = {"comment": ["Not so."]}
    server.fault(method="POST", path=PLANS, skip=1, status=400, body=refused)
    result = call("backup_plans", organizations=organizations, on_error="stop")
    assert result.failed and result["summary"]["created"] == 1 and list(server.plans()) == ["first"] and server.plans(TEAM_A) == {}
    for body in ([refused, {}], refused):
        server.fault(method="POST", path=PLANS, status=400, body=body)
    result = call("backup_plans", organizations=organizations, on_error="continue")
    assert result.failed and sorted(server.plans()) == ["first", "third"] and list(server.plans(TEAM_A)) == ["other"]


def test_what_is_known_to_be_wrong_beforehand_stops_before_the_first_write(server, call):
    with server.counting() as seen:
        result = declare(call, {"name": "good"}, {"name": "bad", "crontab": "60 * * * *"}, on_error="stop")
    assert result.failed and not result.changed and seen.unsafe == 0 and server.plans() == {}


def test_the_same_name_twice_in_a_list_is_an_error_and_the_first_one_is_left_alone(server, call):
    server.create("nightly", comment="old")
    result = declare(call, {"name": "nightly", "comment": "one"}, {"name": " nightly ", "comment": "two"}, {"name": "fine"}, prune=True)
    assert "plans 1 and 2 of the list have the same name" in result.message
    assert server.plan("nightly")["comment"] == "old" and sorted(server.plans()) == ["fine", "nightly"]


def test_the_same_organization_twice_is_an_error_however_it_is_written(server, call):
    plans = [{"name": "nightly"}]
    for one, other in (("Default", "default"), ("Default", DEFAULT_ID), (TEAM_A, server.organizations[TEAM_A]), (TEAM_A, TEAM_A)):
        with server.counting() as seen:
            result = call("backup_plans", organizations=[{"organization": one, "plans": plans}, {"organization": other, "plans": plans}])
        assert result.failed and ("more than once" in result.message or "listed twice" in result.message), (one, other)
        assert result["summary"]["created"] <= 1 and seen.unsafe <= 1


def test_an_unknown_organization_fails_alone(server, call):
    result = call("backup_plans", organizations=[
        {"organization": "Nowhere", "plans": [{"name": "lost"}]}, {"organization": TEAM_A, "plans": [{"name": "found"}]}])
    assert result.failed and "The server does not know the organization 'Nowhere'" in result.message
    assert result["organizations"][0]["failed"][0]["name"] is None
    assert server.plans() == {} and list(server.plans(TEAM_A)) == ["found"]


def test_the_root_organization_takes_no_plans(server, call):
    for spelling in ("root", "ROOT", "00000000-0000-0000-0000-000000000000"):
        for result in (declare(call, {"name": "nightly"}, organization=spelling), call("backup_plan", organization=spelling, name="nightly")):
            assert "Backup plans cannot be managed in the root organization; name the organization that they belong to." in result.message


def test_the_system_organization_takes_plans(server, call):
    result = declare(call, {"name": "nightly", "interval": 24}, organization="system")
    if server.since("3.10.4"):
        assert result.succeeded()["summary"]["created"] == 1
        assert list(server.plans("system")) == ["nightly"] and server.plans() == {}
    else:
        # these versions know it by its id alone, which is what is sent
        assert result.succeeded()["organizations"][0]["organization"]["id"] == server.organizations["system"]
    assert not declare(call, {"name": "nightly", "interval": 24}, organization="system").succeeded().changed


def test_defaults_fill_up_what_a_plan_leaves_open(server, call):
    defaults = {"types": ["linux"], "crontab": "0 3 * * *", "comment": "from the defaults", "recipients": ["alice"]}
    plans = [{"name": "plain"}, {"name": "own", "interval": 6, "comment": "", "types": ["mysql"], "recipients": []}, {"name": "none", "is_periodic": False}]
    assert declare(call, *plans, defaults=defaults).succeeded()["summary"]["created"] == 3
    assert [server.fires(name) for name in ("plain", "own", "none")] == ["0 3 * * *", "every 6 h", None]
    own = server.plan("own")
    assert (own["types"], own["comment"], own[server.recipients_key]) == (["mysql"], "", [])
    assert not declare(call, *plans, defaults=defaults).succeeded().changed


@pytest.mark.versions("3.10", "4.10")
def test_a_zip_password_is_sent_with_new_plans_only_unless_asked_for(server, call):
    plan = {"name": "nightly", "backup_type": "object_storage", "obj_recipients_part_one": ["sftp-main"], "zip_encrypt_password": ZIP_PASSWORD}
    assert declare(call, plan).succeeded()["summary"]["created"] == 1
    assert not declare(call, plan).succeeded().changed
    result = declare(call, plan, update_password="always").succeeded()
    assert result["organizations"][0]["updated"] == [{"name": "nightly", "changes": ["zip_encrypt_password"]}]
    assert declare(call, {"name": "nightly"}, defaults={"zip_encrypt_password": ZIP_PASSWORD}, update_password="always").succeeded().changed


def test_remarks_are_warnings(server, call):
    both = {"name": "both", "crontab": "0 3 * * *", "interval": 12, "types": ["linux"], "recipients": ["alice"]}
    result = declare(call, both).succeeded()
    assert result.warnings == ["Backup plan 'both': crontab and interval are both given: JumpServer runs the crontab, the interval has no effect."]
    assert server.fires("both") == "0 3 * * *"
    assert not declare(call, both).succeeded().changed


def test_plans_that_exchange_their_names_are_no_work(server, call):
    server.create("a", comment="was a")
    server.create("b", comment="was b")
    declare(call, {"name": "a", "comment": "was b"}, {"name": "b", "comment": "was a"}).succeeded()
    assert {name: plan["comment"] for name, plan in server.plans().items()} == {"a": "was b", "b": "was a"}


def test_a_list_that_changes_while_it_is_read_is_not_acted_upon(server, call):
    server.reset(plans=[{"name": "plan %03d" % number, "organization": "Default"} for number in range(110)])
    page = server.api("GET", "/api/v1/accounts/account-backup-plans/?limit=50").json()
    short = dict(page, results=page["results"][:20], count=110, next=None)
    server.fault(method="GET", path="account-backup-plans", status=200, body=short, times=100)
    result = declare(call, {"name": "plan 001"}, prune=True)
    assert "the list changed while it was read, or was cut on the way" in result.message
    server.clear_faults()
    assert len(server.plans()) == 110
