# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Organisations, storages and platform types: what plans are filed under, sent to and made of."""

from __future__ import annotations

from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from . import filters
from ..words.messages import label, text
from ..models import ROOT_ID, Asset, Membership, Node, Organization, Storage, User
from .organizations import current, forget, short_row
from ..platforms import categories
from ..runtime import runtime
from .views import ReadViewSet


def groups_of(organization):
    """The ids of the user groups of an organisation."""
    groups = [group for user in User.objects.all() for group in user.groups]
    return {group["id"] for group in groups if group["organization"] == str(organization.pk)}


class OrganizationSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=128)
    comment = serializers.CharField(required=False, allow_blank=True)

    def validate_name(self, value):
        if Organization.objects.filter(name=value).exists():
            raise exceptions.ValidationError(text("name_taken"))
        return value

    def create(self, validated_data):
        organization = Organization.objects.create(created_by=self.context["request"].user.name, **validated_data)
        Node.objects.create(org_id=organization.pk, name=organization.name)
        forget()
        return organization

    def to_representation(self, organization):
        row = {
            "id": str(organization.pk),
            "name": organization.name,
            "resource_statistics": {
                "users_amount": Membership.objects.filter(organization=organization).values("user_id").distinct().count(),
                "groups_amount": len(groups_of(organization)),
                "assets_amount": Asset.objects.filter(org_id=organization.pk).count(),
                "nodes_amount": Node.objects.filter(org_id=organization.pk).count(),
                runtime.behaviour.zones: 0,
                "asset_perms_amount": 0,
            },
            "is_default": organization.is_default,
            "is_root": organization.is_root,
            "date_created": serializers.DateTimeField().to_representation(organization.date_created),
            "created_by": organization.created_by,
            "comment": organization.comment,
        }
        if runtime.behaviour.organizations_tell_internal:
            row["internal"] = organization.is_default or organization.is_system
        return row


class OrganizationViewSet(ReadViewSet):
    queryset = Organization.objects.exclude(id=ROOT_ID)
    serializer_class = OrganizationSerializer
    scoped = False
    name_field = "name"
    search_fields = ("name", "comment")
    cut_without_limit = False

    @property
    def kind(self):
        return None if self.action == "current" else "organization"

    def get_lookups(self):
        lookups = {"name": filters.by("name")}
        return dict(lookups, id=filters.by_id()) if runtime.behaviour.rich_filters else lookups

    @action(detail=False, methods=["get"])
    def current(self, request):
        organization = current()
        return Response(dict(short_row(organization), comment=organization.comment))

    def create(self, request, *args, **kwargs):
        if not (runtime.enterprise or runtime.behaviour.community_creates_organizations):
            raise exceptions.PermissionDenied()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data, status=201)

    def destroy(self, request, *args, **kwargs):
        self.get_object().delete()
        forget()
        return Response(status=204)


STORAGE_LABELS = {"server": "Server", "null": "Null", "s3": "S3", "sftp": "SFTP", "oss": "OSS", "azure": "Azure", "obs": "OBS", "cos": "COS"}
OWN_COMMENTS = {"server": "local_storage", "null": "no_storage"}


class StorageSerializer(serializers.Serializer):
    def to_representation(self, storage):
        shown = storage.comment or (text(OWN_COMMENTS[storage.type]) if storage.type in OWN_COMMENTS else "")
        typed = bool(self.context["request"].query_params.get("type"))
        return {
            "id": str(storage.pk),
            "name": storage.name,
            "type": {"value": storage.type, "label": STORAGE_LABELS.get(storage.type, storage.type)},
            "meta": storage.meta if typed else {},  # told only to who asks for one type
            "is_default": storage.is_default,
            "comment": shown,
        }


class StorageViewSet(ReadViewSet):
    kind = "storage"
    queryset = Storage.objects.order_by("name" if runtime.behaviour.storages_by_name else "id")
    serializer_class = StorageSerializer
    scoped = False
    search_fields = ("name", "type")
    name_field = "name"
    http_method_names = ["get", "post", "head", "options"]

    def get_lookups(self):
        return {
            "name": filters.by("name", "iexact" if runtime.behaviour.rich_filters else "exact"),
            "type": filters.by("type"),
            "is_default": filters.by_flag("is_default"),
        }

    def create(self, request, *args, **kwargs):
        raise exceptions.PermissionDenied()


class CategoriesViewSet(ReadViewSet):
    """The platform types, cut by edition. What the servers tell besides (constraints) is left empty."""

    queryset = Asset.objects.none()
    scoped = False

    def list(self, request, *args, **kwargs):
        return Response([
            {"label": label(category), "value": category, "types": [self._type(category, value) for value in values]}
            for category, values in categories().items()
        ])

    @action(detail=False, methods=["get"])
    def types(self, request):
        return Response([self._type(category, value) for category, values in categories().items() for value in values])

    @staticmethod
    def _type(category, value):
        shown = label(value) if value in ("other", "general") else value.capitalize()
        return {"label": shown, "value": value, "category": category, "constraints": {}}
