# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task in the worker of Ansible is handed in place of a process of its own, and whether it may run there."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import requests
from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec, _surroundings, _task
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import proxies as _proxies
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _gate, _worker

SUITABLE = _gate.Facts(
    connection="local", become=False, asynchronous=False, interpreter=sys.executable, own=sys.executable, environment={}, forced="", missing=(),
    platform="linux", keeps_files=False)

# facts that differ from the suitable ones, and the reason to run the module; None: it runs in the worker
TRUTH = [
    ({}, None),
    ({"connection": "ssh"}, "the connection is ssh"),
    ({"connection": "community.docker.docker"}, "the connection is community.docker.docker"),
    ({"become": True}, "it becomes another user"),
    ({"asynchronous": True}, "it is asynchronous"),
    ({"interpreter": "/usr/bin/other"}, "its Python is /usr/bin/other"),
    ({"interpreter": "python3"}, "its Python is python3"),
    ({"interpreter": "/usr/bin/env python3"}, "its Python is /usr/bin/env python3"),
    ({"interpreter": ""}, None),
    ({"interpreter": "auto"}, None),
    ({"interpreter": "auto_silent"}, None),
    ({"interpreter": "auto_legacy"}, None),
    ({"environment": {"JUMPSERVER_URL": "x", "https_proxy": "x", "REQUESTS_CA_BUNDLE": "x", "PATH": "x", "LANG": "C"}}, None),
    ({"environment": {"A": "x", "PYTHONPATH": "x"}}, "its environment sets PYTHONPATH"),
    ({"environment": {"HOME": "x", "SSL_CERT_FILE": "x"}}, "its environment sets HOME, SSL_CERT_FILE"),
    ({"environment": {"TZ": "UTC"}}, "its environment sets TZ"),
    ({"environment": {"LD_PRELOAD": "x"}}, "its environment sets LD_PRELOAD"),
    ({"environment": {"OPENSSL_CONF": "x"}}, "its environment sets OPENSSL_CONF"),
    ({"forced": "true"}, "JUMPSERVER_RUN_AS_MODULE asks for it"),
    ({"forced": "1"}, "JUMPSERVER_RUN_AS_MODULE asks for it"),
    ({"forced": "False"}, None),
    ({"forced": "0"}, None),
    ({"missing": ("requests", "httpsig.sign")}, "Python packages are missing here: requests, httpsig.sign"),
    ({"platform": "darwin"}, "this is macOS"),
    ({"keeps_files": True}, "ANSIBLE_KEEP_REMOTE_FILES is set"),
    # the first reason is told
    ({"forced": "yes", "connection": "ssh", "become": True}, "JUMPSERVER_RUN_AS_MODULE asks for it"),
]


@pytest.mark.parametrize("facts, reason", TRUTH, ids=str)
def test_where_a_task_runs(facts, reason):
    assert _gate.reason_for_module(SUITABLE._replace(**facts)) == reason


def test_the_python_is_compared_by_real_folder_and_real_file(tmp_path):
    base, venv, link = tmp_path / "base", tmp_path / "venv", tmp_path / "link"
    for folder in (base, venv):
        folder.mkdir()
    base.joinpath("python3.11").touch()
    for python in (base / "python3", venv / "python", venv / "python3"):
        python.symlink_to(base / "python3.11")
    link.symlink_to(venv, target_is_directory=True)

    def runs_here(interpreter):
        return _gate.reason_for_module(SUITABLE._replace(own=str(venv / "python"), interpreter=str(interpreter))) is None

    assert [runs_here(python) for python in (venv / "python", venv / "python3", link / "python3", venv / ".." / "venv" / "python")] == [True] * 4
    assert [runs_here(python) for python in (base / "python3", base / "python3.11", venv / "python2", tmp_path / "python")] == [False] * 4


def test_a_worker_spares_what_was_there_once(monkeypatch):
    """Asking Python whether that was done takes longer than all else that is ours in an item of a loop."""
    done = []
    monkeypatch.setattr(_worker, "gc", SimpleNamespace(freeze=lambda: done.append("frozen"), get_freeze_count=lambda: done.append("counted") or 1))
    _worker._spare_what_was_there.cache_clear()
    for _item in range(3):
        _worker._spare_what_was_there()
    _worker._spare_what_was_there.cache_clear()
    assert done == ["frozen"]


LOADED = """
import gc
import ansible.plugins.action.normal

there = [[] for _plan in range(1000)]
import ansible_collections.jumpserver.accounts.plugins.action.backup_plan
from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans
import requests

watched = {id(one) for one in gc.get_objects()}
assert not any(id(one) in watched for one in there)
assert {id(vars(module)) for module in (requests, _backup_plans)} <= watched
"""


def test_what_is_there_is_spared_before_anything_is_loaded():
    """By Ansible, for which it goes on: each look of Python's at the variables of a large estate would take longer than what it is there for."""
    environment = dict(os.environ, PYTHONPATH=os.environ["ANSIBLE_COLLECTIONS_PATH"])
    loaded = subprocess.run([sys.executable, "-c", LOADED], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr


@pytest.mark.parametrize("known, asked_for, shown", [(False, False, True), (True, False, False), (True, True, True)], ids=["2.20", "2.21", "asked for"])
def test_options_are_shown_as_the_core_shows_them(monkeypatch, known, asked_for, shown):
    """Up to ansible-core 2.20 always, from 2.21 on where that is set."""
    config = SimpleNamespace(get_config_value=lambda name, variables: asked_for and variables == {"host": "variables"} and name == "INJECT_INVOCATION")
    monkeypatch.setattr(_worker, "C", SimpleNamespace(config=config, **({"INJECT_INVOCATION": False} if known else {})))
    assert _worker._shows_options({"host": "variables"}) is shown


# which packages a task needs

KEY = {"access_key_id": "x", "access_key_secret": "y"}
VARIABLES = {"JUMPSERVER_ACCESS_KEY_ID": "x", "JUMPSERVER_ACCESS_KEY_SECRET": "y"}


@pytest.mark.parametrize("options, environment, needed", [
    ({"private_token": "x"}, {}, ["requests"]), ({"private_token": "x"}, VARIABLES, ["requests"]), (KEY, {}, ["requests", "httpsig.sign"]),
    ({}, VARIABLES, ["requests", "httpsig.sign"]), ({"access_key_id": ""}, {"JUMPSERVER_ACCESS_KEY_ID": ""}, ["requests"]),
    ({}, {}, ["requests"]),
])
def test_httpsig_is_needed_for_access_keys_only(options, environment, needed):
    assert _task.Task({}, None).packages(options, environment) == needed


@pytest.mark.parametrize("compare, needed", [(False, ["pyzipper"]), (True, ["pyzipper", "requests"])])
def test_a_task_that_does_not_connect_needs_no_requests(compare, needed):
    task = _task.Task({}, None, connects=lambda options: options["compare"], packages=["pyzipper"])
    assert task.packages({"compare": compare}, {}) == needed


# what is handed over

PATHS = [
    ("$CERTS/ca.pem", "/etc/certs/ca.pem"), ("${CERTS}/ca.pem", "/etc/certs/ca.pem"), ("$NOWHERE/ca.pem", "$NOWHERE/ca.pem"), ("ca.pem", "ca.pem"),
    ("$TWICE", "$CERTS"), ("~/ca.pem", os.path.expanduser("~/ca.pem")),
]


@pytest.mark.parametrize("written, expanded", PATHS)
def test_paths_are_expanded_with_the_variables_handed_over(written, expanded, monkeypatch):
    handed = {"CERTS": "/etc/certs", "TWICE": "$CERTS"}
    assert _surroundings.Surroundings(handed).expanded(written) == expanded
    for name, value in handed.items():
        monkeypatch.setenv(name, value)
    assert os.path.expanduser(os.path.expandvars(written)) == expanded


def test_a_path_is_told_as_it_was_written_and_opened_from_the_folder(tmp_path):
    tmp_path.joinpath("a.txt").write_text("here", encoding="utf-8")
    spec = {"path": {"type": "path"}, "archives": {"options": {"path": {"type": "path"}}}, "other": {"type": "str"}}
    options = {"path": "a.txt", "archives": [{"path": "a.txt"}, {"path": None}], "other": "a.txt", "unknown": 1}
    located = _surroundings.Surroundings({}, str(tmp_path)).located(spec, options)
    assert (str(located["path"]), located["other"], located["archives"][1]["path"]) == ("a.txt", "a.txt", None)
    for path in (located["path"], located["archives"][0]["path"]):
        with open(path, encoding="utf-8") as file:
            assert file.read() == "here"


ENVIRONMENTS = [
    {}, {"HTTPS_PROXY": "http://a:1"}, {"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:1"}, {"HTTPS_PROXY": "http://a:1", "https_proxy": ""},
    {"http_proxy": "http://a:1"}, {"ALL_PROXY": "socks5://a:1"}, {"HTTP_PROXY": "http://a:1", "REQUEST_METHOD": "GET"},
    *({"https_proxy": "http://a:1", "no_proxy": value} for value in (
        "example.com", ".example.com", "ample.com", "jump.example.com:8443", "*", "other, jump.example.com", "JUMP.example.com", "10.0.0.0/8", "10.1.2.3", "")),
    {"https_proxy": "http://a:1", "NO_PROXY": "example.com"}, {"https_proxy": "http://a:1", "NO_PROXY": "example.com", "no_proxy": "other"},
]
URLS = ["https://jump.example.com", "https://jump.example.com:8443", "http://jump.example.com", "https://10.1.2.3", "https://[::1]:8443"]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_the_proxy_is_the_one_that_requests_would_find(environment, url, monkeypatch):
    """With the variables set for the process, as a module has them."""
    handed = _proxies.proxies(environment, url)
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name == "REQUEST_METHOD"]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = requests.utils.get_environ_proxies(url)
    assert requests.utils.select_proxy(url, handed) == requests.utils.select_proxy(url, found)


OPTIONS = {
    "api_url": "https://jump.example.com", "private_token": "x", "validate_certs": True, "ca_path": None, "client_cert": None, "client_key": None,
    "timeout": 1, "retries": 0, "deadline": None, "connections": 1,
}


@pytest.mark.parametrize("environment, options, verify", [
    ({}, {}, True), ({"REQUESTS_CA_BUNDLE": "ca.pem"}, {}, "/srv/ca.pem"), ({"CURL_CA_BUNDLE": "/etc/ca.pem"}, {}, "/etc/ca.pem"),
    ({"REQUESTS_CA_BUNDLE": "ca.pem"}, {"validate_certs": False}, False),
    ({"REQUESTS_CA_BUNDLE": "ca.pem"}, {"ca_path": requests.certs.where()}, requests.certs.where()),
])
def test_trusted_certificates_of_the_environment_handed_over(environment, options, verify):
    assert _argspec.connection(dict(OPTIONS, **options), environment, "/srv").verify == verify


def test_a_module_trusts_what_its_own_environment_names(monkeypatch):
    """From its own folder."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "ca.pem")
    connection = _argspec.connection(OPTIONS)
    assert (connection.verify, connection.environment) == ("ca.pem", None)


# a task without a process of its own

SPEC = {"word": {"type": "str"}, "password": {"type": "str", "no_log": True}, "path": {"type": "path"}}


def perform(work, **options):
    params = {**OPTIONS, "word": None, "password": None, "path": None, **options}
    return _task.Task(dict(SPEC), work, organization=False).perform(params, False, _surroundings.Surroundings({}, "/work"))


@pytest.mark.parametrize("error, said", [(BadInput("No canary."), "No ********."), (KeyError("canary"), "a defect of its own (KeyError in test_worker.py")])
def test_nothing_is_raised(error, said):
    def work(client, params, check_mode, result):
        result.tell(True, {"done": 1})
        result.warnings += ["canary", "canary"]
        raise error

    result = perform(work, password="canary")
    assert said in result.failure
    assert (result.changed, result.values, result.warnings) == (True, {"done": 1}, ["********"])
    assert {"canary", "x"} <= result.secrets


def test_what_ends_a_process_is_not_held_up():
    def work(client, params, check_mode, result):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        perform(work)


def test_options_are_checked_with_the_variables_handed_over(monkeypatch):
    monkeypatch.setenv("JUMPSERVER_TIMEOUT", "7")
    task = _task.Task(dict(SPEC), None)
    handed = {"JUMPSERVER_URL": "https://jump.example.com", "JUMPSERVER_RETRIES": "2", "CERTS": "/etc/certs"}
    params, failure, _warnings = task.checked({"private_token": "x", "path": "$CERTS/a"}, _surroundings.Surroundings(handed, "/work"))
    assert failure is None
    assert [params[name] for name in ("api_url", "retries", "timeout", "path")] == ["https://jump.example.com", 2, 60, "/etc/certs/a"]
    _params, failure, _warnings = task.checked({"private_token": "x"}, _surroundings.Surroundings({"JUMPSERVER_RETRIES": "some"}))
    assert failure == "JUMPSERVER_RETRIES is 'some' and must be a whole number."
    assert task.spec["path"]["type"] == "path"


def test_values_are_those_that_another_process_would_get():
    class Text(str):
        pass

    given = {"text": Text("a"), "date": datetime.date(2026, 1, 2), "moment": datetime.datetime(2026, 1, 2, 3, 4), "tuple": (1, None), 7: True, "set": {1}}
    found = _worker.plain(given)
    assert found == {"text": "a", "date": "2026-01-02", "moment": "2026-01-02T03:04:00", "tuple": [1, None], "7": True, "set": [1]}
    assert not isinstance(found["text"], Text)


def test_keys_that_another_process_would_not_get_are_texts():
    moment = datetime.datetime(2026, 1, 2, 3, 4)
    assert _worker.plain({"list": [{datetime.date(2026, 1, 2): {moment: moment}}], None: 1}) == {
        "list": [{"2026-01-02": {"2026-01-02 03:04:00": "2026-01-02T03:04:00"}}], "null": 1}


def test_an_encrypted_text_is_a_text():
    class Vault:
        __ENCRYPTED__ = True

        def __str__(self):
            return "decrypted"

    assert _worker.plain({"password": Vault()}) == {"password": "decrypted"}


def test_masking_takes_out_secrets_and_leaves_facts():
    masked = _worker._masked({"changed": True, "failed": False, "none": None, "msg": "True is it"}, ["it is True"], {"True"}, {"token": "True"})
    assert masked == {
        "changed": True, "failed": False, "none": None, "msg": "******** is it", "warnings": ["it is ********"],
        "invocation": {"module_args": {"token": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}}
    assert "invocation" not in _worker._masked({}, [], set(), None)
    assert _worker._masked({"msg": "abcd abc a"}, [], {"a", "ab", "abc", "abcd"}, None) == {"msg": " ".join(["********"] * 3)}
    assert json.dumps(masked)


COMPLAINING = """
import sys, warnings

class Complaining:
    def find_spec(self, name, path=None, target=None):
        if name in ("requests", "httpsig"):
            warnings.warn(name + " does not like the others", stacklevel=1)

sys.meta_path.insert(0, Complaining())
import ansible_collections.jumpserver.accounts.plugins.action.backup_plan
assert "requests" in sys.modules and "httpsig" in sys.modules
"""


def test_what_packages_complain_of_when_they_are_loaded_is_not_shown():
    """Actions are loaded by Ansible itself, on whose screen it would be."""
    environment = dict(os.environ, PYTHONPATH=os.environ["ANSIBLE_COLLECTIONS_PATH"], PYTHONWARNINGS="always")
    loaded = subprocess.run([sys.executable, "-c", COMPLAINING], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
    assert "does not like" not in loaded.stdout + loaded.stderr


def test_options_that_were_not_given_within_others_are_not_repeated():
    params = {"name": None, "organizations": [{"plans": [{"name": "a", "types": [], "comment": None, "is_active": False}], "prune": None}], "defaults": None}
    assert _task.shown(params) == {
        "name": None, "organizations": [{"plans": [{"name": "a", "types": [], "is_active": False}]}], "defaults": None}
