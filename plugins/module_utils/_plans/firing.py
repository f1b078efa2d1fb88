# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""When a schedule fires, and when it last should have. Pure; every time is aware of its zone, which is the server's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from itertools import islice
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

# the 29th of February falls on each day of the week within 40 years, also where a century leaves one out
MOST_DAYS = 40 * 366


class _Times(NamedTuple):
    """The numbers that the words of a crontab stand for; celery wants both the day of the month and the day of the week to match."""

    of_day: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def on(self, day: date) -> tuple[time, ...]:
        fits = day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.weekdays
        return self.of_day if fits else ()


@cache
def _times(crontab: str) -> Optional[_Times]:
    """None for a crontab that never fires as it is written."""
    try:
        minutes, hours, days, months, weekdays = _schedule.numbers(crontab)
    except BadInput:
        return None
    of_day = tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes))
    return _Times(of_day, frozenset(days), frozenset(months), frozenset(weekdays))


def _walk(crontab: str, moment: datetime, step: int) -> Iterator[datetime]:
    times = _times(crontab)
    for number in range(MOST_DAYS if times else 0):
        day = moment.date() + timedelta(days=step * number)
        for one in (times.on(day) if times else ())[::step]:
            fires = datetime.combine(day, one, moment.tzinfo)
            if (fires > moment) if step > 0 else (fires <= moment):
                yield fires


def following(crontab: str, moment: datetime) -> Optional[datetime]:
    """The first time after ``moment`` at which a crontab fires, None where it never does."""
    return next(_walk(crontab, moment, 1), None)


def latest(crontab: str, moment: datetime, number: int) -> list[datetime]:
    """The last times until ``moment`` at which a crontab fired, newest first."""
    return list(islice(_walk(crontab, moment, -1), number))


def next_run(schedule: _schedule.Schedule, now: datetime, last: Optional[datetime], saved: Optional[datetime]) -> Optional[datetime]:
    """When a plan is to run next, None where that is never or not known.

    An interval counts from the last scheduled run, and each save of the plan begins it anew.
    """
    if schedule.kind == "crontab":
        return following(schedule.value, now)
    begins = [moment for moment in (last, saved) if moment is not None]
    coming = _after(max(begins).astimezone(timezone.utc), schedule.value) if schedule.kind == "interval" and begins else None
    # by the clock as it is now, which may have been put forward or back since then
    return None if coming is None else coming.astimezone(now.tzinfo)


def missed(schedule: _schedule.Schedule, now: datetime, number: int) -> list[datetime]:
    """The last ``number`` times by which a plan should have run, newest first; of an interval the latest that can be."""
    if schedule.kind == "crontab":
        return latest(schedule.value, now, number)
    if schedule.kind == "interval":
        # hours that went by, and not those that a clock shows which was put forward or back in between
        due = (_after(now.astimezone(timezone.utc), -schedule.value * times) for times in range(1, number + 1))
        return [moment for moment in due if moment is not None]
    return []


def _after(moment: datetime, hours: int) -> Optional[datetime]:
    """None where no date can show it: an interval may be of any length."""
    try:
        return moment + timedelta(hours=hours)
    except OverflowError:
        return None
