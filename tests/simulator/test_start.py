# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people meet who start the simulator or the demo by hand: one sentence instead of a traceback."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.integration.server import EXECUTIONS, PLANS, SimulatedServer

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments):
    """The status and what was said."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.simulator", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", check=False)
    return process.returncode, process.stdout


@pytest.mark.parametrize("text, reason", [
    (None, "No such file"), ("{", "cannot be read"), ("[]", "is no world"), ('{"plans": [{"name": "x", "organization": "nowhere"}]}', "is no world"),
], ids=["missing", "no JSON", "a list", "a plan of nowhere"])
def test_a_bad_seed(tmp_path, text, reason):
    """It is named, with what is wrong."""
    seed = tmp_path / "seed.json"
    if text is not None:
        seed.write_text(text, encoding="utf-8")
    status, said = start("--seed", str(seed))
    assert status == 1 and reason in said and str(seed) in said and "Traceback" not in said, said


def test_a_port_that_is_taken():
    """The port is named."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        status, said = start("--port", str(other.getsockname()[1]))
    assert status == 1 and "Cannot listen at 127.0.0.1" in said and "Traceback" not in said, said


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_bad_certificate(tmp_path, text):
    """The files are named."""
    for name in ("cert.pem", "key.pem"):
        if text is not None:
            tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    status, said = start("--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    assert status == 1 and "Cannot use certificate" in said and "Traceback" not in said, said


def test_a_restart(tmp_path):
    """Another process on the same port knows the plans, the queue of runs and the log of the first; nobody answers in between, and nothing is left behind."""
    with SimulatedServer(version="4.10", restartable=True) as server:
        server.settings(start_delay=0)
        answer = server.create("nightly")
        server.api("POST", EXECUTIONS, json={"plan": answer["id"], "automation": answer["id"], "type": "backup_account"})
        requests.get(server.url + PLANS, timeout=10)
        before, away = server.requests()["log"], []
        server.restart(0.2, lambda: away.append(_refused(server.url)))
        assert away == [True]
        assert server.requests()["log"] == before != []
        assert list(server.plans()) == ["nightly"] and len(server.executions()) == 1
        assert server.settings()["start_delay"] == 0
        port = int(server.url.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", port)):
        pass  # nobody has it any more


def _refused(url):
    try:
        requests.get(url, timeout=10)
    except requests.ConnectionError:
        return True
    return False


def test_the_demo_can_be_stopped():
    """By Ctrl-C, at any time. A shell has what it starts in the background ignore that, and so would all that these tests start."""
    heard = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); runpy.run_path('tests/demo/run.py', run_name='__main__')"
    with subprocess.Popen(
        [sys.executable, "-c", heard], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("  $ ansible-playbook jumpserver.accounts.apply"):
                process.send_signal(signal.SIGINT)
                break
        said += process.stdout.read()
    assert process.returncode == 130 and "Stopped." in said and "Traceback" not in said, said
