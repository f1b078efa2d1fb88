#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_plan_info
short_description: Read the account backup plans of JumpServer
version_added: 1.0.0
description:
  - Returns account backup plans as they are, and the same plans written as input for M(jumpserver.accounts.backup_plans), which makes an export.
  - An unknown name or id gives an empty list.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.connection
  - jumpserver.accounts.attributes.info_module
  - jumpserver.accounts.organization
options:
  name:
    description:
      - Only the plan of exactly this name.
    type: str
  id:
    description:
      - Only the plan with this id.
    type: str
  search:
    description:
      - Only plans whose name contains this text, in any case. Several words must all be contained.
    type: str
  limit:
    description:
      - The maximum number of plans to return. With O(all_organizations), the maximum of each listing.
    type: int
  offset:
    description:
      - The number of plans to leave out at the beginning. Plans are ordered by name.
    type: int
    default: 0
  all_organizations:
    description:
      - Read all organizations that the user may administer, instead of one.
    type: bool
    default: false
  last_execution:
    description:
      - Whether to return the last run of each plan too, and the last one that JumpServer calls a success.
    type: bool
    default: false
seealso:
  - module: jumpserver.accounts.backup_plans
"""

EXAMPLES = r"""
- name: Read one plan and its last run
  jumpserver.accounts.backup_plan_info:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    name: nightly
    last_execution: true
  register: nightly

- name: Export all plans of all organizations
  jumpserver.accounts.backup_plan_info:
    all_organizations: true
  register: exported

- name: Write them down as variables of the role backup_plans (the playbook jumpserver.accounts.export also guards text that looks like a template)
  ansible.builtin.copy:
    content: "{{ {'backup_plans_organizations': exported.organizations} | to_nice_yaml(width=1000) }}"
    dest: backup_plans.yml
    mode: "0600"
"""

RETURN = r"""
backup_plans:
  description: The plans, ordered by name.
  type: list
  elements: dict
  returned: always
  contains:
    # begin a plan that is there
    id:
      description: The id of the plan. Upgrading JumpServer to 4.8 changes it, so find plans by name.
      type: str
      returned: always
    name:
      description: The name of the plan.
      type: str
      returned: always
    organization:
      description: The organization of the plan.
      type: dict
      returned: always
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
      returned: always
    crontab:
      description: The crontab in force, an empty string if there is none.
      type: str
      returned: always
    interval:
      description: The number of hours between executions, V(null) if no interval is in force.
      type: int
      returned: always
    types:
      description: The platform types.
      type: list
      elements: str
      returned: always
    recipients_part_one:
      description: The users who get the backup by mail, or the first half of the password.
      type: list
      elements: dict
      returned: always
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
      returned: with JumpServer 3.6 and later
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
      returned: with JumpServer 3.9 and later
    obj_recipients_part_one:
      description: The storages that get the backup.
      type: list
      elements: dict
      returned: with JumpServer 3.9 and later
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
      returned: with JumpServer 3.9 and later
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
      returned: with JumpServer 3.9 and later
    is_password_divided_by_obj_storage:
      description: As it is stored; JumpServer does not use it.
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
      returned: always
    periodic_display:
      description: The schedule in the server's words.
      type: str
      returned: always
    last_execution_date:
      description: When the last run started, V(null) if there was none.
      type: str
      returned: with JumpServer 4.8 and later
    created_by:
      description: Display name of the creator.
      type: str
      returned: always
    date_created:
      description: When the plan was created, in the server's time zone.
      type: str
      returned: always
    date_updated:
      description: When the plan was last saved.
      type: str
      returned: always
    # end a plan that is there
    last_execution:
      description:
        - The last run, V(null) if there was none.
        - The list of executions, which this is read from, does not tell how many accounts were packed, nor what a success of JumpServer 4.8 and later
          means, so C(delivered) of the verdict is V(false) or V(null) there.
      type: dict
      returned: if O(last_execution=true)
      contains: &run
        # begin a run
        id:
          description: The id, which M(jumpserver.accounts.backup_plan_execute) takes as C(execution_id).
          type: str
          returned: if there is a run
        status:
          description: The state - V(pending), V(running), V(success) or V(failed). A success is no proof of delivery.
          type: str
          returned: if there is a run
        date_start:
          description: When it started, in the server's time zone.
          type: str
          returned: if there is a run
        date_finished:
          description: When it ended. JumpServer before 4.8 does not tell.
          type: str
          returned: if there is a run
        duration:
          description: How long it took, in seconds.
          type: float
          returned: if there is a run
        reason:
          description: Why it failed. JumpServer 4.8 and later do not tell.
          type: str
          returned: if there is a run
        # end a run
        age:
          description: How many seconds ago it started, V(null) if the server does not tell.
          type: int
          returned: if there is a run
        verdict:
          description: What is known of the delivery, as M(jumpserver.accounts.backup_plan_execute) returns it. V(null) while the run goes on.
          type: dict
          returned: if there is a run
          contains:
            # begin a verdict
            delivered:
              description:
                - V(true) if C(accepted) and C(readable) are, and accounts were packed. V(false) if it is known that nobody received anything that can be
                  read. V(null) otherwise, also if some received theirs and others did not.
              type: bool
              returned: always
            accepted:
              description: Whether the mail servers and storages took everything that they were sent.
              type: bool
              returned: always
            readable:
              description: Whether every receiver can open the archive.
              type: bool
              returned: always
            accounts:
              description:
                - How many accounts were packed. JumpServer before 4.8 does not tell; there the accounts of the plan's types are counted in the organization.
              type: int
              returned: always
            recipients:
              description: What is known of each recipient or storage.
              type: list
              elements: dict
              returned: always
              contains:
                name:
                  description: How the server shows it.
                  type: str
                  returned: always
                part:
                  description: V(1) or V(2), or V(null) if the secrets are not divided.
                  type: int
                  returned: always
                accepted:
                  description: Whether the backup was taken for it.
                  type: bool
                  returned: always
                readable:
                  description: Whether what it receives can be opened.
                  type: bool
                  returned: always
              sample:
                - name: Alice
                  part: null
                  accepted: true
                  readable: true
            reasons:
              description: Why, one sentence each.
              type: list
              elements: str
              returned: always
            # end a verdict
          # begin sample of a verdict
          sample:
            delivered: true
            accepted: true
            readable: true
            accounts: 42
            recipients:
              - name: Alice
                part: null
                accepted: true
                readable: true
            reasons: []
          # end sample of a verdict
      # begin sample of a judged run
      sample:
        id: 8963e966-1bb8-40bb-ad4d-0966613ff26e
        status: success
        date_start: 2026/11/24 17:30:36 +0800
        date_finished: 2026/11/24 17:30:36 +0800
        duration: 0.25
        reason: null
        age: 61200
        verdict:
          delivered: null
          accepted: true
          readable: true
          accounts: null
          recipients:
            - name: Alice
              part: null
              accepted: true
              readable: true
          reasons: []
      # end sample of a judged run
    last_success:
      description: The last run that JumpServer calls a success, V(null) if there was none.
      type: dict
      returned: if O(last_execution=true)
      contains: *run
      sample: {id: 8963e966-1bb8-40bb-ad4d-0966613ff26e, status: success, age: 61200}
  # begin sample of plans
  sample:
    - id: 7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001
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
  # end sample of plans
organizations:
  description:
    - The same plans as input for the option O(jumpserver.accounts.backup_plans#module:organizations). With all organizations, those without plans are
      among them.
    - Recipients are given by username if the user may list users, else by id. A ZIP password cannot be read, so it is not part of it.
  type: list
  elements: dict
  returned: always
  contains:
    organization:
      description: The organization, by its name where that leads back to it, else by its id.
      type: str
      returned: always
    plans:
      description: Its plans, with the fields as options.
      type: list
      elements: dict
      returned: always
  sample:
    - organization: Default
      plans: [{name: nightly, crontab: 0 3 * * *, types: [linux], recipients_part_one: [security-officer], comment: ""}]
estate:
  description:
    - The same as variables of the role P(jumpserver.accounts.backup_plans#role), with what all plans share written once.
  type: dict
  returned: always
  contains:
    backup_plans_defaults:
      description: The fields that all plans share.
      type: dict
      returned: always
    backup_plans_organizations:
      description: The organizations with what is left.
      type: list
      elements: dict
      returned: always
  sample:
    backup_plans_defaults: {types: [linux], recipients_part_one: [security-officer], comment: ""}
    backup_plans_organizations:
      - organization: Default
        plans: [{name: nightly, crontab: 0 3 * * *}, {name: weekly, crontab: 0 4 * * 0}]
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plan_info, _module, _task

SPEC = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "search": {"type": "str"},
    "limit": {"type": "int"},
    "offset": {"type": "int", "default": 0},
    "all_organizations": {"type": "bool", "default": False},
    "last_execution": {"type": "bool", "default": False},
}
TASK = _task.Task(SPEC, _backup_plan_info.info, mutually_exclusive=[("name", "id", "search")])


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
