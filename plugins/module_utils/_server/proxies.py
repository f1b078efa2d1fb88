# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Which proxy leads to a server, told by an environment that was handed over: what requests would find if the process had it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional
from urllib.parse import urlsplit

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

SUFFIX = "_proxy"
SCHEMES = ("http", "socks")
CA_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def proxies(environment: Optional[Mapping[str, str]], url: str) -> dict[str, str]:
    """The argument ``proxies`` of requests for all requests to ``url``. ``environment``: None for that of this process."""
    from requests.utils import get_environ_proxies, should_bypass_proxies

    if environment is None:
        return get_environ_proxies(url)
    # handed over, it is looked at in each version's own way, for which requests sets this one variable while it looks
    no_proxy = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    return {} if should_bypass_proxies(url, no_proxy) else _named(environment)


def proxy(found: dict[str, str], url: str) -> str:
    """The address of the proxy through which requests to ``url`` go, without a password, "" for none; BadInput where it is no address.

    A sign such as # or @ that stands in a password as it is ends the address too early.
    """
    from requests.utils import select_proxy

    chosen = select_proxy(url, found)
    if not chosen:
        return ""
    try:
        address = urlsplit(chosen if "://" in chosen else f"http://{chosen}")
        host, port = address.hostname, address.port
    except ValueError:
        host, port = None, None
    if not host or not address.scheme.startswith(SCHEMES):
        raise BadInput(
            "The proxy in the environment has no address that can be used: it must look like http://proxy.example.com:3128. "
            "In a user and password, write signs in percent-encoding, such as %40 for @ and %23 for #.")
    shown = f"[{host}]" if ":" in host else host
    return f"{address.scheme}://{shown}" + ("" if port is None else f":{port}")


def ca_bundle(environment: Mapping[str, str]) -> tuple[str, str]:
    """(variable, file or folder of trusted certificates) that the environment names for requests, empty texts if none."""
    return next(((name, environment[name]) for name in CA_BUNDLES if environment.get(name)), ("", ""))


def _named(environment: Mapping[str, str]) -> dict[str, str]:
    """``{scheme: proxy}``; names in small letters win, and take away when they are empty."""
    variables = [(name, name[:-len(SUFFIX)].lower(), value) for name, value in environment.items() if name.lower().endswith(SUFFIX)]
    found = {scheme: value for _name, scheme, value in variables if value}
    if "REQUEST_METHOD" in environment:
        # under a web server, a header of the request may stand there (CVE-2016-1000110)
        found.pop("http", None)
    found.update((scheme, value) for name, scheme, value in variables if name.endswith(SUFFIX))
    return {scheme: value for scheme, value in found.items() if value}
