# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated options, good and bad, through the real argument specification and the whole pipeline, against a simulator in the same process.

``python -m tests.faults.option_sets --version 4.10 --first 1 --count 1000`` prints one line of JSON; a process plays one version. Each number is a seed
of its own. Every set ends in a success or in a clear sentence. What a module could store is read, exported, applied again, and then nothing changes.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import logging
import random
import sys
import tempfile
import threading
from urllib.parse import unquote, urlsplit

import requests

from tests.integration.server import ZIP_PASSWORD

PREFIX = "ansible_collections.jumpserver.accounts.plugins."
URL = "http://jump.example.com"
DEFAULTS = ("Default", "Team-A", "研发中心")

TEXTS = (
    "nightly", "weekly", "每日备份", " padded ", "", " ", "a/b", "x" * 128, "x" * 129, "ä" * 200, "quote \"'\\|", "{{ 1 + 1 }}", "{% raw %}", "%s %(x)s %d",
    "tab\there", "two\nlines", "nul\0", "emoji \U0001f642", "right \u200fto left", "line\u2028separator", "<b>bold</b>", "&amp;", "None", "true", "0", "-", "#",
    "?a=b&c", "\ufeffmark", "\u00e9", "e\u0301", "Nightly", "NIGHTLY", "[unclosed", "a,b", "${HOME}", "$(id)", "; rm -rf", "..", "\u202eabc", "\x1b[31m",
    "\x7f",
    "\ufb03", "\u00df", "\u0130", "~", "`", "!vault", "*", "\r\n", "\u00a0",
)
CRONTABS = (
    "0 3 * * *", "30 22 * * 1-5", "*/5 * * * *", "0-59/5 * * * *", "0 0 31 2 *", "0 0 * * 7", "", " ", "0 3 * *", "0 3 * * * *", "a b c d e", "60 0 * * *",
    "0 3 1-31/2 * mon", "0 3 * jan *", "@daily", "0 3 L * ?", "* * * * *", "00 03 * * *", "1,3,5 0 * * *", "0 22-2 * * *", "-1 0 * * *", "0 3 * * sun,mon",
    "0\t3 * * *", "\u0966\u0966 \u0969 * * *",
)
PEOPLE = (
    "alice", "bob", "carol@example.com", "Same Name", "nobody", "", None, 5, {"pk": "x"}, {"id": ""}, {"name": "alice"}, [],
    "11111111-0000-4000-8000-000000000001", True, {"pk": ["a"]},
)
STORAGES = ("sftp-main", "s3-archive", "none such", "", None, {"id": "28607214-fb7e-4270-a237-f125baf5fbf7"}, 7)
ODD = (
    None, True, 0, 1, -1, 2.5, "x", "", [], {}, [None], ["a"], {"a": 1}, [[]], 10 ** 30, float("nan"), "yes", [{}], "1,2", ["a", 5, None],
)


class InProcess(requests.adapters.BaseAdapter):
    """Carries requests to a WSGI application without a network, in place of the collection's own connections."""

    def __init__(self, application):
        from django.db import connections
        super().__init__()
        self.application, self.connections, self.database = application, connections, connections["default"]
        self.database.inc_thread_sharing()
        # what is asked for side by side waits for the one database
        self.alone = threading.Lock()

    def send(self, request, **how):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        address = urlsplit(request.url)
        environ = {
            "REQUEST_METHOD": request.method, "PATH_INFO": unquote(address.path, "latin-1"), "QUERY_STRING": address.query, "REQUEST_URI": request.path_url,
            "SERVER_NAME": "jump.example.com", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": False,
            "wsgi.multiprocess": False, "wsgi.run_once": False,
        }
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = value.decode() if isinstance(value, bytes) else value
        response = requests.Response()

        def start(status, headers, error=None):
            response.status_code, response.reason = int(status.split()[0]), status
            response.headers.update(headers)

        # each request comes in a thread of its own, and opening a database takes longer than answering
        with self.alone:
            self.connections["default"] = self.database
            content = b"".join(self.application(environ, start))
        response.raw, response.url, response.request = io.BytesIO(content), request.url, request
        return response

    def close(self):
        pass

    def cut(self):
        pass


class Laboratory:
    """A simulator and the modules, in this process."""

    def __init__(self, version, folder):
        from tests.simulator import behaviour, configuration
        logging.getLogger("django").addHandler(logging.NullHandler())  # a 500 is no news here
        from tests.simulator.runtime import runtime
        runtime.configure(behaviour.release(version))
        configuration.setup(folder)
        from django.core.wsgi import get_wsgi_application

        from tests.simulator import gate, models, world
        adapter = InProcess(gate.Gate(get_wsgi_application()))
        self.world, self.models = world.load({}), models
        importlib.import_module(PREFIX + "module_utils._server.transport").Lines = lambda: adapter
        self.modules = {name: importlib.import_module(PREFIX + "modules." + name) for name in ("backup_plan", "backup_plans", "backup_plan_info")}
        self.credential = {"api_url": URL, "private_token": self.world["users"]["admin"]["private_token"], "retries": 0}

    def empty(self):
        self.models.Plan.objects.all().delete()

    def run(self, module, options, check=False):
        """(result or None, all text) of one run."""
        from ansible.module_utils import basic
        arguments = dict(self.credential, **options, _ansible_check_mode=check, _ansible_diff=True, _ansible_verbosity=3)
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        basic._ANSIBLE_PROFILE = "legacy"
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                self.modules[module].main()
            except SystemExit:
                pass
            except BaseException as error:
                return None, "%s: %r" % (type(error).__name__, error)
        text = out.getvalue()
        lines = text.strip().splitlines()
        return json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None, text


def random_text(dice):
    if dice.random() < 0.6:
        return dice.choice(TEXTS)
    alphabets = ((32, 127), (0xa0, 0x2000), (0x4e00, 0x9fff), (0x1f300, 0x1f600))
    return "".join(chr(dice.randrange(*dice.choice(alphabets))) for _letter in range(dice.randrange(1, 12)))


def plan_options(dice, named=True):
    """Options of a plan: mostly good ones."""
    options = {"name": random_text(dice)} if named else {}
    choices = {
        "types": lambda: dice.choice((["linux"], ["linux", "mysql"], [], "linux,mysql", [""], [random_text(dice)], [5])),
        "crontab": lambda: dice.choice(CRONTABS), "interval": lambda: dice.choice((1, 12, 24, 65535, 65536, 0, -1, "12", "x", 10 ** 12, 1.5)),
        "is_periodic": lambda: dice.choice((True, False, "yes", "no", "maybe")), "comment": lambda: random_text(dice),
        "recipients": lambda: dice.sample(PEOPLE[:5] if dice.random() < 0.8 else PEOPLE, dice.randrange(3)),
        "recipients_part_two": lambda: dice.sample(PEOPLE[:3], dice.randrange(3)),
        "backup_type": lambda: dice.choice(("email", "object_storage", "mail")),
        "obj_recipients_part_one": lambda: dice.sample(STORAGES, dice.randrange(2)),
        "obj_recipients_part_two": lambda: dice.sample(STORAGES[:2], dice.randrange(2)),
        "is_password_divided_by_email": lambda: dice.random() < 0.5, "is_password_divided_by_obj_storage": lambda: dice.random() < 0.5,
        "zip_encrypt_password": lambda: ZIP_PASSWORD, "is_active": lambda: dice.random() < 0.5,
    }
    for name in dice.sample(sorted(choices), dice.choice((0, 1, 1, 2, 3, 4))):
        options[name] = choices[name]()
    return options


def a_set(number):
    """(module, options) of a number; the same each time."""
    dice = random.Random(number)
    module = dice.choice(("backup_plan",) * 5 + ("backup_plans",) * 4 + ("backup_plan_info",))
    if module == "backup_plan":
        options = dict(plan_options(dice), organization=dice.choice(DEFAULTS))
        if dice.random() < 0.1:
            options["state"] = dice.choice(("absent", "present", "gone"))
        if dice.random() < 0.05:
            options["id"] = dice.choice(("x", "", "11111111-0000-4000-8000-000000000001", "11111111000040008000000000000001"))
        if dice.random() < 0.1:
            options["update_password"] = dice.choice(("always", "on_create", "never"))
    elif module == "backup_plans":
        entries = [{"organization": organization, "plans": [plan_options(dice) for _turn in range(dice.randrange(4))]}
                   for organization in dice.sample(DEFAULTS, dice.choice((1, 1, 2, 3)))]
        for entry in entries:
            if dice.random() < 0.2:
                entry["prune"] = dice.choice((True, False, "yes"))
            if dice.random() < 0.1:
                entry["allow_empty"] = True
        options = {"organizations": entries}
        for name, values in (("prune", (True, False)), ("prune_limit", (0, 1, 5, -1, "x")), ("on_error", ("stop", "continue", "break"))):
            if dice.random() < 0.15:
                options[name] = dice.choice(values)
        if dice.random() < 0.2:
            options["defaults"] = plan_options(dice, named=False)
    else:
        options = dice.choice((
            {}, {"name": random_text(dice)}, {"all_organizations": True}, {"limit": dice.choice((0, 1, -1, "x", 3)), "offset": dice.choice((0, 1, -1))},
            {"id": "11111111-0000-4000-8000-000000000001"}, {"search": random_text(dice)}, {"last_execution": True}))
        options = dict(options, organization=dice.choice(DEFAULTS))
    if dice.random() < 0.15:  # one wrong value somewhere
        _spoil(dice, options)
    return module, options


def _spoil(dice, options):
    inside = [options]
    for entry in options.get("organizations") or []:
        inside.append(entry)
        inside += entry.get("plans") or []
    chosen = dice.choice(inside)
    key = dice.choice(sorted(chosen) + ["unknown_option", "organization", "timeout", "api_url", "dialect", "api_token", "validate_certs", "ca_path"])
    chosen[key] = dice.choice(ODD + (random_text(dice),))


def faults_of(laboratory, number):
    """(what is wrong with one set, whether it succeeded)."""
    module, options = a_set(number)
    check = number % 11 == 0
    result, text = laboratory.run(module, options, check)
    found = []
    if result is None:
        found.append("no result: %s" % text[-600:])
    elif result.get("failed") and (not str(result.get("msg", "")).strip() or "defect of its own" in result["msg"]):
        found.append("no clear sentence: %s" % result.get("msg"))
    if "Traceback" in text:
        found.append("a traceback: %s" % text[-600:])
    if ZIP_PASSWORD in text or laboratory.credential["private_token"] in text:
        found.append("a secret: %s" % text[-600:])
    succeeded = result is not None and not result.get("failed")
    if succeeded and module != "backup_plan_info" and not check:
        found += _not_idempotent(laboratory, module, options)
    return found, succeeded


def _not_idempotent(laboratory, module, options):
    """A second run, and a run of the export, find nothing to change."""
    again, text = laboratory.run(module, options)
    secret = ZIP_PASSWORD in json.dumps(options) and options.get("update_password") == "always"
    if again is None or again.get("failed") or (again["changed"] and not secret):
        return ["a second run changes something or fails: %s" % text[-600:]]
    return []


def not_identical(laboratory):
    """apply -> info -> export -> apply: the export of everything, applied to a server that is emptied, gives the same export."""
    first, text = laboratory.run("backup_plan_info", {"all_organizations": True})
    if first is None or first.get("failed"):
        return ["info fails: %s" % text[-600:]]
    exported = first["organizations"]
    unchanged, text = laboratory.run("backup_plans", {"organizations": exported})
    if unchanged is None or unchanged.get("failed") or unchanged["changed"]:
        return ["the export, applied, changes something or fails: %s" % text[-1500:]]
    laboratory.empty()
    made, text = laboratory.run("backup_plans", {"organizations": exported})
    if made is None or made.get("failed"):
        return ["the export cannot be applied to an empty server: %s" % text[-1500:]]
    second = laboratory.run("backup_plan_info", {"all_organizations": True})[0]
    mine, theirs = ({entry["organization"]: entry["plans"] for entry in shown} for shown in (exported, second["organizations"]))
    return [] if mine == theirs else ["the export of what was exported differs: %s" % [
        (plan, other) for name in mine for plan, other in zip(mine[name], theirs.get(name, [])) if plan != other][:3]]


EVERY = 25  # sets between two exports


def play(version, first, count):
    """{"sets", "succeeded", "round_trips", "faults": [[number, what]]} of a range of numbers."""
    sums = {"sets": 0, "succeeded": 0, "round_trips": 0, "faults": []}
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(version, folder)
        for number in range(first, first + count):
            if (number - first) % EVERY == 0:
                laboratory.empty()
            found, succeeded = faults_of(laboratory, number)
            sums["sets"] += 1
            sums["succeeded"] += succeeded
            if (number - first) % EVERY == EVERY - 1:
                sums["round_trips"] += 1
                found += not_identical(laboratory)
            sums["faults"] += [[number, one] for one in found]
    return sums


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.faults.option_sets", description=__doc__.splitlines()[0])
    parser.add_argument("--version", default="4.10")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    print(json.dumps(play(options.version, options.first, options.count), ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
