# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What a module has to say; it knows no Ansible."""

from __future__ import annotations

from typing import Optional


class Result:
    """It is filled while the work goes on, so that a failure half-way still reports what was done."""

    def __init__(self) -> None:
        self.changed = False
        self.values: dict = {}
        self.diff: Optional[dict] = None
        self.warnings: list[str] = []
        self.failure: Optional[str] = None

    def tell(self, changed: bool, values: dict, diff: Optional[dict] = None) -> None:
        self.changed, self.values, self.diff = changed, values, diff
