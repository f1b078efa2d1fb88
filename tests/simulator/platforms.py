# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform types that ``/api/v1/assets/categories/`` lists: by version and edition; a plan takes any value."""

from __future__ import annotations

from .behaviour import numbers
from .runtime import runtime

#: (category, type, first version, first version that lacks it, whether the community edition lists it)
TYPES = (
    ("host", "linux", "3.0.0", None, True),
    ("host", "unix", "3.0.0", None, True),
    ("host", "windows", "3.0.0", None, True),
    ("host", "other", "3.0.0", None, True),
    ("host", "macos", "4.8.0", None, False),
    ("device", "general", "3.0.0", None, True),
    ("device", "switch", "3.0.0", None, True),
    ("device", "router", "3.0.0", None, True),
    ("device", "firewall", "3.0.0", None, True),
    ("device", "cisco", "4.8.0", None, False),
    ("device", "huawei", "4.8.0", None, False),
    ("device", "h3c", "4.8.0", None, False),
    ("device", "juniper", "4.8.0", None, False),
    ("device", "tp_link", "4.8.0", None, False),
    ("database", "mysql", "3.0.0", None, True),
    ("database", "mariadb", "3.0.0", None, True),
    ("database", "mongodb", "3.0.0", None, True),
    ("database", "redis", "3.0.0", None, True),
    ("database", "postgresql", "4.1.0", None, True),
    ("database", "postgresql", "3.0.0", "4.1.0", False),
    ("database", "oracle", "3.0.0", None, False),
    ("database", "sqlserver", "3.0.0", None, False),
    ("database", "db2", "3.8.0", None, False),
    ("database", "dameng", "3.10.11", None, False),
    ("database", "clickhouse", "3.0.0", None, False),
    ("cloud", "k8s", "3.0.0", None, True),
    ("cloud", "public", "3.0.0", None, True),
    ("cloud", "private", "3.0.0", None, True),
    ("web", "website", "3.0.0", None, True),
    ("gpt", "chatgpt", "3.5.0", "4.0.0", True),
    ("ds", "general", "4.9.0", None, True),
    ("ds", "windows_ad", "4.9.0", None, False),
)


def categories():
    """{category: [type, ...]} of this version and edition."""
    now = numbers(runtime.behaviour.version)
    found = {}
    for category, value, since, until, community in TYPES:
        if numbers(since) <= now and (until is None or now < numbers(until)) and (community or runtime.enterprise):
            found.setdefault(category, []).append(value)
    return found


def values():
    """All the types that this version and edition knows."""
    return {value for found in categories().values() for value in found}
