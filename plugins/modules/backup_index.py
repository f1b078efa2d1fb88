#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_index
short_description: Write down which machines the accounts in the backups of JumpServer belong to
version_added: 1.1.0
description:
  - Writes a file, the index, that says of each account which machine it belongs to, at which address, and by which protocols and ports it is reached.
    There is no secret in it.
  - Backups of JumpServer 4.10.17 and later name no machine at all, older ones no ports. When JumpServer is lost, a backup and an index of the same
    time are what lets people in. So run this in the same job as the backup, and keep the file beside it.
  - A file that says the same already is left alone, with the date at which that was first found.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.connection
  - jumpserver.accounts.organization
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change, in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second run reports no change.
    support: full
options:
  all_organizations:
    description:
      - Write down the accounts of all organizations that the user may administer, instead of one.
    type: bool
    default: false
  path:
    description:
      - The file to write, where the task runs. A new one can be read by its owner only, one that exists keeps its permissions.
    type: path
    required: true
seealso:
  - module: jumpserver.accounts.backup_archive_info
  - module: jumpserver.accounts.backup_plan_execute
"""

EXAMPLES = r"""
- name: Back up
  jumpserver.accounts.backup_plan_execute:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    name: nightly

- name: Write down which machines the accounts belong to
  jumpserver.accounts.backup_index:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    all_organizations: true
    path: /srv/backups/index.json
"""

RETURN = r"""
accounts:
  description: The number of accounts in the index.
  type: int
  returned: always
  sample: 1042
path:
  description: The file.
  type: str
  returned: always
  sample: /srv/backups/index.json
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_index, _module, _task

SPEC = {
    "all_organizations": {"type": "bool", "default": False},
    "path": {"type": "path", "required": True},
}
TASK = _task.Task(SPEC, _backup_index.index)


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
