# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of a campaign, and the page that publishes them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.faults import checker
from tests.faults.proxy import KINDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: written by make faults -->", "<!-- end of figures -->"


def figures(sums, first, last, sets, leaks):
    """All that is published, as plain values."""
    searched, found, canary_faults = leaks
    return {
        "seeds": (first, last), "histories": sum(sums.histories.values()), "versions": dict(sums.histories), "runs": sums.runs,
        "clean_runs": sums.clean_runs, "playbooks": sums.playbooks, "killed": sums.killed, "together": sums.together,
        "faults": dict(sums.faults + canary_faults), "violations": {category: len(sums.of(category)) for category in checker.CATEGORIES},
        "option_sets": dict(sets[0]), "option_faults": len(sets[1]), "searched": dict(searched), "leaks": len(found),
    }


def is_broken(all_figures):
    return bool(sum(all_figures["violations"].values()) or all_figures["option_faults"] or all_figures["leaks"])


def table(told):
    """The figures as Markdown."""
    faults, sets = Counter(told["faults"]), told["option_sets"]
    versions = sorted(told["versions"].items(), key=lambda pair: [int(part) for part in pair[0].split(".")])
    lines = [
        "| what was done | how often |", "|---|---:|",
        "| histories (seeds %d to %d) | %s |" % (*told["seeds"], _number(told["histories"])),
        *("| of these on JumpServer %s | %s |" % (version, _number(count)) for version, count in versions),
        "| runs that met faults or each other | %s |" % _number(told["runs"]),
        "| of these at the same time as others | %s |" % _number(told["together"]),
        "| of these by the real `ansible-playbook` | %s |" % _number(told["playbooks"]),
        "| of these ended by SIGTERM or SIGKILL | %s |" % _number(told["killed"]),
        "| clean runs afterwards | %s |" % _number(told["clean_runs"]),
        "| generated option sets | %s |" % _number(sets.get("sets", 0)),
        "| of these that succeeded, and were run again without a change | %s |" % _number(sets.get("succeeded", 0)),
        "| exports applied to an emptied server and exported again | %s |" % _number(sets.get("round_trips", 0)),
        *("| %s searched for secrets | %s |" % (place, _number(count)) for place, count in sorted(told["searched"].items())),
        "", "| fault | injected |", "|---|---:|",
        *("| %s | %s |" % (kind, _number(faults[kind])) for kind in sorted(KINDS, key=str.casefold)),
        "| **all** | **%s** |" % _number(sum(faults.values())),
        "", "| promise broken | how often |", "|---|---:|",
        "| a declared plan missing or wrong after one clean run | %d |" % told["violations"][checker.LOST],
        "| a run of a plan started twice | %d |" % told["violations"][checker.DOUBLED],
        "| a plan deleted that nobody asked to delete | %d |" % told["violations"][checker.DELETED],
        "| a plan of another organization touched | %d |" % told["violations"][checker.FOREIGN],
        "| a report that was not true | %d |" % told["violations"][checker.UNTRUE],
        "| a traceback, a defect, a run without an end or a failure without a sentence | %d |" % told["violations"][checker.UNCLEAR],
        "| the same among the generated option sets | %d |" % told["option_faults"],
        "| a secret shown | %d |" % (told["violations"][checker.LEAK] + told["leaks"]),
    ]
    return "\n".join(lines)


def _number(value):
    return format(value, ",")


def publish(told):
    """Put the figures into the page, between its two marks."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text("%s%s\n\n%s\n\n%s%s" % (before, BEGIN, table(told), END, after), encoding="utf-8")
