# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rights that the collection asks for, by request: the table of the guide to keys and rights.

`tests/integration/test_rights.py` compares it with what modules really ask and with the roles of the recorded servers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
# the rights of the built-in roles of real servers, by version, as the simulator plays them
ROLES = json.loads((ROOT / "tests/simulator/api/codenames.json").read_text(encoding="utf-8"))

API = "/api/v1/"
PLANS = API + "accounts/account-backup-plans/"
EXECUTIONS = API + "accounts/account-backup-plan-executions/"


class Right(NamedTuple):
    """One right of JumpServer. ``old`` and ``new``: its name up to 4.7 and from 4.8 on. ``modules``: those that ever need it."""

    what: str
    method: str
    address: str
    old: str
    new: str
    modules: tuple[str, ...]


def same(what: str, address: str, name: str, *modules: str) -> Right:
    """A right to look at something, which is called the same in every version."""
    return Right(what, "GET", API + address, name, name, modules)


WRITING = ("backup_plan", "backup_plans")
RIGHTS = (
    Right("see plans", "GET", PLANS, "accounts.view_accountbackupautomation", "accounts.view_backupaccountautomation",
          ("backup_archive_info", "backup_audit", "backup_plan", "backup_plan_execute", "backup_plan_info", "backup_plans")),
    Right("create plans", "POST", PLANS, "accounts.add_accountbackupautomation", "accounts.add_backupaccountautomation", WRITING),
    Right("change plans", "PATCH", PLANS, "accounts.change_accountbackupautomation", "accounts.change_backupaccountautomation", WRITING),
    Right("delete plans", "DELETE", PLANS, "accounts.delete_accountbackupautomation", "accounts.delete_backupaccountautomation", WRITING),
    Right("see runs", "GET", EXECUTIONS, "accounts.view_accountbackupexecution", "accounts.view_backupaccountexecution",
          ("backup_audit", "backup_plan_execute", "backup_plan_info")),
    Right("start runs", "POST", EXECUTIONS, "accounts.add_accountbackupexecution", "accounts.add_backupaccountexecution", ("backup_plan_execute",)),
    same("tell a queued run from a lost one", "ops/task-executions/", "ops.view_celerytaskexecution", "backup_plan_execute"),
    same("find people by their names", "users/users/", "users.view_user",
         "backup_audit", "backup_plan", "backup_plan_execute", "backup_plan_info", "backup_plans"),
    same("find storages by their names", "terminal/replay-storages/", "terminal.view_replaystorage",
         "backup_audit", "backup_plan", "backup_plan_execute", "backup_plan_info", "backup_plans"),
    same("list all organizations", "orgs/orgs/", "orgs.view_organization", "backup_audit", "backup_index", "backup_plan_info", "backup_plans"),
    same("see accounts, without their secrets", "accounts/accounts/", "accounts.view_account",
         "backup_archive_info", "backup_audit", "backup_index", "backup_plan", "backup_plan_execute", "backup_plans"),
    same("see assets", "assets/assets/", "assets.view_asset", "backup_index"),
)
# what every user may ask
OPEN = tuple(API + address for address in (
    "orgs/orgs/current/", "users/profile/", "settings/public/open/", "assets/categories/types/")) + ("/api/health/",)


def needed(method: str, address: str) -> Right | None:
    """The right that a request needs; None if every user may send it."""
    if method == "OPTIONS" or address.startswith(OPEN):
        return None
    return next(right for right in RIGHTS if right.method == method and address.startswith(right.address))


def holder(right: Right) -> str:
    """Who has a right, going by the built-in roles of the newest server."""
    roles = ROLES["4.10"]
    if right.new in roles["User"]:
        return "everybody"
    return "administrators of the organization" if right.new in roles["OrgAdmin"] else "system administrators"


def table() -> Iterator[str]:
    """One row per right."""
    yield "| to | right | who has it | asked for by |"
    yield "| --- | --- | --- | --- |"
    for right in RIGHTS:
        name = f"`{right.new}`" if right.new == right.old else f"`{right.old}`, from 4.8 on `{right.new}`"
        yield f"| {right.what} | {name} | {holder(right)} | {', '.join(f'`{module}`' for module in right.modules)} |"
