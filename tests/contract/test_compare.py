# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comparison itself: it forgives what differs between two runs of one server, and nothing else."""
from __future__ import annotations

import typing

import pytest

from tests.contract import compare

OLD, OTHER_OLD = "0d4c0e03-5db5-4e1f-9814-08ed964f977b", "3d08636c-3650-41c5-a4d4-cad02265f9f2"
NEW, OTHER_NEW = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "2c9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
CUT = "x" * 100 + "\u2026"


def _ids(*pairs: tuple[str, str]) -> compare.Ids:
    ids = compare.Ids()
    for recorded, fresh in pairs:
        ids.bind(recorded, fresh)
    return ids


@pytest.mark.parametrize(
    "recorded, fresh",
    [
        ({"id": OLD}, {"id": NEW}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"date_created": "2026/11/24 17:09:12 +0800"}, {"date_created": "2027/01/01 00:00:00 +0800"}),
        ({"next": "http://jumpserver.example/api/?limit=1"}, {"next": "http://127.0.0.1:4711/api/?limit=1"}),
        ({"timedelta": 0.18}, {"timedelta": 0.0001}),
        ({"recipients": [{"id": OLD}, {"id": OTHER_OLD}]}, {"recipients": [{"id": OTHER_OLD}, {"id": OLD}]}),
        (CUT, "x" * 100 + "and so on"),
        ({"detail": "no %s here" % OLD}, {"detail": "no %s here" % NEW}),
    ],
)
def test_the_same(recorded: typing.Any, fresh: typing.Any) -> None:
    assert not compare.differences(recorded, fresh, _ids())


@pytest.mark.parametrize(
    "recorded, fresh",
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": "1"}),
        ({"a": None}, {}),
        ({}, {"a": None}),
        ({"date_finished": "2026/11/24 17:09:12 +0800"}, {"date_finished": None}),
        ({"date_created": "2026/11/24 17:09:12 +0800"}, {"date_created": "2026-11-24T17:09:12"}),
        ({"timedelta": 0.18}, {"timedelta": 0.0}),
        ({"duration": "0.18"}, {"duration": 0.18}),
        ({"next": "http://jumpserver.example/api/?limit=1"}, {"next": "http://127.0.0.1:4711/api/?limit=2"}),
        ({"results": [{"id": OLD, "name": "a"}, {"id": OTHER_OLD, "name": "b"}]}, {"results": [{"id": OTHER_OLD, "name": "b"}, {"id": OLD, "name": "a"}]}),
        ([{"id": OLD}], [{"id": OLD}, {"id": OTHER_OLD}]),
        ({"types": ["linux", "mysql"]}, {"types": ["mysql", "linux"]}),
        (["message"], ["another"]),
        (CUT, "x" * 99 + "and so on"),
        ("text", {}),
    ],
)
def test_different(recorded: typing.Any, fresh: typing.Any) -> None:
    assert compare.differences(recorded, fresh, _ids())


def test_known_ids_must_fit() -> None:
    ids = _ids((OLD, NEW))
    assert not compare.differences({"id": OLD}, {"id": NEW}, ids)
    assert compare.differences({"id": OLD}, {"id": OTHER_NEW}, ids)
    assert compare.differences({"id": OTHER_OLD}, {"id": NEW}, ids)


def test_one_unknown_id_stands_for_one_id_only() -> None:
    assert compare.differences([OLD, OLD], [NEW, OTHER_NEW], _ids())
    assert compare.differences([OLD, OTHER_OLD], [NEW, NEW], _ids())
    assert not compare.differences([OLD, OTHER_OLD, OLD], [NEW, OTHER_NEW, NEW], _ids())


def test_requests_get_fresh_ids_in_the_spelling_of_the_recorded_ones() -> None:
    ids = _ids((OLD, NEW), ("old-token", "new-token"))
    assert ids.to_fresh("/plans/%s/?ids=%s,%s" % (OLD, OLD.upper(), OLD.replace("-", ""))) == "/plans/%s/?ids=%s,%s" % (
        NEW, NEW.upper(), NEW.replace("-", ""),
    )
    assert ids.to_fresh({"token": "old-token", "other": ["old-token-2", 5, None]}) == {"token": "new-token", "other": ["old-token-2", 5, None]}
    assert ids.to_recorded([NEW]) == [OLD]


def test_common_ids_stay_what_they_are() -> None:
    ids = compare.Ids([OLD])
    ids.bind(OLD, NEW)
    ids.bind(OTHER_OLD, OLD)
    assert (ids.fresh(OLD), ids.fresh(OTHER_OLD)) == (OLD, None)
    assert compare.differences({"id": OTHER_OLD}, {"id": OLD}, ids)


def test_an_object_made_anew_takes_over_the_recorded_id() -> None:
    ids = _ids((OLD, NEW), (OLD, OTHER_NEW))
    assert ids.fresh(OLD) == OTHER_NEW
    assert ids.recorded(NEW) is None
