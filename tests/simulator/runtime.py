# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one running server knows beside its database: version, switches, counters, faults."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

from . import behaviour

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

#: the run-time switches with their values at the start; see the control API
SWITCHES = {
    "worker": True,  # false: started runs stay queued
    "mail": "ok",  # or "down": the mail server refuses everything
    "sftp": "ok",  # or "down": no SFTP storage can be reached; "full": it can be, but takes no file, which the server does not notice
    "start_delay": 0.2,  # seconds until a started run has its row
    "run_seconds": 0.2,  # seconds a run takes
    "run_dies": False,  # true: the worker dies with its runs, they stay in the running state for ever
    "latency_ms": 0.0,  # added to each request
    "row_cost_ms": 0.0,  # added for each plan row that is written out
    "web_workers": None,  # requests that are worked on at a time, the others wait; null: no limit
    "race": 0.0,  # share of the writes that look for their name before it is their turn, and so lose a race with a 500 instead of a 400
    "throttle": None,  # requests a minute and user; null: no limit
}


class Requests:
    """The requests answered since the last reset."""

    def __init__(self):
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        self.log = []

    def add(self, entry):
        with self._lock:
            self.log.append(entry)

    def report(self):
        """{"total", "safe", "unsafe", "by_method": {method: count}, "log": [entries]}"""
        log = list(self.log)
        by_method = {}
        for entry in log:
            by_method[entry["method"]] = by_method.get(entry["method"], 0) + 1
        safe = sum(by_method.get(method, 0) for method in SAFE_METHODS)
        return {"total": len(log), "safe": safe, "unsafe": len(log) - safe, "by_method": by_method, "log": log}


class Runtime:
    """The one server of this process."""

    def __init__(self):
        self.requests = Requests()
        self.write_lock = threading.RLock()  # SQLite takes one writer at a time
        self._counting = threading.Lock()
        self._turns = threading.Condition()
        self.busy = 0  # requests that are worked on
        self.writers = 0
        self.faults = []
        self.switches = {}
        self.configure("4.10")

    def configure(self, version, edition="enterprise", **switches):
        self.behaviour = behaviour.at(behaviour.release(version))
        self.edition = edition
        self.database = self.behaviour.database
        self.first_switches = dict(SWITCHES, throttle=self.behaviour.throttle, race=self.behaviour.race, **switches)
        self.restart()

    def restart(self):
        """Switches, counters, faults and everything kept in memory as at the start."""
        self.switches = dict(self.first_switches)
        self.requests.reset()
        self.faults = []
        self.login_failures = {}
        self.throttle_history = {}
        self.keys_used = {}  # access key id -> moment
        self.key_users = {}  # user id -> moment at which a key or private token was last used
        self.remembered_ids = {}  # "spm" of a list -> ids
        self.queued = {}  # task id -> moment since when it waits for a worker
        self.running = {}  # task id -> moment since when it runs
        self.arrived = []  # mails and files that the runs delivered, see the control API

    @contextmanager
    def turn(self):
        """Around each request: where all web workers are busy, it waits for one."""
        with self._turns:
            self._turns.wait_for(lambda: self.switches["web_workers"] is None or self.busy < self.switches["web_workers"])
            self.busy += 1
        try:
            yield
        finally:
            with self._turns:
                self.busy -= 1
                self._turns.notify()

    @contextmanager
    def writing(self):
        """Around each write of plans: ``writers`` tells how many are under way."""
        with self._counting:
            self.writers += 1
        try:
            yield
        finally:
            with self._counting:
                self.writers -= 1

    @property
    def enterprise(self):
        return self.edition == "enterprise"

    @property
    def honours_organizations(self):
        return self.enterprise or self.behaviour.community_honours_organizations

    def change_switches(self, values):
        """Set some switches, or the edition; unknown names raise ValueError. A worker that comes back finds the queued runs."""
        unknown = sorted(set(values) - set(SWITCHES) - {"edition"})
        if unknown:
            raise ValueError("unknown settings: %s" % ", ".join(unknown))
        if values.get("worker") and not self.switches["worker"]:
            self.queued = dict.fromkeys(self.queued, time.time())
        self.switches.update(values)
        self.edition = self.switches.pop("edition", self.edition)


runtime = Runtime()
