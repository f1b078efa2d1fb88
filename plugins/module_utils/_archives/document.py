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

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive

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
            content = "it is damaged."
    raise BadArchive(f"Cannot read the {kind.name} {path}: {content}")


def _content(path: str | os.PathLike, kind: Kind) -> Any:
    """The content of the file, or what is wrong with it as text."""
    try:
        if not os.path.isfile(path):
            return "there is no such file." if not os.path.exists(path) else "it is no file."
        if os.path.getsize(path) > LARGEST:
            return f"it is larger than {LARGEST} bytes."
        with open(path, encoding="utf-8") as source:
            content = json.load(source)
    except OSError as error:
        return f"{error.strerror or type(error).__name__}."
    except (ValueError, RecursionError):
        return f"it is damaged, or no {kind.name}."
    if not isinstance(content, dict) or content.get("format") != kind.format or not isinstance(content.get(kind.holds), list):
        return f"it was not written by {kind.writer}."
    if content.get("version") != kind.version:
        return f"it is of version {content.get('version')!r}, and this collection reads version {kind.version}."
    return content
