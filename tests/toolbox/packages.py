# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installing packages with uv, from where pip would take them.

    python -m tests.toolbox.packages FILE ...

installs what requirement files name into the environment of the running Python.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

from .tree import ROOT

# Settings of pip that decide whether an index can be reached at all, and the variables by which uv takes them.
UV_NAMES = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}


def pip_settings() -> dict[str, str]:
    """The settings of pip in force here, whether from files or from the environment."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, stdout=subprocess.PIPE, text=True)
    pairs = [line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line]
    # Listed in order of rising priority, as "section.name='value'".
    return {name.rpartition(".")[2]: str(ast.literal_eval(value)) for name, value in pairs}


def share_settings_with_uv() -> None:
    """Set the environment such that uv, which does not read pip's settings, finds the same index."""
    settings = pip_settings()
    for name, variable in UV_NAMES.items():
        if name in settings:
            os.environ.setdefault(variable, settings[name])
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    # Compiled once here, or else by each of some thousand processes that the tests start: a third of the time of a playbook.
    os.environ["UV_COMPILE_BYTECODE"] = "1"


def of_readme() -> list[str]:
    """What the README has users install with pip."""
    return re.search(r"^pip install (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE).group(1).split()


def install(files: list[str]) -> None:
    """Install what these requirement files name beside the running Python."""
    python = os.path.join(os.path.realpath(sys.prefix), "bin", "python")  # scripts are made to start with this very path
    requirements = [argument for file in files for argument in ("--requirement", file)]
    subprocess.run([sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, *requirements], check=True)


if __name__ == "__main__":
    share_settings_with_uv()
    install(sys.argv[1:])
