# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Gather what a finished run is judged by, with at most two requests beside the run and its plan."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any, Optional
from collections.abc import Collection, Mapping

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import Evidence, Receiver, proof_of
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.accounts import ACCOUNTS, ONE_PAGE, count, count_of_type, type_of
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import NOTHING_KNOWN, by_mail, obstacles, parts, platform_types
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.queries import described
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import moment
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import EXECUTIONS, reports_failures
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import ROOT
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

# each type is asked for on its own, so with more types one page of accounts is looked through
MOST_COUNTED_TYPES = 2
# a number of accounts that is counted this long after a run began says what the run had
RECENT_SECONDS = 3600
# the fourth value of the report page is the number of accounts, in every language
ACCOUNTS_ITEM = 4


def from_row(
    row: Mapping, plan: Optional[Plan], vouched: Collection[str] = (), storage_types: Optional[Mapping[str, str]] = None, just_read: bool = False,
) -> Evidence:
    """The Evidence that a row gives without asking anything more. ``plan``: the plan as it is now, None where it was not read.

    ``vouched``: ids of users who are known to be able to open their archives. ``just_read``: whether the plan was read right before the run.
    """
    execution, noted = _row.summary(row), _row.facts_of_receivers(row)
    copy = _row.as_run(row)
    ran = copy or plan
    known = copy is not None or (plan is not None and (just_read or _unchanged_since(plan, row)))
    types = {**(storage_types or {}), **{identifier: kind for identifier, kind in noted.items() if isinstance(kind, str)}}
    encrypted = _row.encrypted(row)
    mail = ran is None or by_mail(ran)

    def receiver(identifier: str) -> Receiver:
        name = (ran.labels.get(identifier) if ran else None) or identifier
        if not mail:
            return Receiver(identifier, name, True if encrypted is False else None, types.get(identifier, "sftp") == "sftp")
        has_password = noted.get(identifier)
        return Receiver(identifier, name, has_password if isinstance(has_password, bool) else True if identifier in vouched else None)

    first, second = (parts(ran) if ran is not None else None) or ((), ())
    return Evidence(
        proof_of(_row.dialect_of(row).name), mail, (tuple(map(receiver, first)), tuple(map(receiver, second))),
        tuple(obstacles(ran, NOTHING_KNOWN._replace(storage_types=types))) if ran is not None else (), known,
        recent=_is_recent(row), failed=execution["status"] == "failed", reason=execution["reason"], encrypted=encrypted)


def gather(scope: Scope, row: Mapping, plan: Optional[Plan], **known: Any) -> Evidence:
    """The Evidence on a finished run, after asking for the number of accounts and, where it matters, for what this server's success means."""
    evidence = from_row(row, plan, **known)
    accounts = _packed(scope, row) if evidence.proof.accounts == "run" else _counted(scope, _row.as_run(row))
    evidence = evidence._replace(accounts=accounts)
    if evidence.proof.dialect == "v4.8" and evidence.by_mail and not evidence.empty:
        # that JumpServer calls a run failed proves that it does so
        told = evidence.failed or reports_failures(described(scope))
        evidence = evidence._replace(proof=proof_of("v4.8", told))
    return evidence


def _unchanged_since(plan: Plan, row: Mapping) -> bool:
    """Whether the plan is still what the run ran with: each save moves its date, which is in whole seconds."""
    saved, began = moment(plan.row.get("date_updated")), moment(row.get("date_start"))
    return saved is not None and began is not None and saved < began


def _is_recent(row: Mapping) -> bool:
    began = moment(row.get("date_start"))
    return began is not None and abs(time.time() - began) < RECENT_SECONDS


# accounts


def _packed(scope: Scope, row: Mapping) -> Optional[int]:
    """The number of accounts that a run packed, from the page that 4.8 and later show of it; None where it cannot be read."""
    try:
        page = scope.page(f"{EXECUTIONS}{row['id']}/report/", f"read the report of the execution {row['id']}")
    except JumpServerError:
        return None
    return accounts_of_report(page)


def accounts_of_report(page: str) -> Optional[int]:
    """The number of accounts on a report page, None where the page is another."""
    reader = _Values()
    reader.feed(page)
    values = [value.strip() for value in reader.values]
    return int(values[ACCOUNTS_ITEM - 1]) if len(values) >= ACCOUNTS_ITEM and values[ACCOUNTS_ITEM - 1].isdecimal() else None


class _Values(HTMLParser):
    """The texts of the elements of class ``item-value``."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._open = "item-value" in (dict(attrs).get("class") or "").split()
        if self._open:
            self.values.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.values[-1] += data


def _counted(scope: Scope, ran: Optional[Plan]) -> Optional[int]:
    """The number of accounts of a run's types in the organization now; None where this user may not list them, or it would take too many requests."""
    if ran is None or scope.organization.id == ROOT:
        # the root organization shows the accounts of all
        return None
    types = sorted(set(platform_types(ran)))
    try:
        if len(types) > MOST_COUNTED_TYPES:
            return _in_one_page(scope, types)
        counts = [count_of_type(scope, label) for label in types]
    except JumpServerError:
        return None
    known = [number for number in counts if number is not None]
    return sum(known) if len(known) == len(counts) else None


def _in_one_page(scope: Scope, types: Collection[str]) -> Optional[int]:
    body = scope.get(ACCOUNTS, f"list accounts of organization {scope.organization.label!r}", {"limit": ONE_PAGE, "fields": "id,asset"}).body
    rows = body.get("results") if isinstance(body, dict) else None
    if not isinstance(rows, list) or count(body) != len(rows):
        return None
    kinds = [type_of(row) for row in rows]
    return None if None in kinds else sum(kind in types for kind in kinds)
