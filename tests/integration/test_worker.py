# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks run in the worker of Ansible wherever that comes to the same as running the module: the same playbooks both ways, and what decides."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from tests.integration.runner import BIN, PYTHON, Playbooks, neutral_environment
from tests.integration.server import TEAM_A, ZIP_PASSWORD

pytestmark = pytest.mark.versions("4.10")

FORCED = {"JUMPSERVER_RUN_AS_MODULE": "true"}
HERE, AWAY = re.compile(r"^<.*> (\S+) runs in the worker of Ansible$", re.M), re.compile(r"^<.*> (\S+) runs as a module: (.*)$", re.M)
# what tells how a task was carried out, and what is new with every run
VERBOSE = re.compile(r"^(<[^>]*> .*|Using module file .*|Pipelining is enabled\.)\n", re.M)
NEW = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"), (re.compile(r"\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d[.\d]*( ?[+-]\d{4}|Z)?"), "DATE"),
    (re.compile(r'("(?:timedelta|age|duration|plugin_execution_time)": )[\d.]+'), r"\1N"), (re.compile("Module failed"), "Action failed"),
)


def normalised(text, folder):
    text = VERBOSE.sub("", text.replace(folder, "FOLDER"))
    for pattern, word in NEW:
        text = pattern.sub(word, text)
    return text


@pytest.fixture(name="both")
def _both(server, playbook):
    """Run tasks in the worker and as modules, each on a server as new; compare all that is printed and returned; give the two runs."""
    def run(tasks, *arguments, scene=lambda: None, environment=None, **options):
        """``scene``: called before each run."""
        runs, seen = [], []
        for forced in ({"JUMPSERVER_RUN_AS_MODULE": ""}, FORCED):
            server.reset()
            scene()
            done = playbook.run(tasks, *arguments, environment={"ANSIBLE_DISPLAY_TRACEBACK": "never", **(environment or {}), **forced}, **options)
            folder = str(playbook.folder / str(playbook.runs))
            lines = Path(folder, "results").read_text(encoding="utf-8").splitlines()
            results = "\n".join(json.dumps(json.loads(line), sort_keys=True, indent=0) for line in lines)
            runs.append(done)
            seen.append("\n".join(normalised(text, folder) for text in (done.stdout, done.stderr, results)).splitlines())
        differences = "\n".join(difflib.unified_diff(*seen, "in the worker", "as modules", lineterm="", n=1))
        assert not differences, differences
        here, away = runs
        assert HERE.search(here.stdout) and not AWAY.search(here.stdout)
        assert AWAY.search(away.stdout) and not HERE.search(away.stdout)
        return here, away

    return run


VAULT_PASSWORD = "vaulted"
# "a vaulted comment"
VAULTED = """\
!vault |
      $ANSIBLE_VAULT;1.1;AES256
      66623664353239323237633530383238333434383031656363363966313733336332636664376164
      3561363936663139383231613162396136613064366564660a666236386334656132636264306464
      33373933656238306333376535633930393133306262623266336137333535316230643963303936
      3165393364373835390a346631656334306664623839666465356633643663613737346531396466
      62663131626231303836363363343736313336316565393964626437646433643331"""
PLAN = '{name: nightly, types: [linux], crontab: "0 3 * * *", recipients: [alice]}'
TASKS = """
- name: predicted
  jumpserver.accounts.backup_plan: %(plan)s
  check_mode: true
- name: created
  jumpserver.accounts.backup_plan: %(plan)s
- name: converged
  jumpserver.accounts.backup_plan: %(plan)s
- name: changed without a diff
  jumpserver.accounts.backup_plan: {name: nightly, comment: "one\\ntwo"}
  diff: false
- name: changed with a diff
  jumpserver.accounts.backup_plan: {name: nightly, comment: "{{ 'th' ~ 'ree' }}", crontab: "0 4 * * *"}
- name: a template that is none
  jumpserver.accounts.backup_plan: {name: !unsafe "{{ 7 * 7 }} {%% raw %%}", comment: !unsafe "{{ nope }}", interval: 12, zip_encrypt_password: "{{ zip }}"}
  register: literal
- name: shown again
  ansible.builtin.debug: {var: literal}
- name: shown by a template
  ansible.builtin.debug: {msg: "{{ literal.backup_plan.name }} of {{ literal.operation }}"}
- name: a password is written each time
  jumpserver.accounts.backup_plan: {name: !unsafe "{{ 7 * 7 }} {%% raw %%}", zip_encrypt_password: "{{ zip }}", update_password: always}
- name: a password for a comment
  jumpserver.accounts.backup_plan: {name: echo, comment: "it is {{ zip }}", zip_encrypt_password: "{{ zip }}"}
- name: secret
  jumpserver.accounts.backup_plan: {name: nightly, comment: x, zip_encrypt_password: "{{ zip }}"}
  no_log: true
- name: secret failure
  jumpserver.accounts.backup_plan: {name: nightly, crontab: never, zip_encrypt_password: "{{ zip }}"}
  no_log: true
- name: an unknown option
  jumpserver.accounts.backup_plan: {name: nightly, crontap: "{{ zip }}"}
- name: an unknown option within
  jumpserver.accounts.backup_plans: {organizations: [{organization: Default, plans: [{name: a, crontap: 1}]}]}
- name: a choice that is none
  jumpserver.accounts.backup_plan: {name: nightly, state: there}
- name: a secret for a choice
  jumpserver.accounts.backup_plan: {name: nightly, state: "{{ zip }}", zip_encrypt_password: "{{ zip }}"}
- name: no number
  jumpserver.accounts.backup_plan: {name: nightly, interval: often}
- name: a list for a text
  jumpserver.accounts.backup_plan: {name: [nightly]}
- name: a number for a name
  jumpserver.accounts.backup_plan: {name: 007}
- name: a date for a name
  jumpserver.accounts.backup_plan: {name: 2026-01-01}
- name: a moment in a list
  jumpserver.accounts.backup_plans: {organizations: [{organization: Default, plans: [{name: 2026-01-01 10:00:00}]}]}
- name: nothing named
  jumpserver.accounts.backup_plan: {comment: x}
- name: too much named
  jumpserver.accounts.backup_plan_execute: {name: a, id: b}
- name: an option and its alias
  jumpserver.accounts.backup_plan: {name: nightly, recipients: [alice], recipients_part_one: [bob]}
- name: an option and its alias within
  jumpserver.accounts.backup_plans: {organizations: [{organization: Default, plans: [{name: a, recipients: [alice], recipients_part_one: [bob]}]}]}
- name: a list with commas
  jumpserver.accounts.backup_plan: {name: commas, types: "linux,mysql", interval: "24"}
- name: nothing
  jumpserver.accounts.backup_plan: {name: commas, comment: null, types: "{{ none }}", interval: "{{ omit }}"}
- name: free form
  jumpserver.accounts.backup_plan: name=free interval=7
- name: the old way
  local_action: jumpserver.accounts.backup_plan name=free interval=8
- name: options from a variable
  jumpserver.accounts.backup_plan: "{{ plan }}"
- name: a vaulted text
  jumpserver.accounts.backup_plan:
    name: vaulted
    comment: %(vaulted)s
- name: by a short name
  backup_plan_info: {name: vaulted}
  collections: [jumpserver.accounts]
- name: no such person
  jumpserver.accounts.backup_plan: {name: people, recipients: [nobody]}
- name: no such organization
  jumpserver.accounts.backup_plan: {name: nightly, organization: Nowhere}
- name: a wrong token
  jumpserver.accounts.backup_plan_info: {private_token: "00000000000000000000000000000000deadbeef"}
- name: two credentials
  jumpserver.accounts.backup_plan_info: {api_token: "canary-other"}
- name: a password in the address
  jumpserver.accounts.backup_plan_info: {api_url: "https://admin:canary@jump.example.com"}
- name: nobody there
  jumpserver.accounts.backup_plan_info: {api_url: "http://127.0.0.1:9", retries: 0}
- name: an estate
  jumpserver.accounts.backup_plans:
    defaults: {types: [linux], crontab: "0 2 * * *", zip_encrypt_password: "{{ zip }}"}
    organizations:
      - organization: Default
        plans: [{name: nightly}, {name: every-12h, interval: 12}, {name: wrong, recipients: [nobody]}]
      - {organization: 研发中心, plans: [{name: 每日备份, recipients: [张伟]}]}
- name: pruned
  jumpserver.accounts.backup_plans: {organizations: [{organization: Default, plans: [{name: nightly}]}], prune: true}
  diff: true
- name: a loop
  jumpserver.accounts.backup_plan: "{{ item }}"
  loop:
    - {name: one, interval: 24}
    - {name: two, interval: often}
    - {name: one, interval: 24}
  loop_control: {label: "{{ item.name }}", index_var: number}
  register: looped
- name: what a loop returned
  ansible.builtin.debug: {msg: "{{ looped.results | map(attribute='changed') | list }}"}
- name: until
  jumpserver.accounts.backup_plan_info: {name: one}
  register: found
  until: found.backup_plans | length == 2
  retries: 2
  delay: 0
- name: failed when
  jumpserver.accounts.backup_plan_info: {name: one}
  register: seen
  failed_when: seen.backup_plans | length == 1
- name: changed when
  jumpserver.accounts.backup_plan_info: {name: one}
  changed_when: true
- name: saved
  block:
    - name: fails
      jumpserver.accounts.backup_plan: {name: saved, crontab: never}
      ignore_errors: false
  rescue:
    - name: told
      ansible.builtin.debug: {msg: "{{ ansible_failed_result.msg }}"}
- name: run once, throttled
  jumpserver.accounts.backup_plan_info: {name: one}
  run_once: true
  throttle: 1
- name: delegated
  jumpserver.accounts.backup_plan_info: {name: one}
  delegate_to: localhost
- name: searched
  jumpserver.accounts.backup_plan_info: {search: night, limit: 1, last_execution: true}
- name: all of them
  jumpserver.accounts.backup_plan_info: {all_organizations: true}
- name: executed
  jumpserver.accounts.backup_plan_execute: {name: nightly}
- name: executed in vain
  jumpserver.accounts.backup_plan_execute: {name: one}
- name: gone
  jumpserver.accounts.backup_plan: {name: one, state: absent}
- name: gone already
  jumpserver.accounts.backup_plan: {name: one, state: absent}
- name: an index
  jumpserver.accounts.backup_index: {path: index.json}
- name: no archive
  jumpserver.accounts.backup_archive_info: {archives: [{path: nowhere/a.zip, password: "{{ zip }}"}], index: index.json}
""" % {"plan": PLAN, "vaulted": VAULTED}
VARIABLES = {"zip": ZIP_PASSWORD, "plan": {"name": "of a variable", "interval": 24}}


@pytest.mark.every_core
@pytest.mark.parametrize("arguments", [["--diff"], ["--check", "--diff"]], ids=["for real", "check mode"])
def test_what_is_printed_and_returned_is_the_same(both, arguments, tmp_path):
    """At -vvv; that nothing shows a secret is looked for by ``playbook`` itself, in both."""
    tmp_path.joinpath("vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")
    vault = {"ANSIBLE_VAULT_PASSWORD_FILE": str(tmp_path / "vault-password")}
    here, _away = both(TASKS, *arguments, variables=VARIABLES, ignore_errors=True, environment=vault)
    assert here["shown by a template"]["msg"].startswith("{{ 7 * 7 }} {% raw %} of ")
    assert here["told"]["msg"].startswith("Backup plan 'saved' of organization 'Default'")
    assert here["by a short name"].succeeded()["backup_plans"] == ([] if "--check" in arguments else [here["a vaulted text"]["backup_plan"]])
    assert here["a vaulted text"]["diff"]["after"]["comment"] == "a vaulted comment"


@pytest.mark.every_core
def test_an_access_key_and_settings_of_the_environment(server, both):
    """``environment:`` of a play, a block and a task is handed over, templates and all, and leaves no trace."""
    here, _away = both("""
        - name: without
          jumpserver.accounts.backup_plan_info:
        - name: block
          environment: {JUMPSERVER_URL: "%s"}
          block:
            - name: with
              jumpserver.accounts.backup_plan: {name: nightly, organization: "{{ omit }}"}
              environment: {JUMPSERVER_ORGANIZATION: "{{ 'Team' ~ '-A' }}", JUMPSERVER_RETRIES: 0}
            - name: in a loop
              jumpserver.accounts.backup_plan_info: {name: nightly}
              environment: {JUMPSERVER_ORGANIZATION: "{{ item }}", JUMPSERVER_VALIDATE_CERTS: "{{ true }}"}
              loop: [Team-A, Default]
            - name: wrong
              jumpserver.accounts.backup_plan_info:
              environment: {JUMPSERVER_TIMEOUT: soon}
            - name: undefined
              jumpserver.accounts.backup_plan_info:
              environment: {JUMPSERVER_TIMEOUT: "{{ nowhere }}"}
        - name: without again
          jumpserver.accounts.backup_plan_info:
    """ % server.url, connection=dict(server.credential("admin", "access_key"), api_url=None), ignore_errors=True)
    assert here["without"].message == here["without again"].message
    assert here["with"]["backup_plan"]["organization"]["name"] == TEAM_A
    assert here["wrong"].message == "JUMPSERVER_TIMEOUT is 'soon' and must be a whole number."


def ways(run):
    """{task: None where it ran in the worker, else the reason why not} by the lines of -vvv."""
    found = {}
    for section in run.stdout.split("\nTASK [")[1:]:
        reasons = [match[2] for match in AWAY.finditer(section)] + [None] * len(HERE.findall(section))
        if reasons:
            found[section.partition("]")[0]] = reasons[0] if len(set(reasons)) == 1 else reasons
    return found


GATE = """
- name: Hosts
  hosts: localhost
  gather_facts: false
  tasks:
    - name: far
      ansible.builtin.add_host: {name: far, ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1}
    - name: other
      ansible.builtin.add_host: {name: other, ansible_connection: local, ansible_python_interpreter: /nowhere/python}
    - name: same
      ansible.builtin.add_host: {name: same, ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    - name: unset
      ansible.builtin.add_host: {name: unset, ansible_connection: local}

- name: From here
  hosts: localhost
  gather_facts: false
  ignore_errors: true
  ignore_unreachable: true
  module_defaults:
    group/jumpserver.accounts.all: &connection {connection}
  tasks:
    - {name: plain, jumpserver.accounts.backup_plan_info: {}}
    - {name: to far, jumpserver.accounts.backup_plan_info: {}, delegate_to: far}
    - {name: to other, jumpserver.accounts.backup_plan_info: {}, delegate_to: other}
    - {name: to same, jumpserver.accounts.backup_plan_info: {}, delegate_to: same}
    - {name: to unset, jumpserver.accounts.backup_plan_info: {}, delegate_to: unset}
    - {name: another Python, jumpserver.accounts.backup_plan_info: {}, vars: {ansible_python_interpreter: "{base}"}}
    - {name: the same Python, jumpserver.accounts.backup_plan_info: {}, vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}}
    - {name: any Python, jumpserver.accounts.backup_plan_info: {}, vars: {ansible_python_interpreter: auto_silent}}
    - {name: becoming, jumpserver.accounts.backup_plan_info: {}, become: true, become_method: su}
    # on a busy machine Ansible may look for its job before that has begun
    - {name: asynchronous, jumpserver.accounts.backup_plan_info: {}, async: 60, poll: 1, register: job, until: job is succeeded, retries: 5, delay: 1}
    - {name: left running, jumpserver.accounts.backup_plan_info: {}, async: 60, poll: 0, register: left}
    - {name: looked after, ansible.builtin.async_status: {jid: "{{ left.ansible_job_id }}"}, register: done, until: done is finished, retries: 30, delay: 1}
    - {name: nowhere to write, jumpserver.accounts.backup_plan_info: {}, vars: {ansible_remote_tmp: /proc/nowhere}}
    - {name: asked for, jumpserver.accounts.backup_plan_info: {}, environment: {JUMPSERVER_RUN_AS_MODULE: true}}
    - {name: not asked for, jumpserver.accounts.backup_plan_info: {}, environment: {JUMPSERVER_RUN_AS_MODULE: "{{ false }}"}}
    - {name: another zone, jumpserver.accounts.backup_plan_info: {}, environment: [{TZ: UTC}]}
    - {name: a proxy, jumpserver.accounts.backup_plan_info: {}, environment: {https_proxy: "http://127.0.0.1:9"}}
    - name: a loop
      jumpserver.accounts.backup_plan_info: {}
      delegate_to: "{{ item }}"
      loop: [same, other]

- name: From afar
  hosts: far
  gather_facts: false
  ignore_errors: true
  module_defaults:
    group/jumpserver.accounts.all: *connection
  tasks:
    - {name: home from far, jumpserver.accounts.backup_plan_info: {}, delegate_to: same}
    - {name: home to localhost, jumpserver.accounts.backup_plan_info: {}, delegate_to: localhost}
"""


@pytest.mark.every_core
def test_what_cannot_be_done_here_is_left_to_the_module(server, playbook):
    connection = dict(server.credential("admin"), api_url=server.url)
    base = os.path.realpath(PYTHON)
    environment = {"ANSIBLE_DISPLAY_TRACEBACK": "never", "ANSIBLE_ASYNC_DIR": str(playbook.folder / "jobs")}
    run = playbook.run_file(GATE.replace("{connection}", json.dumps(connection)).replace("{base}", base), environment=environment)
    assert ways(run) == {
        "plain": None, "to far": "the connection is ssh", "to other": "its Python is /nowhere/python", "to same": None, "to unset": None,
        "another Python": "its Python is " + base, "the same Python": None, "any Python": None, "becoming": "it becomes another user",
        "asynchronous": "it is asynchronous", "left running": "it is asynchronous", "nowhere to write": None,
        "asked for": "JUMPSERVER_RUN_AS_MODULE asks for it", "not asked for": None, "another zone": "its environment sets TZ", "a proxy": None,
        "a loop": ["its Python is /nowhere/python", None], "home from far": None, "home to localhost": None,
    }
    worked = ("plain", "to same", "to unset", "any Python", "asynchronous", "looked after", "nowhere to write", "asked for", "not asked for", "another zone",
              "a proxy", "home from far")
    for task in worked:
        assert run[task].succeeded()["backup_plans"] == []


@pytest.mark.every_core
def test_a_task_without_a_playbook_is_the_same(server, tmp_path):
    printed = []
    for forced, way in (({"JUMPSERVER_RUN_AS_MODULE": ""}, HERE), (FORCED, AWAY)):
        environment = dict(neutral_environment(tmp_path), ANSIBLE_NOCOLOR="1", JUMPSERVER_URL=server.url, **forced)
        environment["JUMPSERVER_PRIVATE_TOKEN"] = server.users["admin"]["private_token"]
        done = subprocess.run(
            [str(BIN / "ansible"), "localhost", "-c", "local", "-vvv", "-m", "jumpserver.accounts.backup_plan_info", "-a", "name=nightly"], cwd=tmp_path,
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0 and way.search(done.stdout), done.stdout
        printed.append(normalised(done.stdout, str(tmp_path)))
    assert printed[0] == printed[1] and '"backup_plans": []' in printed[0]


def test_files_are_kept_where_that_was_asked_for(playbook):
    run = playbook.run("- {name: it, jumpserver.accounts.backup_plan_info: {}}", environment={"ANSIBLE_KEEP_REMOTE_FILES": "1"}).succeeded()
    assert ways(run) == {"it": "ANSIBLE_KEEP_REMOTE_FILES is set"}


def test_the_module_tells_of_packages_that_are_missing(server, playbook, tmp_path):
    """Each task needs its own: an access key pyhttpsig, a token none, a backup two others."""
    for package in ("httpsig", "openpyxl"):
        folder = tmp_path / "packages" / package
        folder.mkdir(parents=True)
        folder.joinpath("__init__.py").write_text("raise ImportError", encoding="utf-8")
    tasks = """
        - name: signed
          jumpserver.accounts.backup_plan_info:
        - name: with a token
          jumpserver.accounts.backup_plan_info: {access_key_id: "", access_key_secret: "", private_token: "{{ token }}"}
        - name: a backup
          jumpserver.accounts.backup_archive_info: {archives: [{path: a.zip}]}
    """
    run = playbook.run(
        tasks, connection=server.credential("admin", "access_key"), variables={"token": server.users["admin"]["private_token"]}, ignore_errors=True,
        environment={"PYTHONPATH": str(tmp_path / "packages")})
    assert ways(run) == {
        "signed": "Python packages are missing here: httpsig.sign", "with a token": None, "a backup": "Python packages are missing here: openpyxl"}
    assert "(pyhttpsig)" in run["signed"].message and "(openpyxl)" in run["a backup"].message
    run["with a token"].succeeded()


FOLDER = """
- name: Test
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/jumpserver.accounts.all: %s
  tasks:
    - {name: trusted, jumpserver.accounts.backup_plan_info: {ca_path: ca.pem}}
    - {name: by a variable, jumpserver.accounts.backup_plan_info: {}, environment: {JUMPSERVER_CA_PATH: "$NAMED.pem", NAMED: ca}}
    - {name: by requests, jumpserver.accounts.backup_plan_info: {}, environment: {REQUESTS_CA_BUNDLE: ca.pem}}
    - {name: not trusted, jumpserver.accounts.backup_plan_info: {}, ignore_errors: true}
    - {name: not checked, jumpserver.accounts.backup_plan_info: {validate_certs: false}}
    - {name: not there, jumpserver.accounts.backup_plan_info: {ca_path: nowhere.pem}, ignore_errors: true}
    - {name: through a proxy, jumpserver.accounts.backup_plan_info: {retries: 0}, environment: {https_proxy: "http://127.0.0.1:9"}, ignore_errors: true}
    - {name: written, jumpserver.accounts.backup_index: {path: index.json, ca_path: ca.pem}}
"""


@pytest.mark.every_core
def test_paths_begin_at_the_folder_of_the_playbook_and_python_warns_nobody(pool, tmp_path_factory):
    """Wherever it was started; an unchecked certificate makes urllib3 complain."""
    server = pool.get(version="4.10", tls=True)
    connection = json.dumps(dict(server.credential("admin"), api_url=server.url))
    seen = []
    for forced in ({}, FORCED):
        playbooks = Playbooks(server, tmp_path_factory.mktemp("playbooks"))
        folder = playbooks.folder / "1"
        server.reset()
        # the folder of the playbook is made by the run
        run = playbooks.run_file(
            FOLDER.replace("tasks:", "tasks:\n    - {name: copy, ansible.builtin.copy: {src: %s, dest: ca.pem, mode: '0600'}}" % server.ca_path) % connection,
            environment={"ANSIBLE_DISPLAY_TRACEBACK": "never", **forced}, started_in=tmp_path_factory.mktemp("elsewhere"))
        for task in ("trusted", "by a variable", "by requests", "not checked", "written"):
            run[task].succeeded()
        assert "is not trusted" in run["not trusted"].message
        assert run["not there"].message == "ca_path: there is no nowhere.pem."
        assert "the proxy in the environment" in run["through a proxy"].message
        assert (run["written"]["path"], folder.joinpath("index.json").exists()) == ("index.json", True)
        assert "Insecure" not in run.stdout + run.stderr
        # less what tells of the copy
        printed = re.sub(r"TASK \[copy\].*?(?=TASK \[)", "", normalised(run.stdout + run.stderr, str(folder)), flags=re.S)
        seen.append(printed.splitlines())
    assert seen[0] == seen[1]


MANY = """
- name: Hosts
  hosts: localhost
  gather_facts: false
  tasks:
    - name: make
      ansible.builtin.add_host: {name: "{{ item }}", groups: many, ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
      loop: "{{ range(8) | map('regex_replace', '^', 'host') }}"

- name: Many
  hosts: many
  gather_facts: false
  strategy: %s
  module_defaults:
    group/jumpserver.accounts.all: %s
  tasks:
    - {name: each, jumpserver.accounts.backup_plan: {name: "of {{ inventory_hostname }}", interval: 24}}
    - {name: each again, jumpserver.accounts.backup_plan: {name: "of {{ inventory_hostname }}", interval: 24}, changed_when: false}
    - {name: once, jumpserver.accounts.backup_plan: {name: once, interval: 24}, run_once: true}
"""


@pytest.mark.every_core
@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_many_hosts_at_a_time(server, playbook, strategy):
    connection = json.dumps(dict(server.credential("admin"), api_url=server.url))
    done = playbook.run_file(MANY % (strategy, connection), "--forks", "8").succeeded()
    assert set(ways(done).values()) == {None}
    assert set(server.plans()) == {"once", *("of host%d" % number for number in range(8))}


class Silent:
    """A server that takes requests and never answers; ``seen`` tells in order when one came and when its connection was closed."""

    def __init__(self):
        self.seen, self.taken, self.closed = [], threading.Semaphore(0), threading.Semaphore(0)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                line, _address = self._socket.accept()
                threading.Thread(target=self._take, args=(line,), daemon=True).start()

    def _take(self, line):
        with line, contextlib.suppress(OSError):
            while line.recv(65536):
                self.seen.append("a request")
                self.taken.release()
        self.seen.append("closed")
        self.closed.release()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._socket.close()


@pytest.mark.every_core
def test_the_time_out_of_a_task_ends_its_request(playbook):
    """Also where the process of the worker goes on, with the next item of a loop; nothing is repeated."""
    with Silent() as silent:
        run = playbook.run("""
            - name: silent
              jumpserver.accounts.backup_plan: {name: "{{ item }}"}
              loop: [one, two]
              timeout: 2
        """, connection={"api_url": silent.url, "private_token": "0" * 40})
        assert all(silent.closed.acquire(timeout=10) for _item in range(2))
    assert run.status == 2 and ways(run) == {"silent": None}
    assert silent.seen == ["a request", "closed"] * 2


ENDLESS = """
- name: Test
  hosts: localhost
  gather_facts: false
  tasks:
    - name: silent
      jumpserver.accounts.backup_plan: {name: "{{ item }}"}
      loop: [one, two]
"""


@pytest.mark.every_core
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_playbook_that_is_stopped_ends_its_request_and_sends_no_other(tmp_path, by):
    """Also where nothing of it can say so, as when ansible-runner cancels a job of AWX."""
    tmp_path.joinpath("playbook.yml").write_text(ENDLESS, encoding="utf-8")
    with Silent() as silent:
        process = subprocess.Popen(
            [str(BIN / "ansible-playbook"), "-i", "localhost,", "-c", "local", "playbook.yml"], cwd=tmp_path, start_new_session=True,
            env=dict(neutral_environment(tmp_path), JUMPSERVER_URL=silent.url, JUMPSERVER_PRIVATE_TOKEN="0" * 40, JUMPSERVER_RUN_AS_MODULE=""),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert silent.taken.acquire(timeout=60)
            process.send_signal(by)
            assert process.wait(timeout=60) != 0
            assert silent.closed.acquire(timeout=10)
        finally:
            process.kill()
            process.wait()
    assert silent.seen == ["a request", "closed"]
