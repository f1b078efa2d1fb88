# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The pipeline that every change goes through: declared -> desired + actual -> operations -> outcomes, for one plan or for a whole estate.

Every organisation is read and decided upon before anything is written, so that a limit on deletions can hold for all of them together.
"""

from __future__ import annotations

from typing import NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import apply as _apply, plan as _plan, queries as _queries, reconcile as _reconcile
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect, directory as _directory
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import PAGE_ROWS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused, Unreachable

ALWAYS_LISTED = ("id", "name", "org_id", "org_name", "is_periodic", "interval", "crontab")
# scalars that tell the dialect, and cost the server nothing
TELLING = ("is_active", "backup_type")


class Policy(NamedTuple):
    """How to converge. ``prune_limit``: most deletions of one run, None for any number. ``read_only``: check mode."""

    update_password: str = "on_create"
    prune_limit: object = None
    stop_at_failure: bool = False
    read_only: bool = False
    dialect: str = "auto"


class Part:
    """One organisation's part of the estate, on its way through the pipeline.

    ``declared``: plans as wished. ``faults``: (plan name, error) of plans that cannot be. ``error``: why the whole part failed. ``outcomes``: what was
    done, or in check mode would have been. ``named`` or ``identified``: the only plan to look at, by name or by id.
    """

    def __init__(self, organization, plans=(), state="present", prune=False, allow_empty=False, named="", identified=""):
        self.organization = organization
        self.named, self.identified = named, identified
        self.options = plans
        self.state = state
        self.prune = prune
        self.allow_empty = allow_empty
        self.declared, self.faults, self.plans, self.operations, self.outcomes, self.remarks = [], [], None, [], [], []
        self.error = None

    def declare(self):
        """Check what was written, without asking the server. Bad plans fail alone."""
        if self.organization.id == _directory.ROOT:
            raise BadInput("Backup plans cannot be managed in the root organization; name the organization that they belong to.")
        if self.prune and not self.options and not self.allow_empty:
            raise BadInput(
                "The list of plans of organization %r is empty, and prune would delete every plan there; set allow_empty if that is meant."
                % self.organization.asked)
        seen = {}
        for position, options in enumerate(self.options):
            name = (options.get("name") or "").strip() or options.get("id") or ""
            try:
                declared = _plan.declare(options)
                if name in seen:
                    raise BadInput("plans %d and %d of the list have the same name" % (seen[name] + 1, position + 1))
                seen[name] = position
                self.declared.append(declared)
                self.remarks += ["Backup plan %r: %s." % (name, remark) for remark in _plan.remarks(declared)]
            except BadInput as error:
                self.fail_plan(name, error)

    def fail_plan(self, name, error):
        """Give one plan up; its siblings go on."""
        self.declared = [wish for wish in self.declared if (wish.name or wish.id) != name]
        self.faults.append((name, BadInput("Backup plan %r of organization %r: %s." % (name, self.organization.label, error))))

    @property
    def deletions(self):
        return [operation for operation in self.operations if operation.kind == _apply.DELETE]

    def delete_nothing(self):
        """Let the plans live that pruning would have deleted."""
        self.operations = [operation for operation in self.operations if operation.kind != _apply.DELETE]

    @property
    def failures(self):
        """(plan name or None, error) of all that went wrong here."""
        whole = [(None, self.error)] if self.error else []
        return whole + self.faults + [(outcome.operation.name, outcome.error) for outcome in self.outcomes if outcome.error]


class Estate:
    """Parts of one server. ``parts`` hold the results after ``converge``, also when it raises."""

    def __init__(self, client, parts, policy):
        self.client = client
        self.parts = parts
        self.policy = policy
        self.directory = _directory.Directory(client)
        self.limit_error = None
        self._dialect = _dialect.BY_NAME.get(policy.dialect)

    def converge(self):
        """Bring everything to the declared state; never raises for what can be told of one part."""
        self._each(Part.declare, self.parts)
        # where every plan was refused as it is written, the server is not even asked
        self._read([part for part in self.parts if part.error is None and (part.declared or not part.faults)])
        self._each(self._decide, [part for part in self.parts if part.error is None and part.plans is not None])
        self._hold_the_limit()
        self._each(self._carry_out, [part for part in self.parts if part.error is None])

    def _each(self, step, parts):
        """One step for several parts. After a failure the others go on, unless they were asked not to, or the server is out of reach."""
        ended_by = None
        for part in parts:
            if ended_by is not None:
                part.error = ended_by
                continue
            try:
                step(part)
            except JumpServerError as error:
                part.error = error
                if isinstance(error, Unreachable) or (isinstance(error, Refused) and error.status == 401):
                    ended_by = error

    # reading

    def _read(self, parts):
        rows = self._rows_of_all(parts) if len(parts) > 1 else None
        if rows is None:
            self._each(self._read_part, parts)
        else:
            self._assign(rows, parts)
        seen = {}
        for part in parts:
            twin = seen.setdefault(part.organization.id, part)
            if part.error is None and twin is not part:
                part.error = BadInput("Organization %r is listed twice, also as %r. Put all its plans into one entry." % (
                    part.organization.asked, twin.organization.asked))

    def _assign(self, rows, parts):
        """Give each part its rows out of a listing of all organisations, and learn which organisation a name stands for."""
        self._learn_dialect(rows)
        plans = {}
        for row in rows:
            plan = _plan.read(row)
            plans.setdefault(plan.org_id, []).append(plan)
        names = {found[0].org_id: found[0].org_name for found in plans.values()}
        if any(not part.organization.id and part.organization.asked not in names.values() for part in parts):
            names.update((organization.id, organization.name) for organization in self.directory.all_organizations())
        ids = {name: identifier for identifier, name in names.items()}

        def assign(part):
            asked = part.organization
            identifier = asked.id or ids.get(asked.asked)
            # an id that shows no plan may be no organisation at all
            known = identifier in names
            part.organization = asked._replace(id=identifier, name=names[identifier]) if known else self.directory.prove(asked)
            part.plans = plans.get(part.organization.id, [])

        self._each(assign, parts)

    def _rows_of_all(self, parts):
        """The plans of all organisations, in one listing through the root organisation; None where that is not the cheaper way.

        Only system administrators may; and where other organisations hold far more plans than ours, each is read for itself.
        """
        doing = "list the backup plans of all organizations"
        try:
            return self.client.rows(PLANS, doing, _directory.ROOT, self._listing(parts), at_most=PAGE_ROWS * len(parts))
        except Refused as error:
            if error.status == 403:
                return None
            raise

    def _read_part(self, part):
        """The plans of one organisation, and the proof that it was the one in force."""
        organization = part.organization
        doing = "list the backup plans of organization %r" % organization.label
        if part.named:
            rows = _queries.rows_named(self.client, organization, part.named, doing)
        elif part.identified:
            rows = _queries.rows_with_id(self.client, organization, part.identified, doing)
        else:
            rows = self.client.rows(PLANS, doing, organization.key, self._listing([part]))
        self._learn_dialect(rows)
        part.organization, part.plans = _queries.own_plans(self.directory, organization, rows)

    def _listing(self, parts):
        """Query of a listing that shows what this run compares: each related field costs the server a query per row, scalars next to nothing."""
        declared = {field for part in parts for wish in part.declared for field in wish.fields}
        names = list(ALWAYS_LISTED + TELLING)
        for field in _plan.COMPARED:
            if field.name in declared:
                names += sorted({field.name} | {dialect.api_name(field.name) for dialect in _dialect.DIALECTS})
        # names repeat between organisations, and a page boundary between equal rows would lose one; id is no column to order by
        return {"fields": ",".join(dict.fromkeys(names)), "order": "org_id,name"}

    def _learn_dialect(self, rows):
        if self._dialect is None and rows:
            # a listing without recipients cannot tell 3.0 from 3.6; for such plans the two do not differ
            self._dialect = _dialect.from_keys(rows[0]) or _dialect.BY_NAME["v3.6"]

    def dialect(self, organization):
        """The server's dialect: from any row that was read, else from OPTIONS, asked once."""
        if self._dialect is None:
            self._dialect = _dialect.from_options(_queries.described(self.client, organization))
        return self._dialect

    # deciding

    def _decide(self, part):
        if part.state == "absent":
            wished = {wish.id or wish.name for wish in part.declared}
            part.operations = [_reconcile.absent(plan) for plan in part.plans if plan.id in wished or plan.name in wished]
            return
        dialect = self.dialect(part.organization) if part.declared else None
        to_ids = self.directory.resolve(part.declared, part.organization, part.plans, wide=len(self.parts) > 1)
        ready = []
        for wish in list(part.declared):
            try:
                _plan.check_dialect(wish, dialect)
                ready.append(wish._replace(fields=dict(wish.fields, **to_ids(wish))))
            except BadInput as error:
                part.fail_plan(wish.name or wish.id, error)
        part.operations, faults = _reconcile.reconcile(ready, part.plans, dialect, self.policy.update_password, part.prune)
        for name, error in faults.items():
            part.fail_plan(name, error)
        part.remarks += [remark for operation in part.operations for remark in _remarks(operation)]
        if part.faults:
            # a plan that failed here is declared all the same, and pruning waits until its whole organisation is right
            part.delete_nothing()

    def _hold_the_limit(self):
        """More deletions than allowed: none is done, in no organisation."""
        limit, deletions = self.policy.prune_limit, [(part, operation) for part in self.parts if part.prune for operation in part.deletions]
        if limit is None or len(deletions) <= limit:
            return
        self.limit_error = BadInput(
            "prune would delete %d backup plans and prune_limit is %d, so none was deleted: %s." % (
                len(deletions), limit, ", ".join("%s/%s" % (part.organization.label, operation.name) for part, operation in deletions)))
        for part in self.parts:
            part.delete_nothing()

    # doing

    def _carry_out(self, part):
        todo = [operation for operation in part.operations if operation.kind != _apply.KEEP]
        kept = [_apply.Outcome(operation, operation.plan) for operation in part.operations if operation.kind == _apply.KEEP]
        part.outcomes += kept
        if not todo or (self.policy.stop_at_failure and self.failed):
            return
        if self.policy.read_only:
            part.outcomes += [_apply.Outcome(operation) for operation in todo]
            return
        part.organization = self.directory.prove(part.organization)
        writer = _apply.Writer(self.client, part.organization, self.policy.stop_at_failure)
        try:
            writer.apply(todo)
        finally:
            part.outcomes += writer.outcomes

    @property
    def failed(self):
        """Whether anything has gone wrong so far."""
        return bool(self.limit_error) or any(part.failures for part in self.parts)


def _remarks(operation):
    """What the user should know of a plan that is there and was left as it is in this respect."""
    if operation.kind == _apply.DELETE or operation.plan is None:
        return
    if operation.plan.schedule.kind == "broken" and operation.schedule in (None, operation.plan.schedule):
        yield "Backup plan %r says that it is periodic and has neither crontab nor interval, so it does not run as it shows; declare one." % operation.name
    if "/" in operation.name:
        yield "Backup plan %r has a slash in its name, so every run of it fails; rename it." % operation.name
