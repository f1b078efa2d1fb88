# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What a row of the list of executions says: its state, its plan, and what is left of what it ran with. Pure."""

from __future__ import annotations

from typing import Optional
from collections.abc import Mapping

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import RELATED, Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import NONE
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

RUNNING_STATES = ("ready", "pending", "running")
PENDING = {"status": "pending", "date_start": None, "date_finished": None, "duration": None, "reason": None}
PARTS = tuple(field.name for field in RELATED)


def summary(row: Mapping) -> dict:
    """A run as modules return it, the same from every dialect. The row's snapshot is left out: from 3.9 to 4.7 it holds the ZIP password in clear."""
    if "status" in row:
        state = row["status"]["value"] if isinstance(row["status"], dict) else row["status"]
        status = state if state in ("pending", "running", "success") else "pending" if state == "ready" else "failed"
        duration, reason = row.get("duration"), None if state in RUNNING_STATES + ("success", "failed", "error") else f"the run ended as {state!r}"
    else:
        # is_success is false while the run goes on; timedelta is saved last
        duration = row.get("timedelta")
        status = ("success" if row.get("is_success") else "failed") if duration else "running"
        reason = row.get("reason") if row.get("reason") not in (None, "", "-") else None
    return {
        "id": row["id"], "status": status, "date_start": row.get("date_start"), "date_finished": row.get("date_finished"),
        "duration": float(duration) if duration is not None and status != "running" else None, "reason": reason,
    }


def is_finished(execution: Mapping) -> bool:
    return execution["status"] in ("success", "failed")


def is_manual(row: Mapping) -> bool:
    """Whether somebody started it, and not the schedule."""
    trigger = row.get("trigger")
    return (trigger.get("value") if isinstance(trigger, dict) else trigger) == "manual"


def plan_id(row: Mapping) -> str:
    """The id of the plan that a run belongs to, "" when the server does not tell."""
    plan = row.get("automation", row.get("plan"))
    return str((plan.get("id") if isinstance(plan, dict) else plan) or "").lower()


def dialect_of(row: Mapping) -> _dialect.Dialect:
    """The dialect of the server that shows a run."""
    if "automation" in row:
        return _dialect.BY_NAME["v4.8"]
    if "plan_snapshot" in row:
        return _dialect.BY_NAME["v3.0"]
    return _dialect.BY_NAME["v3.9" if "backup_type" in (row.get("snapshot") or {}) else "v3.6"]


def as_run(row: Mapping) -> Optional[Plan]:
    """The plan as it was when the run began, which 3.0 to 4.7 keep a copy of; None from 4.8 on. Its ZIP password is told by `encrypted` alone."""
    copy = row.get(dialect_of(row).snapshot)
    if not isinstance(copy, dict) or "types" not in copy:
        return None
    fields = {"types": copy["types"], "backup_type": copy.get("backup_type") or "email"}
    labels: dict[str, str] = {}
    for name in PARTS:
        group = _group(copy, name)
        fields[name] = [identifier.lower() for identifier in group]
        labels.update((identifier.lower(), str(about[0])) for identifier, about in group.items())
    return Plan(plan_id(row), str(copy.get("name", "")).strip(), str(row.get("org_id") or "").lower(), "", fields, NONE, labels, {})


def facts_of_receivers(row: Mapping) -> dict:
    """id to the second thing that the copy notes: whether a recipient has a file encryption password, or the type of a storage. {} from 4.8 on."""
    copy = row.get(dialect_of(row).snapshot)
    groups = [_group(copy, name) for name in PARTS] if isinstance(copy, dict) else []
    return {identifier.lower(): about[1] for group in groups for identifier, about in group.items()}


def encrypted(row: Mapping) -> Optional[bool]:
    """Whether the archives of the run have a ZIP password, None where the server keeps no copy of that."""
    copy = row.get(dialect_of(row).snapshot)
    return bool(copy["zip_encrypt_password"]) if isinstance(copy, dict) and "zip_encrypt_password" in copy else None


def _group(copy: Mapping, name: str) -> dict:
    """One group of receivers of a copy, ``{id: [name, what is noted]}``. 3.0 to 3.5 have one, and call it recipients."""
    group = copy.get(name, copy.get("recipients") if name == PARTS[0] else None)
    if not isinstance(group, dict):
        return {}
    return {str(identifier): about for identifier, about in group.items() if isinstance(about, (list, tuple)) and len(about) == 2}


def check_execution_id(value: str) -> str:
    """The id in the API's form, or BadInput."""
    identifier = as_uuid(value)
    if not identifier:
        raise BadInput(f"execution_id must be the UUID that an earlier start returned, not {value!r}.")
    return identifier
