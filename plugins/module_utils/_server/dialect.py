# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The four dialects of the API, JumpServer 3.0 to 4.10, as one table. No other file asks for a version.

Facts: exchanges recorded with 3.5, 3.10 and 4.10 (tests/contract/tapes); 3.8, and the boundaries between, were measured or read without a recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError

PLANS = "/api/v1/accounts/account-backup-plans/"
EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"
# every spelling of the filter of executions by the plan's name; the one that a version knows narrows the list, the others are ignored
EXECUTIONS_BY_PLAN_NAME = ("plan__name", "automation__name", "automation_name")


class Dialect(NamedTuple):
    """What differs between servers.

    ``first`` and ``last``: the versions that speak it. ``marker``: the key that tells it from all later rows of the table, both in a plan and in the
    answer to OPTIONS. ``renamed``: our field names to the API's where they differ. ``execution_key``: what the plan is called when a run is started.
    ``outcome``: how an execution tells its end, ``timed`` (``timedelta`` above zero) or ``status``. ``snapshot``: where an execution keeps a copy of
    its plan. ``every_minute`` is false where the server refuses a crontab that starts with ``*``. ``caveats``: what users should know.
    """

    first: str
    last: str
    marker: str
    caveats: tuple[str, ...]
    renamed: Mapping[str, str] = {}
    execution_key: str = "plan"
    outcome: str = "timed"
    snapshot: str = "snapshot"
    every_minute: bool = True

    @property
    def name(self) -> str:
        """How users call it."""
        return "v" + self.first

    def api_name(self, field: str) -> str:
        return self.renamed.get(field, field)

    def has(self, since: str) -> bool:
        """Whether this dialect has what arrived with dialect ``since`` (a name such as ``v3.9``)."""
        return ORDER.index(self.name) >= ORDER.index(since)


# The order is the order of detection: each marker is absent from all the rows below it.
DIALECTS = (
    Dialect(
        first="4.8", last="4.10", marker="is_active", execution_key="automation", outcome="status", every_minute=False,
        caveats=(
            "A crontab must not start with C(*): 4.9 and later refuse it, and 4.8 cannot be told from 4.9. Write C(0-59/5) for C(*/5).",
            "4.8.0 to 4.10.7 report every finished run as a success, so such a run proves nothing and its verdict is open.",
            "4.10.19 and databases of the MySQL family compare names without case: a plan that differs only in case counts as another plan here, "
            "and the server may refuse it.",
            "The community edition serves every organization but the built-in ones as Default; the collection refuses to write there.",
            "The reason of a failed run is not in the API.",
        ),
    ),
    Dialect(
        first="3.9", last="4.7", marker="backup_type",
        caveats=(
            "4.0 and later forget the schedule whenever a change leaves it out; the collection sends it with every change.",
            "4.2.0 to 4.4.1 mix the plans of all organizations in one list; rows of other organizations are ignored.",
            "From 3.10.4 the community edition serves every organization but the built-in ones as Default; the collection refuses to write there.",
            "Versions before 3.10.22, and 4.0 to 4.7, report a success even where the mail server refused, so the verdict of a mail run is open.",
        ),
    ),
    Dialect(
        first="3.6", last="3.8", marker="recipients_part_one",
        caveats=("Backups go by mail only: object storage and ZIP passwords arrived with 3.9.", "A success does not prove that the mail was accepted."),
    ),
    Dialect(
        first="3.0", last="3.5", marker="recipients", renamed={"recipients_part_one": "recipients"}, snapshot="plan_snapshot",
        caveats=("One group of recipients: O(recipients_part_two) arrived with 3.6.", "A success does not prove that the mail was accepted."),
    ),
)
ORDER = tuple(dialect.name for dialect in reversed(DIALECTS))
BY_NAME = {dialect.name: dialect for dialect in DIALECTS}
SINCE = {dialect.name: dialect.first for dialect in DIALECTS}


def from_keys(keys: Mapping[str, Any]) -> Optional[Dialect]:
    """The dialect of a plan row, or of OPTIONS' ``actions.POST``, by its keys; None when they do not tell."""
    return next((dialect for dialect in DIALECTS if dialect.marker in keys), None)


def from_options(answer: Any) -> Dialect:
    """The dialect of an OPTIONS answer (any authenticated user gets ``actions.POST``, even one without rights)."""
    actions = answer.get("actions") if isinstance(answer, dict) else None
    described = actions.get("POST") if isinstance(actions, dict) else None
    found = from_keys(described) if isinstance(described, dict) else None
    if found is None:
        raise JumpServerError(
            "Cannot tell which JumpServer version answers: its description of backup plans has none of the expected fields. "
            "Check that api_url leads to JumpServer 3.0 or later, or set the option dialect."
        )
    return found


def reports_failures(options_answer: Mapping[str, Any]) -> bool:
    """Whether a run's status can be believed: false from 4.8.0 to 4.10.7, where every failed run says success.

    Told by OPTIONS: ``executed_amount`` is described as ``field`` there and as ``integer`` from 4.10.8 on.
    """
    described = options_answer.get("actions", {}).get("POST", {})
    return described.get("executed_amount", {}).get("type") == "integer"
