# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The result of an audit as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def render(result: Mapping[str, Any]) -> str:
    """All of it, to the letter: a half of a character, which UTF-8 cannot hold, becomes the escape that JSON has for it."""
    text = json.dumps(result, ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
