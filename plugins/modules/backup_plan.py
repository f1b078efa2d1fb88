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
  - What is not declared is left alone. An empty text or list clears a field.
  - To manage many plans, use M(jumpserver.accounts.backup_plans), which is far faster than a loop.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.attributes.converging
  - jumpserver.accounts.connection
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
  description: The plan as it is now, or as it would be in check mode. Empty if there is none.
  type: dict
  returned: always
  contains:
    id:
      description: The id of the plan, V(null) for one that check mode did not create. Upgrading JumpServer to 4.8 changes it, so find plans by name.
      type: str
      returned: always
    name:
      description: The name.
      type: str
      returned: always
    organization:
      description: The organization, with C(id) and C(name).
      type: dict
      returned: always
    is_periodic:
      description: Whether the plan runs by itself.
      type: bool
      returned: always
    crontab:
      description: The crontab in force, empty if there is none.
      type: str
      returned: always
    interval:
      description: The interval in force in hours, V(null) if there is none.
      type: int
      returned: always
    types:
      description: The platform types.
      type: list
      elements: str
      returned: always
    recipients_part_one:
      description: The mail recipients, each with C(id) and display C(name).
      type: list
      elements: dict
      returned: always
    recipients_part_two:
      description: The recipients of the second half.
      type: list
      elements: dict
      returned: with JumpServer 3.6 and later
    backup_type:
      description: V(email) or V(object_storage).
      type: str
      returned: with JumpServer 3.9 and later
    obj_recipients_part_one:
      description: The storages, each with C(id) and C(name).
      type: list
      elements: dict
      returned: with JumpServer 3.9 and later
    obj_recipients_part_two:
      description: The storages of the second half.
      type: list
      elements: dict
      returned: with JumpServer 3.9 and later
    is_password_divided_by_email:
      description: As stored; see the option.
      type: bool
      returned: with JumpServer 3.9 and later
    is_password_divided_by_obj_storage:
      description: As stored; see the option.
      type: bool
      returned: with JumpServer 3.9 and later
    is_active:
      description: Whether the schedule is in force.
      type: bool
      returned: with JumpServer 4.8 and later
    comment:
      description: The remark.
      type: str
      returned: always
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
      returned: with JumpServer 4.8 and later
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
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans, _module
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan


def main():
    spec = dict(
        _plan.option_specs(),
        name={"type": "str"},
        id={"type": "str"},
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        update_password={"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
    )
    _module.run(
        spec, _backup_plans.one_plan, secrets=_backup_plans.plan_secrets, understand=_plan.as_options, required_one_of=[("name", "id")])


if __name__ == "__main__":
    main()
