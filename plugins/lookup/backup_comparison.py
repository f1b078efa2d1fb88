# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: backup_comparison
short_description: The opened backups of JumpServer beside what the server has now
version_added: 1.1.0
description:
  - Used by the role P(jumpserver.accounts.backup_drill#role). Compares the backups that the inventory P(jumpserver.accounts.backup_archive#inventory)
    opened with an index that was written just now, so that no password and no secret leaves the memory of Ansible.
  - The accounts of the server are those of the platform types of each backup's plan, as in M(jumpserver.accounts.backup_archive_info).
author:
  - jumpserver.accounts contributors (@jumpserver)
options:
  _terms:
    description:
      - The path of an index on the controller, which M(jumpserver.accounts.backup_index) wrote of all organizations.
    type: list
    elements: str
    required: true
  plans:
    description:
      - The plans that the server has, as M(jumpserver.accounts.backup_plan_info) returns them in RV(jumpserver.accounts.backup_plan_info#module:backup_plans).
    type: list
    elements: dict
    required: true
requirements:
  - pyzipper
  - openpyxl
seealso:
  - module: jumpserver.accounts.backup_archive_info
"""

EXAMPLES = r"""
- name: Tell how many accounts the backups lack
  ansible.builtin.debug:
    msg: "{{ query('jumpserver.accounts.backup_comparison', '/srv/now/index.json', plans=existing.backup_plans) }}"
"""

RETURN = r"""
_raw:
  description:
    - "One entry for each plan and organization: C(plan), C(organization), C(plan_exists), and the numbers of accounts C(in_backup), C(on_server),
      C(missing) (the backup lacks them), C(added) (those of them that were made after it) and C(unknown) (the server lacks them). C(lacks)
      says whether any was there before. C(sent_to) holds the names of the users or storages that receive C(part_one) and C(part_two)."
  type: list
  elements: dict
"""

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _opened


class LookupModule(LookupBase):
    """Rows for each index."""

    def run(self, terms, variables=None, **kwargs):
        self.set_options(var_options=variables, direct=kwargs)
        path = (variables or {}).get("jumpserver_backup_source")
        failure = ""
        found = []
        try:
            for term in terms:
                found += _opened.compared(path, str(term), self.get_option("plans"), self._loader, self._templar)
        except JumpServerError as error:
            failure = str(error)
        if failure:
            raise AnsibleLookupError(failure)
        return _opened.data(found)
