# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of servers: plans and runs in the shape of the recorded 3.5, 3.10 and 4.10, and of 3.8 as it was measured, one plan or run in each state."""

from __future__ import annotations

DIALECTS = ("v3.0", "v3.6", "v3.9", "v4.8")
DEFAULT = "00000000-0000-0000-0000-000000000002"
TEAM = "0f3a1c5e-7d2b-4b64-9e0f-5a6b7c8d9e0f"

ALICE = "11111111-0000-4000-8000-000000000001"
BOB = "11111111-0000-4000-8000-000000000002"
CAROL = "11111111-0000-4000-8000-000000000003"
SFTP = "28607214-fb7e-4270-a237-f125baf5fbf7"
S3 = "28607214-fb7e-4270-a237-f125baf5fbf8"
NAMES = {ALICE: "Alice", BOB: "Bob", CAROL: "Carol", SFTP: "sftp-main", S3: "s3-one"}

PLAN = "34207b1b-186b-4453-8d0b-87b926bbd75b"
OTHER_PLAN = "58a4e72b-47cc-43ce-8f16-2d9218eb4730"
RUN = "8963e966-1bb8-40bb-ad4d-0966613ff26e"

# schedules as 4.10 stores them; the last is what a change leaves behind that leaves the schedule out
CRONTAB = {"is_periodic": True, "crontab": "0 3 * * *", "interval": None}
INTERVAL = {"is_periodic": True, "crontab": "", "interval": 12}
NO_SCHEDULE = {"is_periodic": False, "crontab": "", "interval": None}
WIPED = {"is_periodic": True, "crontab": "", "interval": None}

_COMMON = {
    "id": PLAN, "name": "nightly", "interval": None, "crontab": "0 3 * * *", "is_periodic": True, "comment": "c", "types": ["linux", "mysql"],
    "periodic_display": "Crontab ( 0 3 * * * )", "executed_amount": 0, "created_by": "Administrator", "org_id": DEFAULT, "org_name": "Default",
    "date_created": "2026/11/24 17:34:13 +0800", "date_updated": "2026/11/24 17:34:13 +0800",
}


def related(*ids):
    """Related objects as a row shows them."""
    return [{"id": identifier, "name": NAMES[identifier]} for identifier in ids]


def _plan_rows():
    first, second = {"recipients_part_one": related(ALICE, BOB)}, {"recipients_part_two": related(CAROL)}
    storage = {
        "backup_type": {"value": "email", "label": "Email"}, "obj_recipients_part_one": related(SFTP), "obj_recipients_part_two": [],
        "is_password_divided_by_email": True, "is_password_divided_by_obj_storage": False,
    }
    newest = {"type": "backup_account", "accounts": [], "nodes": [], "assets": [], "is_active": True, "last_execution_date": None}
    # 3.x keeps an interval of 24 beside a crontab
    old = {**_COMMON, "interval": 24}
    return {
        "v3.0": {**old, "recipients": first["recipients_part_one"]},
        "v3.6": {**old, **first, **second},
        "v3.9": {**old, **first, **second, **storage},
        "v4.8": {**_COMMON, **first, **second, **storage, **newest},
    }


PLAN_ROWS = _plan_rows()


def plan_row(dialect="v4.8", **changes):
    """A plan as a server of that dialect returns it."""
    return {**PLAN_ROWS[dialect], **changes}


_TIMED = {
    "id": RUN, "date_start": "2026/11/24 17:39:49 +0800", "trigger": {"value": "manual", "label": "Manual"}, "org_id": DEFAULT, "plan": PLAN,
}
_TIMED_STATES = {
    "running": {"timedelta": 0.0, "reason": None, "is_success": False},
    "success": {"timedelta": 0.25, "reason": "-", "is_success": True},
    "failed": {"timedelta": 0.008, "reason": "Not Found Recipients", "is_success": False},
}
_STATUS = {
    "id": RUN, "automation": {"id": PLAN, "name": "nightly"}, "trigger": {"value": "manual", "label": "Manual trigger"},
    "date_start": "2026/11/24 17:39:49 +0800", "snapshot": {"name": "nightly", "comment": "", "accounts": [], "node_amount": 0, "asset_amount": 0},
}
_STATUS_STATES = {
    "running": {"date_finished": None, "status": {"value": "running", "label": "Running"}, "duration": "0.00"},
    "success": {"date_finished": "2026/11/24 17:39:50 +0800", "status": {"value": "success", "label": "Success"}, "duration": "0.25"},
    "failed": {"date_finished": "2026/11/24 17:39:50 +0800", "status": {"value": "error", "label": "Error"}, "duration": "0.01"},
}


def run_row(dialect, state, with_password=(), without_password=(), **changes):
    """A run in the state ``running``, ``success`` or ``failed``; the recipients, by name, are recorded up to 4.7 only."""
    if dialect == "v4.8":
        return {**_STATUS, **_STATUS_STATES[state], **changes}
    group = {name: [name, has] for names, has in ((with_password, True), (without_password, False)) for name in names}
    if dialect == "v3.0":
        snapshot = {"plan_snapshot": {"name": "nightly", "types": ["linux"], "recipients": group}, "recipients": list(group.values())}
    else:
        snapshot = {"snapshot": {"name": "nightly", "types": ["linux"], "recipients_part_one": group, "recipients_part_two": {}}}
    if dialect == "v3.9":
        snapshot["snapshot"].update(backup_type="email", zip_encrypt_password="canary-zip-password")
    return {**_TIMED, **_TIMED_STATES[state], **snapshot, **changes}
