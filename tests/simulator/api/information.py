# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health and settings: the answers that need no or any credentials."""

from __future__ import annotations

import time
import uuid

from django.utils import timezone
from rest_framework import serializers, views
from rest_framework.response import Response

from ..runtime import runtime

INTERFACE = {
    "logo_logout": "/static/img/logo.png",
    "logo_index": "/static/img/logo_text_white.png",
    "login_image": "/static/img/login_image.png",
    "logo_white": "/static/img/logo_white.png",
    "logo_text_white": "/static/img/logo_text_white.png",
    "favicon": "/static/img/facio.ico",
    "login_title": "JumpServer",
    "theme": "classic_green",
    "theme_info": {},
    "footer_content": "",
    "version": "",  # of the look, not of the server
}


LANGUAGES = (
    ("English", "en", ()), ("中文（简体）", "zh-hans", ("zh", "zh-cn")), ("中文（繁體）", "zh-hant", ("zh-tw", "zh-hk")), ("日本語", "ja", ()),
    ("Português (Brasil)", "pt-br", ()), ("Español", "es", ()), ("Русский", "ru", ()), ("한국어", "ko", ()), ("Tiếng Việt", "vi", ()),
)


class OpenView(views.APIView):
    authentication_classes = []
    permission_classes = []


class HealthView(OpenView):
    def get(self, request):
        return Response({
            "status": True, "db_status": True, "db_time": 0.003, "redis_status": True, "redis_time": 0.0003, "time": int(time.time()),
        })


def open_settings():
    found = {"XPACK_ENABLED": runtime.enterprise, "INTERFACE": INTERFACE}
    if runtime.behaviour.settings_tell_languages:
        found["LANGUAGES"] = [{"name": name, "code": code, "other_codes": [code, *others]} for name, code, others in LANGUAGES]
        found["VENDOR"] = "JumpServer"
    return found


class OpenSettingsView(OpenView):
    def get(self, request):
        return Response(open_settings())


class SettingsView(views.APIView):
    def get(self, request):
        return Response(dict(open_settings(), XPACK_LICENSE_IS_VALID=runtime.enterprise))


class ServerInformationView(views.APIView):
    def get(self, request):
        return Response({"CURRENT_TIME": serializers.DateTimeField().to_representation(timezone.now())})


class ResourceCacheView(views.APIView):
    """Remember a list of ids under a name, which a list then takes as ``spm``."""

    def post(self, request):
        name = uuid.uuid4().hex
        runtime.remembered_ids[name] = list(request.data.get("resources") or [])
        return Response({"spm": name})
