# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lookups in a process that never opened the backup, as where an inventory comes from a cache: they open it again."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.archives import maker
from tests.integration.runner import BIN, neutral_environment

ZIP = "canary-zip-of-the-lookups"
ACCOUNTS = [maker.Account("web", "root", "canary-of-web-3f7a"), maker.Account("db", "root", "canary-of-db-3f7a")]
CONFIGURATION = """\
---
plugin: jumpserver.accounts.backup_archive
archives:
  - path: nightly-20261126-030000-1795642282.5.zip
    password: "{{ lookup('ansible.builtin.env', 'ZIP_PASSWORD') }}"
index: index.json
"""
COMPARED = "{{ query('jumpserver.accounts.backup_comparison', now, plans=[]) | to_json }}"


@pytest.fixture
def look(tmp_path):
    """What a template says to a play without an inventory of backups."""
    accounts = [
        {"id": one.id, "username": one.username, "secret_type": "password", "privileged": False, "asset": one.asset, "asset_id": one.asset_id, "address": "",
         "type": "linux", "organization": one.organization, "organization_id": one.organization_id, "protocols": []} for one in ACCOUNTS]
    index = {"format": "jumpserver.accounts index", "version": 1, "server": "x", "date": "2026-11-26T00:00:00Z", "accounts": accounts}
    (tmp_path / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (tmp_path / "nightly-20261126-030000-1795642282.5.zip").write_bytes(maker.archive("4.10.19", ACCOUNTS[:1], ZIP))
    (tmp_path / "breakglass.backup.yml").write_text(CONFIGURATION, encoding="utf-8")

    def run(template, source=tmp_path / "breakglass.backup.yml"):
        variables = json.dumps({"jumpserver_backup_source": str(source), "now": str(tmp_path / "index.json")})
        process = subprocess.run(
            [str(BIN / "ansible"), "localhost", "-m", "ansible.builtin.debug", "-a", "msg=%s" % json.dumps(template), "-e", variables],
            env=dict(neutral_environment(tmp_path), ZIP_PASSWORD=ZIP, ANSIBLE_NOCOLOR="1"), cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        assert ZIP not in process.stdout and ACCOUNTS[0].secret not in process.stdout
        return process.stdout

    return run


def test_the_backup_is_compared(look):
    (row,) = json.loads(json.loads(look(COMPARED).partition("=>")[2])["msg"])
    assert (row["plan"], row["plan_exists"], row["in_backup"], row["on_server"], row["missing"], row["unknown"], row["lacks"]) == (
        "nightly", False, 1, 2, 1, 0, False)


def test_what_is_not_there_is_told_in_one_sentence(look):
    assert "No backup is open. The lookup works for hosts of an inventory" in " ".join(look(COMPARED, source="").split())
    assert "there is no such file" in " ".join(look(COMPARED.replace("now,", "'/gone.json',")).split())
