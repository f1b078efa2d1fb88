# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of organisations, users and storages, and what they stand for."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import DEFAULT, ROOT, SYSTEM, Directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Unproved

from tests.unit.examples import PLAN, TEAM, plan_row
from tests.unit.fake import FakeClient

ASKED = {
    "Default": DEFAULT, "default": DEFAULT, "DEFAULT": DEFAULT, "root": ROOT, "Root": ROOT, "GLOBAL": ROOT, "Global": "", "global": "", "system": SYSTEM,
    " Default ": DEFAULT, "Team-A": "",
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
    server = FakeClient()
    directory = Directory(server)
    asked = _directory.organization("研发中心")
    proved = directory.prove(asked)
    assert (proved.id, proved.name, proved.proved) == (TEAM, "研发中心", True)
    assert directory.prove(asked) is directory.prove(proved) is proved
    assert len(server.asked) == 1


@pytest.mark.parametrize("asked", ["Missspelt", "研发中心 2", "0f3a1c5e-7d2b-4b64-9e0f-000000000000"])
def test_an_unknown_organization_is_not_proved(asked):
    with pytest.raises(Unproved, match="would silently use 'Default' instead, so nothing was done. Check the name"):
        Directory(FakeClient()).prove(_directory.organization(asked))


def test_a_community_edition_is_named_as_the_reason():
    server = FakeClient()
    server.get = lambda path, *arguments, **options: (
        server._answer({"XPACK_ENABLED": False}) if path == _directory.PUBLIC_SETTINGS else FakeClient.get(server, path, *arguments, **options))
    with pytest.raises(Unproved, match="community edition, which from 3.10.4 on serves every organization but the built-in ones as Default"):
        Directory(server).prove(_directory.organization("Missspelt"))


def test_a_row_proves_the_organization_without_a_request():
    server = FakeClient()
    rows = [plan_row(org_id=TEAM, org_name="研发中心")]
    organization, plans = _queries.own_plans(Directory(server), _directory.organization("研发中心"), rows)
    assert (organization.id, len(plans), server.asked) == (TEAM, 1, [])


def test_rows_of_other_organizations_are_left_out():
    rows = [plan_row(org_id=TEAM, org_name="研发中心"), plan_row()]
    _organization, plans = _queries.own_plans(Directory(FakeClient()), _directory.organization("Default"), rows)
    assert [plan.org_id for plan in plans] == [DEFAULT]


def test_rows_of_default_do_not_prove_another_organization():
    with pytest.raises(Unproved):
        _queries.own_plans(Directory(FakeClient()), _directory.organization("Missspelt"), [plan_row()])


class OwnOrganizations(FakeClient):
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
    assert [(one.id, one.name) for one in Directory(FakeClient()).all_organizations()] == [(DEFAULT, "Default"), (TEAM, "研发中心")]


@pytest.mark.parametrize("page", [_directory.PROFILE, _directory.PROFILE_PERMISSIONS], ids=["to 4.9", "from 4.10"])
def test_others_find_their_organizations_in_their_profile(page):
    server = OwnOrganizations(page)
    assert [(one.id, one.name) for one in Directory(server).all_organizations()] == [(TEAM, "研发中心")]
    assert server.asked[-1].path == page


def test_who_finds_no_organization_is_told_to_name_it():
    """Recorded with 3.5 and 3.10: the profile of the administrator of a custom organization names none on a community edition."""
    with pytest.raises(JumpServerError, match="No organization was found that the user of the private token may administer.*option organization"):
        Directory(OwnOrganizations(None)).all_organizations()


# what an export calls an organization


@pytest.mark.parametrize("name, identifier, leads_back", [
    ("Default", DEFAULT, True), ("DEFAULT", DEFAULT, True), ("研发中心", TEAM, True), ("Global", TEAM, True), ("Default", TEAM, False),
    ("default", TEAM, False), ("System", TEAM, False), ("GLOBAL", TEAM, False), (PLAN, TEAM, False), (TEAM, TEAM, True), (" Team", TEAM, False),
    ("", TEAM, False),
], ids=repr)
def test_a_name_that_leads_back_to_its_organization(name, identifier, leads_back):
    assert _directory.name_of_its_own(_directory.Organization(name, identifier, name)) is leads_back
