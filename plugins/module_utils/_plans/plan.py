# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""A backup plan as a table of fields. Argument specs, payloads, comparison, diff, export and documentation checks are read off it. Pure.

A new field of a new JumpServer is one new row in FIELDS. The schedule (is_periodic, crontab, interval) is one thing with rules of its own and
lives in `schedule`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import password as _password, schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import SINCE, Dialect, from_keys

LONGEST_NAME = 128
HIDDEN = "********"
LINE_BREAK = re.compile(r"[\r\n]")
# id to a name, or the function that makes one
Names = Mapping[str, str]
Naming = Callable[[str], str]


def _same(value: Any, *_more: Any) -> Any:
    return value


def _clean(value: Any) -> tuple[Any, list[str]]:
    return value, []


class Kind(NamedTuple):
    """All that is done with a sort of field, so that nobody else asks what sort it is.

    ``spec``: argument spec. ``read``: API value to ours. ``clean``: option to ours, and what is wrong with it. ``key``: ours to something that is equal
    exactly when the server would do the same. ``show``: ours as modules return it, with id to name. ``tell``: ours as a diff shows it, with id to name.
    ``export``: ours as an option again, with functions that make a reference of the id of a user or of a storage.
    """

    spec: dict
    read: Callable[[Any], Any] = _same
    clean: Callable[[Any], tuple[Any, list[str]]] = _clean
    key: Callable[[Any], Any] = _same
    show: Callable[[Any, Names], Any] = _same
    tell: Callable[[Any, Names], Any] = _same
    export: Callable[[Any, Naming], Any] = _same


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _label_key(value: Any) -> Any:
    # the server stores any JSON here; what is no list of strings backs up nothing and equals no declaration
    return frozenset(value) if _is_list_of_strings(value) else ("malformed", repr(value))


def _clean_labels(value: list[str]) -> tuple[list[str], list[str]]:
    labels = [label.strip() for label in value]
    if not all(labels):
        return labels, ["must be names of platform types, and holds an empty one"]
    # many answers to a question of AWX are one text with a line for each; JumpServer would store that as a type that no account has
    return labels, ["must be names of platform types, and holds a line break; write a list"] if any(map(LINE_BREAK.search, labels)) else []


def _tell_labels(value: Any, _names: Names) -> Any:
    return sorted({str(label) for label in value}) if isinstance(value, list) else value


def _export_labels(value: Any, _naming: Naming) -> list[str]:
    return [label for label in value if isinstance(label, str) and label.strip() and not LINE_BREAK.search(label)] if isinstance(value, list) else []


def _clean_references(value: Iterable[Any]) -> tuple[list[str], list[str]]:
    found = [_reference(item) for item in value]
    return [reference for reference, error in found if not error], [error for _reference, error in found if error]


def _reference(value: Any) -> tuple[str, str]:
    """What the user wrote for one related object: a name, an id, or the API's own ``{pk: id}`` and ``{id: id}`` (a ``name`` beside it is for people)."""
    if isinstance(value, dict):
        keys = [key for key in ("pk", "id") if value.get(key)]
        if not keys or set(value) - {"pk", "id", "name"}:
            return "", f"{value!r} is no reference; write a name, an id, or {{pk: id}}"
        value = value[keys[0]]
    if value is None or not str(value).strip():
        return "", "an entry is empty"
    return (value.strip(), "") if isinstance(value, str) else ("", f"{value!r} is no text; put it in quotes")


def _clean_secret(value: str) -> tuple[str, list[str]]:
    reason = _password.fault(value)
    return value, [f"cannot be used: {reason}"] if reason else []


TEXT = Kind({"type": "str"}, read=lambda value: (value or "").strip(), clean=lambda value: (value.strip(), []))
# no_log is said aloud, as Ansible suspects any option with "password" in its name of being one
FLAG = Kind({"type": "bool", "no_log": False}, read=bool)
CHOICE = Kind({"type": "str"}, read=lambda value: value.get("value") if isinstance(value, dict) else value)
LABELS = Kind({"type": "list", "elements": "str"}, clean=_clean_labels, key=_label_key, tell=_tell_labels, export=_export_labels)
# the server returns related objects in any order, each once
REFERENCES = Kind(
    {"type": "list", "elements": "raw"}, read=lambda value: [row["id"].lower() for row in value or []], clean=_clean_references, key=frozenset,
    show=lambda value, names: [{"id": identifier, "name": names.get(identifier, "")} for identifier in value],
    tell=lambda value, names: sorted({names.get(identifier) or identifier for identifier in value or []}),
    export=lambda value, naming: sorted(map(naming, value)))
SECRET = Kind({"type": "str", "no_log": True}, clean=_clean_secret)
# options that are no fields, such as the name and the schedule
PLAIN = Kind({})


class Field(NamedTuple):
    """One field of a plan. ``since``: the first dialect that has it. ``refers_to``: the kind of object that its names stand for."""

    name: str
    kind: Kind
    since: str = "v3.0"
    refers_to: str = ""
    spec: dict = {}

    @property
    def option(self) -> dict:
        """The argument spec of the option."""
        return dict(self.kind.spec, **self.spec)


FIELDS = (
    Field("types", LABELS),
    Field("recipients_part_one", REFERENCES, refers_to="users", spec={"aliases": ["recipients"]}),
    Field("recipients_part_two", REFERENCES, "v3.6", "users"),
    Field("backup_type", CHOICE, "v3.9", spec={"choices": ["email", "object_storage"]}),
    Field("obj_recipients_part_one", REFERENCES, "v3.9", "storages"),
    Field("obj_recipients_part_two", REFERENCES, "v3.9", "storages"),
    Field("is_password_divided_by_email", FLAG, "v3.9"),
    Field("is_password_divided_by_obj_storage", FLAG, "v3.9"),
    Field("zip_encrypt_password", SECRET, "v3.9"),
    Field("is_active", FLAG, "v4.8"),
    Field("comment", TEXT),
)
BY_NAME = {field.name: field for field in FIELDS}
SECRETS = tuple(field.name for field in FIELDS if field.kind is SECRET)
COMPARED = tuple(field for field in FIELDS if field.kind is not SECRET)
RELATED = tuple(field for field in FIELDS if field.refers_to)
# by mail, and to storages: the two groups of recipients, and what says whether secrets are divided between them
PARTS = (("recipients_part_one", "recipients_part_two"), ("obj_recipients_part_one", "obj_recipients_part_two"))
DIVIDED = ("is_password_divided_by_email", "is_password_divided_by_obj_storage")


def kind_of(option: str) -> Kind:
    """The kind of an option by its name."""
    return BY_NAME[option].kind if option in BY_NAME else PLAIN


SCHEDULE_OPTIONS = {"is_periodic": {"type": "bool"}, "crontab": {"type": "str"}, "interval": {"type": "int"}}
# keys of the API's own page that are no options, and why
STORED_ONLY = {
    key: f"{key} must be empty or left out: JumpServer stores it and does not use it, and backs up all accounts of the types"
    for key in ("accounts", "nodes", "assets")}
# what is shown of a plan beside its fields, where the server has it
SHOWN = ("executed_amount", "periodic_display", "last_execution_date", "created_by", "date_created", "date_updated")


class Plan(NamedTuple):
    """A plan as it is on the server. ``fields``: field name to value, of those that were asked for. ``labels``: id to display name of related objects."""

    id: str
    name: str
    org_id: str
    org_name: str
    fields: dict
    schedule: _schedule.Schedule
    labels: dict
    row: dict

    def related(self, kind: str) -> list[str]:
        """Ids of the ``users`` or ``storages`` that the plan shows."""
        return [identifier for field in RELATED if field.refers_to == kind for identifier in self.fields.get(field.name, ())]

    @property
    def storages(self) -> dict[str, str]:
        """id to name of the storages that the plan shows."""
        return {identifier: self.labels.get(identifier, "") for identifier in self.related("storages")}


class Desired(NamedTuple):
    """A plan as the user wants it, checked. ``fields``: managed fields only; related ones hold names or ids, until they are resolved.

    ``schedule``: the three options, None where omitted. ``secrets``: write-only fields.
    """

    name: str
    fields: dict
    schedule: dict
    secrets: dict
    id: str = ""

    @property
    def related(self) -> dict[str, list[str]]:
        return {name: value for name, value in self.fields.items() if BY_NAME[name].refers_to}

    @property
    def manages_schedule(self) -> bool:
        """Whether any option of the schedule is declared."""
        return any(value is not None for value in self.schedule.values())


def read(row: dict) -> Plan:
    """The Plan of an API row; fields that the row lacks are absent."""
    dialect = from_keys(row)
    fields: dict[str, Any] = {}
    labels: dict[str, str] = {}
    for field in COMPARED:
        key = dialect.api_name(field.name) if dialect else field.name
        if key in row:
            fields[field.name] = field.kind.read(row[key])
            if field.refers_to:
                labels.update((item["id"].lower(), item.get("name", "")) for item in row[key] or [])
    return Plan(row["id"], row["name"].strip(), row.get("org_id", "").lower(), row.get("org_name", ""), fields, _schedule.from_row(row), labels, row)


def option_specs() -> dict[str, dict]:
    """The argument spec of a plan's fields, schedule included, without name and id."""
    specs = {name: dict(spec) for name, spec in SCHEDULE_OPTIONS.items()}
    specs.update((field.name, field.option) for field in FIELDS)
    return specs


def as_options(written: Any) -> Any:
    """The same with what the API's own page writes made options: ``{value: email, label: ...}`` is email, and empty keys that nothing uses are nothing."""
    if not isinstance(written, dict):
        return written
    options = {key: value for key, value in written.items() if value or key not in STORED_ONLY}
    for name, field in BY_NAME.items():
        value = options.get(name)
        if field.kind is CHOICE and isinstance(value, dict) and set(value) <= {"value", "label"} and "value" in value:
            options[name] = value["value"]
    return options


def with_defaults(options: Mapping[str, Any], defaults: Optional[Mapping[str, Any]]) -> dict[str, Any]:
    """The options of a plan, filled up from the defaults. A plan with a crontab or an interval of its own takes no part of the defaults' schedule."""
    own_schedule = options.get("crontab") is not None or options.get("interval") is not None
    filled = {
        name: value for name, value in (defaults or {}).items()
        if value is not None and not (own_schedule and name in SCHEDULE_OPTIONS)
    }
    filled.update((name, value) for name, value in options.items() if value is not None)
    return filled


def declare(options: Mapping[str, Any]) -> tuple[Optional[Desired], list[str]]:
    """``(the desired plan, errors)`` of module options: None where there is anything wrong with them whatever the server, and all of it.

    None means omitted, as everywhere in Ansible; an empty string or list clears the field.
    """
    name, schedule = (options.get("name") or "").strip(), {option: options.get(option) for option in SCHEDULE_OPTIONS}
    identifier, id_errors = _plan_id(options.get("id"))
    errors = [*_name_errors(name, options.get("id")), *id_errors, *_schedule.errors(schedule, True)]
    values = {}
    for field in FIELDS:
        if options.get(field.name) is not None:
            values[field.name], wrong = field.kind.clean(options[field.name])
            errors += [f"{field.name}{'' if reason.startswith(('must', 'cannot')) else ':'} {reason}" for reason in wrong]
    if errors:
        return None, errors
    fields = {name: value for name, value in values.items() if name not in SECRETS}
    return Desired(name, fields, schedule, {name: value for name, value in values.items() if name in SECRETS}, identifier), []


def _name_errors(name: str, identifier: Optional[str]) -> list[str]:
    wrong = {
        "name must not be empty": not name and not identifier,
        f"name is longer than {LONGEST_NAME} characters": len(name) > LONGEST_NAME,
        "name must not hold a null character": "\0" in name,
    }
    return [reason for reason, applies in wrong.items() if applies]


def _plan_id(value: Optional[str]) -> tuple[str, list[str]]:
    """The id in the API's form. From 4.10.8 the server takes anything else in the address for a name."""
    if not value:
        return "", []
    try:
        return str(uuid.UUID(value)), []
    except ValueError:
        return "", [f"id must be the UUID of a backup plan, not {value!r}"]


def depends_on_dialect(desired: Desired) -> bool:
    """Whether it depends on the server's version that this can be declared."""
    newer = any(BY_NAME[name].since != "v3.0" for name in (*desired.fields, *desired.secrets))
    return newer or bool(_schedule.errors(desired.schedule, False))


def dialect_errors(desired: Desired, dialect: Optional[Dialect]) -> list[str]:
    """What this server cannot do, naming the version that can; it would ignore it itself, and answer 2xx. ``dialect``: None if nothing depends on it."""
    if dialect is None:
        return []
    lacking = [name for name in (*desired.fields, *desired.secrets) if not dialect.has(BY_NAME[name].since)]
    return [
        f"{name} needs JumpServer {SINCE[BY_NAME[name].since]} or later, and this server is {dialect.first} to {dialect.last}" for name in lacking
    ] + _schedule.errors(desired.schedule, dialect.every_minute)


def remarks(desired: Desired) -> list[str]:
    """What the user should be told about a declaration that is good."""
    found = [_schedule.remark(desired.schedule)]
    backup_type = desired.fields.get("backup_type")
    for other, kind in (("object_storage", "recipients_part"), ("email", "obj_recipients_part")):
        unused = [name for name in desired.fields if name.startswith(kind) and desired.fields[name]]
        if backup_type == other and unused:
            found.append(f"backup_type is {backup_type}, so {' and '.join(unused)} will get nothing")
    return [remark for remark in found if remark]
