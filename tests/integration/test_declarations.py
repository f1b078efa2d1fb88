# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations in a file, in a folder, and in a Git repository as the guide says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

from tests import docs_schema, docs_tables
from tests.integration.runner import BIN, neutral_environment, search_for_secrets
from tests.integration.server import RESEARCH, TEAM_C, ZIP_PASSWORD

APPLY = "jumpserver.accounts.backup_plans : Bring the backup plans to the declared state"
NOTHING = {"created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}
SCHEMA = docs_tables.ROOT / docs_schema.PLACE
GUIDE = docs_tables.ROOT.joinpath("docs", "declarations.md")
VAULT_PASSWORD = "canary-vault-password"
FILES = {
    # a file of its own for the defaults, in the middle of the order
    "a-team.yaml": """\
backup_plans_organizations:
  - organization: Team-A
    plans:
      - {name: nightly, crontab: "0 3 * * *"}
      - {name: !unsafe "{{ 7 * 7 }}", interval: 24}
""",
    "b-defaults.yml": "backup_plans_defaults:\n  types: [linux]\n  recipients: [\"{{ receiver }}\"]\n",
    "默认.yml": """\
backup_plans_organizations:
  - organization: Default
    prune: true
    plans:
      - name: stored
        comment: 2026-11-25
        backup_type: object_storage
        obj_recipients_part_one: [sftp-main]
        zip_encrypt_password: "{{ zip_password }}"
      - name: vaulted
        comment: !vault |
%s
""",
    # none of these declares anything
    "README.md": "# Ours", ".hidden.yml": "not: read", "old.yml~": "- [", "notes.json": "{",
}
PLAY = """\
- name: Declare with the role
  hosts: localhost
  connection: local
  gather_facts: false
  vars:
    receiver: "{{ 'ali' ~ 'ce' }}"
    zip_password: %s
    backup_plans_from: estate
  roles:
    - role: jumpserver.accounts.backup_plans
"""


@pytest.fixture
def run(server, tmp_path):
    """``run("playbook.yml", "--check")`` in the folder of the test, with the administrator's access key in the environment: the process."""
    key = server.credential("admin", "access_key")
    environment = dict(
        neutral_environment(tmp_path / "home"), ANSIBLE_NOCOLOR="1", JUMPSERVER_URL=server.url, JUMPSERVER_ACCESS_KEY_ID=key["access_key_id"],
        JUMPSERVER_ACCESS_KEY_SECRET=key["access_key_secret"], ANSIBLE_VAULT_PASSWORD_FILE=str(tmp_path / "vault-password"), PWD=str(tmp_path))
    tmp_path.joinpath("vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")

    def start(*command, program="ansible-playbook", more=None):
        process = subprocess.run(
            [str(BIN / program), *command], cwd=tmp_path, env={**environment, **(more or {})}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        search_for_secrets([process.stdout], [*server.secrets, VAULT_PASSWORD])
        return process

    return start


def write(folder, files):
    folder.mkdir()
    for name, text in files.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")


def succeeded(process):
    assert process.returncode == 0, process.stdout
    return process.stdout


def read(path):
    """A file as check-jsonschema sees it: without Ansible's tags."""
    class Reader(yaml.SafeLoader):
        """Takes what has a tag for plain text."""

    Reader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))
    return yaml.load(path.read_text(encoding="utf-8"), Reader)


@pytest.mark.every_core
@pytest.mark.versions("4.10")
def test_a_folder_is_declared_with_templates_vaults_and_defaults(server, run, tmp_path):
    """With the role and with the imported playbook, from the current folder. A template that is none stays text; nothing else in the folder is read."""
    sealed = subprocess.run(
        [str(BIN / "ansible-vault"), "encrypt_string", "--vault-password-file", str(tmp_path / "vault-password"), "由 Ansible"], check=True,
        env=neutral_environment(tmp_path / "home"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8").stdout
    sealed = "\n".join(" " * 10 + line.strip() for line in sealed.splitlines()[1:])
    write(tmp_path / "estate", {name: text % sealed if "%s" in text else text for name, text in FILES.items()})
    # a whole file may be a vault
    run("encrypt", "estate/a-team.yaml", program="ansible-vault")
    server.create("old")
    tmp_path.joinpath("role.yml").write_text(PLAY % json.dumps(ZIP_PASSWORD), encoding="utf-8")
    succeeded(run("-vvv", "--diff", "role.yml"))
    assert {name: sorted(server.plans(name)) for name in ("Default", "Team-A")} == {"Default": ["stored", "vaulted"], "Team-A": ["nightly", "{{ 7 * 7 }}"]}
    assert [server.plan(name)["comment"] for name in ("stored", "vaulted")] == ["2026-11-25", "由 Ansible"]
    assert server.plan("nightly", "Team-A")["types"] == ["linux"]
    assert [user["id"] for user in server.plan("nightly", "Team-A")["recipients_part_one"]] == server.ids("alice")
    tmp_path.joinpath("site.yml").write_text(
        "- import_playbook: jumpserver.accounts.drift\n  vars: {backup_plans_from: estate, receiver: alice, zip_password: unused}\n", encoding="utf-8")
    assert "All 4 declared backup plans are as declared." in succeeded(run("site.yml"))


@pytest.mark.versions("4.10")
def test_what_was_exported_is_read_back_without_drift(server, run, tmp_path):
    """As a folder and as a file, both of which fit the schema that lies beside them."""
    odd = "{{ nope }} \"a\" 'b' # c: - ü?"
    server.create("nightly", is_periodic=True, crontab="0 3 * * *", types=["linux", "mysql"], recipients_part_one=server.ids("alice", "bob"))
    server.create("每日备份", RESEARCH, is_periodic=True, interval=7, types=["linux"], comment="{% raw %}\n第二行")
    server.create(odd, TEAM_C, types=[])
    tmp_path.joinpath("all").mkdir()
    succeeded(run("jumpserver.accounts.export", "-e", "backup_plans_export_folder=estate"))
    succeeded(run("jumpserver.accounts.export", "-e", "backup_plans_export_file=all/estate.yml"))
    for declared in ("estate", "all/estate.yml"):
        told = succeeded(run("jumpserver.accounts.drift", "-e", json.dumps({"backup_plans_from": declared, "backup_plans_prune": True})))
        assert "All 3 declared backup plans are as declared." in told
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for folder, number in (("estate", 4), ("all", 1)):
        files = sorted(tmp_path.joinpath(folder).glob("*.yml"))
        assert len(files) == number
        for file in files:
            named = re.match(r"# yaml-language-server: \$schema=(.*)\n", file.read_text(encoding="utf-8")).group(1)
            assert json.loads(file.parent.joinpath(named).read_text(encoding="utf-8")) == schema
            jsonschema.validate(read(file), schema)


PLAN = "backup_plans_organizations: [{organization: %s, plans: [{name: p, zip_encrypt_password: " + ZIP_PASSWORD + "}]}]\n"
BOTH = "Put all its plans into one of them."
# files in a folder, and what is said of them
REFUSED = {
    "an empty folder": ({}, "There is no file in {folder} whose name ends with .yml or .yaml."),
    "two files": (
        {"b.yml": PLAN % "Team-A", "a.yml": PLAN % "Team-A"}, "Organization 'Team-A' is declared in two files, {folder}/a.yml and {folder}/b.yml. " + BOTH),
    "two spellings": (
        {"a.yml": PLAN % "DEFAULT", "b.yaml": PLAN % "Default"},
        "Organization 'Default' is declared in two files, {folder}/a.yml and {folder}/b.yaml. " + BOTH),
    "an empty file": ({"a.yml": PLAN % "Default", "b.yml": "---\n"}, "{folder}/b.yml is empty."),
    "a list": (
        {"a.yml": "- organization: Default\n"}, "{folder}/a.yml holds no variables. It must declare backup_plans_organizations or backup_plans_defaults."),
    "no YAML": (
        {"a.yml": "---\nbackup_plans_organizations:\n  - a: [%s\n" % ZIP_PASSWORD}, "{folder}/a.yml is no valid YAML, see line 4."),
    "a secret in a tab": ({"a.yml": "---\nbackup_plans_defaults:\n\tcomment: %s\n" % ZIP_PASSWORD}, "{folder}/a.yml is no valid YAML, see line 3."),
    "no text": ({"a.yml": b"\xff\xfe\x00"}, "{folder}/a.yml is no valid YAML."),
    "a circle": ({"a.yml": "backup_plans_defaults: &a\n  types: *a\n"}, "{folder}/a.yml holds an alias for something that it is in itself."),
    "another variable": (
        {"a.yml": "backup_plans_prune: true\n" + PLAN % "Default"},
        "{folder}/a.yml holds backup_plans_prune, and a declaration holds backup_plans_organizations and backup_plans_defaults only. Set other variables of "
        "the role where the play gets its variables."),
    "two defaults": (
        {"a.yml": "backup_plans_defaults: {types: [linux]}\n", "b.yml": "backup_plans_defaults: {types: [mysql]}\n"},
        "backup_plans_defaults are declared in two files, {folder}/a.yml and {folder}/b.yml. They hold for all organizations, so put them into one file."),
    "defaults beside plans": (
        {"a.yml": "backup_plans_defaults: {types: [linux]}\n" + PLAN % "Default"},
        "{folder}/a.yml declares backup_plans_defaults beside backup_plans_organizations. In a folder they hold for the organizations of all files, so put "
        "them into a file of their own."),
    "nothing declared": ({"a.yml": "backup_plans_defaults: {types: [linux]}\n"}, "No file in {folder} declares an organization."),
    "no list": (
        {"a.yml": "backup_plans_organizations: {organization: Default}\n"},
        "{folder}/a.yml: backup_plans_organizations must be a list of dictionaries: put a dash before each entry."),
    "no name": (
        {"a.yml": "backup_plans_organizations: [{plans: []}]\n"},
        "{folder}/a.yml: entry 1 of backup_plans_organizations must name its organization, with text in organization."),
    "a template": (
        {"a.yml": PLAN.replace(ZIP_PASSWORD, '"{{ nowhere }}"') % "Default"},
        "{folder}/a.yml: backup_plans_organizations[0].plans[0].zip_encrypt_password cannot be evaluated, or not be decrypted."),
    "an inline vault": (
        {"a.yml": "backup_plans_organizations:\n- organization: Default\n  plans:\n  - name: p\n    comment: !vault |\n"
                  "      $ANSIBLE_VAULT;1.1;AES256\n      6162\n"},
        "{folder}/a.yml: backup_plans_organizations[0].plans[0].comment cannot be evaluated, or not be decrypted."),
    "a whole vault": ({"a.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n"}, "{folder}/a.yml is encrypted, and no vault password that was given opens it."),
    "a folder that is called like a file": ({"a.yml": None}, "{folder}/a.yml cannot be read: Is a directory."),
    "a date for a word": (
        {"a.yml": PLAN.replace("name: p", "name: p, 2026-11-26: x") % "Default"},
        "Unsupported parameters of backup plan 'p' of organization 'Default': '2026-11-26'. Supported parameters include: "
        + ", ".join(sorted(["name", "recipients", *_plan.option_specs()])) + "."),
    "an unknown word": (
        {"a.yml": PLAN.replace("name: p", "name: p, typs: [linux]") % "Default"},
        "Unsupported parameters of backup plan 'p' of organization 'Default': 'typs' (did you mean types?)."),
}
ATTEMPT = """\
    - name: Try {name}
      block:
        - name: Include the role
          ansible.builtin.include_role:
            name: jumpserver.accounts.backup_plans
          vars: {variables}
      rescue:
        - name: Tell {name}
          ansible.builtin.debug:
            msg: "@@{name}@@{{{{ ansible_failed_result.msg }}}}@@"
"""


@pytest.mark.every_core
@pytest.mark.versions("4.10")
def test_what_cannot_be_read_is_told_in_a_sentence_with_the_file(server, run, tmp_path):
    """Before anything is sent, and without what stands in the file."""
    attempts = {"nothing there": ({"backup_plans_from": "nowhere"}, f"There is no nowhere in {tmp_path}.")}
    for number, (name, (files, told)) in enumerate(REFUSED.items()):
        folder = tmp_path / f"e{number}"
        folder.mkdir()
        for file, text in files.items():
            if text is None:
                folder.joinpath(file).mkdir()
            else:
                folder.joinpath(file).write_bytes(text if isinstance(text, bytes) else text.encode())
        attempts[name] = ({"backup_plans_from": folder.name}, told.replace("{folder}", folder.name))
    tmp_path.joinpath("alone.yml").write_text("backup_plans_defaults: {types: [linux]}\n", encoding="utf-8")
    for link, target in (("circle.yml", "circle.yml"), ("dangling.yml", "nowhere.yml")):
        tmp_path.joinpath(link).symlink_to(target)
    attempts["a link to itself"] = ({"backup_plans_from": "circle.yml"}, "circle.yml cannot be read: Too many levels of symbolic links.")
    attempts["a link to nothing"] = ({"backup_plans_from": "dangling.yml"}, "dangling.yml cannot be read: No such file or directory.")
    os.mkfifo(tmp_path / "pipe.yml")
    attempts["a pipe"] = (
        {"backup_plans_from": "pipe.yml"}, "pipe.yml is no file that can be read more than once. Write what is declared to a file.")
    # as a survey hands on a question that was not answered
    attempts["an empty variable beside it"] = (
        {"backup_plans_from": "e0", "backup_plans_organizations": ""}, "There is no file in e0 whose name ends with .yml or .yaml.")
    attempts["a file without organizations"] = ({"backup_plans_from": "alone.yml"}, "alone.yml declares no backup_plans_organizations.")
    for name, variable in (("organizations", {"backup_plans_organizations": []}), ("defaults", {"backup_plans_defaults": {"types": []}})):
        attempts[f"variables beside it, {name}"] = (
            {"backup_plans_from": "e1", **variable},
            "backup_plans_from is set, so set neither backup_plans_organizations nor backup_plans_defaults: what is declared is in e1.")
    play = "- name: Try\n  hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n" + "".join(
        ATTEMPT.format(name=name, variables=json.dumps(variables)) for name, (variables, _told) in attempts.items())
    tmp_path.joinpath("play.yml").write_text(play, encoding="utf-8")
    with server.counting() as seen:
        shown = succeeded(run("-vvv", "play.yml"))
    assert seen.total == 0
    told = dict(re.findall(r'"msg": "@@(.*?)@@(.*?)@@"', shown))
    ends = {name: told.get(name, "nothing")[-len(sentence):] for name, (_variables, sentence) in attempts.items()}
    assert ends == {name: sentence for name, (_variables, sentence) in attempts.items()}
    assert "Traceback" not in shown


NAMED = re.compile(r"^```(sh|yaml) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.versions("4.10")
def test_the_repository_of_the_guide_works(server, run, tmp_path):
    """Its commands and files in the order in which they stand there; then a mistake that is refused, a change that is applied, and drift."""
    for name in ("nightly", "weekly"):
        server.create(name, is_periodic=True, interval=24, types=["linux"], recipients_part_one=server.ids("alice"))
    server.create("每日备份", RESEARCH, is_periodic=True, interval=7, types=["linux"], recipients_part_one=server.ids("alice"))
    repository = tmp_path / "plans"
    author = {f"GIT_{who}_{what}": "canary@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    private = {**author, "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "GIT_CONFIG_NOSYSTEM": "1"}
    # pre-commit and check-jsonschema are tools of this environment, and not of the ansible-core under test
    private["PATH"] = os.pathsep.join([str(BIN), str(Path(sys.executable).parent), os.environ["PATH"]])

    def shell(script):
        return run("-c", f"set -e\ncd {repository if repository.exists() else tmp_path}\nexport PWD=$(pwd)\n{script}", program="/bin/bash", more=private)

    jobs = {}
    for kind, file, text in NAMED.findall(GUIDE.read_text(encoding="utf-8")):
        if file == ".gitlab-ci.yml":
            jobs = {name: job["script"] for name, job in yaml.safe_load(text).items() if name != "stages"}
        if kind == "sh":
            succeeded(shell(text))
        elif "." in file:
            repository.joinpath(file).write_text(text, encoding="utf-8")
    assert sorted(jobs) == ["apply", "drift", "plan", "schema"]
    assert "Declare what there is" in succeeded(shell("git log --oneline"))
    assert {name for name in succeeded(shell("git ls-files -z")).split("\0") if name.startswith("estate/")} == {
        "estate/" + name for name in ("DEFAULT.yml", "Team-A.yml", "Team C_x-e2e5f8e7.yml", "declaration.schema.json", "defaults.yml", "研发中心.yml")}
    for name in ("schema", "plan", "drift"):
        succeeded(shell(jobs[name]))

    file = repository / "estate" / "研发中心.yml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("interval: 7", "intervall: 8"), encoding="utf-8")
    refused = shell("git commit --all --quiet --message mistaken")
    assert refused.returncode != 0 and "intervall" in refused.stdout and file.name in refused.stdout
    assert shell(jobs["schema"]).returncode != 0
    file.write_text(good.replace("interval: 7", "interval: 8"), encoding="utf-8")
    succeeded(shell("git commit --all --quiet --message changed"))
    assert shell(jobs["drift"]).returncode != 0
    assert "研发中心: change 每日备份 (interval)" in succeeded(shell(jobs["plan"]))
    succeeded(shell(jobs["apply"]))
    assert server.plan("每日备份", RESEARCH)["interval"] == 8
    succeeded(shell(jobs["drift"]))
