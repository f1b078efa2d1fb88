# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""From rows to accounts, whatever the version and the language of the server that wrote them.

The first five columns are the same in every version: Id, Name, Username, Secret type, Secret. The others are found by the shape of their values, and
where that does not tell, by their headings in the languages that were met. The header row itself is in the language of the server's worker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.workbook import Sheet

ID, NAME, USERNAME, SECRET_TYPE, SECRET = range(5)
SAMPLE_ROWS = 200

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DATE = re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [+-]\d{4}")
# up to 3.10 a choice is the text of a Python dictionary
CHOICE = re.compile(r"""\{'value': '([^']*)', 'label': """)
# what 4.10.17 and later write in place of the address, the type and the category of an asset
NAMELESS = ("address", "type", "category")
TRUTH = ("True", "False")
# written for a value that is null, where choices are written as the text of a dictionary; else it is an empty text
NULL = "None"

LABELS = {
    "address": ("Address", "地址", "アドレス"),
    "type": ("Type", "类型", "類型", "タイプ"),
    "organization": ("Org name", "组织名称", "組織名稱", "組織名"),
    "only organization": ("Organization", "组织", "組織"),
    "version": ("Version", "版本"),
    "privileged": ("Privileged", "Privileged Account", "特权账号", "特權帳號", "特権アカウント"),
}
# the labels of 4.8 and later; the value that the API has
SECRET_TYPES = {
    "password": ("Password", "密码", "密碼", "パスワード"),
    "ssh_key": ("SSH key", "SSH 密钥", "SSH 金鑰", "SSH キー", "SSHキー"),
    "access_key": ("Access key", "访问密钥", "Access Key", "アクセスキー"),
    "token": ("Token", "令牌", "トークン"),
    "api_key": ("API key", "API 密钥"),
}
SECRET_TYPE_OF = {label: value for value, labels in SECRET_TYPES.items() for label in labels}
PRIVATE_KEY = re.compile("-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")


class Account(NamedTuple):
    """One account of an archive. Up to 4.10.16 the asset is known by id, name and address and the account has no id; from 4.10.17 on the reverse."""

    account_id: Optional[str]
    asset_id: Optional[str]
    asset: Optional[str]
    address: Optional[str]
    type: Optional[str]
    sheet: str
    username: str
    kind_of_secret: str
    secret: str
    privileged: bool
    organization: Optional[str]
    organization_id: Optional[str]
    updated: Optional[str]
    protocols: Sequence = ()
    version: Optional[str] = None

    def __repr__(self) -> str:
        return f"Account({self.account_id or self.asset_id})"

    @property
    def key(self) -> tuple:
        """What tells it from all others, also in the other half of the same run."""
        return (self.account_id,) if self.account_id else (self.asset_id, self.username, self.kind_of_secret)

    @property
    def state(self) -> tuple:
        """What is another one after each change of its secret. A template that is handed on to its accounts leaves the date as it was."""
        return self.updated, self.version

    @property
    def secret_type(self) -> str:
        """The API's word for the kind of a secret. A label in a language that is not known here is told by the secret itself."""
        choice = CHOICE.match(self.kind_of_secret)
        known = choice.group(1) if choice else SECRET_TYPE_OF.get(self.kind_of_secret)
        return known or ("ssh_key" if PRIVATE_KEY.match(self.secret) else "password")

    @property
    def reference(self) -> dict:
        """As a module returns it."""
        return {"organization": self.organization, "asset": self.asset, "username": self.username}


class Columns(NamedTuple):
    """Where the columns that matter are; None where there is no such column."""

    named: bool
    address: Optional[int]
    type: Optional[int]
    organization: Optional[int]
    organization_id: Optional[int]
    privileged: Optional[int]
    version: Optional[int]
    updated: Optional[int]


def accounts(sheet: Sheet, doing: str) -> Iterator[Account]:
    """The accounts of a sheet, or BadArchive that begins with ``doing``."""
    headings = next(sheet.rows, ())
    first = list(islice(sheet.rows, SAMPLE_ROWS))
    if not first:
        return
    columns = find_columns(headings, first, sheet.title)
    for row in chain(first, sheet.rows):
        if not _is_account(row):
            raise BadArchive(doing, _faults.SHEET_CHANGED.of(title=sheet.title))
        yield _account(row, columns, sheet.title)


def _is_account(row: Sequence[Any]) -> bool:
    """JumpServer writes text only; a number in place of a secret was made by another program, and need not be what was meant."""
    return (
        len(row) > SECRET and isinstance(row[ID], str) and UUID.fullmatch(row[ID]) is not None
        and all(cell is None or isinstance(cell, str) for cell in row)
    )


def _account(row: Sequence[Any], columns: Columns, title: str) -> Account:
    def cell(place: Optional[int]) -> Optional[str]:
        return (row[place] or None) if place is not None else None

    kind = CHOICE.match(cell(columns.type) or "") if columns.named else None
    return Account(
        account_id=None if columns.named else row[ID],
        asset_id=row[ID] if columns.named else None,
        asset=cell(NAME) if columns.named else None,
        address=cell(columns.address) if columns.named else None,
        type=kind.group(1) if kind else None,
        sheet=title,
        username=row[USERNAME] or "",
        kind_of_secret=row[SECRET_TYPE] or "",
        secret=_secret(row),
        privileged=cell(columns.privileged) == "True",
        organization=cell(columns.organization),
        organization_id=cell(columns.organization_id),
        updated=cell(columns.updated),
        version=cell(columns.version),
    )


def _secret(row: Sequence[Any]) -> str:
    """Empty if there is none. A password that is just the word for nothing shows as such in 4.8 and later, and in halves, which only a secret is cut into."""
    is_null = row[SECRET] == NULL and CHOICE.match(row[SECRET_TYPE] or "")
    return "" if is_null else row[SECRET] or ""


def find_columns(headings: Sequence[Any], rows: Sequence[Sequence[Any]], title: str) -> Columns:
    """The columns by the shape of what is in them, else by their headings."""
    width = min(map(len, rows))
    values = [{row[place] for row in rows} for place in range(width)]

    def every(place: int, fits: Callable[[str], Any]) -> bool:
        return 0 <= place < width and all(isinstance(value, str) and fits(value) for value in values[place])

    def labelled(name: str) -> Optional[int]:
        return next((place for place, heading in enumerate(headings[:width]) if place > SECRET and heading in LABELS[name]), None)

    later = range(SECRET + 1, width)
    nameless = next((place for place in later if all(every(place + i, word.__eq__) for i, word in enumerate(NAMELESS))), None)
    kind = next((place for place in later if (every(place, CHOICE.match) and every(place + 1, CHOICE.match)) or every(place, title.__eq__)), None)
    address = kind - 1 if kind is not None else labelled("address")
    truths = _first_run(later, lambda place: every(place, TRUTH.__contains__))
    # a number, the first one after type, category and what comes with them
    version = next((place for place in range((nameless or kind or width) + 1, width) if every(place, str.isdecimal)), None)
    dates = _first_run(later, lambda place: every(place, DATE.match))
    organization = truths[0] - 1 if truths else labelled("organization") or labelled("only organization")
    # 3.5 and earlier show before it whether there is a secret at all
    privileged = (truths[-2] if every(truths[-1] + 1, "push_now".__eq__) else truths[0]) if truths else labelled("privileged")
    return Columns(
        named=nameless is None,
        address=address,
        type=kind if kind is not None else labelled("type"),
        organization=organization,
        organization_id=organization - 1 if organization is not None and every(organization - 1, UUID.fullmatch) else None,
        privileged=privileged,
        version=version if version is not None else labelled("version"),
        updated=dates[1] if dates else None,
    )


def _first_run(places: Iterable[int], fits: Callable[[int], bool]) -> list[int]:
    """The first two or more columns side by side that fit."""
    found: list[int] = []
    for place in places:
        if fits(place):
            found.append(place)
        elif len(found) > 1:
            break
        else:
            found = []
    return found if len(found) > 1 else []
