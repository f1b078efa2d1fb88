# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what is wished and what is there to what is to be done."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import apply as _apply, plan as _plan, reconcile as _reconcile, report as _report
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import NONE, Schedule
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import examples, generated, server_model
from tests.unit.examples import (
    ALICE, BOB, CAROL, CRONTAB, INTERVAL, NO_SCHEDULE, OTHER_PLAN, PLAN, S3, SFTP, WIPED, plan_row, related,
)
from tests.unit.server_model import SERVERS

UNKNOWN = "99999999-9999-4999-8999-999999999999"


class Made:
    """A decision with all that is made of it: what is sent, and what a diff shows."""

    def __init__(self, operation, dialect):
        self.operation = operation
        self.kind, self.name, self.plan, self.changes = operation.kind, operation.name, operation.actual, operation.changes
        self.body = _apply.body_of(operation, dialect) if operation.kind in ("create", "update") else {}
        self.before, self.after = _report.diff_of(operation, {})


def wish(**options):
    """A declared plan; the plan of the examples by default."""
    return _plan.declare(dict({"name": "nightly"}, **options))[0]


def present(declared, row=None, dialect="v4.8", update_password="on_create"):
    operation, error = _reconcile.present(declared, _plan.read(row) if row else None, update_password)
    if operation is None:
        raise BadInput(error)
    return Made(operation, _dialect.BY_NAME[dialect])


def test_a_missing_plan_is_created_with_all_that_is_declared():
    operation = present(wish(types=["linux"], crontab="0 3 * * *", recipients_part_one=[ALICE], comment="c", zip_encrypt_password="canary"))
    assert (operation.kind, operation.name, operation.plan) == ("create", "nightly", None)
    assert operation.body == {
        "name": "nightly", "types": ["linux"], "recipients_part_one": [ALICE], "comment": "c", "zip_encrypt_password": "canary",
        "is_periodic": True, "crontab": "0 3 * * *", "interval": None,
    }


def test_a_plan_without_schedule_is_created_without_one():
    assert present(wish()).body == {"name": "nightly", "is_periodic": False}


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_a_plan_that_is_as_declared_is_kept(dialect):
    operation = present(wish(types=["mysql", "linux"], crontab="0 3 * * *", recipients_part_one=[BOB, ALICE], comment="c"), plan_row(dialect), dialect)
    assert (operation.kind, operation.changes, operation.body) == ("keep", (), {})
    assert operation.before == operation.after or set(operation.before["types"]) == set(operation.after["types"])


def test_a_plan_that_differs_is_changed_in_what_differs():
    operation = present(wish(types=["linux"], comment="c", recipients_part_one=[ALICE]), plan_row())
    assert (operation.kind, operation.changes) == ("update", ("types", "recipients_part_one"))
    assert operation.body == {"types": ["linux"], "recipients_part_one": [ALICE], "is_periodic": True, "crontab": "0 3 * * *", "interval": None}
    assert operation.before["types"] == ["linux", "mysql"]
    assert operation.after["types"] == ["linux"]


def test_nothing_declared_is_nothing_to_do():
    assert present(wish(), plan_row()).kind == "keep"


def test_a_plan_that_is_there_can_be_removed():
    operation = Made(_reconcile.absent(_plan.read(plan_row())), None)
    assert (operation.kind, operation.name, operation.plan.id, operation.after) == ("delete", "nightly", PLAN, {})
    assert operation.before["name"] == "nightly"


# field -> (value in the row, the same in other words, another, what clears it)
VALUES = {
    "types": (["linux", "mysql"], ["mysql", "linux", "linux"], ["linux"], []),
    "recipients_part_one": (related(ALICE, BOB), [BOB, ALICE], [ALICE], []),
    "recipients_part_two": (related(CAROL), [CAROL, CAROL], [BOB], []),
    "backup_type": ({"value": "email", "label": "邮箱"}, "email", "object_storage", None),
    "obj_recipients_part_one": (related(SFTP, S3), [S3, SFTP], [S3], []),
    "obj_recipients_part_two": (related(S3), [S3], [SFTP], []),
    "is_password_divided_by_email": (True, True, False, None),
    "is_password_divided_by_obj_storage": (False, False, True, None),
    "is_active": (True, True, False, None),
    "comment": ("c", " c ", "d", ""),
}


def test_every_compared_field_is_in_the_table_of_values():
    assert set(VALUES) == {field.name for field in _plan.COMPARED}


@pytest.mark.parametrize("field", VALUES)
def test_omitted_or_null_leaves_a_field_alone(field):
    operation = present(wish(**{field: None}), plan_row(**{field: VALUES[field][0]}))
    assert operation.kind == "keep"
    assert field not in operation.after


@pytest.mark.parametrize("field", VALUES)
def test_the_same_in_other_words_is_no_difference(field):
    row_value, same, _other, _empty = VALUES[field]
    assert present(wish(**{field: same}), plan_row(**{field: row_value})).kind == "keep"


@pytest.mark.parametrize("field", VALUES)
def test_another_value_is_a_difference(field):
    row_value, _same, other, _empty = VALUES[field]
    operation = present(wish(**{field: other}), plan_row(**{field: row_value}))
    assert (operation.kind, operation.changes, operation.body[field]) == ("update", (field,), other)


@pytest.mark.parametrize("field", [field for field, values in VALUES.items() if values[3] is not None])
def test_an_empty_value_clears(field):
    row_value, _same, _other, empty = VALUES[field]
    operation = present(wish(**{field: empty}), plan_row(**{field: row_value}))
    assert (operation.kind, operation.changes, operation.body[field]) == ("update", (field,), empty)
    assert present(wish(**{field: empty}), plan_row(**{field: [] if empty == [] else ""})).kind == "keep"


@pytest.mark.parametrize("stored", ["linux", 5, {}, [5], [{"value": "linux"}]], ids=repr)
@pytest.mark.parametrize("wished", [["linux"], []], ids=repr)
def test_malformed_types_are_repaired(stored, wished):
    operation = present(wish(types=wished), plan_row(types=stored))
    assert (operation.kind, operation.body["types"]) == ("update", wished)


# current schedule of the row -> (declared options -> changed options, body)
SCHEDULES = {
    "crontab to another": (CRONTAB, {"crontab": "0 4 * * *"}, ("crontab",), {"is_periodic": True, "crontab": "0 4 * * *", "interval": None}),
    "crontab to interval": (CRONTAB, {"interval": 12}, ("crontab", "interval"), INTERVAL),
    "interval to crontab": (INTERVAL, {"crontab": "0 3 * * *"}, ("crontab", "interval"), CRONTAB),
    "interval to another": (INTERVAL, {"interval": 6}, ("interval",), dict(INTERVAL, interval=6)),
    "crontab to none": (CRONTAB, {"is_periodic": False}, ("is_periodic", "crontab"), {"is_periodic": False}),
    "crontab cleared": (CRONTAB, {"crontab": ""}, ("is_periodic", "crontab"), {"is_periodic": False}),
    "interval to none": (INTERVAL, {"is_periodic": False}, ("is_periodic", "interval"), {"is_periodic": False}),
    "none to crontab": (NO_SCHEDULE, {"crontab": "0 3 * * *"}, ("is_periodic", "crontab"), CRONTAB),
    "both given": (NO_SCHEDULE, {"crontab": "0 3 * * *", "interval": 12}, ("is_periodic", "crontab"), CRONTAB),
    "wiped to crontab": (WIPED, {"crontab": "0 3 * * *"}, ("is_periodic", "crontab"), CRONTAB),
    "wiped to interval": (WIPED, {"interval": 12}, ("is_periodic", "interval"), INTERVAL),
    "wiped to none": (WIPED, {"is_periodic": False}, ("is_periodic",), {"is_periodic": False}),
}


@pytest.mark.parametrize("current, options, changes, body", SCHEDULES.values(), ids=SCHEDULES)
def test_schedule_change(current, options, changes, body):
    operation = present(wish(**options), plan_row(**current))
    assert (operation.kind, operation.changes, operation.body) == ("update", changes, body)


KEPT_SCHEDULES = {
    "crontab": (CRONTAB, {"crontab": "0  3 * * *"}),
    "crontab beside 24 hours": (dict(CRONTAB, interval=24), {"crontab": "0 3 * * *"}),
    "both given": (CRONTAB, {"crontab": "0 3 * * *", "interval": 12}),
    "periodic, with a crontab": (CRONTAB, {"is_periodic": True}),
    "interval": (INTERVAL, {"interval": 12, "crontab": ""}),
    "none": (NO_SCHEDULE, {"is_periodic": False}),
    "none beside 24 hours": (dict(NO_SCHEDULE, interval=24, crontab=None), {"is_periodic": False}),
    "none, crontab cleared": (NO_SCHEDULE, {"crontab": ""}),
    "wiped, schedule not declared": (WIPED, {}),
}


@pytest.mark.parametrize("current, options", KEPT_SCHEDULES.values(), ids=KEPT_SCHEDULES)
def test_schedule_kept(current, options):
    assert present(wish(**options), plan_row(**current)).kind == "keep"


@pytest.mark.parametrize("current, body", [(CRONTAB, CRONTAB), (INTERVAL, INTERVAL), (NO_SCHEDULE, {"is_periodic": False}), (WIPED, {})],
                         ids=["crontab", "interval", "none", "wiped"])
def test_a_change_carries_the_schedule_that_is_there(current, body):
    operation = present(wish(comment="d"), plan_row(**current))
    assert (operation.changes, operation.body) == (("comment",), dict(body, comment="d"))


@pytest.mark.parametrize("options", [{}, {"is_periodic": True}], ids=["not declared", "declared as periodic"])
def test_a_stored_crontab_with_star_is_sent_in_the_form_that_the_server_takes(options):
    row = plan_row(crontab="*/5 * * * *")
    operation = present(wish(comment="d", **options), row)
    assert operation.body == {"comment": "d", "is_periodic": True, "crontab": "0-59/5 * * * *", "interval": None}
    assert not _reconcile.differences(operation.operation, _plan.read(dict(row, **operation.body)))


def test_a_stored_crontab_with_star_is_sent_as_it_is_to_older_servers():
    assert present(wish(comment="d"), plan_row("v3.9", crontab="*/5 * * * *"), "v3.9").body["crontab"] == "*/5 * * * *"


def test_a_broken_schedule_is_told_apart_from_a_good_one_in_the_diff():
    operation = present(wish(interval=12), plan_row(**WIPED))
    assert operation.before["is_periodic"] not in (True, False)
    assert operation.after["is_periodic"] is True


@pytest.mark.parametrize("policy, there, sent", [("on_create", False, True), ("always", False, True), ("on_create", True, False), ("always", True, True)])
def test_the_password_is_sent_by_policy(policy, there, sent):
    operation = present(wish(zip_encrypt_password="canary"), plan_row() if there else None, update_password=policy)
    assert operation.body.get("zip_encrypt_password") == ("canary" if sent else None)
    assert ("zip_encrypt_password" in operation.changes) is sent
    assert "canary" not in repr((operation.before, operation.after, operation.changes, operation.operation.expected))


def test_the_password_can_be_cleared():
    operation = present(wish(zip_encrypt_password=""), plan_row(), update_password="always")
    assert operation.body["zip_encrypt_password"] == ""
    assert operation.after["zip_encrypt_password"] == ""


def test_no_password_declared_is_nothing_to_send():
    assert present(wish(), plan_row(), update_password="always").kind == "keep"


def test_an_id_with_another_name_renames():
    operation = present(wish(id=PLAN, name="weekly"), plan_row())
    assert (operation.kind, operation.name, operation.changes) == ("update", "weekly", ("name",))
    assert operation.body == dict(CRONTAB, name="weekly")
    assert (operation.before["name"], operation.after["name"]) == ("nightly", "weekly")


@pytest.mark.parametrize("name", ["nightly", " nightly ", ""], ids=["the same name", "with blanks", "no name"])
def test_an_id_with_its_own_name_or_none_does_not_rename(name):
    assert present(wish(id=PLAN, name=name), plan_row()).kind == "keep"


def test_an_unknown_id_creates_nothing():
    with pytest.raises(BadInput, match="no backup plan with the id %s" % UNKNOWN):
        present(wish(id=UNKNOWN))


@pytest.mark.parametrize("row, options", [(None, {"name": "a/b"}), (plan_row(), {"id": PLAN, "name": "a/b"})], ids=["new plan", "rename"])
def test_a_new_name_with_a_slash_is_refused(row, options):
    with pytest.raises(BadInput, match="slash"):
        present(wish(**options), row)


def test_a_plan_that_has_a_slash_in_its_name_can_be_managed():
    assert present(wish(name="a/b", comment="d"), plan_row(name="a/b")).kind == "update"


@pytest.mark.parametrize("dialect", examples.DIALECTS)
@pytest.mark.parametrize("there", [True, False], ids=["change", "creation"])
def test_mail_recipients_are_sent_under_the_name_that_the_dialect_knows(dialect, there):
    body = present(wish(recipients_part_one=[CAROL]), plan_row(dialect) if there else None, dialect).body
    key, other = ("recipients", "recipients_part_one") if dialect == "v3.0" else ("recipients_part_one", "recipients")
    assert body[key] == [CAROL]
    assert other not in body


# several plans


def reconcile(wishes, rows, **policy):
    return _reconcile.reconcile(wishes, [_plan.read(row) for row in rows], **policy)


def kinds(operations):
    return [(operation.kind, operation.name) for operation in operations]


OTHER = plan_row(id=OTHER_PLAN, name="other")


def test_plans_are_matched_by_exact_name():
    operations, faults = reconcile([wish(name="Nightly"), wish(name="other", comment="d")], [plan_row(), OTHER])
    assert kinds(operations) == [("create", "Nightly"), ("update", "other")]
    assert not faults


@pytest.mark.parametrize("prune, expected", [(False, []), (True, [("delete", "other")])])
def test_what_is_not_declared_goes_only_when_pruned_and_last(prune, expected):
    operations, _faults = reconcile([wish()], [OTHER, plan_row()], prune=prune)
    assert kinds(operations) == [("keep", "nightly")] + expected


def test_a_plan_that_cannot_be_is_reported_and_not_pruned():
    operations, faults = reconcile([wish(is_periodic=True), wish(name="new")], [plan_row(**NO_SCHEDULE), OTHER], prune=True)
    assert kinds(operations) == [("create", "new"), ("delete", "other")]
    assert list(faults) == ["nightly"]
    assert "crontab or interval is needed" in str(faults["nightly"])


def test_pruning_an_empty_declaration_deletes_everything():
    operations, _faults = reconcile([], [plan_row(), OTHER], prune=True)
    assert kinds(operations) == [("delete", "nightly"), ("delete", "other")]


def test_what_is_as_declared_is_kept_among_others():
    operations, faults = _reconcile.reconcile([wish(comment="c")], [_plan.read(plan_row())])
    assert (kinds(operations), faults) == ([("keep", "nightly")], {})


# after a write


@pytest.mark.parametrize("shown, wrong", [
    ({"comment": "d"}, []), ({"comment": "c"}, ["comment"]), ({"comment": "d", "name": "other"}, ["name"]),
    ({"comment": "d", **WIPED}, ["crontab"]), ({"comment": "d", **NO_SCHEDULE}, ["is_periodic", "crontab"]),
], ids=["as written", "ignored", "another name", "wiped", "switched off"])
def test_what_the_server_made_of_a_write_is_compared(shown, wrong):
    operation = present(wish(comment="d"), plan_row())
    assert _reconcile.differences(operation.operation, _plan.read(plan_row(**shown))) == wrong


def test_a_field_that_the_server_does_not_show_is_wrong():
    row = plan_row(recipients_part_one=[])
    operation = present(wish(recipients_part_one=[ALICE]), row)
    del row["recipients_part_one"]
    assert _reconcile.differences(operation.operation, _plan.read(row)) == ["recipients_part_one"]


# all at once, against a model of each kind of server

def test_every_option_is_generated():
    assert set(generated.OPTIONS) == set(_plan.option_specs())


@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
@given(data=st.data(), policy=st.sampled_from(["on_create", "always"]))
def test_what_is_declared_is_reached_in_one_step_and_all_else_is_left_alone(server, data, policy):
    dialect = _dialect.BY_NAME[server.dialect]
    row = data.draw(st.none() | generated.rows(server))
    declared = wish(**data.draw(generated.declarations(dialect)))
    existing = [_plan.read(row)] if row else []
    operations, faults = _reconcile.reconcile([declared], existing, policy)
    if not _possible(declared.schedule, existing[0].schedule.kind if existing else "none"):
        assert (operations, list(faults)) == ([], ["nightly"])
        return
    (operation,) = operations
    if operation.kind == "keep":
        after = row
    elif operation.kind == "create":
        after = server_model.post(server, _apply.body_of(operation, dialect))
    else:
        after = server_model.patch(server, row, _apply.body_of(operation, dialect))
    plan = _plan.read(after)
    assert not _reconcile.differences(operation, plan)
    again, _error = _reconcile.present(declared, plan)
    assert (again.kind, again.changes) == ("keep", ())
    if row:
        _check_untouched(declared, existing[0], plan)


def _possible(asked, current):
    """Whether the declared schedule can be: a periodic plan needs something to run by."""
    if not asked["is_periodic"] or (asked["crontab"] or "").strip() or asked["interval"]:
        return True
    return current == "interval" or (current == "crontab" and asked["crontab"] is None)


def _check_untouched(declared, before, after):
    for name, value in before.fields.items():
        if name not in declared.fields:
            assert _plan.BY_NAME[name].kind.key(after.fields[name]) == _plan.BY_NAME[name].kind.key(value)
    if all(value is None for value in declared.schedule.values()):
        assert after.schedule in (before.schedule, before.schedule.portable)


# what is no difference


EQUIVALENT = {
    "0 is sunday": ("0 3 * * 0", "0 3 * * sun"), "leading zeros": ("00 03 * * *", "0 3 * * *"), "order of a list": ("1,3 * * * *", "3,1 * * * *"),
    "every one": ("0 */1 * * *", "0 * * * *"), "a range spelt out": ("0 1-3 * * *", "0 1,2,3 * * *"), "a star in the minute": ("*/5 * * * *", "0-59/5 * * * *"),
}


@pytest.mark.parametrize("stored, declared", EQUIVALENT.values(), ids=EQUIVALENT)
def test_another_spelling_of_a_crontab_is_no_difference(stored, declared):
    for first, second in ((stored, declared), (declared, stored)):
        operation = present(wish(crontab=second), plan_row(crontab=first), "v3.9")
        assert (operation.kind, operation.before) == ("keep", operation.after)


@pytest.mark.parametrize("stored, declared", [("0 3 * * 0", "0 3 * * 1"), ("0 3 1 * *", "0 3 * * 1"), ("60 3 * * *", "0 3 * * *")], ids=" to ".join)
def test_another_time_is_a_difference(stored, declared):
    assert present(wish(crontab=declared), plan_row(crontab=stored)).kind == "update"


@pytest.mark.parametrize("options", [{"types": ["mysql", "linux", "mysql"]}, {"recipients_part_one": [ALICE, BOB, ALICE]}, {"types": ["linux"]}], ids=str)
def test_what_differs_in_duplicates_only_is_no_difference(options):
    row = plan_row(types=["linux", "linux"]) if options == {"types": ["linux"]} else plan_row()
    operation = present(wish(**options), row)
    assert (operation.kind, operation.before) == ("keep", operation.after)


def test_a_plan_cannot_be_renamed_to_a_name_that_is_there_or_made_in_the_same_run():
    operations, errors = reconcile([wish(id=PLAN, name="other"), wish(name="new")], [plan_row(), OTHER])
    assert (kinds(operations), list(errors)) == ([("create", "new")], ["other"])
    operations, errors = reconcile([wish(id=PLAN, name="new"), wish(name="new ")], [plan_row()])
    assert (kinds(operations), list(errors)) == ([("create", "new")], ["new"])


@pytest.mark.parametrize("new, there, told", [
    ("nightly", "Nightly", True), ("Café", "cafe", True), ("straße", "STRASSE", True), ("nightly", "nightly", False), ("a", "b", False),
], ids=repr)
def test_names_that_a_database_may_take_for_the_same(new, there, told):
    operations, _errors = reconcile([wish(name=new)], [plan_row(name=there)])
    assert _reconcile.twins(operations, [_plan.read(plan_row(name=there))]) == ([(new, there)] if told else [])


@pytest.mark.parametrize("server", [server for server in SERVERS.values() if server.keeps is False], ids=lambda server: server.dialect)
def test_the_model_wipes_as_real_servers_do(server):
    row = plan_row(server.dialect)
    assert _plan.read(server_model.patch(server, row, {"comment": "d"})).schedule.kind == "broken"
    assert _plan.read(server_model.patch(server, row, {"is_periodic": False})).schedule == NONE
    assert _plan.read(server_model.patch(server, row, dict(INTERVAL))).schedule == Schedule("interval", 12)
