# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releasing, tried on a clone: what is refused, what is left behind by a failure, and what a release holds."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile

import pytest
import yaml

from tests.toolbox import release, tree

IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.com"))}
NEXT, NEXT_MAJOR = release.successors(release.last_release(), {"minor_changes"})


class Clone:
    """A repository with the files of this one in one commit, and a fragment that announces something new."""

    def __init__(self, folder):
        self.root = tree.export_tree(folder)
        self.environment = {**os.environ, **IDENTITY}
        fragment = self.root / "changelogs/fragments/of-this-test.yml"
        fragment.write_text("---\nminor_changes:\n  - Something that only this test says.\n", encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "all")

    def run(self, *command):
        return subprocess.run(command, cwd=self.root, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)

    def git(self, *arguments):
        process = self.run("git", *arguments)
        assert process.returncode == 0, process.stderr
        return process.stdout

    def release(self, *arguments):
        return self.run(sys.executable, "-m", "tests.toolbox.release", *arguments)

    def state(self):
        """All that a release changes."""
        return self.git("rev-parse", "HEAD"), self.git("tag"), self.git("status", "--porcelain")


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """One for all, with its environments: the tests go from what changes nothing to what does."""
    return Clone(tmp_path_factory.mktemp("clone"))


def test_a_release_that_cannot_be_is_refused(clone):
    before = clone.state()
    for version in ("1.2", "v9.9.9", "0.0.1", release.last_release()):
        refused = clone.release(version)
        assert refused.returncode == 1 and refused.stderr.startswith(f"{version} is not released: ") and NEXT in refused.stderr
    clone.git("tag", NEXT)
    assert f"the tag {NEXT} exists already" in clone.release(NEXT).stderr
    clone.git("tag", "--delete", NEXT)
    clone.root.joinpath("note").touch()
    assert "the checkout holds changes that are not committed" in clone.release(NEXT).stderr
    clone.root.joinpath("note").unlink()
    assert clone.state() == before


def test_a_release_that_fails_leaves_nothing_behind(clone):
    """Here at the changelog, after the version was set."""
    bad = clone.root / "changelogs/fragments/bad.yml"
    bad.write_text("---\nminor_changes: no list\n", encoding="utf-8")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "bad")
    before = clone.state()
    failed = clone.release(NEXT_MAJOR)
    assert failed.returncode != 0 and f"{NEXT_MAJOR} is not released, and nothing was changed." in failed.stderr
    assert clone.state() == before
    clone.git("reset", "--hard", "HEAD~1")


def test_a_release_holds_the_version_the_changelog_and_the_archive(clone):
    done = clone.release(NEXT, "--checks", "changelog")
    assert done.returncode == 0, done.stdout + done.stderr
    assert clone.git("tag") == NEXT + "\n" and clone.git("status", "--porcelain") == ""
    assert clone.git("log", "--format=%s") == f"Release {NEXT}\nall\n"
    assert list(clone.root.glob("changelogs/fragments/*.yml")) == []
    assert "Something that only this test says" in clone.root.joinpath("CHANGELOG.md").read_text(encoding="utf-8")
    with tarfile.open(clone.root / f"jumpserver-accounts-{NEXT}.tar.gz") as opened:
        assert yaml.safe_load(opened.extractfile("MANIFEST.json"))["collection_info"]["version"] == NEXT
        assert f"jumpserver-accounts-{NEXT}.tar.gz" in opened.extractfile("README.md").read().decode()
        assert NEXT in yaml.safe_load(opened.extractfile("changelogs/changelog.yaml"))["releases"]
    assert "  git push origin HEAD %s\n" % NEXT in done.stdout
    assert release.nowhere() in done.stdout


def test_an_address_that_leads_nowhere_is_told_before_it_is_published(monkeypatch, tmp_path):
    monkeypatch.setattr(release, "GALAXY", tmp_path / "galaxy.yml")
    for host, told in (("example.com", "galaxy.yml names addresses on example.com (repository, issues)"), ("git.example.org", "")):
        addresses = {"repository": f"https://{host}/a", "documentation": "https://docs.example.org", "issues": f"https://{host}/issues"}
        release.GALAXY.write_text(yaml.safe_dump(addresses), encoding="utf-8")
        assert told in release.nowhere() and bool(told) == bool(release.nowhere())


def test_every_document_names_the_version_of_the_collection():
    assert release.outdated(release.current_version()) == {}
    mentions = set(map(str, release.outdated("99.0.0")))
    assert {str(tree.ROOT / name) for name in ("galaxy.yml", "README.md", "README.zh-CN.md", "docs/getting-started.md", "docs/awx.md")} <= mentions


@pytest.mark.parametrize("sections, versions", [
    ({"bugfixes"}, ["1.4.3", "1.5.0", "2.0.0"]), ({"bugfixes", "minor_changes"}, ["1.5.0", "2.0.0"]), ({"minor_changes", "removed_features"}, ["2.0.0"])])
def test_the_version_follows_from_what_is_announced(sections, versions):
    assert release.successors("1.4.2", sections) == versions
