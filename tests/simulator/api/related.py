# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list of plans shows of other tables, read in one query: people, storages, nodes, assets, the number of runs."""

from __future__ import annotations

import collections
import uuid

from django.db import connection

from .. import database
from ..models import Execution, Plan

#: one related object as the API shows it
Row = collections.namedtuple("Row", "pk name")

RELATIONS = ("recipients_part_one", "recipients_part_two", "obj_recipients_part_one", "obj_recipients_part_two", "nodes", "assets")
AMOUNT = "executed_amount"
MOST_IDS = 500  # SQLite's limit of values in a query is not far


def attach(plans, names):
    """Give each plan ``related`` {name: [Row]} and, if asked, ``executed_amount``, for those of *names* that are no columns."""
    wanted = [name for name in RELATIONS if name in names]
    by_id = {}
    for plan in plans:
        plan.related = {name: [] for name in wanted}
        plan.executed_amount = 0
        by_id[plan.pk.hex] = plan
    if not by_id or not (wanted or AMOUNT in names):
        return
    keys = list(by_id) if len(by_id) <= MOST_IDS else []
    queries = [_relation(name, bool(keys)) for name in wanted] + ([_amount(bool(keys))] if AMOUNT in names else [])
    sql = " UNION ALL ".join(query % {"keys": ", ".join(["%s"] * len(keys))} for query in queries)
    with connection.cursor() as cursor:
        cursor.execute(sql, keys * len(queries))
        found = cursor.fetchall()
    _distribute(by_id, found)


def _relation(name, some):
    field = Plan._meta.get_field(name)
    quote = connection.ops.quote_name
    target = field.related_model._meta
    return (
        "SELECT '%s', link.plan_id, other.id, other.name, other.%s FROM %s link JOIN %s other ON other.id = link.%s%s"
        % (name, target.ordering[0], quote(field.m2m_db_table()), quote(target.db_table), field.m2m_reverse_name(), _where("link.plan_id", some))
    )


def _amount(some):
    table = connection.ops.quote_name(Execution._meta.db_table)
    return "SELECT '%s', plan_id, COUNT(*), '', '' FROM %s%s GROUP BY plan_id" % (AMOUNT, table, _where("plan_id", some))


def _where(column, some):
    return " WHERE %s IN (%%(keys)s)" % column if some else ""


def _distribute(by_id, found):
    order = database.plain if database.is_mysql() else str
    for name, plan_id, value, shown in (row[:4] for row in sorted(found, key=lambda row: order(row[4]))):
        plan = by_id.get(plan_id)
        if plan is None:
            continue
        if name == AMOUNT:
            plan.executed_amount = value
        else:
            plan.related[name].append(Row(uuid.UUID(value), shown))
