# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Backups as a whole: which plan and run, which half, and two halves put together."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults, layout as _layout
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import workbook as _workbook, zipped as _zipped
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive, printable
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.layout import Account
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import in_utc

WHOLE, FRONT, BACK, JOINED = "whole", "front", "back", "joined"
STAR = "*"
# plan, time stamp of the server's time zone (with a blank up to 3.8), unix time
NAME = re.compile(r"(?P<plan>.+)-(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{8}-\d{6})-(?P<time>\d{1,11}(?:\.\d+)?)\.(?:xlsx|zip)", re.DOTALL)
OTHER_HALF = {FRONT: BACK, BACK: FRONT}
# a run makes its back when all have been sent the front, and is stopped after an hour [source v3.0.0..v4.10.19]; a clock may be set back a little
MOST_SECONDS_OF_A_RUN = 3600
MOST_SECONDS_BACK = 60
ACCOUNTS_OF_A_GLANCE = 100


class Archive(NamedTuple):
    """One opened backup. ``date``: unix time. ``unpaired``: the accounts of which only one half is there, or both but of different secrets."""

    plan: Optional[str]
    date: Optional[float]
    part: str
    encrypted: bool
    accounts: Sequence[Account]
    unpaired: Sequence[Account] = ()
    sheets: Sequence[str] = ()

    def __repr__(self) -> str:
        return f"Archive({self.part})"

    @property
    def names_machines(self) -> bool:
        """Whether every secret can be led to its machine: by the archive itself up to 4.10.16, with an index from 4.10.17 on."""
        return all(account.asset is not None for account in self.accounts)

    @property
    def organizations(self) -> tuple[str, ...]:
        """Their names; the id of one whose name is not told."""
        return tuple(sorted({account.organization or account.organization_id or "" for account in self.accounts} - {""}))

    @property
    def without_secret(self) -> list[Account]:
        return [account for account in self.accounts if not account.secret]

    @property
    def by_type(self) -> dict[str, int]:
        return dict(Counter(account.sheet for account in self.accounts))

    @property
    def by_organization(self) -> dict[str, int]:
        return dict(Counter(account.organization or "" for account in self.accounts))


def read(path: str | os.PathLike, password: Any = None, glance: bool = False) -> Archive:
    """One file. ``glance``: its first accounts only, which tell of which organization it is, and cost little."""
    doing = f"Cannot read the backup {path}"
    book = _zipped.open_archive(path, password)
    found: list[Account] = []
    titles = []
    for sheet in _workbook.sheets(book.data, doing):
        titles.append(sheet.title)
        found += islice(_layout.accounts(sheet, doing), ACCOUNTS_OF_A_GLANCE if glance else None)
        if glance and found:
            break
    if not found:
        # a run that found no account sends nothing at all
        raise BadArchive(doing, _faults.NO_ACCOUNT)
    plan, date = plan_and_time(book.name, str(path))
    return Archive(plan, date, part_of(account.secret for account in found), book.encrypted, found, (), titles)


def read_all(archives: Sequence[tuple[str, Any]]) -> Archive:
    """One file, or the two halves of one run, each as (path, password)."""
    check_number(archives)
    return together([read(path, password) for path, password in archives], [path for path, _password in archives])


def check_number(archives: Sequence[Any]) -> None:
    """BadArchive if this cannot be one backup."""
    if len(archives) not in (1, 2):
        raise BadArchive("Cannot open the backup", _faults.OTHER_NUMBER.of(number=len(archives)))


def together(found: Sequence[Archive], paths: Sequence[str | os.PathLike]) -> Archive:
    """The whole of one opened file or of two."""
    return join(found[0], found[1], *paths) if len(found) == 2 else found[0]


def plan_and_time(*names: str) -> tuple[Optional[str], Optional[float]]:
    """What the first of the names that JumpServer gave tells: plan, and unix time of the run."""
    for name in names:
        match = NAME.fullmatch(printable(re.split(r"[/\\]", name)[-1]))
        if match:
            return match.group("plan"), float(match.group("time"))
    return None, None


# halves


def part_of(secrets: Iterable[str]) -> str:
    """Which part of the secrets this is. Stars at the right places in all of them are a half; an archive says so nowhere else."""
    front = back = True
    empty = True
    for secret in filter(None, secrets):
        empty = False
        front = front and is_front(secret)
        back = back and is_back(secret)
    if empty:
        return WHOLE
    return FRONT if front else BACK if back else WHOLE


def is_front(text: str) -> bool:
    """Half of the characters, rounded down, and a star for each of the others."""
    return set(text[len(text) // 2:]) == {STAR}


def is_back(text: str) -> bool:
    """As many stars as there are characters after them."""
    return len(text) % 2 == 0 and set(text[:len(text) // 2]) == {STAR}


def split(secret: str) -> tuple[str, str]:
    """The halves as JumpServer makes them, 3.6 and later. For an odd length the back is one character longer than the secret."""
    half = len(secret) // 2
    stars = STAR * (len(secret) - half)
    return secret[:half] + stars, stars + secret[half:]


def join_secret(front: str, back: str) -> Optional[str]:
    """The secret, None if these are no halves of one secret. Stars in the secret itself do no harm."""
    half = len(front) // 2
    secret = front[:half] + back[len(front) - half:]
    return secret if split(secret) == (front, back) else None


def join(one: Archive, other: Archive, *paths: str | os.PathLike) -> Archive:
    """The whole of two halves, given in any order, or BadArchive."""
    doing = f"Cannot join the backups {paths[0]} and {paths[1]}"
    front, back = _front_and_back(one, other)
    if front is None or back is None:
        raise BadArchive(doing, _faults.NOT_HALVES.of(parts=_parts(one, other)))
    if front.plan != back.plan:
        raise BadArchive(doing, _faults.OTHER_PLAN.of(one=front.plan, other=back.plan))
    if front.date is not None and back.date is not None and not -MOST_SECONDS_BACK <= back.date - front.date <= MOST_SECONDS_OF_A_RUN:
        raise BadArchive(doing, _faults.OTHER_RUN.of(one=in_utc(front.date), other=in_utc(back.date)))
    accounts, unpaired = _pairs(front.accounts, back.accounts)
    if not accounts and unpaired:
        raise BadArchive(doing, _faults.OTHER_ACCOUNTS)
    return Archive(front.plan, front.date, JOINED, front.encrypted and back.encrypted, accounts, unpaired, front.sheets)


def _front_and_back(one: Archive, other: Archive) -> tuple[Optional[Archive], Optional[Archive]]:
    """Which is which, by what is in them: a half of nothing but stars looks like either."""
    for front, back in ((one, other), (other, one)):
        if front.part == FRONT and all(is_back(account.secret) for account in back.accounts if account.secret):
            return front, back
    return None, None


def _parts(*archives: Archive) -> str:
    words = [WHOLE if archive.part == WHOLE else f"the {archive.part} half" for archive in archives]
    return f"both are {words[0]}" if words[0] == words[1] else f"one is {words[0]}, the other {words[1]}"


def _pairs(fronts: Sequence[Account], backs: Sequence[Account]) -> tuple[list[Account], list[Account]]:
    """(joined accounts, accounts that cannot be joined). The order of rows is not relied upon, and a key that comes twice tells nothing."""
    times = Counter(account.key for account in fronts) | Counter(account.key for account in backs)
    others = {account.key: account for account in backs if times[account.key] == 1}
    joined, unpaired = [], []
    for account in fronts:
        other = others.pop(account.key, None)
        # a secret that was changed between the two halves would be put together of an old and a new one
        secret = join_secret(account.secret, other.secret) if other is not None and account.state == other.state else None
        if secret is None:
            unpaired.append(account)
        else:
            joined.append(account._replace(secret=secret))
    return joined, unpaired + [account for account in backs if account.key in others or times[account.key] > 1]
