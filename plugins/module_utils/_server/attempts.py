# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""When a request is repeated, and for how long: pauses that grow, with a cap, and a deadline for the whole."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Any, Optional

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
LONGEST_WAIT = 120.0
# many controllers that failed at the same moment must not come back at the same moment
JITTER = 0.25
SHORTEST_DEADLINE = 300


def is_repeated(method: str, status: int) -> bool:
    """Whether an answer is worth asking again. A write that a gateway answered may have been carried out, so only reading is repeated then."""
    return status == 429 or (method in SAFE_METHODS and status in (502, 503, 504))


def told_pause(header: Optional[str], now: float) -> Optional[float]:
    """The seconds of a ``Retry-After`` header (a number, or a date, in GMT if it names no zone); None for anything else, infinity and the like."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header, now)
    return min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else None


def _seconds_until(header: str, now: float) -> float:
    try:
        date = parsedate_to_datetime(header)
        return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp() - now
    except (TypeError, ValueError, OverflowError, IndexError):
        return math.nan


class Attempts:
    """The attempts at one request: at most ``retries`` repeats, and nothing after ``deadline`` seconds (None: five minutes, or ``timeout`` if longer)."""

    def __init__(self, connection: Any, sleep: Callable, clock: Callable, chance: Callable = random.random) -> None:
        self.timeout = connection.timeout
        self.deadline = connection.deadline or max(SHORTEST_DEADLINE, connection.timeout)
        self._retries = connection.retries
        self._sleep, self._clock, self._chance = sleep, clock, chance
        self._began = clock()
        self._made = 1
        self._cut = False

    @property
    def elapsed(self) -> float:
        return self._clock() - self._began

    def limit(self) -> tuple[float, str]:
        """(seconds that the next answer may take, the option that says so)."""
        left = self.deadline - self.elapsed
        return (self.timeout, "timeout") if self.timeout <= left else (max(left, 0.001), "deadline")

    def again(self, retry_after: Optional[str] = None) -> bool:
        """Wait for the next attempt; False, at once, where there is none."""
        if self._made > self._retries:
            return False
        told = told_pause(retry_after, time.time())
        pause = told if told is not None else min(FIRST_PAUSE * 2 ** (self._made - 1), LONGEST_PAUSE)
        # later than the server said, never earlier
        pause *= 1 + JITTER * self._chance()
        if self.elapsed + pause >= self.deadline:
            self._cut = True
            return False
        self._sleep(pause)
        self._made += 1
        return True

    def told(self) -> str:
        """How often and how long it was tried, a sentence; "" for a single attempt that no deadline cut short."""
        if self._made == 1 and not self._cut:
            return ""
        times = "once" if self._made == 1 else f"{self._made} times"
        cut = f"; the next attempt would have passed the deadline of {self.deadline:.4g} seconds" if self._cut else ""
        return f"Tried {times} in {self.elapsed:.0f} seconds{cut}."
