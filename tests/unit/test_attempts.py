# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a request is repeated, how long is waited, and when it is given up: a table per rule, with a clock that stands still."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import attempts as _attempts
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.attempts import Attempts, told_pause
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import Credential
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.transport import Connection

NOW = 1_800_000_000
TOLD = {
    "seconds": ("7", 7.0), "fraction": ("0.5", 0.5), "blanks": (" 7 ", 7.0), "none": ("0", 0.0), "negative": ("-1", 0.0), "too long": ("999", 120.0),
    "huge": ("1e300", 120.0), "date": (formatdate(NOW + 60, usegmt=True), 60.0), "date of another zone": ("Fri, 15 Jan 2027 16:01:00 +0800", 60.0),
    "date without a zone": ("Fri, 15 Jan 2027 08:01:00", 60.0), "date with an unknown zone": ("Fri, 15 Jan 2027 08:01:00 -0000", 60.0),
    "date gone by": (formatdate(NOW - 60, usegmt=True), 0.0), "date far ahead": (formatdate(NOW + 86400, usegmt=True), 120.0),
}
NOT_TOLD = [
    "nan", "inf", "-inf", "Infinity", "1e400", "-1e400", "soon", "", " ", None, "7s", "0x7", "Fri, 99 Jan 2027 08:01:00 GMT",
    "Fri, 15 Jan 99999999999999999999 08:01:00 GMT", "Fri, 15 Jan 2027 08:01:00 +99999999", "1,5", "٧",
]


@pytest.mark.parametrize("header, seconds", TOLD.values(), ids=TOLD)
def test_what_the_server_says_is_believed_up_to_a_bound(header, seconds):
    assert told_pause(header, NOW) == seconds


@pytest.mark.parametrize("header", NOT_TOLD, ids=repr)
def test_what_is_no_time_is_not_believed(header):
    told = told_pause(header, NOW)
    assert told is None or 0 <= told <= 120


class Clock:
    """Stands still, but for the pauses."""

    def __init__(self):
        self.now, self.pauses = 1000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


def attempts(clock, chance=0.0, **settings):
    connection = Connection("https://jump.example.com", Credential("Token", "canary"), **settings)
    return Attempts(connection, clock.sleep, clock, lambda: chance)


def count(tried, header=None):
    """How many attempts there are when each fails at once."""
    number = 1
    while tried.again(header):
        number += 1
    return number


@pytest.mark.parametrize("retries", [0, 1, 3, 20])
def test_there_are_as_many_repeats_as_wished(retries):
    clock = Clock()
    assert count(attempts(clock, retries=retries, deadline=86400)) == retries + 1
    assert len(clock.pauses) == retries


def test_pauses_grow_up_to_a_cap():
    clock = Clock()
    count(attempts(clock, retries=20, deadline=86400))
    assert clock.pauses[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert max(clock.pauses) == 30


@pytest.mark.parametrize("header, least", [(None, 0.5), ("7", 7.0)])
def test_chance_makes_a_pause_longer_and_never_shorter(header, least):
    for chance in (0.0, 0.5, 0.999):
        clock = Clock()
        attempts(clock, chance=chance).again(header)
        assert clock.pauses == [least * (1 + _attempts.JITTER * chance)]


@pytest.mark.parametrize("settings, seconds", [
    ({}, 300), ({"timeout": 299}, 300), ({"timeout": 3600}, 3600), ({"deadline": 10}, 10), ({"deadline": 10, "timeout": 3600}, 10),
], ids=repr)
def test_there_is_always_a_deadline(settings, seconds):
    clock = Clock()
    tried = attempts(clock, retries=20, **settings)
    assert tried.deadline == seconds
    count(tried, "120")
    assert tried.elapsed < seconds


def test_no_pause_begins_that_would_pass_the_deadline():
    clock = Clock()
    tried = attempts(clock, retries=20, deadline=10)
    assert tried.again("6")
    assert not tried.again("6")
    assert clock.pauses == [6.0]
    assert tried.told() == "Tried 2 times in 6 seconds; the next attempt would have passed the deadline of 10 seconds."


def test_an_attempt_has_what_is_left():
    clock = Clock()
    tried = attempts(clock, timeout=8, deadline=10)
    assert tried.limit() == (8, "timeout")
    clock.now += 2
    assert tried.limit() == (8, "timeout")
    clock.now += 5
    assert tried.limit() == (3, "deadline")
    clock.now += 50
    seconds, option = tried.limit()
    assert seconds > 0
    assert option == "deadline"


@pytest.mark.parametrize("retries, header, told", [
    (0, None, ""), (1, None, "Tried 2 times in 0 seconds."), (3, "20", "Tried 4 times in 60 seconds."),
    (3, "120", "Tried 3 times in 240 seconds; the next attempt would have passed the deadline of 300 seconds."),
])
def test_how_often_and_how_long_it_was_tried_is_told(retries, header, told):
    clock = Clock()
    tried = attempts(clock, retries=retries)
    count(tried, header)
    assert tried.told() == told


def test_a_single_attempt_that_a_deadline_cut_short_is_told():
    clock = Clock()
    tried = attempts(clock, retries=3, deadline=5)
    assert not tried.again("60")
    assert tried.told() == "Tried once in 0 seconds; the next attempt would have passed the deadline of 5 seconds."
