# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of organizations, by the real `ansible-inventory`, and an estate that is converged in slices."""

from __future__ import annotations

import json
import subprocess

import pytest

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec

from tests.integration.runner import BIN, neutral_environment, search_for_secrets
from tests.integration.server import RESEARCH, TEAM_A, TEAM_C

pytestmark = [pytest.mark.versions("3.5", "4.10"), pytest.mark.controller]

CONFIGURATION = """\
---
plugin: jumpserver.accounts.organizations
"""

SLICE = """\
---
- name: Declare the backup plans of each organization
  hosts: jumpserver_default:jumpserver_custom
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

    def read(configuration=CONFIGURATION, *arguments, **changes):
        source = tmp_path / "jumpserver.yml"
        source.write_text(configuration, encoding="utf-8")
        process = subprocess.run(
            [str(BIN / "ansible-inventory"), "-vvv", *arguments, "-i", str(source), "--list"], cwd=tmp_path, env=dict(environment, **changes),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        search_for_secrets((process.stdout, process.stderr), server.secrets)
        # older versions of ansible-core print what they load, and where they failed, before the listing
        listing = process.stdout[process.stdout.rfind("\n{\n") + 1:] or "{}"
        return json.loads(listing, object_hook=as_plain_text), process

    return read


def test_each_organization_is_a_host_of_its_kind_and_edition(server, inventory):
    hosts, _process = inventory()
    assert set(hosts["jumpserver_custom"]["hosts"]) == {TEAM_A, TEAM_C, RESEARCH}
    assert hosts["jumpserver_default"]["hosts"] == [server.organizations_shown["Default"]]
    assert set(hosts["jumpserver_enterprise"]["hosts"]) == {TEAM_A, TEAM_C, RESEARCH, server.organizations_shown["Default"]}
    assert "jumpserver_community" not in hosts and "jumpserver_system" not in hosts
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


def test_system_is_a_host_only_if_it_is_asked_for_and_root_never(inventory):
    hosts, _process = inventory(CONFIGURATION + "kinds: [system]\n")
    assert list(hosts["_meta"]["hostvars"]) == hosts["jumpserver_system"]["hosts"] == ["SYSTEM"]
    hosts, process = inventory(CONFIGURATION + "kinds: [root]\n")
    assert not hosts.get("_meta", {}).get("hostvars") and "root" in process.stderr


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


CACHED = "cache: true\ncache_plugin: ansible.builtin.jsonfile\ncache_connection: cache\n"


@pytest.mark.versions("4.10")
def test_the_cache_tells_server_credential_and_options_apart(server, tmp_path, inventory, pool):
    everything, _process = inventory(CONFIGURATION + CACHED)
    own, _process = inventory(CONFIGURATION + CACHED, JUMPSERVER_PRIVATE_TOKEN=server.credential("orgadmin", "private_token")["private_token"])
    assert list(own["_meta"]["hostvars"]) == [TEAM_A]
    nothing, process = inventory(CONFIGURATION + CACHED, JUMPSERVER_PRIVATE_TOKEN="canary-of-a-wrong-token")
    assert not nothing.get("_meta", {}).get("hostvars") and "Check the private token" in " ".join(process.stderr.split())
    other = pool.get(version="3.5")
    with other.counting() as seen:
        inventory(CONFIGURATION + CACHED, JUMPSERVER_URL=other.url)
    assert seen.total > 0
    with server.counting() as seen:
        inventory(CONFIGURATION + CACHED, JUMPSERVER_VALIDATE_CERTS="false")
    assert seen.total > 0
    with server.counting() as seen:
        assert inventory(CONFIGURATION + CACHED)[0] == everything
    assert seen.total == 0
    for file in tmp_path.joinpath("cache").iterdir():
        search_for_secrets((file.name, file.read_text(encoding="utf-8")), {*server.secrets, "canary-of-a-wrong-token"})


EMPTY = dict.fromkeys((variable for option in _argspec.CONNECTION.values() if "fallback" in option for variable in option["fallback"][1]), "")


@pytest.mark.versions("4.10")
@pytest.mark.every_core
def test_empty_variables_and_options_are_unset(server, inventory):
    """AWX sets the variables of fields that were left empty. Ansible itself would take an empty boolean for "off"."""
    assert set(EMPTY) >= {
        "JUMPSERVER_URL", "JUMPSERVER_VALIDATE_CERTS", "JUMPSERVER_CA_PATH", "JUMPSERVER_CLIENT_CERT", "JUMPSERVER_CLIENT_KEY", "JUMPSERVER_TIMEOUT",
        "JUMPSERVER_RETRIES",
    }
    hosts, _process = inventory(**dict(EMPTY, JUMPSERVER_URL=server.url))
    assert TEAM_A in hosts["_meta"]["hostvars"]
    empty_options = "".join("%s: ''\n" % option for option in _argspec.CONNECTION)
    hosts, _process = inventory(CONFIGURATION + empty_options)
    assert TEAM_A in hosts["_meta"]["hostvars"]


@pytest.mark.versions("4.10")
@pytest.mark.every_core
def test_an_empty_variable_leaves_certificates_verified(pool, inventory):
    server = pool.get(version="4.10", tls=True)
    hosts, process = inventory(**dict(EMPTY, JUMPSERVER_URL=server.url, JUMPSERVER_RETRIES="0"))
    assert not hosts.get("_meta", {}).get("hostvars") and "certificate" in process.stderr
    hosts, _process = inventory(**dict(EMPTY, JUMPSERVER_URL=server.url, JUMPSERVER_CA_PATH=str(server.ca_path)))
    assert TEAM_A in hosts["_meta"]["hostvars"]


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("configuration, variable", [
    ("", "ture"), ("", "{{ true }}"), ("validate_certs: ture\n", ""), ("validate_certs: !unsafe '{{ true }}'\n", ""), ("timeout: soon\n", ""),
])
@pytest.mark.every_core
def test_what_is_no_boolean_or_number_is_an_error(inventory, configuration, variable):
    hosts, process = inventory(CONFIGURATION + configuration, JUMPSERVER_VALIDATE_CERTS=variable)
    assert not hosts.get("_meta", {}).get("hostvars")
    assert "'timeout'" in process.stderr if "timeout" in configuration else "'validate_certs'" in process.stderr


@pytest.mark.versions("4.10")
@pytest.mark.every_core
def test_options_may_be_templates_and_vaults(server, tmp_path, inventory):
    token = server.credential("admin", "private_token")["private_token"]
    tmp_path.joinpath("password").write_text("of the vault", encoding="utf-8")
    vault = subprocess.run(
        [str(BIN / "ansible-vault"), "encrypt_string", "--vault-password-file", "password", "--stdin-name", "private_token"], cwd=tmp_path, input=token,
        env=neutral_environment(tmp_path), stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
    options = "api_url: '{{ lookup(\"ansible.builtin.env\", \"ELSEWHERE\") }}'\ntimeout: '{{ 20 + 10 }}'\nvalidate_certs: '{{ 1 == 2 }}'\n"
    hosts, _process = inventory(
        CONFIGURATION + options + vault, "--vault-password-file", "password", JUMPSERVER_URL="", JUMPSERVER_PRIVATE_TOKEN="", ELSEWHERE=server.url)
    assert TEAM_A in hosts["_meta"]["hostvars"]
    hosts, process = inventory(CONFIGURATION + "api_url: '{{ nowhere_defined }}'\n")
    assert not hosts.get("_meta", {}).get("hostvars") and "The option api_url cannot be evaluated" in " ".join(process.stderr.split())


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("name, more", [
    ("all", ""), ("ungrouped", ""), ("jumpserver_custom", ""), ("jumpserver_enterprise", ""), ("localhost", ""), ("../host_vars/Default", ""),
    ("teams", "groups:\n  teams: true\n"), ("of_custom", "keyed_groups:\n  - key: jumpserver_organization.kind\n    prefix: of\n"),
    ("above", "keyed_groups:\n  - key: jumpserver_organization.kind\n    prefix: of\n    parent_group: above\n"), ("by_hand", ""),
])
def test_a_name_that_cannot_be_a_host_is_an_error_before_anything_is_added(server, inventory, tmp_path, name, more):
    server.reset(organizations={name: "dddddddd-0000-4000-8000-00000000000d", "Zebra": "eeeeeeee-0000-4000-8000-00000000000e"})
    tmp_path.joinpath("by_hand.ini").write_text("[by_hand]\n", encoding="utf-8")
    hosts, process = inventory(CONFIGURATION + more, "-i", "by_hand.ini")
    assert not hosts.get("_meta", {}).get("hostvars")
    told = " ".join(process.stderr.split())
    assert "The organization %r (dddddddd-0000-4000-8000-00000000000d) cannot be a host" % name in told and "hostname: id" in told
    hosts, _process = inventory(CONFIGURATION + more + "hostname: id\n", "-i", "by_hand.ini")
    assert len(hosts["_meta"]["hostvars"]) == 3


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


@pytest.mark.versions("4.10")
def test_limits_reach_names_with_blanks_and_pattern_characters(server, tmp_path, environment):
    """As the documentation of the plugin says it."""
    server.reset(organizations=dict.fromkeys(["Team C", "Team", "C", "a:b", "x, y", "R&D", "n[1]", "!not"]))
    tmp_path.joinpath("jumpserver.yml").write_text(CONFIGURATION, encoding="utf-8")
    for limit, wanted in {
        "Team C,": {"Team C"}, "Team C": {"Team", "C"}, "a:b,": {"a:b"}, "x? y,": {"x, y"}, "R&D": {"R&D"}, "n?1?": {"n[1]"}, "?not": {"!not"},
        "jumpserver_custom,!Team C,!R&D": {"Team", "C", "a:b", "x, y", "n[1]", "!not"},
    }.items():
        process = subprocess.run(
            [str(BIN / "ansible"), "-i", "jumpserver.yml", "all", "--list-hosts", "--limit", limit], cwd=tmp_path, env=environment,
            stdout=subprocess.PIPE, check=True, encoding="utf-8")
        assert {line[4:] for line in process.stdout.splitlines()[1:]} == wanted, limit


@pytest.mark.versions("4.10")
@pytest.mark.every_core
def test_an_unreadable_source_fails_the_run_where_ansible_is_told_so(tmp_path, environment):
    tmp_path.joinpath("jumpserver.yml").write_text(CONFIGURATION, encoding="utf-8")
    tmp_path.joinpath("other.ini").write_text("other ansible_connection=local\n", encoding="utf-8")
    tmp_path.joinpath("play.yml").write_text("- hosts: jumpserver_default:jumpserver_custom\n  gather_facts: false\n", encoding="utf-8")

    def status(*sources, **settings):
        arguments = [argument for source in sources for argument in ("-i", source)]
        return subprocess.run(
            [str(BIN / "ansible-playbook"), *arguments, "play.yml"], cwd=tmp_path, env=dict(environment, JUMPSERVER_PRIVATE_TOKEN="wrong", **settings),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False).returncode

    assert status("jumpserver.yml") == 0
    assert status("jumpserver.yml", ANSIBLE_INVENTORY_UNPARSED_FAILED="true") != 0
    assert status("jumpserver.yml", "other.ini", ANSIBLE_INVENTORY_UNPARSED_FAILED="true") == 0
    assert status("jumpserver.yml", "other.ini", ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true") != 0


@pytest.mark.parametrize("address, body", [
    (r"orgs/orgs/\?", {"count": 1, "results": [{"id": 5}]}), ("settings/public/open/", [])], ids=["organizations", "settings"])
def test_an_odd_answer_is_told_as_such(server, inventory, address, body):
    server.fault(method="GET", path=address, status=200, body=body)
    hosts, process = inventory()
    assert not hosts.get("_meta", {}).get("hostvars")
    assert "the server, or a proxy in front of it, answered something that is not JumpServer's" in " ".join(process.stderr.split())
