# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example playbooks, one for each call of the published API document, with both of its credentials, as they are shipped."""

from __future__ import annotations

import pytest

from tests.integration.runner import HERE
from tests.integration.server import RESEARCH

pytestmark = pytest.mark.controller

EXAMPLES = HERE.parents[1] / "playbooks" / "examples"
ENVIRONMENT = {
    "access_key_id": "JUMPSERVER_ACCESS_KEY_ID", "access_key_secret": "JUMPSERVER_ACCESS_KEY_SECRET", "api_token": "JUMPSERVER_TOKEN",
}
# how each kind of credential is shown with options
SHOWN = {"access_key": "with_signature", "api_token": "with_bearer_token"}
TYPES = (
    "linux windows unix other general switch router firewall mysql mariadb postgresql oracle sqlserver clickhouse mongodb redis public private k8s website"
).split()
CALLS = """
- import_playbook: jumpserver.accounts.examples.create_plan
  vars: {plan_name: test, recipient_id: %(recipient)s}
- import_playbook: jumpserver.accounts.examples.list_plans
  vars: {plan_name: test, search_word: OTH, page_limit: 2, page_offset: 1}
- import_playbook: jumpserver.accounts.examples.execute_plan
  vars: {plan_id: %(other)s}
- import_playbook: jumpserver.accounts.examples.delete_plan
  vars: {plan_id: %(other)s}
- import_playbook: jumpserver.accounts.examples.%(shown)s
"""


def test_each_call_of_the_published_api_signed(server, playbook):
    """With signed requests, on each version."""
    make_each_call(server, playbook, "access_key")


@pytest.mark.versions("4.10")
def test_each_call_of_the_published_api_with_a_bearer_token(server, playbook):
    """With the other credential of the document."""
    make_each_call(server, playbook, "api_token")


def make_each_call(server, playbook, kind):
    """Create, list, execute and delete in an organisation with a Chinese name; all that differs between users comes from variables and environment."""
    other = server.create("another", RESEARCH, types=["linux"], **{server.recipients_key: server.ids("alice")})
    server.create("zebra", RESEARCH)
    credential = server.credential("admin", kind)
    environment = dict({ENVIRONMENT[name]: value for name, value in credential.items()}, JUMPSERVER_URL=server.url, JUMPSERVER_ORGANIZATION=RESEARCH)
    connection = dict(credential, api_url=server.url, default_organization=RESEARCH)
    given = [argument for name, value in connection.items() for argument in ("-e", "jumpserver_%s=%s" % (name, value))]

    run = playbook.run_file(
        CALLS % {"recipient": server.ids("carol")[0], "other": other["id"], "shown": SHOWN[kind]}, *given, environment=environment).succeeded()

    row = server.plan("test", RESEARCH)
    assert (row["types"], row["is_periodic"], row["crontab"], row["comment"]) == (TYPES, True, "0 0 * * *", "abcs")
    assert [user["id"] for user in row[server.recipients_key]] == server.ids("carol")
    assert run["Create the plan, unless it is there already"]["operation"] == "created"
    found = run["Show what was found"]["msg"]
    assert ([plan["id"] for plan in found["by_name"]], found["by_search"], found["on_the_page"]) == ([row["id"]], ["another"], ["test", "zebra"])
    started, finished = run["Start the plan with this id"]["execution"], run["Show the result"]["msg"]["execution"]
    assert (finished["id"], finished["status"]) == (started["id"], "success")
    assert run["Delete the plan with this id, if it is there"]["operation"] == "deleted"
    assert set(server.plans(RESEARCH)) == {"test", "zebra"}
    assert run["Show their names"]["msg"] == ["test", "zebra"]
    assert not server.plans()


def test_each_example_was_run():
    """No example is forgotten above."""
    run = {line.rpartition(".")[2] for line in CALLS.splitlines() if "import_playbook" in line} - {"%(shown)s"}
    assert {path.stem for path in EXAMPLES.glob("*")} == run | set(SHOWN.values())
