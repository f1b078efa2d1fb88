# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON schema of a declaration, for editors and for checks without a server: texts from `field_texts.yml`, types and versions from the code.

What it lets through, the module takes too. It is the stricter of the two: a truth value written `yes` in quotes, or types in one text with commas,
are for the command line. `docs_tables` writes it to its place.
"""

from __future__ import annotations

import json
import re

from tests import docs_fields

PLACE = "docs/schema/declaration.schema.json"
# draft 7 is the newest that the servers of editors know well
DIALECT = "http://json-schema.org/draft-07/schema#"
MARKUP = re.compile(r"\b[FVCOE]\(([^()]*)\)")
TEMPLATE = {"$ref": "#/definitions/template"}
# the two are one field
STRICT = {"additionalProperties": False, "not": {"required": ["recipients", "recipients_part_one"]}}
NAME = {"type": "string", "pattern": r"\S"}
LABEL = dict(NAME, **{"not": {"pattern": r"[\r\n]"}})


def text():
    """The schema as it is shipped."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def schema():
    from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

    return {
        "$schema": DIALECT,
        "title": "Backup plans of JumpServer",
        "description": "What backup_plans_from of the role jumpserver.accounts.backup_plans reads: a file, or each file of a folder.",
        "type": "object",
        "properties": {
            "backup_plans_defaults": {
                "description": "Fields for every plan that does not declare them itself. In a folder, they are in a file of their own.",
                "anyOf": [{"$ref": "#/definitions/fields"}, {"type": "null"}, TEMPLATE],
            },
            "backup_plans_organizations": {
                "description": "The organizations and their plans. An organization that is not listed is left alone.",
                **array({"$ref": "#/definitions/organization"}),
            },
        },
        "additionalProperties": False,
        "minProperties": 1,
        "definitions": {
            "template": {"description": "A value that Ansible evaluates.", "type": "string", "pattern": r"\{\{.*\}\}"},
            "reference": {
                "anyOf": [NAME, {
                    "type": "object", "properties": {"pk": NAME, "id": NAME, "name": {"description": "For people.", "type": "string"}},
                    "anyOf": [{"required": ["pk"]}, {"required": ["id"]}], "additionalProperties": False,
                }],
            },
            "fields": {"type": "object", "properties": fields(_plan), **STRICT},
            "plan": {
                "type": "object",
                "properties": {
                    "name": {
                        "description": "The name of the plan. Blanks around it do not count, case does.", **NAME, "maxLength": _plan.LONGEST_NAME,
                        "not": {"pattern": "\\u0000"}},
                    **fields(_plan)},
                "required": ["name"], **STRICT,
            },
            "organization": {
                "type": "object",
                "properties": {
                    "organization": {"description": "The name, where case matters, or the id.", **NAME},
                    "plans": {"description": "The plans of this organization.", **array({"$ref": "#/definitions/plan"})},
                    "prune": {"description": "Whether to delete its plans that are not declared; overrides backup_plans_prune.", **truth()},
                    "allow_empty": {"description": "Let an empty list of plans, together with pruning, delete all of them.", **truth()},
                },
                "required": ["organization"], "additionalProperties": False,
            },
        },
    }


def fields(_plan):
    """``{spelling: schema}`` of all fields of a plan, aliases too."""
    found = {}
    _texts, _since, described = docs_fields.described()
    for name, field in described.items():
        told = re.sub(r"\bO\((\w+)\)", r"backup_plans_\1", " ".join(field["description"]))
        one = {"description": MARKUP.sub(r"\1", told), **kind(_plan, name, field)}
        found.update(dict.fromkeys((name, *field.get("aliases", ())), one))
    # keys of the API's own page, which are let through as long as they say nothing
    found.update({name: {"description": f"{reason}.", "type": "array", "maxItems": 0} for name, reason in _plan.STORED_ONLY.items()})
    return found


def kind(_plan, name, spec):
    """The schema of one field's values."""
    if spec["type"] == "bool":
        return truth()
    if spec["type"] == "int":
        lowest, highest = _plan._schedule.INTERVAL_HOURS
        return {"anyOf": [{"type": "integer", "minimum": lowest, "maximum": highest}, TEMPLATE]}
    if spec["type"] == "list":
        return array(LABEL if spec["elements"] == "str" else {"$ref": "#/definitions/reference"})
    if "choices" in spec:
        chosen = {"enum": spec["choices"]}
        as_the_api = {"type": "object", "properties": {"value": chosen, "label": {}}, "required": ["value"], "additionalProperties": False}
        return {"anyOf": [chosen, as_the_api, TEMPLATE]}
    if name == "crontab":
        return {"anyOf": [crontab(_plan._schedule), TEMPLATE]}
    return {"type": "string"}


def crontab(_schedule):
    """The schema of five words, or of nothing, which clears the schedule. Which days there are in which month takes a calendar."""
    # a day of the week may have a name, of which the first three letters count
    names = "|".join("".join(f"[{letter.upper()}{letter}]" for letter in name) + "[A-Za-z]*" for name in _schedule.WEEKDAYS)
    words = [word(numbers(lowest, highest) + (f"|{names}" if place == len(_schedule.WORDS) - 1 else ""))
             for place, (_field, lowest, highest) in enumerate(_schedule.WORDS)]
    spaced = r"\s+".join(words)
    told = ", ".join(field for field, _lowest, _highest in _schedule.WORDS)
    return {
        "type": "string", "maxLength": _schedule.LONGEST_CRONTAB, "pattern": rf"^\s*(?:{spaced})?\s*$",
        # for the servers of editors, whose own words would be the pattern
        "patternErrorMessage": f"Five words: {told}; each of the form *, */n, a, a-b, a-b/n, or some of these with commas."}


def word(value):
    """The pattern of one word of a crontab, where a step needs a range."""
    part = rf"(?:(?:\*|(?:{value})-(?:{value}))(?:/0*[1-9][0-9]*)?|{value})"
    return f"{part}(?:,{part})*"


def numbers(lowest, highest):
    """The pattern of these whole numbers."""
    tens = range(lowest // 10, highest // 10 + 1)
    return "0*(?:" + "|".join(f"{ten or ''}[{max(lowest, ten * 10) % 10}-{min(highest, ten * 10 + 9) % 10}]" for ten in tens) + ")"


def array(items):
    """The schema of a list, which a template may make, too."""
    return {"anyOf": [{"type": "array", "items": items}, TEMPLATE]}


def truth():
    """The schema of a truth value."""
    return {"anyOf": [{"type": "boolean"}, TEMPLATE]}
