# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What JumpServer itself knows of the accounts: whose, where, how to reach them, and never a secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import in_utc, moment
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

ACCOUNTS = "/api/v1/accounts/accounts/"
ASSETS = "/api/v1/assets/assets/"
THE_ROOT = _directory.Organization("root", _directory.ROOT, "root")


class Protocol(NamedTuple):
    """One way to reach an asset."""

    name: str
    port: int


class Known(NamedTuple):
    """One account. ``created``: when it was made, in UTC, empty where that is not told."""

    id: str
    username: str
    secret_type: str
    privileged: bool
    asset: str
    asset_id: str
    address: str
    type: str
    organization: str
    organization_id: str
    created: str = ""
    protocols: tuple[Protocol, ...] = ()

    @property
    def reference(self) -> dict:
        """As a module returns it."""
        return {"organization": self.organization, "asset": self.asset, "username": self.username}

    @property
    def order(self) -> tuple:
        """Where it stands in a sorted list."""
        return (self.organization, self.asset, self.username, self.id)


def accounts(scope: Scope) -> list[Known]:
    """The accounts of one organization, or of all through the root organization. The secret is not even asked for."""
    fields = "id,username,secret_type,privileged,asset,org_id,org_name,date_created"
    # an asset is shown with all the settings of its platform, so a row is cut down as soon as it arrives
    organization = scope.organization
    found = scope.rows(ACCOUNTS, f"list the accounts of organization {organization.label!r}", {"fields": fields, "order": "id"}, keep=_known)
    return [account for account in found if organization.id in (_directory.ROOT, account.organization_id)]


def _known(row: dict) -> Known:
    asset = row.get("asset") or {}
    return Known(
        row["id"], row.get("username") or "", _value(row.get("secret_type")), bool(row.get("privileged")), asset.get("name") or "", asset.get("id") or "",
        asset.get("address") or "", _value(asset.get("type")), row.get("org_name") or "", row.get("org_id") or "",
        in_utc(moment(row.get("date_created"))) or "")


def _value(choice: Any) -> str:
    """The API's word of a choice, which comes with its label in the language of the request."""
    return (choice.get("value") if isinstance(choice, dict) else choice) or ""


def with_protocols(scope: Scope, found: Iterable[Known]) -> list[Known]:
    """The same accounts, with the protocols and ports of their assets, which only the list of assets shows."""
    doing = f"list the assets of organization {scope.organization.label!r}"
    protocols = dict(scope.rows(ASSETS, doing, {"fields": "id,protocols", "order": "id"}, keep=_protocols))
    return [account._replace(protocols=protocols.get(account.asset_id, ())) for account in found]


def _protocols(row: dict) -> tuple[str, tuple[Protocol, ...]]:
    return row["id"], tuple(sorted(Protocol(protocol["name"], protocol["port"]) for protocol in row.get("protocols") or ()))


def every_organization(client: Any, directory: _directory.Directory, read: Callable[[Scope], list[Known]]) -> list[Known]:
    """``read(scope)`` of all: through the root organization where the credential may, else one by one."""
    try:
        return read(Scope(client, THE_ROOT))
    except Refused as error:
        if error.status != 403:
            raise
    return [account for organization in directory.all_organizations() for account in read(Scope(client, organization))]


class Difference(NamedTuple):
    """``missing``: JumpServer has them and the archive has not. ``added``: those of them that were made after the archive. ``unknown``: the reverse."""

    missing: list[dict]
    added: list[dict]
    unknown: list[dict]


def by_organization(archived: Iterable[Any]) -> dict[str, list]:
    """The accounts of an archive by their organization: its id where the archive or the index tells it, else its name.

    From 4.10.17 on only the index knows the id, and it may not know every account.
    """
    archived = list(archived)
    ids = {account.organization: account.organization_id for account in archived if account.organization_id}
    found: dict[str, list] = {}
    for account in archived:
        found.setdefault(account.organization_id or ids.get(account.organization) or account.organization or "", []).append(account)
    return dict(sorted(found.items()))


def compare(archived: Iterable[Any], known: Iterable[Known], date: Optional[float]) -> Difference:
    """Accounts of an archive beside those of the server, by the account's id, or up to 4.10.16 by asset, login name and kind of secret.

    ``date``: when the archive was made, as far as it tells.
    """
    archived, known = list(archived), list(known)
    ids = {account.account_id for account in archived if account.account_id}
    places = {_place(account) for account in archived if not account.account_id}
    known_ids = {account.id for account in known}
    known_places = {_place(account) for account in known}
    missing = [account for account in known if account.id not in ids and _place(account) not in places]
    unknown = [
        account for account in archived if (account.account_id not in known_ids if account.account_id else _place(account) not in known_places)]
    made = in_utc(date)
    added = [account for account in missing if made is not None and account.created > made]
    return Difference(_references(missing), _references(added), _references(unknown))


def _place(account: Any) -> tuple[Optional[str], str, str]:
    return account.asset_id, account.username, account.secret_type


def _references(found: Iterable[Any]) -> list[dict]:
    return sorted((account.reference for account in found), key=lambda reference: [reference[name] or "" for name in sorted(reference)])
