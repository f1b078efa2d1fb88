# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Who and what the names stand for: organisations (proved, as the server serves a wrong one silently as Default), users and storages.

One listing per kind and run, however many names; compared exactly on this side, since the server's own comparison depends on its database.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused, Unproved
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import BY_NAME

ORGANIZATIONS = "/api/v1/orgs/orgs/"
CURRENT_ORGANIZATION = "/api/v1/orgs/orgs/current/"
USERS = "/api/v1/users/users/"
PROFILE = "/api/v1/users/profile/"
PROFILE_PERMISSIONS = "/api/v1/users/profile/permissions/"
STORAGES = "/api/v1/terminal/replay-storages/"
PUBLIC_SETTINGS = "/api/v1/settings/public/open/"
UNASKED = object()

ROOT = "00000000-0000-0000-0000-000000000000"
DEFAULT = "00000000-0000-0000-0000-000000000002"
SYSTEM = "00000000-0000-0000-0000-000000000004"
# names that the server knows in any case; GLOBAL only so
BUILT_IN = {"default": DEFAULT, "root": ROOT, "system": SYSTEM, "global": ROOT}


class Organization(NamedTuple):
    """``asked``: what the user wrote. ``id``: lower-case UUID, "" while only the name is known. ``proved``: the server confirmed that it is in force."""

    asked: str
    id: str = ""
    name: str = ""
    proved: bool = False

    @property
    def key(self):
        """What to send: the id when it is known, as a name cannot always travel in a header."""
        return self.id or self.asked

    @property
    def label(self):
        return self.name or self.asked

    @property
    def reference(self):
        """As a module returns it."""
        return {"id": self.id, "name": self.label}


def as_uuid(text):
    """The canonical form of a UUID, or None. The server takes an upper-case one, and one without dashes, for an unknown organisation."""
    try:
        return str(uuid.UUID(text)) if len(text) in (32, 36) else None
    except ValueError:
        return None


def organization(asked):
    """The organisation that the user names, as far as that can be known without asking."""
    asked = (asked or "").strip()
    if not asked:
        raise BadInput("organization must not be empty: the server would take it for Default. Write Default if that is meant.")
    identifier = as_uuid(asked) or BUILT_IN.get(asked.lower(), "")
    return Organization(asked, identifier)


class Directory:
    """Names and organisations of one server, learned at most once per run."""

    def __init__(self, client):
        self.client = client
        self._proved = {}
        self._users = {}
        self._storages = UNASKED
        # id to the name that people know, of every user and storage that was listed
        self.labels = {}
        # id to the name that the server shows in a plan
        self.names = {}

    def prove(self, asked):
        """The organisation with id and name, confirmed by the server to be the one in force; Unproved otherwise. One request each."""
        if asked.key not in self._proved:
            doing = "find the organization %r" % asked.asked
            current = self.client.get(CURRENT_ORGANIZATION, doing, asked.key).body
            found = Organization(asked.asked, str(current.get("id", "")).lower(), current.get("name", ""), True)
            if not (found.id == asked.id if asked.id else found.name == asked.asked):
                raise Unproved(self._unproved(asked, found))
            self._proved[asked.key] = self._proved[found.id] = found
        return self._proved[asked.key]

    def _unproved(self, asked, found):
        """The reason in words. Only here, on the way to an error, is the edition asked for."""
        message = "The server does not know the organization %r: it would silently use %r instead, so nothing was done." % (asked.asked, found.name)
        try:
            edition = self.edition()
        except JumpServerError:
            edition = "unknown"
        if edition == "community":
            return message + " It is a community edition, which from 3.10.4 on serves every organization but the built-in ones as Default."
        return message + " Check the name (case matters) or the id."

    def edition(self):
        """``community`` or ``enterprise``; anyone may ask."""
        settings = self.client.get(PUBLIC_SETTINGS, "read the public settings").body
        return "enterprise" if isinstance(settings, dict) and settings.get("XPACK_ENABLED") else "community"

    def all_organizations(self):
        """All organisations that the credential may work in. A system administrator lists them; for others their own profile tells."""
        try:
            rows = self.client.rows(ORGANIZATIONS, "list the organizations", DEFAULT, {"order": "name"})
        except Refused as error:
            if error.status != 403:
                raise
            rows = self._own_organizations()
        return [Organization(row["name"], row["id"].lower(), row["name"]) for row in rows if row["id"] != ROOT]

    def _own_organizations(self):
        """``console_orgs`` moved from the profile to a page of its own in 4.10.0."""
        doing = "find the organizations of the user"
        profile = self.client.get(PROFILE, doing, DEFAULT).body
        if "console_orgs" not in profile:
            profile = self.client.get(PROFILE_PERMISSIONS, doing, DEFAULT).body
        return profile.get("console_orgs") or []

    def resolve(self, wishes, organization, plans=(), wide=False):
        """A function from a declared plan's related fields to ids.

        ``wishes``: all plans that will be asked about, so that one listing per kind serves them. ``plans``: plans of that organisation that were read
        anyway; a storage that they show is proved by them. ``wide``: whether other organisations will ask too, which makes one listing of all users
        cheaper than one of each organisation's members.
        """
        names = {
            reference for wish in wishes for field, references in wish.related.items() if BY_NAME[field].refers_to == "users"
            for reference in references if not as_uuid(reference)
        }
        only = next(iter(names)) if len(names) == 1 and not wide else None
        scopes = (ROOT, organization.key) if wide else (organization.key, ROOT)
        shown = {label: identifier for plan in plans for identifier, label in plan.storages.items()}
        find = {
            "users": lambda name: self._user(name, scopes, organization, only),
            "storages": lambda name: self._storage(name, organization, shown),
        }

        def to_ids(wish):
            """``{field: [id]}`` of one plan, or BadInput that lists every missing and every ambiguous name at once."""
            faults, resolved = [], {}
            for field, references in wish.related.items():
                resolved[field] = []
                for reference in references:
                    try:
                        identifier = as_uuid(reference) or find[BY_NAME[field].refers_to](reference)
                    except BadInput as error:
                        faults.append("%s: %s" % (field, error))
                        continue
                    if identifier not in resolved[field]:
                        resolved[field].append(identifier)
            if faults:
                raise BadInput("; ".join(faults))
            return resolved

        return to_ids

    def _user(self, name, scopes, organization, only):
        """The id of a user. Usernames come first, then e-mail addresses, then display names, which need not be unique."""
        try:
            return self._user_in(name, scopes, organization, only)
        except BadInput:
            if only is None:
                raise
        # the narrowed list looks for a name with @ among the addresses only, where it may be a username
        return self._user_in(name, scopes, organization, None)

    def _user_in(self, name, scopes, organization, only):
        # usernames and addresses are unique on the whole server, so it does not matter in which organisation they were met
        known = next((user for key in ("username", "email") for users in self._users.values() for user in users or [] if user.get(key) == name), None)
        if known is not None:
            return known["id"].lower()
        ambiguous, seen_any = [], False
        for scope in scopes:
            users = self._listed_users(scope, organization, only)
            if users is None:
                continue
            seen_any = True
            for key in ("username", "email", "name"):
                hits = [user for user in users if user.get(key) == name]
                if len(hits) == 1:
                    return hits[0]["id"].lower()
                if hits:
                    ambiguous = hits
                    break
            if ambiguous and scope != ROOT:
                break
        if ambiguous:
            raise BadInput("%r stands for several users: %s; write the username" % (
                name, ", ".join("%s (%s)" % (user["username"], user["id"]) for user in ambiguous)))
        if not seen_any:
            raise BadInput("%r cannot be looked up, since the user of %s may not list users; write the id of the user instead" % (
                name, self.client.connection.credential.described))
        raise BadInput("%r is no user that can be found by username, e-mail, display name or id" % name)

    def _listed_users(self, scope, organization, only=None):
        """The users that a scope shows, None where the credential may not list them. ``only``: the one name that this run looks for."""
        if (scope, None) in self._users:
            only = None
        if (scope, only) not in self._users:
            doing = "list the users of organization %r" % ("root" if scope == ROOT else organization.label)
            params = {"fields": "id,name,username,email", "order": "username"}
            if only is not None:
                params.update({"email": only} if "@" in only else {"search": only})
            try:
                self._users[scope, only] = rows = self.client.rows(USERS, doing, scope, params)
                self.labels.update((row["id"].lower(), row["username"]) for row in rows)
                self.names.update((row["id"].lower(), row["name"]) for row in rows)
            except Refused as error:
                if error.status != 403:
                    raise
                self._users[scope, only] = None
        return self._users[scope, only]

    def _storage(self, name, organization, shown):
        """The id of a storage. Their names are unique, so one that a plan shows needs no listing, which only system administrators may make."""
        if name in shown:
            return shown[name]
        listed = self._listed_storages(organization)
        if listed is None:
            raise BadInput("%r cannot be looked up, since only a system administrator may list storages; write the id of the storage instead" % name)
        hit = next((row for row in listed if row["name"] == name), None)
        if hit is None:
            raise BadInput("%r is no storage that can be found by name or id" % name)
        return hit["id"].lower()

    def storage_types(self, organization):
        """Storage id to type (``sftp``, ``s3``, ...), {} when the credential may not list storages."""
        return {
            row["id"].lower(): row["type"]["value"] if isinstance(row["type"], dict) else row["type"]
            for row in self._listed_storages(organization) or []
        }

    def _listed_storages(self, organization):
        """The storages of the server, None where the credential may not list them."""
        if self._storages is UNASKED:
            try:
                self._storages = self.client.rows(STORAGES, "list the storages", organization.key, {"order": "name"})
                self.labels.update((row["id"].lower(), row["name"]) for row in self._storages)
                self.names.update((row["id"].lower(), row["name"]) for row in self._storages)
            except Refused as error:
                if error.status != 403:
                    raise
                self._storages = None
        return self._storages

    def usernames(self, organization):
        """id to username of all users that the credential may see, {} when it may see none."""
        for scope in (ROOT, organization.key):
            users = self._listed_users(scope, organization)
            if users is not None:
                return {user["id"].lower(): user["username"] for user in users}
        return {}
