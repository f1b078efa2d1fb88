# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the network, a proxy or the server fails: what is said, that nothing is lost, nothing is doubled and no secret is told."""

from __future__ import annotations

import re
import socket

import pytest

from tests.integration.runner import Caller, Playbooks
from tests.integration.server import PLANS, TEAM_A, ZIP_PASSWORD

pytestmark = pytest.mark.twice

# What happens below the API does not depend on the version.
any_version = pytest.mark.versions("4.10")

READING_FAILED = "Cannot list the backup plans of organization 'Default': "


@pytest.fixture
def closed_port():
    """The address of a port on which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield "http://127.0.0.1:%d" % unused.getsockname()[1]


@pytest.fixture
def secure(pool):
    """A JumpServer behind https, with a certificate of an authority of its own."""
    return pool.get(version="4.10", tls=True)


# (rules for the server, connection options, what is said after READING_FAILED)
TROUBLES = {
    "a redirect": (
        {"redirect": "https://sso.example.com/login?next=secret-place"}, {},
        "JumpServer answered 302. It redirects to https://sso.example.com/login; redirects are not followed. "
        "Check that api_url is the address of JumpServer itself, and not of a login page or a proxy."),
    "an HTML page instead of JSON": (
        {"status": 200, "html": "<html><head><title>Single Sign-On</title></head><body>Please <b>log in</b></body></html>"}, {},
        "JumpServer answered 200: an HTML page titled 'Single Sign-On'. "
        "Check that api_url is the address of JumpServer itself, and not of a login page or a proxy."),
    "an HTML page with status 404": (
        {"status": 404, "html": "<html><title>Not here</title></html>"}, {},
        "JumpServer answered 404: an HTML page titled 'Not here'. Check that api_url leads to JumpServer 3.0 or later."),
    "an internal error": (
        {"status": 500, "body": {"error": "Server internal error"}}, {}, "JumpServer answered 500: Server internal error. See the server's log."),
    "an HTML error page": (
        {"status": 500, "html": "<h1>Server Error (500)</h1>"}, {}, "JumpServer answered 500: an HTML page. See the server's log."),
    "no database": (
        {"status": 503, "body": {"error": "DB", "message": "Database is down", "code": "DB_ERROR"}, "times": 9}, {"retries": 0},
        "JumpServer answered 503: DB; Database is down. See the server's log."),
    "too many requests": (
        {"status": 429, "body": {"detail": "Request was throttled. Expected available in 60 seconds.", "code": "throttled"}, "times": 9}, {"retries": 1},
        "JumpServer answered 429: Request was throttled. Expected available in 60 seconds. Tried 2 times in N seconds. "
        "The server limits the number of requests; try again later."),
    "a slow answer": ({"delay": 2.5}, {"timeout": 1}, "{url} did not answer within 1 seconds. Raise timeout, or ask for less."),
    "connections that are closed": (
        {"drop": "before", "times": 9}, {"retries": 1},
        "the connection to {url} was closed without an answer. If it expects TLS there, write https:// in api_url. Tried 2 times in N seconds."),
    "something else that is JSON": (
        {"status": 200, "body": {"hello": "world"}}, {},
        "the server, or a proxy in front of it, answered something that is not JumpServer's: answer has no count (GET {url}/" + PLANS.lstrip("/") + ", "
        "status 200). Check that api_url is the address of JumpServer itself, and not of a login page or a proxy."),
}


@pytest.mark.versions("3.5", "4.10")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_said_when_reading_fails(server, call, trouble):
    rules, connection, said = TROUBLES[trouble]
    server.fault(method="GET", path=PLANS, **rules)
    result = call("backup_plan", connection=dict(server.credential("admin"), **connection), name="nightly", interval=24)
    assert re.sub(r"(times in) \d+ (seconds)", r"\1 N \2", result.message) == READING_FAILED + said.format(url=server.url)
    assert not result.changed and result["backup_plan"] == {} and server.plans() == {}


@any_version
@any_version
def test_organizations_that_cannot_be_listed_are_failures_of_their_own(server, call):
    """The list is asked for those that are named and have no plans."""
    server.create("nightly")
    server.fault(method="GET", path="/orgs/orgs/[?]", status=200, html="<title>Sign in</title>", times=10)
    estate = [{"organization": name, "plans": [{"name": "nightly", "interval": 24}]} for name in ("Default", TEAM_A, "研发中心")]
    result = call("backup_plans", connection=dict(server.credential(), retries=0), organizations=estate)
    assert "Cannot list the organizations: JumpServer answered 200: an HTML page titled 'Sign in'." in result.message
    assert [[failure["name"] for failure in part["failed"]] for part in result["organizations"]] == [[], [None], [None]]
    assert result.changed and result["organizations"][0]["updated"][0]["name"] == "nightly" and result["summary"]["failed"] == 2


def test_an_unreachable_host_is_named(server, call, closed_port):
    result = call("backup_plan", connection=dict(server.credential("admin"), api_url=closed_port, retries=0), name="nightly")
    assert result.message == "%s%s cannot be reached (Connection refused). Check api_url, the network and the firewall." % (READING_FAILED, closed_port)
    result = call("backup_plan", connection=dict(server.credential("admin"), api_url="http://no-such-host.invalid", retries=0), name="nightly")
    assert result.message.startswith(READING_FAILED + "http://no-such-host.invalid cannot be reached (") and "firewall" in result.message


@any_version
def test_an_address_that_is_none_is_refused(server, call):
    for url in ("jump.example.com", "ftp://jump.example.com", "https://", "https://jump.example.com/?a=b"):
        message = call("backup_plan_info", connection=dict(server.credential("admin"), api_url=url)).message
        assert message == "api_url must look like https://jump.example.com, not %r." % url
    result = call("backup_plan_info", connection=dict(server.credential("admin"), api_url="https://admin:canary-in-the-url@jump.example.com"))
    assert result.message == "api_url must not hold a user or password; use the credential options instead."


@any_version
def test_a_500_to_a_signed_request_may_mean_the_signature(server, call):
    server.fault(method="GET", path=PLANS, status=500, html="<h1>Server Error (500)</h1>")
    message = call("backup_plan", connection=server.credential("admin", "access_key"), name="nightly").message
    assert message.endswith("See the server's log; a signature that the server cannot read gives this answer too.")


@pytest.mark.versions("3.5", "4.10")
def test_no_trouble_shows_a_secret_however_verbose(server, playbook, closed_port):
    """`Playbooks.run` searches all output, with tracebacks, for each secret."""
    token = server.users["admin"]["private_token"]
    said = "%s is too weak" % (ZIP_PASSWORD if server.since("3.9") else token)
    server.fault(method="POST", path=PLANS, status=400, body={"comment": [said]})
    server.fault(method="GET", path="search=redirected", redirect="https://sso.example.com/?token=" + token)
    secret = {"zip_encrypt_password": ZIP_PASSWORD} if server.since("3.9") else {}
    run = playbook.run("""
        - name: repeated by the server
          diff: true
          jumpserver.accounts.backup_plan: "{{ {'name': 'nightly'} | combine(secret) }}"
        - name: redirected
          jumpserver.accounts.backup_plan: {name: redirected}
        - name: unreachable
          jumpserver.accounts.backup_plan: {name: nightly, api_url: "{{ closed }}", retries: 0}
        - name: two credentials
          jumpserver.accounts.backup_plan_info: {api_token: "{{ token }}"}
        - name: in a crontab
          jumpserver.accounts.backup_plan: {name: nightly, crontab: "{{ token }} * * * *"}
        - name: an estate
          diff: true
          check_mode: true
          jumpserver.accounts.backup_plans:
            defaults: "{{ secret }}"
            organizations: [{organization: Default, plans: [{name: nightly, crontab: "0 0 31 2 *"}, {name: second}]}]
    """, connection=server.credential("admin"), variables={"secret": secret, "token": token, "closed": closed_port}, ignore_errors=True)
    assert [task for task in run.tasks if not run[task].failed] == []
    assert "JumpServer answered 400: comment: ******** is too weak." in run["repeated by the server"].message
    assert "redirects to https://sso.example.com/;" in run["redirected"].message
    assert "********" in run["in a crontab"].message


@any_version
def test_a_throttled_request_is_repeated_when_the_server_says(server, call):
    throttled = {"status": 429, "body": {"detail": "Request was throttled.", "code": "throttled"}}
    server.fault(method="GET", path=PLANS, headers={"Retry-After": "1"}, **throttled)
    server.fault(method="POST", path=PLANS, headers={}, **throttled)
    with server.counting() as seen:
        assert call("backup_plan", name="nightly", interval=24).succeeded().changed
    assert [entry["status"] for entry in seen.log if entry["method"] == "POST"] == [429, 201] and list(server.plans()) == ["nightly"]


@any_version
def test_a_gateway_that_fails_for_a_moment_is_asked_again(server, call):
    for status in (502, 503, 504):
        server.fault(method="GET", path=PLANS, status=status, html="<title>Bad Gateway</title>")
    assert call("backup_plan", name="nightly", interval=24).succeeded().changed


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_lost_answer_to_a_creation_neither_loses_nor_doubles_anything(server, call, moment, count):
    names = ["plan %d" % number for number in range(count)]
    estate = [{"organization": "Default", "plans": [{"name": name, "interval": 24} for name in names]}]
    server.fault(method="POST", path=PLANS, drop=moment)
    with server.counting() as seen:
        result = call("backup_plans", organizations=estate)
    assert seen.by_method["POST"] == 1  # it may have been carried out, so it is not repeated
    if moment == "after":
        assert sorted(result.succeeded()["organizations"][0]["created"]) == names == sorted(server.plans())
    else:
        assert "the connection to %s was closed without an answer." % server.url in result.message
        assert "may still be carried out; run again to see" in result.message and result.changed
        assert server.plans() == {} and len(result["organizations"][0]["failed"]) == count
    again = call("backup_plans", organizations=estate).succeeded()
    assert again.changed == (moment == "before") and sorted(server.plans()) == names


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_lost_answer_to_a_change_is_found_out(server, call, moment):
    server.create("nightly", comment="old", crontab="0 3 * * *", is_periodic=True)
    server.fault(method="PATCH", path=PLANS, drop=moment)
    result = call("backup_plan", name="nightly", comment="new")
    if moment == "after":
        assert result.succeeded()["operation"] == "updated" and result["backup_plan"]["comment"] == "new"
    else:
        assert "was closed without an answer" in result.message and server.plan("nightly")["comment"] == "old"
    assert server.fires("nightly") == "0 3 * * *"


def test_a_lost_answer_to_a_deletion_leaves_nothing_to_do(server, call):
    server.create("nightly")
    server.create("other")
    server.fault(method="DELETE", path=PLANS, drop="after")
    call("backup_plan", name="nightly", state="absent")
    assert list(server.plans()) == ["other"]
    assert not call("backup_plan", name="nightly", state="absent").succeeded().changed


@any_version
def test_a_creation_that_takes_too_long_is_found_out(server, call):
    """It is there a while after the client gave up, and is found by a later look."""
    server.fault(method="POST", path=PLANS, delay=2.5)
    with server.counting() as seen:
        result = call("backup_plan", connection=dict(server.credential(), timeout=1, retries=2), name="nightly", interval=24)
    assert result.succeeded()["operation"] == "created" and seen.by_method["POST"] == 1
    call("backup_plan", name="nightly", interval=24).succeeded()
    assert list(server.plans()) == ["nightly"]


def test_a_deletion_that_takes_too_long_is_found_out(server, call):
    """It is carried out a while after the client gave up, and the first look is not answered either."""
    for name in ("old", "kept"):
        server.create(name)
    server.fault(method="DELETE", path=PLANS, delay=2.5)
    server.fault(method="GET", path=PLANS + "[0-9a-f]", delay=2.5)
    estate = [{"organization": "Default", "prune": True, "plans": [{"name": "kept"}]}, {"organization": TEAM_A, "plans": [{"name": "new"}]}]
    with server.counting() as seen:
        result = call("backup_plans", connection=dict(server.credential(), timeout=1, retries=2), organizations=estate, on_error="stop").succeeded()
    assert [part["deleted"] for part in result["organizations"]] == [["old"], []] and seen.by_method["DELETE"] == 1
    assert list(server.plans()) == ["kept"] and list(server.plans(TEAM_A)) == ["new"]


def test_a_race_that_ends_in_a_500_is_told_from_a_real_one(server, call):
    """Two creations of one name at once: one may be answered 500, and the plan is there."""
    server.fault(method="POST", path=PLANS, drop="after")
    server.fault(method="POST", path=PLANS, status=500, body={"error": "Server internal error"})
    assert call("backup_plan", name="nightly", interval=24).succeeded().changed
    result = call("backup_plan", name="other", interval=24)
    assert "Cannot create the backup plan 'other'" in result.message and "JumpServer answered 500: Server internal error." in result.message
    assert list(server.plans()) == ["nightly"]


def test_an_answer_that_shows_something_else_is_a_failure(server, call):
    """Servers ignore what they do not know, with a 2xx."""
    row = server.create("template", comment="x")
    server.fault(method="POST", path=PLANS, status=201, body=dict(row, name="nightly"))
    result = call("backup_plan", name="nightly", comment="y", interval=24)
    assert "the server accepted the request, but then showed another value for comment" in result.message
    assert "interval" in result.message
    server.fault(method="POST", path=PLANS, status=201, body=dict(row, name="nightly", comment="y", org_id=server.organizations[TEAM_A], org_name=TEAM_A))
    result = call("backup_plan", name="nightly", comment="y")
    assert "the server put it into another organization (%s)" % TEAM_A in result.message


@pytest.fixture
def secure_call(secure, modules):
    return Caller(secure, modules)


def test_https_needs_a_certificate_that_is_trusted(secure, secure_call, tmp_path):
    def read(**connection):
        return secure_call("backup_plan_info", connection=dict(secure.credential("admin", "access_key"), retries=0, **connection), name="nightly")

    message = read().message
    assert message.startswith(READING_FAILED + "the certificate of %s is not trusted (certificate verify failed: " % secure.url)
    assert message.endswith("). Set ca_path to the certificate of your CA.")
    assert read(ca_path=secure.ca_path).succeeded()["backup_plans"] == []
    assert read(validate_certs=False).succeeded()["backup_plans"] == []
    assert read(ca_path=str(tmp_path / "missing.pem")).message == "ca_path: there is no %s." % (tmp_path / "missing.pem")
    assert "client_key needs client_cert" in read(ca_path=secure.ca_path, client_key=secure.ca_path).message
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    assert read(ca_path=str(empty)).message == READING_FAILED + f"ca_path: {empty} holds no certificates in PEM that can be read."
    assert read(ca_path=secure.ca_path, client_cert=str(empty)).message == f"client_cert: {empty} holds no certificate in PEM."
    # plain http to a port that speaks https
    assert read(api_url=secure.url.replace("https:", "http:")).failed


def test_a_certificate_from_the_environment_is_used(secure, secure_call):
    result = secure_call("backup_plan_info", connection=secure.credential("admin"), environment={"JUMPSERVER_CA_PATH": secure.ca_path})
    assert result.succeeded()["backup_plans"] == []
    # a bundle of the user's is no reason to trust nobody, or everybody
    environment = {"REQUESTS_CA_BUNDLE": secure.ca_path}
    assert secure_call("backup_plan_info", connection=dict(secure.credential("admin"), validate_certs=False), environment=environment).succeeded()


def test_a_playbook_over_https(secure, tmp_path):
    run = Playbooks(secure, tmp_path).run("""
        - name: untrusted
          jumpserver.accounts.backup_plan: {name: nightly, interval: 24}
          ignore_errors: true
        - name: trusted
          jumpserver.accounts.backup_plan: {name: nightly, interval: 24, ca_path: "{{ ca_path }}"}
    """, connection=dict(secure.credential("admin", "access_key"), retries=0), variables={"ca_path": secure.ca_path}).succeeded()
    assert "the certificate of %s is not trusted" % secure.url in run["untrusted"].message
    assert run["trusted"].changed and secure.fires("nightly") == "every 24 h"


@any_version
def test_a_netrc_of_the_user_does_not_replace_the_credential(server, call, tmp_path):
    tmp_path.joinpath(".netrc").write_text("machine 127.0.0.1 login canary password canary-netrc\n")
    for kind in ("access_key", "private_token"):
        assert call("backup_plan_info", connection=server.credential("admin", kind), environment={"HOME": str(tmp_path)}).succeeded()


@any_version
def test_a_proxy_that_cannot_be_reached_is_named_as_the_reason(server, call, closed_port):
    environment = {"http_proxy": closed_port, "HTTP_PROXY": closed_port, "no_proxy": "", "NO_PROXY": ""}
    result = call("backup_plan", connection=dict(server.credential(), api_url="http://jump.example.com", retries=0), environment=environment, name="nightly")
    assert result.message == READING_FAILED + f"the proxy in the environment does not let us reach http://jump.example.com ({closed_port}: Connection refused)."


@any_version
def test_an_idle_connection_is_not_a_failure(server, call):
    """A started run is followed with pauses in which the server closes the connection."""
    server.settings(start_delay=2.6, run_seconds=0)
    server.create("nightly", types=["linux"], **{server.recipients_key: server.ids("alice")})
    assert call("backup_plan_execute", name="nightly").succeeded()["execution"]["status"] == "success"


@any_version
def test_a_path_prefix_in_the_address_is_kept(server, call):
    message = call("backup_plan_info", connection=dict(server.credential("admin", "access_key"), api_url=server.url + "/prefix/")).message
    assert "JumpServer answered 404" in message


GATEWAY_404 = {"status": 404, "html": "<html><title>404 Not Found</title></html>"}


@pytest.mark.versions("3.5", "4.10")
@pytest.mark.parametrize("answer", [GATEWAY_404, {"status": 404, "body": {"error": "Not found"}}], ids=["gateway", "unknown address"])
def test_a_404_that_is_not_jumpservers_own_deletes_nothing_and_hides_nothing(server, call, answer):
    """Only the code `object_does_not_exist` says that a plan is gone."""
    plan = server.create("nightly")
    empty = [{"organization": "Default", "plans": [], "allow_empty": True}]
    attempts = {
        "removed": lambda: call("backup_plan", name="nightly", state="absent"),
        "removed by id": lambda: call("backup_plan", id=plan["id"], state="absent"),
        "pruned": lambda: call("backup_plans", organizations=empty, prune=True),
    }
    for attempt in attempts.values():
        server.fault(method="DELETE", path=PLANS, **answer)
        result = attempt()
        assert "JumpServer answered 404: " in result.message and "Check that api_url leads to JumpServer 3.0 or later." in result.message
        assert list(server.plans()) == ["nightly"]
    for options in ({"state": "absent"}, {"comment": "x"}):
        server.fault(method="GET", path=plan["id"], **answer)
        assert "JumpServer answered 404: " in call("backup_plan", id=plan["id"], **options).message
    for module in ("backup_plan_info", "backup_plan_execute"):
        server.fault(method="GET", path=plan["id"], **answer)
        assert "JumpServer answered 404: " in call(module, id=plan["id"]).message
    assert list(server.plans()) == ["nightly"]
