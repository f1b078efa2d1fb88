# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What must be asked for on purpose: which platform types a server knows, and how many accounts have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.listing import PAGE_ROWS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

ACCOUNTS = "/api/v1/accounts/accounts/"
PLATFORM_TYPES = "/api/v1/assets/categories/types/"
# so few accounts are read with their types, in one page instead of a request for each type
ONE_PAGE = 100
# what is left of the sum: a community edition does not list every type that accounts have
OTHER_TYPES = "other types"


def platform_types(scope: Scope) -> Optional[frozenset[str]]:
    """The platform types that the server lists, None where the answer is odd. A community edition leaves some out that accounts have all the same."""
    body = scope.get(PLATFORM_TYPES, "list the platform types").body
    values = [row.get("value") for row in body if isinstance(row, dict)] if isinstance(body, list) else []
    return frozenset(value for value in values if isinstance(value, str)) or None


def count_of_type(scope: Scope, label: str) -> Optional[int]:
    """The number of accounts of one platform type, None where the answer is odd. Newer servers refuse a type that they do not know: nothing has it."""
    doing = f"count the accounts of type {label!r} in organization {scope.organization.label!r}"
    return count(_unless_unknown(lambda: scope.get(ACCOUNTS, doing, {"type": label, "limit": 1, "fields": "id"}).body, {"count": 0}))


def count(body: object) -> Optional[int]:
    """The number of rows that a page of a list announces, None where it is no page."""
    number = body.get("count") if isinstance(body, dict) else None
    return number if isinstance(number, int) else None


def type_of(account: object) -> Optional[str]:
    """The platform type that a row of an account shows."""
    asset = account.get("asset") if isinstance(account, dict) else None
    kind = asset.get("type") if isinstance(asset, dict) else None
    return kind.get("value") if isinstance(kind, dict) else kind


def by_type(scope: Scope, labels: Collection[str]) -> dict[str, int]:
    """Type to number of accounts of one organization, with one request for each type, or a single one where there are few accounts."""
    page, number = _first_page(scope, "id,asset")
    if page is not None:
        return {**dict.fromkeys(labels, 0), **Counter(map(_type_or_other, page))}
    return _with_the_rest({label: count_of_type(scope, label) or 0 for label in labels}, number)


def by_organization(root: Scope, labels: Collection[str], organizations: Sequence[Organization], hidden: bool = False) -> dict[str, dict[str, int]]:
    """Organization id to type to number of accounts, read through the root organization.

    Requests grow with types, and with the smaller of organizations and pages of accounts. ``organizations``: those that can be asked one by one;
    ``hidden``: whether there are others, whose accounts show in the root organization only.
    """
    page, number = _first_page(root, "id,org_id,asset")
    found: dict[str, Counter] = {organization.id: Counter() for organization in organizations}
    if page is not None:
        _add(found, Counter((_organization_of(row), _type_or_other(row)) for row in page))
    else:
        at_most = None if hidden else PAGE_ROWS * len(organizations)
        for label in labels:
            _add(found, {(identifier, label): amount for identifier, amount in _owners(root, label, organizations, at_most).items()})
        if number > sum(sum(counted.values()) for counted in found.values()):
            for one in organizations:
                found[one.id] = Counter(_with_the_rest(found[one.id], _first_page(Scope(root.client, one), "id")[1]))
    return {identifier: {**dict.fromkeys(labels, 0), **counted} for identifier, counted in found.items()}


def _add(found: dict[str, Counter], counted: Mapping[tuple[str, str], int]) -> None:
    for (identifier, label), amount in counted.items():
        found.setdefault(identifier, Counter())[label] += amount


def _owners(root: Scope, label: str, organizations: Sequence[Organization], at_most: Optional[int]) -> Counter:
    """Organization id to number of accounts of one type. ``at_most``: with more of them each organization is asked."""
    query = {"type": label, "fields": "id,org_id", "order": "id"}
    owners = _unless_unknown(
        lambda: root.rows(ACCOUNTS, f"count the accounts of type {label!r}", query, at_most=at_most, keep=_organization_of), [])
    if owners is not None:
        return Counter(owners)
    return Counter({one.id: count_of_type(Scope(root.client, one), label) or 0 for one in organizations})


def _first_page(scope: Scope, fields: str) -> tuple[Optional[list], int]:
    """(all accounts if they fit into one page, else None; their number)."""
    body = scope.get(ACCOUNTS, f"list the accounts of organization {scope.organization.label!r}", {"limit": ONE_PAGE, "fields": fields, "order": "id"}).body
    rows, number = (body, len(body)) if isinstance(body, list) else (body["results"], body["count"])
    return (rows if len(rows) == number else None), number


def _with_the_rest(counted: dict[str, int], number: int) -> dict[str, int]:
    rest = number - sum(counted.values())
    return {**counted, OTHER_TYPES: rest} if rest > 0 else counted


def _type_or_other(row: dict) -> str:
    return type_of(row) or OTHER_TYPES


def _organization_of(row: dict) -> str:
    return str(row.get("org_id") or "").lower()


def _unless_unknown(ask: Callable[[], Any], otherwise: Any) -> Any:
    """What was asked for; newer servers refuse a type that they do not know: nothing has it."""
    try:
        return ask()
    except Refused as error:
        if error.status == 400 and "type" in error.names_field:
            return otherwise
        raise
