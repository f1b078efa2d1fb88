# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of findings: each rule with a plan that it tells, and a sound plan of every dialect of which nothing is told."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import rules as _rules
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import Facts, Finding
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

from tests.unit import examples
from tests.unit.examples import ALICE, BOB, CAROL, CRONTAB, NO_SCHEDULE, PLAN, S3, SFTP, WIPED, plan_row, related

SOUND_FACTS = Facts(
    platform_types=frozenset(("linux", "mysql")), accounts={"linux": 3, "mysql": 1}, storage_types={SFTP: "sftp", S3: "s3"},
    inactive_users=frozenset(), zip_password=True, declared=frozenset())


def storages(first=(SFTP, SFTP), second=(), **changes):
    return {"backup_type": "object_storage", "obj_recipients_part_one": related(*first), "obj_recipients_part_two": related(*second), **changes}


def told(changes, facts=None, dialect="v4.8", listed=None):
    """(rule, message) of what the rules say of a plan, those of the audit alone left out."""
    row = plan_row(dialect, **{"recipients_part_two": [], **changes} if dialect != "v3.0" else changes)
    row = {key: value for key, value in row.items() if listed is None or key in listed}
    found = _rules.findings(_plan.read(row), SOUND_FACTS._replace(**facts or {}), rules=_rules.WARNING)
    return [(finding.rule, finding.message) for finding in found]


@pytest.mark.parametrize("changes, facts, rule, message", [
    ({"types": []}, {}, "no-types", "types of the plan names no platform type, so no account is backed up"),
    ({"types": "linux"}, {}, "no-types", "types of the plan names no platform type, so no account is backed up"),
    ({"types": [1]}, {}, "no-types", "types of the plan names no platform type, so no account is backed up"),
    ({"types": ["linux", "Linux"]}, {}, "unknown-type", "the server knows no platform type Linux, and no account has it"),
    ({"types": ["oracle", "linux"]}, {"platform_types": None, "accounts": {"linux": 1, "oracle": 0}},
     "types-without-accounts", "no account of the organization has the type oracle"),
    ({"types": ["mysql", "linux"]}, {"accounts": {"linux": 0, "mysql": 0}},
     "types-without-accounts", "no account of the organization has the type linux, mysql"),
    ({"recipients_part_one": []}, {}, "no-recipients", "the plan has no recipients"),
    (storages(()), {}, "no-recipients", "the plan has no storage to send to"),
    (storages((S3,)), {}, "no-sftp-storage", "none of the plan's storages is of type sftp, and only those receive backups"),
    (storages((SFTP, S3)), {}, "storage-not-sftp", "the storage s3-one is not of type sftp and receives no backups"),
    (storages(), {"zip_password": False}, "zip-not-encrypted",
     "the plan sends to a storage and has no ZIP password, so every secret lies there in clear text"),
    ({"recipients_part_two": related(BOB, CAROL)}, {"names": {BOB: "bob"}}, "same-person-in-both-parts", "bob receives both parts, and so every secret whole"),
    (storages((SFTP,), (SFTP,), is_password_divided_by_obj_storage=True), {},
     "same-person-in-both-parts", "sftp-main receives both parts, and so every secret whole"),
    ({"recipients_part_two": related(CAROL), "is_password_divided_by_email": False}, {}, "divided-all-the-same",
     "is_password_divided_by_email is false, but JumpServer divides the secrets whenever both parts have receivers"),
    ({"is_password_divided_by_email": True}, {"declared": frozenset(("is_password_divided_by_email",))}, "not-divided",
     "is_password_divided_by_email is true, but only one part has receivers, so they get every secret whole"),
    ({}, {"inactive_users": frozenset((ALICE,))}, "inactive-recipient", "the user of the recipient Alice is inactive"),
    ({}, {"expired_users": frozenset((ALICE,))}, "expired-recipient", "the user of the recipient Alice has expired"),
    ({"name": "a/b"}, {}, "slash-in-name", "the name of the plan holds a slash, which makes its runs fail"),
    (WIPED, {}, "broken-schedule", "it says that it is periodic and has neither crontab nor interval, so it does not run as it shows"),
    ({**CRONTAB, "crontab": "0 3 30 2 *"}, {}, "unusable-crontab",
     "its crontab cannot be relied on: that date never comes, and it would stop the scheduler of the whole server (0 3 30 2 *)"),
    ({**CRONTAB, "crontab": "0 3 * * 7"}, {}, "unusable-crontab",
     "its crontab cannot be relied on: the day of the week 7 is outside 0 to 6; 0 is Sunday (0 3 * * 7)"),
    ({**CRONTAB, "crontab": "0 3 * JAN *"}, {}, "unusable-crontab",
     "its crontab cannot be relied on: most JumpServer versions never run a month given by name; write 1 for JAN (0 3 * JAN *)"),
])
def test_a_rule_tells_what_it_is_about_and_nothing_else_is_told(changes, facts, rule, message):
    assert told(changes, facts) == [(rule, message)]


@pytest.mark.parametrize("changes, expected", [
    ({"is_active": False}, ["inactive"]), (NO_SCHEDULE, ["unscheduled"]), ({"recipients_part_one": related(ALICE)}, ["one-recipient"]),
    ({"recipients_part_two": related(CAROL)}, ["one-recipient"]), (CRONTAB, []),
])
def test_what_can_be_meant_is_left_to_an_audit(changes, expected):
    plan = _plan.read(plan_row(**{"recipients_part_two": [], **changes}))
    assert [finding.rule for finding in _rules.findings(plan, SOUND_FACTS)] == expected
    assert _rules.findings(plan, SOUND_FACTS, rules=_rules.WARNING) == []


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_nothing_is_told_of_a_sound_plan(dialect):
    assert told({}, dialect=dialect) == []


@pytest.mark.parametrize("changes, facts", [
    # community editions leave types out of their list that accounts have all the same
    ({"types": ["oracle"]}, {"accounts": {"oracle": 2}}),
    ({"types": ["Linux"]}, {"platform_types": None, "accounts": None}),
    ({"types": ["Linux"]}, {"accounts": None}),
    (storages((S3,)), {"storage_types": None}),
    (storages((S3,)), {"storage_types": {}}),
    (storages(), {"zip_password": None}),
    ({"recipients_part_one": related(ALICE)}, {"zip_password": False}),
    ({}, {"inactive_users": None}),
    # the default of the server means nothing
    ({"is_password_divided_by_email": True}, {}),
    (storages(recipients_part_one=[]), {}),
])
def test_nothing_is_told_of_what_is_not_known_or_does_not_concern_the_plan(changes, facts):
    assert told(changes, facts) == []


@pytest.mark.parametrize("dialect, fields", [
    ("v4.8", ("name", "types")), ("v4.8", ("recipients_part_one",)), ("v4.8", ("recipients_part_two",)), ("v3.6", ("recipients_part_one",)),
    ("v3.0", ()), ("v4.8", ("backup_type", "obj_recipients_part_one")),
])
def test_a_listing_of_few_fields_makes_nobody_missing(dialect, fields):
    assert told({"recipients_part_one": [], **storages(())} if "backup_type" in fields else {}, dialect=dialect, listed=fields + (
        "id", "name", "is_periodic", "crontab", "interval")) == []


def test_the_one_group_of_recipients_of_3_0_is_all_there_is():
    assert told({"recipients": []}, dialect="v3.0", listed=("id", "name", "recipients")) == [("no-recipients", "the plan has no recipients")]


@pytest.mark.parametrize("rule", _rules.RULES, ids=lambda rule: rule.id)
def test_each_rule_has_its_words(rule):
    assert rule.id == rule.id.lower().replace(" ", "-") and rule.severity in _rules.SEVERITIES
    assert not rule.sentence.endswith(".") and not rule.advice.endswith(".") and rule.sentence and rule.advice


def test_rule_ids_are_unique():
    assert len(_rules.BY_ID) == len(_rules.RULES)


def test_what_blocks_a_run():
    assert [rule.id for rule in _rules.BLOCKING] == ["no-types", "no-recipients", "no-sftp-storage", "slash-in-name"]
    plan = _plan.read(plan_row(types=[], recipients_part_one=[], recipients_part_two=[], name="a/b"))
    assert _rules.obstacles(plan) == [
        "types of the plan names no platform type, so no account is backed up", "the plan has no recipients",
        "the name of the plan holds a slash, which makes its runs fail"]


def test_a_finding_is_a_value_and_a_sentence():
    finding = Finding("no-types", "high", "研发中心", "{names} {{ x }}", "it has none", "add some")
    assert finding.sentence == "Backup plan '{names} {{ x }}' of organization '研发中心': it has none; add some."
    assert finding.value == {
        "rule": "no-types", "severity": "high", "organization": "研发中心", "plan": "{names} {{ x }}", "message": "it has none", "advice": "add some"}
    assert finding._replace(plan=None).sentence == "Organization '研发中心': it has none; add some."


def test_names_of_the_server_are_no_templates():
    plan = _plan.read(plan_row(recipients_part_one=[{"id": ALICE, "name": "{names}{0}"}], recipients_part_two=[{"id": ALICE, "name": "{names}{0}"}], id=PLAN))
    assert [finding.message for finding in _rules.findings(plan, rules=_rules.WARNING)] == ["{names}{0} receives both parts, and so every secret whole"]
