# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three credentials: login token (Bearer), private token (Token), access key (Signature)."""

from __future__ import annotations

import ipaddress
import uuid

from django.utils import timezone
from django.utils.translation import gettext
from httpsig.utils import parse_authorization_header
from httpsig.verify import HeaderVerifier
from rest_framework import authentication, exceptions

from ..words.messages import text
from ..models import AccessKey, BearerToken, User
from ..runtime import runtime

SIGNED_HEADERS = ["(request-target)", "date"]
INVALID_SIGNATURE = "Invalid signature."  # never translated


def remember(request, user):
    """Note the user in the request log."""
    record = request.META.get("simulator.record")
    if record is not None:
        record["user"] = user.username
    return user


def header_words(request):
    return authentication.get_authorization_header(request).split()


def is_scheme(words, scheme):
    return bool(words) and words[0].lower() == scheme


class BearerAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request):
        words = header_words(request)
        if not is_scheme(words, b"bearer"):
            return None
        if len(words) == 1:
            raise exceptions.AuthenticationFailed(text("token_blank"))
        if len(words) > 2:
            raise exceptions.AuthenticationFailed(text("bearer_spaces"))
        token = BearerToken.objects.select_related("user").filter(token=words[1].decode("latin-1")).first()
        if token is None or token.date_expired <= timezone.now():
            if runtime.behaviour.unknown_bearer_refused:
                raise exceptions.AuthenticationFailed(text("invalid_bearer"))
            return None
        return remember(request, token.user), None

    def authenticate_header(self, request):
        return "Bearer"


class TokenAuthentication(authentication.TokenAuthentication):
    """DRF's own, with the private token instead of its model."""

    def authenticate_credentials(self, key):
        user = User.objects.filter(private_token=key).first()
        if user is None:
            raise exceptions.AuthenticationFailed(gettext("Invalid token."))
        if not user.is_active:
            raise exceptions.AuthenticationFailed(gettext("User inactive or deleted."))
        return user, None

    def authenticate(self, request):
        words = header_words(request)
        if is_scheme(words, b"token") and len(words) == 1:
            raise exceptions.AuthenticationFailed(text("token_blank"))
        found = super().authenticate(request)
        if found is not None:
            remember(request, found[0])
            runtime.key_users[found[0].pk] = timezone.now()
        return found


class SignatureAuthentication(authentication.BaseAuthentication):
    """HTTP signatures. What is malformed raises in httpsig or in the look-up of the key, and becomes a 500 as in JumpServer."""

    def authenticate(self, request):
        header = authentication.get_authorization_header(request).decode("latin-1")
        if not is_scheme(header.split(), "signature"):
            return None
        fields = parse_authorization_header(header)[1]
        if not {"keyid", "algorithm", "signature"} <= {name.lower() for name in fields}:
            raise exceptions.AuthenticationFailed(INVALID_SIGNATURE)
        key = AccessKey.objects.select_related("user").filter(id=uuid.UUID(fields["keyId"]), is_active=True).first()
        if key is None or self._refused(key.user):
            raise exceptions.AuthenticationFailed(INVALID_SIGNATURE)
        if not self._is_genuine(request, header, key.secret):
            raise exceptions.AuthenticationFailed(INVALID_SIGNATURE)
        self._check_address(request, key)
        runtime.keys_used[key.pk] = runtime.key_users[key.user_id] = timezone.now()
        return remember(request, key.user), None

    def authenticate_header(self, request):
        return 'Signature realm="api",headers="(request-target) date"'

    @staticmethod
    def _refused(user):
        return not user.is_active and runtime.behaviour.inactive_signer_refused

    @staticmethod
    def _is_genuine(request, header, secret):
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not runtime.behaviour.content_type_signable:
            headers.pop("content-type", None)
        headers["authorization"] = header
        target = request.META["simulator.target"]
        return HeaderVerifier(headers, secret, required_headers=SIGNED_HEADERS, method=request.method, path=target).verify()

    @staticmethod
    def _check_address(request, key):
        if not runtime.behaviour.key_addresses_checked or not key.ip_group or "*" in key.ip_group:
            return
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[0].strip()
        address = ipaddress.ip_address(forwarded or request.META["REMOTE_ADDR"])
        if not any(address in ipaddress.ip_network(network, strict=False) for network in key.ip_group):
            raise exceptions.AuthenticationFailed(text("address_refused"))
