# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send a request to a server exactly as it was recorded: no header added, no encoding touched, no redirect followed."""
from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import re
import typing
import urllib.parse

from tests.contract.tapes import Answer

DIGESTS = {"hmac-sha1": hashlib.sha1, "hmac-sha256": hashlib.sha256, "hmac-sha512": hashlib.sha512}
PARAMETER = re.compile(r'(\w+)="([^"]*)"')


class Connection:
    """A connection that is opened again when the server closed it between two requests (it does so after two idle seconds)."""

    def __init__(self, url: str) -> None:
        self.host = urllib.parse.urlsplit(url).netloc
        self._line: typing.Optional[http.client.HTTPConnection] = None

    def send(self, method: str, target: str, headers: typing.Mapping[str, str], body: typing.Optional[bytes] = None) -> Answer:
        """One request with these headers, a Host and a Content-Length. `target` is path and query as they go on the wire."""
        for again in (True, False):
            reused = self._line is not None
            try:
                return self._send(method, target, headers, body)
            except (http.client.BadStatusLine, ConnectionError):
                self.close()
                if not (reused and again):
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close the connection; the next request opens one."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _send(self, method: str, target: str, headers: typing.Mapping[str, str], body: typing.Optional[bytes]) -> Answer:
        if self._line is None:
            self._line = http.client.HTTPConnection(self.host, timeout=60)
        line = self._line
        line.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            line.putheader(name, value)
        if body is not None or method in ("POST", "PUT", "PATCH"):
            line.putheader("Content-Length", str(len(body or b"")))
        line.endheaders(body)
        response = line.getresponse()
        content = response.read()
        return Answer(response.status, dict(response.getheaders()), _parsed(response.getheader("Content-Type") or "", content))


def encoded(body: typing.Any) -> typing.Optional[bytes]:
    """A recorded body as bytes: text and bytes went out as they are, everything else as JSON."""
    if body is None or isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode("utf-8")


def signature_parameters(header: str) -> dict[str, str]:
    """The parameters of an `Authorization: Signature` header; {} for any other."""
    return dict(PARAMETER.findall(header)) if header.lower().startswith("signature ") else {}


def signature(secret: str, algorithm: str, method: str, target: str, signed: typing.Iterable[str], headers: typing.Mapping[str, str]) -> str:
    """The signature over these lines, made with the standard library alone. Raises KeyError where a signed header is missing."""
    values = {name.lower(): value for name, value in headers.items()}
    values["(request-target)"] = "%s %s" % (method.lower(), target)
    text = "\n".join("%s: %s" % (name, values[name]) for name in signed)
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), DIGESTS[algorithm]).digest()).decode()


def _parsed(content_type: str, content: bytes) -> typing.Any:
    text = content.decode("utf-8", errors="replace")
    if "json" in content_type and text:
        return json.loads(text)
    return text
