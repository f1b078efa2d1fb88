# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""When a plan runs: reading, wishing, comparing and writing schedules. Pure; no input or output.

JumpServer checks little of a crontab and hands it to celery, which drops what it cannot parse without a word, and whose scheduler
process ends, for every plan of the server, on an empty list part, a negative number or a date that never comes. So what is let through
here is what every version from 3.0 to 4.10 both accepts and runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

LONGEST_CRONTAB = 128
INTERVAL_HOURS = (1, 65535)
# YAML reads 12:30 as 12 * 60 + 30. What is no whole number of days, or longer than a month, may have been such a time.
MINUTES = 60
LONGEST_USUAL_INTERVAL = 31 * 24
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WORDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 6))
MONTH_NAME = re.compile(rf"\b({'|'.join(MONTHS)})[a-z]*", re.ASCII | re.IGNORECASE)
PART = re.compile(r"(?:(?P<star>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\w*))?", re.ASCII)


class Schedule(NamedTuple):
    """The schedule in force. ``kind``: ``none``, ``crontab`` (value: five words), ``interval`` (value: hours), or ``broken``.

    ``broken`` is a plan that says it is periodic and has neither: 4.0 and later leave it behind when a change omits the schedule.
    """

    kind: str
    value: Any = None

    @property
    def options(self) -> dict[str, Any]:
        """The same as module options, which is also how a diff shows it."""
        return {
            "is_periodic": self.kind != "none",
            "crontab": self.value if self.kind == "crontab" else "",
            "interval": self.value if self.kind == "interval" else None,
        }

    @property
    def body(self) -> dict[str, Any]:
        """The part of a request body that every version stores as meant.

        Complete, because from 4.0 a PATCH without it wipes the stored one; and never ``crontab: null``, which 4.8 answers with 500.
        """
        if self.kind == "none":
            return {"is_periodic": False}
        if self.kind == "crontab":
            return {"is_periodic": True, "crontab": self.value, "interval": None}
        if self.kind == "interval":
            return {"is_periodic": True, "interval": self.value, "crontab": ""}
        return {}

    @property
    def portable(self) -> Schedule:
        """The same schedule in the form that every version takes, and in which two are compared: one stored before 4.9 may start with ``*``."""
        return self._replace(value=_without_star(self.value)) if self.kind == "crontab" else self

    @property
    def key(self) -> tuple:
        """Equal exactly when two schedules run at the same times: ``0 3 * * 0`` is ``00 03 * * sun``, and ``1,3`` is ``3,1``."""
        if self.kind != "crontab" or crontab_fault(self.value, True):
            return tuple(self)
        return (self.kind, *map(frozenset, numbers(self.value)))

    def changes_from(self, other: Schedule) -> list[str]:
        """The options in which ``other`` runs at other times than this; empty when it does not."""
        # most are written alike, and reading ten thousand crontabs takes half a second
        if self == other or self.key == other.key:
            return []
        ours, theirs = self.portable.options, other.portable.options
        return [option for option in ours if ours[option] != theirs[option]] or ["is_periodic"]


NONE = Schedule("none")
BROKEN = Schedule("broken")


def from_row(row: Mapping[str, Any]) -> Schedule:
    """The schedule of a plan as the server returns it. 3.x keeps an interval of 24 beside a crontab and beside no schedule: noise."""
    if not row.get("is_periodic"):
        return NONE
    crontab = " ".join((row.get("crontab") or "").split())
    if crontab:
        return Schedule("crontab", crontab)
    if row.get("interval"):
        return Schedule("interval", row["interval"])
    return BROKEN


def desired(options: Mapping[str, Any], current: Optional[Schedule] = None) -> tuple[Optional[Schedule], str]:
    """``(schedule, error)``: the schedule that the options ask for, None when they leave it alone; and why it cannot be.

    ``options``: dict with ``is_periodic``, ``crontab``, ``interval``, where None means omitted. ``current``: the schedule in force, None for a new
    plan.
    """
    periodic, crontab, interval = (options.get(key) for key in ("is_periodic", "crontab", "interval"))
    if crontab is not None:
        crontab = " ".join(crontab.split())
    if periodic is None and crontab is None and interval is None:
        return None, ""
    if periodic is False:
        return NONE, ""
    if crontab:
        return Schedule("crontab", crontab), ""
    if interval is not None:
        return Schedule("interval", interval), ""
    if crontab is None and current is not None and current.kind in ("crontab", "interval"):
        return current, ""
    if crontab == "" and current is not None and current.kind == "interval":
        return current, ""
    if periodic:
        return None, "is_periodic is true, so crontab or interval is needed: write for example crontab: \"0 3 * * *\" or interval: 24"
    return NONE, ""


def errors(options: Mapping[str, Any], every_minute: bool) -> list[str]:
    """What the server would accept and never run. ``every_minute``: whether the minute may start with ``*`` there."""
    found = []
    crontab, interval = options.get("crontab"), options.get("interval")
    reason = crontab_fault(crontab, every_minute) if crontab is not None and crontab.strip() else None
    if reason:
        found.append(f"crontab {crontab!r} cannot be used: {reason}")
    lowest, highest = INTERVAL_HOURS
    if interval is not None and not lowest <= interval <= highest:
        found.append(f"interval {interval} cannot be used: whole hours from {lowest} to {highest}")
    return found


@cache
def crontab_fault(crontab: str, every_minute: bool = False) -> Optional[str]:
    """Why a crontab must not reach the server, and what to write instead; None for a good one."""
    words = crontab.split()
    if len(" ".join(words)) > LONGEST_CRONTAB:
        return f"it is longer than {LONGEST_CRONTAB} characters"
    if words and words[0].startswith("@"):
        return f"macros such as {words[0]} are not known to JumpServer; write the five words, for example \"0 0 * * *\""
    if len(words) != len(WORDS):
        return f"it has {len(words)} words and needs five: minute, hour, day of the month, month, day of the week"
    try:
        _minutes, _hours, days, months, _weekdays = numbers(crontab)
    except BadInput as error:
        return str(error)
    if min(days) > max(LONGEST_MONTH[month - 1] for month in months):
        return "that date never comes, and it would stop the scheduler of the whole server"
    if words[0].startswith("*") and not every_minute:
        return f"this server refuses a minute that starts with *; write \"{_without_star(' '.join(words))}\", which means the same"
    return None


@cache
def never_runs(crontab: str) -> bool:
    """Whether no version runs a crontab as it is written. 4.10.17 and later run months that are given by name."""
    words = crontab.split()
    if len(words) == len(WORDS):
        words[3] = MONTH_NAME.sub(lambda match: str(MONTHS.index(match.group(1).lower()) + 1), words[3])
    return crontab_fault(" ".join(words), True) is not None


def _without_star(crontab: str) -> str:
    return "0-59" + crontab[1:] if crontab.startswith("*") else crontab


def numbers(crontab: str) -> list[set[int]]:
    """The numbers that each of the five words of a crontab stands for, or BadInput."""
    return [_values(word, *described) for word, described in zip(crontab.split(), WORDS)]


def _values(word: str, field: str, lowest: int, highest: int) -> set[int]:
    """The set of numbers that one word of a crontab stands for."""
    found: set[int] = set()
    for part in word.split(","):
        if not part:
            raise BadInput(f"the {field} has an empty part in {word!r}; a stray comma would stop the scheduler of the whole server")
        found.update(_part_values(part, field, lowest, highest))
    return found


def _part_values(part: str, field: str, lowest: int, highest: int) -> list[int]:
    match = PART.fullmatch(part)
    if not match:
        raise BadInput(f"the {field} {part!r} is none of *, */n, a, a-b, a-b/n")
    star, first, last, step = match.group("star", "first", "last", "step")
    if star:
        values = list(range(lowest, highest + 1))
    else:
        start = _number(first, field, lowest, highest)
        end = start if last is None else _number(last, field, lowest, highest)
        # a range may wrap round, as in hours 22-2
        values = list(range(start, end + 1)) if start <= end else list(range(start, highest + 1)) + list(range(lowest, end + 1))
    if step is None:
        return values
    if not star and last is None:
        raise BadInput(f"the {field} {part!r} has a step without a range; write {first}-{highest}/{step or 'n'}")
    if not step.isdigit() or int(step) < 1:
        raise BadInput(f"the {field} {part!r} needs a step of 1 or more")
    return values[::int(step)]


def _number(text: str, field: str, lowest: int, highest: int) -> int:
    if text.isdigit():
        number = int(text)
        if lowest <= number <= highest:
            return number
        hint = "; 0 is Sunday" if field == WORDS[4][0] else ""
        raise BadInput(f"the {field} {text} is outside {lowest} to {highest}{hint}")
    abbreviation = text[:3].lower()
    if field == WORDS[4][0] and text.isalpha() and abbreviation in WEEKDAYS:
        return WEEKDAYS.index(abbreviation)
    if field == WORDS[3][0] and abbreviation in MONTHS:
        raise BadInput(f"most JumpServer versions never run a month given by name; write {MONTHS.index(abbreviation) + 1} for {text}")
    raise BadInput(f"the {field} {text!r} is not a number from {lowest} to {highest}")


def remark(options: Mapping[str, Any]) -> Optional[str]:
    """What the user should be told about a schedule that is good, or None."""
    interval = options.get("interval")
    if options.get("is_periodic") is False or interval is None:
        return None
    if options.get("crontab"):
        return "crontab and interval are both given: JumpServer runs the crontab, the interval has no effect"
    if interval > LONGEST_USUAL_INTERVAL or (interval >= MINUTES and interval % 24):
        days, hours = divmod(interval, 24)
        time = f"{interval // MINUTES}:{interval % MINUTES:02d}"
        return f"interval {interval} is {days} days and {hours} hours; if a time was meant, as YAML makes {interval} of {time} without quotes, write a crontab"
    return None
