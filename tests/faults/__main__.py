# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python -m tests.faults``: the whole campaign, or one history of it again."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import pprint
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait

from tests.faults import canaries, histories, report
from tests.faults.campaign import Campaign
from tests.faults.children import Children
from tests.faults.kept import Kept
from tests.faults.play import Stage

OPTION_VERSIONS = ("4.10", "3.10", "3.5")
CHUNK = 500  # option sets of one process


def arguments():
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Play faults between modules and a simulated JumpServer, and check what was reported.")
    parser.add_argument("--seed", type=int, metavar="N", help="play this one history again and show all of it")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="the first seed (default: 1)")
    parser.add_argument("--faults", type=int, default=10_000, metavar="N", help="go on until so many faults were injected (default: 10000)")
    parser.add_argument("--option-sets", type=int, default=100_000, metavar="N", help="so many generated option sets (default: 100000)")
    parser.add_argument("--canaries", type=int, default=10, metavar="N", help="so many playbooks that are searched for secrets (default: 10)")
    parser.add_argument("--workers", type=int, default=4 * (os.cpu_count() or 1), metavar="N", help="histories at a time; most of their time they wait")
    parser.add_argument("--minutes", type=float, metavar="N", help="begin nothing new after so many minutes")
    parser.add_argument("--output", default="tests/output/faults", metavar="FOLDER", help="what was found so far is kept here, and not played again")
    parser.add_argument("--publish", action="store_true", help="write the figures to docs/reliability.md")
    return parser.parse_args()


def again(seed):
    """Play one history and show what happened; whether it broke a promise."""
    pprint.pprint(histories.of(seed), width=160)
    campaign = Campaign([seed], 1)
    try:
        played, found = campaign.one(seed)
    finally:
        campaign.stop()
    for ran in [*played.faulty, played.clean, played.again]:
        if ran is None:
            continue
        print("\n%s: ended with %s after %.1f s" % (ran.name, ran.status, ran.ended - ran.started))
        for fault in ran.injected:
            carried_out = ", carried out" if fault.carried_out else ""
            print("  %.3f fault %s at %s %s%s" % (fault.at - ran.started, fault.kind, fault.method, fault.path, carried_out))
        for entry in ran.requests:
            asked = "%(method)s %(path)s?%(query)s of %(organization)s: %(status)s" % entry
            print("  %.3f %s" % (entry["at"] - ran.started, asked))
            for effect in entry["effects"]:
                print("        %.3f %s" % (effect["at"] - ran.started, effect))
        print("  said: %s" % ran.text.strip()[:4000])
    return bool(found)


def option_sets(first, count, processes, until=float("inf"), kept=None, children=None):
    """The sums of all option sets, played by several processes; none is started after ``until``. Those that are kept are not played again."""
    lines = kept.lines if kept else []
    played, children = {line["first"] for line in lines}, children or Children()

    def chunk(version, start, size):
        if time.time() > until:
            return
        command = [sys.executable, "-m", "tests.faults.option_sets", "--version", version, "--first", str(start), "--count", str(size)]
        ran = children.run(command, encoding="utf-8")
        ran.check_returncode()
        line = dict(json.loads(ran.stdout.strip().splitlines()[-1]), version=version, first=start)
        for number, what in line["faults"]:
            print("option set %d of %s: %s" % (number, version, what), flush=True)
        kept.add(line) if kept else lines.append(line)

    chunks = [(OPTION_VERSIONS[number % len(OPTION_VERSIONS)], start, min(CHUNK, first + count - start))
              for number, start in enumerate(range(first, first + count, CHUNK))]
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(lambda one: chunk(*one), [one for one in chunks if one[1] not in played]))
    sums = Counter()
    for line in lines:
        sums.update({key: line[key] for key in ("sets", "succeeded", "round_trips")})
    return sums, [(line["version"], number, what) for line in lines for number, what in line["faults"]]


def canary_runs(first, count, until=float("inf"), kept=None, children=None):
    """(things searched by place, what was found, faults) of several playbooks. Those that are kept are not run again."""
    lines = kept.lines if kept else []
    played = {line["seed"] for line in lines}
    left = [seed for seed in range(first, first + count) if seed not in played]
    if left:
        stage = Stage("3.10")  # it shows ZIP passwords of executions in clear
        try:
            for seed in left:
                if time.time() > until:
                    break
                with tempfile.TemporaryDirectory() as folder:
                    searched, hits, injected = canaries.search(stage, folder, seed, children or Children())
                for place, what in hits:
                    print("canaries, seed %d: %s: %s" % (seed, place, what), flush=True)
                line = {"seed": seed, "searched": searched, "found": hits, "faults": Counter(fault.kind for fault in injected)}
                kept.add(line) if kept else lines.append(line)
        finally:
            stage.stop()
    searched, faults = Counter(), Counter()
    for line in lines:
        searched.update(line["searched"])
        faults.update(line["faults"])
    return searched, [(line["seed"], place, what) for line in lines for place, what in line["found"]], faults


def end(*received):
    """A signal ends the campaign as Ctrl-C does: what it has started is stopped. Another one changes nothing any more."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if options.seed is not None:
        return again(options.seed)
    until = time.time() + 60 * options.minutes if options.minutes is not None else float("inf")
    histories_kept, sets_kept, canaries_kept = (Kept(options.output, name) for name in ("histories.jsonl", "option-sets.jsonl", "canaries.jsonl"))
    played = {line["seed"] for line in histories_kept.lines}
    seeds = (seed for seed in itertools.count(options.first) if seed not in played)
    campaign = Campaign(seeds, options.workers, options.faults, lambda text: print(text, flush=True), until, histories_kept.add)
    for line in histories_kept.lines:
        campaign.sums.add(line)
    with ThreadPoolExecutor(2) as pool:
        children = Children()
        sets = pool.submit(option_sets, options.first, options.option_sets, os.cpu_count() or 1, until, sets_kept, children)
        leaks = pool.submit(canary_runs, options.first, options.canaries, until, canaries_kept, children)
        try:
            sums = campaign.run()
            wait((sets, leaks))
        except KeyboardInterrupt:
            children.end()
            wait((sets, leaks))
            print("ended; what was found is kept in %s, and the next campaign goes on from there" % options.output, flush=True)
            return 128 + signal.SIGTERM
        finally:
            children.end()  # whatever ended the histories, nobody waits for the rest
        numbers = [line["seed"] for line in histories_kept.lines] or [options.first]
        figures = report.figures(sums, min(numbers), max(numbers), sets.result(), leaks.result())
    print(report.table(figures))
    if options.publish:
        report.publish(figures)
    return report.is_broken(figures)


if __name__ == "__main__":
    sys.exit(main())
