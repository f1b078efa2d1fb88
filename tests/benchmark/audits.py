# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An audit of an estate in which everything is wrong somewhere, beside a converged run over the same estate."""

from __future__ import annotations

from typing import NamedTuple

from .. import audited
from . import estate as estates
from . import parts
from .laboratory import Laboratory

DAYS = 7  # of runs, one a day, besides those that the estate has
# what a declaration takes over from a plan of the world
DECLARED = (
    "name", "types", "recipients", "recipients_part_two", "backup_type", "obj_recipients_part_one", "interval", "is_active", "is_password_divided_by_email")


class Audited(NamedTuple):
    """So many organizations with ten plans each, of all kinds."""

    organizations: int
    plans_each: int = 10

    @property
    def size(self):
        return self.organizations * self.plans_each + 1

    def world(self, with_plans=True):
        made = audited.estate((4, 10), self.organizations, self.plans_each, history=DAYS).world
        return made if with_plans else dict(made, plans=[])

    def declared(self):
        """The plans as they are, so that nothing is to be done."""
        organizations = {}
        for plan in self.world()["plans"]:
            fields = {name: plan[name] for name in DECLARED if plan.get(name) is not None}
            organizations.setdefault(plan["organization"], []).append(fields)
        return {
            "backup_plans_defaults": {},
            "backup_plans_organizations": [{"organization": name, "plans": plans} for name, plans in organizations.items()]}


def measure(organizations, latency, row_cost, runs):
    """Both, in turns: ``converged`` and ``audit``."""
    with Laboratory(Audited(organizations), latency, row_cost) as laboratory:
        series = parts.Series(laboratory)
        converged, audit = laboratory.playbook("module", "estate"), laboratory.playbook("audit")
        for command in (converged, audit):
            laboratory.run(command, user=estates.ADMIN, access_key=True)
        for _round in range(runs):
            series.run("converged, %d plans" % laboratory.estate.size, converged, key="converged", access_key=True)
            series.run("audit, %d plans" % laboratory.estate.size, audit, key="audit", access_key=True)
        return dict(series.summary(), plans=laboratory.estate.size, organizations=organizations + 2)
