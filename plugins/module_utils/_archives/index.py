# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The index: a companion file of a backup that says which machine an account belongs to and how to reach it, and holds no secret.

Archives of 4.10.17 and later name no machine at all, and older ones no ports.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import document as _document, faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.archive import Archive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.known import Known, Protocol
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.layout import UUID, Account
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import whole as _whole

KIND = _document.Kind("index", "jumpserver.accounts index", 1, "accounts", "jumpserver.accounts.backup_index")
TEXTS = ("id", "username", "secret_type", "asset", "asset_id", "address", "type", "organization", "organization_id")
# no secret is in it, but it is a map of the estate
MODE = 0o600


class Index(NamedTuple):
    """``server``: its address; ``date``: when this content was first seen, in UTC."""

    server: str
    date: str
    accounts: Sequence[Known]


def as_text(index: Index) -> str:
    """One account a line, so that grep finds a machine in the night; sorted, so that two of the same content are the same text."""
    head = {"format": KIND.format, "version": KIND.version, "server": index.server, "date": index.date}
    lines = [_line(account) for account in sorted(index.accounts, key=lambda account: account.order)]
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "accounts": [\n' + ",\n".join(lines) + "\n]}\n"


def _line(account: Known) -> str:
    entry = account._asdict()
    entry["protocols"] = [protocol._asdict() for protocol in account.protocols]
    return json.dumps(entry, ensure_ascii=False)


def read(path: str | os.PathLike) -> Index:
    """The index at ``path``, or BadArchive."""
    return _document.read(path, KIND, _understood)


def _understood(content: dict) -> Index:
    return Index(str(content["server"]), str(content["date"]), [_known(entry) for entry in content["accounts"]])


def _known(entry: dict) -> Known:
    if not all(isinstance(entry[name], str) for name in TEXTS) or not all(UUID.fullmatch(entry[name]) for name in ("id", "asset_id")):
        raise ValueError
    protocols = tuple(Protocol(str(protocol["name"]), int(protocol["port"])) for protocol in entry["protocols"])
    return Known(privileged=bool(entry["privileged"]), created=str(entry.get("created", "")), protocols=protocols, **{name: entry[name] for name in TEXTS})


def write(path: str | os.PathLike, index: Index) -> None:
    """Put it in place at once and as a whole, or BadArchive. Whoever could read the file before still can."""
    try:
        _whole.replace(path, as_text(index).encode("utf-8"), MODE)
    except OSError as error:
        raise BadArchive(f"Cannot write the index {path}", _faults.NOT_WRITTEN.of(reason=error.strerror or type(error).__name__)) from None


def named(archive: Archive, index: Index) -> Archive:
    """The archive with what only the index knows of its accounts."""
    return namer(index)(archive)


def namer(index: Index) -> Callable[[Archive], Archive]:
    """``named`` for several archives."""
    by_id = {account.id: account for account in index.accounts}
    by_place: dict[tuple[Optional[str], str, str], Known] = {
        (account.asset_id, account.username, account.secret_type): account for account in index.accounts}
    by_asset: dict[Optional[str], Known] = {account.asset_id: account for account in index.accounts}

    def complete(account: Account) -> Account:
        if not account.account_id:
            known = by_place.get((account.asset_id, account.username, account.secret_type))
            neighbour = known or by_asset.get(account.asset_id)
            return account if neighbour is None else account._replace(
                account_id=known.id if known else None, protocols=neighbour.protocols, type=account.type or neighbour.type)
        known = by_id.get(account.account_id)
        return account if known is None else account._replace(
            asset_id=known.asset_id, asset=known.asset, address=known.address, type=known.type, protocols=known.protocols,
            organization_id=known.organization_id, organization=account.organization or known.organization)

    return lambda archive: archive._replace(accounts=_each(archive.accounts, complete), unpaired=_each(archive.unpaired, complete))


def _each(accounts: Iterable[Account], complete: Any) -> list[Account]:
    return [complete(account) for account in accounts]
