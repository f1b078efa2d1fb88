# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records of drills: when a backup was last opened and proved, and by whose key."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime, timezone

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import record as _record
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.record import Proof
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive

NAMES = ["drill-20261101T030000Z.json", "drill-20261102T030000.000000Z.json", "drill-20261103T030000.000000Z.json"]
FAILED = {"host": "web", "organization": "Default", "address": "10.0.0.1", "username": "root", "reason": "denied"}


def day(number):
    return datetime(2026, 11, number, 3, tzinfo=timezone.utc).timestamp()


def opened(plan, *holders, organizations=("Default",)):
    return {
        "plan": plan, "date": "2026-11-25T02:00:00Z", "error": "", "part": "whole", "by_organization": dict.fromkeys(organizations, 1),
        "files": [{"path": "%s.zip" % number, "sha256": "00", "holder": holder, "part": "whole"} for number, holder in enumerate(holders)]}


def unopened(plan):
    return {"plan": plan, "date": "2026-11-25T02:00:00Z", "error": "the password is wrong", "files": [
        {"path": "x.zip", "sha256": "00", "holder": None, "part": None}]}


def content(number, *backups, failed=()):
    return {
        "format": "jumpserver.accounts drill", "version": 1, "date": "2026-11-%02dT03:00:00Z" % number, "seconds": 1.5, "proved": not failed,
        "backups": list(backups), "too_old": [], "logins": {"tried": 2, "worked": 2 - len(failed), "failed": list(failed)}, "previous": None}


@pytest.fixture
def put(tmp_path):
    """Write a record of a day; its path."""

    def write(number, *backups, **more):
        path = tmp_path / ("drill-202611%02dT030000Z.json" % number)
        path.write_text(json.dumps(content(number, *backups, **more)), encoding="utf-8")
        return str(path)

    return write


def test_one_record_tells_of_each_plan(put):
    path = put(1, opened("halves", "carol", "alice", organizations=("B", "A", "")), opened("plain", None), unopened("lost"))
    assert _record.read(path) == _record.Drills({
        ("halves", "A"): Proof("halves", "A", day(1), day(1), ("alice", "carol"), path),
        ("halves", "B"): Proof("halves", "B", day(1), day(1), ("alice", "carol"), path), ("lost", ""): Proof("lost", "", None, None, (), path),
        ("plain", "Default"): Proof("plain", "Default", day(1), day(1), (), path)})


def test_plans_of_one_name_are_told_apart(put):
    """A newer one that did not open may be anybody's; an older backup is a proof of nothing then, nor is one that does not tell its organization."""
    path = put(
        1, dict(opened("a", "alice", organizations=("A", "B")), organizations=["A"], newest=True, compared=[{"organization": "A", "lacks": False}]),
        dict(opened("a", "carol", organizations=("B",)), organizations=["B"], newest=True, compared=[{"organization": "B", "lacks": True}]),
        dict(opened("a", "dave", organizations=("C",)), organizations=["C"], newest=False), dict(unopened("a"), organizations=["D"], newest=True),
        dict(opened("b", "erin", organizations=("",)), organizations=[], newest=True))
    drills = _record.read(path)
    assert [drills.opened("a", name) for name in "ABCD"] == [day(1), day(1), None, None]
    assert [drills.proofs["a", name].proved for name in "ABCD"] == [day(1), None, None, None]
    assert [drills.holders("a", name) for name in "ABCD"] == [("alice",), ("carol",), (), ()]
    assert (drills.is_told_of_nobody("a"), drills.is_told_of_nobody("b"), drills.opened("b", "A")) == (False, True, None)


@pytest.mark.parametrize("days, seen", [
    # (what a drill of that day showed), (day of the newest opening, of the newest proof, holder, record)
    (["alice"], (1, 1, "alice", 1)),
    (["alice", "bob"], (2, 2, "bob", 2)),
    (["alice", "bob, login failed"], (2, 1, "bob", 2)),
    (["alice, login failed", "bob, login failed"], (2, None, "bob", 2)),
    (["alice", "unopened"], (1, 1, "alice", 1)),
    (["alice, login failed", "unopened", "unopened"], (1, None, "alice", 1)),
    (["unopened", "alice"], (2, 2, "alice", 2)),
    (["unopened", "unopened"], (None, None, None, 2)),
    (["alice", "bob, login failed", "unopened"], (2, 1, "bob", 2)),
    (["alice", "other plan"], (1, 1, "alice", 1)),
])
def test_the_newest_record_of_each_plan_counts(put, tmp_path, days, seen):
    paths = {}
    for number, kind in enumerate(days, 1):
        holder, _comma, failed = kind.partition(", ")
        backups = {"unopened": [unopened("a")], "other plan": [opened("b", "dave")]}.get(kind, [opened("a", holder)])
        paths[number] = put(number, *backups, failed=[FAILED] if failed else [])
    found = _record.read(str(tmp_path)).proofs
    last_opened, last_proved, holder, number = seen
    found = found["a", "Default" if last_opened else ""]
    assert found == Proof(
        "a", "Default" if last_opened else "", last_opened and day(last_opened), last_proved and day(last_proved), (holder,) if holder else (), paths[number])


@pytest.mark.parametrize("plan, organization, holders", [
    ("a", "Default", ("alice",)), ("a", "Team-A", ("alice",)), ("a", "Team-B", ()), ("b", "Default", ()), ("lost", "Default", ()),
])
def test_holders_are_those_of_the_plan_of_an_organization(put, plan, organization, holders):
    path = put(1, opened("a", "alice", organizations=("Default", "Team-A")), unopened("lost"))
    assert _record.read(path).holders(plan, organization) == holders


@pytest.mark.parametrize("lacks, proved", [([], True), ([False], True), ([False, True], False)])
def test_a_backup_that_lacks_accounts_is_opened_and_not_proved(put, lacks, proved):
    path = put(1, dict(opened("a", "alice"), compared=[{"lacks": value} for value in lacks]))
    assert _record.read(path).proofs["a", "Default"][2:4] == (day(1), day(1) if proved else None)


def test_the_date_is_that_in_the_record_and_no_other_file_counts(put, tmp_path):
    put(5, opened("a", "old"))
    newest = put(1, opened("a", "new"))
    (tmp_path / "drill-20261101T030000Z.json").write_text(json.dumps(content(9, opened("a", "new"))), encoding="utf-8")
    (tmp_path / "drill-20261101T030000Z.md").write_text("# Backup drill", encoding="utf-8")
    (tmp_path / "index.json").write_text("{}", encoding="utf-8")
    assert _record.read(str(tmp_path)).proofs["a", "Default"] == ("a", "Default", day(9), day(9), ("new",), newest)


def test_a_folder_whose_name_is_a_pattern(tmp_path):
    folder = tmp_path / "[records] *"
    folder.mkdir()
    (folder / "drill-1.json").write_text(json.dumps(content(1, opened("a", "alice"))), encoding="utf-8")
    assert list(_record.read(str(folder)).proofs) == [("a", "Default")]


def damaged(**changes):
    return json.dumps(dict(content(1, opened("a", "alice")), **changes))


@pytest.mark.parametrize("text, words", [
    ("{}", "it was not written by the role jumpserver.accounts.backup_drill."), ("[]", "it was not written by"), ("x", "it is damaged, or no record."),
    ("[" * 100000, "it is damaged, or no record."), ("\udcff", "it is damaged, or no record."),
    ('{"format": "jumpserver.accounts index", "version": 1, "backups": []}', "it was not written by"),
    (damaged(version=2), "it is of version 2, and this collection reads version 1."), (damaged(backups={}), "it was not written by"),
    (damaged(date=5), "it is damaged."), (damaged(date="yesterday"), "it is damaged."), (damaged(logins=[]), "it is damaged."),
    (damaged(logins={}), "it is damaged."), (damaged(backups=[1]), "it is damaged."), (damaged(backups=[{}]), "it is damaged."),
    (damaged(backups=[dict(opened("a", "alice"), plan=7)]), "it is damaged."), (damaged(backups=[dict(opened("a", 7))]), "it is damaged."),
    (damaged(backups=[dict(opened("a", "alice"), files=None)]), "it is damaged."),
    (damaged(backups=[dict(opened("a", "alice"), by_organization=[{}])]), "it is damaged."),
    (damaged(backups=[dict(opened("a", "alice"), organizations=[{}])]), "it is damaged."),
    (damaged(backups=[dict(opened("a", "alice"), organizations=[7])]), "it is damaged."),
])
def test_what_is_no_record_is_told_in_one_sentence(tmp_path, text, words):
    path = tmp_path / "drill-1.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    for asked in (path, tmp_path):
        with pytest.raises(BadArchive) as failure:
            _record.read(str(asked))
        assert str(failure.value).startswith("Cannot read the record %s: " % path) and words in str(failure.value)


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(BadArchive, match="there is no such file"):
        _record.read(str(tmp_path / "gone.json"))
    with pytest.raises(BadArchive, match="There is no record of a drill in "):
        _record.read(str(tmp_path))


def test_records_are_read_without_the_packages_that_open_archives():
    program = (
        "import sys; sys.modules.update(pyzipper=None, openpyxl=None, requests=None)\n"
        "from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import record")
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]})


# the chain


@pytest.fixture
def chain(tmp_path):
    """Three records, each with the hash of the one before."""
    before = None
    for number, name in enumerate(NAMES, 1):
        text = json.dumps(dict(content(number, opened("a", "alice")), previous=before))
        (tmp_path / name).write_text(text, encoding="utf-8")
        before = {"file": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return tmp_path


def edited(path):
    path.write_text(path.read_text(encoding="utf-8").replace("alice", "mallory"), encoding="utf-8")


def cut(path):
    path.write_bytes(path.read_bytes()[:100])


def unchained(path):
    path.write_text(json.dumps(dict(json.loads(path.read_text(encoding="utf-8")), previous=None)), encoding="utf-8")


def without_the_word(path):
    path.write_text(json.dumps({key: value for key, value in json.loads(path.read_text(encoding="utf-8")).items() if key != "previous"}), encoding="utf-8")


@pytest.mark.parametrize("number, harm, words", [
    (0, edited, ["The record %s is no more what it was when %s was written."]), (1, edited, ["The record %s is no more what it was when %s was written."]),
    (0, os.unlink, ["The record %s, after which %s was written, is gone."]), (1, os.unlink, ["The record %s, after which %s was written, is gone."]),
    (1, cut, ["it is damaged, or no record.", "The record %s is no more what it was when %s was written."]),
    (1, unchained, ["names no record before it, though there are older ones.", "is no more what it was when"]),
    (2, unchained, ["names no record before it, though there are older ones."]), (2, cut, ["it is damaged, or no record."]),
    (1, without_the_word, ["names no record before it, though there are older ones.", "is no more what it was when"]), (2, edited, []), (2, os.unlink, []),
])
def test_a_record_that_was_changed_or_taken_away_is_told(chain, number, harm, words):
    """But for the newest, of which only its page on paper tells."""
    assert _record.breaks(str(chain)) == []
    harm(chain / NAMES[number])
    told = _record.breaks(str(chain))
    assert len(told) == len(words)
    for sentence, part in zip(told, words):
        assert (part % (NAMES[number], NAMES[number + 1]) if "%s" in part else part) in sentence


def test_a_record_alone_is_no_chain(chain, tmp_path):
    assert _record.breaks(str(tmp_path / "gone")) == []
    for name in NAMES[1:]:
        (chain / name).unlink()
    assert _record.breaks(str(chain)) == []
