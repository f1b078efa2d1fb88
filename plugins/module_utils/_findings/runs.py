# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What the runs of a plan say against it: late, failed, never there, never proved. Rules over Runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import HIGH, LOW, MEDIUM, Rule, runs_by_itself
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import duration as _duration

# a worker that is busy begins later than the schedule says
GRACE = 15 * 60
# a run whose worker died stays in this state for ever
LONGEST_RUN = 24 * 3600


class Run(NamedTuple):
    """One run. ``began``: seconds since the epoch. ``shown``: as a module returns it. ``delivered`` and ``reasons``: its verdict."""

    began: Optional[float]
    shown: Mapping
    delivered: Optional[bool] = None
    reasons: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.shown["status"]


class Runs(NamedTuple):
    """What is known of the runs of one plan. Times and ages in seconds, since the epoch where they are times; None: none, or not known.

    ``seen``: whether executions could be read. ``complete``: whether None means that there never was one. ``scheduled``: when the newest run began that
    the schedule started. ``saved``: when the plan was last saved. ``due``: the last two times by which it should have run, newest first. ``max_age``:
    what the user asks. ``proved``: when a drill last opened a backup; ``drills``: whether there are records, ``max_drill_age``: how old they may be.
    ``drill_of_nobody``: whether a drill opened a backup of a plan of this name of which nothing told the organization.
    ``blocked``: whether the plan itself says that nothing can arrive, which is a finding of its own. ``read_until``: earlier runs were not read.
    """

    now: float
    seen: bool = True
    last: Optional[Run] = None
    success: Optional[Run] = None
    complete: bool = True
    scheduled: Optional[float] = None
    saved: Optional[float] = None
    due: tuple[float, ...] = ()
    max_age: Optional[float] = None
    drills: bool = False
    proved: Optional[float] = None
    max_drill_age: Optional[float] = None
    blocked: bool = False
    read_until: Optional[float] = None
    drill_of_nobody: bool = False

    def ago(self, moment: float) -> str:
        return f"{_duration.words(max(self.now - moment, 0))} ago"

    @property
    def missed(self) -> list[float]:
        """The times by which the plan should have run as it is saved now, newest first."""
        return [due for due in self.due if self.saved is None or self.saved < due]


def _never_ran(plan: Plan, runs: Runs) -> bool:
    if not runs.seen or runs.last is not None or not runs.complete:
        return False
    # a plan of today is not late, and one that is inactive is told so
    return bool(runs.missed) if runs_by_itself(plan) else plan.fields.get("is_active") is not False and plan.schedule.kind == "none"


def _stopped(plan: Plan, runs: Runs) -> list[str]:
    if not runs.seen or runs.last is None or not runs_by_itself(plan) or not runs.missed:
        return []
    due = runs.missed[0]
    if runs.scheduled is None:
        # one that is older than what was read may have been started in time
        unread = runs.read_until is not None and runs.read_until > due - GRACE
        return [] if unread else [f"no run that can be seen was started by it, and one was due {runs.ago(due)}"]
    return [f"the last one began {runs.ago(runs.scheduled)}, and another was due {runs.ago(due)}"] if runs.scheduled + GRACE < due else []


def _failed(_plan: Plan, runs: Runs) -> list[str]:
    if runs.last is None or runs.last.status != "failed":
        return []
    reason = runs.last.shown.get("reason")
    began = f" of {runs.ago(runs.last.began)}" if runs.last.began is not None else ""
    return [f"{began} failed" + (f" ({reason})" if reason else "")]


def _not_delivered(_plan: Plan, runs: Runs) -> list[str]:
    # what a failed run delivered is told by its failure
    if runs.blocked or runs.last is None or runs.last.status != "success" or runs.last.delivered is not False:
        return []
    return ["; ".join(runs.last.reasons) or "nothing arrived"]


def _waited_too_long(plan: Plan, runs: Runs) -> bool:
    """Whether a plan that never ran is older than its backups may be, though its schedule has not come round yet."""
    return (
        runs.complete and runs.max_age is not None and runs.saved is not None and runs.now - runs.saved > runs.max_age and not _never_ran(plan, runs))


def _overdue(plan: Plan, runs: Runs) -> list[str]:
    if not runs.seen or (runs.last is None and not _waited_too_long(plan, runs)):
        return []
    if runs.success is None and runs.last is not None and runs.last.status in ("running", "pending"):
        return []
    began = runs.success.began if runs.success is not None else None
    if runs.success is not None and began is None:
        return []
    if runs.max_age is not None:
        late = began is None or runs.now - began > runs.max_age
        allowed = f"{_duration.words(runs.max_age)} are allowed"
    else:
        # two runs in a row that should have been
        late = runs_by_itself(plan) and len(runs.missed) > 1 and (began is None or began + GRACE < runs.missed[1])
        allowed = "since then two runs were missed or failed" if began is not None else "two runs were missed or failed"
    if not late:
        return []
    return [f"none can be seen, and {allowed}" if began is None else f"it began {runs.ago(began)}, and {allowed}"]


def _stuck(_plan: Plan, runs: Runs) -> list[str]:
    last = runs.last
    if last is None or last.began is None or last.status != "running" or runs.now - last.began < LONGEST_RUN:
        return []
    return [runs.ago(last.began)]


def _never_proved(_plan: Plan, runs: Runs) -> list[str]:
    if not runs.drills or runs.proved is not None:
        return []
    return ["; one was opened that does not say of which organization it is" if runs.drill_of_nobody else ""]


def _drill_too_old(_plan: Plan, runs: Runs) -> list[str]:
    if not runs.drills or runs.proved is None or runs.max_drill_age is None or runs.now - runs.proved <= runs.max_drill_age:
        return []
    return [f"{runs.ago(runs.proved)}, and {_duration.words(runs.max_drill_age)} are allowed"]


RULES = (
    Rule("never-ran", HIGH, _never_ran, "the plan has never run", "execute it once and see what arrives, and see whether the server's scheduler works"),
    Rule(
        "stopped-firing", HIGH, _stopped, "its schedule starts no runs any more: {names}",
        "see whether celery beat runs on the server, and save the plan again, which registers its schedule anew"),
    Rule(
        "last-run-failed", HIGH, _failed, "the last run{names}",
        "mend the cause and execute the plan; a failed run may have left its workbook, unencrypted, in the folder tmp of the server, so look there and "
        "delete it"),
    Rule(
        "nothing-delivered", HIGH, _not_delivered, "JumpServer calls the last run a success, but nothing that can be read arrived: {names}",
        "mend the cause and execute the plan"),
    Rule("overdue", HIGH, _overdue, "its last successful run is too old: {names}", "see why no run succeeds, and execute the plan"),
    Rule(
        "still-running", MEDIUM, _stuck, "the last run began {names} and is still said to be running, as it is for ever when its worker died",
        "see what arrived, and execute the plan again"),
    Rule(
        "never-proved", LOW, _never_proved, "no drill on record has opened the newest backup of this plan{names}",
        "run the playbook jumpserver.accounts.drill with its newest backup"),
    Rule("drill-too-old", MEDIUM, _drill_too_old, "the last drill that opened a backup of this plan was {names}", "run the playbook jumpserver.accounts.drill"),
)
