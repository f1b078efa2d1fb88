# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serializer fields that JumpServer has and DRF has not."""

from __future__ import annotations

import re

from django.core.exceptions import ObjectDoesNotExist
from rest_framework import relations, serializers
from rest_framework.fields import empty

from ..words.messages import lazy_text, text
from ..runtime import runtime


class RelatedListField(relations.ManyRelatedField):
    """Many related objects; what is shown was fetched before, see ``related.attach``."""

    def get_attribute(self, instance):
        return instance.related[self.source]


class RelatedField(serializers.RelatedField):
    """One related object: written as an id, {"pk": id} or {"id": id}; read as {"id", "name"}."""

    takes_objects = True

    @classmethod
    def many_init(cls, *args, **kwargs):
        options = {name: value for name, value in kwargs.items() if name in relations.MANY_RELATION_KWARGS}
        single = {name: value for name, value in kwargs.items() if name != "source"}
        return RelatedListField(child_relation=cls(*args, **single), **options)

    def to_internal_value(self, data):
        value = data
        if isinstance(data, dict) and self.takes_objects:
            value = data.get("id") or data.get("pk")
        if isinstance(value, bool):
            self._refuse("incorrect_pk_type", "incorrect_type", data_type=type(value).__name__)
        try:
            return self.get_queryset().get(pk=value)
        except ObjectDoesNotExist:
            self._refuse("invalid_pk", "does_not_exist", pk_value=value)
        except (TypeError, ValueError):
            self._refuse("incorrect_pk_type", "incorrect_type", data_type=type(value).__name__)

    @staticmethod
    def _refuse(key, code, **values):
        raise serializers.ValidationError(text(key, **values), code=code)

    def to_representation(self, value):
        return {"id": str(value.pk), "name": value.name}

    def use_pk_only_optimization(self):
        return False


class KeyField(RelatedField):
    """One related object that is written and read as its bare id."""

    takes_objects = False

    def to_representation(self, value):
        return str(value.pk)


class LabeledChoiceField(serializers.ChoiceField):
    """A choice read as {"value", "label"} and written as the value, {"value": ...}, or "label(value)".

    *choices* are (value, key of the label's text); *unlabeled* values are accepted, and shown with themselves as label.
    """

    def __init__(self, choices, unlabeled=(), **kwargs):
        self.unlabeled = unlabeled
        super().__init__([(value, lazy_text(key)) for value, key in choices], **kwargs)

    def to_internal_value(self, data):
        if isinstance(data, dict):
            data = data.get("value")
        elif isinstance(data, str) and runtime.behaviour.choice_from_label and data.endswith(")") and "(" in data:
            data = data[data.rindex("(") + 1:-1]
        return super().to_internal_value(data)

    def to_representation(self, value):
        shown = str(self.choices.get(value, value)) if value not in self.unlabeled else value
        return {"value": value, "label": shown}


class PasswordField(serializers.CharField):
    """A password, which the web page sends as ``key:cipher``. Decryption skips what is no base64, so no base64 at all decrypts to nothing.

    What does not decrypt is stored as it came. So is a whole AES block here, though a real server may store something else.
    """

    def to_internal_value(self, data):
        value = super().to_internal_value(data)
        key, _colon, cipher = value.partition(":")
        # a longer key makes AES fail, since it is cut by characters and not by bytes
        decrypted = runtime.behaviour.passwords_decrypted and key and cipher and ":" not in cipher and len(key[:32].encode()) <= 32
        return "" if decrypted and not re.search("[A-Za-z0-9+/]", cipher) else value


class AnythingField(serializers.JSONField):
    """Any JSON but null; a list that mixes strings and objects is too much for the 3.x servers."""

    def run_validation(self, data=empty):
        mixed = isinstance(data, list) and len({isinstance(item, (dict, list)) for item in data}) > 1
        if mixed and not runtime.behaviour.mixed_types_stored:
            raise TypeError("unhashable type: 'dict'")
        return super().run_validation(data)
