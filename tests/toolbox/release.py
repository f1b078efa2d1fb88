# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Release a version: all of it but publishing.

    python -m tests.toolbox.release VERSION [--checks TAG ...]

Sets the version, turns the fragments into the changelog, runs the checks, builds the archive, commits, and tags the commit. Nothing is pushed. If anything
fails, the checkout is as it was before.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from . import archive
from .tree import ROOT

GALAXY = ROOT / "galaxy.yml"
NUMBER = r"\d+\.\d+\.\d+"
# how the documents write the version, and what it becomes
MENTIONS = (
    (rf"jumpserver-accounts-{NUMBER}\.tar\.gz", "jumpserver-accounts-{version}.tar.gz"),
    (rf"jumpserver\.accounts:=={NUMBER}", "jumpserver.accounts:=={version}"),
    (rf">={NUMBER},<{NUMBER}", ">={version},<{next_major}"),
)
# what fragments announce, and the part of the version that has to rise for it
BREAKING = {"breaking_changes", "removed_features"}
ADDING = {"major_changes", "minor_changes", "deprecated_features"}


def git(*arguments: str) -> str:
    """What a git command says."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def next_major(version: str) -> str:
    return f"{parts(version)[0] + 1}.0.0"


def current_version() -> str:
    """The version in galaxy.yml."""
    return str(yaml.safe_load(GALAXY.read_text(encoding="utf-8"))["version"])


def last_release() -> str:
    """The newest version in the changelog."""
    return max(yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"], key=parts)


def announced() -> set[str]:
    """The sections of all fragments."""
    return {section for path in ROOT.glob("changelogs/fragments/*.yml") for section in yaml.safe_load(path.read_text(encoding="utf-8"))}


def successors(last: str, sections: set[str]) -> list[str]:
    """The versions that may follow a release, going by what is announced."""
    major, minor, patch = parts(last)
    found = [f"{major + 1}.0.0"]
    if not sections & BREAKING:
        found.insert(0, f"{major}.{minor + 1}.0")
        if not sections & ADDING:
            found.insert(0, f"{major}.{minor}.{patch + 1}")
    return found


def objections(version: str) -> Iterator[str]:
    """Why this version cannot be released now."""
    if git("status", "--porcelain"):
        yield "the checkout holds changes that are not committed"
    if git("tag", "--list", version):
        yield f"the tag {version} exists already"
    sections = announced()
    if not sections:
        yield "there are no fragments in changelogs/fragments, so nothing has changed"
    allowed = successors(last_release(), sections)
    if version not in allowed:
        yield f"after {last_release()}, and with what the fragments announce, the version must be {' or '.join(allowed)}"


def outdated(version: str) -> dict[Path, str]:
    """Files that name another version, and their text with this one."""
    found = {}
    documents = [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("extensions/**/*.yml")]
    for path in [GALAXY, *documents]:
        text = new = path.read_text(encoding="utf-8")
        if path == GALAXY:
            new = re.sub(r"^version: .*$", f"version: {version}", new, flags=re.MULTILINE)
        for pattern, mention in MENTIONS:
            new = re.sub(pattern, mention.format(version=version, next_major=next_major(version)), new)
        if new != text:
            found[path] = new
    return found


def nowhere() -> str:
    """What is to be said of addresses in galaxy.yml that stand for some that there are not yet, "" for none."""
    described = yaml.safe_load(GALAXY.read_text(encoding="utf-8"))
    kept = [name for name in ("repository", "documentation", "issues") if urlsplit(described[name]).hostname == "example.com"]
    return f"It is not for publishing yet: galaxy.yml names addresses on example.com ({', '.join(kept)}), and so do the links of the READMEs." if kept else ""


def release(version: str, tags: list[str]) -> Path:
    """Do it; return the archive."""
    for path, text in outdated(version).items():
        path.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "nox", "--session", "changelog", "--", "release"], cwd=ROOT, check=True)
    subprocess.run([sys.executable, "-m", "tests.run", *tags], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        built = archive.build(Path(sys.executable).parent / "ansible-galaxy", Path(folder))
        if faults := archive.faults(built):
            raise SystemExit("\n".join(faults))
        kept = shutil.copy(built, ROOT)
    git("commit", "--quiet", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", "--message", f"jumpserver.accounts {version}", version)
    return Path(kept)


def main() -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(description="Release a version of the collection: all of it but publishing.")
    parser.add_argument("version", help="such as 1.2.0")
    parser.add_argument("--checks", nargs="+", default=[], metavar="TAG", help="run the checks of these kinds only, where the others passed on this commit")
    options = parser.parse_args()
    if found := list(objections(options.version)):
        print(f"{options.version} is not released: " + "; ".join(found) + ".", file=sys.stderr)
        return 1
    try:
        built = release(options.version, options.checks)
    except BaseException:
        git("restore", "--staged", "--worktree", ".")
        print(f"{options.version} is not released, and nothing was changed.", file=sys.stderr)
        raise
    print(f"{options.version} is released here: {built.name}, a commit and a tag. To publish it, once its checks have passed elsewhere too:")
    print(f"  git push origin HEAD {options.version}\n  ansible-galaxy collection publish {built.name}")
    if told := nowhere():
        print(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
