# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exists when the stand-in starts; the package's docstring tells the shape."""

from __future__ import annotations

import datetime
import hashlib
import uuid

from django.db import transaction
from django.utils import timezone

from . import database, schedule, verdicts
from .models import (
    BUILT_IN_IDS, DEFAULT_ID, ROOT_ID, SYSTEM_ID, AccessKey, Account, Asset, BearerToken, Execution, Membership, Node, Organization, Plan, Storage, User,
)
from .api.organizations import forget
from .runtime import runtime

NAMESPACE = uuid.UUID("5a1e0000-0000-4000-8000-000000000000")
TOKEN_LIFE = datetime.timedelta(days=3650)
TEAM_A, RESEARCH, TEAM_C = "Team-A", "研发中心", "Team C/x"
PARTS = ("database", "organizations", "users", "storages", "assets", "nodes", "plans")
PLAN_RELATIONS = {
    "recipients": User, "recipients_part_one": User, "recipients_part_two": User,
    "obj_recipients_part_one": Storage, "obj_recipients_part_two": Storage, "nodes": Node, "assets": Asset,
}


def made_up(*words):
    """An id that is always the same for the same words."""
    return str(uuid.uuid5(NAMESPACE, "/".join(words)))


def _member(organization=None, role="OrgUser", system="User"):
    return [[system, None]] + ([[role, organization]] if organization else [])


DEFAULT_WORLD = {
    "organizations": {
        TEAM_A: "aaaaaaaa-0000-4000-8000-00000000000a",
        RESEARCH: "bbbbbbbb-0000-4000-8000-00000000000b",
        TEAM_C: "cccccccc-0000-4000-8000-00000000000c",
    },
    "users": {
        "admin": {"name": "Administrator", "roles": _member("Default", "OrgAdmin", "SystemAdmin"), "has_encryption_password": True},
        "orgadmin": {"name": "Org Admin A", "roles": _member(TEAM_A, "OrgAdmin")},
        "orgadmin_dev": {"name": "Org Admin Dev", "roles": _member(RESEARCH, "OrgAdmin")},
        "auditor": {"name": "Auditor", "roles": _member("Default", "OrgAuditor", "SystemAuditor")},
        "plain": {"name": "Plain User", "roles": _member()},
        "alice": {"name": "Alice", "roles": _member("Default"), "has_encryption_password": True},
        "bob": {"name": "Bob", "roles": _member("Default")},
        "carol": {"name": "Carol", "roles": _member("Default"), "has_encryption_password": True},
        "security-officer": {"name": "Security Officer", "roles": _member("Default"), "has_encryption_password": True},
        "cto": {"name": "Chief Technology Officer", "roles": _member("Default"), "has_encryption_password": True},
        "zhangwei": {"name": "张伟", "roles": _member(RESEARCH), "has_encryption_password": True},
        "same1": {"name": "Same Name", "roles": _member("Default")},
        "same2": {"name": "Same Name", "roles": _member("Default")},
        "former": {"name": "Former Employee", "roles": _member("Default"), "is_active": False},
    },
    "storages": {
        "sftp-main": {"type": "sftp", "meta": {"SFTP_HOST": "sftp-main.example.com", "SFTP_PORT": 22, "SFTP_USERNAME": "backup", "SFTP_ROOT_PATH": "/backup"}},
        "sftp-two": {"type": "sftp", "meta": {"SFTP_HOST": "sftp-two.example.com", "SFTP_PORT": 22, "SFTP_USERNAME": "backup", "SFTP_ROOT_PATH": "/backup"}},
        "s3-archive": {"type": "s3", "meta": {"BUCKET": "archive", "ENDPOINT": "https://s3.example.com"}},
        "default": {"type": "server", "is_default": True},
        "null": {"type": "null"},
    },
    "assets": [
        {"name": "%s-%d" % (kind, number), "organization": organization, "type": kind, "accounts": ["root", "deploy"]}
        for number, organization in enumerate(("Default", TEAM_A, RESEARCH, TEAM_C), 1)
        for kind in ("linux", "mysql", "windows")
    ],
    "nodes": [],
    "plans": [],
}
PROTOCOLS = {"linux": [{"name": "ssh", "port": 22}], "windows": [{"name": "rdp", "port": 3389}], "mysql": [{"name": "mysql", "port": 3306}]}

_seed = {}


def load(seed=None):
    """Empty the stand-in and fill it with *seed* (None: the one of before). Answers with what :func:`summary` tells."""
    global _seed
    if seed is not None:
        unknown = sorted(set(seed) - set(PARTS))
        if unknown:
            raise ValueError("unknown parts of a world: %s" % ", ".join(unknown))
        _seed = seed
    world = dict(_default_world(_seed), **_seed)
    runtime.database = world.get("database") or runtime.behaviour.database
    runtime.restart()
    database.empty()
    with transaction.atomic():
        _organizations(world["organizations"])
        for username, user in world["users"].items():
            _user(username, user)
        for name, storage in world["storages"].items():
            Storage.objects.create(**dict({"id": made_up("storage", name), "name": name}, **storage))
        for asset in world["assets"]:
            _asset(asset)
        for node in world["nodes"]:
            _located(Node, node, "node")
        _root_nodes()
        _plans(world["plans"])
    return summary()


def _default_world(seed):
    """The default world without what belongs to organisations that *seed* does not have."""
    present = {"Default", *seed.get("organizations", DEFAULT_WORLD["organizations"])}
    users = {
        username: dict(user, roles=[[role, organization] for role, organization in user["roles"] if organization is None or organization in present])
        for username, user in DEFAULT_WORLD["users"].items()
    }
    assets = [asset for asset in DEFAULT_WORLD["assets"] if asset["organization"] in present]
    return dict(DEFAULT_WORLD, users=users, assets=assets)


def _organizations(given):
    names = {ROOT_ID: "Global Organization", DEFAULT_ID: runtime.behaviour.default_organization_name, SYSTEM_ID: "SYSTEM"}
    comments = {}
    for name, entry in given.items():
        entry = entry if isinstance(entry, dict) else {"id": entry}
        identifier = uuid.UUID(entry.get("id") or made_up("organization", name))
        comments[identifier] = entry.get("comment", "")
        if identifier not in BUILT_IN_IDS:
            names[identifier] = name
    for identifier, name in names.items():
        Organization.objects.create(id=identifier, name=name, comment=comments.get(identifier, ""))
    forget()


def _root_nodes():
    """Every organisation but root and system has a node of its own name at least."""
    for organization in Organization.objects.exclude(id__in=[ROOT_ID, SYSTEM_ID]):
        if not Node.objects.filter(org_id=organization.pk).exists():
            Node.objects.create(id=made_up("node", str(organization.pk)), org_id=organization.pk, name=organization.name)


def organization_id(reference):
    """The id of an organisation given by id or name; ``Default`` is known by this name in every version."""
    keywords = {"default": DEFAULT_ID, "root": ROOT_ID, "system": SYSTEM_ID}
    if str(reference).lower() in keywords:
        return keywords[str(reference).lower()]
    found = Organization.objects.filter(name=reference).first()
    return found.id if found else Organization.objects.get(id=reference).id


def _user(username, given):
    defaults = {
        "id": made_up("user", username),
        "name": username,
        "email": "%s@example.com" % username,
        "password": "canary-password-%s" % username,
        "private_token": hashlib.sha1(("canary-private-token-%s" % username).encode()).hexdigest(),
    }
    columns = {field.name for field in User._meta.concrete_fields}
    user = User(username=username, **{name: value for name, value in dict(defaults, **given).items() if name in columns})
    roles = given.get("roles") or _member("Default")
    user.groups = [_group(group) for group in given.get("groups", _default_groups(username))]
    user.system_role = next((role for role, organization in roles if organization is None), "User")
    user.save(force_insert=True)
    for role, organization in roles:
        if organization is not None:
            Membership.objects.create(user=user, organization_id=organization_id(organization), role=role)
    main = {
        "id": given.get("access_key_id") or made_up("access key", username),
        "secret": given.get("access_key_secret") or "canary-access-key-secret-%s" % username,
    }
    for key in [main, *given.get("access_keys", [])]:
        AccessKey.objects.create(user=user, **dict({"ip_group": ["*"]}, **key))
    token = given.get("api_token") or ("canary-api-token-%s-" % username).ljust(36, "0")
    BearerToken.objects.create(token=token, user=user, date_expired=timezone.now() + TOKEN_LIFE)


def _default_groups(username):
    members, organization = runtime.behaviour.default_group
    return [{"name": "Default", "organization": organization}] if members in ("everyone", username) else []


def _group(given):
    organization = str(organization_id(given.get("organization", "Default")))
    return {"id": given.get("id") or made_up("group", organization, given["name"]), "name": given["name"], "organization": organization}


def _located(model, given, kind):
    given = dict(given)
    organization = organization_id(given.pop("organization"))
    given.setdefault("id", made_up(kind, str(organization), given["name"]))
    return model.objects.create(org_id=organization, **given)


def _asset(given):
    """An asset and its accounts, each a user name or a dictionary."""
    given = dict({"protocols": PROTOCOLS.get(given["type"], [])}, **given)
    accounts = [{"username": account} if isinstance(account, str) else account for account in given.pop("accounts", [])]
    asset = _located(Asset, given, "asset")
    Account.objects.bulk_create(
        _account(asset, account) for account in accounts)


def _account(asset, given):
    defaults = {
        "id": made_up("account", str(asset.pk), given["username"]), "secret": "canary-secret-of-%s-on-%s" % (given["username"], asset.name),
        "privileged": given["username"] == "root",
    }
    return Account(**dict(defaults, **given), org_id=asset.org_id, asset=asset)


class _References:
    """Objects of one kind by id, name and, for people, user name."""

    def __init__(self, model):
        self.known = {}
        for column in ("pk", "name", "username") if model is User else ("pk", "name"):
            self.known.update((str(value), pk) for value, pk in model.objects.values_list(column, "pk"))

    def __getitem__(self, reference):
        if isinstance(reference, dict):
            reference = reference.get("id") or reference.get("pk")
        return self.known[str(reference)]


def _plans(given):
    """Store plans in bulk: worlds for measuring have thousands."""
    references = {model: _References(model) for model in set(PLAN_RELATIONS.values())}
    organizations, plans, links, lived = {}, [], {}, []
    for entry in given:
        entry = dict(entry)
        life = entry.pop("runs", []), entry.pop("saved", None)
        related = {name: entry.pop(name) for name in PLAN_RELATIONS if name in entry}
        name = entry.pop("organization", "Default")
        if name not in organizations:
            organizations[name] = organization_id(name)
        plan = _plan(organizations[name], entry)
        plans.append(plan)
        lived += [(plan, *life)] if any(life) else []
        for relation, objects in related.items():
            model = PLAN_RELATIONS[relation]
            column = Plan._meta.get_field("recipients_part_one" if relation == "recipients" else relation)
            links.setdefault(column.remote_field.through, []).extend(
                {"plan_id": plan.pk, column.m2m_reverse_name(): references[model][one]} for one in objects)
    Plan.objects.bulk_create(plans)
    for through, rows in links.items():
        through.objects.bulk_create([through(**row) for row in rows])
    schedule.register_all(plans)
    _past(lived)


def _past(lived):
    """What happened to plans before the world began: ``runs``, each as columns with ``ago`` seconds, and ``saved``, how many seconds ago."""
    now, executions = timezone.now(), []
    for plan, given, saved in lived:
        if saved is not None:
            plan.date_created = plan.date_updated = now - datetime.timedelta(seconds=saved)
        copy = verdicts.snapshot(plan) if given else {}
        executions += [_execution(plan, copy, now, dict(run)) for run in given]
    Plan.objects.bulk_update([plan for plan, _runs, saved in lived if saved is not None], ["date_created", "date_updated"], batch_size=500)
    Execution.objects.bulk_create(executions)


def _execution(plan, copy, now, given):
    began = now - datetime.timedelta(seconds=given.pop("ago"))
    status = given.setdefault("status", "success")
    if status != "running":
        given = {"timedelta": 1.0, "date_finished": began + datetime.timedelta(seconds=1), "reason": "-", **given}
    return Execution(
        **dict({"trigger": "timing", "accounts": 1, "types": 1}, **given), id=uuid.uuid4(), plan=plan, org_id=plan.org_id, date_start=began, snapshot=copy,
        is_success=status == "success")


def _plan(organization, given):
    given.setdefault("id", made_up("plan", str(organization), given["name"]))
    given.setdefault("is_periodic", bool(given.get("crontab") or given.get("interval")))
    if runtime.behaviour.schedule_rewritten:
        given.setdefault("interval", None)
    given["crontab"] = given.get("crontab") or runtime.behaviour.empty_crontab
    given["id"] = uuid.UUID(str(given["id"]))
    return Plan(**dict({"created_by": "Administrator"}, **given), org_id=organization)


def summary():
    """{"users": {username: {...}}, "organizations": {name: id}, "storages": {name: id}} of the world as it is."""
    keys, tokens = {}, {}
    for key in AccessKey.objects.filter(is_active=True).order_by("-date_created"):
        keys[key.user_id] = key
    for token in BearerToken.objects.all():
        tokens[token.user_id] = token.token
    return {
        "users": {
            user.username: {
                "id": str(user.pk), "username": user.username, "name": user.name, "email": user.email, "password": user.password,
                "private_token": user.private_token, "api_token": tokens.get(user.pk),
                "access_key_id": str(keys[user.pk].pk), "access_key_secret": keys[user.pk].secret, "role": _role_text(user),
            }
            for user in User.objects.prefetch_related("memberships__organization")
        },
        "organizations": dict(
            {one.name: str(one.pk) for one in Organization.objects.all()}, Default=str(DEFAULT_ID), root=str(ROOT_ID), system=str(SYSTEM_ID)),
        "storages": {storage.name: str(storage.pk) for storage in Storage.objects.all()},
    }


def _role_text(user):
    held = ["%s of %s" % (one.role, one.organization.name) for one in user.memberships.all()]
    return ", ".join([user.system_role] + held)
