# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets and their accounts, as lists that tell no secret."""

from __future__ import annotations

from rest_framework import serializers

from . import filters
from ..words.messages import label
from ..models import Account, Asset
from .organizations import names
from ..platforms import TYPES, values
from ..runtime import runtime
from .views import ReadViewSet

TITLES = {"mysql": "MySQL", "postgresql": "PostgreSQL", "other": "Other", "unix": "Unix", "linux": "Linux", "windows": "Windows"}
SECRET_TYPES = {"password": "Password", "ssh_key": "SSH key"}
CATEGORY_OF = {entry[1]: entry[0] for entry in TYPES}


def title(kind):
    """The display name of a platform type."""
    return TITLES.get(kind) or kind.capitalize()


class FewFields(serializers.Serializer):
    """A row with the fields that ``fields`` asks for, in its own order."""

    def to_representation(self, instance):
        wanted = filters.words(self.context["request"], "fields")
        return {name: value for name, value in self.row(instance).items() if not wanted or name in wanted}


def asset_row(asset):
    """An asset as its accounts show it."""
    category = CATEGORY_OF.get(asset.type, "host")
    return {
        "id": str(asset.pk), "name": asset.name, "address": asset.address,
        "type": {"value": asset.type, "label": title(asset.type)}, "category": {"value": category, "label": label(category)},
        "platform": dict({"id": 1, "name": title(asset.type)}, **({"type": asset.type} if runtime.behaviour.is_automation else {})),
        "auto_config": {"ansible_enabled": True, "ansible_config": {"ansible_connection": "smart"}},
    }


class AssetSerializer(FewFields):
    def row(self, asset):
        return dict(
            asset_row(asset), protocols=asset.protocols, org_id=str(asset.org_id), org_name=names()[asset.org_id], is_active=True, comment="")


class AssetViewSet(ReadViewSet):
    kind = "asset"
    queryset = Asset.objects.all()
    serializer_class = AssetSerializer
    name_field = "name"
    search_fields = ("name", "address")


class AccountSerializer(FewFields):
    def row(self, account):
        shown = serializers.DateTimeField().to_representation(account.date_updated)
        return {
            "id": str(account.pk), "name": account.username, "username": account.username,
            "secret_type": {"value": account.secret_type, "label": SECRET_TYPES[account.secret_type]}, "asset": asset_row(account.asset),
            "version": 0, "org_id": str(account.org_id), "org_name": names()[account.org_id], "privileged": account.privileged, "is_active": True,
            "date_created": shown, "date_updated": shown, "created_by": "System", "comment": "",
        }


class AccountViewSet(ReadViewSet):
    kind = "account"
    queryset = Account.objects.select_related("asset").order_by("username", "id")
    serializer_class = AccountSerializer
    search_fields = ("username", "asset__name")

    def get_lookups(self):
        """An unknown type is an error where the framework knows the choices, and no account before."""
        return {
            "type": filters.by_choice("asset__type", sorted(values())) if runtime.behaviour.rich_filters else filters.by("asset__type"),
            "username": filters.by("username"), "asset": filters.by_id("asset_id"),
        }
