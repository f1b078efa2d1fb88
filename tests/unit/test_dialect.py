# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which dialect a server speaks, told by its plans, by its description of them, and by nothing else."""

from __future__ import annotations

import re

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError

from tests.contract import tapes
from tests.unit import examples

RECORDED = {"3.5": "v3.0", "3.10": "v3.9", "4.10": "v4.8"}
# the fields that POST describes, in each dialect; the write-only password is no key of a row
DESCRIBED = {dialect: dict.fromkeys(row, {"type": "field"}) for dialect, row in examples.PLAN_ROWS.items()}


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_a_row_tells_the_dialect(dialect):
    assert _dialect.from_keys(examples.plan_row(dialect)).name == dialect


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_options_tell_the_dialect(dialect):
    assert _dialect.from_options({"actions": {"POST": DESCRIBED[dialect]}}).name == dialect


def recorded(version, method):
    """Paths and bodies of the successful answers about plans that a real server gave."""
    for exchange in tapes.load(version).exchanges:
        if exchange.method == method and exchange.answer.status in (200, 201) and exchange.path.split("?")[0] == _dialect.PLANS:
            yield exchange.path, exchange.answer.body


@pytest.mark.parametrize("version, dialect", RECORDED.items(), ids=RECORDED)
def test_every_recorded_description_tells_the_dialect(version, dialect):
    answers = [body for _path, body in recorded(version, "OPTIONS") if isinstance(body, dict) and "POST" in body.get("actions", {})]
    assert answers
    assert {_dialect.from_options(answer).name for answer in answers} == {dialect}


@pytest.mark.parametrize("version, dialect", RECORDED.items(), ids=RECORDED)
def test_every_recorded_plan_tells_the_dialect(version, dialect):
    rows = []
    for path, body in recorded(version, "GET"):
        found = body if isinstance(body, list) else body.get("results", []) if isinstance(body, dict) else []
        rows += [row for row in found if isinstance(row, dict) and not re.search("fields", path)]
    assert len(rows) > 10
    assert {_dialect.from_keys(row).name for row in rows} == {dialect}


@pytest.mark.parametrize("version, dialect", RECORDED.items(), ids=RECORDED)
def test_rows_in_the_examples_have_the_keys_of_the_recorded_ones(version, dialect):
    recorded_rows = [body for _path, body in recorded(version, "POST") if isinstance(body, dict)]
    assert {frozenset(row) for row in recorded_rows} == {frozenset(examples.plan_row(dialect))}


@pytest.mark.parametrize("keys", [{}, {"id": 1, "name": 2, "types": 3}], ids=["nothing", "keys that all have"])
def test_some_keys_do_not_tell(keys):
    assert _dialect.from_keys(keys) is None


NO_DESCRIPTIONS = {"no actions": {}, "no POST": {"actions": {}}, "a page": None, "a list": [], "something else": {"actions": {"POST": {"title": {}}}},
                   "odd": {"actions": []}, "odd POST": {"actions": {"POST": []}}}


@pytest.mark.parametrize("answer", NO_DESCRIPTIONS.values(), ids=NO_DESCRIPTIONS)
def test_what_is_no_description_is_an_error_with_a_way_out(answer):
    with pytest.raises(JumpServerError, match="set the option dialect"):
        _dialect.from_options(answer)


@pytest.mark.parametrize("dialect, key", [("v3.0", "plan"), ("v3.6", "plan"), ("v3.9", "plan"), ("v4.8", "automation")])
def test_key_that_starts_a_run(dialect, key):
    assert _dialect.BY_NAME[dialect].execution_key == key


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_mail_recipients_have_another_name_to_3_5(dialect):
    assert _dialect.BY_NAME[dialect].api_name("recipients_part_one") == ("recipients" if dialect == "v3.0" else "recipients_part_one")
    assert _dialect.BY_NAME[dialect].api_name("types") == "types"


@pytest.mark.parametrize("dialect", examples.DIALECTS)
def test_a_dialect_has_what_came_with_it_or_before(dialect):
    position = examples.DIALECTS.index(dialect)
    assert [_dialect.BY_NAME[dialect].has(since) for since in examples.DIALECTS] == [since <= position for since in range(4)]


def test_the_dialects_cover_all_versions_without_a_gap():
    rows = [_dialect.BY_NAME[name] for name in examples.DIALECTS]
    assert [(row.first, row.last) for row in rows] == [("3.0", "3.5"), ("3.6", "3.8"), ("3.9", "4.7"), ("4.8", "4.10")]
    assert [row.name for row in rows] == ["v" + row.first for row in rows]


@pytest.mark.parametrize("kind, believed", [("integer", True), ("field", False)], ids=["4.10.8 and later", "4.8.0 to 4.10.7"])
def test_whether_failures_are_reported(kind, believed):
    assert _dialect.reports_failures({"actions": {"POST": {"executed_amount": {"type": kind}}}}) is believed


def test_failures_are_reported_by_the_recorded_4_10():
    answers = [body for _path, body in recorded("4.10", "OPTIONS") if "POST" in body.get("actions", {})]
    assert answers
    assert all(map(_dialect.reports_failures, answers))
