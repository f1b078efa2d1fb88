# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The address of JumpServer: what is taken, and the sentence that names the part that is wrong."""

from __future__ import annotations

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.address import base_url, prefix
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput

TAKEN = {
    "https://jump.example.com": "https://jump.example.com", " https://jump.example.com/ ": "https://jump.example.com",
    "\thttps://jump.example.com\n": "https://jump.example.com", "https://jump.example.com:8443//": "https://jump.example.com:8443",
    "https://jümp.example.com": "https://jümp.example.com", "https://堡垒机.example.com": "https://堡垒机.example.com", "http://[::1]:8080": "http://[::1]:8080",
    "http://[fe80::1%eth0]": "http://[fe80::1%eth0]", "https://jump_1.example.com.": "https://jump_1.example.com.",
    "HTTPS://JUMP.example.com": "HTTPS://JUMP.example.com", "https://a.example.com/api-gateway": "https://a.example.com/api-gateway",
    "https://a.example.com/guide/x": "https://a.example.com/guide/x", "https://a.example.com/" + "x" * 478: "https://a.example.com/" + "x" * 478,
}
REFUSED = {
    "https://jump.example.com/api/v1": "must end before '/api/v1': write https://jump.example.com, the address of JumpServer itself.",
    "https://jump.example.com/api/v1/": "must end before '/api/v1/': write https://jump.example.com,",
    "https://jump.example.com/jump/api/": "must end before '/api/': write https://jump.example.com/jump,",
    "https://jump.example.com/ui/": "must end before '/ui/': write https://jump.example.com,",
    "https://jump.example.com/ui/#/console/dashboard": "must end before '/ui/': write https://jump.example.com,",
    "https://jump.example.com/core/auth/login/?next=/": "must end before '/core/auth/login/': write https://jump.example.com,",
    "http://[::1": "its host is not complete", "https://::1]": "its host is not complete", "https://[zz]/": "no|not complete",
    "https://jump.example.com:99999": "its port is no number from 1 to 65535", "https://jump.example.com:0": "its port is no number",
    "https://jump.example.com:https": "its port is no number", "https://jump.example.com:-1": "its port is no number",
    "https://jump .example.com": "must look like", "https://jump..example.com": "'jump..example.com' is no name of a host",
    "https://jump,example.com": "is no name of a host", "https://*.example.com": "is no name of a host", "https://%s.example.com" % ("a" * 64): "is no name",
    "https://jump.example.com\\x": "is no name of a host|must look like", "https//jump.example.com": "must look like",
    "https:jump.example.com": "must look like",
    "https://jump.example.com/" + "x" * 476: "must look like https://jump.example.com, and has 501 characters.",
    "https://": "must look like", "//jump.example.com": "must look like", "   ": "must look like", "https://jump.example.com/a\nb": "must look like",
}


@pytest.mark.parametrize("given, taken", TAKEN.items())
def test_an_address_is_taken(given, taken):
    assert base_url(given) == taken


@pytest.mark.parametrize("given, reason", REFUSED.items())
def test_what_is_wrong_with_an_address_is_named(given, reason):
    with pytest.raises(BadInput, match="^api_url .*(%s)" % reason.replace("[", r"\[")):
        base_url(given)


@pytest.mark.parametrize("url, path", [("https://a.example.com", ""), ("https://a.example.com/", ""), ("https://a.example.com/jump/", "/jump")])
def test_the_prefix_of_an_address(url, path):
    assert prefix(url) == path
