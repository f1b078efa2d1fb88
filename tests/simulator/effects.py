# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request really changed, as the log of requests tells it: nothing of a transaction that was undone."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

from django.db import transaction

from .runtime import runtime

CREATED, UPDATED, DELETED, STARTED = "created", "updated", "deleted", "started"
_here = threading.local()


@contextmanager
def stored(record):
    """One writer at a time, in one transaction; what was noted meanwhile goes into *record* when it is stored."""
    with runtime.write_lock:
        _here.noted = []
        with transaction.atomic():
            yield
            undone = transaction.get_rollback()
        if record is not None and not undone:
            record["effects"] = [dict(effect, at=time.time()) for effect in _here.noted]


def note(kind, plan, name=None):
    """A plan was created, updated, deleted or started; *name* is the one it had before."""
    effect = {"kind": kind, "id": str(plan.pk), "name": plan.name, "organization": str(plan.org_id)}
    if name is not None and name != plan.name:
        effect["was"] = name
    _here.noted.append(effect)
