# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""All that is read before something is decided: plans, who and what the names stand for, the dialect; and the proofs that writing needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import BY_NAME, COMPARED, PARTS, Desired, Plan, read as read_plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Actual, Draft
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.listing import PAGE_ROWS, side_by_side
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dialect import PLANS, Dialect
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import ROOT, Directory, Organization, as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput, JumpServerError, Refused, ends_the_run
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.references import People, References, Storages
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

ALWAYS_LISTED = ("id", "name", "org_id", "org_name", "is_periodic", "interval", "crontab")
# scalars that tell the dialect, or whether the plan is good for anything, and cost the server nothing
TELLING = ("is_active", "backup_type", "types")


class Known(NamedTuple):
    """What is known of the names in one organization. ``shown_users``: ids that plans show; ``shown_storages``: id to name, likewise."""

    people: People = People()
    storages: Storages = Storages()
    shown_users: frozenset[str] = frozenset()
    shown_storages: Mapping[str, str] = {}
    credential: str = ""


class Reader:
    """Reads one server for one run, each thing at most once."""

    def __init__(self, client: Client, dialect: str = "auto") -> None:
        self.client = client
        self.organizations = Directory(client)
        self.references = References(client)
        self._dialect: Optional[Dialect] = _dialect.BY_NAME.get(dialect)

    # plans

    def read(self, drafts: Sequence[Draft]) -> list[Actual]:
        """What each organization has, in the order of the drafts. An organization that two drafts name is an error of both."""
        asked = [draft for draft in drafts if draft.concerns_the_server]
        names = _names(draft.desired for draft in asked)
        looks: list[Callable] = [lambda: self._read_each(asked)]
        # neither needs the other
        if names and self.client.connection.connections > 1:
            looks.append(lambda: self.references.look_ahead(names))
        read = iter(side_by_side(lambda look: look(), looks, len(looks))[0])
        return _without_twins([next(read) if draft.concerns_the_server else Actual(draft.request.organization) for draft in drafts])

    def _read_each(self, drafts: Sequence[Draft]) -> list[Actual]:
        try:
            plans = self._plans_of_all(drafts) if len(drafts) > 1 else None
        except JumpServerError as error:
            return [Actual(draft.request.organization, error=error) for draft in drafts]
        return self._each(drafts, self._read_one) if plans is None else self._assigned(plans, drafts)

    def _each(self, drafts: Sequence[Draft], read_one: Callable[[Draft], Actual]) -> list[Actual]:
        """One step for several organizations: after a failure the others go on, unless the server is out of reach or lets nobody in."""
        found, ended_by = [], None
        for draft in drafts:
            if ended_by is not None:
                found.append(Actual(draft.request.organization, error=ended_by))
                continue
            try:
                found.append(read_one(draft))
            except JumpServerError as error:
                found.append(Actual(draft.request.organization, error=error))
                ended_by = error if ends_the_run(error) else None
        return found

    def _read_one(self, draft: Draft) -> Actual:
        """The plans of one organization, and the proof that it was the one in force."""
        request, organization = draft.request, draft.request.organization
        scope, doing = Scope(self.client, organization), f"list the backup plans of organization {organization.label!r}"
        with self.organizations.explaining(organization):
            if request.named:
                rows = _queries.rows_named(scope, request.named, doing)
            elif request.identified:
                rows = _queries.rows_with_id(scope, request.identified, doing)
            else:
                rows = scope.rows(PLANS, doing, _listing([draft]), expected=len(draft.desired))
        self._learn_dialect(rows)
        organization, plans = _queries.own_plans(self.organizations, organization, rows)
        return Actual(organization, tuple(plans))

    def _plans_of_all(self, drafts: Sequence[Draft]) -> Optional[list[Plan]]:
        """The plans of all organizations, in one listing through the root organization; None where that is not the cheaper way.

        Only system administrators may; and where other organizations hold far more plans than ours, each is read for itself.
        """
        doing = "list the backup plans of all organizations"
        try:
            declared = sum(len(draft.desired) for draft in drafts)
            # each page is made plans of while the next one is on its way
            return self.client.rows(PLANS, doing, ROOT, _listing(drafts), at_most=PAGE_ROWS * len(drafts), keep=read_plan, expected=declared)
        except Refused as error:
            if error.status == 403:
                return None
            raise

    def _assigned(self, listed: Sequence[Plan], drafts: Sequence[Draft]) -> list[Actual]:
        """Each organization's plans out of a listing of all, which also tells what organization a name stands for."""
        self._learn_dialect([plan.row for plan in listed[:1]])
        plans: dict[str, list[Plan]] = {}
        for plan in listed:
            plans.setdefault(plan.org_id, []).append(plan)
        names = {found[0].org_id: found[0].org_name for found in plans.values()}
        unnamed = [draft.request.organization for draft in drafts if not draft.request.organization.id]
        unlisted: Optional[JumpServerError] = None
        if any(organization.asked not in names.values() for organization in unnamed):
            try:
                names.update((organization.id, organization.name) for organization in self.organizations.all_organizations())
            except JumpServerError as error:
                unlisted = error
        ids = {name: identifier for identifier, name in names.items()}

        def assign(draft: Draft) -> Actual:
            organization = draft.request.organization
            identifier = organization.id or ids.get(organization.asked, "")
            if unlisted is not None and (not identifier or ends_the_run(unlisted)):
                raise unlisted
            # an id that shows no plan may be no organization at all
            known = identifier in names
            organization = organization._replace(id=identifier, name=names[identifier]) if known else self.organizations.prove(organization)
            return Actual(organization, tuple(plans.get(organization.id, ())))

        return self._each(drafts, assign)

    # the dialect

    def _learn_dialect(self, rows: Sequence[dict]) -> None:
        if self._dialect is None and rows:
            # a listing without recipients cannot tell 3.0 from 3.6; then it stays open until it matters
            self._dialect = _dialect.from_keys(rows[0])

    def dialect(self, organization: Organization) -> Dialect:
        """The server's dialect: from any row that was read, else from OPTIONS, asked once; never guessed."""
        if self._dialect is None:
            self._dialect = _dialect.from_options(_queries.described(Scope(self.client, organization)))
        return self._dialect

    # names

    def known(self, drafts: Sequence[Draft], actuals: Sequence[Actual]) -> list[Known]:
        """What the names of each draft may stand for; one listing per kind serves all."""
        ready = [draft.desired if draft.concerns_the_server and actual.error is None else () for draft, actual in zip(drafts, actuals)]
        shown_users = frozenset(identifier for actual in actuals for plan in actual.plans for identifier in plan.related("users"))
        wanted = {reference for desired in ready for reference in _references(desired, "users")}
        names, ids = _names(ready), {identifier for identifier in map(as_uuid, wanted) if identifier} - shown_users
        found = []
        for desired, actual in zip(ready, actuals):
            needed = set(_references(desired, "users"))
            shown_here = {identifier for plan in actual.plans for identifier in plan.related("users")}
            people = self.references.people(names, ids, actual.organization, needed, shown_here) if needed else People()
            shown = {identifier: name for plan in actual.plans for identifier, name in plan.storages.items()}
            unknown = {name for name in _references(desired, "storages") if as_uuid(name) not in shown} - set(shown.values())
            storages = self.references.storages(actual.organization) if unknown else Storages()
            found.append(Known(people, storages, shown_users, shown, self.references.credential))
        return found


def _references(desired: Iterable[Desired], kind: str) -> list[str]:
    return [reference for plan in desired for field, references in plan.related.items() if BY_NAME[field].refers_to == kind for reference in references]


def _names(declared: Iterable[Iterable[Desired]]) -> set[str]:
    """The people who are not given by id. 32 hex digits may be either."""
    wanted = {reference for desired in declared for reference in _references(desired, "users")}
    return {reference for reference in wanted if not (as_uuid(reference) and "-" in reference)}


def _needed_beside(declared: Mapping[str, object]) -> tuple[str, ...]:
    """The groups of recipients that have to be seen too. Whether a plan has any, and whether its secrets are divided, shows only with both of them."""
    mails, storages = PARTS
    if declared.get("backup_type") == "object_storage" or any(part in declared for part in storages):
        return storages
    emptied = any(part in declared for part in mails) and not any(declared.get(part) for part in mails)
    return mails if emptied or declared.get("is_password_divided_by_email") is not None else ()


def _listing(drafts: Sequence[Draft]) -> dict[str, str]:
    """Query of a listing that shows what this run compares: each related field costs the server a query per row, scalars next to nothing."""
    declared = {field for draft in drafts for plan in draft.desired for field in (*plan.fields, *_needed_beside(plan.fields))}
    names = list(ALWAYS_LISTED + TELLING)
    for field in COMPARED:
        if field.name in declared:
            names += sorted({field.name} | {dialect.api_name(field.name) for dialect in _dialect.DIALECTS})
    # names repeat between organizations, and a page boundary between equal rows would lose one; id is no column to order by
    return {"fields": ",".join(dict.fromkeys(names)), "order": "org_id,name"}


def _without_twins(actuals: Sequence[Actual]) -> list[Actual]:
    """The same, with an error for every entry of an organization that is listed twice: none of them may write or prune there."""
    ids = {actual.organization.name: actual.organization.id for actual in actuals if actual.organization.name}
    # an entry that was refused as it is written is known by what was asked for only
    keys = [actual.organization.id or ids.get(actual.organization.asked, actual.organization.asked) for actual in actuals]
    entries: dict[str, list[str]] = {}
    for key, actual in zip(keys, actuals):
        entries.setdefault(key, []).append(repr(actual.organization.asked))
    return [
        actual if len(entries[key]) == 1 else actual._replace(plans=(), error=BadInput(
            f"Organization {entries[key][0]} is listed twice, also as {', '.join(entries[key][1:])}. Put all its plans into one entry."))
        for key, actual in zip(keys, actuals)
    ]
