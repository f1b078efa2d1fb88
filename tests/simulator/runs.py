# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of plans: queued, running, finished. No thread works here; each request first brings the runs up to its own moment."""

from __future__ import annotations

import datetime
import time

from . import verdicts
from .models import Execution, Plan, Task
from .runtime import runtime

UTC = datetime.timezone.utc


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, tz=UTC)


def start(plan, user):
    """Queue a run of *plan*; the answer is its task, whose id the execution will have."""
    now = time.time()
    task = Task.objects.create(plan_id=plan.pk, user=user, date_published=moment(now))
    runtime.queued[task.pk] = now
    return task


def advance():
    """Let happen what is due by now, in the order of time."""
    if not (runtime.queued or runtime.running):
        return
    with runtime.write_lock:
        now = time.time()
        while True:
            steps = [step for step in _steps() if step[0] <= now]
            if not steps:
                return
            at, step, key = min(steps, key=lambda one: one[0])
            step(key, at)


def _steps():
    """(moment, what happens then, task id) for each open run, by the switches of now."""
    switches = runtime.switches
    if switches["worker"]:
        yield from ((since + switches["start_delay"], _begin, key) for key, since in list(runtime.queued.items()))
    if not switches["run_dies"]:
        yield from ((since + switches["run_seconds"], _end, key) for key, since in list(runtime.running.items()))


def _begin(key, at):
    """A worker takes the task: from here on the execution exists, unless the plan is gone."""
    del runtime.queued[key]
    task = Task.objects.get(pk=key)
    task.date_start = moment(at)
    task.state = "RUNNING"
    plan = Plan.objects.filter(pk=task.plan_id).first()
    if plan is None:
        task.state, task.date_finished = "SUCCESS", moment(at)
    else:
        Execution.objects.create(
            pk=key, plan=plan, org_id=plan.org_id, date_start=moment(at), snapshot=verdicts.snapshot(plan),
        )
        Plan.objects.filter(pk=plan.pk).update(last_execution_date=moment(at))
        runtime.running[key] = at
    task.save()


def _end(key, at):
    del runtime.running[key]
    Task.objects.filter(pk=key).update(state="SUCCESS", date_finished=moment(at))
    execution = Execution.objects.select_related("plan").filter(pk=key).first()
    if execution is None:  # the plan was deleted meanwhile, and its executions with it
        return
    outcome = verdicts.outcome(execution.plan)
    execution.is_success = outcome.failure is None
    execution.status = "success" if outcome.failure is None else "error"
    execution.reason = (outcome.failure or "-")[:1024]
    execution.accounts, execution.types = outcome.accounts, outcome.types
    about = {"execution": str(key), "plan": execution.plan.name, "organization": str(execution.org_id), "accounts": outcome.accounts, "moment": at}
    runtime.arrived += [dict(about, **one) for one in outcome.arrived]
    execution.date_finished = moment(at)
    execution.timedelta = round(max(at - execution.date_start.timestamp(), 0.01), 6)
    execution.save()
