# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/api/v1/accounts/account-backup-plans/``"""

from __future__ import annotations

import random
import time

from rest_framework import status
from rest_framework.response import Response

from . import filters, related
from .. import effects, schedule
from ..models import Plan
from .plan_serializer import PlanSerializer, shown_fields
from ..runtime import runtime
from .views import ReadViewSet

#: what a related field costs beside the others: of 875 ms for 100 full rows a real 4.10.19 spends 420 on the two lists of people
WEIGHTS = dict(dict.fromkeys(related.RELATIONS, 1), recipients_part_one=2, recipients_part_two=2)
OTHERS_TURN = 0.01  # seconds in which requests that came at the same time get as far as this one
SHOWN_AS = {"recipients_part_one": "recipients"}


def plan_lookups():
    """The filters of this version; everything else in the query is ignored."""
    lookups = {}
    if runtime.behaviour.plan_name_filter:
        lookups["name"] = filters.by("name", runtime.behaviour.plan_name_filter)
    if runtime.behaviour.rich_filters:
        lookups.update({
            "id": filters.by_id(),
            "id__in": filters.by_ids(),
            "name__exact": filters.by("name"),
            "name__in": filters.by_any("name"),
            "name__icontains": filters.by("name", "icontains"),
            "name__startswith": filters.by_start("name"),
            "backup_type": filters.by_choice("backup_type", ("email", "object_storage")),
            "days": filters.by_days("date_created"),
        })
    return lookups


class PlanViewSet(ReadViewSet):
    kind = "plan"
    races = True  # a name is looked for before the transaction that stores it: two at once both find it free
    queryset = Plan.objects.all()
    serializer_class = PlanSerializer
    search_fields = ("name",)
    name_field = "name"
    # for OPTIONS
    noun = "Backup Account" if runtime.behaviour.is_automation else "Account Backup Plan"
    flagged_filters = ("name",)
    flagged_orders = described_orders = (
        "created_by", "updated_by", "date_created", "date_updated", "comment", "org_id", "name", "is_periodic", "interval", "crontab",
        "start_time", "date_last_run", "type", "is_active", "last_execution_date", "backup_type", "is_password_divided_by_email",
        "is_password_divided_by_obj_storage", "zip_encrypt_password",
    )
    described_filters = {"id": ("uuid", "exact"), "name": ("string", "iexact"), "backup_type": ("choice", "exact")}
    described_search = ("name",)

    def get_lookups(self):
        return plan_lookups()

    def get_queryset(self):
        if runtime.behaviour.plans_unscoped:
            return self.queryset.all()
        return super().get_queryset()

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        if runtime.behaviour.rich_filters:
            excluded = filters.parameter(self.request, "name!")
            queryset = queryset.exclude(name=excluded) if excluded else queryset
        return queryset

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method != "OPTIONS" and response.status_code in (200, 201) and "HTTP_X_SIMULATOR_UNCOUNTED" not in request.META:
            pay_for(number_of_rows(response.data), shown_columns(request))
        return response

    def get_serializer(self, *args, **kwargs):
        if args and self.request.method in ("GET", "HEAD"):
            rows = list(args[0]) if kwargs.get("many") else args[0]
            related.attach(rows if kwargs.get("many") else [rows], shown_columns(self.request))
            args = (rows,) + args[1:]
        return super().get_serializer(*args, **kwargs)

    # writing

    def _store(self, serializer):
        """Check, and then store. Who was checked while another stored the same name meets the database's own rule: a bare 500."""
        if random.random() < runtime.switches["race"]:
            serializer.is_valid(raise_exception=True)
            if runtime.writers > 1:
                time.sleep(OTHERS_TURN)
            with self.stored():
                serializer.save()
        else:
            with self.stored():
                serializer.is_valid(raise_exception=True)
                serializer.save()

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data, many=isinstance(request.data, list))
        self._store(serializer)
        return Response(serializer.data, status=status.HTTP_201_CREATED)

    def update(self, request, *args, **kwargs):
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=kwargs.pop("partial", False))
        self._store(serializer)
        return Response(serializer.data)

    def partial_update(self, request, *args, **kwargs):
        return self.update(request, *args, partial=True, **kwargs)

    def bulk_update(self, request, *args, **kwargs):
        queryset = self.filter_queryset(self.get_queryset())
        serializer = self.get_serializer(queryset, data=request.data, many=True, partial=kwargs.pop("partial", False))
        self._store(serializer)
        return Response(serializer.data)

    def partial_bulk_update(self, request, *args, **kwargs):
        return self.bulk_update(request, *args, partial=True, **kwargs)

    def destroy(self, request, *args, **kwargs):
        self._delete([self.get_object()])
        return Response(status=status.HTTP_204_NO_CONTENT)

    def bulk_destroy(self, request, *args, **kwargs):
        """Delete what the filter leaves, unless that is everything, or nothing was there. A lone plan needs no filter."""
        everything = self.get_queryset()
        filtered = self.filter_queryset(everything)
        total, left = everything.count(), filtered.count()
        if total == 0 or (left == total and total > 1):
            return Response(status=status.HTTP_400_BAD_REQUEST)
        self._delete(list(filtered))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _delete(self, plans):
        """Several who delete one plan at once may all be told that they did."""
        with self.stored():
            schedule.forget([plan.pk for plan in plans])
            for plan in plans:
                identifier = plan.pk
                if Plan.objects.filter(pk=identifier).delete()[0]:
                    effects.note(effects.DELETED, plan)


def shown_columns(request):
    """The shown fields, ``recipients`` under the name of its column."""
    return ["recipients_part_one" if name == "recipients" else name for name in shown_fields(request)]


def number_of_rows(data):
    """How many plans an answer shows."""
    rows = data.get("results") if isinstance(data, dict) else data
    return len(rows) if isinstance(rows, list) else 1


def pay_for(rows, shown):
    """Take the time that the real server needs for so many rows, where the switch says so: all of it goes into related fields, a query for each."""
    related_fields = [name for name in related.RELATIONS if name in runtime.behaviour.plan_fields or SHOWN_AS.get(name) in runtime.behaviour.plan_fields]
    share = sum(WEIGHTS[name] for name in related_fields if name in shown) / sum(WEIGHTS[name] for name in related_fields)
    if runtime.switches["row_cost_ms"] and rows and share:
        time.sleep(rows * share * runtime.switches["row_cost_ms"] / 1000)
