# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What JumpServer does differently from version to version: one table, no other place asks for a version.

Each row of :data:`CHANGES` names one behaviour and lists when it changed: ``(first version, value)`` in rising order.
:func:`at` reads the table for one version and gives an object with one attribute per row.
"""

from __future__ import annotations

import re
import types

#: short name on the command line -> release that is played
RELEASES = {"3.5": "3.5.7", "3.8": "3.8.2", "3.10": "3.10.23", "4.10": "4.10.19"}

PLAN_FIELDS = {
    "v3.0": (
        "created_by", "periodic_display", "executed_amount", "id", "name", "interval", "crontab", "comment", "recipients", "types",
        "org_id", "org_name", "is_periodic", "date_created", "date_updated",
    ),
    "v3.6": (
        "created_by", "periodic_display", "executed_amount", "id", "name", "interval", "crontab", "comment", "types",
        "recipients_part_one", "recipients_part_two", "org_id", "org_name", "is_periodic", "date_created", "date_updated",
    ),
    "v3.9": (
        "created_by", "periodic_display", "executed_amount", "id", "name", "interval", "crontab", "comment", "types",
        "recipients_part_one", "recipients_part_two", "backup_type", "obj_recipients_part_one", "obj_recipients_part_two",
        "zip_encrypt_password", "org_id", "org_name", "is_periodic", "is_password_divided_by_email", "is_password_divided_by_obj_storage",
        "date_created", "date_updated",
    ),
    "v4.8": (
        "id", "name", "type", "interval", "crontab", "accounts", "nodes", "assets", "periodic_display", "executed_amount", "types",
        "recipients_part_one", "recipients_part_two", "backup_type", "obj_recipients_part_one", "obj_recipients_part_two",
        "zip_encrypt_password", "org_id", "org_name", "is_periodic", "is_active", "is_password_divided_by_email",
        "is_password_divided_by_obj_storage", "date_created", "date_updated", "last_execution_date", "comment", "created_by",
    ),
}

EXECUTION_FIELDS = {
    "v3.0": ("id", "date_start", "timedelta", "plan_snapshot", "trigger", "reason", "is_success", "org_id", "recipients", "plan"),
    "v3.6": ("id", "date_start", "timedelta", "snapshot", "trigger", "reason", "is_success", "org_id", "plan"),
    "v3.9": ("id", "date_start", "timedelta", "snapshot", "trigger", "reason", "is_success", "org_id", "plan"),
    "v4.8": ("id", "automation", "trigger", "date_start", "date_finished", "snapshot", "status", "duration"),
}

START = "3.0.0"

CHANGES = {
    # dialect: the keys of plans and executions
    "dialect": ((START, "v3.0"), ("3.6.0", "v3.6"), ("3.9.0", "v3.9"), ("4.8.0", "v4.8")),
    "is_automation": ((START, False), ("4.8.0", True)),  # plans became automations: another key to start a run, other row keys, other nouns
    "has_object_storage": ((START, False), ("3.9.0", True)),
    "text_edition": ((START, "3"), ("3.6.0", "3.6"), ("4.0.0", "4")),  # wording of the server's own messages
    "codenames": ((START, "3.5"), ("3.9.0", "3.10"), ("4.8.0", "4.10")),  # the rights that roles list, see codenames.json
    # language
    "default_language": ((START, "zh-hans"), ("4.0.0", "en")),
    # storage
    "database": ((START, "mysql"), ("3.9.0", "postgresql")),  # of the servers that were recorded; a world can name the other
    # authentication
    "first_authenticator": ((START, "Bearer"), ("4.8.0", "Signature")),  # it names itself in WWW-Authenticate
    "unknown_bearer_refused": ((START, True), ("4.10.14", False)),  # False: as if nothing had been sent
    "inactive_signer_refused": ((START, False), ("3.10.20", True), ("4.0.0", False), ("4.10.8", True)),  # 401; False: 403
    "key_addresses_checked": ((START, False), ("3.9.0", True)),
    "key_creation_confirmed": ((START, False), ("3.8.0", True)),
    "throttle": ((START, None), ("4.10.15", 180), ("4.10.17", 4096)),  # requests a minute and user
    "content_type_signable": ((START, False), ("4.0.0", True)),
    # organisations
    "community_honours_organizations": ((START, True), ("3.10.4", False)),
    "system_keyword": ((START, False), ("3.10.4", True)),
    "tells_is_system": ((START, False), ("3.10.17", True), ("4.0.0", False), ("4.5.0", True)),
    "root_create_refused": ((START, False), ("3.10.11", True)),  # 400 with a bare list; False: 500
    "plans_unscoped": ((START, False), ("4.2.0", True), ("4.5.0", False)),  # every organisation's plans are seen, and a change moves them
    "community_creates_organizations": ((START, True), ("4.0.0", False)),
    "own_organizations_in_profile": ((START, True), ("4.10.0", False)),
    "default_group": ((START, ("admin", "Default")), ("3.6.0", ("everyone", "Default")), ("4.0.0", ("admin", "root"))),  # members, organisation
    "chat_ids_of_users": ((START, "always"), ("3.10.10", "login"), ("4.0.0", "enterprise")),  # wecom_id and the like in user rows
    "org_roles_of_users": ((START, "always"), ("4.0.0", "enterprise")),
    "users_have_labels": ((START, False), ("3.10.0", True)),  # and a slack_id
    "users_have_ukeys": ((START, False), ("4.10.17", True)),
    "users_have_lark_ids": ((START, False), ("3.10.8", True)),
    "users_have_all_roles": ((START, False), ("3.10.8", True)),  # orgs_roles, seen from root
    "users_tell_last_key_use": ((START, False), ("3.8.0", True)),
    "users_tell_public_keys": ((START, False), ("4.10.8", True)),
    "profile_tells_language": ((START, False), ("4.10.2", True)),
    "organizations_tell_internal": ((START, False), ("3.6.0", True)),
    "zones": ((START, "domains_amount"), ("4.10.0", "zones_amount")),
    "suggestions_are_short": ((START, False), ("4.10.12", True)),
    "default_organization_name": ((START, "Default"), ("4.0.0", "DEFAULT")),
    # lists
    "page_cap": ((START, 100), ("3.10.0", 10000), ("4.10.8", 1000)),
    "rows_without_limit": ((START, None), ("4.10.8", 200)),
    "plan_name_filter": ((START, "exact"), ("3.6.0", None), ("3.10.5", "exact"), ("4.10.19", "iexact")),
    "rich_filters": ((START, False), ("4.10.19", True)),  # id, id__in, name__*, backup_type, days, status ...
    "not_id_filter": ((START, False), ("3.7.0", True)),
    "q_search": ((START, False), ("4.10.13", True)),
    "search_or": ((START, False), ("4.10.19", True)),
    "user_search_email": ((START, True), ("4.10.17", False)),
    "storages_by_name": ((START, False), ("3.10.8", True)),
    "settings_tell_languages": ((START, False), ("4.0.0", True)),
    "csv_format": ((START, False), ("4.0.0", True)),
    "forwarded_host": ((START, False), ("4.10.17", True)),
    "executions_by_organization": ((START, False), ("4.8.0", True)),  # in the root organisation, before the newest first
    "execution_search_name": ((START, False), ("3.6.0", True)),
    "execution_search_id": ((START, False), ("4.10.14", True)),
    "execution_id_filter": ((START, False), ("4.10.14", True)),
    "execution_days_filter": ((START, False), ("4.8.0", True)),
    "execution_plan_filter": ((START, "plan_id"), ("4.8.0", "automation_id"), ("4.10.2", None), ("4.10.19", "automation_id")),
    "execution_name_filter": ((START, None), ("3.6.0", "plan__name"), ("4.8.0", "automation__name"), ("4.10.19", "automation_name")),
    # a single row
    "name_in_path": ((START, False), ("4.10.8", True)),
    # schedule
    "schedule_rewritten": ((START, False), ("4.0.0", True)),  # interval and crontab emptied unless is_periodic comes with them
    "empty_crontab": ((START, None), ("4.8.0", "")),  # as stored when none was given; "" also refuses null, with 500
    "minute_star_refused": ((START, False), ("4.9.0", True)),
    "interval_limits_in_field": ((START, False), ("4.8.0", True)),
    "month_names_run": ((START, False), ("4.10.17", True)),
    # other writing
    "race": ((START, 0.15), ("3.9.0", 0.9)),  # share of writes that can lose a race for a name with a 500; of 20 losers 3 did on 3.5.7, 15 on 3.10.23
    "duplicate_check": ((START, "row"), ("4.8.0", "field")),
    "passwords_decrypted": ((START, True), ("4.10.17", False)),  # text with one colon is taken for what the web page encrypts
    "choice_from_label": ((START, False), ("3.10.0", True)),  # "Email(email)" is read as email
    "mixed_types_stored": ((START, False), ("4.0.0", True)),  # a list of strings and objects: 500 before
    # runs
    "needs_recipients": ((START, False), ("3.9.0", True), ("4.8.0", False)),
    "refused_mail_fails": ((START, False), ("3.10.22", True), ("4.0.0", False), ("4.10.8", True)),
    "failures_reported": ((START, True), ("4.8.0", False), ("4.10.8", True)),
    "file_stamp": ((START, "%Y-%m-%d %H:%M:%S"), ("3.9.0", "%Y%m%d-%H%M%S")),
    "needs_storages": ((START, False), ("3.9.0", True)),
    "slash_always_fails": ((START, True), ("4.8.0", False)),  # False: only if some recipient gets an attachment
    "tasks_for_everyone": ((START, True), ("3.10.8", False)),  # False: for the starter and system administrators
    "tasks_tell_state": ((START, False), ("4.10.19", True)),
    # OPTIONS
    "options_by_action": ((START, False), ("4.0.0", True)),
    "options_flags": ((START, True), ("4.10.19", False)),  # "filter" and "order" beside each field
    "options_filters": ((START, False), ("4.10.19", True)),
    "periodic_display_type": ((START, "field"), ("4.0.0", "string")),
    "executed_amount_type": ((START, "field"), ("4.10.8", "integer")),
    "org_name_type": ((START, "field"), ("4.2.0", "string")),
    "options_help": ((START, ("recipients",)), ("3.6.0", ()), ("4.8.0", ("obj_recipients_part_one", "obj_recipients_part_two"))),
    "options_styles": ((START, False), ("4.10.17", True)),
    "object_storage_licensed": ((START, False), ("4.10.4", True)),  # hidden from the community edition's choices
}


def numbers(version):
    """``"4.10.19"`` -> ``(4, 10, 19)``; a leading ``v`` is ignored, missing parts are 0."""
    parts = [int(part) for part in version.lstrip("v").split(".")]
    return tuple(parts + [0] * (3 - len(parts)))


def release(name):
    """The full version for a name of the command line: ``3.10`` -> ``3.10.23``, ``4.7.0`` -> ``4.7.0``."""
    version = RELEASES.get(name, name)
    if not re.fullmatch(r"v?\d+(\.\d+){0,2}", version):
        raise ValueError("not a version: %s" % name)
    if numbers(version) < numbers(START):
        raise ValueError("versions before %s are not simulated: %s" % (START, name))
    return ".".join(str(number) for number in numbers(version))


def at(version):
    """The behaviours of one version, as an object with an attribute per row of :data:`CHANGES`, and ``version``."""
    wanted = numbers(version)
    values = {
        name: [value for since, value in changes if numbers(since) <= wanted][-1]
        for name, changes in CHANGES.items()
    }
    values["version"] = version
    values["plan_fields"] = PLAN_FIELDS[values["dialect"]]
    values["execution_fields"] = EXECUTION_FIELDS[values["dialect"]]
    return types.SimpleNamespace(**values)
