# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many histories, some at a time, and the sums of what they showed."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.faults import checker, histories
from tests.faults.play import LONGEST_HISTORY, Played, Stage


@dataclass
class Sums:
    """What many histories add up to."""

    histories: Counter = field(default_factory=Counter)  # by version
    shapes: Counter = field(default_factory=Counter)
    runs: int = 0
    clean_runs: int = 0
    killed: int = 0
    together: int = 0
    playbooks: int = 0
    faults: Counter = field(default_factory=Counter)  # by kind
    violations: list = field(default_factory=list)  # (seed, Violation)

    def add(self, line):
        """Add what ``line_of`` tells of one history."""
        self.histories[line["version"]] += 1
        self.shapes[line["shape"]] += 1
        for name in ("runs", "clean_runs", "together", "playbooks", "killed"):
            setattr(self, name, getattr(self, name) + line[name])
        self.faults.update(line["faults"])
        self.violations += [(line["seed"], checker.Violation(*violation)) for violation in line["violations"]]

    @property
    def injected(self):
        return sum(self.faults.values())

    def of(self, category):
        return [pair for pair in self.violations if pair[1].category == category]


def line_of(played, found):
    """What one history adds to the Sums, as plain values."""
    return {
        "seed": played.history.seed, "version": played.history.version, "shape": played.history.kind, "runs": len(played.faulty),
        "clean_runs": 2 if played.clean else 0, "together": _together(played.history), "playbooks": int(played.history.playbook),
        "killed": sum(ran.killed for ran in played.faulty), "faults": Counter(fault.kind for ran in played.faulty for fault in ran.injected),
        "violations": found}


def _together(history):
    """How many runs have others in their round."""
    rounds = Counter(controller.round for controller in history.controllers)
    return sum(count for count in rounds.values() if count > 1)


class Campaign:
    """Plays the histories of ``seeds`` in ``workers`` threads, each with a simulator of its own, until they or ``faults`` are used up, or the time is."""

    def __init__(self, seeds, workers, faults=None, tell=print, until=float("inf"), keep=lambda line: None):
        self.seeds, self.workers, self.most_faults, self.tell, self.until = iter(seeds), workers, faults, tell, until
        self.sums, self.lock = Sums(), threading.Lock()
        self.stages = {version: queue.LifoQueue() for version in histories.VERSIONS}
        self.started = []
        self.last_seed, self.keep = None, keep
        self.stopping = False

    def run(self):
        """Play them all; returns the Sums."""
        failures = []

        def work():
            try:
                while (seed := self._next()) is not None:
                    self.one(seed)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, daemon=True) for _number in range(self.workers)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self.stop()
        if failures:
            raise failures[0]
        return self.sums

    def stop(self):
        """End all simulators."""
        with self.lock:
            self.stopping, started, self.started = True, self.started, []
        with ExitStack() as ends:  # of each, whatever becomes of the others
            for stage in started:
                ends.callback(stage.stop)
            for stage in started:
                stage.abandon()

    def _next(self):
        with self.lock:
            if self.stopping or time.time() > self.until or (self.most_faults is not None and self.sums.injected >= self.most_faults):
                return None
            seed = next(self.seeds, None)
            self.last_seed = self.last_seed if seed is None else seed
            return seed

    def one(self, seed):
        """Play one history and check it."""
        history = histories.of(seed)
        waiting = self.stages[history.version]
        try:
            stage = waiting.get_nowait()
        except queue.Empty:
            stage = Stage(history.version)
            with self.lock:
                if not self.stopping:
                    self.started.append(stage)
            if self.stopping:
                stage.stop()
                raise RuntimeError("the campaign is over") from None
        watch = threading.Timer(LONGEST_HISTORY, stage.abandon)
        watch.daemon = True
        watch.start()
        try:
            played = stage.play(history)
        except Exception as error:
            if self.stopping:
                raise
            stage.abandon()  # never used again
            played, found = Played(history, []), [checker.Violation(checker.UNCLEAR, "a history without an end", "%s: %s" % (type(error).__name__, error))]
        else:
            found = checker.check(played)
            waiting.put(stage)
        finally:
            watch.cancel()
        with self.lock:
            line = line_of(played, found)
            self.sums.add(line)
            self.keep(line)
            for violation in found:
                self.tell("seed %d (%s, %s): %s: %s: %s" % (seed, history.version, history.kind, violation.category, violation.rule, violation.told))
        return played, found
