# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the simulator into the state that an exchange was recorded in.

`Plans` makes and wipes what the tape does not show being made; `Executions` holds and releases executions, so that a poll finds
the state (queued, running, finished) that the recorded poll found.
"""
from __future__ import annotations

import time
import typing
import urllib.parse

from tests.contract import compare, tapes, world

if typing.TYPE_CHECKING:
    from tests.simulator.control import Simulator

PLANS = "/api/v1/accounts/account-backup-plans/"
EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"
DEFAULT_ORGANIZATION = "00000000-0000-0000-0000-000000000002"
ROOT_ORGANIZATION = "00000000-0000-0000-0000-000000000000"

# What of a recorded plan can be sent to make it anew.
WRITABLE = (
    "name", "comment", "types", "is_periodic", "interval", "crontab", "recipients", "recipients_part_one", "recipients_part_two", "backup_type",
    "obj_recipients_part_one", "obj_recipients_part_two", "is_password_divided_by_email", "is_password_divided_by_obj_storage",
    "zip_encrypt_password", "is_active", "accounts",
)

QUEUED, RUNNING, FINISHED = range(3)
HELD = {"run_seconds": 3600}
QUICK = {"start_delay": 0, "run_seconds": 0}
PATIENCE = 10.0


class Plans:
    """The plans that have to be there."""

    def __init__(self, tape: tapes.Tape, simulator: Simulator, ids: compare.Ids) -> None:
        self.tape = tape
        self.simulator = simulator
        self.ids = ids
        self._created = {identity for exchange in tape.exchanges for identity in _created(exchange)}
        self._evidence = _evidence(tape)
        self._dialect_recipients = "recipients" if _has_one_list(tape) else "recipients_part_one"

    def apply(self, step: tapes.Step) -> None:
        """Do what was done between two recorded exchanges."""
        if step.wipe:
            plans = self._listing(ROOT_ORGANIZATION)
            if isinstance(step.wipe, tuple):
                wiped = {world.reference(self.tape.world, name) for name in step.wipe}
                plans = [plan for plan in plans if plan["org_id"] in wiped]
            self._delete(ROOT_ORGANIZATION, plans)
        bodies: dict[str, list[dict[str, typing.Any]]] = {}
        for entry in step.create:
            organization = world.reference(self.tape.world, entry["org"]) if "org" in entry else DEFAULT_ORGANIZATION
            bodies.setdefault(organization, []).extend(self._bodies(entry))
        for organization, wanted in bodies.items():
            if self._api("POST", PLANS, organization, wanted).status_code != 201:
                for body in wanted:
                    self._replace(organization, body)
        if step.wipe_first:
            self._delete(DEFAULT_ORGANIZATION, self._listing(DEFAULT_ORGANIZATION)[: step.wipe_first])

    def unseen(self, exchange: tapes.Exchange) -> list[str]:
        """The plans that an exchange is about and that no exchange before it made: to be made from what is seen of them later."""
        named = [identity.lower() for identity in compare.UUID.findall("%s %s" % (exchange.path, exchange.body)) if "-" in identity]
        wanted = [identity for identity in dict.fromkeys(named) if self.ids.fresh(identity) is None and identity not in self._created]
        return [identity for identity in wanted if self._seen_from(identity, exchange.sequence) or identity in _acted_on(exchange)]

    def make(self, identity: str, exchange: tapes.Exchange) -> None:
        """Make such a plan, or recognise it by its name among those that were prepared."""
        seen = self._seen_from(identity, exchange.sequence) or {"name": "unseen " + identity[:8], "is_periodic": False}
        organization = seen.get("org_id") or exchange.headers.get("X-JMS-ORG") or DEFAULT_ORGANIZATION
        same = [plan for plan in self._listing(organization, search=seen["name"]) if plan["name"] == seen["name"]]
        if same and self.ids.recorded(same[0]["id"]) is None:
            self.ids.bind(identity, same[0]["id"])
        else:
            self.ids.bind(identity, self._replace(organization, _writable(seen))["id"])

    def _seen_from(self, identity: str, sequence: int) -> typing.Optional[dict[str, typing.Any]]:
        later = [row for seen, row in self._evidence.get(identity, ()) if seen >= sequence]
        return later[0] if later else None

    def _bodies(self, entry: dict[str, typing.Any]) -> typing.Iterator[dict[str, typing.Any]]:
        if "pattern" in entry:
            for index in range(entry["from"], entry["to"] + 1):
                yield self._body(entry["pattern"] % index, entry, index)
        else:
            yield self._body(entry["name"], entry, None)

    def _body(self, name: str, entry: dict[str, typing.Any], index: typing.Optional[int]) -> dict[str, typing.Any]:
        body: dict[str, typing.Any] = {"is_periodic": False}
        for key, value in entry.get("body", {}).items():
            body[self._dialect_recipients if key == "@recipients" else key] = self._resolved(value, index)
        body["name"] = name
        return body

    def _resolved(self, value: typing.Any, index: typing.Optional[int]) -> typing.Any:
        if isinstance(value, list):
            return [self._resolved(item, index) for item in value]
        if value == "@index":
            return str(index)
        return world.reference(self.tape.world, value) if isinstance(value, str) and value.startswith("@") else value

    def _replace(self, organization: str, body: dict[str, typing.Any]) -> dict[str, typing.Any]:
        """Make a plan; an older one of the same name goes first."""
        answer = self._api("POST", PLANS, organization, body)
        if answer.status_code == 400:
            for plan in self._listing(organization, search=body["name"]):
                if plan["name"] == body["name"].strip():
                    self._delete(organization, [plan])
            answer = self._api("POST", PLANS, organization, body)
        if answer.status_code != 201:
            raise RuntimeError("cannot prepare the plan %r: %d %s" % (body, answer.status_code, answer.text[:500]))
        return answer.json()

    def _delete(self, organization: str, plans: list[dict[str, typing.Any]]) -> None:
        """Delete these plans. A filter that matches every plan is refused, so one of them goes alone."""
        ids = [plan["id"] for plan in plans]
        paths = ["%s?ids=%s" % (PLANS, ",".join(ids[start:start + 100])) for start in range(1, len(ids), 100)]
        paths.extend("%s%s/" % (PLANS, identity) for identity in ids[:1])
        for path in paths:
            answer = self._api("DELETE", path, organization)
            if answer.status_code != 204:
                raise RuntimeError("cannot wipe %s: %d %s" % (path, answer.status_code, answer.text[:500]))

    def _listing(self, organization: str, search: str = "") -> list[dict[str, typing.Any]]:
        rows: list[dict[str, typing.Any]] = []
        while True:
            query = urllib.parse.urlencode({"limit": 100, "offset": len(rows), "search": search, "fields": "id,name,org_id"})
            page = self._api("GET", "%s?%s" % (PLANS, query), organization).json()
            rows.extend(page["results"])
            if not page["results"] or len(rows) >= page["count"]:
                return rows

    def _api(self, method: str, path: str, organization: str, body: typing.Any = None) -> typing.Any:
        return self.simulator.api(method, path, user="admin", organization=organization, json=body)


class Executions:
    """The executions that were started, and how far the tape saw each of them come."""

    def __init__(self, tape: tapes.Tape, simulator: Simulator, ids: compare.Ids) -> None:
        self.simulator = simulator
        self.ids = ids
        self._polls = _polls(tape)
        self._open: dict[str, int] = {}
        self._switches: dict[str, typing.Any] = {}
        self._set(worker=True, **QUICK)

    def settle(self, exchange: tapes.Exchange) -> None:
        """Hold the open runs in the state in which the tape looks at one of them next; let all others come to their end."""
        looked_at = _polled(exchange)
        tasks = [looked_at] if looked_at in self._open else [task for task, state in self._open.items() if state != FINISHED]
        if exchange.method == "POST" and exchange.path == EXECUTIONS and exchange.answer.status == 201:
            tasks.append(exchange.answer.body["task"])
        next_states = {self._next_state(task, exchange.sequence) for task in tasks}
        if QUEUED in next_states:
            self._set(worker=False, **QUICK)
        elif RUNNING in next_states:
            self._set(worker=True, start_delay=0, **HELD)
        else:
            self._set(worker=True, **QUICK)

    def _next_state(self, task: str, sequence: int) -> int:
        """The state that the tape sees a run in next. A run of which it once saw more is never held back again: it was deleted."""
        later = [state for seen, state in self._polls.get(task, ()) if seen >= sequence]
        return later[0] if later and later[0] >= self._open.get(task, QUEUED) else FINISHED

    def observe(self, exchange: tapes.Exchange, send: typing.Callable[[], tapes.Answer]) -> tapes.Answer:
        """Send; a poll is sent again for a while when it comes too early."""
        task = _polled(exchange)
        answer = send()
        if task not in self._open:
            return answer
        wanted = _state(exchange.answer) or QUEUED
        deadline = time.monotonic() + PATIENCE
        while (_state(answer) or QUEUED) < wanted and time.monotonic() < deadline:
            time.sleep(0.02)
            answer = send()
        self._open[task] = max(self._open[task], wanted)
        return answer

    def started(self, exchange: tapes.Exchange, answer: tapes.Answer) -> None:
        """Note a run that an exchange started."""
        if exchange.method == "POST" and exchange.path == EXECUTIONS and answer.status == 201:
            self._open[exchange.answer.body["task"]] = QUEUED

    def _set(self, **switches: typing.Any) -> None:
        if switches != self._switches:
            self._switches = switches
            self.simulator.settings(**switches)


def _polled(exchange: tapes.Exchange) -> typing.Optional[str]:
    """The run that an exchange looks at."""
    parts = exchange.path.split("?")[0].rstrip("/").split("/")
    if exchange.method == "GET" and parts[-2:-1] and parts[-2] in ("account-backup-plan-executions", "task-executions"):
        return parts[-1]
    return None


def _state(answer: tapes.Answer) -> typing.Optional[int]:
    """How far an execution has come, by the answer to a poll; None for an answer that tells nothing."""
    body = answer.body
    if answer.status == 404:
        return QUEUED
    if answer.status != 200 or not isinstance(body, dict):
        return None
    if "is_finished" in body:
        return FINISHED if body["is_finished"] else QUEUED
    if "status" in body:
        return RUNNING if body["date_finished"] is None else FINISHED
    if "timedelta" in body:
        return FINISHED if body["timedelta"] else RUNNING
    return None


def _polls(tape: tapes.Tape) -> dict[str, list[tuple[int, int]]]:
    """Task -> [(sequence, state)] as recorded."""
    polls: dict[str, list[tuple[int, int]]] = {}
    for exchange in tape.exchanges:
        task = _polled(exchange)
        state = _state(exchange.answer) if task is not None else None
        if task is not None and state is not None:
            polls.setdefault(task, []).append((exchange.sequence, state))
    return polls


def _rows(body: typing.Any) -> list[dict[str, typing.Any]]:
    """The objects of an answer, whatever its shape."""
    if isinstance(body, dict):
        body = body["results"] if isinstance(body.get("results"), list) else [body]
    return [row for row in body if isinstance(row, dict)] if isinstance(body, list) else []


def _created(exchange: tapes.Exchange) -> typing.Iterator[str]:
    """The ids of the plans that an exchange was seen to make."""
    if exchange.method == "POST" and exchange.answer.status == 201:
        yield from (row["id"] for row in _rows(exchange.answer.body) if "id" in row)


def _evidence(tape: tapes.Tape) -> dict[str, list[tuple[int, dict[str, typing.Any]]]]:
    """Plan id -> [(sequence, what is seen of the plan there)], from plan rows and from the snapshots of executions."""
    evidence: dict[str, list[tuple[int, dict[str, typing.Any]]]] = {}
    for exchange in tape.exchanges:
        if exchange.answer.status < 300:
            for row in _rows(exchange.answer.body):
                plan = _plan_seen(row)
                if plan is not None:
                    evidence.setdefault(plan["id"], []).append((exchange.sequence, plan))
    return evidence


def _plan_seen(row: dict[str, typing.Any]) -> typing.Optional[dict[str, typing.Any]]:
    if "periodic_display" in row and "id" in row:
        return row
    snapshot = row.get("snapshot") or row.get("plan_snapshot")
    if isinstance(snapshot, dict) and "name" in snapshot:
        plan = row.get("plan") or row.get("automation")
        identity = plan["id"] if isinstance(plan, dict) else plan
        return dict({"org_id": row.get("org_id")}, **dict(snapshot, id=identity)) if identity else None
    return None


def _writable(seen: dict[str, typing.Any]) -> dict[str, typing.Any]:
    """The body that makes a plan as it was seen. Snapshots hold recipients as {id: [name, ...]}."""
    body = {key: seen[key] for key in WRITABLE if seen.get(key) is not None}
    for key, value in body.items():
        if "recipients" in key:
            body[key] = [item["id"] if isinstance(item, dict) else item for item in value]
        elif isinstance(value, dict) and "value" in value:
            body[key] = value["value"]
    if not (body.get("interval") or body.get("crontab")):
        body["is_periodic"] = False
    return body


def _acted_on(exchange: tapes.Exchange) -> list[str]:
    """The plans without which an exchange could not have gone well."""
    if exchange.answer.status >= 300:
        return []
    named = [exchange.path.split("/")[-2]] if exchange.path.startswith(PLANS) and "?" not in exchange.path else []
    if exchange.path == EXECUTIONS and isinstance(exchange.body, dict):
        named.extend(value for value in exchange.body.values() if isinstance(value, str))
    return named


def _has_one_list(tape: tapes.Tape) -> bool:
    """Whether plans have one list of recipients (up to 3.5)."""
    rows = (row for exchange in tape.exchanges if exchange.path.startswith(PLANS) for row in _rows(exchange.answer.body))
    return any("recipients" in row for row in rows if "periodic_display" in row)
