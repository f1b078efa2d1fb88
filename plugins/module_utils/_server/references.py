# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Which user or storage a name stands for. What exists is read first, into values; finding is a pure function of the name and of those values.

A display name can be set by its user, and an e-mail address of one may be the username of another. So a name that could mean two people is
refused with both, and where only the members of one organization can be seen, nothing is guessed about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import ROOT, Organization, as_uuid
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError, Refused

USERS = "/api/v1/users/users/"
STORAGES = "/api/v1/terminal/replay-storages/"
# ids travel in the address, whose length servers and proxies limit
IDS_PER_REQUEST = 50
DASHED = 36


class Person(NamedTuple):
    """A user. ``id`` in the API's form; the other three as the server has them, of which only ``name`` need not be unique."""

    id: str
    username: str
    email: str
    name: str
    active: bool = True
    expired: bool = False

    @property
    def described(self) -> str:
        return f"{self.username} ({self.id})"


class People(NamedTuple):
    """The users that were seen. ``complete``: whether nobody else of the server could bear a name that is asked for.

    ``visible`` is false where the credential may not list users at all. Each index leads from a name to the ids of those who bear it.
    """

    by_id: Mapping[str, Person] = {}
    by_username: Mapping[str, list[str]] = {}
    by_email: Mapping[str, list[str]] = {}
    by_name: Mapping[str, list[str]] = {}
    complete: bool = False
    visible: bool = True

    @classmethod
    def of(cls, people: Iterable[Person], complete: bool, visible: bool = True) -> People:
        by_id = {person.id: person for person in people}
        usernames: dict[str, list[str]] = {}
        emails: dict[str, list[str]] = {}
        names: dict[str, list[str]] = {}
        for person in by_id.values():
            for index, name in ((usernames, person.username), (emails, person.email), (names, person.name)):
                if name:
                    index.setdefault(name, []).append(person.id)
        return cls(by_id, usernames, emails, names, complete, visible)


class Found(NamedTuple):
    """What a reference stands for: an ``id``, or the ``error`` that forbids to say so; ``warning`` is what had to be taken on trust."""

    id: str = ""
    error: str = ""
    warning: str = ""


def find_user(reference: str, people: People, shown: Iterable[str] = (), described: str = "this credential") -> Found:
    """The user that ``reference`` stands for: an id, else a username, else an e-mail address, else a display name.

    ``shown``: ids that plans of the server show, which proves them. ``described``: the credential in words.
    """
    identifier = as_uuid(reference)
    exists = identifier is not None and (identifier in shown or identifier in people.by_id)
    bearers = _bearers(reference, people)
    # 32 hex digits are a common username; with dashes it is meant as an id
    if identifier and exists and (len(reference) == DASHED or not bearers):
        return Found(identifier)
    if not bearers:
        return _unmatched(reference, identifier, people, described)
    (kind, first), others = bearers[0], {identifier for _kind, ids in bearers for identifier in ids}
    if kind == "username":
        # the username of one and the display name or the address of another
        if others == set(first):
            return Found(first[0])
        return Found(error=f"{reference!r} stands for several users: {_described(others, people)}; write the id")
    if len(first) > 1:
        return Found(error=f"{reference!r} stands for several users: {_described(first, people)}; write the username")
    person = people.by_id[first[0]]
    if people.complete:
        return Found(person.id)
    unseen = f"{described} sees only members of the organization, and somebody else may have it as username"
    if kind == "name":
        return Found(error=f"{reference!r} is the display name of {person.described}, but {unseen}; write the username")
    return Found(person.id, warning=f"{reference!r} is taken for the e-mail address of {person.described}, though {unseen}; write the username to be sure")


def _bearers(reference: str, people: People) -> list[tuple[str, list[str]]]:
    kinds = (("username", people.by_username), ("email", people.by_email), ("name", people.by_name))
    return [(kind, index[reference]) for kind, index in kinds if reference in index]


def _unmatched(reference: str, identifier: Optional[str], people: People, described: str) -> Found:
    if identifier and not people.complete and len(reference) == DASHED:
        # nobody that this credential can see; the server itself will tell whether there is such a user
        return Found(identifier)
    if not people.visible:
        return Found(error=f"{reference!r} cannot be looked up, since the user of {described} may not list users; write the id of the user instead")
    return Found(error=f"{reference!r} is no user that can be found by username, e-mail, display name or id")


def _described(ids: Iterable[str], people: People) -> str:
    return ", ".join(sorted(people.by_id[identifier].described for identifier in ids))


class Storages(NamedTuple):
    """The storages that were seen. ``listed`` is false where the credential may not list them; then only those that plans show are known."""

    by_id: Mapping[str, str] = {}
    by_name: Mapping[str, str] = {}
    types: Mapping[str, str] = {}
    listed: bool = False


def find_storage(reference: str, storages: Storages, shown: Mapping[str, str]) -> Found:
    """The storage that ``reference`` stands for. ``shown``: id to name of those that plans of the organization show."""
    identifier = as_uuid(reference)
    if identifier and (identifier in shown or identifier in storages.by_id or not storages.listed):
        return Found(identifier)
    known = next((shown_id for shown_id, name in shown.items() if name == reference), None) or storages.by_name.get(reference)
    if known:
        return Found(known)
    if storages.listed:
        return Found(error=f"{reference!r} is no storage that can be found by name or id")
    return Found(error=f"{reference!r} cannot be looked up, since only a system administrator may list storages; write the id of the storage instead")


class References:
    """Users and storages of one server, read at most once per run and only as far as the names of this run need it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._people: dict[str, People] = {}
        self._asked: dict[tuple[str, str], list[Person]] = {}
        self._everybody: Optional[People] = None
        self._hidden = False
        self._failure_ahead: Optional[JumpServerError] = None
        self._storages: Optional[Storages] = None

    @property
    def credential(self) -> str:
        """The credential in words."""
        return self.client.connection.credential.described

    def people(
        self, names: set[str], ids: set[str], organization: Organization, needed: Iterable[str] = (), shown: Collection[str] = (),
    ) -> People:
        """The users that the names and ids of a run may stand for.

        One name is searched for, and ids are asked for by id; with more names all users are listed, once for the whole server where the
        credential may, else the members of each organization, as far as that is needed. ``needed``: the references of this organization;
        ``shown``: the ids that its plans show.
        """
        if self._everybody is not None:
            return self._everybody
        if not names and not ids:
            return People()
        if not self._hidden:
            try:
                self._tell_failure_ahead()
                if len(names) > 1:
                    return self._all_users()
                return People.of(self._narrow(names, ids), complete=True)
            except Refused as error:
                if error.status != 403:
                    raise
                self._hidden = True
        return self._acquainted(set(needed), shown) or self._members(organization) if names else People()

    def look_ahead(self, names: set[str]) -> None:
        """Ask what `people` will ask first for these names, at least one. What fails is told there, where it matters."""
        try:
            if len(names) > 1:
                self._all_users()
            else:
                self._search(*names)
        except JumpServerError as error:
            self._failure_ahead = error

    def _all_users(self) -> People:
        self._everybody = People.of(self._list(ROOT, "root", {}), complete=True)
        return self._everybody

    def _tell_failure_ahead(self) -> None:
        failure, self._failure_ahead = self._failure_ahead, None
        if failure is not None:
            raise failure

    def everybody(self, organization: Organization) -> People:
        """All users that the credential may see."""
        return self.people({"all", "of them"}, set(), organization)

    def known(self, ids: Iterable[str]) -> People:
        """The users with these ids, as far as they were seen already or can be asked for; never an error."""
        seen = self._seen
        missing = set(ids) - {person.id for person in seen}
        if missing and self._everybody is None and not self._hidden:
            try:
                seen = seen + self._with_ids(missing)
            except JumpServerError:
                # a name that is not told is no reason to fail
                self._hidden = True
        return People.of(seen, complete=False)

    def _narrow(self, names: set[str], ids: set[str]) -> list[Person]:
        found = [person for name in sorted(names) for person in self._search(name)]
        missing = ids - {person.id for person in found}
        found = found + self._with_ids(missing)
        # nobody has such an id, but somebody may have it as username
        return self._list(ROOT, "root", {}) if missing - {person.id for person in found} else found

    def _with_ids(self, ids: set[str]) -> list[Person]:
        ordered = sorted(ids)
        slices = [ordered[start:start + IDS_PER_REQUEST] for start in range(0, len(ordered), IDS_PER_REQUEST)]
        return [person for part in slices for person in self._list(ROOT, "root", {"ids": ",".join(part)})]

    def _search(self, name: str) -> list[Person]:
        """Everybody on the server who may bear a name, and some who do not. Newer frameworks read quotes in a search, so then all are listed."""
        if set(name) & set("\"'\\|,"):
            return self._list(ROOT, "root", {})
        found = self._list(ROOT, "root", {"search": name})
        if "@" in name and not any(person.email == name for person in found):
            # from 4.10.17 a search does not look at addresses
            found = found + self._list(ROOT, "root", {"email": name})
        return found

    def _acquainted(self, needed: set[str], shown: Collection[str]) -> Optional[People]:
        """Those who were seen in other organizations, where nobody else is needed: plans of this one show everybody whose username or id is declared.

        A username is that of one user of the whole server, so a converged estate lists the people that many organizations share only once.
        """
        people = People.of((person for person in self._seen if not needed.isdisjoint((person.username, person.email, person.name))), complete=False)

        def is_certain(reference: str) -> bool:
            found = find_user(reference, people, shown)
            return found.id in shown and not found.warning and (reference in people.by_username or len(reference) == DASHED)

        return people if needed and all(map(is_certain, needed)) else None

    def _members(self, organization: Organization) -> People:
        if organization.key not in self._people:
            try:
                self._people[organization.key] = People.of(self._list(organization.key, organization.label, {}), complete=False)
            except Refused as error:
                if error.status != 403:
                    raise
                self._people[organization.key] = People(visible=False)
        return self._people[organization.key]

    def _list(self, scope: str, label: str, narrowed: dict[str, str]) -> list[Person]:
        question = (scope, repr(sorted(narrowed.items())))
        if question not in self._asked:
            params = dict(narrowed, fields="id,name,username,email,is_active,is_expired", order="username")
            rows = self.client.rows(USERS, f"list the users of organization {label!r}", scope, params)
            self._asked[question] = [
                Person(
                    str(row["id"]).lower(), row.get("username") or "", row.get("email") or "", row.get("name") or "", row.get("is_active") is not False,
                    row.get("is_expired") is True)
                for row in rows]
        return self._asked[question]

    @property
    def _seen(self) -> list[Person]:
        """Every user that was seen, as often as that happened."""
        return [person for people in self._asked.values() for person in people]

    @property
    def displayed(self) -> dict[str, str]:
        """id to what the server shows beside it in a plan, of all that was seen."""
        return {**self.storage_names, **{person.id: person.name for person in self._seen}}

    @property
    def inactive(self) -> Optional[frozenset[str]]:
        """The ids of the users that were seen and are inactive, None where none was seen."""
        return self._those_who(lambda person: not person.active)

    @property
    def expired(self) -> Optional[frozenset[str]]:
        """The ids of the users that were seen and have expired, None where none was seen."""
        return self._those_who(lambda person: person.expired)

    def _those_who(self, holds: Callable[[Person], bool]) -> Optional[frozenset[str]]:
        seen = self._seen
        return frozenset(person.id for person in seen if holds(person)) if seen else None

    @property
    def names(self) -> dict[str, str]:
        """id to username of the users that were seen, and to the name of every storage that was listed."""
        return {**self.storage_names, **{person.id: person.username for person in self._seen}}

    @property
    def storage_types(self) -> Optional[Mapping[str, str]]:
        """id to type of the storages that were listed, None where they were not."""
        return self._storages.types if self._storages and self._storages.listed else None

    @property
    def storage_names(self) -> Mapping[str, str]:
        """id to name of the storages that were listed."""
        return self._storages.by_id if self._storages else {}

    def storages(self, organization: Organization) -> Storages:
        """The storages of the server, which only a system administrator may list."""
        if self._storages is None:
            try:
                rows = self.client.rows(STORAGES, "list the storages", organization.key, {"order": "name"})
            except Refused as error:
                if error.status != 403:
                    raise
                self._storages = Storages()
            else:
                by_id = {row["id"].lower(): row["name"] for row in rows}
                types = {row["id"].lower(): row["type"]["value"] if isinstance(row["type"], dict) else row["type"] for row in rows}
                self._storages = Storages(by_id, {name: identifier for identifier, name in by_id.items()}, types, True)
        return self._storages
