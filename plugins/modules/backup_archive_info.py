#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_archive_info
short_description: Open a backup of JumpServer and tell what is in it
version_added: 1.1.0
description:
  - Opens the file that an account backup plan delivered, with the password of whoever received it, and tells what is in it. Two halves are put
    together.
  - No secret is returned, not even masked, nor its length, and nothing that was decrypted is written anywhere.
  - JumpServer is not needed, unless O(compare=true).
  - What cannot be opened fails the task with one sentence that says why.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.connection
  - jumpserver.accounts.attributes.info_module
options:
  archives:
    description:
      - The file, or the two halves of one run in any order.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description:
          - The path of the ZIP file, where the task runs.
        type: path
        required: true
      password:
        description:
          - The password that opens it. For a file from a mail this is the file encryption password of the user that it was sent to, for one from a
            storage the plan's ZIP password.
          - Put it in quotes. What YAML takes for a number, a date or a truth value is refused.
        type: str
  index:
    description:
      - The file that M(jumpserver.accounts.backup_index) wrote. It says which machines the accounts belong to, which backups of JumpServer 4.10.17
        and later do not.
    type: path
  max_age:
    description:
      - How old the backup may be, such as V(26h) or V(8d). An older one fails the task. Units are V(s), V(m), V(h), V(d) and V(w).
    type: str
  compare:
    description:
      - Whether to compare the backup with the accounts that JumpServer has now. Needs the connection options.
      - The accounts are those of the platform types of the backup's plan, in the organizations that the backup has accounts of.
    type: bool
    default: false
requirements:
  - pyzipper
  - openpyxl
  - requests, for O(compare=true)
seealso:
  - module: jumpserver.accounts.backup_index
  - module: jumpserver.accounts.backup_plan_execute
"""

EXAMPLES = r"""
- name: Prove that the backup of this night can be opened, and is one
  jumpserver.accounts.backup_archive_info:
    archives:
      - path: /srv/backups/nightly-20261126-030000-1795633200.123456.zip
        password: "{{ vault_zip_password }}"
    max_age: 26h
  register: backup

- name: Put two halves together and compare them with JumpServer
  jumpserver.accounts.backup_archive_info:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    archives:
      - path: /srv/backups/alice/halves-20261126-030000-1795633200.123456.zip
        password: "{{ vault_password_of_alice }}"
      - path: /srv/backups/carol/halves-20261126-030000-1795633200.234567.zip
        password: "{{ vault_password_of_carol }}"
    index: /srv/backups/index.json
    compare: true
  register: backup

- name: Every account that was there must be in it
  ansible.builtin.assert:
    that: backup.missing | difference(backup.added) | length == 0
"""

RETURN = r"""
archive:
  description: The backup. Empty if it could not be opened.
  type: dict
  returned: always
  contains:
    plan:
      description: The name of the plan, V(null) if the file was not named by JumpServer.
      type: str
      returned: success
    date:
      description: When the run made the file, in UTC, V(null) if the file was not named by JumpServer.
      type: str
      returned: success
    part:
      description: V(whole), V(front) or V(back) for one half, or V(joined) for two. A file says so only by the stars in its secrets.
      type: str
      returned: success
    encrypted:
      description: Whether the file is encrypted, of two halves whether both are.
      type: bool
      returned: success
    names_machines:
      description: Whether it is known of each account which machine it belongs to, by the backup itself or by the O(index).
      type: bool
      returned: success
    accounts:
      description: The number of accounts. Of two halves, those that could be put together.
      type: int
      returned: success
    by_type:
      description: The number of accounts of each type, by the type's display name, which is the title of the sheet.
      type: dict
      returned: success
    by_organization:
      description: The number of accounts of each organization, by name.
      type: dict
      returned: success
    without_secret:
      description: The accounts whose secret is empty in the backup.
      type: list
      elements: dict
      returned: success
      contains: &account
        organization:
          description: The organization, by name.
          type: str
          returned: always
        asset:
          description: The name of the machine, V(null) where neither backup nor index names it.
          type: str
          returned: always
        username:
          description: The name of the account on that machine.
          type: str
          returned: always
    unpaired:
      description:
        - The accounts that could not be put together, since only one half has them, or since they were changed between the two halves.
      type: list
      elements: dict
      returned: success
      contains: *account
  sample:
    plan: nightly
    date: "2026-11-26T02:00:00Z"
    part: whole
    encrypted: true
    names_machines: true
    accounts: 11
    by_type: {Linux: 9, MySQL: 1, Windows: 1}
    by_organization: {Default: 11}
    without_secret: [{organization: Default, asset: web-2, username: empty}]
    unpaired: []
missing:
  description: The accounts that JumpServer has and the backup lacks. Empty without O(compare).
  type: list
  elements: dict
  returned: always
  contains: *account
  sample: [{organization: Default, asset: web-3, username: root}]
added:
  description:
    - Those of RV(missing) that were made after the backup, so that it cannot have them. Empty without O(compare), and if the file was not named by JumpServer.
  type: list
  elements: dict
  returned: always
  contains: *account
  sample: [{organization: Default, asset: web-3, username: root}]
unknown:
  description: The accounts that the backup has and JumpServer lacks. Empty without O(compare).
  type: list
  elements: dict
  returned: always
  contains: *account
  sample: [{organization: Default, asset: null, username: root}]
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_archive_info, _module, _packages, _task

ARCHIVE = {
    "path": {"type": "path", "required": True},
    "password": {"type": "str", "no_log": True},
}
SPEC = {
    "archives": {"type": "list", "elements": "dict", "required": True, "options": ARCHIVE},
    "index": {"type": "path"},
    "max_age": {"type": "str"},
    "compare": {"type": "bool", "default": False},
}
TASK = _task.Task(
    SPEC, _backup_archive_info.info, organization=False, connects=_backup_archive_info.connects, packages=tuple(_packages.OF_ARCHIVES))


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
