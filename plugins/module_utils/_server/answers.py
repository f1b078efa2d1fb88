# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What JumpServer answers at each address, as far as the collection reads it. One table: the client checks every answer with it.

The recorded exchanges of 3.5.7, 3.10.23 and 4.10.19 all fit. Keys that are missing here are passed on as they came, and must be read so.
"""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.shapes import (
    ANYTHING, COUNT, DURATION, FLAG, ID, NUMBER, OBJECT, TEXT, UUID, Shape, both, each, either, fields, maybe, page, value, values)

NAMED = fields({"id": ID, "name": TEXT})
REFERENCES = maybe(each(fields({"id": ID}, {"name": maybe(TEXT)})))
CHOICE = either(fields({"value": TEXT}), TEXT)
PLAN = fields({"id": ID, "name": TEXT}, {
    "org_id": TEXT, "org_name": TEXT, "is_periodic": FLAG, "interval": maybe(NUMBER), "crontab": maybe(TEXT), "comment": maybe(TEXT),
    "recipients": REFERENCES, "recipients_part_one": REFERENCES, "recipients_part_two": REFERENCES, "backup_type": CHOICE,
    "obj_recipients_part_one": REFERENCES, "obj_recipients_part_two": REFERENCES, "is_password_divided_by_email": FLAG,
    "is_password_divided_by_obj_storage": FLAG, "is_active": FLAG, "executed_amount": maybe(COUNT),
})
# 3.x records of each recipient the display name and whether there is a file encryption password
RECIPIENT = value("a name and a flag", lambda found: isinstance(found, list) and len(found) == 2 and isinstance(found[0], str))
RECIPIENTS = maybe(either(values(RECIPIENT), each(ANYTHING)))
SNAPSHOT = maybe(fields({}, {"recipients": RECIPIENTS, "recipients_part_one": RECIPIENTS, "recipients_part_two": RECIPIENTS}))
OF_PLAN = either(fields({"id": ID}), ID)
RUN = fields({"id": ID}, {
    "status": CHOICE, "is_success": maybe(FLAG), "timedelta": maybe(DURATION), "duration": maybe(DURATION), "reason": maybe(TEXT), "date_start": maybe(TEXT),
    "date_finished": maybe(TEXT), "automation": OF_PLAN, "plan": OF_PLAN, "snapshot": SNAPSHOT, "plan_snapshot": SNAPSHOT,
})
# what 4.8 and later call automation was the plan before
EXECUTION = both(RUN, either(fields({"automation": OF_PLAN}), fields({"plan": OF_PLAN})))
OWN_ORGANIZATIONS = fields({}, {"console_orgs": maybe(each(NAMED))})
ASSET = fields({"id": ID}, {
    "name": maybe(TEXT), "address": maybe(TEXT), "type": CHOICE, "protocols": maybe(each(fields({"name": TEXT, "port": COUNT}))),
})
ACCOUNT = fields({"id": ID}, {
    "username": maybe(TEXT), "secret_type": CHOICE, "privileged": FLAG, "asset": maybe(ASSET), "org_id": TEXT, "org_name": maybe(TEXT),
})
ROWS = {
    "/api/v1/accounts/account-backup-plans/": PLAN,
    "/api/v1/accounts/account-backup-plan-executions/": EXECUTION,
    "/api/v1/ops/task-executions/": fields({}, {"is_finished": FLAG}),
    "/api/v1/orgs/orgs/": NAMED,
    "/api/v1/users/users/": fields({"id": ID, "name": TEXT, "username": TEXT}, {"email": maybe(TEXT)}),
    "/api/v1/terminal/replay-storages/": fields({"id": ID, "name": TEXT, "type": CHOICE}),
    "/api/v1/accounts/accounts/": ACCOUNT,
    "/api/v1/assets/assets/": ASSET,
}
# addresses that are no list in pages
SINGLES = {
    "/api/v1/users/profile/": OWN_ORGANIZATIONS,
    "/api/v1/users/profile/permissions/": OWN_ORGANIZATIONS,
    "/api/v1/settings/public/open/": OBJECT,
    "/api/health/": OBJECT,
    "/api/v1/assets/categories/types/": each(fields({"value": TEXT})),
}
DESCRIPTION = fields({}, {"actions": fields({}, {"POST": values(OBJECT)})})
STARTED = fields({"task": ID})
ANY_ROW = fields({"id": TEXT})


def address(path: str) -> Optional[str]:
    """The address of the rows that a path is, or begins with; None for others."""
    return next((known for known in ROWS if path.startswith(known)), None)


def listed(path: str) -> Shape:
    """The shape of one page of a list."""
    return page(ROWS.get(address(path) or "", ANY_ROW))


def answered(method: str, path: str, sent: Any) -> Shape:
    """The shape of the answer to one request. A list that is sent is answered by a list."""
    if method == "OPTIONS":
        return DESCRIPTION
    if method == "POST" and path.startswith("/api/v1/accounts/account-backup-plan-executions/"):
        return STARTED
    if path in SINGLES:
        return SINGLES[path]
    if method == "GET" and path in ROWS:
        return listed(path)
    row = ROWS.get(address(path) or "", ANYTHING)
    if isinstance(sent, list):
        return each(row)
    identifier = path.rstrip("/").rsplit("/", 1)[1]
    return _with_id(identifier, row) if UUID.fullmatch(identifier) else row


def _with_id(identifier: str, row: Shape) -> Shape:
    """The row that was asked for, and no other one out of a cache."""
    def is_asked(found: Any) -> bool:
        return not isinstance(found, dict) or str(found.get("id", identifier)).lower() == identifier.lower()

    return both(row, lambda found: None if is_asked(found) else ".id is another one than was asked for")
