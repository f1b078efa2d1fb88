# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the list and detail views have in common."""

from __future__ import annotations

import re
import uuid

from django.db import transaction
from django.http import Http404
from rest_framework import exceptions, mixins, viewsets
from rest_framework.response import Response

from . import filters, pagination, renderers
from .. import effects
from .organizations import scope
from ..runtime import SAFE_METHODS, runtime

UUID_LIKE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class AtomicMixin:
    """Each changing request is one transaction, undone when it is answered by an error."""

    races = False  # True: several requests may be checked at once, and only storing is one after the other, by ``self.stored()``

    def stored(self):
        return effects.stored(self.request.META.get("simulator.record"))

    def dispatch(self, request, *args, **kwargs):
        if self.races or request.method in SAFE_METHODS:
            return super().dispatch(request, *args, **kwargs)
        with effects.stored(request.META.get("simulator.record")):
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response


class ReadViewSet(AtomicMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Lists and single rows. A subclass gives ``kind`` (for the rights), ``queryset``, ``serializer_class`` and its look-ups."""

    filter_backends = filters.BACKENDS
    search_fields = ()
    lookups = {}
    scoped = True  # rows belong to organisations

    def not_simulated(self, request, *args, **kwargs):
        """A change that the real servers allow and no test needs."""
        raise exceptions.PermissionDenied()

    def get_lookups(self):
        return self.lookups

    def get_search_fields(self):
        return self.search_fields

    def get_queryset(self):
        queryset = super().get_queryset()
        return scope(queryset) if self.scoped else queryset

    def perform_content_negotiation(self, request, force=False):
        if request.query_params.get("format") == "csv" and renderers.needs_matching_accept(request) and not force:
            raise exceptions.NotAcceptable()
        return super().perform_content_negotiation(request, force)

    def list(self, request, *args, **kwargs):
        queryset = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(queryset)
        rows = pagination.cut(self, queryset) if page is None else page
        data = self.get_serializer(rows, many=True).data
        return Response(data) if page is None else self.get_paginated_response(data)

    def get_object(self):
        """By id; from 4.10.8 on, what does not look like an id or a number is a name."""
        value = self.kwargs[self.lookup_field]
        queryset = self.filter_queryset(self.get_queryset())
        name = getattr(self, "name_field", None)
        if name and runtime.behaviour.name_in_path and not UUID_LIKE.fullmatch(value) and not value.isdigit():
            found = queryset.get(**{name: value}) if queryset.filter(**{name: value}).exists() else None
        else:
            found = queryset.filter(pk=self._identifier(value)).first()
        if found is None:
            raise Http404("No %s matches the given query." % self.queryset.model.__name__)
        self.check_object_permissions(self.request, found)
        return found

    @staticmethod
    def _identifier(value):
        try:
            return uuid.UUID(value)
        except ValueError:
            raise Http404 from None
