# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: a declared estate of backup plans converges on a simulated JumpServer, stays converged, drifts and is repaired.

Each step says what it does, runs what a user would type, and then asks the server whether it is true. The first thing that is not ends the
program with status 1. Everything that it makes is in temporary folders, which are removed at the end.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.dont_write_bytecode = True

from tests.simulator.control import Simulator

# The environment may be a link where the path of the clone holds blanks, in which ansible-core 2.16 and 2.17 cannot work.
BIN = Path(sys.prefix).resolve() / "bin"
ESTATE = Path(__file__).with_name("estate.yml")
PLANS = "/api/v1/accounts/account-backup-plans/"
EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"
DECLARED = {"Default": {"nightly", "every-12h"}, "Team-A": {"weekly"}, "研发中心": {"每日备份"}}
DRILL = """---
plugin: jumpserver.accounts.backup_archive
folder: backups
index: backups/index.json
keys:
  - holder: zhangwei
    password: "{{ lookup('ansible.builtin.env', 'ZIP_PASSWORD') }}"
"""
EDITED = {"is_periodic": True, "crontab": "0 23 * * *", "interval": None, "comment": "改了时间"}


class Surprise(Exception):
    """Something is not as the demonstration says."""


def say(text=""):
    """Tell the user, at once."""
    print(text, flush=True)


def make_sure(holds, text):
    """Say what is so, or stop if it is not."""
    if not holds:
        raise Surprise(f"This should be so, and is not: {text}")
    say(f"  ✓ {text}")


class Demonstration:
    """The steps, in their order. ``folder``: where files may be made; ``jumpserver``: a running Simulator."""

    def __init__(self, folder, jumpserver):
        self.folder = folder
        self.jumpserver = jumpserver
        self.environment = self.prepare()

    def prepare(self):
        """Make the collection known to Ansible, and return the environment of all commands."""
        namespace = self.folder / "collections" / "ansible_collections" / "jumpserver"
        namespace.mkdir(parents=True)
        namespace.joinpath("accounts").symlink_to(ROOT, target_is_directory=True)
        python = str(BIN / "python")
        self.folder.joinpath("hosts.yml").write_text(
            f"---\nall:\n  hosts:\n    localhost:\n      ansible_connection: local\n      ansible_python_interpreter: '{python}'\n", encoding="utf-8")
        admin = self.jumpserver.users["admin"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JUMPSERVER_"))}
        if "utf" not in kept.get("LC_ALL", kept.get("LC_CTYPE", kept.get("LANG", ""))).lower():
            kept["LC_ALL"] = "C.UTF-8"  # Ansible works with no other encoding
        return kept | {
            "PATH": f"{BIN}{os.pathsep}{kept.get('PATH', os.defpath)}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_REMOTE_TMP": str(self.folder / "ansible" / "tmp"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
            "ANSIBLE_INVENTORY": str(self.folder / "hosts.yml"),
            # as YAML, texts in any alphabet are readable
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
            "JUMPSERVER_URL": self.jumpserver.url,
            "JUMPSERVER_ACCESS_KEY_ID": admin["access_key_id"],
            "JUMPSERVER_ACCESS_KEY_SECRET": admin["access_key_secret"],
        }

    def run(self, program, *arguments):
        """Run a program of Ansible and show what it prints; returns its status and that text."""
        say("  $ " + shlex.join([program, *arguments]).replace(f"{ROOT}/", ""))
        self.jumpserver.reset_requests()
        lines = []
        with subprocess.Popen(
            [str(BIN / program), *arguments], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8"
        ) as process:
            try:
                for line in process.stdout:
                    lines.append(line)
                    if line.strip():
                        say("  | " + line.rstrip())
            except KeyboardInterrupt:
                process.terminate()
                raise
        say()
        return process.returncode, "".join(lines)

    def play(self, *arguments):
        """Run ``ansible-playbook``, which must end well; returns what it prints and the number of changes that it counts."""
        status, text = self.run("ansible-playbook", *arguments)
        make_sure(status == 0, "Ansible ended without an error")
        recap = re.search(r"localhost .*changed=(\d+) .*failed=0", text)
        if not recap:
            raise Surprise("Ansible printed no recap.")
        return text, int(recap.group(1))

    def writes(self):
        """How many requests of the last run could have changed anything."""
        return self.jumpserver.requests()["unsafe"]

    def plans(self, organization):
        """``{name: row}`` of an organisation, asked directly."""
        answer = self.jumpserver.api("GET", PLANS + "?limit=100", organization=organization)
        return {row["name"]: row for row in answer.json()["results"]}

    def apply(self, *options):
        """Run the playbook of the declared estate."""
        return self.play("jumpserver.accounts.apply", "-e", f"@{ESTATE}", *options)

    def declare(self):
        """Declare the estate of tests/demo/estate.yml and apply it to the empty server."""
        say("\n".join("  " + line for line in ESTATE.read_text(encoding="utf-8").splitlines()[1:]) + "\n")
        _text, changed = self.apply()
        make_sure(changed == 1, "Ansible reports a change")
        for organization, names in DECLARED.items():
            make_sure(set(self.plans(organization)) == names, f"{organization} has the plans {', '.join(sorted(names))}, and no others")

    def apply_again(self):
        """Apply it again: nothing is left to do."""
        _text, changed = self.apply()
        make_sure(changed == 0, "Ansible reports changed=0")
        make_sure(self.writes() == 0, f"of its {self.jumpserver.requests()['total']} requests none could have changed anything")

    def drift(self):
        """Edit a plan behind Ansible's back, and ask for the difference with --check --diff."""
        plan = self.plans("研发中心")["每日备份"]
        answer = self.jumpserver.api("PATCH", f"{PLANS}{plan['id']}/", organization="研发中心", json=EDITED)
        make_sure(answer.status_code == 200, f"somebody sets 每日备份 to crontab {EDITED['crontab']!r} and comment {EDITED['comment']!r}")
        say()
        text, changed = self.apply("--check", "--diff")
        make_sure(changed == 1, "Ansible reports the drift as a change to be made")
        for sign, option in (("-", EDITED["crontab"]), ("+", "30 2 * * *"), ("-", EDITED["comment"]), ("+", "由 Ansible 管理")):
            shown = any(line.startswith(sign) and option in line for line in text.splitlines())
            make_sure(shown, f"the difference shows {sign} {option}")
        make_sure(self.writes() == 0, "nothing was written")
        make_sure(self.plans("研发中心")["每日备份"]["crontab"] == EDITED["crontab"], "the plan is still the edited one")

    def repair(self):
        """Apply the declaration once more: the drift is undone."""
        _text, changed = self.apply()
        make_sure(changed == 1, "Ansible reports a change")
        plan = self.plans("研发中心")["每日备份"]
        make_sure((plan["crontab"], plan["comment"]) == ("30 2 * * *", "由 Ansible 管理"), "每日备份 is as declared again")
        make_sure(self.writes() == 1, "one request repaired it")
        make_sure(self.jumpserver.scheduler()["entries"].get(plan["id"]) == "30 2 * * *", "the scheduler of the server will run it at 30 2 * * *")

    def execute(self):
        """Run one plan now and wait for its result."""
        _text, changed = self.play(
            "jumpserver.accounts.execute", "-e", "backup_plan_name=每日备份", "-e", "backup_plan_organization=研发中心")
        make_sure(changed == 1, "Ansible reports a change, the run")
        rows = self.jumpserver.api("GET", EXECUTIONS + "?limit=100", organization="研发中心").json()["results"]
        make_sure([row["status"]["value"] for row in rows] == ["success"], "JumpServer shows one run of it, with status success")

    def open(self):
        """Open what arrived of that run, and see that every account is in it. No secret is shown."""
        (file,) = self.jumpserver.archives(self.folder / "backups")
        options = {"archives": [{"path": str(file), "password": "{{ lookup('ansible.builtin.env', 'ZIP_PASSWORD') }}"}], "compare": True}
        self.environment["ZIP_PASSWORD"] = "Zip-zhangwei"
        status, text = self.run("ansible", "localhost", "-m", "jumpserver.accounts.backup_archive_info", "-a", json.dumps(options))
        make_sure(status == 0 and 'part: whole' in text, "the backup opens")
        make_sure('missing: []' in text and 'accounts: 4' in text, "no account is missing in it")
        make_sure("canary" not in text, "no secret was shown")

    def drill(self):
        """Prove it as one would for the night when JumpServer is gone: by a drill, which keeps a record and writes a runbook. No machine is logged in to."""
        index, inventory, records = (self.folder / name for name in ("backups/index.json", "drill.backup.yml", "records"))
        status, _text = self.run("ansible", "localhost", "-m", "jumpserver.accounts.backup_index", "-a", f"all_organizations=true path={index}")
        make_sure(status == 0, "an index says which machines the accounts belong to")
        inventory.write_text(DRILL, encoding="utf-8")
        options = [f"backup_drill_records={records}", "backup_drill_compare=true", "backup_drill_sample=0"]
        status, text = self.run("ansible-playbook", "jumpserver.accounts.drill", "-i", str(inventory), *(part for one in options for part in ("-e", one)))
        (record,) = [json.loads(file.read_text(encoding="utf-8")) for file in records.glob("drill-*.json")]
        (backup,) = record["backups"]
        make_sure(status == 0 and record["proved"], f"the backup of {backup['plan']} is proved")
        make_sure([file["holder"] for file in backup["files"]] == ["zhangwei"], "the record says that the key of zhangwei opened it")
        make_sure([row["missing"] for row in backup["compared"]] == [0], "JumpServer has no account that it lacks")
        say()
        say("\n".join("  " + line for line in (records / "runbook.md").read_text(encoding="utf-8").split("## What to type")[0].splitlines() if line))
        say()
        make_sure("canary" not in text + (records / "runbook.md").read_text(encoding="utf-8"), "no secret was shown")

    def refuse(self):
        """Declare a schedule that JumpServer would accept, and that would stop its scheduler."""
        self.refused("name=broken crontab='0 3 31 2 *'", "crontab")

    def prove(self):
        """Name an organization that does not exist. JumpServer would take Default for it, without a word."""
        self.refused("name=nightly interval=24 organization=Team-B", "does not know the organization 'Team-B'")

    def refused(self, options, reason):
        """Try a plan with these options, which must fail before anything is written."""
        status, text = self.run("ansible", "localhost", "-m", "jumpserver.accounts.backup_plan", "-a", options)
        make_sure(status != 0 and reason in text, "Ansible fails, and says why")
        make_sure(self.writes() == 0, "nothing was written")

    def export(self):
        """Write what is there to a file, and apply that file: it says the same."""
        file = self.folder / "exported.yml"
        self.play("jumpserver.accounts.export", "-e", f"backup_plans_export_file={file}")
        say("\n".join("  " + line for line in file.read_text(encoding="utf-8").splitlines()[1:]) + "\n")
        _text, changed = self.play("jumpserver.accounts.apply", "-e", f"@{file}")
        make_sure(changed == 0, "Ansible reports changed=0")


def show(folder, jumpserver):
    """All the steps."""
    demonstration = Demonstration(folder, jumpserver)
    steps = (demonstration.declare, demonstration.apply_again, demonstration.drift, demonstration.repair, demonstration.refuse, demonstration.prove,
             demonstration.execute, demonstration.open, demonstration.drill, demonstration.export)
    for number, step in enumerate(steps, 1):
        say(f"\n{number}. {step.__doc__}\n")
        step()


def main():
    """Run the demonstration; the exit status."""
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory(prefix="jumpserver-accounts-demo-") as folder, Simulator(version="4.10") as jumpserver:
            say(f"A simulated JumpServer {jumpserver.version} listens at {jumpserver.url}; it has no backup plans yet.")
            show(Path(folder).resolve(), jumpserver)
    except (Surprise, RuntimeError) as error:  # the latter: the server did not start
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Server and files are gone.")
        return 130
    say("\nThat was it: declared, converged, stayed so, drifted, repaired, refused, proved, executed, opened, drilled, exported. Server and files are gone.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
