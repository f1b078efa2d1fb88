# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQLite file: its tables, and how it compares text (as the servers' PostgreSQL or MySQL does)."""

from __future__ import annotations

import functools
import re
import unicodedata

from django.apps import apps
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.utils import DataError

from .runtime import runtime

#: outside of MySQL's three-byte utf8, with which the recorded 3.5 and 3.8 ran
FOUR_BYTES = re.compile("[\U00010000-\U0010ffff]")


def plain(text):
    """*text* as utf8mb3_general_ci sees it: no case, no accents, no blanks at the end."""
    decomposed = unicodedata.normalize("NFD", text.rstrip(" "))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def is_mysql():
    return runtime.database == "mysql"


def check_storable(*texts):
    """Raise what MySQL's utf8mb3 raises on an emoji."""
    if is_mysql() and any(FOUR_BYTES.search(text) for text in texts if text):
        raise DataError("Incorrect string value")


def _compare(left, right):
    if is_mysql():
        left, right = plain(left), plain(right)
    return (left > right) - (left < right)


def _like(pattern, text, escape="\\"):
    """SQL's LIKE without regard to case in any alphabet; SQLite's own knows ASCII only."""
    if text is None or pattern is None:
        return None
    fold = plain if is_mysql() else str.casefold
    return _expression(fold(str(pattern)), escape).fullmatch(fold(str(text))) is not None


@functools.lru_cache(maxsize=64)
def _expression(pattern, escape):
    expression, position = [], 0
    while position < len(pattern):
        character = pattern[position]
        if character == escape and position + 1 < len(pattern):
            position += 1
            expression.append(re.escape(pattern[position]))
        else:
            expression.append({"%": ".*", "_": "."}.get(character, re.escape(character)))
        position += 1
    return re.compile("".join(expression), re.DOTALL)


def _prepare(connection, **kwargs):
    """Each new connection: fast (the file is thrown away) and with the comparisons above."""
    database = connection.connection
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA temp_store=MEMORY")
    database.create_collation("server", _compare)
    database.create_function("like", 2, _like)
    database.create_function("like", 3, _like)


connection_created.connect(_prepare)


def create():
    """Make the tables of all models."""
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("simulator").get_models():
            editor.create_model(model)


def empty():
    """Remove every row."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        for table in connection.introspection.table_names(cursor):
            cursor.execute("DELETE FROM %s" % connection.ops.quote_name(table))
        cursor.execute("REINDEX")
        cursor.execute("PRAGMA foreign_keys=ON")
