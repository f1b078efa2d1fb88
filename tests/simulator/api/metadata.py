# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OPTIONS: the fields of a view, by which a client recognises the version."""

from __future__ import annotations

from rest_framework.fields import empty
from rest_framework.metadata import SimpleMetadata

from .fields import AnythingField, LabeledChoiceField, RelatedField
from ..words.messages import help_text, label
from ..runtime import runtime

#: where the class of the field does not tell its type: the row of the behaviours table, or the type itself
TYPE_BEHAVIOURS = {"periodic_display": "periodic_display_type", "executed_amount": "executed_amount_type", "org_name": "org_name_type"}
TYPES = {"id": "string", "snapshot": "field" if runtime.behaviour.is_automation else "json", "plan_snapshot": "json"}
LONG_TEXTS = ("comment",)
FILTER_OPERATORS = {"string": ["icontains", "exact", "startswith", "icontains_any", "icontains_all", "in"]}
SEARCH_OPERATORS = ["icontains_any", "icontains_all"]


class Metadata(SimpleMetadata):
    def determine_metadata(self, request, view):
        data = {
            "name": "%s %s" % (getattr(view, "noun", "Object"), "Instance" if view.kwargs else "List"),
            "description": "",
            "renders": [renderer.media_type for renderer in view.renderer_classes],
            "parses": [parser.media_type for parser in view.parser_classes],
        }
        if hasattr(view, "get_serializer"):
            data["actions"] = self._actions(request, view)
        if runtime.behaviour.options_filters and hasattr(view, "described_filters"):
            data.update(self._query(view))
        return data

    def _actions(self, request, view):
        """{method: fields}; ``?action=post`` asks for one method from 4.0.0 on."""
        methods = [method for method in ("GET", "POST", "PUT", "PATCH") if method in view.allowed_methods]
        asked = request.query_params.get("action", "").upper()
        if runtime.behaviour.options_by_action and asked in methods:
            methods = [asked]
        fields = {name: self.get_field_info(field) for name, field in view.get_serializer().fields.items()}
        flagged = self._flagged(view, fields) if runtime.behaviour.options_flags else fields
        return {method: flagged if method == "GET" else fields for method in methods}

    @staticmethod
    def _flagged(view, fields):
        """3.x marks under GET by what a list can be filtered and ordered."""
        flagged = {name: dict(info) for name, info in fields.items()}
        for flag, names in (("filter", getattr(view, "flagged_filters", ())), ("order", getattr(view, "flagged_orders", ()))):
            for name in names:
                if name in flagged:
                    flagged[name][flag] = True
        return flagged

    def get_field_info(self, field):
        name = field.field_name
        is_relation_field = isinstance(field, RelatedField) or hasattr(field, "child_relation")
        info = {"type": self._type(field), "required": field.required and not field.read_only}
        if getattr(field, "default", empty) is not empty:
            info["default"] = field.default() if callable(field.default) else field.default
        info["read_only"] = field.read_only
        info["label"] = label("recipient_rows" if name == "recipients" and not is_relation_field else name)
        if name in runtime.behaviour.options_help and is_relation_field:
            info["help_text"] = help_text("email_only")
        for limit in ("min_value", "max_value", "max_length"):
            if getattr(field, limit, None) is not None:
                info[limit] = getattr(field, limit)
        info["write_only"] = field.write_only
        if runtime.behaviour.options_styles and (isinstance(field, AnythingField) or name in LONG_TEXTS):
            info["style"] = "textarea"
        if isinstance(field, LabeledChoiceField):
            info["choices"] = self._choices(field)
        return info

    @staticmethod
    def _choices(field):
        return [{"value": value, "label": str(shown)} for value, shown in field.choices.items() if value not in field.unlabeled]

    def _type(self, field):
        name = field.field_name
        if name in TYPE_BEHAVIOURS:
            return getattr(runtime.behaviour, TYPE_BEHAVIOURS[name])
        if name in TYPES:
            return TYPES[name]
        if name == "org_id":
            return "string" if hasattr(field.parent, "get_recipients") else "field"
        if hasattr(field, "child_relation"):
            return "m2m_related_field"
        if isinstance(field, LabeledChoiceField):
            return "labeled_choice"
        if isinstance(field, AnythingField):
            return "json"
        if isinstance(field, RelatedField):
            return "object_related_field" if field.takes_objects else "field"
        return self.label_lookup[field]

    def _query(self, view):
        """"filters", "ordering" and "search": what a list can be asked."""
        fields = view.get_serializer().fields
        filters = {}
        for name, (kind, lookup) in view.described_filters.items():
            filters[name] = {"label": label(name), "type": kind, "operators": FILTER_OPERATORS.get(kind, ["exact", "in"]), "lookup": lookup}
            if kind == "choice":
                filters[name]["choices"] = self._choices(fields[name])
        orders = [{"name": name, "label": label(name)} for name in view.described_orders]
        searched = [{"name": name, "label": label(name), "lookup": "icontains"} for name in view.described_search]
        return {
            "filters": filters,
            "ordering": {"param": "order", "fields": orders, "default": ["name"] if orders else []},
            "search": {"param": "search", "fields": searched, "operators": SEARCH_OPERATORS, "default_operator": SEARCH_OPERATORS[0]},
        }
