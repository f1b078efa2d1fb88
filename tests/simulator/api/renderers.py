# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other formats that the servers speak, as far as a client of the API meets them: their names, and CSV of flat rows."""

from __future__ import annotations

import csv
import io
import json

from rest_framework import exceptions, parsers, renderers

from ..runtime import runtime


class CSVRenderer(renderers.BaseRenderer):
    media_type = "text/csv"
    format = "csv"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        rows = data.get("results", [data]) if isinstance(data, dict) else data
        rows = [row for row in rows or [] if isinstance(row, dict)]
        out = io.StringIO()
        writer = csv.writer(out)
        if rows:
            writer.writerow(rows[0])
            writer.writerows([value if isinstance(value, str) else json.dumps(value) for value in row.values()] for row in rows)
        return "\ufeff" + out.getvalue()


class SpreadsheetRenderer(renderers.BaseRenderer):
    media_type = "application/xlsx"
    format = "excel"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        raise exceptions.NotAcceptable()


class _Unread(parsers.BaseParser):
    def parse(self, stream, media_type=None, parser_context=None):
        raise exceptions.ParseError("Uploads are not simulated: %s" % self.media_type)


class CSVParser(_Unread):
    media_type = "text/csv"


class SpreadsheetParser(_Unread):
    media_type = "text/xlsx"


def needs_matching_accept(request):
    """Whether ?format=csv is refused for an Accept header that does not name it (3.x)."""
    return not runtime.behaviour.csv_format and "csv" not in request.headers.get("Accept", "")
