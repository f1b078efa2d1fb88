# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured, part by part. Each part gives plain data that goes into the results as it is."""

from __future__ import annotations

import itertools
import statistics
import time

from . import estate as estates
from . import imports, processes
from .laboratory import PLANS

EDITED_EVERY = 20  # 5 % of the plans
# loops are run over two samples; the difference tells what one more plan costs
SAMPLES = (5, 20)
LARGER_SAMPLES = (20, 120)
HOSTS = tuple("host-%d" % number for number in range(10))
# as users have it
KEY = {"access_key": True}
SCALARS = (
    "id,name,comment,is_periodic,interval,crontab,types,backup_type,is_password_divided_by_email,is_password_divided_by_obj_storage,is_active,"
    "accounts,type,periodic_display,executed_amount,last_execution_date,date_created,date_updated,created_by,org_id,org_name"
)


def say(text):
    """Tell how far it is."""
    print(text, flush=True)


class Series:
    """Repeated measurements under their names; ``summary()`` adds the medians."""

    def __init__(self, laboratory):
        self.laboratory = laboratory
        self.found = {}

    def run(self, name, command, key=None, **environment):
        """Measure one run under its name, or another key; gives the requests that it sent."""
        cost, requests = self.laboratory.run(command, **environment)
        entry = self.found.setdefault(key or name, {"seconds": [], "cpu_seconds": [], "requests": requests["total"], "methods": requests["by_method"]})
        entry["seconds"].append(round(cost.seconds, 3))
        entry["cpu_seconds"].append(round(cost.cpu_seconds, 3))
        say("  %-34s %7.2f s  %4d requests" % (name, cost.seconds, requests["total"]))
        return requests

    def summary(self):
        for entry in self.found.values():
            entry["median"] = round(statistics.median(entry["seconds"]), 3)
            entry["cpu_median"] = round(statistics.median(entry["cpu_seconds"]), 3)
        return self.found


def calibration(laboratory):
    """Milliseconds that the simulator takes beside what was measured on a real 4.10.19, there as (lowest, highest)."""
    def took(method, path, body=None, organization="root", repeat=5):
        times = []
        for _attempt in range(repeat):
            content = body() if body else None
            started = time.perf_counter()
            laboratory.request(method, path, organization, json=content)
            times.append((time.perf_counter() - started) * 1000)
        return statistics.median(times)

    def plan():
        return {"name": "calibration-%d" % next(number), "is_periodic": True, "interval": 24}

    number = itertools.count()
    branch = laboratory.estate.names[0]
    listing = PLANS + "?limit=100&fields="
    one = laboratory.request("GET", PLANS + "?limit=1&fields=id", "root")["results"][0]["id"]
    measured = (
        ("the smallest answer (real: health page)", (16, 16), took("GET", "/api/v1/orgs/orgs/current/")),
        ("100 plans, id and name", (34, 44), took("GET", listing + "id,name")),
        ("100 plans, all scalar fields", (52, 52), took("GET", listing + SCALARS)),
        ("100 plans, scalar fields and both mail lists", (472, 472), took("GET", listing + SCALARS + ",recipients_part_one,recipients_part_two")),
        ("100 plans, full rows", (840, 910), took("GET", PLANS + "?limit=100")),
        ("one plan by id", (35, 35), took("GET", "%s%s/" % (PLANS, one))),
        ("one plan created", (52, 52), took("POST", PLANS, plan, branch)),
        ("100 plans created with one list", (1900, 2300), took("POST", PLANS, lambda: [plan() for _plan in range(100)], branch, 3)),
    )
    laboratory.simulator.reset()
    return [{"what": what, "real_ms": list(real), "simulator_ms": round(milliseconds, 1)} for what, real, milliseconds in measured]


def side_by_side(laboratory, runs):
    """The estate converged, 5 % of it changed, and created, each beside its floor. One round after the other, so that a busy moment hits all alike."""
    series, size = Series(laboratory), laboratory.estate.size
    role, module, empty = laboratory.playbook("role", "estate"), laboratory.playbook("module", "estate"), laboratory.playbook("empty")
    for command in (empty, laboratory.bare("check"), role, module):
        laboratory.run(command, **KEY if command in (role, module) else {})  # a warm-up: compiled files and caches
    laboratory.prove(size)
    for _round in range(runs):
        series.run("empty playbook", empty)
        for name, command, environment in _converged(laboratory, role, module):
            series.run(name, command, **environment)
        with laboratory.one_worker():
            for name, command, environment in _converged(laboratory, role, module)[:2]:
                series.run(name + ", one worker", command, **environment)
        for name, command, environment in (("changed, bare", laboratory.bare("repair"), {}), ("changed, role", role, KEY)):
            laboratory.prove(size - laboratory.edit(EDITED_EVERY))
            series.run(name, command, **environment)
            laboratory.prove(size)
        for name, command, environment in (("created, bare", laboratory.bare("create"), {}), ("created, role", role, KEY)):
            laboratory.empty()
            series.run(name, command, **environment)
            laboratory.prove(size)
    return series.summary()


def _converged(laboratory, role, module):
    return [
        ("converged, bare", laboratory.bare("check"), {}), ("converged, role", role, KEY), ("converged, module", module, KEY),
        ("converged, module in a process of its own", module, dict(KEY, as_module=True)),
    ]


def narrow(laboratory, runs):
    """A converged estate that declares no recipients, and its floor."""
    series = Series(laboratory)
    for _round in range(runs):
        series.run("converged without recipients, bare", laboratory.bare("check"))
        series.run("converged without recipients, role", laboratory.playbook("role", "estate"), **KEY)
    laboratory.prove(laboratory.estate.size)
    return series.summary()


def loops(laboratory, runs):
    """The same plans one by one, on samples. Extrapolated to the whole estate: ``per_plan`` and ``all_plans`` are seconds, ``cpu_per_plan`` of processor."""
    plans, found = laboratory.estate.plans(), {}
    kinds = (
        ("loop_backup_plan", "loop_backup_plan", LARGER_SAMPLES, KEY), ("loop_of_processes", "loop_backup_plan", SAMPLES, dict(KEY, as_module=True)),
        ("loop_of_nothing", "loop_of_nothing", LARGER_SAMPLES, {}), ("loop_uri", "loop_uri", SAMPLES, {}),
    )
    for name, book, samples, environment in kinds:
        series = Series(laboratory)
        for count in samples:
            # spread over the organisations, like a loop over all of them
            laboratory.declare("sample", {"sample": plans[::max(len(plans) // count, 1)][:count]})
            for _round in range(runs):
                series.run("%s, %d plans" % (name, count), laboratory.playbook(book, "sample"), **environment)
        measured = series.summary()
        few, many = (measured["%s, %d plans" % (name, count)] for count in samples)

        per_plan, cpu_per_plan = ((many[median] - few[median]) / (samples[1] - samples[0]) for median in ("median", "cpu_median"))
        found[name] = {
            "samples": list(samples), "seconds": [few["seconds"], many["seconds"]], "requests_per_plan": many["requests"] / samples[1],
            "per_plan": round(per_plan, 4), "cpu_per_plan": round(cpu_per_plan, 4),
            "all_plans": round(many["median"] + per_plan * (len(plans) - samples[1]), 1),
        }
    return found


def hosts(laboratory, runs):
    """Ten hosts of the inventory with a task each, beside a playbook without any."""
    series = Series(laboratory)
    laboratory.declare("hosts", {"sample": laboratory.estate.plans()[:1]}, HOSTS)
    for _round in range(runs):
        series.run("empty playbook", laboratory.playbook("empty"))
        for name, as_module in (("ten hosts", False), ("ten hosts, processes of their own", True)):
            series.run(name, laboratory.playbook("backup_plan", "hosts"), as_module=as_module, **KEY)
    return series.summary()


def administrators(laboratory):
    """Requests of a converged run by who runs it; ``pages`` are those of the listings of plans."""
    found = {}
    for user, organizations in ((estates.ADMIN, None), (estates.ADMIN_OF_ONE, 1), (estates.ADMIN_OF_ALL, None)):
        laboratory.declare("part", laboratory.estate.declared(organizations))
        requests = Series(laboratory).run("converged, role, as %s" % user, laboratory.playbook("role", "part"), user=user, **KEY)
        pages = sum(entry["path"] == PLANS and entry["status"] == 200 for entry in requests["log"])
        found[user] = {"organizations": organizations or laboratory.estate.organizations, "requests": requests["total"], "pages": pages}
    return found


def growth(laboratories, runs):
    """Time, requests and memory of a converged run by the size of the estate, and its floor.

    All sizes take turns, so that a busy moment hits all alike.
    """
    every = [Series(laboratory) for laboratory in laboratories]
    for laboratory in laboratories:
        laboratory.prove(laboratory.estate.size)
    for _round in range(runs):
        for series in every:
            series.run("bare, %d plans" % series.laboratory.estate.size, series.laboratory.bare("check"), key="bare")
            series.run("role, %d plans" % series.laboratory.estate.size, series.laboratory.playbook("role", "estate"), key="role", **KEY)
    return [_grown(series) for series in every]


def _grown(series):
    laboratory, estate = series.laboratory, series.laboratory.estate
    memory = processes.peak_memory(laboratory.playbook("role", "estate"), laboratory.environment(**KEY))
    return dict(series.summary(), plans=estate.size, organizations=estate.organizations, memory_mib=round(memory, 1))


def cold_start(laboratory, runs):
    """A play with one task: whole process, and what is imported where it runs as a module, in a process of its own."""
    series, imported = Series(laboratory), {}
    laboratory.declare("sample", {"sample": laboratory.estate.plans()[:1]})
    cases = (
        ("no task", "empty", False), ("an empty module (ping)", "ping", False),
        ("backup_plan with a token", "backup_plan", False), ("backup_plan with an access key", "backup_plan", True),
    )
    for _name, book, access_key in cases:
        laboratory.run(laboratory.playbook(book, "sample"), access_key=access_key)
    for _round in range(runs):
        for name, book, access_key in cases:
            series.run(name, laboratory.playbook(book, "sample"), access_key=access_key)
        series.run("the same in a process of its own", laboratory.playbook("backup_plan", "sample"), access_key=True, as_module=True)
    script, told = imports.interpreter(laboratory.folder)
    for name, book, access_key in cases[1:]:
        found = []
        for _round in range(runs):
            told.unlink(missing_ok=True)
            laboratory.run(laboratory.playbook(book, "sample", interpreter=script), access_key=access_key)
            found.append(imports.families(told.read_text(encoding="utf-8")))
        # a busy machine only ever adds to these
        imported[name] = min(found, key=lambda families: sum(family["milliseconds"] for family in families.values()))
    return {"runs": series.summary(), "imports": imported}
