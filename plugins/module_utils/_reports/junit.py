# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""JUnit XML for CI: a suite per organization, a case per plan that is in order and per finding; accepted risks are skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional
from xml.etree import ElementTree

from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.words import title


def render(result: Mapping[str, Any]) -> str:
    """The suites, in the order of the organizations. Texts hold nothing that XML forbids, as `plain.shown` saw them."""
    root = ElementTree.Element("testsuites", name="Backups of JumpServer")
    cases = _cases(result)
    for name, ones in cases.items():
        suite = ElementTree.SubElement(root, "testsuite", _counts(ones), name=name, timestamp=result["date"].rstrip("Z"))
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", name="server", value=result["server"])
        for sentence in result["unseen"]:
            ElementTree.SubElement(properties, "property", name="unseen", value=sentence)
        suite.extend(ones)
    root.attrib.update(_counts([case for ones in cases.values() for case in ones]))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cases(result: Mapping[str, Any]) -> dict[str, list[ElementTree.Element]]:
    """Organization to its cases; a declared organization that is not there has some too."""
    told = [*result["findings"], *result["accepted"]]
    places = {(finding["organization"], finding["plan"]) for finding in told}
    found: dict[str, list[ElementTree.Element]] = {}
    for organization in result["organizations"]:
        name = organization["organization"]
        cases = found.setdefault(name, [])
        if not organization["plans"] and (name, None) not in places:
            cases.append(_case(name, None, "looked at"))
        cases.extend(_case(name, plan["name"]) for plan in organization["plans"] if (name, plan["name"]) not in places)
    for finding in told:
        found.setdefault(finding["organization"], []).append(_finding(finding))
    return found


def _case(organization: str, plan: Optional[str], about: str = "") -> ElementTree.Element:
    name = ": ".join(part for part in (plan, about) if part)
    return ElementTree.Element("testcase", classname=organization, name=name, time="0")


def _finding(finding: Mapping[str, Any]) -> ElementTree.Element:
    case = _case(finding["organization"], finding["plan"], finding["rule"])
    text = f"{title(finding['rule']).en} ({finding['severity']}): {finding['message']}; {finding['advice']}."
    if "reason" not in finding:
        ElementTree.SubElement(case, "failure", type=finding["rule"], message=f"{finding['severity']}: {finding['message']}").text = text
        return case
    until = f" until {finding['until']}" if finding["until"] else ""
    ElementTree.SubElement(case, "skipped", type=finding["rule"], message=f"accepted{until}: {finding['reason']}").text = text
    return case


def _counts(cases: Sequence[ElementTree.Element]) -> dict[str, str]:
    numbers = {"tests": len(cases), "failures": len([case for case in cases if case.find("failure") is not None]), "errors": 0}
    numbers["skipped"] = len([case for case in cases if case.find("skipped") is not None])
    return {name: str(number) for name, number in numbers.items()}
