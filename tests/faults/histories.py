# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Histories, each made from its seed alone: a server, who runs what at the same time, which faults meet whom, and who edits by hand meanwhile."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from tests.faults.proxy import Fault, a_signal, any_fault
from tests.integration.server import ZIP_PASSWORD

VERSIONS = ("4.10", "3.5", "3.10", "3.8")
DEFAULT, TEAM_A, RESEARCH = "Default", "Team-A", "研发中心"
ORGANIZATIONS = (DEFAULT, TEAM_A, RESEARCH)
NAMES = ("nightly", "weekly", "每日 备份", "a+b&c=d", "100% #1", "it's \"it\"", "ünïcode", "second", "third", "fourth")
SCHEDULES = ({}, {"interval": 12}, {"interval": 24}, {"crontab": "0 3 * * *"}, {"crontab": "30 22 * * 1-5"}, {"is_periodic": False})
COMMENTS = ("", "declared", "备注 {{ 1 + 1 }}", "tab\tand\nline")
USERS = ("alice", "bob", "carol@example.com")
PLAYBOOKS = 4  # of so many lone runs of each version one is for the real ansible-playbook
MANY = 130  # more than a page of 3.5 and 3.8


@dataclass(frozen=True)
class Controller:
    """One run of a module: ``options`` without the connection, the faults it meets, and after how many seconds of its round it starts. A round begins
    when those before it have ended."""

    module: str
    options: dict
    faults: tuple = ()
    check: bool = False
    delay: float = 0.0
    round: int = 0


@dataclass(frozen=True)
class History:
    """All that a seed decides."""

    seed: int
    version: str
    plans: list
    controllers: list
    edits: list = field(default_factory=list)
    edit_delays: list = field(default_factory=list)
    tls: bool = False
    credential: str = "private_token"
    playbook: bool = False  # through the real ansible-playbook, at a hundred times the cost

    @property
    def kind(self):
        together = "together" if len(self.controllers) > 1 else "alone"
        killed = any(fault.kind == "signal" for controller in self.controllers for fault in controller.faults)
        storm = "storm" if any(controller.round for controller in self.controllers) else ""
        marks = (storm or together, "edited by hand" if self.edits else "", "killed" if killed else "", "by ansible-playbook" if self.playbook else "")
        return ", ".join(filter(None, marks))


def of(seed):
    """The history of a seed."""
    dice = random.Random(seed)
    version = VERSIONS[seed % len(VERSIONS)]
    secret = version in ("3.10", "4.10")
    shape = dice.choice(("alone", "alone", "alone", "equal", "different", "killed", "edited", "moving") + ("storm",) * 8)
    plans = [_stored(dice, organization) for organization in ORGANIZATIONS for _turn in range(dice.randrange(4))]
    plans = list({(plan["organization"], plan["name"]): plan for plan in plans}.values())
    tls = dice.random() < 0.3
    if shape == "moving":
        plans += [{"organization": TEAM_A, "name": "many %03d" % number, "is_periodic": False} for number in range(MANY)]
    first = _controller(dice, secret, plans, shape)
    controllers = [first]
    if shape in ("equal", "different"):
        for _turn in range(dice.choice((1, 1, 2, 3, 7))):
            other = first if shape == "equal" else _controller(dice, secret, plans, shape)
            controllers.append(Controller(other.module, other.options, (), False, dice.choice((0.0, 0.0, 0.05, 0.2))))
    if shape == "storm":
        controllers = _storm(dice, first, lambda: _controller(dice, secret, plans, shape))
    controllers = [_with_faults(dice, one, shape, tls) for one in controllers]
    edits = [_edit(dice) for _turn in range(dice.randrange(1, 4))] if shape in ("edited", "moving") or (shape == "storm" and dice.random() < 0.5) else []
    delays = [dice.choice((0.05, 0.1, 0.2, 0.4)) for _edit in edits] if shape in ("edited", "storm") else []
    credential = dice.choice(("private_token", "api_token", "access_key"))
    return History(seed, version, plans, controllers, edits, delays, tls, credential, shape == "alone" and seed // len(VERSIONS) % PLAYBOOKS == 0)


def _with_faults(dice, controller, shape, tls):
    faults = [any_fault(dice, tls) for _turn in range(dice.choice((0, 1, 1, 2, 3) if shape != "alone" else (1, 1, 2, 3, 4)))]
    if shape == "killed":
        faults = [a_signal(dice)] + faults[:1]
    if shape == "moving":
        faults = [Fault("moving list", "GET", dice.randrange(4), 2)] + faults[:1]
    if shape == "storm":
        # one after the other, each a few times at most: a run ends with the first one that does not
        faults = [
            replace(any_fault(dice, tls), skip=dice.choice((0, 1, 1, 2, 3, 5, 7)), times=dice.choice((1, 1, 1, 2))) for _turn in range(dice.randrange(3, 8))]
        faults += [a_signal(dice)] if dice.random() < 0.2 else []
    return replace(controller, faults=tuple(faults))


def _storm(dice, first, another):
    """Several rounds, most of a lone run, as only its report can be compared in all with what is there afterwards."""
    controllers = []
    for number in range(dice.randrange(3, 7)):
        for _turn in range(dice.choice((1, 1, 1, 2, 3))):
            one = first if not controllers or dice.random() < 0.5 else another()
            controllers.append(replace(one, delay=dice.choice((0.0, 0.0, 0.1)), round=number))
    return controllers


def _controller(dice, secret, plans, shape):
    modules = ("backup_plans",) * 6 + ("backup_plan",) * 4 + ("backup_plan_execute", "backup_plan_info")
    module = "backup_plans" if shape in ("different", "moving") else dice.choice(modules)
    check = shape == "alone" and dice.random() < 0.07
    if module == "backup_plans":
        return Controller(module, _estate(dice, secret, shape), check=check)
    organization = dice.choice(ORGANIZATIONS)
    names = [plan["name"] for plan in plans if plan["organization"] == organization] or ["nightly"]
    if module == "backup_plan_info":
        one = {"organization": organization, "name": dice.choice(names)}
        return Controller(module, dice.choice(({"organization": organization}, one, {"all_organizations": True})))
    if module == "backup_plan_execute":
        waiting = {"on_undelivered": "warn", "wait_timeout": 8, "start_timeout": 6}
        return Controller(module, dict(waiting, organization=organization, name=dice.choice(names)))
    if dice.random() < 0.3:
        return Controller(module, {"organization": organization, "name": dice.choice(names + ["absent"]), "state": "absent"}, check=check)
    return Controller(module, dict(_declared(dice, dice.choice(names + list(NAMES)), secret), organization=organization), check=check)


def _estate(dice, secret, shape):
    chosen = dice.sample(ORGANIZATIONS, dice.choice((1, 1, 2, 3)))
    if shape == "moving" and TEAM_A not in chosen:
        chosen.append(TEAM_A)
    entries = []
    for organization in chosen:
        names = dice.sample(NAMES, dice.choice((1, 2, 3, 6, 9)))
        entry = {"organization": organization, "plans": [_declared(dice, name, secret) for name in names]}
        if dice.random() < 0.3 and shape != "moving":
            entry["prune"] = True
        entries.append(entry)
    return {"organizations": entries, "on_error": dice.choice(("continue", "continue", "continue", "stop"))}


def _declared(dice, name, secret):
    plan = dict({"name": name}, **dice.choice(SCHEDULES))
    if dice.random() < 0.6:
        plan["comment"] = dice.choice(COMMENTS)
    if dice.random() < 0.4:
        plan["types"] = dice.sample(("linux", "mysql", "windows"), dice.randrange(1, 3))
    if dice.random() < 0.4:
        plan["recipients"] = dice.sample(USERS, dice.randrange(3))
    if secret and dice.random() < 0.2:
        plan["zip_encrypt_password"] = ZIP_PASSWORD
    return plan


def _stored(dice, organization):
    plan = {"organization": organization, "name": dice.choice(NAMES + ("by hand", "old")), "comment": dice.choice(("", "declared", "old"))}
    plan["types"] = dice.choice((["linux"], ["linux", "mysql"]))
    plan["recipients_part_one"] = dice.choice(([], ["alice"]))
    schedule = dice.choice(SCHEDULES)
    return dict(plan, **(schedule or {"is_periodic": False}))


def _edit(dice):
    """(what, organisation, name) of a change by hand."""
    return dice.choice(("comment", "delete", "create", "rename")), dice.choice(ORGANIZATIONS), dice.choice(NAMES), dice.randrange(1000)
