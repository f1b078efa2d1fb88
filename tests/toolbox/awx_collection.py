# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection awx.awx, taken out of the Python package that brings it, so that no Galaxy server is asked."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from .tree import folder_without_blanks

# the newest of them that holds the collection's last version without a whole environment beside it
PACKAGE = "ansible==12.3.0"
PREFIX = "ansible_collections/awx/awx/"


def folder() -> Path:
    """A folder of collections with nothing but awx.awx in it, fetched once."""
    kept = folder_without_blanks(".nox") / ".cache" / "awx"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as made:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", made, PACKAGE], check=True)
            (wheel,) = Path(made).glob("*.whl")
            with zipfile.ZipFile(wheel) as opened:
                opened.extractall(Path(made, "awx"), [name for name in opened.namelist() if name.startswith(PREFIX)])
            Path(made, "awx").rename(kept)
    return kept
