# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Dates as JumpServer's API writes them, and as this collection writes them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional

UTC = "%Y-%m-%dT%H:%M:%SZ"


def zoned(text: Any) -> Optional[datetime]:
    """A date as the API writes it, ``2026/11/24 17:39:49 +0800``, in the server's time zone; None for anything else."""
    try:
        return datetime.strptime(text, "%Y/%m/%d %H:%M:%S %z")
    except (TypeError, ValueError):
        return None


def moment(text: Any) -> Optional[float]:
    """The same in seconds since the epoch."""
    found = zoned(text)
    return None if found is None else found.timestamp()


def in_utc(date: Optional[float]) -> Optional[str]:
    """A unix time as text, in UTC. Such texts are in the order of their times."""
    return datetime.fromtimestamp(date, timezone.utc).strftime(UTC) if date is not None else None


def from_utc(text: str) -> float:
    """The unix time of such a text, or ValueError."""
    return datetime.strptime(text, UTC).replace(tzinfo=timezone.utc).timestamp()
