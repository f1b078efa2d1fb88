# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The three credentials of JumpServer. Each becomes an ``auth`` object for requests, so that ~/.netrc never replaces it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import Any, NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

# "date" and "(request-target)" are required by the server; a host would break behind a proxy, a content-type gives 500 on 3.x.
SIGNED_HEADERS = ("(request-target)", "accept", "date")
ALGORITHM = "hmac-sha256"

# option -> environment variable; one credential is the pair, or one of the other two
ACCESS_KEY = {"access_key_id": "JUMPSERVER_ACCESS_KEY_ID", "access_key_secret": "JUMPSERVER_ACCESS_KEY_SECRET"}
PRIVATE_TOKEN = {"private_token": "JUMPSERVER_PRIVATE_TOKEN"}
API_TOKEN = {"api_token": "JUMPSERVER_TOKEN"}
CREDENTIALS = (ACCESS_KEY, PRIVATE_TOKEN, API_TOKEN)


class Credential(NamedTuple):
    """``scheme``: ``Signature``, ``Token`` or ``Bearer``; ``key_id`` only for the first."""

    scheme: str
    secret: str
    key_id: str = ""

    def __repr__(self) -> str:
        return f"Credential({self.scheme})"

    @property
    def described(self) -> str:
        """What the user knows it by."""
        return {"Signature": f"the access key {self.key_id}", "Token": "the private token", "Bearer": "the API token"}[self.scheme]

    def authorise(self, request: Any, prefix: str = "") -> Any:
        """Authorise one attempt of a prepared request (the protocol of ``requests.auth.AuthBase``).

        ``prefix``: the path before JumpServer's own, which is not signed: a proxy cuts it off, and the server checks what is left (measured with
        3.10.23 behind one; JumpServer itself is not served below a path).
        """
        if self.scheme == "Signature":
            target = request.path_url
            if prefix and target.startswith(prefix + "/"):
                target = target[len(prefix):]
            request.headers["Date"] = formatdate(usegmt=True)
            request.headers["Authorization"] = sign(self.key_id, self.secret, request.method, target, request.headers)
        else:
            request.headers["Authorization"] = f"{self.scheme} {self.secret}"
        return request


def credential(options: Mapping[str, Any], environment: Mapping[str, str]) -> Credential:
    """The one credential to use.

    Options beat the environment as a whole: a key id from here is never paired with a secret from there. An empty value counts as unset, since
    AWX sets the variables of fields that were left empty. Raises BadInput unless exactly one credential is complete.
    """
    given: dict[str, str] = {name: options[name] for kind in CREDENTIALS for name in kind if options.get(name)}
    source, names = "options", {name: name for kind in CREDENTIALS for name in kind}
    if not given:
        names = {name: variable for kind in CREDENTIALS for name, variable in kind.items()}
        given = {name: environment[variable] for name, variable in names.items() if environment.get(variable)}
        source = "environment variables"
    kinds = [kind for kind in CREDENTIALS if any(name in given for name in kind)]
    if not kinds:
        raise BadInput(
            "No credential for JumpServer: give access_key_id and access_key_secret (recommended), or private_token, or api_token, "
            "or the environment variables %s and %s, or %s, or %s."
            % (tuple(ACCESS_KEY.values()) + tuple(PRIVATE_TOKEN.values()) + tuple(API_TOKEN.values()))
        )
    if len(kinds) > 1:
        listed = ", ".join(sorted(names[name] for name in given))
        raise BadInput(f"More than one credential in the {source} ({listed}): give exactly one.")
    missing = [names[name] for name in kinds[0] if name not in given]
    if missing:
        raise BadInput(f"The access key is incomplete in the {source}: {missing[0]} is missing.")
    for name, value in given.items():
        _check_sendable(names[name], value)
    if kinds[0] is ACCESS_KEY:
        return Credential("Signature", given["access_key_secret"], _key_id(names["access_key_id"], given["access_key_id"]))
    if kinds[0] is PRIVATE_TOKEN:
        return Credential("Token", given["private_token"])
    return Credential("Bearer", given["api_token"])


def _check_sendable(name: str, value: str) -> None:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise BadInput(f"{name} holds a blank, a line break or a character that no JumpServer credential has; copy it again.")


def _key_id(name: str, value: str) -> str:
    """A key id that is no UUID makes the server answer 500 with an HTML page (measured on every version), so it is checked here."""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise BadInput(f"{name} must be the UUID that JumpServer shows for the access key.") from None


def sign(key_id: str, secret: str, method: str, target: str, headers: Mapping[str, str], signed: Sequence[str] = SIGNED_HEADERS) -> str:
    """The value of ``Authorization`` for one request.

    ``target`` is path and query exactly as sent; ``headers`` holds those named in ``signed``. The text and the HMAC are httpsig's, the order of the
    parameters is the one that was recorded with real servers (httpsig's own template breaks on a percent sign).
    """
    from httpsig.sign import Signer
    from httpsig.utils import generate_message

    message = generate_message(list(signed), dict(headers), method=method, path=target)
    signature = Signer(secret, ALGORITHM).sign(message)
    return f'Signature keyId="{key_id}",algorithm="{ALGORITHM}",headers="{" ".join(signed)}",signature="{signature}"'
