# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A home folder in which ansible-test can work with nothing but a package index.

ansible-test makes many virtual environments and bootstraps pip in each of them with a script that it downloads from a
server of its own, unless the script lies in its cache already. It also drops nearly all environment variables, and with
them pip's settings. A private home takes care of both and leaves the user's own home alone.
"""

from __future__ import annotations

import configparser
import subprocess
import sys
import tempfile
from pathlib import Path

from .packages import pip_settings

# Prints the version of pip that the installed ansible-test wants. It differs between releases and may differ between
# Pythons (it does not, for those in use here).
ASK_PIP_VERSION = """
from types import SimpleNamespace
from ansible_test._internal.python_requirements import get_venv_packages
print(*{get_venv_packages(SimpleNamespace(version=version))["pip"] for version in VERSIONS})
"""

# What the downloaded script would do: a packed pip installs the packages named on the command line. The two options tell
# that script what not to install on its own account.
BOOTSTRAP = """
import sys

sys.path.insert(0, {wheel!r})
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.argv[1:] = ["install", "--ignore-installed", *arguments]

from pip._internal.cli.main import main

sys.exit(main())
"""


def wanted_pips(python: Path, versions: list[str]) -> list[str]:
    """Versions of pip that the ansible-test installed beside `python` puts into environments of Python `versions`."""
    program = f"VERSIONS = {versions!r}\n{ASK_PIP_VERSION}"
    return subprocess.run([python, "-c", program], check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def provide_pip(home: Path, pip: str) -> None:
    """Put a bootstrap script for this version of pip where ansible-test looks before it downloads one."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), f"pip=={pip}"]
    subprocess.run(command, check=True)
    wheel = next(cache.glob(f"pip-{pip}-*.whl"))
    (cache / f"get_pip_{pip.replace('.', '_')}.py").write_text(BOOTSTRAP.format(wheel=str(wheel)), encoding="utf-8")


def write_pip_settings(home: Path) -> None:
    """Hand pip's settings and its cache on to the pips that ansible-test starts."""
    where = subprocess.run([sys.executable, "-m", "pip", "cache", "dir"], check=True, stdout=subprocess.PIPE, text=True)
    parser = configparser.RawConfigParser()
    parser["global"] = {"cache-dir": where.stdout.strip(), "quiet": "2", **pip_settings()}
    target = home / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as stream:
        parser.write(stream)


def prepare_home(home: Path, python: Path, versions: list[str]) -> None:
    """Make `home` fit for the ansible-test that is installed beside `python`."""
    write_pip_settings(home)
    for pip in wanted_pips(python, versions):
        provide_pip(home, pip)


def shadowing_files() -> list[Path]:
    """Stray modules in the temporary folder that would hide modules of Python's own library.

    ansible-test starts scripts from there, which makes the folder the first one that Python imports from.
    """
    return sorted(path for path in Path(tempfile.gettempdir()).glob("*.py") if path.stem in sys.stdlib_module_names)
