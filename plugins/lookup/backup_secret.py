# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: backup_secret
short_description: The secret of an account in an opened backup of JumpServer
version_added: 1.1.0
description:
  - Used by the variables that the inventory P(jumpserver.accounts.backup_archive#inventory) sets, so that these hold no secret. It is evaluated when a
    connection is made, or where you use such a variable.
author:
  - jumpserver.accounts contributors (@jumpserver)
options:
  _terms:
    description:
      - References of accounts, as in the variable C(jumpserver_accounts) of a host.
    type: list
    elements: str
    required: true
  openssh:
    description: Whether to return private keys in the format of OpenSSH, whatever theirs is. It is the only one that Ansible hands to an agent.
    type: bool
    default: false
requirements:
  - pyzipper
  - openpyxl
seealso:
  - plugin: jumpserver.accounts.backup_archive
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Hand a database password to a client, without showing it
  ansible.builtin.command: mysqldump --host {{ jumpserver_asset.address }} --user {{ jumpserver_accounts[0].username }} shop
  environment:
    MYSQL_PWD: "{{ lookup('jumpserver.accounts.backup_secret', jumpserver_accounts[0].reference) }}"
  delegate_to: localhost
  no_log: true
"""

RETURN = r"""
_raw:
  description: The secrets.
  type: list
  elements: str
"""

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _opened


class LookupModule(LookupBase):
    """Secrets by the references of their accounts."""

    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        path = (variables or {}).get("jumpserver_backup_source")
        failure = ""
        found = []
        try:
            secrets = [_opened.secret(path, str(term), self._loader, self._templar) for term in terms]
            found = [_opened.data(_opened.as_openssh(secret) if self.get_option("openssh") else secret) for secret in secrets]
        except JumpServerError as error:
            failure = str(error)
        if failure:
            raise AnsibleLookupError(failure)
        return found
