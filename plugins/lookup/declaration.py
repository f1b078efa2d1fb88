# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: declaration
short_description: Backup plans declared in a file, or in a folder with a file for each organization
version_added: 1.1.0
description:
  - Reads what C(backup_plans_from) of the role P(jumpserver.accounts.backup_plans#role) names, in the form in which the playbook
    C(jumpserver.accounts.export) writes it.
  - A file holds the variable C(backup_plans_organizations), and C(backup_plans_defaults) if there are any. Templates in it are evaluated, and vaults
    opened, whole files as well as single values.
  - In a folder, all files that end with C(.yml) or C(.yaml) are read, in the order of their names, but not those whose name starts with a dot, and
    no folders in it. C(backup_plans_defaults) must be in a file of its own there, and holds for all organizations. An organization that is in two files is an
    error.
author:
  - jumpserver.accounts contributors (@jumpserver)
options:
  _terms:
    description:
      - The paths of files or folders, which are meant from the folder in which Ansible was started.
    type: list
    elements: str
    required: true
seealso:
  - module: jumpserver.accounts.backup_plans
"""

EXAMPLES = r"""
- name: Declare what is in a folder
  jumpserver.accounts.backup_plans:
    organizations: "{{ declared.organizations }}"
    defaults: "{{ declared.defaults }}"
  vars:
    declared: "{{ lookup('jumpserver.accounts.declaration', playbook_dir ~ '/estate') }}"
"""

RETURN = r"""
_raw:
  description:
    - For each path a dictionary with C(organizations) and C(defaults), as M(jumpserver.accounts.backup_plans) takes them.
  type: list
  elements: dict
"""

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _declaration


class LookupModule(LookupBase):
    """Declarations by their paths."""

    def run(self, terms, variables=None, **kwargs):
        failure = ""
        found = []
        try:
            found = [_declaration.declared(str(term), self._loader, self._templar) for term in terms]
        except JumpServerError as error:
            failure = str(error)
        if failure:
            raise AnsibleLookupError(failure)
        return found
