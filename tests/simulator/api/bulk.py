# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several rows in one request: created, or changed, all or none."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from rest_framework import exceptions, serializers

from .errors import kind_name


class BulkSerializer(serializers.ListSerializer):
    """A list of rows; each row of a change names its object by ``id`` or ``pk``. Errors are aligned with the request."""

    def to_internal_value(self, data):
        if not isinstance(data, list):
            message = self.error_messages["not_a_list"].format(input_type=type(data).__name__)
            raise exceptions.ValidationError({"non_field_errors": [message]}, code="not_a_list")
        rows, errors = [], []
        for item in data:
            error, row = {}, None
            try:
                row = self._row(item)
            except exceptions.ValidationError as refused:
                error = refused.detail
            except ObjectDoesNotExist as missing:
                error = self._named(missing)
            rows.append(row)
            errors.append(error)
        if any(errors):
            raise exceptions.ValidationError(errors)
        return rows

    def _row(self, item):
        """(object to change or None, validated values) of one row."""
        child = self.child
        child.initial_data = item
        child.instance = None
        if self.instance is not None:
            key = (item.get("id") or item.get("pk")) if isinstance(item, dict) else None
            if key is None:
                raise exceptions.ValidationError(["id or pk not in data"])
            child.instance = self.instance.get(pk=key)
        return child.instance, child.run_validation(item)

    def _named(self, missing):
        """Django's message with the name that the server's class has."""
        name = self.instance.model.__name__
        return str(missing).replace(name, kind_name(name), 1)

    def run_validation(self, data=serializers.empty):
        return self.to_internal_value(data)

    def is_valid(self, *, raise_exception=False):
        self._validated_data = self.run_validation(self.initial_data)
        self._errors = []
        return True

    def save(self, **kwargs):
        """Store all rows; changed ones come back in the order of the server's list, not of the request."""
        places = None if self.instance is None else {pk: place for place, pk in enumerate(self.instance.values_list("pk", flat=True))}
        saved = [
            self.child.create(values) if instance is None else self.child.update(instance, values)
            for instance, values in self._validated_data
        ]
        if places is not None:
            latest = {plan.pk: plan for plan in saved}
            saved = sorted(latest.values(), key=lambda plan: places[plan.pk])
        self.instance = saved
        return saved
