# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What `backup_index` does: write down which machine each account belongs to, while JumpServer can still be asked."""

from __future__ import annotations

import os
import time
from typing import Any

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import index as _index, known as _known
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import in_utc
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope
from ansible_collections.jumpserver.accounts.plugins.module_utils._surroundings import Place


def index(client: Any, params: dict, check_mode: bool, result: Any) -> None:
    """`backup_index`: the accounts of one organization or of all. A file that says the same already stays as it is, with its date."""
    path = params["path"]
    result.tell(False, {"accounts": 0, "path": str(path)})
    directory = _directory.Directory(client)

    def read(scope: Scope) -> list[_known.Known]:
        return _known.with_protocols(scope, _known.accounts(scope))

    asked = _directory.organization(params["organization"])
    if params["all_organizations"] or asked.id == _directory.ROOT:
        found = _known.every_organization(client, directory, read)
    else:
        found = read(Scope(client, directory.prove(asked)))
    accounts = sorted(found, key=lambda account: account.order)
    changed = _says_something_else(path, client.url, accounts, result)
    if changed and not check_mode:
        _index.write(path, _index.Index(client.url, str(in_utc(time.time())), accounts))
    result.tell(changed, {"accounts": len(accounts), "path": str(path)})


def _says_something_else(path: Place, server: str, accounts: list[_known.Known], result: Any) -> bool:
    if not os.path.lexists(path):
        return True
    try:
        old = _index.read(path)
    except BadArchive as error:
        if os.path.isdir(path):
            raise
        result.warnings.append(f"{error.reason} It is replaced.")
        return True
    return (old.server, list(old.accounts)) != (server, accounts)
