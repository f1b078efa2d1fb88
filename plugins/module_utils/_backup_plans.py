# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_plan` and `backup_plans` do: options to requests, and what became of them to a result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.declared import inspector
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.estate import Converged, converge
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Policy, Request
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput


def one_plan(client: Client, params: Mapping[str, Any], check_mode: bool, result: Result) -> None:
    """`backup_plan`: an estate of one plan."""
    result.tell(False, _report.no_plan())
    request = Request(
        _directory.organization(params["organization"]), (params,), params["state"],
        named=(params["name"] or "").strip() if not params["id"] else "", identified=params["id"] or "")
    converged = converge(client, [request], Policy(params["update_password"], read_only=check_mode, dialect=params["dialect"]), _inspector(params, alone=True))
    result.tell(*_report.one_plan(converged.reports[0], converged.names, converged.displayed))
    _tell_rest(converged, result)


def whole_estate(client: Client, params: Mapping[str, Any], check_mode: bool, result: Result) -> None:
    """`backup_plans`: the plans of several organizations, with pruning."""
    result.tell(*_report.whole_estate([], {}))
    if params["prune_limit"] is not None and params["prune_limit"] < 0:
        raise BadInput("prune_limit must not be negative.")
    requests = declared(params)
    policy = Policy(params["update_password"], params["prune_limit"], params["on_error"] == "stop", check_mode, params["dialect"])
    converged = converge(client, requests, policy, _inspector(params))
    result.tell(*_report.whole_estate(converged.reports, converged.names))
    _tell_rest(converged, result)


def declared(params: Mapping[str, Any]) -> list[Request]:
    """What was declared, an organization at a time, or BadInput."""
    requests = [
        Request(
            _organization(entry["organization"], position, params.get("organization")),
            tuple(_plan.with_defaults(plan, params["defaults"]) for plan in entry["plans"] or []),
            prune=params["prune"] if entry["prune"] is None else entry["prune"], allow_empty=entry["allow_empty"])
        for position, entry in enumerate(params["organizations"], 1)
    ]
    asked = [request.organization.key for request in requests]
    twice = sorted({request.organization.asked for request in requests if asked.count(request.organization.key) > 1})
    if twice:
        raise BadInput(f"Organizations are listed more than once: {', '.join(twice)}. Put all plans of an organization into one entry.")
    return requests


def _inspector(params: Mapping[str, Any], alone: bool = False) -> Any:
    """What is asked of each plan before it is written. A request more for the storages is little beside a whole estate, and much beside one plan."""
    return inspector(params["on_findings"] == "fail", params["check_accounts"], not alone or params["check_accounts"])


def _organization(named: Optional[str], position: int, default: Optional[str]) -> _directory.Organization:
    """Where an entry belongs. Only the task itself gives a default: with a variable of the environment, an estate could land where nobody wrote."""
    if named is None and not default:
        raise BadInput(f"Entry {position} of organizations names no organization. Write organization: there, with a name or an id.")
    return _directory.organization(default if named is None else named)


def _tell_rest(converged: Converged, result: Result) -> None:
    result.warnings += [warning for report in converged.reports for warning in report.warnings]
    result.failure = _report.failure_message(converged.reports, converged.limit_error)


def entry_spec() -> dict:
    """The argument spec of an entry of ``organizations``."""
    return {
        "organization": {"type": "str"},
        "plans": {"type": "list", "elements": "dict", "default": [], "options": dict(_plan.option_specs(), name={"type": "str", "required": True})},
        "prune": {"type": "bool"},
        "allow_empty": {"type": "bool", "default": False},
    }


def estate_as_options(written: dict) -> dict:
    """The options of `backup_plans`, with what the API's own page writes made options. Of any shape, since nothing is checked yet."""
    def entry_as_options(entry: Any) -> Any:
        plans = entry.get("plans") if isinstance(entry, dict) else None
        return dict(entry, plans=[_plan.as_options(plan) for plan in plans]) if isinstance(plans, list) else entry

    organizations = written.get("organizations")
    if isinstance(organizations, list):
        written = dict(written, organizations=[entry_as_options(entry) for entry in organizations])
    return dict(written, defaults=_plan.as_options(written["defaults"])) if "defaults" in written else written
