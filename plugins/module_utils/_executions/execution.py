# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Runs of a plan: start one, follow it, and judge what it delivered, as far as that can be known.

JumpServer reports many runs as a success that delivered nothing, so the verdict is separate from the status and has three values.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import EXECUTIONS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused

TASKS = "/api/v1/ops/task-executions/"
RUNNING_STATES = ("ready", "pending", "running")
FIRST_POLL, LONGEST_POLL = 0.5, 5.0
# a queued run has no row; after this long it is worth asking whether its task still exists
PATIENCE = 2.0
PENDING = {"status": "pending", "date_start": None, "date_finished": None, "duration": None, "reason": None}


class Verdict(NamedTuple):
    """``delivered``: True, False, or None where neither can be known. ``reasons``: why, in sentences without a full stop."""

    delivered: object
    reasons: tuple

    @property
    def value(self):
        return {"delivered": self.delivered, "reasons": list(self.reasons)}


def summary(row):
    """A run as modules return it, the same from every dialect. The row's snapshot is left out: from 3.9 to 4.7 it holds the ZIP password in clear."""
    if "status" in row:
        state = row["status"]["value"] if isinstance(row["status"], dict) else row["status"]
        status = state if state in ("pending", "running", "success") else "pending" if state == "ready" else "failed"
        duration, reason = row.get("duration"), None if state in RUNNING_STATES + ("success", "failed", "error") else "the run ended as %r" % state
    else:
        # is_success is false while the run goes on; timedelta is saved last
        duration = row.get("timedelta")
        status = ("success" if row.get("is_success") else "failed") if duration else "running"
        reason = row.get("reason") if row.get("reason") not in (None, "", "-") else None
    return {
        "id": row["id"], "status": status, "date_start": row.get("date_start"), "date_finished": row.get("date_finished"),
        "duration": float(duration) if duration is not None and status != "running" else None, "reason": reason,
    }


def plan_id(row):
    """The id of the plan that a run belongs to, "" when the server does not tell."""
    plan = row.get("automation", row.get("plan"))
    return str((plan.get("id") if isinstance(plan, dict) else plan) or "").lower()


def is_finished(execution):
    return execution["status"] in ("success", "failed")


def obstacles(plan, storage_types):
    """Why a run of the plan cannot deliver anything, whatever the server will report; empty when nothing is known against it.

    ``storage_types``: storage id to type, of those that are known.
    """
    found = []
    types = plan.fields.get("types")
    if not isinstance(types, list) or not types or not all(isinstance(label, str) for label in types):
        found.append("types of the plan names no platform type, so no account is backed up")
    if plan.fields.get("backup_type", "email") == "email":
        if not plan.fields.get("recipients_part_one") and not plan.fields.get("recipients_part_two"):
            found.append("the plan has no recipients")
    else:
        storages = set(plan.fields.get("obj_recipients_part_one", [])) | set(plan.fields.get("obj_recipients_part_two", []))
        unfit = {storage for storage in storages if storage_types.get(storage, "sftp") != "sftp"}
        if not storages:
            found.append("the plan has no storage to send to")
        elif unfit == storages:
            found.append("none of the plan's storages is of type sftp, and only those receive backups")
    if "/" in plan.name:
        found.append("the name of the plan holds a slash, which makes its runs fail")
    return found


def verdict(plan, execution, row, dialect, trusted, storage_types):
    """The Verdict on a finished run.

    ``row``: the run as the API shows it. ``trusted``: whether this server's ``success`` means that no mail was refused (4.10.8 and later).
    """
    known = obstacles(plan, storage_types)
    if execution["status"] == "failed":
        reason = ": %s" % execution["reason"] if execution["reason"] else ", without a reason; see the server's log"
        return Verdict(False, ("JumpServer reports that the run failed" + reason,) + tuple(known))
    if known:
        return Verdict(False, tuple(known))
    if plan.fields.get("backup_type", "email") != "email":
        return Verdict(None, ("JumpServer reports a success, but does not tell whether the upload was stored",))
    without = recipients_without_password(row.get(dialect.snapshot) or {})
    reasons = tuple("%s got a mail without the backup, having no file encryption password" % name for name, has in without if not has)
    if without and len(reasons) == len(without):
        return Verdict(False, reasons)
    if trusted:
        return Verdict(True, reasons)
    return Verdict(None, reasons + ("this JumpServer reports a success even where the mail server refused the mail",))


def recipients_without_password(snapshot):
    """(display name, whether it has a file encryption password) of each recipient, as 3.x records them: ``{id: [name, flag]}``; [] from 4.8 on."""
    found = []
    for key in ("recipients", "recipients_part_one", "recipients_part_two"):
        group = snapshot.get(key)
        if isinstance(group, dict):
            found += [(name, bool(has)) for name, has in group.values()]
    return list(dict.fromkeys(found))


class Runs:
    """The executions of one organisation."""

    def __init__(self, client, organization, sleep=time.sleep, clock=time.monotonic):
        self.client = client
        self.organization = organization
        self._sleep = sleep
        self._clock = clock

    def start(self, plan, dialect):
        """Start a run and return its id. Never repeated after a lost answer: that would be two backups."""
        doing = "start the backup plan %r of organization %r" % (plan.name, self.organization.label)
        body = self.client.post(EXECUTIONS, {dialect.execution_key: plan.id}, doing, self.organization.key).body
        task = body.get("task") if isinstance(body, dict) else None
        if not task or not as_uuid(task):
            raise JumpServerError("Could not %s: the server's answer names no run. Look for it in the list of executions." % doing)
        return task

    def find(self, execution_id):
        """The row of a run, or None: it exists only once a worker has taken the task."""
        doing = "read the execution %s in organization %r" % (execution_id, self.organization.label)
        return self.client.find("%s%s/" % (EXECUTIONS, execution_id), doing, self.organization.key)

    def task_state(self, execution_id):
        """``queued``, ``finished``, or ``unknown`` where the server shows no such task to this user."""
        doing = "read the task %s" % execution_id
        try:
            task = self.client.find("%s%s/" % (TASKS, execution_id), doing, self.organization.key)
        except Refused as error:
            if error.status != 403:
                raise
            return "unknown"
        if task is None:
            return "unknown"
        return "finished" if task.get("is_finished") else "queued"

    def follow(self, execution_id, wait_timeout, start_timeout, seen):
        """Poll until the run has ended, and return its row. ``seen(row or None)`` is called with what each poll showed.

        Raises JumpServerError when no worker takes it within ``start_timeout`` seconds, when its plan is gone, or after ``wait_timeout`` seconds.
        """
        began, pause = self._clock(), FIRST_POLL
        while True:
            row = self.find(execution_id)
            seen(row)
            waited = self._clock() - began
            if row is not None:
                if is_finished(summary(row)):
                    return row
            else:
                self._check_queue(execution_id, waited, start_timeout)
            if waited >= wait_timeout:
                raise JumpServerError(
                    "The execution %s is not finished after %d seconds (wait_timeout). It goes on; wait for it again with execution_id." % (
                        execution_id, waited))
            self._sleep(min(pause, max(wait_timeout - waited, 0.05)))
            pause = min(pause * 1.5, LONGEST_POLL)

    def _check_queue(self, execution_id, waited, start_timeout):
        if waited < PATIENCE and waited < start_timeout:
            return
        if self.task_state(execution_id) == "finished" and self.find(execution_id) is None:
            raise JumpServerError("The execution %s left no trace: its backup plan was deleted before a worker took it." % execution_id)
        if waited >= start_timeout:
            raise JumpServerError(
                "No worker took the execution %s within %d seconds (start_timeout): it stays queued, or does not exist. "
                "Check that JumpServer's celery service runs; wait for it again with execution_id." % (execution_id, waited))

    def newest(self, plans):
        """plan id to summary of its newest run, of those plans that ever ran.

        Filters by plan are ignored in many versions, so the list is read newest first, until every plan has been met.
        """
        missing = {plan.id for plan in plans if plan.row.get("executed_amount", 1)}
        found = {}
        params = {"order": "-date_start"}
        if len(missing) == 1:
            # every spelling of the filter by name; the one that this version knows narrows the list, the others are ignored
            name = next(plan.name for plan in plans if plan.id in missing)
            params.update(plan__name=name, automation__name=name, automation_name=name)
        if not missing:
            return found
        doing = "list the executions of organization %r" % self.organization.label
        for rows, _count in self.client.pages(EXECUTIONS, doing, self.organization.key, params):
            for row in rows:
                if plan_id(row) in missing:
                    found.setdefault(plan_id(row), summary(row))
            if missing <= set(found):
                break
        return found


def check_execution_id(value):
    if not as_uuid(value):
        raise BadInput("execution_id must be the UUID that an earlier start returned, not %r." % value)
    return as_uuid(value)
