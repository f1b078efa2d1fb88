# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The crontab check, judged by the parser and the clock of celery, which is what runs the plans.

What celery takes and ever fires must be taken, all else be refused with a reason. Where the check is stricter on purpose, the rules are listed here, and
no other difference is allowed. The celery is that of JumpServer 4.10.17 and later; earlier ones differ in months by name only, which is one of the rules.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import crontab_fault
from celery.schedules import ParseException, crontab, crontab_parser
from hypothesis import assume, example, given
from hypothesis import strategies as st

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def fires(text):
    """Whether celery takes a crontab and finds a time at which it is due."""
    words = text.split()
    if len(words) != 5:
        return False
    minute, hour, day, month, weekday = words
    try:
        schedule = crontab(minute, hour, day_of_month=day, month_of_year=month, day_of_week=weekday, nowfun=lambda: START)
        return schedule.remaining_estimate(START) > timedelta(0)
    except (ParseException, ValueError, RuntimeError):
        return False


def tokens(word):
    return [token for token in re.split("[-,/]", word) if token]


def ends(part):
    """What celery looks up of a part in letters: both ends of a range, else all of it."""
    found = re.match(r"(\w+?)-(\w+)", part)
    return found.groups() if found else (part,)


def names(token, abbreviations):
    return token[:3].lower() in abbreviations


def is_number(token):
    try:
        int(token)
    except ValueError:
        return False
    return True


# What celery of today would run and we refuse: rule -> (whether it applies to five words, an example)
STRICTER = {
    "a month is a number: JumpServer before 4.10.17 never runs a name": (
        lambda words: any(names(token, MONTHS) for word in words for token in tokens(word)), "0 3 * jan *"),
    "the name of a weekday stands in the fifth word": (
        lambda words: any(names(token, WEEKDAYS) for word in words[:4] for token in tokens(word)), "0 3 mon * *"),
    "the name of a weekday is made of letters": (
        lambda words: any(
            names(end, WEEKDAYS) and not (end.isascii() and end.isalpha()) for part in words[4].split(",") for end in ends(part)), "0 3 * * mon/2"),
    "a number is made of the digits 0 to 9": (
        lambda words: any(is_number(token) and not (token.isascii() and token.isdigit()) for word in words for token in tokens(word)), "1_0 3 * * *"),
    "nothing follows a complete part": (
        lambda words: any(not re.fullmatch(r"(\*|\w+(-\w+)?)(/\w+)?", part) for word in words for part in word.split(",")), "1-5-7 3 * * *"),
    "JumpServer stores no more than 128 characters": (
        lambda words: len(" ".join(words)) > 128, ",".join(["0"] * 61) + " 3 * * *"),
}


def stricter_rules(text):
    words = text.split()
    return [rule for rule, (applies, _example) in STRICTER.items() if len(words) == 5 and applies(words)]


def judge(text):
    """One crontab, looked at by both."""
    reason = crontab_fault(text, every_minute=True)
    if fires(text) and not stricter_rules(text):
        assert reason is None
    else:
        assert reason


@pytest.mark.parametrize("rule", STRICTER)
def test_each_stricter_rule_is_needed_for_something_that_celery_runs(rule):
    text = STRICTER[rule][1]
    assert fires(text)
    assert stricter_rules(text) == [rule]
    assert crontab_fault(text, every_minute=True)


LISTED = [
    "* * * * *", "*/5 * * * *", "*,5 * * * *", "0 3 * * *", "0,30 * * * *", "0-59/5 * * * *", "5 */2 * * *", "0 3 1-5/2 * *", "0 22-2 * * *",
    "5-1 * * * *", "0 22-2/2 * * *", "0 3 * * MON", "0 3 * * mon-fri", "0 3 * * sun-fri", "0 3 * * sat-sun", "0 3 29 2 *", "0 3 29 2 1", "0 3 31 2,3 *",
    "0 3 31 1-12 *", "0  3 * *  *", "0 3 * * Wednesday", "0 3 * * monkey", "00 003 * * *", "*/100 * * * *", "0-5/70 * * * *", "3-3/2 * * * *",
    "0 3 * JAN *", "0 3 * * jan", "jan * * * *", "mon * * * *", "0 3 * * mon1", "0 3 * * mon_", "0 3 * * mon/2", "0 3 * * mon-fri/2",
    "0 3 * * mon1-fri", "0 3 * * 7", "0 3 * * 0-7", "0 3 * * 8", "60 * * * *",
    "61 25 * * *", "0 24 * * *", "0-70 * * * *", "0 3 32 * *", "0 3 0 * *", "0 3 * 0 *", "0 3 * 13 *", "0 */0 * * *", "*/0 * * * *", "*/ * * * *",
    "*/x * * * *", "1-5/ * * * *", "0 3 L * *", "0 3 ? * *", "0 3 1W * *", "0 3 * * 1#2", "H 3 * * *", "@ * * * *", "@daily", "@reboot * * * *",
    "0/5 * * * *", "5/10 * * * *", "abc def ghi jkl mno", "0 3 31 2 *", "0 3 30 2 *", "0 3 31 4 *", "0 3 31 2 1", "0 3 31 4,6,9,11 *", "1,2, * * * *",
    ",1 * * * *", "0 3 * * *,", ", * * * *", "-1 * * * *", "- * * * *", "1- * * * *", "1--2 * * * *", "1-5-7 * * * *", "1-5/2-3 * * * *",
    "1-5/2/3 * * * *", "*/2/3 * * * *", "*5 * * * *", "5* * * * *", "** * * * *", "*-5 * * * *", "1-* * * * *", "1.5 * * * *", "+5 * * * *",
    "1_0 * * * *", "\uff11 * * * *", "\u0665 * * * *", "\u00b2 * * * *", "*/\uff12 * * * *", "0 3 * * \u65e5", "0x1 * * * *", "1e1 * * * *",
    "", " ", "bad", "5", "0 3 * *", "0 3 * * * *", "0 3 * * * 2027", "0 0 3 * * ?", "0\u00a03\u3000* * *", "0\n3 * * *",
]


@pytest.mark.parametrize("text", LISTED)
def test_listed(text):
    judge(text)


def parts(lowest, highest, names_too=()):
    """What a field takes: *, a, a-b, */n, a-b/n."""
    atoms = st.one_of(st.integers(lowest, highest).map(str), *[st.sampled_from(names_too)] * bool(names_too))
    ranges = st.tuples(atoms, atoms).map("-".join)
    steps = st.integers(1, highest + 1).map(str)
    return st.one_of(st.just("*"), atoms, ranges, st.tuples(st.one_of(st.just("*"), ranges), steps).map("/".join))


def lists(part):
    return st.lists(part, min_size=1, max_size=3).map(",".join)


FIELDS = [parts(0, 59), parts(0, 23), parts(1, 31), parts(1, 12), parts(0, 6, WEEKDAYS + ("Sunday", "FRI", "monkey"))]
GOOD = st.tuples(*map(lists, FIELDS)).map(" ".join)
ANYTHING = parts(0, 99, WEEKDAYS + MONTHS + ("March", "TUESDAY", "mon1", "L", "W", "?"))
WRONG = st.one_of(ANYTHING, st.tuples(ANYTHING, st.sampled_from(["/0", "/", "/5", "-", "/x"])).map("".join))


@st.composite
def written(draw):
    """A good crontab, or one with a doubtful part in one of its words."""
    text = draw(GOOD).split()
    if draw(st.booleans()):
        place = draw(st.integers(0, 4))
        text[place] = ",".join(draw(st.permutations([text[place], draw(WRONG)])))
    return " ".join(text)


NOISE = st.sampled_from("*/-,_+ \t0123456789LW#?@hH.janSUN\uff11\u0665\u00e9\u3000")


@st.composite
def disturbed(draw):
    """A written crontab with up to three characters put in, replaced or taken out."""
    text = draw(GOOD)
    for _time in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.one_of(st.just(""), NOISE, NOISE)) + text[place + draw(st.integers(0, 1)):]
    return text


@given(written())
def test_written(text):
    judge(text)


@given(disturbed())
@example("0 3 * * +1")
@example("\u0661-5 3 * * *")
def test_disturbed(text):
    judge(text)


@given(st.text(alphabet="*/-,0159 amnou", max_size=20))
def test_noise(text):
    judge(text)


MINUTES = st.lists(parts(0, 59), max_size=3)
REST = st.sampled_from(["3 * * *", "*/2 1-5 * *", "22-2 31 2,3 mon-fri"])


@given(st.sampled_from(["*", "*/1", "*/7", "*/59"]), MINUTES, REST)
def test_what_is_offered_instead_of_a_star_passes_and_means_the_same_minutes(star, more, rest):
    minute = ",".join([star] + more)
    text = "%s %s" % (minute, rest)
    assume(fires(text))
    offered = re.search('write "(.*?)"', crontab_fault(text, every_minute=False)).group(1)
    assert crontab_fault(offered, every_minute=False) is None
    offered_minute, offered_rest = offered.split(" ", 1)
    assert crontab_parser(60).parse(offered_minute) == crontab_parser(60).parse(minute)
    assert offered_rest == rest
