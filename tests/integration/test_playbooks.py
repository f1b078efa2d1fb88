# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks that are ready to run, and the role in them."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.docs_tables import ROOT
from tests.integration.server import RESEARCH, TEAM_C, ZIP_PASSWORD

ROLE = "jumpserver.accounts.backup_plans : "
APPLY = ROLE + "Bring the backup plans to the declared state"
NOTHING = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}
ESTATE = {
    "backup_plans_defaults": {"types": ["linux", "mysql"], "recipients": ["alice"]},
    "backup_plans_organizations": [
        {"organization": "Default", "plans": [{"name": "nightly", "crontab": "0 3 * * *"}, {"name": "every-12h", "interval": 12}]},
        {"organization": RESEARCH, "plans": [{"name": "每日备份", "crontab": "30 2 * * *", "recipients": ["张伟"]}]},
    ],
}


@pytest.fixture
def run(server, playbook):
    """Run one of the playbooks: ``run("apply", estate, "--check")``, with the administrator's access key in the environment."""
    key = server.credential("admin", "access_key")
    connection = {
        "JUMPSERVER_URL": server.url, "JUMPSERVER_ACCESS_KEY_ID": key["access_key_id"], "JUMPSERVER_ACCESS_KEY_SECRET": key["access_key_secret"]}

    def start(name, variables, *arguments, text="- import_playbook: jumpserver.accounts.%s\n", environment=None, started_in=None):
        playbook_text = text % name if "%" in text else text
        return playbook.run_file(
            playbook_text, "-e", json.dumps(variables), *arguments, environment={**connection, **(environment or {})}, started_in=started_in)

    return start


def names(server, *organizations):
    return [sorted(server.plans(organization)) for organization in organizations]


@pytest.mark.versions("3.5", "4.10")
def test_an_estate_converges_and_drift_is_told(server, run):
    """Check mode predicts, apply does, drift finds nothing; then a change of somebody else is found, told and undone."""
    with server.counting() as seen:
        predicted = run("apply", ESTATE, "--check", "--diff").succeeded()
    assert seen.unsafe == 0
    assert predicted.published["backup_plans_summary"] == dict(NOTHING, created=3, organizations=2)
    assert "每日备份" in predicted[APPLY]["diff"]["after"][RESEARCH]

    done = run("apply", ESTATE).succeeded()
    assert done.published["backup_plans_summary"] == dict(NOTHING, created=3, organizations=2)
    assert names(server, "Default", RESEARCH) == [["every-12h", "nightly"], ["每日备份"]]

    with server.counting() as seen:
        converged = run("drift", ESTATE).succeeded()
    assert (seen.unsafe, converged.recap["changed"]) == (0, 0)
    assert converged["Judge the drift"]["msg"] == "All 3 declared backup plans are as declared."

    server.edit("每日备份", RESEARCH, is_periodic=True, crontab="0 23 * * *")
    server.create("foreign")
    with server.counting() as seen:
        drifted = run("drift", dict(ESTATE, backup_plans_prune=True))
    assert (drifted.status, seen.unsafe) == (2, 0)
    assert drifted["Judge the drift"].message == "The backup plans have drifted. To be created: 0, to be updated: 1, to be deleted: 1."
    assert drifted.published["backup_plans_summary"] == dict(NOTHING, updated=1, deleted=1, unchanged=2, organizations=2)
    assert drifted[APPLY]["diff"]["before"][RESEARCH]["每日备份"]["crontab"] == "0 23 * * *"

    repaired = run("apply", dict(ESTATE, backup_plans_prune="yes", backup_plans_prune_limit="1")).succeeded()
    assert repaired.published["backup_plans_summary"] == dict(NOTHING, updated=1, deleted=1, unchanged=2, organizations=2)
    assert server.plan("每日备份", RESEARCH)["crontab"] == "30 2 * * *"
    assert names(server, "Default") == [["every-12h", "nightly"]]


HOSTS = """
- name: One host for each organization
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Make the hosts
      ansible.builtin.add_host:
        name: "{{ item }}"
        ansible_connection: local
        ansible_python_interpreter: "{{ ansible_playbook_python }}"
      loop: [Default, Team-A, 研发中心]

- name: Declare the backup plans of each organization
  hosts: all:!localhost
  gather_facts: false
  roles:
    - role: jumpserver.accounts.backup_plans
      vars:
        backup_plans_prune: true
        backup_plans_organizations:
          - organization: "{{ inventory_hostname }}"
            plans: [{name: nightly}, {name: "{{ 'a{b}' }}"}]
"""


@pytest.mark.versions("4.10")
def test_the_published_summary_adds_the_hosts_up_and_plain_words_name_the_plans(server, playbook):
    server.create("old {{ 7 * 7 }}", "Team-A")
    environment = {"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": server.users["admin"]["private_token"]}
    done = playbook.run_file(HOSTS, environment=environment).succeeded()
    assert done.published["backup_plans_summary"] == dict(NOTHING, created=6, deleted=1, organizations=3)
    for words in ("DEFAULT: create nightly", "Team-A: delete old {{ 7 * 7 }}", "研发中心: create a{b}"):
        assert words in done.stdout


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("mode", [[], ["--check"]], ids=["real", "check"])
def test_a_partial_failure_is_published_and_still_fails(server, run, mode):
    """The summary reaches the workflow, and the play ends with the message of the module."""
    estate = dict(ESTATE, backup_plans_organizations=[
        {"organization": "Default", "plans": [{"name": "good", "crontab": "0 3 * * *"}, {"name": "bad", "crontab": "0 3 31 2 *"}]}])
    failed = run("apply", estate, *mode)
    assert failed.status == 2
    assert failed[APPLY].message == (
        "Backup plan 'bad' of organization 'Default': crontab '0 3 31 2 *' cannot be used: that date never comes, and it would stop the scheduler of the "
        "whole server.")
    assert failed.published["backup_plans_summary"] == dict(NOTHING, created=1, failed=1, organizations=1)
    assert names(server, "Default") == [[] if mode else ["good"]]


@pytest.mark.versions("4.10")
def test_the_options_of_the_role_reach_the_module(server, run):
    """on_error, prune_limit, update_password, and prune for one organisation only."""
    server.create("old-1")
    server.create("old-2")
    server.create("other", TEAM_C)
    plans = [{"name": "kept", "backup_type": "object_storage", "obj_recipients_part_one": ["sftp-main"], "zip_encrypt_password": ZIP_PASSWORD}]
    estate = {
        "backup_plans_organizations": [{"organization": "Default", "plans": plans, "prune": True}, {"organization": TEAM_C, "plans": []}],
        "backup_plans_defaults": {"types": ["linux"]},
    }
    limited = run("apply", dict(estate, backup_plans_prune_limit=1))
    assert limited[APPLY].message == "prune would delete 2 backup plans and prune_limit is 1, so none was deleted: DEFAULT/old-1, DEFAULT/old-2."
    assert names(server, "Default", TEAM_C) == [["kept", "old-1", "old-2"], ["other"]]

    always = run("apply", dict(estate, backup_plans_update_password="always")).succeeded()
    assert always.published["backup_plans_summary"] == dict(NOTHING, updated=1, deleted=2, organizations=2)
    assert names(server, "Default", TEAM_C) == [["kept"], ["other"]]
    assert run("apply", estate).succeeded().recap["changed"] == 0

    stopped = run("apply", dict(estate, backup_plans_on_error="stop", backup_plans_organizations=[
        {"organization": TEAM_C, "plans": [{"name": "new", "recipients": ["nobody"]}, {"name": "newer"}]}]))
    assert stopped.published["backup_plans_summary"] == dict(NOTHING, failed=1, organizations=1)
    assert names(server, TEAM_C) == [["other"]]


SECRET = {"name": "p", "zip_encrypt_password": ZIP_PASSWORD}
OF_DEFAULT = "Backup plan 'p' of organization 'Default': "
UNSUPPORTED = "Unsupported parameters of backup plan 'p' of organization 'Default': "
# what people get wrong around a secret, and what they are told
MISTAKES = {
    "an unknown key": ({"plans": [dict(SECRET, typess=["linux"])]}, UNSUPPORTED + "'typess' (did you mean types?)."),
    "a secret under a wrong key": (
        {"plans": [{"name": "p", "zip_password": ZIP_PASSWORD}]}, UNSUPPORTED + "'zip_password' (did you mean zip_encrypt_password?)."),
    "a secret that is a number": (
        {"plans": [{"name": "p", "zip_encrypt_password": 123456}]}, OF_DEFAULT + "zip_encrypt_password is a number and must be text: put it in quotes."),
    "a bad choice": (
        {"plans": [dict(SECRET, backup_type="mail")]},
        OF_DEFAULT + "value of backup_type must be one of: email, object_storage, got: 'mail' (did you mean email?)."),
    "a bad truth value": ({"plans": [dict(SECRET, is_active="perhaps")]}, OF_DEFAULT + "is_active is 'perhaps' and must be true or false."),
    "a name that YAML changed": (
        {"plans": [dict(SECRET, name=7)]}, "Plan 1 of organization 'Default': name is 7, a number, and must be text: put it in quotes."),
    "no name": ({"plans": [{"zip_encrypt_password": ZIP_PASSWORD}]}, "Plan 1 of organization 'Default': missing required arguments: name."),
    "a plan that is no list": (
        {"plans": SECRET}, "Organization 'Default': plans is a dictionary and must be a list of dictionaries: put a dash before each entry."),
    "a plan as text": ({"plans": ["p %s" % ZIP_PASSWORD]}, "Plan 1 of organization 'Default': this is text and must be a dictionary."),
    "no organization": (
        {"organization": None, "plans": [SECRET]}, "Entry 1 of organizations names no organization. Write organization: there, with a name or an id."),
    "a variable that is no truth value": ({"backup_plans_prune": "perhaps"}, "prune is 'perhaps' and must be true or false."),
    "an estate that is text": (
        {"backup_plans_organizations": "organization: Default zip_encrypt_password: %s" % ZIP_PASSWORD},
        "organizations is text and must be a list of dictionaries: on the command line, write variables as JSON (-e '{...}') or in a file (-e @file)."),
    "defaults that are a list": ({"backup_plans_defaults": [SECRET]}, "defaults is a list and must be a dictionary."),
    "a name in the defaults": (
        {"backup_plans_defaults": {"recipiants": [], "zip_encrypt_password": ZIP_PASSWORD}},
        "Unsupported parameters of defaults: 'recipiants' (did you mean recipients?)."),
    "an organization that YAML changed": (
        {"organization": True, "plans": [SECRET]}, "Entry 1 of organizations: organization is true, a boolean, and must be text: put it in quotes."),
}
MISTAKEN = """
- name: {mistake}
  block:
    - name: role
      ansible.builtin.include_role:
        name: jumpserver.accounts.backup_plans
      vars: {variables}
  rescue:
    - name: told {mistake}
      ansible.builtin.debug:
        msg: "{{{{ ansible_failed_result.msg }}}}"
"""


@pytest.mark.versions("4.10")
def test_wrong_arguments_are_told_without_secrets(server, playbook):
    """Each mistake is told in one sentence before anything is sent, and without the argument specification.

    That nothing showed the secret is looked for by ``playbook`` itself, at verbosity 3.
    """
    tasks = ""
    for mistake, (written, _told) in MISTAKES.items():
        variables = {name: value for name, value in written.items() if name.startswith("backup_plans_")}
        entry = {key: value for key, value in dict({"organization": "Default"}, **written).items() if value is not None and key not in variables}
        tasks += MISTAKEN.format(mistake=mistake, variables=json.dumps(dict({"backup_plans_organizations": [entry]}, **variables)))
    with server.counting() as seen:
        run = playbook.run(tasks, "--diff").succeeded()
    assert seen.total == 0
    assert {mistake: run["told " + mistake]["msg"] for mistake in MISTAKES} == {mistake: told for mistake, (_entry, told) in MISTAKES.items()}
    assert "argument_spec_data" not in run.stdout + run.stderr


@pytest.mark.versions("4.10")
def test_a_missing_estate_is_no_empty_estate(server, run):
    """Without the variable, or with one that a survey left empty, nothing is taken for declared."""
    server.create("precious")
    for left in ({}, {"backup_plans_organizations": "", "backup_plans_from": ""}):
        failed = run("apply", {"backup_plans_prune": True, **left})
        assert failed.status == 2
        assert failed["jumpserver.accounts.backup_plans : Refuse no declaration"].message == (
            "Nothing is declared: set backup_plans_from to a file or a folder, or backup_plans_organizations to a list of organizations with their plans.")
    assert names(server, "Default") == [["precious"]]


def test_what_was_exported_is_as_declared(server, run, tmp_path):
    """An export, read back as it is, shows no drift: also names that look like templates, and all kinds of quotes."""
    odd = "{{ nope }} \"a\" 'b' # c: - ü?"
    server.create("nightly", is_periodic=True, crontab="0 3 * * *", types=["linux", "mysql"], **{server.recipients_key: server.ids("alice", "bob")})
    server.create("每日备份", RESEARCH, is_periodic=True, interval=7, types=["linux"], comment="{% raw %}\n第二行")
    server.create(odd, TEAM_C, types=[])
    file = tmp_path / "estate.yml"
    run("export", {"backup_plans_export_file": str(file)}).succeeded()
    assert file.stat().st_mode & 0o777 == 0o600
    with server.counting() as seen:
        read_back = run("drift", {"backup_plans_prune": True}, "-e", "@%s" % file).succeeded()
    assert seen.unsafe == 0
    assert read_back.published["backup_plans_summary"] == dict(NOTHING, unchanged=3, organizations=4)
    server.create("made later", "Team-A")
    later = run("drift", {"backup_plans_prune": True}, "-e", "@%s" % file)
    assert later.published["backup_plans_summary"]["deleted"] == 1 and "Team-A: delete made later" in later.stdout

    class Reader(yaml.SafeLoader):
        """Takes Ansible's tag for plain text."""

    Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    exported = {entry["organization"]: entry["plans"] for entry in yaml.load(file.read_text(encoding="utf-8"), Reader)["backup_plans_organizations"]}
    assert exported[TEAM_C][0]["name"] == odd
    assert (exported[RESEARCH][0]["interval"], exported[RESEARCH][0]["comment"]) == (7, "{% raw %}\n第二行")
    assert sorted(exported[server.organizations_shown["Default"]][0]["recipients_part_one"]) == ["alice", "bob"]


@pytest.mark.versions("4.10")
def test_the_export_of_nothing(server, run, tmp_path):
    """A server without plans gives its organizations, each without plans. A relative path is meant from the user's folder."""
    tmp_path.joinpath("estate.yml").write_text("mine", encoding="utf-8")
    run("export", {"backup_plans_export_file": "estate.yml"}, environment={"PWD": str(tmp_path)}).succeeded()
    exported = yaml.safe_load(tmp_path.joinpath("estate.yml").read_text(encoding="utf-8"))
    assert exported["backup_plans_defaults"] == {}
    assert [entry["organization"] for entry in exported["backup_plans_organizations"]] == ["DEFAULT", "Team C/x", "Team-A", "研发中心"]
    assert all(entry["plans"] == [] and entry["allow_empty"] for entry in exported["backup_plans_organizations"])
    (kept,) = tmp_path.glob("estate.yml.*")
    assert kept.read_text(encoding="utf-8") == "mine"


@pytest.mark.versions("4.10")
def test_an_export_with_a_file_for_each_organization(server, run, tmp_path):
    server.create("nightly", TEAM_C, types=["linux"])
    run("export", {"backup_plans_export_folder": "estate"}, environment={"PWD": str(tmp_path)}).succeeded()
    files = sorted(tmp_path.joinpath("estate").iterdir())
    # a part of the hash of the name, so that the file is called the same at the next export, whatever other organizations there are then
    assert [file.name for file in files] == ["DEFAULT.yml", "Team C_x-e2e5f8e7.yml", "Team-A.yml", "declaration.schema.json", "研发中心.yml"]
    declared = yaml.safe_load(files[1].read_text(encoding="utf-8"))["backup_plans_organizations"]
    assert [(entry["organization"], entry["plans"][0]["name"]) for entry in declared] == [(TEAM_C, "nightly")]
    assert run("drift", {"backup_plans_prune": True}, "-e", "@%s" % files[1]).succeeded().published["backup_plans_summary"]["unchanged"] == 1


ODD_NAMES = (
    "yes", "1e3", "2026-01-01", "~", "12:30", "'a'", '"b"', "a: b", "a #b", "{% raw %}", "Case", "case", "caf\u00e9", "cafe\u0301", "next\u0085line",
    "a\u2028b", "bell\u0007", "c1\u0080", "del\u007f", "\ufeffmark", "😀", "\u202eright")
ODD_ORGANIZATIONS = (
    "a/b", "a?b", "A_B", "a_b", "a_b-1", "yes", "-x", "..", "CASE", "case", "{{ org }}", "caf\u00e9", "cafe\u0301",
    "x" * 128, "备" * 100, "next\u0085line")


@pytest.mark.versions("4.10")
def test_an_export_reads_back_whatever_names_hold(server, run, tmp_path):
    """Names that YAML, a template or a file system would take for something else, or for one another."""
    people = {"recipients": ["alice", "carol"], "types": ["linux"]}
    plans = [{"name": name, "interval": 24, "comment": name, **people} for name in ODD_NAMES]
    plans += [{"name": "nightly", "organization": name, "interval": 7, **people} for name in ODD_ORGANIZATIONS]
    organizations = {name: "%08d-0000-4000-8000-0000000000aa" % number for number, name in enumerate(ODD_ORGANIZATIONS, 1)}
    everybody = {name: {"roles": [["User", None], ["OrgUser", "Default"]]} for name in ("alice", "carol")}
    everybody["admin"] = {"roles": [["SystemAdmin", None], ["OrgAdmin", "Default"]]}
    server.reset(organizations=organizations, users=everybody, assets=[], plans=plans)
    run("export", {"backup_plans_export_file": str(tmp_path / "estate.yml")}).succeeded()
    run("export", {"backup_plans_export_folder": str(tmp_path / "estate")}).succeeded()
    assert len(list((tmp_path / "estate").glob("*.yml"))) == len({file.name.lower() for file in (tmp_path / "estate").glob("*.yml")}) == len(organizations) + 1
    for declared in ("estate.yml", "estate"):
        read_back = run("drift", {"backup_plans_prune": True, "backup_plans_from": str(tmp_path / declared)}).succeeded()
        assert read_back.published["backup_plans_summary"] == dict(NOTHING, unchanged=len(plans), organizations=len(organizations) + 1)
        # what an export writes is nothing that its reader is warned about
        assert read_back[APPLY].warnings == []


@pytest.mark.versions("3.5", "4.10")
def test_the_administrator_of_one_organization_of_a_community_edition_exports_it_by_name(server, playbook, tmp_path):
    """No such server tells him which one it is, so the export of all ends in an error that says so."""
    organization = "Default" if server.since("3.10.4") else "Team-A"
    server.create("nightly", organization, types=["linux"], is_periodic=True, interval=7)
    server.settings(edition="community")
    user = "admin" if organization == "Default" else "orgadmin"
    connection = {"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": server.credential(user)["private_token"]}

    def play(name, **variables):
        return playbook.run_file(f"- import_playbook: jumpserver.accounts.{name}\n", "-e", json.dumps(variables), environment=connection)

    file = str(tmp_path / "estate.yml")
    if user == "orgadmin":
        assert "name it with the option organization" in play("export", backup_plans_export_file=file)["Read all plans"].message
    play("export", backup_plans_export_file=file, backup_plans_export_organization=organization).succeeded()
    drift = play("drift", backup_plans_from=file, backup_plans_prune=True).succeeded()
    assert drift.published["backup_plans_summary"] == dict(NOTHING, unchanged=1, organizations=1)


@pytest.mark.versions("4.10")
def test_where_an_export_goes(server, run, tmp_path):
    """Without PWD, as of a service, the folder in which Ansible was started counts; empty variables are unset; a home may be meant."""
    here = tmp_path / "here"
    here.mkdir()
    unset = {"backup_plans_export_folder": "", "backup_plans_export_file": ""}
    run("export", unset, environment={"PWD": ""}, started_in=here).succeeded()
    assert sorted(file.name for file in here.iterdir()) == ["backup-plans.yml", "declaration.schema.json"]
    run("export", {"backup_plans_export_file": "~/a.yml"}, environment={"HOME": str(here)}).succeeded()
    run("export", {"backup_plans_export_folder": "$HOME/estate"}, environment={"HOME": str(here)}).succeeded()
    assert (here / "a.yml").exists() and (here / "estate" / "DEFAULT.yml").exists()


@pytest.mark.versions("3.5", "4.10")
def test_an_export_of_a_community_edition_holds_what_can_be_applied(server, call):
    for name, organization in (("nightly", "Default"), ("hidden", "Team-A")):
        server.create(name, organization, types=["linux"], **{server.recipients_key: server.ids("alice", "carol")})
    server.settings(edition="community")
    result = call("backup_plan_info", all_organizations=True).succeeded()
    assert len(result["backup_plans"]) == 2
    exported = [entry["organization"] for entry in result["organizations"]]
    if server.since("3.10.4"):
        assert exported == [server.organizations_shown["Default"]] and "Team-A" in result.warnings[0]
    else:
        assert "Team-A" in exported and not result.warnings
    assert not call("backup_plans", organizations=result["organizations"], prune=True).succeeded().changed


@pytest.mark.versions("3.5")
def test_an_export_by_who_finds_no_organization_is_an_error(server, call):
    server.settings(edition="community")
    for user in ("plain", "auditor"):
        assert call("backup_plan_info", all_organizations=True, user=user).failed


@pytest.mark.versions("3.10", "4.10")
def test_a_plan_is_executed(server, run):
    """The result is shown and published; a plan that would deliver nothing is not started, and that is published too."""
    server.create("每日备份", RESEARCH, types=["linux"], **{server.recipients_key: server.ids("alice")})
    server.create("empty", RESEARCH)
    done = run("execute", {"backup_plan_name": "每日备份", "backup_plan_organization": RESEARCH}).succeeded()
    assert done.published["backup_plan_execution"]["status"] == "success"
    assert done["Show the result"]["msg"]["verdict"] == done.published["backup_plan_verdict"]
    assert len(server.executions(RESEARCH)) == 1

    refused = run("execute", {"backup_plan_name": "empty", "backup_plan_organization": RESEARCH})
    assert refused.status == 2
    assert refused["Run the plan"].message.startswith("Backup plan 'empty' of organization '%s' would deliver nothing, so it was not started: " % RESEARCH)
    assert refused.published["backup_plan_verdict"]["delivered"] is False
    assert len(server.executions(RESEARCH)) == 1


# the audit

AUDIT = "jumpserver.accounts.backup_audit : Look at the backups of all organizations"
HOSTILE = "{{ lookup('pipe', 'touch pwned') }} <script>alert(1)</script>"


@pytest.mark.every_core
@pytest.mark.versions("4.10")
def test_the_audit_tells_publishes_and_writes_reports_whatever_names_hold(server, run, tmp_path):
    server.create(HOSTILE, types=["linux"])
    variables = {
        "backup_audit_report": {"html": str(tmp_path / "audit.html"), "junit": "", "json": str(tmp_path / "audit.json")}, "backup_audit_max_age": "",
        "backup_audit_fail_on": "", **ESTATE}
    found = run("audit", variables).succeeded()
    rules = {(one["rule"], one["plan"]) for one in found[AUDIT]["findings"]}
    assert {("no-recipients", HOSTILE), ("undeclared", HOSTILE), ("missing", "nightly"), ("missing", "每日备份")} <= rules
    assert found.published["backup_audit_summary"] == found[AUDIT]["summary"]
    told = found["jumpserver.accounts.backup_audit : Tell what was found"]["msg"]
    assert len(told) <= 22 and any(HOSTILE in line for line in told) and told[-1].startswith("1 plans in 4 organizations: ")
    assert not list(tmp_path.parent.rglob("pwned")) and json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["findings"]
    assert "<script>alert(1)" not in (tmp_path / "audit.html").read_text(encoding="utf-8")
    # check mode finds and publishes the same, and writes nothing
    (tmp_path / "audit.json").unlink()
    checked = run("audit", variables, "--check").succeeded()
    assert checked.published["backup_audit_summary"] == found.published["backup_audit_summary"] and not (tmp_path / "audit.json").exists()


@pytest.mark.versions("4.10")
def test_where_reports_go(server, run, tmp_path):
    """The same as of an export; a kind of report that does not exist, and what is no dictionary, is told."""
    here = tmp_path / "here"
    here.mkdir()
    paths = {"json": "备份 a.json", "markdown": "~/b.md", "junit": "$HOME/c.xml", "openmetrics": "", "html": None}
    run("audit", {"backup_audit_report": paths, "backup_audit_max_drill_age": "", "backup_audit_drills": ""},
        environment={"PWD": "", "HOME": str(here)}, started_in=here).succeeded()
    assert {file.name for file in here.iterdir() if file.is_file()} == {"备份 a.json", "b.md", "c.xml"}
    for wrong in ({"htm": "x"}, "x.html"):
        assert (f"backup_audit_report must be a dictionary of paths for html, markdown, json, openmetrics, junit, and not {json.dumps(wrong)}."
                in run("audit", {"backup_audit_report": wrong})[AUDIT].message)
    assert "no path can hold a NUL." in run("audit", {"backup_audit_report": {"html": "a\0b"}})[AUDIT].message


@pytest.mark.versions("3.10")
def test_records_of_drills_are_looked_for_in_the_folder_of_the_user(server, run, tmp_path):
    server.create("nightly", types=["linux"], **{server.recipients_key: server.ids("alice", "carol")})
    (tmp_path / "records").mkdir()
    executed = run("execute", {"backup_plan_name": "nightly", "backup_plan_drill_records": "records"}, environment={"PWD": ""}, started_in=tmp_path)
    assert any(f"There is no record of a drill in {tmp_path / 'records'}: " in warning for warning in executed.succeeded()["Run the plan"].warnings)


@pytest.mark.versions("4.10")
def test_an_audit_takes_what_is_declared_from_one_place(server, run, tmp_path):
    """The file and its own defaults, where backup_plans_from names one; an empty variable declares nothing, an empty list declares that there is nothing."""
    server.create("nightly", types=["linux", "mysql"], is_periodic=True, interval=7, recipients_part_one=server.ids("alice", "carol"))
    tmp_path.joinpath("estate.yml").write_text(json.dumps({
        "backup_plans_defaults": {"types": ["linux", "mysql"]}, "backup_plans_organizations": [{"organization": "Default", "plans": [{"name": "nightly"}]}]}))

    def compared(**variables):
        return {one["rule"] for one in run("audit", variables)[AUDIT]["findings"] if one["rule"] in ("undeclared", "differs", "missing")}

    assert compared(backup_plans_from=str(tmp_path / "estate.yml"), backup_plans_organizations="", backup_plans_defaults={}) == set()
    assert compared(backup_plans_organizations="") == set()
    assert compared(backup_plans_organizations=[]) == {"undeclared"}


@pytest.mark.versions("4.10")
def test_an_audit_that_fails_has_told_published_and_written_before(server, run, tmp_path):
    server.create("bare")
    failed = run("audit", {"backup_audit_fail_on": "high", "backup_audit_report": {"json": str(tmp_path / "audit.json")}})
    assert failed.status == 2 and failed[AUDIT].message.startswith("The audit has ")
    assert failed.published["backup_audit_summary"]["high"] >= 1 and (tmp_path / "audit.json").exists()
    assert any("'bare'" in line for line in failed["jumpserver.accounts.backup_audit : Tell what was found"]["msg"])
    accepted = [{"rule": rule, "reason": "a test"} for rule in {one["rule"] for one in failed[AUDIT]["findings"] if one["severity"] == "high"}]
    run("audit", {"backup_audit_fail_on": "high", "backup_audit_ignore": accepted}).succeeded()


@pytest.mark.versions("4.10")
def test_empty_variables_are_unset(server, run):
    """As a survey of AWX hands on questions that were not answered; a limit of zero is one all the same."""
    server.create("kept", types=["linux"], recipients_part_one=server.ids("alice"))
    empty = dict.fromkeys(
        ["backup_plans_" + name for name in ("from", "prune", "prune_limit", "on_error", "on_findings", "check_accounts", "update_password")], "")
    assert run("apply", {**ESTATE, **empty}).succeeded().published["backup_plans_summary"] == dict(NOTHING, created=3, organizations=2)
    limited = run("apply", {**ESTATE, **empty, "backup_plans_prune": "true", "backup_plans_prune_limit": 0})
    assert "prune_limit is 0" in limited[APPLY].message and "kept" in server.plans()
    variables = dict.fromkeys(["backup_plan_organization", "backup_plan_wait_timeout", "backup_plan_readable_by", "backup_plan_drill_records"], "")
    run("execute", {"backup_plan_name": "kept", **variables}).succeeded()


@pytest.mark.versions("4.10")
def test_empty_variables_of_an_audit_are_unset(server, run):
    """All that they know; the declaration of the role backup_plans still counts for the audit."""
    server.create("kept", types=["linux"], recipients_part_one=server.ids("alice"))
    known = yaml.safe_load(ROOT.joinpath("roles/backup_audit/meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    empty = dict.fromkeys([*known, "backup_plans_from"], "")
    plain, left_empty, declared = run("audit", {}), run("audit", {**empty, "backup_plans_organizations": ""}), run("audit", {**empty, **ESTATE})
    assert [one["rule"] for one in left_empty.succeeded()[AUDIT]["findings"]] == [one["rule"] for one in plain.succeeded()[AUDIT]["findings"]]
    assert {"missing", "undeclared"} <= {one["rule"] for one in declared.succeeded()[AUDIT]["findings"]}
