# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: organizations
short_description: The organizations of a JumpServer as hosts
version_added: 1.0.0
description:
  - Makes one host of each organization that the user may administer, so that the account backup plans of a large estate can be kept in
    C(host_vars) and C(group_vars), limited with C(--limit), and sliced into several jobs by AWX.
  - The hosts are no machines. Tasks run on the controller, since C(ansible_connection=local) is set for each.
  - Each host is in one group of its kind (C(jumpserver_default), C(jumpserver_system), C(jumpserver_custom)) and one of the edition
    (C(jumpserver_enterprise), C(jumpserver_community)). A community edition from 3.10.4 on lists custom organizations, but does not serve them.
  - The name of the configuration file must end in C(jumpserver.yml), C(jumpserver.yaml), C(organizations.yml) or C(organizations.yaml).
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [jumpserver.accounts.organizations]
  hostname:
    description: What the hosts are called.
    type: str
    choices: [name, id]
    default: name
  api_url:
    env:
      - name: JUMPSERVER_URL
  validate_certs:
    env:
      - name: JUMPSERVER_VALIDATE_CERTS
  ca_path:
    env:
      - name: JUMPSERVER_CA_PATH
  client_cert:
    env:
      - name: JUMPSERVER_CLIENT_CERT
  client_key:
    env:
      - name: JUMPSERVER_CLIENT_KEY
  timeout:
    env:
      - name: JUMPSERVER_TIMEOUT
  retries:
    env:
      - name: JUMPSERVER_RETRIES
  deadline:
    env:
      - name: JUMPSERVER_DEADLINE
  connections:
    env:
      - name: JUMPSERVER_CONNECTIONS
"""

EXAMPLES = r"""
# inventory/jumpserver.yml; address and credential come from the environment
---
plugin: jumpserver.accounts.organizations

# inventory/group_vars/all.yml then says what every organization gets:
#
#   backup_plans:
#     - name: nightly
#       crontab: "0 3 * * *"
#
# inventory/host_vars/研发中心.yml what this one gets instead, and the playbook is:
#
#   - name: Declare the backup plans of each organization
#     hosts: all
#     gather_facts: false
#     roles:
#       - role: jumpserver.accounts.backup_plans
#         vars:
#           backup_plans_organizations:
#             - organization: "{{ jumpserver_organization.id }}"
#               plans: "{{ backup_plans }}"
"""

import sys

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError

FILE_ENDINGS = ("jumpserver.yml", "jumpserver.yaml", "organizations.yml", "organizations.yaml")
KINDS = {_directory.DEFAULT: "default", _directory.SYSTEM: "system"}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """One host per organisation."""

    NAME = "jumpserver.accounts.organizations"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(FILE_ENDINGS)

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path)
        self._read_config_data(path)
        for organization in self._organizations(self.get_cache_key(path), cache):
            self._add(organization)

    def _organizations(self, key, may_use_cache):
        """The organisations as plain data: from the cache if it is wanted and holds them, else from the server."""
        wants_cache = self.get_option("cache")
        if wants_cache and may_use_cache and key in self._cache:
            return self._cache[key]
        found = self._fetch()
        if wants_cache:
            self._cache[key] = found
        return found

    def _fetch(self):
        """``[{id, name, kind, edition}]`` of the organisations that the credential may administer."""
        try:
            with _argspec.connect({name: self._option(name) for name in _argspec.CONNECTION}, read_only=True) as client:
                directory = _directory.Directory(client)
                edition = directory.edition()
                return [
                    {"id": organization.id, "name": organization.name, "kind": KINDS.get(organization.id, "custom"), "edition": edition}
                    for organization in directory.all_organizations()
                ]
        except JumpServerError as error:
            # the client has cut the credential out of its messages
            raise AnsibleParserError(str(error)) from None

    def _option(self, name):
        """An option, evaluated if it is a template, such as a lookup of the secret."""
        value = self.get_option(name)
        return self.templar.template(value) if isinstance(value, str) and self.templar.is_template(value) else value

    def _add(self, organization):
        host = self.inventory.add_host(organization[self.get_option("hostname")])
        variables = {"jumpserver_organization": organization, "ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        for group in (organization["kind"], organization["edition"]):
            self.inventory.add_child(self.inventory.add_group("jumpserver_%s" % group), host)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)
