# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan_info` does: read, show, export."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import evidence as _evidence, history as _history, row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import judge
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.declared import seen, sentences, unknown_storages
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import WARNING, findings
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import export as _export, parts as _parts, plan as _plan, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import moment
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import People, References, find_user

# the export tells of a broken schedule what it means for it
TOLD = tuple(rule for rule in WARNING if rule.id != "broken-schedule")


def info(client: Client, params: Mapping[str, Any], check_mode: bool, result: Result) -> None:
    """`backup_plan_info`: plans as they are, and the same as input for `backup_plans`."""
    result.tell(False, {"backup_plans": [], "organizations": [], "estate": _export.estate([])})
    if params["offset"] < 0 or (params["limit"] is not None and params["limit"] < 1):
        raise BadInput("limit must be 1 or more, and offset must not be negative.")
    directory, references = _directory.Directory(client), References(client)
    asked = _directory.organization(params["organization"])
    wanted = _parts.Wanted(*(params[name] for name in ("id", "name", "search", "limit", "offset")))
    if params["all_organizations"] or asked.id == _directory.ROOT:
        parts = _parts.every(client, directory, wanted)
    else:
        parts = [_parts.one(client, directory, asked, wanted)]
    latest = _history.latest_of_parts(client, parts) if params["last_execution"] else {}
    hidden = _parts.hidden(directory, parts)
    if hidden:
        result.warnings.append(
            "This community edition lists organizations that it serves as Default. Their plans are left out of the export, which could not be applied: "
            f"{', '.join(sorted(part.organization.name for part in hidden))}.")
    shown, exported = [], []
    for part in parts:
        for plan in part.plans:
            shown.append(_report.shown_plan(plan))
            if params["last_execution"]:
                shown[-1].update(_shown_runs(plan, latest.get(plan.id, _history.Latest()), result))
            if plan.schedule.kind == "broken":
                result.warnings.append(
                    f"Backup plan {plan.name!r} of organization {plan.org_name!r} says that it is periodic and has neither crontab nor interval; the export "
                    "leaves its schedule out.")
        if part not in hidden:
            exported.append(_exported(references, part.organization, part.plans))
    for part in parts:
        result.warnings += unknown_storages(references, part.reader, part.plans)
    facts = seen(references)
    result.warnings += sentences([
        finding for part in parts for plan in part.plans for finding in findings(plan, facts, part.organization.label, TOLD)])
    result.tell(False, {"backup_plans": shown, "organizations": exported, "estate": _export.estate(exported)})


def _shown_runs(plan: _plan.Plan, latest: _history.Latest, result: Result) -> dict:
    """``last_execution`` and ``last_success`` of a plan, each null where there was none."""
    if latest.success is None and not latest.complete:
        result.warnings.append(
            f"Backup plan {plan.name!r} of organization {plan.org_name!r}: no successful run is among its latest ones; whether an earlier one was is not told.")
    return {"last_execution": _shown_run(plan, latest.last), "last_success": _shown_run(plan, latest.success)}


def _shown_run(plan: _plan.Plan, row: Optional[Mapping]) -> Optional[dict]:
    """A run with its age in seconds, and the verdict as far as its row tells."""
    if row is None:
        return None
    began = moment(row.get("date_start"))
    execution = _row.summary(row)
    verdict = judge(_evidence.from_row(row, plan)).value if _row.is_finished(execution) else None
    return dict(execution, age=None if began is None else max(int(time.time() - began), 0), verdict=verdict)


def _exported(references: References, organization: _directory.Organization, plans: list[_plan.Plan]) -> dict:
    """The entry of an organization: recipients by username where users may be listed, and by id where a username would not lead back."""
    with_users = any(plan.related("users") for plan in plans)
    people = references.everybody(organization) if with_users else People()

    def user(identifier: str) -> str:
        person = people.by_id.get(identifier)
        return person.username if person and find_user(person.username, people).id == identifier else identifier

    return _export.entry(organization, plans, user)
