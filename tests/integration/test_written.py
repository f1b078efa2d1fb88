# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people write, as YAML and Ansible hand it over: what is changed on the way is refused, and nothing is lost for it."""

from __future__ import annotations

import pytest

from tests.integration.server import RESEARCH, TEAM_A

QUOTES = "and must be text: put it in quotes."
OF_DEFAULT = "Backup plan 'p' of organization 'Default': "

# options of backup_plan as they stand in a playbook, and what is said
CHANGED_BY_YAML = {
    "name: 007": "name is 7, a number, " + QUOTES,
    "name: on": "name is true, a boolean, " + QUOTES,
    "name: 3.10": "name is 3.1, a number, " + QUOTES,
    "{name: p, organization: 0755}": "Backup plan 'p': organization is 493, a number, " + QUOTES,
    "{name: p, comment: 12:30}": OF_DEFAULT + "comment is 750, a number, " + QUOTES,
    "{name: p, crontab: 12:30}": OF_DEFAULT + "crontab is 750, a number, " + QUOTES,
    "{name: p, types: [linux, off]}": OF_DEFAULT + "item 2 of types is false, a boolean, " + QUOTES,
    "{name: p, recipients: [alice, 0123]}": OF_DEFAULT + "item 2 of recipients is 83, a number, " + QUOTES,
    "{name: p, zip_encrypt_password: 0123456}": OF_DEFAULT + "zip_encrypt_password is a number and must be text: put it in quotes.",
    "{name: p, interval: yes}": OF_DEFAULT + "interval is true, a boolean, and must be a whole number.",
    "{name: p, interval: 12h}": OF_DEFAULT + "interval is '12h' and must be a whole number.",
    "{id: 00000000000000000000000000000007}": "id is 7, a number, " + QUOTES,
}
READERS = {
    "backup_plan_info": {"{name: 007}": "name is 7, a number, " + QUOTES, "{search: 1.0}": "search is 1.0, a number, " + QUOTES},
    "backup_plan_execute": {"{name: no}": "name is false, a boolean, " + QUOTES, "{execution_id: 1}": "execution_id is 1, a number, " + QUOTES},
}
TASK = """
- name: "{name}"
  jumpserver.accounts.{module}: {options}
"""


@pytest.mark.versions("4.10")
def test_what_yaml_changed_is_refused_before_anything_is_sent(server, playbook):
    """One task for each; the number for which a password was taken is not shown, which ``playbook`` looks for."""
    wrong = [("backup_plan", options, said) for options, said in CHANGED_BY_YAML.items()]
    wrong += [(module, options, said) for module, cases in READERS.items() for options, said in cases.items()]
    tasks = "".join(
        TASK.format(name=said.replace('"', "'"), module=module, options=options if options.startswith("{") else "{%s}" % options)
        for module, options, said in wrong)
    with server.counting() as seen:
        run = playbook.run(tasks, ignore_errors=True)
    assert [said for _module, _options, said in wrong if run[said].message != said] == []
    assert seen.total == 0
    assert "42798" not in run.stdout + run.stderr


PRECIOUS = """\
backup_plans_prune: true
backup_plans_organizations:
  - organization: Default
    plans:
      - name: kept
      - name: 007
"""


@pytest.mark.versions("4.10")
def test_a_name_that_yaml_changed_prunes_nothing(server, playbook, tmp_path):
    """The plan "007" is declared as far as its owner knows."""
    server.create("007")
    server.create("old")
    (tmp_path / "estate.yml").write_text(PRECIOUS, encoding="utf-8")
    environment = {"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": server.credential("admin")["private_token"]}

    def apply(*arguments):
        return playbook.run_file("- import_playbook: jumpserver.accounts.apply\n", "-e", "@%s" % (tmp_path / "estate.yml"), *arguments, environment=environment)

    refused = apply()
    assert (refused.status, sorted(server.plans())) == (2, ["007", "old"])
    assert refused["jumpserver.accounts.backup_plans : Bring the backup plans to the declared state"].message == (
        "Plan 2 of organization 'Default': name is 7, a number, and must be text: put it in quotes.")

    (tmp_path / "estate.yml").write_text(PRECIOUS.replace("007", "'007'"), encoding="utf-8")
    apply().succeeded()
    assert sorted(server.plans()) == ["007", "kept"]


@pytest.mark.versions("4.10")
def test_text_stays_text_however_it_comes(server, playbook):
    """Quoted, templated, from a loop, and numbers where numbers belong."""
    run = playbook.run("""
        - name: quoted
          jumpserver.accounts.backup_plan: {name: "007", interval: "12", is_active: "yes", comment: 'on'}
        - name: templated
          jumpserver.accounts.backup_plan: {name: "{{ version }}", interval: "{{ hours }}", types: "{{ kinds }}"}
        - name: in a list
          jumpserver.accounts.backup_plans:
            prune_limit: "{{ limit }}"
            organizations: "{{ [{'organization': 'Default', 'plans': [{'name': '0x1F', 'recipients': ['alice']}]}] }}"
    """, variables={"version": "3.10", "hours": 6, "kinds": ["linux"], "limit": "5"})
    run.succeeded()
    assert {name: (row["interval"], row["comment"]) for name, row in server.plans().items()} == {"007": (12, "on"), "3.10": (6, ""), "0x1F": (None, "")}


@pytest.mark.versions("4.10")
def test_an_interval_that_may_have_been_a_time_is_warned_about(server, call):
    """Once it is a number, 12:30 cannot be told from 750."""
    sound = {"types": ["linux"], "recipients": ["alice"]}
    assert call("backup_plan", name="p", interval=750, **sound).warnings == [
        "Backup plan 'p': interval 750 is 31 days and 6 hours; if a time was meant, as YAML makes 750 of 12:30 without quotes, write a crontab."]
    assert call("backup_plan", name="p", interval=168, **sound).warnings == []


# ZIP passwords that a server loses

LOST = ["S3cret:!!!", "备份密码:研发中心", "S3cret:==="]
STORED = ["Winter:2026", "abc:", "a:b:c", "S3cret!!!", "x:!!!A"]


def storage_plan(server, password):
    return {"name": "p", "backup_type": "object_storage", "obj_recipients_part_one": [server.storages["sftp-main"]], "zip_encrypt_password": password}


@pytest.mark.parametrize("version, loses", [("3.10.23", True), ("4.10.16", True), ("4.10.17", False)])
def test_which_passwords_a_server_loses(pool, version, loses):
    """What is refused below is what would have been uploaded unencrypted."""
    server = pool.get(version=version)
    for password in LOST + STORED:
        server.create(**storage_plan(server, password))
        assert server.zip_password("p") == ("" if loses and password in LOST else password)
        server.remove("p")


@pytest.mark.versions("3.10", "4.10")
def test_a_password_that_some_server_loses_is_never_sent(server, call):
    server.create("other")
    for password in LOST:
        with server.counting() as seen:
            result = call("backup_plan", **storage_plan(server, password))
            estate = [{"organization": "Default", "plans": [{"name": "p"}]}]
            message = call("backup_plans", defaults={"zip_encrypt_password": password}, organizations=estate).message
        assert message == result.message
        assert message.startswith(OF_DEFAULT + "zip_encrypt_password cannot be used: JumpServer 3.9.0 to 4.10.16 takes text with one colon")
        assert password not in str(dict(result))
        assert seen.unsafe == 0
    for password in STORED:
        assert call("backup_plan", **storage_plan(server, password)).succeeded()["operation"] == "created"
        assert server.zip_password("p") == password
        server.remove("p")


# where the options come from

@pytest.mark.versions("4.10")
def test_module_defaults_of_the_action_group_may_set_an_organization(server, playbook):
    """It is the organization of the entry that names none, in the module and in the role."""
    run = playbook.run("""
        - name: single
          jumpserver.accounts.backup_plan: {name: single}
        - name: estate
          jumpserver.accounts.backup_plans: {organizations: [{plans: [{name: single}, {name: of the module}]}, {organization: Team-A, plans: [{name: team}]}]}
        - name: role
          ansible.builtin.include_role: {name: jumpserver.accounts.backup_plans}
          vars: {backup_plans_organizations: [{plans: [{name: of the role}]}]}
    """, connection=dict(server.credential("admin"), organization=RESEARCH))
    run.succeeded()
    assert sorted(server.plans(RESEARCH)) == ["of the module", "of the role", "single"]
    assert list(server.plans(TEAM_A)) == ["team"] and server.plans() == {}


@pytest.mark.versions("4.10")
def test_an_estate_never_lands_where_only_the_environment_points(server, call):
    message = call("backup_plans", environment={"JUMPSERVER_ORGANIZATION": RESEARCH}, organizations=[{"plans": [{"name": "p"}]}]).message
    assert message == "Entry 1 of organizations names no organization. Write organization: there, with a name or an id."
    assert server.plans(RESEARCH) == server.plans() == {}


@pytest.mark.versions("4.10")
def test_what_the_page_of_the_api_writes_is_taken(server, call):
    """A plan as its example shows it, but for what JumpServer would not use."""
    example = {
        "backup_type": {"value": "email", "label": "Email"}, "accounts": [], "nodes": [], "assets": [],
        "recipients_part_one": [{"pk": server.ids("alice")[0]}]}
    assert call("backup_plan", name="p", **example).succeeded().changed
    estate = [{"organization": "Default", "plans": [dict(example, name="p")]}]
    assert not call("backup_plans", defaults={"nodes": []}, organizations=estate).succeeded().changed
    estate[0]["plans"][0]["nodes"] = [{"pk": "1b4e28ba-2fa1-11d2-883f-0016d3cca427"}]
    assert call("backup_plans", organizations=estate).message == (
        "Backup plan 'p' of organization 'Default': nodes must be empty or left out: JumpServer stores it and does not use it, "
        "and backs up all accounts of the types.")
