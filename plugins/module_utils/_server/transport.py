# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""One exchange over HTTP: a request goes out, an answer comes back whole and in time, or a Failure says in words why not."""

from __future__ import annotations

import functools
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Optional, Union

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.address import prefix
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.attempts import SAFE_METHODS
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import Credential
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.certificates import Authorities
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.proxies import proxies, proxy

try:
    with warnings.catch_warnings():
        # requests complains of other packages; plugins are loaded by Ansible itself, whose users would read that
        warnings.simplefilter("ignore")
        import requests
    from requests.cookies import RequestsCookieJar
    from http.cookiejar import DefaultCookiePolicy
    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.diagnosis import Failure, Route, broken_tls, diagnosis, too_slow
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.lines import Lines

# the application server closes an idle connection after about 2 s; a write must not meet that moment
IDLE_SECONDS = 1.0
# a time-out that requests notices itself tells more than ours for the whole
GRACE = 0.25


class Connection(NamedTuple):
    """Where and how to connect. ``verify``: True, False or the path of the ``authorities``; ``cert``: None, a path, or (certificate, key).

    ``timeout``: seconds for one answer, ``deadline``: for one request with its repeats (None: see `attempts`). ``connections``: requests that
    are under way at a time. ``environment``: variables in place of those of the process.
    """

    api_url: str
    credential: Credential
    verify: Union[bool, str] = True
    cert: Union[None, str, tuple[str, str]] = None
    timeout: float = 60
    retries: int = 3
    deadline: Optional[float] = None
    connections: int = 2
    environment: Optional[Mapping[str, str]] = None
    authorities: Authorities = Authorities("ca_path", "")


class Answer(NamedTuple):
    """``body`` is decoded JSON, or None where there is none."""

    status: int
    headers: Mapping
    body: Any
    text: str


class Transport:
    """One connection to one JumpServer, kept alive. ``scrub`` takes secrets out of what an exception says."""

    def __init__(self, url: str, connection: Connection, scrub: Callable[[str], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._connection = connection
        self._scrub = scrub
        self._clock = clock
        self._last_use: Optional[float] = None
        self._closed = False
        self._authorise = functools.partial(connection.credential.authorise, prefix=requests.utils.requote_uri(prefix(url)))
        self._proxies = proxies(connection.environment, url)
        self._route = Route(url, proxy(self._proxies, url), connection.verify, connection.authorities, connection.cert is not None)
        self._open()

    def _open(self) -> None:
        self._session = requests.Session()
        # what the environment says is handed over
        self._session.trust_env = False
        self._lines = Lines()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._lines)
        # a kept cookie would choose the organization and the language behind our back
        self._session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        """End all that goes on, also in threads that were left behind: nothing is sent any more."""
        self._closed = True
        self._lines.cut()
        self._session.close()

    def exchange(
            self, method: str, path: str, params: Mapping, body: Any, headers: Mapping, limit: tuple[float, str]) -> Union[Answer, Failure]:
        """The Answer, or the Failure to get one. ``limit``: (seconds for all of it, the option that says so)."""
        seconds, option = limit
        if self._closed:
            return Failure("the task has ended.", sent=False, hopeless=True)
        self._refresh_idle_connection(method)
        request = functools.partial(
            self._session.request, method, self._url + path, params=params or None, json=body, headers=headers, auth=self._authorise,
            timeout=seconds, allow_redirects=False,
            verify=self._connection.verify, cert=self._connection.cert, proxies=self._proxies,
        )
        outcome = _within(seconds + GRACE, lambda: _attempt(request))
        if isinstance(outcome, Answer):
            self._last_use = self._clock()
            return outcome
        if outcome is None:
            # the exchange goes on in its thread until it notices; its connection is never used again
            self._lines.cut()
            self._open()
        if outcome is None or isinstance(outcome, requests.exceptions.ReadTimeout):
            return too_slow(self._route, seconds, option)
        if isinstance(outcome, requests.exceptions.SSLError) and self._last_use is not None and not self._lines.connecting:
            return broken_tls(outcome, self._route, self._scrub)
        return diagnosis(outcome, self._route, self._scrub, self._last_use is not None)

    def _refresh_idle_connection(self, method: str) -> None:
        idle = self._last_use is not None and self._clock() - self._last_use > IDLE_SECONDS
        if idle and method not in SAFE_METHODS:
            self._session.close()


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """What ``work`` returns, or None when that takes longer.

    The time-outs of a socket start anew with each byte that comes, and looking up a name has none at all, so a thread of its own does the work and
    is left behind; it does not keep the process from ending.
    """
    done: list = []
    defects: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            # not to be lost, and not to be printed by the thread
            defects.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if defects:
        raise defects[0]
    return done[0] if done else None


def _attempt(request: Callable) -> Union[Answer, Exception]:
    """The Answer, or the exception that came instead."""
    try:
        response = request()
        body = _json(response)
        # guessing the charset of a large list costs more than reading it, so text is made only of what is no JSON
        return Answer(response.status_code, response.headers, body, "" if body is not None else response.content.decode("utf-8", "replace"))
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        return error


def _json(response: Any) -> Any:
    if "json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
