# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client against a real web server on loopback: what it sends, what it repeats, what it says when things go wrong."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import signal
import socket
import socketserver
import ssl
import threading
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from email.utils import formatdate

import pytest
import requests
import trustme
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import auth as _auth, secrets as _secrets, wording
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.address import base_url
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.auth import Credential
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.certificates import Authorities, client_fault
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Client, Connection
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.diagnosis import Route, diagnosis
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.listing import PAGE_ROWS, rows_of_part, side_by_side
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import (
    Absent, BadInput, Foreign, ListChanged, Refused, Unreachable, UnsafeInCheckMode)
from cryptography.hazmat.primitives import serialization
from httpsig.verify import HeaderVerifier

from tests.contract import tapes
from tests.unit.loopback import DROPPED, Reply, Site, free_port, in_html, in_json

ORGANIZATION = "00000000-0000-0000-0000-000000000002"
PATH = "/api/v1/things/"
SECRET = "canary-3f1d0c9b8a7e6d5c4b3a29181706f5e4"
KEY_ID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
CREDENTIALS = {
    "access key": Credential("Signature", SECRET, KEY_ID), "private token": Credential("Token", SECRET), "API token": Credential("Bearer", SECRET),
}
TOKEN = CREDENTIALS["private token"]
RETRIES = 3
OK = in_json({"ok": True})
WRITES = ["POST", "PATCH", "DELETE"]
READS = ["GET", "OPTIONS"]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    """No proxy, CA or netrc of whoever runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NETRC"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


class Pauses(list):
    """Stands in for time.sleep: notes the seconds and does not wait."""

    def __call__(self, seconds):
        self.append(seconds)


def client(url, credential=TOKEN, read_only=False, pauses=None, clock=time.monotonic, **settings):
    connection = Connection(url, credential, **dict({"timeout": 10, "retries": RETRIES}, **settings))
    return Client(connection, read_only, sleep=Pauses() if pauses is None else pauses, clock=clock, chance=lambda: 0.0)


def send(user, method="GET", path=PATH, **options):
    body = {"name": "x"} if method in ("POST", "PATCH") else None
    accept = {"DELETE": (204,), "POST": (200, 201)}.get(method, (200,))
    return user.request(method, path, "try it", ORGANIZATION, body=body, accept=accept, **options)


# what is sent


@pytest.mark.parametrize("name, expected", [("private token", "Token " + SECRET), ("API token", "Bearer " + SECRET)])
def test_a_token_is_sent(name, expected):
    with Site(OK) as site, client(site.url, CREDENTIALS[name]) as user:
        send(user)
    assert site.requests[0].headers["Authorization"] == expected


def is_signed(request):
    """What a server does: the signature is good, and covers what a server requires."""
    return HeaderVerifier(
        request.headers, SECRET, required_headers=["(request-target)", "date"], method=request.method, path=request.target).verify()


TARGETS = {
    "plain": {}, "query": {"limit": 100, "offset": 0}, "blank and plus": {"search": "a b+c"}, "percent": {"search": "100%"},
    "Chinese": {"name": "每日备份"},
}


@pytest.mark.parametrize("params", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("method", READS + WRITES)
def test_a_signature_is_good(method, params):
    with Site(Reply(204) if method == "DELETE" else OK) as site, client(site.url, CREDENTIALS["access key"]) as user:
        send(user, method, params=params)
    assert is_signed(site.requests[0])
    assert site.requests[0].headers["Authorization"].startswith('Signature keyId="%s",algorithm="hmac-sha256",headers="(request-target) accept date"' % KEY_ID)


@pytest.mark.parametrize("prefix", ["/jump", "/a/b", "/备份", "/a%20b"])
def test_a_signature_covers_what_is_left_when_a_proxy_has_cut_the_prefix_off(prefix):
    with Site(OK) as site, client(site.url + prefix + "/", CREDENTIALS["access key"]) as user:
        send(user, params={"name": "a b"})
    (request,) = site.requests
    assert request.target == quote(prefix, safe="/%") + PATH + "?name=a+b"
    assert is_signed(request._replace(target=PATH + "?name=a+b"))
    assert not is_signed(request)


def test_a_prefix_that_is_refused_all_the_same_is_named():
    with Site(in_json({"detail": "Invalid signature."}, 401)) as site:
        for address, named in ((site.url + "/jump", True), (site.url, False)):
            with client(address, CREDENTIALS["access key"]) as user, pytest.raises(Refused, match="Check the access key") as refused:
                send(user)
            assert ("signed without the path /jump of api_url" in str(refused.value)) is named
        with client(site.url + "/jump") as user, pytest.raises(Refused, match="that its user is active.$"):
            send(user)


def test_each_attempt_is_signed_anew(monkeypatch):
    dates = (formatdate(second, usegmt=True) for second in itertools.count(1_800_000_000))
    monkeypatch.setattr(_auth, "formatdate", lambda usegmt: next(dates))
    with Site(in_json({}, 503), in_json({}, 429), DROPPED, OK) as site, client(site.url, CREDENTIALS["access key"]) as user:
        send(user)
    assert len({request.headers["Date"] for request in site.requests}) == 4
    assert len({request.headers["Authorization"] for request in site.requests}) == 4
    assert all(map(is_signed, site.requests))


@pytest.mark.parametrize("method", READS + WRITES)
def test_answers_are_asked_for_in_english_json(method):
    with Site(Reply(204) if method == "DELETE" else OK) as site, client(site.url) as user:
        send(user, method)
    (request,) = site.requests
    assert (request.method, request.target) == (method, PATH)
    assert {name: request.headers[name] for name in ("Accept", "Accept-Language", "Content-Type")} == {
        "Accept": "application/json", "Accept-Language": "en", "Content-Type": "application/json"}
    assert request.body == ({"name": "x"} if method in ("POST", "PATCH") else None)


@pytest.mark.parametrize("organization", [ORGANIZATION, "Default", "Team C/x"])
def test_an_organization_travels_in_the_header(organization):
    with Site(OK) as site, client(site.url) as user:
        user.get(PATH, "try it", organization)
    assert site.requests[0].headers["X-JMS-ORG"] == organization
    assert site.requests[0].query == {}


@pytest.mark.parametrize("organization", ["研发中心", "Équipe", " Team", "Team ", "a\tb"])
def test_an_organization_that_no_header_can_carry_travels_in_the_query(organization):
    with Site(OK) as site, client(site.url, CREDENTIALS["access key"]) as user:
        user.get(PATH, "try it", organization, {"limit": 1})
    assert "X-JMS-ORG" not in site.requests[0].headers
    assert site.requests[0].query == {"oid": organization, "limit": "1"}
    assert is_signed(site.requests[0])


def test_no_organization_none_sent():
    with Site(OK) as site, client(site.url) as user:
        user.get(PATH, "try it")
    assert "X-JMS-ORG" not in site.requests[0].headers
    assert site.requests[0].target == PATH


def test_no_cookie_is_sent_back():
    with Site(in_json({}, Set_Cookie="X-JMS-ORG=other; Path=/")) as site, client(site.url) as user:
        send(user)
        send(user)
    assert [request.headers.get("Cookie") for request in site.requests] == [None, None]


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS)
def test_netrc_is_ignored(credential, tmp_path, monkeypatch):
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Site(OK) as site, client(site.url, credential) as user:
        send(user)
    assert site.requests[0].headers["Authorization"].startswith(credential.scheme)


# check mode


@pytest.mark.parametrize("method", WRITES + ["PUT"])
def test_check_mode_writes_nothing(method):
    with Site(OK) as site, client(site.url, read_only=True) as user:
        with pytest.raises(UnsafeInCheckMode, match="Cannot try it: nothing may be written in check mode"):
            send(user, method)
    assert not site.requests


@pytest.mark.parametrize("method", READS)
def test_check_mode_reads(method):
    with Site(OK) as site, client(site.url, read_only=True) as user:
        assert send(user, method).body == {"ok": True}


def test_the_verbs_have_names():
    with Site(in_json({}, 201), OK, Reply(204), OK) as site, client(site.url) as user:
        user.post(PATH, {"name": "x"}, "create it", ORGANIZATION)
        user.patch(PATH + "1/", {"name": "y"}, "change it", ORGANIZATION)
        user.delete(PATH + "1/", "delete it", ORGANIZATION)
        user.options(PATH, "look at it", ORGANIZATION, {"action": "post"})
    assert [(request.method, request.target, request.body) for request in site.requests] == [
        ("POST", PATH, {"name": "x"}), ("PATCH", PATH + "1/", {"name": "y"}), ("DELETE", PATH + "1/", None), ("OPTIONS", PATH + "?action=post", None)]


# what is repeated

REPEATED = [(method, status) for method in READS for status in (429, 502, 503, 504)] + [(method, 429) for method in WRITES]
NOT_REPEATED = [(method, status) for method in READS for status in (400, 401, 403, 404, 405, 500)]
NOT_REPEATED += [(method, status) for method in WRITES for status in (400, 401, 403, 405, 500, 502, 503, 504)]


@pytest.mark.parametrize("method, status", REPEATED)
def test_repeated_until_it_works(method, status):
    pauses = Pauses()
    good = Reply(204) if method == "DELETE" else OK
    with Site(in_json({}, status), in_json({}, status), good) as site, client(site.url, pauses=pauses) as user:
        send(user, method)
    assert len(site.requests) == 3
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize("method, status", REPEATED)
@pytest.mark.parametrize("retries", [0, 2])
def test_repeated_as_often_as_wished_then_given_up(method, status, retries):
    pauses = Pauses()
    with Site(in_json({}, status)) as site, client(site.url, pauses=pauses, retries=retries) as user:
        with pytest.raises(Refused, match="answered %d" % status) as refused:
            send(user, method)
    assert refused.value.status == status
    assert len(site.requests) == retries + 1
    assert len(pauses) == retries


@pytest.mark.parametrize("method, status", NOT_REPEATED)
def test_not_repeated(method, status):
    pauses = Pauses()
    with Site(in_json({}, status), OK) as site, client(site.url, pauses=pauses) as user:
        with pytest.raises(Refused):
            send(user, method)
    assert (len(site.requests), pauses) == (1, [])


@pytest.mark.parametrize("method", READS)
def test_reading_is_repeated_when_the_answer_was_lost(method):
    with Site(DROPPED, DROPPED, OK) as site, client(site.url) as user:
        assert send(user, method).body == {"ok": True}
    assert len(site.requests) == 3


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("kept_alive", [False, True], ids=["new connection", "used connection"])
def test_writing_is_not_repeated_when_the_answer_was_lost(method, kept_alive):
    with Site(*[OK] * kept_alive, DROPPED, OK) as site, client(site.url) as user:
        if kept_alive:
            send(user)
        with pytest.raises(Unreachable, match="was closed without an answer") as lost:
            send(user, method)
    assert lost.value.sent is True
    assert len(site.requests) == 1 + kept_alive


@pytest.mark.parametrize("method", READS + WRITES)
def test_anything_is_repeated_that_never_left(method):
    pauses = Pauses()
    with client("http://127.0.0.1:%d" % free_port(), pauses=pauses) as user:
        with pytest.raises(Unreachable, match=r"cannot be reached \(Connection refused\)\. Check api_url") as unreachable:
            send(user, method)
    assert unreachable.value.sent is False
    assert pauses == [0.5, 1.0, 2.0]


def test_an_unknown_host_is_told():
    with client("http://nowhere.invalid", retries=0) as user:
        with pytest.raises(Unreachable, match="^Cannot try it: http://nowhere.invalid cannot be reached .*Check api_url, the network and the firewall.$"):
            send(user)


@pytest.mark.parametrize("method", READS + WRITES)
def test_a_time_out_is_not_repeated(method):
    over, pauses = threading.Event(), Pauses()
    with Site(Reply(hold=over)) as site, client(site.url, pauses=pauses, timeout=0.2) as user:
        with pytest.raises(Unreachable, match=r"did not answer within 0\.2 seconds\. Raise timeout") as late:
            send(user, method)
        site.wait_for(1)
        over.set()
    assert late.value.sent is True
    assert (len(site.requests), pauses) == (1, [])


@pytest.mark.parametrize("slow_from", [0, 30, 10 ** 3], ids=["from the start", "from the headers", "from the body"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_time_out_bounds_the_whole_answer(method, slow_from):
    """Each byte starts the time-out of a socket anew: 300 of them would take six seconds here."""
    slow, pauses = in_json({"x": "y" * 300}, X_Padding="z" * 900)._replace(slow_from=slow_from), Pauses()
    with Site(slow, OK) as site, client(site.url, pauses=pauses, timeout=0.5) as user:
        with pytest.raises(Unreachable, match=r"did not answer within 0\.5 seconds\. Raise timeout, or ask for less\.$") as late:
            send(user, method)
        assert late.value.sent is True
        assert send(user).body == {"ok": True}
    assert (len(site.requests), pauses) == (2, [])
    assert len({request.port for request in site.requests}) == 2


class Silent:
    """Takes a request and never answers. ``taken`` and ``closed`` are set when it came and when the other side hung up."""

    def __init__(self):
        self.taken, self.closed = threading.Event(), threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        line, _address = self._socket.accept()
        with line, contextlib.suppress(OSError):
            while line.recv(65536):
                self.taken.set()
        self.closed.set()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._socket.close()


def test_a_request_that_took_too_long_is_ended():
    """In the worker of Ansible the process goes on."""
    with Silent() as silent, client(silent.url, timeout=0.2) as user:
        with pytest.raises(Unreachable):
            send(user)
        assert silent.closed.wait(10)


def test_a_client_that_is_closed_ends_what_other_threads_wait_for():
    failures = []
    with Silent() as silent:
        user = client(silent.url)

        def ask():
            try:
                send(user)
            except Unreachable as error:
                failures.append(error)

        thread = threading.Thread(target=ask)
        with user:
            thread.start()
            assert silent.taken.wait(10)
        thread.join(10)
        assert silent.closed.wait(10) and not thread.is_alive()
    # and it was not repeated
    assert len(failures) == 1 and "the task has ended" in str(failures[0])


class Interruption(BaseException):
    """As a signal raises it in the main thread, for the keyword ``timeout`` of a task."""


def test_an_interruption_begins_no_further_page():
    begun, go_on = [], threading.Event()

    def interrupt(number, frame):
        raise Interruption

    def work(item):
        begun.append(item)
        go_on.wait(10)

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Interruption):
            side_by_side(work, range(10), 2)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    threads = [thread for thread in threading.enumerate() if "carry_on" in thread.name]
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert sorted(begun) == [0, 1]


def test_a_deadline_that_is_shorter_than_the_time_out_is_named():
    over = threading.Event()
    with Site(Reply(hold=over)) as site, client(site.url, timeout=60, deadline=0.3) as user:
        with pytest.raises(Unreachable, match=r"did not answer within 0\.3 seconds\. Raise deadline, or ask for less\.$"):
            send(user)
        over.set()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_deadline_holds_for_what_a_throttling_server_asks_for(method):
    throttled = in_json({"detail": "Request was throttled."}, 429, Retry_After="7")
    pauses = Pauses()
    with Site(throttled) as site, client(site.url, pauses=pauses, retries=20, deadline=5) as user:
        with pytest.raises(Refused, match=(
                r"answered 429: Request was throttled\. Tried once in 0 seconds; the next attempt would have passed the deadline of 5 seconds\. The server")):
            send(user, method)
    assert (len(site.requests), pauses) == (1, [])


def test_how_often_it_was_tried_is_told_when_nobody_answers():
    with client("http://127.0.0.1:%d" % free_port(), retries=2) as user:
        with pytest.raises(Unreachable, match=r"firewall\. Tried 3 times in 0 seconds\.$"):
            send(user)


WAITS = {
    "seconds": ("7", 7.0), "none": ("0", 0.0), "too long": ("999", 120), "a date far ahead": (formatdate(time.time() + 86400, usegmt=True), 120),
    "a date gone by": (formatdate(time.time() - 86400, usegmt=True), 0.0), "a word": ("soon", 0.5), "missing": (None, 0.5), "negative": ("-5", 0.0),
    "not a number": ("nan", 0.5), "infinity": ("inf", 0.5), "beyond all numbers": ("1e400", 0.5),
}


@pytest.mark.parametrize("header, seconds", WAITS.values(), ids=WAITS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_throttled_request_waits_as_long_as_the_server_says(method, header, seconds):
    pauses = Pauses()
    headers = {} if header is None else {"Retry_After": header}
    with Site(in_json({"detail": "Request was throttled."}, 429, **headers), OK) as site, client(site.url, pauses=pauses) as user:
        send(user, method)
    assert pauses == [seconds]


# connections


def test_a_connection_is_kept_alive():
    with Site(OK) as site, client(site.url) as user:
        send(user)
        send(user, "POST")
    assert len({request.port for request in site.requests}) == 1


@pytest.mark.parametrize("method, ports", [("POST", 2), ("PATCH", 2), ("GET", 1)])
def test_nothing_is_written_over_a_connection_that_may_be_closing(method, ports):
    moment = iter(range(0, 1000, 5))
    with Site(OK) as site, client(site.url, clock=lambda: next(moment)) as user:
        send(user)
        send(user, method)
    assert len({request.port for request in site.requests}) == ports


# answers that are none


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_not_followed(method, status):
    with Site(Reply(status, "", {"Location": "https://login.example.com/sso?next=1&ticket=2"}), OK) as site, client(site.url) as user:
        with pytest.raises(Refused) as refused:
            send(user, method)
    assert str(refused.value) == (
        "Cannot try it: JumpServer answered %d. It redirects to https://login.example.com/sso; redirects are not followed. "
        "Check that api_url is the address of JumpServer itself, and not of a login page or a proxy." % status)
    assert len(site.requests) == 1


@pytest.mark.parametrize("location, told", [
    ("https://jump.example.com" + PATH + "?limit=1", "jump.example.com/api/v1/things/; redirects are not followed. Set api_url to https://jump.example.com."),
    ("https://jump.example.com/jump" + PATH, "redirects are not followed. Set api_url to https://jump.example.com/jump."),
    ("{url}" + PATH, "{url}/api/v1/things/; redirects are not followed. Check that"), (PATH, "/api/v1/things/; redirects are not followed. Check that"),
    ("", "to nowhere; redirects are not followed. Check that"), ("/" + "x" * 2000, "x...; redirects are not followed. Check that"),
], ids=["another scheme", "a prefix", "itself", "a path", "nowhere", "far away"])
def test_where_a_redirect_leads_is_told(location, told):
    """The address to set is told where the same request is redirected; a page to log in is no address for the API."""
    with Site(lambda request: Reply(301, "", {"Location": location.format(url=site.url)})) as site, client(site.url) as user:
        with pytest.raises(Refused) as refused:
            send(user)
    assert told.format(url=site.url) in str(refused.value)
    assert len(str(refused.value)) < 700


PAGE = "<html><head><title>Log in &mdash; Example</title></head><body>%s</body></html>" % ("x" * 5000)
CHECK_ADDRESS = " Check that api_url is the address of JumpServer itself, and not of a login page or a proxy."


@pytest.mark.parametrize("reply, said", [
    (in_html(PAGE), "an HTML page titled 'Log in &mdash; Example'"),
    (in_html("<p>hello"), "an HTML page"),
    (in_html("OK"), "OK"),
    (Reply(200, "{not json", {"Content-Type": "application/json"}), "{not json"),
    (Reply(200, '{"ok": tr', {"Content-Type": "application/json"}), '{"ok": tr'),
], ids=["page with a title", "page without", "text", "broken JSON", "cut JSON"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_json_is_told_with_its_title_only(method, reply, said):
    with Site(reply) as site, client(site.url) as user:
        with pytest.raises(Refused) as refused:
            send(user, method)
    assert str(refused.value) == "Cannot try it: JumpServer answered 200: %s." % said + CHECK_ADDRESS


@pytest.mark.parametrize("reply", [Reply(200, ""), in_json(None)], ids=["nothing", "null"])
def test_an_empty_answer_is_none(reply):
    with Site(reply) as site, client(site.url) as user:
        with pytest.raises(Refused) as refused:
            send(user)
    assert str(refused.value).startswith("Cannot try it: JumpServer answered 200")
    assert str(refused.value).endswith(CHECK_ADDRESS)


WRONG_ADDRESS = "Check that api_url leads to JumpServer 3.0 or later."
TOLD = {
    "field": (400, {"name": ["Name already exists"]}, "name: Name already exists", ""),
    "several fields": (400, {"name": ["Too long."], "crontab": ["Bad."]}, "name: Too long.; crontab: Bad", ""),
    "nested": (400, {"plan": {"pk": ["No."]}}, "plan.pk: No", ""),
    "bare list": (400, ["Please save in a org"], "Please save in a org", ""),
    "bulk": (400, [{}, {"name": ["No."]}, "BackupAccountAutomation matching query does not exist."],
             "name: No.; BackupAccountAutomation matching query does not exist", ""),
    "no object": (400, {"non_field_errors": ["No data provided"]}, "No data provided", ""),
    "no credential": (401, {"detail": "Invalid token.", "code": "authentication_failed"}, "Invalid token",
                      "Check the private token, and that its user is active."),
    "no right": (403, {"detail": "You do not have permission to perform this action.", "code": "permission_denied"},
                 "You do not have permission to perform this action", "The user of the private token lacks the right for this in this organization."),
    "gone": (404, {"detail": "BackupAccountAutomation object does not exist", "code": "object_does_not_exist"},
             "BackupAccountAutomation object does not exist", ""),
    "unknown address": (404, {"error": "Not found"}, "Not found", WRONG_ADDRESS),
    "server error": (500, {"error": "Server internal error"}, "Server internal error", "See the server's log."),
    "database down": (503, {"error": "Database error", "message": "down", "code": "DB_ERROR"}, "Database error; down", "See the server's log."),
}


@pytest.mark.parametrize("status, body, said, hint", TOLD.values(), ids=TOLD)
def test_what_the_server_said_is_told(status, body, said, hint):
    with Site(in_json(body, status)) as site, client(site.url, retries=0) as user:
        with pytest.raises(Refused) as refused:
            send(user)
    assert str(refused.value) == ("Cannot try it: JumpServer answered %d: %s. %s" % (status, said, hint)).strip()
    assert (refused.value.status, refused.value.body) == (status, body)


def test_the_limit_of_requests_is_told():
    with Site(in_json({"detail": "Request was throttled."}, 429)) as site, client(site.url) as user:
        with pytest.raises(Refused, match=(
                "answered 429: Request was throttled. Tried 4 times in 0 seconds. The server limits the number of requests; try again later.$")):
            send(user)


@pytest.mark.parametrize("status, hint", [
    (404, WRONG_ADDRESS),
    (500, "See the server's log; a signature that the server cannot read gives this answer too."),
])
def test_a_page_instead_of_an_error_body_is_cut(status, hint):
    with Site(in_html(PAGE, status)) as site, client(site.url, CREDENTIALS["access key"]) as user:
        with pytest.raises(Refused) as refused:
            send(user)
    assert str(refused.value) == "Cannot try it: JumpServer answered %d: an HTML page titled 'Log in &mdash; Example'. %s" % (status, hint)


@pytest.mark.parametrize("body, told", [
    ({"name": "a 😀"}, True), ([{"name": "a"}, {"types": ["x", "𠀀"]}], True), ({"name": "备份é", "interval": 5}, False)])
@pytest.mark.parametrize("status", [400, 500])
def test_a_500_to_what_mysql_cannot_store_is_told(status, body, told):
    with Site(in_json({"error": "Server internal error"}, status)) as site, client(site.url, CREDENTIALS["access key"]) as user:
        with pytest.raises(Refused) as refused:
            user.post(PATH, body, "try it", ORGANIZATION)
    assert ("a server on MySQL gives this answer to emoji" in str(refused.value)) is (told and status == 500)


def test_a_long_answer_is_cut():
    with Site(in_json({"detail": "y" * 5000}, 400)) as site, client(site.url) as user:
        with pytest.raises(Refused) as refused:
            send(user)
    assert 300 < len(str(refused.value)) < 500


def test_a_401_with_an_access_key_names_the_key_and_not_the_secret():
    with Site(in_json({"detail": "Invalid signature."}, 401)) as site, client(site.url, CREDENTIALS["access key"]) as user:
        with pytest.raises(Refused, match="Check the access key %s, and that its user is active" % KEY_ID):
            send(user)


# what is absent

RECORDED_ABSENCES = {
    "%s %s" % (version, exchange.tag): in_json(exchange.answer.body, 404)
    for version in tapes.versions() for exchange in tapes.load(version).exchanges
    if exchange.answer.status == 404 and exchange.method in ("GET", "DELETE") and isinstance(exchange.answer.body, dict) and "detail" in exchange.answer.body
}
NO_ABSENCES = {
    "page of a gateway": in_html(PAGE, 404), "page of JumpServer": in_html("<title>Not found</title>", 404), "nothing": Reply(404, ""),
    "unknown address": in_json({"error": "Not found"}, 404), "another code": in_json({"detail": "Not found.", "code": "not_found"}, 404),
    "no code": in_json({"detail": "BackupAccountAutomation object does not exist"}, 404), "null": in_json(None, 404), "list": in_json([wording.ABSENT], 404),
    "text": in_json(wording.ABSENT, 404), "number": in_json(404, 404), "code of another kind": in_json({"code": [wording.ABSENT]}, 404),
    "nested": in_json({"error": {"code": wording.ABSENT}}, 404), "as text": Reply(404, '{"code": "%s"}' % wording.ABSENT, {"Content-Type": "text/plain"}),
    "the code with another status": in_json({"code": wording.ABSENT}, 410),
}


def delete(user):
    return user.delete(PATH + "1/", "try it", ORGANIZATION)


def find(user):
    return user.find(PATH + "1/", "try it", ORGANIZATION)


@pytest.mark.parametrize("reply", RECORDED_ABSENCES.values(), ids=RECORDED_ABSENCES)
@pytest.mark.parametrize("attempt, absent", [(delete, False), (find, None)])
def test_what_jumpserver_calls_absent_is_absent(attempt, absent, reply):
    with Site(reply) as site, client(site.url) as user:
        assert attempt(user) is absent
    assert len(site.requests) == 1


@pytest.mark.parametrize("reply", NO_ABSENCES.values(), ids=NO_ABSENCES)
@pytest.mark.parametrize("attempt", [delete, find])
def test_nothing_else_is_taken_for_absence(attempt, reply):
    with Site(reply) as site, client(site.url) as user:
        with pytest.raises(Refused, match="^Cannot try it: JumpServer answered 4") as refused:
            attempt(user)
    assert not isinstance(refused.value, Absent)
    assert (WRONG_ADDRESS in str(refused.value)) is (reply.status == 404)


@pytest.mark.parametrize("status", [200, 201, 202, 205, 206, 403])
def test_only_204_says_that_something_was_deleted(status):
    with Site(in_json({}, status)) as site, client(site.url) as user:
        with pytest.raises(Refused, match="^Cannot try it: JumpServer answered %d" % status):
            delete(user)


def test_what_is_there_is_deleted_and_found():
    with Site(Reply(204), in_json({"id": 1})) as site, client(site.url) as user:
        assert delete(user) is True
        assert find(user) == {"id": 1}
    assert [request.method for request in site.requests] == ["DELETE", "GET"]


# secrets


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS)
@pytest.mark.parametrize("reply", [
    lambda request: in_json({"detail": "no %s" % request.headers["Authorization"], "secret": SECRET}, 400),
    lambda request: in_html("<title>%s</title>" % SECRET, 500),
    lambda request: Reply(302, "", {"Location": "/login/%s/?secret=%s" % (SECRET, SECRET)}),
    lambda request: Reply(200, "{%s" % SECRET, {"Content-Type": "application/json"}),
], ids=["body", "page", "redirect", "broken JSON"])
def test_no_message_holds_the_credential(credential, reply):
    with Site(reply) as site, client(site.url, credential) as user:
        with pytest.raises(Refused) as refused:
            send(user)
    assert SECRET not in str(refused.value)
    assert _secrets.MASK in str(refused.value)


def test_no_message_holds_a_further_secret():
    with Site(in_json({"zip_encrypt_password": ["canary-zip is bad"]}, 400)) as site, client(site.url) as user:
        user.secrets.add("canary-zip")
        with pytest.raises(Refused, match="zip_encrypt_password: %s is bad" % _secrets.MASK.replace("*", r"\*")):
            send(user, "POST")


def test_a_secret_within_another_is_masked_with_it():
    user = client("http://jump.example.com", Credential("Token", "canary"))
    user.secrets.add("canary-long")
    assert user.scrub("canary-long canary") == "%s %s" % (_secrets.MASK, _secrets.MASK)


@pytest.mark.parametrize("credential", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_credential_does_not_show_its_secret(credential):
    assert SECRET not in repr(credential)
    assert SECRET not in repr(Connection("http://jump.example.com", credential))


def test_an_error_does_not_drag_the_request_along():
    with client("http://127.0.0.1:%d" % free_port(), retries=0) as user:
        with pytest.raises(Unreachable) as unreachable:
            send(user)
    assert unreachable.value.__cause__ is None
    assert unreachable.value.__context__ is None


def test_a_defect_is_neither_lost_nor_taken_for_a_time_out_nor_printed(capsys, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError(SECRET)

    with client("http://jump.example.com") as user:
        monkeypatch.setattr("requests.Session.request", fail)
        with pytest.raises(RuntimeError):
            send(user)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


# addresses


@pytest.mark.parametrize("address", ["https://jump.example.com", "http://127.0.0.1:8080", "https://jump.example.com/prefix", "https://[::1]:443"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_address(address, slash):
    assert base_url(address + slash) == address


NO_ADDRESSES = ["", "jump.example.com", "ftp://jump.example.com", "https://", "https:///x", "https://a.example/?x=1", "https://a.example/#x"]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_no_address(address):
    with pytest.raises(BadInput, match="must look like https://jump.example.com"):
        base_url(address)


def test_an_address_with_a_password_is_refused_without_repeating_it():
    with pytest.raises(BadInput, match="must not hold a user or password") as refused:
        base_url("https://admin:canary@jump.example.com")
    assert "canary" not in str(refused.value)


# listings


class Listing:
    """Rows behind a paged address, whose server lowers the limit to ``cap``; ``change`` is called before each page."""

    def __init__(self, total, cap=100, change=None):
        self.rows = [{"id": "id-%d" % number} for number in range(total)]
        self.cap = cap
        self.change = change or (lambda listing: None)

    def __call__(self, request):
        self.change(self)
        start = int(request.query["offset"])
        page = self.rows[start:start + min(int(request.query["limit"]), self.cap)]
        return in_json({"count": len(self.rows), "next": "http://elsewhere.invalid/?offset=1", "previous": None, "results": page})


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 250, 251, 999])
@pytest.mark.parametrize("cap", [100, 1000, 10000])
def test_all_rows_are_read_whatever_the_page_size_of_the_server(total, cap):
    listing = Listing(total, cap)
    with Site(listing) as site, client(site.url) as user:
        assert user.rows(PATH, "list it", ORGANIZATION) == listing.rows
    pages = max(1, -(-total // min(cap, PAGE_ROWS)))
    # one more where that lets two connections end at the same time
    assert len(site.requests) in (pages, pages + (pages % 2 == 0))


def test_the_address_of_the_next_page_is_not_followed():
    with Site(Listing(150)) as site, client(site.url) as user:
        user.rows(PATH, "list it", ORGANIZATION, {"order": "id"})
    assert [request.query for request in site.requests] == [
        {"order": "id", "limit": "250", "offset": "0"}, {"order": "id", "limit": "50", "offset": "100"}]
    assert {request.headers["X-JMS-ORG"] for request in site.requests} == {ORGANIZATION}


def once(change):
    """A change that happens before the second page, and never again."""
    pages = itertools.count(1)
    return lambda listing: change(listing) if next(pages) == 2 else None


def shrink(listing):
    del listing.rows[0]


def grow(listing):
    listing.rows.insert(0, {"id": "new"})


CHANGES = {"a row went": shrink, "a row came, so one is seen twice": grow}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_list_that_changed_while_it_was_read_is_read_again(change):
    listing = Listing(150, change=once(change))
    with Site(listing) as site, client(site.url) as user:
        assert user.rows(PATH, "list it", ORGANIZATION) == listing.rows
    assert len(site.requests) == 4


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_list_that_keeps_changing_is_given_up(change):
    with Site(Listing(150, change=change)) as site, client(site.url) as user:
        with pytest.raises(ListChanged, match=r"Cannot list it: the list changed while it was read, or was cut .*Try again"):
            user.rows(PATH, "list it", ORGANIZATION)


@pytest.mark.parametrize("total, whole", [(0, True), (7, True), (199, True), (200, False), (201, True)])
def test_a_bare_list_is_believed_unless_it_may_have_been_cut(total, whole):
    rows = [{"id": "id-%d" % number} for number in range(total)]
    with Site(in_json(rows)) as site, client(site.url) as user:
        if whole:
            assert user.rows(PATH, "list it", ORGANIZATION) == rows
        else:
            with pytest.raises(ListChanged, match="200 rows came"):
                user.rows(PATH, "list it", ORGANIZATION)


NO_LISTS = [
    ({}, "answer has no count"), ({"results": []}, "answer has no count"), ({"count": 3}, "answer has no results"),
    ({"count": "3", "results": []}, "answer.count is a text, not a number of things"),
    ({"count": True, "results": []}, "answer.count is true or false, not a number of things"),
    ({"count": -1, "results": []}, "answer.count is another number, not a number of things"),
    ({"count": 1.5, "results": []}, "answer.count is another number, not a number of things"),
    ({"count": 1, "results": {}}, "answer.results is an object, not a list"), ({"count": 1, "results": None}, "answer.results is null, not a list"),
    ({"count": 1, "results": [None]}, "answer.results[0] is null, not an object"),
    ({"count": 2, "results": [{"id": "a"}, {}]}, "answer.results[1] has no id"), ([[]], "answer[0] is a list, not an object"),
    ([{"id": 5}], "answer[0].id is a number, not a text"), ("text", "answer is a text, not an object"), (5, "answer is a number, not an object"),
    (True, "answer is true or false, not an object"),
]


@pytest.mark.parametrize("body, fault", NO_LISTS, ids=lambda value: json.dumps(value) if not isinstance(value, str) else "")
def test_what_is_no_list_is_told(body, fault):
    with Site(in_json(body)) as site, client(site.url) as user:
        with pytest.raises(Foreign) as refused:
            user.rows(PATH, "list it", ORGANIZATION)
    assert str(refused.value) == (
        "Cannot list it: the server, or a proxy in front of it, answered something that is not JumpServer's: %s (GET %s%s, status 200).%s"
        % (fault, site.url, PATH, CHECK_ADDRESS))


@pytest.mark.parametrize("total, read", [(250, True), (251, False)])
def test_a_list_that_is_too_long_is_not_read(total, read):
    with Site(Listing(total)) as site, client(site.url) as user:
        rows = user.rows(PATH, "list it", ORGANIZATION, at_most=250)
    assert (rows is not None) is read
    assert len(site.requests) == (3 if read else 1)


# reading ahead


# rows left, connections -> rows that each of them reads, in pages that an old server fills too
PARTS = [
    (1, 2, 100), (50, 2, 100), (199, 2, 200), (200, 2, 100), (350, 2, 200), (750, 2, 400), (750, 1, 800), (999, 2, 500), (1000, 2, 500), (9999, 2, 5000),
    (300, 8, 100), (800, 8, 100), (900, 8, 200), (1750, 8, 300),
]


@pytest.mark.parametrize("left, connections, rows", PARTS)
def test_the_connections_read_parts_of_one_size(left, connections, rows):
    assert rows_of_part(left, connections) == rows


class TwoAtATime(Listing):
    """Each page but the first is handed out together with another one only: read one after the other, the first of a pair would wait in vain."""

    def __init__(self, total, **options):
        super().__init__(total, **options)
        self.pair = threading.Barrier(2)

    def __call__(self, request):
        if int(request.query["offset"]):
            self.pair.wait(timeout=30)
        return super().__call__(request)


def test_the_pages_after_the_first_are_read_two_at_a_time_over_a_connection_each():
    listing = TwoAtATime(500)
    with Site(listing) as site, client(site.url) as user:
        assert user.rows(PATH, "list it", ORGANIZATION) == listing.rows
    assert [int(request.query["offset"]) for request in site.requests[:1]] == [0]
    assert sorted(int(request.query["offset"]) for request in site.requests) == [0, 100, 200, 300, 400]
    assert len({request.port for request in site.requests}) == 2


@pytest.mark.parametrize("connections, total, ports", [(1, 900, 1), (2, 200, 1), (2, 100, 1), (8, 300, 2)])
def test_no_more_connections_are_used_than_wished_or_of_use(connections, total, ports):
    listing = Listing(total)
    with Site(listing) as site, client(site.url, connections=connections) as user:
        assert user.rows(PATH, "list it", ORGANIZATION) == listing.rows
    assert len({request.port for request in site.requests}) <= max(ports, 1)
    assert len(site.requests) == total // 100


# rows of a list, how many the server gives at a time -> the pages that are asked for, where a page does not hold what is expected
LONG = {
    (1000, 1000): [(0, 1), (1, 250), (251, 250), (501, 250), (751, 249)],
    (1000, 100): [(0, 1), (1, 250), (101, 250), (201, 250), (301, 200), (401, 100), (501, 250), (601, 250), (701, 250), (801, 199), (901, 99)],
    (600, 1000): [(0, 1), (1, 250), (251, 50), (301, 250), (551, 49)], (150, 1000): [(0, 1), (1, 149)], (1, 1000): [(0, 1)], (0, 1000): [(0, 1)],
}


@pytest.mark.parametrize("total, cap", LONG)
def test_of_a_list_that_is_probably_long_one_row_tells_the_number(total, cap):
    listing = Listing(total, cap=cap)
    with Site(listing) as site, client(site.url) as user:
        assert user.rows(PATH, "list it", ORGANIZATION, expected=PAGE_ROWS + 1) == listing.rows
    assert sorted((int(request.query["offset"]), int(request.query["limit"])) for request in site.requests) == LONG[total, cap]


@pytest.mark.parametrize("connections, expected", [(1, 1000), (2, PAGE_ROWS), (2, 0)])
def test_else_the_first_page_is_a_whole_one(connections, expected):
    listing = Listing(1000, cap=1000)
    with Site(listing) as site, client(site.url, connections=connections) as user:
        assert user.rows(PATH, "list it", ORGANIZATION, expected=expected) == listing.rows
    assert site.requests[0].query["limit"] == str(PAGE_ROWS)


def test_a_connection_carries_one_request_at_a_time_whoever_asks():
    """As where people are looked for while a long list is read."""
    at_a_time, under_way, lock = [], [], threading.Lock()

    def answer(request):
        with lock:
            under_way.append(request.port)
            at_a_time.append(list(under_way))
        time.sleep(0.02)
        with lock:
            under_way.remove(request.port)
        return OK

    with Site(answer) as site, client(site.url, connections=2) as user:
        assert len(side_by_side(lambda _item: send(user).body, range(12), 6)) == 12
    assert len({request.port for request in site.requests}) == 2
    assert max(map(len, at_a_time)) == 2 and all(len(set(ports)) == len(ports) for ports in at_a_time)


def test_all_else_is_done_over_one_connection():
    with Site(Listing(500)) as site, client(site.url) as user:
        assert len(list(user.pages(PATH, "list it", ORGANIZATION))) == 5
        assert len(user.window(PATH, "list it", ORGANIZATION, {}, 0, None)) == 500
    assert len({request.port for request in site.requests}) == 1


class Uneven(Listing):
    """Hands out fewer rows with each page: what the first page tells is of no use."""

    def __call__(self, request):
        self.cap = 100 - int(request.query["offset"]) // 10
        return super().__call__(request)


def test_a_list_in_uneven_pages_is_read_page_by_page():
    listing = Uneven(500)
    with Site(listing) as site, client(site.url) as user:
        assert user.rows(PATH, "list it", ORGANIZATION) == listing.rows
    assert len(site.requests) > 5


def test_a_page_that_fails_ends_the_reading():
    def fail(request):
        return in_json({"detail": "No."}, 403) if int(request.query["offset"]) else Listing(5000)(request)

    with Site(fail) as site, client(site.url) as user:
        with pytest.raises(Refused, match="^Cannot list it: JumpServer answered 403: No"):
            user.rows(PATH, "list it", ORGANIZATION)
    assert len(site.requests) <= 3


@pytest.mark.parametrize("trouble", [DROPPED, in_json({}, 503), in_json({}, 429)], ids=["lost", "gateway", "throttled"])
def test_each_page_is_repeated_for_itself(trouble):
    listing, failed = Listing(900), set()

    def once_each(request):
        offset = int(request.query["offset"])
        if offset not in failed:
            failed.add(offset)
            return trouble
        return listing(request)

    with Site(once_each) as site, client(site.url) as user:
        assert user.rows(PATH, "list it", ORGANIZATION) == listing.rows
    assert len(site.requests) == 18


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_side_by_side_is_as_one_after_the_other(workers):
    threads = set()

    def work(item):
        threads.add(threading.current_thread())
        return item * 2

    assert side_by_side(work, range(20), workers) == [number * 2 for number in range(20)]
    assert len(threads) <= workers
    assert side_by_side(work, [], workers) == []


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_the_first_error_of_several_is_raised_and_nothing_more_is_begun(workers):
    begun = []

    def work(item):
        begun.append(item)
        raise ListChanged("number %d" % item)

    with pytest.raises(ListChanged, match=r"^number \d$"):
        side_by_side(work, range(100), workers)
    assert len(begun) <= workers


WINDOWS = [(0, 10), (0, 100), (0, 101), (0, 250), (120, 10), (95, 120), (140, 100), (0, None), (145, None), (150, None), (500, 3)]


@pytest.mark.parametrize("offset, limit", WINDOWS)
def test_a_window_of_a_list(offset, limit):
    listing = Listing(150)
    with Site(listing) as site, client(site.url) as user:
        found = user.window(PATH, "list it", ORGANIZATION, {}, offset, limit)
    assert found == listing.rows[offset:][:limit]


def test_a_small_window_asks_for_no_more_than_it_shows():
    with Site(Listing(150)) as site, client(site.url) as user:
        user.window(PATH, "list it", ORGANIZATION, {}, 20, 10)
    assert [request.query for request in site.requests] == [{"limit": "10", "offset": "20"}]


# TLS


@pytest.fixture(scope="module", name="authority")
def _authority():
    return trustme.CA()


@pytest.fixture(name="ca_path")
def _ca_path(authority, tmp_path):
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(name="other_ca_path")
def _other_ca_path(tmp_path):
    path = tmp_path / "other-ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return str(path)


def tls_site(authority, host="127.0.0.1", clients=False, newest=ssl.TLSVersion.TLSv1_3, script=(OK,), **certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    authority.issue_cert(host, **certificate).configure_cert(context)
    if clients:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return Site(*script, context=context)


def test_a_private_ca_is_trusted_when_told(authority, ca_path):
    with tls_site(authority) as site, client(site.url, verify=ca_path) as user:
        assert send(user).body == {"ok": True}


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("broken", [bytes([21, 3, 3, 0, 2, 2, 40]), b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["alert", "no TLS"])
def test_a_write_may_have_been_carried_out_when_tls_breaks_after_it(authority, ca_path, broken, newest):
    with tls_site(authority, newest=newest, script=(OK, Reply(below_tls=broken))) as site, client(site.url, verify=ca_path) as user:
        send(user)
        with pytest.raises(Unreachable, match=r"the TLS connection with https://127\.0\.0\.1:\d+ broke \(") as lost:
            send(user, "POST")
    assert lost.value.sent is True
    assert [request.method for request in site.requests] == ["GET", "POST"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_ca_is_refused_at_once(authority, method):
    pauses = Pauses()
    with tls_site(authority) as site, client(site.url, pauses=pauses) as user:
        with pytest.raises(Unreachable, match=r"the certificate of https://127\.0\.0\.1:\d+ is not trusted \(.*\)\. Set ca_path") as refused:
            send(user, method)
    assert refused.value.sent is False
    assert (site.requests, pauses) == ([], [])


def test_a_certificate_of_another_ca_is_refused(authority, other_ca_path):
    with tls_site(authority) as site, client(site.url, verify=other_ca_path) as user:
        with pytest.raises(Unreachable, match="is not trusted"):
            send(user)
    assert not site.requests


def test_a_ca_that_is_missing_in_what_was_named_is_told(authority, other_ca_path, tmp_path):
    """To set ca_path is no advice to somebody who did."""
    with tls_site(authority) as site:
        for path, option, told in (
                (other_ca_path, "ca_path", "in between."), (str(tmp_path), "ca_path", "they are found by the names that `openssl rehash` gives them."),
                (other_ca_path, "REQUESTS_CA_BUNDLE", "in between. Set ca_path to the certificate of your CA.")):
            with client(site.url, verify=path, authorities=Authorities(option, "their.pem")) as user:
                with pytest.raises(Unreachable, match=rf"is not trusted \(.*\)\. Its CA is not in their\.pem, which {option} names, or ") as refused:
                    send(user)
            assert str(refused.value).endswith(told)


@pytest.mark.parametrize("content", ["", "no certificate"], ids=["empty", "something else"])
def test_a_file_without_certificates_is_named(authority, content, tmp_path):
    path = tmp_path / "some.pem"
    path.write_text(content, encoding="utf-8")
    pauses = Pauses()
    with tls_site(authority) as site, client(site.url, pauses=pauses, verify=str(path), authorities=Authorities("CURL_CA_BUNDLE", "some.pem")) as user:
        with pytest.raises(Unreachable, match=r"^Cannot try it: CURL_CA_BUNDLE: some\.pem holds no certificates in PEM that can be read\.$") as refused:
            send(user, "POST")
    assert (refused.value.sent, site.requests, pauses) == (False, [], [])


def test_a_certificate_that_signed_itself_can_be_trusted():
    """Then there is no CA whose certificate could be set."""
    itself = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with itself.private_key_pem.tempfile() as key, itself.cert_pem.tempfile() as certificate:
        context.load_cert_chain(certificate, key)
    with Site(OK, context=context) as site, client(site.url) as user:
        with pytest.raises(Unreachable, match=r"self.signed certificate\)\. Set ca_path to a copy of it, once you know that it is the right one\.$"):
            send(user)


def test_tls_of_no_common_version_is_told():
    """No server of ours speaks those that are out of use."""
    error = requests.exceptions.SSLError("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (_ssl.c:1006)")
    failure = diagnosis(error, Route("https://jump.example.com", "", True, Authorities("ca_path", ""), False), str, False)
    assert failure == ("https://jump.example.com speaks no version of TLS that is allowed here (tlsv1 alert protocol version).", False, True)


def test_a_certificate_of_another_host_is_refused(authority, ca_path):
    with tls_site(authority, "elsewhere.example") as site, client(site.url, verify=ca_path) as user:
        with pytest.raises(Unreachable, match=(
                r"the certificate of https://127\.0\.0\.1:\d+ is that of another host .*certificate is not valid for '127\.0\.0\.1'\)\. "
                r"Check the host in api_url\.$")):
            send(user)
    assert not site.requests


@pytest.mark.parametrize("times", [
    {"not_before": datetime(2001, 1, 1), "not_after": datetime(2001, 2, 1)}, {"not_before": datetime(2990, 1, 1), "not_after": datetime(2991, 1, 1)},
], ids=["expired", "of the future"])
def test_a_certificate_that_is_not_valid_now_is_told(authority, ca_path, times):
    with tls_site(authority, **times) as site, client(site.url, verify=ca_path) as user:
        with pytest.raises(Unreachable, match=r"is not valid now \(.*\)\. Renew it, or set the clock\.$"):
            send(user)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_no_verification_where_it_is_switched_off_whatever_the_environment_says(authority, other_ca_path, monkeypatch, variable):
    monkeypatch.setenv(variable, other_ca_path)
    with tls_site(authority) as site, client(site.url, verify=False) as user:
        assert send(user).body == {"ok": True}


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_ca_that_is_told_beats_the_environment(authority, ca_path, other_ca_path, monkeypatch, variable):
    monkeypatch.setenv(variable, other_ca_path)
    with tls_site(authority) as site, client(site.url, verify=ca_path) as user:
        assert send(user).body == {"ok": True}


@pytest.fixture(name="own_certificate")
def _own_certificate(authority, tmp_path):
    """(certificate, key, both in one file)."""
    issued = authority.issue_cert("client.example")
    certificate, key, both = (tmp_path / name for name in ("client.pem", "client.key", "both.pem"))
    issued.cert_chain_pems[0].write_to_path(str(certificate))
    issued.private_key_pem.write_to_path(str(key))
    issued.private_key_and_cert_chain_pem.write_to_path(str(both))
    return str(certificate), str(key), str(both)


@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_client_certificate_is_shown(authority, ca_path, own_certificate, in_one_file):
    certificate, key, both = own_certificate
    with tls_site(authority, clients=True) as site, client(site.url, verify=ca_path, cert=both if in_one_file else (certificate, key)) as user:
        assert send(user, "POST").body == {"ok": True}


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def test_a_missing_client_certificate_is_told(authority, ca_path, newest):
    pauses = Pauses()
    with tls_site(authority, clients=True, newest=newest) as site, client(site.url, pauses=pauses, verify=ca_path) as user:
        with pytest.raises(Unreachable, match=r"asks? for a client certificate.* [Ss]et client_cert and client_key\.$") as refused:
            send(user)
    assert "not trusted" not in str(refused.value)
    assert (site.requests, pauses) == ([], [])


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def test_a_client_certificate_that_the_server_does_not_accept_is_told(authority, ca_path, newest, tmp_path):
    own = tmp_path / "own.pem"
    trustme.CA().issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(str(own))
    with tls_site(authority, clients=True, newest=newest) as site, client(site.url, verify=ca_path, cert=str(own)) as user:
        with pytest.raises(Unreachable, match=r"^Cannot try it: https://\S+:\d+ does not accept the certificate in client_cert \(.*unknown ca\)\.$"):
            send(user)
    assert not site.requests


@pytest.mark.parametrize("title", ["400 No required SSL certificate was sent", "400 The SSL certificate error"])
def test_a_web_server_that_asks_for_a_client_certificate_in_its_own_words_is_understood(title):
    with Site(in_html(f"<html><head><title>{title}</title></head></html>", 400)) as site, client(site.url) as user:
        with pytest.raises(Refused, match=r"asks for a client certificate that it trusts: set client_cert and client_key\.$"):
            send(user)


def client_files(own_certificate, folder):
    """{name: path} of what may stand in for a client certificate or its key."""
    certificate, key, both = own_certificate
    loaded = serialization.load_pem_private_key(Path(key).read_bytes(), None)
    passphrase = serialization.BestAvailableEncryption(b"canary-passphrase")
    for name, form in (("new.key", serialization.PrivateFormat.PKCS8), ("old.key", serialization.PrivateFormat.TraditionalOpenSSL)):
        folder.joinpath(name).write_bytes(loaded.private_bytes(serialization.Encoding.PEM, form, passphrase))
    folder.joinpath("encrypted.pem").write_bytes(Path(certificate).read_bytes() + folder.joinpath("new.key").read_bytes())
    folder.joinpath("broken.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", encoding="utf-8")
    folder.joinpath("empty.pem").write_text("", encoding="utf-8")
    trustme.CA().issue_cert("other.example").private_key_pem.write_to_path(str(folder / "other.key"))
    names = {name: str(folder / name) for name in ("new.key", "old.key", "encrypted.pem", "broken.pem", "empty.pem", "other.key")}
    return {"certificate": certificate, "key": key, "both": both, "folder": str(folder), "none": None, **names}


@pytest.mark.parametrize("certificate, key, told", [
    ("certificate", "key", None), ("both", "none", None), ("both", "key", None),
    ("folder", "none", "client_cert: {certificate} cannot be read (Is a directory)."),
    ("certificate", "folder", "client_key: {key} cannot be read (Is a directory)."),
    ("empty.pem", "none", "client_cert: {certificate} holds no certificate in PEM."), ("key", "key", "client_cert: {certificate} holds no certificate in PEM."),
    ("certificate", "none", "client_cert: {certificate} holds no private key in PEM. If that is in a file of its own, set client_key."),
    ("certificate", "certificate", "client_key: {key} holds no private key in PEM."),
    ("certificate", "empty.pem", "client_key: {key} holds no private key in PEM."),
    ("certificate", "other.key", "client_key: the private key in {key} is not that of the certificate in {certificate}."),
    ("certificate", "new.key", "client_key: the private key in {key} is encrypted; only one without a passphrase can be used."),
    ("certificate", "old.key", "client_key: the private key in {key} is encrypted; only one without a passphrase can be used."),
    ("encrypted.pem", "none", "client_cert: the private key in {certificate} is encrypted; only one without a passphrase can be used."),
    ("broken.pem", "key", "client_cert: the certificate in {certificate} cannot be used with the private key in {key} ("),
])
def test_what_is_wrong_with_a_client_certificate_is_told(own_certificate, tmp_path, certificate, key, told):
    files = client_files(own_certificate, tmp_path)
    fault = client_fault(files[certificate], files[key])
    assert fault == "" if told is None else fault.startswith(told.format(certificate=files[certificate], key=files[key]))


def test_a_client_certificate_that_is_none_is_told(authority, ca_path):
    pauses = Pauses()
    with tls_site(authority) as site, client(site.url, pauses=pauses, verify=ca_path, cert=(ca_path, ca_path)) as user:
        with pytest.raises(Unreachable, match="client_cert") as refused:
            send(user, "POST")
    assert "not trusted" not in str(refused.value)
    assert refused.value.sent is False
    assert (site.requests, pauses) == ([], [])


def test_a_file_that_went_away_is_told(authority, ca_path):
    with tls_site(authority) as site, client(site.url, verify=ca_path + ".gone", authorities=Authorities("ca_path", ca_path + ".gone")) as user:
        with pytest.raises(Unreachable, match=r"^Cannot try it: ca_path: .*/ca\.pem\.gone cannot be read \(No such file or directory\)\.$") as refused:
            send(user, "POST")
    assert refused.value.sent is False
    assert not site.requests


def test_reading_over_tls_is_repeated_when_the_answer_was_lost(authority, ca_path):
    with tls_site(authority, script=(DROPPED, DROPPED, OK)) as site, client(site.url, verify=ca_path) as user:
        assert send(user).body == {"ok": True}
    assert len(site.requests) == 3


def test_writing_over_tls_is_not_repeated_when_the_answer_was_lost(authority, ca_path):
    with tls_site(authority, script=(DROPPED, OK)) as site, client(site.url, verify=ca_path) as user:
        with pytest.raises(Unreachable, match="was closed without an answer") as lost:
            send(user, "POST")
    assert lost.value.sent is True
    assert len(site.requests) == 1


def test_http_spoken_to_a_tls_port_is_told(authority):
    with tls_site(authority) as site, client(site.url.replace("https", "http"), retries=0) as user:
        with pytest.raises(Unreachable, match=r"closed without an answer\. If it expects TLS there, write https:// in api_url\.$"):
            send(user)


@pytest.mark.parametrize("page", [
    in_html("<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>", 400),
    in_html("<html><head><title>400 Bad Request</title></head>You're speaking plain HTTP to an SSL-enabled server port.</html>", 400),
    Reply(400, "Client sent an HTTP request to an HTTPS server.\n", {"Content-Type": "text/plain"}),
], ids=["nginx", "Apache", "Go"])
def test_http_spoken_to_a_tls_port_of_a_web_server_is_told(page):
    with Site(page) as site, client(site.url) as user:
        with pytest.raises(Refused, match=r"Write https:// in api_url\.$"):
            send(user)


@pytest.mark.parametrize("raw", [
    b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", b"\x15\x03\x01\x00\x02\x02\x0a",
    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70000 + b"\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
], ids=["SSH", "HTTP/2", "TLS", "endless header", "bad chunk", "bad gzip"])
def test_what_is_no_http_is_told(raw):
    with Site(Reply(below_tls=raw)) as site, client(site.url, retries=0) as user:
        with pytest.raises(Unreachable, match=(
                r"^Cannot try it: what http://\S+:\d+ answered is no HTTP/1\.1 that can be read\. Check the port in api_url\. If it expects TLS")) as lost:
            send(user, "POST")
    # it may speak HTTP to others
    assert lost.value.sent is True


def test_a_connection_that_worked_once_does_not_need_tls():
    with Site(OK, DROPPED) as site, client(site.url, retries=0) as user:
        send(user)
        with pytest.raises(Unreachable, match=r"closed without an answer\.$"):
            send(user)


def test_tls_spoken_to_a_plain_port_is_told():
    pauses = Pauses()
    with Site(OK) as site, client(site.url.replace("http", "https"), pauses=pauses) as user:
        with pytest.raises(Unreachable, match=(
                r"^Cannot try it: https://127\.0\.0\.1:\d+ does not speak TLS \(.*\)\. "
                r"Check api_url: the port is wrong, or it must begin with http://\.$")) as failed:
            send(user)
    assert failed.value.sent is False
    assert pauses == []


# proxies


def test_a_proxy_of_the_environment_is_used(monkeypatch):
    with Site(OK) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with client("http://jump.example.com") as user:
            assert send(user).body == {"ok": True}
    assert proxy.requests[0].target == "http://jump.example.com" + PATH


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_told(monkeypatch, scheme):
    monkeypatch.setenv(scheme + "_proxy", "http://127.0.0.1:%d" % free_port())
    pauses = Pauses()
    with client(scheme + "://jump.example.com", pauses=pauses) as user:
        with pytest.raises(Unreachable, match=(
                r"the proxy in the environment .* reach %s://jump\.example\.com \(http://\S+:\d+: Connection refused\)\. Tried" % scheme)) as refused:
            send(user, "POST")
    assert refused.value.sent is False
    assert len(pauses) == RETRIES


def test_writing_is_not_repeated_when_a_proxy_lost_the_answer(monkeypatch):
    with Site(DROPPED, OK) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with client("http://jump.example.com") as user, pytest.raises(Unreachable) as lost:
            send(user, "POST")
    assert lost.value.sent is True
    assert len(proxy.requests) == 1


class Tunnel(socketserver.ThreadingTCPServer):
    """A proxy for HTTPS that leads every CONNECT to one port of this machine. ``answer``: what it says instead; ``context``: for TLS with it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port=None, answer=None, wants=None, context=None):
        self.port, self.answer, self.wants, self.context, self.heads = port, answer, wants, context, []
        super().__init__(("127.0.0.1", 0), TunnelEntry)
        self.address = "127.0.0.1:%d" % self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.shutdown()
        self.server_close()


class TunnelEntry(socketserver.BaseRequestHandler):
    def handle(self):
        tunnel, line = self.server, self.request
        line = tunnel.context.wrap_socket(line, server_side=True) if tunnel.context else line
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += line.recv(1) or b"\r\n\r\n"
        tunnel.heads.append(head.decode())
        if tunnel.answer is not None or (tunnel.wants and tunnel.wants not in tunnel.heads[-1]):
            line.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n" if tunnel.answer is None else tunnel.answer)
            line.close()
            return
        with socket.create_connection(("127.0.0.1", tunnel.port)) as beyond:
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=self.pour, args=(beyond, line), daemon=True)
            back.start()
            self.pour(line, beyond)
            back.join()

    @staticmethod
    def pour(source, target):
        with contextlib.suppress(OSError, ValueError):
            while content := source.recv(65536):
                target.sendall(content)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "over TLS"])
def test_a_tunnel_through_a_proxy_with_a_password(authority, ca_path, monkeypatch, secure):
    wants = "Proxy-Authorization: Basic " + base64.b64encode(b"alice:canary").decode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with tls_site(authority, "jump.example.com") as site, Tunnel(int(site.url.rsplit(":", 1)[1]), wants=wants, context=context if secure else None) as tunnel:
        monkeypatch.setenv("HTTPS_PROXY", "%s://alice:canary@%s" % ("https" if secure else "http", tunnel.address))
        with client("https://jump.example.com:8443", verify=ca_path) as user:
            assert send(user).body == {"ok": True}
        # what the proxy hears is no secret of JumpServer
        assert [head.split("\r\n")[0].rsplit(" ", 1)[0] for head in tunnel.heads] == ["CONNECT jump.example.com:8443"]
        assert not [head for head in tunnel.heads if SECRET in head]


@pytest.mark.parametrize("answer, told, sent", [
    (None, r" does not let us reach https://jump\.example\.com \(http://127\.0\.0\.1:\d+: 407 Proxy Authentication Required\)\. "
     r"It wants a user and password, in its address in the environment\.$", False),
    (b"HTTP/1.1 403 Forbidden\r\n\r\n", r" does not let us reach https://jump\.example\.com \(http://127\.0\.0\.1:\d+: 403 Forbidden\)\.$", False),
    (b"", r"the connection to https://jump\.example\.com through the proxy http://127\.0\.0\.1:\d+ was closed without an answer\.$", True),
    (b"SSH-2.0-x\r\n", r"what https://jump\.example\.com through the proxy http://127\.0\.0\.1:\d+ answered is no HTTP/1\.1 that can be read", True),
], ids=["password", "refused", "closed", "no proxy"])
def test_what_a_proxy_said_is_told(monkeypatch, answer, told, sent):
    with Tunnel(answer=answer, wants="something else") as tunnel:
        monkeypatch.setenv("HTTPS_PROXY", f"http://alice:canary@{tunnel.address}")
        with client("https://jump.example.com", retries=0) as user, pytest.raises(Unreachable, match=told) as refused:
            send(user, "POST")
    assert refused.value.sent is sent
    assert "canary" not in str(refused.value) and "alice" not in str(refused.value)


def test_a_proxy_of_plain_http_that_wants_a_password_is_told(monkeypatch):
    with Site(Reply(407, "")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with client("http://jump.example.com") as user:
            with pytest.raises(Refused, match=(
                    r"^Cannot try it: the proxy answered 407\. The proxy in the environment wants a user and password, in its address there\.$")):
                send(user)


@pytest.mark.parametrize("address", [
    "http://alice:canary@", "http://alice:can#ary@127.0.0.1:3128", "http://alice:canary@127.0.0.1:port", "ftp://alice:canary@127.0.0.1", "http://",
])
def test_an_address_of_a_proxy_that_is_none_is_told(monkeypatch, address):
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(BadInput, match="^The proxy in the environment has no address that can be used: .* such as %40 for @ and %23 for #") as refused:
        client("https://jump.example.com").__enter__()
    assert "canary" not in str(refused.value) and "alice" not in str(refused.value)


def test_a_proxy_for_socks_needs_a_package(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://alice:canary@127.0.0.1:1080")
    with client("https://jump.example.com") as user, pytest.raises(Unreachable, match="is one for SOCKS, which takes the Python package PySocks") as refused:
        send(user, "POST")
    assert refused.value.sent is False
