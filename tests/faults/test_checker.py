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


def part(created=(), updated=(), deleted=(), failed=(), unchanged=0):
    return {
        "organization": {"id": TEAM, "name": "Team-A"}, "created": list(created), "updated": [{"name": name, "changes": ["comment"]} for name in updated],
        "deleted": list(deleted), "unchanged": unchanged, "failed": [{"name": name, "error": "why"} for name in failed]}


def outcome(*parts, **values):
    """What `backup_plans` returns."""
    return summed(dict({"changed": False, "organizations": list(parts)}, **values))


def summed(result):
    lists = ("created", "updated", "deleted", "failed")
    result["summary"] = {key: sum(len(one[key]) for one in result["organizations"]) for key in lists}
    result["summary"]["unchanged"] = sum(one["unchanged"] for one in result["organizations"])
    return result


def ran(name, controller, result, *requests, injected=()):
    return Ran(name, controller, list(injected), result, str(result), 0, False, False, 0.5, 5.0, requests=list(requests))


def a_true_history():
    """``one`` is created, ``two`` changed, ``old`` pruned; then nothing is left to do."""
    declared = {"organizations": [{"organization": "Team-A", "prune": True, "plans": [{"name": "one"}, {"name": "two", "comment": "new"}]}]}
    controller = Controller("backup_plans", declared)
    first = ran(
        "run 0", controller, outcome(part(["one"], ["two"], ["old"]), changed=True), request("GET"),
        request("POST", effect("created", "one")), request("PATCH", effect("updated", "two")), request("DELETE", effect("deleted", "old")))
    nothing = outcome(part(unchanged=2))
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
        summed(played.faulty[0].result)
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
        summed(played.faulty[0].result).update({"failed": True, "msg": "why"}, **changes)
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
    (listed("updated", {"name": "one"}, {"name": "two"}), "reported as updated and not done"),
    (listed("created"), "a declared plan is not accounted for"),
    (failed(), "the failures and the outcome do not agree"),
    (failed("three"), "a declared plan is not accounted for"),
    (listed("failed", {"name": "one"}), "the failures and the outcome do not agree"),
    (lambda played: played.faulty[0].result["summary"].update(unchanged=1), "the summary is not the sum"),
    (stored(effect("started", "two")), "started what nobody asked to start"),
    (lambda played: played.twice.append((TEAM, "one")), "stored twice"),
    (lambda played: played.clean.result["organizations"][0]["created"].append("three"), "reported as created and not done"),
    (lambda played: played.clean.requests.append(request("POST", effect("updated", "two"))), "done and changed is false"),
    (failed("one"), "done and reported as failed"),
    (stored(effect("created", "x", DEFAULT)), "other organization touched"),
    (stored(effect("deleted", "one")), "deleted without prune"),
    (lambda played: played.after.update({TEAM: {}}), "success, but not as declared"),
    (end(one=row("one")), "not repaired by one clean run"),
    (end(one=row("one"), two=row("two")), "not repaired by one clean run"),
    (end(one=row("one"), two=row("two", comment="new"), old=row("old")), "not repaired by one clean run"),
    (attribute("clean", result=outcome(part(failed=["one"], unchanged=1), failed=True, msg="why")), "a clean run fails"),
    (attribute("again", result=outcome(part(unchanged=2), changed=True)), "a second clean run changes something"),
    (attribute("run", text="Traceback (most recent call last):"), "defect"),
    (attribute("run", text="met a defect of its own"), "defect"),
    (attribute("run", text="it is canary"), "secret in output"),
    (attribute("run", result=None, requests=[]), "said nothing"),
    (attribute("run", hung=True), "hung"),
    (attribute("run", result=outcome(part(unchanged=2), changed=True), requests=[]), "changed is true and nothing was done"),
    (attribute("run", result=outcome(part(failed=["one"], unchanged=1), changed=True, failed=True, msg="why"), requests=[]),
     "changed is true though nothing can have happened"),
    (attribute("run", result=outcome(part(failed=["one"], unchanged=1), failed=True, msg=" "), requests=[]), "failed without a word"),
    (lambda played: setattr(played.faulty[0], "controller", Controller("backup_plans", played.clean.controller.options, check=True)), "check mode wrote"),
])
def test_each_lie_is_seen(change, rule):
    played = copy.deepcopy(a_true_history())
    change(played)
    assert rule in rules(played)


def execution(changed, *effects, injected=(), **failure):
    controller = Controller("backup_plan_execute", {"organization": "Team-A", "name": "two"})
    played = a_true_history()
    played.clean = played.again = None
    played.faulty = [ran("run 0", controller, dict(failure, changed=changed), request("POST", *effects), injected=injected)]
    return played


def test_a_run_is_started_once_and_the_report_knows():
    started, lost = effect("started", "two"), Injected("reset", "POST", PLANS, False, 1.0)
    failure = {"failed": True, "msg": "why"}
    assert rules(execution(True, started)) == rules(execution(False, **failure)) == rules(execution(True, injected=[lost], **failure)) == set()
    assert rules(execution(True, started, started)) == {"started twice"}
    assert rules(execution(False, started)) == {"started and changed is false"}
    assert rules(execution(True, **failure)) == {"changed is true and nothing was started"}
    assert rules(execution(True, injected=[lost])) == {"success, and nothing was started"}
    assert rules(execution(True, effect("started", "one"))) == {"started what nobody asked to start"}
    renamed = execution(True, dict(started, name="renamed"))
    assert rules(renamed) == set()
    killed = execution(True, started, started)
    killed.faulty[0].result, killed.faulty[0].killed = None, True
    assert rules(killed) == {"started twice"}


def test_what_may_have_happened_may_be_reported_as_changed():
    played = a_true_history()
    played.faulty[0].requests, played.effects = [], []
    played.faulty[0].result = outcome(part(failed=["one"], unchanged=1), changed=True, failed=True, msg="It may still be carried out.")
    played.faulty[0].injected = [Injected("late", "POST", PLANS, True, 1.0)]
    assert rules(played) == set()
    played.faulty[0].injected = []
    assert rules(played) == {"changed is true though nothing can have happened"}
    played.faulty[0].result["msg"] = "http://127.0.0.1 did not answer within 1 seconds. It may still be carried out."
    assert rules(played) == set()
    played.faulty[0].ended = played.faulty[0].started + 0.9
    assert rules(played) == {"changed is true though nothing can have happened"}


def hidden(kind, method="GET"):
    """``two`` is there, and reported as created."""
    played = a_true_history()
    result = outcome(part(["one", "two"], [], ["old"]), changed=True, failed=True, msg="why")
    result["organizations"][0]["failed"] = [{"name": "two", "error": "why"}]
    played.faulty[0].result, played.faulty[0].injected = summed(result), [Injected(kind, method, PLANS, True, 0.9)]
    return played


@pytest.mark.parametrize(("kind", "method", "is_hidden"), [
    ("organization lost", "GET", True), ("cached page", "GET", True), ("organization lost", "POST", False), ("reset", "GET", False)])
def test_only_a_list_that_deceived_excuses_who_takes_a_plan_for_its_own(kind, method, is_hidden):
    """It was there before, and not in the list: after a lost answer it looks like the one that was sent."""
    rule = "reported as created and not done"
    assert (rule in rules(hidden(kind, method))) is not is_hidden
    new = hidden(kind, method)
    new.before[TEAM].pop("two")
    assert rule in rules(new)
    by_others = hidden(kind, method)
    by_others.before[TEAM].pop("two")
    by_others.effects.append(dict(effect("created", "two", at=0.2), run="by hand"))
    assert (rule in rules(by_others)) is not is_hidden


def single(operation, *effects, state="present", **values):
    """A run of `backup_plan`."""
    controller = Controller("backup_plan", {"organization": "Team-A", "name": "one", "state": state})
    played = a_true_history()
    played.clean = played.again = None
    result = dict({"changed": operation != "unchanged", "operation": operation, "backup_plan": {"id": "id of one"}}, **values)
    played.faulty = [ran("run 0", controller, result, request("POST", *effects), request("GET", at=2.0))]
    played.effects = [dict(one, run="run 0") for one in effects]
    return played


def test_one_plan_is_judged_as_many_are():
    created = effect("created", "one")
    failure = {"failed": True, "msg": "why"}
    assert rules(single("created", created)) == rules(single("unchanged")) == set()
    assert rules(single("created")) == {"reported as created and not done"}
    assert rules(single("unchanged", created)) == {"done and changed is false", "done and not mentioned"}
    assert rules(single("unchanged", created, changed=True, **failure)) == {"done and reported as failed"}
    assert rules(single("updated", created)) == {"reported as updated and not done"}
    assert rules(single("created", created, backup_plan={"id": "id of two"})) == {"another plan shown"}
    assert rules(single("deleted", effect("deleted", "one"), state="absent")) == {"success, but not as declared"}
    assert "deleted without prune" in rules(single("deleted", effect("deleted", "one")))


def unseen(**changes):
    """``one`` was created, is reported as failed, and a look came after it."""
    played = single("unchanged", effect("created", "one"), changed=True, failed=True, msg="why")
    for name, value in changes.items():
        setattr(played.faulty[0], name, value)
    return rules(played)


def test_who_could_not_see_what_was_done_may_call_it_failed():
    """A look that came after the end of the run, was held back on its way, or was waited for on a machine that was too busy, showed nothing."""
    untrue = {"done and reported as failed"}
    late = Injected("late", "GET", PLANS, True, 1.0, arrived=1.9)
    create, look, other_look = request("POST", effect("created", "one")), request("GET", at=2.0), request("GET", at=3.0)
    assert unseen() == untrue
    assert unseen(injected=[late], requests=[create, look]) == unseen(ended=1.5) == unseen(breathless=True) == set()
    assert unseen(injected=[late], requests=[create, look, other_look]) == untrue


def test_what_was_read_is_what_is_there():
    played = a_true_history()
    played.clean = played.again = None
    reading = Controller("backup_plan_info", {"organization": "Team-A"})
    shown = [{"name": name, "organization": {"id": TEAM}} for name in ("one", "two")]
    for plans, expected in ((shown, set()), (shown[:1], {"what was read is not what is there"}), (shown + shown[:1], {"what was read is not what is there"})):
        played.faulty = [ran("run 0", reading, {"changed": False, "backup_plans": plans}, request("GET"))]
        assert rules(played) == expected
