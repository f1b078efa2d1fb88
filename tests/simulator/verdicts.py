# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run fails, and what it remembers of its plan."""

from __future__ import annotations

import time

from .models import Asset
from .runtime import runtime


def failure(plan):
    """The text of the failure that the server reports for a run of *plan*, or None for success.

    Success means little: no account may have matched, a mail may have had no attachment.
    """
    found = _failure(plan)
    return found if runtime.behaviour.failures_reported else None


def _failure(plan):
    by_object = runtime.behaviour.has_object_storage and plan.backup_type == "object_storage"
    return _object_failure(plan) if by_object else _mail_failure(plan)


def _unreadable_types(plan):
    """The text for types over which the server cannot loop, reached only when there is somebody to deliver to."""
    if isinstance(plan.types, bool) or not isinstance(plan.types, (list, dict, str)):
        return "'%s' object is not iterable" % type(plan.types).__name__
    return None


def _matches_accounts(plan):
    """Whether the organisation has an account on an asset of one of the plan's types."""
    types = plan.types if isinstance(plan.types, list) else []
    wanted = [one for one in types if isinstance(one, str)]
    return any(accounts for accounts in Asset.objects.filter(org_id=plan.org_id, type__in=wanted).values_list("accounts", flat=True))


def _no_such_folder(plan):
    """A file named after the plan cannot be made where the name holds a slash."""
    now = time.time()
    stamp = time.strftime(runtime.behaviour.file_stamp, time.localtime(now))
    return "[Errno 2] No such file or directory: '/opt/jumpserver/tmp/%s-%s-%f.xlsx'" % (plan.name, stamp, now)


def _mail_failure(plan):
    recipients = list(plan.recipients_part_one.all()) + list(plan.recipients_part_two.all())
    if not recipients:
        return "Not Found Recipients" if runtime.behaviour.needs_recipients else None
    unreadable = _unreadable_types(plan)
    if unreadable or not _matches_accounts(plan):
        return unreadable
    attached = any(user.has_encryption_password for user in recipients)
    if "/" in plan.name and (attached or runtime.behaviour.slash_always_fails):
        return _no_such_folder(plan)
    if runtime.behaviour.refused_mail_fails:
        if runtime.switches["mail"] != "ok":
            return "[Errno 111] Connection refused"
        refused = [user.email for user in recipients if user.mail_refused]
        if refused:
            return "{%r: (550, b'mailbox unavailable')}" % refused[0]
    return None


def _object_failure(plan):
    storages = list(plan.obj_recipients_part_one.all()) + list(plan.obj_recipients_part_two.all())
    if not storages:
        return "Not Found Recipients" if runtime.behaviour.needs_storages else None
    unreadable = _unreadable_types(plan)
    if unreadable or not _matches_accounts(plan):
        return unreadable
    if "/" in plan.name:
        return _no_such_folder(plan)
    for storage in storages:
        if storage.type in ("server", "null"):
            return "'NoneType' object has no attribute 'upload'"
        if storage.type == "sftp" and (runtime.switches["sftp"] != "ok" or not storage.reachable):
            host, port = storage.meta.get("SFTP_HOST", "127.0.0.1"), storage.meta.get("SFTP_PORT", 22)
            return "[Errno None] Unable to connect to port %s on %s" % (port, host)
    return None  # what fails after connecting is not noticed


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
