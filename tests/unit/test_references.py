# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of users and storages, and what they stand for: first the pure function, then what is asked of a server for it."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import estate as _estate, plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.read import Reader
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Actual, Draft, Request
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import references as _references
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import ROOT, Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import People, Person, References, Storages, find_storage, find_user

from tests.unit.examples import ALICE, BOB, CAROL, DEFAULT, S3, SFTP, TEAM, plan_row
from tests.unit.fake import USERS, FakeClient

STORAGES_FORBIDDEN = [(_references.STORAGES, None)]
USERS_FORBIDDEN = [(_references.USERS, None)]
HEX = "0123456789abcdef0123456789abcdef"
UNKNOWN = "99999999-9999-4999-8999-999999999999"


def person(number, username, email="", name=""):
    return Person("00000000-0000-4000-8000-%012d" % number, username, email, name)


EVERYBODY = (
    person(1, "alice", "alice@example.com", "Alice"), person(2, "cto", "boss@example.com", "The Boss"), person(3, "mallory", "mallory@example.com", "cto"),
    person(4, "dev@example.com", "", "Same"), person(5, "eve", "dev@example.com", "Same"), person(6, HEX, "", "Hex"), person(7, UNKNOWN, "", "Dashed"),
    person(8, "same", "", "same"), person(9, "frank", "x@example.com", ""), person(10, "grace", "", "x@example.com"), person(11, "李雷", "", "李雷 (财务)"),
)
# reference -> number of who is meant, or words of the error
MEANT = {
    "alice": 1, "alice@example.com": 1, "Alice": 1, "The Boss": 2, "mallory": 3, "eve": 5, "same": 8, "李雷": 11, "李雷 (财务)": 11,
    "cto": "'cto' stands for several users: cto (%s), mallory (%s)" % (EVERYBODY[1].id, EVERYBODY[2].id),
    "dev@example.com": "stands for several users: dev@example.com (%s), eve (%s)" % (EVERYBODY[3].id, EVERYBODY[4].id),
    "Same": "stands for several users: dev@example.com (%s), eve (%s)" % (EVERYBODY[3].id, EVERYBODY[4].id),
    "x@example.com": 9,  # an address goes before a display name
    HEX: 6, UNKNOWN: 7, EVERYBODY[0].id: 1, EVERYBODY[0].id.upper(): 1, EVERYBODY[0].id.replace("-", ""): 1,
    "ALICE": "is no user that can be found", "alic": "is no user that can be found", "nobody": "is no user that can be found",
}


@pytest.mark.parametrize("reference, meant", MEANT.items(), ids=MEANT)
def test_whom_a_reference_stands_for(reference, meant):
    for people in (EVERYBODY, EVERYBODY[::-1]):
        found = find_user(reference, People.of(people, complete=True))
        if isinstance(meant, int):
            assert found == (EVERYBODY[meant - 1].id, "", "")
        else:
            assert (found.id, found.warning) == ("", "") and meant in found.error


# with members of one organization only: reference -> (who, words of the error, words of the warning)
PARTLY_SEEN = {
    "alice": (1, "", ""), "Alice": (0, "is the display name of alice", ""), "alice@example.com": (1, "", "is taken for the e-mail address of alice"),
    UNKNOWN: (UNKNOWN, "", ""), HEX: (0, "is no user that can be found", ""), "cto": (0, "is the display name of mallory", ""),
}


@pytest.mark.parametrize("reference", PARTLY_SEEN)
def test_what_cannot_be_seen_is_said_and_not_guessed(reference):
    who, error, warning = PARTLY_SEEN[reference]
    members = People.of((EVERYBODY[0], EVERYBODY[2]), complete=False)
    found = find_user(reference, members, described="the access key x")
    assert found.id == (EVERYBODY[who - 1].id if who and isinstance(who, int) else who or "")
    assert error in found.error and bool(error) is bool(found.error)
    assert warning in found.warning and bool(warning) is bool(found.warning)
    if error.startswith("is the") or warning:
        assert "the access key x sees only members of the organization" in found.error + found.warning


def test_an_id_that_a_plan_shows_is_proved_by_it():
    assert find_user(UNKNOWN, People.of(EVERYBODY[:1], complete=True), shown={UNKNOWN}).id == UNKNOWN


# reference -> (storages, what plans show) -> id or words of the error
LISTED = Storages({SFTP: "sftp-main", S3: "s3-one"}, {"sftp-main": SFTP, "s3-one": S3}, {}, True)


@pytest.mark.parametrize("reference, storages, shown, expected", [
    ("s3-one", LISTED, {}, S3), ("nowhere", LISTED, {}, "is no storage that can be found by name or id"), (S3, LISTED, {}, S3),
    (UNKNOWN, LISTED, {}, "is no storage"), (UNKNOWN, Storages(), {}, UNKNOWN), ("shown", Storages(), {S3: "shown"}, S3),
    ("hidden", Storages(), {}, "only a system administrator may list storages"), (S3.upper(), LISTED, {}, S3),
], ids=lambda value: None)
def test_which_storage_a_reference_stands_for(reference, storages, shown, expected):
    found = find_storage(reference, storages, shown)
    assert found.id == expected or (not found.id and expected in found.error)


def resolve(server, organizations=1, plans=(), **options):
    """(fields, errors) of one declared plan, resolved after all that is read for it. With several organizations the first is told."""
    desired, _errors = _plan.declare(dict({"name": "nightly"}, **options))
    organization = Organization("Default", DEFAULT)
    reader = Reader(server)
    drafts = [Draft(Request(organization), (desired,))] * organizations
    known = reader.known(drafts, [Actual(organization, tuple(plans))] * organizations)[0]
    resolved, errors, _warnings = _estate.resolve(desired, known)
    return {field: resolved.fields[field] for field in desired.related} if not errors else {}, "; ".join(errors)


PEOPLE = {
    "username": ("alice", ALICE), "e-mail": ("bob@example.com", BOB), "display name": ("Alice", ALICE), "id": (CAROL, CAROL),
    "id in capitals": (CAROL.upper(), CAROL), "username like an address": ("carol@corp.example", CAROL),
}


@pytest.mark.parametrize("written, identifier", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("more", [[], ["alice"], ["alice", "bob@example.com"]], ids=["alone", "with another", "with others"])
@pytest.mark.parametrize("organizations", [1, 2], ids=["one organization", "several"])
def test_a_user_whatever_else_is_asked_for(written, identifier, more, organizations):
    fields, errors = resolve(FakeClient(), organizations, recipients_part_one=[written, *more])
    assert not errors and fields["recipients_part_one"][0] == identifier


def test_users_are_asked_for_once_in_the_root():
    server = FakeClient()
    resolve(server, 2, recipients_part_one=["alice", "bob@example.com", CAROL])
    assert [(request.path, request.organization) for request in server.asked] == [(_references.USERS, ROOT)]


@pytest.mark.parametrize("reference, requests", [("alice", 1), ("bob@example.com", 2), (ALICE, 1), ('say "hi"', 1)], ids=["name", "address", "id", "quotes"])
def test_a_single_reference_is_searched_for(reference, requests):
    server = FakeClient()
    resolve(server, recipients_part_one=[reference])
    assert len(server.asked) == requests
    assert all({"search", "email", "ids"} & set(request.detail) for request in server.asked) is (reference[0] != "s")


def test_ids_need_no_listing_where_nobody_may_list():
    server = FakeClient(forbidden=USERS_FORBIDDEN + STORAGES_FORBIDDEN)
    assert resolve(server, recipients_part_one=[ALICE], obj_recipients_part_one=[{"pk": SFTP}]) == (
        {"recipients_part_one": [ALICE], "obj_recipients_part_one": [SFTP]}, "")


def test_what_plans_show_needs_no_listing_at_all():
    server = FakeClient()
    shown = [_plan.read(plan_row())]
    fields, errors = resolve(server, plans=shown, recipients_part_one=[ALICE], obj_recipients_part_one=[SFTP], obj_recipients_part_two=["sftp-main"])
    assert (fields["obj_recipients_part_two"], errors, server.asked) == ([SFTP], "", [])


def test_one_user_in_several_words_is_one_user():
    assert resolve(FakeClient(), recipients_part_one=["alice", "alice@example.com", ALICE])[0] == {"recipients_part_one": [ALICE]}


@pytest.mark.parametrize("written", ["ALICE", "Alice ".upper(), "alic", "alice@EXAMPLE.com", "same name"])
def test_names_are_compared_exactly(written):
    assert "is no user that can be found" in resolve(FakeClient(), recipients_part_one=[written, "bob"])[1]


def test_a_display_name_of_several_users_is_refused_with_their_usernames():
    error = resolve(FakeClient(), recipients_part_one=["Same Name"])[1]
    assert "'Same Name' stands for several users: bob (%s), carol@corp.example (%s); write the username" % (BOB, CAROL) in error


def test_a_storage_by_name():
    assert resolve(FakeClient(), obj_recipients_part_one=["s3-one", "sftp-main"])[0] == {"obj_recipients_part_one": [S3, SFTP]}


def test_all_that_cannot_be_found_is_told_at_once():
    error = resolve(FakeClient(), recipients_part_one=["nobody", "alice"], recipients_part_two=["Same Name"], obj_recipients_part_one=["nowhere"])[1]
    assert "recipients_part_one: 'nobody' is no user" in error
    assert "recipients_part_two: 'Same Name' stands for several" in error
    assert "obj_recipients_part_one: 'nowhere' is no storage" in error
    assert "'alice'" not in error


def test_who_may_not_list_users_is_told_to_write_ids():
    error = resolve(FakeClient(forbidden=USERS_FORBIDDEN), recipients_part_one=["alice"])[1]
    assert "'alice' cannot be looked up, since the user of the private token may not list users; write the id" in error


def test_who_may_not_list_storages_is_told_to_write_ids():
    error = resolve(FakeClient(forbidden=STORAGES_FORBIDDEN), obj_recipients_part_one=["sftp-main"])[1]
    assert "'sftp-main' cannot be looked up, since only a system administrator may list storages; write the id" in error


def test_who_may_list_the_own_members_only_finds_them():
    server = FakeClient(forbidden=[(_references.USERS, ROOT)])
    assert resolve(server, 2, recipients_part_one=["alice"])[0] == {"recipients_part_one": [ALICE]}
    assert len(server.asked) == 2


# what is declared in a second organization, who is shown by a plan there, and whether its members have to be listed for it
ACQUAINTED = {
    "a username that is shown": (["alice"], [ALICE], False), "several": (["alice", "bob"], [ALICE, BOB], False),
    "fewer than are shown": (["bob"], [ALICE, BOB], False), "an id beside it": (["alice", CAROL], [ALICE, CAROL], False),
    "a username that is not shown": (["alice", "bob"], [ALICE], True), "nobody is shown": (["alice"], [], True),
    "an id that is not shown": (["alice", CAROL], [ALICE], True), "an address": (["bob@example.com"], [BOB], True),
    "a display name": (["Alice"], [ALICE], True), "somebody else's display name": (["mallory"], [UNKNOWN], True),
    "who was not seen yet": (["dora"], [UNKNOWN], True), "digits that may be a username": ([ALICE.replace("-", ""), "bob"], [ALICE, BOB], True),
}


@pytest.mark.parametrize("names, shown, is_listed", ACQUAINTED.values(), ids=ACQUAINTED)
def test_the_members_of_an_organization_are_listed_where_others_do_not_tell_enough(names, shown, is_listed):
    """A username that a plan shows is that of one user of the whole server; all else is looked for among the members, as in a run over this one alone."""
    mallory = {"id": UNKNOWN, "username": "mallory", "email": "", "name": "M"}
    named = {"id": S3, "username": "nora", "email": "", "name": "mallory"}
    server = FakeClient(forbidden=[(_references.USERS, ROOT)], users=[*USERS, mallory, named])
    references, both = References(server), {"alice", "bob", *names}
    first = references.people(both, set(), Organization("Default", DEFAULT), ["alice", "bob"], [])
    before = len(server.asked)
    second = references.people(both, set(), Organization("研发中心", TEAM), names, shown)
    assert [request.organization for request in server.asked[before:]] == [TEAM] * is_listed
    for name in names:
        assert find_user(name, second, shown) == find_user(name, references.people(both, set(), Organization("研发中心", TEAM)), shown)
    assert len(first.by_id) == 5


MAY_LIST = {"all users": ([], True), "members only": ([(_references.USERS, ROOT)], True), "nobody": (USERS_FORBIDDEN, False)}


@pytest.mark.parametrize("forbidden, known", MAY_LIST.values(), ids=MAY_LIST)
def test_everybody_for_an_export(forbidden, known):
    found = References(FakeClient(forbidden=forbidden)).everybody(Organization("Default", DEFAULT)).by_id
    assert {person.id: person.username for person in found.values()} == ({user["id"]: user["username"] for user in USERS} if known else {})


def test_the_types_of_storages():
    organization = Organization("Default", DEFAULT)
    assert References(FakeClient()).storages(organization).types == {SFTP: "sftp", S3: "s3"}
    assert References(FakeClient(forbidden=STORAGES_FORBIDDEN)).storages(organization).types == {}


def test_each_name_costs_one_look_however_many_users_there_are():
    """10,000 users and as many names: an index, not a search through all of them for each name."""
    people = People.of([person(number, "user%d" % number, "user%d@example.com" % number, "User") for number in range(10000)], complete=True)

    class Counted(dict):
        """Notices whoever goes through all of it."""

        def __iter__(self):
            raise AssertionError("all users were gone through")

        values = items = keys = __iter__

    counted = people._replace(by_id=Counted(people.by_id), by_username=Counted(people.by_username), by_email=Counted(people.by_email))
    assert [find_user("user%d" % number, counted).id for number in (0, 9999)] == [person(0, "").id, person(9999, "").id]
    assert find_user("user7@example.com", counted).id == person(7, "").id
