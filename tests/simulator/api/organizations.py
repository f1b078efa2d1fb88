# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organisation in force for a request, and the silent fallback to Default."""

from __future__ import annotations

import threading
import uuid

from rest_framework import exceptions

from ..words.messages import text
from ..models import BUILT_IN_IDS, DEFAULT_ID, ROOT_ID, SYSTEM_ID, Organization
from ..runtime import runtime

_request = threading.local()
_known = {}


def known():
    """{id: organisation} of all, read once; :func:`forget` after each change."""
    if not _known:
        _known.update({organization.pk: organization for organization in Organization.objects.all()})
    return _known


def forget():
    _known.clear()


def names():
    """{id: name to show}"""
    return {identifier: display_name(organization) for identifier, organization in known().items()}


def current():
    """The organisation in force; Default outside of a request."""
    return getattr(_request, "organization", None) or known()[DEFAULT_ID]


class OrganizationMiddleware:
    """Choose the organisation once for each request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _request.organization = request.organization = choose(request)
        record = request.META.get("simulator.record")
        if record is not None:
            record["organization"] = str(request.organization.id)
        try:
            response = self.get_response(request)
        finally:
            _request.organization = None
        response.set_cookie("SESSION_COOKIE_NAME_PREFIX", "jms_")
        return response


def choose(request):
    """Query ``oid`` beats the header, the header beats the cookie; whatever names no organisation means Default."""
    wanted = request.GET.get("oid") or request.headers.get("X-JMS-ORG") or request.COOKIES.get("X-JMS-ORG") or ""
    return find(wanted) or known()[DEFAULT_ID]


def find(wanted):
    """The organisation that a client means by *wanted*, or None."""
    keywords = {"default": DEFAULT_ID, "root": ROOT_ID}
    if runtime.behaviour.system_keyword:
        keywords["system"] = SYSTEM_ID
    identifier = ROOT_ID if wanted == "GLOBAL" else keywords.get(wanted.lower()) or _identifier(wanted)
    if identifier is None:
        found = Organization.objects.filter(name=wanted).first() if wanted else None
    else:
        found = known().get(identifier)
    if found is not None and found.id not in BUILT_IN_IDS and not runtime.honours_organizations:
        return None
    return found


def _identifier(wanted):
    """An id counts only as it is written by the server: in lower case, with dashes."""
    try:
        identifier = uuid.UUID(wanted)
    except ValueError:
        return None
    return identifier if str(identifier) == wanted else None


def display_name(organization):
    """The name to show: the built-in ones are display text."""
    if organization.is_root:
        return text("root_organization")
    return organization.name


def short_row(organization, name=None):
    """{"id", "name", "is_default", "is_root", "is_system" (where the version tells it)}"""
    row = {
        "id": str(organization.id),
        "name": name or display_name(organization),
        "is_default": organization.is_default,
        "is_root": organization.is_root,
    }
    if runtime.behaviour.tells_is_system:
        row["is_system"] = organization.is_system
    return row


def scope(queryset, organization=None):
    """The rows of *queryset* that the organisation in force owns; root owns all."""
    organization = organization or current()
    return queryset if organization.is_root else queryset.filter(org_id=organization.id)


def refuse_root():
    """Nothing can be created in the root organisation: 400, or a crash in the older versions."""
    if current().is_root:
        if runtime.behaviour.root_create_refused:
            raise exceptions.ValidationError([text("save_in_organization")])
        raise RuntimeError("Please save in a org")
