# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs together is complete: the table of fields, the options, their documentation, the return values, the role."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml
from ansible_collections.jumpserver.accounts.plugins.doc_fragments import attributes, connection, findings, organization, plan
from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import row as _row
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import Verdict
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, report as _report

from tests.unit import examples

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = sorted(path.stem for path in ROOT.glob("plugins/modules/*.py"))
FRAGMENTS = {
    "jumpserver.accounts." + name: yaml.safe_load(text) for name, text in (
        ("attributes", attributes.ModuleDocFragment.DOCUMENTATION), ("attributes.info_module", attributes.ModuleDocFragment.INFO_MODULE),
        ("attributes.converging", attributes.ModuleDocFragment.CONVERGING),
        ("connection", connection.ModuleDocFragment.DOCUMENTATION), ("organization", organization.ModuleDocFragment.DOCUMENTATION),
        ("plan", plan.ModuleDocFragment.DOCUMENTATION), ("findings", findings.ModuleDocFragment.DOCUMENTATION),
    )
}
FACTS = ("type", "elements", "choices", "aliases", "default", "required")


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def imported(name):
    return importlib.import_module("ansible_collections.jumpserver.accounts.plugins.modules." + name)


def documentation(name):
    """The documentation of a module with its fragments, as ``options`` and ``attributes``."""
    own = yaml.safe_load(imported(name).DOCUMENTATION)
    merged = {"options": {}, "attributes": {}}
    for part in [FRAGMENTS[fragment] for fragment in own["extends_documentation_fragment"]] + [own]:
        for section, found in merged.items():
            found.update(part.get(section, {}))
    return merged


def argument_spec(name):
    """The argument spec that a module runs with."""
    return imported(name).TASK.spec


def facts(options, inner):
    """What documentation and spec must agree upon; ``inner``: the key under which they keep the options within an option."""
    found = {}
    for name, option in options.items():
        found[name] = {fact: option[fact] for fact in FACTS if option.get(fact) not in (None, False)}
        if option.get(inner):
            found[name]["options"] = facts(option[inner], inner)
    return found


def test_there_are_modules():
    assert MODULES == ["backup_archive_info", "backup_audit", "backup_index", "backup_plan", "backup_plan_execute", "backup_plan_info", "backup_plans"]


@pytest.mark.parametrize("name", MODULES)
def test_documentation_and_spec_of_a_module_agree(name):
    assert facts(documentation(name)["options"], "suboptions") == facts(argument_spec(name), "options")


def test_every_module_has_an_action_that_does_the_same():
    """It runs the module where it may not run itself; ``main`` is what ansible-lint checks the options of a task with."""
    assert sorted(path.stem for path in ROOT.glob("plugins/action/*.py")) == MODULES
    for name in MODULES:
        action = importlib.import_module("ansible_collections.jumpserver.accounts.plugins.action." + name)
        assert action.main is imported(name).main
        assert action.ActionModule.TASK is imported(name).TASK


@pytest.mark.parametrize("name", MODULES)
def test_every_secret_option_is_known_as_one(name):
    """ansible-core masks what it finds in the specification; nothing masks what an action returns but itself."""
    def filled(spec, prefix):
        return {option: (
            [filled(facts["options"], f"{prefix}{option}.")] if facts.get("type") == "list" and "options" in facts
            else filled(facts["options"], f"{prefix}{option}.") if "options" in facts else prefix + option) for option, facts in spec.items()}

    def secret(spec, prefix):
        for option, facts in spec.items():
            if facts.get("no_log"):
                yield prefix + option
            yield from secret(facts.get("options", {}), f"{prefix}{option}.")

    spec = argument_spec(name)
    assert _argspec.secrets(spec, filled(spec, "")) == set(secret(spec, ""))
    assert {"private_token", "api_token", "access_key_secret"} <= set(secret(spec, ""))


@pytest.mark.parametrize("name", MODULES)
def test_every_option_and_attribute_is_described(name):
    found = documentation(name)
    assert {"check_mode", "diff_mode", "idempotent", "platform", "action_group"} <= set(found["attributes"])
    for part in (*found["options"].values(), *found["attributes"].values()):
        assert part["description"]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_examples_of_itself_and_describes_what_it_returns(name):
    module = imported(name)
    tasks = yaml.safe_load(module.EXAMPLES)
    assert any("jumpserver.accounts." + name in task for task in tasks)
    assert all(task["name"] for task in tasks)
    assert all(value["description"] and value["type"] and value["returned"] for value in yaml.safe_load(module.RETURN).values())


@pytest.mark.parametrize("name", MODULES)
def test_examples_use_options_that_exist(name):
    for task in yaml.safe_load(imported(name).EXAMPLES):
        for action, options in task.items():
            if action.startswith("jumpserver.accounts."):
                assert set(options) <= set(documentation(action.rsplit(".", 1)[1])["options"])


def test_the_action_group_holds_every_module():
    assert load("meta/runtime.yml")["action_groups"] == {"all": MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_that_it_is_in_the_action_group(name):
    assert documentation(name)["attributes"]["action_group"]["membership"] == ["jumpserver.accounts.all"]


@pytest.mark.parametrize("name", MODULES)
def test_a_state_is_declared_and_never_asked_for(name):
    assert documentation(name)["options"].get("state", {}).get("choices", ["present", "absent"]) == ["present", "absent"]


def test_what_modules_share_is_private_and_says_so():
    shared = [path for path in ROOT.glob("plugins/module_utils/**/*.py") if path.name != "__init__.py"]
    assert [path for path in shared if "is PRIVATE to the collection" not in path.read_text(encoding="utf-8")] == []
    assert [path.name for path in ROOT.glob("plugins/module_utils/*") if not path.name.startswith("_")] == []


# the fields of a plan

FIELD_FACTS = facts(_plan.option_specs(), "options")


def test_the_fields_are_those_of_the_interface():
    assert set(FIELD_FACTS) == {
        "types", "crontab", "interval", "is_periodic", "recipients_part_one", "recipients_part_two", "backup_type", "obj_recipients_part_one",
        "obj_recipients_part_two", "is_password_divided_by_email", "is_password_divided_by_obj_storage", "zip_encrypt_password", "is_active", "comment",
    }
    assert FIELD_FACTS["recipients_part_one"]["aliases"] == ["recipients"]


def places():
    estate = documentation("backup_plans")["options"]
    return {
        "doc fragment": FRAGMENTS["jumpserver.accounts.plan"]["options"],
        "backup_plan": documentation("backup_plan")["options"],
        "backup_plans, defaults": estate["defaults"]["suboptions"],
        "backup_plans, plans": estate["organizations"]["suboptions"]["plans"]["suboptions"],
    }


@pytest.mark.parametrize("place", places())
@pytest.mark.parametrize("field", FIELD_FACTS)
def test_every_field_is_documented_everywhere(field, place):
    assert facts(places()[place], "suboptions")[field] == FIELD_FACTS[field]


@pytest.mark.parametrize("field", _plan.FIELDS, ids=lambda field: field.name)
def test_the_documentation_of_a_field_names_the_version_that_it_needs(field):
    text = " ".join(FRAGMENTS["jumpserver.accounts.plan"]["options"][field.name]["description"])
    needed = None if field.since == "v3.0" else field.since[1:]
    for version in ("3.6", "3.9", "4.8"):
        assert ("Needs JumpServer %s" % version in text) is (version == needed)


def test_secrets_are_marked_in_every_spec():
    estate = argument_spec("backup_plans")
    plans = estate["organizations"]["options"]["plans"]["options"]
    for spec in (argument_spec("backup_plan"), estate["defaults"]["options"], plans):
        assert [name for name in _plan.SECRETS if spec[name].get("no_log") is not True] == []


# return values


def shown_keys():
    """Every key of a plan that is returned, whatever the version."""
    return {key for dialect in examples.DIALECTS for key in _report.shown_plan(_plan.read(examples.plan_row(dialect)))}


@pytest.mark.parametrize("name, value, more", [("backup_plan", "backup_plan", set()), ("backup_plan_info", "backup_plans", {"last_execution", "last_success"})])
def test_every_key_of_a_returned_plan_is_documented(name, value, more):
    assert set(yaml.safe_load(imported(name).RETURN)[value]["contains"]) == shown_keys() | more


def test_every_key_of_a_returned_run_and_of_its_verdict_is_documented():
    info, execute = (yaml.safe_load(imported(name).RETURN) for name in ("backup_plan_info", "backup_plan_execute"))
    runs = [info["backup_plans"]["contains"][key]["contains"] for key in ("last_execution", "last_success")]
    keys = set(_row.summary({"id": "x", "is_success": True, "timedelta": 1}))
    assert [set(run) for run in [execute["execution"]["contains"], *runs]] == [keys, keys | {"age", "verdict"}, keys | {"age", "verdict"}]
    assert [set(verdict) for verdict in (execute["verdict"]["contains"], *(run["verdict"]["contains"] for run in runs))] == [set(Verdict().value)] * 3


def dictionaries(values, shown=False):
    """All dictionaries, and lists of them, that are returned; ``shown``: whether a sample around them shows them too."""
    for name, value in values.items():
        if value["type"] == "dict" or value.get("elements") == "dict":
            yield name, value, shown
        yield from dictionaries(value.get("contains", {}), shown or "sample" in value)


# their keys are names of organizations, plans and types, or options
FREE = {"before", "after", "plans", "by_type", "by_organization"}


@pytest.mark.parametrize("name", MODULES)
def test_every_dictionary_that_is_returned_is_described_and_shown(name):
    for key, value, shown in dictionaries(yaml.safe_load(imported(name).RETURN)):
        sample = value.get("sample", [])
        assert sample or shown, key
        if key not in FREE:
            assert all(set(one) <= set(value["contains"]) for one in (sample if isinstance(sample, list) else [sample])), key


@pytest.mark.parametrize("name, can_diff", [("backup_plan", True), ("backup_plans", True), ("backup_plan_info", False), ("backup_plan_execute", False)])
def test_a_diff_is_described_where_there_is_one(name, can_diff):
    assert ("diff" in yaml.safe_load(imported(name).RETURN)) is can_diff


def test_every_compared_field_is_returned():
    assert {field.name for field in _plan.COMPARED} | set(_plan.SCHEDULE_OPTIONS) <= shown_keys()


def test_no_secret_is_returned():
    assert not set(_plan.SECRETS) & shown_keys()


# the role

ROLE = load("roles/backup_plans/meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def test_the_role_checks_nothing_itself():
    """The module says what is wrong in a sentence. The role would show its specification, and ``no_log`` there refuses encrypted passwords."""
    assert {frozenset(option) for option in ROLE.values()} <= {frozenset({"description", "type"}), frozenset({"description", "type", "default"})}
    assert {option["type"] for option in ROLE.values()} == {"raw"}


def test_the_role_takes_what_the_module_takes():
    # an option of the role would hide module_defaults, whose place the organization is
    elsewhere = {*_argspec.CONNECTION, "organization"}
    spec = {name: option for name, option in argument_spec("backup_plans").items() if name not in elsewhere}
    # where the declaration is, is for the role alone
    assert set(ROLE) == {"backup_plans_" + name for name in spec} | {"backup_plans_from"}
    defaults = {name: option.get("default") for name, option in spec.items()}
    assert {name: ROLE["backup_plans_" + name].get("default") for name in spec} == dict(defaults, defaults={})


def test_the_role_names_every_key_of_an_organization_and_of_a_plan():
    organization = argument_spec("backup_plans")["organizations"]["options"]
    told = " ".join(ROLE["backup_plans_organizations"]["description"])
    for key in [*organization, *organization["plans"]["options"], "recipients"]:
        assert "C(%s)" % key in told


def test_every_option_of_the_role_is_described():
    assert all(option["description"] for option in ROLE.values())


def test_the_defaults_of_the_role_are_those_that_are_documented():
    assert load("roles/backup_plans/defaults/main.yml") == {name: option["default"] for name, option in ROLE.items() if "default" in option}


def test_the_role_hands_every_option_to_the_module():
    text = (ROOT / "roles/backup_plans/tasks/converge.yml").read_text(encoding="utf-8")
    (task,) = [task for block in yaml.safe_load(text) for task in block["block"] if "jumpserver.accounts.backup_plans" in task]
    assert {"backup_plans_" + name for name in task["jumpserver.accounts.backup_plans"]} == set(ROLE) - {"backup_plans_from"}


def test_the_audit_has_the_defaults_that_are_documented_and_hands_every_option_to_the_module():
    options = load("roles/backup_audit/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert load("roles/backup_audit/defaults/main.yml") == {name: option["default"] for name, option in options.items() if "default" in option}
    elsewhere = {*_argspec.CONNECTION, "organization"}
    assert {"backup_audit_" + name for name in argument_spec("backup_audit") if name not in elsewhere} == set(options)
    (block,) = load("roles/backup_audit/tasks/main.yml")
    (task,) = [task["jumpserver.accounts.backup_audit"] for task in block["block"]]
    assert {"backup_audit_" + name for name in task} == set(options)
    assert set(task["report"]) == set(argument_spec("backup_audit")["report"]["options"])
    readme = (ROOT / "roles/backup_audit/README.md").read_text(encoding="utf-8")
    assert [name for name in options if "| `%s` |" % name not in readme] == []


def test_the_drill_has_the_defaults_that_are_documented_and_uses_every_variable():
    options = load("roles/backup_drill/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert load("roles/backup_drill/defaults/main.yml") == {name: option["default"] for name, option in options.items() if "default" in option}
    used = "".join(path.read_text(encoding="utf-8") for part in ("tasks", "templates") for path in (ROOT / "roles/backup_drill" / part).iterdir())
    readme = (ROOT / "roles/backup_drill/README.md").read_text(encoding="utf-8")
    assert [name for name in options if name not in used or "| `%s` |" % name not in readme] == []
