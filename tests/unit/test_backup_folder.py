# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of backups: the newest run of each plan and organization, and whose key opened it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import duration as _duration
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import folder as _folder
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

from tests.archives import maker

ACCOUNT = maker.Account("web", "root", "Secret-of-root")
IDS = {name: "dddddddd-0000-4000-8000-00000000000%s" % name.lower() for name in "ABC"}
KEYS = [_folder.Key("alice", "key-of-alice"), _folder.Key("carol", "key-of-carol")]


def put(folder, plan, moment, password=None, divide=str, place="", organizations=("A",), workbook=None, layout="4.10.19"):
    """A file of a run at a moment, in the name of the file; in that of its ``workbook`` too, unless that has one of its own."""
    path = folder / place / maker.name(plan, moment)
    path.parent.mkdir(parents=True, exist_ok=True)
    accounts = [ACCOUNT._replace(organization=name, organization_id=IDS.get(name, IDS["A"]) if name else "") for name in organizations]
    path.write_bytes(maker.archive(layout, accounts, password, divide, plan, workbook or moment))
    return str(path)


def paths(runs):
    return {plan: [[(file.date, file.path) for file in run] for run in of_plan] for plan, of_plan in runs.items()}


def test_files_of_a_plan_that_follow_closely_are_together_and_the_newest_come_first(tmp_path):
    old = put(tmp_path, "a", 1795600000.5)
    new = [put(tmp_path, "a", 1795686400.5, place="x"), put(tmp_path, "a", 1795686399.5, place="y/z")]
    other = put(tmp_path, "b-2", 1795600000.5)
    (tmp_path / "notes.zip").write_bytes(b"")
    (tmp_path / "a-20261126-053035-1795699999.xlsx").write_bytes(b"")
    assert paths(_folder.look(str(tmp_path)).runs) == {
        "a": [[(1795686400.5, new[0]), (1795686399.5, new[1])], [(1795600000.5, old)]], "b-2": [[(1795600000.5, other)]]}


@pytest.mark.parametrize("name", ["a-20261126-053035-1795699999 (1).zip", "backup.ZIP", "a_2026-11-26 05_30_35-1795642235.zip"])
@pytest.mark.parametrize("cut", [None, 200])
def test_a_renamed_file_is_recognised_by_its_workbook(tmp_path, name, cut):
    path = Path(put(tmp_path, "a", 1795642235.5, "key-of-alice"))
    path.write_bytes(path.read_bytes()[:cut])
    path.rename(tmp_path / name)
    ((run,),) = _folder.look(str(tmp_path)).runs.values()
    assert [(file.date, file.path) for file in run] == [(1795642235.5, str(tmp_path / name))]


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 50, b"text"])
def test_what_is_no_backup_is_passed_over(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)
    (tmp_path / "folder.zip").mkdir()
    (tmp_path / "loop.zip").symlink_to("loop.zip")
    assert not _folder.look(str(tmp_path)).runs


@pytest.mark.parametrize("make, words", [
    (os.mkfifo, "it is no file."), (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links."),
    (Path.touch, "it is empty, so it is no ZIP file."),
], ids=["pipe", "loop", "empty"])
def test_what_is_called_like_a_backup_and_is_none_is_told_and_waited_for_by_nobody(tmp_path, make, words):
    path = tmp_path / maker.name("a", NIGHT)
    make(path)
    (proof,) = _folder.prove("a", _folder.look(str(tmp_path)).runs["a"], KEYS)
    assert proof.archive is None and proof.error.startswith("Cannot open the backup %s: %s " % (path, words))


def test_what_is_not_used_is_named_with_the_reason(tmp_path, monkeypatch):
    """Whatever is in the folder is either a file of a run or told."""
    put(tmp_path, "a", NIGHT)
    (tmp_path / (maker.name("a", NIGHT) + ".part")).write_bytes(b"PK")
    (tmp_path / ".hidden").write_bytes(b"")
    (tmp_path / "notes.zip").write_bytes(b"text")
    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "closed" / "in").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "closed")
    listed = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    contents = _folder.look(str(tmp_path))
    assert list(contents.runs) == ["a"]
    assert {os.path.relpath(other.path, tmp_path): other.fault.words for other in contents.others} == {
        maker.name("a", NIGHT) + ".part": "its name does not end in .zip", ".hidden": "its name does not end in .zip",
        "notes.zip": "neither it nor a workbook in it is named as JumpServer names them", "pipe.zip": "it is no file", "closed": "Permission denied",
        "link": "it is a link to a folder, which is not followed"}


def test_a_name_in_another_code_is_no_obstacle(tmp_path):
    """A mail program of another system wrote it; the workbook is called as JumpServer called it."""
    content = maker.archive("4.10.19", [ACCOUNT], "nobody's", plan="备份", moment=NIGHT)
    path = os.path.join(os.fsencode(tmp_path), "备份".encode("gbk") + b"-20261126-053035-1795642235.5.zip")
    for part, plan in ((content, "备份"), (content[:20], "\\xb1\\xb8\\xb7\\xdd")):
        with open(path, "wb") as target:
            target.write(part)
        ((found, runs),) = _folder.look(str(tmp_path)).runs.items()
        (proof,) = _folder.prove(found, runs, KEYS)
        assert found == plan and proof.error.encode("utf-8") and "\\xb1\\xb8\\xb7\\xdd-20261126" in proof.error


def test_a_folder_that_is_none_or_too_full_is_told(tmp_path, monkeypatch):
    with pytest.raises(BadArchive, match="there is no such folder"):
        _folder.look(str(tmp_path / "gone"))
    monkeypatch.setattr(_folder, "MOST_FILES", 1)
    for name in "ab":
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(BadArchive, match="more than 1 files"):
        _folder.look(str(tmp_path))


def proved(folder, *files, plan="a", complete=_folder.as_it_is):
    """Put files and open them; (proofs, the paths of the files)."""
    made = [put(folder, plan, **file) for file in files]
    return _folder.prove(plan, _folder.look(str(folder)).runs.get(plan, []), KEYS, complete), made


@pytest.mark.parametrize("files, part, holders", [
    ([("key-of-alice", str)], "whole", ["alice"]), ([("key-of-carol", str)], "whole", ["carol"]), ([(None, str)], "whole", [None]),
    ([("key-of-alice", maker.front), ("key-of-carol", maker.back)], "joined", ["alice", "carol"]),
    ([("nobody's", str), ("key-of-carol", str)], "whole", [None, "carol"]),
])
def test_every_key_is_tried_and_the_one_that_fits_is_told(tmp_path, files, part, holders):
    """Copies for several recipients have the same workbook; halves have not."""
    moment = 1795686400.5
    (proof,), made = proved(tmp_path, *(
        {"moment": moment - number, "password": password, "divide": divide, "workbook": moment if divide is str else None}
        for number, (password, divide) in enumerate(files)))
    assert (proof.archive.part, proof.error, [file.holder for file in proof.files]) == (part, "", holders)
    assert [account.secret for account in proof.archive.accounts] == [ACCOUNT.secret]
    assert proof.files[0].sha256 == hashlib.sha256(Path(made[0]).read_bytes()).hexdigest()


@pytest.mark.parametrize("files, words", [
    ([("nobody's", str)], "the password is wrong."), ([("key-of-alice", maker.front)], "Only the front half of the backup is there: %s."),
    ([("key-of-alice", maker.front), ("nobody's", maker.back)], "the password is wrong."),
])
def test_why_a_run_cannot_be_used_is_told(tmp_path, files, words):
    (proof,), made = proved(tmp_path, *(
        {"moment": 1795686400.5 - number, "password": password, "divide": divide} for number, (password, divide) in enumerate(files)))
    assert proof.archive is None and words.replace("%s", made[0]) + " " in proof.error
    assert "key-of" not in repr(proof) + repr(KEYS)


# plans of one name in several organizations

DAY = 86400
NIGHT = 1795686400.5
FRONT_OF, BACK_OF = {"divide": maker.front}, {"divide": maker.back}


def file(organization, nights=0, seconds=0, key="key-of-alice", **more):
    names = tuple(organization.split("+")) if organization else ("",)
    return {"organizations": names, "moment": NIGHT - nights * DAY - seconds, "password": key, **more}


def halves(organization, nights=0, seconds=0):
    return [file(organization, nights, seconds, **FRONT_OF), file(organization, nights, seconds + 0.25, "key-of-carol", **BACK_OF)]


def summary(proofs):
    """(organizations, nights ago, whether it opened, whether it is known as the newest) of each, and how many runs were unread."""
    shown = [("+".join(proof.organizations), round((NIGHT - proof.date) / DAY), proof.archive is not None, proof.newest) for proof in proofs]
    (unread,) = {proof.unread for proof in proofs}
    return shown, unread


@pytest.mark.parametrize("files, expected, unread", [
    # one after the other, each night
    ([file("A"), file("B", 0, 3600), file("A", 1), file("B", 1, 3600)], [("A", 0, True, True), ("B", 0, True, True)], 0),
    # in the same second
    ([file("A"), file("B", 0, 0.5)], [("A", 0, True, True), ("B", 0, True, True)], 0),
    ([*halves("A"), *halves("B", 0, 0.5)], [("A", 0, True, True), ("B", 0, True, True)], 0),
    ([*halves("A"), *halves("B", 0, 3600), *halves("A", 1)], [("A", 0, True, True), ("B", 0, True, True)], 0),
    # one that ran long ago
    ([file("A", night) for night in range(9)] + [file("B", 9)], [("A", 0, True, True), ("B", 9, True, True)], 0),
    # a half without its other is of a known organization, and says nothing of others
    ([file("A", **FRONT_OF), file("B", 0, 3600)], [("A", 0, False, True), ("B", 0, True, True)], 0),
    ([file("A", **FRONT_OF), file("A", 0, 0.25, "nobody's", **BACK_OF), file("B", 0, 3600)], [("A", 0, False, True), ("B", 0, True, True)], 0),
    # what does not open may be of anybody whose run is older, not of whom has one at that time
    ([file("A"), file("B", 0, 0.5, "nobody's")], [("A", 0, True, True), ("", 0, False, True)], 0),
    ([file("A", 0, 0, "nobody's"), file("B", 0, 3600), file("A", 1)], [("", 0, False, True), ("B", 0, True, False), ("A", 1, True, False)], 0),
    ([file("A"), file("B", 0, 3600, "nobody's"), file("A", 1), file("B", 1, 3600, "nobody's")], [("A", 0, True, True), ("", 0, False, True)], 2),
    # keys were changed: the older ones tell nothing
    ([file("A"), file("A", 1, 0, "nobody's"), file("A", 2, 0, "nobody's")], [("A", 0, True, True)], 2),
    ([file("A", night, 0, "nobody's") for night in range(3)], [("", 0, False, True)], 2),
    # a workbook that names no organization is nobody's, and may be anybody's
    ([file("", layout="3.10"), file("A", 1), file("", 2)], [("", 0, True, True), ("A", 1, True, False)], 0),
    # several in one: only those that are new count
    ([file("A"), file("A+B", 1), file("B+C", 2)], [("A", 0, True, True), ("B", 1, True, True), ("C", 2, True, True)], 0),
    # after an upgrade the id is not told any more; a name may have been changed, while the id stays
    ([file("A"), file("A", 1, layout="3.10"), file("B", 2, layout="3.10")], [("A", 0, True, True), ("B", 2, True, True)], 0),
    ([file("A", layout="3.10"), file("Old name of A", 1, layout="3.10")], [("A", 0, True, True)], 0),
    # a copy for another recipient is no other run
    ([file("A"), file("A", 0, 0.5, "nobody's", workbook=NIGHT), file("A", 1)], [("A", 0, True, True)], 0),
])
def test_the_newest_of_each_organization_is_opened(tmp_path, files, expected, unread):
    proofs, _made = proved(tmp_path, *files)
    assert summary(proofs) == (expected, unread)


@pytest.mark.parametrize("files, expected, unread", [
    # sending the front to everybody took minutes; others ran meanwhile
    ([file("A", 0, 0, **BACK_OF), file("A", 0, 900, "key-of-carol", **FRONT_OF)], [("A", 0, True, True)], 0),
    ([file("A", 0, 0, **BACK_OF), file("B", 0, 400), file("A", 0, 900, **FRONT_OF), file("A", 1)], [("A", 0, True, True), ("B", 0, True, True)], 0),
    # that of another run, or of another organization, is no half of this one
    ([file("A", 0, 0, **BACK_OF), file("A", 0, 900, **BACK_OF), file("A", 0, 900.5, **FRONT_OF)], [("A", 0, False, True)], 0),
    ([file("A", 0, 0, **BACK_OF), file("A", 0, 900)], [("A", 0, False, True)], 0),
    ([file("A", 0, 0, **BACK_OF), file("B", 0, 900, **FRONT_OF)], [("A", 0, False, True), ("B", 0, False, True)], 0),
    ([file("A", 0, 0, **BACK_OF), file("A", 1, **FRONT_OF)], [("A", 0, False, True)], 0),
    # what does not open may be it
    ([file("A", 0, 0, **BACK_OF), file("A", 0, 900, "nobody's", **FRONT_OF)], [("A", 0, False, True)], 1),
    # copies of one workbook, sent one after the other: the newest is locked
    ([file("A", 0, 0, "nobody's", workbook=NIGHT), file("A", 0, 400, workbook=NIGHT), file("A", 0, 800, "key-of-carol", workbook=NIGHT)],
     [("A", 0, True, True)], 0),
])
def test_a_run_that_was_sent_slowly_is_one_run(tmp_path, files, expected, unread):
    proofs, made = proved(tmp_path, *files)
    assert summary(proofs) == (expected, unread)
    opened = [proof for proof in proofs if proof.archive and proof.archive.part == "joined"]
    assert all(account.secret == ACCOUNT.secret for proof in opened for account in proof.archive.accounts)
    assert all({Path(file.path).name for file in proof.files} == {Path(made[0]).name, Path(made[-1 if len(made) == 2 else 2]).name} for proof in opened)
    if unread:
        assert made[1] in proofs[0].error and "the password is wrong." in proofs[0].error


def test_how_far_back_is_looked_is_bounded_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(_folder, "MOST_RUNS", 3)
    files = [file("A", 0), file("B", 1), *(file("A", night) for night in range(2, 5)), file("C", 5), file("A", 6)]
    assert summary(proved(tmp_path, *files)[0]) == ([("A", 0, True, True), ("B", 1, True, True)], 2)


def test_only_a_glance_is_cast_at_older_runs(tmp_path, monkeypatch):
    """They may be as large as the newest, and there may be many."""
    glances = []
    read = _folder._archive.read
    monkeypatch.setattr(_folder._archive, "read", lambda path, password, glance: glances.append(glance) or read(path, password, glance))
    proved(tmp_path, *(file("A", night) for night in range(4)))
    assert glances == [False, True, True, True]


def test_an_index_tells_the_organization_that_a_workbook_does_not(tmp_path):
    def complete(archive):
        return archive._replace(accounts=[account._replace(organization_id=IDS["B"], organization="B") for account in archive.accounts])

    proofs, _made = proved(tmp_path, file(""), file("", 1), complete=complete)
    assert summary(proofs) == ([("B", 0, True, True)], 0)


@pytest.mark.parametrize("text, expected", [("90m", 5400), ("26h", 93600), (" 8d ", 691200), ("2w", 1209600), ("0s", 0)])
def test_lengths_of_time_are_read(text, expected):
    assert _duration.seconds(text, "max_age") == expected


@pytest.mark.parametrize("text", ["", "26", "h", "1y", "-1d", "1.5h", "1d 2h", "٣d", "1234567d"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(BadInput, match="max_age must be a number with a unit"):
        _duration.seconds(text, "max_age")


@pytest.mark.parametrize("seconds, words", [
    (5, "5 seconds"), (119, "119 seconds"), (120, "2 minutes"), (7200, "2 hours"), (86400, "24 hours"), (200000, "2 days"),
])
def test_lengths_of_time_in_words(seconds, words):
    assert _duration.words(seconds) == words
