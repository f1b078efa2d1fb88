# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The last run and the last successful one of many plans, read from the list of executions."""

from __future__ import annotations

import itertools
from typing import NamedTuple, Optional
from collections.abc import Mapping, Sequence

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.follow import by_name
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import EXECUTIONS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

# a plan that never succeeded would make the whole history be read: this many pages are read for successes alone
MOST_PAGES_FOR_SUCCESSES = 20


class Latest(NamedTuple):
    """Rows of the newest run of a plan, and of its newest successful one. ``complete``: whether None means that there never was one."""

    last: Optional[Mapping] = None
    success: Optional[Mapping] = None
    complete: bool = True


def latest(client: Client, organization: Organization, plans: Sequence[Plan]) -> dict[str, Latest]:
    """plan id to Latest, of those plans that ever ran.

    Filters by plan are ignored in many versions, so the list is read newest first, until every plan has been met. A run that goes on is no success.
    """
    left = {plan.id: plan.row.get("executed_amount") or None for plan in plans if plan.row.get("executed_amount", 1)}
    found: dict[str, Latest] = {}
    params = {"order": "-date_start"}
    if len(left) == 1:
        params.update(by_name(next(plan.name for plan in plans if plan.id in left)))
    if not left:
        return found
    ever, met, extra = set(left), dict.fromkeys(left, 0), itertools.count()
    for rows, _count in client.pages(EXECUTIONS, f"list the executions of organization {organization.label!r}", organization.key, params):
        for row in rows:
            identifier = _row.plan_id(row)
            if identifier in ever:
                met[identifier] += 1
                found[identifier] = _with(found.get(identifier, Latest()), row)
        # done with a plan: a success was met, or all of its runs were
        left = {
            identifier: amount for identifier, amount in left.items()
            if found.get(identifier, Latest()).success is None and (amount is None or met[identifier] < amount)}
        if not left or (ever <= set(found) and next(extra) >= MOST_PAGES_FOR_SUCCESSES):
            break
    else:
        left = {}
    return {identifier: one._replace(complete=identifier not in left) for identifier, one in found.items()}


def _with(known: Latest, row: Mapping) -> Latest:
    success = known.success
    if success is None and _row.summary(row)["status"] == "success":
        success = row
    return known._replace(last=known.last or row, success=success)
