# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The fields of a backup plan, as options."""

    DOCUMENTATION = r"""
options:
  # begin fields of a plan
  types:
    description:
      - The platform types whose accounts are backed up, such as V(linux), V(windows), V(mysql), V(switch) or V(website). Order does not matter.
      - An empty list backs up nothing.
    type: list
    elements: str
  is_periodic:
    description:
      - Whether the plan runs by itself. Giving O(crontab) or O(interval) implies V(true).
      - With V(false) the plan has no schedule, whatever O(crontab) and O(interval) say.
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
      - The number of hours between executions, from V(1) to V(65535). If O(crontab) is given too, the crontab is in force.
    type: int
  recipients_part_one:
    description:
      - The users who get the backup by mail. If O(recipients_part_two) has users too, they get the first half of the password only.
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
      - The same as O(is_password_divided_by_email), for storages.
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
  # end fields of a plan
"""
