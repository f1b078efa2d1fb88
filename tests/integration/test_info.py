# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading plans, and the export that is declared again."""

from __future__ import annotations

import pytest

from tests.integration.runner import Caller
from tests.integration.server import DEFAULT_ID, RESEARCH, TEAM_A, TEAM_C, ZIP_PASSWORD

UNKNOWN = "7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001"


def names(result):
    return [plan["name"] for plan in result.succeeded()["backup_plans"]]


def test_plans_are_found_by_name_id_and_text(server, call):
    rows = {name: server.create(name) for name in ("alpha", "beta one", "beta two", "Gamma")}
    assert sorted(names(call("backup_plan_info"))) == sorted(rows)
    assert names(call("backup_plan_info", name="alpha")) == ["alpha"]
    for spelling in (rows["alpha"]["id"], rows["alpha"]["id"].upper()):
        assert names(call("backup_plan_info", id=spelling)) == ["alpha"]
    assert sorted(names(call("backup_plan_info", search="BETA"))) == ["beta one", "beta two"]
    assert names(call("backup_plan_info", search="two beta")) == ["beta two"]
    together = call("backup_plan_info", limit=2), call("backup_plan_info", limit=2, offset=2)
    assert sorted(names(together[0]) + names(together[1])) == sorted(rows) and len(names(together[0])) == 2
    assert len(names(call("backup_plan_info", offset=3))) == 1


def test_what_is_not_there_is_an_empty_list(server, call):
    server.create("alpha")
    server.create("elsewhere", TEAM_A)
    elsewhere = server.plan("elsewhere", TEAM_A)["id"]
    for options in ({"name": "nowhere"}, {"id": UNKNOWN}, {"id": elsewhere}, {"search": "nowhere"}, {"offset": 5}, {"name": "elsewhere"}):
        assert call("backup_plan_info", **options).succeeded()["backup_plans"] == [], options
    assert call("backup_plan_info", id="alpha").message == "'alpha' is not the id of a backup plan."
    assert "mutually exclusive" in call("backup_plan_info", id=UNKNOWN, name="alpha").message
    for options in ({"limit": 0}, {"offset": -1}):
        assert call("backup_plan_info", **options).message == "limit must be 1 or more, and offset must not be negative."


def test_reading_changes_nothing_and_reads_in_check_mode_too(server, call):
    server.create("alpha")
    with server.counting() as seen:
        results = [call("backup_plan_info", last_execution=True, check=check).succeeded() for check in (False, True)]
    assert seen.unsafe == 0 and not any(result.changed for result in results) and results[0]["backup_plans"] == results[1]["backup_plans"]


def test_a_plan_is_shown_in_the_words_of_the_options(server, call):
    fields = {"types": ["linux"], "comment": "x", server.recipients_key: server.ids("alice")}
    row = server.create("alpha", TEAM_A, crontab="0  3 * * *", is_periodic=True, **fields)
    shown = call("backup_plan_info", organization=TEAM_A).succeeded()["backup_plans"][0]
    expected = {
        "id": row["id"], "name": "alpha", "organization": {"id": server.organizations[TEAM_A], "name": TEAM_A}, "is_periodic": True, "crontab": "0 3 * * *",
        "interval": None, "types": ["linux"], "comment": "x", "recipients_part_one": [{"id": server.ids("alice")[0], "name": "Alice"}], "executed_amount": 0,
        "created_by": "Administrator", "date_created": row["date_created"], "date_updated": row["date_updated"], "periodic_display": row["periodic_display"],
    }
    if server.since("3.6"):
        expected["recipients_part_two"] = []
    if server.since("3.9"):
        expected.update(backup_type="email", obj_recipients_part_one=[], obj_recipients_part_two=[])
        expected.update(is_password_divided_by_email=True, is_password_divided_by_obj_storage=True)
    if server.since("4.8"):
        expected.update(is_active=True, last_execution_date=None)
    assert shown == expected


def test_all_organizations_are_read_by_a_system_administrator_at_once(server, call):
    for organization in ("Default", TEAM_A, RESEARCH, TEAM_C, "system"):
        server.create("nightly", organization)
    with server.counting() as seen:
        result = call("backup_plan_info", all_organizations=True).succeeded()
    assert sorted(plan["organization"]["id"] for plan in result["backup_plans"]) == sorted(
        server.organizations[name] for name in ("Default", TEAM_A, RESEARCH, TEAM_C, "system"))
    assert len(result["organizations"]) == 5 and seen.total <= 3
    assert names(call("backup_plan_info", organization="root", name="nightly")) == ["nightly"] * 5


def test_all_organizations_of_an_organization_administrator_are_his_own(server, call):
    for organization in ("Default", TEAM_A, RESEARCH):
        server.create("nightly", organization)
    result = call("backup_plan_info", all_organizations=True, user="orgadmin").succeeded()
    assert [plan["organization"]["name"] for plan in result["backup_plans"]] == [TEAM_A]


def run(server, name, **options):
    """Start a run and wait for its end."""
    server.settings(start_delay=0, run_seconds=0)
    return options.pop("call")("backup_plan_execute", name=name, on_undelivered="warn", **options).succeeded()


def test_the_last_run_of_each_plan_can_be_shown(server, call):
    for name in ("ran", "never ran", "ran twice"):
        server.create(name, types=["linux"], **{server.recipients_key: server.ids("alice")})
    run(server, "ran", call=call)
    for _time in range(2):
        last = run(server, "ran twice", call=call)
    shown = {plan["name"]: plan for plan in call("backup_plan_info", last_execution=True).succeeded()["backup_plans"]}
    assert shown["never ran"]["last_execution"] is None and shown["ran twice"]["executed_amount"] == 2
    assert shown["never ran"]["last_success"] is None
    told = shown["ran twice"]["last_execution"]
    assert told == shown["ran twice"]["last_success"] and {key: told[key] for key in last["execution"]} == last["execution"]
    assert set(told) - set(last["execution"]) == {"age", "verdict"} and 0 <= told["age"] < 600
    assert set(told["verdict"]) == set(last["verdict"]) and told["verdict"]["delivered"] is None
    assert shown["ran"]["last_execution"]["status"] == "success"
    one = call("backup_plan_info", name="ran twice", last_execution=True).succeeded()["backup_plans"]
    assert {key: one[0]["last_execution"][key] for key in last["execution"]} == last["execution"]
    assert "last_execution" not in call("backup_plan_info", name="ran").succeeded()["backup_plans"][0]


@pytest.mark.versions("3.10", "4.10")
def test_the_last_success_stands_behind_the_last_failure(server, call):
    server.create("nightly", types=["linux"], **{server.recipients_key: server.ids("alice")})
    good = run(server, "nightly", call=call)["execution"]["id"]
    # dates are in whole seconds, so a plan is surely the one that ran only if it was saved in an earlier one
    server.settings(mail="down", start_delay=1.1)
    bad = call("backup_plan_execute", name="nightly")["execution"]["id"]
    shown = call("backup_plan_info", last_execution=True).succeeded()["backup_plans"][0]
    assert (shown["last_execution"]["id"], shown["last_success"]["id"]) == (bad, good)
    assert shown["last_execution"]["status"] == "failed" and shown["last_execution"]["verdict"]["delivered"] is False
    assert shown["last_success"]["verdict"]["delivered"] is None


@pytest.mark.parametrize("version", ["4.2.0", "4.5.0"])
def test_a_limit_counts_own_plans_only(pool, modules, version):
    """4.2.0 to 4.4.1 mix the plans of other organizations in."""
    server = pool.get(version=version)
    for name in "abcdef":
        server.create(name, TEAM_A if name in "ace" else "Default")
    call = Caller(server, modules)
    shown = {(limit, offset): names(call("backup_plan_info", limit=limit, offset=offset)) for limit in (None, 1, 2) for offset in (0, 1, 2)}
    assert shown == {(limit, offset): ["b", "d", "f"][offset:][:limit] for limit, offset in shown}


def test_a_zip_password_in_the_snapshot_of_a_run_is_not_shown(server, call):
    """From 3.9 to 4.7 the server tells it, in clear text, to everyone who may read executions. The caller searches each answer for it."""
    fields = {"backup_type": "object_storage", "obj_recipients_part_one": [server.storages["sftp-main"]], "zip_encrypt_password": ZIP_PASSWORD}
    server.create("nightly", types=["linux"], **(fields if server.since("3.9") else {server.recipients_key: server.ids("alice")}))
    execution = run(server, "nightly", call=call)["execution"]
    assert ("zip_encrypt_password" in server.executions()[0].get("snapshot", {})) == (server.since("3.9") and not server.since("4.8"))
    assert call("backup_plan_info", last_execution=True).succeeded()["backup_plans"][0]["last_execution"]["id"] == execution["id"]
    assert call("backup_plan_execute", execution_id=execution["id"]).succeeded()["execution"] == execution


def test_an_export_is_declared_again_without_a_change(server, call):
    people, storages = {server.recipients_key: server.ids("alice", "zhangwei", "same1", "former")}, {}
    if server.since("3.9"):
        storages = {"backup_type": "object_storage", "obj_recipients_part_one": [server.storages["sftp-main"]], "is_password_divided_by_email": False}
    server.create("everything", crontab="0 3 * * *", is_periodic=True, types=["linux", "自定义"], comment="{{ x }} 'y'", **people, **storages)
    server.create("by hand", TEAM_A)
    server.create("every", RESEARCH, interval=7, is_periodic=True, types=[])
    server.create("a/b", RESEARCH)
    exported = call("backup_plan_info", all_organizations=True).succeeded()["organizations"]
    by_organization = {entry["organization"]: entry["plans"] for entry in exported}
    everything = by_organization[server.organizations_shown["Default"]][0]
    assert sorted(everything["recipients_part_one"]) == ["alice", "former", "same1", "zhangwei"]
    assert everything.get("obj_recipients_part_one", ["sftp-main"]) == ["sftp-main"] and everything["crontab"] == "0 3 * * *"
    with server.counting() as seen:
        result = call("backup_plans", organizations=exported, prune=True).succeeded()
    assert not result.changed and result["summary"]["unchanged"] == 4 and seen.unsafe == 0
    # and it is enough to make all but the slash again
    for organization in ("Default", TEAM_A, RESEARCH):
        for name in server.plans(organization):
            server.remove(name, organization)
    server.create("a/b", RESEARCH)
    assert call("backup_plans", organizations=exported).succeeded()["summary"]["created"] == 3
    again = call("backup_plan_info", all_organizations=True).succeeded()["organizations"]
    assert comparable(again) == comparable(exported)


def comparable(exported):
    """An export without the order that nobody promises."""
    return {
        (entry["organization"], plan["name"]): {key: sorted(value) if isinstance(value, list) else value for key, value in plan.items()}
        for entry in exported for plan in entry["plans"]
    }


def test_an_export_of_an_organization_administrator_is_declared_again_by_him(server, call):
    server.create("nightly", TEAM_A, interval=24, is_periodic=True, **{server.recipients_key: server.ids("orgadmin", "alice")})
    exported = call("backup_plan_info", organization=TEAM_A, user="orgadmin").succeeded()["organizations"]
    assert sorted(exported[0]["plans"][0]["recipients_part_one"]) == sorted(["orgadmin"] + server.ids("alice"))
    assert not call("backup_plans", organizations=exported, prune=True, user="orgadmin").succeeded().changed


def test_a_plan_that_lost_its_schedule_is_exported_without_one_and_with_a_warning(server, call):
    if not server.since("4.0.0"):
        server.create("nightly", is_periodic=True, interval=24)
        server.edit("nightly", interval=None)  # these versions take it, and the plan never runs
    else:
        server.create("nightly", is_periodic=True, interval=24)
        server.edit("nightly", comment="careless")
    result = call("backup_plan_info").succeeded()
    assert "neither crontab nor interval" in result.warnings[0]
    declared = result["organizations"][0]["plans"][0]
    assert not {"crontab", "interval", "is_periodic"} & set(declared)
    assert result["backup_plans"][0]["organization"]["id"] == DEFAULT_ID


@pytest.mark.versions("3.10")
def test_an_export_passes_through_a_playbook(server, playbook):
    people = {server.recipients_key: server.ids("zhangwei")}
    server.create("每日备份", RESEARCH, crontab="30 2 * * *", is_periodic=True, types=["linux"], comment="{{ nothing }}", **people)
    run = playbook.run("""
        - name: export
          jumpserver.accounts.backup_plan_info:
            all_organizations: true
          register: exported
        - name: write down
          ansible.builtin.copy:
            content: "{{ {'backup_plans_organizations': exported.organizations} | to_nice_yaml }}"
            dest: "{{ playbook_dir }}/estate.yml"
            mode: "0600"
        - name: read
          ansible.builtin.slurp:
            src: "{{ playbook_dir }}/estate.yml"
          register: written
        - name: declare
          diff: true
          jumpserver.accounts.backup_plans:
            organizations: "{{ (written.content | b64decode | from_yaml).backup_plans_organizations }}"
            prune: true
    """).succeeded()
    assert not run["declare"].changed and run["declare"]["summary"]["unchanged"] == 1
    (exported,) = [entry for entry in run["export"]["organizations"] if entry["plans"]]
    assert (exported["organization"], [plan["name"] for plan in exported["plans"]], set(exported)) == (RESEARCH, ["每日备份"], {"organization", "plans"})
