# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a campaign has found so far, kept as it goes: one that is cut off loses nothing, and the next one goes on behind it."""

from __future__ import annotations

import json
from pathlib import Path


class Kept:
    """Lines of JSON in one file of a folder. ``lines``: those of before and those that were added."""

    def __init__(self, folder, name):
        self.path = Path(folder, name)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        self.lines = [json.loads(line) for line in text.splitlines() if line.endswith("}")]

    def add(self, line):
        self.lines.append(line)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=True) + "\n")
