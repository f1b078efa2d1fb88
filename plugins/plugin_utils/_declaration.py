# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: its names may change without notice.
"""A declaration in a file, or in a folder with a file for each organization. The options themselves are checked by the module."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Optional

from ansible.errors import AnsibleError

from ansible_collections.jumpserver.accounts.plugins.module_utils._server import directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _files

DEFAULTS, ORGANIZATIONS = "backup_plans_defaults", "backup_plans_organizations"
ENDINGS = (".yml", ".yaml")
VAULT = b"$ANSIBLE_VAULT;"
TEMPLATE = re.compile(r"\{[{%#]")


def declared(path: str, loader: Any, templar: Any) -> dict[str, Any]:
    """The ``defaults`` and ``organizations`` that a file or a folder declares, or BadInput that names the file."""
    path = os.path.expanduser(path)
    if os.path.isdir(path):
        return merged((file, content(file, loader, templar)) for file in files(path))
    if not os.path.lexists(path):
        raise BadInput(f"There is no {path} in {os.getcwd()}." if not os.path.isabs(path) else f"There is no {path}.")
    return alone(path, content(path, loader, templar))


def files(folder: str) -> list[str]:
    """The files of a folder in the order of their names, whatever the order in which the file system has them."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(ENDINGS) and not name.startswith("."))
    except OSError as error:
        raise BadInput(f"The folder {folder} cannot be read: {error.strerror}.") from None
    if not names:
        raise BadInput(f"There is no file in {folder} whose name ends with {' or '.join(ENDINGS)}.")
    return [os.path.join(folder, name) for name in names]


def content(file: str, loader: Any, templar: Any) -> dict:
    """What a file declares, with templates evaluated and inline vaults opened."""
    is_vault = _starts_with(file, VAULT)
    try:
        # it is asked for the organizations and for the defaults, in the same process
        found = _files.load(loader, os.path.abspath(file), cached=True)
    except AnsibleError as error:
        if is_vault:
            raise BadInput(f"{file} is encrypted, and no vault password that was given opens it.") from None
        line = _line(error)
        raise BadInput(f"{file} is no valid YAML{f', see line {line}' if line else ''}.") from None
    except UnicodeError:  # ansible-core before 2.19
        raise BadInput(f"{file} is no valid YAML.") from None
    _require_declaration(file, found)
    try:
        return _evaluated(file, "", found, templar)
    except RecursionError:
        raise BadInput(f"{file} holds an alias for something that it is in itself.") from None


def _starts_with(file: str, beginning: bytes) -> bool:
    if os.path.exists(file) and not os.path.isfile(file) and not os.path.isdir(file):
        # a pipe, such as <(command) of a shell, would be empty when it is read again, and Ansible would wait for one that nobody writes to
        raise BadInput(f"{file} is no file that can be read more than once. Write what is declared to a file.")
    try:
        with open(file, "rb") as opened:
            return opened.read(len(beginning)) == beginning
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from None


def _line(error: AnsibleError) -> Optional[int]:
    """Where YAML ends to be YAML. The message of ansible-core may quote the file, and so a password; before 2.19 the place is in another attribute."""
    return getattr(error.obj, "line_num", None) or getattr(error.obj, "ansible_pos", (None, None))[1]


def _require_declaration(file: str, found: Any) -> None:
    if found is None:
        raise BadInput(f"{file} is empty.")
    if not isinstance(found, dict):
        raise BadInput(f"{file} holds no variables. It must declare {ORGANIZATIONS} or {DEFAULTS}.")
    unknown = [str(key) for key in found if key not in (DEFAULTS, ORGANIZATIONS)]
    if unknown:
        raise BadInput(
            f"{file} holds {', '.join(unknown)}, and a declaration holds {ORGANIZATIONS} and {DEFAULTS} only. Set other variables of the role where the play "
            f"gets its variables.")


def _evaluated(file: str, place: str, value: Any, templar: Any) -> Any:
    if isinstance(value, dict):
        # neither a template nor a module takes a date for a key
        return {
            key.isoformat() if isinstance(key, datetime.date) else key: _evaluated(file, f"{place}.{key}" if place else str(key), item, templar)
            for key, item in value.items()}
    if isinstance(value, list):
        return [_evaluated(file, f"{place}[{position}]", item, templar) for position, item in enumerate(value)]
    try:
        if isinstance(value, str):
            return templar.template(value) if TEMPLATE.search(value) else value
        if isinstance(value, datetime.date):
            # a lookup of ansible-core before 2.19 would make text of all that it is in
            return value.isoformat()
        # an inline vault is no text until it is asked for
        return value if value is None or isinstance(value, (bool, int, float)) else str(value)
    except AnsibleError:
        # its text may quote what it could not evaluate
        raise BadInput(f"{file}: {place} cannot be evaluated, or not be decrypted.") from None


def alone(file: str, found: dict) -> dict[str, Any]:
    """The declaration of one file."""
    if ORGANIZATIONS not in found:
        raise BadInput(f"{file} declares no {ORGANIZATIONS}.")
    return {"defaults": found.get(DEFAULTS) or {}, "organizations": [entry for _name, entry in _entries(file, found)]}


def merged(parts: Iterable[tuple[str, dict]]) -> dict[str, Any]:
    """One declaration of those of several files, or BadInput that names the files that contradict each other."""
    defaults: dict[str, Any] = {}
    entries: list[dict] = []
    homes: dict[str, str] = {}
    home_of_defaults = ""
    folder = ""
    for file, found in parts:
        folder = os.path.dirname(file)
        if found.get(DEFAULTS):
            if home_of_defaults:
                raise BadInput(
                    f"{DEFAULTS} are declared in two files, {home_of_defaults} and {file}. They hold for all organizations, so put them into one file.")
            if found.get(ORGANIZATIONS):
                raise BadInput(
                    f"{file} declares {DEFAULTS} beside {ORGANIZATIONS}. In a folder they hold for the organizations of all files, so put them into a file of "
                    f"their own.")
            defaults, home_of_defaults = found[DEFAULTS], file
        for key, entry in _entries(file, found):
            if homes.setdefault(key, file) != file:
                raise BadInput(
                    f"Organization {entry['organization']!r} is declared in two files, {homes[key]} and {file}. Put all its plans into one of them.")
            entries.append(entry)
    if not homes:
        raise BadInput(f"No file in {folder} declares an organization.")
    return {"defaults": defaults, "organizations": entries}


def _entries(file: str, found: dict) -> Iterator[tuple[str, dict]]:
    """The entries of a file, each with what tells its organization from others."""
    entries = found.get(ORGANIZATIONS) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadInput(f"{file}: {ORGANIZATIONS} must be a list of dictionaries: put a dash before each entry.")
    for position, entry in enumerate(entries, 1):
        name = entry.get("organization")
        if not isinstance(name, str) or not name.strip():
            raise BadInput(f"{file}: entry {position} of {ORGANIZATIONS} must name its organization, with text in organization.")
        yield _directory.organization(name).key, entry
