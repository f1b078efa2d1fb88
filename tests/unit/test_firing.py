# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a schedule fires, beside celery, whose clock runs the plans."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import firing
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import BROKEN, NONE, Schedule
from celery.schedules import crontab
from hypothesis import given
from hypothesis import strategies as st

SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 26, 10, 30, 5, tzinfo=SHANGHAI)
WORDS = (
    st.sampled_from(["0", "30", "59", "0-59", "0-59/15", "5,35"]), st.sampled_from(["*", "3", "23", "8-18/5", "22-2"]),
    st.sampled_from(["*", "1", "15", "29-31", "1-7"]), st.sampled_from(["*", "2", "1,7", "4-6"]), st.sampled_from(["*", "0", "mon", "1-5", "sat"]))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc))


def at(day, hour=3, minute=0, month=11, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def celerys_next(words, moment):
    minute, hour, day, month, weekday = words
    schedule = crontab(minute, hour, day_of_month=day, month_of_year=month, day_of_week=weekday, nowfun=lambda: moment)
    schedule.tz = timezone.utc
    begins, remaining, _now = schedule.remaining_delta(moment)
    return begins + remaining


@given(st.tuples(*WORDS), MOMENTS)
def test_a_crontab_fires_when_celery_says_so(words, moment):
    assert firing.following(" ".join(words), moment) == celerys_next(words, moment)


@given(st.tuples(*WORDS), MOMENTS)
def test_what_fired_last_is_what_fires_next_after_the_time_before(words, moment):
    text = " ".join(words)
    newest, older = firing.latest(text, moment, 2)
    assert older < newest <= moment < firing.following(text, moment)
    assert (firing.following(text, older), firing.following(text, newest - timedelta(seconds=1))) == (newest, newest)


@pytest.mark.parametrize("text, expected", [
    ("0 3 * * *", at(27)), ("30 10 * * *", at(27, 10, 30)), ("31 10 * * *", at(26, 10, 31)), ("0 3 * * 0", at(29)), ("0 3 29 2 *", at(29, month=2, year=2028)),
    ("0 3 29 2 sun", at(29, month=2, year=2032)),
])
def test_the_next_time_of_a_crontab(text, expected):
    assert firing.next_run(Schedule("crontab", text), NOW, None, None) == expected


@pytest.mark.parametrize("schedule", [
    NONE, BROKEN, Schedule("crontab", "0 3 31 2 *"), Schedule("crontab", "0 3 * jan *"), Schedule("crontab", "nonsense")], ids=str)
def test_what_never_fires_or_is_not_known_to_has_no_times(schedule):
    assert firing.next_run(schedule, NOW, NOW, NOW) is None
    assert firing.missed(schedule, NOW, 2) == []


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("last, saved, expected", [
    (NOW - HOUR, NOW - 9 * HOUR, NOW + 5 * HOUR), (NOW - 9 * HOUR, NOW - HOUR, NOW + 5 * HOUR), (None, NOW - HOUR, NOW + 5 * HOUR),
    (NOW - HOUR, None, NOW + 5 * HOUR), (None, None, None),
])
def test_an_interval_counts_from_the_last_scheduled_run_or_from_the_last_save(last, saved, expected):
    assert firing.next_run(Schedule("interval", 6), NOW, last, saved) == expected


def test_a_time_to_come_is_told_by_the_clock_as_it_is_now():
    summer, winter = timezone(2 * HOUR), timezone(HOUR)
    last, now = datetime(2026, 10, 24, 12, tzinfo=summer), datetime(2026, 10, 25, 9, tzinfo=winter)
    assert firing.next_run(Schedule("interval", 24), now, last, None).isoformat() == "2026-10-25T11:00:00+01:00"


def test_the_times_that_were_missed():
    assert firing.missed(Schedule("crontab", "0 3 * * *"), NOW, 2) == [at(26), at(25)]
    assert firing.missed(Schedule("interval", 6), NOW, 2) == [NOW - 6 * HOUR, NOW - 12 * HOUR]
