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
  - jumpserver.accounts.findings
options:
  defaults:
    description:
      - Fields for every plan that does not declare them itself. A plan with a O(organizations[].plans[].crontab) or an
        O(organizations[].plans[].interval) of its own takes no part of the schedule from here.
    type: dict
    suboptions: &fields
      # begin fields of defaults
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
          - A plan that is created without any of these three fields has no schedule.
        type: bool
      crontab:
        description:
          - When to run, in five fields - minute, hour, day of the month, month, day of the week (V(0) is Sunday) - in the time zone of the server.
          - What JumpServer would accept but never run, or what would stop its scheduler, is refused.
          - An empty string clears it.
        type: str
      interval:
        description:
          - The number of hours between executions, from V(1) to V(65535). If O(defaults.crontab) is given too, the crontab is in force.
        type: int
      recipients_part_one:
        description:
          - The users who get the backup by mail. If O(defaults.recipients_part_two) has users too, they get the first half of the password only.
          - 'Each is a username, an e-mail address, a display name, an id, or C({pk: id}) as the API writes it.'
          - JumpServer up to 3.5 knows this one group only, and calls it C(recipients).
          - An empty list clears it.
        type: list
        elements: raw
        aliases:
          - recipients
      recipients_part_two:
        description:
          - The users who get the second half of the password.
          - Needs JumpServer 3.6 or later.
        type: list
        elements: raw
      backup_type:
        description:
          - 'Whether the backup goes to people by mail, or to storages. C({value: email}), as the API writes it, is taken too.'
          - Needs JumpServer 3.9 or later.
        type: str
        choices:
          - email
          - object_storage
      obj_recipients_part_one:
        description:
          - The storages that get the backup, each by name or id. Only storages of type SFTP deliver.
          - Only system administrators may list storages. With another user, write ids, or names that the plans of the organization show already.
          - Needs JumpServer 3.9 or later.
        type: list
        elements: raw
      obj_recipients_part_two:
        description:
          - The storages that get the second half of the password.
          - Needs JumpServer 3.9 or later.
        type: list
        elements: raw
      is_password_divided_by_email:
        description:
          - Whether the password is said to be divided among the mail recipients. JumpServer stores this value, but divides whenever both parts have
            recipients.
          - Needs JumpServer 3.9 or later.
        type: bool
      is_password_divided_by_obj_storage:
        description:
          - The same as O(defaults.is_password_divided_by_email), for storages.
          - Needs JumpServer 3.9 or later.
        type: bool
      zip_encrypt_password:
        description:
          - The password of the ZIP file that goes to the storages. Without one the file is not encrypted. An empty string clears it.
          - It cannot be read back, so O(update_password) decides when it is sent.
          - A password with one colon that JumpServer 3.9.0 to 4.10.16 would store as another one, or as none, is refused.
          - Needs JumpServer 3.9 or later.
        type: str
      is_active:
        description:
          - Whether the schedule is in force. A plan that is not active can still be run by hand.
          - Needs JumpServer 4.8 or later.
        type: bool
      comment:
        description:
          - A remark for people. An empty string clears it.
        type: str
      # end fields of defaults
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
      - The maximum number of plans that one run may delete. If there are more, none is deleted and the task fails.
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
      description: The organization.
      type: dict
      returned: always
      contains:
        id:
          description: The id, an empty string if the organization was not found.
          type: str
          returned: always
        name:
          description: The name.
          type: str
          returned: always
      sample: {id: 00000000-0000-0000-0000-000000000002, name: Default}
    created:
      description: Names of the plans created.
      type: list
      elements: str
      returned: always
    updated:
      description: The plans changed.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The name of the plan.
          type: str
          returned: always
        changes:
          description: The fields that differed.
          type: list
          elements: str
          returned: always
      sample: [{name: every-12h, changes: [interval]}]
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
      description: What failed.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The name of the plan, V(null) if it is the organization as a whole.
          type: str
          returned: always
        error:
          description: Why, in a sentence.
          type: str
          returned: always
      sample: [{name: nightly, error: "Backup plan 'nightly' of organization 'Default': name is longer than 128 characters."}]
  sample:
    - organization: {id: 00000000-0000-0000-0000-000000000002, name: Default}
      created: [nightly]
      updated: [{name: every-12h, changes: [interval]}]
      deleted: []
      unchanged: 3
      failed: []
summary:
  description: The totals of all organizations.
  type: dict
  returned: always
  contains:
    organizations:
      description: Number of organizations.
      type: int
      returned: always
    created:
      description: Number of plans created.
      type: int
      returned: always
    updated:
      description: Number of plans changed.
      type: int
      returned: always
    deleted:
      description: Number of plans deleted.
      type: int
      returned: always
    unchanged:
      description: Number of plans that were right already.
      type: int
      returned: always
    failed:
      description: Number of plans, and of organizations as a whole, that failed.
      type: int
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
diff:
  description: What differs in the declared fields of the plans that change, people and storages by name. A ZIP password is never shown.
  type: dict
  returned: in diff mode
  contains:
    before:
      description: For each organization, by name, its plans before, by name. A new plan is not among them.
      type: dict
      returned: always
    after:
      description: The same afterwards. A plan that is deleted is not among them.
      type: dict
      returned: always
  sample:
    before: {Default: {every-12h: {name: every-12h, interval: 6, crontab: "", is_periodic: true}}}
    after: {Default: {every-12h: {name: every-12h, interval: 12, crontab: "", is_periodic: true}}}
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans, _module, _task
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

SPEC = {
    "organization": {"type": "str"},
    "organizations": {"type": "list", "elements": "dict", "required": True, "options": _backup_plans.entry_spec()},
    "defaults": {"type": "dict", "options": _plan.option_specs()},
    "prune": {"type": "bool", "default": False},
    "prune_limit": {"type": "int"},
    "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
    "on_findings": {"type": "str", "choices": ["warn", "fail"], "default": "warn"},
    "check_accounts": {"type": "bool", "default": False},
    "update_password": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
}
TASK = _task.Task(SPEC, _backup_plans.whole_estate, organization=False, understand=_backup_plans.estate_as_options)


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
