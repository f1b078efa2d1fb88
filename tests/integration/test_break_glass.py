# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way back in: an inventory made of a backup, with JumpServer dead and a real SSH server to log in to."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncssh
import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import record as _record

from tests.archives import maker
from tests.integration.runner import BIN, neutral_environment, search_for_secrets
from tests.integration.server import RESEARCH
from tests.integration.ssh_server import Machine
from tests.toolbox.watch import Files, Processes

pytestmark = [pytest.mark.controller, pytest.mark.twice]

REAL = Path(__file__).resolve().parent.parent / "archives" / "real"
GOOD, STALE, TEMPLATE = "canary-good-1f0e", "canary-stale-2a9d", "canary {{ 7 * 7 }} {% x %} 3b8c"
ZIP = "canary-zip-of-the-inventory"
SECRETS = [GOOD, STALE, TEMPLATE, ZIP]
CONFIGURATION = """\
plugin: jumpserver.accounts.backup_archive
archives:
  - path: %s
    password: "{{ lookup('ansible.builtin.env', 'ZIP_PASSWORD') }}"
"""
CORE = tuple(
    int(number) for number in subprocess.run(
        [str(BIN / "python"), "-c", "from ansible.release import __version__ as v; print(v)"], stdout=subprocess.PIPE, check=True, encoding="utf-8",
    ).stdout.split(".")[:2])


def index_line(account, port, protocol="ssh"):
    return {
        "id": account.id, "username": account.username, "secret_type": account.secret_type, "privileged": account.privileged, "asset": account.asset,
        "asset_id": account.asset_id, "address": account.address, "type": account.type[0], "organization": account.organization,
        "organization_id": account.organization_id, "protocols": [{"name": protocol, "port": port}] if port else []}


def write(folder, accounts, layout="4.10.19", ports=None, more="", password=ZIP):
    """A backup with its index, and the inventory of them."""
    (folder / "backup.zip").write_bytes(maker.archive(layout, accounts, password))
    if ports is not None:
        lines = [index_line(account, ports.get(account.asset)) for account in accounts]
        index = {"format": "jumpserver.accounts index", "version": 1, "server": "https://jump.example.com", "date": "2026-11-26T00:00:00Z", "accounts": lines}
        (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
        more += "index: index.json\n"
    (folder / "group_vars").mkdir(exist_ok=True)
    (folder / "group_vars" / "jumpserver_linux.yml").write_text("ansible_connection: %s\n" % CONNECTION, encoding="utf-8")
    (folder / "breakglass.backup.yml").write_text("---\n" + CONFIGURATION % "backup.zip" + more, encoding="utf-8")


@pytest.fixture
def ansible(tmp_path):
    """``ansible("ansible-inventory", "--list")``: (output, errors); secrets may only be shown where ``shows`` allows it."""

    def run(program, *arguments, shows=(), password=ZIP, **environment):
        settings = dict(
            neutral_environment(tmp_path), ZIP_PASSWORD=password, ANSIBLE_HOST_KEY_CHECKING="false", ANSIBLE_DISPLAY_TRACEBACK="always", ANSIBLE_NOCOLOR="1",
            ANSIBLE_SSH_ARGS="-o ControlMaster=no -o UserKnownHostsFile=/dev/null -o PreferredAuthentications=publickey,password", **environment)
        process = subprocess.run(
            [str(BIN / program), "-i", "breakglass.backup.yml", *arguments], cwd=tmp_path, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", check=False)
        left = [file.read_text(encoding="utf-8", errors="replace") for file in tmp_path.rglob("*") if file.is_file() and file.suffix not in (".zip", ".log")]
        search_for_secrets([process.stdout, process.stderr, *left], set(SECRETS) - set(shows))
        return process

    return run


def plain(value):
    return value["__ansible_unsafe"] if set(value) == {"__ansible_unsafe"} else value


def listed(process):
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout, object_hook=plain)


# ansible-core before 2.19 needs the program sshpass for passwords of its ssh, which only root can install
CONNECTION = "ssh" if CORE >= (2, 19) else "paramiko_ssh"
MODULE = ["-e", "ansible_python_interpreter=%s" % (BIN / "python")]


@pytest.mark.parametrize("layout", ["3.10", "4.10.19"])
def test_ansible_gets_in_with_jumpserver_dead(tmp_path, ansible, layout):
    accounts = [maker.Account("web", "root", GOOD, "127.0.0.1", privileged=True), maker.Account("web", "ada", STALE, "127.0.0.1")]
    with Machine({"root": GOOD, "ada": "changed since"}) as machine:
        write(tmp_path, accounts, layout, {"web": machine.port})
        process = ansible("ansible", "web", "-vvvv", "-m", "ansible.builtin.ping", *MODULE)
        assert process.returncode == 0 and '"ping": "pong"' in process.stdout, process.stdout + process.stderr
        assert ("root", True) in machine.attempts and ("ada", False) not in machine.attempts
        write(tmp_path, accounts, layout, {"web": machine.port}, "accounts: [nobody, ada]\n")
        process = ansible("ansible", "web", "-vvvv", "-m", "ansible.builtin.ping", *MODULE)
        assert process.returncode != 0 and "UNREACHABLE" in process.stdout
        assert ("ada", False) in machine.attempts


@pytest.mark.every_core
def test_a_secret_that_looks_like_a_template_is_not_evaluated(tmp_path, ansible):
    with Machine({"root": TEMPLATE}) as machine:
        write(tmp_path, [maker.Account("{{ 1 + 1 }}", "root", TEMPLATE, "127.0.0.1")], "3.10", {"{{ 1 + 1 }}": machine.port})
        process = ansible("ansible", "all", "-m", "ansible.builtin.raw", "-a", "echo in")
        assert process.returncode == 0 and "in" in process.stdout.split(), process.stdout + process.stderr
    shown = ansible("ansible", "all", "-m", "ansible.builtin.debug", "-a", "msg={{ jumpserver_accounts[0].secret }}", shows=[TEMPLATE])
    assert TEMPLATE in shown.stdout
    assert "49" not in shown.stdout


def test_a_private_key_gets_in_where_ansible_can_take_it(tmp_path, ansible):
    """From ansible-core 2.19 on, by an agent; older ones take the password of another account."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    secret = key.export_private_key().decode()
    accounts = [maker.Account("web", "root", secret, "127.0.0.1", secret_type="ssh_key", privileged=True), maker.Account("web", "ada", GOOD, "127.0.0.1")]
    with Machine({"ada": GOOD}, {"root": key.export_public_key()}) as machine:
        write(tmp_path, accounts, ports={"web": machine.port})
        # the path of an agent's socket must be short
        with tempfile.TemporaryDirectory() as short:
            process = ansible(
                "ansible", "web", "-m", "ansible.builtin.raw", "-a", "echo in", ANSIBLE_SSH_AGENT="auto", ANSIBLE_LOCAL_TEMP=short)
        assert process.returncode == 0 and "in" in process.stdout.split(), process.stdout + process.stderr
        assert machine.attempts == ([] if CORE >= (2, 19) else [("ada", True)])
    assert secret.splitlines()[1] not in process.stdout + process.stderr


def test_keys_of_all_formats_get_in(tmp_path, ansible):
    """JumpServer makes and keeps keys in the older formats too, some with the line ends of Windows; an agent of Ansible takes that of OpenSSH only.

    An ansible-core that takes no key but in a file says so.
    """
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    texts = {form: key.export_private_key(form).decode() for form in ("pkcs1-pem", "pkcs8-pem", "openssh")}
    texts.update(windows=texts["pkcs1-pem"].replace("\n", "\r\n"), bare=texts["pkcs1-pem"].rstrip())
    accounts = [maker.Account(name, name, text, "127.0.0.1", secret_type="ssh_key") for name, text in texts.items()]
    accounts.append(maker.Account("locked", "locked", key.export_private_key("openssh", passphrase="x").decode(), "127.0.0.1", secret_type="ssh_key"))
    with Machine({}, dict.fromkeys([account.username for account in accounts], key.export_public_key())) as machine:
        write(tmp_path, accounts, "3.8", ports={account.asset: machine.port for account in accounts})
        with tempfile.TemporaryDirectory() as short:
            process = ansible(
                "ansible", "all", "-vvvv", "-m", "ansible.builtin.raw", "-a", "echo in", ANSIBLE_SSH_AGENT="auto", ANSIBLE_LOCAL_TEMP=short)
    assert set(re.findall(r"^(\S+) \| CHANGED", process.stdout, re.MULTILINE)) == (set(texts) if CORE >= (2, 19) else set()), process.stdout + process.stderr
    assert ("Key is password-protected" if CORE >= (2, 19) else "SSH keys need ansible-core 2.19") in process.stdout
    body = texts["openssh"].splitlines()[3]
    assert body not in process.stdout + process.stderr and texts["pkcs1-pem"].splitlines()[3] not in process.stdout + process.stderr


@pytest.mark.every_core
def test_what_is_no_address_and_what_is_no_secret_connects_to_nothing(tmp_path, ansible):
    """An address that begins with a dash would be an option of ssh, and one such option runs any program here."""
    harm = tmp_path / "harm.log"
    addresses = {
        "dash": "-oProxyCommand=touch %s" % harm, "none": "", "web": "https://x.example.com/a", "blank": "10.0.0.1 -x",
        "four": "10.0.0.1", "name": "host_1.example.com", "six": "2001:db8::1", "zone": "fe80::1%eth0", "brackets": "[2001:db8::2]"}
    accounts = [maker.Account(name, "root", GOOD, address) for name, address in addresses.items()]
    kinds = {"token": "token", "api": "api_key", "access": "access_key", "empty": "password", "nobody": "password"}
    accounts += [
        maker.Account(name, "" if name == "nobody" else "root", "" if name == "empty" else GOOD, secret_type=kind) for name, kind in kinds.items()]
    write(tmp_path, accounts, ports={})
    hosts = listed(ansible("ansible-inventory", "--list"))["_meta"]["hostvars"]
    found = {name: variables.get("ansible_host") for name, variables in hosts.items() if not variables["ansible_connection"].endswith("backup_unusable")}
    assert found == {"four": "10.0.0.1", "name": "host_1.example.com", "six": "2001:db8::1", "zone": "fe80::1%eth0", "brackets": "2001:db8::2"}
    assert not [name for name in set(hosts) - set(found) if "ansible_password" in hosts[name] or "ansible_user" in hosts[name]]
    process = ansible("ansible", "dash,none,web,blank,token,api,access,empty,nobody", "-m", "ansible.builtin.ping")
    assert process.returncode != 0 and process.stdout.count("UNREACHABLE") == 9 and not harm.exists()
    assert " ".join(process.stdout.split()).count("The backup has no account of this machine") >= 9


def test_what_is_listed_holds_no_secret_unless_it_is_asked_for(tmp_path, ansible):
    accounts = [
        maker.Account("web", "root", GOOD, privileged=True), maker.Account("web", "ada", STALE), maker.Account("web", "none", ""),
        maker.Account("db", "dba", TEMPLATE, type=("mysql", "MySQL")), maker.Account("win", "Administrator", GOOD, type=("windows", "Windows")),
        maker.Account("sw", "admin", GOOD, type=("switch", "Switch"), organization="研发 中心", organization_id="dddddddd-0000-4000-8000-00000000000d")]
    write(tmp_path, accounts, ports={"web": 2222, "db": 3306, "win": 0, "sw": 22})
    found = listed(ansible("ansible-inventory", "--list"))
    hosts = found["_meta"]["hostvars"]
    assert set(hosts) == {"web", "db", "win", "sw"}
    assert found["jumpserver_linux"]["hosts"] == ["web"] and found["jumpserver_organization_研发_中心"]["hosts"] == ["sw"]
    web = hosts["web"]
    assert (web["ansible_host"], web["ansible_port"], web["ansible_user"], web["ansible_connection"]) == ("10.20.0.2", 2222, "root", CONNECTION)
    assert web["ansible_password"].startswith("{{ lookup('jumpserver.accounts.backup_secret', '")
    assert [account["username"] for account in web["jumpserver_accounts"]] == ["ada", "none", "root"]
    assert (hosts["win"]["ansible_connection"], hosts["sw"]["ansible_connection"]) == ("winrm", "ansible.netcommon.network_cli")
    assert not [name for name in hosts["db"] if name.startswith("ansible_")]
    (tmp_path / "breakglass.backup.yml").open("a", encoding="utf-8").write("secrets: true\n")
    shown = listed(ansible("ansible-inventory", "--list", shows=[GOOD, STALE, TEMPLATE]))["_meta"]["hostvars"]
    assert (shown["web"]["ansible_password"], shown["db"]["jumpserver_accounts"][0]["secret"]) == (GOOD, TEMPLATE)


@pytest.mark.parametrize("layout", sorted(maker.LAYOUTS))
def test_every_layout_makes_the_same_hosts(tmp_path, ansible, layout):
    write(tmp_path, [maker.Account("web", "root", GOOD, privileged=True), maker.Account("web", "ada", STALE)], layout, {"web": 2222})
    web = listed(ansible("ansible-inventory", "--list"))["_meta"]["hostvars"]["web"]
    assert (web["ansible_host"], web["ansible_port"], web["ansible_user"], web["ansible_connection"]) == ("10.20.0.2", 2222, "root", CONNECTION)


@pytest.mark.every_core
def test_hosts_whose_names_would_be_in_the_way_are_called_by_id(tmp_path, ansible):
    accounts = [maker.Account(name, "root", GOOD) for name in ("all", "localhost", "../../x", "jumpserver_linux", "fine {{ name }}", "名 前/odd, name")]
    twin = maker.Account("twin", "root", GOOD)
    accounts += [twin, twin._replace(organization_id="dddddddd-0000-4000-8000-00000000000d")]
    write(tmp_path, accounts, "4.10.16")
    hosts = listed(ansible("ansible-inventory", "--list"))["_meta"]["hostvars"]
    assert set(hosts) == {"fine {{ name }}", "名 前/odd, name"} | {account.asset_id for account in accounts[:4] + accounts[6:]}
    assert {host["jumpserver_asset"]["name"] for host in hosts.values()} == {account.asset for account in accounts}


def test_the_way_without_ansible_finds_a_secret(monkeypatch, capsys):
    """The program of the guide, as it is written there."""
    guide = (REAL.parent.parent.parent / "docs" / "break-glass.md").read_text(encoding="utf-8")
    program = guide.split("<<'END'\n")[1].split("\nEND\n")[0]
    monkeypatch.setattr("getpass.getpass", lambda: "Zip-alice-1")
    monkeypatch.setattr("sys.argv", ["-", str(REAL / "3.5.7-whole-alice.zip"), "root"])
    exec(compile(program, "guide", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 4 and any(line.endswith(" bg-web-1 Even-length-secret-16x") for line in printed)


@pytest.mark.parametrize("change, words", [
    ({"password": "canary-of-a-wrong-password"}, "the password is wrong"), ({"password": ""}, "it is encrypted, so its password is needed"),
    ({"text": CONFIGURATION % "gone.zip"}, "No such file or directory"),
    ({"text": CONFIGURATION % "backup.zip" + "index: gone.json\n"}, "there is no such file"),
    ({"text": "plugin: jumpserver.accounts.backup_archive\narchives: backup.zip\n"}, "archives must be a list of entries"),
    ({"text": "plugin: jumpserver.accounts.backup_archive\narchives: [{path: backup.zip, password: 12345}]\n"}, "put it in quotes"),
    ({"text": CONFIGURATION % (REAL / "3.8.2-halves-alice.zip"), "password": "Zip-alice-1"}, "is the front half of a backup"),
    ({"text": CONFIGURATION % "backup.zip"}, "does not say which machines"),
    ({"text": CONFIGURATION.replace("lookup", "canary_of_a_lookup") % "backup.zip"}, "cannot be evaluated"),
], ids=["wrong password", "no password", "no file", "no index", "no list", "number", "half", "no machines", "bad template"])
def test_what_is_wrong_is_told_in_one_sentence(tmp_path, ansible, change, words):
    write(tmp_path, [maker.Account("web", "root", GOOD)])
    if "text" in change:
        (tmp_path / "breakglass.backup.yml").write_text(change["text"], encoding="utf-8")
    process = ansible("ansible-inventory", "-vvvv", "--list", password=change.get("password", ZIP))
    told = " ".join(process.stderr.split())
    assert words in told and "canary-of-a-wrong-password" not in told and "Zip-alice-1" not in told


def test_a_vaulted_password_opens_it(tmp_path, ansible):
    (tmp_path / "vault.pass").write_text("vault", encoding="utf-8")
    encrypted = subprocess.run(
        [str(BIN / "ansible-vault"), "encrypt_string", "--vault-password-file", "vault.pass", ZIP], cwd=tmp_path, env=neutral_environment(tmp_path),
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, encoding="utf-8", check=True).stdout
    write(tmp_path, [maker.Account("web", "root", GOOD)], "4.10.16")
    block = "plugin: jumpserver.accounts.backup_archive\narchives:\n  - path: backup.zip\n    password: " + encrypted.replace("\n", "\n    ").rstrip() + "\n"
    (tmp_path / "breakglass.backup.yml").write_text(block, encoding="utf-8")
    assert "web" in listed(ansible("ansible-inventory", "--vault-password-file", "vault.pass", "--list"))["_meta"]["hostvars"]


# the drill

DRILL = """\
---
plugin: jumpserver.accounts.backup_archive
folder: backups
keys:
  - {holder: alice, password: "{{ lookup('ansible.builtin.env', 'ZIP_PASSWORD') }}"}
  - {holder: "carol|<b>", password: "canary-key-of-carol"}
index: index.json
"""


CANARY_PLAY = """\
- name: Keep a fact
  hosts: all
  gather_facts: false
  tasks:
    - name: Remember
      ansible.builtin.set_fact:
        remembered: "{{ jumpserver_asset.name }}"
        cacheable: true
- name: Drill
  hosts: all
  gather_facts: false
  vars_files: [%(hidden)s/token.yml]
  module_defaults:
    group/jumpserver.accounts.all: {api_url: "%(url)s", private_token: "{{ token }}"}
  roles:
    - role: jumpserver.accounts.backup_drill
      vars:
        backup_drill_records: %(records)s
        backup_drill_compare: true
        backup_drill_on_failure: warn
"""


def test_the_drill_says_which_secret_is_stale_and_chains_its_records(tmp_path, ansible):
    """Two plans, one of them in halves by two keys, older files beside them; two accounts, of which one was changed since."""
    backups = tmp_path / "backups"
    (backups / "carol").mkdir(parents=True)
    fresh = maker.Account("fresh", "root", GOOD, "127.0.0.1", privileged=True)
    stale = maker.Account("stale {{ 1 + 1 }} | x", "ada", STALE, "127.0.0.1", organization="研发", organization_id="dddddddd-0000-4000-8000-00000000000d")
    for plan, accounts, moment, divide, password, folder in (
            ("whole", [fresh._replace(secret="long ago")], 1795542282.1, str, ZIP, ""), ("whole", [fresh], 1795628682.1, str, ZIP, ""),
            ("halves", [stale], 1795628682.1, maker.front, ZIP, ""), ("halves", [stale], 1795628683.1, maker.back, "canary-key-of-carol", "carol")):
        path = backups / folder / maker.name(plan, moment)
        path.write_bytes(maker.archive("4.10.19", accounts, password, divide, plan, moment))
    (backups / "notes.txt").write_text("no backup", encoding="utf-8")

    def drill(*arguments):
        return ansible(
            "ansible-playbook", "jumpserver.accounts.drill", "-vvvv", "-e", "backup_drill_records=%s" % (tmp_path / "records"), *arguments)

    with Machine({"root": GOOD, "ada": "changed since"}) as machine:
        write(tmp_path, [fresh, stale], ports={"fresh": machine.port, stale.asset: machine.port})
        (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
        first = drill()
        assert first.returncode != 0 and "The drill did not prove the backups" in first.stdout + first.stderr, first.stdout[-3000:] + first.stderr[-2000:]
        assert sorted(set(machine.attempts)) == [("ada", False), ("root", True)]
        machine.passwords["ada"] = STALE
        second = drill()
        assert second.returncode == 0, second.stdout[-3000:] + second.stderr[-2000:]
        third = drill("-e", "backup_drill_max_age=0.001", "-e", "backup_drill_on_failure=warn", "-e", "backup_drill_sample=0")
        assert third.returncode == 0, third.stdout[-3000:] + third.stderr[-2000:]
    names = sorted((tmp_path / "records").glob("*.json"))
    records = [json.loads(name.read_text(encoding="utf-8")) for name in names]
    assert [record["proved"] for record in records] == [False, True, False]
    assert [record["logins"]["tried"] for record in records] == [2, 2, 0]
    (failed,) = records[0]["logins"]["failed"]
    assert (failed["host"], failed["username"], failed["organization"]) == (stale.asset, "ada", "研发")
    assert "denied" in failed["reason"] or "uthentication" in failed["reason"]
    opened = {backup["plan"]: backup for backup in records[0]["backups"]}
    assert (opened["whole"]["part"], opened["halves"]["part"], opened["whole"]["accounts"]) == ("whole", "joined", 1)
    assert [file["holder"] for file in opened["whole"]["files"]] == ["alice"]
    assert sorted(file["holder"] for file in opened["halves"]["files"]) == ["alice", "carol|<b>"]
    assert records[2]["too_old"] == ["halves", "whole"]
    assert records[0]["previous"] is None
    for before, record in zip(names, records[1:]):
        assert record["previous"] == {"file": before.name, "sha256": hashlib.sha256(before.read_bytes()).hexdigest()}
    page = names[0].with_suffix(".md").read_text(encoding="utf-8")
    assert "**Not proved**" in page and "carol\\|&lt;b&gt;" in page and "stale {{ 1 + 1 }} \\| x" in page


@pytest.mark.every_core
def test_only_the_secret_of_the_backup_gets_a_drill_in(tmp_path, ansible):
    """Not a key of whoever runs it, nor a connection that is still open. A login that hangs ends, one that was asked for and cannot be is told."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(tmp_path / "own.log"))
    (tmp_path / "own.log").chmod(0o600)
    accounts = [maker.Account(name, user, secret, "127.0.0.1") for name, user, secret in (
        ("stale", "ada", STALE), ("open", "root", GOOD), ("hangs", "eve", GOOD), ("bare", "none", ""))]
    backups = tmp_path / "backups"
    put(backups, "nightly", accounts, 1795628682.1)
    passwords = {"root": GOOD, "ada": "changed since", "eve": GOOD}
    with Machine(passwords, {"ada": key.export_public_key()}, {"eve"}) as machine, tempfile.TemporaryDirectory() as short:
        write(tmp_path, accounts, ports={account.asset: machine.port for account in accounts})
        (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
        environment = {"ANSIBLE_PRIVATE_KEY_FILE": str(tmp_path / "own.log"), "ANSIBLE_SSH_CONTROL_PATH_DIR": short}
        with_key = ansible("ansible", "stale", "-m", "ansible.builtin.raw", "-a", "echo in", **environment)
        assert with_key.returncode == 0 and "in" in with_key.stdout.split(), with_key.stdout + with_key.stderr
        machine.attempts.clear()
        ran = run_drill(
            ansible, tmp_path, "-e", json.dumps({"backup_drill_hosts": ["open", "bare", "no such host"], "backup_drill_timeout": 6}),
            "-e", "backup_drill_on_failure=warn", **environment)
        assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    assert sorted(machine.attempts) == [("ada", False), ("eve", True), ("root", True)]
    logins = newest_record(tmp_path)["logins"]
    assert (logins["tried"], logins["worked"]) == (3, 1)
    failed = {login["host"]: login["reason"] for login in logins["failed"]}
    assert set(failed) == {"stale", "hangs", "bare", "no such host"}
    assert failed["bare"] == failed["no such host"] == "It is in no backup that was opened, or has no account there to log in with."
    assert "enied" in failed["stale"] or "uthentication" in failed["stale"]
    # whoever connects by hand is told the same, and gets in by nothing else
    told = ansible("ansible", "bare", "-m", "ansible.builtin.raw", "-a", "echo in", **environment)
    assert told.returncode != 0 and "The backup has no account of this machine with a secret that a connection can use" in " ".join(told.stdout.split())


def test_a_machine_whose_connection_is_not_installed_hinders_no_drill(tmp_path, ansible):
    """ansible-core alone knows no network devices. Whatever their names are, the others are tried, and the record says of them that they were not."""
    accounts = [maker.Account("a switch", "adm", GOOD, "127.0.0.1", type=("switch", "Switch")), maker.Account("web", "root", GOOD, "127.0.0.1")]
    put(tmp_path / "backups", "nightly", accounts, 1795628682.1)
    with Machine({"root": GOOD}) as machine:
        write(tmp_path, accounts, ports={"a switch": 0, "web": machine.port})
        (tmp_path / "group_vars" / "jumpserver_switch.yml").write_text("ansible_connection: example.missing.network_cli\n", encoding="utf-8")
        (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
        ran = run_drill(ansible, tmp_path, "-e", "backup_drill_on_failure=warn")
    assert ran.returncode != 0 and "example.missing.network_cli" in ran.stdout + ran.stderr
    record = newest_record(tmp_path)
    assert not record["proved"] and (record["logins"]["tried"], record["logins"]["worked"]) == (1, 1)
    assert [(one["host"], one["reason"].partition(".")[0]) for one in record["logins"]["failed"]] == [("a switch", "Ansible failed on it before any login")]


def test_a_drill_that_opens_nothing_says_so(tmp_path, ansible):
    """There is no host to run on, and yet a record, which proves nothing, and a failure."""
    accounts = [maker.Account("web", "root", GOOD)]
    put(tmp_path / "backups", "nightly", accounts, 1795628682.1, (str, "a key that nobody has"))
    put(tmp_path / "backups", "half", accounts, 1795628682.1, (maker.front, ZIP))
    write(tmp_path, accounts, ports={"web": 22})
    (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
    ran = run_drill(ansible, tmp_path)
    assert ran.returncode != 0 and "The drill did not prove the backups" in ran.stdout, ran.stdout[-3000:] + ran.stderr[-2000:]
    record = newest_record(tmp_path)
    errors = {backup["plan"]: backup["error"] for backup in record["backups"]}
    assert not record["proved"] and "the password is wrong" in errors["nightly"] and "Only the front half" in errors["half"]
    assert _record.read(str(tmp_path / "records")).opened("nightly", "") is None
    # nor does one of given files
    write(tmp_path, accounts, ports={"web": 22})
    command = ("ansible-playbook", "jumpserver.accounts.drill", "-e")
    ran = ansible(*command, "backup_drill_records=records", password="nobody's", PWD=str(tmp_path))  # never in the folder of the playbook
    assert ran.returncode != 0 and "The drill did not prove the backups" in ran.stdout
    (backup,) = newest_record(tmp_path)["backups"]
    assert (backup["date"], [file["path"] for file in backup["files"]]) == (None, ["backup.zip"]) and "the password is wrong" in backup["error"]
    assert "backup_drill_records must be the path" in ansible(*command, "backup_drill_records=").stdout


def test_a_folder_full_of_odd_things_is_proved_as_far_as_it_can_be(tmp_path, ansible):
    """Backups of all versions beside what is none; what cannot be used is named in the warnings and in the record."""
    backups, moment, accounts = tmp_path / "backups", 1795628682.1, []

    def add(plan, layout="4.10.19", divide=str, password=ZIP, name=None, size=None):
        accounts.append(maker.Account("host %d" % len(accounts), "root", GOOD, organization="Of " + " ".join(plan.split())))
        path = os.path.join(os.fsencode(backups), name or os.fsencode(maker.name(plan, moment, layout)))
        with open(path, "wb") as target:
            target.write(maker.archive(layout, accounts[-1:], password, divide, plan, moment)[:size])

    (backups / "sub 1" / "sub 2").mkdir(parents=True)
    for layout in maker.LAYOUTS:
        add("of " + layout, layout)
    good = ["a {{ 1 + 1 }}", "中文 计划", "new\nline", "x-20261126-053035-1795642235.5", "20261126-053035", "-", "{% raw %}", "'\"$HOME %s"]
    for plan in good:
        add(plan)
    add("upper", name=b"upper-20261126-053035-1795642235.5.ZIP")
    add("gbk", name="备份".encode("gbk") + b"-20261126-053035-1795642235.5.zip")
    add("below", name=b"sub 1/sub 2/below.zip")
    add("hidden", name=b".hidden.zip")
    add("wrong", password="nobody's")
    add("cut", size=700)
    add("half", divide=maker.front)
    add("part", name=b"part-20261126-053035-1795642235.5.zip.part")
    (backups / "notes.txt").write_text("no backup", encoding="utf-8")
    (backups / "notes.zip").write_text("no backup", encoding="utf-8")
    (backups / "link").symlink_to(backups / "sub 1")
    (backups / maker.name("gone", moment)).symlink_to("/nowhere")
    write(tmp_path, accounts, ports={account.asset: 22 for account in accounts})
    (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
    ran = run_drill(ansible, tmp_path, "-e", "backup_drill_sample=0", "-e", "backup_drill_on_failure=warn")
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    record = newest_record(tmp_path)
    opened = {backup["plan"] for backup in record["backups"] if not backup["error"]}
    assert opened == {*("of " + layout for layout in maker.LAYOUTS), *good, "upper", "gbk", "below", "hidden"}
    refused = {backup["plan"]: backup["error"] for backup in record["backups"] if backup["error"]}
    others = {other["path"]: other["reason"] for other in record["others"]}
    assert set(refused) == {"wrong", "cut", "half", "gone"}
    assert set(others) == {"part-20261126-053035-1795642235.5.zip.part", "notes.txt", "notes.zip", "link"}
    told = " ".join(ran.stderr.split())
    page = max((tmp_path / "records").glob("drill-*.md")).read_text(encoding="utf-8").replace("\\_", "_")
    for name in others:
        assert name in told and name in page
    for plan, error in refused.items():
        assert "The newest backup of plan '%s'" % plan in told and " ".join(error.split()[:3]) in page
    assert "\\\\xb1\\\\xb8\\\\xb7\\\\xdd" in page and hashlib.sha256(max((tmp_path / "records").glob("*.json")).read_bytes()).hexdigest() in page


def test_records_are_kept_apart_and_looked_after(tmp_path, ansible):
    """Check mode writes nothing and tries nobody; a folder that is none is refused before anybody is tried; an edited record is told."""
    accounts = [maker.Account("web", "root", GOOD, "127.0.0.1")]
    put(tmp_path / "backups", "nightly", accounts, 1795628682.1)
    records = tmp_path / "records"
    with Machine({"root": GOOD}) as machine:
        write(tmp_path, accounts, ports={"web": machine.port})
        (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
        checked = run_drill(ansible, tmp_path, "--check", "-e", "backup_drill_compare=true")
        assert checked.returncode == 0 and "The backups are proved" in checked.stdout, checked.stdout[-3000:] + checked.stderr[-2000:]
        assert not records.exists()
        refused = run_drill(ansible, tmp_path, "-e", json.dumps({"backup_drill_sample": -1}))
        assert refused.returncode != 0 and "backup_drill_sample must be 0 or more" in refused.stdout
        records.write_text("no folder", encoding="utf-8")
        assert run_drill(ansible, tmp_path).returncode != 0
        records.unlink()
        assert not machine.attempts
        assert run_drill(ansible, tmp_path, "-e", "backup_drill_sample=9").returncode == 0
        (name,) = records.glob("*.json")
        name.write_text(name.read_text(encoding="utf-8").replace("alice", "mallory"), encoding="utf-8")
        assert run_drill(ansible, tmp_path, "-e", "backup_drill_sample=0").returncode == 0
        assert "is no more what it was when" not in " ".join(newest_record(tmp_path)["records"])
        name.unlink()
        assert run_drill(ansible, tmp_path, "-e", "backup_drill_sample=0").returncode == 0
    told = newest_record(tmp_path)["records"]
    assert [sentence.partition(", after")[0] for sentence in told] == ["The record %s" % name.name] and told[0].endswith("is gone.")
    assert "was written, is gone.**" in max(records.glob("drill-*.md")).read_text(encoding="utf-8")


# beside the server


def run_drill(ansible, folder, *arguments, **environment):
    return ansible("ansible-playbook", "jumpserver.accounts.drill", "-vvvv", "-e", "backup_drill_records=%s" % (folder / "records"), *arguments, **environment)


def newest_record(folder):
    return json.loads(max((folder / "records").glob("*.json")).read_text(encoding="utf-8"))


def accounts_of(server, organization, types):
    """What the server would put into a backup."""
    rows = server.api("GET", "/api/v1/accounts/accounts/?limit=100", organization=organization).json()["results"]
    return [
        maker.Account(
            row["asset"]["name"], row["username"], GOOD, row["asset"]["address"], (row["asset"]["type"]["value"], row["asset"]["type"]["label"]),
            organization=row["org_name"], organization_id=row["org_id"], given_id=row["id"], given_asset_id=row["asset"]["id"])
        for row in rows if row["asset"]["type"]["value"] in types]


def put(folder, plan, accounts, moment, *halves):
    """The backup of a plan: whole by the key of alice, or halves."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (divide, password) in enumerate(halves or [(str, ZIP)]):
        (folder / maker.name(plan, moment + number)).write_bytes(maker.archive("4.10.19", accounts, password, divide, plan, moment + number))


@pytest.mark.versions("4.10")
def test_the_drill_compares_each_plan_with_the_server_and_notes_one_that_is_down(tmp_path, ansible, server, call):
    """One plan lacks what was there when it was made, another what was made since, a third has too much, a fourth is no more."""
    server.create("old", types=["linux"], recipients_part_one=server.ids("alice"), recipients_part_two=server.ids("carol"))
    server.create("lacking", types=["mysql"], recipients_part_one=server.ids("bob"))
    server.create("more", organization=RESEARCH, types=["linux", "mysql"], recipients_part_one=server.ids("alice"))
    now, backups = time.time(), tmp_path / "backups"
    linux, mysql = (accounts_of(server, "Default", [kind]) for kind in ("linux", "mysql"))
    put(backups, "old", linux[1:], now - 7200.5, (maker.front, ZIP), (maker.back, "canary-key-of-carol"))
    put(backups, "lacking", mysql[1:], now + 600.5)
    research = accounts_of(server, RESEARCH, ["linux", "mysql"])
    put(backups, "more", [*research, research[0]._replace(given_id="ffffffff-0000-4000-8000-00000000000f")], now + 600.5)
    put(backups, "gone", linux[:1], now + 600.5)
    index = tmp_path / "index.json"
    call("backup_index", all_organizations=True, path=str(index)).succeeded()
    write(tmp_path, linux)
    (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
    options = ("-e", "backup_drill_sample=0", "-e", "backup_drill_compare=true")
    connection = {"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": server.users["admin"]["private_token"]}
    first = run_drill(ansible, tmp_path, *options, **connection)
    assert first.returncode != 0 and "The drill did not prove the backups" in first.stdout + first.stderr, first.stdout[-3000:] + first.stderr[-2000:]
    search_for_secrets([first.stdout, first.stderr], server.secrets)
    record = newest_record(tmp_path)
    assert record["server"] == {"asked": True, "error": ""} and not record["proved"]
    rows = {row["plan"]: row for backup in record["backups"] for row in backup["compared"]}
    assert {plan: (row["in_backup"], row["on_server"], row["missing"], row["added"], row["unknown"]) for plan, row in rows.items()} == {
        "old": (len(linux) - 1, len(linux), 1, 1, 0), "lacking": (len(mysql) - 1, len(mysql), 1, 0, 0), "more": (5, 4, 0, 0, 1),
        "gone": (1, 6, 5, 0, 0)}
    assert [plan for plan, row in rows.items() if not row["plan_exists"]] == ["gone"] and rows["more"]["organization"] == RESEARCH
    proved = {plan: proof.proved is not None for (plan, _organization), proof in _record.read(str(tmp_path / "records")).proofs.items()}
    assert proved == {"old": True, "lacking": False, "more": True, "gone": True}
    server.settings(start_delay=0, run_seconds=0)
    verdict = call("backup_plan_execute", name="old", drill_records=str(tmp_path / "records")).succeeded()["verdict"]
    assert [(one["name"], one["readable"]) for one in verdict["recipients"]] == [("Alice", True), ("Carol", None)]
    runbook = (tmp_path / "records" / "runbook.md").read_text(encoding="utf-8")
    for line in ("| old | Default | Alice | Carol |", "| more | %s | Alice | - |" % RESEARCH):
        assert line in runbook.replace("DEFAULT", "Default")
    page = max((tmp_path / "records").glob("drill-*.md")).read_text(encoding="utf-8")
    assert "gone (there is no such plan any more)" in page
    # down
    (backups / maker.name("lacking", now + 600.5)).unlink()
    for environment, words in (
            (dict(connection, JUMPSERVER_URL="http://127.0.0.1:9", JUMPSERVER_RETRIES="0"), "127.0.0.1:9"),
            (dict(connection, JUMPSERVER_PRIVATE_TOKEN="canary-of-nobody"), "401"), ({}, "api_url is missing")):
        later = run_drill(ansible, tmp_path, *options, **environment)
        assert later.returncode == 0, later.stdout[-3000:] + later.stderr[-2000:]
        record = newest_record(tmp_path)
        assert record["proved"] and words in record["server"]["error"] and [backup["compared"] for backup in record["backups"]] == [[], [], []]
        assert "Not compared with JumpServer" in max((tmp_path / "records").glob("drill-*.md")).read_text(encoding="utf-8")
    assert not list(tmp_path.glob("ansible.*"))


# plans of one name


OTHER = {"organization": "研发 | 1", "organization_id": "dddddddd-0000-4000-8000-00000000000d"}


def test_plans_of_one_name_are_proved_for_each_organization(tmp_path, ansible):
    """Whole and in halves, in one folder, in the same second and hours apart, and one of which the key is not there; the hosts of all of them."""
    backups, moment, carol = tmp_path / "backups", 1795628682.1, "canary-key-of-carol"
    accounts = [maker.Account("web", "root", GOOD, "127.0.0.1"), maker.Account("db", "root", STALE, "127.0.0.1", **OTHER)]
    for number, account in enumerate(accounts):
        put(backups, "nightly", [account], moment - 0.25 * number)
        put(backups, "halves", [account], moment - 7200 * number, (maker.front, ZIP), (maker.back, carol))
        put(backups, "halves", [account._replace(secret="long ago")], moment - 86400 - 7200 * number, (maker.front, ZIP), (maker.back, carol))
        put(backups, "lost", [account], moment - 7200 * number, (str, "nobody's" if number == 0 else ZIP))
    write(tmp_path, accounts, ports=dict.fromkeys(("web", "db"), 2222))
    (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
    first, second = accounts[0].organization, OTHER["organization"]
    ran = run_drill(ansible, tmp_path, "-e", "backup_drill_sample=0", "-e", "backup_drill_on_failure=warn")
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-2000:]
    told = " ".join((ran.stdout + ran.stderr).split())
    assert "The backup of plan 'lost' of %s need not be the newest" % second in told
    record = newest_record(tmp_path)
    assert not record["proved"]
    assert [(backup["plan"], backup["organizations"], backup["error"] == "", backup["newest"]) for backup in record["backups"]] == [
        ("halves", [first], True, True), ("halves", [second], True, True), ("lost", [], False, True), ("lost", [second], True, False),
        ("nightly", [first], True, True), ("nightly", [second], True, True)]
    drills = _record.read(str(tmp_path / "records"))
    opened = {(plan, name) for plan in ("nightly", "halves", "lost") for name in (first, second) if drills.opened(plan, name) is not None}
    assert opened == {(plan, name) for plan in ("nightly", "halves") for name in (first, second)}
    page = max((tmp_path / "records").glob("drill-*.md")).read_text(encoding="utf-8")
    assert "| nightly | 研发 \\| 1 |" in page and "| lost | not told |" in page and "need not be the newest" in page
    runbook = (tmp_path / "records" / "runbook.md").read_text(encoding="utf-8")
    for title in ("### halves of %s\n" % first, "### nightly of 研发 \\| 1\n", "- halves of %s: a front half and a back half" % first):
        assert title in runbook
    for lost in backups.glob("lost-*"):
        lost.unlink()
    assert set(listed(ansible("ansible-inventory", "--list"))["_meta"]["hostvars"]) == {"web", "db"}
    assert run_drill(ansible, tmp_path, "-e", "backup_drill_sample=0").returncode == 0 and newest_record(tmp_path)["proved"]


# the runbook

HOSTILE = "{{ 7 * 7 }} | `x` [a](b) <b>"


@pytest.mark.every_core
def test_the_runbook_says_what_to_type_and_it_works(tmp_path, ansible):
    """For a whole file, for halves and for one that is not encrypted, with names that would like to be markup or templates."""
    backups = tmp_path / "backups"
    accounts = [maker.Account(name, "root", GOOD, "127.0.0.1") for name in ("web", "db", HOSTILE)]
    carol = "canary-key-of-carol"
    put(backups, HOSTILE, accounts[2:], 1795628682.1)
    put(backups / "x", "halves", accounts[1:2], 1795628682.1, (maker.front, ZIP), (maker.back, carol))
    put(backups, "plain", accounts[:1], 1795628682.1, (str, None))
    put(backups, "lost", accounts[:1], 1795628682.1, (str, "a key that nobody has"))
    write(tmp_path, accounts, ports=dict.fromkeys(("web", "db", HOSTILE), 2222))
    (tmp_path / "breakglass.backup.yml").write_text(DRILL, encoding="utf-8")
    pages = []
    for _turn in range(2):
        process = run_drill(ansible, tmp_path, "-e", "backup_drill_sample=0", "-e", "backup_drill_on_failure=warn")
        assert process.returncode == 0, process.stdout[-3000:] + process.stderr[-2000:]
        pages.append((tmp_path / "records" / "runbook.md").read_text(encoding="utf-8").replace(newest_record(tmp_path)["date"], "DATE"))
    page = pages[1]
    assert page == pages[0]
    tables = [line for line in page.splitlines() if line.lstrip().startswith("|")]
    assert "| {{ 7 \\* 7 }} \\| \\`x\\` \\[a\\](b) &lt;b&gt; |" in "".join(tables) and "<b>" not in "".join(tables)
    assert {len(re.split(r"(?<!\\)\|", line)) for line in tables} == {4, 7}
    assert "| lost | %s | %s |" % (maker.name("lost", 1795628682.1), backups) in page.replace("\\_", "_")
    assert "halves: a front half and a back half, so alice and carol\\|&lt;b&gt; are needed together." in page
    variables = dict(re.findall(r"\| `(PASSWORD_\d)` \| (\S+)", page))
    assert sorted(variables.values()) == ["alice", "carol\\|&lt;b&gt;"]
    environment = {name: ZIP if holder == "alice" else carol for name, holder in variables.items()}
    for file in [*backups.rglob("*.zip")]:
        file.rename(tmp_path / file.name)
    found = set()
    for inventory in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        (tmp_path / "breakglass.backup.yml").write_text(inventory, encoding="utf-8")
        found |= set(listed(ansible("ansible-inventory", "--list", **environment))["_meta"]["hostvars"])
    assert found == {"web", "db", HOSTILE}


# canaries


@pytest.mark.versions("4.10")
def test_no_secret_of_a_backup_is_anywhere_while_a_drill_runs(tmp_path, server):
    """A job of ansible-runner at -vvvv, with a fact cache, a login that works, one that does not, and JumpServer to compare with."""
    job, hidden, backups = tmp_path / "job", tmp_path / "hidden", tmp_path / "backups"
    for folder in (job / "project", job / "inventory" / "group_vars", job / "tmp", job / "home", hidden):
        folder.mkdir(parents=True)
    carol = "canary-key-of-carol"
    backed_up = {GOOD, STALE, TEMPLATE, ZIP, carol}
    secrets = {*backed_up, server.users["admin"]["private_token"]}
    (hidden / "zip").write_text(ZIP, encoding="utf-8")
    (hidden / "carol").write_text(carol, encoding="utf-8")
    (hidden / "token.yml").write_text(json.dumps({"token": server.users["admin"]["private_token"]}), encoding="utf-8")
    accounts = [
        maker.Account("fresh", "root", GOOD, "127.0.0.1", privileged=True), maker.Account("fresh", "other", TEMPLATE, "127.0.0.1"),
        maker.Account("stale", "ada", STALE, "127.0.0.1")]
    put(backups, "whole", accounts[:2], 1795628682.1)
    put(backups, "halves", accounts[2:], 1795628682.1, (maker.front, ZIP), (maker.back, carol))
    configuration = DRILL.replace("folder: backups", "folder: %s" % backups).replace("index: index.json", "index: %s" % (hidden / "index.json"))
    configuration = configuration.replace("lookup('ansible.builtin.env', 'ZIP_PASSWORD')", "lookup('ansible.builtin.file', '%s')" % (hidden / "zip"))
    configuration = configuration.replace('"canary-key-of-carol"', "\"{{ lookup('ansible.builtin.file', '%s') }}\"" % (hidden / "carol"))
    (job / "inventory" / "breakglass.backup.yml").write_text(configuration, encoding="utf-8")
    (job / "inventory" / "group_vars" / "jumpserver_linux.yml").write_text("ansible_connection: %s\n" % CONNECTION, encoding="utf-8")
    (job / "project" / "play.yml").write_text(CANARY_PLAY % {"records": job / "records", "hidden": hidden, "url": server.url}, encoding="utf-8")
    environment = dict(
        neutral_environment(job / "home"), HOME=str(job / "home"), TMPDIR=str(job / "tmp"), ANSIBLE_HOST_KEY_CHECKING="false",
        ANSIBLE_DISPLAY_TRACEBACK="always", ANSIBLE_SSH_ARGS="-o ControlMaster=no -o UserKnownHostsFile=/dev/null -o PreferredAuthentications=password")
    with Machine({"root": GOOD, "ada": "changed since"}) as machine:
        lines = [index_line(account, machine.port) for account in accounts]
        (hidden / "index.json").write_text(json.dumps(
            {"format": "jumpserver.accounts index", "version": 1, "server": "x", "date": "2026-11-26T00:00:00Z", "accounts": lines}), encoding="utf-8")
        with Files(backed_up, job) as files, Processes(secrets) as processes:
            ran = subprocess.run(
                [sys.executable, "-m", "ansible_runner", "run", str(job), "-p", "play.yml", "--ident", "1", "-vvvv"], env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        assert set(machine.attempts) == {("root", True), ("ada", False)}, ran.stdout[-3000:]
    search_for_secrets([ran.stdout, ran.stderr], secrets)
    assert (files.hits, processes.hits) == (set(), set())
    names = {str(path.relative_to(job)) for path in map(Path, files.read)}
    for pattern in (
            r"artifacts/1/job_events/.*json", r"artifacts/1/fact_cache/.*(fresh|stale)", r"records/drill-.*json", r"records/runbook.md",
            r"(tmp|home)/.*index.json"):
        assert [name for name in names if re.fullmatch(pattern, name)], (pattern, sorted(names))
    record = newest_record(job)
    assert (record["logins"]["worked"], len(record["logins"]["failed"]), record["server"]["error"]) == (1, 1, "")
