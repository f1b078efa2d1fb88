# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the stand-in as a process of its own and steer it."""

from __future__ import annotations

import atexit
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from . import restarts

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN = 60


class Simulator:
    """A running stand-in; use it as a context manager, or call ``start()`` and ``stop()``.

    *version* and *edition* are those of the command; *seed* is a path or a world (a dict); with *tls* it makes its own
    authority, whose certificate is the file ``ca_path``. *latency* and *row_cost* are milliseconds; *web_workers* work at a time; *python* is
    the interpreter. A *restartable* one can be restarted.

    Once it runs: ``url``, ``version``, ``edition``, ``users`` {username: credentials}, ``organizations`` {name: id}, ``storages`` {name: id}.
    """

    def __init__(self, version="4.10", edition="enterprise", seed=None, tls=False, latency=0, row_cost=0, web_workers=None, python=None, restartable=False):
        self.asked_version = version
        self.edition = edition
        self.seed = seed
        self.tls = tls
        self.latency = latency
        self.row_cost = row_cost
        self.web_workers = web_workers
        self.python = python or sys.executable
        self.restartable = restartable
        self.ca_path = None
        self.process = None
        self._folder = None
        self._session = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()

    def start(self):
        """Start and wait until it answers; RuntimeError with what it said when it does not."""
        self._folder = tempfile.mkdtemp(prefix="simulator-control-")
        errors = open(os.path.join(self._folder, "stderr"), "w+", encoding="utf-8")
        with errors:
            paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
            environment = dict(os.environ, PYTHONPATH=paths, SIMULATOR_WITH_PARENT="1")
            self.process = subprocess.Popen(
                self._command(), cwd=str(ROOT), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True,
                encoding="utf-8",
            )
            atexit.register(self.stop)
            line = self.process.stdout.readline()
            if not line:
                self.process.wait()
                errors.seek(0)
                message = errors.read()
                self.stop()
                raise RuntimeError("the simulator did not start:\n%s" % message)
        self._read(json.loads(line))
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = self.ca_path or True
        # a connection may be closed as idle just when it is used again, the likelier the busier the machine is
        again = {"total": 5, "backoff_factor": 0.1, "raise_on_status": False}
        self._session.mount(self.url, HTTPAdapter(max_retries=Retry(**again)))
        self._session.mount(self.url + "/_simulator/", HTTPAdapter(max_retries=Retry(allowed_methods=None, **again)))
        return self

    def stop(self):
        """End the process and remove its files; does nothing the second time."""
        atexit.unregister(self.stop)
        if self._session is not None:
            self._session.close()
            self._session = None
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def restart(self, seconds=0, meanwhile=lambda: None):
        """End the process that serves, and start another one on the same port and database after so many seconds."""
        self._signal(restarts.END)
        meanwhile()
        time.sleep(seconds)
        self._signal(restarts.START)

    def _signal(self, number):
        """Send it to the process, and wait until it has done what is asked."""
        self.process.send_signal(number)
        if not self.process.stdout.readline():
            raise RuntimeError("the simulator ended instead of restarting")

    def _command(self):
        command = [
            self.python, "-m", "tests.simulator", "--json", "--version", self.asked_version, "--edition", self.edition,
            "--latency", str(self.latency), "--row-cost", str(self.row_cost),
        ]
        if self.web_workers is not None:
            command += ["--web-workers", str(self.web_workers)]
        if self.restartable:
            command.append("--restartable")
        if self.seed is not None:
            command += ["--seed", self._seed_file()]
        if self.tls:
            command += self._certificate()
        return command

    def _seed_file(self):
        if not isinstance(self.seed, dict):
            return os.path.abspath(self.seed)
        path = os.path.join(self._folder, "seed.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.seed, file)
        return path

    def _certificate(self):
        import trustme  # only https needs it
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        self.ca_path, chain, key = (os.path.join(self._folder, name) for name in ("ca.pem", "server.pem", "server.key"))
        authority.cert_pem.write_to_path(self.ca_path)
        certificate.private_key_pem.write_to_path(key)
        for part in certificate.cert_chain_pems:
            part.write_to_path(chain, append=True)
        return ["--tls-cert", chain, "--tls-key", key]

    def _read(self, summary):
        self.url = summary.get("url", getattr(self, "url", None))
        self.version = summary.get("version", getattr(self, "version", None))
        self.users = summary["users"]
        self.organizations = summary["organizations"]
        self.storages = summary["storages"]

    def _control(self, method, name, body=None):
        answer = self._session.request(method, "%s/_simulator/%s/" % (self.url, name), json=body, timeout=120)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()

    # the control API

    def requests(self):
        """{"total", "safe", "unsafe", "by_method", "log": [{"method", "path", "query", "organization", "user", "status", "at_a_time", "run", "at", "seconds",
        "effects": [{"kind", "id", "name", "organization", "at"}]}]}; "effects" is what was really stored, "run" the header X-Simulator-Run,
        "at_a_time" how many requests were worked on."""
        return self._control("GET", "requests")

    def reset_requests(self):
        """Count from zero again."""
        self._control("DELETE", "requests")

    def fault(self, **rule):
        """Add one rule: method, path (a regular expression), times, skip, and status + body | html, drop, delay or redirect."""
        return self._control("POST", "faults", [rule])

    def clear_faults(self):
        """Forget all rules."""
        self._control("DELETE", "faults")

    def reset(self, world=None):
        """Back to the seed, or to a new *world* (a dict)."""
        self._read(self._control("POST", "world", world))

    def settings(self, **switches):
        """Change run-time switches and return them all."""
        return self._control("PATCH", "settings", switches) if switches else self._control("GET", "settings")

    def scheduler(self):
        """{"running", "stopped_by", "entries": {plan id: schedule that would really fire}}"""
        return self._control("GET", "scheduler")

    def arrived(self):
        """[{"execution", "plan", "organization", "accounts", "recipient", "storage", "part", "backup", "encrypted"}] of each mail and file that arrived."""
        return self._control("GET", "arrived")

    def archives(self, folder):
        """Put the files that arrived into a folder, one below it for each receiver; their paths, in the order of delivery."""
        paths = []
        for number, delivery in enumerate(self.arrived()):
            if delivery["backup"]:
                file = self._control("POST", "archive", {"number": number})
                place = Path(folder, delivery["recipient"] or delivery["storage"])
                place.mkdir(parents=True, exist_ok=True)
                place.joinpath(file["name"]).write_bytes(base64.b64decode(file["content"]))
                paths.append(place / file["name"])
        return paths

    def zip_passwords(self):
        """{plan id: the ZIP password that is stored, empty if its archives are not encrypted}"""
        return self._control("GET", "zip_passwords")

    def api(self, method, path, user="admin", organization=None, json=None):
        """A direct, uncounted call with a user's private token; *organization* is a name or an id. Gives the requests.Response."""
        headers = {
            "Authorization": "Token %s" % self.users[user]["private_token"],
            "Accept": "application/json",
            "Accept-Language": "en",
            "X-Simulator-Uncounted": "1",
        }
        if organization is not None:
            headers["X-JMS-ORG"] = self.organizations.get(organization, organization)
        return self._session.request(method, self.url + path, headers=headers, json=json, timeout=120, allow_redirects=False)
