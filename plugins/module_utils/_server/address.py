# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The address of JumpServer as the user gave it: what is wrong with it, and the path that a proxy before JumpServer cuts off."""

from __future__ import annotations

import ipaddress
import re
from typing import Optional
from urllib.parse import SplitResult, urlsplit

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

# it stands in every message
LONGEST = 500
# where JumpServer's own pages and API begin: what is copied from a browser often holds one of them
OWN_PATHS = re.compile(r"/(api|ui|core|luna|lina|koko)(/.*)?$", re.IGNORECASE)


def base_url(api_url: Optional[str]) -> str:
    """The address without blanks around it and without a trailing slash, or BadInput with the part that is wrong.

    A user and password in it would end up in messages, so they are refused.
    """
    api_url = (api_url or "").strip()
    if "@" in api_url:
        raise BadInput("api_url must not hold a user or password; use the credential options instead.")
    if len(api_url) > LONGEST:
        raise BadInput(f"api_url must look like https://jump.example.com, and has {len(api_url)} characters.")
    try:
        address = urlsplit(api_url)
    except ValueError as error:
        raise BadInput(f"api_url must look like https://jump.example.com, not {api_url!r}: its host is not complete ({error}).") from None
    own = OWN_PATHS.search(address.path)
    if own and address.scheme in ("http", "https"):
        right = f"{address.scheme}://{address.netloc}{address.path[:own.start()]}"
        raise BadInput(f"api_url must end before {own.group(0)!r}: write {right}, the address of JumpServer itself.")
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment or re.search(r"\s", api_url):
        raise BadInput(f"api_url must look like https://jump.example.com, not {api_url!r}.")
    _check_port(api_url, address)
    # Python up to 3.10 takes anything between brackets for an address
    in_brackets = "[" in address.netloc and ":" not in address.hostname
    if in_brackets or not _is_host(address.hostname):
        raise BadInput(f"api_url must look like https://jump.example.com, not {api_url!r}: {address.hostname!r} is no name of a host.")
    return api_url.rstrip("/")


def _check_port(api_url: str, address: SplitResult) -> None:
    try:
        wrong = address.port == 0
    except ValueError:
        wrong = True
    if wrong:
        raise BadInput(f"api_url must look like https://jump.example.com, not {api_url!r}: its port is no number from 1 to 65535.")


def _is_host(name: str) -> bool:
    """Whether a name can be looked up: the letters of any language are fine, blanks and signs are not."""
    if ":" in name:
        return _is_ip_address(name.split("%", 1)[0])
    labels = name.rstrip(".").split(".")
    return all(label and len(label) < 64 and re.fullmatch(r"[\w-]+", label) for label in labels)


def _is_ip_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def prefix(url: str) -> str:
    """The path of an address, "" for most."""
    return urlsplit(url).path.rstrip("/")
