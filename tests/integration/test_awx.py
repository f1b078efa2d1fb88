# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of AWX: all that the credential type injects is there, filled in or empty, and extra variables win over everything."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec
from tests import docs_tables
from tests.integration.credential_type import CredentialType
from tests.integration.runner import BIN, PYTHON, neutral_environment, search_for_secrets
from tests.integration.server import RESEARCH, TEAM_A

pytestmark = [pytest.mark.versions("4.10"), pytest.mark.controller]

PLAYBOOKS = """\
- import_playbook: jumpserver.accounts.apply
- import_playbook: jumpserver.accounts.drift
- import_playbook: jumpserver.accounts.audit
- import_playbook: jumpserver.accounts.export
  vars: {backup_plans_export_file: %(folder)s/exported.yml}
- import_playbook: jumpserver.accounts.execute
  vars: {backup_plan_name: every-day}
- import_playbook: jumpserver.accounts.examples.create_plan
  vars: {plan_name: made, recipient_id: %(recipient)s}
- import_playbook: jumpserver.accounts.examples.list_plans
  vars: {plan_name: made, search_word: a}
- import_playbook: jumpserver.accounts.examples.execute_plan
  vars: {plan_id: %(plan)s}
- import_playbook: jumpserver.accounts.examples.delete_plan
  vars: {plan_id: %(plan)s}
- import_playbook: jumpserver.accounts.examples.with_signature
- import_playbook: jumpserver.accounts.examples.with_bearer_token
"""
# Of the guide: a slice of the estate, and a machine inside the network, to which the extra variables are handed on.
GUIDE = docs_tables.ROOT.joinpath("docs", "awx.md").read_text(encoding="utf-8")
IN_THE_GUIDE = re.findall(r"^```yaml playbook\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
OF_THE_GUIDE = [text for text in IN_THE_GUIDE if "roles:" in text and "hosts: localhost" not in text]
EMPTY = {
    "none": [], "organization": ["organization"], "validate_certs": ["validate_certs"], "ca_certificate": ["ca_certificate"],
    "all": ["organization", "validate_certs", "ca_certificate"],
}


@pytest.fixture
def job(server, tmp_path):
    """``job(inputs, *playbooks)``: run them as AWX would with a credential of these inputs; the output."""

    def run(inputs, *playbooks):
        kind = CredentialType()
        authority = tmp_path / "ca.pem"
        authority.write_text("unused without TLS", encoding="utf-8")
        extra = kind.inject("extra_vars", ca_path=str(authority), **inputs)
        environment = dict(neutral_environment(tmp_path), **kind.inject("env", ca_path=str(authority), **inputs))
        process = subprocess.run(
            [str(BIN / "ansible-playbook"), "-i", "jumpserver.yml", "-i", "hosts", "-e", json.dumps(extra), *playbooks], cwd=tmp_path, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        search_for_secrets([process.stdout], server.secrets)
        assert process.returncode == 0, process.stdout
        return process.stdout

    plans = [{"name": "every-day", "interval": 24, "types": ["linux"], "recipients": ["alice"]}]
    tmp_path.joinpath("jumpserver.yml").write_text("plugin: jumpserver.accounts.organizations\n", encoding="utf-8")
    tmp_path.joinpath("hosts").write_text("bastion ansible_connection=local ansible_python_interpreter=%s\n" % json.dumps(str(PYTHON)), encoding="utf-8")
    tmp_path.joinpath("group_vars").mkdir()
    tmp_path.joinpath("group_vars", "all.yml").write_text(json.dumps({
        "backup_plans": plans,
        "backup_plans_organizations": [{"organization": "Default", "plans": plans}, {"organization": RESEARCH, "plans": plans}],
    }), encoding="utf-8")
    for number, text in enumerate(OF_THE_GUIDE):
        tmp_path.joinpath("guide-%d.yml" % number).write_text(text, encoding="utf-8")
    return run


@pytest.mark.parametrize("empty", EMPTY)
def test_slices_and_examples_work_with_what_the_credential_type_injects(server, job, tmp_path, empty):
    """Each field that is not required once left empty, and all of them."""
    assert len(OF_THE_GUIDE) == 2
    kind = CredentialType()
    inputs = dict(
        server.credential("admin", "access_key"), api_url=server.url, organization=RESEARCH, validate_certs="true", ca_certificate="-----BEGIN-----")
    inputs.update(dict.fromkeys(EMPTY[empty], ""))
    assert set(EMPTY["all"]) == set(kind.fields) - set(kind.described["inputs"]["required"]) - {
        name for name, option in _argspec.CONNECTION.items() if name.startswith("access_key") or option.get("no_log")}
    signature = tmp_path / "signature.yml"
    signature.write_text("- import_playbook: jumpserver.accounts.examples.with_signature\n", encoding="utf-8")
    job(inputs, "guide-0.yml", "guide-1.yml", str(signature))
    assert {name: list(server.plans(name)) for name in ("Default", TEAM_A, RESEARCH)} == dict.fromkeys(("Default", TEAM_A, RESEARCH), ["every-day"])


@pytest.mark.parametrize("kind, organization", [("access_key", RESEARCH), ("private_token", ""), ("api_token", "Default")])
def test_every_playbook_works_with_what_the_credential_type_injects(server, job, tmp_path, kind, organization):
    """Whichever credential is filled in; the fields of the others are empty."""
    plan = server.create("another", organization or "Default", types=["linux"], recipients_part_one=server.ids("alice"))["id"]
    tmp_path.joinpath("play.yml").write_text(
        PLAYBOOKS % {"folder": tmp_path, "recipient": server.ids("carol")[0], "plan": plan}, encoding="utf-8")
    job(dict(server.credential("admin", kind), api_url=server.url, organization=organization, validate_certs="true"), "play.yml")
    assert set(server.plans(organization or "Default")) == {"every-day", "made"}


def test_every_playbook_is_tried():
    """None is forgotten above; that which speaks to AWX, and that which speaks to machines, have tests of their own."""
    folder = docs_tables.ROOT / "playbooks"
    there = {".".join(path.relative_to(folder).with_suffix("").parts) for path in folder.rglob("*.yml")}
    assert set(re.findall(r"jumpserver\.accounts\.([a-z_.]+)", PLAYBOOKS)) == there - {"awx_credential_type", "awx_setup", "drill"}


@pytest.mark.parametrize("imported", [True, False], ids=["in the inventory", "beside a play of one's own"])
def test_the_estate_is_found_where_the_guide_says(server, tmp_path, imported):
    """An imported playbook finds no group_vars beside the playbook that imports it."""
    text = next(text for text in IN_THE_GUIDE if ("import_playbook" if imported else "beside this playbook") in text)
    tmp_path.joinpath("site.yml").write_text(text, encoding="utf-8")
    folder = tmp_path / "inventory" / "group_vars" if imported else tmp_path / "group_vars"
    folder.mkdir(parents=True)
    estate = {"backup_plans_organizations": [{"organization": "Default", "plans": [{"name": "nightly", "interval": 24}]}]}
    folder.joinpath("all.yml").write_text(json.dumps(estate), encoding="utf-8")
    environment = dict(
        neutral_environment(tmp_path), JUMPSERVER_URL=server.url, JUMPSERVER_PRIVATE_TOKEN=server.credential("admin", "private_token")["private_token"])
    sources = ["-i", "inventory"] if imported else []
    process = subprocess.run(
        [str(BIN / "ansible-playbook"), *sources, "site.yml"], cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    assert process.returncode == 0, process.stdout
    assert list(server.plans()) == ["nightly"]


def test_empty_options_of_a_module_are_unset(server, call):
    """As extra variables hand them on; the environment is behind them."""
    token = server.credential("admin", "private_token")["private_token"]
    empty = dict.fromkeys(_argspec.CONNECTION, "")
    call("backup_plan_info", connection=empty, environment={"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": token}).succeeded()
    for wrong in ("ture", "{{ true }}"):
        environment = {"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": token, "JUMPSERVER_VALIDATE_CERTS": wrong}
        assert "JUMPSERVER_VALIDATE_CERTS" in call("backup_plan_info", connection=empty, environment=environment).message
    assert "validate_certs" in call("backup_plan_info", connection=dict(empty, validate_certs="ture", api_url=server.url, private_token=token)).message


def test_no_extra_variable_has_the_name_of_another_variable(server, tmp_path):
    """Those of the inventory, of the role, and of the playbooks: an extra variable would win over them."""
    tmp_path.joinpath("jumpserver.yml").write_text("plugin: jumpserver.accounts.organizations\n", encoding="utf-8")
    environment = dict(
        neutral_environment(tmp_path), JUMPSERVER_URL=server.url, JUMPSERVER_PRIVATE_TOKEN=server.credential("admin", "private_token")["private_token"])
    listed = subprocess.run(
        [str(BIN / "ansible-inventory"), "-i", "jumpserver.yml", "--host", TEAM_A], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, check=True)
    taken = set(json.loads(listed.stdout))
    assert "jumpserver_organization" in taken
    for path in docs_tables.ROOT.glob("roles/*/meta/argument_specs.yml"):
        taken |= set(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    for path in docs_tables.ROOT.glob("playbooks/**/*.yml"):
        for play in yaml.safe_load(path.read_text(encoding="utf-8")):
            taken |= set(play.get("vars", {}))
    assert not taken & set(CredentialType().described["injectors"]["extra_vars"])
