# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schema of a declaration: it lets good ones through, refuses bad ones, and what it lets through the module takes too."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from ansible_collections.jumpserver.accounts.plugins.module_utils import _backup_plans, _options
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.modules import backup_plans

from tests import docs_schema, docs_tables

ROOT = docs_tables.ROOT
SCHEMA = json.loads((ROOT / docs_schema.PLACE).read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
BLOCK = re.compile(r"^```yaml (?:estate|playbook)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# what only the ciphers of JumpServer, or a calendar, can tell
BEYOND = re.compile("^zip_encrypt_password |^crontab .* that date never comes")

SPEC = backup_plans.SPEC


def mistakes(declaration):
    """What the module says against a declaration before it asks the server."""
    written = _backup_plans.estate_as_options({
        "defaults": declaration.get("backup_plans_defaults") or {}, "organizations": declaration.get("backup_plans_organizations", [])})
    found = _options.mistakes(written, SPEC, None)
    checked = ArgumentSpecValidator(SPEC).validate(written)
    found += checked.error_messages
    for entry in [] if found else checked.validated_parameters["organizations"]:
        for plan in entry["plans"]:
            _desired, errors = _plan.declare(_plan.with_defaults(plan, checked.validated_parameters["defaults"]))
            found += [error for error in errors if not BEYOND.search(error)]
    return found


def declared(variables):
    """The part of some variables that is a declaration."""
    return {name: value for name, value in variables.items() if name in ("backup_plans_defaults", "backup_plans_organizations")}


def variables_of(play):
    """Where a play sets variables of the role, or gives options to the module."""
    yield play.get("vars", {})
    yield from (role.get("vars", {}) for role in play.get("roles", []))
    for task in play.get("tasks", []):
        options = task.get("jumpserver.accounts.backup_plans", {})
        yield {f"backup_plans_{name}": value for name, value in options.items()}


def examples():
    """``{place: declaration}`` of all documents and of the module."""
    found = {}
    for path in sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md")]):
        for number, block in enumerate(BLOCK.finditer(path.read_text(encoding="utf-8"))):
            content = yaml.safe_load(block.group(1))
            sources = [content] if isinstance(content, dict) else [variables for play in content for variables in variables_of(play)]
            for place, variables in enumerate(sources):
                found[f"{path.relative_to(ROOT)}-{number}-{place}"] = declared(variables)
    for number, variables in enumerate(variables_of({"tasks": yaml.safe_load(backup_plans.EXAMPLES)})):
        found[f"example-{number}"] = declared(variables)
    return {place: declaration for place, declaration in found.items() if declaration}


def plan(**fields):
    return {"backup_plans_organizations": [{"organization": "Default", "plans": [{"name": "nightly", **fields}]}]}


GOOD = {
    **examples(),
    "no defaults": {"backup_plans_defaults": None, "backup_plans_organizations": []},
    "defaults alone": {"backup_plans_defaults": {"types": [], "interval": 65535}},
    "no plans": {"backup_plans_organizations": [{"organization": "研发中心", "prune": True, "allow_empty": True}]},
    "as the API writes it": plan(
        backup_type={"value": "email", "label": "邮件"}, recipients=[{"pk": "1"}, {"id": "2", "name": "Bob"}, "carol"], accounts=[], nodes=[]),
    "templates": plan(interval="{{ hours }}", types="{{ kinds }}", is_active="{{ not holiday }}", comment="{{ who }}"),
    **{f"the crontab {text!r}": plan(crontab=text) for text in (
        "", " ", "0 3 * * *", " 0  3 * *  0 ", "*/5 * * * *", "0-59/15 00 1,15 1-12/3 mon-FRI", "0,30 22-2 31 12 Sunday,3", "05 007 * * 6",
        "0 {{ hour }} * * *")},
    "all fields": plan(
        types=["linux"], is_periodic=True, crontab="0 3 * * *", interval=1, recipients_part_one=["a"], recipients_part_two=[], backup_type="object_storage",
        obj_recipients_part_one=["s"], obj_recipients_part_two=[], is_password_divided_by_email=False, is_password_divided_by_obj_storage=True,
        zip_encrypt_password="", is_active=True, comment=""),
}
BAD = {
    "nothing": {}, "a list": [], "no text": None, "another variable": {"backup_plans_prune": True, "backup_plans_organizations": []},
    "an unknown field": plan(typs=["linux"]), "an unknown field of the defaults": {"backup_plans_defaults": {"recipiants": []}},
    "a name in the defaults": {"backup_plans_defaults": {"name": "x"}}, "no name": {"backup_plans_organizations": [{"organization": "Default", "plans": [{}]}]},
    "a name that YAML changed": plan(name=7), "a blank name": plan(name=" \t"), "a long name": plan(name="x" * 129),
    "a name with a null character": plan(name="a\0"),
    "no organization": {"backup_plans_organizations": [{"plans": []}]}, "a blank organization": {"backup_plans_organizations": [{"organization": " "}]},
    "an organization that YAML changed": {"backup_plans_organizations": [{"organization": True}]},
    "an unknown key of an organization": {"backup_plans_organizations": [{"organization": "Default", "prunes": True}]},
    "plans that are no list": {"backup_plans_organizations": [{"organization": "Default", "plans": {"name": "x"}}]},
    "a plan as text": {"backup_plans_organizations": [{"organization": "Default", "plans": ["x"]}]},
    "organizations that are no list": {"backup_plans_organizations": {"organization": "Default"}},
    "a time of day": plan(interval="12:30"), "no hours": plan(interval=0), "too many hours": plan(interval=65536), "half an hour": plan(interval=0.5),
    "true as hours": plan(interval=True), "a bad choice": plan(backup_type="mail"), "a choice that is none": plan(backup_type={"label": "mail"}),
    "a truth value in quotes": plan(is_active="perhaps"), "a number as truth value": plan(is_periodic=2), "types in one text": plan(types="linux,mysql"),
    "an empty type": plan(types=[" "]), "types in lines": plan(types=["linux\nmysql"]),
    **{f"the crontab {text!r}": plan(crontab=text) for text in (
        "@daily", "0 3 * *", "0 0 3 * * *", "60 3 * * *", "0 24 * * *", "0 3 0 * *", "0 3 32 * *", "0 3 * 13 *", "0 3 * jan *", "0 3 * * 7", "0 3 * * son",
        "0 3 L * *", "0 3 * * 1#2", "0, 3 * * *", "5/10 3 * * *", "*/0 3 * * *", "-1 3 * * *", "0 3 * * *\n0 4 * * *", "0 3 ? * *", "0" * 125 + " 3 * * *")},
    "a type that is a number": plan(types=[7]), "a crontab that is a number": plan(crontab=5),
    "a recipient that is a number": plan(recipients=[7]), "an empty recipient": plan(recipients=[""]),
    "a recipient that is nobody": plan(recipients=[{"name": "Bob"}]),
    "a recipient with a key too many": plan(recipients=[{"pk": "1", "mail": "x"}]), "a recipient twice named": plan(recipients=[], recipients_part_one=[]),
    "accounts that are not used": plan(accounts=["x"]), "a password that is a number": plan(zip_encrypt_password=123456), "an empty field": plan(types=None),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_declaration_fits(name):
    VALIDATOR.validate(GOOD[name])


def test_the_examples_are_found():
    assert len(examples()) > 8


@pytest.mark.parametrize("name", BAD)
def test_a_bad_declaration_does_not_fit(name):
    assert list(VALIDATOR.iter_errors(BAD[name]))


def test_the_schema_is_one():
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_every_option_of_a_plan_and_of_an_organization_is_in_it():
    """Each with a text, for editors."""
    fields = SCHEMA["definitions"]["fields"]["properties"]
    spellings = {spelling for name, option in _plan.option_specs().items() for spelling in (name, *option.get("aliases", ()))}
    assert set(fields) == spellings | set(_plan.STORED_ONLY)
    assert set(SCHEMA["definitions"]["plan"]["properties"]) == set(fields) | {"name"}
    assert set(SCHEMA["definitions"]["organization"]["properties"]) == set(SPEC["organizations"]["options"])
    assert all(field["description"] for field in (*fields.values(), *SCHEMA["definitions"]["organization"]["properties"].values()))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.sampled_from(["", " ", "12", "yes", "email", "a,b"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.sampled_from(["pk", "id", "name", "value"]), inner, max_size=2),
    max_leaves=4)


def matching(schema):
    """Values that fit a schema, most of them."""
    if "$ref" in schema:
        return matching(SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "type" not in schema:
        # templates are evaluated before the module sees them
        chosen = [one for one in schema.get("anyOf", []) if one != docs_schema.TEMPLATE]
        return st.one_of(*map(matching, chosen)) if chosen else ANYTHING
    if schema["type"] == "array":
        return st.lists(matching(schema.get("items", {})), max_size=schema.get("maxItems", 2))
    if schema["type"] == "object":
        required = schema.get("required", [])
        made = {name: matching(inner) for name, inner in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: made[name] for name in required}, optional={name: inner for name, inner in made.items() if name not in required})
    if schema.get("pattern", "").startswith("^"):
        return st.from_regex(schema["pattern"])
    return {
        "string": st.text(max_size=8), "boolean": st.booleans(), "null": st.none(), "integer": st.integers(schema.get("minimum"), schema.get("maximum")),
    }[schema["type"]]


def places(value, place=()):
    """All places in a declaration, as keys and positions."""
    yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*place, key))


def replaced(value, place, new):
    """The same with something else at one place."""
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


def with_few_fields(declaration, kept):
    """Less of it: with all fields at a time, nearly every declaration would hold one that does not fit."""
    def some(fields):
        return {name: value for name, value in fields.items() if name == "name" or name in kept}

    def entry(organization):
        return {**organization, "plans": [some(plan) for plan in organization["plans"]]} if "plans" in organization else organization

    return {key: [entry(one) for one in value] if isinstance(value, list) else value and some(value) for key, value in declaration.items()}


FIELDS = sorted(SCHEMA["definitions"]["fields"]["properties"])


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.builds(with_few_fields, matching(SCHEMA), st.sets(st.sampled_from(FIELDS), max_size=4)))
def test_what_fits_the_schema_the_module_takes(declaration):
    assume(VALIDATOR.is_valid(declaration))
    assert mistakes(declaration) == []


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], max_examples=200)
@given(st.data())
def test_what_was_changed_and_still_fits_the_module_still_takes(data):
    """One thing of a good declaration replaced by anything. JSON has one kind of number, so 12.0 hours are 12 to the schema."""
    good = data.draw(st.sampled_from([declaration for declaration in GOOD.values() if "{{" not in json.dumps(declaration)]))
    new = data.draw(ANYTHING)
    changed = replaced(good, data.draw(st.sampled_from(list(places(good)))), new)
    assume(not isinstance(new, float) and VALIDATOR.is_valid(changed))
    assert mistakes(changed) == []


# of these the module is the less strict one, does not see them, or says so when it looks for the organization
UNSEEN = {"nothing", "a list", "no text", "another variable", "no organization", "a blank organization", "types in one text", "an empty field"}


@pytest.mark.parametrize("name", [name for name in BAD if name not in UNSEEN])
def test_the_module_refuses_it_too(name):
    """So what is used above as the check of the module does find mistakes."""
    assert mistakes(BAD[name])
