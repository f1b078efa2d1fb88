# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchanges that are known to differ, with the reason: `differences/VERSION.yml` here, or beside the tapes where those come from elsewhere.

Each entry names a `tag`, the `sequences` at which it stands on the tape, its `origin` and a `reason`. An origin of `recording`
means that the tape does not hold what a replay would need, so that no server could give the recorded answer: such exchanges
do not count. With `simulator` it is the simulator that deliberately answers otherwise, and they count against it.
"""
from __future__ import annotations

import dataclasses
import os
import pathlib

import yaml

from tests.contract import tapes

ORIGINS = ("recording", "simulator")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One exchange that may differ."""

    tag: str
    sequence: int
    origin: str
    reason: str

    def __str__(self) -> str:
        return "%d %s" % (self.sequence, self.tag)


def folder() -> pathlib.Path:
    """The folder of the lists."""
    elsewhere = os.environ.get(tapes.FOLDER_VARIABLE)
    return (pathlib.Path(elsewhere) if elsewhere else tapes.HERE) / "differences"


def load(version: str) -> dict[int, Entry]:
    """The listed exchanges of one version by their place on the tape; none where there is no file. Raises ValueError for a bad entry."""
    path = folder() / (version + ".yml")
    listed: dict[int, Entry] = {}
    for row in yaml.safe_load(path.read_text(encoding="utf-8")) or () if path.exists() else ():
        if set(row) != {"tag", "sequences", "origin", "reason"} or row["origin"] not in ORIGINS or not row["reason"].strip():
            raise ValueError("bad entry in %s: %r" % (path.name, row))
        for sequence in row["sequences"]:
            if sequence in listed:
                raise ValueError("listed twice in %s: %d %s" % (path.name, sequence, row["tag"]))
            listed[sequence] = Entry(row["tag"], sequence, row["origin"], row["reason"].strip())
    return listed
