# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks find nothing of the user who runs them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.toolbox import archive, privacy

GALAXY = Path(os.path.realpath(sys.prefix), "bin", "ansible-galaxy")  # programs cannot be started from a path with blanks


@pytest.mark.parametrize("known", [True, False], ids=["the same version is installed there", "empty"])
def test_the_collection_under_test_is_installed_whatever_is_in_the_home(tmp_path, monkeypatch, known):
    home = tmp_path / "user"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    if known:
        first = archive.install(GALAXY, tmp_path / "first")
        shutil.move(first, home / ".ansible" / "collections")
        home.joinpath(".ansible.cfg").write_text("[galaxy]\nserver_list = nowhere\n", encoding="utf-8")
        monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(home / ".ansible" / "collections"))
    installed = archive.install(GALAXY, tmp_path / "second")
    assert installed.joinpath("ansible_collections", "jumpserver", "accounts", "MANIFEST.json").exists()


def test_settings_of_the_user_do_not_reach_a_check(tmp_path, monkeypatch):
    for name in ("ANSIBLE_VAULT_PASSWORD_FILE", "JUMPSERVER_URL", "HTTPS_PROXY", "PYTHONPATH", "XDG_CONFIG_HOME", "PYTEST_ADDOPTS"):
        monkeypatch.setenv(name, "of the user")
    kept = privacy.environment(tmp_path / "home")
    assert "of the user" not in kept.values() and kept["HOME"] == str(tmp_path / "home") and kept["PATH"]
