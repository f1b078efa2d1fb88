# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error answers: DRF's bodies with JumpServer's ``code``, and the pages outside of DRF."""

from __future__ import annotations

import re

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from ..words.messages import kind, text
from ..runtime import runtime

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="UTF-8">
    <title>%s</title>
</head>
<body>
<h1>%s</h1>
</body>
</html>"""


def missing(name="Object"):
    """The body of a 404 for one object of the kind *name*."""
    return {"detail": text("object_does_not_exist", name=kind(name)), "code": "object_does_not_exist"}


def kind_name(model):
    """The class name that the server gives a model in such a body."""
    plan = "BackupAccountAutomation" if runtime.behaviour.is_automation else "AccountBackupAutomation"
    execution = "AutomationExecution" if runtime.behaviour.is_automation else "AccountBackupExecution"
    return {"Plan": plan, "Execution": execution, "Task": "CeleryTaskExecution", "Storage": "ReplayStorage"}.get(model, model)


def exception_handler(error, context):
    """As DRF's, with a ``code`` beside each ``detail``; None leaves the exception to the 500 page."""
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        set_rollback()
        match = re.match(r"No (\w+) matches", str(error))
        return Response(missing(kind_name(match.group(1)) if match else "Object"), status=404)
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = "%d" % error.wait
    set_rollback()
    if isinstance(error.detail, (list, dict)):
        data = error.detail
    else:
        data = {"detail": error.detail, "code": error.detail.code}
    return Response(data, status=error.status_code, headers=headers)


def _wants_json(request):
    return request.META.get("CONTENT_TYPE", "").startswith("application/json")


def page_not_found(request, exception=None):
    if _wants_json(request):
        return JsonResponse({"error": "Not found"}, status=404)
    return HttpResponse(PAGE % ("Not found", "Not found"), status=404)


def server_error(request):
    if _wants_json(request):
        return JsonResponse({"error": "Server internal error"}, status=500)
    return HttpResponse(PAGE % ("Server error", "Server error occur, contact administrator"), status=500)
