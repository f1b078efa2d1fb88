# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: its names may change without notice.
"""The task of a module in the worker that Ansible forked for it anyway, wherever that comes to the same. A process of its own costs most of a second."""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import json
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple, Optional

# This is loaded before Ansible forks, and first of all of ours. What there is by then, the variables of an estate above all, is kept from the garbage
# collector: it would go through all of it while more is loaded, in each worker and at the end, which takes as long as comparing the estate.
gc.freeze()

from ansible import constants as C
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action.normal import ActionModule as Normal
from ansible.utils.display import Display

from ansible_collections.jumpserver.accounts.plugins.module_utils import _packages
from ansible_collections.jumpserver.accounts.plugins.module_utils._argspec import secrets
from ansible_collections.jumpserver.accounts.plugins.module_utils._surroundings import Surroundings
from ansible_collections.jumpserver.accounts.plugins.module_utils._task import Checked, Task, defect, shown
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _gate

display = Display()
SECONDS_BETWEEN_LOOKS = 0.2

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    # signing takes a library that is slow to load: once here, before Ansible forks, and not in each worker
    _packages.missing(["httpsig.sign"])


class Prepared(NamedTuple):
    """What a task needs to run here."""

    checked: Checked
    surroundings: Surroundings
    shows_options: bool


class Worker(Normal):
    """The action of a module. ``TASK``: what it does."""

    TASK: Task

    def run(self, tmp: Any = None, task_vars: Optional[dict] = None) -> dict:
        # a warning of Python would be a line of noise on the screen; that of a module is lost too
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prepared = self._prepared(task_vars or {})
            if isinstance(prepared, Prepared):
                _spare_what_was_there()
                display.vvv(f"{self._task.action} runs in the worker of Ansible", host=self._host())
                return self._returned(prepared)
        display.vvv(f"{self._task.action} runs as a module: {prepared}", host=self._host())
        with ending_with_parent():
            return super().run(tmp, task_vars)

    def _host(self) -> Optional[str]:
        return getattr(self._play_context, "remote_addr", None)

    def _prepared(self, task_vars: dict) -> Prepared | str:
        """What is needed, or why the task has to run as a module. Nothing has happened yet, so it may run there whatever goes wrong here."""
        try:
            added = self._added_environment()
            surroundings = Surroundings({**os.environ, **added}, self._loader.get_basedir())
            written = self.TASK.understood(plain(self._task.args))
            reason = _gate.reason_for_module(self._facts(written, added, surroundings, task_vars))
            if reason is not None:
                return reason
            return Prepared(self.TASK.checked(written, surroundings), surroundings, _shows_options(task_vars))
        except Exception as error:
            return f"{type(error).__name__} while it was prepared"

    def _added_environment(self) -> dict[str, str]:
        """The keyword `environment` of the task and all around it, from the outermost inwards."""
        added: dict[str, str] = {}
        given_in_turn = self._task.environment or []
        for given in given_in_turn if isinstance(given_in_turn, list) else [given_in_turn]:
            added.update({str(name): str(value) for name, value in dict(self._templar.template(given) or {}).items()})
        return added

    def _facts(self, written: dict, added: Mapping[str, str], surroundings: Surroundings, task_vars: dict) -> _gate.Facts:
        host_vars = task_vars["ansible_delegated_vars"][self._task.delegate_to] if self._task.delegate_to else task_vars
        interpreter = self._templar.template(C.config.get_config_value("INTERPRETER_PYTHON", variables=host_vars))
        return _gate.Facts(
            connection=self._connection.transport, become=self._connection.become is not None, asynchronous=bool(self._task.async_val),
            interpreter=str(interpreter or ""), own=sys.executable, environment=added, forced=surroundings.variables.get(_gate.FORCES_MODULE, ""),
            missing=tuple(_packages.missing(self.TASK.packages(written, surroundings.variables))), platform=sys.platform,
            keeps_files=bool(C.config.get_config_value("DEFAULT_KEEP_REMOTE_FILES", variables=task_vars)),
        )

    def _returned(self, prepared: Prepared) -> dict:
        """What a module would return. A failure is a value: what is raised here, Ansible shows as it is."""
        params, failure, told = prepared.checked
        if failure is not None:
            # nobody knows yet which of the options are secret
            return _masked({"failed": True, "msg": failure}, told, secrets(self.TASK.spec, params), {} if prepared.shows_options else None)
        with ending_with_parent():
            result = self.TASK.perform(params, self._task.check_mode, prepared.surroundings)
        try:
            return _masked(result.returned(self._task.diff), told + result.warnings, result.secrets, shown(params) if prepared.shows_options else None)
        except Exception as error:
            return {"changed": result.changed, "failed": True, "msg": defect(error)}


@functools.cache
def _spare_what_was_there() -> None:
    """The same for what came later, before Ansible forked: touching it makes copies of it.

    Once in each worker, however many items a loop has. Python could tell whether that was done, but counts all that is spared to say so.
    """
    gc.freeze()


@contextlib.contextmanager
def ending_with_parent() -> Iterator[None]:
    """Meanwhile, end this process where `ansible-playbook` is there no more: then nobody waits for the result, and nothing more is to be written here.

    ansible-runner, and so AWX, kills a job that is cancelled with all of its processes, but from ansible-core 2.19 on a worker is in a session of its own.
    A module that it has started on this machine ends with it.
    """
    parent, done = os.getppid(), threading.Event()

    def watch() -> None:
        while not done.wait(SECONDS_BETWEEN_LOOKS):
            if os.getppid() != parent:
                _end()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def _end() -> None:
    if os.getpgrp() == os.getpid():
        # nobody else is in its group but what it has started; this is how Ansible itself ends a worker that it still can reach
        os.killpg(os.getpgrp(), signal.SIGTERM)
    os._exit(1)


def _masked(returned: dict, told: list[str], hidden: set[str], options: Optional[dict]) -> dict:
    """All that a module returns, without secrets: Ansible takes them out for modules only. ``options``: to be shown with it, None if they are not."""
    if told:
        returned["warnings"] = told
    if options is not None:
        returned["invocation"] = {"module_args": options}
    found = plain(returned)
    # a secret "True" hides no fact
    facts = {name: value for name, value in found.items() if value is None or isinstance(value, bool)}
    # longer ones first, since they may hold shorter ones
    return {**remove_values(found, sorted(hidden, key=len, reverse=True)), **facts}


def _shows_options(task_vars: dict) -> bool:
    """ansible-core 2.21 and later leave the options out of results unless they are asked for."""
    return not hasattr(C, "INJECT_INVOCATION") or bool(C.config.get_config_value("INJECT_INVOCATION", variables=task_vars))


def plain(value: Any) -> Any:
    """As it would arrive in another process: values of plain types, without Ansible's tags and vaults."""
    try:
        return json.loads(json.dumps(value, default=_plain_object))
    except TypeError:
        # a date as a key, say; this looks at everything, so it is for values that are wrong anyway
        return json.loads(json.dumps(_with_plain_keys(value), default=_plain_object))


def _with_plain_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key if key is None or isinstance(key, (str, bool, int, float)) else str(key): _with_plain_keys(item) for key, item in value.items()}
    return [_with_plain_keys(item) for item in value] if isinstance(value, (list, tuple)) else value


def _plain_object(value: Any) -> Any:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    # an encrypted text of ansible-core up to 2.18 is a sequence too, of its letters
    if isinstance(value, (Sequence, Set)) and not hasattr(value, "__ENCRYPTED__"):
        return list(value)
    return str(value)
