# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Lists in pages: all rows, each once, with the proof that the list held together while it was read."""

from __future__ import annotations

# 3.9 and earlier lower a page to 100 rows; a page of 250 full rows takes a real 4.10 about two seconds
PAGE_ROWS = 250
# 4.10.8 and later cut a list that was asked for without a limit to this many rows, without a sign
UNLIMITED_LIST_CUT = 200


def pages(fetch, offset=0, size=PAGE_ROWS):
    """The pages of a listing one by one, as (rows, number announced); the caller may stop early. ``fetch(offset, limit)``: the body of one page."""
    while True:
        body = fetch(offset, min(size, PAGE_ROWS))
        if isinstance(body, list):
            # a bare array means that the limit was lost on the way; then a list of just this length may have been cut
            yield body, len(body) + (len(body) == UNLIMITED_LIST_CUT)
            return
        results, count = body["results"], body["count"]
        yield results, count
        # the server lowers the limit silently (100, 1000 or 10000 by version): go on from the rows received
        offset += len(results)
        if not results or offset >= count:
            return


def window(fetch, offset, limit):
    """At most ``limit`` rows (None: all) of a listing, from ``offset`` on."""
    found = []
    for results, _count in pages(fetch, offset, limit or PAGE_ROWS):
        found += results
        if limit and len(found) >= limit:
            break
    return found[:limit]


def whole(fetch, at_most=None):
    """(rows by one reading, whether they are complete); (None, True) when there are more than ``at_most``."""
    found, received, counts = {}, 0, set()
    for results, count in pages(fetch):
        counts.add(count)
        if at_most is not None and count > at_most:
            return None, True
        received += len(results)
        found.update((row["id"], row) for row in results)
    # a row that went between two pages moves another one out of sight: then the second page announces another number
    return list(found.values()), counts == {received} and len(found) == received
