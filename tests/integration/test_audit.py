# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit: what is wrong is found, all of it and nothing else, in few requests; and what could not be seen is said."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from tests.audited import HOUR, KINDS, SOUND, WELL, estate
from tests.integration.server import PLANS

pytestmark = pytest.mark.twice

EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"
ACCOUNTS = "/api/v1/accounts/accounts/"
FIRST = "Org 000"


def numbers(server):
    return tuple(map(int, server.version.split(".")[:2]))


def seeded(server, organizations=4, plans=10, **more):
    made = estate(numbers(server), organizations, plans, **more)
    server.reset(**made.world)
    return made


def found(result):
    return {(one["rule"], one["organization"], one["plan"]) for one in result["findings"]}


def of_plan(result, name):
    return sorted(one["rule"] for one in result["findings"] if one["plan"] == name)


def one_plan(server, **fields):
    """A world with a single plan, which is sound but for ``fields``."""
    default = {"name": "web", "organization": "Default", "type": "linux", "accounts": ["root"]}
    people = estate(numbers(server), 1, 0).world["users"]
    server.reset(organizations={}, users={name: user for name, user in people.items() if name != "orgadmin"}, assets=[default],
                 plans=[{"organization": "Default", "name": "nightly", **SOUND, "runs": list(WELL), **fields}])


# what is found


def test_all_that_is_wrong_is_found_and_nothing_else(server, call):
    made = seeded(server)
    result = call("backup_audit").succeeded()
    assert sorted(found(result) ^ made.findings, key=str) == []
    assert len(result["findings"]) == len(made.findings)
    assert {rule for kind in KINDS for rule in kind.rules if kind.first <= numbers(server) <= kind.last} <= {rule for rule, _org, _plan in made.findings}
    counted = Counter(one["severity"] for one in result["findings"])
    assert {name: result["summary"][name] for name in ("high", "medium", "low")} == {name: counted[name] for name in ("high", "medium", "low")}
    assert not result.changed and result.warnings == []


def test_what_is_there_is_shown(server, call):
    one_plan(server, crontab="0 3 * * *", interval=None)
    result = call("backup_audit").succeeded()
    (organization,) = result["organizations"]
    (plan,) = organization["plans"]
    assert organization["coverage"] == [{"type": "linux", "accounts": 1, "covered": True}]
    assert (plan["name"], plan["is_active"], plan["types"], plan["schedule"], plan["max_age"]) == ("nightly", True, ["linux"], "crontab 0 3 * * *", None)
    assert plan["last_execution"] == plan["last_success"] and plan["last_execution"]["status"] == "success"
    assert HOUR <= plan["last_execution"]["age"] < HOUR + 300
    due = datetime.fromisoformat(plan["next_run"])
    assert (due.hour, due.minute, due.utcoffset()) == (3, 0, timedelta(hours=8)) and timedelta(0) < due - datetime.now(timezone.utc) <= timedelta(days=1)
    assert [run["status"] for run in plan["runs"]] == ["success"] * 3
    assert [day for day in result["days"] if day in {run["date"] for run in plan["runs"]}] == [run["date"] for run in plan["runs"]]
    assert result["summary"]["accounts"] == result["summary"]["covered"] == 1 and len(result["days"]) == 7


@pytest.mark.parametrize("options, rules", [
    ({}, []), ({"max_age": "30m"}, ["overdue"]), ({"max_age": "2h"}, []), ({"max_age": ""}, []),
    ({"max_age": "30m", "max_ages": [{"plan": "nightly", "max_age": "2h"}]}, []),
    ({"max_ages": [{"organization": "Other", "plan": "nightly", "max_age": "1m"}]}, []),
])
@pytest.mark.versions("4.10")
def test_how_old_a_run_may_be(server, call, options, rules):
    one_plan(server)
    assert of_plan(call("backup_audit", **options).succeeded(), "nightly") == rules


@pytest.mark.parametrize("options, message", [
    ({"max_age": "soon"}, "max_age must be a number with a unit, such as 90m, 26h or 8d, not 'soon'."),
    ({"max_ages": [{"plan": "x", "max_age": "8"}]}, "max_age of entry 1 of max_ages must be a number with a unit, such as 90m, 26h or 8d, not '8'."),
    ({"ignore": [{"rule": "overdeu", "reason": "x"}]}, "Entry 1 of ignore: there is no rule 'overdeu'."),
    ({"max_drill_age": "9d"}, "missing parameter(s) required by 'max_drill_age': drills"),
])
@pytest.mark.versions("4.10")
def test_what_cannot_be_is_refused_before_anything_is_read(server, call, options, message):
    with server.counting() as seen:
        result = call("backup_audit", **options)
    assert result.failed and result.message.startswith(message) and seen.total == 0


@pytest.mark.versions("3.5", "4.10")
def test_the_declaration_is_compared(server, call):
    one_plan(server)
    declared = {"name": "nightly", "types": ["linux"], "recipients": ["alice", "carol"], "interval": 24}

    def compare(*plans, defaults=None):
        result = call("backup_audit", organizations=[{"organization": "Default", "plans": list(plans)}], defaults=defaults).succeeded()
        return sorted((rule, plan) for rule, _organization, plan in found(result) if rule in ("missing", "undeclared", "differs", "bad-declaration"))

    assert compare(declared) == []
    assert compare({"name": "nightly"}, defaults={name: value for name, value in declared.items() if name != "name"}) == []
    assert compare({**declared, "interval": 12}, {"name": "weekly"}) == [("differs", "nightly"), ("missing", "weekly")]
    assert compare({"name": "weekly"}) == [("missing", "weekly"), ("undeclared", "nightly")]
    assert compare() == [("undeclared", "nightly")]
    assert compare({**declared, "recipients": ["nobody"]}) == [("bad-declaration", "nightly")]
    # an organization that is not there, and one that the declaration does not name
    result = call("backup_audit", organizations=[{"organization": "Nowhere", "plans": [declared]}]).succeeded()
    default = server.organizations_shown["Default"]
    assert {("missing", "Nowhere", None), ("undeclared", default, "nightly")} <= found(result)


@pytest.mark.versions("4.10")
def test_accepted_risks_are_shown_as_such_and_come_back(server, call):
    one_plan(server, recipients=["alice"])
    rule = {"rule": "one-recipient", "plan": "nightly", "reason": "a sealed envelope"}
    result = call("backup_audit", ignore=[{**rule, "until": "2999-12-31"}]).succeeded()
    assert of_plan(result, "nightly") == [] and result["summary"]["accepted"] == 1 and result.warnings == []
    assert [(one["rule"], one["reason"], one["until"]) for one in result["accepted"]] == [("one-recipient", "a sealed envelope", "2999-12-31")]
    result = call("backup_audit", ignore=[{**rule, "until": "2020-01-01"}]).succeeded()
    assert of_plan(result, "nightly") == ["one-recipient"]
    assert result.warnings == ["The risk that was accepted until 2020-01-01 is open again: rule 'one-recipient', plan 'nightly'."]
    result = call("backup_audit", ignore=[{**rule, "plan": "weekly"}]).succeeded()
    assert result.warnings == ["An entry of ignore fits no finding any more: rule 'one-recipient', plan 'weekly'."]


@pytest.mark.versions("3.5", "4.10")
def test_nothing_is_said_of_an_accepted_risk_that_was_not_looked_for(server, call):
    """Not of other organizations, nor of what needs a declaration or drills that were not given. What could have been found and was not is told."""
    seeded(server, 2, 3)
    rules = ("undeclared", "never-proved", "slash-in-name")
    ignore = [{"rule": rule, "organization": name, "reason": "meant"} for rule in rules for name in ("Org 001", "Org bare", "Org gone")]
    told = "An entry of ignore fits no finding any more: rule 'slash-in-name', organization %r."
    assert call("backup_audit", ignore=ignore).succeeded().warnings == [told % name for name in ("Org 001", "Org bare", "Org gone")]
    assert call("backup_audit", ignore=ignore, organization="Org bare").succeeded().warnings == [told % "Org bare"]
    assert call("backup_audit", ignore=[{"rule": "slash-in-name", "reason": "meant"}], organization="Org bare").succeeded().warnings == []
    own = call("backup_audit", ignore=ignore, user="orgadmin").succeeded().warnings
    assert [warning for warning in own if warning.startswith("An entry of ignore")] == []


@pytest.mark.parametrize("name", ["Default", "default", "00000000-0000-0000-0000-000000000002", "shown"])
@pytest.mark.versions("3.5", "4.10")
def test_an_organization_is_named_in_any_way_that_the_server_knows(server, call, name):
    one_plan(server, recipients=["alice"])
    name = server.organizations_shown["Default"] if name == "shown" else name
    result = call("backup_audit", ignore=[{"rule": "one-recipient", "organization": name, "reason": "a sealed envelope"}],
                  max_ages=[{"organization": name, "plan": "nightly", "max_age": "30m"}]).succeeded()
    assert of_plan(result, "nightly") == ["overdue"] and result["summary"]["accepted"] == 1 and result.warnings == []


@pytest.mark.versions("4.10")
def test_an_age_for_a_plan_that_is_not_there_is_told(server, call):
    one_plan(server)
    default = server.organizations_shown["Default"]
    result = call("backup_audit", max_ages=[{"plan": "nightlly", "max_age": "26h"}, {"organization": "Nowhere", "plan": "nightly", "max_age": "26h"}])
    assert result.succeeded().warnings == [
        "An entry of max_ages fits no plan that was seen: plan 'nightlly'.",
        "An entry of max_ages fits no plan that was seen: plan 'nightly', organization 'Nowhere'."]
    elsewhere = [{"organization": "Nowhere", "plan": "nightly", "max_age": "26h"}, {"plan": "nightlly", "max_age": "26h"}]
    narrowed = call("backup_audit", organization="Default", max_ages=[*elsewhere, {"organization": "Default", "plan": "nightlly", "max_age": "26h"}])
    assert narrowed.succeeded().warnings == [f"An entry of max_ages fits no plan that was seen: plan 'nightlly', organization {default!r}."]


@pytest.mark.parametrize("fail_on, failed", [("none", False), ("high", False), ("medium", True), ("low", True)])
@pytest.mark.versions("4.10")
def test_failing_on_a_severity(server, call, tmp_path, fail_on, failed):
    one_plan(server, recipients=["alice", "carol", "former"])
    path = tmp_path / "audit.json"
    result = call("backup_audit", fail_on=fail_on, report={"json": str(path)})
    assert result.failed is failed
    # what was found is there all the same, and so are the reports
    assert of_plan(result, "nightly") == ["inactive-recipient"] and json.loads(path.read_text(encoding="utf-8"))["summary"]["medium"] == 1
    if failed:
        assert result.message.startswith("The audit has ") and "the user of the recipient former is inactive" in result.message
    # an accepted risk fails nothing
    assert not call("backup_audit", fail_on="medium", ignore=[{"rule": "inactive-recipient", "reason": "x"}]).failed


@pytest.mark.versions("4.10")
def test_records_of_drills_and_an_index(server, call, tmp_path):
    one_plan(server)
    default = server.organizations_shown["Default"]

    def record(days, organization=default):
        date = datetime.now(timezone.utc) - timedelta(days=days)
        backup = {"plan": "nightly", "error": "", "files": [{"holder": "alice"}], "by_organization": {organization: 1}}
        content = {"format": "jumpserver.accounts drill", "version": 1, "date": date.strftime("%Y-%m-%dT%H:%M:%SZ"), "backups": [backup],
                   "logins": {"failed": 0}}
        (tmp_path / "drill-1.json").write_text(json.dumps(content), encoding="utf-8")
        return call("backup_audit", drills=str(tmp_path), max_drill_age="30d").succeeded()

    assert of_plan(record(1), "nightly") == []
    assert record(1)["organizations"][0]["plans"][0]["proved"]
    assert of_plan(record(31), "nightly") == ["drill-too-old"]
    # a plan of the same name elsewhere was proved, and this one was not
    assert of_plan(record(1, "Elsewhere"), "nightly") == ["never-proved"]
    # one that does not tell whose it is was opened, which proves nothing of this one
    (message,) = [one["message"] for one in record(1, "")["findings"] if one["rule"] == "never-proved"]
    assert message == (
        "no drill on record has opened the newest backup of this plan; one was opened that does not say of which organization it is")
    # a record that is no more what it was, and one that is gone
    assert not [warning for warning in record(1).warnings if "record" in warning]
    for before, words in (
            ("drill-1.json", "is no more what it was when drill-2.json was written"), ("drill-0.json", "after which drill-2.json was written, is gone")):
        content = json.loads((tmp_path / "drill-1.json").read_text(encoding="utf-8"))
        (tmp_path / "drill-2.json").write_text(json.dumps(dict(content, previous={"file": before, "sha256": "0" * 64})), encoding="utf-8")
        assert [warning for warning in record(1).warnings if before in warning and words in warning]
    index = tmp_path / "index.json"
    unnamed = ("machines-not-named", None, None)
    assert unnamed in found(call("backup_audit", index=str(index)).succeeded())
    call("backup_index", path=str(index)).succeeded()
    assert unnamed not in found(call("backup_audit", index=str(index)).succeeded())
    index.write_text("{", encoding="utf-8")
    result = call("backup_audit", index=str(index))
    assert result.failed and result.message == (
        "Cannot read the index %s: it is damaged, or no index. Give the file as jumpserver.accounts.backup_index wrote it, or have it written anew." % index)


def test_other_types_than_those_that_the_server_lists_are_found(server, call):
    """More accounts than one page, so each type is asked for; and some of a type that is in no list."""
    made = seeded(server, 2, 2)
    many = [{"name": "many-%d" % number, "organization": FIRST, "type": "linux", "accounts": ["u%d" % account for account in range(30)]} for number in range(4)]
    strange = {"name": "strange", "organization": FIRST, "type": "homemade", "accounts": ["x", "y"]}
    server.reset(**{**made.world, "assets": [*made.world["assets"], *many, strange]})
    result = call("backup_audit").succeeded()
    assert found(result) == made.findings | {("accounts-in-no-plan", FIRST, None)}
    (message,) = [one["message"] for one in result["findings"] if (one["rule"], one["organization"]) == ("accounts-in-no-plan", FIRST)]
    assert message == "accounts are in no backup plan that is active and has a schedule: 2 of other types"
    assert result["summary"]["accounts"] == 2 * 2 + 3 + 4 * 30 + 2


# who may see what


def test_an_administrator_of_one_organization_is_told_what_was_not_seen(server, call):
    made = seeded(server)
    result = call("backup_audit", user="orgadmin", organization=FIRST).succeeded()
    own = {one for one in made.findings if one[1] in (FIRST, None)}
    # who is inactive or expired he sees among the members only; of which type a storage is, not at all
    hidden = {"inactive-recipient", "expired-recipient", "no-sftp-storage", "storage-not-sftp"}
    assert own - found(result) == {one for one in own if one[0] in hidden}
    assert found(result) <= own
    assert result["unseen"][0] == "Only organization 'Org 000' was looked at, as was asked for."
    assert any("recipients are still there is not known" in sentence for sentence in result["unseen"])
    assert result.warnings == result["unseen"][1:]


@pytest.mark.versions("4.10")
def test_an_administrator_of_one_organization_gets_his_own_without_naming_it(server, call):
    made = seeded(server)
    result = call("backup_audit", user="orgadmin").succeeded()
    assert [one["organization"] for one in result["organizations"]] == [FIRST]
    assert {one[1] for one in found(result)} <= {FIRST, None} and ("no-types", FIRST, "01 no types") in made.findings & found(result)
    assert any(sentence.startswith("Only organizations that the user of") and "Org 000" in sentence for sentence in result["unseen"])


def test_a_user_without_the_right_gets_an_error_and_no_clean_audit(server, call):
    seeded(server, 1, 1)
    for user in ("alice", "bob"):
        result = call("backup_audit", user=user)
        assert result.failed and result["findings"] == []


@pytest.mark.versions("4.10")
def test_an_audit_of_nothing_is_an_error(server, call):
    seeded(server, 1, 1)
    server.fault(method="GET", path=PLANS, status=403, body={"detail": "You do not have permission to perform this action."}, times=99)
    result = call("backup_audit")
    assert result.failed and result.message.startswith("Nothing was audited: the user of the private token may not read the backup plans of any organization.")


@pytest.mark.parametrize("path, unseen", [(EXECUTIONS, "The runs of the plans may not be read"), (ACCOUNTS, "The accounts may not be read")])
@pytest.mark.versions("3.10", "4.10")
def test_what_may_not_be_read_is_said_and_nothing_is_made_of_it(server, call, path, unseen):
    made = seeded(server)
    server.fault(method="GET", path=path, status=403, body={"detail": "You do not have permission to perform this action."}, times=99)
    result = call("backup_audit").succeeded()
    assert found(result) <= made.findings and [sentence for sentence in result.warnings if sentence.startswith(unseen)]
    if path == EXECUTIONS:
        assert not {"never-ran", "overdue", "stopped-firing", "last-run-failed"} & {rule for rule, _organization, _plan in found(result)}
    else:
        assert result["summary"]["accounts"] is None and {one["coverage"] for one in result["organizations"]} == {None}


@pytest.mark.versions("4.10")
def test_a_server_that_fails_fails_the_audit(server, call):
    seeded(server, 1, 1)
    server.fault(method="GET", path=EXECUTIONS, status=500, body={"error": "Server internal error"}, times=99)
    result = call("backup_audit")
    assert result.failed and "500" in result.message and not result["findings"]


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("answer", [
    {"status": 500, "body": {"status": False}}, {"status": 404, "html": "<title>Not Found</title>"}, {"status": 200, "html": "<title>Log in</title>"},
    *({"status": 200, "body": {"time": time}} for time in (None, "now", True, -1, 1e300, 10 ** 30, 1_795_628_682_000, [5]))], ids=str)
def test_a_health_page_without_a_time_leaves_the_clock_of_the_controller(server, call, answer):
    made = seeded(server, 1, 1)
    server.fault(method="GET", path="/api/health/", times=99, **answer)
    assert found(call("backup_audit").succeeded()) == made.findings


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("path, field, value", [
    (PLANS, "interval", 10 ** 18), (PLANS, "interval", 2 ** 31), (PLANS, "date_updated", "9999/12/31 23:59:59 -1200"),
    (PLANS, "date_created", "0001/01/01 00:00:00 +1400"), (EXECUTIONS, "date_start", "9999/12/31 23:59:59 -1200"),
    (EXECUTIONS, "date_start", "0001/01/01 00:00:00 +1400"), (EXECUTIONS, "date_finished", "9999/12/31 23:59:59 -1200"), (EXECUTIONS, "duration", 1e300)])
def test_times_that_no_date_can_show_are_no_defect(server, call, path, field, value):
    plan = server.create("nightly", types=["linux"], interval=24, recipients_part_one=server.ids("alice"))
    server.settings(start_delay=0, run_seconds=0)
    run = call("backup_plan_execute", name="nightly", on_undelivered="warn")["execution"]
    row = plan if path == PLANS else server.api("GET", EXECUTIONS + run["id"] + "/").json()
    server.fault(method="GET", path=path, status=200, body={"count": 1, "next": None, "previous": None, "results": [dict(row, **{field: value})]}, times=99)
    assert ("one-recipient", "DEFAULT", "nightly") in found(call("backup_audit").succeeded())


@pytest.mark.versions("3.10", "4.10")
def test_a_community_edition_shows_hidden_organizations_in_the_root_one(pool, call, server):
    seeded(server)
    server.settings(edition="community")
    result = call("backup_audit").succeeded()
    (hidden,) = [sentence for sentence in result["unseen"] if sentence.startswith("This community edition lists organizations")]
    assert "Org 000" in hidden and {one["organization"] for one in result["organizations"]} >= {FIRST, "Org other"}
    coverage = next(one["coverage"] for one in result["organizations"] if one["organization"] == "Org other")
    assert [(one["type"], one["covered"]) for one in coverage] == [("mysql", True), ("postgresql", False)]


# what it costs


def test_requests_do_not_grow_with_plans_or_accounts(server, call):
    costs = []
    for organizations, plans in ((4, 5), (4, 10), (4, 20)):
        seeded(server, organizations, plans)
        with server.counting() as seen:
            call("backup_audit").succeeded()
        log = [(one["method"], one["path"]) for one in seen.log]
        assert {method for method, _path in log} == {"GET"}
        # the pages of a list of rows grow with rows, by 250, or 100 up to 3.9
        costs.append(len({path for _method, path in log}))
    assert len(set(costs)) == 1 and costs[0] <= 10


@pytest.mark.versions("4.10")
def test_two_hundred_organizations_of_ten_plans(server, call):
    made = seeded(server, 200, 10, history=4)
    with server.counting() as seen:
        result = call("backup_audit").succeeded()
    assert sorted(found(result) ^ made.findings, key=str) == [] and result["summary"]["plans"] == 2001
    counted = Counter(one["path"] for one in seen.log)
    types = 60
    assert counted[EXECUTIONS] <= 2001 * 7 / 250 + 21 and counted[ACCOUNTS] <= types and sum(counted.values()) - counted[EXECUTIONS] - counted[ACCOUNTS] <= 20


# nothing is changed


@pytest.mark.versions("4.10")
def test_check_mode_reads_the_same_and_writes_no_report(server, call, tmp_path):
    made = seeded(server, 2, 10)
    path = tmp_path / "audit.json"
    result = call("backup_audit", check=True, report={"json": str(path)}).succeeded()
    assert found(result) == made.findings and result.changed and not path.exists()
    result = call("backup_audit", report={"json": str(path)}).succeeded()
    assert result.changed and found(json.loads(path.read_text(encoding="utf-8"))) == made.findings


@pytest.mark.versions("3.10")
def test_no_zip_password_gets_into_an_audit(server, call, tmp_path):
    """Up to 4.7 the list of executions shows it in clear."""
    seeded(server)
    paths = {kind: str(tmp_path / kind) for kind in ("html", "markdown", "json", "openmetrics", "junit")}
    result = call("backup_audit", report=paths).succeeded()
    texts = [json.dumps(result)] + [(tmp_path / kind).read_text(encoding="utf-8") for kind in paths]
    assert not [text for text in texts if "canary" in text]
