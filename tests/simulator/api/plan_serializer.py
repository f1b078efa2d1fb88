# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan as the API reads and writes it."""

from __future__ import annotations

import copy

from django.utils.translation import gettext
from rest_framework import exceptions, serializers

from .. import effects, schedule
from .bulk import BulkSerializer
from .fields import AnythingField, LabeledChoiceField, PasswordField, RelatedField
from .filters import words
from ..words.messages import text
from ..models import Asset, Node, Plan, Storage, User
from .organizations import current, names, refuse_root, scope
from .related import AMOUNT, RELATIONS, attach
from ..runtime import runtime

INTERVAL_LIMITS = (1, 65535)
BOOLEANS = ("is_periodic", "is_active", "is_password_divided_by_email", "is_password_divided_by_obj_storage")


class ScopedRelatedField(RelatedField):
    """Only objects of the organisation in force."""

    def get_queryset(self):
        return scope(super().get_queryset())


def shown_fields(request):
    """The fields that a request deals with: all, unless a GET asks for some or without some."""
    names = runtime.behaviour.plan_fields
    if request.method == "GET":
        wanted, unwanted = words(request, "fields"), words(request, "fields!")
        names = [name for name in names if (not wanted or name in wanted) and name not in unwanted]
    return names


class PlanSerializer(serializers.Serializer):
    id = serializers.UUIDField(required=False)
    name = serializers.CharField(max_length=128)
    comment = serializers.CharField(required=False, allow_blank=True)
    is_periodic = serializers.BooleanField(default=True)
    crontab = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=128)
    types = AnythingField(default=list)
    recipients = RelatedField(many=True, queryset=User.objects.all(), required=False, source="recipients_part_one")
    recipients_part_one = RelatedField(many=True, queryset=User.objects.all(), required=False)
    recipients_part_two = RelatedField(many=True, queryset=User.objects.all(), required=False)
    obj_recipients_part_one = RelatedField(many=True, queryset=Storage.objects.all(), required=False)
    obj_recipients_part_two = RelatedField(many=True, queryset=Storage.objects.all(), required=False)
    is_password_divided_by_email = serializers.BooleanField(default=True)
    is_password_divided_by_obj_storage = serializers.BooleanField(default=True)
    zip_encrypt_password = PasswordField(required=False, write_only=True, allow_null=True, allow_blank=True, max_length=40960)
    is_active = serializers.BooleanField(default=True)
    accounts = AnythingField(default=list)
    nodes = ScopedRelatedField(many=True, queryset=Node.objects.all(), required=False)
    assets = ScopedRelatedField(many=True, queryset=Asset.objects.all(), required=False)
    type = serializers.CharField(read_only=True)
    periodic_display = serializers.SerializerMethodField()
    executed_amount = serializers.IntegerField(read_only=True)
    org_id = serializers.CharField(read_only=True)
    org_name = serializers.SerializerMethodField()
    created_by = serializers.CharField(read_only=True)
    date_created = serializers.DateTimeField(read_only=True)
    date_updated = serializers.DateTimeField(read_only=True)
    last_execution_date = serializers.DateTimeField(read_only=True)

    class Meta:
        list_serializer_class = BulkSerializer

    @staticmethod
    def backup_type():
        choices = [("email", "email"), ("object_storage", "object_storage")]
        hidden = ("object_storage",) if runtime.behaviour.object_storage_licensed and not runtime.enterprise else ()
        return LabeledChoiceField(choices, unlabeled=hidden, default="email")

    @staticmethod
    def interval():
        limits = dict(zip(("min_value", "max_value"), INTERVAL_LIMITS)) if runtime.behaviour.interval_limits_in_field else {}
        return serializers.IntegerField(default=24, allow_null=True, **limits)

    def get_fields(self):
        request = self.context.get("request")
        shown = runtime.behaviour.plan_fields if request is None else shown_fields(request)
        declared = dict(self._declared_fields, backup_type=self.backup_type(), interval=self.interval())
        fields = {name: copy.deepcopy(declared[name]) for name in shown}
        for name in BOOLEANS:
            if name in fields:
                fields[name].default_empty_html = False  # a form leaves unchecked boxes out
        return fields

    def get_periodic_display(self, plan):
        shown = schedule.display(plan)
        return text("display_%s" % shown[0], value=shown[1]) if shown else "-"

    def get_org_name(self, plan):
        return names().get(plan.org_id, "")

    # validation

    def validate_id(self, value):
        others = Plan.objects.filter(pk=value)
        if self.instance is not None:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            message = gettext("%(model_name)s with this %(field_label)s already exists.")
            raise exceptions.ValidationError(message % {"model_name": text("plan_kind"), "field_label": "id"}, code="unique")
        return value

    def validate_name(self, value):
        if runtime.behaviour.duplicate_check == "field" and self._is_taken(value):
            raise exceptions.ValidationError(text("name_taken"))
        return value

    def _is_taken(self, name):
        """In root the name of a new plan is compared with all organisations' where the field is checked, with none else."""
        if self.instance is not None:
            rivals = Plan.objects.filter(org_id=self.instance.org_id).exclude(pk=self.instance.pk)
        elif runtime.behaviour.duplicate_check == "field":
            rivals = scope(Plan.objects.all())
        else:
            rivals = Plan.objects.filter(org_id=current().id)
        return rivals.filter(name=name).exists()

    def validate_interval(self, value):
        if not runtime.behaviour.interval_limits_in_field and value is not None and not INTERVAL_LIMITS[0] <= value <= INTERVAL_LIMITS[1]:
            raise exceptions.ValidationError(text("interval_range"))
        return value

    def validate_crontab(self, value):
        if not value:
            return value
        if not schedule.is_accepted(value):
            raise exceptions.ValidationError(text("invalid_crontab"))
        if runtime.behaviour.minute_star_refused and value.strip().startswith("*"):
            raise exceptions.ValidationError(text("minute_star"))
        return value

    def validate_is_periodic(self, value):
        sent = self.initial_data
        if value and not (sent.get("interval") or sent.get("crontab")):
            raise exceptions.ValidationError(text("schedule_required"))
        return value

    def validate(self, attrs):
        if runtime.behaviour.duplicate_check == "row" and "name" in attrs and self._is_taken(attrs["name"]):
            raise exceptions.ValidationError({"name": [text("name_taken")]})
        if runtime.behaviour.schedule_rewritten:
            if not attrs.get("is_periodic"):
                attrs.update(interval=None, crontab="")
            elif attrs.get("crontab"):
                attrs["interval"] = None
        return attrs

    # saving

    def create(self, validated_data):
        organization = current()
        refuse_root()
        request = self.context.get("request")
        validated_data.setdefault("crontab", runtime.behaviour.empty_crontab)
        plan, related = self._split(Plan(org_id=organization.id), validated_data)
        plan.created_by = request.user.name if request else "System"
        self._store(plan, related, force_insert=True)
        effects.note(effects.CREATED, plan)
        return plan

    def update(self, instance, validated_data):
        name = instance.name
        plan, related = self._split(instance, validated_data)
        if runtime.behaviour.plans_unscoped and not current().is_root:
            plan.org_id = current().id
        self._store(plan, related)
        effects.note(effects.UPDATED, plan, name)
        return plan

    @staticmethod
    def _split(plan, values):
        related = {name: value for name, value in values.items() if Plan._meta.get_field(name).many_to_many}
        for name, value in values.items():
            if name not in related:
                setattr(plan, name, value)
        return plan, related

    @staticmethod
    def _store(plan, related, **how):
        if plan.crontab is None and runtime.behaviour.empty_crontab is not None:
            raise ValueError("null value in column \"crontab\"")
        plan.save(**how)
        for name, objects in related.items():
            getattr(plan, name).set(objects)
        schedule.register(plan)
        attach([plan], (*RELATIONS, AMOUNT))
