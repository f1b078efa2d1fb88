# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: its names may change without notice.
"""Whether a task may run in the worker of Ansible, or has to run as a module. Pure: rules over facts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple, Optional

# asks for the module, in the environment of ansible-playbook or in that of a task
FORCES_MODULE = "JUMPSERVER_RUN_AS_MODULE"
UNSET = ("", "auto", "auto_silent", "auto_legacy", "auto_legacy_silent")
# what the loader, Python, its TLS or the C library read by themselves, before or beside what is handed over
READ_AT_START = ("PYTHON", "LD_", "DYLD_", "GLIBC_", "MALLOC_", "OPENSSL_", "SSL")
READ_AT_START_WHOLE = ("HOME", "TZ", "TMPDIR", "TEMP", "TMP", "LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES")


class Facts(NamedTuple):
    """``interpreter``: as configured for the host; ``own``: that of Ansible. ``environment``: what the task adds; ``missing``: packages that it needs."""

    connection: str
    become: bool
    asynchronous: bool
    interpreter: str
    own: str
    environment: Mapping[str, str]
    forced: str
    missing: tuple[str, ...]
    platform: str
    keeps_files: bool


def reason_for_module(facts: Facts) -> Optional[str]:
    """Why the task has to run as a module; None if it may run here, where it does the same."""
    reread = [name for name in facts.environment if name.startswith(READ_AT_START) or name in READ_AT_START_WHOLE]
    rules = (
        (facts.forced.strip().lower() not in ("", "0", "false", "no", "off"), f"{FORCES_MODULE} asks for it"),
        (facts.connection != "local", f"the connection is {facts.connection}"),
        (facts.become, "it becomes another user"),
        (facts.asynchronous, "it is asynchronous"),
        (not _is_own(facts.interpreter, facts.own), f"its Python is {facts.interpreter}"),
        (bool(reread), f"its environment sets {', '.join(reread)}"),
        (bool(facts.missing), f"Python packages are missing here: {', '.join(facts.missing)}"),
        # forked processes crash there when proxies are looked up, before anything could catch it
        (facts.platform == "darwin", "this is macOS"),
        (facts.keeps_files, "ANSIBLE_KEEP_REMOTE_FILES is set"),
    )
    return next((reason for applies, reason in rules if applies), None)


def _is_own(interpreter: str, own: str) -> bool:
    """Whether a module would run with this Python. On this machine no other one is searched for where none is named."""
    return interpreter in UNSET or (os.path.isabs(interpreter) and _place(interpreter) == _place(own))


def _place(interpreter: str) -> tuple[str, str]:
    """Real folder and real file: the Python of a virtual environment is a link to the one that it was made of, and has other packages."""
    return os.path.realpath(os.path.dirname(interpreter)), os.path.realpath(interpreter)
