# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Lengths of time as people write them: 90m, 26h, 8d."""

from __future__ import annotations

import re

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
WRITTEN = re.compile(r"\s*(\d{1,6})\s*([smhdw])\s*", re.ASCII)


def seconds(text: str, option: str) -> int:
    """The number of seconds, or BadInput that names the option."""
    match = WRITTEN.fullmatch(text)
    if not match:
        raise BadInput(f"{option} must be a number with a unit, such as 90m, 26h or 8d, not {text!r}.")
    return int(match.group(1)) * SECONDS[match.group(2)]


def words(duration: float) -> str:
    """About how long, in the largest unit of which there are two."""
    for unit, name in (("d", "days"), ("h", "hours"), ("m", "minutes")):
        if duration >= 2 * SECONDS[unit]:
            return f"{int(duration // SECONDS[unit])} {name}"
    return f"{int(duration)} seconds"
