# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What the user reads of an answer that is not the one hoped for: what the server said, cut to size, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.address import prefix
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import Credential
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.secrets import Secrets
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.transport import Answer

LONGEST_EXCERPT = 400
# the code in the body of JumpServer's 404 for one object, in whatever language (recorded with 3.5, 3.10 and 4.10, measured with 3.8; with every method)
ABSENT = "object_does_not_exist"
NO_JUMPSERVER = "Check that api_url is the address of JumpServer itself, and not of a login page or a proxy."


def says_absent(answer: Answer) -> bool:
    return answer.status == 404 and isinstance(answer.body, dict) and answer.body.get("code") == ABSENT


def answerer(answer: Answer) -> str:
    return "the proxy" if answer.status == 407 else "JumpServer"


def said(answer: Answer, secrets: Secrets) -> str:
    """What the server said, after a colon; HTML is cut down to its title."""
    text = "; ".join(_flat(secrets.scrub_all(answer.body))) if answer.body is not None else _title(secrets.scrub(answer.text))
    if not text:
        return ""
    return ": " + _cut(text).rstrip(".")


def _flat(body: Any, name: str = "") -> Iterator[str]:
    """The texts of an error body, ``field: text`` where a field is named; ``code`` and the like only repeat the rest."""
    if isinstance(body, dict):
        for key, value in body.items():
            if key not in ("code", "detail", "non_field_errors", "error", "msg", "message"):
                yield from _flat(value, key if not name else f"{name}.{key}")
            elif key != "code":
                yield from _flat(value, name)
    elif isinstance(body, list):
        for value in body:
            yield from _flat(value, name)
    elif body not in (None, ""):
        yield f"{name}: {body}" if name else str(body)


def _title(text: str) -> str:
    if "<" not in text:
        return text.strip()
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    heading = " ".join(re.sub(r"<[^>]*>", " ", title.group(1)).split()) if title else ""
    return "an HTML page" + (f" titled {heading!r}" if heading else "")


def hint(answer: Answer, request: Any, url: str, credential: Credential, secrets: Secrets) -> str:
    """What to do about it, "" where the server's own words are enough. ``request``: what was asked."""
    path = prefix(url)
    if 200 <= answer.status < 300:
        return NO_JUMPSERVER
    if 300 <= answer.status < 400:
        return _of_redirect(secrets.scrub(answer.headers.get("Location", "")).split("?", 1)[0], request, url)
    if answer.status == 400 and re.search("plain HTTP|to an HTTPS server", answer.text):
        # in the words of nginx and Apache, and of servers written in Go
        return "Write https:// in api_url."
    if answer.status == 400 and "SSL certificate" in answer.text:
        return "The server, or a proxy in front of it, asks for a client certificate that it trusts: set client_cert and client_key."
    if answer.status == 407:
        return "The proxy in the environment wants a user and password, in its address there."
    if answer.status == 401:
        unsigned = path if credential.scheme == "Signature" else ""
        signed = f" Requests are signed without the path {unsigned} of api_url, since JumpServer sees them so behind a proxy." if unsigned else ""
        return f"Check {credential.described}, and that its user is active.{signed}"
    if answer.status == 403:
        return f"The user of {credential.described} lacks the right for this in this organization."
    if answer.status == 404 and not says_absent(answer):
        return "Check that api_url leads to JumpServer 3.0 or later." + (f" The path {path} may not belong to its address." if path else "")
    if answer.status == 429:
        return "The server limits the number of requests; try again later."
    if answer.status == 500 and _beyond_mysql(request.body):
        return "See the server's log; a server on MySQL gives this answer to emoji, and to other characters that take four bytes."
    if answer.status == 500 and credential.scheme == "Signature":
        return "See the server's log; a signature that the server cannot read gives this answer too."
    if answer.status >= 500:
        return "See the server's log."
    return ""


def _of_redirect(target: str, request: Any, url: str) -> str:
    told = f"It redirects to {_cut(target) or 'nowhere'}; redirects are not followed."
    base = target[:-len(request.path)]
    # a page to log in is no better address
    elsewhere = target.endswith(request.path) and base.startswith("http") and base != url
    return f"{told} Set api_url to {base}." if elsewhere else f"{told} {NO_JUMPSERVER}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "..."


def foreign(request: Any, url: str, status: int, fault: str) -> str:
    """The message for JSON of another shape: where it came from, and what is wrong with it."""
    came = f"{request.method} {url}{request.path}, status {status}"
    return f"Cannot {request.doing}: the server, or a proxy in front of it, answered something that is not JumpServer's: {fault} ({came}). {NO_JUMPSERVER}"


def _beyond_mysql(body: Any) -> bool:
    """Whether a request holds what the character set utf8mb3 of MySQL lacks: 3.5.7 and 3.8.2 answer a bare 500 to it."""
    if isinstance(body, str):
        return any(ord(letter) > 0xFFFF for letter in body)
    if isinstance(body, (list, tuple)):
        return any(map(_beyond_mysql, body))
    return isinstance(body, dict) and any(map(_beyond_mysql, body.values()))
