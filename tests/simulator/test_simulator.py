# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's own promises: control API, seeds, faults, counting, the scheduler's view, signatures, transport."""

from __future__ import annotations

import datetime
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from httpsig.sign import HeaderSigner

from tests.simulator.behaviour import at as behaviour_of
from tests.simulator.control import Simulator

PLANS = "/api/v1/accounts/account-backup-plans/"
EXECUTIONS = "/api/v1/accounts/account-backup-plan-executions/"
CURRENT = "/api/v1/orgs/orgs/current/"
DRY = {"is_periodic": False}


@pytest.fixture(scope="module")
def running():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(name="simulator")
def fresh(running):
    running.reset({})
    return running


def token(simulator, user="admin"):
    return {"Authorization": "Token " + simulator.users[user]["private_token"], "Accept": "application/json"}


def get(simulator, path, **headers):
    """A counted GET."""
    return requests.get(simulator.url + path, headers={**token(simulator), **headers}, timeout=30, allow_redirects=False)


def created(simulator, organization=None, **body):
    answer = simulator.api("POST", PLANS, organization=organization, json={**DRY, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def signed(simulator, path, secret=None, keyid=None, date=None, **options):
    user = simulator.users["admin"]
    signer = HeaderSigner(
        keyid or user["access_key_id"], secret or user["access_key_secret"], algorithm=options.pop("algorithm", "hmac-sha256"),
        headers=["(request-target)", "date"],
    )
    headers = {"date": date or datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    headers = signer.sign(headers, method="GET", path=options.pop("signed_path", path))
    return requests.get(simulator.url + path, headers=headers, timeout=30)


def finished(simulator, plan, **start):
    """The execution of a plan, at its end."""
    task = simulator.api("POST", EXECUTIONS, json={"plan": plan["id"], "automation": plan["id"], **start}).json()["task"]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answer = simulator.api("GET", "%s%s/" % (EXECUTIONS, task))
        row = answer.json()
        if answer.status_code == 200 and (row.get("date_finished") or row.get("timedelta")):
            return row
        time.sleep(0.02)
    raise AssertionError("the run did not end: %s" % answer.text)


# the default world


def test_default_world(simulator):
    assert simulator.version == "4.10.19"
    assert {"Default", "root", "system", "Team-A", "研发中心", "Team C/x"} <= set(simulator.organizations)
    assert set(simulator.storages) == {"sftp-main", "sftp-two", "s3-archive", "default", "null"}
    assert simulator.users["cto"]["email"] == "cto@example.com"
    assert simulator.users["zhangwei"]["name"] == "张伟"
    for user in simulator.users.values():
        assert len(user["private_token"]) == 40
        assert user["password"] and user["api_token"] and user["access_key_id"] and user["access_key_secret"]


@pytest.mark.parametrize("user, organization, status", [
    ("admin", "Default", 200), ("admin", "root", 200), ("orgadmin", "Team-A", 200), ("orgadmin", "Default", 403), ("orgadmin", "root", 403),
    ("orgadmin_dev", "研发中心", 200), ("auditor", "Default", 403), ("plain", "Default", 403), ("former", "Default", 401),
])
def test_roles(simulator, user, organization, status):
    assert simulator.api("GET", PLANS, user=user, organization=organization).status_code == status


def test_unknown_organization_is_silently_default(simulator):
    for wanted in ("nonsense", simulator.organizations["Team-A"].upper(), simulator.organizations["Team-A"].replace("-", "")):
        assert simulator.api("GET", CURRENT, organization=wanted).json()["is_default"]
    assert simulator.api("GET", CURRENT, organization="Team-A").json()["name"] == "Team-A"


def test_community_edition_knows_no_custom_organization(simulator):
    simulator.settings(edition="community")
    try:
        assert simulator.api("GET", CURRENT, organization="Team-A").json()["is_default"]
    finally:
        simulator.settings(edition="enterprise")


# seeds


def test_seed_replaces_parts_of_the_world(simulator):
    simulator.reset({
        "organizations": {"Only": {"id": "12345678-0000-4000-8000-000000000001", "comment": "the one"}},
        "users": {
            "admin": {"name": "The Admin", "private_token": "a" * 40, "roles": [["SystemAdmin", None], ["OrgAdmin", "Default"]]},
            "eve": {"roles": [["User", None], ["OrgUser", "Only"]], "has_encryption_password": True},
        },
        "storages": {"vault": {"type": "sftp"}},
        "plans": [
            {"organization": "Only", "name": "seeded", "crontab": "0 3 * * *", "recipients_part_one": ["eve"], "obj_recipients_part_one": ["vault"]},
        ],
    })
    assert set(simulator.users) == {"admin", "eve"}
    assert simulator.users["admin"]["private_token"] == "a" * 40
    (plan,) = simulator.api("GET", PLANS, organization="Only").json()
    assert plan["crontab"] == "0 3 * * *" and plan["is_periodic"] and plan["interval"] is None
    assert [one["id"] for one in plan["recipients_part_one"]] == [simulator.users["eve"]["id"]]
    assert [one["name"] for one in plan["obj_recipients_part_one"]] == ["vault"]
    simulator.api("DELETE", "%s%s/" % (PLANS, plan["id"]), organization="Only")
    simulator.reset()
    assert [one["name"] for one in simulator.api("GET", PLANS, organization="Only").json()] == ["seeded"]


def test_unknown_parts_of_a_seed_are_refused(simulator):
    with pytest.raises(ValueError, match="planz"):
        simulator.reset({"planz": []})


@pytest.mark.parametrize("database, status", [("postgresql", 201), ("mysql", 400)])
def test_names_compare_as_the_database_does(simulator, database, status):
    simulator.reset({"database": database})
    created(simulator, name="dup-name")
    assert simulator.api("POST", PLANS, json={**DRY, "name": "DUP-NÁME"}).status_code == status
    emoji = simulator.api("POST", PLANS, json={**DRY, "name": "launch 🚀"})
    assert emoji.status_code == (201 if database == "postgresql" else 500)


# counting


def test_requests_are_counted_and_logged(simulator):
    get(simulator, PLANS + "?limit=1", **{"X-JMS-ORG": "Team-A"})
    requests.post(simulator.url + PLANS, json={"name": "x", **DRY}, headers=token(simulator), timeout=30)
    simulator.api("GET", PLANS)
    report = simulator.requests()
    assert (report["total"], report["safe"], report["unsafe"]) == (2, 1, 1)
    assert report["by_method"] == {"GET": 1, "POST": 1}
    assert report["log"][0] == {
        "method": "GET", "path": PLANS, "query": "limit=1", "organization": simulator.organizations["Team-A"], "user": "admin", "status": 200,
        "at_a_time": 1, "run": None, "effects": [], "at": report["log"][0]["at"], "seconds": report["log"][0]["seconds"],
    }
    simulator.reset_requests()
    assert simulator.requests()["total"] == 0


def test_throttle(simulator):
    simulator.settings(throttle=2)
    answers = [get(simulator, CURRENT).status_code for attempt in range(3)]
    assert answers == [200, 200, 429]
    assert get(simulator, CURRENT).headers["Retry-After"] == "60"


# faults


def test_fault_status_skips_and_expires(simulator):
    simulator.fault(method="GET", path="limit=7", status=503, body={"error": "down"}, headers={"Retry-After": "1"}, times=1, skip=1)
    answers = [get(simulator, PLANS + "?limit=7") for attempt in range(3)]
    assert [answer.status_code for answer in answers] == [200, 503, 200]
    assert answers[1].json() == {"error": "down"} and answers[1].headers["Retry-After"] == "1"
    assert [entry["status"] for entry in simulator.requests()["log"]] == [200, 503, 200]


def test_fault_html_and_redirect(simulator):
    simulator.fault(html="<h1>Bad gateway</h1>", status=502)
    simulator.fault(redirect="http://elsewhere.example/")
    assert get(simulator, PLANS).text == "<h1>Bad gateway</h1>"
    answer = get(simulator, PLANS)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.example/")
    simulator.fault(status=500)
    simulator.clear_faults()
    assert get(simulator, PLANS).status_code == 200


@pytest.mark.parametrize("when, stored", [("before", 0), ("after", 1)])
def test_fault_drops_the_connection(simulator, when, stored):
    simulator.fault(method="POST", drop=when)
    with pytest.raises(requests.ConnectionError):
        requests.post(simulator.url + PLANS, json={"name": "lost", **DRY}, headers=token(simulator), timeout=30)
    assert len(simulator.api("GET", PLANS).json()) == stored
    assert simulator.requests()["total"] == 1


def test_fault_that_does_nothing_is_refused(simulator):
    with pytest.raises(ValueError):
        simulator.fault(method="GET")


# the schedule: what is sent, and (interval, crontab) as stored by 3.x, 4.0 to 4.7, and 4.8 on; a number is an error's status

CRON, OTHER = "0 3 * * *", "0 5 * * *"
ON = {"is_periodic": True}
NAME_ONLY, DORMANT = {}, {**DRY, "interval": 12, "crontab": CRON}
SCHEDULES_OF_NEW_PLANS = [
    (NAME_ONLY, 400, 400, 400),
    (DRY, (24, None), (None, ""), (None, "")),
    (DORMANT, (12, CRON), (None, ""), (None, "")),
    ({"crontab": CRON}, (24, CRON), (None, CRON), (None, CRON)),
    ({"crontab": CRON, "interval": 12}, (12, CRON), (None, CRON), (None, CRON)),
    ({"interval": 9}, (9, None), (9, None), (9, "")),
    ({"interval": 9, "crontab": ""}, (9, ""), (9, ""), (9, "")),
    ({"interval": 9, "crontab": None}, (9, None), (9, None), 500),
    ({"crontab": None}, 400, 400, 400),
]
SCHEDULES_OF_CHANGED_PLANS = [  # first the plan, then the change
    ({"crontab": CRON}, "PATCH", {"comment": "x"}, (24, CRON), (None, ""), (None, "")),
    ({"interval": 9}, "PATCH", {"interval": 7}, (7, None), (None, ""), (None, "")),
    ({"crontab": CRON}, "PATCH", {"crontab": OTHER}, (24, OTHER), (None, ""), (None, "")),
    ({"crontab": CRON}, "PATCH", {**ON, "interval": 5}, (5, CRON), (5, CRON), (5, CRON)),
    ({"crontab": CRON}, "PATCH", {**ON, "interval": 5, "crontab": ""}, (5, ""), (5, ""), (5, "")),
    ({"interval": 9}, "PATCH", {**ON, "interval": 6, "crontab": OTHER}, (6, OTHER), (None, OTHER), (None, OTHER)),
    ({"interval": 9}, "PATCH", ON, 400, 400, 400),
    ({"crontab": CRON, "interval": 9}, "PATCH", DRY, (9, CRON), (None, ""), (None, "")),
    ({"interval": 9}, "PATCH", {"interval": None}, (None, None), (None, ""), (None, "")),
    ({"crontab": CRON, "interval": 9}, "PUT", DRY, (24, CRON), (None, ""), (None, "")),
]


@pytest.fixture(scope="module", params=["3.10", "4.7.0", "4.10"])
def dialect(request):
    """(place of the version's column, simulator)"""
    with Simulator(version=request.param) as simulator:
        yield request.param_index, simulator


def stored(answer):
    """(interval, crontab) of an answer, or the status of an error."""
    return answer.status_code if answer.status_code >= 400 else (answer.json()["interval"], answer.json()["crontab"])


@pytest.mark.parametrize("body, expected", [(row[0], row[1:]) for row in SCHEDULES_OF_NEW_PLANS])
def test_schedule_of_a_new_plan(dialect, body, expected):
    column, simulator = dialect
    simulator.reset()
    assert stored(simulator.api("POST", PLANS, json={"name": "s", **body})) == expected[column]


@pytest.mark.parametrize("plan, method, body, expected", [(*row[:3], row[3:]) for row in SCHEDULES_OF_CHANGED_PLANS])
def test_schedule_of_a_changed_plan(dialect, plan, method, body, expected):
    column, simulator = dialect
    simulator.reset()
    plan = created(simulator, name="s", **{**ON, **plan})
    assert stored(simulator.api(method, "%s%s/" % (PLANS, plan["id"]), json={"name": "s", **body} if method == "PUT" else body)) == expected[column]


# the wipe and the scheduler


def test_wiped_plan_goes_on_firing(simulator):
    plan = created(simulator, name="nightly", is_periodic=True, crontab="0  3 * * *")
    assert simulator.scheduler() == {"running": True, "stopped_by": None, "entries": {plan["id"]: "0 3 * * *"}}
    wiped = simulator.api("PATCH", "%s%s/" % (PLANS, plan["id"]), json={"comment": "x"}).json()
    assert (wiped["is_periodic"], wiped["interval"], wiped["crontab"], wiped["periodic_display"]) == (True, None, "", "-")
    assert simulator.scheduler()["entries"] == {plan["id"]: "0 3 * * *"}
    simulator.api("PATCH", "%s%s/" % (PLANS, plan["id"]), json={"is_periodic": True, "interval": 12, "crontab": ""})
    assert simulator.scheduler()["entries"] == {plan["id"]: "every 12 h"}
    simulator.api("DELETE", "%s%s/" % (PLANS, plan["id"]))
    assert simulator.scheduler()["entries"] == {}


@pytest.mark.parametrize("crontab, fires", [
    ("0 3 * * *", True), ("0-59/5 * * * *", True), ("0 22-2 * * *", True), ("0 3 * * sun-fri", True), ("0 3 31 2,3 *", True), ("0 3 * JAN *", True),
    ("0 3 * * 7", False), ("60 * * * *", False), ("0 3 32 * *", False), ("0 */0 * * *", False), ("0 3 L * *", False), ("5/10 * * * *", False),
    ("abc def ghi jkl mno", False),
])
def test_accepted_crontabs_fire_or_not(simulator, crontab, fires):
    plan = created(simulator, name="c", is_periodic=True, crontab=crontab)
    report = simulator.scheduler()
    assert report["running"]
    assert (plan["id"] in report["entries"]) == fires


@pytest.mark.parametrize("crontab", ["0 3 31 2 *", "0 3 31 4 *", "1,2, * * * *", "-1 * * * *"])
def test_some_crontabs_stop_the_scheduler(simulator, crontab):
    created(simulator, name="c", is_periodic=True, crontab=crontab)
    report = simulator.scheduler()
    assert (report["running"], report["stopped_by"]) == (False, crontab)


# signatures


def test_signature_is_verified(simulator):
    assert signed(simulator, PLANS + "?limit=1&name=a%2Fb%20c").status_code == 200
    assert signed(simulator, PLANS, algorithm="hmac-sha512").status_code == 200
    assert signed(simulator, PLANS, date="Mon, 01 Jan 2001 00:00:00 GMT").status_code == 200
    wrong = signed(simulator, PLANS, secret="wrong")
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "Invalid signature.")
    assert signed(simulator, PLANS + "?limit=1", signed_path=PLANS).status_code == 401
    assert signed(simulator, PLANS, keyid="00000000-0000-4000-8000-000000000009").status_code == 401
    malformed = signed(simulator, PLANS, keyid="not-a-uuid")
    assert malformed.status_code == 500 and "<h1>" in malformed.text


def test_other_credentials(simulator):
    bearer = {"Authorization": "Bearer " + simulator.users["admin"]["api_token"]}
    assert requests.get(simulator.url + PLANS, headers=bearer, timeout=30).status_code == 200
    login = requests.post(
        simulator.url + "/api/v1/authentication/auth/", json={"username": "admin", "password": simulator.users["admin"]["password"]}, timeout=30)
    assert login.status_code == 201
    bearer = {"Authorization": "Bearer " + login.json()["token"]}
    assert requests.get(simulator.url + PLANS, headers=bearer, timeout=30).status_code == 200
    assert requests.get(simulator.url + PLANS, timeout=30).json()["code"] == "not_authenticated"


# runs


def test_run_is_queued_without_a_worker(simulator):
    simulator.settings(worker=False, start_delay=0, run_seconds=0)
    plan = created(simulator, name="r", types=["linux"])
    task = simulator.api("POST", EXECUTIONS, json={"automation": plan["id"]}).json()["task"]
    assert simulator.api("GET", "%s%s/" % (EXECUTIONS, task)).status_code == 404
    assert simulator.api("GET", "/api/v1/ops/task-executions/%s/" % task).json()["state"] == "PENDING"
    simulator.settings(worker=True)
    assert simulator.api("GET", "%s%s/" % (EXECUTIONS, task)).json()["status"]["value"] == "success"


def test_run_of_a_deleted_plan_never_appears(simulator):
    simulator.settings(worker=False, start_delay=0)
    plan = created(simulator, name="r")
    task = simulator.api("POST", EXECUTIONS, json={"automation": plan["id"]}).json()["task"]
    simulator.api("DELETE", "%s%s/" % (PLANS, plan["id"]))
    simulator.settings(worker=True)
    assert simulator.api("GET", "/api/v1/ops/task-executions/%s/" % task).json()["is_finished"]
    assert simulator.api("GET", "%s%s/" % (EXECUTIONS, task)).status_code == 404


@pytest.mark.parametrize("body, switches, status", [
    ({"types": ["linux"], "recipients_part_one": "alice"}, {}, "success"),
    ({"types": ["linux"], "recipients_part_one": "alice"}, {"mail": "down"}, "error"),
    ({"types": ["linux"]}, {"mail": "down"}, "success"),
    ({"types": [], "recipients_part_one": "alice"}, {"mail": "down"}, "success"),
    ({"types": 5, "recipients_part_one": "alice"}, {}, "error"),
    ({"types": ["linux"], "backup_type": "object_storage"}, {}, "error"),
    ({"types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": "sftp-main"}, {}, "success"),
    ({"types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": "sftp-main"}, {"sftp": "down"}, "error"),
    ({"types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": "null"}, {}, "error"),
    ({"types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": "s3-archive"}, {"sftp": "down"}, "success"),
])
def test_verdicts(simulator, body, switches, status):
    known = {**{name: user["id"] for name, user in simulator.users.items()}, **simulator.storages}
    body = {name: [known[value]] if "recipients" in name else value for name, value in body.items()}
    simulator.settings(start_delay=0, run_seconds=0, **switches)
    row = finished(simulator, created(simulator, name="r", **body))
    assert row["status"]["value"] == status


def test_verdicts_and_snapshots_by_version():
    with Simulator(version="3.10.21") as simulator:
        simulator.settings(start_delay=0, run_seconds=0, mail="down")
        alice = simulator.users["alice"]["id"]
        refused = finished(simulator, created(simulator, name="a", types=["linux"], recipients_part_one=[alice], zip_encrypt_password="canary-zip"))
        assert (refused["is_success"], refused["reason"]) == (True, "-")
        assert refused["snapshot"]["zip_encrypt_password"] == "canary-zip"
        assert refused["snapshot"]["recipients_part_one"] == {alice: ["Alice(alice)", True]}
        nobody = finished(simulator, created(simulator, name="b", types=["linux"]))
        assert (nobody["is_success"], nobody["reason"]) == (False, "Not Found Recipients")


def delivered(simulator, **body):
    """What arrived of a run: (recipient or storage, part, whether the backup was with it)."""
    known = {**{name: user["id"] for name, user in simulator.users.items()}, **simulator.storages}
    body = {name: [known[one] for one in value] if "recipients" in name else value for name, value in body.items()}
    finished(simulator, created(simulator, name="r", **dict({"types": ["linux"]}, **body)))
    return [(one["recipient"] or one["storage"], one["part"], one["backup"]) for one in simulator.arrived()]


@pytest.mark.parametrize("body, switches, expected", [
    ({"recipients_part_one": ["alice", "bob"]}, {}, [("alice", 0, True), ("bob", 0, False)]),
    ({"recipients_part_one": ["alice"], "recipients_part_two": ["carol"]}, {}, [("alice", 1, True), ("carol", 2, True)]),
    ({"recipients_part_one": ["alice"], "types": ["oracle"]}, {}, []),
    ({"recipients_part_one": ["alice"]}, {"mail": "down"}, []),
    ({"obj_recipients_part_one": ["sftp-main", "s3-archive"], "backup_type": "object_storage"}, {}, [("sftp-main", 0, True)]),
    ({"obj_recipients_part_one": ["sftp-main"], "backup_type": "object_storage"}, {"sftp": "full"}, []),
    ({"obj_recipients_part_one": ["sftp-main"], "backup_type": "object_storage"}, {"sftp": "down"}, []),
])
def test_what_arrives(simulator, body, switches, expected):
    simulator.settings(start_delay=0, run_seconds=0, **switches)
    assert sorted(delivered(simulator, **body)) == sorted(expected)


def test_one_refused_mail_and_one_dead_storage_leave_the_others_theirs(simulator):
    simulator.reset({"users": {"alice": {"has_encryption_password": True}, "rex": {"mail_refused": True}, "admin": {"roles": [["SystemAdmin", None]]}}})
    simulator.settings(start_delay=0, run_seconds=0)
    assert delivered(simulator, recipients_part_one=["alice", "rex"]) == [("alice", 0, True)]


@pytest.mark.parametrize("types, accounts", [(["linux", "mysql"], 4), (["oracle"], 0)])
def test_the_report_page_tells_the_accounts_and_the_list_counts_them(simulator, types, accounts):
    simulator.settings(start_delay=0, run_seconds=0)
    row = finished(simulator, created(simulator, name="<b>r&", types=types, recipients_part_one=[simulator.users["alice"]["id"]]))
    page = get(simulator, "%s%s/report/" % (EXECUTIONS, row["id"]))
    assert page.headers["Content-Type"].startswith("text/html")
    values = re.findall(r'"item-value">([^<]*)<', page.text)
    assert (values[0], values[3], len(values)) == ("&lt;b&gt;r&amp;", str(accounts), 6)
    counted = [simulator.api("GET", "/api/v1/accounts/accounts/?limit=1&type=" + kind).json()["count"] for kind in types]
    assert sum(counted) == accounts
    assert simulator.api("GET", "/api/v1/accounts/accounts/?limit=1&type=nosuch").status_code == 400
    assert simulator.api("GET", "/api/v1/accounts/accounts/?limit=1", user="plain").status_code == 403


# versions and transport


@pytest.mark.parametrize("version, keys, present, absent", [
    ("3.5", 15, "recipients", "recipients_part_one"), ("3.8", 16, "recipients_part_one", "backup_type"), ("3.10", 21, "backup_type", "is_active"),
    ("4.7.0", 21, "backup_type", "is_active"), ("4.10", 27, "is_active", "zip_encrypt_password"),
])
def test_keys_of_the_dialects(version, keys, present, absent):
    with Simulator(version=version) as simulator:
        plan = created(simulator, name="k")
        assert len(plan) == keys and present in plan and absent not in plan
        assert simulator.api("GET", "%s%s/" % (PLANS, plan["id"])).json() == plan


def test_missing_slash_and_unknown_address(simulator):
    moved = get(simulator, PLANS[:-1] + "?limit=1")
    assert (moved.status_code, moved.headers["Location"]) == (301, PLANS + "?limit=1")
    assert get(simulator, "/api/v1/nosuch/").headers["Content-Type"].startswith("text/html")
    assert get(simulator, "/api/v1/nosuch/", **{"Content-Type": "application/json"}).json() == {"error": "Not found"}


def test_languages(simulator):
    answer = get(simulator, PLANS + "00000000-0000-4000-8000-000000000001/", **{"Accept-Language": "zh-CN"})
    assert answer.json()["detail"] == "BackupAccountAutomation对象不存在"
    assert answer.headers["Content-Language"] == "zh-hans"


def test_tls():
    with Simulator(tls=True) as simulator:
        assert simulator.url.startswith("https://")
        assert requests.get(simulator.url + "/api/health/", verify=simulator.ca_path, timeout=30).json()["status"] is True
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(simulator.url + "/api/health/", timeout=30)


# races, and what the log tells of each request


def at_once(simulator, *calls):
    """Answers to several calls of ``(method, path, body)`` that are made at the same time."""
    together = threading.Barrier(len(calls))

    def send(method, path, body):
        with requests.Session() as session:
            session.get(simulator.url + PLANS + "?limit=1", headers=token(simulator), timeout=30)
            together.wait()
            return session.request(method, simulator.url + path, json=body, headers=token(simulator), timeout=30)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: send(*call), calls))


def statuses(answers):
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("race", [0, 1])
@pytest.mark.parametrize("several", [False, True])
def test_one_of_those_who_create_a_name_at_once_does_and_the_others_get_400_or_500(simulator, race, several):
    simulator.settings(race=race)
    found = Counter()
    for turn in range(5):
        body = dict(DRY, name="plan %d" % turn)
        answers = at_once(simulator, *[("POST", PLANS, [body, dict(DRY, name="other %d" % turn)] if several else body)] * 6)
        found += statuses(answers)
        assert all(answer.json() == {"error": "Server internal error"} for answer in answers if answer.status_code == 500)
    assert found[201] == 5 and found[400] + found[500] == 25
    assert bool(found[500]) == bool(race)
    assert len(simulator.api("GET", PLANS).json()) == (10 if several else 5)


def test_by_version_a_race_ends_in_a_500_seldom_or_often():
    share = [behaviour_of(version).race for version in ("3.5.7", "3.8.2", "3.10.23", "4.10.19")]
    assert share == [0.15, 0.15, 0.9, 0.9]


def test_plans_deleted_and_changed_at_once(simulator):
    simulator.settings(race=1)
    one = created(simulator, name="one")
    path = "%s%s/" % (PLANS, one["id"])
    assert set(statuses(at_once(simulator, *[("PATCH", path, dict(DRY, comment=str(turn))) for turn in range(4)]))) == {200}
    assert set(statuses(at_once(simulator, *[("DELETE", path, None)] * 4))) <= {204, 404}
    deletions = [effect for entry in simulator.requests()["log"] for effect in entry["effects"] if effect["kind"] == "deleted"]
    assert len(deletions) == 1 and simulator.api("GET", PLANS).json() == []


def test_the_log_tells_what_each_request_changed(simulator):
    def send(method, path, body, run="job 1"):
        return requests.request(method, simulator.url + path, json=body, headers={**token(simulator), "X-Simulator-Run": run}, timeout=30)

    rows = send("POST", PLANS, [dict(DRY, name="one"), dict(DRY, name="two")]).json()
    send("POST", PLANS, [dict(DRY, name="three"), dict(DRY, name="two")])
    send("POST", PLANS, [dict(DRY, name="twin"), dict(DRY, name="twin")])
    path = "%s%s/" % (PLANS, rows[0]["id"])
    send("PATCH", path, dict(DRY, name="new"), run="job 2")
    send("POST", EXECUTIONS, {"plan": rows[0]["id"], "automation": rows[0]["id"]})
    send("DELETE", path, None)
    send("DELETE", path, None)
    log = simulator.requests()["log"]
    told = [[(effect["kind"], effect.get("was"), effect["name"]) for effect in entry["effects"]] for entry in log]
    assert told == [
        [("created", None, "one"), ("created", None, "two")], [], [], [("updated", "one", "new")], [("started", None, "new")], [("deleted", None, "new")], []]
    assert [entry["run"] for entry in log] == ["job 1"] * 3 + ["job 2"] + ["job 1"] * 3
    assert log[3]["effects"][0]["id"] == rows[0]["id"] and log[3]["effects"][0]["organization"] == simulator.organizations["Default"]


@pytest.mark.parametrize("workers", [1, 2])
def test_no_more_requests_are_worked_on_at_a_time_than_there_are_web_workers(simulator, workers):
    simulator.settings(web_workers=workers, latency_ms=50)
    with ThreadPoolExecutor(6) as askers:
        answers = list(askers.map(lambda _number: requests.get(simulator.url + PLANS, headers=token(simulator), timeout=30).status_code, range(6)))
    assert answers == [200] * 6
    assert max(entry["at_a_time"] for entry in simulator.requests()["log"]) <= workers
