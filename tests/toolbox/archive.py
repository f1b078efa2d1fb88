# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built collection: only what is meant to be shipped."""

from __future__ import annotations

import subprocess
import tarfile
from collections import Counter
from pathlib import Path

from .privacy import environment
from .tree import ROOT, tracked_files

SHIPPED = {
    "CHANGELOG.md",
    "LICENSE",
    "LICENSES",
    "README.md",
    "README.zh-CN.md",
    "REUSE.toml",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
}
# what only makes the changelog
UNSHIPPED = ("changelogs/config.yaml", "changelogs/fragments/")
MADE = {"FILES.json", "MANIFEST.json"}
NEEDED = {
    "LICENSE",
    "README.md",
    "changelogs/changelog.yaml",
    "meta/ee-bindep.txt",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
    "plugins/modules/backup_plans.py",
    "requirements.txt",
    "roles/backup_plans/meta/argument_specs.yml",
}


def build(ansible_galaxy: Path, folder: Path) -> Path:
    """Build the checkout as it lies there, environments and caches included; return the archive."""
    _run(ansible_galaxy, folder, "build", "--force", "--output-path", folder, ROOT)
    return next(folder.glob("jumpserver-accounts-*.tar.gz"))


def install(ansible_galaxy: Path, folder: Path) -> Path:
    """Build the checkout and install that archive; return the folder of collections."""
    collections = folder / "collections"
    _run(ansible_galaxy, folder, "install", "--offline", build(ansible_galaxy, folder), "--collections-path", collections)
    return collections


def _run(ansible_galaxy: Path, folder: Path, *arguments: str | Path) -> None:
    """Run a command of `ansible-galaxy collection`. It installs nothing where it finds the same version in the user's home."""
    subprocess.run([ansible_galaxy, "collection", *arguments], check=True, stdout=subprocess.DEVNULL, env=environment(folder / "home"))


def files(archive: Path) -> set[str]:
    """The names of all files in a built archive."""
    with tarfile.open(archive) as opened:
        return {member.name for member in opened.getmembers() if not member.isdir()}


def to_be_shipped() -> set[str]:
    """The files of the repository that belong into the archive, and the two that the build makes."""
    names = {path.as_posix() for path in tracked_files() if path.parts[0] in SHIPPED}
    return {name for name in names if not name.startswith(UNSHIPPED)} | MADE | NEEDED


def faults(archive: Path) -> list[str]:
    """What is wrong with the contents of a built archive, in words."""
    found, wanted = files(archive), to_be_shipped()
    return [f"not to be shipped: {name}" for name in sorted(found - wanted)] + [f"missing: {name}" for name in sorted(wanted - found)]


def summary(archive: Path) -> str:
    """How many files there are, and where."""
    places = Counter(name.split("/")[0] if "/" in name else "." for name in files(archive))
    return f"{archive.name}: {sum(places.values())} files, " + ", ".join(f"{count} in {place}" for place, count in sorted(places.items()))
