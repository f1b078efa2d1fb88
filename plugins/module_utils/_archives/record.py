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

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import document as _document, faults as _faults, folder as _folder
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import from_utc

KIND = _document.Kind("record", "jumpserver.accounts drill", 1, "backups", "the role jumpserver.accounts.backup_drill")
FILES = "drill-*.json"


class Proof(NamedTuple):
    """What drills showed of the backups of one plan of one organization; ``organization``: its name, empty where nothing told whose backup it is.

    ``opened``: unix time of the newest drill in which its newest backup was opened; ``holders``: whose keys opened it then; ``path``: that record.
    ``proved``: unix time of the newest drill in which, besides, no login of the whole drill failed and, where it was compared with the server, no account
    was missing in it. If it was never opened, ``path`` is the newest record that names it.
    """

    plan: str
    organization: str
    opened: Optional[float]
    proved: Optional[float]
    holders: tuple[str, ...]
    path: str


class Drills(NamedTuple):
    """All that the records show, by the names of plan and organization: several organizations may have plans of one name."""

    proofs: dict[tuple[str, str], Proof]

    def opened(self, plan: str, organization: str) -> Optional[float]:
        """When a drill last opened the newest backup of this plan."""
        proof = self.proofs.get((plan, organization))
        return proof.opened if proof is not None else None

    def holders(self, plan: str, organization: str) -> tuple[str, ...]:
        """Whose keys opened it then."""
        proof = self.proofs.get((plan, organization))
        return proof.holders if proof is not None else ()

    def is_told_of_nobody(self, plan: str) -> bool:
        """Whether a backup of a plan of this name was opened of which nothing told the organization."""
        return self.opened(plan, "") is not None


def breaks(folder: str) -> list[str]:
    """What was changed or taken away among the records of a folder, as sentences: each record holds the hash of the one before.

    Nothing tells of the newest record but the hash on its page.
    """
    paths = {os.path.basename(path): path for path in _records(folder)}
    return [sentence for number, name in enumerate(paths) for sentence in _break(name, number == 0, paths)]


def _break(name: str, first: bool, paths: dict[str, str]) -> Iterator[str]:
    try:
        previous = _document.read(paths[name], KIND, _previous)
    except BadArchive as error:
        yield error.reason
        return
    if previous is None:
        if not first:
            yield f"The record {name} names no record before it, though there are older ones."
    elif previous["file"] not in paths:
        yield f"The record {previous['file']}, after which {name} was written, is gone."
    elif _folder.sha256(paths[previous["file"]]) != previous["sha256"]:
        yield f"The record {previous['file']} is no more what it was when {name} was written."


def _previous(content: dict) -> Optional[dict[str, str]]:
    previous = content.get("previous")
    return previous if previous is None else {key: str(previous[key]) for key in ("file", "sha256")}


def _records(folder: str | os.PathLike) -> list[str]:
    """The oldest first."""
    return sorted(glob.glob(os.path.join(glob.escape(os.fspath(folder)), FILES)))


class _Seen(NamedTuple):
    """One backup of one organization in one record."""

    date: float
    proof: Proof


def read(path: str | os.PathLike) -> Drills:
    """The records in a folder, or the one in a file, or BadArchive."""
    paths = _records(path) if os.path.isdir(path) else [path]
    if not paths:
        raise BadArchive(f"There is no record of a drill in {path}", _faults.NO_RECORD.of(files=FILES))
    return Drills(_newest(seen for one in paths for seen in _document.read(one, KIND, partial(_all_seen, one))))


def _all_seen(path: str | os.PathLike, content: dict) -> list[_Seen]:
    return list(_seen(str(path), content))


def _seen(path: str, content: dict) -> Iterator[_Seen]:
    date = from_utc(content["date"])
    works = not content["logins"]["failed"]
    for backup in content["backups"]:
        plan = backup["plan"]
        # an older backup that may not be the newest of its organization proves nothing
        opened = backup["error"] == "" and backup.get("newest", True)
        holders = {file["holder"] for file in backup["files"] if file["holder"] is not None} if opened else set()
        organizations = _organizations(backup)
        if not all(isinstance(name, str) for name in (plan, *holders, *organizations)):
            raise ValueError(path)
        for name in organizations or [""]:
            proved = opened and works and not any(row["lacks"] for row in backup.get("compared", ()) if row.get("organization", name) == name)
            yield _Seen(date, Proof(plan, name, date if opened else None, date if proved else None, tuple(sorted(holders)), path))


def _organizations(backup: dict) -> set[str]:
    """Those whose newest backup it is. Older records have no such list: they hold the newest run of all, so that of all in it."""
    told = backup["organizations"] if "organizations" in backup else backup["by_organization"] if backup["error"] == "" else ()
    return set(told) - {""}


def _newest(found: Iterable[_Seen]) -> dict[tuple[str, str], Proof]:
    """The newest of each. Where the newest drill did not open a backup, an earlier one may have."""
    proofs: dict[tuple[str, str], Proof] = {}
    for seen in sorted(found, key=lambda seen: (seen.date, seen.proof.path)):
        key = (seen.proof.plan, seen.proof.organization)
        before = proofs.get(key)
        proof = seen.proof
        if before is not None and before.opened is not None and proof.opened is None:
            proof = before
        elif before is not None and proof.proved is None:
            proof = proof._replace(proved=before.proved)
        proofs[key] = proof
    return dict(sorted(proofs.items()))
