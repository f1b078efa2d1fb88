# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The pipeline that every change goes through, for one plan or for a whole estate: each step makes values out of values.

    draft     what was written, checked without a server
    read      what is there
    decide    what is to be done; pure
    prove     what only the server can tell of a decision, in check mode too
    hold      the limit on deletions, for all organizations together
    carry out the decision, deletions last

Every organization is read and decided upon before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan, queries as _queries, reconcile as _reconcile
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.apply import Writer, not_tried
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.read import Known, Reader
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import DELETE, KEEP, Operation
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Actual, Decision, Draft, Outcome, PlanError, Policy, Report, Request
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import Dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import ROOT
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, ends_the_run
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import Found, find_storage, find_user
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import ProvedScope, Scope

# deletions that a message names before it counts the rest
MOST_NAMED = 10


class Converged(NamedTuple):
    """What became of an estate. ``limit_error``: why nothing was pruned.

    ``names``: id to the one name that a user or storage is called in diffs. ``displayed``: id to what the server shows beside it in a plan.
    """

    reports: tuple[Report, ...]
    names: dict[str, str]
    displayed: dict[str, str]
    limit_error: Optional[JumpServerError] = None


def converge(client: Client, requests: Sequence[Request], policy: Policy, inspect: Optional[Callable[[Reader, Decision], Decision]] = None) -> Converged:
    """Bring everything to the declared state; never raises for what can be told of one organization.

    ``inspect``: what is asked of each decision before anything is written; it may add warnings, and refuse plans.
    """
    reader = Reader(client, policy.dialect)
    decisions = decided(reader, requests, policy, reader.read)
    decisions = _all(decisions, lambda decision: prove(reader, decision))
    if inspect is not None:
        decisions = _all(decisions, lambda decision: inspect(reader, decision))
    decisions, limit_error = hold_limit(decisions, policy.prune_limit)
    reports = carry_out(reader, decisions, policy, limit_error is not None)
    return Converged(tuple(reports), names_of(reader, decisions), reader.references.displayed, limit_error)


def decided(reader: Reader, requests: Sequence[Request], policy: Policy, read: Callable[[Sequence[Draft]], list[Actual]]) -> list[Decision]:
    """What is to be done in each organization, as far as that can be told without proving it. ``read(drafts)``: what each organization has."""
    drafts = [declare(request) for request in requests]
    actuals = read(drafts)
    known, unread = _known(reader, drafts, actuals)
    return [_decided(reader, *part, unread, policy) for part in zip(drafts, actuals, known)]


# checking what was written


def declare(request: Request) -> Draft:
    """The request, checked without asking the server. Bad plans fail alone."""
    draft = Draft(request)
    if request.organization.id == ROOT:
        return draft._replace(error=BadInput(
            "Backup plans cannot be managed in the root organization; name the organization that they belong to."))
    if request.prune and not request.plans and not request.allow_empty:
        return draft._replace(error=BadInput(
            f"The list of plans of organization {request.organization.asked!r} is empty, and prune would delete every plan there; "
            "set allow_empty if that is meant."))
    desired, errors, warnings = [], [], []
    seen: dict[str, int] = {}
    for position, options in enumerate(request.plans, 1):
        name = (options.get("name") or "").strip() or options.get("id") or ""
        plan, wrong = _plan.declare(options)
        if plan is None:
            errors.append(PlanError(name, "; ".join(wrong), request.organization.label))
            continue
        if name in seen:
            errors.append(PlanError(name, f"plans {seen[name]} and {position} of the list have the same name", request.organization.label))
        seen.setdefault(name, position)
        desired.append(plan)
        warnings += [f"Backup plan {name!r}: {remark}." for remark in _plan.remarks(plan)]
    failed = {error.name for error in errors}
    return Draft(request, tuple(plan for plan in desired if (plan.name or plan.id) not in failed), tuple(errors), tuple(warnings))


# deciding


def _known(reader: Reader, drafts: Sequence[Draft], actuals: Sequence[Actual]) -> tuple[list[Known], Optional[JumpServerError]]:
    """What is known of the names in each organization, or why that could not be read."""
    try:
        return reader.known(drafts, actuals), None
    except JumpServerError as error:
        return [Known()] * len(drafts), error


def _decided(reader: Reader, draft: Draft, actual: Actual, known: Known, unread: Optional[JumpServerError], policy: Policy) -> Decision:
    error = draft.error or actual.error or (unread if draft.concerns_the_server else None)
    if error is not None or not draft.concerns_the_server:
        return Decision(actual.organization, (), draft.errors, draft.warnings, error)
    try:
        dialect = reader.dialect(actual.organization) if any(map(_plan.depends_on_dialect, draft.desired)) else None
    except JumpServerError as failure:
        return Decision(actual.organization, (), draft.errors, draft.warnings, failure)
    return decide(draft, actual, known, dialect, policy.update_password)


def decide(draft: Draft, actual: Actual, known: Known, dialect: Optional[Dialect], update_password: str = "on_create") -> Decision:
    """What is to be done in one organization. Pure. ``dialect`` may be None where no declared field depends on it."""
    if draft.request.state == "absent":
        there = [plan for plan in _reconcile.match(draft.desired, actual.plans) if plan is not None]
        return Decision(actual.organization, tuple(map(_reconcile.absent, there)), draft.errors, draft.warnings)
    ready, errors, warnings = [], list(draft.errors), list(draft.warnings)
    for plan in draft.desired:
        resolved, found, doubts = resolve(plan, known)
        wrong = _plan.dialect_errors(plan, dialect) + found
        warnings += [f"Backup plan {plan.name or plan.id!r}: {doubt}." for doubt in doubts]
        if wrong:
            errors.append(PlanError(plan.name or plan.id, "; ".join(wrong), actual.organization.label))
        else:
            ready.append(resolved)
    operations, refused = _reconcile.reconcile(ready, actual.plans, update_password, draft.request.prune)
    errors += [PlanError(name, reason, actual.organization.label) for name, reason in refused.items()]
    warnings += [remark for operation in operations for remark in _remarks(operation)]
    unseen = tuple(operation.name for operation in operations if operation.renames) if draft.request.identified else ()
    decision = Decision(
        actual.organization, tuple(operations), tuple(errors), tuple(warnings), prune=draft.request.prune,
        twins=tuple(_reconcile.twins(operations, actual.plans)), unseen_names=unseen)
    # a plan that failed here is declared all the same, and pruning waits until its whole organization is right
    return decision.without_deletions() if errors else decision


def resolve(desired: _plan.Desired, known: Known) -> tuple[_plan.Desired, list[str], list[str]]:
    """(the declaration with ids for names, errors, warnings); each error names its field, and all are told at once."""
    fields, errors, warnings = dict(desired.fields), [], []
    for field, references in desired.related.items():
        found = [_found(_plan.BY_NAME[field].refers_to, reference, known) for reference in references]
        errors += [f"{field}: {one.error}" for one in found if one.error]
        warnings += [f"{field}: {one.warning}" for one in found if one.warning]
        fields[field] = list(dict.fromkeys(one.id for one in found))
    return desired._replace(fields=fields), errors, warnings


def _found(kind: str, reference: str, known: Known) -> Found:
    if kind == "users":
        return find_user(reference, known.people, known.shown_users, known.credential)
    return find_storage(reference, known.storages, known.shown_storages)


def _remarks(operation: Operation) -> Iterator[str]:
    """What the user should know of a plan that is there and was left as it is in this respect."""
    actual, name = operation.actual, operation.name
    if operation.kind == DELETE or actual is None:
        return
    if operation.desired is not None and operation.desired.name and operation.desired.name not in (name, actual.name):
        yield (
            f"Backup plan {operation.desired.name!r} is called {actual.name!r} on the server, which is written with the same letters in another Unicode "
            "form; it is taken for the same plan and keeps its name.")


# proving


def _all(decisions: Sequence[Decision], step: Callable[[Decision], Decision]) -> list[Decision]:
    """One step for several organizations: after a failure the others go on, unless the server is out of reach or lets nobody in."""
    done, ended_by = [], None
    for decision in decisions:
        if ended_by is None and decision.error is None:
            try:
                decision = step(decision)
            except JumpServerError as error:
                decision = decision._replace(error=error, operations=())
                ended_by = error if ends_the_run(error) else None
        elif decision.pending:
            decision = decision._replace(error=ended_by, operations=())
        done.append(decision)
    return done


def prove(reader: Reader, decision: Decision) -> Decision:
    """The decision after all that reading can prove of it, so that check mode meets what a run would meet.

    Only where something is to be written: the organization is in force, a plan that is to be renamed finds its new name free, and no new name is,
    but for case or accents, that of another plan on a server whose database takes the two for the same.
    """
    if not decision.pending:
        return decision
    organization = reader.organizations.prove(decision.organization)
    scope, errors, warnings = Scope(reader.client, organization), [], []
    for name, other in decision.twins:
        same = _queries.takes_for_the_same(scope, name, other)
        if same:
            errors.append(PlanError(name, f"its name is taken. This server takes {other!r} for the same name; rename one of them", organization.label))
        elif same is None:
            warnings.append(
                f"Backup plan {name!r} differs from {other!r} in case or accents only. A server on MySQL takes the two for the same name, and will "
                "refuse this one.")
    for name in decision.unseen_names:
        if _queries.named([_plan.read(row) for row in _queries.rows_named(scope, name)], name):
            errors.append(PlanError(name, _reconcile.NAME_TAKEN, organization.label))
    proved = decision._replace(organization=organization, warnings=decision.warnings + tuple(warnings))
    if not errors:
        return proved
    refused = {error.name for error in errors}
    good = tuple(operation for operation in decision.operations if operation.name not in refused)
    return proved._replace(operations=good, errors=decision.errors + tuple(errors)).without_deletions()


def hold_limit(decisions: Sequence[Decision], limit: Optional[int]) -> tuple[list[Decision], Optional[JumpServerError]]:
    """More deletions by pruning than allowed: none is done, in no organization. Pure."""
    deletions = [(decision, operation) for decision in decisions if decision.prune for operation in decision.deletions]
    if limit is None or len(deletions) <= limit:
        return list(decisions), None
    named = [f"{decision.organization.label}/{operation.name}" for decision, operation in deletions[:MOST_NAMED]]
    more = f", and {len(deletions) - MOST_NAMED} more" if len(deletions) > MOST_NAMED else ""
    error = BadInput(
        f"prune would delete {len(deletions)} backup plans and prune_limit is {limit}, so none was deleted: {', '.join(named)}{more}.")
    return [decision.without_deletions() for decision in decisions], error


# doing


def carry_out(reader: Reader, decisions: Sequence[Decision], policy: Policy, failed: bool = False) -> list[Report]:
    """What became of each decision. In check mode it is foreseen; after a proof that nobody answers any more, the rest is not tried."""
    reports: list[Report] = []
    failed = failed or any(decision.error or decision.errors for decision in decisions)
    ended_by: Optional[JumpServerError] = None
    for decision in decisions:
        outcomes = [Outcome(operation, operation.actual, written=False) for operation in decision.operations if operation.kind == KEEP]
        if policy.read_only:
            outcomes += [Outcome(operation) for operation in decision.pending]
        elif ended_by is not None:
            outcomes += [not_tried(operation, ended_by) for operation in decision.pending]
        elif decision.pending and not (policy.stop_at_failure and failed):
            scope = ProvedScope(reader.client, decision.organization)
            writer = Writer(scope, partial(reader.dialect, decision.organization), policy.update_password, policy.stop_at_failure)
            outcomes += writer.apply(decision.pending)
            ended_by = writer.ended_by
        failed = failed or any(outcome.error for outcome in outcomes)
        reports.append(Report(decision.organization, tuple(outcomes), decision.errors, decision.warnings, decision.error))
    return reports


def names_of(reader: Reader, decisions: Sequence[Decision]) -> dict[str, str]:
    """The one book of names: id to username of every user in what changes, as far as this credential may see, and to the name of every storage."""
    operations = [operation for decision in decisions for operation in decision.pending]
    told = {
        identifier for operation in operations for field in _plan.RELATED if field.refers_to == "users"
        if field.name in operation.changes or operation.kind == DELETE
        for side in (operation.actual, operation.desired) if side is not None for identifier in side.fields.get(field.name, ())}
    usernames = {person.id: person.username for person in reader.references.known(told).by_id.values()}
    return {**reader.references.storage_names, **usernames}
