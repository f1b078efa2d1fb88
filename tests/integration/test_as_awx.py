# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX runs them: ansible-runner with a private data directory, credential from the credential type, empty answers of a survey, no terminal."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.credential_type import CredentialType
from tests.integration.runner import PYTHON, neutral_environment, search_for_secrets
from tests.integration.server import PLANS, RESEARCH, ZIP_PASSWORD

pytestmark = pytest.mark.versions("4.10")

MANY = 2000
# survey answers that were left empty
ANSWERS = {"backup_plans_prune": "", "backup_plans_prune_limit": "", "backup_plans_on_error": ""}


def declaration(number):
    """So many plans, one with a ZIP password."""
    fields = {"types": ["linux"], "recipients": ["alice"]}
    plans = [{"name": f"plan-{index:04}", "interval": 24, **fields} for index in range(number)]
    stored = {
        "name": "stored", "types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": ["sftp-main"], "zip_encrypt_password": ZIP_PASSWORD}
    return {"backup_plans_organizations": [{"organization": "Default", "plans": plans}, {"organization": RESEARCH, "plans": [stored]}]}


class Job:
    """One job with a private data directory laid out as AWX does."""

    def __init__(self, server, folder, playbook, number):
        kind = CredentialType()
        inputs = dict(server.credential("admin", "access_key"), api_url=server.url, organization="", validate_certs="", ca_certificate="")
        inputs = {**dict.fromkeys(kind.fields, ""), **inputs}
        self.folder, self.secrets = folder, server.secrets
        for name in ("env", "inventory", "project/estate", "artifacts", "home"):
            folder.joinpath(name).mkdir(parents=True)
        self.write("env/envvars", {**kind.inject("env", **inputs), "ANSIBLE_HOME": str(folder / "home"), "ANSIBLE_FORCE_COLOR": "False"})
        self.write("env/extravars", {**kind.inject("extra_vars", **inputs), **ANSWERS, "backup_plans_from": "estate"})
        self.write("env/settings", {"idle_timeout": 0, "job_timeout": 0, "pexpect_timeout": 10, "suppress_ansible_output": True})
        folder.joinpath("inventory/hosts").write_text(f"localhost ansible_connection=local ansible_python_interpreter={json.dumps(str(PYTHON))}\n", "utf-8")
        folder.joinpath("project/job.yml").write_text(f"- import_playbook: jumpserver.accounts.{playbook}\n", "utf-8")
        self.write("project/estate/all.yml", declaration(number))
        self.environment = dict(neutral_environment(folder / "home"), HOME=str(folder / "home"))

    def write(self, name, value):
        self.folder.joinpath(name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    def start(self):
        """Run it with a session of its own and without a terminal."""
        return subprocess.Popen(
            [sys.executable, "-m", "ansible_runner", "run", str(self.folder), "-p", "job.yml", "--ident", "42", "-v"], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def events(self):
        """Its job events in their order, none of which, nor any other artifact but the command, shows a secret."""
        artifacts = self.folder / "artifacts" / "42"
        # what AWX stores of a job; `command` holds the environment, which AWX censors itself
        search_for_secrets([path.read_text("utf-8") for path in artifacts.rglob("*") if path.is_file() and path.name != "command"], self.secrets)
        return sorted((json.loads(path.read_text("utf-8")) for path in artifacts.glob("job_events/*-*.json")), key=lambda event: event["counter"])

    @property
    def status(self):
        return self.folder.joinpath("artifacts/42/status").read_text("utf-8")


def published(events):
    """What `set_stats` handed to the next node of a workflow."""
    (last,) = (event for event in events if event["event"] == "playbook_on_stats")
    return last["event_data"]["artifact_data"]


def test_an_apply_and_a_drift_job_of_many_plans(server, tmp_path):
    """Their summaries are published, and no event grows with the number of plans beyond what AWX can store and show."""
    summaries = {}
    for playbook in ("apply", "drift"):
        job = Job(server, tmp_path / playbook, playbook, MANY)
        assert job.start().wait() == 0 and job.status == "successful"
        events = job.events()
        summaries[playbook] = published(events)["backup_plans_summary"]
        assert max(len(json.dumps(event)) for event in events) < 1_000_000
    nothing = {"organizations": 2, "created": 0, "updated": 0, "deleted": 0, "unchanged": 0, "failed": 0}
    assert summaries == {"apply": {**nothing, "created": MANY + 1}, "drift": {**nothing, "unchanged": MANY + 1}}


def test_an_audit_job(server, tmp_path):
    """It compares with the folder of the project, tells what is wrong, and hands on its summary."""
    assert Job(server, tmp_path / "apply", "apply", 2).start().wait() == 0
    server.create("by hand", types=["linux"])
    job = Job(server, tmp_path / "audit", "audit", 3)
    assert job.start().wait() == 0
    events = job.events()
    done = [event["event_data"] for event in events if event["event"] == "runner_on_ok"]
    (task,) = [one["res"] for one in done if one["task_action"].endswith("backup_audit")]
    rules = {(one["rule"], one["plan"]) for one in task["findings"]}
    assert {("missing", "plan-0002"), ("undeclared", "by hand"), ("never-ran", "by hand")} <= rules and ("differs", "plan-0000") not in rules
    assert published(events)["backup_audit_summary"] == task["summary"]


def plans(server):
    """How many there are in Default."""
    return server.api("GET", PLANS + "?limit=1").json()["count"]


@pytest.mark.parametrize("as_module", ["", "true"])
def test_a_job_that_is_cancelled_says_nothing_and_the_next_one_does_the_rest(server, tmp_path, as_module):
    """Nothing more is written once the job has ended, in the worker of Ansible and by a module that it has started."""
    server.fault(method="POST", path=PLANS, delay=0.4, times=1000)
    job = Job(server, tmp_path / "cancelled", "apply", MANY)
    job.environment["JUMPSERVER_RUN_AS_MODULE"] = as_module
    process = job.start()
    wait_until(lambda: plans(server) >= 200)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    time.sleep(2)
    left = plans(server)
    time.sleep(2)
    assert left == plans(server) < MANY
    # and no process of Ansible is left that waits for ever
    wait_until(lambda: not processes_of(job))
    assert job.status == "canceled" and not [event for event in job.events() if event["event"] == "playbook_on_stats"]
    server.clear_faults()
    wait_until(lambda: steady(server))
    stored = plans(server) + len(server.plans(RESEARCH))
    again = Job(server, tmp_path / "again", "apply", MANY)
    assert again.start().wait() == 0
    summary = published(again.events())["backup_plans_summary"]
    assert (summary["created"], summary["unchanged"], summary["failed"]) == (MANY + 1 - stored, stored, 0) and plans(server) == MANY


def processes_of(job):
    """The command lines of `ansible-playbook` that name the folder of a job."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes())
    return [line for line in found if b"ansible-playbook" in line and str(job.folder).encode() in line]


def steady(server):
    """Whether nobody writes for a second."""
    before = server.requests()["unsafe"]
    time.sleep(1)
    return before == server.requests()["unsafe"]


def wait_until(true, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)
