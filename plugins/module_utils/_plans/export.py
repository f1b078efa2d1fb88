# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Plans as a person would declare them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import DIVIDED, PARTS, Naming, Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.report import as_declared
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization, name_of_its_own


def entry(organization: Organization, plans: Iterable[Plan], user: Naming) -> dict[str, Any]:
    """One entry of ``organizations``. One without plans says that this is meant, so that with prune a plan made there later is drift."""
    declared = [_meant(as_declared(plan, user)) for plan in plans]
    named = {"organization": organization.name if name_of_its_own(organization) else organization.id, "plans": declared}
    return named if declared else {**named, "allow_empty": True}


def _meant(plan: dict[str, Any]) -> dict[str, Any]:
    """Without the flags that say no more than the server's own default where a group has no receivers; to write them down would be to ask for it."""
    idle = {name for name, parts in zip(DIVIDED, PARTS) if plan.get(name) is True and not all(plan.get(part) for part in parts)}
    return {name: value for name, value in plan.items() if name not in idle}


def estate(entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The same as variables of the role, with what all plans share written once."""
    plans = [plan for one in entries for plan in one["plans"]]
    first = plans[0] if len(plans) > 1 else {}
    shared = {name: value for name, value in first.items() if name != "name" and all(name in plan and plan[name] == value for plan in plans)}
    organizations = [
        {**one, "plans": [{name: value for name, value in plan.items() if name not in shared} for plan in one["plans"]]} for one in entries]
    return {"backup_plans_defaults": shared, "backup_plans_organizations": organizations}
