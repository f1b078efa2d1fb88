# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan from its creation to its end, by real playbooks."""

from __future__ import annotations

import pytest

from tests.integration.server import DEFAULT_ID, RESEARCH, TEAM_C, ZIP_PASSWORD

LIFE = """
- name: check create
  check_mode: true
  diff: true
  jumpserver.accounts.backup_plan: &declared
    name: nightly
    types: [mysql, linux]
    crontab: "0 3 * * *"
    recipients: [alice, bob@example.com, Carol]
    comment: The way back in
- name: create
  jumpserver.accounts.backup_plan: *declared
  register: created
- name: create again
  jumpserver.accounts.backup_plan: *declared
- name: check update
  check_mode: true
  diff: true
  jumpserver.accounts.backup_plan: &update
    name: nightly
    interval: 12
    types: [linux]
- name: update
  jumpserver.accounts.backup_plan: *update
- name: update again
  jumpserver.accounts.backup_plan: *update
- name: rename
  diff: true
  jumpserver.accounts.backup_plan:
    id: "{{ created.backup_plan.id }}"
    name: weekly
- name: check absent
  check_mode: true
  diff: true
  jumpserver.accounts.backup_plan: &absent
    name: weekly
    state: absent
- name: absent
  jumpserver.accounts.backup_plan: *absent
- name: absent again
  jumpserver.accounts.backup_plan: *absent
"""


def test_a_plan_is_created_changed_renamed_and_removed_and_nothing_happens_twice(server, playbook):
    with server.counting() as seen:
        run = playbook.run(LIFE).succeeded()
    assert [run[task]["operation"] for task in ("check create", "create", "create again")] == ["created", "created", "unchanged"]
    assert [run[task]["operation"] for task in ("check update", "update", "update again")] == ["updated", "updated", "unchanged"]
    assert run["rename"]["operation"] == "updated"
    assert [run[task]["operation"] for task in ("check absent", "absent", "absent again")] == ["deleted", "deleted", "unchanged"]
    for task, result in run.tasks.items():
        assert result.changed == (result["operation"] != "unchanged"), task
    assert (seen.unsafe, seen.by_method["POST"], seen.by_method["PATCH"], seen.by_method["DELETE"]) == (4, 1, 2, 1)
    assert server.plans() == {}
    # each step returns the plan and what changed
    created = run["create"]["backup_plan"]
    assert created["name"] == "nightly" and created["organization"]["id"] == DEFAULT_ID
    assert (created["is_periodic"], created["crontab"], created["interval"]) == (True, "0 3 * * *", None)
    assert created["types"] == ["mysql", "linux"] and created["comment"] == "The way back in"
    assert sorted(person["id"] for person in created["recipients_part_one"]) == sorted(server.ids("alice", "bob", "carol"))
    assert run["check create"]["backup_plan"]["id"] is None
    assert run["check create"]["diff"] == {
        "before": {},
        "after": {
            "name": "nightly", "types": ["linux", "mysql"], "is_periodic": True, "crontab": "0 3 * * *", "interval": None, "comment": "The way back in",
            "recipients_part_one": ["alice", "bob", "carol"],
        },
    }
    assert sorted(run["update"]["changes"]) == ["crontab", "interval", "types"]
    assert run["check update"]["diff"] == {
        "before": {"name": "nightly", "types": ["linux", "mysql"], "is_periodic": True, "crontab": "0 3 * * *", "interval": None},
        "after": {"name": "nightly", "types": ["linux"], "is_periodic": True, "crontab": "", "interval": 12},
    }
    updated = run["update"]["backup_plan"]
    assert (updated["crontab"], updated["interval"], updated["types"]) == ("", 12, ["linux"])
    assert run["rename"]["changes"] == ["name"]
    assert run["rename"]["diff"] == {"before": {"name": "nightly"}, "after": {"name": "weekly"}}
    assert (run["rename"]["backup_plan"]["id"], run["rename"]["backup_plan"]["name"]) == (created["id"], "weekly")
    assert run["check absent"]["diff"]["before"]["name"] == "weekly" and run["check absent"]["diff"]["after"] == {}
    assert run["absent"]["backup_plan"] == run["absent again"]["backup_plan"] == {}
    assert "diff" not in run["create"]


@pytest.mark.versions("3.10", "4.10")
def test_a_plan_that_goes_to_storages_keeps_its_zip_password_to_itself(server, playbook):
    run = playbook.run("""
        - name: check create
          check_mode: true
          diff: true
          jumpserver.accounts.backup_plan: &declared
            organization: 研发中心
            name: 每日备份
            types: [linux, windows]
            crontab: "30 2 * * 1-5"
            backup_type: object_storage
            obj_recipients_part_one: [sftp-main, s3-archive]
            obj_recipients_part_two: ["{{ storage_id }}"]
            is_password_divided_by_obj_storage: true
            is_password_divided_by_email: false
            zip_encrypt_password: "{{ zip_password }}"
        - name: create
          jumpserver.accounts.backup_plan: *declared
        - name: create again
          jumpserver.accounts.backup_plan: *declared
        - name: set the password
          diff: true
          jumpserver.accounts.backup_plan:
            organization: 研发中心
            name: 每日备份
            zip_encrypt_password: "{{ zip_password }}"
            update_password: always
        - name: clear what can be cleared
          jumpserver.accounts.backup_plan:
            organization: 研发中心
            name: 每日备份
            obj_recipients_part_two: []
            types: []
            comment: ""
        - name: in a loop
          diff: true
          jumpserver.accounts.backup_plan:
            organization: 研发中心
            name: "{{ item }}"
            backup_type: object_storage
            obj_recipients_part_one: [sftp-two]
            zip_encrypt_password: "{{ passwords[item] }}"
          loop: [one, two]
    """, variables={
        "zip_password": ZIP_PASSWORD, "passwords": {"one": ZIP_PASSWORD, "two": ZIP_PASSWORD}, "storage_id": server.storages["sftp-two"].upper(),
    }).succeeded()
    assert [task for task in run.tasks if run[task].changed] == [
        "check create", "create", "set the password", "clear what can be cleared", "in a loop"]
    assert run["check create"]["diff"]["after"]["zip_encrypt_password"] == "********"
    assert run["set the password"]["changes"] == ["zip_encrypt_password"]
    plan = server.plan("每日备份", RESEARCH)
    assert plan["obj_recipients_part_two"] == [] and plan["types"] == [] and plan["is_password_divided_by_email"] is False
    assert sorted(storage["name"] for storage in plan["obj_recipients_part_one"]) == ["s3-archive", "sftp-main"]
    assert sorted(server.plans(RESEARCH)) == ["one", "two", "每日备份"]


@pytest.mark.versions("4.10")
def test_an_inactive_plan_keeps_its_schedule_and_does_not_fire(server, call):
    assert call("backup_plan", name="resting", crontab="0 3 * * *", is_active=False).succeeded().changed
    assert server.fires("resting") is None
    assert not call("backup_plan", name="resting", is_active=False).succeeded().changed
    assert call("backup_plan", name="resting", is_active=True).succeeded()["changes"] == ["is_active"]
    assert server.fires("resting") == "0 3 * * *"


def test_an_organization_is_found_by_name_and_by_id_in_any_writing(server, call):
    for organization in (TEAM_C, RESEARCH):
        identifier = server.organizations[organization]
        assert call("backup_plan", organization=organization, name="nightly", interval=24).succeeded().changed
        for spelling in (identifier, identifier.upper(), identifier.replace("-", "")):
            result = call("backup_plan", organization=spelling, name="nightly", interval=24).succeeded()
            assert not result.changed and result["backup_plan"]["organization"] == {"id": identifier, "name": organization}
        assert list(server.plans(organization)) == ["nightly"]
    for spelling in ("default", "DEFAULT", " Default "):
        assert call("backup_plan", organization=spelling, name="in default").succeeded()["backup_plan"]["organization"]["id"] == DEFAULT_ID
    assert list(server.plans()) == ["in default"]


def test_a_plan_declared_without_a_schedule_is_created_without_one(server, call):
    plan = call("backup_plan", name="by hand").succeeded()["backup_plan"]
    assert (plan["is_periodic"], plan["crontab"], plan["interval"]) == (False, "", None)
    assert server.fires("by hand") is None


def test_a_recipient_is_given_by_username_mail_display_name_or_id_in_any_form(server, call):
    alice, bob, carol, cto = server.ids("alice", "bob", "carol", "cto")
    recipients = ["alice", "bob@example.com", "Carol", {"pk": cto}, alice, {"id": bob.upper()}]
    assert call("backup_plan", name="nightly", recipients=recipients).succeeded().changed
    assert {person["id"] for person in server.plan("nightly")[server.recipients_key]} == {alice, bob, carol, cto}
    again = call("backup_plan", name="nightly", recipients=list(reversed(recipients))).succeeded()
    assert not again.changed
    assert not call("backup_plan", name="nightly", recipients=[alice, bob, carol, cto]).succeeded().changed


def test_a_member_of_another_organization_can_be_a_recipient(server, call):
    result = call("backup_plan", name="nightly", recipients=["zhangwei", "张伟"]).succeeded()
    assert [person["id"] for person in result["backup_plan"]["recipients_part_one"]] == server.ids("zhangwei")


def test_missing_and_ambiguous_names_are_listed_together(server, call):
    result = call("backup_plan", name="nightly", recipients=["nobody", "Same Name", "alice", "ALICE"])
    same1, same2 = server.ids("same1", "same2")
    assert result.message == (
        "Backup plan 'nightly' of organization '%s': "
        "recipients_part_one: 'nobody' is no user that can be found by username, e-mail, display name or id; "
        "recipients_part_one: 'Same Name' stands for several users: same1 (%s), same2 (%s); write the username; "
        "recipients_part_one: 'ALICE' is no user that can be found by username, e-mail, display name or id." % (
            server.organizations_shown["Default"], same1, same2))
    assert server.plans() == {}


def test_an_id_that_no_plan_has_does_not_make_a_plan(server, call):
    unknown = "7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001"
    with server.counting() as seen:
        result = call("backup_plan", id=unknown, name="nightly", interval=24)
        assert "there is no backup plan with the id %s in this organization" % unknown in result.message
        assert not call("backup_plan", id=unknown, state="absent").succeeded().changed
        assert "id must be the UUID of a backup plan, not 'nightly'" in call("backup_plan", id="nightly", state="absent").message
    assert seen.unsafe == 0


def test_a_key_that_is_no_field_is_refused_by_name(server, call):
    result = call("backup_plan", name="nightly", recipient=["alice"])
    assert result.message == "Unsupported parameters of backup plan 'nightly' of organization 'Default': 'recipient' (did you mean recipients?)."
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": [{"name": "nightly", "cron": "0 3 * * *"}]}])
    assert result.message == "Unsupported parameters of backup plan 'nightly' of organization 'Default': 'cron' (did you mean crontab?)."


def test_a_plan_that_vanishes_while_it_is_removed_is_removed(server, call):
    server.create("nightly")
    server.fault(method="DELETE", status=404, body={"detail": "object does not exist", "code": "object_does_not_exist"})
    assert call("backup_plan", name="nightly", state="absent").succeeded()["operation"] == "deleted"
