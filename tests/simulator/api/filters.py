# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a list's query: look-ups, order, search. What no filter knows is ignored, as the servers do."""

from __future__ import annotations

import datetime
import re
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from rest_framework import exceptions, filters

from ..runtime import runtime


def parameter(request, name):
    """The last value given for *name*, without blanks around it; empty counts as not given."""
    return request.query_params.get(name, "").strip()


def words(request, name):
    """The words between commas of a query parameter."""
    return [word.strip() for word in request.query_params.get(name, "").split(",") if word.strip()]


class SearchFilter(filters.BaseFilterBackend):
    """``search``: every piece between blanks and commas must be contained in one of the view's ``search_fields``."""

    def filter_queryset(self, request, queryset, view):
        names = ["search", "q"] if runtime.behaviour.q_search else ["search"]
        for text in filter(None, (parameter(request, name).replace("\x00", "") for name in names)):
            pieces = text.replace(",", " ").split()
            for piece in pieces:
                alternatives = piece.split("|") if runtime.behaviour.search_or else [piece]
                condition = Q()
                for field in view.get_search_fields():
                    for alternative in filter(None, alternatives):
                        condition |= Q(**{"%s__icontains" % field: alternative})
                queryset = queryset.filter(condition)
        return queryset


class OrderFilter(filters.OrderingFilter):
    """``order=-name,date_created``; a word that is no column is ignored."""

    ordering_param = "order"

    def get_default_valid_fields(self, queryset, view, context=None):
        return [(field.attname, field.attname) for field in queryset.model._meta.concrete_fields if not field.primary_key]


class IdsFilter(filters.BaseFilterBackend):
    """``ids=a,b`` (a malformed id is a 500), ``id!=`` and ``spm``, a remembered list of ids."""

    def filter_queryset(self, request, queryset, view):
        ids = parameter(request, "ids")
        if ids:
            queryset = queryset.filter(pk__in=[uuid.UUID(one.strip()) for one in ids.split(",") if one.strip()])
        excluded = parameter(request, "id!")
        if excluded and runtime.behaviour.not_id_filter:
            queryset = queryset.exclude(pk__in=[uuid.UUID(one) for one in excluded.split(",")])
        if "spm" in request.query_params:
            remembered = runtime.remembered_ids.get(parameter(request, "spm"), [])
            queryset = queryset.filter(pk__in=remembered)
        return queryset


class LookupFilter(filters.BaseFilterBackend):
    """The view's ``get_lookups()``: {parameter: function(queryset, value) -> queryset}; ValidationError becomes a 400."""

    def filter_queryset(self, request, queryset, view):
        errors = {}
        for name, narrow in view.get_lookups().items():
            value = parameter(request, name)
            if not value:
                continue
            try:
                queryset = narrow(queryset, value)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise exceptions.ValidationError(errors)
        return queryset


def by(column, lookup="exact"):
    """Compare *column* with the value: by the database ("exact"), or without regard to case ("iexact")."""
    return lambda queryset, value: queryset.filter(**{"%s__%s" % (column, lookup): value})


def by_id(column="id"):
    """Compare an id; a malformed one is an error of the form."""
    return lambda queryset, value: queryset.filter(**{column: forms.UUIDField().clean(value)})


def by_ids(column="id"):
    """Any of several ids; a malformed one is a 500."""
    return lambda queryset, value: queryset.filter(**{"%s__in" % column: [uuid.UUID(one) for one in value.split(",")]})


def by_any(column):
    """Any of several texts between commas."""
    return lambda queryset, value: queryset.filter(**{"%s__in" % column: value.split(",")})


def by_start(column):
    """Texts that begin with the value, with regard to case."""
    return lambda queryset, value: queryset.filter(**{"%s__regex" % column: "^" + re.escape(value)})


def by_choice(column, choices):
    """One of *choices*; anything else is an error of the form."""
    return lambda queryset, value: queryset.filter(**{column: forms.ChoiceField(choices=[(one, one) for one in choices]).clean(value)})


def by_flag(column):
    """A yes or no; anything else is ignored."""
    def narrow(queryset, value):
        flag = {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
        return queryset if flag is None else queryset.filter(**{column: flag})
    return narrow


def by_days(column):
    """Rows of the last so many days."""
    def narrow(queryset, value):
        since = timezone.now() - datetime.timedelta(days=int(value)) if value.isdigit() else None
        return queryset.filter(**{"%s__gte" % column: since}) if since else queryset
    return narrow


#: the filters of every list
BACKENDS = [LookupFilter, IdsFilter, SearchFilter, OrderFilter]
