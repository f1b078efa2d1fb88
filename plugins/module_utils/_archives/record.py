# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Records of drills: when the backup of a plan was last opened, when it was last proved, and by whose key.

The role `backup_drill` writes them, and its README tells their shape. Nothing but the standard library is needed to read them.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import document as _document
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import from_utc

KIND = _document.Kind("record", "jumpserver.accounts drill", 1, "backups", "the role jumpserver.accounts.backup_drill")
FILES = "drill-*.json"


class Proof(NamedTuple):
    """What drills showed of the backups of one plan.

    ``opened``: unix time of the newest drill in which its backup was opened; ``holders``: whose keys opened it then, ``organizations``: those that it
    had accounts of, by name; ``path``: that record. ``proved``: unix time of the newest drill in which, besides, no login of the whole drill failed
    and, where it was compared with the server, no account was missing in it. If it was never opened, ``path`` is the newest record that names it.
    """

    plan: str
    opened: Optional[float]
    proved: Optional[float]
    holders: tuple[str, ...]
    path: str
    organizations: tuple[str, ...] = ()


class Drills(NamedTuple):
    """All that the records show. A plan that no record names is not in it."""

    by_plan: dict[str, Proof]

    def holders(self, plan: str, organization: str) -> tuple[str, ...]:
        """Whose keys opened a backup of this plan. Several organizations may have plans of one name, so the backup must have had accounts of this one."""
        proof = self.by_plan.get(plan)
        return proof.holders if proof is not None and organization in proof.organizations else ()


class _Seen(NamedTuple):
    """One backup in one record."""

    date: float
    proof: Proof


def read(path: str | os.PathLike) -> Drills:
    """The records in a folder, or the one in a file, or BadArchive."""
    paths = sorted(glob.glob(os.path.join(glob.escape(os.fspath(path)), FILES))) if os.path.isdir(path) else [path]
    if not paths:
        raise BadArchive(f"There is no record of a drill in {path}.")
    return Drills(_newest(seen for one in paths for seen in _document.read(one, KIND, partial(_all_seen, one))))


def _all_seen(path: str | os.PathLike, content: dict) -> list[_Seen]:
    return list(_seen(str(path), content))


def _seen(path: str, content: dict) -> Iterator[_Seen]:
    date = from_utc(content["date"])
    works = not content["logins"]["failed"]
    for backup in content["backups"]:
        plan, opened = backup["plan"], backup["error"] == ""
        holders = {file["holder"] for file in backup["files"] if file["holder"] is not None} if opened else set()
        organizations = set(backup["by_organization"]) if opened else set()
        if not all(isinstance(name, str) for name in (plan, *holders, *organizations)):
            raise ValueError(path)
        proved = opened and works and not any(row["lacks"] for row in backup.get("compared", ()))
        yield _Seen(date, Proof(
            plan, date if opened else None, date if proved else None, tuple(sorted(holders)), path, tuple(sorted(organizations - {""}))))


def _newest(found: Iterable[_Seen]) -> dict[str, Proof]:
    """The newest of each plan. Where the newest drill did not open a backup, an earlier one may have."""
    by_plan: dict[str, Proof] = {}
    for seen in sorted(found, key=lambda seen: (seen.date, seen.proof.path)):
        before = by_plan.get(seen.proof.plan)
        proof = seen.proof
        if before is not None and before.opened is not None and proof.opened is None:
            proof = before
        elif before is not None and proof.proved is None:
            proof = proof._replace(proved=before.proved)
        by_plan[proof.plan] = proof
    return dict(sorted(by_plan.items()))
