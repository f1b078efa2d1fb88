# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What must not be shown, and how it is cut out of texts. Cut out first: what is shortened, quoted or unpacked before may hide half a secret."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
# what is left of a secret in base64 must still be long enough to be no word of its own
SHORTEST_ENCODED = 8
SHORTEST_BEGINNING = 4
# how every text is shortened
CUT = r"\.\.\."


class Secrets(set[str]):
    """A set of texts that can be cut out of others, in every spelling that a server, a proxy or an error message may give them."""

    def scrub(self, text: str) -> str:
        """The text without any of the secrets; longer ones go first, since they may hold shorter ones."""
        written = sorted({spelling for secret in self if secret for spelling in spellings(secret)}, key=len, reverse=True)
        for spelling in written:
            text = text.replace(spelling, MASK)
        # what was shortened before it came here may end within a secret
        for end in [match.start() for match in re.finditer(CUT, text)][::-1]:
            text = text[:end - max((_common(text[:end], spelling) for spelling in written), default=0)] + text[end:]
        return text

    def scrub_all(self, value: Any) -> Any:
        """Decoded JSON without the secrets, keys included."""
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, list):
            return [self.scrub_all(item) for item in value]
        if isinstance(value, dict):
            return {self.scrub(key): self.scrub_all(item) for key, item in value.items()}
        return value


def spellings(secret: str) -> set[str]:
    """The secret as it is, and as repr, JSON, HTML, an address and base64 write it."""
    plain = {secret, secret.strip()}
    quoted = {spelling for text in plain for spelling in (
        repr(text)[1:-1], repr(text + "'")[1:-2], ascii(text)[1:-1], json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1],
        html.escape(text), html.escape(text, quote=False), quote(text), quote(text, safe=""), quote_plus(text))}
    # JSON within a quoted text, as when an error message shows a request body
    twice = {repr(text)[1:-1] for text in quoted}
    return {spelling for spelling in plain | quoted | twice | _in_base64(secret) if spelling}


def _common(text: str, secret: str) -> int:
    """How many letters of the beginning of a secret a text ends with, where they are enough to tell something."""
    return next((length for length in range(len(secret) - 1, SHORTEST_BEGINNING - 1, -1) if text.endswith(secret[:length])), 0)


def _in_base64(secret: str) -> set[str]:
    """The part of base64 that depends on the secret alone, wherever in the encoded text it begins."""
    found = set()
    data = secret.encode("utf-8", "surrogateescape")
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode()
        found.add(encoded[-(-before * 8 // 6):(before + len(data)) * 8 // 6])
    return {text for text in found if len(text) >= SHORTEST_ENCODED}
