# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""All that an audit looks at, read in one pass: no request for a single plan, and what the credential may not see is noted and no error."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import history as _history
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import accounts as _accounts
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.declared import seen as seen_anyway
from ansible_collections.jumpserver.accounts.plugins.module_utils._findings.rules import NOTHING_KNOWN, Facts, by_mail, platform_types, receivers
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import estate as _estate, parts as _parts
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.read import Reader
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.stages import Actual, Decision, Draft, Policy, Request
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dates as _dates
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError, Refused, Unproved
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

HEALTH = "/api/health/"
YEAR_3000 = 32_503_680_000  # in seconds; what is more is no time, or one in milliseconds
DAYS_SHOWN = 7
# what rules and reports look at; without nodes and assets, of which each costs the server a query for every plan
FIELDS = (
    "id", "name", "org_id", "org_name", "is_periodic", "interval", "crontab", "types", "recipients", "recipients_part_one", "recipients_part_two",
    "backup_type", "is_password_divided_by_email", "is_password_divided_by_obj_storage", "obj_recipients_part_one", "obj_recipients_part_two", "is_active",
    "executed_amount", "date_created", "date_updated", "comment",
)
# with more recipients than this all users are listed
MOST_ASKED_BY_ID = 500


class Seen(NamedTuple):
    """What was read. ``now``: the server's time, in its ``zone``. ``latest``: plan id to its runs, None where executions may not be read.

    ``accounts``: organization id to type to number, without the organizations whose accounts may not be listed. ``decisions``: what it would take to
    bring each declared organization to its declaration. ``unseen``: sentences on what could not be read. ``whole``: whether every organization of the server
    is among ``parts``.
    """

    now: datetime
    parts: tuple[_parts.Part, ...] = ()
    hidden: tuple[Organization, ...] = ()
    latest: Optional[Mapping[str, _history.Latest]] = None
    accounts: Mapping[str, Mapping[str, int]] = {}
    facts: Facts = NOTHING_KNOWN
    decisions: Optional[tuple[Decision, ...]] = None
    unseen: tuple[str, ...] = ()
    whole: bool = True

    def looked_into(self, organization: Optional[str]) -> bool:
        """Whether all plans of an organization of this name would be here; None: of all organizations."""
        return self.whole or organization in {part.organization.label for part in self.parts}

    def runs_of(self, plan: Plan) -> _history.Latest:
        """What was read of the runs of a plan."""
        return (self.latest or {}).get(plan.id, _history.Latest())

    @property
    def zone(self) -> Optional[tzinfo]:
        return self.now.tzinfo


class Gatherer:
    """Reads one server for one audit."""

    def __init__(self, client: Client, dialect: str = "auto") -> None:
        self.client = client
        self.reader = Reader(client, dialect)
        self.unseen: list[str] = []

    def gather(self, only: Optional[Organization], declared: Optional[Sequence[Request]]) -> Seen:
        """``only``: the organization to look at, all if None. ``declared``: what should be there, None where nothing is declared."""
        parts = self._organizations(only, declared)
        if not parts:
            raise JumpServerError(
                f"Nothing was audited: the user of {self.reader.references.credential} may not read the backup plans of any organization. It needs the role "
                "OrgAdmin in one, or SystemAdmin.")
        hidden = [part.organization for part in _parts.hidden(self.reader.organizations, parts)]
        now = self._now()
        plans = [plan for part in parts for plan in part.plans]
        today = datetime.fromtimestamp(now, zone_of(plans)).replace(hour=0, minute=0, second=0, microsecond=0)
        first_day = (today - timedelta(days=DAYS_SHOWN - 1)).timestamp()
        latest = self._allowed("the runs of the plans", lambda: _history.latest_of_parts(self.client, parts, first_day))
        zoned = datetime.fromtimestamp(now, zone_of(plans, (latest or {}).values()))
        types = self._allowed("the platform types that the server knows", lambda: _accounts.platform_types(self._scope_of(parts[0]))) if parts else None
        accounts = self._accounts(parts, hidden, types or frozenset())
        self._people_and_storages(parts)
        facts = seen_anyway(self.reader.references)._replace(platform_types=types)
        if declared is not None and only is not None:
            declared = [request for request in declared if is_one(request.organization, parts[0].organization)]
        decisions = None if declared is None else self._decisions(declared, parts)
        whole = only is None and all(part.reader is _parts.THE_ROOT for part in parts)
        return Seen(zoned, tuple(parts), tuple(hidden), latest, accounts, facts, decisions, tuple(self.unseen), whole)

    def _scope_of(self, part: _parts.Part) -> Scope:
        return Scope(self.client, part.reader)

    def _allowed(self, what: str, read: Callable[[], Any]) -> Any:
        """What ``read`` reads, None where this user may not; that is noted then."""
        try:
            return read()
        except Refused as error:
            if error.status != 403:
                raise
            self.unseen.append(f"{what[0].upper()}{what[1:]} may not be read by the user of {self.reader.references.credential}.")
            return None

    def _organizations(self, only: Optional[Organization], declared: Optional[Sequence[Request]]) -> list[_parts.Part]:
        wanted = _parts.Wanted(fields=FIELDS)

        def refused(organization: Organization) -> None:
            self.unseen.append(
                f"The backup plans of organization {organization.label!r} may not be read by the user of {self.reader.references.credential}.")

        directory = self.reader.organizations
        if only is not None:
            return [_parts.one(self.client, directory, only, wanted)]
        try:
            parts = _parts.every(self.client, directory, wanted, refused)
        except Refused:
            raise
        except JumpServerError:
            if not declared:
                raise
            # a community edition does not tell an administrator of one organization which one that is; his declaration does
            parts = _parts.several(self.client, directory, [request.organization for request in declared], wanted, refused)
        if any(part.reader is not _parts.THE_ROOT for part in parts):
            self.unseen.append(
                f"Only organizations that the user of {self.reader.references.credential} administers were looked at: "
                f"{', '.join(part.organization.label for part in parts)}.")
        return parts

    def _now(self) -> float:
        """The server's clock, in seconds since the epoch: ages are told by its dates. Ours where a gateway keeps the page to itself."""
        try:
            told = self.client.get(HEALTH, "ask for the time of the server").body.get("time")
        except Refused:
            told = None
        is_time = isinstance(told, (int, float)) and not isinstance(told, bool) and 0 < told < YEAR_3000
        return float(told) if is_time else time.time()

    def _accounts(self, parts: Sequence[_parts.Part], hidden: Sequence[Organization], known: Iterable[str]) -> dict[str, Mapping[str, int]]:
        labels = sorted({label for part in parts for plan in part.plans for label in platform_types(plan)} | set(known))
        through_root = [part.organization for part in parts if part.reader is _parts.THE_ROOT]
        if through_root:
            served = [organization for organization in through_root if organization not in hidden]
            root = Scope(self.client, _parts.THE_ROOT)
            return self._allowed("the accounts", lambda: _accounts.by_organization(root, labels, served, bool(hidden))) or {}
        found = {}
        for part in parts:
            count = partial(_accounts.by_type, self._scope_of(part), labels)
            counted = self._allowed(f"the accounts of organization {part.organization.label!r}", count)
            if counted is not None:
                found[part.organization.id] = counted
        return found

    def _people_and_storages(self, parts: Sequence[_parts.Part]) -> None:
        """Look up who and what the plans send to; what is known then, the references tell."""
        references = self.reader.references
        recipients = {identifier for part in parts for plan in part.plans if by_mail(plan) for identifier in receivers(plan)}
        if recipients:
            if len(recipients) <= MOST_ASKED_BY_ID:
                references.known(recipients)
            missing = recipients - set(references.names)
            for part in parts if missing else ():
                if any(missing & set(receivers(plan)) for plan in part.plans):
                    references.everybody(part.organization)
            missing = recipients - set(references.names)
            if missing:
                self.unseen.append(
                    f"Whether {len(missing)} of {len(recipients)} recipients are still there is not known: the user of {references.credential} does not see "
                    "them.")
        elsewhere = [part for part in parts if any(not by_mail(plan) for plan in part.plans)]
        if elsewhere and not references.storages(elsewhere[0].reader).listed:
            self.unseen.append(f"Of which type the storages are is not known: the user of {references.credential} may not list them.")

    def _decisions(self, declared: Sequence[Request], parts: Sequence[_parts.Part]) -> tuple[Decision, ...]:
        """What applying the declaration would do to the plans that were read already."""
        actuals = {request.organization.key: self._actual(request.organization, parts) for request in declared}
        seen = [request for request in declared if actuals[request.organization.key] is not None]

        def read(drafts: Sequence[Draft]) -> list[Actual]:
            return [actual for actual in (actuals[draft.request.organization.key] for draft in drafts) if actual is not None]

        return tuple(_estate.decided(self.reader, seen, Policy(read_only=True), read))

    def _actual(self, asked: Organization, parts: Sequence[_parts.Part]) -> Optional[Actual]:
        """What a declared organization has; None where that was not read, which is noted."""
        for part in parts:
            if is_one(asked, part.organization):
                return Actual(part.organization, tuple(part.plans))
        try:
            self.reader.organizations.prove(asked)
        except Unproved as error:
            return Actual(asked, error=error)
        self.unseen.append(f"Organization {asked.label!r} is declared and was not looked at.")
        return None


def is_one(asked: Organization, found: Organization) -> bool:
    """Whether an organization that was asked for is one that was found."""
    return asked.id == found.id if asked.id else asked.asked == found.name


def zone_of(plans: Iterable[Plan], latest: Collection[_history.Latest] = ()) -> tzinfo:
    """The time zone of the server, by the dates that it shows of plans and of their runs."""
    saved = [plan.row.get(name) for plan in plans for name in ("date_created", "date_updated")]
    ran = [row.get("date_start") for one in latest for row in (one.last, one.success, one.scheduled) if row is not None]
    recent = [brief.date for one in latest for brief in one.since]
    return _dates.ZoneOfDates(saved + ran + recent)
