#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_audit
short_description: Tell what is wrong with the account backups of a JumpServer
version_added: 1.1.0
description:
  - JumpServer backs up the secrets of its accounts by plans, one or more in each organization. Nobody is told when a plan stops, fails, sends to somebody
    who has left, or when accounts are in no plan at all. This module looks at all organizations at once and returns what it finds, each with what to do.
  - It can compare with a declaration, as M(jumpserver.accounts.backup_plans) takes it, and with the records of drills.
  - It writes reports for people and for programs, see O(report).
  - A risk can be accepted with a reason and until a day, see O(ignore). It is shown as accepted then.
  - Requests grow with organizations, platform types and the runs of the last days, not with plans. No secret is read.
  - What the user of the credential may not see is no error. It is named in RV(unseen), and in a warning.
author:
  - jumpserver.accounts contributors (@jumpserver)
extends_documentation_fragment:
  - jumpserver.accounts.attributes
  - jumpserver.accounts.connection
attributes:
  check_mode:
    description: Can run in check mode, and reads just the same then. No report is written.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change, in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second run reports no change.
    support: partial
    details:
      - The time of the audit stands in every report, so one that is written is changed at each run.
options:
  organization:
    description:
      - The organization to look at, by name (case matters) or id, instead of all that the user may administer.
      - The administrator of a custom organization of a community edition has to name it here or in O(organizations), as no such server tells him.
      - The environment variable E(JUMPSERVER_ORGANIZATION) does not count here.
    type: str
  defaults:
    description:
      - Fields for every declared plan that does not declare them itself, as in M(jumpserver.accounts.backup_plans).
    type: dict
    suboptions: &fields
      # begin fields of a declaration
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
          - It cannot be read back, so O(jumpserver.accounts.backup_plans#module:update_password) decides when it is sent.
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
      # end fields of a declaration
  organizations:
    description:
      - A declaration as M(jumpserver.accounts.backup_plans) takes it. Plans that are missing, differ, or are not declared are findings then.
    type: list
    elements: dict
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
          - Has no meaning here. Plans that are not declared are found whether they would be pruned or not.
        type: bool
      allow_empty:
        description:
          - Has no meaning here.
        type: bool
        default: false
  max_age:
    description:
      - How old the last successful run of a plan may be, such as V(26h) or V(8d). Units are V(s), V(m), V(h), V(d) and V(w).
      - Without it the schedule of a plan decides. A plan is overdue when the last two runs that should have been did not succeed.
    type: str
  max_ages:
    description:
      - The same for single plans.
    type: list
    elements: dict
    default: []
    suboptions:
      organization:
        description:
          - The name or id of the organization. Without it the entry counts for plans of this name in all.
        type: str
      plan:
        description:
          - The name of the plan.
        type: str
        required: true
      max_age:
        description:
          - How old its last successful run may be.
        type: str
        required: true
  drills:
    description:
      - The folder of the records that the role C(jumpserver.accounts.backup_drill) writes, or one of them. A plan whose backup no drill has opened is a
        finding then.
    type: path
  max_drill_age:
    description:
      - How old the last drill that opened a backup of a plan may be, such as V(90d). Needs O(drills).
    type: str
  index:
    description:
      - The file that M(jumpserver.accounts.backup_index) writes. Backups of JumpServer 4.10.17 and later do not say which machine a secret belongs to, which
        is a finding as long as this file is not there.
    type: path
  fail_on:
    description:
      - Fail if there is a finding of this severity or a worse one, after the reports were written. Accepted risks do not count.
    type: str
    choices: [none, low, medium, high]
    default: none
  ignore:
    description:
      - Risks that were accepted.
    type: list
    elements: dict
    default: []
    suboptions:
      rule:
        description:
          - The id of the rule, as findings have it.
        type: str
        required: true
      organization:
        description:
          - The name or id of the organization. Without it the entry counts for all.
        type: str
      plan:
        description:
          - The name of the plan. Without it the entry counts for all plans, and for the organization as a whole.
        type: str
      reason:
        description:
          - Why the risk is accepted. It is shown in the reports.
        type: str
        required: true
      until:
        description:
          - The last day on which it is accepted, such as V(2026-12-31). Without it, for ever.
        type: str
  report:
    description:
      - Which reports to write, and where. The paths are on the machine on which the task runs, usually the controller.
      - A new file can be read by its owner and group only, one that exists keeps its permissions.
    type: dict
    suboptions:
      html:
        description:
          - One page that needs no network, for people. Needs the Python package C(jinja2), which ansible-core brings along.
        type: path
      markdown:
        description:
          - For a ticket or a merge request.
        type: path
      json:
        description:
          - What the module returns, for programs.
        type: path
      openmetrics:
        description:
          - For the textfile collector of Prometheus. The name has to end in C(.prom) there.
        type: path
      junit:
        description:
          - For CI systems.
        type: path
seealso:
  - module: jumpserver.accounts.backup_plans
  - module: jumpserver.accounts.backup_plan_info
  - module: jumpserver.accounts.backup_index
"""

EXAMPLES = r"""
- name: What is wrong with our backups?
  jumpserver.accounts.backup_audit:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    report:
      html: /srv/reports/backups.html
  register: audit

- name: Show it
  ansible.builtin.debug:
    msg: "{{ audit.findings }}"

- name: Fail if it is bad, compare with the declaration, and feed monitoring
  jumpserver.accounts.backup_audit:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    defaults:
      recipients: [security-officer]
    organizations:
      - organization: Default
        plans:
          - name: nightly
            types: [linux]
            crontab: "0 3 * * *"
    max_age: 26h
    drills: /srv/records
    max_drill_age: 90d
    index: /srv/backups/index.json
    fail_on: high
    ignore:
      - rule: one-recipient
        organization: Default
        reason: The safe holds a sealed envelope with the second password.
        until: "2027-06-30"
    report:
      openmetrics: /var/lib/node_exporter/jumpserver_backup.prom
      junit: reports/backups.xml
"""

RETURN = r"""
findings:
  description: What is wrong, the worst first. Accepted risks are not among it.
  type: list
  elements: dict
  returned: always
  contains: &finding
    rule:
      description: The id of the rule, which stays the same between releases.
      type: str
      returned: always
    severity:
      description: One of V(high), V(medium) and V(low).
      type: str
      returned: always
    organization:
      description: The name of the organization, V(null) if it is about the whole server.
      type: str
      returned: always
    plan:
      description: The name of the backup plan, V(null) if it is about the organization as a whole.
      type: str
      returned: always
    message:
      description: The fact.
      type: str
      returned: always
    advice:
      description: What to do.
      type: str
      returned: always
  sample:
    - rule: overdue
      severity: high
      organization: Default
      plan: nightly
      message: "its last successful run is too old: it began 3 days ago, and 26 hours are allowed"
      advice: see why no run succeeds, and execute the plan
accepted:
  description: The findings that are accepted risks.
  type: list
  elements: dict
  returned: always
  contains:
    <<: *finding
    reason:
      description: Why it is accepted.
      type: str
      returned: always
    until:
      description: The last day, V(null) for ever.
      type: str
      returned: always
  sample:
    - rule: one-recipient
      severity: low
      organization: Default
      plan: nightly
      message: one part of the plan has one receiver only, and without that one nothing can be read
      advice: name a second one
      reason: The safe holds a sealed envelope with the second password.
      until: "2027-06-30"
summary:
  description: Counts of findings by severity, and of what was looked at.
  type: dict
  returned: always
  contains:
    high:
      description: Number of findings of severity V(high).
      type: int
      returned: always
    medium:
      description: Number of findings of severity V(medium).
      type: int
      returned: always
    low:
      description: Number of findings of severity V(low).
      type: int
      returned: always
    accepted:
      description: Number of accepted risks.
      type: int
      returned: always
    organizations:
      description: Number of organizations that were looked at.
      type: int
      returned: always
    plans:
      description: Number of backup plans that were looked at.
      type: int
      returned: always
    accounts:
      description: Number of accounts in these organizations, V(null) where they could not be counted.
      type: int
      returned: always
    covered:
      description: How many of them have a type that an active plan with a schedule backs up.
      type: int
      returned: always
  sample: {high: 1, medium: 0, low: 2, accepted: 0, organizations: 3, plans: 7, accounts: 412, covered: 398}
organizations:
  description: What was looked at, by organization.
  type: list
  elements: dict
  returned: always
  contains:
    organization:
      description: The name of the organization.
      type: str
      returned: always
    id:
      description: Its id.
      type: str
      returned: always
    plans:
      description: Its backup plans.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The name of the plan.
          type: str
          returned: always
        id:
          description: Its id.
          type: str
          returned: always
        is_active:
          description: Whether its schedule is in force.
          type: bool
          returned: always
        types:
          description: The platform types whose accounts it backs up.
          type: list
          elements: str
          returned: always
        backup_type:
          description: Where it sends to, V(email) or V(object_storage).
          type: str
          returned: always
        schedule:
          description: When it runs, in words.
          type: str
          returned: always
        max_age:
          description: How many seconds old the last successful run may be, V(null) where the schedule decides.
          type: float
          returned: always
        last_execution:
          description: The last run, V(null) if there is none.
          type: dict
          returned: always
          contains: &run
            id:
              description: The id of the run.
              type: str
              returned: always
            status:
              description: One of V(pending), V(running), V(success) and V(failed), as JumpServer tells it.
              type: str
              returned: always
            date_start:
              description: When it began, in the time zone of the server.
              type: str
              returned: always
            reason:
              description: Why it failed, as far as JumpServer tells that.
              type: str
              returned: always
            age:
              description: How many seconds ago it began.
              type: int
              returned: always
            delivered:
              description: Whether everything arrived and can be read, as far as the list of runs tells, see M(jumpserver.accounts.backup_plan_execute).
              type: bool
              returned: always
        last_success:
          description: The last successful run, V(null) if there is none.
          type: dict
          returned: always
          contains: *run
        next_run:
          description: When it runs next, V(null) if never or not known.
          type: str
          returned: always
        proved:
          description: When a drill last opened a backup of it, V(null) if never or not known.
          type: str
          returned: always
        runs:
          description: The runs of the last days, newest first.
          type: list
          elements: dict
          returned: always
          contains:
            date:
              description: The day on which it began, in the time zone of the server.
              type: str
              returned: always
            status:
              description: As of RV(organizations[].plans[].last_execution).
              type: str
              returned: always
    coverage:
      description: The accounts by platform type, V(null) where they may not be read.
      type: list
      elements: dict
      returned: always
      contains:
        type:
          description: The platform type.
          type: str
          returned: always
        accounts:
          description: How many accounts have it.
          type: int
          returned: always
        covered:
          description: Whether an active plan with a schedule backs it up.
          type: bool
          returned: always
  sample:
    - organization: Default
      id: 00000000-0000-0000-0000-000000000002
      plans:
        - name: nightly
          id: 5f2b6f3c-9d1e-4c58-8a41-0b6f4de1c2a7
          is_active: true
          types: [linux]
          backup_type: email
          schedule: crontab 0 3 * * *
          max_age: null
          last_execution: &run_sample
            id: 96857c3a-a225-459e-a18a-df1ad58834fc
            status: success
            date_start: 2026/11/26 03:00:00 +0800
            reason: null
            age: 3600
            delivered: null
          last_success: *run_sample
          next_run: "2026-11-27T03:00:00+08:00"
          proved: null
          runs: [{date: "2026-11-26", status: success}]
      coverage: [{type: linux, accounts: 12, covered: true}]
told:
  description: The findings in plain words, at most twenty and then a count, and the totals.
  type: list
  elements: str
  returned: always
  sample:
    - "high: Organization 'Default': accounts are in no backup plan that is active and has a schedule: 3 of type mysql; add their types to a plan."
    - "7 plans in 3 organizations: 1 high, 0 medium, 0 low, 0 accepted"
unseen:
  description: What could not be looked at, in sentences.
  type: list
  elements: str
  returned: always
  sample: []
date:
  description: When the audit looked, by the clock of the server.
  type: str
  returned: success
  sample: "2026-11-25T20:00:00Z"
server:
  description: The address of JumpServer.
  type: str
  returned: success
  sample: https://jump.example.com
days:
  description: The days of which RV(organizations[].plans[].runs) tells, newest first, in the time zone of the server.
  type: list
  elements: str
  returned: success
  sample: ["2026-11-26", "2026-11-25"]
runs_since:
  description: The first of these days. Earlier runs are not told.
  type: str
  returned: success
  sample: "2026-11-20"
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_audit, _backup_plans, _module, _task
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

AGE = {
    "organization": {"type": "str"},
    "plan": {"type": "str", "required": True},
    "max_age": {"type": "str", "required": True},
}
ACCEPTANCE = {
    "rule": {"type": "str", "required": True},
    "organization": {"type": "str"},
    "plan": {"type": "str"},
    "reason": {"type": "str", "required": True},
    "until": {"type": "str"},
}
SPEC = {
    "organization": {"type": "str"},
    "defaults": {"type": "dict", "options": _plan.option_specs()},
    "organizations": {"type": "list", "elements": "dict", "options": _backup_plans.entry_spec()},
    "max_age": {"type": "str"},
    "max_ages": {"type": "list", "elements": "dict", "default": [], "options": AGE},
    "drills": {"type": "path"},
    "max_drill_age": {"type": "str"},
    "index": {"type": "path"},
    "fail_on": {"type": "str", "choices": ["none", "low", "medium", "high"], "default": "none"},
    "ignore": {"type": "list", "elements": "dict", "default": [], "options": ACCEPTANCE},
    "report": {"type": "dict", "options": {kind: {"type": "path"} for kind in ("html", "markdown", "json", "openmetrics", "junit")}},
}
TASK = _task.Task(
    SPEC, _backup_audit.audit, organization=False, understand=_backup_plans.estate_as_options, required_by={"max_drill_age": ["drills"]})


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
