# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The workbook: sheets of rows of text. openpyxl reads it row by row; what it would get wrong or read without bounds is guarded here."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, IO, NamedTuple
from xml.etree.ElementTree import iterparse
from xml.parsers import expat

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive

MOST_PARTS = 1000
# a sheet is read row by row; shared texts are kept; all else is small
LARGEST_SHEET = 4 * 1024 ** 3
LARGEST_STRINGS = 512 * 1024 ** 2
LARGEST_OTHER = 16 * 1024 ** 2
# sheets of many accounts pack to a sixteenth, a bomb to a thousandth
MOST_SWELLING = 250
HARMLESS_SIZE = 8 * 1024 ** 2
MOST_COLUMNS = 64
MOST_ROWS = 1048576
# JumpServer leaves no row empty; a row with a high number would make many
MOST_EMPTY_ROWS = 1000
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# how XlsxWriter, in 3.10 and later, writes texts that look like an escape, and what XML cannot hold, such as a carriage return
ESCAPED = re.compile("_x005F(_x[0-9A-Fa-f]{4}_)|_x(00[01][0-9A-F])_")

# where the texts begin, in a sheet and in the shared strings
TEXTS = re.compile(b"<(?:[a-z]+:)?(?:sheetData|sst)[ />]")

Row = tuple[Any, ...]


class Sheet(NamedTuple):
    """One sheet: ``rows`` come one by one, the headings first."""

    title: str
    rows: Iterator[Row]


class _WithReturns:
    """A part of a workbook whose carriage returns stay. 3.0 to 3.8 write them as they are, XML reads them as line feeds, and one that is lost in each half
    of a secret would have the halves put together wrongly.
    """

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        begin = 0
        if not self._begun:
            found = TEXTS.search(piece)
            if found is None:
                return piece
            self._begun, begin = True, found.end()
        return piece[:begin] + piece[begin:].replace(b"\r", b"&#13;")

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> _WithReturns:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class _Package(zipfile.ZipFile):
    """The parts of a workbook."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return _WithReturns(super().open(*args, **kwargs))


class _Unreadable(Exception):
    """Something that no workbook of JumpServer holds."""


def sheets(data: IO[bytes], doing: str) -> Iterator[Sheet]:
    """The sheets of a workbook, or BadArchive that begins with ``doing``. Rows must be used up before the next sheet is asked for."""
    from openpyxl.reader.excel import ExcelReader

    book = _guarded(lambda: _opened(ExcelReader, data))
    if book is None:
        raise BadArchive(doing, _faults.NO_WORKBOOK)
    for sheet in book.worksheets:
        yield Sheet(sheet.title, _rows(sheet, doing))


def _guarded(read: Any) -> Any:
    """What ``read()`` returns, None if it fails in whatever way: its exception may hold content, so it ends here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except Exception:  # whatever a library says to a workbook that somebody damaged or made up
        return None


def _rows(sheet: Any, doing: str) -> Iterator[Row]:
    """The rows that are not empty."""
    # a sheet's own word on its size is not asked: a wrong one would hide accounts
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    end: Row = ()
    empty = 0
    while empty <= MOST_EMPTY_ROWS:
        row = _guarded(lambda: next(rows, end))
        if row is end:
            return
        if row is None:
            break
        if row.count(None) == len(row):
            empty += 1
        else:
            yield row
    raise BadArchive(doing, _faults.SHEET_DAMAGED.of(title=sheet.title))


def _opened(reader: Any, data: IO[bytes]) -> Any:
    with zipfile.ZipFile(data) as package:
        _check_bounds(package)
    data.seek(0)

    class Reader(reader):
        """openpyxl's reader with the texts as they were meant; its own way drops ``x005F_`` even from a text that really has it."""

        def read_strings(self) -> None:
            for name in self.archive.namelist():
                if _is_strings(name):
                    with self.archive.open(name) as source:
                        self.shared_strings = list(_shared_strings(source))

    # with data_only a text that starts with = would be lost: 3.0 to 3.8 store it as a formula
    opened = Reader(data, read_only=True, data_only=False, keep_links=False)
    opened.archive = _Package(data)
    opened.read()
    if not opened.wb.worksheets:
        raise _Unreadable
    return opened.wb


def _is_strings(name: str) -> bool:
    return name.lower().endswith("sharedstrings.xml")


def _shared_strings(source: IO[bytes]) -> Iterator[str]:
    for _event, element in iterparse(source):
        if element.tag == f"{SPREADSHEET}si":
            yield ESCAPED.sub(_unescaped, "".join(text.text or "" for text in element.iter(f"{SPREADSHEET}t")))
            element.clear()


def _unescaped(match: re.Match) -> str:
    return match.group(1) or chr(int(match.group(2), 16))


def _check_bounds(package: zipfile.ZipFile) -> None:
    """Refuse what would take too much memory or time."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise _Unreadable
    for part in parts:
        largest = LARGEST_STRINGS if _is_strings(part.filename) else LARGEST_SHEET if "/worksheets/" in part.filename else LARGEST_OTHER
        if part.file_size > largest or part.file_size > HARMLESS_SIZE + MOST_SWELLING * part.compress_size or part.compress_type not in (
                zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _Unreadable
        with package.open(part) as source:
            _refuse_document_type(source)


def _refuse_document_type(source: IO[bytes]) -> None:
    """Entities, the stuff of XML bombs, are declared before the first element, and no workbook has any."""
    state: dict[str, bool] = {}
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: state.update(declared=True)
    parser.StartElementHandler = lambda *_: state.update(begun=True)
    while not state:
        piece = source.read(io.DEFAULT_BUFFER_SIZE)
        parser.Parse(piece, not piece)
    if "declared" in state:
        raise _Unreadable
