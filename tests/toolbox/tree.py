# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folders that the checks work in: the checkout, its environments, and copies where Ansible's own tools want them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = Path("ansible_collections", "jumpserver", "accounts")


def folder_without_blanks(name: str) -> Path:
    """The folder `name` of the checkout, made if need be; where the path of the checkout holds blanks, a link to another.

    Programs of ansible-core 2.16 and 2.17 cannot be started from an environment with a blank in its path, nor do they run
    modules with a Python there.
    """
    link = ROOT / name
    if not any(character.isspace() for character in str(ROOT)):
        link.mkdir(exist_ok=True)
    elif not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(tempfile.mkdtemp(prefix="jumpserver-accounts-"), target_is_directory=True)
    return link.resolve()


def tracked_files() -> list[Path]:
    """Paths, relative to the root, of all files that git knows or would add, whatever the user's own settings ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-per-directory=.gitignore"]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()
    paths = [Path(name) for name in listed.split("\0") if name]
    return [path for path in paths if (ROOT / path).exists()]


def export_tree(folder: Path) -> Path:
    """Copy the collection below `folder` as a git repository of its own, as ansible-test needs it; return its root."""
    tree = folder / PLACE
    for path in tracked_files():
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target, follow_symlinks=False)
    subprocess.run(["git", "init", "--quiet", "--template="], cwd=tree, check=True)
    return tree


if __name__ == "__main__":
    folder_without_blanks(sys.argv[1])
