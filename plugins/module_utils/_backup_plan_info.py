# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan_info` does: read, show, export."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import execution as _execution
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, queries as _queries, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import normal
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import People, References, find_user
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

THE_ROOT = _directory.Organization("root", _directory.ROOT, "root")


def info(client, params, check_mode, result):
    """`backup_plan_info`: plans as they are, and the same as input for `backup_plans`."""
    result.tell(False, {"backup_plans": [], "organizations": []})
    if params["offset"] < 0 or (params["limit"] is not None and params["limit"] < 1):
        raise BadInput("limit must be 1 or more, and offset must not be negative.")
    directory, references = _directory.Directory(client), References(client)
    asked = _directory.organization(params["organization"])
    if params["all_organizations"] or asked.id == _directory.ROOT:
        scopes = _all_plans(client, directory, params)
    else:
        scopes = [_own_plans(client, directory, asked, params)]
    newest = _newest_runs(client, scopes) if params["last_execution"] else {}
    shown, exported = [], []
    for organization, plans, _reader in scopes:
        for plan in plans:
            shown.append(_report.shown_plan(plan))
            if params["last_execution"]:
                shown[-1]["last_execution"] = newest.get(plan.id)
            if plan.schedule.kind == "broken":
                result.warnings.append(
                    "Backup plan %r of organization %r says that it is periodic and has neither crontab nor interval; the export leaves its schedule out." % (
                        plan.name, plan.org_name))
        exported += _exported(references, organization, plans)
    result.tell(False, {"backup_plans": shown, "organizations": exported})


def _own_plans(client, directory, asked, params):
    """(organisation, its plans that the options ask for, the organisation to read more of them in)."""
    organization, plans = _queries.own_plans(directory, asked, _asked_rows(client, asked, params))
    return organization, plans, organization


def _all_plans(client, directory, params):
    """The same for every organisation: through the root organisation where the credential may, else one by one."""
    try:
        plans = [_plan.read(row) for row in _asked_rows(client, THE_ROOT, params)]
    except Refused as error:
        if error.status != 403:
            raise
        return [_own_plans(client, directory, organization, params) for organization in directory.all_organizations()]
    scopes = {}
    for plan in plans:
        scopes.setdefault(plan.org_id, (_directory.Organization(plan.org_name, plan.org_id, plan.org_name), [], THE_ROOT))[1].append(plan)
    return list(scopes.values())


def _newest_runs(client, scopes):
    """plan id to the summary of its newest run. What was read through the root organisation is read there again: a community edition serves no other way."""
    by_reader = {}
    for _organization, plans, reader in scopes:
        by_reader.setdefault(reader, []).extend(plans)
    found = {}
    for reader, plans in by_reader.items():
        found.update(_execution.Runs(client, reader).newest(plans))
    return found


def _asked_rows(client, organization, params):
    scope, doing = Scope(client, organization), f"list the backup plans of organization {organization.label!r}"
    if params["id"]:
        rows = _queries.rows_with_id(scope, params["id"], doing)
    elif params["name"]:
        name = params["name"].strip()
        rows = [row for row in _queries.rows_named(scope, name, doing) if normal(row["name"].strip()) == normal(name)]
    else:
        query = {"order": "name,org_id", "search": params["search"]} if params["search"] else {"order": "name,org_id"}
        if params["limit"] or params["offset"]:
            return client.window(PLANS, doing, organization.key, query, params["offset"], params["limit"])
        rows = scope.rows(PLANS, doing, query)
    return rows[params["offset"]:][:params["limit"]]


def _exported(references, organization, plans):
    """One entry per organization: recipients by username where users may be listed, and by id where a username would not lead back."""
    with_users = any(plan.related("users") for plan in plans)
    people = references.everybody(organization) if with_users else People()

    def user(identifier):
        person = people.by_id.get(identifier)
        return person.username if person and find_user(person.username, people).id == identifier else identifier

    return [{"organization": _report.exported_organization(organization), "plans": [_report.as_declared(plan, user) for plan in plans]}]
