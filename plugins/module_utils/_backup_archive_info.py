# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_archive_info` does: open, count, and lay beside JumpServer; a secret never leaves this file."""

from __future__ import annotations

import time
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils import _packages
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive as _archive, index as _index, known as _known
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory, duration as _duration
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import in_utc
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope


def info(client: Any, params: dict, check_mode: bool, result: Any) -> None:
    """`backup_archive_info`: what is in a backup, without what is secret in it. ``client``: None unless it is to be compared."""
    result.tell(False, {"archive": {}, "missing": [], "added": [], "unknown": []})
    max_age = _duration.seconds(params["max_age"], "max_age") if params["max_age"] else None
    _packages.require_those_of_archives()
    archive = _archive.read_all([(given["path"], given["password"]) for given in params["archives"]])
    if params["index"]:
        archive = _index.named(archive, _index.read(params["index"]))
    shown = _shown(archive)
    result.tell(False, {"archive": shown, "missing": [], "added": [], "unknown": []})
    result.warnings += _remarks(archive)
    if client is not None:
        difference = _compared(client, archive, result)
        result.tell(False, {"archive": shown, **difference._asdict()})
    result.failure = _too_old(archive, max_age)


def _shown(archive: _archive.Archive) -> dict:
    return {
        "plan": archive.plan, "date": in_utc(archive.date), "part": archive.part, "encrypted": archive.encrypted,
        "names_machines": archive.names_machines, "accounts": len(archive.accounts), "by_type": archive.by_type,
        "by_organization": archive.by_organization, "without_secret": [account.reference for account in archive.without_secret],
        "unpaired": [account.reference for account in archive.unpaired],
    }


def _remarks(archive: _archive.Archive) -> list[str]:
    found = []
    if archive.part in (_archive.FRONT, _archive.BACK):
        found.append(f"This is the {archive.part} half of a backup: no secret in it can be used without the other half.")
    if archive.unpaired:
        found.append(
            f"{len(archive.unpaired)} accounts could not be put together: only one half has them, or they were changed between the two halves.")
    if not archive.encrypted:
        found.append("The backup is not encrypted: everyone who gets hold of the file can read it.")
    if not archive.names_machines:
        found.append("The backup does not say which machines its secrets belong to; give the index that backup_index wrote, or write one while there is time.")
    return found


def _too_old(archive: _archive.Archive, max_age: Optional[int]) -> Optional[str]:
    if max_age is None:
        return None
    if archive.date is None:
        return "The age of the backup cannot be told, since neither the file nor the workbook in it is named as JumpServer names them."
    age = time.time() - archive.date
    if age <= max_age:
        return None
    return f"The backup of plan {archive.plan!r} is too old: it was made {_duration.words(age)} ago, and max_age is {_duration.words(max_age)}."


# beside JumpServer


def _compared(client: Any, archive: _archive.Archive, result: Any) -> _known.Difference:
    """The difference in the organizations that the archive has accounts of, for the types that its plan backs up."""
    directory = _directory.Directory(client)
    by_organization = _known.by_organization(archive.accounts)
    if not set(by_organization) - {""}:
        raise BadInput("The backup names no organization, so there is nothing to compare it with.")
    total = _known.Difference([], [], [])
    for name, archived in by_organization.items():
        if name:
            organization = directory.prove(_directory.organization(name))
            difference = _known.compare(archived, _promised(client, directory, organization, archive, result), archive.date)
            total = _known.Difference(*(before + more for before, more in zip(total, difference)))
    return total


def _promised(client: Any, directory: Any, organization: Any, archive: _archive.Archive, result: Any) -> list[_known.Known]:
    """The accounts of the server that the plan backs up; all, if there is no such plan any more."""
    found = _known.accounts(Scope(client, organization))
    plans: list[Plan] = []
    if archive.plan:
        _organization, plans = _queries.own_plans(directory, organization, _queries.rows_named(Scope(client, organization), archive.plan))
    plans = _queries.named(plans, archive.plan or "")
    if not plans:
        result.warnings.append(
            f"There is no backup plan {archive.plan!r} in organization {organization.label!r} any more, so the backup is compared with all accounts.")
        return found
    return [account for account in found if account.type in plans[0].fields["types"]]


def connects(params: dict) -> bool:
    """Whether JumpServer is needed."""
    return params.get("compare", False)
