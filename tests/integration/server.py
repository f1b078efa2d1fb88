# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JumpServer that a test talks to: the simulator, with the shortcuts that tests need to set the scene and to look behind it."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

from tests.simulator.control import Simulator

PLANS = "/api/v1/accounts/account-backup-plans/"
EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"

TEAM_A, RESEARCH, TEAM_C = "Team-A", "研发中心", "Team C/x"
DEFAULT_ID = "00000000-0000-0000-0000-000000000002"

# A ZIP password that no test may ever see again.
ZIP_PASSWORD = "canary-zip-password-5d1f"


class SimulatedServer(Simulator):
    """The simulator, started, with shortcuts. ``version`` is the full one; ``url``, ``users``, ``organizations`` and ``storages`` tell of it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.start()
        self.api("GET", PLANS + "?limit=1")  # the first request loads most of it

    def reset(self, **world):
        """The default world with some parts of it replaced, the edition that was asked for, no requests counted."""
        super().reset(world)
        self.settings(edition=self.edition)

    def since(self, version):
        """Whether it plays this version or a later one."""
        return _numbers(self.version) >= _numbers(version)

    @property
    def secrets(self):
        """All that must never be shown."""
        kinds = ("password", "access_key_secret", "private_token", "api_token")
        return {user[kind] for user in self.users.values() for kind in kinds} | {ZIP_PASSWORD}

    def credential(self, user="admin", kind="private_token"):
        """Connection options of a user; ``kind``: ``private_token``, ``api_token`` or ``access_key``."""
        names = ("access_key_id", "access_key_secret") if kind == "access_key" else (kind,)
        return {name: self.users[user][name] for name in names}

    def ids(self, *usernames):
        """Ids of users."""
        return [self.users[username]["id"] for username in usernames]

    @property
    def organizations_shown(self):
        """The built-in organisations as this version calls them: {"Default": ...}."""
        return {"Default": "DEFAULT" if self.since("4.0.0") else "Default"}

    # behind Ansible's back

    def create(self, name, organization="Default", **fields):
        """Store a plan and return its row; without a schedule unless one is given."""
        if not {"is_periodic", "interval", "crontab"} & set(fields):
            fields["is_periodic"] = False
        answer = self.api("POST", PLANS, organization=organization, json=dict(fields, name=name))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def edit(self, name, organization="Default", **fields):
        """PATCH exactly these fields of a plan and return its row."""
        answer = self.api("PATCH", "%s%s/" % (PLANS, self.plan(name, organization)["id"]), organization=organization, json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def remove(self, name, organization="Default"):
        """Delete a plan."""
        assert self.api("DELETE", "%s%s/" % (PLANS, self.plan(name, organization)["id"]), organization=organization).status_code == 204

    def plans(self, organization="Default"):
        """{name: row} of an organisation."""
        found, read, rows = {}, 0, None
        while rows is None or rows:
            # counted by what was read: a row that moved meanwhile comes twice, and asking for it again and again would never end
            rows = self.api("GET", "%s?limit=100&offset=%d&order=id" % (PLANS, read), organization=organization).json()["results"]
            read += len(rows)
            found.update((row["id"], row) for row in rows)
        identifier = self.organizations.get(organization, organization)
        return {row["name"]: row for row in found.values() if row["org_id"] == identifier}

    def plan(self, name, organization="Default"):
        """The row of a plan, or None."""
        return self.plans(organization).get(name)

    def fires(self, name, organization="Default"):
        """When the scheduler would really run a plan: a crontab, "every N h", or None."""
        return self.scheduler()["entries"].get(self.plan(name, organization)["id"])

    def zip_password(self, name, organization="Default"):
        """What encrypts the archives of a plan; empty if nothing does."""
        return self.zip_passwords()[self.plan(name, organization)["id"]]

    def executions(self, organization="Default"):
        """All executions of an organisation."""
        return self.api("GET", EXECUTIONS + "?limit=100", organization=organization).json()["results"]

    @property
    def recipients_key(self):
        """What this version calls the first group of recipients."""
        return "recipients_part_one" if self.since("3.6") else "recipients"

    @contextmanager
    def counting(self):
        """Count the requests of a block: ``total``, ``unsafe``, ``by_method`` and ``log`` are there when it ends."""
        self.reset_requests()
        seen = SimpleNamespace()
        yield seen
        vars(seen).update(self.requests())


def _numbers(version):
    return tuple(int(part) for part in version.split("."))
