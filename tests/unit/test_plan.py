# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users write about a plan: filled up from defaults, checked, and understood; and how a plan of each dialect is read."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import Schedule

from tests.unit import examples
from tests.unit.examples import ALICE, BOB, CAROL, DEFAULT, PLAN, SFTP, plan_row


def declared(**options):
    plan, errors = _plan.declare(dict({"name": "nightly"}, **options))
    if errors:
        raise BadInput("; ".join(errors))
    return plan


def test_only_what_is_written_is_managed():
    plan = declared(types=["linux"], comment=None, recipients_part_one=None)
    assert plan.fields == {"types": ["linux"]}
    assert plan.schedule == {"is_periodic": None, "crontab": None, "interval": None}
    assert plan.secrets == {}


@pytest.mark.parametrize("field, empty", [("types", []), ("comment", ""), ("recipients_part_one", []), ("obj_recipients_part_two", []), ("is_active", False)])
def test_an_empty_value_is_managed(field, empty):
    assert declared(**{field: empty}).fields == {field: empty}


def test_blanks_around_name_and_comment_do_not_count():
    plan = declared(name="  每日备份 ", comment=" c\n")
    assert (plan.name, plan.fields["comment"]) == ("每日备份", "c")


def test_the_zip_password_is_kept_apart_from_what_is_compared():
    plan = declared(zip_encrypt_password="canary")
    assert plan.secrets == {"zip_encrypt_password": "canary"}
    assert plan.fields == {}


REFERENCES = {
    "name": ("alice", "alice"),
    "blanks around it": (" alice ", "alice"),
    "pk": ({"pk": ALICE}, ALICE),
    "id": ({"id": ALICE}, ALICE),
    "as the server returns it": ({"id": ALICE, "name": "Alice"}, ALICE),
}


@pytest.mark.parametrize("written, understood", REFERENCES.values(), ids=REFERENCES)
@pytest.mark.parametrize("field", [field.name for field in _plan.RELATED])
def test_reference(field, written, understood):
    assert declared(**{field: [written]}).fields[field] == [understood]


NO_REFERENCES = {"dict without id": {"name": "alice"}, "unknown key": {"pk": ALICE, "role": "x"}, "empty dict": {}, "empty id": {"pk": ""},
                 "empty": "", "blank": "  ", "null": None, "number": 42, "number as id": {"pk": 42}}


@pytest.mark.parametrize("written", NO_REFERENCES.values(), ids=NO_REFERENCES)
def test_no_reference(written):
    with pytest.raises(BadInput, match="recipients_part_one: "):
        declared(recipients_part_one=["bob", written])


# what servers up to 4.10.16 would store as nothing, or as something else
DANGEROUS = {
    "no base64": "S3cret:!!!", "Chinese": "备份密码:研发中心", "padding only": "S3cret:===", "padding among others": "S3cret:!=!", "one sign": "a:-",
    "URL-safe signs": "a:-_-", "a longest key": "k" * 99 + ":!", "a whole block": "key:QUJDREVGR0hJSktMTU5PUA==",
    "a whole block among others": "key:QUJDREVG R0hJSktM!TU5PUA==", "two blocks": "key:" + "QUJD" * 10 + "QUI=", "blanks around": " S3cret:!!! ",
    "a line break": "a:!\n",
    "blanks only": "  ",
}
HARMLESS = {
    "no colon": "S3cret!!!", "base64": "Winter:2026", "nothing right": "abc:", "blanks right": "abc: ", "nothing left": ":!!!", "blanks left": " :!!!",
    "two colons": "a:b:c",
    "two colons, no base64": "a:!:!", "too little base64": "x:!!!A", "base64 after padding": "x:==A", "an odd number": "x:QQ",
    "fifteen bytes": "key:" + "QUJD" * 5,
    "a key that is too long for AES": "备份密码备份密码备份密:研发中心", "nothing": "", "a lone surrogate": "\ud800:QQ",
}


@pytest.mark.parametrize("password", DANGEROUS.values(), ids=DANGEROUS)
def test_a_password_that_servers_lose_is_refused_without_showing_it(password):
    with pytest.raises(BadInput, match="^zip_encrypt_password cannot be used: ") as refused:
        declared(zip_encrypt_password=password)
    assert password.strip() == "" or password.strip() not in str(refused.value)


@pytest.mark.parametrize("password", HARMLESS.values(), ids=HARMLESS)
def test_a_password_that_servers_store_is_taken(password):
    assert declared(zip_encrypt_password=password).secrets == {"zip_encrypt_password": password}


API_FORMS = {
    "a choice": ({"backup_type": {"value": "email", "label": "邮箱"}}, {"backup_type": "email"}),
    "a choice without a label": ({"backup_type": {"value": "email"}}, {"backup_type": "email"}),
    "a choice with more": ({"backup_type": {"value": "email", "id": 1}}, {"backup_type": {"value": "email", "id": 1}}),
    "a choice without a value": ({"backup_type": {"label": "Email"}}, {"backup_type": {"label": "Email"}}),
    "empty keys": ({"name": "p", "accounts": [], "nodes": None, "assets": ""}, {"name": "p"}),
    "full keys": ({"accounts": ["root"], "nodes": []}, {"accounts": ["root"]}),
    "empty fields": ({"types": [], "comment": ""}, {"types": [], "comment": ""}),
    "no plan": ("text", "text"),
}


@pytest.mark.parametrize("written, understood", API_FORMS.values(), ids=API_FORMS)
def test_what_the_page_of_the_api_writes_is_understood(written, understood):
    assert _plan.as_options(written) == understood


FAULTS = {
    "no name": ({"name": ""}, "name must not be empty"),
    "blank name": ({"name": "  "}, "name must not be empty"),
    "long name": ({"name": "x" * 129}, "longer than 128"),
    "null character": ({"name": "a\0b"}, "null character"),
    "empty type": ({"types": ["linux", " "]}, "holds an empty one"),
    "types in lines": ({"types": ["linux\nmysql"]}, "types must be names of platform types, and holds a line break; write a list"),
    "crontab": ({"crontab": "0 3 31 2 *"}, "never comes"),
    "interval": ({"interval": 0}, "from 1 to 65535"),
    "id": ({"id": "7"}, "must be the UUID"),
}


@pytest.mark.parametrize("options, reason", FAULTS.values(), ids=FAULTS)
def test_fault(options, reason):
    with pytest.raises(BadInput, match=reason):
        declared(**options)


def test_all_faults_are_told_at_once():
    with pytest.raises(BadInput) as told:
        declared(name="x" * 129, crontab="0 24 * * *", interval=0, types=[""])
    assert str(told.value).count(";") >= 2
    for word in ("name is longer", "hour 24", "types must be names"):
        assert word in str(told.value)


def test_blanks_around_types_do_not_count():
    """Ansible splits one text at its commas and leaves them; a text block of YAML ends with a line break."""
    assert declared(types=["linux", " mysql", "自定义\n"]).fields["types"] == ["linux", "mysql", "自定义"]


def test_a_name_of_128_characters_after_trimming_is_fine():
    assert declared(name=" %s " % ("名" * 128)).name == "名" * 128


@pytest.mark.parametrize("written", [PLAN, PLAN.upper(), PLAN.replace("-", "")], ids=["as shown", "upper case", "without dashes"])
def test_an_id_is_brought_into_the_form_of_the_server(written):
    assert _plan.declare({"id": written})[0].id == PLAN


MERGED = {
    "from the defaults": ({"name": "n"}, {"types": ["linux"], "crontab": "0 3 * * *"}, {"name": "n", "types": ["linux"], "crontab": "0 3 * * *"}),
    "the plan wins": ({"types": ["mysql"]}, {"types": ["linux"]}, {"types": ["mysql"]}),
    "empty is a value": ({"types": []}, {"types": ["linux"]}, {"types": []}),
    "omitted is none": ({"types": None}, {"types": ["linux"], "comment": None}, {"types": ["linux"]}),
    "no defaults": ({"types": ["linux"]}, None, {"types": ["linux"]}),
    "own interval, default crontab": ({"interval": 12}, {"crontab": "0 3 * * *", "comment": "c"}, {"interval": 12, "comment": "c"}),
    "own crontab, default interval": ({"crontab": "0 3 * * *"}, {"interval": 12}, {"crontab": "0 3 * * *"}),
    "own crontab, defaults without schedule": ({"crontab": "0 3 * * *"}, {"is_periodic": False}, {"crontab": "0 3 * * *"}),
    "own switch, default crontab": ({"is_periodic": False}, {"crontab": "0 3 * * *"}, {"is_periodic": False, "crontab": "0 3 * * *"}),
}


@pytest.mark.parametrize("options, defaults, merged", MERGED.values(), ids=MERGED)
def test_defaults(options, defaults, merged):
    assert _plan.with_defaults(options, defaults) == merged


NEEDS = {
    "recipients_part_two": (["v3.0"], "3.6"),
    "backup_type": (["v3.0", "v3.6"], "3.9"),
    "obj_recipients_part_one": (["v3.0", "v3.6"], "3.9"),
    "obj_recipients_part_two": (["v3.0", "v3.6"], "3.9"),
    "is_password_divided_by_email": (["v3.0", "v3.6"], "3.9"),
    "is_password_divided_by_obj_storage": (["v3.0", "v3.6"], "3.9"),
    "zip_encrypt_password": (["v3.0", "v3.6"], "3.9"),
    "is_active": (["v3.0", "v3.6", "v3.9"], "4.8"),
    "types": ([], ""),
    "recipients_part_one": ([], ""),
    "comment": ([], ""),
}
SOME_VALUE = {"types": ["linux"], "backup_type": "email", "zip_encrypt_password": "canary", "comment": "c", "is_active": True,
              "is_password_divided_by_email": False, "is_password_divided_by_obj_storage": False}


def test_every_field_is_in_the_table_of_needs():
    assert set(NEEDS) == set(_plan.BY_NAME)


@pytest.mark.parametrize("field", NEEDS)
@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_a_field_that_the_server_lacks_is_refused_with_the_version_that_has_it(field, dialect):
    lacking, version = NEEDS[field]
    plan = declared(**{field: SOME_VALUE.get(field, [ALICE])})
    errors = _plan.dialect_errors(plan, _dialect.BY_NAME[dialect])
    if dialect not in lacking:
        assert not errors
    else:
        assert len(errors) == 1
        assert errors[0].startswith("%s needs JumpServer %s or later, and this server is %s" % (field, version, dialect[1:]))


@pytest.mark.parametrize("dialect, taken", [("v3.0", True), ("v3.6", True), ("v3.9", True), ("v4.8", False)])
def test_a_minute_with_a_star_depends_on_the_dialect(dialect, taken):
    plan = declared(crontab="*/5 * * * *")
    errors = _plan.dialect_errors(plan, _dialect.BY_NAME[dialect])
    assert not errors if taken else "write \"0-59/5 " in errors[0]


def test_all_that_a_server_lacks_is_told_at_once():
    errors = _plan.dialect_errors(declared(is_active=True, zip_encrypt_password="canary"), _dialect.BY_NAME["v3.6"])
    assert [error.partition(" needs ")[0] for error in errors] == ["is_active", "zip_encrypt_password"]


@pytest.mark.parametrize("options, depends", [
    ({"types": ["linux"], "crontab": "0 3 * * *", "recipients_part_one": ["alice"], "comment": "c"}, False), ({"crontab": "*/5 * * * *"}, True),
    ({"recipients_part_two": []}, True), ({"zip_encrypt_password": "canary"}, True), ({"is_active": False}, True),
], ids=str)
def test_what_depends_on_the_dialect(options, depends):
    assert _plan.depends_on_dialect(declared(**options)) is depends


REMARKS = {
    "half past twelve": ({"interval": 750}, "interval 750 is 31 days and 6 hours; if a time was meant, as YAML makes 750 of 12:30 without quotes"),
    "half past one": ({"interval": 90}, "of 1:30 without"),
    "one o'clock": ({"interval": 60}, "of 1:00 without"),
    "ten in the evening": ({"interval": 1320}, "of 22:00 without"),
    "both schedules": ({"crontab": "0 3 * * *", "interval": 5}, "the interval has no effect"),
    "mail recipients of a storage plan": ({"backup_type": "object_storage", "recipients_part_one": ["alice"]}, "recipients_part_one will get nothing"),
    "storages of a mail plan": ({"backup_type": "email", "obj_recipients_part_two": ["sftp"]}, "obj_recipients_part_two will get nothing"),
}


@pytest.mark.parametrize("options, remark", REMARKS.values(), ids=REMARKS)
def test_remark(options, remark):
    (told,) = _plan.remarks(declared(**options))
    assert remark in told


QUIET = {
    "two days and a half": {"interval": 59},
    "a week": {"interval": 168},
    "thirty-one days": {"interval": 744},
    "an interval that is switched off": {"interval": 750, "is_periodic": False},
    "mail": {"backup_type": "email", "recipients_part_one": ["alice"]},
    "storage": {"backup_type": "object_storage", "obj_recipients_part_one": ["sftp"]},
    "cleared recipients of a storage plan": {"backup_type": "object_storage", "recipients_part_one": []},
    "unmanaged kind": {"recipients_part_one": ["alice"], "obj_recipients_part_one": ["sftp"]},
}


@pytest.mark.parametrize("options", QUIET.values(), ids=QUIET)
def test_nothing_to_remark(options):
    assert not _plan.remarks(declared(**options))


FIELDS_READ = {
    "v3.0": {"types": ["linux", "mysql"], "recipients_part_one": [ALICE, BOB], "comment": "c"},
}
FIELDS_READ["v3.6"] = dict(FIELDS_READ["v3.0"], recipients_part_two=[CAROL])
FIELDS_READ["v3.9"] = dict(FIELDS_READ["v3.6"], backup_type="email", obj_recipients_part_one=[SFTP], obj_recipients_part_two=[],
                           is_password_divided_by_email=True, is_password_divided_by_obj_storage=False)
FIELDS_READ["v4.8"] = dict(FIELDS_READ["v3.9"], is_active=True)


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_read(dialect):
    plan = _plan.read(plan_row(dialect))
    assert plan.fields == FIELDS_READ[dialect]
    assert plan.schedule == Schedule("crontab", "0 3 * * *")
    assert (plan.id, plan.name, plan.org_id, plan.org_name) == (PLAN, "nightly", DEFAULT, "Default")
    shown = {identifier for field in _plan.RELATED for identifier in plan.fields.get(field.name, ())}
    assert plan.labels == {identifier: examples.NAMES[identifier] for identifier in shown}


def test_blanks_around_a_stored_name_do_not_count():
    assert _plan.read(plan_row(name=" nightly ")).name == "nightly"


def test_a_field_that_was_not_asked_for_is_absent():
    assert "recipients_part_one" not in _plan.read({"id": PLAN, "name": "n", "types": [], "is_periodic": False}).fields


def test_storages_are_those_that_the_plan_shows():
    assert _plan.read(plan_row()).storages == {SFTP: "sftp-main"}


@pytest.mark.parametrize("stored", ["linux", 5, {"value": "linux"}, [5], [{"value": "linux"}], None], ids=repr)
@pytest.mark.parametrize("wished", [[], ["linux"], ["5"]], ids=repr)
def test_types_that_are_no_list_of_texts_equal_no_wish(stored, wished):
    shown = _plan.read(plan_row(types=stored)).fields["types"]
    assert _plan.LABELS.key(shown) != _plan.LABELS.key(wished)


def test_a_label_of_another_language_does_not_matter():
    assert _plan.read(plan_row(backup_type={"value": "email", "label": "邮箱"})).fields["backup_type"] == "email"


def test_ids_are_read_in_lower_case():
    row = plan_row(recipients_part_one=[{"id": ALICE.upper(), "name": "Alice"}], org_id=DEFAULT.upper())
    plan = _plan.read(row)
    assert (plan.fields["recipients_part_one"], plan.org_id) == ([ALICE], DEFAULT)
