# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Lists in pages: all rows, each once, with the proof that the list held together while it was read."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Optional

# 3.9 and earlier lower a page to 100 rows; a page of 250 full rows takes a real 4.10 about two seconds
PAGE_ROWS = 250
# less is not worth a request of its own; no server gives less at a time
SMALLEST_PAGE = 100
# 4.10.8 and later cut a list that was asked for without a limit to this many rows, without a sign
UNLIMITED_LIST_CUT = 200


# fetch(offset, limit): the body of one page
Fetch = Callable[[int, int], Any]


def pages(fetch: Fetch, offset: int = 0, size: int = PAGE_ROWS, until: int = sys.maxsize) -> Iterator[tuple[list, int]]:
    """The pages of a listing one by one, as (rows, number announced); the caller may stop early. ``until``: where the next part begins."""
    while True:
        results, count = _read(fetch(offset, min(size, PAGE_ROWS, until - offset)))
        yield results, count
        # the server lowers the limit silently (100, 1000 or 10000 by version): go on from the rows received
        offset += len(results)
        if not results or offset >= min(count, until):
            return


def _read(body: Any) -> tuple[list, int]:
    if isinstance(body, list):
        # a bare array means that the limit was lost on the way; then a list of just this length may have been cut
        return body, len(body) + (len(body) == UNLIMITED_LIST_CUT)
    return body["results"], body["count"]


def rows_of(body: Any) -> list:
    """The rows of one page."""
    return _read(body)[0]


def window(fetch: Fetch, offset: int, limit: Optional[int]) -> list:
    """At most ``limit`` rows (None: all) of a listing, from ``offset`` on."""
    found = []
    for results, _count in pages(fetch, offset, limit or PAGE_ROWS):
        found += results
        if limit and len(found) >= limit:
            break
    return found[:limit]


def unchanged(row: dict) -> Any:
    """All of a row."""
    return row


def whole(
    fetch: Fetch, at_most: Optional[int] = None, connections: int = 1, keep: Callable[[dict], Any] = unchanged, expected: int = 0,
) -> tuple[Optional[list], bool]:
    """(rows by one reading, whether they are complete); (None, True) when there are more than ``at_most``. ``keep(row)``: what is kept of each.

    With several ``connections`` the pages after the first are read side by side: a real 4.10.19 with two workers gave 600 rows in half the time.
    So where more rows than one page holds are ``expected``, the first page has a single row, which tells how many there are.
    """
    fetch = _keeping(fetch, keep)
    read = []
    for results, count in pages(fetch, size=1 if connections > 1 and expected > PAGE_ROWS else PAGE_ROWS):
        if at_most is not None and count > at_most:
            return None, True
        read.append((results, count))
        if connections > 1:
            read += _others(fetch, len(results), count, connections)
            break
    received = sum(len(rows) for rows, _count in read)
    found = {identifier: kept for rows, _count in read for identifier, kept in rows}
    # a row that went between two pages moves another one out of sight: then the second page announces another number
    return list(found.values()), {count for _rows, count in read} == {received} and len(found) == received


def _keeping(fetch: Fetch, keep: Callable[[dict], Any]) -> Fetch:
    """The same pages, with (id, what is kept) in place of each row; the rest is given up as soon as a page is there."""
    def fetch_kept(*place: Any) -> Any:
        body = fetch(*place)
        kept = [(row["id"], keep(row)) for row in rows_of(body)]
        return kept if isinstance(body, list) else dict(body, results=kept)

    return fetch_kept


def _others(fetch: Fetch, offset: int, count: int, connections: int) -> list[tuple[list, int]]:
    """The pages after the first one, which tells how many rows there are: each connection reads a part of the list."""
    if not 0 < offset < count:
        return []
    rows = rows_of_part(count - offset, connections)
    parts = side_by_side(lambda start: list(pages(fetch, start, until=min(start + rows, count))), range(offset, count, rows), connections)
    return [page for part in parts for page in part]


def rows_of_part(left: int, connections: int) -> int:
    """How many rows a connection reads, so that all of them end at about the same time and no page is small, whatever the server gives at a time."""
    parts = max(1, min(connections, left // SMALLEST_PAGE))
    return -(-left // (parts * SMALLEST_PAGE)) * SMALLEST_PAGE


def side_by_side(work: Callable[[Any], Any], items: Sequence, workers: int) -> list:
    """``[work(item) for item in items]``, by several workers at a time. The first error ends it: nothing more is begun, and it is raised.

    So does what interrupts the wait, such as the keyword ``timeout`` of the task; the threads do not keep the process from ending.
    """
    if min(workers, len(items)) < 2:
        return [work(item) for item in items]
    todo, done = deque(enumerate(items)), {}
    errors: list[BaseException] = []

    def carry_on() -> None:
        while not errors:
            try:
                position, item = todo.popleft()
            except IndexError:
                return
            try:
                done[position] = work(item)
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=carry_on, daemon=True) for _worker in range(min(workers, len(items)))]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException as interruption:
        errors.append(interruption)
        raise
    if errors:
        raise errors[0]
    return [done[position] for position in range(len(items))]
