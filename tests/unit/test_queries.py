# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How plans are asked for."""

from __future__ import annotations

import unicodedata

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import queries as _queries
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import DEFAULT, Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

from tests.unit.examples import TEAM, plan_row
from tests.unit.fake import FakeClient


@pytest.mark.parametrize("name, searched", [("nightly", True), ("每日 备份", True), ('say "hi"', False), ("it's", False), ("a|b", False), ("a\\b", False)])
def test_a_name_is_also_searched_for_unless_a_search_would_read_it_otherwise(name, searched):
    server = FakeClient(plan_row(name=name), plan_row(id=TEAM, name="other"))
    (row,) = _queries.rows_named(Scope(server, Organization("Default", DEFAULT)), name)
    assert row["name"] == name
    assert server.asked[0].detail == ({"name": name, "search": name} if searched else {"name": name})


# letters that have two forms -> what is searched for, None for nothing
FORMS = {"Caf\u00e9": "Caf", "Cafe\u0301 au lait": "lait", "\u00e9": None, "\ud55c\uad6d": None, "\ud55c\uad6d backup": "backup", 'a "caf\u00e9"': "caf"}


@pytest.mark.parametrize("name, searched", FORMS.items(), ids=ascii)
def test_a_name_of_two_forms_is_searched_for_by_a_part_of_one(name, searched):
    server = FakeClient(plan_row(name=name))
    _queries.rows_named(Scope(server, Organization("Default", DEFAULT)), name)
    assert server.asked[0].detail == ({"search": searched} if searched else {})


def test_the_part_that_is_searched_for_is_in_every_form_of_a_name():
    """For all letters that Unicode takes apart, whether or not it puts them together again."""
    letters = [letter for letter in map(chr, range(0x30000)) if unicodedata.decomposition(letter) and "<" not in unicodedata.decomposition(letter)]
    assert len(letters) > 1000
    for name in ("%sab\u1e6d" % letter for letter in letters):
        part = _queries._plain_part(name)
        forms = (name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))
        assert part and all(part in form for form in forms), ascii(name)
