# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Carry out the operations of one organisation, and make sure that they took. The only file that writes plans.

A list is one transaction on the server, all or nothing, and 2 to 3 times cheaper per plan than single calls (measured on 4.10.19). When it is
refused, it is divided until the good plans have landed and each bad one stands alone with its reason.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import (
    JumpServerError,
    NotConverged,
    Refused,
    Unproved,
    Unreachable,
)
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.queries import plan_path, rows_named, rows_with_id
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import Operation, differences

# 500 plans in one request took a real 4.10 10 to 13 s; 100 stay far from any read time-out
BATCH = 100
CREATE, UPDATE, DELETE, KEEP = "create", "update", "delete", "keep"


class Outcome(NamedTuple):
    """What became of one operation: ``plan`` as it is now (None when deleted), or the ``error``."""

    operation: Operation
    plan: Optional[_plan.Plan] = None
    error: Optional[JumpServerError] = None


class Stop(Exception):
    """Raised inside to end at the first failure."""


class Writer:
    """Writes to one proved organisation. ``outcomes`` grows as things are done, so that nothing is lost when it stops half-way."""

    def __init__(self, client, organization, stop_at_failure=False):
        if not organization.proved:
            raise Unproved("The organization %r was not proved before writing." % organization.asked)
        self.client = client
        self.organization = organization
        self.stop_at_failure = stop_at_failure
        self.outcomes = []

    def apply(self, operations):
        """Carry out creations, then changes, then deletions; returns the outcomes.

        Deletions are left out when anything before them failed. With ``stop_at_failure`` nothing is written after the first failure.
        """
        try:
            for kind, write in ((CREATE, self._create), (UPDATE, self._update)):
                chosen = [operation for operation in operations if operation.kind == kind]
                size = 1 if self.stop_at_failure else BATCH
                for start in range(0, len(chosen), size):
                    write(chosen[start:start + size])
            if not self.failed:
                for operation in operations:
                    if operation.kind == DELETE:
                        self._delete(operation)
        except Stop:
            pass
        return self.outcomes

    @property
    def failed(self):
        return any(outcome.error for outcome in self.outcomes)

    def _done(self, operation, plan=None):
        self.outcomes.append(Outcome(operation, plan))

    def _fail(self, operation, error):
        self.outcomes.append(Outcome(operation, error=error))
        if self.stop_at_failure:
            raise Stop

    def _doing(self, operation):
        return "%s the backup plan %r of organization %r" % (operation.kind, operation.name, self.organization.label)

    def _create(self, operations):
        if len(operations) == 1:
            self._write_one(operations[0], lambda doing: self.client.post(PLANS, operations[0].body, doing, self.organization.key))
            return
        doing = "create %d backup plans in organization %r" % (len(operations), self.organization.label)
        self._write_batch(operations, self._create, lambda: self.client.post(PLANS, [operation.body for operation in operations], doing, self.organization.key))

    def _update(self, operations):
        if len(operations) == 1:
            path = plan_path(operations[0].plan.id)
            self._write_one(operations[0], lambda doing: self.client.patch(path, operations[0].body, doing, self.organization.key))
            return
        doing = "update %d backup plans of organization %r" % (len(operations), self.organization.label)
        body = [dict(operation.body, id=operation.plan.id) for operation in operations]
        self._write_batch(operations, self._update, lambda: self.client.patch(PLANS, body, doing, self.organization.key))

    def _write_one(self, operation, send):
        try:
            row = send(self._doing(operation)).body
        except (Refused, Unreachable) as error:
            row = self._landed_after_all(operation, error)
            if row is None:
                self._fail(operation, self._explained(operation, error))
                return
        self._check(operation, row)

    def _write_batch(self, operations, write, send):
        try:
            rows = send().body
        except Refused as error:
            if error.status in (502, 503, 504):
                self._look_what_landed(operations, error)
            else:
                self._divide(operations, write, error)
            return
        except Unreachable as error:
            self._look_what_landed(operations, error)
            return
        # the server answers changes in its own order, so rows are told by id, and new ones by name
        by_id = {row.get("id"): row for row in rows if isinstance(row, dict)}
        by_name = {row.get("name"): row for row in rows if isinstance(row, dict)}
        for operation in operations:
            row = by_name.get(operation.name) if operation.kind == CREATE else by_id.get(operation.plan.id)
            self._check(operation, row)

    def _divide(self, operations, write, error):
        """After a refused list: single out what the server named, or halve."""
        named = error.body if error.status == 400 and isinstance(error.body, list) and len(error.body) == len(operations) else None
        if named and any(named):
            bad = [operation for operation, said in zip(operations, named) if said]
            good = [operation for operation, said in zip(operations, named) if not said]
            parts = [[operation] for operation in bad] + ([good] if good else [])
        elif error.status in (401, 403, 429):
            for operation in operations:
                self._fail(operation, error)
            return
        else:
            middle = len(operations) // 2
            parts = [operations[:middle], operations[middle:]]
        for part in parts:
            write(part)

    def _look_what_landed(self, operations, error):
        """After a lost answer to a list: only reading the plans back tells whether it was carried out."""
        try:
            rows = self.client.rows(PLANS, "read back the backup plans of organization %r" % self.organization.label, self.organization.key)
        except JumpServerError:
            rows = []
        own = [row for row in rows if row.get("org_id", "").lower() == self.organization.id]
        by_id, by_name = {row["id"]: row for row in own}, {row["name"].strip(): row for row in own}
        for operation in operations:
            row = by_name.get(operation.name) if operation.kind == CREATE else by_id.get(operation.plan.id)
            if row is not None and _can_be_seen(operation) and not differences(operation, _plan.read(row)):
                self._check(operation, row)
            else:
                self._fail(operation, error)

    def _landed_after_all(self, operation, error):
        """The row, when a write whose answer was lost (no answer, or a 5xx) was carried out all the same; None when it was not."""
        if isinstance(error, Unreachable) and not error.sent:
            return None
        if isinstance(error, Refused) and error.status < 500:
            return None
        if not _can_be_seen(operation):
            return None
        try:
            row = find_row(self.client, self.organization, operation)
        except (Refused, Unreachable):
            return None
        return row if row is not None and not differences(operation, _plan.read(row)) else None

    def _explained(self, operation, error):
        """The error, with what a look at the names can add: most refusals are about the name."""
        if not (isinstance(error, Refused) and "name" in error.names_field):
            return error
        doing = "look for a backup plan of nearly the same name"
        try:
            rows = self.client.rows(PLANS, doing, self.organization.key, {"fields": "id,name,org_id"})
        except JumpServerError:
            return error
        alike = sorted({
            row["name"] for row in rows
            if row["org_id"] == self.organization.id and row["name"].strip() != operation.name and _folded(row["name"]) == _folded(operation.name)})
        if alike:
            return Refused("%s This server takes %r for the same name; rename one of them." % (error, alike[0]), error.status, error.body)
        return error

    def _check(self, operation, row):
        """Compare the server's answer with what was written. It ignores what it does not know, with a 2xx."""
        if not isinstance(row, dict) or "id" not in row or "name" not in row:
            self._fail(operation, NotConverged("Cannot tell whether we could %s: the server's answer does not show the plan." % self._doing(operation)))
            return
        plan = _plan.read(row)
        if plan.org_id and plan.org_id != self.organization.id:
            self._fail(operation, Unproved(
                "Could not %s: the server put it into another organization (%s). Look at the plan %s there." % (
                    self._doing(operation), plan.org_name, plan.id)))
            return
        wrong = differences(operation, plan)
        if wrong:
            self._fail(operation, NotConverged(
                "Could not %s as declared: the server accepted the request, but then showed another value for %s. "
                "Its version may not know the field; see the table of supported versions." % (self._doing(operation), ", ".join(wrong))))
            return
        self._done(operation, plan)

    def _delete(self, operation):
        try:
            self.client.delete(plan_path(operation.plan.id), self._doing(operation), self.organization.key)
        except (Refused, Unreachable) as error:
            self._fail(operation, error)
        else:
            self._done(operation)


def _can_be_seen(operation):
    """Whether a look at the plan can tell that the operation was carried out. A new ZIP password alone shows nowhere."""
    return operation.plan is None or bool(differences(operation, operation.plan))


def _folded(name):
    """A name without case and accents, as databases of the MySQL family compare it."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.strip().casefold()) if not unicodedata.combining(letter))


def find_row(client, organization, operation):
    """The row of an operation's plan as the server shows it now, or None."""
    if operation.plan is not None:
        rows = rows_with_id(client, organization, operation.plan.id, "read the backup plan %r" % operation.name)
    else:
        rows = [row for row in rows_named(client, organization, operation.name) if row["name"].strip() == operation.name]
    return next((row for row in rows if row.get("org_id", organization.id) == organization.id), None)
