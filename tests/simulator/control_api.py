# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/_simulator/``: look into the stand-in and change it from outside. No credentials, nothing of it is counted."""

from __future__ import annotations

import json

from . import deliveries, runs, schedule, world
from .models import Plan
from .runtime import runtime

FAULT_KEYS = {"method", "path", "times", "skip", "status", "body", "html", "headers", "drop", "delay", "redirect"}
EFFECTS = ("status", "drop", "delay", "redirect")


def respond(environ, start_response):
    """Answer one request for the control API, always with JSON."""
    name = environ["PATH_INFO"].strip("/").partition("/")[2]
    handler = HANDLERS.get((environ["REQUEST_METHOD"], name))
    if handler is None:
        status, body = "404 Not Found", {"error": "no such control: %s %s" % (environ["REQUEST_METHOD"], environ["PATH_INFO"])}
    else:
        try:
            with runtime.write_lock:
                runs.advance()
                status, body = "200 OK", handler(_body(environ))
        except Exception as error:  # whatever is wrong with a seed or a rule is told to who sent it
            status, body = "400 Bad Request", {"error": "%s: %s" % (type(error).__name__, error)}
    content = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


def _body(environ):
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return json.loads(content) if content.strip() else None


def requests(body):
    return runtime.requests.report()


def reset_requests(body):
    runtime.requests.reset()
    return {}


def faults(body):
    return runtime.faults


def add_faults(body):
    """Check and add rules; a single rule may come without the list around it."""
    rules = [body] if isinstance(body, dict) else body
    for rule in rules:
        unknown = sorted(set(rule) - FAULT_KEYS)
        if unknown:
            raise ValueError("unknown keys of a fault: %s" % ", ".join(unknown))
        if "html" in rule:
            rule.setdefault("status", 500)
        if not any(effect in rule for effect in EFFECTS):
            raise ValueError("a fault needs one of %s" % ", ".join(EFFECTS))
    runtime.faults.extend(dict({"times": 1, "skip": 0, "headers": {}}, **rule) for rule in rules)
    return runtime.faults


def clear_faults(body):
    runtime.faults.clear()
    return {}


def reset_world(body):
    """Back to the seed, or to a new one."""
    return world.load(body)


def settings(body):
    return dict(runtime.switches, edition=runtime.edition)


def change_settings(body):
    runtime.change_switches(body)
    return settings(None)


def scheduler(body):
    return schedule.report()


def arrived(body):
    """What was delivered, in order: execution, plan, organization, recipient or storage, part (0: undivided), backup, encrypted, accounts."""
    return runtime.arrived


def archive(body):
    """The file of one delivery, by its place in the list of all."""
    return deliveries.archive(body["number"])


def zip_passwords(body):
    """What encrypts the archives of each plan; empty where they are not encrypted."""
    return {str(key): password or "" for key, password in Plan.objects.values_list("pk", "zip_encrypt_password")}


HANDLERS = {
    ("GET", "requests"): requests,
    ("DELETE", "requests"): reset_requests,
    ("GET", "faults"): faults,
    ("POST", "faults"): add_faults,
    ("DELETE", "faults"): clear_faults,
    ("POST", "world"): reset_world,
    ("GET", "settings"): settings,
    ("PATCH", "settings"): change_settings,
    ("GET", "scheduler"): scheduler,
    ("GET", "arrived"): arrived,
    ("POST", "archive"): archive,
    ("GET", "zip_passwords"): zip_passwords,
}
