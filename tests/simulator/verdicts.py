# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run fails, what arrives of it and where, and what it remembers of its plan."""

from __future__ import annotations

import time
from typing import NamedTuple, Optional

from .models import Account
from .runtime import runtime


class Outcome(NamedTuple):
    """What a run did. ``failure``: its text, or None. ``accounts`` and ``types``: how many it packed. ``arrived``: what was received, see :func:`_mail`."""

    failure: Optional[str] = None
    accounts: int = 0
    types: int = 0
    arrived: tuple = ()


def outcome(plan):
    """The Outcome of a run of *plan*. Success means little: no account may have matched, a mail may have had no attachment."""
    by_object = runtime.behaviour.has_object_storage and plan.backup_type == "object_storage"
    found = _object_outcome(plan) if by_object else _mail_outcome(plan)
    return found if runtime.behaviour.failures_reported else found._replace(failure=None)


def _unreadable_types(plan):
    """The text for types over which the server cannot loop, reached only when there is somebody to deliver to."""
    if isinstance(plan.types, bool) or not isinstance(plan.types, (list, dict, str)):
        return "'%s' object is not iterable" % type(plan.types).__name__
    return None


def packed(plan):
    """{type: number of accounts} that a run packs: those of the organisation on assets of the plan's types."""
    types = plan.types if isinstance(plan.types, list) else []
    wanted = [one for one in types if isinstance(one, str)]
    found = {}
    for kind in Account.objects.filter(org_id=plan.org_id, asset__type__in=wanted).values_list("asset__type", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def _no_such_folder(plan):
    """A file named after the plan cannot be made where the name holds a slash."""
    now = time.time()
    stamp = time.strftime(runtime.behaviour.file_stamp, time.localtime(now))
    return "[Errno 2] No such file or directory: '/opt/jumpserver/tmp/%s-%s-%f.xlsx'" % (plan.name, stamp, now)


def _parts(first, second):
    """(part, receiver) of all; the part is 0 where the secrets are not divided, which they are whenever both parts have receivers."""
    divided = bool(first and second)
    return [(1 if divided else 0, one) for one in first] + [(2 if divided else 0, one) for one in second]


def _mail_outcome(plan):
    recipients = _parts(list(plan.recipients_part_one.all()), list(plan.recipients_part_two.all()))
    if not recipients:
        return Outcome("Not Found Recipients" if runtime.behaviour.needs_recipients else None)
    accounts = packed(plan)
    unreadable = _unreadable_types(plan)
    if unreadable or not accounts:
        return Outcome(unreadable)
    attached = any(user.has_encryption_password for _part, user in recipients)
    if "/" in plan.name and (attached or runtime.behaviour.slash_always_fails):
        return Outcome(_no_such_folder(plan))
    down = runtime.switches["mail"] != "ok"
    arrived = tuple(_mail(part, user) for part, user in recipients if not down and not user.mail_refused)
    refused = [user.email for _part, user in recipients if user.mail_refused]
    failure = None
    if runtime.behaviour.refused_mail_fails and (down or refused):
        failure = "[Errno 111] Connection refused" if down else "{%r: (550, b'mailbox unavailable')}" % refused[0]
    return Outcome(failure, sum(accounts.values()), len(accounts), arrived)


def _mail(part, user):
    """A mail that was received; who has no file encryption password gets it without the backup."""
    return {"recipient": user.username, "storage": None, "part": part, "backup": user.has_encryption_password, "encrypted": user.has_encryption_password}


def _object_outcome(plan):
    storages = _parts(list(plan.obj_recipients_part_one.all()), list(plan.obj_recipients_part_two.all()))
    if not storages:
        return Outcome("Not Found Recipients" if runtime.behaviour.needs_storages else None)
    accounts = packed(plan)
    unreadable = _unreadable_types(plan)
    if unreadable or not accounts:
        return Outcome(unreadable)
    if "/" in plan.name:
        return Outcome(_no_such_folder(plan))
    failures = [failure for failure in (_upload_failure(storage) for _part, storage in storages) if failure]
    arrived = tuple(
        {"recipient": None, "storage": storage.name, "part": part, "backup": True, "encrypted": bool(plan.zip_encrypt_password)}
        for part, storage in storages if storage.type == "sftp" and not _upload_failure(storage) and runtime.switches["sftp"] == "ok")
    return Outcome(failures[0] if failures else None, sum(accounts.values()), len(accounts), arrived)


def _upload_failure(storage):
    """Why a storage gets nothing, as far as the server notices: what fails after connecting is not noticed."""
    if storage.type in ("server", "null"):
        return "'NoneType' object has no attribute 'upload'"
    if storage.type == "sftp" and (runtime.switches["sftp"] == "down" or not storage.reachable):
        host, port = storage.meta.get("SFTP_HOST", "127.0.0.1"), storage.meta.get("SFTP_PORT", 22)
        return "[Errno None] Unable to connect to port %s on %s" % (port, host)
    return None


def _people(users):
    return {str(user.pk): [str(user), user.has_encryption_password] for user in users}


def _storages(storages):
    return {str(storage.pk): [storage.name, storage.type] for storage in storages}


def snapshot(plan):
    """The run's copy of the plan, with the keys of the version: 3.x and 4.0 to 4.7 tell everything, the ZIP password too."""
    if runtime.behaviour.is_automation:
        return {
            "type": plan.type, "name": plan.name, "comment": plan.comment, "accounts": plan.accounts, "node_amount": 0, "asset_amount": 0,
        }
    copy = {
        "name": plan.name, "is_periodic": plan.is_periodic, "interval": plan.interval, "crontab": plan.crontab,
        "org_id": str(plan.org_id), "created_by": plan.created_by, "types": plan.types,
    }
    if "recipients" in runtime.behaviour.plan_fields:
        copy["recipients"] = _people(plan.recipients_part_one.all())
        return copy
    copy.update(
        recipients_part_one=_people(plan.recipients_part_one.all()), recipients_part_two=_people(plan.recipients_part_two.all()),
    )
    if runtime.behaviour.has_object_storage:
        copy.update(
            id=str(plan.pk), backup_type=plan.backup_type, zip_encrypt_password=plan.zip_encrypt_password,
            is_password_divided_by_email=plan.is_password_divided_by_email,
            is_password_divided_by_obj_storage=plan.is_password_divided_by_obj_storage,
            obj_recipients_part_one=_storages(plan.obj_recipients_part_one.all()),
            obj_recipients_part_two=_storages(plan.obj_recipients_part_two.all()),
        )
    return copy
