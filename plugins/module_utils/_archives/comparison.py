# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Several backups beside the server: how many accounts each side has and the other lacks, by plan and organization. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import known as _known

RECEIVERS = {
    "part_one": ("recipients_part_one", "obj_recipients_part_one"),
    "part_two": ("recipients_part_two", "obj_recipients_part_two"),
}


def rows(archives: Iterable[Any], index: Any, plans: Sequence[Mapping]) -> list[dict]:
    """One row for each plan and organization. ``index``: the accounts that the server has now. ``plans``: as `backup_plan_info` returns them.

    ``lacks``: whether the backup lacks what the server had when it was made. What a plan promised that is no more, nobody knows.
    """
    return [
        _row(archive, name, archived, index.accounts, _plan(plans, archive.plan, name))
        for archive in archives for name, archived in _known.by_organization(archive.accounts).items() if name]


def _row(archive: Any, name: str, archived: Sequence[Any], known: Sequence[_known.Known], plan: Optional[Mapping]) -> dict:
    own = [account for account in known if name in (account.organization_id, account.organization)]
    promised = [account for account in own if plan is None or account.type in plan["types"]]
    difference = _known.compare(archived, promised, archive.date)
    return {
        "plan": archive.plan, "organization": archived[0].organization or name, "plan_exists": plan is not None, "in_backup": len(archived),
        "on_server": len(promised), "missing": len(difference.missing), "added": len(difference.added), "unknown": len(difference.unknown),
        "lacks": plan is not None and len(difference.missing) > len(difference.added),
        "sent_to": _sent_to(plan) if plan is not None else {},
    }


def _plan(plans: Sequence[Mapping], name: Optional[str], organization: str) -> Optional[Mapping]:
    return next((plan for plan in plans if plan["name"] == name and organization in plan["organization"].values()), None)


def _sent_to(plan: Mapping) -> dict[str, list[str]]:
    """The names of users or storages that receive each part."""
    place = 1 if plan.get("backup_type") == "object_storage" else 0
    found = {part: [receiver["name"] for receiver in plan.get(options[place]) or ()] for part, options in RECEIVERS.items()}
    return {part: sorted(names) for part, names in found.items() if names}
