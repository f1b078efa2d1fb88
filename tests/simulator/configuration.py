# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Django's configuration, made for one process: no settings file, a database in a temporary folder."""

from __future__ import annotations

import os

import django
from django.conf import settings

from .runtime import runtime

SECRET = "a stand-in has no secrets"


def setup(folder):
    """Configure Django for :data:`runtime` with its database in *folder*, and make the tables."""
    settings.configure(
        DEBUG=False,
        SECRET_KEY=SECRET,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="tests.simulator.api.urls",
        INSTALLED_APPS=["rest_framework", "tests.simulator"],
        MIDDLEWARE=[
            "tests.simulator.api.organizations.OrganizationMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.path.join(folder, "simulator.sqlite3"),
                "CONN_MAX_AGE": None,
                "OPTIONS": {"timeout": 60},
            },
        },
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LANGUAGE_CODE=runtime.behaviour.default_language,
        USE_I18N=True,
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        USE_X_FORWARDED_HOST=runtime.behaviour.forwarded_host,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        LOGGING_CONFIG=None,
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["tests.simulator.api.authentication.%s" % name for name in authenticators()],
            "DEFAULT_PERMISSION_CLASSES": ["tests.simulator.api.permissions.RolePermission"],
            "DEFAULT_PAGINATION_CLASS": "tests.simulator.api.pagination.Pagination",
            "DEFAULT_RENDERER_CLASSES": [
                "rest_framework.renderers.JSONRenderer",
                "tests.simulator.api.renderers.CSVRenderer",
                "tests.simulator.api.renderers.SpreadsheetRenderer",
            ],
            "DEFAULT_PARSER_CLASSES": [
                "rest_framework.parsers.JSONParser",
                "rest_framework.parsers.FormParser",
                "rest_framework.parsers.MultiPartParser",
                "tests.simulator.api.renderers.CSVParser",
                "tests.simulator.api.renderers.SpreadsheetParser",
                "rest_framework.parsers.FileUploadParser",
            ],
            "DEFAULT_METADATA_CLASS": "tests.simulator.api.metadata.Metadata",
            "DEFAULT_THROTTLE_CLASSES": ["tests.simulator.api.permissions.Throttle"],
            "EXCEPTION_HANDLER": "tests.simulator.api.errors.exception_handler",
            "UNAUTHENTICATED_USER": "tests.simulator.models.Nobody",
            "DATETIME_FORMAT": "%Y/%m/%d %H:%M:%S %z",
            "DATETIME_INPUT_FORMATS": ["%Y/%m/%d %H:%M:%S %z", "iso-8601"],
        },
    )
    django.setup()
    from . import database
    from .words import messages  # models exist only after setup()
    database.create()
    messages.keep_english()


def authenticators():
    """Names of the authentication classes; the first one is the one that WWW-Authenticate names."""
    names = ["BearerAuthentication", "TokenAuthentication", "SignatureAuthentication"]
    if runtime.behaviour.first_authenticator == "Signature":
        names.insert(0, names.pop())
    return names
