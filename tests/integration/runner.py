# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two ways to use the collection: a playbook with the real `ansible-playbook`, or one module in a prepared process."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = Path(os.environ.get("ANSIBLE_BIN") or Path(sys.executable).parent)
PYTHON = BIN / "python"

PLAY = """\
- name: Test
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/jumpserver.accounts.all: {connection}
  vars: {variables}
  ignore_errors: {ignore_errors}
  tasks:
{tasks}
"""


def neutral_environment(folder):
    """The environment of the caller without the settings that would change what is tested."""
    unwanted = ("ANSIBLE_", "JUMPSERVER_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    kept.update(
        PATH="%s%s%s" % (BIN, os.pathsep, kept["PATH"]), LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1",
        ANSIBLE_HOME=str(folder), ANSIBLE_REMOTE_TMP=str(folder), ANSIBLE_COLLECTIONS_PATH=os.environ["ANSIBLE_COLLECTIONS_PATH"],
        ANSIBLE_CONFIG=str(HERE / "ansible.cfg"),
    )
    if os.environ.get("TESTS_RUN_AS_MODULE"):
        # the whole suite in the other way; by default tasks run in the worker of Ansible
        kept["JUMPSERVER_RUN_AS_MODULE"] = "true"
    return kept


class Result(dict):
    """What a module returned."""

    @property
    def changed(self):
        return self["changed"]

    @property
    def failed(self):
        return self.get("failed", False)

    @property
    def message(self):
        """The error of a failed module."""
        assert self.failed, "the module did not fail: %s" % self
        return self["msg"]

    @property
    def warnings(self):
        """The texts of its warnings, which ansible-core wraps from 2.19 on."""
        return [warning if isinstance(warning, str) else warning["event"]["msg"] for warning in self.get("warnings", [])]

    def succeeded(self):
        """Itself, if it did not fail."""
        assert not self.failed, self.get("msg")
        return self


def search_for_secrets(texts, secrets):
    """Fail if any of the texts holds any of the secrets."""
    shown = [secret for secret in secrets if any(secret in text for text in texts)]
    assert not shown, "these secrets were shown: %s" % shown


class Run:
    """What one run of `ansible-playbook` did. ``run["name of a task"]`` is the Result of that task (in ``results`` those of a loop's items)."""

    def __init__(self, process, lines):
        self.status, self.stdout, self.stderr = process.returncode, process.stdout, process.stderr
        self.tasks = {line["task"]: Result(line["result"], failed=line["outcome"] == "failed") for line in lines if "task" in line}
        self.recap = next((line["recap"] for line in lines if "recap" in line), {})
        self.published = next((line["published"] for line in lines if "published" in line), {})

    def __getitem__(self, task):
        assert task in self.tasks, "no such task ran: %s\n%s\n%s" % (task, self.stdout, self.stderr)
        return self.tasks[task]

    def succeeded(self):
        """Itself, if the play did not fail."""
        assert self.status == 0, "%s\n%s" % (self.stdout, self.stderr)
        return self


class Playbooks:
    """Runs playbooks against a server, as verbose as can be, and makes sure each time that no secret was shown."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = Path(folder)
        self.runs = 0

    def run(self, tasks, *arguments, check=False, diff=False, connection=None, variables=None, environment=None, ignore_errors=False):
        """Run a play with these tasks (YAML, each with a name of its own) and return the Run.

        ``connection``: connection options of all modules, by default those of the administrator's token. ``variables``: of the play.
        With ``ignore_errors`` all tasks run.
        """
        if connection is None:
            connection = self.server.credential("admin")
        connection = dict({"api_url": self.server.url}, **connection)
        text = PLAY.format(
            connection=json.dumps(connection), variables=json.dumps(variables or {}), ignore_errors=json.dumps(ignore_errors),
            tasks=textwrap.indent(textwrap.dedent(tasks), "    "))
        return self.run_file(text, *(["--check"] if check else []), *(["--diff"] if diff else []), *arguments, environment=environment)

    def run_file(self, text, *arguments, environment=None, started_in=None):
        """Run a whole playbook; ``started_in``: from which folder, by default its own."""
        self.runs += 1
        folder = self.folder / str(self.runs)
        folder.mkdir()
        folder.joinpath("playbook.yml").write_text(text, encoding="utf-8")
        inventory = "localhost ansible_connection=local ansible_python_interpreter=%s\n" % json.dumps(str(PYTHON))
        folder.joinpath("hosts").write_text(inventory, encoding="utf-8")
        results = folder / "results"
        results.touch()
        settings = {
            **neutral_environment(folder), "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"), "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "TESTS_RESULTS": str(results), "ANSIBLE_NOCOLOR": "1", "ANSIBLE_DISPLAY_TRACEBACK": "always", **(environment or {})}
        process = subprocess.run(
            [str(BIN / "ansible-playbook"), "-vvv", "-i", str(folder / "hosts"), str(folder / "playbook.yml"), *arguments], cwd=started_in or folder,
            env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        recorded = results.read_text(encoding="utf-8")
        search_for_secrets((process.stdout, process.stderr, recorded), self.server.secrets)
        return Run(process, [json.loads(line) for line in recorded.splitlines()])


class Modules:
    """Runs single modules in a process that has them loaded, one after the other."""

    def __init__(self, folder):
        environment = dict(neutral_environment(folder), PYTHONPATH=os.environ["ANSIBLE_COLLECTIONS_PATH"], TMPDIR=str(folder))
        self.process = subprocess.Popen(
            [str(PYTHON), str(HERE / "module_host.py")], cwd=str(folder), env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def stop(self):
        """End the process."""
        with contextlib.suppress(BrokenPipeError):  # it has ended by itself, with a request that it never read
            self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def run(self, name, arguments, environment, check, diff):
        """Ask for one run; return the Result and all the text that came out."""
        answer = self.ask(name, arguments, environment, check, diff)
        lines = answer["stdout"].strip().splitlines()
        assert lines and lines[-1].startswith("{"), "%s returned nothing: %s" % (name, answer)
        return Result(json.loads(lines[-1])), answer["stdout"] + answer["stderr"]

    def ask(self, name, arguments, environment, check, diff, started=lambda pid: None):
        """The same for a run that may be killed: ``{"stdout", "stderr", "status"}``. ``started`` is told the process id."""
        arguments = dict(arguments, _ansible_check_mode=check, _ansible_diff=diff, _ansible_verbosity=3)
        self.process.stdin.write(json.dumps({"module": name, "arguments": arguments, "environment": environment}) + "\n")
        self.process.stdin.flush()
        started(json.loads(self.process.stdout.readline())["pid"])
        return json.loads(self.process.stdout.readline())


class Caller:
    """Calls modules for one server: ``call("backup_plan", name="nightly")``. Makes sure each time that no secret was shown."""

    def __init__(self, server, modules):
        self.server = server
        self.modules = modules

    def __call__(self, module, check=False, diff=True, user="admin", connection=None, environment=None, **options):
        if connection is None:
            connection = self.server.credential(user)
        arguments = dict({"api_url": self.server.url}, **connection, **options)
        result, text = self.modules.run(module, arguments, environment or {}, check, diff)
        search_for_secrets([text], self.server.secrets)
        return result
