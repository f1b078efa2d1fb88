#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_plan
short_description: Manage an account backup plan of JumpServer
version_added: 1.0.0
description:
  - Creates, changes, renames and deletes one account backup plan. Such a plan sends the secrets of the accounts that JumpServer keeps to trusted
    people or to a storage, on a schedule. It is the way back in when JumpServer is lost.
  - Works the same with JumpServer 3.0 to 4.10.
  - What is not declared is left alone. An empty string or list clears a field.
  - To manage many plans, use M(jumpserver.accounts.backup_plans), which is far faster than a loop.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.attributes.converging
  - jumpserver.accounts.connection
  - jumpserver.accounts.findings
  - jumpserver.accounts.organization
  - jumpserver.accounts.plan
options:
  name:
    description:
      - The name of the plan. Blanks around it do not count, case does. With O(id), the plan is renamed to it.
      - A name with a slash is refused for a new plan, since every run of such a plan fails.
      - One of O(name) and O(id) is required.
    type: str
  id:
    description:
      - The id of the plan, instead of its name. A plan with an unknown id is not created.
    type: str
  state:
    description:
      - Whether the plan should exist.
    type: str
    choices: [present, absent]
    default: present
  update_password:
    description:
      - When to send O(zip_encrypt_password). V(on_create) sends it with a new plan only, V(always) at each run.
    type: str
    choices: [on_create, always]
    default: on_create
seealso:
  - module: jumpserver.accounts.backup_plans
  - module: jumpserver.accounts.backup_plan_info
  - module: jumpserver.accounts.backup_plan_execute
"""

EXAMPLES = r"""
- name: A nightly backup of the Linux accounts, for two people with one half of the password each
  jumpserver.accounts.backup_plan:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    name: nightly
    types: [linux]
    crontab: "0 3 * * *"
    recipients_part_one: [security-officer]
    recipients_part_two: [cto@example.com]

- name: Run it every twelve hours instead, and change nothing else
  jumpserver.accounts.backup_plan:
    name: nightly
    interval: 12

- name: To a storage, in an organization with a Chinese name
  jumpserver.accounts.backup_plan:
    organization: 研发中心
    name: 每日备份
    types: [linux, mysql]
    crontab: "30 2 * * *"
    backup_type: object_storage
    obj_recipients_part_one: [sftp-main]
    zip_encrypt_password: "{{ vault_zip_password }}"

- name: Rename a plan
  jumpserver.accounts.backup_plan:
    id: 7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001
    name: nightly-linux

- name: Remove a plan
  jumpserver.accounts.backup_plan:
    name: nightly-linux
    state: absent
"""

RETURN = r"""
backup_plan:
  description:
    - The plan as it is now, or as it would be in check mode. Empty if there is none.
    - A plan that check mode did not create has the declared fields only, and V(null) for C(id).
  type: dict
  returned: always
  contains:
    # begin a plan that may be there
    id:
      description: The id of the plan. Upgrading JumpServer to 4.8 changes it, so find plans by name.
      type: str
      returned: if there is a plan
    name:
      description: The name of the plan.
      type: str
      returned: if there is a plan
    organization:
      description: The organization of the plan.
      type: dict
      returned: if there is a plan
      contains:
        id:
          description: The id.
          type: str
          returned: always
        name:
          description: The name, as the server shows it.
          type: str
          returned: always
      sample:
        id: 00000000-0000-0000-0000-000000000002
        name: Default
    is_periodic:
      description: Whether the plan runs by itself.
      type: bool
      returned: if there is a plan
    crontab:
      description: The crontab in force, an empty string if there is none.
      type: str
      returned: if there is a plan
    interval:
      description: The number of hours between executions, V(null) if no interval is in force.
      type: int
      returned: if there is a plan
    types:
      description: The platform types.
      type: list
      elements: str
      returned: if there is a plan
    recipients_part_one:
      description: The users who get the backup by mail, or the first half of the password.
      type: list
      elements: dict
      returned: if there is a plan
      contains:
        id:
          description: The id.
          type: str
          returned: always
        name:
          description: The name, as the server shows it.
          type: str
          returned: always
      sample:
        - id: 8e3b36f2-9b3c-4f0d-a3a5-2d4d6b8e0a11
          name: Security Officer
    recipients_part_two:
      description: The users who get the second half of the password.
      type: list
      elements: dict
      returned: if there is a plan, with JumpServer 3.6 and later
      contains:
        id:
          description: The id.
          type: str
          returned: always
        name:
          description: The name, as the server shows it.
          type: str
          returned: always
      sample:
        - id: 8e3b36f2-9b3c-4f0d-a3a5-2d4d6b8e0a11
          name: Security Officer
    backup_type:
      description: V(email) or V(object_storage).
      type: str
      returned: if there is a plan, with JumpServer 3.9 and later
    obj_recipients_part_one:
      description: The storages that get the backup.
      type: list
      elements: dict
      returned: if there is a plan, with JumpServer 3.9 and later
      contains:
        id:
          description: The id.
          type: str
          returned: always
        name:
          description: The name, as the server shows it.
          type: str
          returned: always
      sample:
        - id: 5b1f0c9e-7a77-4d52-8a8e-0f4c2f1d3b22
          name: sftp-main
    obj_recipients_part_two:
      description: The storages that get the second half of the password.
      type: list
      elements: dict
      returned: if there is a plan, with JumpServer 3.9 and later
      contains:
        id:
          description: The id.
          type: str
          returned: always
        name:
          description: The name, as the server shows it.
          type: str
          returned: always
      sample:
        - id: 5b1f0c9e-7a77-4d52-8a8e-0f4c2f1d3b22
          name: sftp-main
    is_password_divided_by_email:
      description: As it is stored; JumpServer does not use it.
      type: bool
      returned: if there is a plan, with JumpServer 3.9 and later
    is_password_divided_by_obj_storage:
      description: As it is stored; JumpServer does not use it.
      type: bool
      returned: if there is a plan, with JumpServer 3.9 and later
    is_active:
      description: Whether the schedule is in force.
      type: bool
      returned: if there is a plan, with JumpServer 4.8 and later
    comment:
      description: The remark.
      type: str
      returned: if there is a plan
    executed_amount:
      description: How often the plan has run.
      type: int
      returned: if the plan exists
    periodic_display:
      description: The schedule in the server's words.
      type: str
      returned: if the plan exists
    last_execution_date:
      description: When the last run started, V(null) if there was none.
      type: str
      returned: if the plan exists, with JumpServer 4.8 and later
    created_by:
      description: Display name of the creator.
      type: str
      returned: if the plan exists
    date_created:
      description: When the plan was created, in the server's time zone.
      type: str
      returned: if the plan exists
    date_updated:
      description: When the plan was last saved.
      type: str
      returned: if the plan exists
    # end a plan that may be there
  # begin sample of a plan
  sample:
    id: 7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001
    name: nightly
    organization:
      id: 00000000-0000-0000-0000-000000000002
      name: Default
    is_periodic: true
    crontab: 0 3 * * *
    interval: null
    types:
      - linux
      - mysql
    recipients_part_one:
      - id: 8e3b36f2-9b3c-4f0d-a3a5-2d4d6b8e0a11
        name: Security Officer
    recipients_part_two: []
    backup_type: email
    obj_recipients_part_one: []
    obj_recipients_part_two: []
    is_password_divided_by_email: true
    is_password_divided_by_obj_storage: true
    is_active: true
    comment: ''
    executed_amount: 12
    periodic_display: Crontab ( 0 3 * * * )
    last_execution_date: 2026/11/24 03:00:00 +0800
    created_by: Administrator
    date_created: 2026/11/12 10:15:02 +0800
    date_updated: 2026/11/12 10:15:02 +0800
  # end sample of a plan
operation:
  description: What was done.
  type: str
  choices: [created, updated, deleted, unchanged]
  returned: always
  sample: updated
changes:
  description: The options that differed.
  type: list
  elements: str
  returned: always
  sample: [crontab, comment]
diff:
  description: What differs in the declared fields, people and storages by name. A ZIP password is never shown.
  type: dict
  returned: in diff mode
  contains:
    before:
      description: The plan before, empty for a new one.
      type: dict
      returned: always
    after:
      description: The plan afterwards, empty for one that is deleted.
      type: dict
      returned: always
  sample:
    before: {name: nightly, interval: 12, crontab: "", is_periodic: true}
    after: {name: nightly, interval: null, crontab: 0 3 * * *, is_periodic: true}
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans, _module, _task
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

SPEC = dict(
    _plan.option_specs(),
    name={"type": "str"},
    id={"type": "str"},
    state={"type": "str", "choices": ["present", "absent"], "default": "present"},
    on_findings={"type": "str", "choices": ["warn", "fail"], "default": "warn"},
    check_accounts={"type": "bool", "default": False},
    update_password={"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
)
TASK = _task.Task(SPEC, _backup_plans.one_plan, understand=_plan.as_options, required_one_of=[("name", "id")])


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
