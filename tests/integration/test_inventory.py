# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of organizations, by the real `ansible-inventory`, and an estate that is converged in slices."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.integration.runner import BIN, neutral_environment, search_for_secrets
from tests.integration.server import RESEARCH, TEAM_A, TEAM_C

pytestmark = pytest.mark.versions("3.5", "4.10")

CONFIGURATION = """\
---
plugin: jumpserver.accounts.organizations
"""

SLICE = """\
---
- name: Declare the backup plans of each organization
  hosts: all
  gather_facts: false
  tasks:
    - name: Apply
      ansible.builtin.include_role:
        name: jumpserver.accounts.backup_plans
      vars:
        backup_plans_organizations:
          - organization: "{{ jumpserver_organization.id }}"
            plans: "{{ backup_plans }}"
"""


def as_plain_text(value):
    """Text from elsewhere, which newer versions of ansible-core mark as such in a listing, as plain text."""
    return value["__ansible_unsafe"] if set(value) == {"__ansible_unsafe"} else value


@pytest.fixture
def environment(server, tmp_path):
    """What AWX would set: address and credential of the administrator."""
    credential = server.credential("admin", "private_token")
    return dict(neutral_environment(tmp_path), JUMPSERVER_URL=server.url, JUMPSERVER_PRIVATE_TOKEN=credential["private_token"])


@pytest.fixture
def inventory(server, tmp_path, environment):
    """``inventory(configuration, **environment)``: the parsed listing, and the process."""

    def read(configuration=CONFIGURATION, **changes):
        source = tmp_path / "jumpserver.yml"
        source.write_text(configuration, encoding="utf-8")
        process = subprocess.run(
            [str(BIN / "ansible-inventory"), "-vvv", "-i", str(source), "--list"], cwd=tmp_path, env=dict(environment, **changes),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        search_for_secrets((process.stdout, process.stderr), server.secrets)
        # older versions of ansible-core print what they load before the listing
        listing = process.stdout[process.stdout.find("{"):] if "{" in process.stdout else "{}"
        return json.loads(listing, object_hook=as_plain_text), process

    return read


def test_each_organization_is_a_host_of_its_kind_and_edition(server, inventory):
    hosts, _process = inventory()
    assert set(hosts["jumpserver_custom"]["hosts"]) == {TEAM_A, TEAM_C, RESEARCH}
    assert hosts["jumpserver_default"]["hosts"] == [server.organizations_shown["Default"]]
    assert set(hosts["jumpserver_enterprise"]["hosts"]) >= {TEAM_A, TEAM_C, RESEARCH}
    assert "jumpserver_community" not in hosts
    variables = hosts["_meta"]["hostvars"][RESEARCH]
    assert variables["jumpserver_organization"] == {"id": server.organizations[RESEARCH], "name": RESEARCH, "kind": "custom", "edition": "enterprise"}
    assert variables["ansible_connection"] == "local"


def test_hosts_can_be_called_by_id_and_grouped_by_what_was_made_of_their_variables(server, inventory):
    hosts, _process = inventory(CONFIGURATION + (
        "hostname: id\ncompose:\n  title: jumpserver_organization.name | upper\ngroups:\n  teams: jumpserver_organization.name is match('Team')\n"
        "keyed_groups:\n  - key: jumpserver_organization.kind\n    prefix: kind\n"))
    assert set(hosts["teams"]["hosts"]) == {server.organizations[TEAM_A], server.organizations[TEAM_C]}
    assert set(hosts["kind_custom"]["hosts"]) == {server.organizations[name] for name in (TEAM_A, TEAM_C, RESEARCH)}
    assert hosts["_meta"]["hostvars"][server.organizations[TEAM_A]]["title"] == TEAM_A.upper()


def test_an_organization_administrator_sees_his_own(server, inventory):
    hosts, _process = inventory(JUMPSERVER_PRIVATE_TOKEN=server.credential("orgadmin", "private_token")["private_token"])
    assert list(hosts["_meta"]["hostvars"]) == [TEAM_A]


def test_a_cached_inventory_asks_the_server_once(server, tmp_path, inventory):
    configuration = CONFIGURATION + "cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: %s\n" % json.dumps(str(tmp_path / "cache"))
    first, _process = inventory(configuration)
    with server.counting() as seen:
        second, _process = inventory(configuration)
    assert second == first
    assert seen.total == 0


@pytest.mark.parametrize("changes, message", [
    ({"JUMPSERVER_PRIVATE_TOKEN": "canary-of-a-wrong-token"}, "Check the private token"),
    ({"JUMPSERVER_PRIVATE_TOKEN": ""}, "No credential for JumpServer"),
    ({"JUMPSERVER_URL": ""}, "api_url is missing"),
], ids=["wrong token", "no credential", "no address"])
def test_what_is_wrong_is_told_in_one_sentence(inventory, changes, message):
    hosts, process = inventory(**changes)
    assert message in " ".join(process.stderr.split())
    assert "canary-of-a-wrong-token" not in process.stdout + process.stderr
    assert not hosts.get("_meta", {}).get("hostvars")


def test_slices_of_an_estate_converge_it_together(server, tmp_path, environment):
    """Two runs limited to different organizations, as AWX slices a job, leave nothing for a third."""
    tmp_path.joinpath("jumpserver.yml").write_text(CONFIGURATION, encoding="utf-8")
    tmp_path.joinpath("play.yml").write_text(SLICE, encoding="utf-8")
    for folder, name, plans in (
        ("group_vars", "all", [{"name": "nightly", "crontab": "0 3 * * *"}]),
        ("host_vars", RESEARCH, [{"name": "每日备份", "interval": 24}]),
    ):
        tmp_path.joinpath(folder).mkdir()
        tmp_path.joinpath(folder, name + ".yml").write_text(json.dumps({"backup_plans": plans}), encoding="utf-8")

    def run(limit):
        with server.counting() as seen:
            process = subprocess.run(
                [str(BIN / "ansible-playbook"), "-i", "jumpserver.yml", "play.yml", "--limit", limit], cwd=tmp_path, env=environment,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        assert process.returncode == 0, process.stdout + process.stderr
        return seen.unsafe

    assert run("jumpserver_default:%s" % RESEARCH) == 2
    assert (list(server.plans("Default")), list(server.plans(RESEARCH)), list(server.plans(TEAM_A))) == (["nightly"], ["每日备份"], [])
    assert run("jumpserver_custom:!%s" % RESEARCH) == 2
    assert list(server.plans(TEAM_A)) == list(server.plans(TEAM_C)) == ["nightly"]
    assert run("jumpserver_default:jumpserver_custom") == 0
