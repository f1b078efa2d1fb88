# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client whose server lives in memory: organisations, users, storages and plans, without HTTP, with the rules of `server_model`."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory, references as _references
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import Credential
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Answer, Connection
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Absent, Refused, Unreachable

from tests.unit import server_model
from tests.unit.examples import ALICE, BOB, CAROL, DEFAULT, S3, SFTP, TEAM, plan_row

USERS = [
    {"id": ALICE, "username": "alice", "email": "alice@example.com", "name": "Alice"},
    {"id": BOB, "username": "bob", "email": "bob@example.com", "name": "Same Name"},
    {"id": CAROL, "username": "carol@corp.example", "email": "carol@example.com", "name": "Same Name"},
]
STORAGES = [{"id": SFTP, "name": "sftp-main", "type": {"value": "sftp", "label": "SFTP"}}, {"id": S3, "name": "s3-one", "type": "s3"}]
LOST = Unreachable("The answer was lost.", sent=True)


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    organization: str
    detail: object


class FakeClient:
    """``kind``: a `server_model.Server`. ``plans``: rows. ``fault``: called with each write, before it and after it, and may raise.

    ``forbidden``: paths that answer 403, as pairs (path, organisation or None for all).
    """

    # one request after the other, so that their order is known
    connection = Connection("https://jump.example.com", Credential("Token", "canary"), connections=1)

    def __init__(self, *plans, kind=server_model.SERVERS["4.9 and 4.10"], fault=lambda moment, request: None, forbidden=(), users=tuple(USERS)):
        self.kind, self.fault, self.forbidden, self.users = kind, fault, forbidden, users
        self.plans = list(plans)
        self.organizations = {_directory.ROOT: "Global", DEFAULT: "Default", TEAM: "研发中心"}
        # organization to usernames, where not everybody is a member
        self.members = {}
        self.asked = []
        # seconds that somebody waited
        self.pauses = []

    @property
    def writes(self):
        return [request for request in self.asked if request.method in ("POST", "PATCH", "DELETE")]

    # the interface of the client

    def get(self, path, doing, organization=None, params=None):
        self._note("GET", path, organization, params)
        if path == _directory.CURRENT_ORGANIZATION:
            found = self._organization(organization)
            return self._answer({"id": found, "name": self.organizations[found]})
        if path == _directory.PUBLIC_SETTINGS:
            return self._answer({"XPACK_ENABLED": True})
        row = next((row for row in self._scope(organization) if path == "%s%s/" % (PLANS, row["id"])), None)
        if row is None:
            raise Absent("Cannot %s: gone." % doing, 404)
        return self._answer(row)

    def find(self, path, doing, organization=None):
        try:
            return self.get(path, doing, organization).body
        except Absent:
            return None

    def options(self, path, doing, organization=None, params=None):
        self._note("OPTIONS", path, organization, params)
        return self._answer({"actions": {"POST": dict.fromkeys(plan_row(self.kind.dialect), {"type": "field"})}})

    def rows(self, path, doing, organization=None, params=None, at_most=None, keep=lambda row: row, expected=0):
        self._note("GET", path, organization, params)
        if path == _directory.ORGANIZATIONS:
            return [{"id": identifier, "name": name} for identifier, name in self.organizations.items()]
        if path == _references.STORAGES:
            return STORAGES
        params = params or {}
        if path == _references.USERS:
            return [user for user in self._members(organization) if _found(user, params)]
        found = [row for row in self._scope(organization) if params.get("name") in (None, row["name"])]
        if at_most is not None and len(found) > at_most:
            return None
        keys = params["fields"].split(",") if "fields" in params else None
        return [keep({key: value for key, value in row.items() if keys is None or key in keys}) for row in found]

    def _members(self, organization):
        """The users that an organization shows: all in the root, and where nothing else was said."""
        known = self.members.get(self._organization(organization))
        return [user for user in self.users if known is None or user["username"] in known]

    def post(self, path, body, doing, organization):
        return self._write("POST", path, body, organization, lambda item: self._create(item, organization))

    def patch(self, path, body, doing, organization):
        return self._write("PATCH", path, body, organization, lambda item: self._change(item, path, organization))

    def delete(self, path, doing, organization):
        request = self._note("DELETE", path, organization, None)
        self.fault("before", request)
        scope = self._scope(organization)
        found = [row for row in self.plans if path == "%s%s/" % (PLANS, row["id"]) and row in scope]
        self.plans = [row for row in self.plans if row not in found]
        self.fault("after", request)
        return bool(found)

    # the server behind it

    def _note(self, method, path, organization, detail):
        request = Asked(method, path, organization, detail)
        self.asked.append(request)
        if (path, organization) in self.forbidden or (path, None) in self.forbidden:
            raise Refused("No right.", 403)
        return request

    @staticmethod
    def _answer(body, status=200):
        return Answer(status, {}, body, "")

    def _organization(self, asked):
        """Whatever is not known is Default."""
        by_name = {name: identifier for identifier, name in self.organizations.items()}
        return asked if asked in self.organizations else by_name.get(asked, DEFAULT)

    def _scope(self, organization):
        found = self._organization(organization)
        return [row for row in self.plans if found in (_directory.ROOT, row["org_id"])]

    def _write(self, method, path, body, organization, store):
        request = self._note(method, path, organization, body)
        self.fault("before", request)
        before = list(self.plans)
        items = body if isinstance(body, list) else [body]
        rows, errors = [], []
        for item in items:
            try:
                rows.append(store(item))
                errors.append({})
            except server_model.Rejected as error:
                errors.append({error.field: [str(error)]})
        if any(errors):
            self.plans = before
            raise Refused("Refused: %s" % [error for error in errors if error], 400, errors if isinstance(body, list) else errors[0])
        self.fault("after", request)
        return self._answer(list(reversed(rows)) if isinstance(body, list) else rows[0], 201)

    def _create(self, item, organization):
        found = self._organization(organization)
        self._check_name(item, found, None)
        row = dict(server_model.post(self.kind, item), id=str(uuid.uuid4()), org_id=found, org_name=self.organizations[found])
        self.plans.append(row)
        return row

    def _change(self, item, path, organization):
        identifier = item.get("id") or path.rstrip("/").rsplit("/", 1)[1]
        place = next(place for place, row in enumerate(self.plans) if row["id"] == identifier and row in self._scope(organization))
        self._check_name(item, self.plans[place]["org_id"], identifier)
        self.plans[place] = server_model.patch(self.kind, self.plans[place], item)
        return self.plans[place]

    def _check_name(self, item, organization, identifier):
        if any(row["name"] == item.get("name") and row["org_id"] == organization and row["id"] != identifier for row in self.plans):
            raise server_model.Rejected("Name already exists", "name")


def _found(user, params):
    """Whether a listing of users with these filters shows a user; from 4.10.17 on, a search does not look at addresses."""
    return (
        params.get("email") in (None, user["email"]) and params.get("search", "") in user["username"] + "\n" + user["name"]
        and ("ids" not in params or user["id"] in params["ids"].split(",")))
