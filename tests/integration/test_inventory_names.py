# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations whose names are commands in disguise: whatever is done with such a host, nothing of its name is evaluated."""

from __future__ import annotations

import base64
import json
import subprocess

import pytest

from tests.integration.runner import BIN, neutral_environment

pytestmark = [pytest.mark.versions("4.10"), pytest.mark.every_core]

COMMAND = "lookup('pipe', 'touch pwned')"
HOSTILE = [
    "{{ %s }}" % COMMAND,
    "{%% if %s %%}{%% endif %%}" % COMMAND,
    "{# a comment #}{{ %s }}" % COMMAND,
    "one line\nand {{ %s }}\n- another" % COMMAND,
    "{{ %s }}.example.com" % COMMAND,
    "a-b.{{ %s }}-c" % COMMAND,
    "#jinja2:variable_start_string:'[{{', variable_end_string:']'\n[{{ %s ]" % COMMAND,
    "$(touch pwned); `touch pwned`",
    "!unsafe {{ %s }}" % COMMAND,
    "[{{ %s }}, 1:2]" % COMMAND,
]

SOURCE = """\
plugin: jumpserver.accounts.organizations
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: cache
hostname: %s
strict: true
compose:
  title: jumpserver_organization.name
  greeting: "'Hello ' ~ jumpserver_organization.name"
  parts: jumpserver_organization.name.split('.')
  table: "{jumpserver_organization.name: [jumpserver_organization.name | upper]}"
  shouted: jumpserver_organization.name | upper | lower
  encoded: jumpserver_organization.name | b64encode | b64decode
  parsed: (jumpserver_organization | to_json | from_json).name
  joined: jumpserver_organization.values() | join(' ')
groups:
  named: jumpserver_organization.name != ''
keyed_groups:
  - key: jumpserver_organization.name
    prefix: name
    parent_group: "above_{{ jumpserver_organization.name }}"
  - key: "[jumpserver_organization.name]"
    separator: ""
    prefix: in_a_list
  - key: jumpserver_organization
    prefix: all
"""

PLAY = """\
- name: Use the names in every place that Ansible evaluates
  hosts: jumpserver_custom
  gather_facts: false
  vars:
    of_the_play: "{{ jumpserver_organization.name }}"
  environment:
    NAME: "{{ jumpserver_organization.name }}"
  tasks:
    - name: Connect for {{ inventory_hostname }}
      ansible.builtin.raw: "true"
    - name: Show all there is
      ansible.builtin.debug:
        msg:
          - "{{ inventory_hostname }} {{ inventory_hostname_short }} {{ jumpserver_organization.name }} {{ of_the_play }}"
          - "{{ [title, greeting, parts, table, shouted, encoded, parsed, joined] }}"
          - "{{ [group_names, groups, ansible_play_hosts_all, ansible_play_batch] }}"
          - "{{ hostvars[inventory_hostname].jumpserver_organization }} {{ hostvars | dict2items | map(attribute='value.title', default='') }}"
          - "{{ lookup('ansible.builtin.vars', 'title') }} {{ query('ansible.builtin.inventory_hostnames', 'all') }} {{ vars.title }}"
    - name: Show one
      ansible.builtin.debug:
        var: jumpserver_organization
    - name: Keep it
      ansible.builtin.set_fact:
        kept: "{{ jumpserver_organization.name }} {{ title }} {{ inventory_hostname }}"
    - name: Show what was kept
      ansible.builtin.debug:
        msg: "{{ kept }} {{ item }}"
      loop: "{{ [title, inventory_hostname] + parts + group_names }}"
      when: title is defined and kept is search(title, ignorecase=true) or title != item
      delegate_to: "{{ inventory_hostname }}"
    - name: Write it
      ansible.builtin.set_fact:
        written: "{{ lookup('ansible.builtin.template', 'page.j2') }}"
    - name: The name is as the server has it
      ansible.builtin.assert:
        that:
          - (jumpserver_organization.name | b64encode) in names
          - (title | b64encode) in names
          - (encoded | b64encode) in names
          - written is defined
    - name: Its own plans are found by its id
      ansible.builtin.include_role:
        name: jumpserver.accounts.backup_plans
      vars:
        backup_plans_organizations:
          - organization: "{{ jumpserver_organization.id }}"
            plans: "{{ [{'name': 'nightly', 'crontab': '0 3 * * *'}] }}"
      when: applied
"""
PAGE = "{{ jumpserver_organization.name }} {{ title }} {{ inventory_hostname }} {{ group_names }} {{ table }}"


def test_nothing_of_a_name_is_evaluated(server, tmp_path):
    """First from the server, then from the cache, with names and with ids as host names."""
    server.reset(organizations=dict.fromkeys(HOSTILE))
    tmp_path.joinpath("play.yml").write_text(PLAY, encoding="utf-8")
    tmp_path.joinpath("page.j2").write_text(PAGE, encoding="utf-8")
    environment = dict(
        neutral_environment(tmp_path), JUMPSERVER_URL=server.url, JUMPSERVER_PRIVATE_TOKEN=server.credential("admin", "private_token")["private_token"])

    def run(program, *arguments):
        process = subprocess.run(
            [str(BIN / program), "-i", "jumpserver.yml", *arguments], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", check=False)
        assert not list(tmp_path.rglob("pwned*")), process.stdout
        assert process.returncode == 0, process.stdout
        return process.stdout

    names = [base64.b64encode(name.encode()).decode() for name in HOSTILE]
    for hostname, first in (("name", True), ("name", False), ("id", False)):
        tmp_path.joinpath("jumpserver.yml").write_text(SOURCE % hostname, encoding="utf-8")
        with server.counting() as seen:
            shown = run("ansible-playbook", "play.yml", "-e", json.dumps({"names": names, "applied": first}))
        assert (seen.total > 0) is first
        assert shown.count("failed=0") == len(HOSTILE)
    for form in ("--list", "--graph", "--export --list --yaml"):
        run("ansible-inventory", *form.split())
    assert {len(server.plans(identifier)) for name, identifier in server.organizations.items() if name in HOSTILE} == {1}
