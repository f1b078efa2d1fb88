# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python interpreters of this machine, under names that can be relied on."""

from __future__ import annotations

import logging
import os
import shlex
from pathlib import Path

import findpython

logging.getLogger("findpython").setLevel(logging.WARNING)


def real_interpreter(version: str) -> str | None:
    """The path of a working Python `version` ("3.12") outside any virtual environment, or None.

    Version managers put stand-ins ("shims") on PATH which fail for versions that are installed but not selected;
    findpython looks behind them and runs what it finds.
    """
    found = findpython.find(version)
    return os.path.realpath(found.interpreter) if found else None


def expose_interpreters(folder: Path, versions: list[str]) -> list[str]:
    """Fill `folder` with one starter `python3.N` for each of `versions` that is found; return those not found.

    A starter is a script and no link, because a Python started through a link may look for its library beside the link.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = []
    for version in versions:
        starter = folder / f"python{version}"
        interpreter = real_interpreter(version)
        if interpreter is None:
            starter.unlink(missing_ok=True)
            missing.append(version)
            continue
        write_starter(starter, interpreter)
    return missing


def write_starter(starter: Path, interpreter: str) -> None:
    """Write the script at once: sessions that run side by side share these files."""
    draft = starter.with_name(f"{starter.name}.{os.getpid()}")
    draft.write_text(f'#!/bin/sh\nexec {shlex.quote(interpreter)} "$@"\n', encoding="utf-8")
    draft.chmod(0o755)
    draft.replace(starter)


def search_path(folder: Path, path: str) -> str:
    """`path` (as in PATH) with `folder` first and without folders of shims."""
    kept = [entry for entry in path.split(os.pathsep) if Path(entry).name != "shims" and entry != str(folder)]
    return os.pathsep.join([str(folder), *kept])
