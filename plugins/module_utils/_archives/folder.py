# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""A folder of backups, as a mailbox or a storage leaves them: the newest run of each plan and organization, opened by whichever key fits."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive as _archive, faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.archive import BACK, FRONT, MOST_SECONDS_OF_A_RUN, OTHER_HALF, WHOLE, Archive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive, Fault, unreadable

MOST_FILES = 100000
# mostly, halves follow one another closely
SECONDS_BETWEEN_FILES = 60
# a month of nightly runs
MOST_RUNS = 31
# of a ZIP file, before the name of its first member
HEAD = 30
# from 3.0 to 4.10.19 each backup names its organization; what does not is told by an index, or not at all
NOBODY = (None, None)
Complete = Callable[[Archive], Archive]


def as_it_is(archive: Archive) -> Archive:
    """Where there is no index."""
    return archive


class Key(NamedTuple):
    """A password and who holds it; ``used`` in records is the holder, never the password."""

    holder: str
    password: Any

    def __repr__(self) -> str:
        return f"Key({self.holder})"


class File(NamedTuple):
    """One file of a run. ``holder``: whose key opened it, None where it is not encrypted or did not open."""

    path: str
    sha256: str
    holder: Optional[str]
    part: Optional[str]


class Found(NamedTuple):
    """One file of a folder. ``workbook``: what the workbook in it is called, which no key hides; copies for several recipients have it in common."""

    date: float
    path: str
    workbook: str


class Other(NamedTuple):
    """What is in a folder and is not used, and why."""

    path: str
    fault: Fault


class Contents(NamedTuple):
    """``runs``: plan to the files of its runs, the newest run first. ``others``: all the other files."""

    runs: dict[str, list[list[Found]]]
    others: list[Other]


class Proof(NamedTuple):
    """What came of opening a run: the archive, or the reason why there is none.

    ``organizations``: the names of those whose newest run it is, none where nothing tells. ``newest``: False where a newer run of a plan of this name
    did not tell its organization, so that it may be theirs. ``unread``: how many older runs of plans of this name told nothing, or were not opened.
    """

    plan: str
    date: float
    archive: Optional[Archive]
    files: Sequence[File]
    seconds: float
    error: str
    organizations: tuple[str, ...] = ()
    newest: bool = True
    unread: int = 0


# an organization by id and name, as far as an account tells them
Owner = tuple[Optional[str], Optional[str]]


class _Book(NamedTuple):
    """One workbook of a run, in the files of its recipients. ``path`` and ``archive``: of the first that opened; else ``fault`` says why none did."""

    files: Sequence[File]
    path: str
    archive: Optional[Archive]
    fault: str

    @property
    def owners(self) -> frozenset[Owner]:
        found = frozenset((account.organization_id, account.organization) for account in self.archive.accounts) if self.archive else frozenset()
        return found - {NOBODY} or frozenset({NOBODY})


class _Judged(NamedTuple):
    """What a run tells. ``news``: a proof for each organization that is new; ``lost``: the proof of what did not open, and may be anybody's."""

    news: Sequence[Proof]
    lost: Optional[Proof]
    opened: bool


# runs


def look(folder: str) -> Contents:
    """The files of a folder, by the names of the workbooks in them, which nobody renames, else by their own."""
    if not os.path.isdir(folder):
        raise BadArchive(f"Cannot look for backups in {folder}", _faults.NO_FOLDER)
    found: dict[str, list[Found]] = {}
    others: list[Other] = []
    for path in _files(folder, others):
        workbook = _workbook_name(path)
        plan, date = _archive.plan_and_time(workbook if isinstance(workbook, str) else "", path)
        if plan is None or date is None or workbook is _faults.OTHER_NAME:
            others.append(Other(path, workbook if isinstance(workbook, Fault) else _faults.OTHER_ORIGIN))
        else:
            found.setdefault(plan, []).append(Found(date, path, workbook if isinstance(workbook, str) else path))
    return Contents({plan: _runs(sorted(files, reverse=True)) for plan, files in sorted(found.items())}, others)


def _files(folder: str, others: list[Other]) -> Iterator[str]:
    """The paths of all files. Folders that cannot be read, and links to folders, go to ``others``."""
    def pass_over(error: OSError) -> None:
        others.append(Other(error.filename, unreadable(error)))

    number = 0
    for place, folders, names in os.walk(folder, onerror=pass_over):
        folders.sort()
        others += [Other(path, _faults.LINK) for path in (os.path.join(place, name) for name in folders) if os.path.islink(path)]
        for name in sorted(names):
            number += 1
            if number > MOST_FILES:
                raise BadArchive(f"Cannot look for backups in {folder}", _faults.FULL_FOLDER.of(most=MOST_FILES))
            yield os.path.join(place, name)


def _workbook_name(path: str) -> str | Fault:
    """The name of what is in a ZIP, as it stands at its very beginning, in clear and also where the file was cut off; or why there is none."""
    if not path.lower().endswith(".zip"):
        return _faults.OTHER_NAME
    try:
        # opening a pipe would wait for a writer
        if not os.path.isfile(path):
            return _faults.NO_FILE
        with open(path, "rb") as source:
            head = source.read(HEAD)
            name = source.read(int.from_bytes(head[26:28], "little")) if head.startswith(b"PK\x03\x04") else b""
            return name.decode("utf-8", "replace") or _faults.OTHER_ORIGIN
    except OSError as error:
        return unreadable(error)


def _runs(files: Iterable[Found]) -> list[list[Found]]:
    """Files that follow one another closely are taken together, so what is together may be of several organizations."""
    found: list[list[Found]] = []
    for file in files:
        if found and found[-1][-1].date - file.date <= SECONDS_BETWEEN_FILES:
            found[-1].append(file)
        else:
            found.append([file])
    return found


# proofs


def prove(plan: str, of_plan: Sequence[Sequence[Found]], keys: Sequence[Key], complete: Complete = as_it_is) -> list[Proof]:
    """Open the newest run of each organization that has a plan of this name; only what is inside tells which those are.

    Older runs are looked into until MOST_RUNS in a row were of no other organization. A run that does not open is an error if it is the newest, or if
    one as old or older opens; else the keys may have been changed since, and it only counts as unread. ``complete`` adds what an index knows.
    """
    proofs: list[Proof] = []
    seen: set[Optional[str]] = set()
    lost: Optional[Proof] = None
    vague = told = False
    unread = fruitless = 0
    for number, run in enumerate(of_plan):
        if fruitless == MOST_RUNS:
            unread += len(of_plan) - number
            break
        earlier = [file for file in chain.from_iterable(of_plan[number + 1:number + 1 + MOST_RUNS]) if run[-1].date - file.date <= MOST_SECONDS_OF_A_RUN]
        judged = _judged(plan, run, earlier, keys, complete, seen)
        fruitless = 0 if judged.news else fruitless + 1
        proofs += [proof._replace(newest=not vague) for proof in judged.news]
        vague = vague or judged.lost is not None or any(not proof.organizations for proof in judged.news)
        lost = lost or judged.lost
        if lost is not None and not told and (judged.opened or not seen):
            proofs.append(lost)
            told = True
        elif judged.lost is not None:
            unread += 1
    return [proof._replace(unread=unread) for proof in proofs]


def _judged(
    plan: str, run: Sequence[Found], earlier: Sequence[Found], keys: Sequence[Key], complete: Complete, seen: set[Optional[str]],
) -> _Judged:
    """Look into a run, and open it as a whole if it is of an organization that is not ``seen``; then it is. ``earlier``: files that may be of it too."""
    begun = time.monotonic()
    books = _books(run, keys, complete, glance=True) if seen else []
    if not seen or any(book.archive and _new(book.owners, seen) for book in books):
        books = _books(run, keys, complete)
    own: dict[frozenset[Owner], list[_Book]] = {}
    lost = [book for book in books if book.archive is None]
    for book in books:
        if book.archive is not None:
            own.setdefault(book.owners, []).append(book)
    halves = [parts for parts in own.values() if not _is_complete(parts)]
    news = []
    for owners, parts in own.items():
        new = _new(owners, seen)
        if new:
            if parts in halves:
                parts = [*parts, *lost, *_front_before(parts, owners, earlier, keys, complete)]
            archive, error = _put_together(parts)
            files = [file for book in parts for file in book.files]
            names = tuple(sorted(name or identifier or "" for identifier, name in new - {NOBODY}))
            news.append(Proof(plan, run[0].date, archive, files, time.monotonic() - begun, error, names))
            seen.update(*(set(owner) - {None} or {None} for owner in new))
    if not lost or halves:
        return _Judged(news, None, bool(own))
    files = [file for book in lost for file in book.files]
    error = " ".join(dict.fromkeys(book.fault for book in lost))
    return _Judged(news, Proof(plan, run[0].date, None, files, time.monotonic() - begun, error), bool(own))


def _new(owners: frozenset[Owner], seen: set[Optional[str]]) -> frozenset[Owner]:
    """Those of which neither id nor name was seen: files of 4.10.17 and later hold no id, and a name may have been changed."""
    return frozenset(owner for owner in owners if not seen.intersection(set(owner) - {None} or {None}))


def _is_complete(parts: Sequence[_Book]) -> bool:
    found = {book.archive.part for book in parts if book.archive}
    return WHOLE in found or {FRONT, BACK} <= found


def _front_before(parts: Sequence[_Book], owners: frozenset[Owner], earlier: Iterable[Found], keys: Sequence[Key], complete: Complete) -> list[_Book]:
    """The front of a back that was made much later, since the front was sent first, and slowly: in the file of the same organization that comes before it.
    One that does not open may be it.
    """
    if any(book.archive and book.archive.part == FRONT for book in parts):
        return []
    for copies in _copies(earlier):
        seen = _book(copies, keys, complete, glance=True)
        if seen.archive is None or seen.owners & owners:
            return [_book(copies, keys, complete, glance=False)] if seen.archive is None or seen.archive.part == FRONT else []
    return []


def _put_together(parts: Sequence[_Book]) -> tuple[Optional[Archive], str]:
    """What one organization has of a run: the archive, or why there is none. Among what did not open the other half may be."""
    by_part: dict[str, list[tuple[Archive, str]]] = {WHOLE: [], FRONT: [], BACK: []}
    for book in parts:
        if book.archive:
            by_part[book.archive.part].append((book.archive, book.path))
    if by_part[WHOLE]:
        return by_part[WHOLE][0][0], ""
    error = ""
    for front, path in by_part[FRONT]:
        for back, other_path in by_part[BACK]:
            try:
                return _archive.join(front, back, path, other_path), ""
            except BadArchive as failed:
                error = error or str(failed)
    error = error or " ".join(book.fault for book in parts if not book.archive)
    half = FRONT if by_part[FRONT] else BACK
    return None, error or str(BadArchive(f"Only the {half} half of the backup is there", _faults.HALF_LACKS.of(path=parts[0].path, other=OTHER_HALF[half])))


def _books(run: Sequence[Found], keys: Sequence[Key], complete: Complete, glance: bool = False) -> list[_Book]:
    """The workbooks of a run. ``glance``: the first accounts of one copy of each are enough."""
    return [_book(copies, keys, complete, glance) for copies in _copies(run)]


def _copies(files: Iterable[Found]) -> Iterable[list[Found]]:
    """The files of each workbook."""
    found: dict[str, list[Found]] = {}
    for file in files:
        found.setdefault(file.workbook, []).append(file)
    return found.values()


def _book(copies: Sequence[Found], keys: Sequence[Key], complete: Complete, glance: bool) -> _Book:
    files, faults = [], []
    first: Optional[Archive] = None
    path = copies[0].path
    for copy in copies:
        opened, key, fault = _tried(copy.path, keys, glance)
        digest = "" if glance else sha256(copy.path)
        files.append(File(copy.path, digest, key.holder if opened and opened.encrypted and key else None, opened.part if opened else None))
        if opened is None:
            faults.append(fault)
        elif first is None:
            first, path = complete(opened), copy.path
            if glance:
                break
    return _Book(files, path, first, " ".join(faults))


def _tried(path: str, keys: Sequence[Key], glance: bool) -> tuple[Optional[Archive], Optional[Key], str]:
    """The archive, the key that opened it, and else the reason of the last attempt."""
    fault = ""
    for key in [*keys, None]:
        try:
            return _archive.read(path, key.password if key else None, glance), key, ""
        except BadArchive as failed:
            fault = fault if key is None and keys else str(failed)
    return None, None, fault


def sha256(path: str) -> str:
    """The hash of a file, empty if it cannot be read."""
    digest = hashlib.sha256()
    try:
        # opening a pipe would wait for a writer
        if not os.path.isfile(path):
            return ""
        with open(path, "rb") as source:
            for piece in iter(lambda: source.read(1 << 20), b""):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()
