# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What a module has to say; it knows no Ansible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional


class Result:
    """It is filled while the work goes on, so that a failure half-way still reports what was done. ``secrets``: what must not be in it when it is shown."""

    def __init__(self) -> None:
        self.changed = False
        self.values: dict = {}
        self.diff: Optional[dict] = None
        self.warnings: list[str] = []
        self.failure: Optional[str] = None
        self.secrets: set[str] = set()

    def tell(self, changed: bool, values: dict, diff: Optional[dict] = None) -> None:
        self.changed, self.values, self.diff = changed, values, diff

    def scrub(self, scrub: Callable[[str], str]) -> None:
        """Take secrets out of the sentences, each of which is told once. Ansible masks no warnings."""
        self.warnings = [scrub(warning) for warning in dict.fromkeys(self.warnings)]
        self.failure = None if self.failure is None else scrub(self.failure)

    def returned(self, with_diff: bool) -> dict[str, Any]:
        """The return values; the diff where it is wanted."""
        found = dict(self.values, changed=self.changed)
        if self.diff is not None and with_diff:
            found["diff"] = self.diff
        return found if self.failure is None else dict(found, failed=True, msg=self.failure)
