# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret for the wrong person, and no plan deleted that should live, whatever names there are and however they are written."""

from __future__ import annotations

import pytest

from tests.integration.server import PLANS, RESEARCH, TEAM_A

pytestmark = pytest.mark.twice

HEX = "0123456789abcdef0123456789abcdef"
COMPOSED, DECOMPOSED = "Caf\u00e9", "Cafe\u0301"
COPY = """
- name: Export
  jumpserver.accounts.backup_plan_info:
    all_organizations: true
  register: exported
- name: Apply the export
  jumpserver.accounts.backup_plans:
    organizations: "{{ exported.organizations }}"
    prune: true
"""


def member(name, organization="Default", role="OrgUser"):
    return {"name": name, "roles": [["User", None], [role, organization]]}


PEOPLE = {
    "admin": {"name": "Administrator", "roles": [["SystemAdmin", None]]}, "orgadmin": member("Org Admin A", TEAM_A, "OrgAdmin"),
    "alice": member("Alice"), "cto": member("Chief Technology Officer"), "zhangwei": member("张伟", RESEARCH),
    "same1": member("Same Name"), "same2": member("Same Name"), "mallory": member("cto", TEAM_A), HEX: member("Hex"),
}


def recipients(server, name, organization="Default"):
    return [person["id"] for person in server.plan(name, organization)[server.recipients_key]]


# the wrong people


@pytest.mark.parametrize("written", [["cto"], ["zhangwei", "cto"], ["cto", "zhangwei"]], ids=", ".join)
def test_a_name_never_means_another_person_in_another_place(server, call, written):
    """``cto`` is somebody's username, and what a member of Team-A calls herself."""
    server.reset(users=PEOPLE)
    cto, other = server.ids("cto", "mallory")
    for organizations in ([TEAM_A], ["Default"], ["Default", TEAM_A]):
        estate = [{"organization": name, "plans": [{"name": "nightly", "interval": 24, "recipients": written}]} for name in organizations]
        result = call("backup_plans", organizations=estate)
        assert "'cto' stands for several users: cto (%s), mallory (%s); write the id" % (cto, other) in result.message
    assert "'cto' stands for several users" in call("backup_plan", organization=TEAM_A, name="nightly", recipients=written).message
    assert server.plans() == server.plans(TEAM_A) == {}


def test_who_sees_the_own_members_only_guesses_nobody(server, call):
    server.reset(users=PEOPLE)
    message = call("backup_plan", organization=TEAM_A, name="nightly", recipients=["cto"], user="orgadmin").message
    assert "'cto' is the display name of mallory" in message and "sees only members of the organization" in message
    result = call("backup_plan", organization=TEAM_A, name="nightly", types=["linux"], recipients=["mallory@example.com"], user="orgadmin").succeeded()
    assert "taken for the e-mail address of mallory" in result.warnings[0]
    assert not call("backup_plan", organization=TEAM_A, name="nightly", recipients=["mallory"], user="orgadmin").succeeded().warnings


def test_an_export_applied_again_keeps_every_recipient(server, playbook):
    """People and organizations whose names do not lead back are exported by id."""
    server.reset(users=PEOPLE)
    people = server.ids("cto", "mallory", "same1", HEX, "zhangwei")
    for organization in ("Default", TEAM_A):
        server.create("nightly", organization, **{server.recipients_key: people})
    run = playbook.run(COPY).succeeded()
    assert not run["Apply the export"].changed
    for organization in ("Default", TEAM_A):
        assert sorted(recipients(server, "nightly", organization)) == sorted(people)


def test_a_username_of_32_hex_digits_is_not_an_id(server, call):
    server.reset(users=PEOPLE)
    for _time in range(2):
        result = call("backup_plan", name="nightly", interval=24, recipients=[HEX, "alice"]).succeeded()
    assert not result.changed
    assert sorted(recipients(server, "nightly")) == sorted(server.ids(HEX, "alice"))


# the wrong deletion


def test_nothing_is_touched_in_an_organization_that_is_listed_by_name_and_by_id(server, playbook):
    server.create("from the second entry", RESEARCH)
    estate = [
        {"organization": "研发中心", "prune": True, "plans": [{"name": "a"}]},
        {"organization": server.organizations[RESEARCH], "plans": [{"name": "from the second entry"}]},
        {"organization": TEAM_A, "plans": [{"name": "b"}]},
    ]
    run = playbook.run("""
    - name: Apply
      jumpserver.accounts.backup_plans:
        organizations: "{{ estate }}"
    """, variables={"estate": estate})
    assert "listed twice" in run["Apply"].message
    assert list(server.plans(RESEARCH)) == ["from the second entry"] and list(server.plans(TEAM_A)) == ["b"]


def test_a_custom_organization_that_is_called_like_a_built_in_one_is_exported_by_id(server, call):
    server.reset(organizations={"Default" if server.since("4.0.0") else "default": "dddddddd-0000-4000-8000-00000000000d"})
    server.create("mine", "dddddddd-0000-4000-8000-00000000000d")
    server.create("built in")
    exported = call("backup_plan_info", all_organizations=True).succeeded()["organizations"]
    assert "dddddddd-0000-4000-8000-00000000000d" in [entry["organization"] for entry in exported]
    with server.counting() as seen:
        assert not call("backup_plans", organizations=exported, prune=True).succeeded().changed
    assert seen.unsafe == 0


def test_global_is_the_root_in_capitals_only(server, call):
    server.reset(organizations={"Global": "dddddddd-0000-4000-8000-00000000000e"})
    assert call("backup_plan", organization="Global", name="nightly").succeeded().changed
    assert list(server.plans("Global")) == ["nightly"]
    assert "cannot be managed in the root organization" in call("backup_plan", organization="GLOBAL", name="nightly").message


@pytest.mark.parametrize("declared, stored", [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)], ids=["decomposed there", "composed there"])
def test_a_name_in_another_unicode_form_is_neither_doubled_nor_deleted(server, call, declared, stored):
    identifier = server.create(stored, comment="old")["id"]
    for check in (True, False):
        result = call("backup_plans", organizations=[{"organization": "Default", "plans": [{"name": declared, "comment": "new"}]}], prune=True, check=check)
        assert result.succeeded()["summary"] == {"organizations": 1, "created": 0, "updated": 1, "deleted": 0, "unchanged": 0, "failed": 0}
        assert "in another Unicode form" in result.warnings[0]
    assert {name: (row["id"], row["comment"]) for name, row in server.plans().items()} == {stored: (identifier, "new")}
    assert not call("backup_plan", name=declared, comment="new").succeeded().changed
    assert len(call("backup_plan_info", name=declared).succeeded()["backup_plans"]) == 1
    assert call("backup_plan", name=declared, state="absent").succeeded()["operation"] == "deleted"
    assert server.plans() == {}


@pytest.mark.parametrize("options", [{"state": "absent"}, {"comment": "x"}], ids=["delete", "change"])
def test_the_404_of_a_gateway_is_not_the_absence_of_a_plan(server, call, options):
    identifier = server.create("nightly", comment="old")["id"]
    server.fault(method="GET", path=PLANS + identifier, status=404, html="<html><head><title>404 Not Found</title></head></html>")
    result = call("backup_plan", id=identifier, **options)
    assert "JumpServer answered 404" in result.message and server.plan("nightly")["comment"] == "old"
    server.fault(method="DELETE", path=PLANS, status=404, html="<html><head><title>404 Not Found</title></head></html>")
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": [], "allow_empty": True}], prune=True)
    assert result.failed and result["organizations"][0]["deleted"] == [] and list(server.plans()) == ["nightly"]


# the dialect


@pytest.mark.versions("3.5")
def test_a_3_5_is_not_taken_for_a_3_6(server, call):
    """A listing that shows neither field of recipients does not tell the two apart."""
    server.create("there", comment="old")
    plans = [{"name": "there", "comment": "new", "recipients_part_two": ["alice"]}, {"name": "new", "recipients_part_two": ["alice"]}]
    for check in (True, False):
        result = call("backup_plans", organizations=[{"organization": "Default", "plans": plans}], check=check)
        assert result.message.count("recipients_part_two needs JumpServer 3.6 or later, and this server is 3.0 to 3.5") == 2
    assert {name: row["comment"] for name, row in server.plans().items()} == {"there": "old"}


@pytest.mark.versions("3.5")
def test_what_was_written_and_is_not_as_declared_is_told_as_both(server, call):
    """A dialect that is forced wrongly: the server ignores what it does not know."""
    server.create("there", comment="old")
    plans = [{"name": "there", "comment": "new", "recipients_part_two": ["alice"]}, {"name": "new", "recipients_part_two": ["alice"]}]
    result = call("backup_plans", organizations=[{"organization": "Default", "plans": plans}], dialect="v3.6")
    (told,) = result["organizations"]
    assert result.failed and result.changed and told["created"] == ["new"]
    assert [updated["name"] for updated in told["updated"]] == ["there"] and len(told["failed"]) == 2
    assert sorted(server.plans()) == ["new", "there"]
