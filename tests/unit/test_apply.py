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
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import NotConverged, Refused, Unproved, Unreachable

from tests.unit.examples import DEFAULT, OTHER_PLAN, TEAM, plan_row
from tests.unit.fake import LOST, Server

PROVED = Organization("Default", DEFAULT, "Default", True)
DIALECT = _dialect.BY_NAME["v4.8"]


def operation(name, row=None, update_password="on_create", **options):
    declared = _plan.declare(dict(options, name=name))
    return _reconcile.present(declared, _plan.read(row) if row else None, DIALECT, update_password)


def creations(*names):
    return [operation(name, comment="d") for name in names]


def rows(*names):
    return [plan_row(id="%s%04d" % (OTHER_PLAN[:-4], number), name=name) for number, name in enumerate(names)]


def changes(plans):
    return [operation(row["name"], row, comment="d") for row in plans]


def write(server, operations, **settings):
    return Writer(server, PROVED, **settings).apply(operations)


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
        Writer(Server(), Organization("Default", DEFAULT))


def test_many_plans_are_written_in_few_requests():
    server = Server()
    outcomes = write(server, creations(*["plan-%03d" % number for number in range(250)]))
    assert len(landed(outcomes)) == 250
    assert [len(request.detail) for request in server.writes] == [100, 100, 50]
    assert all(outcome.plan.name == outcome.operation.name for outcome in outcomes)


def test_changes_are_told_apart_by_id_in_whatever_order_they_are_answered():
    plans = rows("a", "b", "c")
    server = Server(*plans)
    outcomes = write(server, changes(plans))
    assert {outcome.operation.name: outcome.plan.id for outcome in outcomes} == {row["name"]: row["id"] for row in plans}
    assert len(server.writes) == 1


@pytest.mark.parametrize("bad", [["c"], ["a"], ["a", "h"], ["a", "b", "c", "d", "e", "f", "g", "h"]], ids=",".join)
@pytest.mark.parametrize("status", [400, 500])
def test_the_good_ones_of_a_refused_list_land_all_the_same(bad, status):
    server = Server(fault=refuse(*bad, status=status))
    outcomes = write(server, creations(*"abcdefgh"))
    assert landed(outcomes) == sorted(set("abcdefgh") - set(bad))
    assert sorted(failed(outcomes)) == bad


def test_the_bad_ones_that_the_server_names_are_singled_out_at_once():
    server = Server(plan_row(name="c"))
    outcomes = write(server, creations(*"abcdefgh"))
    assert landed(outcomes) == list("abdefgh")
    assert "Name already exists" in failed(outcomes)["c"]
    assert len(server.writes) == 3


def test_the_good_changes_of_a_refused_list_land_all_the_same():
    plans = rows(*"abcd")
    server = Server(*plans, fault=refuse("bad"))
    operations = changes(plans)
    operations[2] = operation("c", plans[2], comment="bad")
    outcomes = write(server, operations)
    assert landed(outcomes) == ["a", "b", "d"]
    assert [row["comment"] for row in server.plans] == ["d", "d", "c", "d"]


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_list_that_nobody_may_write_is_not_tried_one_by_one(status):
    server = Server(fault=refuse(*"abcd", status=status))
    outcomes = write(server, creations(*"abcd"))
    assert len(failed(outcomes)) == 4
    assert len(server.writes) == 1


@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
@pytest.mark.parametrize("there", [False, True], ids=["creation", "change"])
@pytest.mark.parametrize("moment, done", [("after", True), ("before", False)], ids=["carried out", "not carried out"])
def test_after_a_lost_answer_the_server_is_asked_what_landed(names, there, moment, done):
    plans = rows(*names) if there else []
    server = Server(*plans, fault=lose(moment))
    outcomes = write(server, changes(plans) if there else creations(*names))
    assert landed(outcomes) == (list(names) if done else [])
    assert len(server.writes) == 1
    assert bool(failed(outcomes)) is not done


# a list that a server itself answers with 500 was rolled back; a single plan may have lost a race against its like
@pytest.mark.parametrize("status, names", [(502, "a"), (502, "abc"), (503, "abc"), (504, "a"), (504, "abc"), (500, "a")])
def test_a_write_whose_answer_is_an_error_of_the_gateway_is_looked_for(status, names):
    server = Server(fault=refuse(*names, status=status, moment="after"))
    outcomes = write(server, creations(*names))
    assert landed(outcomes) == list(names)


def test_a_lost_change_that_cannot_be_seen_is_not_taken_for_done():
    plans = rows("a")
    server = Server(*plans, fault=lose("before"))
    outcomes = write(server, [operation("a", plans[0], "always", zip_encrypt_password="canary")])
    assert landed(outcomes) == []
    assert "canary" not in str(failed(outcomes))


def test_a_request_that_never_left_is_not_looked_for():
    def away(when, request):
        raise Unreachable("Away.", sent=False)

    server = Server(fault=away)
    assert failed(write(server, creations("a"))) == {"a": "Away."}
    assert len(server.asked) == 1


@pytest.mark.parametrize("names", ["a", "abc"], ids=["one plan", "a list"])
def test_what_the_server_ignored_is_noticed(names):
    class Deaf(Server):
        """Takes every comment and stores none."""

        def _create(self, item, organization):
            return super()._create(dict(item, comment=""), organization)

    outcomes = write(Deaf(), creations(*names))
    assert sorted(failed(outcomes)) == list(names)
    assert all("showed another value for comment" in text for text in failed(outcomes).values())
    assert all(isinstance(outcome.error, NotConverged) for outcome in outcomes)


def test_a_plan_that_landed_elsewhere_is_noticed():
    class Astray(Server):
        """Puts every plan into another organisation."""

        def _create(self, item, organization):
            return super()._create(item, TEAM)

    (outcome,) = write(Astray(), creations("a"))
    assert isinstance(outcome.error, Unproved)
    assert "put it into another organization (研发中心)" in str(outcome.error)


def test_an_answer_without_the_plan_is_noticed():
    class Silent(Server):
        """Answers with something else."""

        def _write(self, *arguments):
            return super()._write(*arguments)._replace(body=[])

    outcomes = write(Silent(), creations("a", "b"))
    assert all("does not show the plan" in text for text in failed(outcomes).values())
    assert len(outcomes) == 2


def test_a_name_that_differs_in_case_only_is_named_as_the_reason():
    def same_name(when, request):
        raise Refused("Name taken.", 400, {"name": ["This field must be unique."]})

    server = Server(plan_row(name="NIGHTLY"), fault=same_name)
    server.rows = lambda *arguments, **options: server.plans
    outcomes = write(server, creations("nightly"))
    assert failed(outcomes) == {"nightly": "Name taken. This server takes 'NIGHTLY' for the same name; rename one of them."}


# order


def removal(row):
    return _reconcile.absent(_plan.read(row))


def test_deletions_are_left_out_after_a_failure():
    plans = rows("old")
    server = Server(*plans, fault=refuse("a"))
    outcomes = write(server, [removal(plans[0])] + creations("a"))
    assert [request.method for request in server.writes] == ["POST"]
    assert len(outcomes) == 1


def test_a_deletion_that_fails_does_not_keep_the_others_from_going():
    plans = rows("a", "b")
    denied = "%s%s/" % (_dialect.PLANS, plans[0]["id"])
    outcomes = write(Server(*plans, forbidden=[(denied, None)]), [removal(row) for row in plans])
    assert (landed(outcomes), list(failed(outcomes))) == (["b"], ["a"])


def test_a_deletion_is_sent_to_one_plan_only():
    plans = rows("a", "b")
    server = Server(*plans)
    write(server, [removal(plans[0])])
    assert [(request.method, request.path) for request in server.writes] == [("DELETE", "%s%s/" % (_dialect.PLANS, plans[0]["id"]))]


def test_stop_writes_one_by_one_and_nothing_after_the_first_failure():
    plans = rows("x")
    server = Server(*plans, fault=refuse("b"))
    outcomes = write(server, creations("a", "b", "c") + changes(plans) + [removal(plans[0])], stop_at_failure=True)
    assert [outcome.operation.name for outcome in outcomes] == ["a", "b"]
    assert len(server.writes) == 2


def test_a_batch_is_one_that_every_server_takes_in_time():
    assert _apply.BATCH == 100
