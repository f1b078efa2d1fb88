# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The zone of a server that tells it by its dates alone, beside the real one, also where its clocks were put forward or back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._audit import audit as _audit
from ansible_collections.jumpserver.accounts.plugins.module_utils._audit.gather import Seen, zone_of
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.history import Latest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.parts import Part
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import ZoneOfDates
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

from tests.unit.examples import plan_row

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
# where clocks were put back, and forward, in the night before
BACK, FORWARD = datetime(2026, 10, 25, 10, 30, tzinfo=BERLIN), datetime(2026, 3, 29, 10, 30, tzinfo=BERLIN)
TEAM = Organization("Team", "00000000-0000-4000-8000-0000000000aa", "Team")


def shown(moment):
    return moment.strftime("%Y/%m/%d %H:%M:%S %z")


@pytest.mark.parametrize("texts, offset", [
    ([], 0), ([None, "soon", 7], 0), (["2026/11/24 17:39:49 +0800"], 8), (["2026/11/24 17:39:49 +0800", "2020/01/01 00:00:00 +0800"], 8),
    (["2026/07/01 00:00:00 +0200"], 2), (["2026/07/01 00:00:00 +0200", "2026/11/20 00:00:00 +0100"], 1)])
def test_the_offset_of_now_is_that_of_the_date_nearest_to_it(texts, offset):
    now = datetime.fromtimestamp(1795644677, ZoneOfDates(texts))
    assert now.utcoffset() == timedelta(hours=offset) and now.timestamp() == 1795644677


@pytest.mark.parametrize("around", [BACK, FORWARD])
def test_each_time_has_the_offset_that_was_in_force(around):
    hours = [(around.astimezone(timezone.utc) + timedelta(hours=number)).astimezone(BERLIN) for number in range(-60, 20, 2)]
    zone = ZoneOfDates(map(shown, hours))
    for moment in hours:
        there = datetime.fromtimestamp(moment.timestamp(), zone)
        assert (there.replace(tzinfo=None), there.utcoffset()) == (moment.replace(tzinfo=None), moment.utcoffset())
        # what is an hour from the change itself, which no date tells exactly
        if abs((moment - around.replace(hour=3)).total_seconds()) > 4 * 3600:
            assert moment.replace(tzinfo=zone).timestamp() == moment.timestamp()


def findings(row, began, now):
    """What an audit finds at ``now`` of a plan that ran by itself at these times."""
    plan = _plan.read({**plan_row(is_active=True, recipients_part_one=[], **row), "date_created": shown(now - timedelta(days=200)),
                       "date_updated": shown(now - timedelta(days=150))})
    run = {"id": "x", "automation": {"id": plan.id}, "trigger": {"value": "timing"}, "status": {"value": "success"}}
    rows = [{**run, "date_start": shown(one)} for one in began]
    latest = {plan.id: Latest(rows[0], rows[0], rows[0])}
    # another plan was saved just now, and shows another offset where clocks were changed since
    other = plan._replace(row={"date_updated": shown(now)})
    here = datetime.fromtimestamp(now.timestamp(), zone_of([plan, other], latest.values()))
    answer = _audit.audit(Seen(here, (Part(TEAM, [plan], TEAM),), latest=latest), _audit.Question(has_index=True))
    return {one.rule for one in answer.findings} & {"stopped-firing", "overdue", "never-ran"}


@pytest.mark.parametrize("now", [BACK, FORWARD, datetime(2026, 11, 26, 10, 30, tzinfo=SHANGHAI)])
@pytest.mark.parametrize("crontab", ["0 1 * * *", "30 1 * * 0,4", "45 0 1,15,20 * *", "30 9 * * *"])
def test_a_plan_that_ran_when_it_was_due_is_not_called_late_where_clocks_change(now, crontab):
    minute, hour, days, _month, weekdays = crontab.split()
    candidates = [now.replace(hour=int(hour), minute=int(minute)) - timedelta(days=number) for number in range(40)]
    began = [one for one in candidates if one <= now and (days == "*" or str(one.day) in days.split(",")) and
             (weekdays == "*" or str(one.isoweekday() % 7) in weekdays.split(","))]
    row = {"is_periodic": True, "crontab": crontab, "interval": None}
    assert findings(row, began, now) == set()
    # and one that stopped is told
    assert "stopped-firing" in findings(row, began[2:], now)


@pytest.mark.parametrize("now", [BACK, FORWARD])
@pytest.mark.parametrize("ago, expected", [(23.9, set()), (25, {"stopped-firing"})])
def test_hours_of_an_interval_are_those_that_went_by(now, ago, expected):
    began = (now.astimezone(timezone.utc) - timedelta(hours=ago)).astimezone(BERLIN)
    assert findings({"is_periodic": True, "crontab": "", "interval": 24}, [began], now) == expected
