# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The Python packages that only some tasks need, asked for when they are."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

# package -> (why, where it is)
OF_ARCHIVES = {
    "pyzipper": ("to open the backups of JumpServer", "https://pypi.org/project/pyzipper/"),
    "openpyxl": ("to read the workbook in a backup of JumpServer", "https://openpyxl.readthedocs.io"),
}
OF_REPORTS = {"jinja2": ("to write a report as HTML", "https://jinja.palletsprojects.com")}


def require_those_of_archives() -> None:
    """BadInput unless backups can be opened here."""
    _require(OF_ARCHIVES)


def require_those_of_reports() -> None:
    """BadInput unless reports can be written as HTML here."""
    _require(OF_REPORTS)


def _require(packages: Mapping[str, tuple[str, str]]) -> None:
    for package in missing(packages):
        reason, url = packages[package]
        raise BadInput(missing_required_lib(package, reason=reason, url=url))


def missing(names: Iterable[str]) -> list[str]:
    """Those that cannot be imported here."""
    return [name for name in names if not _is_there(name)]


def _is_there(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # whatever a package raises that is broken, or too old for this Python
        return False
    return True
