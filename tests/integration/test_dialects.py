# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between JumpServer versions, the releases in between included, and that it makes no difference or is said plainly."""

from __future__ import annotations

import pytest

from tests.integration.runner import Caller
from tests.integration.server import PLANS, RESEARCH, TEAM_A

pytestmark = pytest.mark.twice

DIALECTS = {"3.5": "v3.0", "3.8": "v3.6", "3.10": "v3.9", "4.10": "v4.8"}
SERVED = {"3.5": "3.0 to 3.5", "3.8": "3.6 to 3.8", "3.10": "3.9 to 4.7"}

# a field, a value, and the first version that has it
LATER = [
    ("recipients_part_two", ["alice"], "3.6"), ("backup_type", "object_storage", "3.9"), ("obj_recipients_part_one", ["sftp-main"], "3.9"),
    ("obj_recipients_part_two", [], "3.9"), ("is_password_divided_by_email", False, "3.9"), ("is_password_divided_by_obj_storage", True, "3.9"),
    ("zip_encrypt_password", "canary-zip-password-5d1f", "3.9"), ("is_active", True, "4.8"),
]


def release(server):
    return ".".join(server.version.split(".")[:2])


@pytest.mark.parametrize("existing", [False, True])
def test_a_field_that_the_server_does_not_have_is_an_error_that_names_the_version(server, call, existing):
    if existing:
        server.create("nightly", comment="as it was")
    for field, value, since in LATER:
        with server.counting() as seen:
            result = call("backup_plan", name="nightly", comment="as it was", check=True, **{field: value})
        if server.since(since):
            result.succeeded()
        else:
            said = "%s needs JumpServer %s or later, and this server is %s." % (field, since, SERVED[release(server)])
            assert result.message == "Backup plan 'nightly' of organization '%s': %s" % (server.organizations_shown["Default"], said)
        assert seen.unsafe == 0


@pytest.mark.versions("3.5", "3.8", "3.10")
def test_such_a_plan_fails_alone_in_an_estate(server, call):
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": [{"name": "modern", "is_active": False}, {"name": "plain"}]}])
    assert "is_active needs JumpServer 4.8 or later" in result.message and list(server.plans()) == ["plain"]


def test_recipients_are_the_same_option_everywhere(server, call):
    for option in ("recipients", "recipients_part_one"):
        assert call("backup_plan", name=option, **{option: ["alice"]}).succeeded().changed
        assert [person["name"] for person in server.plan(option)[server.recipients_key]] == ["Alice"]
        assert call("backup_plan_info", name=option).succeeded()["backup_plans"][0]["recipients_part_one"] == [{"id": server.ids("alice")[0], "name": "Alice"}]
    assert call("backup_plan", name="recipients", recipients=[]).succeeded()["changes"] == ["recipients_part_one"]
    assert server.plan("recipients")[server.recipients_key] == []


def test_the_dialect_is_found_without_a_request_where_a_plan_is_there(server, call):
    server.create("other")
    with server.counting() as seen:
        call("backup_plan", name="nightly", interval=24, check=True).succeeded()
        call("backup_plan", name="other", comment="x", check=True).succeeded()
    assert seen.by_method.get("OPTIONS", 0) <= 1  # only if the filtered list came back empty
    with server.counting() as seen:
        call("backup_plan", name="other", comment="x").succeeded()
    assert "OPTIONS" not in seen.by_method


def test_the_dialect_can_be_forced(server, call):
    right = DIALECTS[release(server)]
    with server.counting() as seen:
        call("backup_plan", name="nightly", interval=24, dialect=right).succeeded()
    assert "OPTIONS" not in seen.by_method and server.fires("nightly") == "every 24 h"
    message = call("backup_plan", name="nightly", dialect="v5").message
    assert "value of dialect must be one of: auto, v3.0, v3.6, v3.9, v4.8" in message


@pytest.mark.versions("3.8", "3.10", "4.10")
def test_a_wrong_dialect_is_found_out_by_the_answer(server, call):
    """Such servers take unknown keys with a 2xx, and store a plan without recipients."""
    result = call("backup_plan", name="nightly", interval=24, recipients=["alice"], dialect="v3.0")
    assert "the server accepted the request, but then showed another value for recipients_part_one" in result.message
    assert "see the table of supported versions" in result.message


def test_a_list_that_is_cut_or_capped_is_read_whole(server, call):
    """At most 100 rows a page up to 3.9, 1000 from 4.10.8, and 200 rows where no limit arrives."""
    server.reset(plans=[{"organization": "Default", "name": "plan %04d" % number} for number in range(230)])
    assert len(call("backup_plan_info").succeeded()["backup_plans"]) == 230
    all_but_one = [{"name": "plan %04d" % number} for number in range(229)]
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": all_but_one}], prune=True).succeeded()
    assert (result["summary"]["unchanged"], result["summary"]["deleted"]) == (229, 1)


def test_a_server_that_mixes_up_organizations_gets_no_plan_of_another_one_changed(pool, modules):
    """4.2.0 to 4.4.1 list the plans of all organisations, and a change moves a plan to the one in force."""
    server = pool.get(version="4.2.0")
    call = Caller(server, modules)
    for organization in (TEAM_A, RESEARCH):
        server.create("nightly", organization, comment=organization, interval=24, is_periodic=True)
    server.create("theirs", RESEARCH)
    shown = server.api("GET", PLANS + "?limit=100", organization=TEAM_A).json()["results"]
    assert len(shown) == 3  # it does mix them up
    assert call("backup_plan", organization=TEAM_A, name="nightly", comment="changed").succeeded()["operation"] == "updated"
    assert [server.plan("nightly", organization)["comment"] for organization in (TEAM_A, RESEARCH)] == ["changed", RESEARCH]
    result = call("backup_plan", organization=TEAM_A, id=server.plan("theirs", RESEARCH)["id"], comment="stolen")
    assert "there is no backup plan with the id" in result.message
    assert not call("backup_plan", organization=TEAM_A, name="theirs", state="absent").succeeded().changed
    assert [plan["organization"]["name"] for plan in call("backup_plan_info", organization=TEAM_A).succeeded()["backup_plans"]] == [TEAM_A]
    estate = [{"organization": TEAM_A, "plans": [{"name": "own"}]}]
    assert call("backup_plans", organizations=estate, prune=True).succeeded()["organizations"][0]["deleted"] == ["nightly"]
    assert not call("backup_plans", organizations=estate, prune=True).succeeded().changed
    both = estate + [{"organization": RESEARCH, "plans": [{"name": "nightly", "comment": RESEARCH, "interval": 24}]}]
    assert call("backup_plans", organizations=both).succeeded()["summary"] == {
        "organizations": 2, "created": 0, "updated": 0, "deleted": 0, "unchanged": 2, "failed": 0}
    assert sorted(server.plans(RESEARCH)) == ["nightly", "theirs"] and list(server.plans(TEAM_A)) == ["own"]


def test_a_server_that_ignores_the_filter_by_name_is_filtered_here(pool, modules):
    """3.6.0 to 3.10.4."""
    server = pool.get(version="3.10.4")
    server.reset(plans=[{"organization": "Default", "name": "nightly %d" % number} for number in range(120)])
    call = Caller(server, modules)
    assert len(server.api("GET", PLANS + "?name=nightly+5&limit=10").json()["results"]) == 10  # it does ignore it
    assert not call("backup_plan", name="nightly 5").succeeded().changed
    assert call("backup_plan", name="nightly").succeeded()["operation"] == "created"
    assert call("backup_plan", name="nightly 7", state="absent").succeeded()["operation"] == "deleted"
    assert len(server.plans()) == 120


def test_a_community_edition_that_ignores_organizations_gets_nothing_written(server, call):
    server.settings(edition="community")
    with server.counting() as seen:
        results = [
            call("backup_plan", organization=TEAM_A, name="nightly", interval=24),
            call("backup_plan", organization=server.organizations[TEAM_A], name="nightly", state="absent"),
            call("backup_plans", organizations=[{"organization": TEAM_A, "plans": [{"name": "nightly"}]}], prune=True),
            call("backup_plan_info", organization=TEAM_A),
        ]
    if server.since("3.10.4"):
        for result in results:
            assert "The server does not know the organization" in result.message and "so nothing was done" in result.message
            assert "It is a community edition, which from 3.10.4 on serves every organization but the built-in ones as Default." in result.message
        assert seen.unsafe == 0 and server.plans() == {}
        for organization in ("Default", "system"):
            assert call("backup_plan", organization=organization, name="nightly", interval=24).succeeded().changed
    else:
        assert all(result.succeeded() for result in results)


def test_an_organization_that_the_server_does_not_know_gets_nothing_written(server, call):
    server.create("nightly", comment="of Default")
    for organization in ("team-a", "Team-A2", "7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001", "GLOBALE", "研发"):
        with server.counting() as seen:
            for result in (
                call("backup_plan", organization=organization, name="nightly", comment="lost"),
                call("backup_plan", organization=organization, name="nightly", state="absent"),
                call("backup_plans", organizations=[{"organization": organization, "plans": [{"name": "nightly", "comment": "lost"}]}], prune=True),
                call("backup_plan_info", organization=organization),
                call("backup_plan_execute", organization=organization, name="nightly"),
            ):
                assert "The server does not know the organization %r: it would silently use " % organization in result.message
                assert "Check the name (case matters) or the id." in result.message
        assert seen.unsafe == 0
    assert server.plan("nightly")["comment"] == "of Default"
    assert "organization must not be empty" in call("backup_plan", organization=" ", name="nightly").message


def test_every_request_names_its_organization(server, call):
    """Without that, a cookie, a session or the built-in Default would choose."""
    with server.counting() as seen:
        for organization in ("Default", RESEARCH, TEAM_A):
            call("backup_plan", organization=organization, name="nightly", interval=24).succeeded()
            call("backup_plan_info", organization=organization).succeeded()
    assert {entry["organization"] for entry in seen.log if entry["path"] == PLANS} == {
        server.organizations[name] for name in ("Default", RESEARCH, TEAM_A)}
