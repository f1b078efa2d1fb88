# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What each module does, on the pipeline of `_estate`: ``work(client, params, check_mode, result)`` as `_module.run` calls it."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils import _apply, _dialect, _directory, _execution, _plan, _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._directory import ROOT
from ansible_collections.jumpserver.accounts.plugins.module_utils._errors import BadInput, JumpServerError, Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._estate import Estate, Part, Policy

THE_ROOT = _directory.Organization("root", ROOT, "root")


def one_plan(client, params, check_mode, result):
    """`backup_plan`: an estate of one plan."""
    result.tell(False, _report.no_plan())
    part = Part(
        _directory.organization(params["organization"]), [params], params["state"],
        named=(params["name"] or "").strip() if not params["id"] else "", identified=params["id"] or "")
    estate = Estate(client, [part], Policy(params["update_password"], read_only=check_mode, dialect=params["dialect"]))
    _converge(estate, result, lambda: _report.one_plan(part, estate.directory.labels, estate.directory.names))


def whole_estate(client, params, check_mode, result):
    """`backup_plans`: the plans of several organisations, with pruning."""
    result.tell(*_report.whole_estate([], {}))
    if params["prune_limit"] is not None and params["prune_limit"] < 0:
        raise BadInput("prune_limit must not be negative.")
    parts = [
        Part(
            _directory.organization(entry["organization"]),
            [_plan.with_defaults(plan, params["defaults"]) for plan in entry["plans"] or []],
            prune=params["prune"] if entry["prune"] is None else entry["prune"], allow_empty=entry["allow_empty"])
        for entry in params["organizations"]
    ]
    asked = [part.organization.key for part in parts]
    twice = sorted({key for key in asked if asked.count(key) > 1})
    if twice:
        raise BadInput("Organizations are listed more than once: %s. Put all plans of an organization into one entry." % ", ".join(twice))
    policy = Policy(params["update_password"], params["prune_limit"], params["on_error"] == "stop", check_mode, params["dialect"])
    estate = Estate(client, parts, policy)
    _converge(estate, result, lambda: _report.whole_estate(parts, estate.directory.labels))


def _converge(estate, result, report):
    try:
        estate.converge()
    finally:
        result.tell(*report())
        result.warnings += [remark for part in estate.parts for remark in part.remarks]
        result.failure = _report.failure_message(estate.parts, estate.limit_error)


def estate_secrets(params):
    """The ZIP passwords in the options of `backup_plans`."""
    plans = [plan for entry in params["organizations"] or [] for plan in entry["plans"] or []] + [params["defaults"] or {}]
    return [plan.get(secret) for plan in plans for secret in _plan.SECRETS]


def plan_secrets(params):
    """The ZIP password in the options of `backup_plan`."""
    return [params[secret] for secret in _plan.SECRETS]


def info(client, params, check_mode, result):
    """`backup_plan_info`: plans as they are, and the same as input for `backup_plans`."""
    result.tell(False, {"backup_plans": [], "organizations": []})
    if params["offset"] < 0 or (params["limit"] is not None and params["limit"] < 1):
        raise BadInput("limit must be 1 or more, and offset must not be negative.")
    directory = _directory.Directory(client)
    asked = _directory.organization(params["organization"])
    if params["all_organizations"] or asked.id == ROOT:
        scopes = _all_plans(client, directory, params)
    else:
        scopes = [_plans_of(client, directory, asked, params)]
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
        exported += _exported(directory, organization, plans)
    result.tell(False, {"backup_plans": shown, "organizations": exported})


def _plans_of(client, directory, asked, params):
    """(organisation, its plans that the options ask for, the organisation to read more of them in)."""
    rows = _asked_rows(client, asked, params)
    plans = [_plan.read(row) for row in rows]
    shown = next((plan for plan in plans if _directory.is_shown_by(asked, plan)), None)
    organization = asked._replace(id=shown.org_id, name=shown.org_name) if shown else directory.prove(asked)
    return organization, [plan for plan in plans if plan.org_id == organization.id], organization


def _all_plans(client, directory, params):
    """The same for every organisation: through the root organisation where the credential may, else one by one."""
    try:
        plans = [_plan.read(row) for row in _asked_rows(client, THE_ROOT, params)]
    except Refused as error:
        if error.status != 403:
            raise
        return [_plans_of(client, directory, organization, params) for organization in directory.all_organizations()]
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
    doing = "list the backup plans of organization %r" % organization.label
    if params["id"]:
        identifier = _directory.as_uuid(params["id"])
        if not identifier:
            raise BadInput("id must be the UUID of a backup plan, not %r." % params["id"])
        answer = client.get(_apply.plan_path(identifier), doing, organization.key, accept=(200, 404))
        rows = [answer.body] if answer.status == 200 else []
    elif params["name"]:
        name = params["name"].strip()
        rows = [row for row in _apply.rows_named(client, organization, name, doing) if row["name"].strip() == name]
    else:
        query = {"order": "name", "search": params["search"]} if params["search"] else {"order": "name"}
        if params["limit"] or params["offset"]:
            return client.window(PLANS, doing, organization.key, query, params["offset"], params["limit"])
        rows = client.rows(PLANS, doing, organization.key, query)
    return rows[params["offset"]:][:params["limit"]]


def _exported(directory, organization, plans):
    """One entry per organisation, recipients by username where users may be listed."""
    with_users = any(plan.fields.get(field.name) for plan in plans for field in _plan.RELATED if field.refers_to == "users")
    usernames = directory.usernames(organization) if with_users else {}
    return [{"organization": organization.label, "plans": [_report.as_declared(plan, usernames) for plan in plans]}]


def execute(client, params, check_mode, result):
    """`backup_plan_execute`: start a run, or take up an earlier one, wait for it, and judge it."""
    result.tell(False, {"execution": {}, "verdict": _execution.Verdict(None, ("nothing was started",)).value})
    directory = _directory.Directory(client)
    asked = _directory.organization(params["organization"])
    if params["execution_id"]:
        _take_up(client, directory, asked, params, result)
        return
    organization, plans, _reader = _plans_of(client, directory, asked, dict(params, search=None, limit=None, offset=0))
    if not plans:
        raise BadInput("There is no backup plan %r in organization %r to execute." % (params["name"] or params["id"], organization.label))
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
        self.runs = _execution.Runs(client, organization)
        self.started = False

    def tell(self, execution, verdict):
        self.result.tell(self.started, {"execution": execution, "verdict": verdict.value})

    def start(self, plan, check_mode):
        obstacles = _execution.obstacles(plan, self.storage_types(plan))
        if obstacles:
            self.tell({}, _execution.Verdict(False, tuple(obstacles)))
            self.undelivered("Backup plan %r of organization %r would deliver nothing, so it was not started: %s." % (
                plan.name, self.organization.label, "; ".join(obstacles)))
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
            self.undelivered("%s was run, but delivered nothing: %s." % (told, "; ".join(verdict.reasons)))
        elif verdict.reasons:
            self.result.warnings.append("%s was run%s: %s." % (
                told, "" if verdict.delivered else ", and whether it delivered cannot be known", "; ".join(verdict.reasons)))

    def undelivered(self, message):
        if self.params["on_undelivered"] == "fail":
            raise JumpServerError(message)
        self.result.warnings.append(message.replace(", so it was not started", ""))

    def plan_of(self, row):
        path = _apply.plan_path(_execution.plan_id(row))
        doing = "read the backup plan of the execution %s" % row["id"]
        return _plan.read(self.client.get(path, doing, self.organization.key).body)

    def dialect(self, plan):
        return _dialect.BY_NAME.get(self.params["dialect"]) or _dialect.from_keys(plan.row)

    def reports_failures(self):
        options = self.client.options(PLANS, "find out the JumpServer version", self.organization.key, {"action": "post"})
        return _dialect.reports_failures(options.body)

    def storage_types(self, plan):
        """Type of each storage, where the plan sends to storages and this user may list them."""
        return self.directory.storage_types(self.organization) if plan.fields.get("backup_type") == "object_storage" else {}
