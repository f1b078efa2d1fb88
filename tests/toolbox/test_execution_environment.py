# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definition of an execution environment, as far as it can be tried without a container engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.toolbox import archive, privacy
from tests.toolbox.tree import ROOT

BIN = Path(os.path.realpath(sys.prefix), "bin")
DEFINITION = ROOT / "extensions" / "awx" / "execution-environment" / "execution-environment.yml"


def test_the_build_context_holds_the_collection_and_installs_it(tmp_path):
    """What the image's build does first: the archive beside the definition, the context, and ansible-galaxy in it."""
    environment = privacy.environment(tmp_path / "home")
    definition = shutil.copy(DEFINITION, tmp_path)
    archive.build(BIN / "ansible-galaxy", tmp_path)
    subprocess.run([BIN / "ansible-builder", "create", "--file", definition, "--context", tmp_path / "context"], check=True, env=environment)
    subprocess.run(
        [BIN / "ansible-galaxy", "collection", "install", "--offline", "-r", "requirements.yml", "--collections-path", tmp_path / "collections"],
        check=True, cwd=tmp_path / "context" / "_build", env=environment)
    installed = tmp_path / "collections" / "ansible_collections" / "jumpserver" / "accounts"
    needed = ["meta/execution-environment.yml", "meta/ee-requirements.txt", "meta/ee-bindep.txt"]
    assert [name for name in needed if not (installed / name).exists()] == []
    # the base image of a definition that names none is one that is no longer maintained
    recipe = next(path for name in ("Containerfile", "Dockerfile") if (path := tmp_path / "context" / name).exists()).read_text(encoding="utf-8")
    assert "quay.io/ansible/" not in recipe


def test_the_guide_shows_this_definition():
    """Without its first comment, word by word."""
    shown = DEFINITION.read_text(encoding="utf-8")
    shown = "".join(line for line in shown.splitlines(keepends=True) if not line.startswith("#"))
    assert "```yaml\n%s```\n" % shown in (ROOT / "docs" / "awx.md").read_text(encoding="utf-8")
