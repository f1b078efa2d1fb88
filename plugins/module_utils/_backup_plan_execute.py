# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan_execute` does: start a run, or take up an earlier one, wait for it, and judge it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import record as _record
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import evidence as _evidence, row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.follow import Executions
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import judge, open_verdict
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import NOTHING_KNOWN, by_mail, obstacles
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect, directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused, Unknown, Unproved
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import Found, References, find_user
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import ProvedScope, Scope

THE_ROOT = _directory.Organization("root", _directory.ROOT, "root")


def execute(client: Client, params: Mapping[str, Any], check_mode: bool, result: Result) -> None:
    """`backup_plan_execute`: start a run, or take up an earlier one, wait for it, and judge it."""
    result.tell(False, {"execution": {}, "verdict": open_verdict("nothing was started").value})
    for name in ("wait_timeout", "start_timeout"):
        if params[name] < 1:
            raise BadInput(f"{name} must be 1 or more, not {params[name]}.")
    directory = _directory.Directory(client)
    asked = _directory.organization(params["organization"])
    if params["execution_id"]:
        _take_up(client, directory, asked, params, result)
        return
    name = (params["name"] or "").strip()
    doing = f"find the backup plan {name or params['id']!r} of organization {asked.label!r}"
    scope = Scope(client, asked)
    with directory.explaining(asked):
        rows = _queries.rows_with_id(scope, params["id"], doing) if params["id"] else _queries.rows_named(scope, name, doing)
    organization, plans = _queries.own_plans(directory, asked, rows)
    plans = plans if params["id"] else _queries.named(plans, name)
    if not plans:
        missing = f"There is no backup plan {name or params['id']!r} in organization {organization.label!r} to execute."
        if not (check_mode and name):
            raise BadInput(missing)
        # an earlier task of the same play may declare it, and in check mode did not
        result.tell(True, {"execution": {}, "verdict": open_verdict("the plan does not exist, and nothing was started in check mode").value})
        result.warnings.append(f"{missing} Outside check mode this fails, unless an earlier task declares the plan.")
        return
    _Execution(ProvedScope(client, directory.prove(organization)), params, result).start(plans[0], check_mode)


def _take_up(client: Client, directory: _directory.Directory, asked: _directory.Organization, params: Mapping[str, Any], result: Result) -> None:
    execution_id = _row.check_execution_id(params["execution_id"])
    scope = Scope(client, directory.prove(asked))
    runs = Executions(scope)
    elsewhere: Optional[str] = ""
    row = runs.find(execution_id)
    if row is None:
        if asked.id != _directory.ROOT:
            elsewhere = _organization_of(client, directory, execution_id)
        if elsewhere:
            raise BadInput(f"The execution {execution_id} belongs to organization {elsewhere!r}, and not to {scope.organization.label!r}.")
        if runs.task_state(execution_id) == "unknown":
            raise BadInput(f"There is no execution {execution_id} in organization {scope.organization.label!r}.")
    _Execution(scope, params, result).follow(execution_id, None, row, ours=elsewhere is not None)


def _at_home(root: Scope, row: Mapping) -> Scope:
    """The organization of a run that was found in the root one, which is asked for what belongs to it. The root one where the server serves no other."""
    directory = _directory.Directory(root.client)
    # 4.8 and later tell the organization of the plan only
    doing = f"read the backup plan of the execution {row['id']}"
    shown = [row] if row.get("org_id") else _queries.rows_with_id(root, _row.plan_id(row), doing) if _row.plan_id(row) else []
    try:
        return Scope(root.client, directory.prove(_directory.organization(shown[0]["org_id"]))) if shown else root
    except Unproved:
        return root


def _organization_of(client: Client, directory: _directory.Directory, execution_id: str) -> Optional[str]:
    """The name of the organization in which an execution is, "" if it is in none, None where this credential may not look into the root organization."""
    root = Scope(client, THE_ROOT)
    try:
        row = Executions(root).find(execution_id)
        if row is None:
            return ""
        if row.get("org_id"):
            identifier = row["org_id"].lower()
            return directory.prove(_directory.organization(identifier)).label
        # 4.8 and later tell the organization of the plan only
        plans = _queries.rows_with_id(root, _row.plan_id(row), f"read the backup plan of the execution {execution_id}")
        return plans[0].get("org_name", "") if plans else ""
    except Refused as error:
        if error.status != 403:
            raise
        return None


class _Execution:
    """One run, from its start to the verdict; ``result`` holds what is known at each moment."""

    def __init__(self, scope: Scope, params: Mapping[str, Any], result: Result) -> None:
        self.scope, self.params, self.result = scope, params, result
        self.references = References(scope.client)
        self.runs = Executions(scope)
        self.started = False
        self.fails_undelivered = params["on_undelivered"] == "fail"
        self.vouched = self._users(params["readable_by"] or [])

    @property
    def organization(self) -> _directory.Organization:
        return self.scope.organization

    def tell(self, execution: dict, verdict: Any) -> None:
        self.result.tell(self.started, {"execution": execution, "verdict": verdict.value})

    def start(self, plan: Plan, check_mode: bool) -> None:
        known = obstacles(plan, NOTHING_KNOWN._replace(storage_types=self.storage_types(plan)))
        if known:
            self.tell({}, open_verdict(*known, delivered=False))
            label, reasons = self.organization.label, "; ".join(known)
            if self.fails_undelivered:
                raise JumpServerError(f"Backup plan {plan.name!r} of organization {label!r} would deliver nothing, so it was not started: {reasons}.")
            self.result.warnings.append(f"{self._about(plan.name)} would deliver nothing: {reasons}.")
        if check_mode:
            self.started = True
            self.tell({}, open_verdict(*known or ["nothing was started in check mode"], delivered=False if known else None))
            return
        try:
            execution_id = self.runs.start(plan, self.dialect(plan), self.params["start_timeout"])
        except Unknown:
            self.started = True
            self.tell({}, open_verdict("the start was not answered; a run may be going on"))
            raise
        self.started = True
        self.follow(execution_id, plan, None)

    def follow(self, execution_id: str, plan: Optional[Plan], row: Optional[dict], ours: bool = True) -> None:
        pending, unfinished = dict(_row.PENDING, id=execution_id), open_verdict("the run is not finished")

        def seen(latest: Optional[dict]) -> None:
            self.tell(_row.summary(latest) if latest else pending, unfinished)

        seen(row)
        if row is None or not _row.is_finished(_row.summary(row)):
            if not self.params["wait"]:
                return
            row = self.runs.follow(execution_id, self.params["wait_timeout"], self.params["start_timeout"], seen, ours)
        self.judge(row, plan or self.plan_of(row), just_read=plan is not None)

    def judge(self, row: dict, plan: Optional[Plan], just_read: bool) -> None:
        if self.organization.id == _directory.ROOT:
            self.scope = _at_home(self.scope, row)
        execution = _row.summary(row)
        types = self.storage_types(plan) if _row.as_run(row) is None and plan is not None else {}
        ran = plan or _row.as_run(row)
        vouched = self.vouched | self._proved_by_drills(ran.name if ran else "")
        verdict = judge(_evidence.gather(self.scope, row, plan, vouched=vouched, storage_types=types, just_read=just_read))
        self.tell(execution, verdict)
        told = self._about(ran.name if ran else "")
        reasons = "; ".join(verdict.loud)
        if execution["status"] == "failed":
            raise JumpServerError(f"{told} was run and failed: {reasons}.")
        if verdict.delivered is False:
            message = f"{told} was run, but delivered nothing: {reasons}."
            if self.fails_undelivered:
                raise JumpServerError(message)
            self.result.warnings.append(message)
        elif reasons:
            self.result.warnings.append(f"{told} was run{'' if verdict.delivered else ', and whether it delivered cannot be known'}: {reasons}.")

    def _about(self, name: str) -> str:
        return f"Backup plan {name!r} of organization {self.organization.label!r}"

    def plan_of(self, row: dict) -> Optional[Plan]:
        """The plan of a run as it is now, None where the run itself tells what it ran with."""
        if _row.as_run(row) is not None:
            return None
        doing = f"read the backup plan of the execution {row['id']}"
        plans = [_plan.read(found) for found in _queries.rows_with_id(self.scope, _row.plan_id(row), doing)] if _row.plan_id(row) else []
        if not plans:
            raise JumpServerError(f"The backup plan of the execution {row['id']} does not exist any more, so nothing can be said of its delivery.")
        return plans[0]

    def dialect(self, plan: Plan) -> Any:
        return _dialect.BY_NAME.get(self.params["dialect"]) or _dialect.from_keys(plan.row)

    def storage_types(self, plan: Plan) -> Mapping[str, str]:
        """Type of each storage, where the plan sends to storages and this user may list them."""
        return {} if by_mail(plan) else self.references.storages(self.organization).types

    def _users(self, references: list) -> frozenset[str]:
        """The ids of the users that ``readable_by`` names."""
        found = self._found(references)
        errors = [one.error for one in found if one.error]
        if errors:
            raise BadInput(f"readable_by: {'; '.join(errors)}.")
        return frozenset(one.id for one in found)

    def _proved_by_drills(self, plan: str) -> frozenset[str]:
        """The ids of the users whose keys opened a backup of this plan. Holders that are no users, such as a storage, prove nothing of users.

        A backup is worth more than its verdict, so records that cannot be read are a warning.
        """
        path = self.params["drill_records"]
        if not path:
            return frozenset()
        try:
            holders = _record.read(path).holders(plan, self.organization.label)
            return frozenset(one.id for one in self._found(holders) if not one.error)
        except JumpServerError as error:
            reason = error.reason if isinstance(error, BadArchive) else error
            self.result.warnings.append(f"{reason} So no drill tells who can open the archives.")
            return frozenset()

    def _found(self, references: Iterable) -> list[Found]:
        wanted = [str(reference).strip() for reference in references]
        names = {name for name in wanted if not _directory.as_uuid(name)}
        ids = {identifier for identifier in map(_directory.as_uuid, wanted) if identifier}
        people = self.references.people(names, ids, self.organization)
        return [find_user(name, people, ids, self.references.credential) for name in wanted]
