# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The runner of every module: client in, result out, and the one place that turns an error into a failed task."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable
from typing import Any, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec, _options
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError


class Module(AnsibleModule):
    """An AnsibleModule that tells mistakes in its options by their place, and never the value of an option that does not exist."""

    def __init__(self, argument_spec: dict, understand: Callable, **arguments: Any) -> None:
        self.understand = understand
        self.checked = False
        super().__init__(argument_spec=argument_spec, **arguments)
        # Ansible has converted some of them without a word
        if self._mistakes():
            self.fail_json(msg="")
        self.checked = True

    def _load_params(self) -> None:
        """Keep the options as they were written. Ansible checks, and changes, a copy of what they hold."""
        super()._load_params()
        self.params: dict = self.understand(_argspec.without_empty(self.params))
        self.written = {name: value for name, value in self.params.items() if not name.startswith("_ansible_")}

    def _mistakes(self) -> list[str]:
        variables = _argspec.variables(self.argument_spec, self.written)
        values = {variable: os.environ[variable] for variable in variables if os.environ.get(variable)}
        try:
            return _options.mistakes(self.written, self.argument_spec, self.params.get("organization")) + _options.mistakes(values, variables, None)
        except Exception as error:
            return [_defect(error)]

    def fail_json(self, msg: str, **values: Any) -> None:
        """Fail the task; before the options are checked, with what is wrong with them."""
        if not self.checked:
            found = self._mistakes()
            msg = _options.message(found) if found else msg
            values["invocation"] = {"module_args": {}}  # shown at -vvv, and nobody knows yet which of the values are secret
        super().fail_json(msg=msg, **values)


def run(
    argument_spec: dict, work: Callable, organization: bool = True, secrets: Optional[Callable] = None, understand: Callable = dict,
    connects: Optional[Callable] = None, **constraints: Any,
) -> None:
    """Run a module: ``work(client, params, check_mode, result)`` fills the Result and may raise JumpServerError.

    ``secrets(params)``: further values that must not be shown. ``understand``: makes options of what was written. ``connects(params)``: whether
    JumpServer is needed at all, always if None; where it is not, ``client`` is None. ``constraints``: as AnsibleModule takes them.
    """
    spec = dict(_argspec.CONNECTION, **argument_spec)
    if organization:
        spec.update(_argspec.ORGANIZATION)
    module = Module(spec, understand, supports_check_mode=True, **constraints)
    module.no_log_values.update(_argspec.secrets_of_address(module.params["api_url"]))
    result = Result()
    client = None
    try:
        if connects is None or connects(module.params):
            client = _argspec.connect(module.params, read_only=module.check_mode)
            # a credential from the environment is as secret as one from an option
            module.no_log_values.add(client.connection.credential.secret)
            client.secrets.update(secret for secret in (secrets(module.params) if secrets else ()) if secret)
        with client or contextlib.nullcontext():
            work(client, module.params, module.check_mode, result)
    except JumpServerError as error:
        result.failure = str(error)
    except Exception as error:
        result.failure = _defect(error)
    _exit(module, client, result)


def _defect(error: Exception) -> str:
    """What is said of a defect of ours. Its text may hold anything, so only where it happened is told."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {os.path.basename(place.filename)}, line {place.lineno}"
    return f"The collection jumpserver.accounts met a defect of its own ({where}); please report it."


def _exit(module: Module, client: Any, result: Result) -> None:
    scrub = client.scrub if client else str
    for warning in dict.fromkeys(result.warnings):
        # warnings are not masked by Ansible
        module.warn(scrub(warning))
    values = dict(result.values, changed=result.changed)
    if result.diff is not None and module._diff:
        values["diff"] = result.diff
    if result.failure is not None:
        module.fail_json(msg=scrub(result.failure), **values)
    module.exit_json(**values)
