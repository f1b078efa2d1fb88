# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Finding plans: by name, by id, or by listing, and the proof that they belong to the organization asked for."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan, read
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import folded, normal
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Directory, Organization, as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

# what newer frameworks read otherwise in a search
SEARCH_SYNTAX = set("\"'\\|")
NO_SUCH_NAME = "no plan has this name: 5c1d6c3a"


def plan_path(identifier: str) -> str:
    """The address of one plan. An empty or odd id must not get there: it would be the collection, from which DELETE deletes, or a name."""
    canonical = as_uuid(identifier)
    if not canonical:
        raise JumpServerError(f"{identifier!r} is not the id of a backup plan.")
    return f"{PLANS}{canonical}/"


def described(scope: Scope) -> Any:
    """What OPTIONS says of plans, for `dialect` to read. ``action=post`` shortens the answer from 4.10.0 on, and is ignored before."""
    return scope.options(PLANS, "find out the JumpServer version", {"action": "post"}).body


def rows_named(scope: Scope, name: str, doing: Optional[str] = None) -> list[dict]:
    """All rows that the server finds for a name: a superset of those that have this name, in whatever Unicode form.

    ``name`` alone is ignored from 3.6.0 to 3.10.4; ``search`` narrows there, but newer frameworks read quotes in it, so it is left out for such
    names. PostgreSQL compares letter by letter, so a name with composed letters is searched for by a part that has one form only.
    """
    params = {"name": name}
    if unicodedata.normalize("NFD", name) != unicodedata.normalize("NFC", name):
        params = {"search": _plain_part(name)} if _plain_part(name) else {}
    elif not set(name) & SEARCH_SYNTAX:
        params["search"] = name
    return scope.rows(PLANS, doing or f"look up the backup plan {name!r} of organization {scope.organization.label!r}", params)


def _plain_part(name: str) -> str:
    """The longest part of a name that is the same in every Unicode form."""
    decomposed = unicodedata.normalize("NFD", name)
    composed = unicodedata.normalize("NFC", name)
    # a letter that a mark follows is part of a composed one, also where Unicode does not compose it again, as for Tibetan letters
    marked = {place for place, letter in enumerate(decomposed) if unicodedata.category(letter).startswith("M")}
    # a sign that is always replaced, such as the one for ohm, is in no form but the one that was written
    plain = "".join(
        "\0" if place in marked or place + 1 in marked or letter not in composed or letter not in name else letter
        for place, letter in enumerate(decomposed))
    return max((part for part in re.split(r"[\0\s\"'\\|]", plain)), key=len)


def named(plans: list[Plan], name: str) -> list[Plan]:
    """The plan that has this name, else the one that has it in another Unicode form; at most one."""
    return [plan for plan in plans if plan.name == name][:1] or [plan for plan in plans if normal(plan.name) == normal(name)][:1]


def rows_with_id(scope: Scope, identifier: str, doing: str) -> list[dict]:
    """The row of one plan in a list, which is empty when there is none."""
    row = scope.find(plan_path(identifier), doing)
    return [] if row is None else [row]


def takes_for_the_same(scope: Scope, name: str, other: str) -> Optional[bool]:
    """Whether the server's database takes two names that differ in case or accents for the same; None where no version of it tells.

    The filter by name goes by the database, but 3.6.0 to 3.10.4 ignore it, and 4.10.19 ignores case in ``name`` on every database, not in
    ``name__exact``.
    """
    doing = f"find out whether {name!r} and {other!r} are the same name for the server"

    def found(asked: str) -> list[str]:
        return [row["name"].strip() for row in scope.rows(PLANS, doing, {"name": asked, "name__exact": asked, "fields": "id,name,org_id"})]

    names = found(name)
    if other not in names:
        return False
    if any(folded(one) != folded(name) for one in names) or found(NO_SUCH_NAME):
        return None
    return True


def own_plans(organizations: Directory, asked: Organization, rows: list[dict]) -> tuple[Organization, list[Plan]]:
    """(organization, its plans) of rows that were read in it.

    A row proves by its own ``org_id`` or ``org_name`` that the right organization was in force; a custom one is never called Default, so a row that
    the silent fallback shows does not pass. Without such a row the server is asked. Rows of other organizations, which 4.2.0 to 4.4.1 mix in, go.
    """
    plans = [read(row) for row in rows]
    shown = next((plan for plan in plans if (plan.org_id == asked.id if asked.id else plan.org_name == asked.asked)), None)
    organization = asked._replace(id=shown.org_id, name=shown.org_name) if shown else organizations.prove(asked)
    return organization, [plan for plan in plans if plan.org_id == organization.id]
