# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWX as code: the real modules of awx.awx set up a stand-in for AWX, and the repository is a project of AWX."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import jinja2.sandbox
import jsonschema
import pytest
import yaml

from tests import docs_tables
from tests.integration import awx_server
from tests.integration.credential_type import CredentialType
from tests.integration.runner import BIN, neutral_environment, search_for_secrets
from tests.toolbox import awx_collection
from tests.toolbox.tree import tracked_files

ROOT = docs_tables.ROOT
SECRET = "canary-access-key-secret"
NEEDED = {
    "awx_project_url": "https://git.example.com/plans.git", "awx_image": "registry.example.com/jumpserver-ee",
    "awx_notification": {
        "notification_type": "webhook", "notification_configuration": {"url": "https://chat.example.com", "http_method": "POST", "headers": {}}},
}
KINDS = ("credential_types", "credentials", "execution_environments", "notification_templates", "projects", "inventories", "inventory_sources", "schedules")
# what AWX allows in a credential type
NAME = "^[a-zA-Z_]+[a-zA-Z0-9_]*$"
FIELD = {
    "type": "object", "required": ["id", "label"], "additionalProperties": False, "properties": {
        "id": {"type": "string", "pattern": NAME}, "label": {"type": "string"}, "help_text": {"type": "string"}, "type": {"enum": ["string", "boolean"]},
        "format": {"enum": ["ssh_private_key", "url"]}, "choices": {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
        "default": {}, "multiline": {"type": "boolean"}, "secret": {"type": "boolean"}, "ask_at_runtime": {"type": "boolean"}}}
INPUTS = {"type": "object", "additionalProperties": False, "properties": {
    "fields": {"type": "array", "items": FIELD}, "required": {"type": "array", "items": {"type": "string"}}}}
TEXTS = {"type": "object", "additionalProperties": False, "patternProperties": {NAME: {"type": "string"}}}
INJECTORS = {"type": "object", "additionalProperties": False, "properties": {
    "file": {"type": "object", "additionalProperties": False, "patternProperties": {"^template(\\.[a-zA-Z_]+[a-zA-Z0-9_]*)?$": {"type": "string"}}},
    "env": TEXTS, "extra_vars": TEXTS}}


@pytest.fixture(scope="module")
def awx():
    server, objects = awx_server.start()
    objects.address = f"http://127.0.0.1:{server.server_port}"
    yield objects
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def setup(awx, tmp_path_factory):
    """``setup("--check")``: run the playbook; its output."""
    tmp_path = tmp_path_factory.mktemp("setup")
    kept = os.environ.get("AWX_COLLECTIONS") or str(awx_collection.folder())
    environment = dict(
        neutral_environment(tmp_path), CONTROLLER_HOST=awx.address, CONTROLLER_OAUTH_TOKEN=awx_server.TOKEN, ANSIBLE_NOCOLOR="1",
        JUMPSERVER_URL="https://jump.example.com", JUMPSERVER_ACCESS_KEY_ID="1b4e28ba-2fa1-11d2-883f-0016d3cca427", JUMPSERVER_ACCESS_KEY_SECRET=SECRET)
    environment["ANSIBLE_COLLECTIONS_PATH"] += os.pathsep + kept

    def run(*arguments, status=0, **variables):
        awx.writes.clear()
        process = subprocess.run(
            [str(BIN / "ansible-playbook"), "-vvv", "jumpserver.accounts.awx_setup", "-e", json.dumps(NEEDED), *arguments],
            cwd=tmp_path, env={**environment, **variables}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
            check=False)
        search_for_secrets([process.stdout], [awx_server.TOKEN, SECRET])
        assert process.returncode == status, process.stdout
        return process.stdout

    return run


def changes(output):
    return int(re.search(r"changed=(\d+)", output).group(1))


@pytest.fixture(scope="module")
def made(awx, setup):
    """AWX after the first run."""
    assert changes(setup()) == 12
    return awx


def test_awx_is_set_up_once_and_kept_up_to_date(made, setup):
    """By the modules of awx.awx themselves, so each argument is one that they know. The second run changes nothing; a change of somebody is told."""
    assert {kind: len(made.names(kind)) for kind in KINDS} == dict.fromkeys(KINDS, 1) | {"schedules": 2}
    (kind,) = made.all("credential_types")
    described = CredentialType().described
    assert {key: kind[key] for key in described} == described
    (credential,) = made.all("credentials")
    assert credential["inputs"]["access_key_secret"] == SECRET and credential["credential_type"] == kind["id"]

    assert changes(setup()) == 0 and made.writes == []

    template = next(one for one in made.all("job_templates") if one["name"] == "JumpServer drift")
    template["playbook"] = "playbooks/apply.yml"
    assert changes(setup("--check")) == 1 and made.writes == []
    template["playbook"] = "playbooks/drift.yml"


@pytest.mark.parametrize("variable", ["awx_project_url", "awx_image"])
def test_nothing_is_made_where_something_is_missing(awx, setup, variable):
    """Half of it would be there else, with the words of Ansible."""
    assert "Set awx_project_url, the Git address of the project that AWX is to run, and awx_image" in setup("-e", f"{variable}=", status=2)
    assert awx.writes == []


@pytest.mark.parametrize("missing", ["JUMPSERVER_URL", "JUMPSERVER_ACCESS_KEY_ID", "JUMPSERVER_ACCESS_KEY_SECRET"])
def test_half_a_key_does_not_empty_the_credential(made, setup, missing):
    assert changes(setup(**{missing: ""})) == 0 and made.writes == []


def test_the_workflow_goes_from_drift_over_an_approval_to_apply_and_audit(made):
    nodes = {node["identifier"]: node for node in made.all("workflow_job_template_nodes")}
    named = {node["id"]: name for name, node in nodes.items()}
    templates = {one["id"]: one["name"] for one in made.all("unified_job_templates")}
    assert {name: templates[node["unified_job_template"]] for name, node in nodes.items()} == {
        "drift": "JumpServer drift", "approval": "Apply what the drift shows", "apply": "JumpServer apply", "audit": "JumpServer audit"}
    ways = {
        (named[node["id"]], way.removesuffix("_nodes")): [named[number] for number in made.associated.get((node["url"], way), [])]
        for node in nodes.values() for way in ("success_nodes", "failure_nodes", "always_nodes")}
    assert {way: names for way, names in ways.items() if names} == {
        ("drift", "success"): ["audit"], ("drift", "failure"): ["approval"], ("approval", "success"): ["apply"], ("apply", "always"): ["audit"]}
    (workflow,) = made.all("workflow_job_templates")
    assert all(made.associated[workflow["url"], f"notification_templates_{when}"] for when in ("success", "error", "approvals"))


def test_job_templates_ask_for_variables_that_exist_and_run_playbooks_that_exist(made):
    """In the repository itself, which is a project of AWX."""
    variables = {"backup_plans_export_file", "backup_plan_name", "backup_plan_organization", "backup_plan_wait_timeout"}
    for path in ROOT.glob("roles/*/meta/argument_specs.yml"):
        variables |= set(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    for template in made.all("job_templates"):
        assert (ROOT / template["playbook"]).is_file()
        survey = made.surveys[template["url"], "survey_spec"]
        assert survey["spec"] and {question["variable"] for question in survey["spec"]} <= variables
    playbooks = {Path(template["playbook"]).stem for template in made.all("job_templates")}
    assert playbooks == {path.stem for path in ROOT.glob("playbooks/*.yml") if not path.stem.startswith("awx_")}
    (source,) = made.all("inventory_sources")
    assert yaml.safe_load((ROOT / source["source_path"]).read_text(encoding="utf-8")) == {"plugin": "jumpserver.accounts.organizations"}


def test_awx_takes_the_credential_type():
    """Its schema, and each template of the injectors with nothing but the fields."""
    described = CredentialType().described
    jsonschema.validate(described["inputs"], INPUTS)
    jsonschema.validate(described["injectors"], INJECTORS)
    fields = {field["id"]: field for field in described["inputs"]["fields"]}
    assert set(described["inputs"]["required"]) <= set(fields) and len(fields) == len(described["inputs"]["fields"])
    assert all(field.get("default") in field["choices"] for field in fields.values() if "choices" in field)
    strict = jinja2.sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    known = {**dict.fromkeys(fields, "x"), "tower": {"filename": {name.partition(".")[2]: "/x" for name in described["injectors"]["file"]}}}
    for texts in described["injectors"].values():
        for text in texts.values():
            strict.from_string(text).render(**known)
    # AWX keeps those of its own from being set
    assert all(name.startswith("JUMPSERVER_") for name in described["injectors"]["env"])


def test_the_repository_is_a_project_of_awx(tmp_path):
    """AWX installs what collections/requirements.yml names, from the folder of the project, and then finds playbooks and roles."""
    project = tmp_path / "a project"
    for file in tracked_files():
        target = project / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / file).read_bytes())
    environment = neutral_environment(tmp_path / "home")
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(tmp_path / "requirements_collections")

    def run(program, *arguments):
        return subprocess.run(
            [str(BIN / program), *arguments], cwd=project, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", check=True).stdout

    run("ansible-galaxy", "collection", "install", "-r", "collections/requirements.yml", "-p", environment["ANSIBLE_COLLECTIONS_PATH"], "--offline")
    for name in ("apply", "drift", "export", "audit", "execute", "drill"):
        assert f"playbook: playbooks/{name}.yml" in run("ansible-playbook", "--syntax-check", "-i", "localhost,", f"playbooks/{name}.yml")
