# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each credential, from options and from the environment, and what is said when it is wrong."""

from __future__ import annotations

import pytest

from tests.integration.server import TEAM_A

KINDS = ("access_key", "private_token", "api_token")
VARIABLES = {
    "access_key_id": "JUMPSERVER_ACCESS_KEY_ID", "access_key_secret": "JUMPSERVER_ACCESS_KEY_SECRET", "private_token": "JUMPSERVER_PRIVATE_TOKEN",
    "api_token": "JUMPSERVER_TOKEN",
}
EMPTY = dict.fromkeys(VARIABLES.values(), "")


def as_environment(credential):
    return {VARIABLES[name]: value for name, value in credential.items()}


@pytest.mark.versions("3.5", "4.10")
def test_each_credential_works_in_a_playbook(server, playbook):
    run = playbook.run("""
        - name: signed
          jumpserver.accounts.backup_plan: {name: "每日 100%? a+b&c=d #1", interval: 24}
        - name: private token
          jumpserver.accounts.backup_plan:
            {name: "每日 100%? a+b&c=d #1", interval: 24, access_key_id: "", access_key_secret: "", private_token: "{{ private }}"}
        - name: bearer token
          jumpserver.accounts.backup_plan_info: {access_key_id: "", access_key_secret: "", api_token: "{{ bearer }}"}
    """, connection=server.credential("admin", "access_key"), variables={
        "private": server.users["admin"]["private_token"], "bearer": server.users["admin"]["api_token"]}).succeeded()
    assert run["signed"].changed and not run["private token"].changed
    assert [plan["name"] for plan in run["bearer token"]["backup_plans"]] == ["每日 100%? a+b&c=d #1"]
    environment = dict(EMPTY, JUMPSERVER_URL=server.url, **as_environment(server.credential("admin", "access_key")))
    run = playbook.run("""
        - name: from the environment
          jumpserver.accounts.backup_plan_info:
    """, connection={"api_url": None}, environment=environment).succeeded()
    assert len(run["from the environment"]["backup_plans"]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_is_taken_from_options_or_from_the_environment(server, call, kind):
    credential = server.credential("orgadmin", kind)
    server.create("nightly", TEAM_A)
    options = call("backup_plan_info", connection=credential, environment=EMPTY, organization=TEAM_A).succeeded()
    variables = call("backup_plan_info", connection={}, environment=dict(EMPTY, **as_environment(credential)), organization=TEAM_A).succeeded()
    assert options["backup_plans"] == variables["backup_plans"] and len(options["backup_plans"]) == 1


def test_options_beat_the_environment_as_a_whole(server, call):
    with server.counting() as seen:
        result = call("backup_plan_info", connection=server.credential("admin"), environment=as_environment(server.credential("plain", "access_key")))
    assert result.succeeded() and {entry["user"] for entry in seen.log} == {"admin"}
    # a key id from here is not paired with a secret from there
    key_id, secret = server.credential("admin", "access_key").items()
    result = call("backup_plan_info", connection=dict([key_id]), environment=as_environment(dict([secret])))
    assert result.message == "The access key is incomplete in the options: access_key_secret is missing."
    result = call("backup_plan_info", connection={}, environment=as_environment(dict([secret])))
    assert result.message == "The access key is incomplete in the environment variables: JUMPSERVER_ACCESS_KEY_ID is missing."


def test_more_than_one_credential_is_an_error(server, call):
    both = dict(server.credential("admin"), **server.credential("admin", "api_token"))
    assert call("backup_plan_info", connection=both).message == "More than one credential in the options (api_token, private_token): give exactly one."
    result = call("backup_plan_info", connection={}, environment=as_environment(both))
    assert result.message == (
        "More than one credential in the environment variables (JUMPSERVER_PRIVATE_TOKEN, JUMPSERVER_TOKEN): give exactly one.")


def test_no_credential_and_no_address_are_errors_that_say_what_to_set(server, call):
    for environment in ({}, EMPTY):
        message = call("backup_plan_info", connection={}, environment=environment).message
        assert message.startswith("No credential for JumpServer: give access_key_id and access_key_secret (recommended), or private_token, or api_token")
        assert all(variable in message for variable in VARIABLES.values())
    for url in ({"api_url": ""}, {"api_url": None}):
        message = call("backup_plan_info", connection=dict(server.credential(), **url), environment={"JUMPSERVER_URL": ""}).message
        assert message == "api_url is missing: give the address of JumpServer, for example https://jump.example.com, or set JUMPSERVER_URL."


def test_the_environment_can_hold_the_rest_of_the_connection(server, call):
    server.create("nightly", TEAM_A)
    environment = dict(
        as_environment(server.credential("orgadmin")), JUMPSERVER_URL=server.url + "/", JUMPSERVER_ORGANIZATION=TEAM_A, JUMPSERVER_TIMEOUT="30",
        JUMPSERVER_RETRIES="0", JUMPSERVER_VALIDATE_CERTS="false", JUMPSERVER_CA_PATH="", JUMPSERVER_CLIENT_CERT="", JUMPSERVER_CLIENT_KEY="")
    result = call("backup_plan_info", connection={"api_url": None}, environment=environment).succeeded()
    assert [plan["organization"]["name"] for plan in result["backup_plans"]] == [TEAM_A]
    message = call("backup_plan_info", connection={}, environment=dict(environment, JUMPSERVER_TIMEOUT="0")).message
    assert message == "timeout must be from 1 to 3600, not 0."


def test_wrong_credentials_are_refused_with_a_hint_and_not_shown(server, call):
    unknown = "0b1c2d3e-0000-4000-8000-000000000000"
    wrong = {
        "the access key %s" % server.users["admin"]["access_key_id"]: dict(server.credential("admin", "access_key"), access_key_secret="canary-wrong-secret"),
        "the access key %s" % unknown: dict(server.credential("admin", "access_key"), access_key_id=unknown),
        "the private token": {"private_token": "canary" * 6 + "abcd"},
        "the API token": {"api_token": "canary-wrong-bearer-token-0123456789"},
    }
    for described, credential in wrong.items():
        for module, options in (("backup_plan_info", {}), ("backup_plan", {"name": "nightly"})):
            result = call(module, connection=credential, **options)
            assert result.message.startswith("Cannot list the backup plans of organization 'Default': JumpServer answered 401: ")
            assert result.message.endswith(". Check %s, and that its user is active." % described)
            assert all(value not in str(result) for name, value in credential.items() if name != "access_key_id")
    said = call("backup_plan_info", connection=wrong["the access key %s" % unknown]).message
    assert "JumpServer answered 401: Invalid signature" in said


def test_an_inactive_user_is_refused(server, call):
    for kind in KINDS:
        message = call("backup_plan_info", connection=server.credential("former", kind)).message
        assert "JumpServer answered 401" in message or "JumpServer answered 403" in message


def test_what_cannot_be_a_credential_is_not_sent(server, call):
    cases = {
        "access_key_id must be the UUID that JumpServer shows for the access key.": {"access_key_id": "canary", "access_key_secret": "canary-secret-1"},
        "private_token holds a blank, a line break or a character that no JumpServer credential has; copy it again.": {"private_token": "canary token\n"},
        "api_token holds a blank, a line break or a character that no JumpServer credential has; copy it again.": {"api_token": "令牌"},
    }
    for message, credential in cases.items():
        with server.counting() as seen:
            assert call("backup_plan_info", connection=credential).message == message
        assert seen.total == 0
