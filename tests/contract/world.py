# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn the recorded world of one version into a seed of the simulator.

`world.json` names people, organisations and storages. What it says in words (assets), and what the tape shows of the
laboratory besides, stands as data in `laboratory.json`; comments and settings are taken from the answers on the tape.
"""
from __future__ import annotations

import re
import typing

from tests.contract import tapes

USERS = re.compile(r"/api/v1/users/users/")
ORGANIZATIONS = re.compile(r"/api/v1/orgs/orgs/")
STORAGES = re.compile(r"/api/v1/terminal/replay-storages/")
DEFAULT = "Default"
ROOT = "00000000-0000-0000-0000-000000000000"
SYSTEM = "00000000-0000-0000-0000-000000000004"

# The words of world.json for roles, as lists of [role, organisation].
SYSTEM_ROLES = {"system admin": "SystemAdmin", "auditor of Default": "SystemAuditor"}

# The laboratory's mail server refused these addresses.
REFUSED_MAIL = "reject-"


def seed(tape: tapes.Tape) -> dict[str, typing.Any]:
    """The seed for `tests.simulator`, in the shape that its documentation describes."""
    seen = {kind: _rows_seen(tape, pattern) for kind, pattern in (("users", USERS), ("organizations", ORGANIZATIONS), ("storages", STORAGES))}
    names = organization_names(tape.world)
    laboratory = tapes.laboratory(tape.version) or _laboratory(tape.world)
    return {
        "organizations": {
            name: {"id": identity, "comment": seen["organizations"].get(identity, {}).get("comment", "")} for name, identity in names.items()
        },
        "users": {
            user["username"]: _user(tape.world, user, seen["users"].get(user["id"], {}), laboratory["everyone_is_in"])
            for user in tape.world["users"].values()
        },
        "storages": {
            name: _storage(storage, seen["storages"].get(storage["id"], {}), name in laboratory["reachable_storages"])
            for name, storage in storages(tape.world).items()
        },
        "assets": laboratory["assets"],
        "nodes": laboratory["nodes"],
        "plans": [],
    }


def _laboratory(world: dict[str, typing.Any]) -> dict[str, typing.Any]:
    """What `laboratory.json` would say of a recording that it does not know, as far as the words of `world.json` tell."""
    assets = []
    for kind, text in world.get("asset_types", {}).items():
        for listed, amount, organization in re.findall(r"(.+?) \((\d+) accounts?(?:, (.+))?\)", text):
            names = listed.split(", ")
            accounts = ["account-%d" % number for number in range(int(amount))]
            for name in names:
                mine = accounts[:1] if name != names[-1] else accounts
                accounts = accounts[len(mine):]
                assets.append({"name": name, "organization": organization or DEFAULT, "type": kind, "accounts": mine})
    organizations = [name for name, identity in organization_names(world).items() if identity not in (ROOT, SYSTEM)]
    return {
        "host": None,
        "reachable_storages": list(storages(world)),
        "everyone_is_in": [],
        "assets": assets,
        "nodes": [{"name": name, "organization": name} for name in organizations],
    }


def organization_names(world: dict[str, typing.Any]) -> dict[str, str]:
    """Name -> id of every organisation, the built-in ones included."""
    named = {key: entry if isinstance(entry, dict) else {"id": entry, "name": key} for key, entry in world["orgs"].items()}
    return {entry["name"]: entry["id"] for entry in named.values()}


def storages(world: dict[str, typing.Any]) -> dict[str, dict[str, str]]:
    """Name -> {"id", "type"} of every storage."""
    return world.get("storages") or world["replay_storages"]


def reference(world: dict[str, typing.Any], text: str) -> str:
    """The id that `@user:alice` or `@org:teamA` stands for. Raises KeyError for a name that the world does not know."""
    kind, name = text[1:].split(":", 1)
    if kind == "org":
        entry = world["orgs"][name]
        return entry["id"] if isinstance(entry, dict) else entry
    return {"user": world["users"], "storage": storages(world)}[kind][name]["id"]


def _user(
    world: dict[str, typing.Any],
    user: dict[str, typing.Any],
    seen: dict[str, typing.Any],
    everyone_is_in: list[str],
) -> dict[str, typing.Any]:
    kept = ("id", "name", "email", "password", "private_token", "access_key_id", "access_key_secret", "has_encryption_password")
    entry = {key: user[key] for key in kept if key in user}
    if "bearer" in user:
        entry["api_token"] = user["bearer"]
    entry["roles"] = user.get("roles") or _roles(user, everyone_is_in)
    entry["access_keys"] = _further_keys(world) if user["username"] == "admin" else []
    entry["is_active"] = seen.get("is_active", True)
    entry["comment"] = seen.get("comment")
    entry["is_first_login"] = seen.get("is_first_login", False)
    entry["mail_refused"] = user["email"].startswith(REFUSED_MAIL)
    return entry


def _roles(user: dict[str, typing.Any], everyone_is_in: list[str]) -> list[list[typing.Optional[str]]]:
    """The roles of a user whose role is given in words ("admin of OrgA only")."""
    text = user["role"]
    system = SYSTEM_ROLES.get(text, "User")
    found = re.match(r"(?:(auditor)|(?:system )?admin)(?: of (\w+))?", text)
    ruled = found.group(2) or DEFAULT if found else None
    member_of = [name for name in user["orgs"] if name != ruled]
    if system != "SystemAdmin":
        member_of.extend(name for name in everyone_is_in if name not in member_of)
    roles: list[list[typing.Optional[str]]] = [[system, None]]
    roles.extend(["OrgUser", name] for name in member_of)
    if found:
        roles.append(["OrgAuditor" if found.group(1) else "OrgAdmin", ruled])
    return roles


def _further_keys(world: dict[str, typing.Any]) -> list[dict[str, typing.Any]]:
    """The admin's other access keys: a switched-off one, one that is bound to an address."""
    keys = []
    for name, key in world.items():
        if name.endswith("_access_key"):
            keys.append({"id": key["id"], "secret": key["secret"], "is_active": "inactive" not in name, "ip_group": key.get("ip_group", ["*"])})
    return keys


def _storage(storage: dict[str, str], seen: dict[str, typing.Any], reachable: bool) -> dict[str, typing.Any]:
    return {
        "id": storage["id"],
        "type": storage["type"],
        "meta": seen.get("meta", {}),
        "comment": seen.get("comment", ""),
        "is_default": seen.get("is_default", False),
        "reachable": reachable and "unreachable" not in seen.get("comment", ""),
    }


def _rows_seen(tape: tapes.Tape, path: typing.Pattern[str]) -> dict[str, dict[str, typing.Any]]:
    """Id -> what the answers of one endpoint tell about an object, taken together."""
    known: dict[str, dict[str, typing.Any]] = {}
    for exchange in tape.exchanges:
        if exchange.answer.status != 200 or not path.match(exchange.path) or "format=" in exchange.path:
            continue
        body = exchange.answer.body
        rows = body if isinstance(body, list) else body.get("results", [body]) if isinstance(body, dict) else []
        for row in rows:
            if isinstance(row, dict) and "id" in row:
                fuller = {key: value for key, value in row.items() if value not in ({}, None) or key not in known.get(row["id"], {})}
                known.setdefault(row["id"], {}).update(fuller)
    return known
