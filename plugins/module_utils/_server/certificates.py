# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The files of certificates and keys that a user names, and what is wrong with one: TLS itself tells of no file. Each sentence names the option."""

from __future__ import annotations

import os
import ssl
from typing import Any, NamedTuple, Optional

Path = Any  # a text, or what is shown in one way and opened in another


class Authorities(NamedTuple):
    """The certificates that are trusted: what names them ("ca_path"), and their path as it was written."""

    option: str
    written: str

    def fault(self, path: str) -> str:
        """Why there are none at ``path``, "" if there are. A folder is read by TLS when it is needed, name by name."""
        if os.path.isdir(path):
            return ""
        try:
            _context().load_verify_locations(path)
        except ssl.SSLError:
            return f"{self.option}: {self.written} holds no certificates in PEM that can be read."
        except OSError as error:
            return f"{self.option}: {self.written} cannot be read ({error.strerror})."
        return ""

    def remedy(self, path: str) -> str:
        """What to do where none of them is the one that is needed."""
        folder = " In a folder, they are found by the names that `openssl rehash` gives them." if os.path.isdir(path) else ""
        other = "" if self.option == "ca_path" else " Set ca_path to the certificate of your CA."
        return f"Its CA is not in {self.written}, which {self.option} names, or the server leaves out a certificate in between.{folder}{other}"


def client_fault(certificate: Path, key: Optional[Path]) -> str:
    """Why no server can be shown this client certificate, "" if one can.

    Found out before anything is sent: where a key is encrypted, TLS would ask the terminal for its passphrase, and wait.
    """
    option, place = ("client_key", key) if key else ("client_cert", certificate)
    apart = "" if key else " If that is in a file of its own, set client_key."
    return (
        _content_fault("client_cert", certificate, b"CERTIFICATE-----", "holds no certificate in PEM.")
        or _content_fault(option, place, b"PRIVATE KEY-----", f"holds no private key in PEM.{apart}")
        or _pair_fault(certificate, option, place)
    )


def _content_fault(option: str, path: Path, mark: bytes, told: str) -> str:
    try:
        with open(path, "rb") as file:
            return "" if mark in file.read() else f"{option}: {path} {told}"
    except OSError as error:
        return f"{option}: {path} cannot be read ({error.strerror})."


def _pair_fault(certificate: Path, option: str, key: Path) -> str:
    try:
        _context().load_cert_chain(certificate, key, password=_no_passphrase)
    except _Encrypted:
        return f"{option}: the private key in {key} is encrypted; only one without a passphrase can be used."
    except OSError as error:
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            return f"{option}: the private key in {key} is not that of the certificate in {certificate}."
        return f"client_cert: the certificate in {certificate} cannot be used with the private key in {key} ({_reason(error)})."
    return ""


class _Encrypted(Exception):
    """A passphrase was asked for."""


def _no_passphrase() -> str:
    raise _Encrypted


def _reason(error: OSError) -> str:
    return (getattr(error, "reason", None) or error.strerror or type(error).__name__).replace("_", " ").lower()


def _context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
