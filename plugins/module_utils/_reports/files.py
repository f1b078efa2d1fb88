# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Reports into files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Optional, Union

from ansible_collections.jumpserver.accounts.plugins.module_utils import _packages
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.kinds import KINDS, render
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import whole as _whole
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

# no secret is in it, but it tells where an estate is weak
MODE = 0o640


# as written by the user; one with a folder of its own says so itself (`_surroundings.Place`)
Path = Union[str, os.PathLike]


def write(paths: Mapping[str, Optional[Path]], result: Mapping[str, Any], check_mode: bool) -> list[str]:
    """Write the reports that have a path, and return the paths whose content changed, or would in check mode; BadInput if one cannot be written."""
    check(paths)
    texts = [(path, render(result, kind).encode("utf-8")) for kind, path in _wanted(paths)]
    changed = [(path, text) for path, text in texts if _content(path) != text]
    if not check_mode:
        for path, text in changed:
            _replace(path, text)
    return [str(path) for path, _text in changed]


def check(paths: Mapping[str, Optional[Path]]) -> None:
    """BadInput where it is known beforehand that a report cannot be written. Worth a call before a server is asked for minutes."""
    taken: dict[str, str] = {}
    for kind, path in _wanted(paths):
        place = os.path.realpath(path)
        other = taken.setdefault(place, kind)
        if other != kind:
            raise BadInput(f"The reports {other} and {kind} cannot both be written to {path}: give each a path of its own.")
        folder = os.path.dirname(place)
        if not os.path.isdir(folder):
            raise BadInput(f"Cannot write the report {kind} to {path}: there is no folder {folder}. Create it first.")
        if os.path.isdir(place):
            raise BadInput(f"Cannot write the report {kind} to {path}: it is a folder. Give the path of a file.")
        if _whole.is_special(place):
            raise BadInput(f"Cannot write the report {kind} to {path}: it is a device or a pipe. Give the path of a file.")
    if any(kind == "html" for kind, _path in _wanted(paths)):
        _packages.require_those_of_reports()


def _wanted(paths: Mapping[str, Optional[Path]]) -> list[tuple[str, Path]]:
    """The kinds with a path, in their order. Forms hand on fields that were left empty."""
    found = [(kind, paths.get(kind)) for kind in KINDS]
    return [(kind, path) for kind, path in found if path is not None and str(path)]


def _content(path: Path) -> Optional[bytes]:
    try:
        with open(path, "rb") as source:
            return source.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(f"Cannot read the report {path}, to see whether it changes: {error.strerror or type(error).__name__}.") from None


def _replace(path: Path, content: bytes) -> None:
    try:
        _whole.replace(path, content, MODE)
    except OSError as error:
        raise BadInput(f"Cannot write the report {path}: {error.strerror or type(error).__name__}.") from None
