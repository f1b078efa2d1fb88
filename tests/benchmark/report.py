# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results as Markdown tables, for the terminal and for the documentation."""

from __future__ import annotations

from . import goals, imports

LOOPS = {
    "loop_backup_plan": "loop of `backup_plan`", "loop_of_processes": "loop of `backup_plan`, processes of their own",
    "loop_of_nothing": "loop of `ansible.builtin.set_fact` over the same plans, without a request",
    "loop_uri": "loop of `ansible.builtin.uri`, looking up only",
}


def text(results):
    """All tables."""
    parts = (_machine, _goals, _side_by_side, _hosts, _growth, _audit, _cold_start, _imports, _calibration)
    return "\n\n".join(part(results) for part in parts)


def publish(path, results):
    """Put all tables into the page."""
    put(path, "benchmark", text(results))
    put(path, "archives", archives(results["archives"]))


def put(path, name, tables):
    """Put tables between the two marks of a Markdown file."""
    page, start, end = path.read_text(encoding="utf-8"), "<!-- begin %s -->" % name, "<!-- end %s -->" % name
    before, after = page[:page.index(start) + len(start)], page[page.index(end):]
    path.write_text("%s\n\n%s\n\n%s" % (before, tables, after), encoding="utf-8")


def archives(found):
    """What it takes to open a backup."""
    rows = [(row["layout"], "%d" % row["accounts"], "%.0f" % row["processor_seconds"], row["megabytes"]) for row in found]
    return _table(("layout of", "accounts", "seconds of processor", "memory, MB"), rows)


def _table(head, rows):
    lines = [head, ["---" if number == 0 else "---:" for number in range(len(head))], *rows]
    return "\n".join("| %s |" % " | ".join(str(cell) for cell in line) for line in lines)


def _machine(results):
    machine, settings = results["machine"], results["settings"]
    return (
        "%(cores)d cores, %(system)s, Python %(python)s, ansible-core %(ansible_core)s, requests %(requests)s. " % machine
        + "Simulated JumpServer %(version)s with %(latency_ms)g ms for each request and %(row_cost_ms)g ms for each full row. " % settings
        + "It works on two requests at a time, as a server with two processors does. "
        + "%(organizations)d organizations with %(plans)d plans in all, declared in YAML, with an access key. " % results
        + "Medians of %(runs)d runs of whole processes (growth: at most 2), by the clock on the wall." % settings
    )


def _goals(results):
    rows = [(row["goal"], row["limit"], "%g" % row["value"], "reached" if row["reached"] else "**missed**") for row in results["goals"]]
    return "### Goals\n\n" + _table(("goal", "limit", "measured", ""), rows)


def _side_by_side(results):
    found, plans = dict(results["side_by_side"], **results["narrow"]), results["plans"]
    empty = found["empty playbook"]

    def row(name, entry):
        floor = goals.floor_of(name, results)
        times = "" if floor is None else "%.2f" % (entry["median"] / floor)
        return name, "%.2f" % entry["median"], "%.2f" % entry["cpu_median"], entry["requests"], times

    rows = [row("empty playbook", empty)] + [row(name, entry) for name, entry in found.items() if entry is not empty]
    for name, label in LOOPS.items():
        loop = results["loops"][name]
        rows.append((
            "%s (%d measured, extrapolated)" % (label, loop["samples"][-1]), "%.0f" % loop["all_plans"], "%.0f" % (loop["cpu_per_plan"] * plans),
            "%d" % (loop["requests_per_plan"] * plans), "%.0f" % (loop["all_plans"] / goals.floor_of("converged, role", results))))
    head = ("what", "seconds", "of them processor", "requests", "times the floor")
    note = "The floor of each row is the bare script that does the same, plus the empty playbook."
    return "### %d plans, side by side\n\n%s\n\n%s" % (plans, _table(head, rows), note)


def _hosts(results):
    empty = results["hosts"]["empty playbook"]
    rows = [
        (name, "%.2f" % entry["median"], "%.2f" % entry["cpu_median"], "%.2f" % (entry["cpu_median"] / empty["cpu_median"]))
        for name, entry in results["hosts"].items()
    ]
    return "### Ten hosts with a task each\n\n" + _table(("what", "seconds", "of them processor", "times an empty playbook's"), rows)


def _growth(results):
    rows = [
        (part["plans"], part["organizations"], "%.2f" % part["role"]["median"], "%.2f" % part["bare"]["median"],
         "%.2f" % goals.of_floor(part, results), part["role"]["requests"], "%.0f" % part["memory_mib"])
        for part in results["growth"]
    ]
    head = ("plans", "organizations", "seconds", "bare script", "times the floor", "requests", "peak memory, MiB")
    return "### Growth of a converged run\n\n" + _table(head, rows)


def _audit(results):
    found = results["audit"]
    rows = [
        (label, "%.2f" % found[name]["median"], "%.2f" % found[name]["cpu_median"], found[name]["requests"])
        for name, label in (("converged", "converged run of `backup_plans`"), ("audit", "`backup_audit` with its page"))]
    head = "### An audit of %(plans)d plans in %(organizations)d organizations, declared in YAML, with an access key" % found
    return head + "\n\n" + _table(("what", "seconds", "of them processor", "requests"), rows)


def _cold_start(results):
    runs = results["cold_start"]["runs"]
    empty = runs["an empty module (ping)"]["median"]
    rows = [(name, "%.2f" % entry["median"], "%+.2f" % (entry["median"] - empty), entry["requests"]) for name, entry in runs.items()]
    return "### One task\n\n" + _table(("a play with", "seconds", "beside an empty module", "requests"), rows)


def _imports(results):
    imported = results["cold_start"]["imports"]
    rows = [
        (family, *("%.0f (%d)" % (found[family]["milliseconds"], found[family]["modules"]) for found in imported.values())) for family in imports.NAMES
    ]
    rows.append(("all", *(
        "%.0f (%d)" % (sum(one["milliseconds"] for one in found.values()), sum(one["modules"] for one in found.values())) for found in imported.values())))
    told = "Imports where it runs as a module, inside the process of the module, in milliseconds (and how many), of the fastest run:"
    return "%s\n\n%s" % (told, _table(("asked for by", *imported), rows))


def _calibration(results):
    rows = [(row["what"], " to ".join("%g" % one for one in sorted(set(row["real_ms"]))), "%.0f" % row["simulator_ms"]) for row in results["calibration"]]
    return "### The simulator beside a real server\n\n" + _table(("milliseconds for", "real 4.10.19", "simulator"), rows)
