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
  kinds:
    description:
      - The kinds of organizations that become hosts.
      - V(system) is the organization SYSTEM, in which JumpServer keeps its own objects. It is no place for backup plans, so ask for it only to look
        at it. The root organization, which shows all others at once, is never a host.
    type: list
    elements: str
    choices: [default, custom, system]
    default: [default, custom]
    version_added: 1.1.0
notes:
  - Options of the connection may be templates, such as a lookup of the secret.
  - A name comes from the server, so it is never evaluated, even if it looks like a template. Braces in the name of a group that O(keyed_groups) makes
    of it become underscores.
  - A host and a group cannot have the same name, nor can two hosts. An organization called like a group (such as V(all), V(ungrouped), or a group of
    O(groups)), like the controller (V(localhost)), or with C(..) as a part of its name, which would lead out of C(host_vars), is an error, and no host
    is made. With O(hostname=id) it is a host like the others.
  - In C(--limit) and C(hosts), a comma must follow a name with blanks or colons, as in C(--limit "Team C,"), or each part of it counts as a name.
    Write C(?), which stands for any one character, for each comma and bracket in a name, and for C(!), C(&), C(~) or C(@) at its beginning.
    With O(hostname=id) nothing of this matters.
  - If the organizations cannot be read, Ansible warns and goes on without them, and ends well. The settings E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED)
    (any source) and E(ANSIBLE_INVENTORY_UNPARSED_FAILED) (if none was read) make it fail.
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
#     hosts: jumpserver_default:jumpserver_custom
#     gather_facts: false
#     roles:
#       - role: jumpserver.accounts.backup_plans
#         vars:
#           backup_plans_organizations:
#             - organization: "{{ jumpserver_organization.id }}"
#               plans: "{{ backup_plans }}"
"""

import hashlib
import json
import sys

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.group import to_safe_group_name
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError

FILE_ENDINGS = ("jumpserver.yml", "jumpserver.yaml", "organizations.yml", "organizations.yaml")
KINDS = {_directory.DEFAULT: "default", _directory.SYSTEM: "system"}


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """One host per organization."""

    NAME = "jumpserver.accounts.organizations"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(FILE_ENDINGS)

    def set_options(self, task_keys=None, var_options=None, direct=None):
        """Leave the connection to the code that the modules use: Ansible takes what is no boolean for false, and an empty path for the current folder."""
        super().set_options(task_keys, var_options, {name: value for name, value in (direct or {}).items() if name not in _argspec.CONNECTION})

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path)
        config = self._read_config_data(path)
        try:
            options = _argspec.resolve({name: self._evaluated(name, config[name]) for name in _argspec.CONNECTION if name in config})
            organizations = self._organizations(options, path, cache)
        except JumpServerError as error:
            # the client has cut the credential out of its messages
            raise AnsibleParserError(str(error)) from None
        self._hosts = self._named(organization for organization in organizations if organization["kind"] in self.get_option("kinds"))
        # first beside the real inventory, which must not be left half filled: only this shows all groups, and all errors in templates
        self.inventory = InventoryData()
        self._add_hosts()
        self.inventory = inventory
        self._add_hosts()

    def _evaluated(self, name, value):
        """An option of the file, evaluated if it is a template, decrypted if it is an inline vault."""
        try:
            if isinstance(value, str) and self.templar.is_template(value):
                return self.templar.template(value)
            return value if value is None or isinstance(value, (str, int)) else str(value)
        except AnsibleError as error:
            raise AnsibleParserError(f"The option {name} cannot be evaluated: {error}") from None

    def _organizations(self, options, path, may_use_cache):
        """The organizations as plain data: from the cache if it is wanted and holds them, else from the server."""
        if not self.get_option("cache"):
            return self._fetch(options)
        key = f"{self.get_cache_key(path)}_{_fingerprint(_argspec.connection(options))}"
        try:
            if may_use_cache:
                return self._cache[key]
        except KeyError:
            pass
        self._cache[key] = found = self._fetch(options)
        return found

    def _fetch(self, options):
        """``[{id, name, kind, edition}]`` of the organizations that the credential may administer."""
        with _argspec.connect(options, read_only=True) as client:
            directory = _directory.Directory(client)
            edition = directory.edition()
            return [
                {"id": organization.id, "name": organization.name, "kind": KINDS.get(organization.id, "custom"), "edition": edition}
                for organization in directory.all_organizations()
            ]

    def _named(self, organizations):
        """``{name of the host: organization}``, or an error if a name cannot be that of a host."""
        hosts = {}
        groups = {"all", "ungrouped", *self.inventory.groups}
        for organization in organizations:
            name = organization[self.get_option("hostname")]
            if name in groups:
                raise _no_host(organization, "Ansible has a group of that name")
            if name in constants.LOCALHOST:
                raise _no_host(organization, "Ansible means the controller by that name")
            if ".." in name.split("/"):
                raise _no_host(organization, "the variables of such a host would be looked for outside host_vars")
            if name in hosts:
                raise _no_host(organization, f"the organization {hosts[name]['id']} has the same name")
            hosts[name] = organization
        return hosts

    def _add_hosts(self):
        for name, organization in self._hosts.items():
            self._add(name, organization)

    def _add(self, name, organization):
        # whether from the server or from the cache, it is data: up to ansible-core 2.18, text that is not marked is evaluated
        host = self.inventory.add_host(_marked(name))
        described = dict(organization, id=wrap_var(organization["id"]), name=wrap_var(organization["name"]))
        variables = {"jumpserver_organization": described, "ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        for variable, value in variables.items():
            self.inventory.set_variable(host, variable, value)
        for group in (organization["kind"], organization["edition"]):
            self.inventory.add_child(self.inventory.add_group(self._sanitize_group_name(f"jumpserver_{group}")), host)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)

    def _compose(self, *args, **kwargs):
        """What an expression makes of the variables of a host is data like them."""
        return _marked(super()._compose(*args, **kwargs))

    def _sanitize_group_name(self, name):
        """The name of a group that is about to be made. Without braces, as a group's name in a listing cannot carry a mark."""
        name = to_safe_group_name(name, force="{" in name, silent=True)
        if name in self._hosts:
            raise _no_host(self._hosts[name], "this inventory makes a group of that name")
        return name


def _marked(value):
    """The value, marked as data if there is anything in it that could be taken for a template. AWX reads no names of hosts that are marked."""
    return wrap_var(value) if "{" in str(value) else value


def _no_host(organization, reason):
    return AnsibleParserError(
        f"The organization {organization['name']!r} ({organization['id']}) cannot be a host, since {reason}. No organization was added. "
        'Write "hostname: id" in the configuration file, and hosts are called by the ids of the organizations.')


def _fingerprint(connection):
    """Tells server, credential and further options apart in the cache, and tells nobody what they are."""
    return hashlib.sha256(json.dumps(connection).encode()).hexdigest()
