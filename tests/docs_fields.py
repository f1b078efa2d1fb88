# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a plan in the documentation of modules and role: texts from `field_texts.yml`, types and versions from the code.

`docs_tables` writes them to their places.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

TEXTS = Path(__file__).resolve().parent / "field_texts.yml"
WIDTH = 140
# what the list of executions does not tell
OPEN = {"delivered": None, "accounts": None}


class Writer(yaml.SafeDumper):
    """Writes YAML as people do in modules: lists indented, and nothing by reference."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data):
        return True


def described():
    """``(texts, versions, fields)``: what is written, the version that each name needs, and the fields of a plan as the documentation of a module has them."""
    from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
    from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import SINCE

    texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    since = {field.name: SINCE[field.since] for field in _plan.FIELDS if field.since != _plan.FIELDS[0].since}
    since.update((name, SINCE[text["since"]]) for name, text in texts["returned"].items() if "since" in text)
    return texts, since, options(texts["options"], _plan.option_specs(), since)


def blocks():
    """``{name of a block: lines}``."""
    texts, since, fields = described()
    return {
        "fields of a plan": lines(referring(fields, "")),
        "fields of defaults": lines(referring(fields, "defaults.")),
        "fields of a declaration": lines(elsewhere(referring(fields, "defaults."))),
        "fields of the role": lines(list(listed(fields))),
        "table of fields": list(table(fields)),
        "a plan that may be there": lines(returned(texts["returned"], since, "if there is a plan", "if the plan exists")),
        "a plan that is there": lines(returned(texts["returned"], since, "", "")),
        "a run": lines(returned(texts["execution"], {}, "if there is a run", "")),
        "a verdict": lines(returned(texts["verdict"], {}, "", "")),
        "sample of a plan": lines({"sample": texts["sample"]}),
        "sample of plans": lines({"sample": [texts["sample"]]}),
        "sample of a run": lines({"sample": texts["execution_sample"]}),
        "sample of a verdict": lines({"sample": texts["verdict_sample"]}),
        "sample of a judged run": lines({"sample": {**texts["execution_sample"], "age": 61200, "verdict": dict(texts["verdict_sample"], **OPEN)}}),
    }


def options(texts, specs, since):
    """What each field is, as the documentation of a module has it."""
    found = {}
    for name, described in texts.items():
        needs = [f"Needs JumpServer {since[name]} or later."] if name in since else []
        facts = {fact: specs[name][fact] for fact in ("type", "elements", "choices", "aliases") if fact in specs[name]}
        found[name] = {"description": described + needs, **facts}
    return found


def referring(fields, prefix):
    """The same with references to other fields as options of a place."""
    def refer(texts):
        return [re.sub(r"\bF\((\w+)\)", rf"O({prefix}\1)", text) for text in texts]

    return {name: dict(field, description=refer(field["description"])) for name, field in fields.items()}


def elsewhere(fields):
    """The same where nothing is written, so that what writing depends on is an option of another module."""
    def refer(texts):
        return [text.replace("O(update_password)", "O(jumpserver.accounts.backup_plans#module:update_password)") for text in texts]

    return {name: dict(field, description=refer(field["description"])) for name, field in fields.items()}


def told(field):
    """The type of a field, and all that is said about it, for the role."""
    kind = f"list of {field['elements']}" if field["type"] == "list" else field["type"]
    text = list(field["description"])
    if "choices" in field:
        text.append("One of %s." % ", ".join(f"V({choice})" for choice in field["choices"]))
    text += [f"F({alias}) is another name for it." for alias in field.get("aliases", [])]
    return kind.replace("raw", "str or dict"), re.sub(r"\bO\((\w+)\)", r"O(backup_plans_\1)", " ".join(text))


def listed(fields):
    """The fields in the argument specification of the role."""
    for name, field in fields.items():
        kind, text = told(field)
        yield f"C({name}) ({kind}) - " + re.sub(r"\bF\((\w+)\)", r"C(\1)", text)


def table(fields):
    """The fields in the README of the role."""
    yield "| field | type | |"
    yield "| --- | --- | --- |"
    for name, field in fields.items():
        kind, text = told(field)
        text = re.sub(r"\b[FVCO]\(([^()]*)\)", r"`\1`", text)
        yield f"| `{name}` | {kind} | {text} |"


def returned(texts, since, any_plan, existing_plan):
    """Keys that are returned. ``any_plan``, ``existing_plan``: when there is a plan at all, or one on the server; empty for always."""
    found = {}
    for name, text in texts.items():
        version = f"with JumpServer {since[name]} and later" if name in since else ""
        when = ", ".join(filter(None, (existing_plan if text.get("existing") else any_plan, version)))
        found[name] = {key: value for key, value in text.items() if key in ("description", "type", "elements")}
        found[name]["returned"] = when or "always"
        found[name].update((key, text[key]) for key in ("contains", "sample") if key in text)
    return found


def lines(value):
    """As YAML."""
    text = yaml.dump(value, Dumper=Writer, allow_unicode=True, default_flow_style=False, sort_keys=False, width=WIDTH)
    return text.splitlines()
