# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checker sees each kind of lie, and takes a true report for true."""

from __future__ import annotations

import copy

import pytest

from tests.faults import checker
from tests.faults.histories import Controller, History
from tests.faults.play import Played, Ran
from tests.faults.proxy import Injected

DEFAULT, TEAM = "00000000-0000-0000-0000-000000000002", "aaaaaaaa-0000-4000-8000-00000000000a"
PLANS = "/api/v1/accounts/account-backup-plans/"


def row(name, **fields):
    plain = {"comment": "", "types": [], "recipients_part_one": [], "is_periodic": False, "crontab": "", "interval": None}
    return dict(plain, id="id of " + name, name=name, **fields)


def request(method, *effects, at=1.0):
    return {"method": method, "path": PLANS, "status": 200, "at": at, "effects": list(effects), "organization": TEAM, "seconds": 0.01}


def effect(kind, name, organization=TEAM, at=1.1):
    return {"kind": kind, "id": "id of " + name, "name": name, "organization": organization, "at": at}


def part(created=(), updated=(), deleted=(), failed=()):
    return {
        "organization": {"id": TEAM, "name": "Team-A"}, "created": list(created), "updated": [{"name": name, "changes": ["comment"]} for name in updated],
        "deleted": list(deleted), "unchanged": 0, "failed": [{"name": name, "error": "why"} for name in failed]}


def ran(name, controller, result, *requests, injected=()):
    return Ran(name, controller, list(injected), result, str(result), 0, False, False, 0.5, 5.0, list(requests))


def a_true_history():
    """``one`` is created, ``two`` changed, ``old`` pruned; then nothing is left to do."""
    declared = {"organizations": [{"organization": "Team-A", "prune": True, "plans": [{"name": "one"}, {"name": "two", "comment": "new"}]}]}
    controller = Controller("backup_plans", declared)
    first = ran(
        "run 0", controller, {"changed": True, "organizations": [part(["one"], ["two"], ["old"])]}, request("GET"),
        request("POST", effect("created", "one")), request("PATCH", effect("updated", "two")), request("DELETE", effect("deleted", "old")))
    nothing = {"changed": False, "organizations": [part()]}
    end = {TEAM: {"one": row("one"), "two": row("two", comment="new")}}
    played = Played(History(1, "4.10", [], [controller]), [first], ran("clean", controller, nothing), ran("again", controller, nothing), after=end, end=end)
    played.before = {TEAM: {"two": row("two"), "old": row("old")}, DEFAULT: {"other": row("other")}}
    played.effects = [dict(one, run="run 0") for one in first.effects]
    played.organizations, played.secrets = {"Team-A": TEAM, "Default": DEFAULT}, {"canary"}
    return played


def rules(played):
    return {violation.rule for violation in checker.check(played)}


def test_a_true_report_is_true():
    assert rules(a_true_history()) == set()


def said(**changes):
    def change(played):
        played.faulty[0].result.update(changes)
    return change


def listed(key, *names):
    def change(played):
        played.faulty[0].result["organizations"][0][key] = list(names)
    return change


def stored(*effects):
    def change(played):
        played.faulty[0].requests.append(request("POST", *effects))
        played.effects += [dict(one, run="run 0") for one in effects]
    return change


def failed(*names, **changes):
    def change(played):
        played.faulty[0].result["organizations"][0]["created"] = []
        played.faulty[0].result["organizations"][0]["failed"] = [{"name": name, "error": "why"} for name in names]
        played.faulty[0].result.update({"failed": True, "msg": "why"}, **changes)
        played.faulty[0].requests.append(request("GET", at=2.0))
    return change


def end(**rows):
    def change(played):
        played.end = {TEAM: rows}
    return change


def attribute(run, **values):
    def change(played):
        one = {"run": played.faulty[0], "clean": played.clean, "again": played.again}[run]
        for name, value in values.items():
            setattr(one, name, value)
    return change


@pytest.mark.parametrize(("change", "rule"), [
    (said(changed=False), "done and changed is false"),
    (listed("created"), "done and not mentioned"),
    (listed("deleted"), "done and not mentioned"),
    (listed("created", "one", "three"), "reported as created and not done"),
    (listed("deleted", "old", "two"), "reported as deleted and not done"),
    (failed("one"), "done and reported as failed"),
    (stored(effect("created", "x", DEFAULT)), "other organization touched"),
    (stored(effect("deleted", "one")), "deleted without prune"),
    (lambda played: played.after.update({TEAM: {}}), "success, but not as declared"),
    (end(one=row("one")), "not repaired by one clean run"),
    (end(one=row("one"), two=row("two")), "not repaired by one clean run"),
    (end(one=row("one"), two=row("two", comment="new"), old=row("old")), "not repaired by one clean run"),
    (attribute("clean", result={"failed": True, "msg": "why", "changed": False, "organizations": []}), "a clean run fails"),
    (attribute("again", result={"changed": True, "organizations": []}), "a second clean run changes something"),
    (attribute("run", text="Traceback (most recent call last):"), "defect"),
    (attribute("run", text="met a defect of its own"), "defect"),
    (attribute("run", text="it is canary"), "secret in output"),
    (attribute("run", result=None, requests=[]), "said nothing"),
    (attribute("run", hung=True), "hung"),
    (attribute("run", result={"changed": True, "organizations": [part()]}, requests=[]), "changed is true and nothing was done"),
    (attribute("run", result={"changed": True, "failed": True, "msg": "why", "organizations": [part(failed=["one"])]}, requests=[]),
     "changed is true though nothing can have happened"),
    (attribute("run", result={"changed": False, "failed": True, "msg": " ", "organizations": [part()]}, requests=[]), "failed without a word"),
    (lambda played: setattr(played.faulty[0], "controller", Controller("backup_plans", played.clean.controller.options, check=True)), "check mode wrote"),
])
def test_each_lie_is_seen(change, rule):
    played = copy.deepcopy(a_true_history())
    change(played)
    assert rule in rules(played)


def execution(changed, *effects, injected=()):
    controller = Controller("backup_plan_execute", {"organization": "Team-A", "name": "two"})
    played = a_true_history()
    played.clean = played.again = None
    played.faulty = [ran("run 0", controller, {"changed": changed}, request("POST", *effects), injected=injected)]
    return played


def test_a_run_is_started_once_and_the_report_knows():
    started, lost = effect("started", "two"), Injected("reset", "POST", PLANS, False, 1.0)
    assert rules(execution(True, started)) == rules(execution(False)) == rules(execution(True, injected=[lost])) == set()
    assert rules(execution(True, started, started)) == {"started twice"}
    assert rules(execution(False, started)) == {"started and changed is false"}
    assert rules(execution(True)) == {"changed is true and nothing was started"}


def test_what_may_have_happened_may_be_reported_as_changed():
    played = a_true_history()
    played.faulty[0].requests, played.effects = [], []
    played.faulty[0].result = {"changed": True, "failed": True, "msg": "It may still be carried out.", "organizations": [part(failed=["one"])]}
    played.faulty[0].injected = [Injected("late", "POST", PLANS, True, 1.0)]
    assert rules(played) == set()


def test_what_was_read_is_what_is_there():
    played = a_true_history()
    played.clean = played.again = None
    reading = Controller("backup_plan_info", {"organization": "Team-A"})
    shown = [{"name": name, "organization": {"id": TEAM}} for name in ("one", "two")]
    for plans, expected in ((shown, set()), (shown[:1], {"what was read is not what is there"}), (shown + shown[:1], {"what was read is not what is there"})):
        played.faulty = [ran("run 0", reading, {"changed": False, "backup_plans": plans}, request("GET"))]
        assert rules(played) == expected
