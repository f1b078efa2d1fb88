# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of organisations, users and storages, and what they stand for."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import DEFAULT, ROOT, SYSTEM, Directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Unproved

from tests.unit.examples import ALICE, BOB, CAROL, PLAN, S3, SFTP, TEAM, plan_row
from tests.unit.fake import USERS, Server

STORAGES_FORBIDDEN = [(_directory.STORAGES, None)]
USERS_FORBIDDEN = [(_directory.USERS, None)]


ASKED = {
    "Default": DEFAULT, "default": DEFAULT, "DEFAULT": DEFAULT, "root": ROOT, "Global": ROOT, "system": SYSTEM, " Default ": DEFAULT, "Team-A": "",
    "研发中心": "", TEAM: TEAM, TEAM.upper(): TEAM, TEAM.replace("-", ""): TEAM, TEAM + "x": "", "7": "",
}


@pytest.mark.parametrize("asked, identifier", ASKED.items(), ids=ASKED)
def test_an_organization_as_it_is_asked_for(asked, identifier):
    found = _directory.organization(asked)
    assert (found.id, found.key, found.proved) == (identifier, identifier or asked.strip(), False)


@pytest.mark.parametrize("asked", ["", "  ", None])
def test_no_organization_would_be_default_so_it_is_refused(asked):
    with pytest.raises(BadInput, match="Write Default if that is meant"):
        _directory.organization(asked)


UUIDS = {PLAN: PLAN, PLAN.upper(): PLAN, PLAN.replace("-", ""): PLAN}
UUIDS.update(dict.fromkeys(["{%s}" % PLAN, "", "nightly", PLAN[:-1], "x" * 36, "x" * 32]))


@pytest.mark.parametrize("text, canonical", UUIDS.items(), ids=UUIDS)
def test_as_uuid(text, canonical):
    assert _directory.as_uuid(text) == canonical


@pytest.mark.parametrize("identifier", ["", "nightly", "../users", PLAN + "/"])
def test_no_address_is_made_of_what_is_no_id(identifier):
    with pytest.raises(JumpServerError, match="is not the id of a backup plan"):
        _queries.plan_path(identifier)


# organisations


def test_an_organization_is_proved_once():
    server = Server()
    directory = Directory(server)
    asked = _directory.organization("研发中心")
    proved = directory.prove(asked)
    assert (proved.id, proved.name, proved.proved) == (TEAM, "研发中心", True)
    assert directory.prove(asked) is directory.prove(proved) is proved
    assert len(server.asked) == 1


@pytest.mark.parametrize("asked", ["Missspelt", "研发中心 2", "0f3a1c5e-7d2b-4b64-9e0f-000000000000"])
def test_an_unknown_organization_is_not_proved(asked):
    with pytest.raises(Unproved, match="would silently use 'Default' instead, so nothing was done. Check the name"):
        Directory(Server()).prove(_directory.organization(asked))


def test_a_community_edition_is_named_as_the_reason():
    server = Server()
    server.get = lambda path, *arguments, **options: (
        server._answer({"XPACK_ENABLED": False}) if path == _directory.PUBLIC_SETTINGS else Server.get(server, path, *arguments, **options))
    with pytest.raises(Unproved, match="community edition, which from 3.10.4 on serves every organization but the built-in ones as Default"):
        Directory(server).prove(_directory.organization("Missspelt"))


def test_a_row_proves_the_organization_without_a_request():
    server = Server()
    rows = [plan_row(org_id=TEAM, org_name="研发中心")]
    organization, plans = _queries.own_plans(Directory(server), _directory.organization("研发中心"), rows)
    assert (organization.id, len(plans), server.asked) == (TEAM, 1, [])


def test_rows_of_other_organizations_are_left_out():
    rows = [plan_row(org_id=TEAM, org_name="研发中心"), plan_row()]
    _organization, plans = _queries.own_plans(Directory(Server()), _directory.organization("Default"), rows)
    assert [plan.org_id for plan in plans] == [DEFAULT]


def test_rows_of_default_do_not_prove_another_organization():
    with pytest.raises(Unproved):
        _queries.own_plans(Directory(Server()), _directory.organization("Missspelt"), [plan_row()])


class OwnOrganizations(Server):
    """A server that shows a user the own organisations: in the profile up to 4.9, on a page of its own from 4.10 on."""

    def __init__(self, page):
        super().__init__(forbidden=[(_directory.ORGANIZATIONS, None)])
        self.page = page

    def get(self, path, *arguments, **options):
        if path not in (_directory.PROFILE, _directory.PROFILE_PERMISSIONS):
            return super().get(path, *arguments, **options)
        self._note("GET", path, None, None)
        return self._answer({"console_orgs": [{"id": TEAM.upper(), "name": "研发中心"}]} if path == self.page else {"username": "orgadmin"})


def test_an_administrator_lists_all_organizations_but_the_root():
    assert [(one.id, one.name) for one in Directory(Server()).all_organizations()] == [(DEFAULT, "Default"), (TEAM, "研发中心")]


@pytest.mark.parametrize("page", [_directory.PROFILE, _directory.PROFILE_PERMISSIONS], ids=["to 4.9", "from 4.10"])
def test_others_find_their_organizations_in_their_profile(page):
    server = OwnOrganizations(page)
    assert [(one.id, one.name) for one in Directory(server).all_organizations()] == [(TEAM, "研发中心")]
    assert server.asked[-1].path == page


def test_who_has_no_organization_finds_none():
    assert Directory(OwnOrganizations(None)).all_organizations() == []


# plans by name


@pytest.mark.parametrize("name, searched", [("nightly", True), ("每日 备份", True), ('say "hi"', False), ("it's", False), ("a|b", False), ("a\\b", False)])
def test_a_name_is_also_searched_for_unless_a_search_would_read_it_otherwise(name, searched):
    server = Server(plan_row(name=name), plan_row(id=TEAM, name="other"))
    (row,) = _queries.rows_named(server, _directory.Organization("Default", DEFAULT), name)
    assert row["name"] == name
    assert server.asked[0].detail == ({"name": name, "search": name} if searched else {"name": name})


# users and storages


def resolve(server, wide=False, plans=(), **options):
    """The ids that the related fields of one plan stand for."""
    wish = _plan.declare(dict({"name": "nightly"}, **options))
    organization = _directory.Organization("Default", DEFAULT)
    return Directory(server).resolve([wish], organization, plans, wide)(wish)


PEOPLE = {
    "username": ("alice", ALICE), "e-mail": ("bob@example.com", BOB), "display name": ("Alice", ALICE), "id": (CAROL, CAROL),
    "id in capitals": (CAROL.upper(), CAROL),
}


@pytest.mark.parametrize("written, identifier", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("wide", [False, True], ids=["one organization", "several"])
def test_a_user(written, identifier, wide):
    assert resolve(Server(), wide, recipients_part_one=[written]) == {"recipients_part_one": [identifier]}


@pytest.mark.parametrize("more", [[], ["alice"]], ids=["alone", "with another"])
def test_a_username_that_looks_like_an_address_is_found(more):
    found = resolve(Server(), recipients_part_one=["carol@corp.example"] + more)
    assert found["recipients_part_one"][0] == CAROL


def test_ids_need_no_listing():
    server = Server(forbidden=USERS_FORBIDDEN + STORAGES_FORBIDDEN)
    assert resolve(server, recipients_part_one=[ALICE], obj_recipients_part_one=[{"pk": SFTP}]) == {
        "recipients_part_one": [ALICE], "obj_recipients_part_one": [SFTP]}
    assert not server.asked


def test_one_user_in_several_words_is_one_user():
    assert resolve(Server(), recipients_part_one=["alice", "alice@example.com", ALICE]) == {"recipients_part_one": [ALICE]}


def test_a_username_beats_a_display_name():
    users = USERS + [{"id": S3, "username": "mallory", "email": "m@example.com", "name": "alice"}]
    assert resolve(Server(users=users), recipients_part_one=["alice"]) == {"recipients_part_one": [ALICE]}


@pytest.mark.parametrize("written", ["ALICE", "Alice ".upper(), "alic", "alice@EXAMPLE.com", "same name"])
def test_names_are_compared_exactly(written):
    with pytest.raises(BadInput, match="is no user that can be found"):
        resolve(Server(), recipients_part_one=[written, "bob"])


def test_a_display_name_of_several_users_is_refused_with_their_usernames():
    with pytest.raises(BadInput, match=r"'Same Name' stands for several users: bob \(%s\), carol@corp.example \(%s\); write the username" % (BOB, CAROL)):
        resolve(Server(), recipients_part_one=["Same Name"])


def test_a_storage_by_name():
    assert resolve(Server(), obj_recipients_part_one=["s3-one", "sftp-main"]) == {"obj_recipients_part_one": [S3, SFTP]}


def test_a_storage_that_a_plan_shows_needs_no_listing():
    server = Server(forbidden=STORAGES_FORBIDDEN)
    assert resolve(server, plans=[_plan.read(plan_row())], obj_recipients_part_two=["sftp-main"]) == {"obj_recipients_part_two": [SFTP]}
    assert not server.asked


def test_all_that_cannot_be_found_is_told_at_once():
    with pytest.raises(BadInput) as refused:
        resolve(Server(), recipients_part_one=["nobody", "alice"], recipients_part_two=["Same Name"], obj_recipients_part_one=["nowhere"])
    assert "recipients_part_one: 'nobody' is no user" in str(refused.value)
    assert "recipients_part_two: 'Same Name' stands for several" in str(refused.value)
    assert "obj_recipients_part_one: 'nowhere' is no storage" in str(refused.value)
    assert "'alice'" not in str(refused.value)


def test_who_may_not_list_users_is_told_to_write_ids():
    with pytest.raises(BadInput, match="'alice' cannot be looked up, since the user of the private token may not list users; write the id"):
        resolve(Server(forbidden=USERS_FORBIDDEN), recipients_part_one=["alice"])


def test_who_may_not_list_storages_is_told_to_write_ids():
    with pytest.raises(BadInput, match="'sftp-main' cannot be looked up, since only a system administrator may list storages; write the id"):
        resolve(Server(forbidden=STORAGES_FORBIDDEN), obj_recipients_part_one=["sftp-main"])


def test_who_may_list_the_own_members_only_finds_them():
    server = Server(forbidden=[(_directory.USERS, ROOT)])
    assert resolve(server, wide=True, recipients_part_one=["alice"]) == {"recipients_part_one": [ALICE]}


MAY_LIST = {"all users": ([], True), "members only": ([(_directory.USERS, ROOT)], True), "nobody": (USERS_FORBIDDEN, False)}


@pytest.mark.parametrize("forbidden, known", MAY_LIST.values(), ids=MAY_LIST)
def test_usernames_for_an_export(forbidden, known):
    found = Directory(Server(forbidden=forbidden)).usernames(_directory.Organization("Default", DEFAULT))
    assert found == ({user["id"]: user["username"] for user in USERS} if known else {})


def test_the_types_of_storages():
    organization = _directory.Organization("Default", DEFAULT)
    assert Directory(Server()).storage_types(organization) == {SFTP: "sftp", S3: "s3"}
    assert Directory(Server(forbidden=STORAGES_FORBIDDEN)).storage_types(organization) == {}
