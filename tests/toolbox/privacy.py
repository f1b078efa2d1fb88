# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An environment in which a check finds nothing of the user: no home, no settings, no installed collections, no proxy."""

from __future__ import annotations

import os
import re
from pathlib import Path

# What a program needs of its surroundings. All else may change what is tested, so it is left out.
KEPT = re.compile(r"PATH|LANG|LC_.*|TZ|TERM|TMPDIR|CI")


def private(home: Path) -> dict[str, str | None]:
    """The changes, as `nox` takes them, that make `home` all that a program knows of the user; None stands for a variable that is to go."""
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "ansible.cfg"
    settings.touch()
    unwanted = {name: None for name in os.environ if not KEPT.fullmatch(name)}
    # the settings in /etc/ansible are the user's too
    return {**unwanted, "HOME": str(home), "ANSIBLE_HOME": str(home), "ANSIBLE_CONFIG": str(settings)}


def environment(home: Path) -> dict[str, str]:
    """The same as a whole environment."""
    return {name: value for name, value in {**os.environ, **private(home)}.items() if value is not None}
