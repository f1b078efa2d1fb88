# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans with unusual names: created, found again, changed, shown and removed."""

from __future__ import annotations

import pytest

from tests.integration.server import RESEARCH, TEAM_C

pytestmark = pytest.mark.twice

NAMES = [
    "每日备份", "what?", "100%", "a#b", "a&b=c", "a+b", "it's", 'say "hi"', "back\\slash", "one|two", "comma, separated words", "{{ x }}", "{% raw %}",
    "!unsafe",
    "<b>&amp;", "a" * 128, "名" * 128, "-", "null", "yes", "12", "*", "..", "é", "tab\there", "ids", "00000000-0000-0000-0000-000000000002",
]
SLASHED = "a/b"


def test_a_plan_of_any_name_is_created_found_changed_and_removed(server, call):
    """Each name beside all the others, so that a search that finds too much is noticed."""
    estate = [{"organization": RESEARCH, "plans": [{"name": name, "interval": 24} for name in NAMES]}]
    assert call("backup_plans", organizations=estate).succeeded()["organizations"][0]["created"] == NAMES
    assert not call("backup_plans", organizations=estate, prune=True).succeeded().changed
    assert sorted(server.plans(RESEARCH)) == sorted(NAMES)
    for name in NAMES:
        assert [plan["name"] for plan in call("backup_plan_info", organization=RESEARCH, name=name).succeeded()["backup_plans"]] == [name]
    for name in NAMES[1::3]:
        assert call("backup_plan", organization=RESEARCH, name=name, comment=name).succeeded()["changes"] == ["comment"], name
        assert server.plan(name, RESEARCH)["comment"] == name and server.fires(name, RESEARCH) == "every 24 h"
    for name in NAMES[::3]:
        assert call("backup_plan", organization=RESEARCH, name=name, state="absent").succeeded().changed, name
    assert sorted(server.plans(RESEARCH)) == sorted(set(NAMES) - set(NAMES[::3]))


@pytest.mark.versions("3.5", "4.10")
def test_names_pass_through_a_playbook_unchanged(server, playbook):
    """Text from the API is never taken for a template, and text of the user's is none if it is marked so."""
    server.create("{{ from_the_api }}", TEAM_C, comment="{{ also }}")
    run = playbook.run("""
        - name: read
          jumpserver.accounts.backup_plan_info:
            organization: Team C/x
          register: found
        - name: declare the same
          jumpserver.accounts.backup_plans:
            organizations: "{{ found.organizations }}"
        - name: declare
          diff: true
          jumpserver.accounts.backup_plans:
            organizations:
              - organization: Team C/x
                plans:
                  - name: !unsafe "{{ lookup('pipe', 'false') }} {% x"
                    comment: !unsafe "{{ 7 * 7 }}"
                  - {name: "每日备份 100%? #1 \\"x\\" 'y' \\\\z", interval: 24}
    """).succeeded()
    assert run["read"]["backup_plans"][0]["name"] == "{{ from_the_api }}" and run["read"]["backup_plans"][0]["comment"] == "{{ also }}"
    assert not run["declare the same"].changed
    assert run["declare"]["organizations"][0]["created"] == ["{{ lookup('pipe', 'false') }} {% x", "每日备份 100%? #1 \"x\" 'y' \\z"]
    assert server.plan("{{ lookup('pipe', 'false') }} {% x", TEAM_C)["comment"] == "{{ 7 * 7 }}"


def test_blanks_around_a_name_do_not_count(server, call):
    assert call("backup_plan", name="  nightly ", interval=24).succeeded()["backup_plan"]["name"] == "nightly"
    for name in ("nightly", "\tnightly\n", " nightly"):
        assert not call("backup_plan", name=name, interval=24).succeeded().changed
        assert len(call("backup_plan_info", name=name).succeeded()["backup_plans"]) == 1
    assert list(server.plans()) == ["nightly"]
    assert call("backup_plan", name=" nightly", state="absent").succeeded().changed and server.plans() == {}


def test_a_name_that_cannot_be_is_refused_before_anything_is_sent(server, call):
    for name, said in {"x" * 129: "name is longer than 128 characters", "  ": "name must not be empty"}.items():
        with server.counting() as seen:
            assert said in call("backup_plan", name=name).message
        assert seen.unsafe == 0
    bad = ["x" * 129, " ", "a\0b"]
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": [{"name": name} for name in bad + ["good"]]}])
    said = ["name is longer than 128 characters", "name must not be empty", "name must not hold a null character"]
    assert [failure["error"].rpartition(": ")[2].rstrip(".") for failure in result["organizations"][0]["failed"]] == said
    assert list(server.plans()) == ["good"]


def test_a_slash_is_refused_for_a_new_name_and_borne_in_an_old_one(server, call):
    server.create(SLASHED, comment="old", interval=24, is_periodic=True, types=["linux"], **{server.recipients_key: server.ids("alice")})
    for options in ({"name": "c/d"}, {"id": server.plan(SLASHED)["id"], "name": "c/d"}):
        assert "a backup plan whose name holds a slash can be stored, but every run of it fails; choose another name" in call("backup_plan", **options).message
    result = call("backup_plan", name=SLASHED, comment="new").succeeded()
    assert result.changed and result.warnings == [
        "Backup plan 'a/b' of organization %r: the name of the plan holds a slash, which makes its runs fail; rename it."
        % server.organizations_shown["Default"]]
    assert len(call("backup_plan_info", name=SLASHED).succeeded()["backup_plans"]) == 1
    assert call("backup_plan", id=server.plan(SLASHED)["id"], name="a-b").succeeded()["changes"] == ["name"]
    server.create("e/f")
    assert call("backup_plan", name="e/f", state="absent").succeeded().changed
    assert list(server.plans()) == ["a-b"]


def test_a_name_is_compared_exactly(server, call):
    """Whatever the server finds for it: some compare without case, some ignore the filter."""
    for name in ("nightly", "nightly two", "my nightly"):
        server.create(name, comment="other")
    for name in ("night", "NIGHTLY two", "nightly  two"):
        assert not call("backup_plan", name=name, state="absent").succeeded().changed
        assert call("backup_plan_info", name=name).succeeded()["backup_plans"] == []
    assert len(server.plans()) == 3


def test_a_name_that_differs_in_case_only(server, call):
    """A plan of its own on PostgreSQL, a conflict on MySQL, which 3.5 and 3.8 mostly run on."""
    server.create("nightly")
    if server.since("3.9"):
        assert call("backup_plan", name="Nightly", comment="another").succeeded().changed
        assert sorted(server.plans()) == ["Nightly", "nightly"]
        assert call("backup_plan", name="Nightly", state="absent").succeeded().changed
        assert list(server.plans()) == ["nightly"]
    else:
        result = call("backup_plan", name="Nightly", comment="another")
        assert result.message.endswith("This server takes 'nightly' for the same name; rename one of them.")
        assert list(server.plans()) == ["nightly"]


@pytest.mark.versions("3.5", "3.8")
def test_a_check_meets_a_name_that_differs_in_case_only_as_the_run_does(server, call):
    """3.6.0 to 3.10.4 ignore the filter that would tell, so there the check can only warn."""
    server.create("nightly")
    result = call("backup_plan", name="Nightly", check=True)
    if server.since("3.6"):
        assert "'Nightly' differs from 'nightly' in case or accents only" in result.succeeded().warnings[0]
        assert "JumpServer answered 400: name: This field must be unique." in call("backup_plan", name="Nightly").message
    else:
        assert result.message == call("backup_plan", name="Nightly").message
    assert list(server.plans()) == ["nightly"]


@pytest.mark.versions("3.5", "3.8")
def test_a_name_that_differs_in_accents_only_is_a_conflict_that_is_named(server, call):
    server.create("dup-namé")
    assert call("backup_plan", name="dup-name").message.endswith("This server takes 'dup-namé' for the same name; rename one of them.")


def test_an_emoji_in_a_name(server, call):
    """Fine on PostgreSQL; MySQL's utf8mb3 answers with an internal error."""
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": [{"name": "backup 🚀"}, {"name": "plain"}]}])
    if server.since("3.9"):
        assert result.succeeded()["summary"]["created"] == 2
        assert not call("backup_plan", name="backup 🚀").succeeded().changed
    else:
        assert "Cannot create the backup plan 'backup 🚀'" in result.message and "JumpServer answered 500: Server internal error." in result.message
        assert result["organizations"][0]["created"] == ["plain"]


def test_the_same_name_in_two_organizations_is_two_plans(server, call):
    for organization in ("Default", RESEARCH):
        assert call("backup_plan", organization=organization, name="nightly", comment=organization).succeeded().changed
    assert call("backup_plan", name="nightly", state="absent").succeeded().changed
    assert server.plans() == {} and server.plan("nightly", RESEARCH)["comment"] == RESEARCH


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_a_rename_to_a_name_that_is_taken_is_refused_beforehand(server, call, check):
    server.create("taken")
    identifier = server.create("nightly")["id"]
    message = call("backup_plan", id=identifier, name="taken", check=check).message
    assert "Backup plan 'taken' of organization" in message and "another backup plan of this organization has that name already" in message
    assert sorted(server.plans()) == ["nightly", "taken"]
