# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups beside the server, by plan and organization."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive as _archive, comparison as _comparison, known as _known
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.index import Index
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.layout import Account

MADE = 1795642282.5
BEFORE, AFTER = "2026-11-25T21:31:22Z", "2026-11-25T21:31:23Z"
ORGANIZATION = {"id": "org-a", "name": "A"}


def archived(number, organization="A", organization_id="org-a"):
    return Account("account-%d" % number, None, None, None, None, "Linux", "root", "Password", "secret", False, organization, organization_id, None)


def known(number, kind="linux", organization="A", created=BEFORE):
    return _known.Known(
        "account-%d" % number, "root", "password", False, "web", "asset-%d" % number, "", kind, organization, "org-" + organization.lower(), created)


def archive(*accounts, plan="nightly", date=MADE):
    return _archive.Archive(plan, date, "whole", True, accounts)


def compared(archives, accounts, plans=({"name": "nightly", "organization": ORGANIZATION, "types": ["linux"]},)):
    keys = ("plan", "organization", "plan_exists", "in_backup", "on_server", "missing", "added", "unknown")
    return [tuple(row[key] for key in keys) for row in _comparison.rows(archives, Index("x", "x", accounts), list(plans))]


@pytest.mark.parametrize("backup, accounts, numbers", [
    ([archived(1)], [known(1)], (1, 1, 0, 0, 0)), ([archived(1)], [], (1, 0, 0, 0, 1)), ([archived(1)], [known(1), known(2)], (1, 2, 1, 0, 0)),
    ([archived(1)], [known(1), known(2, created=AFTER), known(3)], (1, 3, 2, 1, 0)), ([archived(1)], [known(1), known(2, created="")], (1, 2, 1, 0, 0)),
    ([archived(1)], [known(1), known(2, kind="mysql"), known(3, organization="B")], (1, 1, 0, 0, 0)),
    # only the index tells the id of an organization, and it knows one of the accounts
    ([archived(1), archived(2, organization_id=None)], [known(1), known(2)], (2, 2, 0, 0, 0)),
    ([archived(1, organization_id=None), archived(2, organization_id=None)], [known(1), known(2)], (2, 2, 0, 0, 0)),
])
def test_each_side_is_counted(backup, accounts, numbers):
    assert compared([archive(*backup)], accounts) == [("nightly", "A", True, *numbers)]


def test_two_plans_of_one_name_and_a_plan_that_is_no_more():
    plans = [{"name": "nightly", "organization": {"id": "org-b", "name": "B"}, "types": ["mysql"]}]
    mixed = archive(archived(1), archived(2, organization="B", organization_id=None))
    assert compared([mixed], [known(1), known(3, kind="mysql"), known(2, kind="mysql", organization="B"), known(4, organization="B")], plans) == [
        ("nightly", "B", True, 1, 1, 0, 0, 0), ("nightly", "A", False, 1, 2, 1, 0, 0)]


def test_what_names_no_organization_or_no_date():
    assert compared([archive(archived(1, organization=None, organization_id=None))], [known(1)]) == []
    assert compared([archive(archived(1), date=None)], [known(1), known(2, created=AFTER)]) == [("nightly", "A", True, 1, 2, 1, 0, 0)]


@pytest.mark.parametrize("plan, sent", [
    ({"recipients_part_one": [{"id": "2", "name": "Bob"}, {"id": "1", "name": "Alice"}]}, {"part_one": ["Alice", "Bob"]}),
    ({"backup_type": "email", "recipients_part_one": [], "recipients_part_two": [{"id": "1", "name": "Alice"}], "obj_recipients_part_one": [
        {"id": "3", "name": "sftp"}]}, {"part_two": ["Alice"]}),
    ({"backup_type": "object_storage", "recipients_part_one": [{"id": "1", "name": "Alice"}], "obj_recipients_part_one": [{"id": "3", "name": "sftp"}]},
     {"part_one": ["sftp"]}),
])
def test_where_it_goes_is_told(plan, sent):
    (row,) = _comparison.rows([archive(archived(1))], Index("x", "x", []), [dict(plan, name="nightly", organization=ORGANIZATION, types=["linux"])])
    assert row["sent_to"] == sent


@pytest.mark.parametrize("plan, accounts, lacks", [
    ("nightly", [known(1)], False), ("nightly", [known(1), known(2, created=AFTER)], False), ("nightly", [known(1), known(2, created=AFTER), known(3)], True),
    ("other", [known(1), known(3)], False),
])
def test_only_what_was_there_at_the_time_is_lacking(plan, accounts, lacks):
    (row,) = _comparison.rows([archive(archived(1))], Index("x", "x", accounts), [{"name": plan, "organization": ORGANIZATION, "types": ["linux"]}])
    assert row["lacks"] is lacks
