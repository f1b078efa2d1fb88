# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of backups: the newest run of each plan, and whose key opened it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import duration as _duration
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import folder as _folder
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

from tests.archives import maker

ACCOUNT = maker.Account("web", "root", "Secret-of-root")
KEYS = [_folder.Key("alice", "key-of-alice"), _folder.Key("carol", "key-of-carol")]


def put(folder, plan, moment, password=None, divide=str, place=""):
    path = folder / place / maker.name(plan, moment)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(maker.archive("4.10.19", [ACCOUNT], password, divide, plan, moment))
    return str(path)


def test_only_the_newest_run_of_each_plan_counts(tmp_path):
    put(tmp_path, "a", 1795600000.5)
    new = [put(tmp_path, "a", 1795686400.5, place="x"), put(tmp_path, "a", 1795686399.5, place="y/z")]
    other = put(tmp_path, "b-2", 1795600000.5)
    (tmp_path / "notes.zip").write_bytes(b"")
    (tmp_path / "a-20261126-053035-1795699999.xlsx").write_bytes(b"")
    assert _folder.newest_runs(str(tmp_path)) == {"a": [(1795686400.5, new[0]), (1795686399.5, new[1])], "b-2": [(1795600000.5, other)]}


def test_a_folder_that_is_none_or_too_full_is_told(tmp_path, monkeypatch):
    with pytest.raises(BadArchive, match="there is no such folder"):
        _folder.newest_runs(str(tmp_path / "gone"))
    monkeypatch.setattr(_folder, "MOST_FILES", 1)
    for name in "ab":
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(BadArchive, match="more than 1 files"):
        _folder.newest_runs(str(tmp_path))


@pytest.mark.parametrize("files, part, holders", [
    ([("key-of-alice", str)], "whole", ["alice"]), ([("key-of-carol", str)], "whole", ["carol"]), ([(None, str)], "whole", [None]),
    ([("key-of-alice", maker.front), ("key-of-carol", maker.back)], "joined", ["alice", "carol"]),
    ([("nobody's", str), ("key-of-carol", str)], "whole", [None, "carol"]),
])
def test_every_key_is_tried_and_the_one_that_fits_is_told(tmp_path, files, part, holders):
    run = [(1795686400.5 + number, put(tmp_path, "a", 1795686400.5 + number, password, divide)) for number, (password, divide) in enumerate(files)]
    proof = _folder.prove("a", run, KEYS)
    assert (proof.archive.part, proof.error, [file.holder for file in proof.files]) == (part, "", holders)
    assert [account.secret for account in proof.archive.accounts] == [ACCOUNT.secret]
    assert proof.files[0].sha256 == hashlib.sha256(Path(run[0][1]).read_bytes()).hexdigest()


@pytest.mark.parametrize("files, words", [
    ([("nobody's", str)], "the password is wrong."), ([("key-of-alice", maker.front)], "Only the front half of the backup is there."),
    ([("key-of-alice", maker.front), ("nobody's", maker.back)], "the password is wrong."),
])
def test_why_a_run_cannot_be_used_is_told(tmp_path, files, words):
    run = [(1795686400.5 + number, put(tmp_path, "a", 1795686400.5 + number, password, divide)) for number, (password, divide) in enumerate(files)]
    proof = _folder.prove("a", run, KEYS)
    assert proof.archive is None and proof.error.endswith(words)
    assert "key-of" not in repr(proof) + repr(KEYS)


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
