# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outermost layer: counts requests, plays faults, takes time; what lies under ``/_simulator/`` is the control API."""

from __future__ import annotations

import json
import re
import time

from . import control_api, runs
from .runtime import SAFE_METHODS, runtime

CONTROL = "/_simulator/"
RACING = "/api/v1/accounts/account-backup-plans/"  # its writes are locked where they are stored


class Dropped(Exception):
    """The connection was closed without an answer, on purpose."""


class Gate:
    """A WSGI application around Django's."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        environ["simulator.target"] = target(environ)
        if environ["PATH_INFO"].startswith(CONTROL):
            return control_api.respond(environ, start_response)
        if "HTTP_X_SIMULATOR_UNCOUNTED" in environ:
            return self._work(environ, start_response, counted=False)
        with runtime.turn():
            self._take_time()
            return self._work(environ, start_response, counted=True)

    def _work(self, environ, start_response, counted):
        record = environ["simulator.record"] = {
            "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            "query": environ.get("QUERY_STRING", ""), "organization": None, "user": None, "status": None,
            "at_a_time": runtime.busy, "run": environ.get("HTTP_X_SIMULATOR_RUN"), "effects": [], "at": time.time(),
        }
        if counted:
            runtime.requests.add(record)
        fault = self._fault(environ) if counted else None
        return self._answer(environ, start_response, record, fault or {})

    @staticmethod
    def _take_time():
        if runtime.switches["latency_ms"]:
            time.sleep(runtime.switches["latency_ms"] / 1000)

    @staticmethod
    def _fault(environ):
        """The first rule that fits and is not used up; rules count down what they skip and how often they act."""
        for rule in list(runtime.faults):
            if rule.get("method") and rule["method"] != environ["REQUEST_METHOD"]:
                continue
            if not re.search(rule.get("path", ""), environ["simulator.target"]):
                continue
            if rule["skip"] > 0:
                rule["skip"] -= 1
                continue
            if rule["times"] > 0:
                rule["times"] -= 1
                return rule
        return None

    def _answer(self, environ, start_response, record, fault):
        if fault.get("delay"):
            time.sleep(fault["delay"])
        if fault.get("drop") == "before":
            return drop(environ)
        if "redirect" in fault:
            return send(start_response, record, 302, b"", {"Location": fault["redirect"]})
        if "html" in fault:
            return send(start_response, record, fault["status"], fault["html"].encode(), dict({"Content-Type": "text/html"}, **fault["headers"]))
        if "status" in fault:
            body = json.dumps(fault.get("body")).encode() if "body" in fault else b""
            return send(start_response, record, fault["status"], body, dict({"Content-Type": "application/json"}, **fault["headers"]))
        return self._django(environ, start_response, record, fault)

    def _django(self, environ, start_response, record, fault):
        def begin(status, headers, error=None):
            record["status"] = int(status.split()[0])
            record["seconds"] = time.time() - record["at"]
            if fault.get("drop") != "after":
                return start_response(status, headers, error)
            return None

        runs.advance()
        if environ["REQUEST_METHOD"] in SAFE_METHODS:
            response = self.application(environ, begin)
        else:
            with runtime.writing() if record["path"].startswith(RACING) else runtime.write_lock:
                response = self.application(environ, begin)
        if fault.get("drop") == "after":
            response.close()
            return drop(environ)
        return response


def target(environ):
    """Path and query as they were sent; a signature covers exactly these characters."""
    return environ.get("REQUEST_URI") or environ["PATH_INFO"] + ("?" + environ["QUERY_STRING"] if environ.get("QUERY_STRING") else "")


def drop(environ):
    environ["simulator.drop"]()
    raise Dropped()


def send(start_response, record, status, body, headers):
    record["status"] = status
    start_response("%d Fault" % status, [*((name, str(value)) for name, value in headers.items()), ("Content-Length", str(len(body)))])
    return [body]
