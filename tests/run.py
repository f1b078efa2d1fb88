# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the sessions of the noxfile side by side and sum up what they found.

    python -m tests.run [--jobs N] [TAG ...]

Without a tag all sessions run. Each test that pytest ran counts as one, each other session as one. The exit status is 0
only if nothing failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from .toolbox.tree import ROOT, folder_without_blanks

CACHE = folder_without_blanks(".nox") / ".cache"
JUNIT = CACHE / "junit"
REPORT = CACHE / "report.json"


@dataclass
class Outcome:
    """What one session found."""

    name: str
    status: str  # "passed", "failed" or "not run"
    seconds: float
    reason: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def run_sessions(tags: list[str], jobs: int) -> int:
    """Run the sessions with any of these tags (all if none is given); return nox's exit status."""
    shutil.rmtree(JUNIT, ignore_errors=True)
    JUNIT.mkdir(parents=True)
    REPORT.unlink(missing_ok=True)
    selection = ["--tags", *tags] if tags else []
    command = [sys.executable, "-m", "nox", "--non-interactive", "--parallel", str(jobs), "--report", str(REPORT), *selection]
    return subprocess.run(command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL).returncode


def count_tests(report: Path) -> tuple[int, int, int]:
    """Numbers of passed, failed and skipped tests in a JUnit report."""
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    total, failures, errors, skipped = (sum(int(suite.get(key, 0)) for suite in suites) for key in ("tests", "failures", "errors", "skipped"))
    return total - failures - errors - skipped, failures + errors, skipped


def read_outcome(entry: dict) -> Outcome:
    """The outcome of one session from its entry in nox's report and, if it ran pytest, from the report of that."""
    outcome = Outcome(entry["name"], "passed" if entry["result"] == "success" else "failed", entry["duration"], entry["reason"] or "")
    report = JUNIT / f"{outcome.name}.xml"
    if entry["result"] == "skipped":
        outcome.status = "not run"
    elif report.exists():
        outcome.passed, outcome.failed, outcome.skipped = count_tests(report)
    elif outcome.status == "passed":
        outcome.passed = 1
    if outcome.status == "failed":
        outcome.failed = max(outcome.failed, 1)
    return outcome


def summary(outcomes: list[Outcome]) -> list[str]:
    """The closing lines: one for each session, what could not run, and the sum."""
    width = max(len(outcome.name) for outcome in outcomes)
    lines = [f"{one.name:<{width}}  {one.seconds:6.1f} s  {one.passed:5} passed  {one.failed:3} failed  {one.status.upper()}" for one in outcomes]
    for one in outcomes:
        if one.status == "not run":
            lines.append(f"WARNING: {one.name} was NOT RUN. {one.reason}")
        if one.skipped:
            lines.append(f"WARNING: {one.name} skipped {one.skipped} of its tests.")
    passed, failed, skipped = (sum(getattr(one, key) for one in outcomes) for key in ("passed", "failed", "skipped"))
    skipped += sum(one.status == "not run" for one in outcomes)
    return [*lines, f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")]


def main() -> int:
    """Run, sum up, and tell whether all went well."""
    parser = argparse.ArgumentParser(description="Run the checks of the collection and sum up.")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 4), help="sessions at a time (default: one per processor, at most 4)")
    parser.add_argument("tags", nargs="*", help="kinds of sessions to run, such as lint, sanity, unit, contract, integration")
    options = parser.parse_args()
    status = run_sessions(options.tags, options.jobs)
    outcomes = [read_outcome(entry) for entry in json.loads(REPORT.read_text(encoding="utf-8"))["sessions"]] if REPORT.exists() else []
    if not outcomes:
        print("No session ran.\n0 passed, 1 failed")
        return status or 1
    print("\n".join(summary(outcomes)))
    return status or int(any(outcome.failed for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
