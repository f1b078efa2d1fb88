# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The four dialects of the API, JumpServer 3.0 to 4.10, as one table. No other file asks for a version.

Facts: recorded exchanges of 3.5.7, 3.8.2, 3.10.23 and 4.10.19; boundaries read from the released versions between them.
"""

from __future__ import annotations

from typing import NamedTuple, Tuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError

PLANS = "/api/v1/accounts/account-backup-plans/"
EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"


class Dialect(NamedTuple):
    """What differs between servers.

    ``marker`` is the key that tells this dialect from all later rows of the table, both in a plan and in the answer to OPTIONS.
    ``renamed`` maps our field names to the API's where they differ.
    ``outcome`` says how an execution tells its end: ``timed`` (``timedelta`` above zero) or ``status``.
    ``every_minute`` is false where the server refuses a crontab that starts with ``*``.
    """

    name: str
    first: str
    last: str
    marker: str
    renamed: dict
    execution_key: str
    outcome: str
    snapshot: str
    every_minute: bool
    caveats: Tuple[str, ...]

    def api_name(self, field):
        return self.renamed.get(field, field)

    def has(self, since):
        """Whether this dialect has what arrived with dialect ``since`` (a name such as ``v3.9``)."""
        return ORDER.index(self.name) >= ORDER.index(since)


# The order is the order of detection: each marker is absent from all the rows below it.
DIALECTS = (
    Dialect(
        "v4.8", "4.8", "4.10", "is_active", {}, "automation", "status", "snapshot", False,
        (
            "A crontab must not start with C(*): 4.9 and later refuse it, and 4.8 cannot be told from 4.9. Write C(0-59/5) for C(*/5).",
            "4.8.0 to 4.10.7 report every finished run as a success, so such a run proves nothing and its verdict is open.",
            "4.10.19 and databases of the MySQL family compare names without case: a plan that differs only in case counts as another plan here, "
            "and the server may refuse it.",
            "The community edition serves every organization but the built-in ones as Default; the collection refuses to write there.",
            "The reason of a failed run is not in the API.",
        ),
    ),
    Dialect(
        "v3.9", "3.9", "4.7", "backup_type", {}, "plan", "timed", "snapshot", True,
        (
            "4.0 and later forget the schedule whenever a change leaves it out; the collection sends it with every change.",
            "4.2.0 to 4.4.1 mix the plans of all organizations in one list; rows of other organizations are ignored.",
            "From 3.10.4 the community edition serves every organization but the built-in ones as Default; the collection refuses to write there.",
            "Versions before 3.10.22, and 4.0 to 4.7, report a success even where the mail server refused, so the verdict of a mail run is open.",
        ),
    ),
    Dialect(
        "v3.6", "3.6", "3.8", "recipients_part_one", {}, "plan", "timed", "snapshot", True,
        ("Backups go by mail only: object storage and ZIP passwords arrived with 3.9.", "A success does not prove that the mail was accepted."),
    ),
    Dialect(
        "v3.0", "3.0", "3.5", "recipients", {"recipients_part_one": "recipients"}, "plan", "timed", "plan_snapshot", True,
        ("One group of recipients: O(recipients_part_two) arrived with 3.6.", "A success does not prove that the mail was accepted."),
    ),
)
ORDER = ("v3.0", "v3.6", "v3.9", "v4.8")
BY_NAME = {dialect.name: dialect for dialect in DIALECTS}
SINCE = {dialect.name: dialect.first for dialect in DIALECTS}


def from_keys(keys):
    """The dialect of a plan row, or of OPTIONS' ``actions.POST``, by its keys; None when they do not tell."""
    return next((dialect for dialect in DIALECTS if dialect.marker in keys), None)


def from_options(answer):
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


def reports_failures(options_answer):
    """Whether a run's status can be believed: false from 4.8.0 to 4.10.7, where every failed run says success.

    Told by OPTIONS: ``executed_amount`` is described as ``field`` there and as ``integer`` from 4.10.8 on.
    """
    described = options_answer.get("actions", {}).get("POST", {})
    return described.get("executed_amount", {}).get("type") == "integer"
