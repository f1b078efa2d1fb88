# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in stores."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from .database import check_storable

ROOT_ID = uuid.UUID("00000000-0000-0000-0000-000000000000")
DEFAULT_ID = uuid.UUID("00000000-0000-0000-0000-000000000002")
SYSTEM_ID = uuid.UUID("00000000-0000-0000-0000-000000000004")
BUILT_IN_IDS = (ROOT_ID, DEFAULT_ID, SYSTEM_ID)


class NameField(models.CharField):
    """Text that compares as the server's database does."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 128)
        kwargs.setdefault("db_collation", "server")
        super().__init__(*args, **kwargs)


class Identified(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True


class Organization(Identified):
    name = NameField()
    comment = models.TextField(default="", blank=True)
    created_by = models.CharField(max_length=128, default="System")
    date_created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]

    @property
    def is_root(self):
        return self.id == ROOT_ID

    @property
    def is_default(self):
        return self.id == DEFAULT_ID

    @property
    def is_system(self):
        return self.id == SYSTEM_ID


class Nobody:
    """The requester without credentials."""

    id = pk = None
    is_authenticated = False
    is_active = False
    name = username = ""


class User(Identified):
    username = NameField(unique=True)
    name = NameField()
    email = NameField()
    password = models.CharField(max_length=128)
    private_token = models.CharField(max_length=40, unique=True)
    is_active = models.BooleanField(default=True)
    is_expired = models.BooleanField(default=False)
    has_encryption_password = models.BooleanField(default=False)
    mfa = models.BooleanField(default=False)
    is_first_login = models.BooleanField(default=True)
    groups = models.JSONField(default=list)  # [{"id", "name", "organization": id}]
    mail_refused = models.BooleanField(default=False)
    comment = models.TextField(null=True, default=None)
    system_role = models.CharField(max_length=32, default="User")
    date_created = models.DateTimeField(default=timezone.now)
    last_login = models.DateTimeField(null=True, default=None)

    class Meta:
        ordering = ["username"]

    is_authenticated = True

    def __str__(self):
        return "%s(%s)" % (self.name, self.username)

    @property
    def is_system_admin(self):
        return self.system_role == "SystemAdmin"


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=32)


class AccessKey(Identified):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    secret = models.CharField(max_length=128)
    is_active = models.BooleanField(default=True)
    ip_group = models.JSONField(default=list)
    date_created = models.DateTimeField(default=timezone.now)


class BearerToken(models.Model):
    token = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    date_expired = models.DateTimeField()
    issued = models.BooleanField(default=False)  # by the login; the others were there from the start


class Storage(Identified):
    name = NameField(unique=True)
    type = models.CharField(max_length=32)
    meta = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    comment = models.TextField(default="")
    reachable = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]


class Node(Identified):
    org_id = models.UUIDField()
    name = NameField()

    class Meta:
        ordering = ["name"]


class Asset(Identified):
    org_id = models.UUIDField()
    name = NameField()
    type = models.CharField(max_length=32)
    address = models.CharField(max_length=1024, default="10.20.0.1")
    protocols = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]


class Account(Identified):
    org_id = models.UUIDField()
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="accounts")
    username = NameField()
    secret = models.TextField(default="")
    secret_type = models.CharField(max_length=16, default="password")
    privileged = models.BooleanField(default=False)
    date_updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["username"]


class Plan(Identified):
    """An account backup plan; which of the fields the API shows depends on the version."""

    org_id = models.UUIDField(db_index=True)
    name = NameField()
    comment = models.TextField(default="", blank=True)
    is_periodic = models.BooleanField(default=False)
    interval = models.IntegerField(null=True, default=24)
    crontab = models.CharField(max_length=128, null=True, blank=True, default=None)
    types = models.JSONField(default=list)
    recipients_part_one = models.ManyToManyField(User, related_name="+")
    recipients_part_two = models.ManyToManyField(User, related_name="+")
    backup_type = models.CharField(max_length=128, default="email")
    obj_recipients_part_one = models.ManyToManyField(Storage, related_name="+")
    obj_recipients_part_two = models.ManyToManyField(Storage, related_name="+")
    is_password_divided_by_email = models.BooleanField(default=True)
    is_password_divided_by_obj_storage = models.BooleanField(default=True)
    zip_encrypt_password = models.TextField(null=True, default=None)
    is_active = models.BooleanField(default=True)
    accounts = models.JSONField(default=list)
    nodes = models.ManyToManyField(Node, related_name="+")
    assets = models.ManyToManyField(Asset, related_name="+")
    last_execution_date = models.DateTimeField(null=True, default=None)
    created_by = models.CharField(max_length=128, default="", blank=True)
    date_created = models.DateTimeField(auto_now_add=True)
    date_updated = models.DateTimeField(auto_now=True)

    type = "backup_account"

    class Meta:
        ordering = ["name"]
        unique_together = [("org_id", "name")]

    def save(self, *args, **kwargs):
        check_storable(self.name, self.comment, self.crontab)
        super().save(*args, **kwargs)


class Execution(Identified):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="executions")
    org_id = models.UUIDField(db_index=True)
    trigger = models.CharField(max_length=16, default="manual")
    snapshot = models.JSONField(default=dict)
    date_start = models.DateTimeField()
    date_finished = models.DateTimeField(null=True, default=None)
    timedelta = models.FloatField(default=0.0)
    status = models.CharField(max_length=16, default="running")
    is_success = models.BooleanField(default=False)
    reason = models.CharField(max_length=1024, null=True, default=None)
    accounts = models.IntegerField(default=0)  # how many the run packed, and of how many types
    types = models.IntegerField(default=0)

    class Meta:
        ordering = ["-date_start"]


class Task(Identified):
    """A started run as the task queue knows it, from the start on and also when the plan is gone."""

    plan_id = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    state = models.CharField(max_length=16, default="PENDING")
    date_published = models.DateTimeField()
    date_start = models.DateTimeField(null=True, default=None)
    date_finished = models.DateTimeField(null=True, default=None)


class ScheduleEntry(models.Model):
    """What the scheduler itself holds for a plan. Its key is as short as JumpServer's: similar ids share one entry."""

    key = models.CharField(max_length=8, primary_key=True)
    plan_id = models.UUIDField()
    crontab = models.CharField(max_length=128, default="")
    interval = models.IntegerField(null=True, default=None)
