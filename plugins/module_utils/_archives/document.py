# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The JSON files that this collection writes beside backups: each says of what format and version it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive, Fault

LARGEST = 256 * 1024 ** 2


class Kind(NamedTuple):
    """What is expected. ``name``: as users are told; ``holds``: the key of its list of entries; ``writer``: who writes such files."""

    name: str
    format: str
    version: int
    holds: str
    writer: str


def read(path: str | os.PathLike, kind: Kind, understand: Callable[[dict], Any]) -> Any:
    """What ``understand`` makes of the file, or BadArchive. ``understand`` may raise what a missing or a wrong value raises."""
    content = _content(path, kind)
    if isinstance(content, dict):
        try:
            return understand(content)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            content = _faults.DAMAGED_DOCUMENT.of(writer=kind.writer)
    raise BadArchive(f"Cannot read the {kind.name} {path}", content)


def _content(path: str | os.PathLike, kind: Kind) -> dict | Fault:
    """The content of the file, or what is wrong with it."""
    try:
        if not os.path.isfile(path):
            return _faults.NO_DOCUMENT_BUT if os.path.exists(path) else _faults.NO_DOCUMENT.of(writer=kind.writer)
        if os.path.getsize(path) > LARGEST:
            return _faults.LARGE_DOCUMENT.of(most=LARGEST, writer=kind.writer)
        with open(path, encoding="utf-8") as source:
            content = json.load(source)
    except OSError as error:
        return _faults.unreadable(error)
    except (ValueError, RecursionError):
        return _faults.OTHER_DOCUMENT.of(name=kind.name, writer=kind.writer)
    if not isinstance(content, dict) or content.get("format") != kind.format or not isinstance(content.get(kind.holds), list):
        return _faults.OTHER_WRITER.of(writer=kind.writer)
    if content.get("version") != kind.version:
        return _faults.OTHER_VERSION.of(version=content.get("version"), read=kind.version)
    return content
