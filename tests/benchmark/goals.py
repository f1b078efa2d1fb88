# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was to be reached, and whether it was. Ratios, counts and memory; never seconds."""

from __future__ import annotations

from . import estate as estates

FLOOR_FACTOR = 1
FLOOR_FACTOR_ONE_WORKER = 1.25
CREATION_FACTOR = 1.5
# a loop over modules in processes of their own is what there was
LOOP_FACTOR = 10
ESTATE_FACTOR = 5
HOSTS_FACTOR = 2
ADMIN_REQUESTS = 10
ORGANIZATION_ADMIN_REQUESTS = 3
MEMORY_MIB = 250
AUDIT_FACTOR = 3
# time of one more plan in a large estate over the same in a small one: a straight line has 1, n log n has 1.3, a square has 10
LINEAR_FACTOR = 1.5
ONE_WORKER = ", one worker"


def floor_of(name, results):
    """Seconds of the least that does the same as a measurement inside Ansible, the bare script and an empty playbook; None where that is no question."""
    what, _comma, how = name.partition(", ")
    found = dict(results["side_by_side"], **results["narrow"])
    how, worker = (how[:-len(ONE_WORKER)], ONE_WORKER) if how.endswith(ONE_WORKER) else (how, "")
    return None if how in ("", "bare") else found[what + ", bare" + worker]["median"] + found["empty playbook"]["median"]


def of_floor(part, results):
    """Times the floor that a converged run of one size takes."""
    return part["role"]["median"] / (part["bare"]["median"] + results["side_by_side"]["empty playbook"]["median"])


def bend(growth):
    """How much more one further plan costs on the last stretch than on the first."""
    (first, second, third) = [(part["plans"], part["role"]["median"]) for part in growth]
    return ((third[1] - second[1]) / (third[0] - second[0])) / ((second[1] - first[1]) / (second[0] - first[0]))


def judge(results):
    """[{"goal", "limit", "value", "reached"}]; ``at_least`` tells that more is better."""
    found, users, growth = results["side_by_side"], results["administrators"], results["growth"]
    converged, last, loops, hosts = found["converged, role"]["median"], growth[-1], results["loops"], results["hosts"]
    alone = "converged, role" + ONE_WORKER
    rows = [
        _at_most("converged estate, times the floor", FLOOR_FACTOR, converged / floor_of("converged, role", results)),
        _at_most("the same on a server with one worker", FLOOR_FACTOR_ONE_WORKER, found[alone]["median"] / floor_of(alone, results)),
        _at_most("converged estate of %d plans, times the floor" % last["plans"], FLOOR_FACTOR, of_floor(last, results)),
        # the requests are the same both ways, so only the processor tells what a process of its own costs
        _at_least("loop of backup_plan, times less processor time than in processes of their own", LOOP_FACTOR,
                  loops["loop_of_processes"]["cpu_per_plan"] / loops["loop_backup_plan"]["cpu_per_plan"]),
        _at_least("the same by the clock, the requests included", LOOP_FACTOR,
                  loops["loop_of_processes"]["all_plans"] / loops["loop_backup_plan"]["all_plans"]),
        _at_least("converged estate, times faster than a loop of backup_plan", ESTATE_FACTOR, loops["loop_backup_plan"]["all_plans"] / converged),
        _at_most("ten hosts with a task each, times the processor time of an empty playbook", HOSTS_FACTOR,
                 hosts["ten hosts"]["cpu_median"] / hosts["empty playbook"]["cpu_median"]),
        _at_most("requests of a system administrator, %d organizations" % results["organizations"], ADMIN_REQUESTS, users[estates.ADMIN]["requests"]),
    ]
    for user, whom in ((estates.ADMIN_OF_ONE, "one organization"), (estates.ADMIN_OF_ALL, "all organizations")):
        one = users[user]
        rows.append(_at_most("requests beside pages of an administrator of " + whom, ORGANIZATION_ADMIN_REQUESTS, one["requests"] - one["pages"]))
    rows += [
        _at_most("creation, times the bare bulk floor", CREATION_FACTOR, found["created, role"]["median"] / found["created, bare"]["median"]),
        _at_most(
            "audit, times a converged run over the same plans", AUDIT_FACTOR,
            results["audit"]["audit"]["median"] / results["audit"]["converged"]["median"]),
        _at_most("memory at %d plans, MiB" % last["plans"], MEMORY_MIB, last["memory_mib"]),
        _at_most("cost of one more plan, %d to %d over %d to %d plans" % (
            growth[1]["plans"], last["plans"], growth[0]["plans"], growth[1]["plans"]), LINEAR_FACTOR, bend(growth)),
    ]
    return rows


def _at_most(goal, limit, value):
    return {"goal": goal, "limit": "at most %s" % limit, "value": round(value, 2), "reached": value <= limit}


def _at_least(goal, limit, value):
    return {"goal": goal, "limit": "at least %s" % limit, "value": round(value, 2), "reached": value >= limit}
