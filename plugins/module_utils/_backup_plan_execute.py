# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan_execute` does: start a run, or take up an earlier one, wait for it, and judge it."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import execution as _execution
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect, directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import References
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope


def execute(client, params, check_mode, result):
    """`backup_plan_execute`: start a run, or take up an earlier one, wait for it, and judge it."""
    result.tell(False, {"execution": {}, "verdict": _execution.Verdict(None, ("nothing was started",)).value})
    directory = _directory.Directory(client)
    asked = _directory.organization(params["organization"])
    if params["execution_id"]:
        _take_up(client, directory, asked, params, result)
        return
    name = (params["name"] or "").strip()
    doing = "find the backup plan %r of organization %r" % (name or params["id"], asked.label)
    scope = Scope(client, asked)
    rows = _queries.rows_with_id(scope, params["id"], doing) if params["id"] else _queries.rows_named(scope, name, doing)
    organization, plans = _queries.own_plans(directory, asked, rows)
    plans = plans if params["id"] else _queries.named(plans, name)
    if not plans:
        raise BadInput("There is no backup plan %r in organization %r to execute." % (name or params["id"], organization.label))
    run = _Run(client, directory, directory.prove(organization), params, result)
    run.start(plans[0], check_mode)


def _take_up(client, directory, asked, params, result):
    execution_id = _execution.check_execution_id(params["execution_id"])
    organization = directory.prove(asked)
    run = _Run(client, directory, organization, params, result)
    row = run.runs.find(execution_id)
    if row is None and run.runs.task_state(execution_id) == "unknown":
        raise BadInput("There is no execution %s in organization %r." % (execution_id, organization.label))
    run.follow(execution_id, None, row)


class _Run:
    """One run, from its start to the verdict; ``result`` holds what is known at each moment."""

    def __init__(self, client, directory, organization, params, result):
        self.client, self.directory, self.organization, self.params, self.result = client, directory, organization, params, result
        self.references = References(client)
        self.runs = _execution.Runs(client, organization)
        self.started = False
        self.fails_undelivered = params["on_undelivered"] == "fail"

    def tell(self, execution, verdict):
        self.result.tell(self.started, {"execution": execution, "verdict": verdict.value})

    def start(self, plan, check_mode):
        obstacles = _execution.obstacles(plan, self.storage_types(plan))
        if obstacles:
            self.tell({}, _execution.Verdict(False, tuple(obstacles)))
            told = (plan.name, self.organization.label, "; ".join(obstacles))
            if self.fails_undelivered:
                raise JumpServerError("Backup plan %r of organization %r would deliver nothing, so it was not started: %s." % told)
            self.result.warnings.append("Backup plan %r of organization %r would deliver nothing: %s." % told)
        if check_mode:
            self.started = True
            self.tell({}, _execution.Verdict(False if obstacles else None, tuple(obstacles) or ("nothing was started in check mode",)))
            return
        execution_id = self.runs.start(plan, self.dialect(plan))
        self.started = True
        self.follow(execution_id, plan, None)

    def follow(self, execution_id, plan, row):
        pending = dict(_execution.PENDING, id=execution_id)
        open_verdict = _execution.Verdict(None, ("the run is not finished",))

        def seen(latest):
            self.tell(_execution.summary(latest) if latest else pending, open_verdict)

        seen(row)
        if row is None or not _execution.is_finished(_execution.summary(row)):
            if not self.params["wait"]:
                return
            row = self.runs.follow(execution_id, self.params["wait_timeout"], self.params["start_timeout"], seen)
        self.judge(plan or self.plan_of(row), row)

    def judge(self, plan, row):
        execution = _execution.summary(row)
        dialect = self.dialect(plan)
        trusted = dialect.outcome == "status" and execution["status"] == "success" and self.reports_failures()
        verdict = _execution.verdict(plan, execution, row, dialect, trusted, self.storage_types(plan))
        self.tell(execution, verdict)
        told = "Backup plan %r of organization %r" % (plan.name, self.organization.label)
        if execution["status"] == "failed":
            raise JumpServerError("%s was run and failed: %s." % (told, "; ".join(verdict.reasons)))
        if verdict.delivered is False:
            message = "%s was run, but delivered nothing: %s." % (told, "; ".join(verdict.reasons))
            if self.fails_undelivered:
                raise JumpServerError(message)
            self.result.warnings.append(message)
        elif verdict.reasons:
            self.result.warnings.append("%s was run%s: %s." % (
                told, "" if verdict.delivered else ", and whether it delivered cannot be known", "; ".join(verdict.reasons)))

    def plan_of(self, row):
        doing = "read the backup plan of the execution %s" % row["id"]
        rows = _queries.rows_with_id(Scope(self.client, self.organization), _execution.plan_id(row), doing)
        _organization, plans = _queries.own_plans(self.directory, self.organization, rows)
        if not plans:
            raise JumpServerError("The backup plan of the execution %s does not exist any more, so nothing can be said of its delivery." % row["id"])
        return plans[0]

    def dialect(self, plan):
        return _dialect.BY_NAME.get(self.params["dialect"]) or _dialect.from_keys(plan.row)

    def reports_failures(self):
        return _dialect.reports_failures(_queries.described(Scope(self.client, self.organization)))

    def storage_types(self, plan):
        """Type of each storage, where the plan sends to storages and this user may list them."""
        return self.references.storages(self.organization).types if plan.fields.get("backup_type") == "object_storage" else {}
