# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The kinds of reports. Each is a pure function from the result of an audit to a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._reports import as_json, html, junit, markdown, openmetrics
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.plain import shown
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.words import WHOLE_SERVER

# those that people read first
KINDS = ("html", "markdown", "json", "openmetrics", "junit")
RENDERERS = {"html": html.render, "markdown": markdown.render, "openmetrics": openmetrics.render, "junit": junit.render}


def render(result: Mapping[str, Any], kind: str) -> str:
    """The report of that kind."""
    return as_json.render(result) if kind == "json" else RENDERERS[kind](shown(_placed(result)))


def _placed(result: Mapping[str, Any]) -> dict[str, Any]:
    """The same with a place for what concerns the whole server, and with organizations that look the same told apart by their ids."""
    looks = Counter(shown(one["organization"]) for one in result["organizations"])
    names = {
        one["organization"]: f"{one['organization']} ({one['id']})" for one in result["organizations"] if looks[shown(one["organization"])] > 1}

    def named(name: Optional[str]) -> str:
        return WHOLE_SERVER.en if name is None else names.get(name, name)

    def placed(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [dict(one, organization=named(one["organization"])) for one in found]

    return dict(result, organizations=placed(result["organizations"]), findings=placed(result["findings"]), accepted=placed(result["accepted"]))
