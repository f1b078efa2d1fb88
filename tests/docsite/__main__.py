# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site: the guides in docs/, and a page for each module, plugin and role.

    python -m tests.docsite FOLDER

Any warning is an error, and so is a link that leads to nothing. External addresses are looked at, not asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from tests.docsite import links
from tests.toolbox.tree import ROOT, export_tree

HERE = Path(__file__).resolve().parent
GUIDES = "guides"


def write_source(folder: Path) -> None:
    """All that Sphinx reads, but the pages of modules, plugins and roles."""
    for name in ("conf.py", "index.md"):
        shutil.copy(HERE / name, folder)
    shutil.copytree(HERE / "static", folder / "static")
    guides = folder / GUIDES
    guides.mkdir()
    for guide in ROOT.glob("docs/*.md"):
        shutil.copy(guide, guides)
    shutil.copytree(ROOT / "docs" / "images", guides / "images")


def run(command: str, *arguments: str | Path, **environment: str) -> None:
    """Run a program of the environment that this Python belongs to; its exit status is that of the whole if it fails."""
    programs = Path(sys.executable).parent
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    if status := subprocess.run([programs / command, *arguments], check=False, env={**os.environ, "PATH": path, **environment}).returncode:
        sys.exit(status)


def build(target: Path) -> None:
    """Build the site."""
    if (target / ".buildinfo").exists():  # an earlier one, with pages that may have gone
        shutil.rmtree(target)
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        source, collections = Path(folder, "source"), Path(folder, "collections")
        source.mkdir(mode=0o700)  # antsibull-docs wants to be the only one who writes there
        write_source(source)
        export_tree(collections)
        run("antsibull-docs", "collection", "--use-current", "--fail-on-error", "--dest-dir", source, "jumpserver.accounts",
            ANSIBLE_COLLECTIONS_PATH=str(collections))
        run("sphinx-build", "--quiet", "--fail-on-warning", "--keep-going", "--builder", "html", "--fresh-env", source, target,
            COLLECTION_VERSION=galaxy["version"], COLLECTION_REPOSITORY=galaxy["repository"])


def main() -> int:
    """The command; its exit status."""
    target = Path(sys.argv[1]).resolve()
    build(target)
    if found := links.faults(target):
        print("\n".join(found))
        return 1
    print(f"{len(list(target.rglob('*.html')))} pages, all links lead somewhere: {target / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
