# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The plans that are there, organization by organization: of one, or of all that the credential may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import normal
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Refused, Unproved
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.listing import PAGE_ROWS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

THE_ROOT = _directory.Organization("root", _directory.ROOT, "root")
BUILT_IN = (_directory.DEFAULT, _directory.SYSTEM)


class Wanted(NamedTuple):
    """Which plans: by ``id`` or ``name``, or those that a ``search`` finds, or all; of them ``limit`` (None: all) from ``offset`` on.

    ``fields``: what to show of each, all of it if empty. Each list of recipients, nodes or assets costs the server a query for every plan.
    """

    id: Optional[str] = None
    name: Optional[str] = None
    search: Optional[str] = None
    limit: Optional[int] = None
    offset: int = 0
    fields: tuple[str, ...] = ()

    @property
    def query(self) -> dict[str, str]:
        narrowed = {"search": self.search, "fields": ",".join(self.fields)}
        return {"order": "name,org_id", **{name: value for name, value in narrowed.items() if value}}

    @property
    def whole(self) -> bool:
        return not (self.id or self.name or self.search or self.limit or self.offset)


class Part(NamedTuple):
    """One organization with its plans that the options ask for. ``reader``: the organization to read more of them in."""

    organization: _directory.Organization
    plans: list[_plan.Plan]
    reader: _directory.Organization


def one(client: Client, directory: _directory.Directory, asked: _directory.Organization, wanted: Wanted) -> Part:
    """The part of one organization, with the proof that it was in force."""
    with directory.explaining(asked):
        rows = _rows(client, asked, wanted)
    organization, plans = _queries.own_plans(directory, asked, rows)
    return Part(organization, plans, organization)


def every(client: Client, directory: _directory.Directory, wanted: Wanted, refused: Optional[Callable[[_directory.Organization], None]] = None) -> list[Part]:
    """A part for every organization, those without plans too: through the root organization where the credential may, else one by one.

    ``refused``: told of each organization whose plans may not be read; without it the first one is an error.
    """
    try:
        plans = [_plan.read(row) for row in _rows(client, THE_ROOT, wanted)]
    except Refused as error:
        if error.status != 403:
            raise
        return several(client, directory, directory.all_organizations(), wanted, refused)
    found: dict[str, Part] = {}
    for plan in plans:
        found.setdefault(plan.org_id, Part(_directory.Organization(plan.org_name, plan.org_id, plan.org_name), [], THE_ROOT)).plans.append(plan)
    if wanted.whole:
        for organization in directory.all_organizations():
            if organization.id != _directory.SYSTEM:
                found.setdefault(organization.id, Part(organization, [], THE_ROOT))
    return sorted(found.values(), key=lambda part: (part.organization.id not in BUILT_IN, part.organization.name, part.organization.id))


def several(
    client: Client, directory: _directory.Directory, organizations: Iterable[_directory.Organization], wanted: Wanted,
    refused: Optional[Callable[[_directory.Organization], None]] = None,
) -> list[Part]:
    """A part for each of these organizations, one by one. ``refused`` as of `every`."""
    found = []
    for organization in organizations:
        try:
            found.append(one(client, directory, organization, wanted))
        except Refused as error:
            if error.status != 403 or refused is None:
                raise
            refused(organization)
    return found


def hidden(directory: _directory.Directory, parts: list[Part]) -> list[Part]:
    """The organizations that the server lists and does not serve. A community edition from 3.10.4 on treats all custom ones alike."""
    custom = [part for part in parts if part.reader is THE_ROOT and part.organization.id not in BUILT_IN]
    if custom and directory.edition() == "community":
        try:
            directory.prove(custom[0].organization)
        except Unproved:
            return custom
    return []


def _rows(client: Client, organization: _directory.Organization, wanted: Wanted) -> list[dict]:
    scope, doing = Scope(client, organization), f"list the backup plans of organization {organization.label!r}"
    if wanted.id:
        rows = _queries.rows_with_id(scope, wanted.id, doing)
    elif wanted.name:
        name = wanted.name.strip()
        rows = [row for row in _queries.rows_named(scope, name, doing) if normal(row["name"].strip()) == normal(name)]
    elif wanted.limit or wanted.offset:
        return _window(client, organization, wanted.query, doing, wanted.offset, wanted.limit)
    else:
        rows = scope.rows(PLANS, doing, wanted.query)
    return rows[wanted.offset:][:wanted.limit]


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
