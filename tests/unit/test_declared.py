# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules asked of what an operation makes of a plan, and what is told of many plans."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import declared as _declared
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import NOTHING_KNOWN, WARNING, Finding, findings
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, reconcile as _reconcile
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

from tests.unit.examples import ALICE, BOB, DEFAULT, PLAN, SFTP, WIPED, plan_row, related

ORGANIZATION = Organization("Default", DEFAULT, "Default", True)
GOOD = {"types": ["linux"], "recipients_part_one": [ALICE]}
UPLOAD = {"types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": [SFTP]}
BARE = plan_row(types=[], recipients_part_one=[], recipients_part_two=[])


def told(options, row=None, update_password="on_create", listed=None):
    """The ids of the rules that apply once the declaration is carried out."""
    options = dict({"name": "nightly"}, **options)
    desired, _errors = _plan.declare(options)
    actual = _plan.read({key: value for key, value in row.items() if listed is None or key in listed}) if row else None
    operation, _error = _reconcile.present(desired, actual, update_password)
    plan = _declared.plan_after(operation, ORGANIZATION)
    return [finding.rule for finding in findings(plan, _declared.facts_of(operation, NOTHING_KNOWN), rules=WARNING)]


@pytest.mark.parametrize("options, row, expected", [
    (GOOD, None, []),
    ({}, None, ["no-types", "no-recipients"]),
    ({"types": ["linux"]}, None, ["no-recipients"]),
    (UPLOAD, None, ["zip-not-encrypted"]),
    ({**UPLOAD, "zip_encrypt_password": "secret"}, None, []),
    ({**UPLOAD, "zip_encrypt_password": ""}, None, ["zip-not-encrypted"]),
    ({**GOOD, "recipients_part_two": [ALICE]}, None, ["same-person-in-both-parts"]),
    ({**GOOD, "is_password_divided_by_email": True}, None, ["not-divided"]),
    ({**GOOD, "recipients_part_two": [BOB], "is_password_divided_by_email": False}, None, ["divided-all-the-same"]),
    # of a plan that is there, the declaration mends what was wrong, or leaves it
    (GOOD, BARE, []),
    ({"comment": "x"}, BARE, ["no-types", "no-recipients"]),
    ({}, BARE, ["no-types", "no-recipients"]),
    ({}, plan_row(), []),
    ({"types": []}, plan_row(), ["no-types"]),
    (UPLOAD, plan_row(recipients_part_two=[]), []),
    ({}, plan_row(**WIPED), ["broken-schedule"]),
    ({"crontab": "0 3 * * *"}, plan_row(**WIPED), []),
])
def test_what_is_told_of_a_declaration(options, row, expected):
    assert told(options, row) == expected


def test_what_a_listing_of_few_fields_does_not_show_is_not_told():
    few = ("id", "name", "org_id", "org_name", "is_periodic", "interval", "crontab", "is_active", "backup_type", "recipients_part_one")
    assert told({"recipients_part_one": [ALICE]}, BARE, listed=few) == []
    assert told({}, BARE, listed=few + ("types",)) == ["no-types"]


@pytest.mark.parametrize("password, expected", [("secret", []), ("", ["zip-not-encrypted"])])
def test_a_zip_password_that_is_sent_again_is_known(password, expected):
    row = plan_row(backup_type="object_storage")
    assert told({"zip_encrypt_password": password}, row, "always") == expected
    assert told({"zip_encrypt_password": password}, row) == []


def test_a_deletion_leaves_no_plan():
    assert _declared.plan_after(_reconcile.absent(_plan.read(plan_row())), ORGANIZATION) is None


def test_a_plan_is_told_by_its_new_name():
    plan = _declared.plan_after(_reconcile.present(_plan.declare({"name": "new", "id": PLAN})[0], _plan.read(plan_row(name="old")))[0], ORGANIZATION)
    assert plan.name == "new"


def finding(plan, message="it has none", organization="Default"):
    return Finding("no-types", "high", organization, plan, message, "add some")


def test_what_is_said_of_many_plans_is_said_once():
    assert _declared.sentences([]) == []
    assert _declared.sentences([finding("a")]) == ["Backup plan 'a' of organization 'Default': it has none; add some."]
    assert _declared.sentences([finding("a"), finding("b", "it has few"), finding("c"), finding("d", organization="研发中心")]) == [
        "Backup plans 'a', 'c' of organization 'Default': it has none; add some.", "Backup plan 'b' of organization 'Default': it has few; add some.",
        "Backup plan 'd' of organization '研发中心': it has none; add some."]
    (many,) = _declared.sentences([finding(f"p{number}") for number in range(2000)])
    assert many.startswith("Backup plans 'p0', 'p1', ") and "'p9' and 1990 more of organization" in many and len(many) < 200


def test_related_rows_are_read_with_their_names():
    plan = _plan.read(plan_row(recipients_part_two=related(ALICE)))
    assert [one.message for one in findings(plan, rules=WARNING)] == ["Alice receives both parts, and so every secret whole"]
