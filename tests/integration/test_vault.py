# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ZIP passwords that are encrypted inline (``!vault``): the role takes them with every ansible-core, and no verbosity shows them."""

from __future__ import annotations

import subprocess
import textwrap

import pytest

from tests.integration.runner import BIN, neutral_environment
from tests.integration.server import TEAM_A, ZIP_PASSWORD

pytestmark = [pytest.mark.versions("4.10"), pytest.mark.every_core]

STORAGE = "backup_type: object_storage, obj_recipients_part_one: [sftp-main]"
# {password}: the encrypted text, with its tag
ESTATE = """\
backup_plans_defaults:
  types: [linux]
  zip_encrypt_password: {password}
backup_plans_organizations:
  - organization: Default
    plans:
      - {{name: by default, %s}}
  - organization: Team-A
    plans:
      - name: its own
        backup_type: object_storage
        obj_recipients_part_one: [sftp-main]
        zip_encrypt_password: {password}
""" % STORAGE
# the same with mistakes: one that Ansible's own checks find, and one that they do not
MISTAKEN = ESTATE + """\
      - name: wrong
        zip_pasword: {password}
        comment: 007
"""
ROLE = "jumpserver.accounts.backup_plans : Bring the backup plans to the declared state"


@pytest.fixture
def run(server, playbook, tmp_path):
    """Apply an estate in whose text ``{password}`` is the ZIP password, encrypted: ``run(ESTATE)``."""
    key_file, estate_file = tmp_path / "vault-password", tmp_path / "estate.yml"
    key_file.write_text("opens the vault\n", encoding="utf-8")
    arguments = ["--vault-password-file", str(key_file)]
    encrypted = subprocess.run(
        [str(BIN / "ansible-vault"), "encrypt_string", *arguments], env=neutral_environment(tmp_path), input=ZIP_PASSWORD, encoding="utf-8",
        stdout=subprocess.PIPE, check=True).stdout
    tag, lines = encrypted.split("\n", 1)
    password = tag + "\n" + textwrap.indent(textwrap.dedent(lines), " " * 12)
    token = server.credential("admin")["private_token"]
    environment = {"JUMPSERVER_URL": server.url, "JUMPSERVER_PRIVATE_TOKEN": token}

    def start(estate, *more):
        estate_file.write_text(estate.format(password=password), encoding="utf-8")
        return playbook.run_file(
            "- import_playbook: jumpserver.accounts.apply\n", "-e", "@%s" % estate_file, *arguments, *more, environment=environment)

    return start


def test_an_encrypted_password_arrives_and_is_never_shown(server, run):
    """In an estate and in its defaults. ``playbook`` itself searches all output, at verbosity 3 with tracebacks and diffs, for the password."""
    run(ESTATE, "--diff", "-vvvv").succeeded()
    assert server.zip_password("by default") == server.zip_password("its own", TEAM_A) == ZIP_PASSWORD


def test_mistakes_beside_an_encrypted_password_are_told_without_it(server, run):
    failed = run(MISTAKEN)
    assert failed[ROLE].message == (
        "2 mistakes: Unsupported parameters of backup plan 'wrong' of organization 'Team-A': 'zip_pasword' (did you mean zip_encrypt_password?). | "
        "Backup plan 'wrong' of organization 'Team-A': comment is 7, a number, and must be text: put it in quotes.")
    assert server.plans() == server.plans(TEAM_A) == {}
