# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, the rights they bring, and throttling."""

from __future__ import annotations

from rest_framework import exceptions, permissions, throttling

from ..models import Membership
from ..runtime import runtime

#: the rights this stand-in knows, by the kind of object and what is done with it
ORGANIZATION_RIGHTS = frozenset(
    [(kind, action) for kind in ("plan", "execution") for action in ("view", "add", "change", "delete")]
    + [("user", action) for action in ("view", "match")]
    + [(kind, "view") for kind in ("task", "account", "asset")]
)
SYSTEM_RIGHTS = ORGANIZATION_RIGHTS | {(kind, action) for kind in ("storage", "organization") for action in ("view", "add", "change", "delete")}

#: role -> rights in the organisation in which it is held
ORGANIZATION_ROLES = {"OrgAdmin": ORGANIZATION_RIGHTS, "OrgAuditor": frozenset(), "OrgUser": frozenset()}
SYSTEM_ROLES = {"SystemAdmin": SYSTEM_RIGHTS, "SystemAuditor": frozenset(), "User": frozenset()}

KNOWN_METHODS = ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE")
UNKNOWN_METHOD = (
    "Action not allowed: %s, only `list,retrieve,create,update,partial_update,destroy,bulk_update,partial_bulk_update,bulk_destroy,"
    "render_to_json,metadata,GET,OPTIONS,HEAD,POST,PUT,PATCH,DELETE` supported"
)
ACTIONS = {"GET": "view", "HEAD": "view", "POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


def roles(user, organization):
    """The names of the organisation roles that *user* holds in *organization*."""
    if organization.is_root:
        return []
    return list(Membership.objects.filter(user_id=user.id, organization_id=organization.id).values_list("role", flat=True))


def rights(user, organization):
    """What *user* may do in *organization*: a set of (kind, action)."""
    found = SYSTEM_ROLES[user.system_role]
    for role in () if user.is_system_admin else roles(user, organization):
        found = found | ORGANIZATION_ROLES[role]
    return found


class RolePermission(permissions.BasePermission):
    """A view names the ``kind`` of object it serves; None asks only for a user, see also ``open_methods``."""

    def has_permission(self, request, view):
        if request.method not in KNOWN_METHODS:
            raise exceptions.PermissionDenied(UNKNOWN_METHOD % request.method)
        user = request.user
        if not user.is_authenticated or not user.is_active:
            return False
        kind = getattr(view, "kind", None)
        if kind is None or request.method == "OPTIONS":
            return True
        action = getattr(view, "right", None) or ACTIONS.get(request.method)
        return (kind, action) in rights(user, request._request.organization)


class Throttle(throttling.UserRateThrottle):
    """So many requests a minute and user; the history lives in the runtime, not in a cache."""

    rate = "1/min"

    class cache:
        @staticmethod
        def get(key, default=None):
            return runtime.throttle_history.get(key, default)

        @staticmethod
        def set(key, value, duration=None):
            runtime.throttle_history[key] = value

    def allow_request(self, request, view):
        limit = runtime.switches["throttle"]
        if limit is None or "HTTP_X_SIMULATOR_UNCOUNTED" in request.META:
            return True
        self.num_requests = int(limit)
        return super().allow_request(request, view)

    def wait(self):
        return self.duration  # as recorded: 60 seconds whenever one asks
