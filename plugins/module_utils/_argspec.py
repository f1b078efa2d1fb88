# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The options that all modules share, and how they become a connection."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Optional

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

from ansible_collections.jumpserver.accounts.plugins.module_utils._server import (
    client as _client,
    dialect as _dialect,
    proxies as _proxies,
    transport as _transport,
)
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import ACCESS_KEY, CREDENTIALS, credential
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.certificates import Authorities, client_fault
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._surroundings import OWN, Surroundings

LONGEST_TIMEOUT = 3600
LONGEST_DEADLINE = 86400
MOST_RETRIES = 20
MOST_CONNECTIONS = 8


def environment_variable(name: str, environment: Optional[Mapping[str, str]] = None) -> str:
    """Fallback for an option. An empty variable counts as unset: AWX sets those of fields that were left empty."""
    value = Surroundings(environment).variables.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def _from(variable: str) -> tuple:
    return (environment_variable, [variable])


# The credentials have no fallback of their own: options and environment are never mixed, see `_auth.credential`.
CONNECTION = {
    "api_url": {"type": "str", "fallback": _from("JUMPSERVER_URL")},
    "access_key_id": {"type": "str"},
    "access_key_secret": {"type": "str", "no_log": True},
    "private_token": {"type": "str", "no_log": True},
    "api_token": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool", "default": True, "fallback": _from("JUMPSERVER_VALIDATE_CERTS")},
    "ca_path": {"type": "path", "fallback": _from("JUMPSERVER_CA_PATH")},
    "client_cert": {"type": "path", "fallback": _from("JUMPSERVER_CLIENT_CERT")},
    "client_key": {"type": "path", "fallback": _from("JUMPSERVER_CLIENT_KEY")},
    "timeout": {"type": "int", "default": 60, "fallback": _from("JUMPSERVER_TIMEOUT")},
    "retries": {"type": "int", "default": 3, "fallback": _from("JUMPSERVER_RETRIES")},
    "deadline": {"type": "int", "fallback": _from("JUMPSERVER_DEADLINE")},
    "connections": {"type": "int", "default": 2, "fallback": _from("JUMPSERVER_CONNECTIONS")},
    "dialect": {"type": "str", "default": "auto", "choices": ["auto"] + list(_dialect.ORDER)},
}
ORGANIZATION = {"organization": {"type": "str", "default": "Default", "fallback": _from("JUMPSERVER_ORGANIZATION")}}


def variables(spec: Mapping[str, dict], written: Mapping[str, Any]) -> dict[str, Any]:
    """``{environment variable: specification}`` of the options that were not written and may be read from one."""
    return {option["fallback"][1][0]: option for name, option in spec.items() if "fallback" in option and name not in written}


def within(spec: Mapping[str, dict], surroundings: Surroundings) -> dict[str, dict]:
    """The specification with variables and paths as they are there, not as in this process."""
    return {name: _option_within(option, surroundings) for name, option in spec.items()}


def _option_within(option: dict, surroundings: Surroundings) -> dict:
    option = dict(option)
    if "fallback" in option:
        option["fallback"] = (*option["fallback"], {"environment": surroundings.variables})
    if option.get("type") == "path":
        option["type"] = surroundings.expanded
    if "options" in option:
        option["options"] = within(option["options"], surroundings)
    return option


def secrets(spec: Mapping[str, dict], options: Any) -> set[str]:
    """The values of all secret options. They may be of any shape, since nothing may be checked yet."""
    found: set[str] = set()
    for entry in options if isinstance(options, list) else [options]:
        for name, value in entry.items() if isinstance(entry, dict) else ():
            option = spec.get(name, {})
            if option.get("no_log"):
                found.update(_texts(value))
            elif "options" in option:
                found |= secrets(option["options"], value)
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _texts(entry)
    elif value is not None and not isinstance(value, bool) and value != "":
        yield str(value)


def secrets_of_address(api_url: Any) -> set[str]:
    """User and password in an address. Such an address is refused, and Ansible would show it at -vvv.

    As a whole and with the sign behind them: a user of one letter, masked alone, would make holes in every word.
    """
    before_host = (api_url or "").rpartition("@")[0].rpartition("/")[2]
    return {f"{before_host}@"} if before_host else set()


def without_empty(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options less those of the connection that are empty. They count as unset, like empty variables: AWX hands on fields that were left empty."""
    return {name: value for name, value in options.items() if not (name in CONNECTION and value in ("", None))}


def resolve(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the connection as a module would get them, with the environment and the defaults behind them, or BadInput."""
    result = ArgumentSpecValidator(CONNECTION).validate(without_empty(options))
    if result.error_messages:
        raise BadInput("; ".join(result.error_messages))
    return result.validated_parameters


def connection(params: Mapping[str, Any], environment: Optional[Mapping[str, str]] = None, folder: str = "") -> _transport.Connection:
    """The Connection that the module options ask for, or BadInput. The others as of Surroundings."""
    variables = Surroundings(environment).variables
    api_url = params["api_url"] or variables.get("JUMPSERVER_URL")
    if not api_url:
        raise BadInput("api_url is missing: give the address of JumpServer, for example https://jump.example.com, or set JUMPSERVER_URL.")
    limits = (("timeout", LONGEST_TIMEOUT, 1), ("retries", MOST_RETRIES, 0), ("deadline", LONGEST_DEADLINE, 1), ("connections", MOST_CONNECTIONS, 1))
    for name, highest, lowest in limits:
        if params[name] is not None and not lowest <= params[name] <= highest:
            raise BadInput(f"{name} must be from {lowest} to {highest}, not {params[name]}.")
    if params["client_key"] and not params["client_cert"]:
        raise BadInput("client_key needs client_cert beside it.")
    for name in ("ca_path", "client_cert", "client_key"):
        if params[name] and not os.path.exists(params[name]):
            raise BadInput(f"{name}: there is no {params[name]}.")
    if params["client_cert"] and not api_url.strip().lower().startswith("http://"):
        fault = client_fault(params["client_cert"], params["client_key"])
        if fault:
            raise BadInput(fault)
    ca_path, client_cert, client_key = (params[name] and os.fspath(params[name]) for name in ("ca_path", "client_cert", "client_key"))
    authorities = Authorities("ca_path", str(params["ca_path"]))
    if not ca_path:
        # as requests does it by itself, which would not tell it from `ca_path`
        authorities = Authorities(*_proxies.ca_bundle(variables))
        ca_path = authorities.written and os.path.join(folder, authorities.written)
    return _transport.Connection(
        api_url, credential(params, variables), (ca_path or True) if params["validate_certs"] else False,
        (client_cert, client_key) if client_key else client_cert, params["timeout"], params["retries"], params["deadline"], params["connections"],
        environment, authorities,
    )


def signs(options: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
    """Whether requests may have to be signed."""
    if any(options.get(name) for kind in CREDENTIALS for name in kind):
        return any(options.get(name) for name in ACCESS_KEY)
    return any(environment.get(variable) for variable in ACCESS_KEY.values())


def connect(params: Mapping[str, Any], read_only: bool, surroundings: Surroundings = OWN) -> _client.Client:
    """A Client for the options, or BadInput; also when a Python package is missing."""
    if not _transport.HAS_REQUESTS:
        raise BadInput(missing_required_lib("requests", url="https://requests.readthedocs.io"))
    asked = connection(params, *surroundings)
    if asked.credential.scheme == "Signature":
        _require_httpsig()
    return _client.Client(asked, read_only)


def _require_httpsig() -> None:
    """Import it now, so that its absence is told before anything is sent. The old package of that name fails on Python 3.12 and later."""
    try:
        import httpsig.sign  # noqa: F401  pylint: disable=unused-import
    except ImportError:
        raise BadInput(missing_required_lib(
            "pyhttpsig", reason="to sign requests with an access key (the package httpsig of the same import name does not work on Python 3.12 and later)"
        )) from None
