# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m tests.benchmark``: measure, print the tables, write results.json and performance.png, compare with the goals."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from ..simulator.control import ROOT
from . import archives, audits, goals, parts, picture, report
from .estate import Estate
from .laboratory import Laboratory, ansible_playbook

RESULTS, PICTURE = "results.json", "performance.png"
PUBLISHED_RESULTS = ROOT / "tests" / "benchmark" / RESULTS
PUBLISHED_PICTURE = ROOT / "docs" / "images" / PICTURE
PAGE = ROOT / "docs" / "performance.md"
MOST_RUNS_OF_GROWTH = 2  # each takes a minute


def arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="How fast an estate of backup plans converges, and beside what.")
    parser.add_argument("--quick", action="store_true", help="a small estate and one run each, to see that all works; its ratios mean little")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each measurement (default: 3, with --quick 1)")
    parser.add_argument("--latency", type=float, default=10, metavar="MS", help="what the simulator adds to each request (default: 10)")
    parser.add_argument("--row-cost", type=float, default=8, metavar="MS", help="what it adds for each full row (default: 8)")
    parser.add_argument("--output", type=Path, default=ROOT / "tests" / "output" / "benchmark", metavar="FOLDER",
                        help="where %s and %s go (default: tests/output/benchmark)" % (RESULTS, PICTURE))
    parser.add_argument("--publish", action="store_true", help="also renew tests/benchmark/%s, docs/images/%s and docs/performance.md" % (RESULTS, PICTURE))
    options = parser.parse_args()
    options.runs = options.runs or (1 if options.quick else 3)
    return options


def measure(options):
    """All results."""
    organizations, growth = (4, (1, 2, 4)) if options.quick else (20, (2, 20, 200))
    results = {"machine": machine(), "settings": {"latency_ms": options.latency, "row_cost_ms": options.row_cost, "runs": options.runs}}
    estate = Estate(organizations)
    results.update(organizations=estate.organizations, plans=estate.size, date=datetime.date.today().isoformat())
    with Laboratory(estate, options.latency, options.row_cost) as laboratory:
        results["settings"]["version"] = laboratory.simulator.version
        parts.say("The simulator beside a real server")
        results["calibration"] = parts.calibration(laboratory)
        parts.say("%d plans, side by side" % estate.size)
        results["side_by_side"] = parts.side_by_side(laboratory, options.runs)
        parts.say("The same plans one by one")
        results["loops"] = parts.loops(laboratory, options.runs)
        parts.say("Ten hosts")
        results["hosts"] = parts.hosts(laboratory, options.runs)
        parts.say("Requests by user")
        results["administrators"] = parts.administrators(laboratory)
        parts.say("One task")
        results["cold_start"] = parts.cold_start(laboratory, options.runs)
    with Laboratory(Estate(organizations, narrow=True), options.latency, options.row_cost) as laboratory:
        parts.say("Without recipients")
        results["narrow"] = parts.narrow(laboratory, options.runs)
    parts.say("Growth")
    with contextlib.ExitStack() as stack:
        laboratories = [stack.enter_context(Laboratory(Estate(count), options.latency, options.row_cost)) for count in growth]
        results["growth"] = parts.growth(laboratories, min(options.runs, MOST_RUNS_OF_GROWTH))
    parts.say("An audit")
    results["audit"] = audits.measure(growth[-1], options.latency, options.row_cost, min(options.runs, MOST_RUNS_OF_GROWTH))
    parts.say("Opening a backup")
    results["archives"] = archives.measure(1000 if options.quick else archives.ACCOUNTS)
    results["goals"] = goals.judge(results)
    return results


def machine():
    """Where this runs, in words that name no one."""
    said = subprocess.run([ansible_playbook(), "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(), "system": platform.system(),
        "python": platform.python_version(), "ansible_core": re.search(r"core ([\d.]+\w*)", said).group(1), "requests": metadata.version("requests"),
    }


def write(results, json_path, picture_path):
    """The two files; folders are made."""
    for path in (json_path, picture_path):
        path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    picture.draw(results, picture_path)


def main():
    options = arguments()
    results = measure(options)
    print("\n%s\n\n%s\n" % (report.text(results), report.archives(results["archives"])))
    write(results, options.output / RESULTS, options.output / PICTURE)
    if options.publish:
        write(results, PUBLISHED_RESULTS, PUBLISHED_PICTURE)
        report.publish(PAGE, results)
    missed = [row["goal"] for row in results["goals"] if not row["reached"]]
    if options.quick:
        print("The goals are meant for the whole estate; nothing follows from them here.")
        return 0
    print("MISSED: %s" % "; ".join(missed) if missed else "All goals were reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
