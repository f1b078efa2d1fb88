# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the recorded exchanges of real servers.

The folder is `tests/contract/tapes`, or the one that the environment variable `JUMPSERVER_TAPES` names. Every
`VERSION.jsonl` (or `VERSION.jsonl.gz`) in it is a tape; `world.json` tells who and what existed before the first
exchange of each version, and `prepared-VERSION.json` what was done between the exchanges.
"""
from __future__ import annotations

import ast
import dataclasses
import gzip
import json
import os
import pathlib
import re
import typing

HERE = pathlib.Path(__file__).resolve().parent
FOLDER_VARIABLE = "JUMPSERVER_TAPES"
SUFFIXES = (".jsonl.gz", ".jsonl")


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a server answered: `body` is parsed JSON, or the text where it was none."""

    status: int
    headers: dict[str, str]
    body: typing.Any


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One recorded request with its answer. `sequence` is its place on the tape, from 0."""

    sequence: int
    tag: str
    server: typing.Optional[str]
    auth: typing.Optional[str]
    method: str
    path: str
    headers: dict[str, str]
    body: typing.Any
    answer: Answer

    @property
    def group(self) -> str:
        """The part of the tag before the first dot."""
        return self.tag.split(".", 1)[0]

    @property
    def honours_organizations(self) -> typing.Optional[bool]:
        """Whether the server was one that honours organisations; None where the tape does not say."""
        return None if self.server is None else "multi" in self.server


@dataclasses.dataclass(frozen=True)
class Step:
    """Something done between recorded exchanges, before the first one that carries one of the tags `before`.

    `wipe` are organisations (True: all); `wipe_first` is a number of plans of the Default organisation, in the order of a list,
    wiped after those of `create` were made; `settings` are switches of the simulator.
    """

    before: tuple[str, ...]
    server: typing.Optional[str]
    not_server: typing.Optional[str]
    wipe: typing.Union[bool, tuple[str, ...]]
    create: tuple[dict[str, typing.Any], ...]
    settings: dict[str, typing.Any]
    wipe_first: int

    def precedes(self, exchange: Exchange) -> bool:
        """Whether this step belongs before the exchange."""
        label = exchange.server or ""
        if self.server is not None and self.server not in label:
            return False
        if self.not_server is not None and self.not_server in label:
            return False
        return exchange.tag in self.before


@dataclasses.dataclass(frozen=True)
class Tape:
    """All that is known of the recording of one version."""

    version: str
    exchanges: tuple[Exchange, ...]
    world: dict[str, typing.Any]
    steps: tuple[Step, ...]
    skipped: dict[str, str]


def folder() -> pathlib.Path:
    """The folder to read the tapes from."""
    return pathlib.Path(os.environ.get(FOLDER_VARIABLE) or HERE / "tapes")


def versions() -> list[str]:
    """The versions that a tape exists for, oldest first."""
    found = {path.name[: -len(suffix)] for suffix in SUFFIXES for path in folder().glob("*" + suffix)}
    return sorted(found, key=lambda version: [int(part) for part in re.findall(r"\d+", version)])


def load(version: str) -> Tape:
    """Read everything about one version. Raises FileNotFoundError where there is no tape, KeyError where there is no world."""
    exchanges = tuple(_exchange(sequence, row) for sequence, row in enumerate(_rows(version)))
    world = json.loads((folder() / "world.json").read_text(encoding="utf-8"))[version]
    prepared = _prepared(version)
    within_reach = {tag for row in prepared for tag in row.get("replay", ())}
    return Tape(
        version=version,
        exchanges=exchanges,
        world=world,
        steps=tuple(_step(row) for row in prepared if "before" in row),
        skipped={tag: row["why"] for row in prepared for tag in row.get("skip", ()) if tag not in within_reach},
    )


def laboratory(version: str) -> dict[str, typing.Any]:
    """What else is known of the place of the recording: {"host", "reachable_storages", "everyone_is_in", "assets", "nodes"}, or {}."""
    path = folder() / "laboratory.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return known.get(version, {})


def signing_secrets(world: dict[str, typing.Any]) -> dict[str, str]:
    """The secrets of all access keys of a world, by key id."""
    secrets = {user["access_key_id"]: user["access_key_secret"] for user in world["users"].values() if "access_key_id" in user}
    secrets.update({key["id"]: key["secret"] for name, key in world.items() if name.endswith("_access_key")})
    return secrets


def _rows(version: str) -> typing.Iterator[dict[str, typing.Any]]:
    for suffix in SUFFIXES:
        path = folder() / (version + suffix)
        if path.exists():
            opener = gzip.open if suffix.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8") as stream:
                for line in stream:
                    yield json.loads(line)
            return
    raise FileNotFoundError("no tape of %s in %s" % (version, folder()))


def _exchange(sequence: int, row: dict[str, typing.Any]) -> Exchange:
    request, response = row["request"], row["response"]
    return Exchange(
        sequence=sequence,
        tag=row["tag"],
        server=row.get("server"),
        auth=request.get("auth"),
        method=request["method"],
        path=request["path"],
        headers=request.get("headers") or {},
        body=_raw_bytes(request.get("body")),
        answer=Answer(response["status"], response.get("headers") or {}, response.get("body")),
    )


def _raw_bytes(body: typing.Any) -> typing.Any:
    """Bodies that are no text were recorded as Python writes bytes: b'...'."""
    if isinstance(body, str) and re.match(r"b(['\"]).*\1\Z", body, re.DOTALL):
        return ast.literal_eval(body)
    return body


def _prepared(version: str) -> list[dict[str, typing.Any]]:
    """What could be found out from the tape itself, then the recorded list of preparations."""
    rows: list[dict[str, typing.Any]] = []
    for name in ("found-out-%s.json", "prepared-%s.json"):
        path = folder() / (name % version)
        if path.exists():
            rows.extend(json.loads(path.read_text(encoding="utf-8")))
    return rows


def _step(row: dict[str, typing.Any]) -> Step:
    wipe = row.get("wipe", False)
    return Step(
        before=tuple(row["before"]),
        server=row.get("server"),
        not_server=row.get("not_server"),
        wipe=wipe if isinstance(wipe, bool) else tuple(wipe),
        create=tuple(row.get("create", ())),
        settings=row.get("settings", {}),
        wipe_first=row.get("wipe_first", 0),
    )
