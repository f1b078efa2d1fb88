# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The last run and the last successful one of many plans, read from the list of executions."""

from __future__ import annotations

import itertools
from typing import NamedTuple, Optional
from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.follow import by_name
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.parts import Part
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dates as _dates
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import EXECUTIONS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization

# a plan that never succeeded would make the whole history be read: this many pages are read for successes alone
MOST_PAGES_FOR_SUCCESSES = 20


class Brief(NamedTuple):
    """What is kept of a run that is neither the last one nor the last success. ``began``: seconds since the epoch."""

    began: float
    date: str
    status: str


class Latest(NamedTuple):
    """Rows of the newest run of a plan, of its newest successful one, and of the newest that its schedule started.

    ``complete``: whether None means that there never was one, of ``last`` and ``success``. ``since``: all runs since the time that was asked for, newest
    first. ``read_until``: what began before this was not read, None where everything was.
    """

    last: Optional[Mapping] = None
    success: Optional[Mapping] = None
    scheduled: Optional[Mapping] = None
    complete: bool = True
    since: tuple[Brief, ...] = ()
    read_until: Optional[float] = None


def latest_of_parts(client: Client, parts: Iterable[Part], since: Optional[float] = None) -> dict[str, Latest]:
    """plan id to Latest. What was read through the root organization is read there again: a community edition serves no other way."""
    by_reader: dict[Organization, list[Plan]] = {}
    for part in parts:
        by_reader.setdefault(part.reader, []).extend(part.plans)
    found: dict[str, Latest] = {}
    for reader, plans in by_reader.items():
        found.update(latest(client, reader, plans, since))
    return found


def latest(client: Client, organization: Organization, plans: Sequence[Plan], since: Optional[float] = None) -> dict[str, Latest]:
    """plan id to Latest, of those plans that ever ran. ``since``: seconds since the epoch; all runs since then are read, too.

    Filters by plan are ignored in many versions, so the list is read newest first, until every plan has been met. A run that goes on is no success.
    """
    left = {plan.id: plan.row.get("executed_amount") or None for plan in plans if plan.row.get("executed_amount", 1)}
    found: dict[str, Latest] = {}
    params = {"order": "-date_start"}
    if len(left) == 1:
        params.update(by_name(next(plan.name for plan in plans if plan.id in left)))
    if not left:
        return found
    ever, met, extra, reached = set(left), dict.fromkeys(left, 0), itertools.count(), since is None
    read_until: Optional[float] = None
    for rows, _count in client.pages(EXECUTIONS, f"list the executions of organization {organization.label!r}", organization.key, params):
        for row in rows:
            identifier, began = _row.plan_id(row), _dates.moment(row.get("date_start"))
            read_until = began if began is not None else read_until
            reached = reached or (since is not None and began is not None and began < since)
            if identifier in ever:
                met[identifier] += 1
                found[identifier] = _with(found.get(identifier, Latest()), row, None if reached else began)
        # done with a plan: a success was met, or all of its runs were
        left = {
            identifier: amount for identifier, amount in left.items()
            if found.get(identifier, Latest()).success is None and (amount is None or met[identifier] < amount)}
        if reached and (not left or (ever <= set(found) and next(extra) >= MOST_PAGES_FOR_SUCCESSES)):
            break
    else:
        left, read_until = {}, None
    return {identifier: one._replace(complete=identifier not in left, read_until=read_until) for identifier, one in found.items()}


def _with(known: Latest, row: Mapping, began: Optional[float]) -> Latest:
    """``began``: when a run began that is to be kept in short."""
    execution = _row.summary(row)
    success, scheduled = known.success, known.scheduled
    if success is None and execution["status"] == "success":
        success = row
    if scheduled is None and not _row.is_manual(row):
        scheduled = row
    brief = () if began is None else (Brief(began, row["date_start"], execution["status"]),)
    return known._replace(last=known.last or row, success=success, scheduled=scheduled, since=known.since + brief)
