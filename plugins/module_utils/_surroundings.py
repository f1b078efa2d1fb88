# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What a process of its own would find around it, handed to the work as values. Nothing of it is set on the process that does the work."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)


class Place:
    """A path that is told as it was written, and opened from the folder in which the task works."""

    def __init__(self, written: str, folder: str) -> None:
        self._written, self._folder = written, folder

    def __str__(self) -> str:
        return self._written

    def __fspath__(self) -> str:
        return os.path.join(self._folder, self._written)


class Surroundings(NamedTuple):
    """``environment``: its variables, None for those of this process. ``folder``: where relative paths begin, empty for the folder of this process."""

    environment: Optional[Mapping[str, str]] = None
    folder: str = ""

    @property
    def variables(self) -> Mapping[str, str]:
        return os.environ if self.environment is None else self.environment

    def expanded(self, path: Any) -> str:
        """A path as Ansible understands one: with variables and the home of the user in their places."""
        def value(found: re.Match) -> str:
            return self.variables.get(found[1].strip("{}"), found[0])

        return os.path.expanduser(VARIABLE.sub(value, str(path)))

    def located(self, spec: Mapping[str, dict], options: Any) -> Any:
        """Checked options with a Place for each path in them."""
        return {name: self._located(spec.get(name, {}), value) for name, value in options.items()}

    def _located(self, option: dict, value: Any) -> Any:
        if value is None:
            return None
        if option.get("type") == "path":
            return Place(value, self.folder)
        if option.get("options") and isinstance(value, dict):
            return self.located(option["options"], value)
        if option.get("options"):
            return [self.located(option["options"], entry) for entry in value]
        return value


# of a module, which has a process of its own
OWN = Surroundings()
