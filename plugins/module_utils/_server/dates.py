# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Dates as JumpServer's API writes them, and as this collection writes them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR, datetime, timedelta, timezone, tzinfo
from typing import Any, Optional

UTC = "%Y-%m-%dT%H:%M:%SZ"


def zoned(text: Any) -> Optional[datetime]:
    """A date as the API writes it, ``2026/11/24 17:39:49 +0800``, in the server's time zone; None for anything else.

    Also for one at the ends of the calendar, which cannot be told in every zone.
    """
    try:
        found = datetime.strptime(text, "%Y/%m/%d %H:%M:%S %z")
    except (TypeError, ValueError):
        return None
    return found if MINYEAR < found.year < MAXYEAR else None


class ZoneOfDates(tzinfo):
    """The zone of a server, which tells it by the offsets of its dates alone: at any time that of the date nearest to it, UTC where there is none.

    One offset for all times would take what ran before the clocks were put back for an hour too early, and so for a run that was missed.
    """

    def __init__(self, texts: Iterable[Any]) -> None:
        # one date of each hour says as much as all of them
        samples = {(text[:13], text[-5:]): text for text in texts if isinstance(text, str)}
        dates = sorted(date for date in map(zoned, samples.values()) if date is not None)
        self._offsets = [_offset(date) for date in dates[:1]] or [timedelta(0)]
        self._changes: list[datetime] = []
        for before, after in zip(dates, dates[1:]):
            if _offset(before) != _offset(after):
                self._changes.append((before + (after - before) / 2).astimezone(timezone.utc).replace(tzinfo=None))
                self._offsets.append(_offset(after))
        self._walls = [change + offset for change, offset in zip(self._changes, self._offsets)]

    def utcoffset(self, dt: Optional[datetime]) -> timedelta:
        """By the clock on the wall."""
        if dt is None:
            return self._offsets[-1]
        return self._offsets[bisect(self._walls, dt.replace(tzinfo=None))]

    def fromutc(self, dt: datetime) -> datetime:
        """By UTC, for which no time is there twice."""
        return dt + self._offsets[bisect(self._changes, dt.replace(tzinfo=None))]

    def dst(self, dt: Optional[datetime]) -> None:
        """Not known."""

    def tzname(self, dt: Optional[datetime]) -> None:
        """Not known."""


def _offset(date: datetime) -> timedelta:
    return date.utcoffset() or timedelta(0)


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
