# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy on loopback that plays faults between modules and the simulator.

Each run gets a route, a port of its own, whose faults are known before it starts. What is passed on carries the name of the run, so that the
simulator's log tells who did what.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.faults.children import tell

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>...</form></body></html>"
GATEWAY_PAGE = b"<html><head><title>%d</title></head><body><center>nginx</center></body></html>"
TLS_ALERT = bytes([21, 3, 3, 0, 2, 2, 40])  # fatal: handshake failure
REASONS = {200: "OK", 201: "Created", 204: "No Content"}
CUT = (ConnectionError, asyncio.IncompleteReadError, OSError)


@dataclass(frozen=True)
class Fault:
    """``kind``: a key of KINDS. It meets the requests of ``method`` ("" for any), after the first ``skip`` of them, ``times`` times.

    ``carried_out``: whether the server gets the request all the same. ``value``: what the kind needs besides.
    """

    kind: str
    method: str = ""
    skip: int = 0
    times: int = 1
    carried_out: bool = False
    value: object = None


@dataclass
class Injected:
    """A fault that was played, and the request that it met."""

    kind: str
    method: str
    path: str
    carried_out: bool
    at: float
    arrived: float = 0.0  # when the server got a request that was held back


@dataclass
class Message:
    """A request or an answer."""

    first: str
    headers: list
    body: bytes

    @property
    def method(self):
        return self.first.split()[0]

    @property
    def target(self):
        return self.first.split()[1]

    @property
    def status(self):
        return int(self.first.split()[1])

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)

    def without(self, *names):
        return Message(self.first, [(key, value) for key, value in self.headers if key.lower() not in names], self.body)

    def encoded(self, length=None):
        headers = [(key, value) for key, value in self.headers if key.lower() not in ("content-length", "transfer-encoding", "connection")]
        headers.append(("Content-Length", str(len(self.body) if length is None else length)))
        return "".join(["%s\r\n" % self.first] + ["%s: %s\r\n" % pair for pair in headers] + ["\r\n"]).encode("latin-1") + self.body


def answer(status, body, content_type="application/json", **headers):
    """An answer of the proxy's own."""
    pairs = [("Content-Type", content_type)] + [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Message("HTTP/1.1 %d %s" % (status, REASONS.get(status, "Fault")), pairs, body if isinstance(body, bytes) else json.dumps(body).encode())


async def read_message(reader):
    """The next message, None at the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if line]
    length = next((int(value) for key, value in headers if key.lower() == "content-length"), 0)
    return Message(lines[0], headers, await reader.readexactly(length) if length else b"")


class Exchange:
    """One request on its way, as the kinds of faults see it."""

    def __init__(self, route, request, writer):
        self.route, self.request, self.writer = route, request, writer

    async def forward(self, request=None):
        return await self.route.forward(request or self.request)

    async def own(self, carried_out, reply):
        """Answer for the server, which got the request or did not."""
        if carried_out:
            await self.forward()
        await self.send(reply.encoded())

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    def reset(self):
        """End the connection with a RST."""
        connection = self.writer.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def raw(self, data):
        """Put bytes below TLS."""
        os.write(self.writer.get_extra_info("socket").fileno(), data)


# the kinds: each gets the exchange and the fault; True means that the connection stays usable


async def reset(exchange, fault):
    if fault.carried_out:
        await exchange.forward()
    exchange.reset()


async def late(exchange, fault):
    """The client is left alone or cut off, and only then the server gets the request."""
    seconds, cut = fault.value
    if cut:
        exchange.reset()
    exchange.route.later(seconds, exchange.request, None if cut else exchange.writer, exchange.route.injected[-1])
    if not cut:
        await asyncio.sleep(seconds)


async def half(exchange, fault):
    reply = (await exchange.forward() if fault.carried_out else answer(200, {"results": [], "count": 0})).encoded()
    await exchange.send(reply[:max(len(reply) - len(reply) // 2, 20)])
    exchange.reset()


async def slow(exchange, fault):
    """Byte by byte, each in time."""
    reply = (await exchange.forward()).encoded()
    step = max(len(reply) // 40, 1)
    for start in range(0, len(reply), step):
        await exchange.send(reply[start:start + step])
        await asyncio.sleep(fault.value)
    return True


async def wrong_length(exchange, fault):
    reply = await exchange.forward()
    await exchange.send(reply.encoded(len(reply.body) + fault.value if fault.value > 0 else max(len(reply.body) + fault.value, 0)))
    exchange.writer.close()


async def status(exchange, fault):
    code, retry_after = fault.value
    headers = {} if retry_after is None else {"Retry_After": retry_after}
    await exchange.own(fault.carried_out, answer(code, GATEWAY_PAGE % code, "text/html", **headers))
    return True


async def html(exchange, fault):
    await exchange.own(fault.carried_out, answer(fault.value, LOGIN_PAGE, "text/html; charset=utf-8"))
    return True


async def gateway_404(exchange, fault):
    page = answer(404, {"message": "no Route matched with those values"}) if fault.value else answer(404, GATEWAY_PAGE % 404, "text/html")
    await exchange.own(False, page)
    return True


async def shape(exchange, fault):
    """JSON, but not of the form that the API has."""
    await exchange.own(fault.carried_out, answer(201 if exchange.request.method == "POST" else 200, fault.value))
    return True


async def stale(exchange, fault):
    """What a cache remembers of this address, or, without the query, of the page before."""
    await exchange.send(exchange.route.remembered(exchange.request, fault).encoded())
    return True


async def moving(exchange, fault):
    """The list changes just before this page is read."""
    await exchange.route.call(exchange.route.edit)
    await exchange.send((await exchange.forward()).encoded())
    return True


async def flip(exchange, fault):
    """The organisation is lost on the way, so the server takes Default."""
    request = exchange.request.without("x-jms-org")
    method, target, version = request.first.split(" ")
    parts = urlsplit(target)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.startswith("oid="))
    request.first = " ".join((method, parts.path + ("?" + query if query else ""), version))
    await exchange.send((await exchange.forward(request)).encoded())
    return True


async def refused(exchange, fault):
    """Nobody listens for a while; with a gateway in front it says so instead."""
    exchange.route.down(fault.value)
    if fault.carried_out:
        await exchange.forward()
    exchange.reset()


async def restart(exchange, fault):
    """Every connection is cut, and a gateway answers until the server is back."""
    exchange.route.restarting(fault.value)
    if fault.carried_out:
        await exchange.forward()
    exchange.reset()


async def new_process(exchange, fault):
    """The process of the server ends, what it works on is finished or lost, and another one takes its place."""
    if fault.carried_out:
        await exchange.forward()
    exchange.reset()
    exchange.route.keep(exchange.route.call(lambda: exchange.route.proxy.restart(fault.value)))


async def unauthorized(exchange, fault):
    await exchange.own(False, answer(fault.value, {"detail": "Authentication credentials were not provided.", "code": "not_authenticated"}))
    return True


async def tls_alert(exchange, fault):
    if fault.carried_out:
        await exchange.forward()
    exchange.raw(TLS_ALERT if fault.value else b"HTTP/1.1 400 Bad Request\r\n\r\n")
    exchange.writer.transport.abort()


async def kill(exchange, fault):
    """A signal to the module, before or after the server got the request."""
    if fault.carried_out:
        await exchange.forward()
    exchange.route.kill(fault.value)
    exchange.reset()


KINDS = {
    "refused": refused, "reset": reset, "late": late, "half an answer": half, "slow bytes": slow, "wrong length": wrong_length, "error status": status,
    "HTML": html, "404 of a gateway": gateway_404, "another shape": shape, "cached page": stale, "moving list": moving, "organization lost": flip,
    "TLS alert": tls_alert, "restart": restart, "restart of the process": new_process, "unauthorized": unauthorized, "signal": kill,
}


@dataclass
class Route:
    """The way of one run. ``edit``: called when the list is to change between pages."""

    proxy: object
    run: str
    faults: list
    edit: object = None
    tls: bool = False
    pid: int = 0
    injected: list = field(default_factory=list)
    cache: dict = field(default_factory=dict)
    url: str = ""

    def __post_init__(self):
        self.left = [[fault, fault.skip, fault.times] for fault in self.faults]
        self.server, self.port, self.writers, self.tasks = None, 0, set(), set()
        self.bad_gateway_until = 0.0

    async def listen(self):
        context = self.proxy.tls_context if self.tls else None
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, ssl=context, reuse_address=True)
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = "%s://127.0.0.1:%d" % ("https" if self.tls else "http", self.port)

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            while True:
                exchange = Exchange(self, await read_message(reader), writer)
                if not await self.exchange(exchange):
                    break
        except CUT:
            pass  # either side went away, as it may
        finally:
            self.writers.discard(writer)
            writer.close()

    async def exchange(self, exchange):
        """Play one request; whether the connection goes on."""
        if time.monotonic() < self.bad_gateway_until:
            self.note("restart", exchange.request, False)
            await exchange.own(False, answer(502, GATEWAY_PAGE % 502, "text/html"))
            return True
        fault = self.next_fault(exchange.request)
        if fault is not None:
            self.note(fault.kind, exchange.request, fault.carried_out or fault.kind in ("late", "slow bytes", "wrong length"))
            return await KINDS[fault.kind](exchange, fault)
        try:
            reply = await exchange.forward()
        except CUT:
            if not self.proxy.is_restarting:
                raise
            self.note("restart of the process", exchange.request, False)
            exchange.reset()
            return False
        if exchange.request.method == "GET" and reply.status == 200:
            self.cache[exchange.request.target] = self.cache[exchange.request.target.split("?")[0]] = reply
        await exchange.send(reply.encoded())
        return True

    def note(self, kind, request, carried_out):
        self.injected.append(Injected(kind, request.method, request.target, carried_out, time.time()))

    def next_fault(self, request):
        for entry in self.left:
            fault = entry[0]
            if entry[2] <= 0 or (fault.method and fault.method != request.method):
                continue
            if fault.kind in ("cached page", "moving list") and request.method != "GET":
                continue
            if fault.kind == "cached page" and self.remembered(request, fault) is None:
                continue
            if entry[1] > 0:
                entry[1] -= 1
                continue
            entry[2] -= 1
            return fault
        return None

    def remembered(self, request, fault):
        """What a cache would answer, None where it knows nothing."""
        return self.cache.get(request.target if fault.value else request.target.split("?")[0])

    async def forward(self, request):
        reader, writer = await asyncio.open_connection(self.proxy.host, self.proxy.target_port)
        try:
            passed = request.without("host", "x-simulator-run")
            passed.headers += [("Host", "127.0.0.1"), ("X-Simulator-Run", self.run)]
            writer.write(passed.encoded())
            await writer.drain()
            return await read_message(reader)
        finally:
            writer.close()

    def later(self, seconds, request, writer, injected):
        async def wait():
            await asyncio.sleep(seconds)
            injected.arrived = time.time()
            reply = await self.forward(request)
            if writer is not None and not writer.is_closing():
                writer.write(reply.encoded())

        self.keep(wait())

    def keep(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def down(self, seconds):
        """Stop listening for so long."""
        async def wait():
            await asyncio.sleep(seconds)
            await self.listen()

        self.server.close()
        self.cut()
        self.keep(wait())

    def restarting(self, seconds):
        self.bad_gateway_until = time.monotonic() + seconds
        self.cut()

    def cut(self):
        for writer in list(self.writers):
            writer.transport.abort()

    def kill(self, number):
        if self.pid:
            tell(self.pid, number)

    @staticmethod
    async def call(function):
        if function is not None:
            await asyncio.get_running_loop().run_in_executor(None, function)

    async def drain(self):
        """Wait until nothing is under way any more, and stop listening."""
        while self.tasks:
            for outcome in await asyncio.gather(*self.tasks, return_exceptions=True):
                if isinstance(outcome, RuntimeError):
                    raise outcome  # the simulator is no more
        self.server.close()
        self.cut()


class Proxy:
    """Routes to one simulator, in a thread of their own."""

    def __init__(self, url, certificate=None, restart=None):
        self._restart, self._restarts, self.restarted_at = restart, threading.Lock(), 0.0
        address = urlsplit(url)
        self.host, self.target_port = address.hostname, address.port
        self.tls_context = None
        if certificate:
            self.tls_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls_context.load_cert_chain(*certificate)
        self.loop = asyncio.new_event_loop()
        self.loop.set_exception_handler(lambda loop, context: None)  # cut connections are what this is about
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def _do(self, coroutine, seconds=60):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)

    @property
    def is_restarting(self):
        """Whether the server is away, or was a moment ago, when a request may have gone out to it."""
        return self._restarts.locked() or time.monotonic() - self.restarted_at < 1

    def restart(self, seconds):
        """Restart the server, unless it is just being restarted."""
        if self._restarts.acquire(blocking=False):
            try:
                self._restart(seconds)
            finally:
                self.restarted_at = time.monotonic()
                self._restarts.release()

    def open(self, run, faults=(), edit=None, tls=False):
        """A route for one run."""
        route = Route(self, run, list(faults), edit, tls)
        self._do(route.listen())
        return route

    def close(self, route):
        """End a route when what is still on its way has arrived."""
        self._do(route.drain())

    def stop(self):
        self.loop.call_soon_threadsafe(self._end)
        self.thread.join(10)
        self.loop.close()

    def _end(self):
        """Whoever waits for something that was going on is told that it ended."""
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.call_later(0.1, self.loop.stop)


RETRY_AFTERS = (None, None, "0", "1", "nan", "-1", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "3")
SHAPES = ({}, None, "text", 5, [1, 2], [[]], {"results": 1}, {"count": "x", "results": []}, {"count": 1, "results": [{}]}, {"count": 1, "results": [None]},
          {"detail": "moved"}, [None], [{"id": 1}], True, {"id": None, "name": None}, {"count": None, "results": None})
STATUSES = (408, 429, 499, 500, 502, 503, 504, 520, 524)
# those that find a request to meet seldom, and one that costs seconds
WEIGHTS = {"cached page": 6, "TLS alert": 10, "restart of the process": 1}


def any_fault(dice: random.Random, tls=False):
    """A fault by chance, likelier at a write."""
    kinds = [kind for kind in KINDS if kind not in ("signal", "moving list") and (tls or kind != "TLS alert")]
    kind = dice.choices(kinds, [WEIGHTS.get(kind, 2) for kind in kinds])[0]
    method = dice.choice(("", "", "GET", "GET", "POST", "POST", "PATCH", "DELETE"))
    carried_out = dice.random() < 0.6
    times = dice.choice((1, 1, 1, 2, 3, 6, 1000))
    value = {
        "restart of the process": dice.choice((0.0, 0.3, 1.0)), "refused": dice.choice((0.2, 0.8, 6)),
        "restart": dice.choice((0.3, 1.0, 6)), "late": (dice.choice((0.2, 0.7, 1.6, 2.5)), dice.random() < 0.6),
        "slow bytes": dice.choice((0.01, 0.05, 0.2)), "wrong length": dice.choice((-1, -20, 7)),
        "error status": (dice.choice(STATUSES), dice.choice(RETRY_AFTERS)),
        "HTML": dice.choice((200, 201, 203)), "404 of a gateway": dice.random() < 0.5, "another shape": dice.choice(SHAPES), "cached page": dice.random() < 0.5,
        "unauthorized": dice.choice((401, 403)), "TLS alert": dice.random() < 0.5,
    }.get(kind)
    if kind in ("late", "slow bytes"):
        times = min(times, 2)
    if kind == "error status" and value[0] == 429:
        carried_out = False  # who throttles has done nothing
    return Fault(kind, method, dice.choice((0, 0, 0, 0, 1, 1, 2, 4)), times, carried_out, value)


def a_signal(dice: random.Random):
    """SIGTERM or SIGKILL at any moment."""
    return Fault("signal", "", dice.randrange(7), 1, dice.random() < 0.5, dice.choice((signal.SIGTERM, signal.SIGKILL)))
