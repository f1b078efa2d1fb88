# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The one way to the REST API: authorised, verified, retried where a repeat is safe, and read-only in check mode.

Every method takes ``doing``, the attempt in words ("list the backup plans of organization 'X'"), which opens each error message.
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Optional
from urllib.parse import urlsplit

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import (
    Absent,
    BadInput,
    ListChanged,
    Refused,
    Unreachable,
    UnsafeInCheckMode,
)

try:
    import requests
    from requests.cookies import RequestsCookieJar
    from http.cookiejar import DefaultCookiePolicy
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# 3.9 and earlier lower a page to 100 rows; a page of 250 full rows takes a real 4.10 about two seconds
PAGE_ROWS = 250
# 4.10.8 and later cut a list that was asked for without a limit to this many rows, without a sign
UNLIMITED_LIST_CUT = 200
# the application server closes an idle connection after about 2 s; a write must not meet that moment
IDLE_SECONDS = 1.0
LONGEST_WAIT = 120
LONGEST_EXCERPT = 400
# the code in the body of JumpServer's 404 for one object, in whatever language (recorded with 3.5.7, 3.8.2, 3.10.23 and 4.10.19, with every method)
ABSENT = "object_does_not_exist"
MASK = "********"


class Connection(NamedTuple):
    """Where and how to connect. ``verify``: True, False or the path of a CA; ``cert``: None, a path, or (certificate, key); seconds for ``timeout``."""

    api_url: str
    credential: object
    verify: object = True
    cert: object = None
    timeout: float = 60
    retries: int = 3


class Answer(NamedTuple):
    """``body`` is decoded JSON, or None where there is none."""

    status: int
    headers: object
    body: object
    text: str


def base_url(api_url):
    """The address without a trailing slash, or BadInput. A user and password in it would end up in messages, so they are refused."""
    if "@" in (api_url or ""):
        raise BadInput("api_url must not hold a user or password; use the credential options instead.")
    address = urlsplit(api_url or "")
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment:
        raise BadInput("api_url must look like https://jump.example.com, not %r." % api_url)
    return api_url.rstrip("/")


class Client:
    """One session with one JumpServer. ``secrets`` are cut out of every message; more can be added while it is used."""

    def __init__(self, connection, read_only, sleep=time.sleep, clock=time.monotonic):
        self.url = base_url(connection.api_url)
        self.connection = connection
        self.read_only = read_only
        self.secrets = {connection.credential.secret}
        self._sleep = sleep
        self._clock = clock
        self._last_use = None
        self._session = requests.Session()
        # a kept cookie would choose the organisation and the language behind our back
        self._session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._session.close()

    def get(self, path, doing, organization=None, params=None):
        return self.request("GET", path, doing, organization, params)

    def find(self, path, doing, organization=None):
        """The body of one object, or None where JumpServer says that there is none."""
        try:
            return self.get(path, doing, organization).body
        except Absent:
            return None

    def options(self, path, doing, organization=None, params=None):
        return self.request("OPTIONS", path, doing, organization, params, accept=(200,))

    def post(self, path, body, doing, organization):
        return self.request("POST", path, doing, organization, body=body, accept=(200, 201))

    def patch(self, path, body, doing, organization):
        return self.request("PATCH", path, doing, organization, body=body, accept=(200,))

    def delete(self, path, doing, organization):
        """Delete one object; one that is gone already is as good. The caller's path must end in an id: the collection itself would be deleted from."""
        try:
            self.request("DELETE", path, doing, organization, accept=(204,))
        except Absent:
            pass

    def request(self, method, path, doing, organization=None, params=None, body=None, accept=(200,)):
        """One exchange, repeated where that is safe. ``organization``: name or id, sent with every request. Returns an Answer or raises."""
        safe = method in SAFE_METHODS
        if self.read_only and not safe:
            raise UnsafeInCheckMode("Cannot %s: nothing may be written in check mode." % doing)
        for attempt in range(self.connection.retries + 1):
            final = attempt == self.connection.retries
            try:
                answer = self._exchange(method, path, doing, organization, params, body)
            except Unreachable as error:
                if final or (error.sent and not safe) or error.hopeless:
                    raise
                self._sleep(_backoff(attempt))
                continue
            # a write that was answered by a gateway may have been carried out, so only reading is repeated then
            repeat = answer.status == 429 or (safe and answer.status in (502, 503, 504))
            if not repeat or final:
                break
            self._sleep(_retry_after(answer, attempt))
        if answer.status not in accept:
            raise self.refusal(answer, doing)
        if answer.status in (200, 201) and answer.body is None:
            raise self.refusal(answer, doing, "Check that api_url is the address of JumpServer itself, and not of a login page or a proxy.")
        return answer

    def rows(self, path, doing, organization=None, params=None, at_most=None):
        """All the rows of a listing, each once, whatever the page size that the server allows; None when there are more than ``at_most``.

        Rows may move between pages while others write; when the number seen differs from the number announced, the listing is read again
        once and then given up with ListChanged.
        """
        for _attempt in range(2):
            rows, complete = self._read_pages(path, doing, organization, params or {}, at_most)
            if complete:
                return rows
        raise ListChanged(
            "Cannot %s: the list changed while it was read, or was cut on the way (%d rows came). Try again when nobody else edits it." % (doing, len(rows))
        )

    def window(self, path, doing, organization, params, offset, limit):
        """At most ``limit`` rows (None: all) of a listing, from ``offset`` on."""
        found = []
        for results, _count in self.pages(path, doing, organization, params, offset, limit or PAGE_ROWS):
            found += results
            if limit and len(found) >= limit:
                break
        return found[:limit]

    def pages(self, path, doing, organization=None, params=None, offset=0, size=PAGE_ROWS):
        """The pages of a listing one by one, as (rows, number announced); the caller may stop early."""
        while True:
            query = dict(params or {}, limit=min(size, PAGE_ROWS), offset=offset)
            body = self.get(path, doing, organization, query).body
            if isinstance(body, list):
                # a bare array means that the limit was lost on the way; then a list of just this length may have been cut
                yield body, len(body) + (len(body) == UNLIMITED_LIST_CUT)
                return
            results, count = (body.get("results"), body.get("count")) if isinstance(body, dict) else (None, None)
            if not isinstance(results, list) or not isinstance(count, int):
                raise Refused("Cannot %s: the server's answer is not a list. Check that api_url leads to JumpServer." % doing, 200, body)
            yield results, count
            # the server lowers the limit silently (100, 1000 or 10000 by version): go on from the rows received
            offset += len(results)
            if not results or offset >= count:
                return

    def _read_pages(self, path, doing, organization, params, at_most):
        found, received, counts = {}, 0, set()
        for results, count in self.pages(path, doing, organization, params):
            counts.add(count)
            if at_most is not None and count > at_most:
                return None, True
            received += len(results)
            found.update((row["id"], row) for row in results)
        # a row that went between two pages moves another one out of sight: then the second page announces another number
        return list(found.values()), counts == {received} and len(found) == received

    def _exchange(self, method, path, doing, organization, params, body):
        headers = {"Accept": "application/json", "Accept-Language": "en", "Content-Type": "application/json"}
        params = dict(params or {})
        if organization is not None:
            if _fits_header(organization):
                headers["X-JMS-ORG"] = organization
            else:
                params["oid"] = organization
        self._refresh_idle_connection(method)
        try:
            response = self._session.request(
                method, self.url + path, params=params or None, json=body, headers=headers, auth=self.connection.credential,
                timeout=self.connection.timeout, allow_redirects=False,
                # given with each request: REQUESTS_CA_BUNDLE overrides what is set on the session
                verify=self.connection.verify, cert=self.connection.cert,
            )
        except (requests.exceptions.RequestException, OSError, ValueError) as error:
            failure = self._no_answer(error, doing)
        else:
            self._last_use = self._clock()
            body = _json(response)
            # guessing the charset of a large list costs more than reading it, so text is made only of what is no JSON
            return Answer(response.status_code, response.headers, body, "" if body is not None else response.content.decode("utf-8", "replace"))
        # raised here, so that no exception of requests, which quotes addresses and headers, hangs on to it
        raise failure

    def _refresh_idle_connection(self, method):
        idle = self._last_use is not None and self._clock() - self._last_use > IDLE_SECONDS
        if idle and method not in SAFE_METHODS:
            self._session.close()

    def _no_answer(self, error, doing):
        text, sent, hopeless = _diagnosis(error, self.url, self.connection.timeout)
        return Unreachable(self.scrub("Cannot %s: %s" % (doing, text)), sent, hopeless)

    def refusal(self, answer, doing, hint=None):
        """The error for an answer that is not the one hoped for."""
        if hint is None:
            hint = self._hint(answer)
        message = "Cannot %s: JumpServer answered %d%s." % (doing, answer.status, _said(answer))
        error = Absent if _says_absent(answer) else Refused
        return error(self.scrub(" ".join(part for part in (message, hint) if part)), answer.status, answer.body)

    def _hint(self, answer):
        if 300 <= answer.status < 400:
            return "It redirects to %s; redirects are not followed. Set api_url to the final address." % (
                _without_query(answer.headers.get("Location", "nowhere")))
        if answer.status == 401:
            return "Check %s, and that its user is active." % self.connection.credential.described
        if answer.status == 403:
            return "The user of %s lacks the right for this in this organization." % self.connection.credential.described
        if answer.status == 404 and not _says_absent(answer):
            return "Check that api_url leads to JumpServer 3.0 or later."
        if answer.status == 429:
            return "The server limits the number of requests; try again later."
        if answer.status == 500 and self.connection.credential.scheme == "Signature":
            return "See the server's log; a signature that the server cannot read gives this answer too."
        if answer.status >= 500:
            return "See the server's log."
        return ""

    def scrub(self, text):
        """The text without any of the secrets."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text


def _fits_header(value):
    """Whether a header can carry it: HTTP headers are ASCII, and blanks at the ends are lost. Other names travel in the query."""
    return value.isascii() and value.isprintable() and value == value.strip()


def _json(response):
    if "json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        return response.json()
    except ValueError:
        return None


def _says_absent(answer):
    return answer.status == 404 and isinstance(answer.body, dict) and answer.body.get("code") == ABSENT


def _said(answer):
    """What the server said, after a colon; HTML is cut down to its title."""
    text = "; ".join(_flat(answer.body)) if answer.body is not None else _title(answer.text)
    if not text:
        return ""
    return ": " + (text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "...").rstrip(".")


def _flat(body, name=""):
    """The texts of an error body, ``field: text`` where a field is named; ``code`` and the like only repeat the rest."""
    if isinstance(body, dict):
        for key, value in body.items():
            if key not in ("code", "detail", "non_field_errors", "error", "msg", "message"):
                yield from _flat(value, key if not name else "%s.%s" % (name, key))
            elif key != "code":
                yield from _flat(value, name)
    elif isinstance(body, list):
        for value in body:
            yield from _flat(value, name)
    elif body not in (None, ""):
        yield "%s: %s" % (name, body) if name else str(body)


def _title(text):
    if "<" not in text:
        return text.strip()
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    heading = " ".join(re.sub(r"<[^>]*>", " ", title.group(1)).split()) if title else ""
    return "an HTML page" + (" titled %r" % heading if heading else "")


def _without_query(address):
    return address.split("?", 1)[0]


def _cause(error):
    """The innermost reason in words, without the addresses and objects that requests and urllib3 put around it."""
    text = str(getattr(error.args[0], "reason", error) if error.args else error)
    text = re.sub(r"<[^>]*>:?\s*|\w*\(?host=.*?\):\s*", "", text)
    known = re.search(
        r"\[SSL[^\]]*\] ([^(\n]*)|(EOF occurred in violation of protocol)|\[Errno -?\d+\] ([^'\n)]*)|(timed out)|(hostname .* doesn't match [^'\n)]*)", text)
    return next((group for group in known.groups() if group), "").strip() if known else type(error).__name__


def _diagnosis(error, url, timeout):
    """(what is wrong in words, whether the request may have been carried out, whether a repeat is pointless) of an exception."""
    errors, cause = requests.exceptions, _cause(error)
    if isinstance(error, errors.SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error) or "doesn't match" in str(error):
            return "the certificate of %s is not trusted (%s). Set ca_path to the certificate of your CA." % (url, cause), False, True
        # an end without a farewell may come after the request was sent
        broken = "EOF occurred" in str(error)
        return "no TLS connection with %s could be made (%s). Check api_url, ca_path, client_cert and client_key." % (url, cause), broken, not broken
    if isinstance(error, errors.ProxyError):
        return "the proxy in the environment does not let us reach %s." % url, not _never_left(error), False
    if isinstance(error, errors.ReadTimeout):
        # the server goes on computing a request whose client has left, so asking again only adds to its load
        return "%s did not answer within %s seconds. Raise timeout, or ask for less." % (url, timeout), True, True
    if isinstance(error, ValueError):
        # InvalidURL, InvalidHeader and their like are ValueErrors too
        return "the request cannot be sent (%s). Check api_url." % type(error).__name__, False, True
    if not isinstance(error, errors.RequestException):
        return "%s. Check ca_path, client_cert and client_key." % error, False, True
    if _never_left(error):
        return "%s cannot be reached (%s). Check api_url, the network and the firewall." % (url, cause), False, False
    return "the connection to %s was closed without an answer." % url, True, False


def _never_left(error):
    """Whether the request surely was not sent: no connection came about, to the server or through the proxy."""
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    # urllib3 1.26 wraps any fault behind a proxy, a lost answer too
    reason = getattr(reason, "original_error", reason)
    return (
        isinstance(reason, (NewConnectionError, ConnectTimeoutError)) or isinstance(error, requests.exceptions.ConnectTimeout)
        or str(reason).startswith("Tunnel connection failed")
    )


def _backoff(attempt):
    return 0.5 * 2 ** attempt


def _retry_after(answer, attempt):
    """Seconds to wait: what the server says (seconds or a date), else a growing pause, as the header may be missing."""
    value: Optional[str] = answer.headers.get("Retry-After")
    if value is None:
        return _backoff(attempt)
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (TypeError, ValueError):
            return _backoff(attempt)
    return min(max(seconds, 0.0), LONGEST_WAIT)
