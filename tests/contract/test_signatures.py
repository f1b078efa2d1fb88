# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signatures that real servers accepted are test vectors: the collection's signer must make the same bytes."""
from __future__ import annotations

import typing

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import ALGORITHM, sign

from tests.contract import server, tapes

Vector = tuple[str, tapes.Exchange]


def _vectors() -> typing.Iterator[Vector]:
    """The recorded requests signed in the one way that the collection signs (hmac-sha256), each with its version."""
    for version in tapes.versions():
        for exchange in tapes.load(version).exchanges:
            parameters = server.signature_parameters(exchange.headers.get("Authorization", ""))
            signed = parameters.get("headers", "").split()
            # the recorded host name was replaced on the tape; laboratory.json holds what was sent, where that is known
            if parameters.get("algorithm") == ALGORITHM and signed and ("host" not in signed or "host" in tapes.laboratory(version)):
                yield version, exchange


def _name(vector: Vector) -> str:
    return "%s-%d-%s" % (vector[0], vector[1].sequence, vector[1].tag)


ACCEPTED = [vector for vector in _vectors() if vector[1].answer.status < 300]
# The server looked these up and found that the signature does not fit: another secret, method, query or date was signed.
MISFITS = ("bad-secret", "mismatch", "method", "query")
REFUSED = [vector for vector in _vectors() if vector[1].answer.status == 401 and any(word in vector[1].tag for word in MISFITS)]


def _signed(version: str, exchange: tapes.Exchange) -> str:
    """What the collection's signer makes of a recorded request."""
    tape = tapes.load(version)
    parameters = server.signature_parameters(exchange.headers["Authorization"])
    headers = {name.lower(): value for name, value in dict(exchange.headers, Host=tapes.laboratory(version).get("host")).items()}
    secret = tapes.signing_secrets(tape.world)[parameters["keyId"]]
    return sign(parameters["keyId"], secret, exchange.method, exchange.path, headers, parameters["headers"].split())


@pytest.mark.parametrize("vector", ACCEPTED, ids=_name)
def test_signer_makes_what_a_real_server_accepted(vector: Vector) -> None:
    version, exchange = vector
    assert _signed(version, exchange) == exchange.headers["Authorization"]


@pytest.mark.parametrize("vector", REFUSED, ids=_name)
def test_signer_does_not_make_what_a_real_server_refused(vector: Vector) -> None:
    version, exchange = vector
    made = _signed(version, exchange)
    assert made != exchange.headers["Authorization"]
    assert made.rpartition(",")[0] == exchange.headers["Authorization"].rpartition(",")[0]


def test_there_are_vectors_of_both_kinds() -> None:
    assert ACCEPTED and REFUSED
