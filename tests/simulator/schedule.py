# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Crontabs as the server checks them, as its scheduler takes them, and the scheduler's own entries."""

from __future__ import annotations

import calendar
import re

from .models import ScheduleEntry
from .runtime import runtime

WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: lowest and highest value of minute, hour, day of month, month, day of week
LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
A_LEAP_YEAR = 2024

RUNS, NEVER, STOPS = "runs", "never", "stops"


class NeverRuns(Exception):
    """The scheduler drops such a crontab without a word."""


class StopsScheduler(Exception):
    """The scheduler process ends on such a crontab."""


def is_accepted(crontab):
    """Whether the API takes the text: five words, whatever they are."""
    return len(crontab.split()) == 5


def verdict(crontab):
    """What the scheduler of this version does with an accepted crontab: "runs", "never" or "stops"."""
    try:
        words = crontab.split()
        values = [_values(word, position) for position, word in enumerate(words)]
    except NeverRuns:
        return NEVER
    except StopsScheduler:
        return STOPS
    days, months = values[2], values[3]
    exists = any(min(days) <= calendar.monthrange(A_LEAP_YEAR, month)[1] for month in months)
    return RUNS if exists else STOPS


def _values(word, position):
    found = set()
    for part in word.split(","):
        if part == "" or re.fullmatch(r"-\d+", part):
            raise StopsScheduler(word)
        found |= _part(part, position)
    return found


def _part(part, position):
    low, high = LIMITS[position]
    match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", part)
    if not match:
        raise NeverRuns(part)
    first, last, step = match.groups()
    if step is not None and (int(step) == 0 or (last is None and first != "*")):
        raise NeverRuns(part)
    if first == "*":
        if last is not None:
            raise NeverRuns(part)
        values = list(range(low, high + 1))
    else:
        start = _number(first, position)
        end = start if last is None else _number(last, position)
        values = list(range(start, end + 1)) if start <= end else list(range(start, high + 1)) + list(range(low, end + 1))
    return set(values[::int(step or 1)])


def _number(text, position):
    low, high = LIMITS[position]
    if text.isdigit():
        number = int(text)
    elif position == 4 and text[:3].lower() in WEEKDAYS:
        number = WEEKDAYS.index(text[:3].lower())
    elif position == 3 and runtime.behaviour.month_names_run and text[:3].lower() in MONTHS:
        number = MONTHS.index(text[:3].lower()) + 1
    else:
        raise NeverRuns(text)
    if not low <= number <= high:
        raise NeverRuns(text)
    return number


def display(plan):
    """("crontab", text), ("interval", hours) or None: the schedule that the API shows for a plan."""
    if not plan.is_periodic:
        return None
    if plan.crontab:
        return "crontab", plan.crontab
    if plan.interval:
        return "interval", plan.interval
    return None


def register(plan):
    """Tell the scheduler about a saved plan.

    From 4.0.0 on a plan that says periodic but has lost interval and crontab keeps its old entry: it goes on firing.
    """
    key = plan.id.hex[:8]
    shown = display(plan)
    if plan.is_periodic and plan.is_active and shown is None and runtime.behaviour.schedule_rewritten:
        return
    if shown is None or not plan.is_active:
        ScheduleEntry.objects.filter(key=key).delete()
        return
    entry = _entry(plan, shown)
    ScheduleEntry.objects.update_or_create(key=entry.pk, defaults={
        "plan_id": entry.plan_id, "crontab": entry.crontab, "interval": entry.interval,
    })


def register_all(plans):
    """The same for many new plans at once."""
    shown = [(plan, display(plan)) for plan in plans if plan.is_active]
    entries = {entry.pk: entry for entry in (_entry(plan, schedule) for plan, schedule in shown if schedule)}
    ScheduleEntry.objects.bulk_create(entries.values())


def _entry(plan, shown):
    kind, value = shown
    return ScheduleEntry(
        key=plan.id.hex[:8], plan_id=plan.id, crontab=value if kind == "crontab" else "", interval=value if kind == "interval" else None)


def forget(plan_ids):
    """Remove the entries of deleted plans."""
    ScheduleEntry.objects.filter(key__in=[plan_id.hex[:8] for plan_id in plan_ids]).delete()


def report():
    """{"running", "stopped_by", "entries": {plan id: "0 3 * * *" or "every 12 h"}} with the entries that really fire."""
    entries, stopped_by = {}, None
    for entry in ScheduleEntry.objects.all():
        if not entry.crontab:
            entries[str(entry.plan_id)] = "every %d h" % entry.interval
            continue
        found = verdict(entry.crontab)
        if found == RUNS:
            entries[str(entry.plan_id)] = " ".join(entry.crontab.split())
        elif found == STOPS:
            stopped_by = entry.crontab
    return {"running": stopped_by is None, "stopped_by": stopped_by, "entries": entries}
