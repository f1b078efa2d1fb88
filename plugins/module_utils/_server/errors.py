# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Every error that a user can meet. Each carries one clear sentence and no secret; `_task.Task` is the only place that reports them."""

from __future__ import annotations

from typing import Any


class JumpServerError(Exception):
    """Something that the user, the server or the network got wrong; ``str()`` is what the user reads."""


class BadInput(JumpServerError):
    """What was declared cannot be: nothing was sent for it."""


class Unreachable(JumpServerError):
    """No answer came, after all attempts.

    ``sent`` is false only when the request surely never left; ``hopeless`` is true when a repeat would end the same way.
    """

    def __init__(self, message: str, sent: bool, hopeless: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.hopeless = hopeless


class Refused(JumpServerError):
    """The server answered, but not with what was asked for.

    ``status`` is the HTTP status, ``body`` the decoded JSON or None for anything else (an HTML page, an empty answer).
    """

    def __init__(self, message: str, status: int, body: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = body

    @property
    def names_field(self) -> set[str]:
        """The fields that the server complained about, a (possibly empty) set of API names."""
        return set(self.body) if isinstance(self.body, dict) else set()


class Absent(Refused):
    """JumpServer itself says that the object does not exist. No other 404 says so: a gateway and an unknown address answer with one too."""


class Foreign(Refused):
    """A success, by its status, that is not JumpServer's: another page, no content, JSON of another shape."""


class Unproved(JumpServerError):
    """The organization in force is not, or not surely, the one asked for."""


class ListChanged(JumpServerError):
    """A listing did not hold together: rows came or went while it was read, or something on the way cut it."""


class NotConverged(JumpServerError):
    """The server accepted a write and answered with something else than what was written."""


class UnsafeInCheckMode(JumpServerError):
    """A write was attempted in check mode: a defect of the collection, stopped by the client."""


class NotTried(JumpServerError):
    """Something was left out, since what came before it proved that it could not succeed."""


class Unknown(JumpServerError):
    """A write whose outcome could not be seen: it may have been carried out, or may still be."""


def ends_the_run(error: JumpServerError) -> bool:
    """Whether an error proves that nothing more can be asked of this server: nobody answers, or the credential is refused."""
    return isinstance(error, Unreachable) or (isinstance(error, Refused) and error.status == 401)
