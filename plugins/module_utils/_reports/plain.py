# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Texts from a server as reports show them: on one line, in the order in which they are stored, and without what no format can hold."""

from __future__ import annotations

import re
from typing import Any

# U+2400 and the following are the pictures of the control characters
PICTURES = {code: 0x2400 + code for code in range(0x20)}
PICTURES[0x7F] = 0x2421
REPLACEMENT = "\ufffd"
# C1 controls, line and paragraph separators, what turns the direction of the text around it, halves of characters, and what XML forbids
UNFIT = re.compile("[\u0080-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def shown(value: Any) -> Any:
    """A JSON value with all its texts, those of its keys too, as they can be shown."""
    if isinstance(value, str):
        return UNFIT.sub(REPLACEMENT, value.translate(PICTURES))
    if isinstance(value, dict):
        return {shown(key): shown(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(entry) for entry in value]
    return value
