# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What an answer must look like, in words that are checked. Nothing from a server is trusted: it may be a proxy, a cache, or another program.

A shape is a function from a value to what is wrong with it, or None: ".results[3].id is a number, not an id" reads on after the name of the value. It
tells places and sorts of values, never the values. Places are put together on the way out only, so that good answers cost little.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Optional

Shape = Callable[[Any], Optional[str]]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SORTS = ((type(None), "null"), (bool, "true or false"), ((int, float), "a number"), (str, "a text"), (list, "a list"), (dict, "an object"))


def sort_of(found: Any) -> str:
    return next(name for sort, name in SORTS if isinstance(found, sort))


def value(described: str, fits: Callable[[Any], bool], sort: str = "") -> Shape:
    """The shape of a single value. ``sort``: the sort that it is of, of which not all values fit."""
    def check(found: Any) -> Optional[str]:
        if fits(found):
            return None
        actual = sort_of(found)
        return f" is {actual.replace('a ', 'another ', 1) if actual == sort else actual}, not {described}"

    return check


def _is_number(found: Any) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found)


def _is_duration(found: Any) -> bool:
    try:
        return not isinstance(found, bool) and math.isfinite(float(found))
    except (TypeError, ValueError, OverflowError):
        return False


ANYTHING = value("anything", lambda found: True)
TEXT = value("a text", lambda found: isinstance(found, str))
FLAG = value("true or false", lambda found: isinstance(found, bool))
NUMBER = value("a number", _is_number, "a number")
# 4.10.19 writes it as a text, "0.25"
DURATION = value("a number of seconds", _is_duration, "a number")
COUNT = value("a number of things", lambda found: isinstance(found, int) and not isinstance(found, bool) and found >= 0, "a number")
ID = value("an id", lambda found: isinstance(found, str) and UUID.fullmatch(found) is not None, "a text")
OBJECT = value("an object", lambda found: isinstance(found, dict))


def maybe(shape: Shape) -> Shape:
    """The shape, or null."""
    return lambda found: None if found is None else shape(found)


def either(shape: Shape, other: Shape) -> Shape:
    """One of two shapes; the first one says what is wrong."""
    def check(found: Any) -> Optional[str]:
        fault = shape(found)
        return fault if fault and other(found) else None

    return check


def both(shape: Shape, other: Shape) -> Shape:
    """Two shapes at once."""
    return lambda found: shape(found) or other(found)


def each(shape: Shape) -> Shape:
    """A list of such values."""
    def check(found: Any) -> Optional[str]:
        if not isinstance(found, list):
            return f" is {sort_of(found)}, not a list"
        for position, item in enumerate(found):
            fault = shape(item)
            if fault:
                return f"[{position}]{fault}"
        return None

    return check


def values(shape: Shape) -> Shape:
    """An object with such values under any keys."""
    def check(found: Any) -> Optional[str]:
        if not isinstance(found, dict):
            return OBJECT(found)
        fault = next(filter(None, map(shape, found.values())), None)
        return f".*{fault}" if fault else None

    return check


def fields(required: Mapping[str, Shape], optional: Optional[Mapping[str, Shape]] = None) -> Shape:
    """An object that has the ``required`` keys and may have the ``optional`` ones, each with the shape given; others do not matter."""
    shapes = {**required, **(optional or {})}

    def check(found: Any) -> Optional[str]:
        if not isinstance(found, dict):
            return OBJECT(found)
        for key in required:
            if key not in found:
                return f" has no {key}"
        for key, shape in shapes.items():
            if key in found:
                fault = shape(found[key])
                if fault:
                    return f".{key}{fault}"
        return None

    return check


def page(row: Shape) -> Shape:
    """A list in pages; where the limit was lost on the way, a bare one."""
    paged, bare = fields({"count": COUNT, "results": each(row)}), each(row)
    return lambda found: bare(found) if isinstance(found, list) else paged(found)
