#!/usr/bin/python

# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: backup_plan_execute
short_description: Run an account backup plan of JumpServer and judge the result
version_added: 1.0.0
description:
  - Starts an account backup plan now, waits for the end of the run, and tells what is known of its delivery.
  - JumpServer reports many runs as a success that delivered nothing, so the RV(verdict) is separate from the status of the RV(execution).
  - A plan that can deliver nothing, having no recipients or no types, is not even started, unless O(on_undelivered=warn).
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
    details:
      - The plan is read and judged, and nothing is started. A plan that does not exist is no error then, since an earlier task may declare it.
  diff_mode:
    description: Returns details on what has changed, or would change, in diff mode.
    support: none
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second run reports no change.
    support: none
    details:
      - Each task with O(name) or O(id) starts one more run. With O(execution_id) nothing is started.
options:
  name:
    description:
      - The name of the plan to run.
      - Exactly one of O(name), O(id) and O(execution_id) is required.
    type: str
  id:
    description:
      - The id of the plan to run.
    type: str
  execution_id:
    description:
      - The id of an execution that was started earlier. Nothing is started, its state is read, and waited for if O(wait=true).
    type: str
  readable_by:
    description:
      - Users who are known to be able to open the archives that they receive, having set a file encryption password. Usernames, e-mail addresses,
        display names or ids; those who receive nothing from this plan do not matter.
      - JumpServer 4.8 and later do not tell who has such a password, so RV(verdict.readable) and RV(verdict.delivered) are V(null) there for
        recipients who are not named here or in O(drill_records). Earlier versions tell it, and what they tell counts.
    type: list
    elements: str
    version_added: 1.1.0
  drill_records:
    description:
      - The folder of the records that the role P(jumpserver.accounts.backup_drill#role) wrote, or one of them, where the task runs.
      - Recipients whose key opened a backup of this plan in the newest drill that opened one are known to be able to open theirs, as if O(readable_by)
        named them. The C(holder) of a key must be called as O(readable_by) would call the user. Whoever is called otherwise proves nothing.
      - Records that are not there or cannot be read are a warning.
    type: path
    version_added: 1.1.0
  wait:
    description:
      - Whether to wait for the end of the run. Without waiting, the verdict is open.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds to wait for the end of the run, 1 or more. The run goes on when they are over.
      - A server that answers with an error meanwhile, or that is restarted, is waited for too.
    type: int
    default: 1800
  start_timeout:
    description:
      - How many seconds to wait until one of JumpServer's workers takes the run, 1 or more.
    type: int
    default: 120
  on_undelivered:
    description:
      - What to do about a run that is known to deliver nothing. V(fail) fails, before starting it where that is known beforehand. V(warn) goes on.
      - A run that JumpServer itself reports as failed always fails the task.
    type: str
    choices: [fail, warn]
    default: fail
seealso:
  - module: jumpserver.accounts.backup_plan_info
"""

EXAMPLES = r"""
- name: Run a plan and wait for the result
  jumpserver.accounts.backup_plan_execute:
    api_url: https://jump.example.com
    access_key_id: 1b4e28ba-2fa1-11d2-883f-0016d3cca427
    access_key_secret: "{{ vault_jumpserver_secret }}"
    name: nightly

- name: Start it only
  jumpserver.accounts.backup_plan_execute:
    name: nightly
    wait: false
  register: started

- name: Wait for it later
  jumpserver.accounts.backup_plan_execute:
    execution_id: "{{ started.execution.id }}"
"""

RETURN = r"""
execution:
  description: The run. Empty if nothing was started.
  type: dict
  returned: always
  contains:
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
  # begin sample of a run
  sample:
    id: 8963e966-1bb8-40bb-ad4d-0966613ff26e
    status: success
    date_start: 2026/11/24 17:30:36 +0800
    date_finished: 2026/11/24 17:30:36 +0800
    duration: 0.25
    reason: null
  # end sample of a run
verdict:
  description:
    - What is known of the delivery. Each part is V(true), V(false), or V(null) where this JumpServer lets nobody know.
  type: dict
  returned: always
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
"""

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plan_execute, _module, _task

SPEC = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "execution_id": {"type": "str"},
    "readable_by": {"type": "list", "elements": "str"},
    "drill_records": {"type": "path"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
    "start_timeout": {"type": "int", "default": 120},
    "on_undelivered": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
}
TASK = _task.Task(
    SPEC, _backup_plan_execute.execute, mutually_exclusive=[("name", "id", "execution_id")], required_one_of=[("name", "id", "execution_id")])


def main():
    _module.run(TASK)


if __name__ == "__main__":
    main()
