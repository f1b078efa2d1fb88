# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The one way to the REST API: authorised, verified, retried where a repeat is safe, and read-only in check mode.

Every method takes ``doing``, the attempt in words ("list the backup plans of organization 'X'"), which opens each error message. The parts:
`transport` (one exchange), `attempts` (when to repeat), `answers` (what an answer must look like), `listing` (pages), `wording` (what is said).
"""

from __future__ import annotations

import queue
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Optional, Union, overload

from ansible_collections.jumpserver.accounts.plugins.module_utils._server import answers, listing, wording
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.address import base_url
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.attempts import SAFE_METHODS, Attempts, is_repeated
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.diagnosis import Failure
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import (
    Absent,
    Foreign,
    ListChanged,
    Refused,
    Unreachable,
    UnsafeInCheckMode,
)
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.secrets import Secrets
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.shapes import Shape
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.transport import Answer, Connection, Transport

Org = Optional[str]
Params = Optional[Mapping]
Accept = tuple[int, ...]


class Request(NamedTuple):
    """One request in our terms."""

    method: str
    path: str
    doing: str
    organization: Optional[str] = None
    params: Optional[Mapping] = None
    body: Any = None


class Client:
    """One session with one JumpServer. ``secrets`` are cut out of every message; more can be added while it is used."""

    def __init__(
        self, connection: Connection, read_only: bool, sleep: Callable = time.sleep, clock: Callable = time.monotonic, chance: Callable = random.random,
    ) -> None:
        self.url = base_url(connection.api_url)
        self.connection = connection
        self.read_only = read_only
        self.secrets = Secrets({connection.credential.secret})
        self._sleep, self._clock, self._chance = sleep, clock, chance
        self._transports = [Transport(self.url, connection, self.scrub, clock) for _number in range(max(1, connection.connections))]
        # the one that was used last comes first: a further connection is made only where several requests go on at a time
        self._idle: queue.LifoQueue[Transport] = queue.LifoQueue()
        for transport in self._transports:
            self._idle.put(transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *failure: Any) -> None:
        for transport in self._transports:
            transport.close()

    def get(self, path: str, doing: str, organization: Org = None, params: Params = None) -> Answer:
        return self._proved(Request("GET", path, doing, organization, params))

    def find(self, path: str, doing: str, organization: Org = None) -> Optional[Any]:
        """The body of one object, or None where JumpServer says that there is none."""
        try:
            return self.get(path, doing, organization).body
        except Absent:
            return None

    def page(self, path: str, doing: str, organization: Org = None) -> str:
        """The text of a page that people read."""
        return self._send(Request("GET", path, doing, organization), (200,), page=True).text

    def options(self, path: str, doing: str, organization: Org = None, params: Params = None) -> Answer:
        return self._proved(Request("OPTIONS", path, doing, organization, params))

    def post(self, path: str, body: Any, doing: str, organization: Org) -> Answer:
        return self._proved(Request("POST", path, doing, organization, body=body), accept=(200, 201))

    def patch(self, path: str, body: Any, doing: str, organization: Org) -> Answer:
        return self._proved(Request("PATCH", path, doing, organization, body=body))

    def delete(self, path: str, doing: str, organization: Org) -> bool:
        """Delete one object; false where JumpServer knows no such object. The path must end in an id: the collection itself would be deleted from."""
        try:
            self.request("DELETE", path, doing, organization, accept=(204,))
        except Absent:
            return False
        return True

    @overload
    def rows(
            self, path: str, doing: str, organization: Org = None, params: Params = None, at_most: None = None,
            keep: Callable[[dict], Any] = listing.unchanged, expected: int = 0) -> list:
        ...

    @overload
    def rows(
            self, path: str, doing: str, organization: Org = None, params: Params = None, at_most: int = 0,
            keep: Callable[[dict], Any] = listing.unchanged, expected: int = 0) -> Optional[list]:
        ...

    def rows(
            self, path: str, doing: str, organization: Org = None, params: Params = None, at_most: Optional[int] = None,
            keep: Callable[[dict], Any] = listing.unchanged, expected: int = 0) -> Optional[list]:
        """All the rows of a listing, each once, whatever the page size that the server allows; None when there are more than ``at_most``.

        ``keep(row)``: what is kept of a row instead of it, so that a long list of large rows does not fill the memory. ``expected``: how many rows
        there probably are.

        Rows may move between pages while others write; when the number seen differs from the number announced, the listing is read again
        once and then given up with ListChanged.
        """
        for attempt in range(2):
            rows, complete = listing.whole(self._pages_of(path, doing, organization, params), at_most, self._connections(attempt), keep, expected)
            if complete:
                return rows
        raise ListChanged(
            f"Cannot {doing}: the list changed while it was read, or was cut on the way ({len(rows or ())} rows came). Try again when nobody else edits it.")

    def window(self, path: str, doing: str, organization: Org, params: Params, offset: int, limit: Optional[int]) -> list:
        """At most ``limit`` rows (None: all) of a listing, from ``offset`` on."""
        return listing.window(self._pages_of(path, doing, organization, params), offset, limit)

    def pages(
            self, path: str, doing: str, organization: Org = None, params: Params = None, size: int = listing.PAGE_ROWS) -> Iterator[tuple[list, int]]:
        """The pages of a listing one by one, as (rows, number announced); the caller may stop early."""
        return listing.pages(self._pages_of(path, doing, organization, params), size=size)

    def _pages_of(self, path: str, doing: str, organization: Org, params: Params) -> listing.Fetch:
        def fetch(offset: int, limit: int) -> Any:
            request = Request("GET", path, doing, organization, dict(params or {}, limit=limit, offset=offset))
            return self._proved(request, shape=answers.listed(path)).body

        return fetch

    def _connections(self, attempt: int) -> int:
        """A list that did not hold together is read once more page by page."""
        return 1 if attempt else len(self._transports)

    def _proved(self, request: Request, accept: Accept = (200,), shape: Optional[Shape] = None) -> Answer:
        """The Answer, which looks like one of JumpServer's."""
        answer = self._send(request, accept)
        fault = (shape or answers.answered(request.method, request.path, request.body))(answer.body)
        if fault:
            raise Foreign(self.scrub(wording.foreign(request, self.url, answer.status, "answer" + fault)), answer.status, answer.body)
        return answer

    def request(
            self, method: str, path: str, doing: str, organization: Org = None, params: Params = None, body: Any = None, accept: Accept = (200,)) -> Answer:
        """One exchange, repeated where that is safe, whatever the shape of the answer. ``organization``: name or id, sent with every request."""
        return self._send(Request(method, path, doing, organization, params, body), accept)

    def _send(self, request: Request, accept: Accept, page: bool = False) -> Answer:
        safe = request.method in SAFE_METHODS
        if self.read_only and not safe:
            raise UnsafeInCheckMode(f"Cannot {request.doing}: nothing may be written in check mode.")
        attempts = Attempts(self.connection, self._sleep, self._clock, self._chance)
        while True:
            answer = self._exchange(request, attempts.limit())
            if isinstance(answer, Failure):
                if answer.hopeless or (answer.sent and not safe) or not attempts.again():
                    raise self._unreachable(request, answer, attempts)
            elif not is_repeated(request.method, answer.status) or not attempts.again(answer.headers.get("Retry-After")):
                break
        if answer.status not in accept or (answer.body is None and answer.status != 204 and not page):
            raise self._refusal(request, answer, attempts.told())
        return answer

    def _exchange(self, request: Request, limit: tuple[float, str]) -> Union[Answer, Failure]:
        headers = {"Accept": "application/json", "Accept-Language": "en", "Content-Type": "application/json"}
        params = dict(request.params or {})
        if request.organization is not None:
            if _fits_header(request.organization):
                headers["X-JMS-ORG"] = request.organization
            else:
                params["oid"] = request.organization
        transport = self._idle.get()
        try:
            return transport.exchange(request.method, request.path, params, request.body, headers, limit)
        finally:
            self._idle.put(transport)

    def _unreachable(self, request: Request, failure: Failure, attempts: Attempts) -> Unreachable:
        text = " ".join(filter(None, (f"Cannot {request.doing}: {failure.text}", attempts.told())))
        return Unreachable(self.scrub(text), failure.sent, failure.hopeless)

    def _refusal(self, request: Request, answer: Answer, told: str) -> Refused:
        """The error for an answer that is not the one hoped for."""
        message = f"Cannot {request.doing}: {wording.answerer(answer)} answered {answer.status}{wording.said(answer, self.secrets)}."
        hint = wording.hint(answer, request, self.url, self.connection.credential, self.secrets)
        error = Absent if wording.says_absent(answer) else Foreign if 200 <= answer.status < 300 else Refused
        return error(self.scrub(" ".join(filter(None, (message, told, hint)))), answer.status, answer.body)

    def scrub(self, text: str) -> str:
        """The text without any of the secrets."""
        return self.secrets.scrub(text)


def _fits_header(value: str) -> bool:
    """Whether a header can carry it: HTTP headers are ASCII, and blanks at the ends are lost. Other names travel in the query."""
    return value.isascii() and value.isprintable() and value == value.strip()
