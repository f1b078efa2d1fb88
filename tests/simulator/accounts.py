# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/accounts/accounts/``: the accounts of the assets, to be counted by platform type. Their secrets are nowhere."""

from __future__ import annotations

import uuid

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView

from . import pagination, platforms
from .models import Asset
from .organizations import scope
from .runtime import runtime

NAMESPACE = uuid.UUID("5a1e0000-0000-4000-8000-00000000acc0")


def row(asset, username):
    """An account as the list shows it."""
    choice = {"value": asset.type, "label": asset.type.capitalize()}
    return {
        "id": str(uuid.uuid5(NAMESPACE, "%s/%s" % (asset.pk, username))), "name": username, "username": username,
        "secret_type": {"value": "password", "label": "Password"}, "has_secret": True, "privileged": False, "is_active": True,
        "asset": {"id": str(asset.pk), "name": asset.name, "address": "192.0.2.1", "type": choice}, "org_id": str(asset.org_id),
    }


class AccountsView(APIView):
    kind = "account"

    def get(self, request):
        wanted = request.query_params.get("type")
        if wanted and runtime.behaviour.rich_filters and wanted not in platforms.values():
            raise exceptions.ValidationError({"type": ["Select a valid choice. %s is not one of the available choices." % wanted]})
        assets = scope(Asset.objects.order_by("name"))
        if wanted:
            assets = assets.filter(type=wanted)
        found = [row(asset, username) for asset in assets for username in asset.accounts]
        fields = request.query_params.get("fields")
        if fields:
            found = [{name: value for name, value in one.items() if name in fields.split(",")} for one in found]
        pages = pagination.Pagination()
        page = pages.paginate_queryset(found, request, view=self)
        return Response(found) if page is None else pages.get_paginated_response(page)
