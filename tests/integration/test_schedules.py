# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules survive every change, and none gets through that would not run."""

from __future__ import annotations

import pytest

from tests.integration.runner import Caller
from tests.integration.server import TEAM_A

pytestmark = pytest.mark.twice

# schedule as a server stores it, and what its scheduler then does
SCHEDULES = [({"is_periodic": True, "crontab": "0 3 * * *"}, "0 3 * * *"), ({"is_periodic": True, "interval": 7}, "every 7 h"), ({"is_periodic": False}, None)]


def check_that_a_schedule_survives_changes(server, call):
    """Each field in turn, by the single module and by a list."""
    wishes = [{"comment": "changed"}, {"types": ["mysql"]}, {"recipients": ["alice"]}]
    if server.since("3.9"):
        wishes += [{"backup_type": "object_storage"}, {"obj_recipients_part_one": ["sftp-main"]}, {"is_password_divided_by_email": False}]
    if server.since("4.8"):
        wishes.append({"is_active": True})
    for schedule, fires in SCHEDULES:
        names = ["plan %d" % number for number in range(len(wishes) + 1)]
        for organization in ("Default", TEAM_A):
            for name in names:
                server.create(name, organization, comment="old", **schedule)
        for name, wish in zip(names, wishes):
            result = call("backup_plan", name=name, **wish).succeeded()
            assert result.changed or "is_active" in wish
        call("backup_plan", id=server.plan(names[-1])["id"], name="renamed").succeeded()
        call("backup_plans", organizations=[{"organization": TEAM_A, "plans": [{"name": name, "comment": "changed"} for name in names]}]).succeeded()
        assert {server.fires(name) for name in names[:-1] + ["renamed"]} == {fires}
        assert {server.fires(name, TEAM_A) for name in names} == {fires}
        server.reset()


def test_a_schedule_that_is_not_managed_survives_every_change(server, call):
    check_that_a_schedule_survives_changes(server, call)


@pytest.mark.parametrize("version", ["4.0.0", "4.7.0"])
def test_a_schedule_that_is_not_managed_survives_on_the_versions_in_between_that_forget_it(pool, modules, version):
    server = pool.get(version=version)
    server.create("victim", crontab="0 3 * * *", is_periodic=True)
    assert server.edit("victim", comment="careless")["crontab"] == ""  # it does forget
    server.reset()
    check_that_a_schedule_survives_changes(server, Caller(server, modules))


def test_interval_and_crontab_replace_each_other(server, call):
    steps = [
        ({"interval": 12}, "every 12 h"), ({"crontab": "0 3 * * *"}, "0 3 * * *"), ({"interval": 6}, "every 6 h"),
        ({"crontab": "0 4 * * *", "interval": 9}, "0 4 * * *"), ({"is_periodic": False}, None), ({"crontab": "0  5 *  * *"}, "0 5 * * *"),
        ({"crontab": ""}, None), ({"interval": 1}, "every 1 h"), ({"crontab": "", "interval": 2}, "every 2 h"),
        ({"is_periodic": False, "crontab": "0 3 * * *"}, None), ({"is_periodic": True, "interval": 65535}, "every 65535 h"),
    ]
    for options, fires in steps:
        assert call("backup_plan", name="nightly", **options).succeeded().changed, options
        with server.counting() as seen:
            assert not call("backup_plan", name="nightly", **options).succeeded().changed, options
        assert seen.unsafe == 0 and server.fires("nightly") == fires, options


def test_a_dormant_schedule_of_an_old_version_is_noise(server, call):
    """3.x keeps an interval of 24 beside a crontab and a plan that does not run."""
    server.create("by hand", is_periodic=False)
    server.create("nightly", is_periodic=True, crontab="0 3 * * *")
    with server.counting() as seen:
        assert not call("backup_plan", name="by hand", is_periodic=False).succeeded().changed
        assert not call("backup_plan", name="nightly", crontab="0 3 * * *").succeeded().changed
    assert seen.unsafe == 0


def test_is_periodic_alone_needs_a_schedule_that_is_there(server, call):
    said = "is_periodic is true, so crontab or interval is needed: write for example crontab: \"0 3 * * *\" or interval: 24"
    assert said in call("backup_plan", name="new", is_periodic=True).message
    server.create("nightly", is_periodic=True, crontab="0 3 * * *")
    assert not call("backup_plan", name="nightly", is_periodic=True).succeeded().changed


@pytest.mark.versions("4.10")
def test_a_plan_that_lost_its_schedule_is_repaired(server, call):
    server.create("nightly", is_periodic=True, crontab="0 3 * * *", types=["linux"], recipients_part_one=server.ids("alice"))
    server.edit("nightly", comment="careless")
    assert server.plan("nightly")["is_periodic"] is True and server.plan("nightly")["crontab"] == ""
    assert server.fires("nightly") == "0 3 * * *"  # the old entry goes on firing
    result = call("backup_plan", name="nightly", comment="careless").succeeded()
    assert not result.changed and "neither crontab nor interval" in result.warnings[0]
    result = call("backup_plan", name="nightly", crontab="0 4 * * *", check=True).succeeded()
    assert result.changed and result["diff"]["before"]["is_periodic"] == "true, without crontab or interval"
    assert call("backup_plan", name="nightly", crontab="0 4 * * *").succeeded().changed
    assert server.fires("nightly") == "0 4 * * *"
    # the same schedule as before, and none
    for declared, fires in (({"crontab": "0 4 * * *"}, "0 4 * * *"), ({"is_periodic": False}, None)):
        server.edit("nightly", comment="careless again")
        assert call("backup_plan", name="nightly", **declared).succeeded().changed
        assert server.fires("nightly") == fires


REFUSED = {
    "0 3 31 2 *": "that date never comes, and it would stop the scheduler of the whole server",
    "0 3 30 2 1": "that date never comes, and it would stop the scheduler of the whole server",
    "0 3 31 4,6,9,11 *": "that date never comes, and it would stop the scheduler of the whole server",
    "1,2, * * * *": "the minute has an empty part in '1,2,'; a stray comma would stop the scheduler of the whole server",
    "-1 * * * *": "the minute '-1' is none of *, */n, a, a-b, a-b/n",
    "60 * * * *": "the minute 60 is outside 0 to 59",
    "0 24 * * *": "the hour 24 is outside 0 to 23",
    "0 3 0 * *": "the day of the month 0 is outside 1 to 31",
    "0 3 * 13 *": "the month 13 is outside 1 to 12",
    "0 3 * * 7": "the day of the week 7 is outside 0 to 6; 0 is Sunday",
    "0 3 * JAN *": "most JumpServer versions never run a month given by name; write 1 for JAN",
    "0 */0 * * *": "the hour '*/0' needs a step of 1 or more",
    "0/5 * * * *": "the minute '0/5' has a step without a range; write 0-59/5",
    "0 3 L * *": "the day of the month 'L' is not a number from 1 to 31",
    "@daily": "macros such as @daily are not known to JumpServer; write the five words, for example \"0 0 * * *\"",
    "0 3 * *": "it has 4 words and needs five: minute, hour, day of the month, month, day of the week",
    "0 3 * * * *": "it has 6 words and needs five: minute, hour, day of the month, month, day of the week",
    "abc def ghi jkl mno": "the minute 'abc' is not a number from 0 to 59",
    "0-59/5,%s * * * *" % ",".join("10" for number in range(40)): "it is longer than 128 characters",
}


def test_a_crontab_that_would_never_run_is_refused_before_anything_is_sent(server, call):
    plans = [{"name": "plan %d" % number, "crontab": crontab} for number, crontab in enumerate(REFUSED)]
    with server.counting() as seen:
        result = call("backup_plans", organizations=[{"organization": "Default", "plans": plans}])
    assert seen.unsafe == 0 and result["summary"]["failed"] == len(REFUSED)
    errors = [failure["error"] for failure in result["organizations"][0]["failed"]]
    for error, (crontab, reason) in zip(errors, REFUSED.items()):
        assert error.endswith("crontab %r cannot be used: %s." % (crontab, reason)), crontab
    for interval in (0, -1, 65536):
        assert "interval %d cannot be used: whole hours from 1 to 65535" % interval in call("backup_plan", name="x", interval=interval).message


def test_a_minute_that_starts_with_a_star_is_refused_where_the_server_does_so(server, call):
    for crontab, instead in (("*/5 * * * *", "0-59/5 * * * *"), ("* 3 * * *", "0-59 3 * * *")):
        result = call("backup_plan", name="often", crontab=crontab)
        if server.since("4.8"):
            assert "this server refuses a minute that starts with *; write \"%s\", which means the same" % instead in result.message
        else:
            assert server.fires("often") in (crontab, instead) and result.succeeded().changed
        # written so it runs everywhere, and where it was stored otherwise it is the same schedule
        assert call("backup_plan", name="often", crontab=instead).succeeded().changed == server.since("4.8")
        call("backup_plan", name="often", state="absent").succeeded()


def test_whatever_is_accepted_runs(server, call):
    crontabs = [
        "0,30 * * * *", "0-59/5 * * * *", "5 */2 * * *", "0 3 1-5/2 * *", "0 22-2 * * *", "5-1 * * * *", "0 3 * * MON", "0 3 * * mon-fri",
        "0 3 * * sun-fri", "0 3 29 2 *", "0 3 31 2,3 *", "0  3 * *  *", "59 23 31 12 6",
    ]
    plans = [{"name": "plan %02d" % number, "crontab": crontab} for number, crontab in enumerate(crontabs)]
    call("backup_plans", organizations=[{"organization": "Default", "plans": plans}]).succeeded()
    assert [server.fires(plan["name"]) for plan in plans] == [" ".join(crontab.split()) for crontab in crontabs]
    assert server.scheduler()["running"]


def test_nothing_is_written_when_nothing_differs(server, call):
    """A save restarts the countdown of an interval, so a plan that is applied too often would never run."""
    server.create("every", is_periodic=True, interval=24, types=["linux", "mysql"], comment="x")
    stored = server.plan("every")
    with server.counting() as seen:
        for options in ({"interval": 24}, {"types": ["mysql", "linux", "linux"]}, {"comment": " x "}, {}, {"is_periodic": True}, {"crontab": ""}):
            assert not call("backup_plan", name="every", **options).succeeded().changed, options
    assert seen.unsafe == 0 and server.plan("every") == stored
