# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner of the modules: what it returns, whatever happens, and that no secret is in it."""

from __future__ import annotations

import contextlib
import json
import sys

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.jumpserver.accounts.plugins.module_utils import _module, _options, _surroundings, _task
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import secrets as _secrets, transport as _transport
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core before 2.19
    @contextlib.contextmanager
    def patch_module_args(args):
        saved, basic._ANSIBLE_ARGS = basic._ANSIBLE_ARGS, json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        try:
            yield
        finally:
            basic._ANSIBLE_ARGS = saved

TOKEN = "canary-4f2e1d0c9b8a79685746352413021f0e"
KEY = {"access_key_id": "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "access_key_secret": "canary-secret"}
# ansible-core 2.21 leaves the options out of results unless it is told otherwise
INVOCATION_WANTED = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
SPEC = {"word": {"type": "str"}, "password": {"type": "str", "no_log": True}}


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("JUMPSERVER_URL", "JUMPSERVER_ACCESS_KEY_ID", "JUMPSERVER_ACCESS_KEY_SECRET", "JUMPSERVER_PRIVATE_TOKEN", "JUMPSERVER_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(name="run")
def _run(capsys):
    """Executions `work` as a module would and returns (exit status, what was printed)."""
    def run(work, credential=None, **params):
        given = dict({"api_url": "https://jump.example.com"}, **({"private_token": TOKEN} if credential is None else credential), **params)
        with patch_module_args(given), pytest.raises(SystemExit) as ended:
            _module.run(_task.Task(dict(SPEC), work))
        printed = capsys.readouterr().out
        assert TOKEN not in printed
        assert "canary" not in json.loads(printed).get("msg", "")
        return ended.value.code, {key: value for key, value in json.loads(printed).items() if key != "invocation"}

    return run


def tell(changed, values, diff=None):
    return lambda client, params, check_mode, result: result.tell(changed, values, diff)


def test_what_was_done_is_returned(run):
    assert run(tell(True, {"answer": 42})) == (0, {"changed": True, "answer": 42})


@pytest.mark.parametrize("wanted", [True, False])
def test_a_diff_is_returned_when_it_is_wanted(run, wanted):
    _status, returned = run(tell(True, {}, {"before": {"a": 1}, "after": {}}), _ansible_diff=wanted)
    assert returned.get("diff") == ({"before": {"a": 1}, "after": {}} if wanted else None)


def test_an_error_fails_the_task_with_its_sentence_and_what_was_done_before(run):
    def work(client, params, check_mode, result):
        result.tell(True, {"summary": {"created": 1}})
        raise BadInput("It cannot be.")

    assert run(work) == (1, {"failed": True, "msg": "It cannot be.", "changed": True, "summary": {"created": 1}})


def test_a_failure_that_was_told_fails_the_task(run):
    def work(client, params, check_mode, result):
        result.failure = "Two plans failed."

    assert run(work) == (1, {"failed": True, "msg": "Two plans failed.", "changed": False})


def test_a_defect_is_told_by_its_place_and_not_by_its_text(run):
    def work(client, params, check_mode, result):
        raise KeyError("canary-in-a-key")

    status, returned = run(work)
    assert status == 1
    assert returned["msg"].startswith("The collection jumpserver.accounts met a defect of its own (KeyError in test_module.py, line ")
    assert "exception" not in returned


def test_no_secret_is_in_a_message(run):
    def work(client, params, check_mode, result):
        client.secrets.add("canary-learned")
        raise BadInput("%s %s %s" % (TOKEN, "canary-learned", params["password"]))

    _status, returned = run(work, password="canary-zip")
    assert returned["msg"] == " ".join([_secrets.MASK] * 3)


def test_no_secret_is_in_a_warning(run, monkeypatch):
    told = []
    monkeypatch.setattr(basic.AnsibleModule, "warn", lambda self, warning: told.append(warning))

    def work(client, params, check_mode, result):
        result.warnings += ["Mind %s." % params["password"], "Mind %s." % params["password"], "Mind the rest."]

    run(work, password="canary-zip")
    assert told == ["Mind %s." % _secrets.MASK, "Mind the rest."]


def test_a_token_of_the_environment_is_as_secret_as_one_of_an_option(run, monkeypatch):
    monkeypatch.setenv("JUMPSERVER_PRIVATE_TOKEN", TOKEN)
    _status, returned = run(tell(False, {"echo": "it is %s" % TOKEN}), credential={})
    assert TOKEN not in returned["echo"]


@pytest.mark.parametrize("check", [True, False])
def test_in_check_mode_the_client_only_reads(run, check):
    seen = []

    def work(client, params, check_mode, result):
        seen.append((client.read_only, check_mode))

    run(work, _ansible_check_mode=check)
    assert seen == [(check, check)]


@pytest.mark.parametrize("params, reason", [
    ({"api_url": ""}, "api_url is missing"), ({"api_url": "jump.example.com"}, "must look like https://jump.example.com"),
    ({"timeout": 0}, "timeout must be from 1"), ({"credential": {}}, "No credential for JumpServer"),
], ids=["no address", "no scheme", "no time", "no credential"])
def test_a_connection_that_cannot_be_is_told_before_any_work(run, params, reason):
    worked = []
    status, returned = run(lambda *arguments: worked.append(arguments), **params)
    assert (status, worked) == (1, [])
    assert reason in returned["msg"]


@pytest.fixture(name="refused")
def _refused(monkeypatch, capsys):
    """Runs a module with options that are refused; gives the message, and all that was printed as verbosely as can be."""
    def refused(**params):
        given = dict({"api_url": "https://jump.example.com", "private_token": TOKEN, "_ansible_verbosity": 4}, **INVOCATION_WANTED, **params)
        with patch_module_args(given), pytest.raises(SystemExit) as ended:
            _module.run(_task.Task(dict(SPEC, number={"type": "int"}), tell(True, {})))
        assert ended.value.code == 1
        printed = capsys.readouterr().out
        return json.loads(printed)["msg"], printed

    return refused


# options, and what is said; the second half passes Ansible's own checks, which would convert the value
BAD_OPTIONS = {
    "an unknown option": ({"wort": "canary"}, "Unsupported parameters of the module: 'wort' (did you mean word?)."),
    "no number": ({"number": "canary"}, "number is 'canary' and must be a whole number."),
    "a number for text": ({"word": 7}, "word is 7, a number, and must be text: put it in quotes."),
    "a truth value for a number": ({"number": True}, "number is true, a boolean, and must be a whole number."),
    "a number for a secret": ({"password": 42798}, "password is a number and must be text: put it in quotes."),
}


@pytest.mark.parametrize("options, said", BAD_OPTIONS.values(), ids=BAD_OPTIONS)
def test_options_are_checked_as_they_were_written(refused, options, said):
    message, _printed = refused(**options)
    assert message == said


@pytest.mark.parametrize("variable, value, said", [
    ("JUMPSERVER_VALIDATE_CERTS", "ture", "JUMPSERVER_VALIDATE_CERTS is 'ture' and must be true or false."),
    ("JUMPSERVER_TIMEOUT", "1m", "JUMPSERVER_TIMEOUT is '1m' and must be a whole number."),
])
def test_a_variable_is_checked_like_an_option(refused, monkeypatch, variable, value, said):
    monkeypatch.setenv(variable, value)
    assert refused()[0] == said


def test_a_defect_while_options_are_checked_is_told_by_its_place(refused, monkeypatch):
    monkeypatch.setattr(_options, "mistakes", lambda *arguments: {}["canary"])
    message, printed = refused(word="canary")
    assert message.startswith("The collection jumpserver.accounts met a defect of its own (KeyError in test_module.py, line ")
    assert "canary" not in printed


def test_no_value_is_printed_while_options_are_wrong(refused):
    _message, printed = refused(wort="canary-one", word="canary-two", password="canary-three")
    assert "canary" not in printed


@pytest.mark.parametrize("before_host", ["admin:canary", "canary", "a:canary", "a:b", "a"])
def test_a_password_in_the_address_is_not_printed(refused, before_host):
    """Nor does masking it, however short, make holes in what is said."""
    message, printed = refused(api_url=f"https://{before_host}@jump.example.com")
    assert message == "api_url must not hold a user or password; use the credential options instead."
    assert "canary" not in printed and f"{before_host}@" not in printed


def test_a_secret_within_another_leaves_no_rest_of_it(run):
    parts = ["canary-%s" % "".join(letters) for letters in ("a", "ab", "abc", "abcd", "abcde")]

    def work(client, params, check_mode, result):
        result.secrets.update(parts)
        result.tell(False, {"said": " ".join(parts)})

    assert run(work)[1]["said"] == " ".join([_secrets.MASK] * len(parts))


def test_options_are_understood_before_they_are_checked(capsys):
    told = []
    with patch_module_args({"api_url": "https://jump.example.com", "private_token": TOKEN, "word": {"value": "a"}}), pytest.raises(SystemExit):
        _module.run(_task.Task(
            dict(SPEC), lambda client, params, check_mode, result: told.append(params["word"]), understand=lambda written: dict(written, word="a")))
    assert told == ["a"]


def test_a_missing_requests_is_named(run, monkeypatch):
    monkeypatch.setattr(_transport, "HAS_REQUESTS", False)
    status, returned = run(tell(False, {}))
    assert status == 1
    assert "Failed to import the required Python library (requests)" in returned["msg"]


@pytest.mark.parametrize("credential, needed", [(KEY, True), ({"private_token": TOKEN}, False)], ids=["access key", "token"])
def test_pyhttpsig_is_named_where_it_is_missing_and_needed(run, monkeypatch, credential, needed):
    monkeypatch.setitem(sys.modules, "httpsig.sign", None)
    status, returned = run(tell(False, {}), credential=credential)
    assert status == needed
    assert ("Failed to import the required Python library (pyhttpsig)" in returned.get("msg", "")) is needed


@pytest.mark.parametrize("value", [-1, 2.5, True, [None], [5]])
def test_no_options_where_some_are_expected(value, capsys):
    """ansible-core looks for options within a number before it says that this is no dictionary, and ends with a TypeError."""
    kind = {"type": "list", "elements": "dict"} if isinstance(value, list) else {"type": "dict"}
    task = _task.Task({"inner": dict(kind, options={"word": {"type": "str"}})}, tell(False, {}))
    written = {"api_url": "https://jump.example.com", "private_token": TOKEN, "inner": value}
    with patch_module_args(written), pytest.raises(SystemExit):
        _module.run(task)
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] and "inner" in told["msg"] and TOKEN not in str(told)
    assert "inner" in task.checked(written, _surroundings.Surroundings({}, "/")).failure
