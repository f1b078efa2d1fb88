# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""A backup plan as a table of fields. Argument specs, payloads, comparison, diff, export and documentation checks are read off it. Pure.

A new field of a new JumpServer is one new row in FIELDS. The schedule (is_periodic, crontab, interval) is one thing with rules of its own and
lives in `_schedule`.
"""

from __future__ import annotations

import uuid
from typing import Callable, NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import password as _password, schedule as _schedule
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import SINCE, from_keys
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

LONGEST_NAME = 128
HIDDEN = "********"


class Kind(NamedTuple):
    """How a sort of field is read from the API and from options, and compared.

    ``read``: API value to ours. ``key``: ours to something that is equal exactly when the server would do the same. ``spec``: argument spec.
    """

    read: Callable
    key: Callable
    spec: dict


def _read_labels(value):
    return list(value) if _is_list_of_strings(value) else value


def _is_list_of_strings(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _label_key(value):
    # the server stores any JSON here; what is no list of strings backs up nothing and equals no wish
    return frozenset(value) if _is_list_of_strings(value) else ("malformed", repr(value))


TEXT = Kind(lambda value: (value or "").strip(), lambda value: value, {"type": "str"})
# no_log is said aloud, as Ansible suspects any option with "password" in its name of being one
FLAG = Kind(bool, lambda value: value, {"type": "bool", "no_log": False})
CHOICE = Kind(lambda value: value.get("value") if isinstance(value, dict) else value, lambda value: value, {"type": "str"})
LABELS = Kind(_read_labels, _label_key, {"type": "list", "elements": "str"})
# the server returns related objects in any order, each once
REFERENCES = Kind(lambda value: [row["id"].lower() for row in value or []], frozenset, {"type": "list", "elements": "raw"})
SECRET = Kind(lambda value: None, lambda value: value, {"type": "str", "no_log": True})


class Field(NamedTuple):
    """One field of a plan. ``since``: the first dialect that has it. ``refers_to``: the kind of object that its names stand for."""

    name: str
    kind: Kind
    since: str = "v3.0"
    refers_to: str = ""
    spec: dict = {}

    @property
    def option(self):
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

    def related(self, kind):
        """Ids of the ``users`` or ``storages`` that the plan shows."""
        return [identifier for field in RELATED if field.refers_to == kind for identifier in self.fields.get(field.name, ())]

    @property
    def storages(self):
        """id to name of the storages that the plan shows."""
        return {identifier: self.labels.get(identifier, "") for identifier in self.related("storages")}


class Declared(NamedTuple):
    """A plan as the user wrote it, checked. ``fields``: managed fields only; related ones hold names or ids, until they are resolved.

    ``schedule``: the three options, None where omitted. ``secrets``: write-only fields.
    """

    name: str
    fields: dict
    schedule: dict
    secrets: dict
    id: str = ""

    @property
    def related(self):
        return {name: value for name, value in self.fields.items() if BY_NAME[name].refers_to}

    @property
    def manages_schedule(self):
        """Whether any option of the schedule is declared."""
        return any(value is not None for value in self.schedule.values())


def read(row):
    """The Plan of an API row; fields that the row lacks are absent."""
    dialect = from_keys(row)
    fields, labels = {}, {}
    for field in COMPARED:
        key = dialect.api_name(field.name) if dialect else field.name
        if key in row:
            fields[field.name] = field.kind.read(row[key])
            if field.refers_to:
                labels.update((item["id"].lower(), item.get("name", "")) for item in row[key] or [])
    return Plan(row["id"], row["name"].strip(), row.get("org_id", "").lower(), row.get("org_name", ""), fields, _schedule.from_row(row), labels, row)


def option_specs():
    """The argument spec of a plan's fields, schedule included, without name and id."""
    specs = {name: dict(spec) for name, spec in SCHEDULE_OPTIONS.items()}
    specs.update((field.name, field.option) for field in FIELDS)
    return specs


def as_options(written):
    """The same with what the API's own page writes made options: ``{value: email, label: ...}`` is email, and empty keys that nothing uses are nothing."""
    if not isinstance(written, dict):
        return written
    options = {key: value for key, value in written.items() if value or key not in STORED_ONLY}
    for name, field in BY_NAME.items():
        value = options.get(name)
        if field.kind is CHOICE and isinstance(value, dict) and set(value) <= {"value", "label"} and "value" in value:
            options[name] = value["value"]
    return options


def with_defaults(options, defaults):
    """The options of a plan, filled up from the defaults. A plan with a crontab or an interval of its own takes no part of the defaults' schedule."""
    own_schedule = options.get("crontab") is not None or options.get("interval") is not None
    filled = {
        name: value for name, value in (defaults or {}).items()
        if value is not None and not (own_schedule and name in SCHEDULE_OPTIONS)
    }
    filled.update((name, value) for name, value in options.items() if value is not None)
    return filled


def declare(options):
    """The Declared plan of module options, or BadInput with everything that is wrong with it whatever the server.

    None means omitted, as everywhere in Ansible; an empty text or list clears the field.
    """
    faults = []
    name = (options.get("name") or "").strip()
    if not name and not options.get("id"):
        faults.append("name must not be empty")
    if len(name) > LONGEST_NAME:
        faults.append("name is longer than %d characters" % LONGEST_NAME)
    if "\0" in name:
        faults.append("name must not hold a null character")
    schedule = {option: options.get(option) for option in SCHEDULE_OPTIONS}
    faults += _faults_of(_schedule.check, schedule, True)
    fields = {}
    for field in COMPARED:
        value = options.get(field.name)
        if value is not None:
            fields[field.name] = value.strip() if field.kind is TEXT else value
        if value and field.refers_to:
            try:
                fields[field.name] = [_reference(item) for item in value]
            except BadInput as error:
                faults.append("%s: %s" % (field.name, error))
    if any(not label.strip() for label in fields.get("types", [])):
        faults.append("types must be names of platform types, and holds an empty one")
    secrets = {option: options[option] for option in SECRETS if options.get(option) is not None}
    for option, secret in secrets.items():
        reason = _password.fault(secret)
        if reason:
            faults.append(f"{option} cannot be used: {reason}")
    if faults:
        raise BadInput("; ".join(faults))
    return Declared(name, fields, schedule, secrets, _plan_id(options.get("id")))


def _reference(value):
    """What the user wrote for one related object: a name, an id, or the API's own ``{pk: id}`` and ``{id: id}`` (a ``name`` beside it is for people)."""
    if isinstance(value, dict):
        keys = [key for key in ("pk", "id") if value.get(key)]
        if not keys or set(value) - {"pk", "id", "name"}:
            raise BadInput("%r is no reference; write a name, an id, or {pk: id}" % (value,))
        value = value[keys[0]]
    if value is None or not str(value).strip():
        raise BadInput("an entry is empty")
    if not isinstance(value, str):
        raise BadInput("%r is no text; put it in quotes" % (value,))
    return value.strip()


def _plan_id(value):
    """The id in the API's form. From 4.10.8 the server takes anything else in the address for a name."""
    if not value:
        return ""
    try:
        return str(uuid.UUID(value))
    except ValueError:
        raise BadInput("id must be the UUID of a backup plan, not %r" % value) from None


def depends_on_dialect(declared):
    """Whether it depends on the server's version that this can be declared."""
    newer = any(BY_NAME[name].since != "v3.0" for name in (*declared.fields, *declared.secrets))
    return newer or bool(_faults_of(_schedule.check, declared.schedule, False))


def dialect_errors(declared, dialect):
    """What this server cannot do, naming the version that can; it would ignore it itself, and answer 2xx. ``dialect``: None if nothing depends on it."""
    if dialect is None:
        return []
    found = []
    for name in (*declared.fields, *declared.secrets):
        since = BY_NAME[name].since
        if not dialect.has(since):
            found.append(f"{name} needs JumpServer {SINCE[since]} or later, and this server is {dialect.first} to {dialect.last}")
    return found + _faults_of(_schedule.check, declared.schedule, dialect.every_minute)


def _faults_of(check, *arguments):
    try:
        check(*arguments)
    except BadInput as error:
        return [str(error)]
    return []


def remarks(declared):
    """What the user should be told about a declaration that is good."""
    found = [_schedule.remark(declared.schedule)]
    backup_type = declared.fields.get("backup_type")
    for other, kind in (("object_storage", "recipients_part"), ("email", "obj_recipients_part")):
        unused = [name for name in declared.fields if name.startswith(kind) and declared.fields[name]]
        if backup_type == other and unused:
            found.append("backup_type is %s, so %s will get nothing" % (backup_type, " and ".join(unused)))
    return [remark for remark in found if remark]
