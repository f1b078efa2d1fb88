# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Carry out the operations of one organization, and make sure that they took. The only file that writes plans.

A list is one transaction on the server, all or nothing, and 2 to 3 times cheaper per plan than single calls (measured on 4.10.19). When it is
refused, it is divided until the good plans have landed and each bad one stands alone with its reason.

An answer that does not prove what happened is followed by a look, and another after a pause: what is there is reported as done, whoever did it,
and what cannot be seen as unknown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.queries import plan_path, rows_named, rows_with_id
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import (
    CREATE, DELETE, KEEP, UPDATE, Operation, can_be_seen, differences, folded, present,
)
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.schedule import NONE
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Outcome
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS, Dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import CURRENT_ORGANIZATION
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.doubt import (
    is_own_defect, is_refusal, is_undone, pauses_after, surely_not_carried_out,
)
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import (
    JumpServerError, NotConverged, NotTried, Refused, Unknown, Unproved, ends_the_run,
)
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import ProvedScope

# 500 plans in one request took a real 4.10 10 to 13 s; 100 stay far from any read time-out
BATCH = 100
# refusals that may be due to one plan of a list, or to its length
ABOUT_ONE = (400, 413)


class Stop(Exception):
    """Raised inside to end at the first failure, or when the server is gone."""


def body_of(operation: Operation, dialect: Dialect) -> dict:
    """What is sent for one plan: what differs, and the complete schedule, without which 4.0 and later wipe the stored one."""
    schedule = operation.schedule or NONE
    if operation.kind == UPDATE and not dialect.every_minute:
        schedule = schedule.portable
    body = dict(schedule.body, **{dialect.api_name(field): value for field, value in operation.values.items()})
    if operation.kind == CREATE or operation.renames:
        body["name"] = operation.name
    return body


def not_tried(operation: Operation, ended_by: JumpServerError) -> Outcome:
    """The outcome of what was left out since the server is gone."""
    return Outcome(operation, error=NotTried(f"Not tried: the server could not be used any more. {ended_by}"), written=False)


class Writer:
    """Writes to one proved organization. ``outcomes`` grows as things are done, so that nothing is lost when it stops half-way.

    ``ended_by``: the error that proved that nothing more can be done on this server, if any.
    """

    def __init__(
        self, scope: ProvedScope, dialect: Callable[[], Dialect], update_password: str = "on_create", stop_at_failure: bool = False,
        sleep: Optional[Callable[[float], None]] = None,
    ) -> None:
        self.scope = scope
        self.organization = scope.organization
        self.update_password = update_password
        self.stop_at_failure = stop_at_failure
        self.outcomes: list[Outcome] = []
        self.ended_by: Optional[JumpServerError] = None
        self._dialect = dialect
        self._sleep = sleep or time.sleep

    def apply(self, operations: Sequence[Operation]) -> list[Outcome]:
        """Carry out creations, then changes, then deletions; returns the outcomes.

        Deletions are left out when anything before them failed. With ``stop_at_failure`` nothing is written after the first failure, and after a
        proof that nobody answers any more, the rest is reported as not tried.
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
            if self.ended_by is not None:
                done = {outcome.operation.name for outcome in self.outcomes}
                self.outcomes += [not_tried(operation, self.ended_by) for operation in operations if operation.name not in done]
        return self.outcomes

    @property
    def failed(self) -> bool:
        return any(outcome.error for outcome in self.outcomes)

    def _done(self, operation: Operation, plan: Optional[_plan.Plan] = None) -> None:
        self.outcomes.append(Outcome(operation, plan, written=operation.kind != KEEP))

    def _fail(self, operation: Operation, error: JumpServerError, written: Optional[bool] = False, plan: Optional[_plan.Plan] = None) -> None:
        self.outcomes.append(Outcome(operation, plan, error, written))
        if self.stop_at_failure:
            raise Stop

    def _stop_if_ended(self) -> None:
        if self.ended_by is not None:
            raise Stop

    def _doing(self, operation: Operation) -> str:
        return f"{operation.kind} the backup plan {operation.name!r} of organization {self.organization.label!r}"

    # creating and changing

    def _create(self, operations: Sequence[Operation]) -> None:
        if len(operations) == 1:
            self._write_one(operations[0], lambda body, doing: self.scope.post(PLANS, body, doing))
            return
        doing = f"create {len(operations)} backup plans in organization {self.organization.label!r}"
        self._write_batch(operations, self._create, lambda bodies: self.scope.post(PLANS, bodies, doing))

    def _update(self, operations: Sequence[Operation]) -> None:
        if len(operations) == 1:
            path = plan_path(operations[0].there.id)
            self._write_one(operations[0], lambda body, doing: self.scope.patch(path, body, doing))
            return
        doing = f"update {len(operations)} backup plans of organization {self.organization.label!r}"
        identified = [operation.there.id for operation in operations]
        self._write_batch(operations, self._update, lambda bodies: self.scope.patch(
            PLANS, [dict(body, id=identifier) for body, identifier in zip(bodies, identified)], doing))

    def _bodies(self, operations: Sequence[Operation]) -> Optional[list[dict]]:
        """What is sent for each plan; None, and all of them failed, where the server's version cannot be found out: then nothing was sent."""
        try:
            dialect = self._dialect()
        except JumpServerError as error:
            if ends_the_run(error):
                self.ended_by = error
            self._fail_all(operations, error)
            self._stop_if_ended()
            return None
        return [body_of(operation, dialect) for operation in operations]

    def _write_one(self, operation: Operation, send: Callable) -> None:
        bodies = self._bodies([operation])
        if bodies is None:
            return
        try:
            row = send(bodies[0], self._doing(operation)).body
        except JumpServerError as error:
            self._settle([operation], error)
            return
        self._check(operation, row)

    def _write_batch(self, operations: Sequence[Operation], write: Callable, send: Callable) -> None:
        bodies = self._bodies(operations)
        if bodies is None:
            return
        try:
            rows = send(bodies).body
        except JumpServerError as error:
            if isinstance(error, Refused) and is_refusal(error) and not ends_the_run(error):
                self._divide(operations, write, error)
            else:
                self._settle(operations, error, write)
            return
        # the server answers changes in its own order, so rows are told by id, and new ones by name
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        found = self._found(operations, rows)
        if not all(found):
            self._settle(operations, NotConverged(
                f"Cannot tell whether we could {operations[0].kind} {len(operations)} backup plans in organization {self.organization.label!r}: "
                "the server's answer does not show each of them."))
            return
        for operation, row in zip(operations, found):
            self._check(operation, row)

    def _found(self, operations: Sequence[Operation], rows: Sequence[dict]) -> list[Optional[dict]]:
        """The row of each operation's plan, None where there is none."""
        by_id, by_name = {row.get("id"): row for row in rows}, {str(row.get("name")).strip(): row for row in rows}
        return [by_name.get(operation.name) if operation.kind == CREATE else by_id.get(operation.there.id) for operation in operations]

    def _divide(self, operations: Sequence[Operation], write: Callable, error: Refused) -> None:
        """After a refused list: single out what the server named, or halve."""
        named = error.body if error.status == 400 and isinstance(error.body, list) and len(error.body) == len(operations) else None
        if named and any(named):
            bad = [operation for operation, said in zip(operations, named) if said]
            good = [operation for operation, said in zip(operations, named) if not said]
            parts: list[Sequence[Operation]] = [[operation] for operation in bad]
            parts += [good] if good else []
        elif error.status in ABOUT_ONE:
            parts = _halves(operations)
        else:
            self._fail_all(operations, error)
            return
        for part in parts:
            write(part)

    def _fail_all(self, operations: Sequence[Operation], error: JumpServerError, written: Optional[bool] = False) -> None:
        for operation in operations:
            self._fail(operation, error, written)

    # what an answer leaves open

    def _settle(self, operations: Sequence[Operation], error: JumpServerError, write: Optional[Callable] = None) -> None:
        """Find out what became of a write that was not answered as hoped for, and say so. ``write``: tries again what certainly did not land."""
        if surely_not_carried_out(error):
            if ends_the_run(error):
                self.ended_by = error
            for operation in operations:
                self._settle_refusal(operation, error)
            self._stop_if_ended()
            return
        pauses = pauses_after(error)
        left = self._look(operations, pauses, once=is_own_defect(error))
        if left is None:
            self.ended_by = error
            if is_own_defect(error):
                self._fail_all(operations, error)
            else:
                self._fail_all(operations, Unknown(f"{error} Whether it was carried out could not be found out."), written=None)
            self._stop_if_ended()
        elif is_undone(error) and write and len(operations) > 1:
            # one bad plan, or a lost race for one name, undoes a whole list
            for part in _halves(left):
                write(part)
        else:
            for operation in left:
                self._settle_missing(operation, error, sum(pauses))

    def _settle_refusal(self, operation: Operation, error: JumpServerError) -> None:
        """A refusal of a name may be a race lost: another run stored the plan in between. What counts is what is there."""
        if isinstance(error, Refused) and "name" in error.names_field:
            if operation.kind == CREATE and self._overtaken(operation, certain=True):
                return
            error = self._explained(operation, error)
        self._fail(operation, error)

    def _settle_missing(self, operation: Operation, error: JumpServerError, waited: float) -> None:
        if operation.kind == CREATE and self._overtaken(operation, certain=False):
            return
        if is_undone(error):
            self._fail(operation, error)
            return
        self._fail(operation, Unknown(f"{error} {_doubt(operation, waited)}"), written=None)

    def _explained(self, operation: Operation, error: Refused) -> JumpServerError:
        """The error, with what a look at the names can add: most refusals are about the name."""
        doing = "look for a backup plan of nearly the same name"
        try:
            rows = self.scope.rows(PLANS, doing, {"fields": "id,name,org_id"})
        except JumpServerError:
            return error
        names = {row["name"].strip() for row in rows if row["org_id"] == self.organization.id}
        alike = sorted(name for name in names if name != operation.name and folded(name) == folded(operation.name))
        if alike:
            return Refused(f"{error} This server takes {alike[0]!r} for the same name; rename one of them.", error.status, error.body)
        return error

    def _overtaken(self, operation: Operation, certain: bool) -> bool:
        """Whether somebody else stored the plan that was to be created; then it is brought to what is declared, if it is not so already.

        ``certain``: the server said that the name was taken, so what is there is not ours.
        """
        try:
            rows = rows_named(self.scope, operation.name)
        except JumpServerError:
            return False
        plans = [_plan.read(row) for row in rows]
        there = next((plan for plan in plans if plan.name == operation.name and plan.org_id == self.organization.id), None)
        if there is None or operation.desired is None:
            return False
        again, _error = present(operation.desired, there, self.update_password)
        if again is None:
            return False
        if again.kind == KEEP:
            self._done(again if certain else operation, there)
        else:
            self._update([again])
        return True

    def _look(self, operations: Sequence[Operation], pauses: Sequence[float], once: bool = False) -> Optional[list[Operation]]:
        """Look until everything is done, or the pauses are over; returns the operations that are not done, None when nothing could be read.

        ``once``: a look that succeeds tells all, since nothing is under way any more.
        """
        left, seen = list(operations), False
        # a new ZIP password alone shows nowhere, however long one looks
        for pause in pauses if any(map(can_be_seen, operations)) else pauses[:1]:
            if pause:
                self._sleep(pause)
            try:
                left = [operation for operation, landed in self._landed(left) if not landed]
                seen = True
            except JumpServerError:
                continue
            if once or not left:
                break
        return left if seen else None

    def _landed(self, operations: Sequence[Operation]) -> list[tuple[Operation, bool]]:
        """Each operation with whether the server shows it done; what is done becomes an outcome."""
        if len(operations) == 1:
            rows = self._rows_of(operations[0])
        else:
            rows = self.scope.rows(PLANS, f"read back the backup plans of organization {self.organization.label!r}")
        own = [row for row in rows if str(row.get("org_id", self.organization.id)).lower() == self.organization.id]
        results = []
        for operation, row in zip(operations, self._found(operations, own)):
            done = row is None if operation.kind == DELETE else (
                row is not None and can_be_seen(operation) and not differences(operation, _plan.read(row)))
            results.append((operation, done))
            if done:
                self._done(operation, _plan.read(row) if row is not None else None)
        return results

    def _rows_of(self, operation: Operation) -> list[dict]:
        if operation.kind == CREATE:
            return rows_named(self.scope, operation.name)
        rows = rows_with_id(self.scope, operation.there.id, f"read the backup plan {operation.name!r}")
        if operation.kind == DELETE and not rows:
            self._prove_again()
        return rows

    def _prove_again(self) -> None:
        """That a plan is not there proves nothing where the organization was lost on the way: then the server speaks of Default."""
        current = self.scope.get(CURRENT_ORGANIZATION, f"find the organization {self.organization.label!r}").body
        if current["id"].lower() != self.organization.id:
            raise Unproved(f"The server took organization {self.organization.label!r} for {current['name']!r}, so what it shows says nothing.")

    def _check(self, operation: Operation, row: object) -> None:
        """Compare the server's answer with what was written. It ignores what it does not know, with a 2xx."""
        if not isinstance(row, dict) or "id" not in row or "name" not in row:
            self._settle([operation], NotConverged(f"Cannot tell whether we could {self._doing(operation)}: the server's answer does not show the plan."))
            return
        plan = _plan.read(row)
        if plan.org_id and plan.org_id != self.organization.id:
            self._fail(operation, Unproved(
                f"Could not {self._doing(operation)}: the server put it into another organization ({plan.org_name}). Look at the plan {plan.id} there."),
                written=True)
            return
        wrong = differences(operation, plan)
        if wrong:
            self._fail(operation, NotConverged(
                f"Could not {self._doing(operation)} as declared: the server accepted the request, but then showed another value for {', '.join(wrong)}. "
                "Its version may not know the field; see the table of supported versions."), written=True, plan=plan)
            return
        self._done(operation, plan)

    # deleting

    def _delete(self, operation: Operation, again: bool = True) -> None:
        """Delete a plan. One that JumpServer could not find is looked for: where its organization was lost on the way, it is there, and tried ``again``."""
        try:
            found = self.scope.delete(plan_path(operation.there.id), self._doing(operation))
        except JumpServerError as error:
            self._settle([operation], error)
            return
        try:
            gone = found or not self._rows_of(operation)
        except JumpServerError as unread:
            # what could not be found was not deleted by us
            if ends_the_run(unread):
                self.ended_by = unread
            self._fail(operation, unread)
            self._stop_if_ended()
            return
        if gone:
            self._done(operation)
        elif again:
            self._delete(operation, again=False)
        else:
            self._fail(operation, NotConverged(
                f"Could not {self._doing(operation)}: JumpServer answered that there is none, and then showed it. Run again."))


def _halves(operations: Sequence[Operation]) -> list[Sequence[Operation]]:
    middle = len(operations) // 2
    return [half for half in (operations[:middle], operations[middle:]) if half]


def _doubt(operation: Operation, waited: float) -> str:
    """What the looks at a write leave open, a sentence."""
    if not can_be_seen(operation):
        return "A ZIP password shows nowhere, so whether it was stored cannot be found out; run again to store it."
    if operation.kind == DELETE:
        return f"The plan was still there after {waited} seconds, but may still be deleted; run again to see."
    return f"It did not show within {waited} seconds, but may still be carried out; run again to see."
