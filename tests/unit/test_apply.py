# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing: in lists, divided when a list is refused, and never taken for done when it was not."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import apply as _apply, plan as _plan, reconcile as _reconcile
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.apply import Writer
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import ProvedScope
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import NotConverged, Refused, Unknown, Unproved, Unreachable

from tests.unit.examples import DEFAULT, OTHER_PLAN, TEAM, plan_row
from tests.unit.fake import LOST, FakeClient
from tests.unit.server_model import Rejected

PROVED = Organization("Default", DEFAULT, "Default", True)
DIALECT = _dialect.BY_NAME["v4.8"]


def operation(name, row=None, update_password="on_create", **options):
    declared, _errors = _plan.declare(dict(options, name=name))
    return _reconcile.present(declared, _plan.read(row) if row else None, update_password)[0]


def creations(*names):
    return [operation(name, comment="d") for name in names]


def rows(*names):
    return [plan_row(id="%s%04d" % (OTHER_PLAN[:-4], number), name=name) for number, name in enumerate(names)]


def changes(plans):
    return [operation(row["name"], row, comment="d") for row in plans]


def write(server, operations, **settings):
    return Writer(ProvedScope(server, PROVED), lambda: DIALECT, sleep=server.pauses.append, **settings).apply(operations)


def landed(outcomes):
    return sorted(outcome.operation.name for outcome in outcomes if not outcome.error)


def failed(outcomes):
    return {outcome.operation.name: str(outcome.error) for outcome in outcomes if outcome.error}


def refuse(*names, status=400, body=None, moment="before"):
    """A fault: every write that holds one of the names is refused."""
    def fault(when, request):
        items = request.detail if isinstance(request.detail, list) else [request.detail or {}]
        if when == moment and {item.get("name", item.get("comment")) for item in items} & set(names):
            raise Refused("Refused.", status, body)

    return fault


def lose(moment, method=None):
    """A fault: the first write gets no answer, before or after it was carried out."""
    lost = []

    def fault(when, request):
        if when == moment and not lost and method in (None, request.method):
            lost.append(request)
            raise LOST

    return fault


def test_nothing_is_written_to_an_organization_that_was_not_proved():
    with pytest.raises(Unproved):
        ProvedScope(FakeClient(), Organization("Default", DEFAULT))


def test_many_plans_are_written_in_few_requests():
    server = FakeClient()
    outcomes = write(server, creations(*["plan-%03d" % number for number in range(250)]))
    assert len(landed(outcomes)) == 250
    assert [len(request.detail) for request in server.writes] == [100, 100, 50]
    assert all(outcome.plan.name == outcome.operation.name for outcome in outcomes)


def test_changes_are_told_apart_by_id_in_whatever_order_they_are_answered():
    plans = rows("a", "b", "c")
    server = FakeClient(*plans)
    outcomes = write(server, changes(plans))
    assert {outcome.operation.name: outcome.plan.id for outcome in outcomes} == {row["name"]: row["id"] for row in plans}
    assert len(server.writes) == 1


@pytest.mark.parametrize("bad", [["c"], ["a"], ["a", "h"], ["a", "b", "c", "d", "e", "f", "g", "h"]], ids=",".join)
@pytest.mark.parametrize("status", [400, 500])
def test_the_good_ones_of_a_refused_list_land_all_the_same(bad, status):
    server = FakeClient(fault=refuse(*bad, status=status))
    outcomes = write(server, creations(*"abcdefgh"))
    assert landed(outcomes) == sorted(set("abcdefgh") - set(bad))
    assert sorted(failed(outcomes)) == bad


def test_the_bad_ones_that_the_server_names_are_singled_out_at_once():
    class Picky(FakeClient):
        """Refuses one plan."""

        def _create(self, item, organization):
            if item["name"] == "c":
                raise Rejected("Not this one", "comment")
            return super()._create(item, organization)

    server = Picky()
    outcomes = write(server, creations(*"abcdefgh"))
    assert landed(outcomes) == list("abdefgh")
    assert "Not this one" in failed(outcomes)["c"]
    assert len(server.writes) == 3


def test_the_good_changes_of_a_refused_list_land_all_the_same():
    plans = rows(*"abcd")
    server = FakeClient(*plans, fault=refuse("bad"))
    operations = changes(plans)
    operations[2] = operation("c", plans[2], comment="bad")
    outcomes = write(server, operations)
    assert landed(outcomes) == ["a", "b", "d"]
    assert [row["comment"] for row in server.plans] == ["d", "d", "c", "d"]


@pytest.mark.parametrize("status", [302, 401, 403, 404, 405, 429])
def test_a_list_that_nobody_may_write_is_not_tried_one_by_one(status):
    server = FakeClient(fault=refuse(*"abcd", status=status))
    outcomes = write(server, creations(*"abcd"))
    assert len(failed(outcomes)) == 4
    assert len(server.writes) == 1
    assert all(outcome.written is False for outcome in outcomes)


@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
@pytest.mark.parametrize("there", [False, True], ids=["creation", "change"])
@pytest.mark.parametrize("moment, done", [("after", True), ("before", False)], ids=["carried out", "not carried out"])
def test_after_a_lost_answer_the_server_is_asked_what_landed(names, there, moment, done):
    plans = rows(*names) if there else []
    server = FakeClient(*plans, fault=lose(moment))
    outcomes = write(server, changes(plans) if there else creations(*names))
    assert landed(outcomes) == (list(names) if done else [])
    assert len(server.writes) == 1
    assert bool(failed(outcomes)) is not done


# what gateways answer while the server goes on or is done, what the client makes of an unreadable 2xx, and JumpServer's own 500
@pytest.mark.parametrize("status", [200, 201, 408, 499, 500, 502, 503, 504, 520, 524])
@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
@pytest.mark.parametrize("there", [False, True], ids=["creation", "change"])
def test_a_write_whose_answer_does_not_prove_the_outcome_is_looked_for(status, names, there):
    plans = rows(*names) if there else []
    server = FakeClient(*plans, fault=refuse(*([*names, "d"] if there else names), status=status, moment="after"))
    outcomes = write(server, changes(plans) if there else creations(*names))
    assert landed(outcomes) == list(names)
    assert len(server.writes) == 1 and not server.pauses


@pytest.mark.parametrize("status", [502, 504, 524])
def test_what_lands_after_the_first_look_is_found_by_a_later_one(status):
    """A read time-out while the server still works: the plan is there two seconds later."""
    server = FakeClient(fault=refuse("a", status=status))
    late = plan_row(id=OTHER_PLAN, name="a", comment="d", is_periodic=False, crontab="", interval=None, types=[], recipients_part_one=[])

    def pause(seconds):
        server.pauses.append(seconds)
        server.plans = [late]

    (outcome,) = Writer(ProvedScope(server, PROVED), lambda: DIALECT, sleep=pause).apply(creations("a"))
    assert (outcome.error, outcome.plan.name, len(server.pauses)) == (None, "a", 1)


@pytest.mark.parametrize("error, gone", [(LOST, False), (Refused("Bad gateway.", 502), False), (LOST, True)], ids=["lost", "gateway", "lost, then away"])
def test_what_cannot_be_seen_is_unknown_and_may_have_changed_something(error, gone):
    class Going(FakeClient):
        """Answers no question after the write."""

        def rows(self, *arguments, **options):
            if gone and self.writes:
                raise Unreachable("Away.", sent=False)
            return super().rows(*arguments, **options)

    def lose_each(when, request):
        raise error

    server = Going(fault=lose_each)
    outcomes = write(server, creations("a"))
    assert [(type(outcome.error), outcome.written) for outcome in outcomes] == [(Unknown, None)]
    assert str(error) in str(outcomes[0].error)
    assert server.pauses == [1, 2]


@pytest.mark.parametrize("error, waited", [
    (Unreachable("Too late.", sent=True, hopeless=True), 15), (Refused("Gateway time-out.", 504), 15), (Refused("Cloud time-out.", 524), 15), (LOST, 3),
    (Refused("Bad gateway.", 502), 3), (Refused("A page.", 500), 3), (Refused("Defect.", 500, {"error": "Server internal error"}), 0),
], ids=str)
def test_how_long_is_looked_depends_on_who_gave_up(error, waited):
    def lose_each(when, request):
        raise error

    server = FakeClient(fault=lose_each)
    write(server, creations("a"))
    assert sum(server.pauses) == waited


@pytest.mark.parametrize("lost", [LOST, Refused("Bad gateway.", 502), Refused("Gateway time-out.", 504)], ids=["no answer", "502", "504"])
@pytest.mark.parametrize("moment", ["after", "before"])
def test_a_deletion_whose_answer_is_lost_is_looked_for(lost, moment):
    def lose_it(when, request):
        if when == moment:
            raise lost

    plans = rows("a")
    (outcome,) = write(FakeClient(*plans, fault=lose_it), [removal(plans[0])])
    assert (outcome.error is None, outcome.written) == ((True, True) if moment == "after" else (False, None))
    assert moment == "after" or "was still there after" in str(outcome.error)


def writes_of_each_kind():
    """(operation, the plan before it, what it makes of the plans)."""
    old = plan_row(id=OTHER_PLAN, name="a", comment="c", is_periodic=False, crontab="", interval=None)
    new, renamed, timed = dict(old, comment="d"), dict(old, name="b"), dict(old, is_periodic=True, interval=24)
    by_id = {"id": OTHER_PLAN}
    return {
        "creation": (operation("a", comment="d"), [], [new]), "change": (operation("a", old, comment="d"), [old], [new]),
        "rename": (operation("b", old, **by_id), [old], [renamed]), "schedule": (operation("a", old, interval=24), [old], [timed]),
        "deletion": (removal(old), [old], []),
    }


@pytest.mark.parametrize("unread", [0, 1, 2], ids=["each look answered", "the first look lost", "two looks lost"])
@pytest.mark.parametrize("error", [LOST, Refused("Gateway time-out.", 504), Unreachable("Too late.", sent=True, hopeless=True)], ids=["lost", "504", "late"])
@pytest.mark.parametrize("kind", ["creation", "change", "rename", "schedule", "deletion"])
def test_every_kind_of_write_is_looked_for_until_it_shows(kind, error, unread):
    """It lands late, and the looks meanwhile may be lost too."""
    todo, before, after = writes_of_each_kind()[kind]

    class Late(FakeClient):
        """Answers neither the write nor the first looks."""

        left = unread

        def _note(self, method, *arguments):
            if method == "GET" and self.left:
                self.left -= 1
                raise error
            return super()._note(method, *arguments)

    def lose_it(moment, request):
        raise error

    server = Late(*before, fault=lose_it)

    def pause(seconds):
        server.pauses.append(seconds)
        if len(server.pauses) == 2:
            server.plans = after

    (outcome,) = Writer(ProvedScope(server, PROVED), lambda: DIALECT, sleep=pause).apply([todo])
    assert (outcome.error, outcome.written, server.pauses) == (None, True, [1, 2])


@pytest.mark.parametrize("kind", ["creation", "change", "rename", "schedule", "deletion"])
def test_what_no_look_could_see_is_told_once_and_the_rest_as_not_tried(kind):
    todo, before, _after = writes_of_each_kind()[kind]
    other = removal(rows("z")[0])

    class Away(FakeClient):
        """Reads nothing after the write."""

        def _note(self, method, *arguments):
            if method == "GET":
                raise LOST
            return super()._note(method, *arguments)

    def lose_it(moment, request):
        raise LOST

    outcomes = write(Away(*before, fault=lose_it), [todo, other])
    assert [(outcome.operation.name, outcome.written) for outcome in outcomes] == [(todo.name, None), ("z", False)]
    assert failed(outcomes) == {
        todo.name: "The answer was lost. Whether it was carried out could not be found out.",
        "z": "Not tried: the server could not be used any more. The answer was lost."}


# another run that stores the same plans at the same time


def overtake(*stored, status=400, body=None):
    """A fault: before the first write is carried out, somebody else has stored these plans."""
    taken = []

    def fault(when, request):
        if when == "before" and not taken:
            taken.extend(stored)
            server.plans += stored
            if status == 500:
                raise Refused("Server error.", 500, {"error": "Server internal error"})

    server = FakeClient(fault=fault)
    return server


def stored(name, **changes):
    schedule = {"is_periodic": False, "crontab": "", "interval": None}
    number = sum(map(ord, name))
    return plan_row(**{"id": "%s%04d" % (OTHER_PLAN[:-4], number), "name": name, "comment": "d", **schedule, **changes})


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
def test_a_race_lost_to_the_same_declaration_is_no_failure(status, names):
    server = overtake(*map(stored, names), status=status)
    outcomes = write(server, creations(*names))
    assert not failed(outcomes) and landed(outcomes) == list(names)
    assert {request.method for request in server.writes} == {"POST"}
    if status == 400:
        assert not any(outcome.written for outcome in outcomes)


@pytest.mark.parametrize("status", [400, 500])
def test_after_a_race_lost_to_another_declaration_the_plan_is_brought_to_ours(status):
    server = overtake(stored("a", comment="theirs"), stored("b"), status=status)
    outcomes = write(server, creations("a", "b", "c"))
    assert landed(outcomes) == ["a", "b", "c"] and not failed(outcomes)
    assert {row["name"]: row["comment"] for row in server.plans} == {"a": "d", "b": "d", "c": "d"}
    assert {outcome.operation.kind for outcome in outcomes if outcome.operation.name == "a"} == {"update"}


def test_a_lost_change_that_cannot_be_seen_is_not_taken_for_done():
    plans = rows("a")
    server = FakeClient(*plans, fault=lose("before"))
    outcomes = write(server, [operation("a", plans[0], "always", zip_encrypt_password="canary")])
    assert landed(outcomes) == [] and not server.pauses
    assert "A ZIP password shows nowhere" in failed(outcomes)["a"] and "canary" not in str(failed(outcomes))


def test_a_request_that_never_left_is_not_looked_for():
    def away(when, request):
        raise Unreachable("Away.", sent=False)

    server = FakeClient(fault=away)
    assert failed(write(server, creations("a"))) == {"a": "Away."}
    assert len(server.asked) == 1


@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
def test_what_the_server_ignored_is_noticed(names):
    class Deaf(FakeClient):
        """Takes every comment and stores none."""

        def _create(self, item, organization):
            return super()._create(dict(item, comment=""), organization)

    outcomes = write(Deaf(), creations(*names))
    assert sorted(failed(outcomes)) == list(names)
    assert all("showed another value for comment" in text for text in failed(outcomes).values())
    assert all(isinstance(outcome.error, NotConverged) for outcome in outcomes)
    assert all(outcome.written and outcome.plan.name == outcome.operation.name for outcome in outcomes)


def test_a_plan_that_landed_elsewhere_is_noticed():
    class Astray(FakeClient):
        """Puts every plan into another organisation."""

        def _create(self, item, organization):
            return super()._create(item, TEAM)

    (outcome,) = write(Astray(), creations("a"))
    assert isinstance(outcome.error, Unproved)
    assert "put it into another organization (研发中心)" in str(outcome.error)


def test_after_an_answer_without_the_plan_the_server_is_asked_for_it():
    class Silent(FakeClient):
        """Answers with something else."""

        def _write(self, *arguments):
            return super()._write(*arguments)._replace(body=[])

    server = Silent()
    assert landed(write(server, creations("a", "b"))) == ["a", "b"]
    server.rows = lambda *arguments, **options: []
    outcomes = write(server, creations("c", "d"))
    assert all("does not show each of them" in text and "may still be carried out" in text for text in failed(outcomes).values())
    assert [outcome.written for outcome in outcomes] == [None, None]


def test_a_name_that_differs_in_case_only_is_named_as_the_reason():
    def same_name(when, request):
        raise Refused("Name taken.", 400, {"name": ["This field must be unique."]})

    server = FakeClient(plan_row(name="NIGHTLY"), fault=same_name)
    server.rows = lambda *arguments, **options: server.plans
    outcomes = write(server, creations("nightly"))
    assert failed(outcomes) == {"nightly": "Name taken. This server takes 'NIGHTLY' for the same name; rename one of them."}


# order


def removal(row):
    return _reconcile.absent(_plan.read(row))


def test_deletions_are_left_out_after_a_failure():
    plans = rows("old")
    server = FakeClient(*plans, fault=refuse("a"))
    outcomes = write(server, [removal(plans[0])] + creations("a"))
    assert [request.method for request in server.writes] == ["POST"]
    assert len(outcomes) == 1


def test_a_deletion_that_fails_does_not_keep_the_others_from_going():
    plans = rows("a", "b")
    denied = "%s%s/" % (_dialect.PLANS, plans[0]["id"])
    outcomes = write(FakeClient(*plans, forbidden=[(denied, None)]), [removal(row) for row in plans])
    assert (landed(outcomes), list(failed(outcomes))) == (["b"], ["a"])


def test_a_deletion_is_sent_to_one_plan_only():
    plans = rows("a", "b")
    server = FakeClient(*plans)
    write(server, [removal(plans[0])])
    assert [(request.method, request.path) for request in server.writes] == [("DELETE", "%s%s/" % (_dialect.PLANS, plans[0]["id"]))]


def test_stop_writes_one_by_one_and_nothing_after_the_first_failure():
    plans = rows("x")
    server = FakeClient(*plans, fault=refuse("b"))
    outcomes = write(server, creations("a", "b", "c") + changes(plans) + [removal(plans[0])], stop_at_failure=True)
    assert [outcome.operation.name for outcome in outcomes] == ["a", "b"]
    assert len(server.writes) == 2


def test_a_batch_is_one_that_every_server_takes_in_time():
    assert _apply.BATCH == 100


class Elsewhere(FakeClient):
    """A server on the way to which the organization is lost from the first deletion on, for so many requests."""

    def __init__(self, *plans, requests):
        super().__init__(*plans)
        self.left, self.lost = requests, False

    def _organization(self, asked):
        self.lost = self.lost or any(request.method == "DELETE" for request in self.asked)
        if self.lost and self.left > 0:
            self.left -= 1
            return TEAM
        return super()._organization(asked)


def test_a_deletion_that_finds_nothing_in_another_organization_is_none():
    server = Elsewhere(*rows("a"), requests=100)
    outcomes = write(server, [removal(server.plans[0])])
    assert len(server.plans) == 1 and [outcome.written for outcome in outcomes] == [False]
    assert "took organization 'Default' for '研发中心'" in failed(outcomes)["a"]


def test_a_deletion_whose_organization_was_lost_on_the_way_is_tried_once_more():
    server = Elsewhere(*rows("a"), requests=1)
    outcomes = write(server, [removal(server.plans[0])])
    assert server.plans == [] and [(outcome.error, outcome.written) for outcome in outcomes] == [(None, True)]


def test_a_plan_that_cannot_be_found_to_delete_and_is_shown_is_not_deleted():
    class Contrary(FakeClient):
        """Finds a plan by any request but a deletion."""

        def delete(self, path, doing, organization):
            self._note("DELETE", path, organization, None)
            return False

    server = Contrary(*rows("a"))
    outcomes = write(server, [removal(server.plans[0])])
    assert [(outcome.written, len(server.writes)) for outcome in outcomes] == [(False, 2)]
    assert "JumpServer answered that there is none, and then showed it" in failed(outcomes)["a"]


def test_a_plan_that_somebody_else_deleted_is_deleted():
    server, others = FakeClient(*rows("a")), removal(rows("a")[0])
    server.plans.clear()
    assert landed(write(server, [others])) == ["a"]


@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
@pytest.mark.parametrize("error, ends", [
    (Refused("Bad gateway.", 502), False), (Unreachable("Away.", sent=True), None), (Unreachable("Away.", sent=False), True)])
def test_where_the_version_cannot_be_found_out_nothing_was_sent_and_nothing_is_unknown(names, error, ends):
    def dialect():
        raise error

    server = FakeClient()
    writer = Writer(ProvedScope(server, PROVED), dialect, sleep=server.pauses.append)
    outcomes = writer.apply(creations(*names))
    assert len(outcomes) == len(names) and all(outcome.error and outcome.written is False for outcome in outcomes)
    assert not server.writes and not server.pauses
    assert ends is None or (writer.ended_by is not None) is ends


@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
@pytest.mark.parametrize("unread", [1, 100])
def test_what_jumpserver_undid_is_not_unknown_however_badly_it_is_read(names, unread):
    class Clouded(FakeClient):
        """Shows nothing for a while after a write."""

        left = unread

        def rows(self, *arguments, **options):
            if self.writes and self.left:
                self.left -= 1
                raise LOST
            return super().rows(*arguments, **options)

    server = Clouded(fault=refuse(names[0], status=500, body={"error": "Server internal error"}))
    outcomes = write(server, creations(*names))
    assert landed(outcomes) == (list(names[1:]) if unread == 1 else [])
    assert [outcome.written for outcome in outcomes if outcome.error] == [False] * (1 if unread == 1 else len(names))
