# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that brings the credential type to AWX, against a stand-in for the one endpoint of AWX that it uses."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading

import pytest

from tests.integration.credential_type import CredentialType
from tests.integration.runner import BIN, neutral_environment, search_for_secrets

pytestmark = pytest.mark.controller

TOKEN = "canary-awx-token"


class Handler(http.server.BaseHTTPRequestHandler):
    """``server.types``: what is stored; the next id is their number plus one."""

    def do_GET(self):
        found = [kind for kind in self.server.types if "name=%s" % kind["name"] in self.path]
        self.answer(200, {"count": len(found), "results": found})

    def do_POST(self):
        if any(kind["name"] == self.body()["name"] for kind in self.server.types):
            return self.answer(400, {"__all__": ["Credential type with this Name and Kind already exists."]})
        self.server.types.append(dict(self.body(), id=len(self.server.types) + 1, managed=False))
        return self.answer(201, self.server.types[-1])

    def do_PATCH(self):
        kind = self.server.types[int(self.path.rstrip("/").rpartition("/")[2]) - 1]
        kind.update(self.body())
        self.answer(200, kind)

    def body(self):
        if not hasattr(self, "read"):
            self.read = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return self.read

    def answer(self, status, body):
        if self.headers["Authorization"] != "Bearer " + TOKEN:
            status, body = 401, {"detail": "Authentication credentials were not provided."}
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def awx():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.types = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_credential_type_is_created_once_and_kept_up_to_date(awx, tmp_path):
    """From any folder; the token is never shown."""

    def run(*arguments, token=TOKEN):
        process = subprocess.run(
            [str(BIN / "ansible-playbook"), "-vvv", "jumpserver.accounts.awx_credential_type", "-e", "awx_url=http://127.0.0.1:%d" % awx.server_port,
             *arguments],
            cwd=tmp_path, env=dict(neutral_environment(tmp_path), CONTROLLER_OAUTH_TOKEN=token), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        search_for_secrets([process.stdout], [TOKEN])
        return process

    wanted = CredentialType().described
    assert run("--check").returncode == 0 and not awx.types
    assert "changed=1" in run().stdout
    assert awx.types == [dict(wanted, id=1, managed=False)]
    assert "changed=0" in run().stdout
    awx.types[0]["injectors"] = {"extra_vars": {"jumpserver_organization": "{{ organization }}"}}
    assert "changed=1" in run().stdout
    assert awx.types == [dict(wanted, id=1, managed=False)]
    refused = run(token="another")
    assert refused.returncode != 0 and "Could not list the credential types" in refused.stdout
