# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Which proxy leads to a server, told by an environment that was handed over: what requests would find if the process had it."""

from __future__ import annotations

from collections.abc import Mapping

SUFFIX = "_proxy"


def proxies(environment: Mapping[str, str], url: str) -> dict[str, str]:
    """The argument ``proxies`` of requests for all requests to ``url``."""
    from requests.utils import should_bypass_proxies

    # handed over, it is looked at in each version's own way, for which requests sets this one variable while it looks
    no_proxy = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return {} if should_bypass_proxies(url, no_proxy) else _named(environment)


def ca_bundle(environment: Mapping[str, str]) -> str:
    """The file or folder of trusted certificates that the environment names for requests, empty if none."""
    return environment.get("REQUESTS_CA_BUNDLE") or environment.get("CURL_CA_BUNDLE") or ""


def _named(environment: Mapping[str, str]) -> dict[str, str]:
    """``{scheme: proxy}``; names in small letters win, and take away when they are empty."""
    variables = [(name, name[:-len(SUFFIX)].lower(), value) for name, value in environment.items() if name.lower().endswith(SUFFIX)]
    found = {scheme: value for _name, scheme, value in variables if value}
    if "REQUEST_METHOD" in environment:
        # under a web server, a header of the request may stand there (CVE-2016-1000110)
        found.pop("http", None)
    found.update((scheme, value) for name, scheme, value in variables if name.endswith(SUFFIX))
    return {scheme: value for scheme, value in found.items() if value}
