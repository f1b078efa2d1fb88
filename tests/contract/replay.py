# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replay a tape, in order, against the simulator of the same version and say what differs.

    python -m tests.contract.replay --version 4.10 [--group create] [--show 20] [--list-differences]

The tape is replayed as a whole even when only one group is shown, since each exchange finds what those before it left.
"""
from __future__ import annotations

import argparse
import collections
import concurrent.futures
import dataclasses
import itertools
import json
import typing
import urllib.parse

from tests.contract import compare, server, tapes, world
from tests.contract.state import Plans, Executions
from tests.simulator.control import Simulator

EDITIONS = {True: "enterprise", False: "community"}
# Compared beside status and body. Not "Allow": of the helper endpoints the simulator plays only what is used.
HEADERS = ("Content-Language", "Location", "Retry-After", "WWW-Authenticate")


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of one exchange: `differences` is empty where the answers agree; `skipped` says why it was not sent."""

    exchange: tapes.Exchange
    differences: tuple[str, ...] = ()
    skipped: str = ""


class Replay:
    """One tape against one running simulator."""

    def __init__(self, tape: tapes.Tape, simulator: Simulator) -> None:
        self.tape = tape
        self.simulator = simulator
        self.connection = server.Connection(simulator.url)
        self.ids = compare.Ids(compare.UUID.findall(json.dumps(tape.world) + json.dumps(tapes.laboratory(tape.version))))
        self.secrets = tapes.signing_secrets(tape.world)
        self.plans = Plans(tape, simulator, self.ids)
        self.runs = Executions(tape, simulator, self.ids)
        self.steps = list(tape.steps)
        self.edition: typing.Optional[bool] = None

    def results(self) -> typing.Iterator[Result]:
        """Replay everything, one result for each exchange."""
        for block in _blocks(self.tape.exchanges):
            reason = self.tape.skipped.get(block[0].tag)
            if reason is not None:
                self._apply_steps(block[0])
                yield from (Result(exchange, skipped=reason) for exchange in block)
            elif len(block) == 1:
                yield self._one(block[0])
            else:
                yield from self._race(block)
        self.connection.close()

    def _one(self, exchange: tapes.Exchange) -> Result:
        self._prepare(exchange)
        answer = self.runs.observe(exchange, lambda: self._send(self.connection, exchange))
        self._learn(exchange, answer)
        found = list(self._differences(exchange.answer, answer))
        order = _chance_order(exchange)
        if found and order and exchange.answer.status == answer.status == 200:
            found = compare.differences_by_chance(exchange.answer.body, answer.body, order)
        return Result(exchange, tuple(found))

    def _race(self, block: list[tapes.Exchange]) -> typing.Iterator[Result]:
        """Requests that were sent at the same time: which of them won is chance, so each answer must be a permitted one."""
        self._prepare(block[0])
        with concurrent.futures.ThreadPoolExecutor(len(block)) as pool:
            lines = [server.Connection(self.simulator.url) for exchange in block]
            answers = list(pool.map(self._send, lines, block))
            for line in lines:
                line.close()
        permitted = _permitted(block)
        outcome = _race_lost(block, answers)
        for exchange, answer in zip(block, answers):
            same = [model for model in permitted if model.status == answer.status]
            if same:
                self._learn(dataclasses.replace(exchange, answer=same[0]), answer)
            found = [list(self._differences(model, answer)) for model in same or permitted[:1]]
            yield Result(exchange, tuple(min(found, key=len) + outcome))
            outcome = []

    def _apply_steps(self, exchange: tapes.Exchange) -> None:
        for step in [step for step in self.steps if step.precedes(exchange)]:
            self.steps.remove(step)
            self._enter(True)
            self.plans.apply(step)
            if step.settings:
                self.simulator.settings(**step.settings)

    def _prepare(self, exchange: tapes.Exchange) -> None:
        self._apply_steps(exchange)
        if exchange.honours_organizations is not None:
            needed = self.plans.unseen(exchange)
            if needed:
                self._enter(True)
                for identity in needed:
                    self.plans.make(identity, exchange)
            self._enter(exchange.honours_organizations)
        self.runs.settle(exchange)

    def _enter(self, honours_organizations: bool) -> None:
        """Switch the edition: the servers of one tape shared their data."""
        if self.edition != honours_organizations:
            self.edition = honours_organizations
            self.simulator.settings(edition=EDITIONS[honours_organizations])

    def _send(self, connection: server.Connection, exchange: tapes.Exchange) -> tapes.Answer:
        target = self.ids.to_fresh(exchange.path)
        headers = self._headers(exchange, target)
        if exchange.answer.status == 429:
            return self._exhaust(connection, exchange, target, headers)
        return connection.send(exchange.method, target, headers, server.encoded(self.ids.to_fresh(exchange.body)))

    def _headers(self, exchange: tapes.Exchange, target: str) -> dict[str, str]:
        """The recorded headers. Signed anew only where the signed address or host is another one here."""
        headers = dict(exchange.headers)
        authorization = headers.get("Authorization", "")
        scheme, blank, credential = authorization.partition(" ")
        if blank and self.ids.fresh(credential):
            headers["Authorization"] = "%s %s" % (scheme, self.ids.fresh(credential))
        if not headers and exchange.auth is None:
            # neither headers nor a user on the tape
            headers["Authorization"] = "Token " + self.tape.world["users"]["admin"]["private_token"]
        parameters = server.signature_parameters(authorization)
        signed = parameters.get("headers", "").split()
        if exchange.answer.status < 300 and (target != exchange.path and signed or "host" in signed):
            known = dict(headers, Host=connection_host(self.simulator.url))
            value = server.signature(self.secrets[parameters["keyId"]], parameters["algorithm"], exchange.method, target, signed, known)
            headers["Authorization"] = authorization.replace(parameters["signature"], value)
        return headers

    def _exhaust(
        self, connection: server.Connection, exchange: tapes.Exchange, target: str, headers: dict[str, str]
    ) -> tapes.Answer:
        """A recorded 429 tells neither the rate nor the requests that used it up: lower the rate and ask until it is."""
        self.simulator.settings(throttle=1)
        answers = [connection.send(exchange.method, target, headers, server.encoded(exchange.body)) for turn in "ab"]
        self.simulator.settings(throttle=None)
        return answers[-1]

    def _learn(self, exchange: tapes.Exchange, answer: tapes.Answer) -> None:
        if exchange.answer.status == answer.status and answer.status < 300:
            _bind(self.ids, exchange.answer.body, answer.body)
            self.runs.started(exchange, answer)

    def _differences(self, recorded: tapes.Answer, fresh: tapes.Answer) -> typing.Iterator[str]:
        if recorded.status != fresh.status:
            yield "status: %d | %d %s" % (recorded.status, fresh.status, json.dumps(fresh.body, ensure_ascii=False)[:200])
            return
        for name in HEADERS:
            for line in compare.differences(recorded.headers.get(name), fresh.headers.get(name), self.ids):
                yield name + line
        types = [headers.get("Content-Type", "").split(";")[0] for headers in (recorded.headers, fresh.headers)]
        if types[0] != types[1] and recorded.body != "":
            yield "Content-Type: %s | %s" % tuple(types)
        yield from compare.differences(recorded.body, fresh.body, self.ids)


def replay(version: str, against: typing.Optional[str] = None) -> list[Result]:
    """Replay the tape of one version against a simulator of that version (or of another one, to see what changed between them)."""
    tape = tapes.load(version)
    with Simulator(version=against or version, seed=world.seed(tape)) as simulator:
        return list(Replay(tape, simulator).results())


def connection_host(url: str) -> str:
    """What a client sends as Host."""
    return url.split("//", 1)[1].rstrip("/")


def _chance_order(exchange: tapes.Exchange) -> typing.Optional[str]:
    """The key that a list was asked to be sorted by, where its values leave the order of rows to chance."""
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(exchange.path).query)
    order = query.get("order", [""])[-1]
    return order if order.lstrip("-") in ("id", "interval", "executed_amount") else None


def _blocks(exchanges: typing.Iterable[tapes.Exchange]) -> typing.Iterator[list[tapes.Exchange]]:
    """Single exchanges, and those of one race (same tag and address, one after the other) together."""
    runs = itertools.groupby(exchanges, key=lambda one: (one.tag, one.method, one.path) if one.group == "race" else one.sequence)
    yield from (list(run[1]) for run in runs)


def _permitted(block: list[tapes.Exchange]) -> list[tapes.Answer]:
    """What may answer a request of this race: the recorded answers, and for a create that came too late 400 as well as 500."""
    answers = [exchange.answer for exchange in block]
    if {answer.status for answer in answers} & {400, 500}:
        answers.append(dataclasses.replace(answers[-1], status=500, body={"error": "Server internal error"}))
    return answers


def _race_lost(block: list[tapes.Exchange], answers: list[tapes.Answer]) -> list[str]:
    """However a race ends, exactly one request of one name creates, and at least one deletes: what is said against that."""
    recorded = [exchange.answer.status for exchange in block]
    fresh = [answer.status for answer in answers]
    lost = recorded.count(201) == 1 != fresh.count(201) or 204 in recorded and 204 not in fresh
    return ["race: %s | %s" % (recorded, fresh)] if lost else []


def _bind(ids: compare.Ids, recorded: typing.Any, fresh: typing.Any) -> None:
    """Pair the ids of two answers: of one object, or of the rows of two lists that bear the same name in the same organisation."""
    if isinstance(recorded, dict) and isinstance(fresh, dict):
        if isinstance(recorded.get("results"), list) and isinstance(fresh.get("results"), list):
            _bind(ids, recorded["results"], fresh["results"])
        for key in ("id", "task", "spm", "token"):
            if isinstance(recorded.get(key), str) and isinstance(fresh.get(key), str) and recorded.get("name") == fresh.get("name"):
                ids.bind(recorded[key], fresh[key])
    elif isinstance(recorded, list) and isinstance(fresh, list):
        old, new = _by_name(recorded), _by_name(fresh)
        for identity in old.keys() & new.keys():
            if len(old[identity]) == len(new[identity]) == 1:
                _bind(ids, old[identity][0], new[identity][0])


def _by_name(rows: list[typing.Any]) -> dict[typing.Any, list[dict[str, typing.Any]]]:
    """The rows of a list by organisation and name."""
    found: dict[typing.Any, list[dict[str, typing.Any]]] = {}
    for row in rows:
        if isinstance(row, dict) and "name" in row:
            found.setdefault((row.get("org_id"), row["name"]), []).append(row)
    return found


def scores(results: typing.Iterable[Result]) -> dict[str, tuple[int, int, int]]:
    """Group -> (equal, replayed, skipped), in the order of the tape, and "total" at the end."""
    table: dict[str, list[int]] = collections.OrderedDict()
    for result in results:
        for group in (result.exchange.group, "total"):
            row = table.setdefault(group, [0, 0, 0])
            row[0] += not result.skipped and not result.differences
            row[1] += not result.skipped
            row[2] += bool(result.skipped)
    table["total"] = table.pop("total", [0, 0, 0])
    return {group: (row[0], row[1], row[2]) for group, row in table.items()}


def score_table(version: str, results: typing.Iterable[Result]) -> str:
    """The scores as text, a line for each group."""
    lines = ["%-18s %9s %9s %9s" % (version, "equal", "of", "skipped")]
    for group, (equal, replayed, skipped) in scores(results).items():
        percent = 100 * equal / replayed if replayed else 100
        lines.append("%-18s %9d %9d %9d  %5.1f%%" % (group, equal, replayed, skipped, percent))
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", choices=tapes.versions(), action="append", help="which tape (default: all)")
    parser.add_argument("--against", help="a simulator of another version, to see what changed")
    parser.add_argument("--group", help="show this group only")
    parser.add_argument("--show", type=int, default=10, help="how many exchanges that differ to show in full (default 10)")
    parser.add_argument("--list-differences", action="store_true", help="one line for each exchange that differs")
    arguments = parser.parse_args()
    for version in arguments.version or tapes.versions():
        results = [result for result in replay(version, arguments.against) if arguments.group in (None, result.exchange.group)]
        different = [result for result in results if result.differences]
        for result in different[: arguments.show]:
            exchange = result.exchange
            print("%d %s: %s %s %s" % (exchange.sequence, exchange.tag, exchange.server, exchange.method, exchange.path))
            print("".join("    %s\n" % line for line in result.differences), end="")
        if arguments.list_differences:
            for result in different:
                print("%s %d %s: %s" % (version, result.exchange.sequence, result.exchange.tag, result.differences[0]))
        print(score_table(version, results))


if __name__ == "__main__":
    main()
