# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What a module does, as a value: its options and its work, for a process of its own and for Ansible's worker alike."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.warnings import get_warning_messages

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec, _options
from ansible_collections.jumpserver.accounts.plugins.module_utils._result import Result
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.secrets import Secrets
from ansible_collections.jumpserver.accounts.plugins.module_utils._surroundings import OWN, Surroundings


class Checked(NamedTuple):
    """Options with defaults and variables behind them; ``failure``: what is wrong with them, None if nothing is; ``warnings`` of Ansible."""

    params: dict
    failure: Optional[str]
    warnings: list[str]


class Task:
    """``work(client, params, check_mode, result)`` fills the Result and may raise JumpServerError.

    ``understand``: makes options of what was written. ``connects(options)``: whether JumpServer is needed at all, always if None; where it is not,
    ``client`` is None. ``packages``: those that it always needs, beside those of the connection. ``constraints``: as AnsibleModule takes them.
    """

    def __init__(
        self, argument_spec: dict, work: Callable, organization: bool = True, understand: Callable = dict, connects: Optional[Callable] = None,
        packages: Sequence[str] = (), **constraints: Any,
    ) -> None:
        self.spec = dict(_argspec.CONNECTION, **argument_spec, **(_argspec.ORGANIZATION if organization else {}))
        self.constraints = constraints
        self._work, self._understand, self._connects, self._packages = work, understand, connects, packages

    def understood(self, options: Mapping[str, Any]) -> dict:
        """The options as they are meant."""
        return self._understand(_argspec.without_empty(options))

    def packages(self, written: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
        """What Python must find for these options, which may be wrong; rather one too many."""
        connection = ["requests"] + ["httpsig.sign"] * _argspec.signs(written, environment)
        return list(self._packages) + connection * (self._connects is None or bool(self._connects(written)))

    def mistakes(self, written: Mapping[str, Any], organization: Any, environment: Mapping[str, str]) -> list[str]:
        """What is wrong with the options as they were written, and with variables in place of others. ``organization``: the one in force."""
        variables = _argspec.variables(self.spec, written)
        values = {variable: environment[variable] for variable in variables if environment.get(variable)}
        try:
            return _options.mistakes(written, self.spec, organization) + _options.mistakes(values, variables, None)
        except Exception as error:
            return [defect(error)]

    def checked(self, written: Mapping[str, Any], surroundings: Surroundings) -> Checked:
        """What AnsibleModule does with options in a process of its own. It must change them there, so it gets a copy."""
        told_before = len(get_warning_messages())
        validator = ArgumentSpecValidator(_argspec.within(self.spec, surroundings), **self.constraints)
        try:
            found = validator.validate(written)
        except TypeError:
            # as in a process of its own: a number where ansible-core looks for options within it
            wrong = self.mistakes(written, None, surroundings.variables)
            if not wrong:
                raise
            return Checked({}, _options.message(wrong), [])
        wrong = self.mistakes(written, found.validated_parameters.get("organization"), surroundings.variables)
        failure = _options.message(wrong) if wrong else next(iter(found.error_messages), None)
        # those of options within options are kept apart up to ansible-core 2.18, and shown at once later; to the others leads no public name
        warnings = [f"Both option {twice['option']} and its alias {twice['alias']} are set." for twice in getattr(found, "_warnings", ())]
        return Checked(found.validated_parameters, failure, warnings + list(get_warning_messages()[told_before:]))

    def perform(self, params: Mapping[str, Any], check_mode: bool, surroundings: Surroundings = OWN) -> Result:
        """Do it. Nothing is raised but what ends a process, and no text of the Result but its values holds a secret."""
        result = Result()
        result.secrets = _argspec.secrets(self.spec, params) | _argspec.secrets_of_address(params["api_url"])
        client: Any = None
        try:
            located = surroundings.located(self.spec, params)
            if self._connects is None or self._connects(params):
                client = _argspec.connect(located, check_mode, surroundings)
                # a credential from the environment is as secret as one from an option
                result.secrets.add(client.connection.credential.secret)
                client.secrets.update(result.secrets)
            with client or contextlib.nullcontext():
                self._work(client, located, check_mode, result)
        except JumpServerError as error:
            result.failure = str(error)
        except Exception as error:
            result.failure = defect(error)
        result.scrub((client.secrets if client else Secrets(result.secrets)).scrub)
        return result


def shown(params: Mapping[str, Any]) -> dict[str, Any]:
    """The options as results repeat them: less what was not given within others, which for thousands of plans is most of what Ansible would carry."""
    return {name: _given(value) for name, value in params.items()}


def _given(value: Any) -> Any:
    if isinstance(value, list):
        return [_given(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _given(inner) for name, inner in value.items() if inner is not None}
    return value


def defect(error: Exception) -> str:
    """What is said of a defect of ours. Its text may hold anything, so only where it happened is told."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {os.path.basename(place.filename)}, line {place.lineno}"
    return f"The collection jumpserver.accounts met a defect of its own ({where}); please report it."
