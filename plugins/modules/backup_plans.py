#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_plans
short_description: Manage the account backup plans of whole organizations
version_added: 1.0.0
description:
  - Brings the account backup plans of any number of JumpServer organizations to the declared state in one task. Plans that are right already cost
    next to nothing, and nothing is written for them.
  - Can delete the plans that are not declared, see O(prune).
  - With C(--check --diff) the task is a drift report.
  - A plan that cannot be, because of an unknown recipient or a crontab that would never run, fails alone. The others land, and the task then fails
    and says which did not.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.attributes.converging
  - jumpserver.accounts.connection
options:
  defaults:
    description:
      - Fields for every plan that does not declare them itself. A plan with a O(organizations[].plans[].crontab) or an
        O(organizations[].plans[].interval) of its own takes no part of the schedule from here.
    type: dict
    suboptions: &fields
      types:
        description:
          - The platform types whose accounts are backed up, such as V(linux), V(windows), V(mysql), V(switch) or V(website). Order does not matter.
          - An empty list backs up nothing.
        type: list
        elements: str
      is_periodic:
        description:
          - Whether the plan runs by itself. Giving O(defaults.crontab) or O(defaults.interval) implies V(true).
          - With V(false) the plan has no schedule, whatever O(defaults.crontab) and O(defaults.interval) say.
          - A plan that is created without any schedule option has no schedule.
        type: bool
      crontab:
        description:
          - When to run, in five words - minute, hour, day of the month, month, day of the week (V(0) is Sunday) - in the time zone of the server.
          - What JumpServer would accept but never run, or what would stop its scheduler, is refused.
          - An empty text clears it.
        type: str
      interval:
        description:
          - Run every so many hours, from V(1) to V(65535). If O(defaults.crontab) is given too, the crontab runs.
        type: int
      recipients_part_one:
        description:
          - The users who get the backup by mail. If O(defaults.recipients_part_two) has users too, they get the first half of the password only.
          - "Each is a username, an e-mail address, a display name, an id, or C({pk: id})."
          - JumpServer up to 3.5 knows this one group only, and calls it C(recipients).
        type: list
        elements: raw
        aliases: [recipients]
      recipients_part_two:
        description:
          - The users who get the second half of the password. Needs JumpServer 3.6.
        type: list
        elements: raw
      backup_type:
        description:
          - Where the backup goes. Needs JumpServer 3.9.
        type: str
        choices: [email, object_storage]
      obj_recipients_part_one:
        description:
          - The storages that get the backup, each by name or id. Only storages of type SFTP deliver. Needs JumpServer 3.9.
          - Only system administrators may list storages. With another user, write ids, or names that the plans of the organization show already.
        type: list
        elements: raw
      obj_recipients_part_two:
        description:
          - The storages that get the second half. Needs JumpServer 3.9.
        type: list
        elements: raw
      is_password_divided_by_email:
        description:
          - Whether the password is said to be divided among the mail recipients. Needs JumpServer 3.9. JumpServer stores this value, but divides
            whenever both parts have recipients.
        type: bool
      is_password_divided_by_obj_storage:
        description:
          - The same for storages. Needs JumpServer 3.9.
        type: bool
      zip_encrypt_password:
        description:
          - The password of the ZIP file that goes to the storages. Without one the file is not encrypted. An empty text clears it. Needs JumpServer 3.9.
          - It cannot be read back, so O(update_password) decides when it is sent.
        type: str
      is_active:
        description:
          - Whether the schedule is in force. A plan that is not active can still be run by hand. Needs JumpServer 4.8.
        type: bool
      comment:
        description:
          - A remark for people.
        type: str
  organization:
    description:
      - The organization of the entry in O(organizations) that names none. There can be one such entry only, as each organization has one entry.
      - It is here so that C(module_defaults) can set it for all modules. The environment variable E(JUMPSERVER_ORGANIZATION) does not count here, since
        plans must not land in an organization, or be deleted in one, that no one wrote down.
    type: str
  organizations:
    description:
      - The organizations and their plans.
    type: list
    elements: dict
    required: true
    suboptions:
      organization:
        description:
          - The organization, by name (case matters) or id. Required unless O(organization) is set.
        type: str
      plans:
        description:
          - The plans of this organization. See O(defaults) for what the fields mean.
        type: list
        elements: dict
        default: []
        suboptions:
          <<: *fields
          name:
            description:
              - The name of the plan. Blanks around it do not count, case does.
            type: str
            required: true
      prune:
        description:
          - Overrides O(prune) for this organization.
        type: bool
      allow_empty:
        description:
          - An empty list of plans together with pruning deletes all plans of the organization. It is refused unless this is V(true).
        type: bool
        default: false
  prune:
    description:
      - Whether to delete the plans that are not declared, in the organizations that are listed.
      - Deletions come last, and only in an organization in which everything else succeeded.
    type: bool
    default: false
  prune_limit:
    description:
      - The most plans that one run may delete. If there are more, none is deleted and the task fails.
    type: int
  on_error:
    description:
      - V(continue) goes on with the other plans after a failure. V(stop) writes nothing more.
      - What is known to be wrong beforehand, such as an unknown recipient, counts as a failure before the first write.
    type: str
    choices: [continue, stop]
    default: continue
  update_password:
    description:
      - When to send O(defaults.zip_encrypt_password) and O(organizations[].plans[].zip_encrypt_password). V(on_create) sends it with a new plan
        only, V(always) at each run.
    type: str
    choices: [on_create, always]
    default: on_create
seealso:
  - module: jumpserver.accounts.backup_plan
  - module: jumpserver.accounts.backup_plan_info
"""

EXAMPLES = r"""
- name: The backup plans of two organizations, and no others
  jumpserver.accounts.backup_plans:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    prune: true
    prune_limit: 5
    defaults:
      types: [linux, mysql]
      recipients: [security-officer]
    organizations:
      - organization: Default
        plans:
          - name: nightly
            crontab: "0 3 * * *"
          - name: every-12h
            interval: 12
            recipients_part_two: [cto@example.com]
      - organization: 研发中心
        plans:
          - name: 每日备份
            crontab: "30 2 * * *"

- name: Declare again what an export holds
  jumpserver.accounts.backup_plans:
    organizations: "{{ exported.organizations }}"
"""

RETURN = r"""
organizations:
  description: What happened in each organization, in the order of the option. In check mode, what would have happened.
  type: list
  elements: dict
  returned: always
  contains:
    organization:
      description: The organization, with C(id) and C(name).
      type: dict
      returned: always
    created:
      description: Names of the plans created.
      type: list
      elements: str
      returned: always
    updated:
      description: The plans changed, each with C(name) and C(changes), the options that differed.
      type: list
      elements: dict
      returned: always
    deleted:
      description: Names of the plans deleted.
      type: list
      elements: str
      returned: always
    unchanged:
      description: Number of plans that were right already.
      type: int
      returned: always
    failed:
      description: What failed, each with C(name) (V(null) if it is the organization as a whole) and C(error).
      type: list
      elements: dict
      returned: always
  sample:
    - organization: {id: 00000000-0000-0000-0000-000000000002, name: Default}
      created: [nightly]
      updated: [{name: every-12h, changes: [interval]}]
      deleted: []
      unchanged: 3
      failed: []
summary:
  description: The totals of all organizations - C(organizations), C(created), C(updated), C(deleted), C(unchanged), C(failed).
  type: dict
  returned: always
  sample: {organizations: 1, created: 1, updated: 1, deleted: 0, unchanged: 3, failed: 0}
told:
  description:
    - The same in plain words, a line for each plan that is created, changed, deleted or failed. At most twenty, and then a count.
    - In check mode, what would happen.
  type: list
  elements: str
  returned: always
  sample: ["Default: create nightly", "Default: change every-12h (interval)", "3 as declared"]
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans, _module
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan


def main():
    organization = dict(
        organization={"type": "str"},
        plans={"type": "list", "elements": "dict", "default": [], "options": dict(_plan.option_specs(), name={"type": "str", "required": True})},
        prune={"type": "bool"},
        allow_empty={"type": "bool", "default": False},
    )
    spec = dict(
        organization={"type": "str"},
        organizations={"type": "list", "elements": "dict", "required": True, "options": organization},
        defaults={"type": "dict", "options": _plan.option_specs()},
        prune={"type": "bool", "default": False},
        prune_limit={"type": "int"},
        on_error={"type": "str", "choices": ["continue", "stop"], "default": "continue"},
        update_password={"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
    )
    _module.run(spec, _backup_plans.whole_estate, organization=False, secrets=_backup_plans.estate_secrets, understand=_backup_plans.estate_as_options)


if __name__ == "__main__":
    main()
