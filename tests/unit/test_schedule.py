# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules: what is read from a row, what is wished, what counts as equal, and what is sent."""

from __future__ import annotations

import re

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import BROKEN, NONE, Schedule, crontab_fault, desired, from_row, remark

NIGHTLY = Schedule("crontab", "0 3 * * *")
HOURLY = Schedule("interval", 1)


def options(is_periodic=None, crontab=None, interval=None):
    return {"is_periodic": is_periodic, "crontab": crontab, "interval": interval}


READ = {
    "no schedule": (options(False, None, None), NONE),
    "3.x keeps 24 hours beside no schedule": (options(False, None, 24), NONE),
    "3.x keeps a dormant schedule": (options(False, "0 3 * * *", 12), NONE),
    "crontab": (options(True, "0 3 * * *", None), NIGHTLY),
    "3.x keeps 24 hours beside a crontab": (options(True, "0 3 * * *", 24), NIGHTLY),
    "blanks inside a crontab are stored as sent": (options(True, "0  3 * *  *", None), NIGHTLY),
    "interval, crontab null": (options(True, None, 1), HOURLY),
    "interval, crontab empty": (options(True, "", 1), HOURLY),
    "a crontab of blanks runs by the interval": (options(True, "  ", 1), HOURLY),
    "wiped by 4.x": (options(True, "", None), BROKEN),
    "interval taken away on 3.x": (options(True, None, None), BROKEN),
}


@pytest.mark.parametrize("row, expected", READ.values(), ids=READ)
def test_read(row, expected):
    assert from_row(row) == expected


def test_a_row_without_schedule_keys_has_none():
    assert from_row({"id": "x"}) == NONE


WANTED = {
    "nothing said, new plan": (options(), None, None),
    "nothing said, plan with a crontab": (options(), NIGHTLY, None),
    "nothing said, broken plan": (options(), BROKEN, None),
    "crontab implies periodic": (options(crontab="0 3 * * *"), None, NIGHTLY),
    "blanks in a crontab do not count": (options(crontab=" 0  3 * *\t* "), None, NIGHTLY),
    "interval implies periodic": (options(interval=1), None, HOURLY),
    "interval replaces a crontab": (options(interval=1), NIGHTLY, HOURLY),
    "crontab replaces an interval": (options(crontab="0 3 * * *"), HOURLY, NIGHTLY),
    "of both the crontab wins": (options(crontab="0 3 * * *", interval=1), None, NIGHTLY),
    "empty crontab beside an interval": (options(crontab="", interval=1), NIGHTLY, HOURLY),
    "periodic with crontab": (options(True, "0 3 * * *"), None, NIGHTLY),
    "periodic with interval": (options(True, interval=1), None, HOURLY),
    "not periodic": (options(False), NIGHTLY, NONE),
    "not periodic, new plan": (options(False), None, NONE),
    "not periodic beats the rest": (options(False, "0 3 * * *", 1), NIGHTLY, NONE),
    "not periodic heals a broken plan": (options(False), BROKEN, NONE),
    "periodic keeps a crontab": (options(True), NIGHTLY, NIGHTLY),
    "periodic keeps an interval": (options(True), HOURLY, HOURLY),
    "empty crontab clears a crontab": (options(crontab=""), NIGHTLY, NONE),
    "blank crontab clears a crontab": (options(crontab="  "), NIGHTLY, NONE),
    "empty crontab leaves an interval": (options(crontab=""), HOURLY, HOURLY),
    "empty crontab on a plan without schedule": (options(crontab=""), NONE, NONE),
    "empty crontab heals a broken plan": (options(crontab=""), BROKEN, NONE),
    "empty crontab, new plan": (options(crontab=""), None, NONE),
}


@pytest.mark.parametrize("asked, current, expected", WANTED.values(), ids=WANTED)
def test_desired(asked, current, expected):
    assert desired(asked, current) == (expected, "")


NOTHING_TO_RUN_BY = {
    "new plan": (options(True), None),
    "plan without schedule": (options(True), NONE),
    "broken plan": (options(True), BROKEN),
    "the crontab is cleared": (options(True, ""), NIGHTLY),
    "new plan, empty crontab": (options(True, ""), None),
}


@pytest.mark.parametrize("asked, current", NOTHING_TO_RUN_BY.values(), ids=NOTHING_TO_RUN_BY)
def test_periodic_needs_something_to_run_by(asked, current):
    schedule, error = desired(asked, current)
    assert schedule is None and "crontab or interval is needed" in error


COMPARED = {
    "crontab and crontab": (NIGHTLY, Schedule("crontab", "0 3 * * *"), True),
    "two crontabs": (NIGHTLY, Schedule("crontab", "0 4 * * *"), False),
    "interval and interval": (HOURLY, Schedule("interval", 1), True),
    "two intervals": (HOURLY, Schedule("interval", 2), False),
    "crontab and interval": (NIGHTLY, HOURLY, False),
    "broken and none": (BROKEN, NONE, False),
    "broken and crontab": (BROKEN, NIGHTLY, False),
    "none and none": (NONE, Schedule("none"), True),
}


@pytest.mark.parametrize("one, other, same", COMPARED.values(), ids=COMPARED)
def test_compare(one, other, same):
    assert (one == other) is same


BODIES = {
    "none": (NONE, {"is_periodic": False}),
    "crontab": (NIGHTLY, {"is_periodic": True, "crontab": "0 3 * * *", "interval": None}),
    "interval": (HOURLY, {"is_periodic": True, "crontab": "", "interval": 1}),
    "broken says nothing": (BROKEN, {}),
}


@pytest.mark.parametrize("schedule, body", BODIES.values(), ids=BODIES)
def test_body_of_contract_4_2(schedule, body):
    assert schedule.body == body


OPTIONS = {
    "none": (NONE, options(False, "", None)),
    "crontab": (NIGHTLY, options(True, "0 3 * * *", None)),
    "interval": (HOURLY, options(True, "", 1)),
    "broken": (BROKEN, options(True, "", None)),
}


@pytest.mark.parametrize("schedule, shown", OPTIONS.values(), ids=OPTIONS)
def test_shown_as_options(schedule, shown):
    assert schedule.options == shown


RUNS = [
    "0 3 * * *", "0,30 * * * *", "0-59/5 * * * *", "5 */2 * * *", "0 3 1-5/2 * *", "0 22-2 * * *", "5-1 * * * *", "0 3 * * MON", "0 3 * * mon-fri",
    "0 3 * * sun-fri", "0 3 29 2 *", "0 3 31 2,3 *", "0  3 * *  *", "0 3 * * 0", "0 3 * * 6", "59 23 31 12 *", "0 3 * * Monday", "00 03 * * *",
]


@pytest.mark.parametrize("crontab", RUNS)
@pytest.mark.parametrize("every_minute", [True, False], ids=["to 4.8", "from 4.9"])
def test_a_crontab_that_runs_on_every_version_is_taken(crontab, every_minute):
    assert crontab_fault(crontab, every_minute) is None


REFUSED = {
    # never runs before 4.10.17
    "0 3 * JAN *": "write 1 for JAN",
    "0 3 * december *": "write 12 for december",
    # never runs
    "0 3 * * 7": "0 is Sunday",
    "0 3 * * 0-7": "0 is Sunday",
    "0 3 * * 8": "0 is Sunday",
    "60 * * * *": "minute 60 is outside 0 to 59",
    "61 25 * * *": "minute 61 is outside 0 to 59",
    "0 24 * * *": "hour 24 is outside 0 to 23",
    "0-70 * * * *": "minute 70 is outside 0 to 59",
    "0 3 32 * *": "day of the month 32 is outside 1 to 31",
    "0 3 0 * *": "day of the month 0 is outside 1 to 31",
    "0 3 * 0 *": "month 0 is outside 1 to 12",
    "0 3 * 13 *": "month 13 is outside 1 to 12",
    "0 */0 * * *": "step of 1 or more",
    "*/0 * * * *": "step of 1 or more",
    "0 3 */x * *": "step of 1 or more",
    "0 3 1-5/ * *": "step of 1 or more",
    "0 3 L * *": "day of the month 'L' is not a number",
    "0 3 ? * *": r"day of the month '\?'",
    "0 3 1W * *": "day of the month '1W' is not a number",
    "0 3 * * 1#2": "day of the week '1#2'",
    "H 3 * * *": "minute 'H' is not a number",
    "@ * * * *": "macros",
    "0/5 * * * *": "write 0-59/5",
    "5/10 * * * *": "write 5-59/10",
    "abc def ghi jkl mno": "minute 'abc' is not a number",
    # stops the scheduler of the whole server
    "0 3 31 2 *": "never comes",
    "0 3 30 2 *": "never comes",
    "0 3 31 4 *": "never comes",
    "0 3 31 2 1": "never comes",
    "0 3 31 4,6,9,11 *": "never comes",
    "1,2, * * * *": "empty part",
    ",1 * * * *": "empty part",
    "0 3 * * *,": "empty part",
    "-1 * * * *": "minute '-1'",
    # refused by every server
    "@daily": "macros such as @daily",
    "0 3 * *": "4 words and needs five",
    "0 3 * * * *": "6 words and needs five",
    "bad": "1 words? and needs five",
    "5": "1 words? and needs five",
    ",".join(["0"] * 61) + " 3 * * *": "longer than 128",
}


@pytest.mark.parametrize("crontab, reason", REFUSED.items(), ids=REFUSED)
@pytest.mark.parametrize("every_minute", [True, False], ids=["to 4.8", "from 4.9"])
def test_a_crontab_that_never_runs_is_refused_with_the_reason(crontab, reason, every_minute):
    (told,) = _schedule.errors(options(crontab=crontab), every_minute)
    assert re.search(reason, told)


STARS = {
    "* * * * *": "0-59 * * * *",
    "*/5 * * * *": "0-59/5 * * * *",
    "*/20,7 3 * * 1": "0-59/20,7 3 * * 1",
    "*,5 3 * * *": "0-59,5 3 * * *",
}


@pytest.mark.parametrize("crontab, instead", STARS.items(), ids=STARS)
def test_a_minute_with_a_star_runs_to_4_8_and_is_refused_from_4_9_with_an_equivalent(crontab, instead):
    assert crontab_fault(crontab, every_minute=True) is None
    assert '"%s"' % instead in crontab_fault(crontab, every_minute=False)
    assert crontab_fault(instead, every_minute=False) is None


def test_blanks_do_not_count_as_length():
    crontab = ",".join(["0"] * 60) + " 3 * * *"
    assert len(crontab) == 127
    assert crontab_fault("  %s  " % crontab.replace(" ", "  ")) is None
    assert "longer than 128" in crontab_fault("10," + crontab)


def test_no_equivalent_is_offered_for_a_date_that_never_comes():
    assert "never comes" in crontab_fault("* 3 31 2 *", every_minute=False)


@pytest.mark.parametrize("interval", [0, -1, 65536])
def test_an_interval_outside_the_range_of_the_server_is_refused(interval):
    (told,) = _schedule.errors(options(interval=interval), True)
    assert "from 1 to 65535" in told


@pytest.mark.parametrize("interval", [1, 24, 65535])
def test_an_interval_within_the_range_is_taken(interval):
    assert _schedule.errors(options(interval=interval), True) == []


@pytest.mark.parametrize("crontab", ["", "  "], ids=["empty", "blanks"])
def test_clearing_the_crontab_is_no_fault(crontab):
    assert _schedule.errors(options(crontab=crontab), False) == []


def test_the_reason_names_the_crontab():
    assert _schedule.errors(options(crontab="0 3 31 2 *"), True)[0].startswith("crontab '0 3 31 2 *' cannot be used")


def test_crontab_and_interval_together_are_remarked_upon():
    assert "JumpServer runs the crontab" in remark(options(crontab="0 3 * * *", interval=5))


REMARKLESS = {"crontab": options(crontab="0 3 * * *"), "interval": options(interval=5), "cleared": options(crontab="", interval=5),
              "no schedule": options(False, "0 3 * * *", 5)}


@pytest.mark.parametrize("asked", REMARKLESS.values(), ids=REMARKLESS)
def test_nothing_to_remark(asked):
    assert remark(asked) is None
