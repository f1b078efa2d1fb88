# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Which ZIP passwords a server would store as another one, or as none, which uploads the backup unencrypted. Pure; no password is in a reason."""

from __future__ import annotations

import binascii

AES_BLOCK = 16
LONGEST_KEY = 32


def fault(password: str) -> str | None:
    """Why a password must not be sent, to whatever version; None for a good one. An empty one is good: it clears."""
    if password and not password.strip():
        return "it holds blanks only, and JumpServer stores that as no password; write \"\" to clear it"
    if _is_taken_for_cipher(password.strip()):
        return (
            "JumpServer 3.9.0 to 4.10.16 takes text with one colon such as this for text encrypted by its web page, and may store no password or another "
            "one; choose one without a colon")
    return None


def _is_taken_for_cipher(password: str) -> bool:
    """Whether these servers decrypt it: with what is left of its only colon as the key, what is right of it as base64 of whole AES blocks.

    They skip what is no base64, so that "S3cret:!!!" is zero blocks, and stored as nothing. What makes their decryption fail is stored as it is.
    """
    key, colon, cipher = password.partition(":")
    if not (key and colon and cipher) or ":" in cipher or len(key[:LONGEST_KEY].encode("utf-8", "replace")) > LONGEST_KEY:
        return False
    try:
        return len(binascii.a2b_base64(cipher.encode("utf-8", "replace"))) % AES_BLOCK == 0
    except binascii.Error:
        return False
