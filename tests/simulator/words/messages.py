# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JumpServer's own texts (Django's and DRF's come from their own catalogues), in the language of the request."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language

from .labels import HELP, LABELS
from ..runtime import runtime
from .texts import ENGLISH_ONLY, TEXTS


def choose(variants):
    """The text for the language of the request, else for the server's default language, else English."""
    edition = runtime.behaviour.text_edition
    for language in (get_language() or "en", settings.LANGUAGE_CODE, "en"):
        for key in ("%s.%s" % (language, edition), "%s.%s" % (language, edition.split(".")[0]), language):
            if key in variants:
                return variants[key]
    raise KeyError(sorted(variants))


def text(key, **values):
    """The text *key*, filled with *values*."""
    found = choose(TEXTS[key])
    return found.format(**values) if values else found


lazy_text = lazy(text, str)


def label(key):
    """What a field is called; *key* itself where that is not known."""
    return choose(LABELS[key]) if key in LABELS else key


def help_text(key):
    return choose(HELP[key])


def kind(name):
    """The name of a kind of objects, as it stands in "... object does not exist"."""
    return text(name) if name in TEXTS else name


def keep_english():
    """Leave untranslated what the servers' DRF had no translation for; newer ones have it."""
    from rest_framework import fields, validators
    for name, message in ENGLISH_ONLY.items():
        getattr(fields, name).default_error_messages["invalid"] = message
    validators.ProhibitSurrogateCharactersValidator.message = "Surrogate characters are not allowed: U+{code_point:X}."
