# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets are cut out of every spelling, and before a text is shortened, unpacked or quoted."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import wording
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.secrets import MASK, Secrets
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.transport import Answer

SECRET_TEXTS = [
    "canary-plain-3f1d0c9b", "canary'quote\"both\\slash", "canary with  blanks", "canary<b>&amp;</b>", "canary-密码-研发", "canary/+=?#%25",
    "canary\ttab\nline",
]
WAYS = {
    "plain": lambda text: text, "repr": repr, "repr with a quote": lambda text: repr("it's " + text), "ascii": ascii, "json": json.dumps,
    "json of letters": lambda text: json.dumps(text, ensure_ascii=False), "html": html.escape, "query": quote_plus, "path": quote,
    "path with slashes": lambda text: quote(text, safe=""), "json in repr": lambda text: repr(json.dumps({"password": text})),
    "base64": lambda text: base64.b64encode(text.encode()).decode(), "basic": lambda text: base64.b64encode(b"user:" + text.encode()).decode(),
    "basic of another length": lambda text: base64.b64encode(b"me:" + text.encode() + b"!!").decode(),
    "base64 once more": lambda text: base64.b64encode(b"abcd" + text.encode()).decode(),
}


def remains(secret, text):
    """Whether something recognisable of the secret is left."""
    encoded = base64.b64encode(secret.encode()).decode()
    return "canary" in text or any(encoded[start:start + 12] in text for start in range(len(encoded) - 12))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", SECRET_TEXTS)
def test_a_secret_is_cut_out_however_it_is_written(secret, way):
    scrubbed = Secrets({secret}).scrub("before %s after" % WAYS[way](secret))
    assert MASK in scrubbed
    assert not remains(secret, scrubbed)
    assert scrubbed.startswith("before ") and scrubbed.endswith(" after")


def test_longer_secrets_go_first_and_empty_ones_do_nothing():
    assert Secrets({"canary", "canary-long", ""}).scrub("canary-long canary plain") == "%s %s plain" % (MASK, MASK)


def test_secrets_are_cut_out_of_decoded_json_keys_included():
    assert Secrets({"canary"}).scrub_all({"a canary": ["canary", {"x": "canary"}, 5, None, True]}) == {"a " + MASK: [MASK, {"x": MASK}, 5, None, True]}


SECRET = "canary-%s" % ("0123456789abcdef" * 4)


@pytest.mark.parametrize("before", range(wording.LONGEST_EXCERPT - len(SECRET) - 2, wording.LONGEST_EXCERPT + 2))
@pytest.mark.parametrize("sort", ["json", "text"])
def test_no_half_of_a_secret_is_left_where_a_long_answer_is_cut(before, sort):
    text = "x" * before + SECRET + "y" * 500
    answer = Answer(400, {}, {"detail": text}, "") if sort == "json" else Answer(400, {}, None, text)
    assert "canary" not in wording.said(answer, Secrets({SECRET}))


@pytest.mark.parametrize("length", range(len(SECRET) + 1))
@pytest.mark.parametrize("write", [str, repr], ids=["plain", "quoted"])
def test_what_was_cut_before_does_not_end_within_a_secret(length, write):
    text = "crontab is %s, which is too long... to be true" % write("0 3 * * %s..." % SECRET[:length])
    scrubbed = Secrets({SECRET, "other"}).scrub(text)
    assert "cana" not in scrubbed
    assert scrubbed.startswith("crontab is ") and scrubbed.endswith(", which is too long... to be true")


@pytest.mark.parametrize("page", ["<title>%s</title>", "<title>a <b>%s</b></title>", "<html><title>\n  %s\n</title>"])
@pytest.mark.parametrize("secret", ["canary two  blanks", "canary<i>tag</i>", "canary > canary"])
def test_no_secret_is_left_in_the_title_of_a_page(page, secret):
    for written in (secret, html.escape(secret)):
        assert "canary" not in wording.said(Answer(500, {}, None, page % written), Secrets({secret}))
