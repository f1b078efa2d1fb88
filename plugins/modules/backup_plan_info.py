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
      - At most so many plans. With O(all_organizations), at most so many of each listing.
    type: int
  offset:
    description:
      - Leave out so many plans at the beginning. Plans are ordered by name.
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
  description: The plans.
  type: list
  elements: dict
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
    last_execution:
      description:
        - The last run, V(null) if there was none. It has C(id), C(status) (V(pending), V(running), V(success) or V(failed)), C(date_start),
          C(date_finished), C(duration) in seconds, and C(reason), further C(age), the seconds since it started, and C(verdict), as
          M(jumpserver.accounts.backup_plan_execute) returns it, as far as the list of executions tells. A success is no proof of delivery.
        - The list does not tell how many accounts were packed, nor what a success of JumpServer 4.8 and later means, so their C(verdict.delivered) is
          V(false) or V(null).
      type: dict
      returned: if O(last_execution=true)
    last_success:
      description: The last run that JumpServer calls a success, with the same keys, V(null) if there was none.
      type: dict
      returned: if O(last_execution=true)
organizations:
  description:
    - The same plans as input for the option O(jumpserver.accounts.backup_plans#module:organizations).
    - Recipients are given by username if the user may list users, else by id. A ZIP password cannot be read, so it is not part of it.
  type: list
  elements: dict
  returned: always
  sample:
    - organization: Default
      plans: [{name: nightly, crontab: 0 3 * * *, types: [linux], recipients_part_one: [security-officer], comment: ""}]
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plan_info, _module


def main():
    spec = dict(
        name={"type": "str"},
        id={"type": "str"},
        search={"type": "str"},
        limit={"type": "int"},
        offset={"type": "int", "default": 0},
        all_organizations={"type": "bool", "default": False},
        last_execution={"type": "bool", "default": False},
    )
    _module.run(spec, _backup_plan_info.info, mutually_exclusive=[("name", "id", "search")])


if __name__ == "__main__":
    main()
