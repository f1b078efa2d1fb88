# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What the answer to a write proves, and what it leaves open. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError, Refused, Unreachable

# seconds before each look at what became of a write; longer where the server may go on after its client, or a gateway, gave up waiting
LOOKS = (0, 1, 2)
LONG_LOOKS = (0, 1, 2, 4, 8)
GAVE_UP = (408, 499, 504, 524)
# answers that a gateway gives while the server behind it goes on
UNSETTLED = (408, 499)


def is_refusal(error: JumpServerError) -> bool:
    """Whether an error proves that nothing was carried out: the request was understood and refused, or never forwarded."""
    return isinstance(error, Refused) and 300 <= error.status < 500 and error.status not in UNSETTLED


def surely_not_carried_out(error: JumpServerError) -> bool:
    """Whether nothing can have happened: the request never left, or was refused."""
    return is_refusal(error) or (isinstance(error, Unreachable) and not error.sent)


def is_undone(error: JumpServerError) -> bool:
    """Whether the server reports a defect of its own: its transaction is undone then."""
    return isinstance(error, Refused) and error.status == 500


def is_own_defect(error: JumpServerError) -> bool:
    """Whether JumpServer itself answered 500, which undoes the request; after whatever else was answered it may go on."""
    return is_undone(error) and isinstance(error, Refused) and bool(error.body)


def pauses_after(error: JumpServerError) -> Sequence[float]:
    """Seconds before each look."""
    gave_up = error.hopeless if isinstance(error, Unreachable) else isinstance(error, Refused) and error.status in GAVE_UP
    return LONG_LOOKS if gave_up else LOOKS
