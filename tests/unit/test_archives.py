# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opening, reading and joining backups: real ones, generated ones, damaged ones, and those that somebody made up to do harm."""

from __future__ import annotations

import builtins
import io
import json
import os
import re
import stat
import sys
import tracemalloc
import traceback
import zipfile
from pathlib import Path

import pytest
import pyzipper
from ansible_collections.jumpserver.accounts.plugins.module_utils import _packages
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive as _archive, faults as _faults, layout as _layout
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import workbook as _workbook, zipped as _zipped
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.zipped import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import in_utc
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from hypothesis import given, settings, strategies as st

from tests.archives import maker

REAL = Path(__file__).resolve().parent.parent / "archives" / "real"
MANIFEST = json.loads((REAL / "manifest.json").read_text(encoding="utf-8"))
FILES = {entry["file"]: entry for entry in MANIFEST["files"]}
WHOLE = [name for name, entry in FILES.items() if entry["part"] == "whole"]
HALVES = sorted(entry["server"] for entry in FILES.values() if entry["part"] == "front")
LAYOUTS = sorted(maker.LAYOUTS)
CANARY = "canary-secret-9b2e"
PASSWORD = "canary-zip-password"

# whatever XML and a spreadsheet can hold; control characters are left to the writers that can write them
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff") | st.sampled_from("*=_x005F\n\t"), max_size=40)


def real(name):
    return _archive.read(str(REAL / name), FILES[name]["password"])


def written(folder, content, name="nightly-20261126-053122-1795642282.5.zip"):
    path = folder / name
    path.write_bytes(content)
    return str(path)


def reason(*arguments):
    """The sentence that refuses a file, which holds no secret, nor do the frames and exceptions that hang on to it."""
    with pytest.raises(BadArchive) as caught:
        _archive.read(*arguments)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    for text in traceback.format_exception(BadArchive, caught.value, caught.tb):
        assert CANARY not in text and PASSWORD not in text
    return str(caught.value)


def says(text, words):
    """Whether a sentence says this of its file, and then what to do."""
    begin, found, advice = text.partition(": %s " % words)
    return bool(begin and found) and re.fullmatch(r"[A-Z].+\.", advice) is not None


def told(accounts):
    return sorted((account.asset, account.address, account.username, account.secret_type, account.secret, account.privileged) for account in accounts)


def true(server, named):
    return sorted(
        (*((account["asset"], account["address"]) if named else (None, None)), account["username"], account["secret_type"], account["secret"],
         account["privileged"]) for account in MANIFEST["accounts"][server])


# real ones


@pytest.mark.parametrize("name", FILES)
def test_a_real_backup_is_what_is_true_of_it(name):
    entry, archive = FILES[name], real(name)
    assert (archive.plan, archive.part, archive.encrypted, archive.names_machines, archive.by_type) == (
        entry["plan"], entry["part"], entry["encrypted"], entry["names_machines"], entry["sheets"])
    assert archive.by_organization == {MANIFEST["organization"]["name"]: 11}
    assert {account.organization_id for account in archive.accounts} == {MANIFEST["organization"]["id"] if entry["server"] != "4.10.19" else None}
    assert [account.username for account in archive.without_secret] == ["empty"]
    # the workbook is made just before the file
    assert abs(archive.date - _archive.plan_and_time(entry["named"])[1]) < 1


@pytest.mark.parametrize("name", WHOLE)
def test_every_secret_of_a_real_backup_is_read(name):
    archive = real(name)
    assert told(archive.accounts) == true(FILES[name]["server"], archive.names_machines)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("server", HALVES)
def test_real_halves_make_the_whole_in_any_order(server, swapped):
    halves = [name for name, entry in FILES.items() if entry["server"] == server and entry["part"] in ("front", "back")]
    archive = _archive.read_all([(str(REAL / name), FILES[name]["password"]) for name in sorted(halves, reverse=swapped)])
    assert (archive.part, archive.unpaired, archive.encrypted) == ("joined", [], True)
    assert told(archive.accounts) == true(server, archive.names_machines)


@pytest.mark.parametrize("name", FILES)
def test_columns_are_found_by_their_shape_in_any_language(name, monkeypatch):
    found = real(name).accounts
    monkeypatch.setattr(_layout, "LABELS", dict.fromkeys(_layout.LABELS, ()))
    assert real(name).accounts == found


def named_archive(names):
    return [(str(REAL / name), FILES[name]["password"]) for name in names]


@pytest.mark.parametrize("names, words", [
    (["3.8.2-halves-alice.zip", "3.8.2-halves-alice.zip"], "both are the front half"),
    (["3.8.2-halves-carol.zip", "3.10.23-halves-carol.zip"], "both are the back half"),
    (["3.8.2-whole-alice.zip", "3.5.7-whole-alice.zip"], "both are whole"),
    (["3.8.2-whole-alice.zip", "3.8.2-halves-carol.zip"], "one is whole, the other the back half"),
    (["3.8.2-halves-alice.zip", "4.10.16-halves-carol.zip"], "different plans, 'bg-halves' and 'bg-4.10.16-halves'"),
    (["3.8.2-halves-alice.zip", "3.10.23-halves-carol.zip"], "different runs, 2026-11-25T21:37:00Z and 2026-11-25T21:30:35Z"),
    (["4.10.19-halves-carol.zip", "3.10.23-halves-alice.zip"], "no account in common"),
    (["3.8.2-halves-alice.zip", "3.8.2-halves-carol.zip", "3.8.2-whole-alice.zip"], "not 3 files"),
    ([], "not 0 files"),
])
def test_files_that_are_not_the_halves_of_one_run_are_refused(names, words):
    with pytest.raises(BadArchive) as caught:
        _archive.read_all(named_archive(names))
    assert words in str(caught.value)
    assert all(account["secret"] not in str(caught.value) for account in MANIFEST["accounts"]["3.8.2"] if len(account["secret"]) > 1)


# generated ones


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_maker_writes_what_the_servers_write(tmp_path, layout, language):
    """Its columns are those of the real backup of that version, so that what it makes proves something."""
    server = {"3.5": "3.5.7", "3.8": "3.8.2", "3.10": "3.10.23"}.get(layout, layout)
    (name,) = [name for name in WHOLE if name.startswith(server + "-whole")]
    book = _zipped.open_archive(str(REAL / name), FILES[name]["password"])
    heading = next(next(_workbook.sheets(book.data, "")).rows)
    made = maker.cells(layout, language, [maker.Account("web", "root", "x")])[0][1][0]
    assert len(made) == len([label for label in heading if label])
    if language == ("en" if layout == "4.10.19" else "zh"):
        assert tuple(made) == tuple(label for label in heading if label)
    archive = _archive.read(written(tmp_path, maker.archive(layout, [maker.Account("web", "root", "x", privileged=True)], language=language)))
    (account,) = archive.accounts
    assert (account.username, account.secret, account.privileged, account.updated) == ("root", "x", True, maker.DATES[1])
    assert account.organization == "应急 Break Glass"
    assert archive.names_machines == (layout != "4.10.19")


@given(TEXT)
def test_split_and_join_is_the_identity_for_every_secret(secret):
    front, back = _archive.split(secret)
    assert (front, back) == (maker.front(secret), maker.back(secret))
    assert _archive.join_secret(front, back) == secret
    if secret:
        assert _archive.is_front(front) and _archive.is_back(back)


@given(TEXT, TEXT)
def test_halves_of_two_secrets_are_never_joined_to_a_third_of_another_length(one, other):
    joined = _archive.join_secret(maker.front(one), maker.back(other))
    assert joined is None or (len(joined) == len(one) and len(one) // 2 == len(other) // 2 + (len(one) // 2 - len(other) // 2))
    if joined is not None and one == other:
        assert joined == one


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=20)
@given(secrets=st.lists(TEXT.filter(lambda text: text != "None"), min_size=1, max_size=8))
def test_every_secret_survives_the_way_through_two_files(tmp_path_factory, layout, secrets):
    folder = tmp_path_factory.mktemp("halves")
    accounts = [maker.Account("web-%d" % number, "root", secret) for number, secret in enumerate(secrets)]
    paths = [
        (written(folder, maker.archive(layout, accounts[::step], divide=divide, moment=moment), "%s.zip" % divide.__name__), None)
        for divide, step, moment in ((maker.front, 1, 1795642282.1), (maker.back, -1, 1795642282.3))]
    whole = written(folder, maker.archive(layout, accounts), "whole.zip")
    read = sorted((account.key, account.secret) for account in _archive.read(whole).accounts)
    assert sorted(secret for _key, secret in read) == sorted(secrets)
    if any(secrets):
        joined = _archive.read_all(paths)
        assert sorted((account.key, account.secret) for account in joined.accounts) == read
        assert not joined.unpaired


@pytest.mark.parametrize("layout", ["3.10", "4.10.16", "4.10.19"])
@pytest.mark.parametrize("secret", [
    "a\r\nb\r\n", "\x07bell", "_x0041_", "_x005F_", "ax005F_b", "_x000D_", "_x0041_x0042_", "x005F_", " blanks ", "\ttab", "#N/A", "00123", "1e5", "TRUE",
    "=1+1", "'quoted", "@x", "+1", "<b>&amp;</b>", "https://example.com", "A" * 32767,
])
def test_odd_secrets_are_read_as_they_are(tmp_path, layout, secret):
    (account,) = _archive.read(written(tmp_path, maker.archive(layout, [maker.Account("web", "root", secret)]))).accounts
    assert account.secret == secret


@pytest.mark.parametrize("layout", ["3.5", "3.8"])
@pytest.mark.parametrize("secret", ["_x0041_", "_x005F_", "ax005F_b", " blanks ", "\ttab", "#N/A", "00123", "=", "=1+1", "=A1", "==", "= 1", "<b>&amp;</b>"])
def test_odd_secrets_of_older_servers_are_read_as_they_are(tmp_path, layout, secret):
    (account,) = _archive.read(written(tmp_path, maker.archive(layout, [maker.Account("web", "root", secret)]))).accounts
    assert account.secret == secret


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("changed", [{"updated": "2026/11/26 05:31:23 +0800"}, {"version": "2"}], ids=["by somebody", "by a template"])
def test_a_secret_that_was_changed_between_the_halves_is_not_put_together(tmp_path, layout, changed):
    """Of the same length, so that only the date of the change tells; where a template hands its secret on to its accounts, only the number of the version."""
    before = [maker.Account("web", "root", "Before-1"), maker.Account("db", "root", "Same-one")]
    after = [before[0]._replace(secret="After-12", **changed), before[1]]
    archive = _archive.read_all([
        (written(tmp_path, maker.archive(layout, before, divide=maker.front, moment=1795642282.1), "1.zip"), None),
        (written(tmp_path, maker.archive(layout, after, divide=maker.back, moment=1795642283.1), "2.zip"), None)])
    assert [account.secret for account in archive.accounts] == ["Same-one"]
    assert len(archive.unpaired) == 1


@pytest.mark.parametrize("seconds, joined", [(0, True), (-30, True), (61, True), (1800, True), (3590, True), (3610, False), (-70, False), (86400, False)])
def test_halves_of_one_run_may_be_as_far_apart_as_a_run_can_last(tmp_path, seconds, joined):
    """All that get the front are sent it before the back is made, and JumpServer stops a run after an hour."""
    account, moment = maker.Account("web", "root", "Secret-1"), 1795642282.5
    paths = [
        (written(tmp_path, maker.archive("4.10.19", [account], divide=maker.front, moment=moment), "1.zip"), None),
        (written(tmp_path, maker.archive("4.10.19", [account], divide=maker.back, moment=moment + seconds), "2.zip"), None)]
    if joined:
        assert [found.secret for found in _archive.read_all(paths).accounts] == ["Secret-1"]
    else:
        with pytest.raises(BadArchive, match="different runs"):
            _archive.read_all(paths)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_word_for_nothing_is_told_from_a_password_of_that_word(tmp_path, layout):
    """But in a whole file of an old server, where the two look the same."""
    word, nothing, empty = (maker.Account("web", name, secret) for name, secret in (("word", "None"), ("nothing", None), ("empty", "")))
    paths = [
        (written(tmp_path, maker.archive(layout, [word, nothing, empty], divide=divide), "%s.zip" % divide.__name__), None)
        for divide in (maker.front, maker.back, str)]
    assert [account.secret for account in _archive.read_all(paths[:2]).accounts] == ["None", "", ""]
    assert [account.secret for account in _archive.read_all(paths[2:]).accounts] == ["None" if layout.startswith("4") else "", "", ""]


def test_accounts_that_only_one_half_has_are_told(tmp_path):
    accounts = [maker.Account("web", name, "Secret-%s" % name) for name in ("a", "b", "c")]
    archive = _archive.read_all([
        (written(tmp_path, maker.archive("4.10.16", accounts[:2], divide=maker.front), "1.zip"), None),
        (written(tmp_path, maker.archive("4.10.16", accounts[1:], divide=maker.back), "2.zip"), None)])
    assert [account.username for account in archive.accounts] == ["b"]
    assert sorted(account.username for account in archive.unpaired) == ["a", "c"]


def test_a_key_that_comes_twice_is_not_guessed_at(tmp_path):
    twice = [maker.Account("web", "root", "Secret-1"), maker.Account("web", "root", "Secret-2"), maker.Account("db", "root", "Secret-3")]
    archive = _archive.read_all([
        (written(tmp_path, maker.archive("4.10.16", twice, divide=maker.front), "1.zip"), None),
        (written(tmp_path, maker.archive("4.10.16", twice[::-1], divide=maker.back), "2.zip"), None)])
    assert [account.secret for account in archive.accounts] == ["Secret-3"]
    assert len(archive.unpaired) == 4


def test_organizations_and_types_are_counted(tmp_path):
    accounts = [
        maker.Account("web", "root", "1"), maker.Account("db", "root", "2", type=("mysql", "MySQL")),
        maker.Account("db", "dba", "", type=("mysql", "MySQL"), organization="研发", organization_id="dddddddd-0000-4000-8000-00000000000d")]
    archive = _archive.read(written(tmp_path, maker.archive("3.10", accounts)))
    assert archive.by_type == {"Linux": 1, "MySQL": 2}
    assert archive.by_organization == {"应急 Break Glass": 2, "研发": 1}
    assert [account.username for account in archive.without_secret] == ["dba"]


@pytest.mark.parametrize("name, plan, date", [
    ("a-b-2026-11-26 05:37:05-1795642625.093073.zip", "a-b", 1795642625.093073), ("每日/备份-20261126-053035-1795642235.6.xlsx", "备份", 1795642235.6),
    ("{{ x }}-20261126-053035-1795642235.zip", "{{ x }}", 1795642235.0), ("backup.zip", None, None), ("x-20261126-053035-99999999999999.zip", None, None),
    ("..\\x-20261126-053035-1.zip", "x", 1.0), ("", None, None),
])
def test_plan_and_time_are_in_the_name(name, plan, date):
    assert _archive.plan_and_time(name) == (plan, date)


def test_a_renamed_file_still_knows_its_plan_and_time(tmp_path):
    archive = _archive.read(written(tmp_path, maker.archive("4.10.19", [maker.Account("web", "root", "x")]), "renamed.zip"))
    assert (archive.plan, archive.date) == ("nightly", 1795642282.5)
    assert in_utc(archive.date) == "2026-11-25T21:31:22Z"


# damaged ones

WRONG = "Wrong-password-1"


@pytest.mark.parametrize("name", [name for name, entry in FILES.items() if entry["encrypted"]])
def test_a_wrong_password_is_told(name):
    assert says(reason(str(REAL / name), WRONG), "the password is wrong.")
    assert says(reason(str(REAL / name), None), "it is encrypted, so its password is needed.")
    assert says(reason(str(REAL / name), ""), "it is encrypted, so its password is needed.")


@pytest.mark.parametrize("password", [123456, 1.5, True, ["x"], {"a": 1}, b"x"])
def test_a_password_that_is_no_text_is_refused(password):
    said = reason(str(REAL / WHOLE[0]), password)
    assert "put it in quotes" in said and repr(password) not in said


def outcome(path, password):
    """What came of a damaged file: its accounts, or None where a sentence refused it."""
    try:
        return told(_archive.read(path, password).accounts)
    except BadArchive as error:
        assert error.__cause__ is None and error.__context__ is None
        return None


@pytest.mark.parametrize("name", ["4.10.19-whole-alice.zip", "3.5.7-whole-alice.zip", "3.10.23-sftp-plain-sftp.zip"])
@given(data=st.data())
def test_a_file_that_was_cut_off_is_refused(tmp_path_factory, name, data):
    content = (REAL / name).read_bytes()
    cut = data.draw(st.integers(0, len(content) - 1))
    assert outcome(written(tmp_path_factory.mktemp("cut"), content[:cut]), FILES[name]["password"]) is None


@pytest.mark.parametrize("name", ["4.10.19-whole-alice.zip", "3.5.7-whole-alice.zip", "3.10.23-sftp-plain-sftp.zip"])
@given(data=st.data())
def test_a_flipped_bit_is_refused_or_does_no_harm(tmp_path_factory, name, data):
    """It may hit the file's name or date, which nothing proves. Under AES no content can be forged; a plain ZIP has a CRC, which any one bit breaks."""
    content = bytearray((REAL / name).read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    found = outcome(written(tmp_path_factory.mktemp("flipped"), bytes(content)), FILES[name]["password"])
    assert found is None or found == told(real(name).accounts)


@pytest.mark.parametrize("content, words", [
    (b"", "it is empty, so it is no ZIP file."), (b"hello", "it is no ZIP file."), (b"PK\x03\x04 and no more", "it is damaged or was cut off."),
    (b"Rar!\x1a\x07\x00", "it is no ZIP file."), (b"\x00" * 100000, "it is no ZIP file."),
])
def test_what_is_no_backup_is_told(tmp_path, content, words):
    assert says(reason(written(tmp_path, content)), words)


def zip_of(members, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


BOOK = maker.workbook("4.10.19", "en", [maker.Account("web", "root", CANARY)])
LINK = zipfile.ZipInfo("a.xlsx")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize("members", [
    [], [("a.xlsx", BOOK), ("b.xlsx", BOOK)], [("a.txt", b"x")], [("folder/", b"")], [("a.xlsx/", b"")], [(LINK, b"/etc/passwd")],
], ids=["empty", "two", "another kind", "folder", "folder like a workbook", "link"])
def test_a_zip_of_something_else_is_no_backup(tmp_path, members):
    assert "which is a ZIP file with one workbook in it" in reason(written(tmp_path, zip_of(members)))


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.xlsx", "/etc/x.xlsx", "C:\\x.xlsx", "a\\..\\b.xlsx"])
def test_the_name_in_the_zip_leads_nowhere(tmp_path, name):
    before = set(tmp_path.parent.rglob("*"))
    archive = _archive.read(written(tmp_path, zip_of([(name, BOOK)])))
    assert [account.secret for account in archive.accounts] == [CANARY]
    assert set(tmp_path.parent.rglob("*")) - before == {tmp_path / "nightly-20261126-053122-1795642282.5.zip"}


def test_compression_and_encryption_that_jumpserver_does_not_use_are_refused(tmp_path):
    assert "packed in a way" in reason(written(tmp_path, zip_of([("a.xlsx", BOOK)], zipfile.ZIP_BZIP2)))
    content = bytearray(zip_of([("a.xlsx", BOOK)]))
    for header in (b"PK\x03\x04", b"PK\x01\x02"):
        content[content.index(header) + (6 if header.endswith(b"\x04") else 8)] |= 1
    assert "packed in a way" in reason(written(tmp_path, bytes(content)), PASSWORD)


@pytest.mark.parametrize("compression, megabytes", [(zipfile.ZIP_DEFLATED, 128), (zipfile.ZIP_LZMA, 128)])
def test_a_bomb_is_stopped_within_bounds(tmp_path, monkeypatch, compression, megabytes):
    """A lot of nothing, announced as such, and announced as little."""
    size = megabytes << 20
    monkeypatch.setattr(_zipped, "LARGEST_WORKBOOK", 1 << 20)
    bomb = zip_of([("a.xlsx", bytes(size))], compression)
    assert "more than the 1048576 that are read" in reason(written(tmp_path, bomb))
    honest = size.to_bytes(4, "little")
    path = written(tmp_path, bomb.replace(honest, (1 << 20).to_bytes(4, "little")))
    tracemalloc.start()
    try:
        assert says(reason(path), "it is damaged or was cut off.")
        assert tracemalloc.get_traced_memory()[1] < 80 << 20
    finally:
        tracemalloc.stop()


def book_with(**parts):
    """A workbook in which some parts are replaced, by their last names, and of which others are what they were."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for part in source.namelist():
            stem = Path(part).stem
            changed.writestr(part, parts.get(stem, source.read(part)))
    return zip_of([("nightly-20261126-053122-1.xlsx", target.getvalue())])


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">%s]><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&x9;</t></si></sst>'
    % "".join('<!ENTITY x%d "%s">' % (number, ("&x%d;" % (number - 1) if number else "&a;") * 10) for number in range(10)))


@pytest.mark.parametrize("parts", [
    {"sharedStrings": LAUGHS}, {"sharedStrings": LAUGHS.encode("utf-16")}, {"sheet1": LAUGHS}, {"workbook": LAUGHS}, {"[Content_Types]": LAUGHS},
    {"sharedStrings": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><sst/>'}, {"sharedStrings": b""}, {"sharedStrings": b"no XML"},
    {"workbook": b"<x/>"}, {"[Content_Types]": b"<Types/>"}, {"styles": b"<a><b/></a>" * 2}, {"theme1": b" " * (20 << 20)},
], ids=["laughs", "laughs in utf-16", "laughs in a sheet", "laughs in the book", "laughs in the list", "file", "nothing", "text", "another book",
        "no list", "two roots", "blanks"])
def test_a_workbook_that_is_none_is_told(tmp_path, parts):
    assert says(reason(written(tmp_path, book_with(**parts))), "there is no readable workbook in it.")


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def cell(place, text, kind="inlineStr"):
    inner = "<is><t>%s</t></is>" % text if kind == "inlineStr" else "<v>%s</v>" % text
    return '<c r="%s" t="%s">%s</c>' % (place, kind, inner)


def row_of(number, *cells):
    return '<row r="%d">%s</row>' % (number, "".join(cells))


IDENTIFIER = "a36c9839-f058-46a3-8229-dc01190a1d87"
HEADINGS = row_of(1, *(cell("ABCDE"[place] + "1", text) for place, text in enumerate(("Id", "Name", "Username", "Secret type", "Secret"))))


@pytest.mark.parametrize("rows, words", [
    (row_of(2, cell("A2", "no id"), cell("E2", CANARY)), "does not hold accounts"),
    (row_of(2, cell("A2", IDENTIFIER), cell("E2", "0123", "n")), "does not hold accounts"),
    (row_of(2, cell("A2", IDENTIFIER), cell("E2", "1", "b")), "does not hold accounts"),
    (row_of(2, cell("A2", "99999", "s")), "is damaged"), (row_of(2, cell("A2", "x", "n")), "is damaged"),
    ('<row r="x"></row>', "is damaged"),
    ('<row r="2"><c r="E2" t="array"><f t="array" ref="E2">%s</f></c><c r="A2" t="inlineStr"><is><t>%s</t></is></c></row>' % (CANARY, IDENTIFIER),
     "does not hold accounts"),
])
def test_a_sheet_that_jumpserver_did_not_write_is_told(tmp_path, rows, words):
    said = reason(written(tmp_path, book_with(sheet1=SHEET % (HEADINGS + rows))))
    assert words in said and "'Linux'" in said


@pytest.mark.parametrize("far", [1048576, 999999999999])
def test_a_far_row_is_not_waited_for(tmp_path, far):
    rows = row_of(2, cell("A2", IDENTIFIER), cell("E2", CANARY)) + row_of(far, cell("A%d" % far, IDENTIFIER))
    assert "is damaged" in reason(written(tmp_path, book_with(sheet1=SHEET % (HEADINGS + rows))))


def test_a_far_column_and_some_empty_rows_do_no_harm(tmp_path):
    rows = row_of(2, cell("A2", IDENTIFIER), cell("E2", "x"), cell("XFD2", "far")) + row_of(12, cell("A12", IDENTIFIER), cell("E12", "y"))
    archive = _archive.read(written(tmp_path, book_with(sheet1=SHEET % (HEADINGS + rows))))
    assert [account.secret for account in archive.accounts] == ["x", "y"]


def test_a_workbook_without_an_account_is_no_backup(tmp_path):
    assert "no account in it" in reason(written(tmp_path, book_with(sheet1=SHEET % HEADINGS)))


def test_a_sheet_that_swells_too_much_is_refused(tmp_path):
    assert "no readable workbook" in reason(written(tmp_path, book_with(sheet1=SHEET % (" " * (16 << 20)))))


def test_a_sheet_whose_announced_size_is_wrong_is_read_to_its_end(tmp_path):
    content = SHEET % (HEADINGS + row_of(2, cell("A2", IDENTIFIER), cell("E2", "x")))
    content = content.replace("<sheetData>", '<dimension ref="A1:A1"/><sheetData>')
    assert [account.secret for account in _archive.read(written(tmp_path, book_with(sheet1=content))).accounts] == ["x"]


# files that cannot be read


def test_a_path_that_is_no_file_is_told(tmp_path):
    assert says(reason(str(tmp_path)), "it is no file.")
    assert says(reason(str(tmp_path / "gone.zip")), "No such file or directory.")
    os.mkfifo(tmp_path / "pipe.zip")
    assert says(reason(str(tmp_path / "pipe.zip")), "it is no file.")


def test_a_file_without_permission_or_that_vanishes_is_told(tmp_path, monkeypatch):
    path = written(tmp_path, b"")
    for error in (PermissionError(13, "Permission denied"), FileNotFoundError(2, "No such file or directory")):
        def refuse(*_arguments, error=error, **_options):
            raise error

        monkeypatch.setattr(builtins, "open", refuse)
        assert says(reason(path), error.strerror + ".")


@pytest.mark.parametrize("package", ["pyzipper", "openpyxl"])
def test_a_missing_package_is_named(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(BadInput) as caught:
        _packages.require_those_of_archives()
    assert "Failed to import the required Python library (%s)" % package in str(caught.value)


def test_all_that_can_be_wrong_with_a_file_is_told_with_what_to_do():
    """Nothing in this floor refuses a file in another way, and each fault is met somewhere."""
    folder = Path(_faults.__file__).parent
    sources = {path.name: path.read_text(encoding="utf-8") for path in [*folder.glob("*.py"), folder.parent.parent / "plugin_utils" / "_opened.py"]}
    sources["faults.py"] = sources["faults.py"].replace("return UNREADABLE", "return _faults.UNREADABLE")
    sources["inventory"] = (folder.parent.parent / "inventory" / "backup_archive.py").read_text(encoding="utf-8")
    faults = {name: fault for name, fault in vars(_faults).items() if isinstance(fault, _faults.Fault)}
    used = {name for text in sources.values() for name in re.findall(r"_faults\.([A-Z_]+)", text)}
    assert used == set(faults)
    assert len(re.findall(r"BadArchive\(", "".join(sources.values()))) == sum(
        len(re.findall(r"BadArchive\([^\n]*(?:_faults\.[A-Z_]+|found|content)\b", text)) for text in sources.values()) + 1
    for words, advice in faults.values():
        assert not words.endswith(".") and re.fullmatch(r"[A-Z].*[^.]", advice)


# secrets stay where they are


@pytest.mark.parametrize("name", WHOLE[:3])
def test_nothing_is_written_anywhere(monkeypatch, name):
    opened = builtins.open

    def reading(file, mode="r", *arguments, **options):
        assert not set(mode) & set("wax+"), "%s was opened to be written" % file
        return opened(file, mode, *arguments, **options)

    monkeypatch.setattr(builtins, "open", reading)
    monkeypatch.setattr("tempfile.mkstemp", None)
    monkeypatch.setattr("tempfile.TemporaryFile", None)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
    assert len(real(name).accounts) == 11


def test_what_is_printed_by_accident_holds_no_secret():
    archive = _archive.read_all(named_archive([WHOLE[0]]))
    for text in (repr(archive), str(archive), repr(archive.accounts[0]), "%s" % (archive.accounts,)):
        assert not any(account["secret"] in text for account in MANIFEST["accounts"]["3.5.7"] if len(account["secret"]) > 1)


def test_pyzipper_alone_opens_what_the_maker_encrypts():
    with pyzipper.AESZipFile(io.BytesIO(maker.zipped("a.xlsx", BOOK, PASSWORD))) as archive:
        assert (archive.infolist()[0].compress_type, archive.infolist()[0].wz_aes_version) == (zipfile.ZIP_LZMA, 2)
        assert archive.read("a.xlsx", pwd=PASSWORD.encode()) == BOOK


@pytest.mark.parametrize("layout", sorted(maker.LAYOUTS))
@pytest.mark.parametrize("secret", ["a\r\nb", "x\r\ny\r\n\r\nz\r\n", "one\rtwo", "\r", "\r\n" * 9, "abc\r\nd\r\nefghi\r\nj\r\nk"])
def test_carriage_returns_stay_also_where_halves_are_joined(tmp_path, layout, secret):
    account = maker.Account("web", "root", secret)
    paths = []
    for name, divide in (("whole.zip", str), ("front.zip", maker.front), ("back.zip", maker.back)):
        (tmp_path / name).write_bytes(maker.archive(layout, [account, account._replace(username="ada", secret="even")], divide=divide))
        paths.append((str(tmp_path / name), None))
    assert [found.secret for found in _archive.read(*paths[0]).accounts] == [secret, "even"]
    joined = _archive.read_all(paths[1:])
    assert ([found.secret for found in joined.accounts], list(joined.unpaired)) == ([secret, "even"], [])


def test_a_path_that_no_file_can_have_is_told_in_one_sentence():
    with pytest.raises(BadArchive, match="no file can have such a name"):
        _archive.read("backup\0.zip", "x")
