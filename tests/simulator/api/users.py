# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/users/...`` and the login"""

from __future__ import annotations

import datetime
import json
import secrets
from pathlib import Path

from django.utils import timezone
from rest_framework import serializers, views
from rest_framework.decorators import action
from rest_framework.response import Response

from . import filters, permissions
from ..words.messages import text
from ..models import ROOT_ID, AccessKey, BearerToken, Organization, User
from .organizations import current, short_row
from ..runtime import runtime
from .views import AtomicMixin, ReadViewSet

SYSTEM_ROLE_IDS = {"SystemAdmin": 1, "SystemAuditor": 2, "User": 3}
ORGANIZATION_ROLE_IDS = {"OrgAdmin": 5, "OrgAuditor": 6, "OrgUser": 7}
SHORT_FIELDS = ("id", "name", "username")
SUGGESTIONS = 10
LOGIN_ATTEMPTS = 7
LOGIN_BLOCK_MINUTES = 30
TOKEN_LIFE = datetime.timedelta(days=1)

#: version -> role -> what its rights are called; everyone has those of "User"
CODENAMES = json.loads((Path(__file__).parent / "codenames.json").read_text(encoding="utf-8"))


def role_row(name, identifiers):
    key = "SystemUser" if name == "User" else name
    return {"id": "00000000-0000-0000-0000-%012d" % identifiers[name], "display_name": text(key)}


def own_organizations(user):
    """{"console_orgs", "audit_orgs", "workbench_orgs"} (and "pam_orgs" from 4.10): the organisations that a user may work in."""
    visible = [one for one in Organization.objects.all() if runtime.enterprise or one.is_default or one.is_root]
    ruled, joined = [], []
    for one in sorted(visible, key=lambda one: not one.is_root):
        held = permissions.roles(user, one)
        if user.is_system_admin or "OrgAdmin" in held:
            ruled.append(short_row(one))
        if held:
            joined.append(short_row(one))
    audited = ruled + [
        short_row(one) for one in visible if not user.is_system_admin and "OrgAuditor" in permissions.roles(user, one)
    ]
    if joined:
        joined.insert(0, short_row(Organization.objects.get(id=ROOT_ID), name=text("all_organizations")))
    found = {"console_orgs": ruled, "audit_orgs": audited, "workbench_orgs": joined}
    return found if runtime.behaviour.own_organizations_in_profile else dict(found, pam_orgs=ruled)


def permission_names(user):
    """What the rights of *user* in the organisation in force are called."""
    held = ["User", user.system_role, *permissions.roles(user, current())]
    names = CODENAMES[runtime.behaviour.codenames]
    return sorted({name for role in held for name in names.get(role, ())})


class UserSerializer(serializers.Serializer):
    """The row of a user. ``context["purpose"]``: "list", "detail", "profile" or "login"; they differ in what they tell."""

    def to_representation(self, user):
        row = self._row(user)
        request = self.context["request"]
        wanted = filters.words(request, "fields")
        if request.query_params.get("fields_size") == "mini" or self.context.get("short"):
            wanted = SHORT_FIELDS
        return {name: value for name, value in row.items() if name in wanted} if wanted else row

    def _row(self, user):
        show = serializers.DateTimeField().to_representation
        created = show(user.date_created)
        purpose = self.context.get("purpose", "list")
        row = {
            "id": str(user.pk), "name": user.name, "username": user.username, "email": user.email, "wechat": "", "phone": None,
            "mfa_level": {"value": 0, "label": text("mfa_disabled")}, "source": {"value": "local", "label": text("local")},
            "created_by": "System", "updated_by": "System", "comment": user.comment, "avatar_url": self._avatar(user),
            "groups": [
                {"id": group["id"], "name": group["name"]} for group in user.groups
                if self._seen_from().is_root or group["organization"] == str(self._seen_from().pk)
            ],
            "password_strategy": {"value": "email", "label": text("password_by_email")},
            "is_superuser": user.is_system_admin, "is_service_account": False, "is_valid": user.is_active and not user.is_expired,
            "is_expired": user.is_expired, "is_active": user.is_active, "is_otp_secret_key_bound": False, "can_public_key_auth": True, "mfa_enabled": False,
            "need_update_password": False, "mfa_force_enabled": False, "is_first_login": user.is_first_login, "login_blocked": False,
            "date_expired": show(user.date_created + datetime.timedelta(days=70 * 365)), "date_joined": created,
            "last_login": user.last_login and show(user.last_login), "date_updated": created, "date_password_last_updated": created,
        }
        requester = user if purpose == "login" else self.context["request"].user
        if purpose != "list" or requester.is_system_admin:
            row["system_roles"] = [role_row(user.system_role, SYSTEM_ROLE_IDS)]
        behaviour = runtime.behaviour
        if self._tells(behaviour.chat_ids_of_users, purpose):
            row.update(wecom_id=None, dingtalk_id=None, feishu_id=None)
            if behaviour.users_have_labels:
                row["slack_id"] = None
            if behaviour.users_have_lark_ids:
                row["lark_id"] = None
        if self._tells(behaviour.org_roles_of_users, purpose):
            row.update(self._organization_roles(user, purpose))
        if behaviour.users_have_labels:
            row["labels"] = []
        if behaviour.users_tell_last_key_use:
            used = runtime.key_users.get(user.pk)
            row["date_api_key_last_used"] = used and show(used)
        if behaviour.users_have_ukeys:
            row.update(ukey_sn=None, can_ukey_auth=False, is_face_code_set=False)
        if behaviour.users_tell_public_keys and purpose == "detail":
            row["has_public_keys"] = False
        if purpose in ("profile", "login"):
            row.update(self._own(user))
        return row

    @staticmethod
    def _avatar(user):
        return "/static/img/avatar/%s.png" % ("admin" if user.username == "admin" else "user")

    @staticmethod
    def _tells(when, purpose):
        return when == "always" or purpose == "login" or (when == "enterprise" and runtime.enterprise)

    def _seen_from(self):
        """The organisation from which users are looked at."""
        return self.context.get("organization") or current()

    def _organization_roles(self, user, purpose):
        organization = self._seen_from()
        held = permissions.roles(user, organization)
        is_admin = "OrgAdmin" in held or (organization.is_root and user.is_system_admin)
        told = {"org_roles": [dict(role_row(name, ORGANIZATION_ROLE_IDS), name=name) for name in held], "is_org_admin": is_admin}
        if organization.is_root and purpose in ("list", "detail") and runtime.behaviour.users_have_all_roles:
            told["orgs_roles"] = {}
            for one in user.memberships.select_related("organization"):
                told["orgs_roles"].setdefault(one.organization.name, []).append(text(one.role))
        return told

    @staticmethod
    def _own(user):
        own = {
            "public_key_comment": "", "public_key_hash_md5": "", "guide_url": "",
            "receive_backends": ["site_msg", "email"] if user.username == "admin" else ["email", "site_msg"],
        }
        if runtime.behaviour.own_organizations_in_profile:
            own.update(own_organizations(user), perms=permission_names(user))
        if runtime.behaviour.profile_tells_language:
            own.update(lang="en", has_jdmc=user.is_system_admin)
        return own


def user_lookups():
    lookup = "iexact" if runtime.behaviour.rich_filters else "exact"
    lookups = {name: filters.by(name, lookup) for name in ("username", "email", "name")}
    lookups["id"] = filters.by_id()
    lookups["is_active"] = filters.by_flag("is_active")
    if runtime.behaviour.rich_filters:
        lookups.update({"id__in": filters.by_ids(), "username__in": filters.by_any("username"), "name__in": filters.by_any("name")})
    return lookups


class UserViewSet(ReadViewSet):
    kind = "user"
    queryset = User.objects.order_by("name")
    serializer_class = UserSerializer
    scoped = False
    name_field = "username"
    cut_without_limit = False

    def get_lookups(self):
        return user_lookups()

    def get_search_fields(self):
        return ("username", "name", "email") if runtime.behaviour.user_search_email else ("username", "name")

    def get_queryset(self):
        queryset = super().get_queryset()
        organization = current()
        if organization.is_root:
            return queryset
        return queryset.filter(memberships__organization_id=organization.pk).distinct()

    def get_serializer_context(self):
        return dict(super().get_serializer_context(), purpose="detail" if self.action == "retrieve" else "list")

    @property
    def right(self):
        return "match" if self.action == "suggestions" else None

    @action(detail=False, methods=["get"])
    def suggestions(self, request):
        found = self.filter_queryset(self.queryset.all())
        page = self.paginate_queryset(found[:SUGGESTIONS])
        root = Organization.objects.get(id=ROOT_ID)  # from here all users are suggested, of whatever organisation
        context = dict(self.get_serializer_context(), short=runtime.behaviour.suggestions_are_short, organization=root)
        data = UserSerializer(found[:SUGGESTIONS] if page is None else page, many=True, context=context).data
        return Response(data) if page is None else self.get_paginated_response(data)


class ProfileView(AtomicMixin, views.APIView):
    http_method_names = ["get", "put", "patch", "head", "options"]

    def get(self, request):
        return Response(UserSerializer(request.user, context={"request": request, "purpose": "profile"}).data)

    def put(self, request):
        return self.get(request)

    patch = put


class PermissionsView(views.APIView):
    def get(self, request):
        user = request.user
        return Response(dict(own_organizations(user), id=str(user.pk), username=user.username, perms=permission_names(user)))


class LoginView(AtomicMixin, views.APIView):
    """Password against a login token; seven wrong ones lock the account."""

    authentication_classes = []
    permission_classes = []

    def post(self, request):
        username = str(request.data.get("username") or "")
        if runtime.login_failures.get(username, 0) >= LOGIN_ATTEMPTS:
            return self._refuse("block_login", text("account_blocked", block_time=LOGIN_BLOCK_MINUTES))
        user = User.objects.filter(username=username).first()
        if user is None or user.password != request.data.get("password"):
            return self._wrong(username, known=user is not None)
        if not user.is_active:
            return self._refuse("user_inactive", text("user_inactive"))
        if user.mfa:
            data = {"choices": ["otp"], "url": "/api/v1/authentication/mfa/select/"}
            return Response({"error": "mfa_required", "msg": text("mfa_required"), "data": data})
        runtime.login_failures.pop(username, None)
        return Response(self._token(request, user), status=201)

    @staticmethod
    def _refuse(error, message):
        return Response({"error": error, "msg": message}, status=400)

    def _wrong(self, username, known):
        """The attempts of an unknown user are counted one later."""
        failures = runtime.login_failures.get(username, -1 if not known else 0) + 1
        runtime.login_failures[username] = failures
        left = LOGIN_ATTEMPTS - failures
        return self._refuse("password_failed", text("password_failed", times_try=left, block_time=LOGIN_BLOCK_MINUTES))

    @staticmethod
    def _token(request, user):
        now = timezone.now()
        token = BearerToken.objects.filter(user=user, date_expired__gt=now, issued=True).first()
        if token is None:
            token = BearerToken(token=secrets.token_urlsafe(27), user=user, issued=True)
        token.date_expired = now + TOKEN_LIFE
        token.save()
        user.last_login = now
        user.save()
        show = serializers.DateTimeField().to_representation
        row = UserSerializer(user, context={"request": request, "purpose": "login"}).data
        return {"token": token.token, "keyword": "Bearer", "date_expired": show(token.date_expired), "user": row}


class AccessKeysView(AtomicMixin, views.APIView):
    """Listed freely; made only in a browser session that confirmed its password, from 3.8 on."""

    def get(self, request):
        show = serializers.DateTimeField().to_representation
        used = runtime.keys_used
        rows = [
            {
                "id": str(key.pk), "is_active": key.is_active, "date_created": show(key.date_created),
                "date_last_used": show(used[key.pk]) if key.pk in used else None, "ip_group": key.ip_group,
            }
            for key in AccessKey.objects.filter(user=request.user)
        ]
        return Response(rows)

    def post(self, request):
        if runtime.behaviour.key_creation_confirmed:
            body = {"type": "user_confirm_required", "code": "password", "detail": text("confirmation_required")}
            return Response(body, status=412)
        key = AccessKey.objects.create(user=request.user, secret=secrets.token_urlsafe(27), ip_group=["*"])
        return Response({"id": str(key.pk), "secret": key.secret}, status=201)
