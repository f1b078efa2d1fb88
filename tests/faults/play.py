# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Play a history: faulty runs at the same time, then one clean run, then another that has nothing left to do."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import tempfile
import threading
import time
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.faults.children import tell
from tests.faults.proxy import Proxy
from tests.integration.runner import BIN, HERE, PLAY, PYTHON, Modules, neutral_environment
from tests.integration.server import PLANS, SimulatedServer

HAND = "by hand"
# a run that takes longer hangs: no schedule of faults and no pause adds up to this
LONGEST_RUN = 100
# seconds that a pause took too long: then the machine is too busy for time-outs of a second to tell who was slow
BREATHLESS = 0.25
# the same for a history of several rounds, whatever it is that does not end
LONGEST_HISTORY = 900
WORLD = {"assets": [], "users": {
    "admin": {"name": "Administrator", "roles": [["SystemAdmin", None], ["OrgAdmin", "Default"]]},
    "alice": {"name": "Alice", "roles": [["OrgUser", "Default"]]},
    "bob": {"name": "Bob", "roles": [["OrgUser", "Default"]]},
    "carol": {"name": "Carol", "roles": [["OrgUser", "Default"]]},
}}


@dataclass
class Ran:
    """One run: what it was, what it met, what it said (``result`` is None when it was killed or said nothing), and what the server saw of it."""

    name: str
    controller: object
    injected: list = field(default_factory=list)
    result: dict = None
    text: str = ""
    status: int = None
    killed: bool = False
    hung: bool = False
    started: float = 0.0
    ended: float = 0.0
    breathless: bool = False
    requests: list = field(default_factory=list)

    @property
    def effects(self):
        return [effect for request in self.requests for effect in request["effects"]]


@dataclass
class Played:
    """A history and how it went. The states are ``{organisation id: {plan name: row}}``."""

    history: object
    faulty: list
    clean: object = None
    again: object = None
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    end: dict = field(default_factory=dict)
    effects: list = field(default_factory=list)
    organizations: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)
    secrets: set = field(default_factory=set)
    twice: list = field(default_factory=list)  # (organization id, name) of plans that were there twice at some time


class Breath(threading.Thread):
    """Takes short pauses, and keeps when one took much longer: the load of the machine at that moment."""

    pause = 0.05

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.lost = threading.Event(), []

    def run(self):
        before = time.time()
        while not self.over.wait(self.pause):
            now = time.time()
            if now - before > self.pause + BREATHLESS:
                self.lost.append((before, now))
            before = now

    def was_lost(self, start, end):
        return any(first < end and last > start for first, last in list(self.lost))


class Stage:
    """A simulator of one version with its proxy, and the processes that modules run in."""

    def __init__(self, version):
        self.server = SimulatedServer(version=version, tls=False, restartable=True)
        self.folder = tempfile.TemporaryDirectory(prefix="faults-")
        self.certificate, self.ca = _certificate(Path(self.folder.name))
        self.proxy = Proxy(self.server.url, self.certificate, self.server.restart)
        self.hosts, self.running, self.abandoned = [], set(), False
        self.breath = Breath()
        self.breath.start()

    def stop(self):
        self.abandon()
        with contextlib.ExitStack() as ends:  # the last one first, and each, whatever becomes of the others
            ends.callback(self.folder.cleanup)
            ends.callback(self.server.stop)
            ends.callback(self.proxy.stop)
            ends.callback(self.breath.over.set)
            for host in self.hosts:
                ends.callback(host.stop)

    def abandon(self):
        """End the processes of it, and so whatever waits for one of them. A run that starts all the same is ended at once."""
        self.abandoned = True
        for process in [host.process for host in self.hosts] + [self.server.process]:
            if process is not None:
                process.terminate()
        for pid in list(self.running):
            tell(pid, signal.SIGTERM)

    def host(self, number):
        while len(self.hosts) <= number:
            self.hosts.append(Modules(self.folder.name))
        return self.hosts[number]

    def state(self):
        """{organisation id: {plan id: row}} of all plans, seen by an administrator in the root organisation."""
        found, offset = {}, 0
        while True:
            page = self.server.api("GET", "%s?limit=100&offset=%d&order=id" % (PLANS, offset), organization="root").json()
            for row in page["results"]:
                found.setdefault(row["org_id"], {}).setdefault(row["id"], row)
            offset += len(page["results"])
            if offset >= page["count"] or not page["results"]:
                return found

    def look(self, played):
        """The state by names. Two plans whose names look the same are the same one twice."""
        state = self.state()
        for organization, rows in state.items():
            names = Counter(unicodedata.normalize("NFC", row["name"]) for row in rows.values())
            played.twice += [(organization, name) for name, count in names.items() if count > 1]
        return {organization: {row["name"]: row for row in rows.values()} for organization, rows in state.items()}

    def play(self, history):
        """Play it and tell all that the checker asks for."""
        self.server.reset(**WORLD, plans=history.plans)
        self.server.settings(start_delay=0.05, run_seconds=0.05)
        played = Played(history, [Ran("run %d" % number, one) for number, one in enumerate(history.controllers)])
        played.before = self.look(played)
        played.organizations = dict(self.server.organizations)
        played.users = {key: user["id"] for user in self.server.users.values() for key in (user["username"], user["email"])}
        played.secrets = self.server.secrets
        edits = _Edits(self, history.edits)
        with ThreadPoolExecutor(len(played.faulty) + 1) as pool:
            pool.submit(edits.at, history.edit_delays)
            for number in sorted({controller.round for controller in history.controllers}):
                pairs = [(place, ran) for place, ran in enumerate(played.faulty) if ran.controller.round == number]
                list(pool.map(lambda pair: self.run(pair[1], history, pair[0], edits.next if not history.edit_delays else None), pairs))
        played.after = self.look(played)
        first = history.controllers[0]
        plain = type(first)(first.module, first.options, (), False)
        if first.module in ("backup_plan", "backup_plans", "backup_plan_info"):
            played.clean, played.again = Ran("clean", plain), Ran("again", plain)
            self.run(played.clean, history, 0, None)
            played.end = self.look(played)
            self.run(played.again, history, 0, None)
        log = self.server.requests()["log"]
        for ran in played.faulty + [one for one in (played.clean, played.again) if one]:
            ran.requests = [entry for entry in log if entry["run"] == ran.name]
        played.effects = [dict(effect, run=entry["run"]) for entry in log for effect in entry["effects"]]
        return played

    def run(self, ran, history, number, edit):
        """Run one module through a route of its own, and wait until nothing of it is on its way any more."""
        controller = ran.controller
        faulty = bool(controller.faults)
        ask = self.playbook if history.playbook else self.host(number).ask
        time.sleep(controller.delay)
        route = self.proxy.open(ran.name, controller.faults, edit, history.tls)
        connection = dict(self.server.credential("admin", history.credential), api_url=route.url, timeout=1 if faulty else 60, retries=2)
        if history.tls:
            connection["ca_path"] = self.ca
        watch = None

        def started(pid):
            nonlocal watch
            route.pid = pid
            self.running.add(pid)
            watch = threading.Timer(LONGEST_RUN, give_up, [pid])
            watch.start()
            if self.abandoned:
                tell(pid, signal.SIGTERM)

        def give_up(pid):
            ran.hung = True
            tell(pid, signal.SIGKILL)

        ran.started = time.time()
        try:
            said = ask(controller.module, dict(connection, **controller.options), {}, controller.check, True, started)
        finally:
            if watch is not None:
                watch.cancel()
            self.running.discard(route.pid)
            route.pid = 0
        ran.ended = time.time()
        ran.breathless = self.breath.was_lost(ran.started, ran.ended)
        self.proxy.close(route)
        ran.injected, ran.text, ran.status = route.injected, said["stdout"] + said["stderr"], said["status"]
        ran.killed = any(fault.kind == "signal" for fault in ran.injected) and said["status"] < 0
        lines = said["stdout"].strip().splitlines()
        ran.result = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None

    def playbook(self, module, options, environment, check, diff, started):
        """What ``Modules.ask`` does, by a task of a playbook."""
        with tempfile.TemporaryDirectory(dir=self.folder.name) as name:
            folder = Path(name)
            task = "    - name: task\n      jumpserver.accounts.%s: %s" % (module, _untemplated(options))
            folder.joinpath("play.yml").write_text(PLAY.format(connection="{}", variables="{}", ignore_errors="false", tasks=task), encoding="utf-8")
            inventory = "localhost ansible_connection=local ansible_python_interpreter=%s\n" % json.dumps(str(PYTHON))
            folder.joinpath("hosts").write_text(inventory, encoding="utf-8")
            results = folder / "results"
            settings = dict(
                neutral_environment(folder), ANSIBLE_CALLBACK_PLUGINS=str(HERE / "callback"), ANSIBLE_CALLBACKS_ENABLED="recorder", TESTS_RESULTS=str(results),
                ANSIBLE_NOCOLOR="1")
            command = [str(BIN / "ansible-playbook"), "-vvv", "-i", "hosts", "play.yml", *(["--check"] if check else []), *(["--diff"] if diff else [])]
            with subprocess.Popen(
                    command, cwd=folder, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
                started(process.pid)
                text = process.stdout.read()
            lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
        told = next((line for line in lines if "task" in line), None)
        result = json.dumps(dict(told["result"], failed=told["outcome"] == "failed")) if told else ""
        return {"stdout": text + "\n" + result, "stderr": "", "status": process.returncode}


def _untemplated(value):
    """A value as YAML whose texts Ansible leaves as they are. Only what may be a template is marked: 2.19 makes null of a marked empty text."""
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (name, _untemplated(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(_untemplated, value))
    marked = isinstance(value, str) and "{" in value
    return ("!unsafe %s" if marked else "%s") % json.dumps(value, ensure_ascii=False)


class _Edits:
    """The edits by hand of a history, each made once, counted in the log as made by hand."""

    def __init__(self, stage, edits):
        self.server, self.left, self.lock = stage.server, list(edits), threading.Lock()

    def at(self, delays):
        for delay in delays:
            time.sleep(delay)
            self.next()

    def next(self):
        with self.lock:
            if self.left:
                self._make(*self.left.pop(0))

    def _make(self, what, organization, name, number):
        rows = self.server.plans(organization)
        row = rows.get(name) or next(iter(rows.values()), None)
        path = "%s%s/" % (PLANS, row["id"]) if row else None
        if what == "create" or row is None:
            self._send("POST", PLANS, organization, {"name": "hand %d" % number, "is_periodic": False})
        elif what == "delete":
            self._send("DELETE", path, organization, None)
        else:
            schedule = {key: row[key] for key in ("is_periodic", "interval", "crontab")}
            self._send("PATCH", path, organization, dict(schedule, **({"comment": "by hand"} if what == "comment" else {"name": "renamed %d" % number})))

    def _send(self, method, path, organization, body):
        headers = {"Authorization": "Token " + self.server.users["admin"]["private_token"], "X-Simulator-Run": HAND,
                   "X-JMS-ORG": self.server.organizations[organization]}
        requests.request(method, self.server.url + path, json=body, headers=headers, timeout=30)


def _certificate(folder):
    import trustme
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    paths = [str(folder / name) for name in ("server.pem", "server.key", "ca.pem")]
    authority.cert_pem.write_to_path(paths[2])
    issued.private_key_pem.write_to_path(paths[1])
    for part in issued.cert_chain_pems:
        part.write_to_path(paths[0], append=True)
    return paths[:2], paths[2]
