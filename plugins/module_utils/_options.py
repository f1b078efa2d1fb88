# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What is wrong with options as they were written, in one sentence each that names the place. Pure.

The argument spec says what may be written. Ansible checks it too, but after it made "7" of ``name: 007`` and 1 of ``interval: yes`` without a word,
and it tells of "argument 'interval' found in 'organizations -> plans'", whichever of a thousand plans that is.
"""

from __future__ import annotations

import difflib
import re
from typing import Any
from collections.abc import Iterator, Mapping

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan

MOST_TOLD = 10
LONGEST_SHOWN = 60
# a path is told by its end
LONGEST_NAME = 400
TEXTS = ("str", "path", "raw")
WHOLE_NUMBER = re.compile(r"\s*[+-]?[0-9]+\s*")

# how an entry of a list is called: the option that names it, with its name, without one
ENTRIES = {
    "organizations": ("organization", "organization {}", "entry {} of organizations"),
    "plans": ("name", "backup plan {} of ", "plan {} of "),
    "archives": ("path", "archive {}", "archive {}"),
}


def message(sentences: list[str]) -> str:
    """One message for some sentences, which must not grow with the number of plans."""
    if len(sentences) == 1:
        return sentences[0]
    told = sentences[:MOST_TOLD] + [f"and {len(sentences) - MOST_TOLD} more"] * (len(sentences) > MOST_TOLD)
    return f"{len(sentences)} mistakes: " + " | ".join(told)


def mistakes(written: Mapping[str, Any], spec: Mapping[str, dict], organization: str | None) -> list[str]:
    """Sentences on all that is wrong. ``organization``: the one in force where none is written."""
    return list(_options(written, spec, _single_plan(written, spec, organization)))


def _single_plan(written: Mapping[str, Any], spec: Mapping[str, dict], organization: str | None) -> str:
    """The place of all options of a module for one plan, as far as it has a name."""
    if "name" not in spec or not _is_name(written.get("name")):
        return ""
    organization = written.get("organization", organization)
    return f"backup plan {shown(written['name'])}" + (f" of organization {shown(organization)}" if _is_name(organization) else "")


def _options(written: Mapping[str, Any], spec: Mapping[str, dict], place: str) -> Iterator[str]:
    names = {spelling for name, option in spec.items() for spelling in (name, *option.get("aliases", ()))}
    unknown = [key for key in written if key not in names]
    yield from (_sentence(place, _plan.STORED_ONLY[key]) for key in unknown if key in _plan.STORED_ONLY)
    yield from _unsupported([str(key) for key in unknown if key not in _plan.STORED_ONLY], sorted(names), place)
    for name, option in spec.items():
        given = [spelling for spelling in (name, *option.get("aliases", ())) if spelling in written]
        if len(given) > 1:
            yield _sentence(place, f"{' and '.join(given)} are one option, so give only one of them")
        for key in given or [name]:
            value = written.get(key)
            if value is not None:
                yield from _value(key, value, option, place)
            elif option.get("required"):
                yield _sentence(place, f"missing required arguments: {name}")
            elif key in written and option.get("default") is not None:
                # Ansible makes the text "None" of it, or tells of Python's NoneType
                yield _sentence(place, f"{key} is empty; leave it out, or give it a value")


def _unsupported(keys: list[str], names: list[str], place: str) -> Iterator[str]:
    """Keys that are no options. Their values are never shown: a secret may stand under a misspelt name."""
    if keys:
        meant = [_meant(key, names) for key in keys]
        told = ", ".join(shown(key) + (f" ({hint})" if hint else "") for key, hint in zip(keys, meant))
        supported = "" if all(meant) else f" Supported parameters include: {', '.join(names)}."
        yield f"Unsupported parameters of {place or 'the module'}: {told}.{supported}"


def _value(key: str, value: Any, option: dict, place: str) -> Iterator[str]:
    kind = option.get("type", "str")
    if kind == "list":
        yield from _list(key, value, option, place)
    elif kind != "dict":
        yield from _single(key, value, kind, option, place)
    elif isinstance(value, dict):
        yield from _options(value, option["options"], key)
    else:
        yield _sentence(place, f"{key} is {_kind(value)} and must be a dictionary{_hint(value, place)}")


def _list(key: str, value: Any, option: dict, place: str) -> Iterator[str]:
    of_dictionaries = option["elements"] == "dict"
    if isinstance(value, str) and not of_dictionaries:
        value = value.split(",")  # Ansible's own short form
    if not isinstance(value, list):
        wanted = "a list of dictionaries" if of_dictionaries else "a list"
        yield _sentence(place, f"{key} is {_kind(value) if of_dictionaries else _described(value)} and must be {wanted}{_hint(value, place)}")
        return
    for position, entry in enumerate(value, 1):
        if not of_dictionaries:
            yield from _single(f"item {position} of {key}", entry, option["elements"], option, place)
        elif isinstance(entry, dict):
            yield from _options(entry, option["options"], _entry_place(key, entry, position, place))
        else:
            yield _sentence(_entry_place(key, {}, position, place), f"this is {_kind(entry)} and must be a dictionary")


def _single(key: str, value: Any, kind: str, option: dict, place: str) -> Iterator[str]:
    choices = option.get("choices")
    wanted = _wanted(value, kind)
    if choices and value not in choices:
        got = _kind(value) if isinstance(value, (list, dict)) else shown(value)
        hint = _meant(value, choices)
        yield _sentence(place, f"value of {key} must be one of: {', '.join(choices)}, got: {got}" + (f" ({hint})" if hint else ""))
    elif wanted:
        yield _sentence(place, f"{key} is {_kind(value) if option.get('no_log') else _described(value)} and must be {wanted}")
    elif kind == "path" and "\0" in value:
        yield _sentence(place, f"{key} is {shown(value)}, and no path can hold a NUL")


def _entry_place(key: str, entry: dict, position: int, place: str) -> str:
    """An entry by its name, else by its position."""
    naming, with_name, without = ENTRIES.get(key, ("", "", f"entry {{}} of {key}"))
    name = entry.get(naming)
    return (with_name.format(shown(name, LONGEST_NAME)) if _is_name(name) else without.format(position)) + place


def _wanted(value: Any, kind: str) -> str:
    """What a single value must be, empty if it is that. What may be a dictionary too is checked further by those who know what it refers to."""
    if kind == "bool":
        return "" if _is_truth_value(value) else "true or false"
    if kind == "int":
        return "" if _is_whole_number(value) else "a whole number"
    if kind not in TEXTS or isinstance(value, str) or (kind == "raw" and isinstance(value, dict)):
        return ""
    return "text" if isinstance(value, (list, dict)) or value is None else "text: put it in quotes"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_truth_value(value: Any) -> bool:
    try:
        boolean(value)
    except TypeError:
        return False
    return True


def _is_whole_number(value: Any) -> bool:
    if isinstance(value, str):
        return bool(WHOLE_NUMBER.fullmatch(value))
    return isinstance(value, int) and not isinstance(value, bool)


def _meant(written: Any, names: list[str]) -> str:
    """What was probably meant, as a question; empty if nothing is near."""
    close = difflib.get_close_matches(written[:LONGEST_SHOWN].lower(), names, 1) if isinstance(written, str) else []
    return f"did you mean {close[0]}?" if close else ""


def _hint(value: Any, place: str) -> str:
    """What helps against the usual causes of another sort of value than a list or a dictionary."""
    if isinstance(value, dict):
        return ": put a dash before each entry"
    if isinstance(value, str) and "datetime." in value:
        return ": dates and times in it need quotes, or else ansible-core up to 2.18 makes text of the whole"
    return ": on the command line, write variables as JSON (-e '{...}') or in a file (-e @file)" if isinstance(value, str) and not place else ""


def shown(value: Any, longest: int = LONGEST_SHOWN) -> str:
    """A value as it arrived, not too long."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if len(text) > longest:
        text = f"{text[:longest]}..."
    return repr(text) if isinstance(value, str) else text


def _described(value: Any) -> str:
    """What a single value is, with the value."""
    if value is None or isinstance(value, (list, dict)):
        return _kind(value)
    return shown(value) if isinstance(value, str) else f"{shown(value)}, {_kind(value)},"


def _kind(value: Any) -> str:
    """What sort of value it is, without showing it."""
    for kinds, name in ((bool, "a boolean"), ((int, float), "a number"), (str, "text"), (list, "a list"), (dict, "a dictionary")):
        if isinstance(value, kinds):
            return name
    return "empty" if value is None else f"a {type(value).__name__}"


def _sentence(place: str, text: str) -> str:
    return f"{place[0].upper()}{place[1:]}: {text}." if place else f"{text}."
