# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results in one picture."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from . import goals, imports

FLOOR, OURS, LOOP, MEMORY = "#8c8c8c", "#1f77b4", "#d62728", "#9467bd"
FAMILY_COLORS = dict(zip(imports.NAMES, ("#1f77b4", "#2ca02c", "#ff7f0e", "#c7c7c7", "#8c8c8c")))


def draw(results, path):
    """Write the picture as PNG."""
    figure = Figure(figsize=(16, 9.5), layout="constrained")
    upper, lower = figure.subfigures(2, 1, hspace=0.05)
    _side_by_side(upper.subplots(), results)
    for axis, part in zip(lower.subplots(1, 3), (_growth_of_time, _growth_of_requests, _one_task)):
        part(axis, results)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _side_by_side(axis, results):
    found, loops = results["side_by_side"], results["loops"]
    bars = [
        ("floor: bare script + empty playbook", goals.floor_of("converged, role", results), FLOOR),
        ("converged", found["converged, role"]["median"], OURS),
        ("5 % changed", found["changed, role"]["median"], OURS),
        ("floor of creation: bare lists of POST", found["created, bare"]["median"], FLOOR),
        ("first creation", found["created, role"]["median"], OURS),
        ("loop of backup_plan (extrapolated)", loops["loop_backup_plan"]["all_plans"], LOOP),
        ("the same in processes of their own (extrapolated)", loops["loop_of_processes"]["all_plans"], LOOP),
        ("loop of uri, looking up only (extrapolated)", loops["loop_uri"]["all_plans"], LOOP),
    ]
    for position, (label, seconds, color) in enumerate(reversed(bars)):
        axis.barh(position, seconds, color=color, hatch="//" if "extrapolated" in label else None, edgecolor="white")
        axis.text(seconds * 1.08, position, "%.1f s" % seconds if seconds < 100 else "%.0f s" % seconds, va="center")
    axis.set_yticks(range(len(bars)), [label for label, _seconds, _color in reversed(bars)])
    axis.set_xscale("log")
    axis.set_xlim(0.5, max(seconds for _label, seconds, _color in bars) * 4)
    axis.set_xlabel("seconds, whole process (logarithmic)")
    axis.set_title("%d plans in %d organizations" % (results["plans"], results["organizations"]))
    axis.legend(handles=[Patch(color=FLOOR, label="floor"), Patch(color=OURS, label="role backup_plans"), Patch(color=LOOP, label="loop")],
                loc="upper right")


def _growth_of_time(axis, results):
    plans = [part["plans"] for part in results["growth"]]
    axis.plot(plans, [part["role"]["median"] for part in results["growth"]], "o-", color=OURS, label="role backup_plans, converged")
    axis.plot(plans, [part["bare"]["median"] for part in results["growth"]], "s--", color=FLOOR, label="bare script")
    for part in results["growth"]:
        axis.annotate("%.1f s" % part["role"]["median"], (part["plans"], part["role"]["median"]), textcoords="offset points", xytext=(0, 8), ha="center")
    _plans_axis(axis, plans)
    axis.set_yscale("log")
    axis.set_ylabel("seconds (logarithmic)")
    axis.set_title("Growth: time of a converged run")
    axis.legend(loc="upper left")


def _growth_of_requests(axis, results):
    plans = [part["plans"] for part in results["growth"]]
    requests = [part["role"]["requests"] for part in results["growth"]]
    memory = [part["memory_mib"] for part in results["growth"]]
    lines = axis.plot(plans, requests, "o-", color=OURS, label="requests")
    for x, y in zip(plans, requests):
        axis.annotate(str(y), (x, y), textcoords="offset points", xytext=(0, 8), ha="center", color=OURS)
    _plans_axis(axis, plans)
    axis.set_ylabel("requests", color=OURS)
    axis.set_ylim(0, max(requests) * 2.4)
    other = axis.twinx()
    lines += other.plot(plans, memory, "D--", color=MEMORY, label="peak memory of all processes")
    for x, y in zip(plans, memory):
        other.annotate("%.0f MiB" % y, (x, y), textcoords="offset points", xytext=(0, -16), ha="center", color=MEMORY)
    lines.append(other.axhline(goals.MEMORY_MIB, color=MEMORY, linewidth=0.8, linestyle=":", label="goal for memory"))
    other.set_ylim(0, max(*memory, goals.MEMORY_MIB) * 1.4)
    other.set_ylabel("MiB", color=MEMORY)
    axis.set_title("Growth: requests and memory of a converged run")
    axis.legend(handles=lines, loc="upper left")


def _one_task(axis, results):
    imported = results["cold_start"]["imports"]
    names = list(imported)
    left = [0.0] * len(names)
    for family in reversed(imports.NAMES):
        widths = [imported[name][family]["milliseconds"] for name in names]
        axis.barh(range(len(names)), widths, left=left, color=FAMILY_COLORS[family], edgecolor="white", label=family)
        left = [start + width for start, width in zip(left, widths)]
    for position, end in enumerate(left):
        axis.text(end * 1.01, position, "%.0f ms" % end, va="center")
    axis.set_yticks(range(len(names)), [name.replace(" with ", "\nwith ").replace(" (", "\n(") for name in names])
    axis.set_ylim(len(names) - 0.5, -0.5 - 0.6 * len(names))  # room for the legend
    axis.set_xlim(0, max(left) * 1.2)
    axis.set_xlabel("milliseconds of imports in the module's own process")
    axis.set_title("One task: what is imported, and for whom")
    axis.legend(loc="upper left")


def _plans_axis(axis, plans):
    axis.set_xscale("log")
    axis.set_xticks(plans, [f"{one:,}" for one in plans])
    axis.minorticks_off()
    axis.margins(x=0.15, y=0.3)
    axis.set_xlabel("plans (logarithmic)")
    axis.grid(alpha=0.3)
