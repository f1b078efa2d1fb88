# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A web server on loopback that answers from a script and remembers what it was asked."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Optional
from urllib.parse import parse_qs, urlsplit


class Request(NamedTuple):
    """One request as it arrived; ``target`` is path and query as sent, ``port`` that of the client's end of the connection."""

    method: str
    target: str
    headers: dict
    body: Optional[dict]
    port: int

    @property
    def query(self):
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query, keep_blank_values=True).items()}


class Reply(NamedTuple):
    """``drop``: close the connection instead of answering. ``hold``: first wait for this event. ``slow_from``: the byte from which they come one by one.
    ``below_tls``: bytes in place of the answer that are not encrypted, and the end of the connection.
    """

    status: int = 200
    text: str = "{}"
    headers: object = ()
    drop: bool = False
    hold: Optional[threading.Event] = None
    slow_from: Optional[int] = None
    below_tls: bytes = b""


def in_json(body, status=200, **headers):
    return Reply(status, json.dumps(body), dict({"Content-Type": "application/json"}, **{name.replace("_", "-"): text for name, text in headers.items()}))


def in_html(text, status=200):
    return Reply(status, text, {"Content-Type": "text/html; charset=utf-8"})


DROPPED = Reply(drop=True)


class Site:
    """``script``: replies, or functions from a Request to a Reply, in order; the last one is repeated. ``context``: for TLS."""

    def __init__(self, *script, context=None):
        self.script = list(script)
        self.requests = []
        self._arrived = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, address: None
        if context:
            self._server.finish_request = self._shake_hands_first(self._server.finish_request)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = "%s://127.0.0.1:%d" % ("https" if context else "http", self._server.server_port)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *failure):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @staticmethod
    def _shake_hands_first(finish_request):
        """A handshake that fails ends only when the client has heard why: closing at once could overtake the alert."""
        def finish(connection, address):
            try:
                connection.do_handshake()
            except ssl.SSLError:
                with socket.socket(fileno=connection.detach()) as plain:
                    plain.shutdown(socket.SHUT_WR)
                    while plain.recv(1000):
                        pass
            else:
                finish_request(connection, address)

        return finish

    def wait_for(self, number):
        """Until so many requests have arrived; a client that gave up early may be ahead of them."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.requests) >= number, timeout=30)

    def reply_to(self, request):
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return step(request) if callable(step) else step


class OneByOne:
    """A file that writes the first bytes at once and the others one by one, until nobody reads them any more."""

    def __init__(self, file, at_once):
        self.file, self.left, self.closed = file, at_once, False

    def write(self, content):
        for byte in content:
            self.file.write(bytes([byte]))
            self.left -= 1
            if self.left < 0:
                self.file.flush()
                time.sleep(0.02)

    def flush(self):
        self.file.flush()

    def close(self):
        self.closed = True
        self.file.close()


def _handler(site):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # an answer in one packet, so that no delayed acknowledgement slows the tests down
        wbufsize = -1

        def _answer(self):
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, dict(self.headers), json.loads(content) if content else None, self.client_address[1])
            reply = site.reply_to(request)
            if reply.hold:
                reply.hold.wait()
            if reply.below_tls:
                os.write(self.connection.fileno(), reply.below_tls)
            if reply.drop or reply.below_tls:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            text = b"" if reply.status == 204 else reply.text.encode()
            if reply.slow_from is not None:
                self.wfile = OneByOne(self.wfile, reply.slow_from)
            self.send_response(reply.status)
            for name, value in dict(reply.headers, **{"Content-Length": str(len(text))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = _answer

        def log_message(self, *arguments):
            pass

    return Handler


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
