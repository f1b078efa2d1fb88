# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_audit` does: gather, judge, sort out what was accepted, report."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import index as _index, record as _record
from ansible_collections.jumpserver.accounts.plugins.module_utils._audit import audit as _audit
from ansible_collections.jumpserver.accounts.plugins.module_utils._audit.gather import Gatherer
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import accepted as _accepted
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import SEVERITIES, Finding
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Request
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports import files as _files
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory, duration as _duration
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client

NONE = "none"
# findings that the message of a failure names before it counts the rest
MOST_NAMED = 10
# findings that are told one by one
MOST_TOLD = 20


def audit(client: Client, params: Mapping[str, Any], check_mode: bool, result: Result) -> None:
    """`backup_audit`: what is wrong with the backups of a whole server, and reports of it."""
    result.tell(False, {"findings": [], "accepted": [], "organizations": [], "unseen": [], "summary": _audit.summary([], 0, []), "told": []})
    acceptances = _accepted.read(params["ignore"], _audit.RULE_IDS)
    reports = params["report"] or {}
    _files.check(reports)
    question = _question(params)
    declared = _declared(params)
    only = None if params["organization"] is None else _directory.organization(params["organization"])
    seen = Gatherer(client, params["dialect"]).gather(only, declared)
    question = question._replace(max_ages={(_audit.name_of(name, seen), plan): age for (name, plan), age in question.max_ages.items()})
    acceptances = [one._replace(organization=_audit.name_of(one.organization, seen)) for one in acceptances]
    answer = _audit.audit(seen, question)
    sorted_out = _accepted.sort(answer.findings, acceptances, _audit.today(seen), lambda one: _audit.looked_for(one, seen, question))
    values = _audit.result(seen, answer, sorted_out, client.url)
    result.warnings += list(values["unseen"]) + sorted_out.remarks + _audit.ages_that_fit_nothing(question, seen)
    if _is_given(params["drills"]):
        result.warnings += _record.breaks(os.fspath(params["drills"]))
    if only is not None:
        # no warning, since it was asked for, but whoever reads a report has to know
        values["unseen"].insert(0, f"Only organization {seen.parts[0].organization.label!r} was looked at, as was asked for.")
    returned = dict(values, told=_told(sorted_out.open, values["summary"]))
    result.tell(False, returned)
    result.tell(bool(_files.write(reports, values, check_mode)), returned)
    result.failure = _failure(sorted_out.open, params["fail_on"])


def _question(params: Mapping[str, Any]) -> _audit.Question:
    max_ages = {}
    for position, entry in enumerate(params["max_ages"], 1):
        max_ages[entry["organization"] or None, entry["plan"]] = float(_duration.seconds(entry["max_age"], f"max_age of entry {position} of max_ages"))
    drills = _record.read(os.fspath(params["drills"])) if _is_given(params["drills"]) else None
    return _audit.Question(_seconds(params, "max_age"), max_ages, drills, _seconds(params, "max_drill_age"), _has_index(params["index"]))


def _seconds(params: Mapping[str, Any], option: str) -> Optional[float]:
    return float(_duration.seconds(params[option], option)) if params[option] else None


def _is_given(path: Any) -> bool:
    """AWX hands on fields that were left empty."""
    return path is not None and str(path) != ""


def _has_index(path: Any) -> bool:
    if not _is_given(path) or not os.path.exists(path):
        return False
    _index.read(path)
    return True


def _declared(params: Mapping[str, Any]) -> Optional[list[Request]]:
    if params["organizations"] is None:
        return None
    # what is there and not declared is found whether it is to be pruned or not
    return [request._replace(prune=False) for request in _backup_plans.declared({**params, "prune": False})]


def _failure(findings: Sequence[Finding], fail_on: str) -> Optional[str]:
    """The message of the failure that the user asked for, None where nothing is as bad."""
    if fail_on == NONE:
        return None
    bad = [finding for finding in findings if SEVERITIES.index(finding.severity) >= SEVERITIES.index(fail_on)]
    if not bad:
        return None
    more = f" And {len(bad) - MOST_NAMED} more; all of them are in findings." if len(bad) > MOST_NAMED else ""
    kind = fail_on if fail_on == SEVERITIES[-1] else f"{fail_on} or worse"
    noun = "finding" if len(bad) == 1 else "findings"
    return f"The audit has {len(bad)} {noun} of severity {kind}. " + " ".join(finding.sentence for finding in bad[:MOST_NAMED]) + more


def _told(findings: Sequence[Finding], summary: Mapping[str, Any]) -> list[str]:
    """The findings in plain words, at most a screenful and then a count."""
    lines = [f"{finding.severity}: {finding.sentence}" for finding in findings[:MOST_TOLD]]
    if len(findings) > MOST_TOLD:
        lines.append(f"{len(findings) - MOST_TOLD} more findings")
    counts = ", ".join(f"{summary[name]} {name}" for name in (*reversed(SEVERITIES), "accepted"))
    return [*lines, f"{summary['plans']} plans in {summary['organizations']} organizations: {counts}"]
