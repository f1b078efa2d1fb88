# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The client bound to one organization. Only a scope whose organization was proved has the methods that write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Unproved
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.transport import Answer


class Scope:
    """What may be read in one organization."""

    def __init__(self, client: Client, organization: Organization) -> None:
        self.client = client
        self.organization = organization

    def get(self, path: str, doing: str, params: Optional[Mapping] = None) -> Answer:
        return self.client.get(path, doing, self.organization.key, params)

    def find(self, path: str, doing: str) -> Optional[dict]:
        """The body of one object, or None where JumpServer says that there is none."""
        return self.client.find(path, doing, self.organization.key)

    def page(self, path: str, doing: str) -> str:
        """The text of a page that people read."""
        return self.client.page(path, doing, self.organization.key)

    def options(self, path: str, doing: str, params: Optional[Mapping] = None) -> Answer:
        return self.client.options(path, doing, self.organization.key, params)

    def rows(self, path: str, doing: str, params: Optional[Mapping] = None, **limits: Any) -> Any:
        return self.client.rows(path, doing, self.organization.key, params, **limits)


class ProvedScope(Scope):
    """What may be read and written in an organization that the server confirmed: it takes an unknown one for Default without a word."""

    def __init__(self, client: Client, organization: Organization) -> None:
        if not organization.proved:
            raise Unproved(f"The organization {organization.asked!r} was not proved before writing.")
        super().__init__(client, organization)

    def post(self, path: str, body: Any, doing: str) -> Answer:
        return self.client.post(path, body, doing, self.organization.key)

    def patch(self, path: str, body: Any, doing: str) -> Answer:
        return self.client.patch(path, body, doing, self.organization.key)

    def delete(self, path: str, doing: str) -> bool:
        """Whether there was something to delete."""
        return self.client.delete(path, doing, self.organization.key)
