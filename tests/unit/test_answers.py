# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shapes of answers: every recorded answer fits, and what does not is told by its place and sort, never by its value."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import answers, shapes

from tests.contract import tapes
from tests.unit.examples import DEFAULT, DIALECTS, OTHER_PLAN, PLAN, RUN, plan_row, run_row

PLANS, EXECUTIONS = list(answers.ROWS)[:2]
# asked for in a way in which the collection never asks: rows without the keys that it needs
OTHERWISE = ("fields=id", "fields=name", "suggestions/")


# no tape lists them
UNTAPED = {"/api/v1/accounts/accounts/", "/api/v1/assets/assets/"}


def recorded():
    """(what is answered, its shape, the answer) of each successful exchange at an address of the table."""
    for version in tapes.versions():
        for exchange in tapes.load(version).exchanges:
            path = exchange.path.split("?")[0]
            address = path if path in answers.SINGLES else answers.address(path)
            if exchange.answer.status not in (200, 201) or address is None or exchange.method in ("DELETE", "PUT") or any(
                    way in exchange.path for way in OTHERWISE) or not isinstance(exchange.answer.body, (dict, list)):
                continue
            yield (version, exchange.method, address), answers.answered(exchange.method, path, exchange.body), exchange


def test_recorded_accounts_and_assets_fit():
    """Lists of four real servers, whole rows and rows of few fields."""
    exchanges = json.loads(Path(__file__).with_name("accounts_and_assets.json").read_text(encoding="utf-8"))
    assert {(exchange["version"], exchange["path"]) for exchange in exchanges} == {
        (version, path) for version in ("3.5.7", "3.8.2", "3.10.23", "4.10.19") for path in UNTAPED}
    for exchange in exchanges:
        assert answers.listed(exchange["path"])(exchange["body"]) is None


def test_every_recorded_answer_fits():
    seen, faults = set(), []
    for what, shape, exchange in recorded():
        seen.add(what)
        fault = shape(exchange.answer.body)
        if fault:
            faults.append((exchange.tag, exchange.path, fault))
    assert faults == []
    for version in tapes.versions():
        assert {(version, "GET", PLANS), (version, "POST", PLANS), (version, "PATCH", PLANS), (version, "OPTIONS", PLANS), (version, "GET", EXECUTIONS),
                (version, "POST", EXECUTIONS)} <= seen
    assert {address for _version, _method, address in seen} == {*answers.ROWS, *answers.SINGLES} - UNTAPED


@pytest.mark.parametrize("dialect", DIALECTS)
def test_rows_of_every_dialect_fit(dialect):
    assert answers.ROWS[PLANS](plan_row(dialect)) is None
    for state in ("running", "success", "failed"):
        assert answers.ROWS[EXECUTIONS](run_row(dialect, state, with_password=["Alice"], without_password=["Bob"])) is None


ODD = [None, [], {}, "text", 5, -1, 1.5, True, float("nan"), [1], [None], {"x": 1}]


def odd_rows(row):
    """The row, with each key that is looked at missing or of another sort."""
    for key in row:
        for odd in ODD:
            yield "%s: %s" % (key, json.dumps(odd)), {**row, key: odd}
    for key in ("id", "name"):
        yield "no " + key, {name: value for name, value in row.items() if name != key}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_wrong_is_told_by_its_place_and_never_by_its_value(dialect):
    told = {what: answers.ROWS[PLANS](row) for what, row in odd_rows(plan_row(dialect, name="canary"))}
    assert sum(map(bool, told.values())) > 60
    assert told["no id"] == " has no id" and told["no name"] == " has no name"
    assert told['id: "text"'] == ".id is another text, not an id"
    assert told["id: 5"] == ".id is a number, not an id" and told["name: null"] == ".name is null, not a text"
    assert not any("canary" in (fault or "") for fault in told.values())


SHAPES = {
    "text": (shapes.TEXT, ["", "x"], [None, 5, True, [], {}]), "flag": (shapes.FLAG, [True, False], [None, 0, 1, "true"]),
    "number": (shapes.NUMBER, [0, -1, 1.5], [True, "1", None, float("nan"), float("inf")]), "count": (shapes.COUNT, [0, 7], [-1, 1.0, True, "1", None]),
    "duration": (shapes.DURATION, [0, 1.5, "0.25", "12"], [True, "x", "nan", "inf", None, [], {}]),
    "id": (shapes.ID, [PLAN, PLAN.upper(), DEFAULT], ["", "x", PLAN + "0", PLAN.replace("-", ""), 5, None, [PLAN]]),
    "maybe": (shapes.maybe(shapes.TEXT), ["x", None], [5, []]), "either": (shapes.either(shapes.TEXT, shapes.COUNT), ["x", 5], [None, -1, []]),
    "each": (shapes.each(shapes.TEXT), [[], ["x"]], [None, {}, "x", [5], ["x", None]]),
    "values": (shapes.values(shapes.TEXT), [{}, {"a": "x"}], [None, [], {"a": 5}]),
    "fields": (shapes.fields({"a": shapes.TEXT}, {"b": shapes.COUNT}), [{"a": "x"}, {"a": "x", "b": 1, "c": None}],
               [None, [], {}, {"a": 5}, {"a": "x", "b": "1"}]),
    "page": (shapes.page(shapes.TEXT), [[], ["x"], {"count": 5, "results": ["x"]}], [None, {}, {"count": 1}, {"count": 1, "results": [5]}, [5], "x"]),
    "list of rows": (answers.answered("PATCH", PLANS, [{}]), [[], [plan_row()]], [plan_row(), None, [None], [{}]]),
    "the row that was asked for": (answers.answered("GET", PLANS + PLAN + "/", None), [plan_row(), plan_row(id=PLAN.upper())], [plan_row(id=OTHER_PLAN), []]),
    "a start": (answers.answered("POST", EXECUTIONS, {"plan": PLAN}), [{"task": RUN}], [{}, {"task": "x"}, {"task": None}, [], run_row("v3.9", "running")]),
    "a description": (answers.answered("OPTIONS", PLANS, None), [{}, {"actions": {}}, {"actions": {"POST": {"name": {"type": "string"}}}}],
                      [[], {"actions": []}, {"actions": {"POST": []}}, {"actions": {"POST": {"name": "string"}}}]),
}


@pytest.mark.parametrize("shape, good, bad", SHAPES.values(), ids=SHAPES)
def test_a_shape(shape, good, bad):
    assert [value for value in good if shape(value)] == []
    assert [value for value in bad if not shape(value)] == []


def test_every_address_that_the_collection_names_has_a_shape():
    """So that nothing is asked whose answer would be taken as it comes."""
    plugins = Path(answers.__file__).resolve().parent.parent.parent
    named = {
        address for path in plugins.rglob("*.py") if path.name != "answers.py"
        for address in re.findall(r"\"(/api/v1/[a-z0-9/_-]*/)\"", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 6
    assert [address for address in sorted(named) if address not in answers.SINGLES and answers.address(address) is None] == []
