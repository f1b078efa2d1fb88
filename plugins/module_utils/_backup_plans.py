# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan` and `backup_plans` do: options to an estate, and the estate to a result."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.estate import Estate, Part, Policy


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
