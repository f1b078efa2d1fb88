# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""A task in a process of its own, as Ansible starts it on any host: options in, result out."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.jumpserver.accounts.plugins.module_utils import _options
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._surroundings import OWN
from ansible_collections.jumpserver.accounts.plugins.module_utils._task import Task, shown


class Module(AnsibleModule):
    """An AnsibleModule that tells mistakes in its options by their place, and never the value of an option that does not exist."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.checked = False
        try:
            super().__init__(argument_spec=task.spec, supports_check_mode=True, **task.constraints)
        except TypeError:
            # ansible-core looks for options within a number or a truth value before it says that this is no dictionary
            if not self._mistakes():
                raise
            self.fail_json(msg="")
        # Ansible has converted some of them without a word
        if self._mistakes():
            self.fail_json(msg="")
        self.checked = True

    def _load_params(self) -> None:
        """Keep the options as they were written. Ansible checks, and changes, a copy of what they hold."""
        super()._load_params()
        self.params: dict = self.task.understood(self.params)
        self.written = {name: value for name, value in self.params.items() if not name.startswith("_ansible_")}

    def _mistakes(self) -> list[str]:
        return self.task.mistakes(self.written, self.params.get("organization"), OWN.variables)

    def add_path_info(self, kwargs: dict) -> dict:
        """A path among the return values is not described further: what is documented is returned."""
        return kwargs

    def fail_json(self, msg: str, **values: Any) -> None:
        """Fail the task; before the options are checked, with what is wrong with them."""
        if not self.checked:
            found = self._mistakes()
            msg = _options.message(found) if found else msg
            values["invocation"] = {"module_args": {}}  # shown at -vvv, and nobody knows yet which of the values are secret
        super().fail_json(msg=msg, **values)


def run(task: Task) -> None:
    """Be the module of the task."""
    module = Module(task)
    _exit(module, task.perform(module.params, module.check_mode))


def _exit(module: Module, result: Result) -> None:
    # longer ones first, since they may hold shorter ones, of which Ansible would leave the rest
    module.no_log_values = sorted(module.no_log_values | result.secrets, key=len, reverse=True)
    module.params = shown(module.params)
    for warning in result.warnings:
        module.warn(warning)
    values = result.returned(module._diff)
    if result.failure is not None:
        module.fail_json(**values)
    module.exit_json(**values)
