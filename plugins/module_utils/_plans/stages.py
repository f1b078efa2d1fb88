# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What an organization's part of an estate is at each stage of the pipeline, one frozen value per stage.

    Request -> Draft -> Actual -> Decision -> Report

`estate` says which function makes which out of which.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.plan import Desired, Plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans.reconcile import DELETE, KEEP, Operation
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError


class Policy(NamedTuple):
    """How to converge. ``prune_limit``: maximum number of deletions of one run, None for any. ``read_only``: check mode."""

    update_password: str = "on_create"
    prune_limit: Optional[int] = None
    stop_at_failure: bool = False
    read_only: bool = False
    dialect: str = "auto"


class Request(NamedTuple):
    """What the user wrote for one organization: ``plans`` are module options. ``named`` or ``identified``: the only plan to look at."""

    organization: Organization
    plans: tuple[Mapping, ...] = ()
    state: str = "present"
    prune: bool = False
    allow_empty: bool = False
    named: str = ""
    identified: str = ""


class PlanError(NamedTuple):
    """Why one plan cannot be, in words without a full stop; its siblings go on.

    ``name`` is that of the plan, or else its id. ``organization``: what it is called, as far as that was known.
    """

    name: str
    reason: str
    organization: str

    @property
    def sentence(self) -> str:
        return f"Backup plan {self.name!r} of organization {self.organization!r}: {self.reason}."


class Draft(NamedTuple):
    """A request that was checked without asking the server. ``error``: why nothing can be done for the whole organization."""

    request: Request
    desired: tuple[Desired, ...] = ()
    errors: tuple[PlanError, ...] = ()
    warnings: tuple[str, ...] = ()
    error: Optional[JumpServerError] = None

    @property
    def concerns_the_server(self) -> bool:
        """Whether there is anything left to ask for: not where every plan was refused as it is written."""
        return self.error is None and bool(self.desired or not self.errors)


class Actual(NamedTuple):
    """The plans that an organization has, each read in this run; or the ``error`` that kept them from being read."""

    organization: Organization
    plans: tuple[Plan, ...] = ()
    error: Optional[JumpServerError] = None


class Decision(NamedTuple):
    """What is to be done in one organization. ``error`` and ``errors`` as in a draft; where there are any, nothing is deleted.

    What only the server can tell: ``twins``, pairs of a new name and one that is there, which differ in case or accents only; ``unseen_names``, new
    names of plans where the other plans of the organization were not read.
    """

    organization: Organization
    operations: tuple[Operation, ...] = ()
    errors: tuple[PlanError, ...] = ()
    warnings: tuple[str, ...] = ()
    error: Optional[JumpServerError] = None
    prune: bool = False
    twins: tuple[tuple[str, str], ...] = ()
    unseen_names: tuple[str, ...] = ()

    @property
    def deletions(self) -> list[Operation]:
        return [operation for operation in self.operations if operation.kind == DELETE]

    @property
    def pending(self) -> list[Operation]:
        """The operations that write."""
        return [operation for operation in self.operations if operation.kind != KEEP]

    def without_deletions(self) -> Decision:
        """The same, but the plans live that would have been deleted."""
        return self._replace(operations=tuple(operation for operation in self.operations if operation.kind != DELETE))


class Outcome(NamedTuple):
    """What became of one operation: ``plan`` as it is now (None when deleted, or foreseen in check mode), or the ``error``.

    ``written``: whether the server was changed, None where that cannot be known. A plan can be written and wrong: then both are told.
    """

    operation: Operation
    plan: Optional[Plan] = None
    error: Optional[JumpServerError] = None
    written: Optional[bool] = True


class Report(NamedTuple):
    """What became of one organization's part."""

    organization: Organization
    outcomes: tuple[Outcome, ...] = ()
    errors: tuple[PlanError, ...] = ()
    warnings: tuple[str, ...] = ()
    error: Optional[JumpServerError] = None

    @property
    def failures(self) -> list[tuple[Optional[str], str]]:
        """(plan name or None, sentence) of all that went wrong here."""
        whole: list[tuple[Optional[str], str]] = [(None, str(self.error))] if self.error else []
        plans = [(error.name, error.sentence) for error in self.errors]
        return whole + plans + [(outcome.operation.name, str(outcome.error)) for outcome in self.outcomes if outcome.error]
