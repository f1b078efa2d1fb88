# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a run may make, counted by the server."""

from __future__ import annotations

import math

import pytest

from tests.integration.server import RESEARCH, TEAM_A

pytestmark = pytest.mark.twice

# what the collection asks for at a time, and what 3.5 and 3.8 give at most
PAGE, SMALLEST_CAP = 250, 100


def pages(server, rows):
    """Requests that a listing of so many plans takes."""
    return math.ceil(rows / (PAGE if server.since("3.10") else SMALLEST_CAP))


def stored(organization, count, **fields):
    """Plans for a seed, all alike but for their names."""
    return [dict(fields, organization=organization, name="plan %03d" % number, crontab="0 3 * * *", types=["linux"]) for number in range(count)]


def declared(count, **fields):
    """The same plans, declared."""
    return [dict(fields, name="plan %03d" % number, crontab="0 3 * * *", types=["linux"]) for number in range(count)]


def everything(server):
    """As many fields as this version has, people and storages by name."""
    wish = {"types": ["linux", "mysql"], "crontab": "0 3 * * *", "recipients": ["alice", "bob@example.com", "Carol"], "comment": "x"}
    if server.since("3.6"):
        wish["recipients_part_two"] = ["cto"]
    if server.since("3.9"):
        wish.update(backup_type="object_storage", obj_recipients_part_one=["sftp-main", "sftp-two"], obj_recipients_part_two=["s3-archive"])
    return wish


def test_a_converged_plan_costs_three_requests_at_most(server, call):
    call("backup_plan", name="nightly", **everything(server)).succeeded()
    with server.counting() as seen:
        assert not call("backup_plan", name="nightly", **everything(server)).succeeded().changed
    assert seen.unsafe == 0 and seen.total <= 3
    plain = {"types": ["linux", "mysql"], "crontab": "0 3 * * *", "comment": "x"}
    with server.counting() as seen:
        assert not call("backup_plan", name="nightly", **plain).succeeded().changed
    assert seen.total == 1


# recipients -> requests of a converged plan, whether or not people are looked for beside the plan
RECIPIENTS = {
    "one name": (["alice"], 2), "several": (["alice", "Carol"], 2), "an address": (["bob@example.com"], 3), "ids": (["{alice}"], 1), "nobody": ([], 1),
}


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("recipients, requests", RECIPIENTS.values(), ids=RECIPIENTS)
def test_two_looks_at_a_time_cost_what_they_cost_one_after_the_other(server, call, recipients, requests):
    wish = {"crontab": "0 3 * * *", "recipients": [name.format(alice=server.users["alice"]["id"]) for name in recipients]}
    call("backup_plan", name="nightly", **wish).succeeded()
    asked = []
    for connections in (1, 2):
        with server.counting() as converged:
            assert not call("backup_plan", name="nightly", connections=connections, **wish).succeeded().changed
        with server.counting() as foreseen:
            assert call("backup_plan", name="new", check=True, connections=connections, **wish).succeeded().changed
        assert (converged.unsafe, converged.total) == (0, requests)
        asked.append(sorted((entry["method"], entry["path"]) for entry in foreseen.log))
    assert asked[0] == asked[1]


def test_a_converged_plan_costs_an_organization_administrator_three_requests_at_most(server, call):
    wish = {"types": ["linux"], "interval": 24, "recipients": ["orgadmin"]}
    if server.since("3.9"):
        wish["obj_recipients_part_one"] = [server.storages["sftp-main"]]
    for _time in range(2):
        with server.counting() as seen:
            result = call("backup_plan", organization=TEAM_A, name="nightly", user="orgadmin", **wish).succeeded()
    assert not result.changed and seen.unsafe == 0 and seen.total <= 3
    # one question is refused: who else on the server has this name
    assert [entry["status"] for entry in seen.log if entry["status"] != 200] == [403]


def test_a_plan_that_is_absent_already_costs_two_requests_at_most(server, call):
    with server.counting() as seen:
        assert not call("backup_plan", name="nightly", state="absent").succeeded().changed
    assert seen.unsafe == 0 and seen.total <= 2


def test_creating_a_plan_costs_five_requests_at_most(server, call):
    with server.counting() as seen:
        assert call("backup_plan", name="nightly", **everything(server)).succeeded().changed
    assert seen.by_method["POST"] == seen.unsafe == 1 and seen.total <= (6 if server.since("3.9") else 5)


def test_changing_a_plan_costs_two_reading_requests_beside_the_names(server, call):
    server.create("nightly", comment="old")
    with server.counting() as seen:
        assert call("backup_plan", name="nightly", comment="new").succeeded().changed
    assert seen.by_method["PATCH"] == seen.unsafe == 1 and seen.total <= 3


def test_a_converged_organization_of_250_plans_costs_its_pages_and_little_more(server, call):
    server.reset(plans=stored("Default", 250, recipients=["alice"]))
    estate = [{"organization": "Default", "plans": declared(250, recipients=["alice"])}]
    with server.counting() as seen:
        result = call("backup_plans", organizations=estate, prune=True).succeeded()
    assert not result.changed and result["summary"]["unchanged"] == 250
    assert seen.unsafe == 0 and seen.total <= pages(server, 250) + 2


def test_twenty_converged_organizations_cost_a_system_administrator_pages_and_little_more(server, call):
    names = ["Org %02d" % number for number in range(20)]
    server.reset(organizations={name: {} for name in names}, plans=[plan for name in names for plan in stored(name, 50, recipients=["alice"])])
    estate = [{"organization": name, "plans": declared(50, recipients=["alice"])} for name in names]
    with server.counting() as seen:
        result = call("backup_plans", organizations=estate, prune=True).succeeded()
    assert not result.changed and result["summary"] == {"organizations": 20, "created": 0, "updated": 0, "deleted": 0, "unchanged": 1000, "failed": 0}
    assert seen.unsafe == 0 and seen.total <= pages(server, 1000) + 2
    assert seen.total <= 10 or not server.since("3.10")


def test_a_converged_organization_costs_its_administrator_pages_and_three_requests(server, call):
    server.reset(plans=stored(TEAM_A, 120, recipients=["orgadmin"]))
    estate = [{"organization": TEAM_A, "plans": declared(120, recipients=["orgadmin"])}]
    with server.counting() as seen:
        assert not call("backup_plans", organizations=estate, prune=True, user="orgadmin").succeeded().changed
    assert seen.unsafe == 0 and seen.total <= pages(server, 120) + 3


def test_converged_organizations_cost_the_administrator_of_all_of_them_pages_and_three_requests(server, call):
    """The people that they share are listed once; where somebody comes in anew, that organization is asked."""
    names = ["Org %02d" % number for number in range(6)]
    world = {
        "organizations": {name: {} for name in names},
        "users": {
            "admin": {"roles": [["SystemAdmin", None]]}, "orgadmin": {"roles": [["User", None]] + [["OrgAdmin", name] for name in names]},
            "alice": {"roles": [["User", None]] + [["OrgUser", name] for name in names]}, "cto": {"roles": [["User", None], ["OrgUser", names[3]]]},
        },
    }
    server.reset(**world, plans=[plan for name in names for plan in stored(name, 5, recipients=["orgadmin", "alice"])])
    estate = [{"organization": name, "plans": declared(5, recipients=["orgadmin", "alice"])} for name in names]
    with server.counting() as seen:
        assert not call("backup_plans", organizations=estate, prune=True, user="orgadmin").succeeded().changed
    assert (seen.unsafe, seen.total) == (0, len(names) + 3)
    new = ["orgadmin", "alice", "cto"]
    estate[3]["plans"][0]["recipients"] = new
    assert call("backup_plans", organizations=estate, user="orgadmin").succeeded()["summary"]["updated"] == 1
    # who is no member of an organization cannot be found there by name, wherever else that was possible
    estate[4]["plans"][0]["recipients"] = new
    assert "'cto' is no user that can be found" in call("backup_plans", organizations=estate, user="orgadmin").message


@pytest.mark.versions("3.5", "4.10")
def test_many_plans_are_created_changed_and_converged_in_lists(server, call):
    count, lists = 300, 3
    estate = [{"organization": "Default", "plans": declared(count)}]
    with server.counting() as seen:
        assert call("backup_plans", organizations=estate).succeeded()["summary"]["created"] == count
    assert seen.by_method["POST"] == seen.unsafe == lists and seen.total <= lists + 5
    assert len(server.plans()) == count
    estate = [{"organization": "Default", "plans": declared(count, comment="changed")}]
    with server.counting() as seen:
        assert call("backup_plans", organizations=estate).succeeded()["summary"]["updated"] == count
    assert seen.by_method["PATCH"] == seen.unsafe == lists and seen.total <= lists + pages(server, count) + 3
    assert {server.fires(name) for name in ("plan 000", "plan 150", "plan 299")} == {"0 3 * * *"}


def test_names_cost_one_listing_of_their_kind_however_many_there_are(server, call):
    """All organisations together; a user of one organisation may be a recipient in another."""
    people = ["alice", "bob@example.com", "Carol", "zhangwei", "orgadmin", "Org Admin Dev", "cto", "same1", "former"]
    plans = [{"name": "plan %d" % number, "interval": 24, "recipients": people[number:] + people[:number]} for number in range(len(people))]
    if server.since("3.9"):
        plans = [dict(plan, obj_recipients_part_one=["sftp-main", "s3-archive"], obj_recipients_part_two=["default"]) for plan in plans]
    estate = [{"organization": organization, "plans": plans} for organization in ("Default", TEAM_A, RESEARCH)]
    for _time in range(2):
        with server.counting() as seen:
            result = call("backup_plans", organizations=estate).succeeded()
        assert sum("/users/users/" in entry["path"] for entry in seen.log) == 1
        assert sum("/replay-storages/" in entry["path"] for entry in seen.log) <= (1 if server.since("3.9") else 0)
    assert not result.changed and len(server.plan("plan 3", RESEARCH)[server.recipients_key]) == len(people)


def test_one_bad_plan_among_a_hundred_costs_few_requests(server, call):
    plans = declared(100)
    plans[42]["recipients"] = ["7f2c4d7c-2f55-4c8a-9d0e-6a5e31c0a001"]
    with server.counting() as seen:
        result = call("backup_plans", organizations=[{"organization": "Default", "plans": plans}])
    assert (result["summary"]["created"], result["summary"]["failed"]) == (99, 1) and seen.unsafe <= 4
