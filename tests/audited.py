# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Estates in which everything that an audit can find is wrong somewhere, and what it has to find there. For tests and the benchmark."""

from __future__ import annotations

from itertools import cycle
from typing import NamedTuple

HOUR, DAY = 3600, 86400
WELL = ({"ago": HOUR}, {"ago": 25 * HOUR}, {"ago": 49 * HOUR})
FAILED = {"status": "error", "reason": "no route"}


class Kind(NamedTuple):
    """One kind of plan: fields that differ from a sound one, its runs, and the rules that apply; ``first`` to ``last``: the versions that have it."""

    name: str
    fields: dict = {}
    rules: tuple = ()
    runs: tuple = WELL
    first: tuple = (3, 0)
    last: tuple = (99, 0)


SOUND = {"types": ["linux"], "recipients": ["alice", "carol"], "interval": 24, "saved": 90 * DAY}
TO_SFTP = {"backup_type": "object_storage", "recipients": [], "obj_recipients_part_one": ["sftp-main", "sftp-two"], "zip_encrypt_password": "canary-zip"}
KINDS = (
    Kind("sound"),
    Kind("no types", {"types": []}, ("no-types",)),
    Kind("unknown type", {"types": ["linux", "Linux"]}, ("unknown-type",)),
    Kind("type without accounts", {"types": ["linux", "oracle"]}, ("types-without-accounts",)),
    Kind("no recipients", {"recipients": []}, ("no-recipients",)),
    Kind("one recipient", {"recipients": ["alice"]}, ("one-recipient",)),
    Kind("inactive recipient", {"recipients": ["alice", "carol", "former"]}, ("inactive-recipient",)),
    Kind("expired recipient", {"recipients": ["alice", "carol", "leaver"]}, ("expired-recipient",)),
    Kind("same person", {"recipients_part_two": ["cto", "alice"]}, ("same-person-in-both-parts",), first=(3, 6)),
    Kind("divided all the same", {"recipients_part_two": ["cto", "security-officer"], "is_password_divided_by_email": False}, ("divided-all-the-same",),
         first=(3, 9)),
    Kind("with/slash", {}, ("slash-in-name",)),
    Kind("broken schedule", {"interval": None, "is_periodic": True}, ("broken-schedule",)),
    Kind("date that never comes", {"interval": None, "crontab": "0 3 30 2 *"}, ("unusable-crontab",)),
    Kind("inactive", {"is_active": False}, ("inactive",), first=(4, 8)),
    Kind("unscheduled", {"interval": None, "is_periodic": False}, ("unscheduled",)),
    Kind("nobody can open it", {"recipients": ["bob", "same1"]}, ("nothing-delivered",), last=(4, 7)),
    Kind("to storages", TO_SFTP, first=(3, 9)),
    Kind("to no sftp", {**TO_SFTP, "obj_recipients_part_one": ["s3-archive", "default"]}, ("no-sftp-storage",), first=(3, 9)),
    Kind("to sftp and another", {**TO_SFTP, "obj_recipients_part_one": ["sftp-main", "s3-archive"]}, ("storage-not-sftp",), first=(3, 9)),
    Kind("in clear", {**TO_SFTP, "zip_encrypt_password": ""}, ("zip-not-encrypted",), first=(3, 9), last=(4, 7)),
    Kind("new", {"saved": HOUR}, (), ()),
    Kind("never ran", {}, ("never-ran",), ()),
    Kind("never ran, by hand", {"interval": None, "is_periodic": False}, ("never-ran", "unscheduled"), ()),
    Kind("stopped", {}, ("stopped-firing",), ({"ago": 26 * HOUR}, {"ago": 50 * HOUR})),
    Kind("stopped long ago", {}, ("stopped-firing", "overdue"), ({"ago": 50 * HOUR}, {"ago": 74 * HOUR})),
    Kind("failed", {}, ("last-run-failed",), ({"ago": HOUR, **FAILED}, {"ago": 25 * HOUR})),
    Kind("fails", {}, ("last-run-failed", "overdue"), ({"ago": HOUR, **FAILED}, {"ago": 25 * HOUR, **FAILED}, {"ago": 49 * HOUR})),
    Kind("never succeeded", {}, ("last-run-failed", "overdue"), ({"ago": HOUR, **FAILED},)),
    Kind("stuck", {"interval": 72}, ("still-running",), ({"ago": 30 * HOUR, "status": "running"}, {"ago": 102 * HOUR})),
    Kind("running", {}, (), ({"ago": 60, "status": "running"}, {"ago": 24 * HOUR})),
)


class Estate(NamedTuple):
    """``world``: for the simulator. ``findings``: {(rule, organization or None, plan or None)}. ``declaration``: of all plans as they are but ``drift``."""

    world: dict
    findings: set


def estate(version, organizations, plans_each, history=0):
    """An estate of so many organizations, each with so many plans; ``version``: a tuple. ``history``: further runs of each plan, one a day, long ago."""
    kinds = cycle([kind for kind in KINDS if kind.first <= version <= kind.last])
    names = ["Org %03d" % number for number in range(organizations)]
    plans, found, assets = [], set(), []
    for position, organization in enumerate(names):
        assets.append({"name": "web-%d" % position, "organization": organization, "type": "linux", "accounts": ["root", "deploy"]})
        covered = False
        for number in range(plans_each):
            kind = next(kinds)
            name = "%02d %s" % (number, kind.name)
            past = tuple({"ago": (10 + day) * DAY} for day in range(history)) if kind.runs else ()
            plans.append({"organization": organization, "name": name, **SOUND, **kind.fields, "runs": [*kind.runs, *past]})
            found |= {(rule, organization, name) for rule in kind.rules}
            covered = covered or _covers(plans[-1])
        if not covered:
            found.add(("accounts-in-no-plan", organization, None))
    # two more: one without any plan, and one whose plan backs up something else
    plans.append({"organization": "Org other", "name": "mysql only", **SOUND, "types": ["mysql"], "runs": list(WELL)})
    assets += [{"name": kind, "organization": "Org other", "type": kind, "accounts": ["sa"]} for kind in ("mysql", "postgresql")]
    assets.append({"name": "left alone", "organization": "Org bare", "type": "windows", "accounts": ["Administrator"]})
    found |= {("accounts-in-no-plan", "Org other", None), ("no-plan", "Org bare", None), ("accounts-in-no-plan", "Org bare", None)}
    # the built-in one has neither plans nor accounts
    default = "DEFAULT" if version >= (4, 0) else "Default"
    found.add(("no-plan", default, None))
    if version >= (4, 8):
        found.add(("machines-not-named", None, None))
    identifiers = {name: "%08d-0000-4000-8000-0000000000aa" % number for number, name in enumerate([*names, "Org other", "Org bare"], 1)}
    world = {"organizations": identifiers, "plans": [_of(version, plan) for plan in plans], "assets": assets, "users": users()}
    return Estate(world, found)


def _covers(plan):
    # the only crontab here is one that never fires
    scheduled = plan.get("interval") is not None
    return scheduled and plan.get("is_active", True) and "linux" in plan["types"]


def _of(version, plan):
    """Without the fields that a version lacks."""
    if version < (3, 9):
        plan = {name: value for name, value in plan.items() if not name.startswith(("backup_type", "is_password", "obj_", "zip_"))}
    return plan


def users():
    """The people of the default world that plans here need, and one whose time is over."""
    plain = [["User", None], ["OrgUser", "Default"]]
    admin = [["SystemAdmin", None], ["OrgAdmin", "Default"]]
    with_password = {"roles": plain, "has_encryption_password": True}
    return {
        "admin": {"name": "Administrator", "roles": admin}, "alice": with_password, "carol": with_password, "cto": with_password,
        "security-officer": with_password, "bob": {"roles": plain}, "same1": {"roles": plain}, "former": {**with_password, "is_active": False},
        "leaver": {**with_password, "is_expired": True},
        "orgadmin": {"name": "Org Admin", "roles": [["User", None], ["OrgAdmin", "Org 000"]]},
    }
