# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""A folder of backups, as a mailbox or a storage leaves them: the newest run of each plan, opened by whichever key fits."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive as _archive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.archive import BACK, FRONT, SECONDS_BETWEEN_HALVES, WHOLE, Archive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive

MOST_FILES = 100000


class Key(NamedTuple):
    """A password and who holds it; ``used`` in records is the holder, never the password."""

    holder: str
    password: Any

    def __repr__(self) -> str:
        return f"Key({self.holder})"


class File(NamedTuple):
    """One file of a run. ``holder``: whose key opened it, None where it is not encrypted or did not open."""

    path: str
    sha256: str
    holder: Optional[str]
    part: Optional[str]


class Proof(NamedTuple):
    """What came of opening the newest run of a plan: the archive, or the reason why there is none."""

    plan: str
    date: float
    archive: Optional[Archive]
    files: Sequence[File]
    seconds: float
    error: str


def newest_runs(folder: str) -> dict[str, list[tuple[float, str]]]:
    """Plan to (time, path) of the files of its newest run, recognised by their names."""
    if not os.path.isdir(folder):
        raise BadArchive(f"Cannot look for backups in {folder}: there is no such folder.")
    found: dict[str, list[tuple[float, str]]] = {}
    for path in _files(folder):
        plan, date = _archive.plan_and_time(path)
        if plan is not None and date is not None and path.endswith(".zip"):
            found.setdefault(plan, []).append((date, path))
    return {plan: _newest(sorted(files, reverse=True)) for plan, files in sorted(found.items())}


def _files(folder: str) -> Iterator[str]:
    number = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            number += 1
            if number > MOST_FILES:
                raise BadArchive(f"Cannot look for backups in {folder}: there are more than {MOST_FILES} files in it.")
            yield os.path.join(place, name)


def _newest(files: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The files at the beginning that follow one another closely."""
    kept = files[:1]
    for date, path in files[1:]:
        if kept[-1][0] - date > SECONDS_BETWEEN_HALVES:
            break
        kept.append((date, path))
    return kept


def prove(plan: str, run: Sequence[tuple[float, str]], keys: Sequence[Key]) -> Proof:
    """Open the files of a run; one whole, or a front and a back half, is enough."""
    begun = time.monotonic()
    parts: dict[str, tuple[str, Any]] = {}
    files, faults = [], []
    archive = None
    for _date, path in run:
        opened, key, fault = _tried(path, keys)
        files.append(File(path, sha256(path), key.holder if opened and opened.encrypted and key else None, opened.part if opened else None))
        if opened is None:
            faults.append(fault)
        elif opened.part == WHOLE:
            archive = archive or opened
        else:
            parts.setdefault(opened.part, (path, key.password if key else None))
    error = ""
    if archive is None and {FRONT, BACK} <= set(parts):
        try:
            archive = _archive.read_all([parts[FRONT], parts[BACK]])
        except BadArchive as failed:
            error = str(failed)
    if archive is None and not error:
        error = " ".join(faults) or f"Only the {next(iter(parts))} half of the backup is there."
    return Proof(plan, run[0][0], archive, files, time.monotonic() - begun, error)


def _tried(path: str, keys: Sequence[Key]) -> tuple[Optional[Archive], Optional[Key], str]:
    """The archive, the key that opened it, and else the reason of the last attempt."""
    fault = ""
    for key in [*keys, None]:
        try:
            return _archive.read(path, key.password if key else None), key, ""
        except BadArchive as failed:
            fault = fault if key is None and keys else str(failed)
    return None, None, fault


def sha256(path: str) -> str:
    """The hash of a file, empty if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as source:
            for piece in iter(lambda: source.read(1 << 20), b""):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()
