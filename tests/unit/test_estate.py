# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pipeline as a whole, against a server in memory: several plans, several organisations, pruning, check mode, failures."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.declared import inspector
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect, directory as _directory, references as _references
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Refused, Unproved, Unreachable
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import estate as _estate
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Policy, Request
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit import generated
from tests.unit.examples import ALICE, BOB, DEFAULT, OTHER_PLAN, PLAN, TEAM, WIPED, plan_row, related
from tests.unit.fake import USERS, FakeClient
from tests.unit.server_model import SERVERS

NIGHTLY = {"name": "nightly", "comment": "c"}
UNKNOWN = "99999999-9999-4999-8999-999999999999"


def part(*plans, organization="Default", **settings):
    return Request(_directory.organization(organization), plans, **settings)


def converge(server, *parts, **policy):
    return _estate.converge(server, parts, Policy(**policy))


def done(estate):
    """What was done without an error: kind and name, by organisation."""
    return [[(outcome.operation.kind, outcome.operation.name) for outcome in one.outcomes if not outcome.error] for one in estate.reports]


def failures(estate):
    return [text for one in estate.reports for _name, text in one.failures]


def names(server):
    return sorted(row["name"] for row in server.plans)


def other(**changes):
    return plan_row(**dict({"id": OTHER_PLAN, "name": "other"}, **changes))


# what is written wrongly


def test_plans_are_not_managed_in_the_root_organization():
    server = FakeClient()
    estate = converge(server, part(NIGHTLY, organization="root"))
    assert "cannot be managed in the root organization" in failures(estate)[0]
    assert not server.asked


def test_a_name_that_is_there_twice_is_a_fault_of_both():
    server = FakeClient()
    estate = converge(server, part(NIGHTLY, {"name": "good"}, dict(NIGHTLY, name=" nightly ")))
    assert done(estate) == [[("create", "good")]]
    assert ["plans 1 and 3 of the list have the same name" in text for text in failures(estate)] == [True]


def test_a_plan_that_cannot_be_fails_alone():
    server = FakeClient()
    estate = converge(server, part({"name": "bad", "crontab": "0 3 31 2 *"}, {"name": "unknown", "recipients_part_one": ["nobody"]},
                                   {"name": "periodic", "is_periodic": True}, {"name": "a/b"}, NIGHTLY))
    assert done(estate) == [[("create", "nightly")]]
    assert len(failures(estate)) == 4
    told = "\n".join(failures(estate))
    assert "Backup plan 'bad' of organization 'Default': crontab '0 3 31 2 *' cannot be used" in told
    for words in ("'nobody' is no user", "crontab or interval is needed", "slash"):
        assert words in told


def test_a_plan_that_is_only_known_by_an_unknown_id_is_reported_by_it():
    server = FakeClient(plan_row())
    estate = converge(server, part({"id": ALICE, "comment": "d"}, identified=ALICE))
    assert [name for name, _error in estate.reports[0].failures] == [ALICE]
    assert not server.writes


@pytest.mark.parametrize("dialect", ["v3.0", "v3.6"])
def test_a_field_that_is_lacking_is_reported_for_a_plan_that_is_only_known_by_its_id(dialect):
    estate = converge(FakeClient(plan_row(dialect), kind=SERVERS["3.6 to 3.8"]), part({"id": PLAN, "is_active": True}, identified=PLAN))
    assert [name for name, _error in estate.reports[0].failures] == [PLAN]


def test_where_nothing_can_be_the_server_is_not_asked():
    server = FakeClient()
    converge(server, part({"name": "bad", "crontab": "x"}))
    assert not server.asked


@pytest.mark.parametrize("field", ["is_active", "backup_type"])
def test_a_field_that_the_server_lacks_is_refused_before_anything_is_written(field):
    server = FakeClient(kind=SERVERS["3.6 to 3.8"])
    estate = converge(server, part({"name": "new", field: {"is_active": True, "backup_type": "email"}[field]}))
    assert "%s needs JumpServer" % field in failures(estate)[0]
    assert not server.writes


# organisations


@pytest.mark.parametrize("plans", [(), (plan_row(),)], ids=["no plan there", "plans of Default there"])
def test_an_unknown_organization_is_noticed(plans):
    server = FakeClient(*plans)
    estate = converge(server, part(NIGHTLY, organization="Missspelt"))
    (text,) = failures(estate)
    assert "does not know the organization 'Missspelt': it would silently use 'Default'" in text
    assert not server.writes
    assert isinstance(estate.reports[0].error, Unproved)


@pytest.mark.parametrize("asked", ["研发中心", TEAM, TEAM.upper(), TEAM.replace("-", "")], ids=["name", "id", "capitals", "no dashes"])
def test_an_organization_by_name_or_id(asked):
    server = FakeClient()
    estate = converge(server, part(NIGHTLY, organization=asked))
    assert done(estate) == [[("create", "nightly")]]
    assert server.plans[0]["org_id"] == TEAM
    assert estate.reports[0].organization.reference == {"id": TEAM, "name": "研发中心"}


@pytest.mark.parametrize("plans", [(), (plan_row(), other(org_id=TEAM, org_name="研发中心"))], ids=["new", "there"])
def test_several_organizations_one_unknown(plans):
    server = FakeClient(*plans)
    estate = converge(server, part({"name": "a"}), part({"name": "b"}, organization="研发中心"), part({"name": "c"}, organization="Missspelt"))
    assert done(estate) == [[("create", "a")], [("create", "b")], []]
    assert {row["name"]: row["org_id"] for row in server.plans if len(row["name"]) == 1} == {"a": DEFAULT, "b": TEAM}
    assert "Missspelt" in failures(estate)[0]


def test_one_organization_under_two_names_is_noticed():
    server = FakeClient()
    estate = converge(server, part({"name": "a"}, organization="研发中心"), part({"name": "b"}, organization=TEAM))
    assert ["listed twice" in text for text in failures(estate)] == [True, True]
    assert done(estate) == [[], []] and not server.writes


@pytest.mark.parametrize("first", [{"name": "a"}, {"name": "bad", "crontab": "x"}], ids=["a good plan", "a plan that is refused as it is written"])
@pytest.mark.parametrize("forbidden", [[], [(PLANS, _directory.ROOT)]], ids=["through the root", "one by one"])
def test_nothing_is_written_or_pruned_in_an_organization_that_is_listed_twice(first, forbidden):
    server = FakeClient(other(name="a", org_id=TEAM, org_name="研发中心"), plan_row(), forbidden=forbidden)
    estate = converge(
        server, part(first, organization="研发中心"), part({"name": "b"}, organization=TEAM, prune=True), part({"name": "new"}, prune=True))
    assert done(estate) == [[], [], [("create", "new"), ("delete", "nightly")]]
    assert sorted(row["name"] for row in server.plans) == ["a", "new"]
    assert sum("listed twice" in text for text in failures(estate)) == 2


def test_the_same_name_in_two_organizations_is_two_plans():
    server = FakeClient(plan_row(), other(name="nightly", org_id=TEAM, org_name="研发中心"))
    estate = converge(server, part(dict(NIGHTLY, comment="d")), part(NIGHTLY, organization="研发中心"))
    assert done(estate) == [[("update", "nightly")], [("keep", "nightly")]]


def test_who_may_not_read_the_root_organization_reads_one_by_one():
    server = FakeClient(plan_row(), forbidden=[(PLANS, _directory.ROOT)])
    estate = converge(server, part(NIGHTLY), part({"name": "b"}, organization="研发中心"))
    assert done(estate) == [[("keep", "nightly")], [("create", "b")]]


def test_no_right_in_one_organization_is_a_failure_of_that_one():
    server = FakeClient(forbidden=[(PLANS, _directory.ROOT), (PLANS, "研发中心")])
    estate = converge(server, part(NIGHTLY), part(NIGHTLY, organization="研发中心"))
    assert done(estate) == [[("create", "nightly")], []]
    assert failures(estate) == ["No right."]


@pytest.mark.parametrize("error", [Unreachable("Away.", sent=False), Refused("Away.", 401)], ids=["out of reach", "not let in"])
@pytest.mark.parametrize("parts", [1, 2])
def test_nothing_more_is_asked_of_a_server_that_does_not_let_us_in(error, parts):
    class Away(FakeClient):
        """Answers nobody but the one who asks for everything."""

        def rows(self, path, doing, organization=None, params=None, **options):
            self._note("GET", path, organization, params)
            raise Refused("No right.", 403) if organization == _directory.ROOT else error

    server = Away()
    estate = converge(server, *[part(NIGHTLY), part(NIGHTLY, organization="研发中心")][:parts])
    assert failures(estate) == ["Away."] * parts
    assert len(server.asked) == parts


@pytest.mark.parametrize("error, ends", [(Refused("Bad gateway.", 502), False), (Unreachable("Away.", sent=True), True), (Refused("Away.", 401), True)])
def test_where_organizations_cannot_be_listed_each_that_needs_it_fails(error, ends):
    """One by name without plans is looked for in the list. The others go on, unless nobody answers any more."""
    class Unlisted(FakeClient):
        """Lists plans, and no organizations."""

        def rows(self, path, *arguments, **options):
            if path == _directory.ORGANIZATIONS:
                raise error
            return super().rows(path, *arguments, **options)

    server = Unlisted(plan_row(), other())
    estate = converge(server, part({"name": "new"}, prune=True), part(NIGHTLY, organization="研发中心"), part(NIGHTLY, organization="Team-A"))
    assert failures(estate) == [str(error)] * (3 if ends else 2)
    assert names(server) == (["nightly", "other"] if ends else ["new"])
    assert [report.error is None for report in estate.reports] == [not ends, False, False]


# two looks at a time


class TwoAtATime(FakeClient):
    """Answers a look for plans only when one for people has come, or is not to come at all."""

    connection = FakeClient.connection._replace(connections=2)

    def __init__(self, *plans, alone=False, **options):
        super().__init__(*plans, **options)
        self.asked_for_people = threading.Event()
        if alone:
            self.asked_for_people.set()

    def rows(self, path, doing, organization=None, params=None, **options):
        if path == _references.USERS:
            self.asked_for_people.set()
        assert self.asked_for_people.wait(30)
        return super().rows(path, doing, organization, params, **options)


NO_PLANS, NO_USERS = [(PLANS, None)], [(_references.USERS, None)]
# options, what is forbidden, where; whether people are looked for meanwhile, and whether the look for the plan fails
LOOKS = {
    "as declared": ({"recipients_part_one": ["alice"]}, [], "Default", True, False),
    "several names": ({"recipients_part_one": ["alice", "Alice"]}, [], "Default", True, False),
    "somebody else": ({"recipients_part_one": ["bob"]}, [], "Default", True, False),
    "a new plan": ({"name": "new", "recipients_part_one": ["alice"]}, [], "Default", True, False),
    "one that is to be absent": ({"recipients_part_one": ["alice"], "state": "absent"}, [], "Default", True, False),
    "nobody": ({"comment": "c"}, [], "Default", False, False),
    "an id that is shown": ({"recipients_part_one": [ALICE]}, [], "Default", False, False),
    "an id that is not": ({"recipients_part_one": [BOB]}, [], "Default", False, False),
    "an address": ({"recipients_part_one": ["alice@example.com"]}, [], "Default", True, False),
    "who cannot be found": ({"recipients_part_one": ["nobody"]}, [], "Default", True, False),
    "no right to list users": ({"recipients_part_one": ["alice"]}, NO_USERS, "Default", True, False),
    "no right to list plans": ({"recipients_part_one": ["alice"]}, NO_PLANS, "Default", True, True),
    "no right at all": ({"recipients_part_one": ["alice"]}, NO_PLANS + NO_USERS, "Default", True, True),
    "no such organization": ({"recipients_part_one": ["alice"]}, [], "Nowhere", True, True),
}


@pytest.mark.parametrize("options, forbidden, organization, looks, fails", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("single", [True, False], ids=["one plan", "a list"])
def test_people_are_looked_for_beside_the_plan_with_the_same_result(options, forbidden, organization, looks, fails, single):
    options = dict({"name": "nightly"}, **options)
    settings = {"state": options.pop("state", "present"), "named": options["name"] if single else ""}
    row = plan_row(recipients_part_one=related(ALICE))
    told = []
    for server in (FakeClient(row, forbidden=forbidden), TwoAtATime(row, forbidden=forbidden, alone=not looks)):
        estate = converge(server, part(options, organization=organization, **settings), read_only=True)
        told.append((estate, sorted(map(repr, server.asked))))
    (in_turn, asked), (beside, asked_beside) = told
    assert (done(in_turn), failures(in_turn)) == (done(beside), failures(beside)) and (fails or in_turn.names == beside.names)
    assert [report.warnings for report in in_turn.reports] == [report.warnings for report in beside.reports]
    # the look beside one that fails is under way already
    assert set(asked_beside) >= set(asked) and len(asked_beside) == len(asked) + fails


MANY = {
    "an administrator of all": ([], "研发中心"), "one of organizations": ([(PLANS, _directory.ROOT)], "研发中心"),
    "who may not list users": ([(_references.USERS, _directory.ROOT)], "研发中心"), "an organization that is none": ([], "Nowhere"),
}


@pytest.mark.parametrize("forbidden, other_organization", MANY.values(), ids=MANY)
@pytest.mark.parametrize("names", [["alice"], ["alice", "bob"]], ids=["one name", "several"])
def test_people_of_several_organizations_are_looked_for_beside_their_plans(forbidden, other_organization, names):
    told = []
    for kind in (FakeClient, TwoAtATime):
        server = kind(plan_row(recipients_part_one=related(ALICE)), forbidden=forbidden)
        wished = [part(dict(NIGHTLY, recipients_part_one=names[:count]), organization=where) for where, count in (("Default", 1), (other_organization, 2))]
        estate = converge(server, *wished, read_only=True)
        told.append((done(estate), failures(estate), sorted(f"{request.path} {request.organization}" for request in server.asked)))
    assert told[0] == told[1]


@pytest.mark.parametrize("error, message", [(Unreachable("Away.", sent=True), "Away."), (Refused("Broken.", 500), "Broken.")])
def test_of_two_looks_that_fail_that_for_the_plan_is_told(error, message):
    class Broken(TwoAtATime):
        """Finds nobody, and then no plan either, unless the plan is there."""

        def rows(self, path, *arguments, **options):
            super().rows(path, *arguments, **options)
            raise Refused("Nobody.", 500) if path == _references.USERS else error

    estate = converge(Broken(), part(dict(NIGHTLY, recipients_part_one=["alice"]), named="nightly"))
    assert failures(estate) == [message]


# pruning


@pytest.mark.parametrize("prune, left", [(True, ["nightly"]), (False, ["nightly", "other"])])
def test_pruning(prune, left):
    server = FakeClient(plan_row(), other())
    converge(server, part(NIGHTLY, prune=prune))
    assert names(server) == left


def test_pruning_leaves_other_organizations_alone():
    server = FakeClient(plan_row(), other(org_id=TEAM, org_name="研发中心"))
    converge(server, part(NIGHTLY, prune=True))
    assert names(server) == ["nightly", "other"]


@pytest.mark.parametrize("allow_empty, left", [(False, ["nightly"]), (True, [])])
def test_pruning_everything_needs_to_be_allowed(allow_empty, left):
    server = FakeClient(plan_row())
    estate = converge(server, part(prune=True, allow_empty=allow_empty))
    assert names(server) == left
    assert bool(failures(estate)) is not allow_empty
    assert allow_empty or "set allow_empty if that is meant" in failures(estate)[0]


BLOCKERS = {
    "a crontab that never runs": {"name": "bad", "crontab": "0 3 31 2 *"}, "an unknown recipient": {"name": "bad", "recipients_part_one": ["nobody"]},
    "nothing to run by": {"name": "bad", "is_periodic": True},
}


@pytest.mark.parametrize("bad", BLOCKERS.values(), ids=BLOCKERS)
def test_nothing_is_pruned_where_a_plan_cannot_be(bad):
    server = FakeClient(plan_row(), other())
    estate = converge(server, part(NIGHTLY, bad, prune=True))
    assert names(server) == ["nightly", "other"]
    assert len(failures(estate)) == 1


def test_nothing_is_pruned_where_a_write_failed():
    def refuse(moment, request):
        if request.method == "POST":
            raise Refused("No.", 400)

    server = FakeClient(plan_row(), other(), fault=refuse)
    converge(server, part(NIGHTLY, {"name": "new"}, prune=True))
    assert names(server) == ["nightly", "other"]


def test_a_failure_in_one_organization_does_not_keep_another_from_pruning():
    server = FakeClient(plan_row(), other(org_id=TEAM, org_name="研发中心"))
    converge(server, part({"name": "bad", "crontab": "x"}, prune=True), part({"name": "new"}, organization="研发中心", prune=True))
    assert names(server) == ["new", "nightly"]


@pytest.mark.parametrize("limit, left", [(None, []), (2, []), (1, ["nightly", "other"]), (0, ["nightly", "other"])])
def test_the_limit_of_deletions_holds_for_all_organizations_together(limit, left):
    server = FakeClient(plan_row(), other(org_id=TEAM, org_name="研发中心"))
    estate = converge(
        server, part({"name": "a"}, prune=True), part({"name": "b"}, organization="研发中心", prune=True), prune_limit=limit)
    assert names(server) == ["a", "b"] + left
    if left:
        assert str(estate.limit_error) == (
            "prune would delete 2 backup plans and prune_limit is %d, so none was deleted: Default/nightly, 研发中心/other." % limit)
    else:
        assert estate.limit_error is None


def test_deletions_come_last():
    server = FakeClient(plan_row(), other())
    converge(server, part({"name": "nightly", "comment": "d"}, {"name": "new"}, prune=True))
    assert [request.method for request in server.writes] == ["POST", "PATCH", "DELETE"]


# absent


@pytest.mark.parametrize("options, left", [({"name": "nightly"}, ["other"]), ({"name": "gone"}, ["nightly", "other"]), ({"id": OTHER_PLAN}, ["nightly"])],
                         ids=["there", "not there", "by id"])
def test_absent(options, left):
    server = FakeClient(plan_row(), other())
    estate = converge(server, part(options, state="absent", named=options.get("name", ""), identified=options.get("id", "")))
    assert names(server) == left
    assert not failures(estate)


# check mode and the requests that are spent


def everything():
    """Something to create, to change, to delete, and to keep, in two organisations."""
    server = FakeClient(plan_row(), other(), other(id=ALICE, name="right", org_id=TEAM, org_name="研发中心"))
    return server, [part(dict(NIGHTLY, comment="d"), {"name": "new", "recipients_part_one": ["alice"]}, prune=True),
                    part({"name": "right"}, organization="研发中心")]


def test_check_mode_tells_the_same_and_writes_nothing():
    server, parts = everything()
    foreseen = done(converge(server, *parts, read_only=True))
    assert not server.writes
    server, parts = everything()
    assert list(map(sorted, done(converge(server, *parts)))) == list(map(sorted, foreseen))
    assert len(server.writes) == 3


def test_a_plan_that_is_right_costs_one_request():
    server = FakeClient(plan_row())
    converge(server, part(NIGHTLY, named="nightly"))
    assert len(server.asked) == 1


def test_a_list_that_is_right_costs_one_request_however_many_plans():
    rows = [plan_row(id="%s%04d" % (OTHER_PLAN[:-4], number), name="plan-%d" % number) for number in range(250)]
    server = FakeClient(*rows)
    estate = converge(server, part(*[{"name": row["name"], "comment": "c", "crontab": "0 3 * * *"} for row in rows]))
    assert [request.organization for request in server.asked] == [DEFAULT]
    assert {kind for kind, _name in done(estate)[0]} == {"keep"}


def test_several_organizations_that_are_right_cost_one_request():
    server = FakeClient(plan_row(), other(org_id=TEAM, org_name="研发中心", comment="c"))
    converge(server, part(NIGHTLY), part({"name": "other"}, organization="研发中心"))
    assert [request.organization for request in server.asked] == [_directory.ROOT]


def test_an_organization_without_plans_is_found_by_its_name_in_one_more():
    server = FakeClient(plan_row())
    estate = converge(server, part(NIGHTLY), part(organization="研发中心"))
    assert [request.path for request in server.asked] == [PLANS, _directory.ORGANIZATIONS]
    assert estate.reports[1].organization.reference == {"id": TEAM, "name": "研发中心"}


def test_users_are_listed_once_however_many_names():
    server = FakeClient(plan_row(recipients_part_one=related(ALICE)))
    plans = [{"name": "plan-%d" % number, "recipients_part_one": ["alice", "bob"], "recipients_part_two": ["carol@example.com"]} for number in range(20)]
    converge(server, part(*plans))
    assert sum(request.path == _references.USERS for request in server.asked) == 1


def test_users_of_several_organizations_are_listed_in_one():
    server = FakeClient(plan_row(), other(org_id=TEAM, org_name="研发中心"))
    converge(server, part({"name": "a", "recipients_part_one": ["alice"]}), part({"name": "b", "recipients_part_one": ["bob"]}, organization="研发中心"))
    assert [request.organization for request in server.asked if request.path == _references.USERS] == [_directory.ROOT]


def test_only_what_is_declared_is_listed():
    server = FakeClient(plan_row())
    converge(server, part({"name": "nightly", "types": ["linux", "mysql"]}))
    listed = server.asked[0].detail["fields"].split(",")
    assert "types" in listed
    assert not [name for name in listed if "recipients" in name]


def test_the_dialect_is_asked_for_only_where_no_plan_tells_it():
    server = FakeClient()
    converge(server, part(NIGHTLY))
    assert [request.method for request in server.asked] == ["GET", "GET", "OPTIONS", "POST"]
    server = FakeClient(other())
    converge(server, part(NIGHTLY))
    assert [request.method for request in server.asked] == ["GET", "GET", "POST"]


def test_a_forced_dialect_is_not_asked_for():
    server = FakeClient(kind=SERVERS["3.0 to 3.5"])
    converge(server, part({"name": "new", "recipients_part_one": ["alice"]}), dialect="v3.0")
    assert "OPTIONS" not in [request.method for request in server.asked]
    assert server.plans[0]["recipients"] == related(ALICE)


# remarks


def test_what_should_be_known_is_remarked():
    estate = converge(FakeClient(), part({"name": "both", "crontab": "0 3 * * *", "interval": 3}))
    assert list(estate.reports[0].warnings) == [
        "Backup plan 'both': crontab and interval are both given: JumpServer runs the crontab, the interval has no effect."]


@pytest.mark.parametrize("read_only", [False, True])
def test_each_decision_is_inspected_before_anything_is_written(read_only):
    server, seen = FakeClient(other()), []

    def inspect(reader, decision):
        seen.append(([(operation.kind, operation.name) for operation in decision.operations], list(server.writes)))
        return decision._replace(operations=(), warnings=("inspected",))

    estate = _estate.converge(server, [part(NIGHTLY, {"name": "other"})], Policy(read_only=read_only), inspect)
    assert seen == [([("create", "nightly"), ("keep", "other")], [])]
    assert server.writes == [] and estate.reports[0].warnings == ("inspected",)


@pytest.mark.parametrize("options", [{"crontab": "0 3 * * *"}, {"is_periodic": False}], ids=["repaired", "switched off"])
def test_a_broken_schedule_that_is_repaired_is_not_remarked(options):
    estate = _estate.converge(FakeClient(plan_row(**WIPED)), [part(dict(NIGHTLY, **options))], Policy(), inspector(strict=True, check_accounts=False))
    assert done(estate) == [[("update", "nightly")]]
    assert not estate.reports[0].warnings


# stop at the first failure


@pytest.mark.parametrize("stop, made", [(True, []), (False, ["b", "c"])])
def test_after_a_failure_the_others_land_unless_told_to_stop(stop, made):
    def refuse(moment, request):
        bodies = request.detail if isinstance(request.detail, list) else [request.detail]
        if any(body["name"] == "a" for body in bodies):
            raise Refused("No.", 400)

    server = FakeClient(fault=refuse)
    estate = converge(server, part({"name": "a"}, {"name": "b"}, {"name": "c"}), stop_at_failure=stop)
    assert names(server) == made
    assert failures(estate) == ["No."]


def test_what_is_known_to_be_wrong_stops_before_the_first_write():
    server = FakeClient()
    converge(server, part({"name": "a", "crontab": "x"}, {"name": "b"}), part({"name": "c"}, organization="研发中心"), stop_at_failure=True)
    assert not server.writes


# generated estates


@st.composite
def estates(draw, kind):
    """(server, plans declared in Default, plans declared in another organisation, prune)"""
    server, taken = FakeClient(kind=kind), {}
    for number in range(draw(st.integers(0, 4))):
        organization = draw(st.sampled_from([DEFAULT, TEAM]))
        row = dict(draw(generated.rows(kind)), id="%s%04d" % (OTHER_PLAN[:-4], number), name="plan-%d" % number, org_id=organization)
        server.plans.append(dict(row, org_name=server.organizations[organization]))
    for organization in (DEFAULT, TEAM):
        wanted = draw(st.lists(st.integers(0, 6), max_size=4, unique=True))
        taken[organization] = [
            dict(draw(generated.declarations(_dialect.BY_NAME[kind.dialect])), name="plan-%d" % number) for number in wanted]
    return server, taken[DEFAULT], taken[TEAM], draw(st.booleans())


@pytest.mark.parametrize("kind", SERVERS.values(), ids=SERVERS)
@given(data=st.data())
@settings(max_examples=settings.default.max_examples // 3)
def test_what_converged_stays_converged(kind, data):
    server, default, team, prune = data.draw(estates(kind))

    def run(**policy):
        before = len(server.writes)
        pruning = {"prune": prune, "allow_empty": True}
        estate = converge(server, part(*default, **pruning), part(*team, organization="研发中心", **pruning), **policy)
        changed, values, diff = _report.whole_estate(estate.reports, estate.names)
        return changed, values, diff, len(server.writes) - before

    foreseen, _values, foreseen_diff, written = run(read_only=True)
    assert written == 0
    changed, values, diff, written = run()
    assert (changed, diff) == (foreseen, foreseen_diff)
    assert bool(written) is changed
    changed, again, diff, written = run()
    assert (changed, written, diff) == (False, 0, {"before": {}, "after": {}})
    assert again["summary"]["failed"] == values["summary"]["failed"]
    if prune and not values["summary"]["failed"]:
        assert names(server) == sorted(plan["name"] for plan in default + team)


# what names stand for, wherever they are written


CTO = {"id": "22222222-0000-4000-8000-000000000001", "username": "cto", "email": "boss@example.com", "name": "The Boss"}
MALLORY = {"id": "22222222-0000-4000-8000-000000000002", "username": "mallory", "email": "mallory@example.com", "name": "cto"}


def with_mallory(**settings):
    """``cto`` is somebody's username, and what a member of another organization calls herself."""
    server = FakeClient(users=[*USERS, CTO, MALLORY], **settings)
    server.members = {DEFAULT: ["alice", "cto"], TEAM: ["alice", "mallory"]}
    return server


@pytest.mark.parametrize("recipients", [["cto"], ["alice", "cto"], ["cto", "alice"]], ids=", ".join)
@pytest.mark.parametrize("organizations", [["研发中心"], ["Default"], ["Default", "研发中心"]], ids=", ".join)
def test_a_display_name_that_is_the_username_of_another_is_refused_with_both(recipients, organizations):
    server = with_mallory()
    estate = converge(server, *[part({"name": "nightly", "recipients_part_one": recipients}, organization=name) for name in organizations])
    assert len(failures(estate)) == len(organizations)
    for text in failures(estate):
        assert "'cto' stands for several users: cto (%s), mallory (%s)" % (CTO["id"], MALLORY["id"]) in text
    assert not server.writes


def test_who_sees_members_only_is_told_that_the_rest_cannot_be_seen():
    server = with_mallory(forbidden=[(_references.USERS, _directory.ROOT)])
    estate = converge(server, part({"name": "nightly", "recipients_part_one": ["cto"]}, organization="研发中心"))
    (text,) = failures(estate)
    assert "'cto' is the display name of mallory (%s), but the private token sees only members" % MALLORY["id"] in text
    assert not server.writes


def test_what_people_are_called_in_a_diff_does_not_depend_on_what_was_listed():
    """A plan with Alice and Bob: both sides of the diff, with one name to look up, with two, and by id."""
    seen = []
    for recipients in (["alice"], ["alice", "carol@example.com"], [ALICE]):
        server = FakeClient(plan_row(recipients_part_one=related(ALICE, BOB)))
        estate = converge(server, part({"name": "nightly", "recipients_part_one": recipients}), read_only=True)
        _changed, _values, diff = _report.whole_estate(estate.reports, estate.names)
        seen.append(diff["before"]["Default"]["nightly"]["recipients_part_one"])
    assert seen == [["alice", "bob"]] * 3


def test_an_unknown_id_of_a_user_is_refused_before_anything_is_written():
    server = FakeClient(plan_row())
    estate = converge(server, part({"name": "nightly", "recipients_part_one": [UNKNOWN]}), read_only=True)
    assert "'%s' is no user that can be found" % UNKNOWN in failures(estate)[0]


def test_a_recipient_that_a_plan_shows_is_not_looked_up():
    server = FakeClient(plan_row(recipients_part_one=related(ALICE)))
    converge(server, part({"name": "nightly", "recipients_part_one": [ALICE]}))
    assert [request.path for request in server.asked] == [PLANS]


# what only the server can tell, in check mode too


@pytest.mark.parametrize("read_only", [True, False], ids=["check mode", "run"])
def test_an_organization_is_proved_before_a_change_is_foreseen(read_only):
    """A community edition lists the plans of organizations that it serves as Default."""
    class Community(FakeClient):
        """Serves every organization but the built-in ones as Default."""

        def _organization(self, asked):
            return asked if asked in (DEFAULT, _directory.ROOT) else DEFAULT

    server = Community(plan_row(org_id=TEAM, org_name="研发中心"))
    estate = converge(server, part({"name": "nightly", "comment": "d"}, organization="研发中心"), part({"name": "a"}), read_only=read_only)
    assert "does not know the organization '研发中心'" in failures(estate)[0]
    assert done(estate)[0] == []


@pytest.mark.parametrize("read_only", [True, False], ids=["check mode", "run"])
@pytest.mark.parametrize("settings", [{"identified": PLAN}, {}], ids=["one plan", "a list"])
def test_a_rename_onto_a_name_that_is_there_is_refused(read_only, settings):
    server = FakeClient(plan_row(), other())
    estate = converge(server, part({"id": PLAN, "name": "other"}, **settings), read_only=read_only)
    assert "another backup plan of this organization has that name already" in failures(estate)[0]
    assert not server.writes


# (whether the filter by name works, whether the database ignores case) -> (failures, warnings)
DATABASES = {"MySQL": (True, True, 1, 0), "PostgreSQL": (True, False, 0, 0), "the version does not tell": (False, True, 0, 1)}


@pytest.mark.parametrize("filters, ignores_case, refused, warned", DATABASES.values(), ids=DATABASES)
@pytest.mark.parametrize("read_only", [True, False], ids=["check mode", "run"])
def test_a_name_that_differs_in_case_only_is_told_as_far_as_it_can_be(filters, ignores_case, refused, warned, read_only):
    class Database(FakeClient):
        """Filters by name as a database does, or not at all."""

        def rows(self, path, doing, organization=None, params=None, **options):
            if path != PLANS or "name__exact" not in (params or {}):
                return super().rows(path, doing, organization, params, **options)
            asked = params["name"]
            return [row for row in self.plans if not filters or row["name"] == asked or ignores_case and row["name"].lower() == asked.lower()]

    estate = converge(Database(plan_row(name="Nightly"), other()), part({"name": "nightly"}), read_only=read_only)
    assert (len(failures(estate)), len(estate.reports[0].warnings)) == (refused, warned)
    assert all("'Nightly'" in text for text in (*failures(estate), *estate.reports[0].warnings))


# Unicode


COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"


@pytest.mark.parametrize("declared, stored", [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)], ids=["decomposed there", "composed there"])
@pytest.mark.parametrize("settings", [{"prune": True}, {"named": True}], ids=["a list", "one plan"])
def test_a_name_in_another_unicode_form_is_the_same_plan(declared, stored, settings):
    settings = dict(settings, named=declared) if "named" in settings else settings
    server = FakeClient(plan_row(name=stored), other(name="Caf"))
    estate = converge(server, part({"name": declared, "comment": "d"}, {"name": "Caf"}, **settings))
    assert ("update", stored) in done(estate)[0]
    assert names(server) == sorted([stored, "Caf"])
    assert any("another Unicode form" in text for text in estate.reports[0].warnings)


def test_two_names_that_differ_in_their_form_only_stay_two_plans_where_both_are_there():
    server = FakeClient(plan_row(name=COMPOSED), other(name=DECOMPOSED))
    estate = converge(server, part({"name": COMPOSED, "comment": "c"}, {"name": DECOMPOSED, "comment": "c"}, prune=True))
    assert [kind for kind, _name in done(estate)[0]] == ["keep", "keep"]
    assert not estate.reports[0].warnings


# the dialect is never guessed


def test_a_server_before_3_6_is_not_taken_for_a_later_one():
    """A listing that shows neither field of recipients tells nothing."""
    server = FakeClient(plan_row("v3.0"), kind=SERVERS["3.0 to 3.5"])
    estate = converge(server, part({"name": "nightly", "comment": "d", "recipients_part_two": ["alice"]}, {"name": "new", "recipients_part_two": ["alice"]}))
    assert all("recipients_part_two needs JumpServer 3.6" in text for text in failures(estate))
    assert len(failures(estate)) == 2 and not server.writes


# a server that goes away


@pytest.mark.parametrize("error", [Unreachable("Away.", sent=False), Refused("Away.", 401)], ids=["out of reach", "not let in"])
def test_the_first_proof_that_nobody_answers_ends_the_run(error):
    def away(moment, request):
        if request.method in ("POST", "DELETE"):
            raise error

    server = FakeClient(*[other(id="%s%04d" % (OTHER_PLAN[:-4], number), name="old-%d" % number) for number in range(5)], fault=away)
    estate = converge(server, part({"name": "old-0"}, prune=True), part({"name": "b"}, organization="研发中心"))
    assert len([request for request in server.asked if request.method in ("POST", "DELETE")]) == 1
    assert sorted(set(failures(estate))) == ["Away.", "Not tried: the server could not be used any more. Away."]
    assert len(failures(estate)) == 5
