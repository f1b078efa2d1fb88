# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan_info` does: read, show, export."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import evidence as _evidence, history as _history, row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import judge
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.declared import seen, sentences
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import WARNING, findings
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import export as _export, plan as _plan, queries as _queries, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.listing import PAGE_ROWS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import normal
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, Refused, Unproved
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import People, References, find_user
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

# the export tells of a broken schedule what it means for it
TOLD = tuple(rule for rule in WARNING if rule.id != "broken-schedule")
THE_ROOT = _directory.Organization("root", _directory.ROOT, "root")
BUILT_IN = (_directory.DEFAULT, _directory.SYSTEM)


class Part(NamedTuple):
    """One organization with its plans that the options ask for. ``reader``: the organization to read more of them in."""

    organization: _directory.Organization
    plans: list[_plan.Plan]
    reader: _directory.Organization


def info(client: Client, params: Mapping[str, Any], check_mode: bool, result: Result) -> None:
    """`backup_plan_info`: plans as they are, and the same as input for `backup_plans`."""
    result.tell(False, {"backup_plans": [], "organizations": [], "estate": _export.estate([])})
    if params["offset"] < 0 or (params["limit"] is not None and params["limit"] < 1):
        raise BadInput("limit must be 1 or more, and offset must not be negative.")
    directory, references = _directory.Directory(client), References(client)
    asked = _directory.organization(params["organization"])
    if params["all_organizations"] or asked.id == _directory.ROOT:
        parts = _all_plans(client, directory, params)
    else:
        parts = [_own_plans(client, directory, asked, params)]
    latest = _latest_runs(client, parts) if params["last_execution"] else {}
    hidden = _hidden(directory, parts)
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
    facts = seen(references)
    result.warnings += sentences([
        finding for part in parts for plan in part.plans for finding in findings(plan, facts, part.organization.label, TOLD)])
    result.tell(False, {"backup_plans": shown, "organizations": exported, "estate": _export.estate(exported)})


def _own_plans(client: Client, directory: _directory.Directory, asked: _directory.Organization, params: Mapping[str, Any]) -> Part:
    with directory.explaining(asked):
        rows = _asked_rows(client, asked, params)
    organization, plans = _queries.own_plans(directory, asked, rows)
    return Part(organization, plans, organization)


def _all_plans(client: Client, directory: _directory.Directory, params: Mapping[str, Any]) -> list[Part]:
    """A part for every organization, those without plans too: through the root organization where the credential may, else one by one."""
    try:
        plans = [_plan.read(row) for row in _asked_rows(client, THE_ROOT, params)]
    except Refused as error:
        if error.status != 403:
            raise
        return [_own_plans(client, directory, organization, params) for organization in directory.all_organizations()]
    found: dict[str, Part] = {}
    for plan in plans:
        found.setdefault(plan.org_id, Part(_directory.Organization(plan.org_name, plan.org_id, plan.org_name), [], THE_ROOT)).plans.append(plan)
    if not any(params[narrowing] for narrowing in ("id", "name", "search", "limit", "offset")):
        for organization in directory.all_organizations():
            if organization.id != _directory.SYSTEM:
                found.setdefault(organization.id, Part(organization, [], THE_ROOT))
    return sorted(found.values(), key=lambda part: (part.organization.id not in BUILT_IN, part.organization.name, part.organization.id))


def _hidden(directory: _directory.Directory, parts: list[Part]) -> list[Part]:
    """The organizations that the server lists and does not serve. A community edition from 3.10.4 on treats all custom ones alike."""
    custom = [part for part in parts if part.reader is THE_ROOT and part.organization.id not in BUILT_IN]
    if custom and directory.edition() == "community":
        try:
            directory.prove(custom[0].organization)
        except Unproved:
            return custom
    return []


def _latest_runs(client: Client, parts: list[Part]) -> dict:
    """plan id to its latest runs. What was read through the root organization is read there again: a community edition serves no other way."""
    by_reader: dict[_directory.Organization, list[_plan.Plan]] = {}
    for part in parts:
        by_reader.setdefault(part.reader, []).extend(part.plans)
    found = {}
    for reader, plans in by_reader.items():
        found.update(_history.latest(client, reader, plans))
    return found


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
    began = _row.moment(row.get("date_start"))
    execution = _row.summary(row)
    verdict = judge(_evidence.from_row(row, plan)).value if _row.is_finished(execution) else None
    return dict(execution, age=None if began is None else max(int(time.time() - began), 0), verdict=verdict)


def _asked_rows(client: Client, organization: _directory.Organization, params: Mapping[str, Any]) -> list[dict]:
    scope, doing = Scope(client, organization), f"list the backup plans of organization {organization.label!r}"
    if params["id"]:
        rows = _queries.rows_with_id(scope, params["id"], doing)
    elif params["name"]:
        name = params["name"].strip()
        rows = [row for row in _queries.rows_named(scope, name, doing) if normal(row["name"].strip()) == normal(name)]
    else:
        query = {"order": "name,org_id", "search": params["search"]} if params["search"] else {"order": "name,org_id"}
        if params["limit"] or params["offset"]:
            return _window(client, organization, query, doing, params["offset"], params["limit"])
        rows = scope.rows(PLANS, doing, query)
    return rows[params["offset"]:][:params["limit"]]


def _window(client: Client, organization: _directory.Organization, query: dict, doing: str, offset: int, limit: Optional[int]) -> list[dict]:
    """Rows number ``offset`` and following of an organization, at most ``limit`` (None: all). 4.2.0 to 4.4.1 mix in those of others, which do not count."""
    if organization.id == _directory.ROOT:
        return client.window(PLANS, doing, organization.key, query, offset, limit)
    own = []
    size = min(offset + limit, PAGE_ROWS) if limit else PAGE_ROWS
    for rows, _count in client.pages(PLANS, doing, organization.key, query, size=size):
        own += [row for row in rows if (row["org_id"].lower() == organization.id if organization.id else row["org_name"] == organization.asked)]
        if limit and len(own) >= offset + limit:
            break
    return own[offset:][:limit]


def _exported(references: References, organization: _directory.Organization, plans: list[_plan.Plan]) -> dict:
    """The entry of an organization: recipients by username where users may be listed, and by id where a username would not lead back."""
    with_users = any(plan.related("users") for plan in plans)
    people = references.everybody(organization) if with_users else People()

    def user(identifier: str) -> str:
        person = people.by_id.get(identifier)
        return person.username if person and find_user(person.username, people).id == identifier else identifier

    return _export.entry(organization, plans, user)
