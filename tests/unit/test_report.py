# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users are shown: plans, diffs, exports, results and failures."""

from __future__ import annotations

import json

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, reconcile as _reconcile, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Outcome, PlanError, Report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, NotConverged, Refused, Unknown
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import examples, generated
from tests.unit.examples import ALICE, BOB, CAROL, CRONTAB, DEFAULT, INTERVAL, NO_SCHEDULE, OTHER_PLAN, PLAN, SFTP, WIPED, plan_row
from tests.unit.server_model import SERVERS

USERNAMES = {ALICE: "alice", BOB: "bob", CAROL: "carol"}
ORGANIZATION = Organization("Default", DEFAULT, "Default", True)


THERE = plan_row()


def operation(row=THERE, update_password="on_create", **options):
    """What is to be done for a declared plan; a row of None: there is none yet."""
    declared, _errors = _plan.declare(dict({"name": "nightly"}, **options))
    return _reconcile.present(declared, _plan.read(row) if row else None, update_password)[0]


def part(*outcomes, errors=(), error=None):
    """The report of an organization with these outcomes."""
    return Report(ORGANIZATION, outcomes, tuple(errors), (), error)


def user(identifier):
    return USERNAMES[identifier]


# plans


def test_a_plan_is_shown_in_the_words_of_the_options():
    shown = _report.shown_plan(_plan.read(plan_row()))
    assert shown == {
        "id": PLAN, "name": "nightly", "organization": {"id": DEFAULT, "name": "Default"},
        "is_periodic": True, "crontab": "0 3 * * *", "interval": None, "types": ["linux", "mysql"], "comment": "c",
        "recipients_part_one": examples.related(ALICE, BOB), "recipients_part_two": examples.related(CAROL),
        "backup_type": "email", "obj_recipients_part_one": examples.related(SFTP), "obj_recipients_part_two": [],
        "is_password_divided_by_email": True, "is_password_divided_by_obj_storage": False, "is_active": True,
        "periodic_display": "Crontab ( 0 3 * * * )", "executed_amount": 0, "created_by": "Administrator", "last_execution_date": None,
        "date_created": "2026/11/24 17:34:13 +0800", "date_updated": "2026/11/24 17:34:13 +0800",
    }


def test_a_plan_of_3_5_is_shown_in_the_same_words():
    shown = _report.shown_plan(_plan.read(plan_row("v3.0")))
    assert shown["recipients_part_one"] == examples.related(ALICE, BOB)
    assert "recipients" not in shown
    assert shown["interval"] is None


# diffs


def test_a_diff_shows_the_managed_options_only_and_people_by_name():
    before, after = _report.diff_of(operation(types=["linux"], recipients_part_one=[CAROL], interval=12), USERNAMES)
    assert before == {
        "name": "nightly", "types": ["linux", "mysql"], "recipients_part_one": ["alice", "bob"], "is_periodic": True, "crontab": "0 3 * * *", "interval": None}
    assert after == {
        "name": "nightly", "types": ["linux"], "recipients_part_one": ["carol"], "is_periodic": True, "crontab": "", "interval": 12}


def test_a_diff_names_people_by_what_the_plan_shows_where_nothing_else_is_known():
    before, after = _report.diff_of(operation(recipients_part_one=[CAROL, "22222222-0000-4000-8000-000000000001"]), {})
    assert before["recipients_part_one"] == ["Alice", "Bob"]
    assert after["recipients_part_one"] == ["22222222-0000-4000-8000-000000000001", "Carol"]


@pytest.mark.parametrize("options", [{"types": ["mysql", "linux"]}, {"recipients_part_one": [BOB, ALICE]}, {"crontab": "0  3 * * *"}],
                         ids=["types", "recipients", "crontab"])
def test_a_diff_of_what_is_kept_is_empty(options):
    before, after = _report.diff_of(operation(**options), USERNAMES)
    assert before == after


def test_a_diff_of_a_new_plan_begins_with_nothing():
    assert _report.diff_of(operation(None, types=["linux"]), {}) == (
        {}, {"name": "nightly", "types": ["linux"], "is_periodic": False, "crontab": "", "interval": None})


def test_a_diff_of_a_removed_plan_ends_with_nothing():
    before, after = _report.diff_of(_reconcile.absent(_plan.read(plan_row())), USERNAMES)
    assert after == {}
    assert before["recipients_part_one"] == ["alice", "bob"]
    assert before["obj_recipients_part_one"] == ["sftp-main"]
    assert before["crontab"] == "0 3 * * *"


def test_a_diff_of_a_rename_shows_both_names():
    before, after = _report.diff_of(operation(id=PLAN, name="weekly"), {})
    assert (before, after) == ({"name": "nightly"}, {"name": "weekly"})


@pytest.mark.parametrize("row", [None, plan_row()], ids=["new plan", "plan that is there"])
def test_no_password_is_in_a_diff_or_a_result(row):
    done = operation(row, "always", zip_encrypt_password="canary-zip")
    _changed, values, diff = _report.one_plan(part(Outcome(done)), {}, {})
    assert "canary-zip" not in json.dumps([values, diff])
    assert diff["after"]["zip_encrypt_password"]
    assert "zip_encrypt_password" in values["changes"]
    assert "zip_encrypt_password" not in values["backup_plan"]


def test_malformed_types_are_shown_as_they_are():
    before, after = _report.diff_of(operation(plan_row(types="linux"), types=["linux"]), {})
    assert (before["types"], after["types"]) == ("linux", ["linux"])


# exports


EXPORTED = {"crontab": (CRONTAB, {"crontab": "0 3 * * *"}), "crontab beside 24 hours": (dict(CRONTAB, interval=24), {"crontab": "0 3 * * *"}),
            "interval": (INTERVAL, {"interval": 12}), "none": (NO_SCHEDULE, {"is_periodic": False}), "broken": (WIPED, {})}


@pytest.mark.parametrize("stored, exported", EXPORTED.values(), ids=EXPORTED)
def test_an_export_holds_the_schedule_in_its_shortest_form(stored, exported):
    declared = _report.as_declared(_plan.read(plan_row(**stored)), user)
    assert {name: declared[name] for name in _plan.SCHEDULE_OPTIONS if name in declared} == exported


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_an_export_holds_every_field_that_the_server_shows(dialect):
    declared = _report.as_declared(_plan.read(plan_row(dialect)), user)
    shown = {field.name for field in _plan.COMPARED if _dialect.BY_NAME[dialect].has(field.since)}
    assert set(declared) == shown | {"name", "crontab"}
    assert declared["recipients_part_one"] == ["alice", "bob"]


def test_an_export_names_users_by_id_where_they_may_not_be_listed():
    assert _report.as_declared(_plan.read(plan_row()), str)["recipients_part_one"] == [ALICE, BOB]


@pytest.mark.parametrize("stored, exported", [("linux", []), (5, []), ([5, "linux", ""], ["linux"]), ([{"value": "linux"}], [])], ids=repr)
def test_malformed_types_are_exported_as_far_as_they_can_be_declared(stored, exported):
    assert _report.as_declared(_plan.read(plan_row(types=stored)), str)["types"] == exported


def resolved(declared, plan):
    """Names back to ids, as the directory would."""
    ids = {name: identifier for identifier, name in dict(USERNAMES, **plan.storages).items()}
    return declared._replace(fields=dict(declared.fields, **{field: [ids[name] for name in names] for field, names in declared.related.items()}))


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
@given(data=st.data())
def test_an_export_can_be_declared_again_and_changes_nothing(server, data):
    plan = _plan.read(data.draw(generated.rows(server, odd_types=False)))
    declared, _errors = _plan.declare(_report.as_declared(plan, user))
    assert not _plan.dialect_errors(declared, _dialect.BY_NAME[server.dialect])
    done, _error = _reconcile.present(resolved(declared, plan), plan)
    assert (done.kind, done.changes) == ("keep", ())


@given(stored=generated.ODD_TYPES)
def test_an_export_of_malformed_types_can_be_declared_and_repairs_them(stored):
    plan = _plan.read(plan_row(types=stored))
    done, _error = _reconcile.present(resolved(_plan.declare(_report.as_declared(plan, user))[0], plan), plan)
    assert (done.kind, done.changes) == ("update", ("types",))


def test_an_export_is_made_of_plain_data():
    declared = _report.as_declared(_plan.read(plan_row()), user)
    assert json.loads(json.dumps(declared)) == declared


# results


KEPT, CHANGED, MADE = operation(comment="c"), operation(comment="d"), operation(None, comment="d")
REMOVED = _reconcile.absent(_plan.read(plan_row(id=OTHER_PLAN, name="other")))
WORDS = {"created": (MADE, True), "updated": (CHANGED, True), "deleted": (REMOVED, True), "unchanged": (KEPT, False)}


@pytest.mark.parametrize("word, done", WORDS.items(), ids=WORDS)
def test_one_plan_tells_what_was_done(word, done):
    changed, values, _diff = _report.one_plan(part(Outcome(done[0], _plan.read(plan_row(comment="d")))), {}, {})
    assert (changed, values["operation"]) == (done[1], word)
    assert values["changes"] == list(done[0].changes)
    assert bool(values["backup_plan"]) is (word != "deleted")


def test_a_plan_that_was_not_there_to_remove_is_unchanged():
    assert _report.one_plan(part(), {}, {}) == (
        False, {"backup_plan": {}, "operation": "unchanged", "changes": []}, {"before": {}, "after": {}})


def test_a_failed_operation_is_not_reported_as_done():
    changed, values, diff = _report.one_plan(part(Outcome(MADE, error=Refused("no", 403), written=False)), {}, {})
    assert (changed, values["operation"], values["backup_plan"]) == (False, "unchanged", {})
    assert diff == {"before": {}, "after": {}}


def test_check_mode_shows_the_plan_that_would_be():
    new = operation(None, types=["linux"], recipients_part_one=[ALICE], crontab="0 3 * * *")
    _changed, values, _diff = _report.one_plan(part(Outcome(new)), {}, {ALICE: "Alice"})
    assert values["backup_plan"] == {
        "id": None, "name": "nightly", "organization": {"id": DEFAULT, "name": "Default"}, "types": ["linux"],
        "recipients_part_one": [{"id": ALICE, "name": "Alice"}], "is_periodic": True, "crontab": "0 3 * * *", "interval": None,
    }


def test_check_mode_shows_the_plan_as_it_would_be_changed():
    _changed, values, _diff = _report.one_plan(part(Outcome(operation(interval=12, recipients_part_two=[]))), {}, {})
    shown = _report.shown_plan(_plan.read(plan_row()))
    assert values["backup_plan"] == dict(shown, crontab="", interval=12, recipients_part_two=[])


def test_an_estate_tells_what_was_done_in_each_organization():
    outcomes = [Outcome(MADE, _plan.read(plan_row())), Outcome(CHANGED, _plan.read(plan_row())), Outcome(REMOVED), Outcome(KEPT, KEPT.actual)]
    changed, values, diff = _report.whole_estate([part(*outcomes), part(Outcome(KEPT, KEPT.actual))], {})
    assert changed is True
    assert values["organizations"] == [
        {"organization": {"id": DEFAULT, "name": "Default"}, "created": ["nightly"], "updated": [{"name": "nightly", "changes": ["comment"]}],
         "deleted": ["other"], "unchanged": 1, "failed": []},
        {"organization": {"id": DEFAULT, "name": "Default"}, "created": [], "updated": [], "deleted": [], "unchanged": 1, "failed": []},
    ]
    assert values["summary"] == {"organizations": 2, "created": 1, "updated": 1, "deleted": 1, "unchanged": 2, "failed": 0}
    assert set(diff["before"]["Default"]) == {"nightly", "other"}


def test_an_estate_that_is_right_shows_no_diff():
    changed, _values, diff = _report.whole_estate([part(Outcome(KEPT, KEPT.actual))], {})
    assert (changed, diff) == (False, {"before": {}, "after": {}})


def test_an_estate_tells_what_failed():
    failing = part(Outcome(MADE, error=Refused("refused", 400), written=False), errors=[PlanError("bad", "unknown recipient", "Default")])
    changed, values, diff = _report.whole_estate([failing, part(error=Refused("no right", 403))], {})
    assert changed is False
    assert values["organizations"][0]["failed"] == [
        {"name": "bad", "error": "Backup plan 'bad' of organization 'Default': unknown recipient."}, {"name": "nightly", "error": "refused"}]
    assert values["organizations"][1]["failed"] == [{"name": None, "error": "no right"}]
    assert values["summary"]["failed"] == 3
    assert diff == {"before": {}, "after": {}}


def test_what_was_written_and_is_wrong_is_told_as_both():
    wrong = Outcome(MADE, _plan.read(plan_row()), NotConverged("shown otherwise"), True)
    changed, values, diff = _report.whole_estate([part(wrong)], {})
    assert (changed, values["organizations"][0]["created"], values["summary"]["failed"]) == (True, ["nightly"], 1)
    assert diff["after"]["Default"]["nightly"]["name"] == "nightly"
    changed, values, _diff = _report.one_plan(part(wrong), {}, {})
    assert (changed, values["operation"], values["backup_plan"]["id"]) == (True, "created", PLAN)


def test_what_may_have_been_done_is_a_failure_that_may_have_changed_something():
    unknown = part(Outcome(MADE, error=Unknown("lost"), written=None))
    changed, values, diff = _report.whole_estate([unknown], {})
    assert (changed, values["organizations"][0]["created"], values["summary"]["failed"], diff) == (True, [], 1, {"before": {}, "after": {}})
    assert _report.one_plan(unknown, {}, {}) == (True, _report.no_plan(), {"before": {}, "after": {}})


def told(**changes):
    return {"organization": {"id": DEFAULT, "name": "研发中心"}, "created": [], "updated": [], "deleted": [], "unchanged": 0, "failed": [], **changes}


def test_plain_words_name_each_plan():
    assert _report.sentences([told(
        created=["a"], updated=[{"name": "b", "changes": ["types", "crontab"]}], deleted=["c"], unchanged=3,
        failed=[{"name": "d", "error": "x"}, {"name": None, "error": "y"}])]) == [
            "研发中心: create a", "研发中心: change b (types, crontab)", "研发中心: delete c", "研发中心: fail d", "研发中心: fail as a whole", "3 as declared"]
    assert _report.sentences([]) == ["nothing declared, nothing to do"]


def test_plain_words_fit_on_a_screen():
    lines = _report.sentences([told(created=["plan %d" % number for number in range(1000)], unchanged=1)])
    assert (len(lines), lines[-2:]) == (22, ["and 980 more", "1 as declared"])


# failures


def test_no_failure_no_message():
    assert _report.failure_message([part(Outcome(KEPT, KEPT.actual))]) is None


def test_a_single_failure_speaks_for_itself():
    assert _report.failure_message([part(error=Refused("Cannot do it.", 403))]) == "Cannot do it."


def test_the_same_failure_of_several_is_told_once():
    error = Refused("Cannot reach it.", 503)
    assert _report.failure_message([part(error=error), part(error=error)]) == "Cannot reach it."


def test_several_failures_are_counted_and_told():
    message = _report.failure_message([part(error=Refused("One.", 403)), part(error=BadInput("Two."))], BadInput("Three."))
    assert message == "3 failures: One. | Two. | Three."


def test_of_many_failures_ten_are_told_and_the_rest_is_counted():
    errors = [PlanError("plan %d" % number, "bad", "Default") for number in range(2000)]
    message = _report.failure_message([part(errors=errors)], BadInput("The limit."))
    assert message.startswith("2001 failures: ") and message.endswith(" | and 1990 more, see failed of each organization | The limit.")
    assert message.count("Backup plan") == 10
    assert _report.whole_estate([part(errors=errors)], {})[1]["summary"]["failed"] == 2000
