# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a recorded answer with a fresh one: same facts, whatever the ids, the clock and the order of a set.

Ids are compared through `Ids`, which knows which fresh id stands for which recorded one. Everything else that differs
between two runs of one server (dates, durations, host names, order inside related lists) is written in one form first.
"""
from __future__ import annotations

import itertools
import json
import re
import typing
import uuid

# also right after a percent-encoded comma, whose code is hexadecimal itself
UUID = re.compile(r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2}))(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{32})(?![0-9A-Za-z])")
DATE = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [+-]\d{4}")
LOG_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
FILE_STAMP = re.compile(r"(?:\d{8}-\d{6}|<date>)-\d+\.\d+")
ADDRESS = re.compile(r"https?://[^/\s\"]+")
SECONDS = re.compile(r"\d+\.\d+s")

# Measured times, by key. Zero is a fact of its own: it means "not finished yet" on 3.x.
DURATIONS = frozenset(("timedelta", "duration", "time_cost", "db_time", "redis_time", "time"))
# Drawn anew by each server.
RANDOM = frozenset(("mark",))
# Depends on what was done before the first exchange.
LAST_USED = frozenset(("date_api_key_last_used", "date_last_used", "last_login"))
# Answers whose order is the server's and means something: pages, bulk answers, error lists.
ORDERED = frozenset(("results",))

ABSENT = object()


class Ids:
    """Which fresh id (or login token) stands for which recorded one."""

    def __init__(self, common: typing.Iterable[str] = ()) -> None:
        """`common` are the ids that are the same on both sides, and stay so."""
        self._common = {_canonical(identity) for identity in common}
        self._fresh: dict[str, str] = {identity: identity for identity in self._common}
        self._recorded: dict[str, str] = dict(self._fresh)

    def bind(self, recorded: str, fresh: str) -> None:
        """Note a pair. A newer pair wins: an object may be deleted and made anew."""
        recorded, fresh = _canonical(recorded), _canonical(fresh)
        if {recorded, fresh} & self._common:
            return
        self._recorded.pop(self._fresh.pop(recorded, ""), None)
        self._fresh.pop(self._recorded.pop(fresh, ""), None)
        self._fresh[recorded] = fresh
        self._recorded[fresh] = recorded

    def fresh(self, recorded: str) -> typing.Optional[str]:
        """The fresh id for a recorded one, if known."""
        return self._fresh.get(_canonical(recorded))

    def recorded(self, fresh: str) -> typing.Optional[str]:
        """The recorded id for a fresh one, if known."""
        return self._recorded.get(_canonical(fresh))

    def to_fresh(self, value: typing.Any) -> typing.Any:
        """The same request, with fresh ids (each in the spelling of the recorded one)."""
        return _replace(value, self._fresh)

    def to_recorded(self, value: typing.Any) -> typing.Any:
        """The same answer, with recorded ids."""
        return _replace(value, self._recorded)


def differences(recorded: typing.Any, fresh: typing.Any, ids: Ids) -> list[str]:
    """What differs between two bodies, as lines `place: recorded | fresh`. Pairs of ids unknown so far are taken as equal once."""
    found: list[str] = []
    recorded, fresh = normal(recorded), normal(ids.to_recorded(fresh))
    _compare("", recorded, _ties_as_in(recorded, fresh), ids, Ids(), found)
    return found


def differences_by_chance(recorded: typing.Any, fresh: typing.Any, key: str) -> list[str]:
    """What differs between two lists sorted by a key whose values are drawn anew (`id`), or that many rows share.

    Which rows stand where, and which of them fall on this page, is chance then; the values of the key and the shape of the rows are not.
    """
    descending, key = key.startswith("-"), key.lstrip("-")
    old, new = _page(recorded), _page(fresh)
    if not _have(old, key) or not _have(new, key):
        return ["order: no rows with %s to compare" % key]
    shapes = [[sorted(row) for row in rows] for rows in (old, new)]
    found = [] if shapes[0] == shapes[1] else ["order: other keys in the rows"]
    if key == "id":
        values = [row["id"] for row in new]
        found.extend([] if values == sorted(values, reverse=descending) else ["order: not sorted by id"])
    else:
        _compare("order", [row[key] for row in old], [row[key] for row in new], Ids(), Ids(), found)
    if isinstance(recorded, dict):
        _compare("", {"count": recorded["count"]}, {"count": fresh["count"]}, Ids(), Ids(), found)
    return found


def _page(body: typing.Any) -> typing.Any:
    return body.get("results") if isinstance(body, dict) else body


def _have(rows: typing.Any, key: str) -> bool:
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) and key in row for row in rows)


def normal(value: typing.Any, key: str = "", nested: bool = False) -> typing.Any:
    """A value without what differs between two runs."""
    if key in RANDOM and value:
        return "<random>"
    if key in LAST_USED and (value is None or DATE.fullmatch(str(value))):
        return "<date or null>"
    if key in DURATIONS and _is_number(value):
        return "<zero %s>" % type(value).__name__ if not float(value) else "<duration %s>" % type(value).__name__
    if isinstance(value, str):
        return _normal_text(value)
    if isinstance(value, dict):
        return {name: normal(item, name, nested=True) for name, item in value.items()}
    if isinstance(value, list):
        items = [normal(item, nested=True) for item in value]
        is_set = nested and key not in ORDERED and all(isinstance(item, dict) and "id" in item for item in items)
        return sorted(items, key=_sort_key) if is_set else items
    return value


def _ties_as_in(recorded: typing.Any, fresh: typing.Any) -> typing.Any:
    """The fresh rows, those of one name in the recorded order: lists are sorted by name, and among equals chance decides."""
    if isinstance(recorded, dict) and isinstance(fresh, dict) and "results" in recorded and "results" in fresh:
        return dict(fresh, results=_ties_as_in(recorded["results"], fresh["results"]))
    if not _are_rows(recorded) or not _are_rows(fresh) or [row["name"] for row in recorded] != [row["name"] for row in fresh]:
        return fresh
    places = {row["id"]: place for place, row in enumerate(recorded)}
    runs = itertools.groupby(fresh, key=lambda row: row["name"])
    return [row for run in runs for row in sorted(run[1], key=lambda row: places.get(row["id"], len(places)))]


def _are_rows(value: typing.Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and {"id", "name"} <= set(row) for row in value)


def _sort_key(item: typing.Any) -> str:
    return json.dumps(item, sort_keys=True, ensure_ascii=False)


def _is_number(value: typing.Any) -> bool:
    if isinstance(value, str):
        return bool(re.match(r"\d+(\.\d+)?\Z", value))
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _normal_text(text: str) -> str:
    for pattern, word in ((DATE, "<date>"), (LOG_DATE, "<date>"), (FILE_STAMP, "<stamp>"), (ADDRESS, "<address>"), (SECONDS, "<seconds>")):
        text = pattern.sub(word, text)
    return text


def _canonical(identity: str) -> str:
    """One spelling of an id; anything that is no UUID stands for itself."""
    if UUID.fullmatch(identity):
        return str(uuid.UUID(identity))
    return identity


def _in_spelling_of(model: str, identity: str) -> str:
    """An id written like another: capitals, dashes."""
    if "-" not in model:
        identity = identity.replace("-", "")
    return identity.upper() if model.upper() == model and model.lower() != model else identity


def _replace(value: typing.Any, pairs: typing.Mapping[str, str]) -> typing.Any:
    if isinstance(value, str):
        if value in pairs:
            return pairs[value]
        return UUID.sub(lambda match: _in_spelling_of(match.group(), pairs.get(_canonical(match.group()), _canonical(match.group()))), value)
    if isinstance(value, list):
        return [_replace(item, pairs) for item in value]
    if isinstance(value, dict):
        return {_replace(name, pairs): _replace(item, pairs) for name, item in value.items()}
    return value


def _compare(place: str, recorded: typing.Any, fresh: typing.Any, ids: Ids, guesses: Ids, found: list[str]) -> None:
    if isinstance(recorded, dict) and isinstance(fresh, dict):
        for name in [*recorded, *(name for name in fresh if name not in recorded)]:
            _compare("%s.%s" % (place, name), recorded.get(name, ABSENT), fresh.get(name, ABSENT), ids, guesses, found)
    elif isinstance(recorded, list) and isinstance(fresh, list) and len(recorded) == len(fresh):
        for index, pair in enumerate(zip(recorded, fresh)):
            _compare("%s[%d]" % (place, index), pair[0], pair[1], ids, guesses, found)
    elif isinstance(recorded, str) and isinstance(fresh, str):
        if not _same_text(recorded, fresh, ids, guesses):
            found.append(_line(place, recorded, fresh))
    elif recorded is ABSENT or fresh is ABSENT or type(recorded) is not type(fresh) or recorded != fresh:
        found.append(_line(place, recorded, fresh))


def _same_text(recorded: str, fresh: str, ids: Ids, guesses: Ids) -> bool:
    """Equal texts, but for ids of which neither is known yet; a text that was cut with an ellipsis is a beginning."""
    if recorded.endswith("\u2026") and len(recorded) > 80:
        recorded = recorded[:-1]
        fresh = fresh[: len(recorded)]
    if recorded == fresh:
        return True
    old, new = UUID.findall(recorded), UUID.findall(fresh)
    if len(old) != len(new) or UUID.sub("", recorded) != UUID.sub("", fresh):
        return False
    return all(_same_id(a, b, ids, guesses) for a, b in zip(old, new))


def _same_id(recorded: str, fresh: str, ids: Ids, guesses: Ids) -> bool:
    recorded, fresh = _canonical(recorded), _canonical(fresh)
    if recorded == fresh:
        return True
    # a fresh id that was known has become the recorded one already
    if any(known is not None for known in (ids.fresh(recorded), ids.recorded(fresh), ids.fresh(fresh))):
        return False
    if guesses.fresh(recorded) is None and guesses.recorded(fresh) is None:
        guesses.bind(recorded, fresh)
    return guesses.fresh(recorded) == fresh


def _line(place: str, recorded: typing.Any, fresh: typing.Any) -> str:
    return "%s: %s | %s" % (place or ".", _short(recorded), _short(fresh))


def _short(value: typing.Any) -> str:
    if value is ABSENT:
        return "(absent)"
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 300 else text[:300] + " ..."
