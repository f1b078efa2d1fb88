# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The estate that is measured: as declared for Ansible, and as a world of the simulator."""

from __future__ import annotations

from typing import NamedTuple

PLANS_EACH = 50
DEFAULTS = {"types": ["linux", "mysql", "windows"], "recipients_part_one": ["security-officer"]}
OWN_RECIPIENTS = ["alice", "cto"]
PEOPLE = ("security-officer", "alice", "bob", "cto")
ADMIN, ADMIN_OF_ONE, ADMIN_OF_ALL = "admin", "admin-of-one", "admin-of-all"
BY_HAND = "changed by hand"


class Estate(NamedTuple):
    """So many organisations with 50 plans each; without recipients if ``narrow``, since those are what costs the server time."""

    organizations: int
    narrow: bool = False

    @property
    def names(self):
        return ["branch-%03d" % number for number in range(1, self.organizations + 1)]

    @property
    def size(self):
        """Number of plans."""
        return self.organizations * PLANS_EACH

    @property
    def defaults(self):
        return {name: value for name, value in DEFAULTS.items() if name != "recipients_part_one" or not self.narrow}

    def declared(self, organizations=None):
        """The variables of the role, of all organisations or of the first few."""
        return {
            "backup_plans_defaults": self.defaults,
            "backup_plans_organizations": [
                {"organization": name, "plans": [self._plan(number) for number in range(PLANS_EACH)]} for name in self.names[:organizations]
            ],
        }

    def plans(self):
        """All plans in full, each with its organisation."""
        return [
            dict(self.defaults, organization=entry["organization"], **plan)
            for entry in self.declared()["backup_plans_organizations"] for plan in entry["plans"]
        ]

    def _plan(self, number):
        """Every fifth plan runs by interval, every tenth has recipients of its own."""
        plan = {"name": "backup-%02d" % number, "comment": "Plan %d of its organization" % number}
        plan.update({"interval": 12 + number} if number % 5 == 4 else {"crontab": "%d %d * * *" % (number, number % 24)})
        if number % 10 == 9 and not self.narrow:
            plan["recipients_part_one"] = OWN_RECIPIENTS
        return plan

    def world(self, with_plans=True):
        """The simulator's seed: the people, the administrators, and the plans as declared or none."""
        # the people are members everywhere, as organisation administrators see none but the members of their organisations
        users = {name: {"roles": [["User", None]] + [["OrgUser", organization] for organization in self.names]} for name in PEOPLE}
        users[ADMIN] = {"name": "Administrator", "roles": [["SystemAdmin", None], ["OrgAdmin", "Default"]]}
        users[ADMIN_OF_ONE] = {"roles": [["User", None], ["OrgAdmin", self.names[0]]]}
        users[ADMIN_OF_ALL] = {"roles": [["User", None]] + [["OrgAdmin", name] for name in self.names]}
        return {
            "organizations": {name: {"comment": ""} for name in self.names},
            "users": users, "assets": [], "nodes": [], "plans": self.plans() if with_plans else [],
        }
