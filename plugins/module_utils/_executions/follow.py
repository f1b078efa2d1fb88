# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Start a run, look for one whose start was not answered, and wait for its end, whatever the weather."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import moment
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import Dialect, EXECUTIONS, EXECUTIONS_BY_PLAN_NAME
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization, as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.doubt import surely_not_carried_out
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError, Refused, Unknown, Unreachable
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.listing import rows_of
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import ProvedScope, Scope

TASKS = "/api/v1/ops/task-executions/"
FIRST_POLL, LONGEST_POLL = 0.5, 5.0
# a queued run has no row; after this long it is worth asking whether its task still exists
PATIENCE = 2.0
# how long to look for a run whose start was not answered: a worker usually takes one within a second
LONGEST_LOOK = 10.0
# dates of the API are in whole seconds
ROUNDING = 1.0


class Executions:
    """The executions of one organization."""

    def __init__(self, scope: Scope, sleep: Callable = time.sleep, clock: Callable = time.monotonic, now: Callable = time.time) -> None:
        self.scope = scope
        self._sleep = sleep
        self._clock = clock
        self._now = now

    @property
    def organization(self) -> Organization:
        return self.scope.organization

    # starting

    def start(self, plan: Plan, dialect: Dialect, look_for: float = LONGEST_LOOK) -> str:
        """Start a run and return its id. Never sent twice: that would be two backups.

        An answer that does not prove the outcome is followed by a look for the run, of ``look_for`` seconds at most; Unknown if none shows.
        """
        doing = f"start the backup plan {plan.name!r} of organization {self.organization.label!r}"
        began = self._clock()
        try:
            body = ProvedScope(self.scope.client, self.organization).post(EXECUTIONS, {dialect.execution_key: plan.id}, doing).body
        except (Unreachable, Refused) as error:
            if surely_not_carried_out(error):
                raise
            lost = str(error)
        else:
            task = body.get("task") if isinstance(body, dict) else None
            if isinstance(task, str) and as_uuid(task):
                return task
            lost = f"Could not {doing}: the server's answer names no run."
        found = self._started_since(plan, began, min(look_for, LONGEST_LOOK))
        if found is None:
            raise Unknown(
                f"{lost} A run may be going on all the same, though none shows yet: look at the plan's executions before it is started again.")
        return found

    def _started_since(self, plan: Plan, began: float, look_for: float) -> Optional[str]:
        """The id of the newest run of a plan that somebody started after ``began``; looked for more than once, as a queued run does not show."""
        pause = FIRST_POLL
        while True:
            self._sleep(pause)
            try:
                found = self._newest_manual(plan, began)
            except JumpServerError:
                found = None
            if found is not None or self._clock() - began + pause >= look_for:
                return found
            pause = min(pause * 2, LONGEST_POLL)

    def _newest_manual(self, plan: Plan, began: float) -> Optional[str]:
        doing = f"look for the run of the backup plan {plan.name!r} of organization {self.organization.label!r}"
        params = {"order": "-date_start", "limit": 100, "offset": 0, **by_name(plan.name)}
        # not as a listing, since the date of the answer is needed too
        answer = self.scope.get(EXECUTIONS, doing, params)
        since = self._server_time(answer) - (self._clock() - began) - ROUNDING
        ours = [
            row for row in rows_of(answer.body)
            if _row.plan_id(row) == plan.id and _row.is_manual(row) and (moment(row.get("date_start")) or 0) >= since]
        return max(ours, key=lambda row: moment(row["date_start"]) or 0)["id"] if ours else None

    def _server_time(self, answer: Any) -> float:
        """The server's clock, by which its runs are dated; ours where it does not tell."""
        try:
            return parsedate_to_datetime(answer.headers["Date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return self._now()

    # following

    def find(self, execution_id: str) -> Optional[dict]:
        """The row of a run, or None: it exists only once a worker has taken the task."""
        return self.scope.find(f"{EXECUTIONS}{execution_id}/", f"read the execution {execution_id} in organization {self.organization.label!r}")

    def task_state(self, execution_id: str) -> str:
        """``queued``, ``finished``, or ``unknown`` where the server shows no such task to this user."""
        try:
            task = self.scope.find(f"{TASKS}{execution_id}/", f"read the task {execution_id}")
        except Refused as error:
            if error.status != 403:
                raise
            return "unknown"
        if task is None:
            return "unknown"
        return "finished" if task.get("is_finished") else "queued"

    def follow(self, execution_id: str, wait_timeout: float, start_timeout: float, seen: Callable, ours: bool = True) -> dict:
        """Poll until the run has ended, and return its row. ``seen(row or None)`` is called with what each poll showed.

        ``ours``: whether the run surely is one of this organization, and not one of another that this user may not look into.

        A server that fails, or is restarted, ends nothing as long as ``wait_timeout`` allows. Raises JumpServerError when no worker takes the run
        within ``start_timeout`` seconds, when its plan is gone, or after ``wait_timeout`` seconds.
        """
        began, pause, trouble = self._clock(), FIRST_POLL, ""
        while True:
            try:
                row, trouble = self.find(execution_id), ""
                seen(row)
                if row is not None and _row.is_finished(_row.summary(row)):
                    return row
                if row is None:
                    self._check_queue(execution_id, self._clock() - began, start_timeout, ours)
            except (Unreachable, Refused) as error:
                if _is_final(error):
                    raise
                trouble = f" The last attempt to look: {error}"
            waited = self._clock() - began
            if waited >= wait_timeout:
                raise JumpServerError(
                    f"The execution {execution_id} is not finished after {int(waited)} seconds (wait_timeout). It goes on; wait for it again with "
                    f"execution_id.{trouble}")
            self._sleep(min(pause, max(wait_timeout - waited, 0.05)))
            pause = min(pause * 1.5, LONGEST_POLL)

    def _check_queue(self, execution_id: str, waited: float, start_timeout: float, ours: bool) -> None:
        if waited < PATIENCE and waited < start_timeout:
            return
        if self.task_state(execution_id) == "finished" and self.find(execution_id) is None:
            raise JumpServerError(
                f"The execution {execution_id} left no trace: its backup plan was deleted before a worker took it"
                f"{'' if ours else ', or it belongs to another organization'}.")
        if waited >= start_timeout:
            raise JumpServerError(
                f"No worker took the execution {execution_id} within {int(waited)} seconds (start_timeout): it stays queued, or does not exist. "
                "Check that JumpServer's celery service runs; wait for it again with execution_id.")


def by_name(name: str) -> dict:
    """Every spelling of the filter by the plan's name; the one that this version knows narrows the list, the others are ignored."""
    return dict.fromkeys(EXECUTIONS_BY_PLAN_NAME, name)


def _is_final(error: Unreachable | Refused) -> bool:
    """Whether waiting any longer is pointless: another certificate, or a credential that is not accepted any more."""
    if isinstance(error, Unreachable):
        return error.hopeless and not error.sent
    return error.status < 500 and error.status not in (404, 408, 429, 499)
