# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/accounts/account-backup-plan-executions/`` and ``/api/v1/ops/task-executions/``"""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.html import escape
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from . import filters
from .. import effects, runs
from .fields import KeyField, LabeledChoiceField, RelatedField
from ..words.messages import text
from ..models import Execution, Plan, Task
from .organizations import scope
from ..runtime import runtime
from .views import ReadViewSet

TRIGGERS = ("manual", "timing")
STATES = ("ready", "pending", "running", "success", "failed", "error", "canceled")


class PlansInForce:
    def get_queryset(self):
        queryset = super().get_queryset()
        return queryset if runtime.behaviour.plans_unscoped else scope(queryset)


class PlanKeyField(PlansInForce, KeyField):
    pass


class PlanObjectField(PlansInForce, RelatedField):
    pass


class ExecutionSerializer(serializers.Serializer):
    id = serializers.UUIDField(**({"required": False} if runtime.behaviour.is_automation else {"read_only": True}))
    plan = PlanKeyField(queryset=Plan.objects.all())
    automation = PlanObjectField(queryset=Plan.objects.all(), source="plan", required=False)
    trigger = LabeledChoiceField([(one, one) for one in TRIGGERS], read_only=True)
    status = LabeledChoiceField([(one, one) for one in STATES], read_only=True)
    date_start = serializers.DateTimeField(read_only=True)
    date_finished = serializers.DateTimeField(read_only=True)
    timedelta = serializers.FloatField(read_only=True)
    duration = serializers.DecimalField(max_digits=16, decimal_places=2, source="timedelta", read_only=True)
    snapshot = serializers.SerializerMethodField()
    plan_snapshot = serializers.JSONField(source="snapshot", read_only=True)
    recipients = serializers.SerializerMethodField()
    reason = serializers.CharField(read_only=True)
    is_success = serializers.BooleanField(read_only=True)
    org_id = serializers.CharField(read_only=True)

    def get_fields(self):
        fields = super().get_fields()
        return {name: fields[name] for name in runtime.behaviour.execution_fields}

    def get_snapshot(self, execution):
        copy = dict(execution.snapshot)
        if runtime.behaviour.is_automation:
            copy["type"] = {"value": copy["type"], "label": text(copy["type"])}
        return copy

    def get_recipients(self, execution):
        return list(execution.snapshot.get("recipients", {}).values())


def by_plan(queryset, value):
    """3.x looks the plan up: an unknown one is an error."""
    plans = scope(Plan.objects.all())
    if not plans.filter(pk=value).exists():
        raise ValidationError(forms.ModelChoiceField.default_error_messages["invalid_choice"])
    return queryset.filter(plan_id=value)


def execution_lookups():
    behaviour = runtime.behaviour
    lookups = {"trigger": filters.by_choice("trigger", TRIGGERS)}
    if behaviour.execution_plan_filter:
        lookups[behaviour.execution_plan_filter] = filters.by_id("plan_id") if behaviour.is_automation else by_plan
    if behaviour.execution_name_filter:
        lookups[behaviour.execution_name_filter] = filters.by("plan__name")
    if behaviour.execution_id_filter:
        lookups["id"] = filters.by_id()
    if behaviour.execution_days_filter:
        lookups["days"] = filters.by_days("date_start")
    if behaviour.rich_filters:
        lookups["status"] = filters.by_choice("status", STATES)
    return lookups


class ExecutionViewSet(ReadViewSet):
    kind = "execution"
    queryset = Execution.objects.select_related("plan")
    serializer_class = ExecutionSerializer
    cut_without_limit = False
    filter_backends = [filters.LookupFilter, filters.SearchFilter, filters.OrderFilter]

    http_method_names = ["get", "post", "head", "options"] if runtime.behaviour.is_automation else ["get", "post", "options"]

    # for OPTIONS
    noun = "Backup Account Execution" if runtime.behaviour.is_automation else "Account Backup Plan Execution"
    flagged_filters = ("trigger",)
    described_filters = {
        "id": ("uuid", "exact"), "automation_id": ("uuid", "exact"), "automation_name": ("string", "exact"), "status": ("choice", "exact"),
        "trigger": ("choice", "exact"),
    }
    described_orders = ()
    described_search = ("id", "trigger", "automation__name")

    def get_queryset(self):
        queryset = super().get_queryset()
        return queryset.order_by("org_id", "-date_start") if runtime.behaviour.executions_by_organization else queryset

    def get_lookups(self):
        return execution_lookups()

    def get_search_fields(self):
        fields = ["trigger"]
        if runtime.behaviour.execution_search_name:
            fields.append("plan__name")
        if runtime.behaviour.execution_search_id:
            fields.append("id")
        return fields

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        plan = serializer.validated_data["plan"]  # 4.x: nothing sent is a KeyError, a 500
        task = runs.start(plan, request.user)
        effects.note(effects.STARTED, plan)
        return Response({"task": str(task.pk)}, status=status.HTTP_201_CREATED)

    @action(detail=True, methods=["get"])
    def report(self, request, *args, **kwargs):
        return HttpResponse(report_page(self.get_object()))


REPORT = '''<div class="report-container">
  <section class="basic-info-section">
    <div class="header-container"><span class="triangle-down-icon collapse-toggle" data-target="basic-info"></span><h2>%(title)s</h2></div>
    <div class="container-section collapsible-content" id="basic-info-content">
%(items)s    </div>
  </section>
</div>
<script>document.querySelectorAll('.collapse-toggle')</script>
<style>.container-section .item .item-label { color: #646a73; } .container-section .item .item-value { color: #1f2329; }</style>
'''
ITEM = '''      <div class="item">
        <span class="item-label">%s</span>
        <span class="item-value">%s</span>
      </div>
'''


def report_page(execution):
    """The page that a person sees of a run; the fourth value is the number of accounts that it packed, 0 where none matched."""
    dates = ["" if date is None else date.astimezone().strftime("%Y/%m/%d %H:%M:%S") for date in (execution.date_start, execution.date_finished)]
    values = (execution.plan.name, *dates, execution.accounts, "%.2fs" % execution.timedelta, execution.types)
    items = zip(text("report_labels").split("|"), values)
    return REPORT % {"title": escape(text("report_title")), "items": "".join(ITEM % (escape(label), escape(value)) for label, value in items)}


class TaskSerializer(serializers.Serializer):
    def to_representation(self, task):
        finished = task.date_finished is not None
        cost = max(round((task.date_finished - task.date_start).total_seconds(), 6), 0.01) if finished else None
        automation = runtime.behaviour.is_automation
        kwargs = {"pid": str(task.plan_id), "trigger": "manual"}
        show = serializers.DateTimeField().to_representation
        row = {
            "id": str(task.pk),
            "name": "accounts.tasks.automation.execute_account_automation_task" if automation
                    else "accounts.tasks.backup_account.execute_account_backup_task",
            "task_name": text("backup_task"),
            "args": [],
            "kwargs": dict(kwargs, tp="backup_account") if automation else kwargs,
            "time_cost": cost,
            "timedelta": None if cost is None else "%f" % cost,
            "is_success": finished,
            "is_finished": finished,
            "date_published": show(task.date_published),
            "date_start": task.date_start and show(task.date_start),
            "date_finished": task.date_finished and show(task.date_finished),
        }
        if runtime.behaviour.tasks_tell_state:
            row.update(state=task.state, has_ansible_log=False, is_ansible_task=True)
        return row


class TaskViewSet(ReadViewSet):
    queryset = Task.objects.order_by("-date_published")
    serializer_class = TaskSerializer
    scoped = False

    def get_queryset(self):
        queryset = super().get_queryset()
        if runtime.behaviour.tasks_for_everyone or self.request.user.is_system_admin:
            return queryset
        return queryset.filter(user_id=self.request.user.pk)
