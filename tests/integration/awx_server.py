# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the API of AWX, as far as the modules of awx.awx use it: lists with filters, objects, associations, surveys, workflow nodes."""

from __future__ import annotations

import http.server
import itertools
import json
import re
import threading
from urllib.parse import parse_qsl, urlsplit

TOKEN = "canary-awx-token"
ENCRYPTED = "$encrypted$"
TEMPLATES = ("job_templates", "workflow_job_templates", "projects", "inventory_sources", "workflow_approval_templates")


KINDS = {"text": str, "textarea": str, "password": str, "integer": int, "float": float, "multiplechoice": str, "multiselect": str}


def fault_of_survey(survey):
    """What AWX has against a survey, empty if it takes it."""
    if {"name", "description", "spec"} - set(survey):
        return "name, description and spec are needed"
    variables = [question.get("variable") for question in survey["spec"]]
    if len(set(variables)) < len(variables):
        return "a variable is asked for twice"
    for question in survey["spec"]:
        if {"type", "question_name", "variable", "required"} - set(question):
            return f"{question} lacks something"
        kind, default = KINDS.get(question["type"]), question.get("default", "")
        if kind is None or not isinstance(question["required"], bool) or not re.fullmatch(r"[A-Za-z_]\w*", question["variable"]):
            return f"{question} is of an unknown kind"
        if default != "" and not isinstance(default, kind):
            return f"the default of {question['variable']} is of another kind"
        if question["type"] == "multiplechoice" and (not question.get("choices") or default not in ("", *question["choices"])):
            return f"the default of {question['variable']} is none of its choices"
        if not all(isinstance(question.get(limit, 0), int) for limit in ("min", "max")):
            return f"the limits of {question['variable']} are no numbers"
    return ""


class AWX:
    """The objects, by their kind and id. ``writes`` counts what changed them."""

    def __init__(self):
        self.numbers = itertools.count(1)
        self.objects = {"organizations": {}}
        self.surveys = {}
        self.associated = {}
        self.writes = []
        self.create("organizations", {"name": "Default"})
        self.writes.clear()

    def create(self, kind, fields):
        number = next(self.numbers)
        path = f"/api/v2/{kind}/{number}/"
        related = {"survey_spec": f"{path}survey_spec/"} if kind in ("job_templates", "workflow_job_templates") else {}
        made = {"id": number, "type": re.sub("ies$", "y", kind).removesuffix("s") if kind != "inventories" else "inventory", "url": path}
        if kind == "projects":
            made["scm_revision"] = ""
        self.objects.setdefault(kind, {})[number] = {**made, "related": related, "summary_fields": {}, **fields}
        self.writes.append(("create", kind, fields))
        return self.objects[kind][number]

    def all(self, kind):
        if kind == "unified_job_templates":
            return [row for name in TEMPLATES for row in self.all(name)]
        return list(self.objects.get(kind, {}).values())

    def get(self, method, path, query, body):
        """``(status, answer)`` of a request."""
        parts = path.removeprefix("/api/v2/").strip("/").split("/")
        kind, number = parts[0], int(parts[1]) if len(parts) > 1 else None
        if len(parts) == 1:
            return (201, self.shown(self.create(kind, body))) if method == "POST" else (200, self.listed(self.all(kind), query))
        one = self.objects.get(kind, {}).get(number)
        if one is None:
            return 404, {"detail": "Not found."}
        if len(parts) == 2:
            if method == "PATCH":
                one.update(body)
                self.writes.append(("change", kind, body))
            return 200, self.shown(one)
        return self.inner(method, one, parts[2], body)

    def inner(self, method, one, name, body):
        place = (one["url"], name)
        if name == "survey_spec":
            if method == "POST":
                if reason := fault_of_survey(body):
                    return 400, {"error": reason}
                self.surveys[place] = body
                self.writes.append(("change", "survey", body))
            return 200, self.surveys.get(place, {})
        if name == "create_approval_template":
            made = self.create("workflow_approval_templates", body)
            one["unified_job_template"] = made["id"]
            one["related"]["unified_job_template"] = made["url"]
            return 201, made
        if one["type"] == "workflow_approval_template":
            return 404, {"detail": "Not found."}
        ids = self.associated.setdefault(place, [])
        if method == "POST":
            self.writes.append(("associate", name, body))
            if body.get("disassociate"):
                ids.remove(body["id"])
            else:
                ids.append(body["id"])
            return 204, None
        return 200, self.listed([{"id": number} for number in ids], {})

    @staticmethod
    def shown(one):
        """As AWX returns it: secrets are not."""
        if one["type"] != "credential":
            return one
        return {**one, "inputs": {key: ENCRYPTED if key.endswith("secret") else value for key, value in one["inputs"].items()}}

    def listed(self, rows, query):
        found = [self.shown(row) if "type" in row else row for row in rows if all(str(row.get(key)) == value for key, value in query.items())]
        return {"count": len(found), "next": None, "previous": None, "results": found}

    def names(self, kind):
        return [row["name"] for row in self.all(kind)]


class Handler(http.server.BaseHTTPRequestHandler):
    """Requests to ``server.awx``."""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        address = urlsplit(self.path)
        if self.headers["Authorization"] != "Bearer " + TOKEN:
            status, answer = 401, {"detail": "Authentication credentials were not provided."}
        else:
            status, answer = self.server.awx.get(self.command, address.path, dict(parse_qsl(address.query)), body)
        text = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = answer

    def log_message(self, *arguments):
        pass


def start():
    """``(server, AWX)`` on a port of loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.awx = AWX()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.awx
