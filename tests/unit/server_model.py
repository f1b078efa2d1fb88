# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server makes of a request body, as recorded and measured: a pure function per write, for each kind of server.

``keeps``: up to 3.10 a PATCH leaves the schedule alone; from 4.0 one without ``is_periodic: true`` wipes it.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.unit import examples

RELATED = ("recipients", "recipients_part_one", "recipients_part_two", "obj_recipients_part_one", "obj_recipients_part_two")
READ_ONLY = ("id", "org_id", "org_name", "created_by", "executed_amount", "periodic_display", "date_created", "date_updated", "last_execution_date", "type")
SCHEDULE = ("is_periodic", "crontab", "interval")


class Server(NamedTuple):
    """A kind of server: its dialect and how it treats schedules."""

    dialect: str
    keeps: bool
    refuses_stars: bool = False


SERVERS = {
    "3.0 to 3.5": Server("v3.0", True), "3.6 to 3.8": Server("v3.6", True), "3.9 and 3.10": Server("v3.9", True), "4.0 to 4.7": Server("v3.9", False),
    "4.8": Server("v4.8", False), "4.9 and 4.10": Server("v4.8", False, True),
}
DEFAULTS = {"comment": "", "types": [], "backup_type": {"value": "email", "label": "Email"}, "is_password_divided_by_email": True,
            "is_password_divided_by_obj_storage": True, "is_active": True, **dict.fromkeys(RELATED, [])}


class Rejected(Exception):
    """The server would answer 400 or 500."""

    def __init__(self, message, field="is_periodic"):
        super().__init__(message)
        self.field = field


def post(server, body):
    """The row of a new plan."""
    row = {key: DEFAULTS.get(key, value) for key, value in examples.plan_row(server.dialect).items()}
    row.update(id=examples.OTHER_PLAN, crontab=None, interval=24 if server.keeps else None)
    return _store(server, row, {"is_periodic": True, **body})


def patch(server, row, body):
    """The row after a change."""
    if "is_periodic" not in body and not server.keeps:
        row = {**row, "crontab": "", "interval": None}
        body = {key: value for key, value in body.items() if key not in SCHEDULE}
    return _store(server, row, body)


def _store(server, row, body):
    _check_schedule(server, body)
    stored = {key: _stored(key, value) for key, value in body.items() if key in row and key not in READ_ONLY}
    if stored.get("is_periodic") is False and not server.keeps:
        stored.update(crontab="", interval=None)
    if stored.get("is_periodic") and stored.get("crontab") and not server.keeps:
        stored["interval"] = None
    return {**row, **stored}


def _check_schedule(server, body):
    if body.get("is_periodic") and not (body.get("crontab") or body.get("interval")):
        raise Rejected("Require interval or crontab setting")
    if "crontab" in body and body["crontab"] is None and body.get("interval") and server.dialect == "v4.8":
        raise Rejected("Server internal error")
    if server.refuses_stars and (body.get("crontab") or "").startswith("*"):
        raise Rejected('Crontab minutes cannot contain "*"')
    if any(value is None for key, value in body.items() if key not in ("crontab", "interval", "zip_encrypt_password")):
        raise Rejected("This field may not be null.")


def _stored(key, value):
    if key in RELATED:
        return examples.related(*sorted(set(value), reverse=True))
    if key == "backup_type":
        return {"value": value, "label": value.title()}
    return value.strip() if isinstance(value, str) else value
