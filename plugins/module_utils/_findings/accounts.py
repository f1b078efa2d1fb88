# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What must be asked for on purpose: which platform types a server knows, and how many accounts of an organization have one."""

from __future__ import annotations

from typing import Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

ACCOUNTS = "/api/v1/accounts/accounts/"
PLATFORM_TYPES = "/api/v1/assets/categories/types/"


def platform_types(scope: Scope) -> Optional[frozenset[str]]:
    """The platform types that the server lists, None where the answer is odd. A community edition leaves some out that accounts have all the same."""
    body = scope.get(PLATFORM_TYPES, "list the platform types").body
    values = [row.get("value") for row in body if isinstance(row, dict)] if isinstance(body, list) else []
    return frozenset(value for value in values if isinstance(value, str)) or None


def count_of_type(scope: Scope, label: str) -> Optional[int]:
    """The number of accounts of one platform type, None where the answer is odd. Newer servers refuse a type that they do not know: nothing has it."""
    doing = f"count the accounts of type {label!r} in organization {scope.organization.label!r}"
    try:
        body = scope.get(ACCOUNTS, doing, {"type": label, "limit": 1, "fields": "id"}).body
    except Refused as error:
        if error.status == 400 and "type" in error.names_field:
            return 0
        raise
    return count(body)


def count(body: object) -> Optional[int]:
    """The number of rows that a page of a list announces, None where it is no page."""
    number = body.get("count") if isinstance(body, dict) else None
    return number if isinstance(number, int) else None
