# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What an answer must look like, in words that are checked. Nothing from a server is trusted: it may be a proxy, a cache, or another program.

A shape is a function from a value and its place to what is wrong there, or to None. What is wrong names places and sorts of values, never the values.
"""

from __future__ import annotations

import math
import re

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SORTS = ((type(None), "null"), (bool, "true or false"), ((int, float), "a number"), (str, "a text"), (list, "a list"), (dict, "an object"))


def sort_of(value):
    return next(name for sort, name in SORTS if isinstance(value, sort))


def value(described, fits):
    """The shape of a single value."""
    def check(found, place):
        return None if fits(found) else "%s is %s, not %s" % (place, _found(found, described), described)

    return check


def _found(found, described):
    """The sort of a value, or what kind of that sort is missed."""
    sort = sort_of(found)
    return "another text" if sort == "a text" and described == "an id" else "another number" if sort == "a number" and "number" in described else sort


def _is_number(found):
    return isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found)


def _is_duration(found):
    try:
        return not isinstance(found, bool) and math.isfinite(float(found))
    except (TypeError, ValueError, OverflowError):
        return False


ANYTHING = value("anything", lambda found: True)
TEXT = value("a text", lambda found: isinstance(found, str))
FLAG = value("true or false", lambda found: isinstance(found, bool))
NUMBER = value("a number", _is_number)
# 4.10.19 writes it as a text, "0.25"
DURATION = value("a number of seconds", _is_duration)
COUNT = value("a number of things", lambda found: isinstance(found, int) and not isinstance(found, bool) and found >= 0)
ID = value("an id", lambda found: isinstance(found, str) and bool(UUID.fullmatch(found)))
OBJECT = value("an object", lambda found: isinstance(found, dict))


def maybe(shape):
    """The shape, or null."""
    return lambda found, place: None if found is None else shape(found, place)


def either(*shapes):
    """One of the shapes; the first one says what is wrong."""
    def check(found, place):
        faults = [shape(found, place) for shape in shapes]
        return faults[0] if all(faults) else None

    return check


def both(shape, other):
    """Two shapes at once."""
    return lambda found, place: shape(found, place) or other(found, place)


def each(shape):
    """A list of such values."""
    def check(found, place):
        if not isinstance(found, list):
            return "%s is %s, not a list" % (place, sort_of(found))
        return next(filter(None, (shape(item, "%s[%d]" % (place, number)) for number, item in enumerate(found))), None)

    return check


def values(shape):
    """An object with such values under any keys."""
    def check(found, place):
        return OBJECT(found, place) or next(filter(None, (shape(item, "%s.*" % place) for item in found.values())), None)

    return check


def fields(required, optional=()):
    """An object that has the ``required`` keys and may have the ``optional`` ones, each with the shape given; others do not matter."""
    optional = dict(optional)

    def check(found, place):
        if not isinstance(found, dict):
            return OBJECT(found, place)
        for key, shape in required.items():
            if key not in found:
                return "%s has no %s" % (place, key)
            fault = shape(found[key], "%s.%s" % (place, key))
            if fault:
                return fault
        for key, shape in optional.items():
            if key in found:
                fault = shape(found[key], "%s.%s" % (place, key))
                if fault:
                    return fault
        return None

    return check


def page(row):
    """A list in pages; where the limit was lost on the way, a bare one."""
    paged = fields({"count": COUNT, "results": each(row)})

    def check(found, place):
        if isinstance(found, list):
            return each(row)(found, place)
        return paged(found, place)

    return check
