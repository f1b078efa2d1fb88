# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that all modules share: which credential is used, and what becomes of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
import trustme
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import auth as _auth
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

KEY_ID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
SECRET, TOKEN, BEARER = "canary-secret", "canary-token", "canary-bearer"
KEY = {"access_key_id": KEY_ID, "access_key_secret": SECRET}
KEY_VARIABLES = {"JUMPSERVER_ACCESS_KEY_ID": KEY_ID, "JUMPSERVER_ACCESS_KEY_SECRET": SECRET}
EMPTY = {name: "" for kind in _auth.CREDENTIALS for name in kind}
EMPTY_VARIABLES = {variable: "" for kind in _auth.CREDENTIALS for variable in kind.values()}

CHOSEN = {
    "access key": (KEY, {}, ("Signature", SECRET, KEY_ID)),
    "private token": ({"private_token": TOKEN}, {}, ("Token", TOKEN, "")),
    "API token": ({"api_token": BEARER}, {}, ("Bearer", BEARER, "")),
    "access key of the environment": ({}, KEY_VARIABLES, ("Signature", SECRET, KEY_ID)),
    "private token of the environment": ({}, {"JUMPSERVER_PRIVATE_TOKEN": TOKEN}, ("Token", TOKEN, "")),
    "API token of the environment": ({}, {"JUMPSERVER_TOKEN": BEARER}, ("Bearer", BEARER, "")),
    "an option beats the same variable": ({"private_token": TOKEN}, {"JUMPSERVER_PRIVATE_TOKEN": "other"}, ("Token", TOKEN, "")),
    "an option beats another variable": ({"private_token": TOKEN}, KEY_VARIABLES, ("Token", TOKEN, "")),
    "an option beats a mess of variables": (KEY, {"JUMPSERVER_TOKEN": BEARER, "JUMPSERVER_ACCESS_KEY_ID": "x"}, ("Signature", SECRET, KEY_ID)),
    "empty options are unset": (dict(EMPTY, api_token=BEARER), {}, ("Bearer", BEARER, "")),
    "empty variables are unset": ({}, dict(EMPTY_VARIABLES, JUMPSERVER_TOKEN=BEARER), ("Bearer", BEARER, "")),
    "empty options leave it to the environment": (EMPTY, dict(EMPTY_VARIABLES, **KEY_VARIABLES), ("Signature", SECRET, KEY_ID)),
    "null is unset": (dict.fromkeys(EMPTY), {"JUMPSERVER_PRIVATE_TOKEN": TOKEN}, ("Token", TOKEN, "")),
    "a key id in capitals": (dict(KEY, access_key_id=KEY_ID.upper()), {}, ("Signature", SECRET, KEY_ID)),
}


@pytest.mark.parametrize("options, environment, chosen", CHOSEN.values(), ids=CHOSEN)
def test_credential(options, environment, chosen):
    assert tuple(_auth.credential(options, environment)) == chosen


REFUSED = {
    "none": ({}, {}, "No credential for JumpServer"),
    "all empty": (EMPTY, EMPTY_VARIABLES, "No credential for JumpServer"),
    "key without secret": ({"access_key_id": KEY_ID}, {}, "incomplete in the options: access_key_secret is missing"),
    "secret without key": ({"access_key_secret": SECRET}, {}, "incomplete in the options: access_key_id is missing"),
    "key with an empty secret": (dict(KEY, access_key_secret=""), {}, "access_key_secret is missing"),
    "key of the environment without secret": (
        {}, {"JUMPSERVER_ACCESS_KEY_ID": KEY_ID}, "incomplete in the environment variables: JUMPSERVER_ACCESS_KEY_SECRET is missing"),
    "halves are never mixed": ({"access_key_id": KEY_ID}, KEY_VARIABLES, "access_key_secret is missing"),
    "two options": ({"private_token": TOKEN, "api_token": BEARER}, {}, r"More than one credential in the options \(api_token, private_token\)"),
    "key and token": (dict(KEY, api_token=BEARER), {}, "More than one credential"),
    "half a key and a token": ({"access_key_id": KEY_ID, "api_token": BEARER}, {}, "More than one credential"),
    "two variables": (
        {}, {"JUMPSERVER_PRIVATE_TOKEN": TOKEN, "JUMPSERVER_TOKEN": BEARER}, r"environment variables \(JUMPSERVER_PRIVATE_TOKEN, JUMPSERVER_TOKEN\)"),
    "key id that is none": (dict(KEY, access_key_id="admin"), {}, "access_key_id must be the UUID"),
    "key id of the environment that is none": ({}, dict(KEY_VARIABLES, JUMPSERVER_ACCESS_KEY_ID="admin"), "JUMPSERVER_ACCESS_KEY_ID must be the UUID"),
    "blank in a token": ({"private_token": TOKEN + " x"}, {}, "private_token holds a blank"),
    "line break in a secret": (dict(KEY, access_key_secret=SECRET + "\n"), {}, "access_key_secret holds a blank, a line break"),
    "Chinese in a token": ({}, {"JUMPSERVER_TOKEN": BEARER + "密"}, "JUMPSERVER_TOKEN holds a blank"),
}


@pytest.mark.parametrize("options, environment, reason", REFUSED.values(), ids=REFUSED)
def test_no_credential(options, environment, reason):
    with pytest.raises(BadInput, match=reason) as refused:
        _auth.credential(options, environment)
    assert "canary" not in str(refused.value)


def test_without_any_credential_every_way_to_give_one_is_named():
    with pytest.raises(BadInput) as refused:
        _auth.credential({}, {})
    for name in [*EMPTY, *EMPTY_VARIABLES]:
        assert name in str(refused.value)


def params(**changes):
    """Module parameters as AnsibleModule makes them of nothing but the address and a token."""
    unset = {name: spec.get("default") for name, spec in _argspec.CONNECTION.items()}
    return dict(unset, api_url="https://jump.example.com", private_token=TOKEN, **changes)


def test_defaults():
    connection = _argspec.connection(params(), {})
    assert (connection.api_url, connection.verify, connection.cert, connection.timeout, connection.retries) == (
        "https://jump.example.com", True, None, 60, 3)
    assert connection.credential == ("Token", TOKEN, "")


@pytest.fixture(name="file")
def _file(tmp_path):
    path = tmp_path / "some.pem"
    path.write_text(Path(requests.certs.where()).read_text(encoding="utf-8"), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("validate, own_ca, verify", [(True, False, True), (True, True, "file"), (False, False, False), (False, True, False)])
def test_what_is_verified(file, validate, own_ca, verify):
    connection = _argspec.connection(params(validate_certs=validate, ca_path=file if own_ca else None), {})
    assert connection.verify == (file if verify == "file" else verify)


def test_a_client_certificate_with_and_without_a_key_of_its_own(tmp_path):
    file = str(tmp_path / "client.pem")
    trustme.CA().issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(file)
    assert _argspec.connection(params(client_cert=file), {}).cert == file
    assert _argspec.connection(params(client_cert=file, client_key=file), {}).cert == (file, file)


@pytest.mark.parametrize("address", [None, ""], ids=["omitted", "empty"])
def test_the_address_of_the_environment(address):
    assert _argspec.connection(dict(params(), api_url=address), {"JUMPSERVER_URL": "https://other.example.com"}).api_url == "https://other.example.com"


BAD_CONNECTIONS = {
    "no address": ({"api_url": None}, "api_url is missing.*JUMPSERVER_URL"),
    "empty address": ({"api_url": ""}, "api_url is missing"),
    "no time": ({"timeout": 0}, "timeout must be from 1 to 3600, not 0"),
    "too much time": ({"timeout": 3601}, "timeout must be from 1 to 3600"),
    "no connection": ({"connections": 0}, "connections must be from 1 to 8, not 0"),
    "too many connections": ({"connections": 9}, "connections must be from 1 to 8"),
    "no time at all": ({"deadline": 0}, "deadline must be from 1 to 86400, not 0"),
    "too much time in all": ({"deadline": 86401}, "deadline must be from 1 to 86400"),
    "fewer than no retries": ({"retries": -1}, "retries must be from 0 to 20, not -1"),
    "too many retries": ({"retries": 21}, "retries must be from 0 to 20"),
    "key without certificate": ({"client_key": "/nowhere"}, "client_key needs client_cert"),
    "no such CA": ({"ca_path": "/nowhere/ca.pem"}, "ca_path: there is no /nowhere/ca.pem"),
    "no such certificate": ({"client_cert": "/nowhere/c.pem"}, "client_cert: there is no /nowhere/c.pem"),
    "no credential": ({"private_token": None}, "No credential"),
}


@pytest.mark.parametrize("changes, reason", BAD_CONNECTIONS.values(), ids=BAD_CONNECTIONS)
def test_bad_connection(changes, reason):
    with pytest.raises(BadInput, match=reason):
        _argspec.connection(dict(params(), **changes), {})


@pytest.mark.parametrize("changes", [
    {"timeout": 1}, {"timeout": 3600}, {"retries": 0}, {"retries": 20}, {"deadline": 1}, {"deadline": 86400}, {"connections": 1}, {"connections": 8},
], ids=repr)
def test_bounds_are_included(changes):
    (name, value), = changes.items()
    assert getattr(_argspec.connection(params(**changes), {}), name) == value


# option -> (variable, a text in it, what the option becomes)
VARIABLES = {
    "api_url": ("JUMPSERVER_URL", "https://jump.example.com", "https://jump.example.com"),
    "validate_certs": ("JUMPSERVER_VALIDATE_CERTS", "no", False),
    "ca_path": ("JUMPSERVER_CA_PATH", "/etc/ca.pem", "/etc/ca.pem"),
    "client_cert": ("JUMPSERVER_CLIENT_CERT", "/etc/c.pem", "/etc/c.pem"),
    "client_key": ("JUMPSERVER_CLIENT_KEY", "/etc/c.key", "/etc/c.key"),
    "timeout": ("JUMPSERVER_TIMEOUT", "30", 30),
    "deadline": ("JUMPSERVER_DEADLINE", "90", 90),
    "connections": ("JUMPSERVER_CONNECTIONS", "3", 3),
    "retries": ("JUMPSERVER_RETRIES", "0", 0),
    "organization": ("JUMPSERVER_ORGANIZATION", "研发中心", "研发中心"),
}
SHARED = dict(_argspec.CONNECTION, **_argspec.ORGANIZATION)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for variable, _text, _value in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)


def validated(**parameters):
    result = ArgumentSpecValidator(SHARED).validate(parameters)
    assert not result.error_messages
    return result.validated_parameters


@pytest.mark.parametrize("option", VARIABLES)
def test_a_variable_fills_in_for_an_option(option, monkeypatch):
    variable, text, value = VARIABLES[option]
    monkeypatch.setenv(variable, text)
    assert validated()[option] == value


@pytest.mark.parametrize("option", VARIABLES)
def test_an_empty_variable_counts_as_unset(option, monkeypatch):
    monkeypatch.setenv(VARIABLES[option][0], "")
    assert validated()[option] == SHARED[option].get("default")


def test_a_client_certificate_is_tried_before_anything_is_sent(tmp_path):
    """TLS would ask the terminal for the passphrase of a key."""
    path = tmp_path / "client.pem"
    path.write_text("no certificate", encoding="utf-8")
    with pytest.raises(BadInput, match=f"^client_cert: {path} holds no certificate in PEM.$"):
        _argspec.connection(validated(api_url="https://jump.example.com", private_token="t", client_cert=str(path)))


@pytest.mark.parametrize("variables, named", [
    ({}, ("", "")), ({"CURL_CA_BUNDLE": "curl.pem"}, ("CURL_CA_BUNDLE", "curl.pem")),
    ({"REQUESTS_CA_BUNDLE": "requests.pem", "CURL_CA_BUNDLE": "curl.pem"}, ("REQUESTS_CA_BUNDLE", "requests.pem")),
    ({"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": "curl.pem"}, ("CURL_CA_BUNDLE", "curl.pem")),
])
def test_a_bundle_of_the_environment_is_trusted_and_told_by_its_variable(variables, named):
    """As requests does it in a process of its own."""
    connection = _argspec.connection(params(), variables, "/somewhere")
    assert (connection.verify, connection.authorities) == (f"/somewhere/{named[1]}" if named[1] else True, named)
    assert _argspec.connection(params(validate_certs=False), variables, "/somewhere").verify is False


def test_certificates_are_not_read_where_none_are_asked_for(tmp_path):
    """Fields of a credential may be filled in where the address has no TLS, or is not to be checked."""
    path = tmp_path / "ca.pem"
    path.write_text("no certificate", encoding="utf-8")
    for options in ({"api_url": " HTTP://jump.example.com"}, {"api_url": "https://jump.example.com", "validate_certs": False}):
        _argspec.connection(validated(private_token="t", ca_path=str(path), **options))
    _argspec.connection(validated(api_url="http://jump.example.com", private_token="t", client_cert=str(path)))


@pytest.mark.parametrize("empty", ["", None], ids=["text", "null"])
def test_an_empty_option_of_the_connection_counts_as_unset(empty):
    assert _argspec.without_empty({"timeout": empty, "api_url": empty, "validate_certs": False, "retries": 0, "comment": empty}) == {
        "validate_certs": False, "retries": 0, "comment": empty}


def test_an_option_beats_its_variable(monkeypatch):
    monkeypatch.setenv("JUMPSERVER_TIMEOUT", "30")
    assert validated(timeout=5)["timeout"] == 5


def test_every_option_with_a_variable_is_in_the_table():
    assert {name: spec["fallback"][1] for name, spec in SHARED.items() if "fallback" in spec} == {
        name: [variable] for name, (variable, _text, _value) in VARIABLES.items()}


@pytest.mark.parametrize("option", ["access_key_secret", "private_token", "api_token"])
def test_secrets_are_marked(option):
    assert _argspec.CONNECTION[option]["no_log"] is True


@pytest.mark.parametrize("address, secrets", [
    ("https://jump.example.com/a", set()), ("", set()), (None, set()), ("https://alice:canary@jump.example.com", {"alice:canary@"}),
    ("canary@jump.example.com", {"canary@"}), ("https://a:b:c@d@jump.example.com/x", {"a:b:c@d@"}), ("alice:canary@[jump", {"alice:canary@"}),
    ("https://a@jump.example.com", {"a@"}), ("https://@jump.example.com", set()),
], ids=str)
def test_what_is_secret_in_an_address(address, secrets):
    assert _argspec.secrets_of_address(address) == secrets
