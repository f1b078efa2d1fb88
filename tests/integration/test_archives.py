# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups opened by the module, laid beside the server, and the index that says which machines they belong to."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.archives import maker
from tests.integration.runner import search_for_secrets
from tests.integration.server import RESEARCH, TEAM_A

pytestmark = pytest.mark.versions("3.10", "4.10")

REAL = Path(__file__).resolve().parent.parent / "archives" / "real"
MANIFEST = json.loads((REAL / "manifest.json").read_text(encoding="utf-8"))
FILES = {entry["file"]: entry for entry in MANIFEST["files"]}
ACCOUNTS = "/api/v1/accounts/accounts/?limit=100"
CANARIES = ["canary-secret-%d-6c1e" % number for number in range(40)]
PASSWORD = "canary-of-the-zip-77"


OPENING = """\
- name: open
  jumpserver.accounts.backup_archive_info:
    archives: [{path: "{{ path }}", password: "{{ password }}"}]
    compare: true
  register: opened
- name: remember
  ansible.builtin.set_fact:
    opened: "{{ opened }}"
    cacheable: true
- name: wrong
  jumpserver.accounts.backup_archive_info:
    archives: [{path: "{{ path }}", password: "x{{ password }}"}]
"""


@pytest.fixture
def look(modules):
    """``look(*(path, password), **options)``: `backup_archive_info` without a server; no secret of a backup may be in what it prints."""

    def run(*archives, **options):
        given = [{"path": str(path), "password": password} for path, password in archives]
        result, text = modules.run("backup_archive_info", dict(archives=given, **options), {}, False, True)
        secrets = {account["secret"] for accounts in MANIFEST["accounts"].values() for account in accounts if len(account["secret"]) > 1}
        search_for_secrets([text], secrets | {password for _path, password in archives if isinstance(password, str)} | set(CANARIES))
        return result

    return run


def real(name):
    return REAL / name, FILES[name]["password"]


def layout(server):
    return "4.10.19" if server.since("4.10") else "3.10"


def accounts_of(server, organization="Default", kinds=("linux", "mysql", "windows")):
    """What the server backs up, with secrets that no test may see again."""
    rows = server.api("GET", ACCOUNTS, organization=organization).json()["results"]
    return [
        maker.Account(
            row["asset"]["name"], row["username"], secret, row["asset"]["address"], (row["asset"]["type"]["value"], row["asset"]["type"]["label"]),
            organization=row["org_name"], organization_id=row["org_id"], given_id=row["id"], given_asset_id=row["asset"]["id"])
        for row, secret in zip(rows, CANARIES) if row["asset"]["type"]["value"] in kinds]


@pytest.fixture
def backup(server, tmp_path):
    """``backup(accounts)``: the file that this version makes of them."""

    def write(accounts, plan="nightly", password=PASSWORD, **options):
        moment = time.time()
        path = tmp_path / maker.name(plan, moment)
        path.write_bytes(maker.archive(layout(server), accounts, password, plan=plan, moment=moment, **options))
        return path

    return write


# without JumpServer


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.versions("4.10")
def test_a_real_backup_is_counted_without_a_server(look, server, name):
    entry = FILES[name]
    result = look(real(name)).succeeded()
    assert not result.changed and (result["missing"], result["unknown"]) == ([], [])
    archive = result["archive"]
    assert {key: archive[key] for key in ("plan", "part", "encrypted", "names_machines", "accounts", "by_type", "by_organization", "unpaired")} == {
        "plan": entry["plan"], "part": entry["part"], "encrypted": entry["encrypted"], "names_machines": entry["names_machines"], "accounts": 11,
        "by_type": entry["sheets"], "by_organization": {MANIFEST["organization"]["name"]: 11}, "unpaired": []}
    assert archive["without_secret"] == [{
        "organization": MANIFEST["organization"]["name"], "asset": "bg-web-2" if entry["names_machines"] else None, "username": "empty"}]
    told = " ".join(result.warnings)
    assert ("half of a backup" in told) == (entry["part"] != "whole")
    assert ("not encrypted" in told) == (not entry["encrypted"])
    assert ("does not say which machines" in told) == (not entry["names_machines"])


@pytest.mark.versions("4.10")
def test_halves_are_put_together_and_old_backups_refused(look, server):
    halves = [real("4.10.16-halves-carol.zip"), real("4.10.16-halves-alice.zip")]
    assert look(*halves, max_age="999w").succeeded()["archive"]["part"] == "joined"
    result = look(*halves, max_age="0s")
    assert result.message.startswith("The backup of plan 'bg-4.10.16-halves' is too old: it was made ")
    assert result["archive"]["date"] == "2026-11-25T22:09:57Z"
    for text in ("26", "a week", "1y", "-1d", ""):
        message = look(*halves, max_age=text)
        assert text == "" or message.message == "max_age must be a number with a unit, such as 90m, 26h or 8d, not %r." % text


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("archives, words", [
    ([(REAL / "4.10.19-whole-alice.zip", "canary-of-a-wrong-password")], "the password is wrong."),
    ([(REAL / "4.10.19-whole-alice.zip", None)], "it is encrypted, so its password is needed."),
    ([(REAL / "manifest.json", None)], "it is no ZIP file."), ([(REAL / "gone.zip", None)], "No such file or directory."), ([(REAL, None)], "it is no file."),
    ([real("3.8.2-halves-alice.zip")] * 2, "both are the front half"), ([real("3.8.2-halves-alice.zip")] * 3, "not 3 files"), ([], "not 0 files"),
])
def test_what_cannot_be_opened_is_told_in_one_sentence(look, server, archives, words):
    result = look(*archives)
    assert words in result.message and "\n" not in result.message
    assert (result["archive"], result["missing"], result["unknown"]) == ({}, [], [])


@pytest.mark.versions("4.10")
@pytest.mark.parametrize("password", [1234567890, True, ["canary-in-a-list"]])
def test_a_password_that_is_no_text_is_refused_and_not_shown(look, server, password):
    result = look((REAL / "4.10.19-whole-alice.zip", password))
    assert "4.10.19-whole-alice.zip" in result.message and "must be text" in result.message
    assert not {"1234567890", "canary-in-a-list"} & set(result.message.replace("'", " ").split())


def test_a_password_is_never_shown_nor_anything_of_a_backup_written(server, playbook, backup, tmp_path):
    """The real ansible-playbook, as verbose as can be, with a fact cache and events; its temporary folder is looked at while it runs, by name."""
    server.create("nightly", types=["linux"], **{server.recipients_key: server.ids("alice")})
    path = backup(accounts_of(server, kinds=("linux",)))
    cache = tmp_path / "facts"
    run = playbook.run(
        OPENING, "-vvvv", ignore_errors=True, variables={"path": str(path), "password": PASSWORD},
        environment={"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(cache), "TMPDIR": str(tmp_path)})
    assert run["open"]["archive"]["accounts"] == 2 and run["open"]["missing"] == run["open"]["unknown"] == []
    assert "the password is wrong. Give" in run["wrong"].message
    texts = [run.stdout, run.stderr, json.dumps(run.tasks)] + [
        file.read_text(encoding="utf-8", errors="replace") for file in tmp_path.rglob("*") if file.is_file() and file != path and file.name != "playbook.yml"]
    assert any("by_organization" in text for text in texts[3:])
    search_for_secrets(texts, [*CANARIES, PASSWORD])


# beside JumpServer


@pytest.mark.versions("3.5", "3.8", "3.10", "4.10")
def test_a_backup_is_compared_with_the_accounts_that_its_plan_promises(server, call, tmp_path):
    server.create("nightly", types=["linux", "mysql"], **{server.recipients_key: server.ids("alice")})
    made = {"3.5": "3.5", "3.8": "3.8", "3.1": "3.10", "4.1": "4.10.19"}[server.version[:3]]
    accounts = accounts_of(server, kinds=("linux", "mysql"))
    ids = ["99999999-0000-4000-8000-00000000000%d" % number for number in (1, 2)]
    gone = accounts[0]._replace(asset="gone", username="ghost", given_id=ids[0], given_asset_id=ids[1])
    for label, content, missing, unknown in (
            ("same", accounts, [], []), ("less", accounts[1:], [accounts[0]], []), ("more", [*accounts, gone], [], [gone])):
        path = tmp_path / (label + ".zip")
        path.write_bytes(maker.archive(made, content, PASSWORD))
        result = call("backup_archive_info", archives=[{"path": str(path), "password": PASSWORD}], compare=True).succeeded()
        name = server.organizations_shown["Default"]
        assert result["missing"] == [{"organization": name, "asset": one.asset, "username": one.username} for one in missing]
        assert result["unknown"] == [
            {"organization": name, "asset": None if made == "4.10.19" else one.asset, "username": one.username} for one in unknown]


@pytest.mark.versions("3.5", "4.10")
@pytest.mark.parametrize("age, added", [(3600.5, 1), (-600.5, 0)])
def test_what_was_made_since_is_told_apart_from_what_is_missing(server, call, tmp_path, age, added):
    server.create("nightly", types=["linux"], **{server.recipients_key: server.ids("alice")})
    accounts = accounts_of(server, kinds=("linux",))
    path = tmp_path / "backup.zip"
    path.write_bytes(maker.archive("4.10.19" if server.since("4.10") else "3.5", accounts[1:], PASSWORD, moment=time.time() - age))
    result = call("backup_archive_info", archives=[{"path": str(path), "password": PASSWORD}], compare=True).succeeded()
    assert [account["asset"] for account in result["missing"]] == [accounts[0].asset] and result["added"] == result["missing"][:added]


def test_without_its_plan_a_backup_is_compared_with_all_accounts(server, call, backup):
    path = backup(accounts_of(server, kinds=("linux",)))
    result = call("backup_archive_info", archives=[{"path": str(path), "password": PASSWORD}], compare=True).succeeded()
    assert [account["asset"] for account in result["missing"]] == ["mysql-1"] * 2 + ["windows-1"] * 2
    assert "There is no backup plan 'nightly' in organization" in " ".join(result.warnings)


def test_comparing_needs_a_connection_and_the_right(server, call, look, backup):
    path = backup(accounts_of(server, TEAM_A))
    assert "api_url is missing" in look((path, PASSWORD), compare=True).message
    given = {"archives": [{"path": str(path), "password": PASSWORD}], "compare": True}
    assert call("backup_archive_info", user="plain", **given).message.startswith("Cannot list the accounts of organization 'Team-A': JumpServer answered 403")
    assert call("backup_archive_info", user="orgadmin", **given).succeeded()["missing"] == []
    unknown = backup([maker.Account("x", "y", "z", organization="nowhere", organization_id="99999999-0000-4000-8000-000000000009")])
    assert "does not know the organization" in call("backup_archive_info", archives=[{"path": str(unknown), "password": PASSWORD}], compare=True).message


# the index


def index_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_an_index_says_how_to_reach_each_account(server, call, tmp_path):
    path = tmp_path / "index.json"
    with server.counting() as seen:
        result = call("backup_index", organization=TEAM_A, path=str(path)).succeeded()
    assert result.changed and (result["accounts"], result["path"]) == (6, str(path)) and seen.unsafe == 0 and seen.total == 3
    index = index_of(path)
    assert index["server"] == server.url and index["date"].endswith("Z") and abs(time.time() - os.path.getmtime(path)) < 3600
    rows = {row["id"]: row for row in server.api("GET", ACCOUNTS, organization=TEAM_A).json()["results"]}
    assert {entry["id"] for entry in index["accounts"]} == set(rows)
    linux = [entry for entry in index["accounts"] if entry["asset"] == "linux-2"]
    assert [entry["username"] for entry in linux] == ["deploy", "root"]
    created = datetime.strptime(rows[linux[0]["id"]]["date_created"], "%Y/%m/%d %H:%M:%S %z").astimezone(timezone.utc)
    assert linux[0] == {
        "id": linux[0]["id"], "username": "deploy", "secret_type": "password", "privileged": False, "asset": "linux-2",
        "asset_id": rows[linux[0]["id"]]["asset"]["id"], "address": "10.20.0.1", "type": "linux", "organization": TEAM_A,
        "organization_id": server.organizations[TEAM_A], "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "protocols": [{"name": "ssh", "port": 22}]}
    assert (path.stat().st_mode & 0o777, [file.name for file in tmp_path.iterdir() if file.name.startswith(".index")]) == (0o600, [])


def test_an_index_is_written_again_only_when_it_says_something_else(server, call, tmp_path):
    path = tmp_path / "index.json"
    assert call("backup_index", path=str(path), check=True).succeeded().changed and not path.exists()
    assert call("backup_index", path=str(path)).succeeded().changed
    path.chmod(0o640)
    first = path.read_bytes()
    assert not call("backup_index", path=str(path)).succeeded().changed and path.read_bytes() == first
    assert call("backup_index", path=str(path), check=True, all_organizations=True).succeeded().changed and path.read_bytes() == first
    assert call("backup_index", path=str(path), all_organizations=True).succeeded().changed
    assert len(index_of(path)["accounts"]) == 24 and path.stat().st_mode & 0o777 == 0o640
    assert [entry["organization"] for entry in index_of(path)["accounts"]] == sorted(entry["organization"] for entry in index_of(path)["accounts"])
    path.write_text("{\"damaged", encoding="utf-8")
    result = call("backup_index", path=str(path)).succeeded()
    assert result.changed and "it is damaged, or no index. It is replaced." in " ".join(result.warnings)


def test_an_organization_administrator_writes_an_index_of_his_own(server, call, tmp_path):
    path = tmp_path / "index.json"
    assert call("backup_index", user="orgadmin", all_organizations=True, path=str(path)).succeeded()["accounts"] == 6
    assert {entry["organization"] for entry in index_of(path)["accounts"]} == {TEAM_A}
    assert "does not know the organization 'nowhere'" in call("backup_index", organization="nowhere", path=str(path)).message
    assert "answered 403" in call("backup_index", user="plain", path=str(path)).message
    assert {entry["organization"] for entry in index_of(path)["accounts"]} == {TEAM_A}


def test_an_index_that_cannot_be_written_or_read_is_told(server, call, look, backup, tmp_path):
    assert call("backup_index", path=str(tmp_path)).message == "Cannot read the index %s: it is no file. Give the path of the file itself." % tmp_path
    assert call("backup_index", path=str(tmp_path / "no" / "index.json")).message.endswith(
        "No such file or directory. Check that the folder is there, and that the user who runs this may write into it.")
    path = backup(accounts_of(server, kinds=("linux",)))
    for text, words in (
            ("{}", "was not written by"), ("[1]", "was not written by"), ("x", "it is damaged, or no index."), ("[" * 100000, "it is damaged, or no index."),
            ('{"format": "jumpserver.accounts index", "version": 2, "accounts": []}', "reads version 1"),
            ('{"format": "jumpserver.accounts index", "version": 1, "server": "x", "date": "x", "accounts": [1]}', "it is damaged.")):
        (tmp_path / "bad.json").write_text(text, encoding="utf-8")
        assert words in look((path, PASSWORD), index=str(tmp_path / "bad.json")).message
    assert "there is no such file." in look((path, PASSWORD), index=str(tmp_path / "gone.json")).message


def test_an_index_names_the_machines_of_a_backup(server, call, look, backup, tmp_path):
    """Even when JumpServer is gone: the second half of this test asks no server."""
    index = tmp_path / "index.json"
    call("backup_index", organization=RESEARCH, path=str(index)).succeeded()
    accounts = accounts_of(server, RESEARCH)
    path = backup([accounts[0]._replace(secret=""), *accounts[1:]])
    result = look((path, PASSWORD), index=str(index)).succeeded()
    assert result["archive"]["names_machines"] and result["archive"]["by_organization"] == {RESEARCH: 6}
    assert result["archive"]["without_secret"] == [{"organization": RESEARCH, "asset": accounts[0].asset, "username": accounts[0].username}]


@pytest.mark.versions("3.5", "3.8", "3.10", "4.10")
def test_what_a_run_delivered_is_whole_and_complete(server, call, tmp_path):
    """From the run to the proof: two halves where the version divides, one file where it does not."""
    halves = server.since("3.6")
    recipients = {"recipients_part_two": server.ids("carol")} if halves else {}
    server.create("nightly", types=["linux", "mysql"], **{server.recipients_key: server.ids("alice")}, **recipients)
    server.settings(start_delay=0, run_seconds=0)
    call("backup_plan_execute", name="nightly").succeeded()
    index = tmp_path / "index.json"
    call("backup_index", path=str(index)).succeeded()
    files = server.archives(tmp_path)
    assert [file.parent.name for file in files] == ["alice", "carol"][:1 + halves]
    archives = [{"path": str(file), "password": "Zip-" + file.parent.name} for file in files]
    result = call("backup_archive_info", archives=archives, index=str(index), compare=True, max_age="1h").succeeded()
    archive = result["archive"]
    assert (archive["plan"], archive["part"], archive["accounts"]) == ("nightly", "joined" if halves else "whole", 4)
    assert archive["by_type"] == {"Linux": 2, "MySQL": 2} and archive["names_machines"] and archive["unpaired"] == archive["without_secret"] == []
    assert result["missing"] == result["unknown"] == []
