# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Finding plans: by name, by id, or by listing, and the proof that they belong to the organisation asked for."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError


def plan_path(identifier):
    """The address of one plan. An empty or odd id must not get there: it would be the collection, from which DELETE deletes, or a name."""
    canonical = as_uuid(identifier)
    if not canonical:
        raise JumpServerError("%r is not the id of a backup plan." % identifier)
    return "%s%s/" % (PLANS, canonical)


def described(client, organization):
    """What OPTIONS says of plans, for `_dialect` to read. ``action=post`` shortens the answer from 4.10.0 on, and is ignored before."""
    return client.options(PLANS, "find out the JumpServer version", organization.key, {"action": "post"}).body


def rows_named(client, organization, name, doing=None):
    """All rows that the server finds for a name: a superset of those that have exactly this name.

    ``name`` alone is ignored from 3.6.0 to 3.10.4; ``search`` narrows there, but newer frameworks read quotes in it, so it is left out for such names.
    """
    params = {"name": name}
    if not set(name) & set("\"'\\|"):
        params["search"] = name
    return client.rows(PLANS, doing or "look up the backup plan %r of organization %r" % (name, organization.label), organization.key, params)


def rows_with_id(client, organization, identifier, doing):
    """The row of one plan in a list, which is empty when there is none."""
    row = client.find(plan_path(identifier), doing, organization.key)
    return [] if row is None else [row]


def own_plans(directory, asked, rows):
    """(organisation, its plans) of rows that were read in it.

    A row proves by its own ``org_id`` or ``org_name`` that the right organisation was in force; a custom one is never called Default, so a row that
    the silent fallback shows does not pass. Without such a row the server is asked. Rows of other organisations, which 4.2.0 to 4.4.1 mix in, go.
    """
    plans = [_plan.read(row) for row in rows]
    shown = next((plan for plan in plans if (plan.org_id == asked.id if asked.id else plan.org_name == asked.asked)), None)
    organization = asked._replace(id=shown.org_id, name=shown.org_name) if shown else directory.prove(asked)
    return organization, [plan for plan in plans if plan.org_id == organization.id]
