# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of the site's links can fail, for each reason that it knows."""

from __future__ import annotations

import pytest

from tests.docsite import links

GOOD = '<a href="https://example.com/x#y">x</a> <a href="b/page.html#place">x</a> <a href="#here">x</a> <i id="here"></i> <img src="picture.png">'


@pytest.fixture
def site(tmp_path):
    """Pages without a fault; a test writes its own ``index.html``."""
    tmp_path.joinpath("b").mkdir()
    tmp_path.joinpath("b", "page.html").write_text('<h1 id="place">x</h1> <a href="../index.html">x</a>', encoding="utf-8")
    tmp_path.joinpath("picture.png").touch()
    tmp_path.joinpath("index.html").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_good_links_are_good(site):
    assert links.faults(site) == []


@pytest.mark.parametrize("address", [
    "b/no.html", "b/page.html#nowhere", "#nowhere", "../outside.html", "b", "http://example.com/", "https://nohost/", "https:///x", "javascript:x"])
def test_a_link_to_nothing_is_found(site, address):
    site.joinpath("index.html").write_text(f'{GOOD} <a href="{address}">x</a>', encoding="utf-8")
    assert links.faults(site) == [f"index.html links to nothing: {address}"]


@pytest.mark.parametrize("tag", ['<script src="https://example.com/x.js"></script>', '<link href="//example.com/x.css">', '<img src="http://x.org/y">'])
def test_what_is_fetched_from_elsewhere_is_found(site, tag):
    site.joinpath("index.html").write_text(GOOD + tag, encoding="utf-8")
    assert [fault for fault in links.faults(site) if fault.startswith("index.html fetches from elsewhere: ")] != []


def test_an_empty_folder_is_no_site(tmp_path):
    assert links.faults(tmp_path) == ["there are no pages"]
