# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where everything runs: a folder that is thrown away, an Ansible that finds this checkout, and a simulator that takes its time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import requests
import yaml

from ..simulator.control import ROOT, Simulator
from . import estate as estates
from . import processes

HERE = Path(__file__).resolve().parent
PLAYBOOKS = HERE / "playbooks"
WORKERS = 2
PLANS = "/api/v1/accounts/account-backup-plans/"


def ansible_playbook():
    """The command beside the running Python, else the one on PATH."""
    beside = Path(sys.executable).parent / "ansible-playbook"
    found = str(beside) if beside.exists() else shutil.which("ansible-playbook")
    if found is None:
        raise RuntimeError("no ansible-playbook beside %s: install ansible-core there" % sys.executable)
    return found


class Laboratory:
    """One simulator with one estate, and the ways to run things against it; a context manager. It works on two requests at a time, as one on two cores."""

    def __init__(self, estate, latency, row_cost):
        self.estate = estate
        self.simulator = Simulator(version="4.10", seed=estate.world(), latency=latency, row_cost=row_cost, web_workers=WORKERS)
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        place = self.folder / "collections" / "ansible_collections" / "jumpserver"
        place.mkdir(parents=True)
        (place / "accounts").symlink_to(ROOT, target_is_directory=True)
        self._stack.enter_context(self.simulator)
        self.session = self._stack.enter_context(requests.Session())
        self.session.trust_env = False
        self.declare("estate", self.estate.declared())
        return self

    def __exit__(self, *error):
        self._stack.close()

    # preparing

    def declare(self, name, variables, hosts=("localhost",)):
        """Write variables in YAML beside an inventory, where the guide has them, and as JSON for the bare script."""
        inventory = self.folder / name
        (inventory / "group_vars").mkdir(parents=True, exist_ok=True)
        (inventory / "group_vars" / "all.yml").write_text(yaml.safe_dump(variables, allow_unicode=True, sort_keys=False), encoding="utf-8")
        (inventory / "hosts").write_text("".join(host + "\n" for host in hosts), encoding="utf-8")
        (self.folder / (name + ".json")).write_text(json.dumps(variables), encoding="utf-8")

    @contextlib.contextmanager
    def one_worker(self):
        """The server works on one request at a time."""
        self.simulator.settings(web_workers=1)
        yield
        self.simulator.settings(web_workers=WORKERS)

    def empty(self):
        """Remove all plans."""
        self.simulator.reset(self.estate.world(with_plans=False))

    def edit(self, every):
        """Change the comment of each so-manieth plan behind Ansible's back; returns how many."""
        fields = "id,org_id,is_periodic,interval,crontab"  # a change must bring the whole schedule along
        rows, count = [], 1
        while len(rows) < count:
            query = "?limit=1000&offset=%d&order=org_id,name&fields=%s" % (len(rows), fields)
            page = self.simulator.api("GET", PLANS + query, organization="root").json()
            rows, count = rows + page["results"], page["count"]
        chosen = {}
        for row in rows[::every]:
            chosen.setdefault(row.pop("org_id"), []).append(dict(row, comment=estates.BY_HAND))
        for organization, bodies in chosen.items():
            self.simulator.api("PATCH", PLANS, organization=organization, json=bodies).raise_for_status()
        return sum(map(len, chosen.values()))

    def request(self, method, path, organization, **how):
        """One request of the administrator, which costs what it costs any client. Gives the decoded body."""
        headers = {"Authorization": "Token %s" % self.simulator.users[estates.ADMIN]["private_token"], "X-JMS-ORG": organization}
        answer = self.session.request(method, self.simulator.url + path, headers=headers, timeout=600, **how)
        answer.raise_for_status()
        return answer.json()

    # running

    def environment(self, user=estates.ADMIN, access_key=False, as_module=False):
        """Nothing of the caller's Ansible, and a credential of the user. ``as_module``: tasks run as modules, in processes of their own."""
        neutral = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JUMPSERVER_", "PYTHON"))}
        credentials = self.simulator.users[user]
        neutral.update(
            ANSIBLE_COLLECTIONS_PATH=str(self.folder / "collections"), ANSIBLE_HOME=str(self.folder / "home"),
            ANSIBLE_REMOTE_TMP=str(self.folder / "home"), ANSIBLE_NOCOLOR="1", JUMPSERVER_URL=self.simulator.url)
        if as_module:
            neutral["JUMPSERVER_RUN_AS_MODULE"] = "true"
        if access_key:
            neutral.update(JUMPSERVER_ACCESS_KEY_ID=credentials["access_key_id"], JUMPSERVER_ACCESS_KEY_SECRET=credentials["access_key_secret"])
        else:
            neutral["JUMPSERVER_PRIVATE_TOKEN"] = credentials["private_token"]
        return neutral

    def playbook(self, name, variables=None, interpreter=sys.executable):
        """The command that runs one of our playbooks; ``variables``: name of what was declared."""
        inventory = str(self.folder / variables / "hosts") if variables else "localhost,"
        command = [ansible_playbook(), "--inventory", inventory, "--connection", "local", "--forks", "10", "--extra-vars"]
        return command + [json.dumps({"ansible_python_interpreter": str(interpreter)}), str(PLAYBOOKS / (name + ".yml"))]

    def bare(self, action, variables="estate"):
        """The command that does the same without Ansible."""
        return [sys.executable, str(HERE / "bare.py"), action, "%s.json" % (self.folder / variables)]

    def run(self, command, **environment):
        """(Cost, the requests that it took) of one command."""
        self.simulator.reset_requests()
        cost = processes.run(command, self.environment(**environment))
        return cost, self.simulator.requests()

    def prove(self, right):
        """RuntimeError unless exactly so many plans are as declared; nothing was measured that did not do its work."""
        found = json.loads(processes.run(self.bare("check"), self.environment()).output)
        if found["right"] != right:
            raise RuntimeError("expected %d plans as declared, and found %s" % (right, found))
