# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Canary secrets in every secret option, and the search for them wherever Ansible leaves something behind.

Real playbooks through ansible-runner, with faults on the way: screen at -vvvv with tracebacks, job events and the other artifacts of the job, files of
asynchronous jobs, arguments of processes, and temporary folders (afterwards: while a module runs, its own copy holds its options, in a folder for its
user only).
"""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
import uuid
from collections import Counter
from pathlib import Path

import yaml

from tests.faults.play import WORLD
from tests.faults.proxy import Fault, any_fault
from tests.integration.runner import PYTHON, neutral_environment
from tests.toolbox.watch import Processes

PLAY = """
- name: Canaries
  hosts: localhost
  gather_facts: false
  ignore_errors: true
  vars_files: ["{{ lookup('env', 'SECRETS') }}"]
  module_defaults:
    group/jumpserver.accounts.all: {api_url: "{{ url }}", retries: 0, timeout: 1}
  tasks:
    - name: signed
      jumpserver.accounts.backup_plan: {name: one, interval: 24, zip_encrypt_password: "{{ zip }}", update_password: always,
        access_key_id: "{{ key_id }}", access_key_secret: "{{ key_secret }}"}
    - name: private token
      jumpserver.accounts.backup_plan:
        {name: two, comment: "{{ zip }}", crontab: "{{ zip }}", zip_encrypt_password: "{{ zip }}", private_token: "{{ private }}"}
    - name: bearer
      jumpserver.accounts.backup_plans:
        api_token: "{{ bearer }}"
        defaults: {zip_encrypt_password: "{{ zip }}", types: [linux], recipients: [alice]}
        organizations: [{organization: Default, plans: [{name: three, interval: 1}, {name: four, zip_encrypt_password: "{{ zip }}"}]}]
    - name: no list
      jumpserver.accounts.backup_plans: {api_token: "{{ bearer }}", defaults: {zip_encrypt_password: "{{ zip }}"}, organizations: 1}
    - name: no list inside
      jumpserver.accounts.backup_plans:
        {api_token: "{{ bearer }}", organizations: [{organization: Default, plans: true}], defaults: {zip_encrypt_password: "{{ zip }}"}}
    - name: unknown option
      jumpserver.accounts.backup_plan: {name: one, zip_encrypt_password: "{{ zip }}", private_token: "{{ private }}", tokn: x}
    - name: two credentials
      jumpserver.accounts.backup_plan_info: {api_token: "{{ bearer }}", private_token: "{{ private }}"}
    - name: half a credential
      jumpserver.accounts.backup_plan_info: {access_key_secret: "{{ key_secret }}"}
    - name: secrets with blanks
      jumpserver.accounts.backup_plan_info: {private_token: " {{ private }} "}
    - name: run
      jumpserver.accounts.backup_plan_execute: {name: executed, private_token: "{{ private }}", on_undelivered: warn, wait_timeout: 3}
    - name: read
      jumpserver.accounts.backup_plan_info: {last_execution: true, private_token: "{{ private }}"}
    - name: asynchronous
      jumpserver.accounts.backup_plan: {name: five, zip_encrypt_password: "{{ zip }}", private_token: "{{ private }}"}
      async: 30
      poll: 1
    - name: asynchronous and bad
      jumpserver.accounts.backup_plans: {organizations: 1, defaults: {zip_encrypt_password: "{{ zip }}"}, private_token: "{{ private }}"}
      async: 30
      poll: 1
"""


def search(stage, folder, seed, children):
    """Run the play once; returns ({place: number of things searched}, [(place, what was found)])."""
    folder = Path(folder)
    server, dice = stage.server, random.Random(seed)
    # others may look for canaries on this machine too, so these are nobody else's
    secrets = {kind: "canary-%s" % uuid.uuid4().hex for kind in ("zip", "key_secret", "private", "bearer")}
    user = {"private_token": secrets["private"], "api_token": secrets["bearer"], "access_key_secret": secrets["key_secret"]}
    users = dict(WORLD["users"], admin=dict(WORLD["users"]["admin"], **user))
    plan = {"name": "executed", "organization": "Default", "interval": 24, "types": ["linux"], "recipients_part_one": ["alice"]}
    server.reset(users=users, assets=[], plans=[dict(plan, zip_encrypt_password=secrets["zip"])])
    server.settings(start_delay=0.05, run_seconds=0.05)
    # an execution of 3.9 to 4.7 shows the ZIP password; cut off, it is no JSON any more
    faults = [Fault("wrong length", "GET", dice.randrange(3, 14), 1, True, -1)] + [any_fault(dice) for _turn in range(3)]
    route = stage.proxy.open("canaries", [fault for fault in faults if fault.times < 100 or seed % 2])
    hidden, job = folder / "hidden", folder / "job"
    for name in (hidden, job / "project", job / "inventory", job / "tmp", job / "home"):
        name.mkdir(parents=True)
    variables = dict(secrets, url=route.url, key_id=server.users["admin"]["access_key_id"])
    (hidden / "secrets.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    (job / "project" / "play.yml").write_text(PLAY, encoding="utf-8")
    (job / "inventory" / "hosts").write_text("localhost ansible_connection=local ansible_python_interpreter=%s\n" % PYTHON, encoding="utf-8")
    environment = dict(
        neutral_environment(job / "home"), HOME=str(job / "home"), TMPDIR=str(job / "tmp"), SECRETS=str(hidden / "secrets.yml"),
        ANSIBLE_DISPLAY_TRACEBACK="always",
        ANSIBLE_NOCOLOR="1")
    with Processes(secrets.values()) as watch:
        ran = children.run(
            [sys.executable, "-m", "ansible_runner", "run", str(job), "-p", "play.yml", "--ident", "1", "-vvvv"], env=environment, stderr=subprocess.PIPE)
        _wait_for_the_end_of(job)
    stage.proxy.close(route)
    searched, found = Counter({"arguments of processes": watch.seen}), [("arguments of processes", hit) for hit, _secret in watch.hits]
    texts = [("screen", "stdout", ran.stdout), ("screen", "stderr", ran.stderr)]
    texts += [(_place(path.relative_to(job)), str(path.relative_to(job)), path.read_bytes()) for path in sorted(job.rglob("*")) if path.is_file()]
    for place, name, text in texts:
        searched[place] += 1
        for kind, secret in secrets.items():
            if secret.encode() in text:
                at = text.index(secret.encode())
                found.append((place, "%s in %s: %r" % (kind, name, text[max(at - 300, 0):at + 10])))
    if searched["job events"] < len(PLAY.split("    - name:")) - 1:
        raise RuntimeError("the play did not run:\n%s" % textwrap.shorten(ran.stdout.decode() + ran.stderr.decode(), 3000))
    return searched, found, route.injected


def _wait_for_the_end_of(job):
    """An asynchronous job removes its folder a moment after it has told its result."""
    deadline = time.monotonic() + 10
    while list(job.rglob("ansible-tmp-*")) and time.monotonic() < deadline:
        time.sleep(0.1)


def _place(path):
    parts = path.parts
    if "job_events" in parts:
        return "job events"
    if parts[0] == "artifacts":
        return "other artifacts"
    if ".ansible_async" in parts or "async" in path.name:
        return "files of asynchronous jobs"
    return "temporary folders"
