# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: its names may change without notice.
"""Files of the user on the controller."""

from __future__ import annotations

from typing import Any


def load(loader: Any, path: str, cached: bool = False) -> Any:
    """The content of a file in YAML, with templates that may be evaluated: the file is the user's own."""
    try:
        return loader.load_from_file(path, cache="all" if cached else "none", trusted_as_template=True)
    except TypeError:  # ansible-core before 2.19
        return loader.load_from_file(path, cache=cached)
