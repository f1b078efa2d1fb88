# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The organizations of a server, proved before they are written to, as it serves a wrong one silently as Default."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused, Unproved

ORGANIZATIONS = "/api/v1/orgs/orgs/"
CURRENT_ORGANIZATION = "/api/v1/orgs/orgs/current/"
PROFILE = "/api/v1/users/profile/"
PROFILE_PERMISSIONS = "/api/v1/users/profile/permissions/"
PUBLIC_SETTINGS = "/api/v1/settings/public/open/"

ROOT = "00000000-0000-0000-0000-000000000000"
DEFAULT = "00000000-0000-0000-0000-000000000002"
SYSTEM = "00000000-0000-0000-0000-000000000004"
# names that the server knows in any case, whatever a custom organization is called; GLOBAL only in capitals
BUILT_IN = {"default": DEFAULT, "root": ROOT, "system": SYSTEM}
BUILT_IN_EXACT = {"GLOBAL": ROOT}


class Organization(NamedTuple):
    """``asked``: what the user wrote. ``id``: lower-case UUID, "" while only the name is known. ``proved``: the server confirmed that it is in force."""

    asked: str
    id: str = ""
    name: str = ""
    proved: bool = False

    @property
    def key(self) -> str:
        """What to send: the id when it is known, as a name cannot always travel in a header."""
        return self.id or self.asked

    @property
    def label(self) -> str:
        return self.name or self.asked

    @property
    def reference(self) -> dict[str, str]:
        """As a module returns it."""
        return {"id": self.id, "name": self.label}


def as_uuid(text: str) -> Optional[str]:
    """The canonical form of a UUID, or None. The server takes an upper-case one, and one without dashes, for an unknown organization."""
    try:
        return str(uuid.UUID(text)) if len(text) in (32, 36) else None
    except ValueError:
        return None


def organization(asked: Optional[str]) -> Organization:
    """The organization that the user names, as far as that can be known without asking."""
    asked = (asked or "").strip()
    if not asked:
        raise BadInput("organization must not be empty: the server would take it for Default. Write Default if that is meant.")
    identifier = as_uuid(asked) or BUILT_IN_EXACT.get(asked) or BUILT_IN.get(asked.lower(), "")
    return Organization(asked, identifier)


def name_of_its_own(found: Organization) -> bool:
    """Whether the name of an organization leads back to it. That of a custom one that is called Default leads to the built-in one."""
    name = found.name
    return bool(name.strip()) and name == name.strip() and organization(name).id in ("", found.id)


class Directory:
    """The organizations of one server, each proved at most once per run."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._proved: dict[str, Organization] = {}

    def prove(self, asked: Organization) -> Organization:
        """The organization with id and name, confirmed by the server to be the one in force; Unproved otherwise. One request each."""
        if asked.key not in self._proved:
            doing = f"find the organization {asked.asked!r}"
            current = self.client.get(CURRENT_ORGANIZATION, doing, asked.key).body
            found = Organization(asked.asked, str(current.get("id", "")).lower(), current.get("name", ""), True)
            if not (found.id == asked.id if asked.id else found.name == asked.asked):
                raise Unproved(self._unproved(asked, found))
            self._proved[asked.key] = self._proved[found.id] = found
        return self._proved[asked.key]

    @contextlib.contextmanager
    def explaining(self, asked: Organization) -> Iterator[None]:
        """Around reading in an organization: one that is unknown is served as Default, where the right for it may be missing; then that is the reason."""
        try:
            yield
        except Refused as error:
            if error.status == 403:
                self.prove(asked)
            raise

    def _unproved(self, asked: Organization, found: Organization) -> str:
        """The reason in words. Only here, on the way to an error, is the edition asked for."""
        message = f"The server does not know the organization {asked.asked!r}: it would silently use {found.name!r} instead, so nothing was done."
        try:
            edition = self.edition()
        except JumpServerError:
            edition = "unknown"
        if edition == "community":
            return message + " It is a community edition, which from 3.10.4 on serves every organization but the built-in ones as Default."
        return message + " Check the name (case matters) or the id."

    def edition(self) -> str:
        """``community`` or ``enterprise``; anyone may ask."""
        settings = self.client.get(PUBLIC_SETTINGS, "read the public settings").body
        return "enterprise" if isinstance(settings, dict) and settings.get("XPACK_ENABLED") else "community"

    def all_organizations(self) -> list[Organization]:
        """All organizations that the credential may work in. A system administrator lists them; for others their own profile tells."""
        try:
            rows = self.client.rows(ORGANIZATIONS, "list the organizations", DEFAULT, {"order": "name"})
        except Refused as error:
            if error.status != 403:
                raise
            rows = self._own_organizations()
            if not rows:
                raise JumpServerError(
                    f"No organization was found that the user of {self.client.connection.credential.described} may administer. A community edition does "
                    "not tell the administrator of a custom organization which one that is; name it with the option organization.") from None
        return [Organization(row["name"], row["id"].lower(), row["name"]) for row in rows if row["id"] != ROOT]

    def _own_organizations(self) -> list[dict]:
        """``console_orgs`` moved from the profile to a page of its own in 4.10.0."""
        doing = "find the organizations of the user"
        profile = self.client.get(PROFILE, doing, DEFAULT).body
        if "console_orgs" not in profile:
            profile = self.client.get(PROFILE_PERMISSIONS, doing, DEFAULT).body
        return profile.get("console_orgs") or []
