# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The verdict on a run: a row per situation and range of versions, and how the evidence is gathered."""

from __future__ import annotations

import json

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import evidence as _evidence
from ansible_collections.jumpserver.accounts.plugins.module_utils._executions.verdict import PROOFS, Evidence, Receiver, judge, open_verdict, proof_of
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.client import Answer
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.directory import ROOT, Organization
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import Refused
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.scope import Scope

from tests.unit.examples import ALICE, BOB, CAROL, DEFAULT, RUN, S3, SFTP, plan_row, related, run_row

NEWEST, UNTOLD, MIXED, OLD, OLDEST = PROOFS
ALL, COUNTING, ASKING = PROOFS, (MIXED, OLD, OLDEST), (NEWEST, UNTOLD)
PARTLY, WHOLLY = (NEWEST, UNTOLD, MIXED), (OLD, OLDEST)

OPENS, CANNOT, MAYBE = Receiver(ALICE, "alice", True), Receiver(BOB, "bob", False), Receiver(CAROL, "carol")
DISK, DEAD_END = Receiver(SFTP, "sftp-main"), Receiver(S3, "s3-one", fits=False)
NO_TYPES = ("types of the plan names no platform type, so no account is backed up",)


def mail(*first, second=(), **known):
    return dict({"parts": (first, second), "accounts": 5}, **known)


def upload(*first, second=(), **known):
    return mail(*first, second=second, by_mail=False, **known)


FAILED = {"failed": True, "reason": "refused"}
# situation, versions, what is known, (delivered, accepted, readable), words of the loud reasons
TABLE = [
    ("all is well, vouched for", [NEWEST], mail(OPENS), (True, True, True), []),
    ("all is well, nobody vouches", [NEWEST], mail(MAYBE), (None, True, None), []),
    ("all is well, one of two vouched for", [NEWEST], mail(OPENS, MAYBE), (None, True, None), []),
    ("all is well, both halves vouched for", [NEWEST], mail(OPENS, second=(Receiver(CAROL, "carol", True),)), (True, True, True), []),
    ("all is well", [UNTOLD], mail(OPENS), (None, None, True), ["4.8.0 to 4.10.7 reports every finished run as a success"]),
    ("all is well", [MIXED], mail(OPENS), (None, None, True), ["up to 3.10.21, and from 4.0 to 4.7"]),
    ("all is well", [OLD, OLDEST], mail(OPENS), (None, None, True), ["even where the mail server refused the mail"]),
    ("types that no account has", ASKING, mail(OPENS, accounts=0), (False, False, True), ["the run packed no account, so nothing was sent"]),
    ("types that no account has", COUNTING, mail(OPENS, accounts=0), (False, False, True), ["no account of the organization has one of the plan's types, so"]),
    ("types that no account has now", COUNTING, mail(OPENS, accounts=0, recent=False), (None, None, True),
     ["types now; how many had when it ran", "even where"]),
    ("types that no account has, uploaded", ASKING, upload(DISK, accounts=0), (False, False, None), ["packed no account"]),
    ("the number of accounts is not known", [NEWEST], mail(OPENS, accounts=None), (None, True, True), ["how many accounts the run packed is not known"]),
    ("nobody has a password", COUNTING, mail(CANNOT), (False, None, False), ["bob got a mail without the backup"]),
    ("one of two has no password", COUNTING, mail(OPENS, CANNOT), (None, None, False), ["bob got a mail without the backup", "even where"]),
    ("nobody can open one half", [MIXED, OLD], mail(OPENS, second=(CANNOT,)), (False, None, False), ["bob got a mail", "nobody can open part two"]),
    ("half of a half cannot be opened", [MIXED, OLD], mail(OPENS, second=(CANNOT, OPENS)), (None, None, False), ["bob got a mail", "even where"]),
    ("the only recipient was refused", PARTLY, mail(OPENS, **FAILED), (False, False, True), ["the run failed: refused"]),
    ("one of two recipients was refused", PARTLY, mail(OPENS, MAYBE, **FAILED), (None, False, None),
     ["the run failed: refused", "which of alice, carol received"]),
    ("one half was refused", PARTLY, mail(OPENS, second=(MAYBE,), **FAILED), (False, False, None), ["the run failed: refused"]),
    ("half of a half was refused", PARTLY, mail(OPENS, second=(MAYBE, OPENS), **FAILED), (None, False, None), ["refused", "which of alice, carol, alice"]),
    ("a failure of an old server", WHOLLY, mail(OPENS, MAYBE, **FAILED), (False, False, None), ["the run failed: refused"]),
    ("a failure without a reason", [NEWEST], mail(OPENS, failed=True), (False, False, True), ["without a reason; see the server's log"]),
    ("uploaded", ALL, upload(DISK), (None, None, None), ["does not tell whether the upload was stored"]),
    ("uploaded, not encrypted", [MIXED], upload(DISK._replace(opens=True), encrypted=False), (None, None, True), ["no ZIP password", "the upload was stored"]),
    ("one storage of two is down", PARTLY, upload(DISK, DISK, **FAILED), (None, False, None), ["the run failed", "which of sftp-main, sftp-main"]),
    ("the storage is down", PARTLY, upload(DISK, **FAILED), (False, False, None), ["the run failed"]),
    ("one storage receives nothing", PARTLY, upload(DISK, DEAD_END), (None, False, None), ["s3-one is not of type sftp"]),
    ("no types", ALL, mail(OPENS, accounts=None, obstacles=NO_TYPES), (False, False, True), ["names no platform type"]),
    ("no recipients", ALL, mail(obstacles=("the plan has no recipients",)), (False, False, None), ["no recipients"]),
    ("no types now, and changed since", [NEWEST], mail(MAYBE, obstacles=NO_TYPES, known_plan=False), (None, True, None), ["of the plan as it is now: types"]),
    ("failed, and changed since", [NEWEST], mail(MAYBE, known_plan=False, **FAILED), (None, False, None), ["the run failed"]),
    ("other recipients now", [NEWEST], mail(OPENS, known_plan=False), (None, True, None), []),
]
CASES = [(f"{proof.versions}: {situation}", proof, *rest) for situation, proofs, *rest in TABLE for proof in proofs]


@pytest.mark.parametrize("proof, known, parts, words", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_verdict(proof, known, parts, words):
    verdict = judge(Evidence(proof, **known))
    assert (verdict.delivered, verdict.accepted, verdict.readable) == parts
    loud = [reason for reason in verdict.loud if "how many accounts" not in reason or "how many accounts" in " ".join(words)]
    words = [word if word != "even where" or proof is not MIXED else "reports a success even where" for word in words]
    assert len(loud) == len(words) and all(word in reason for word, reason in zip(words, loud))
    assert verdict.accounts == known["accounts"]


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.versions)
def test_delivered_is_never_said_without_all_of_the_evidence(proof):
    for accepted_known in (True, False):
        for opens in (True, False, None):
            for accounts in (0, 3, None):
                verdict = judge(Evidence(proof, parts=((Receiver("x", "x", opens),), ()), accounts=accounts, known_plan=accepted_known))
                assert (verdict.delivered is True) is bool(verdict.accepted and verdict.readable and verdict.accounts)


def test_what_is_known_of_each_recipient():
    verdict = judge(Evidence(NEWEST, parts=((OPENS,), (MAYBE,)), accounts=3))
    assert list(verdict.recipients) == [
        {"name": "alice", "part": 1, "accepted": True, "readable": True}, {"name": "carol", "part": 2, "accepted": True, "readable": None}]
    failed = judge(Evidence(MIXED, parts=((OPENS, CANNOT), ()), accounts=3, failed=True))
    assert [one["accepted"] for one in failed.recipients] == [None, None] and failed.recipients[0]["part"] is None
    assert [one["accepted"] for one in judge(Evidence(MIXED, by_mail=False, parts=((DISK, DEAD_END), ()), accounts=3)).recipients] == [None, False]


def test_a_quiet_reason_stands_in_the_verdict_and_warns_of_nothing():
    verdict = judge(Evidence(NEWEST, parts=((MAYBE,), ()), accounts=3))
    assert verdict.loud == []
    assert verdict.value["reasons"] == [
        "JumpServer does not tell whether carol can open the archive; name those who can in readable_by, or prove it by a drill"]


def test_a_verdict_is_plain_data():
    value = open_verdict("x").value
    assert value == {"delivered": None, "accepted": None, "readable": None, "accounts": None, "recipients": [], "reasons": ["x"]}
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("dialect, told, versions", [
    ("v4.8", True, "4.10.8 and later"), ("v4.8", False, "4.8.0 to 4.10.7"), ("v4.8", None, "4.8.0 to 4.10.7"), ("v3.9", None, "3.9 to 4.7"),
    ("v3.6", None, "3.6 to 3.8"), ("v3.0", None, "3.0 to 3.5"),
])
def test_the_row_of_a_server(dialect, told, versions):
    assert proof_of(dialect, told).versions == versions


# evidence


def evidence(dialect="v4.8", state="success", changes=None, run=None, **known):
    having = known.pop("having", ())
    row = run_row(dialect, state, having, known.pop("lacking", ()), **run or {})
    plan = _plan.read(plan_row(dialect, **{"recipients_part_two": [], **(changes or {})})) if dialect == "v4.8" else None
    return _evidence.from_row(row, plan, **known)


@pytest.mark.parametrize("dialect", ["v3.0", "v3.6", "v3.9"])
def test_a_run_up_to_4_7_tells_its_recipients_and_what_they_can_open(dialect):
    found = evidence(dialect, having=["Alice"], lacking=["Bob"])
    assert [(one.name, one.opens) for one in found.receivers] == [("Alice", True), ("Bob", False)]
    assert found.known_plan and not found.obstacles and found.proof.dialect == dialect


def test_a_run_is_judged_by_what_it_ran_with_and_not_by_the_plan_of_today():
    assert _evidence.from_row(run_row("v3.9", "success", ["Alice"]), _plan.read(plan_row("v3.9", types=[]))).obstacles == ()


def test_the_copy_of_a_run_tells_the_types_of_storages_and_whether_there_is_a_zip_password():
    snapshot = {"types": ["linux"], "backup_type": "object_storage", "obj_recipients_part_one": {S3: ["s3-one", "s3"], SFTP: ["sftp-main", "sftp"]}}
    found = _evidence.from_row(run_row("v3.9", "success", snapshot={**snapshot, "zip_encrypt_password": None}), None)
    assert [(one.name, one.fits, one.opens) for one in found.receivers] == [("s3-one", False, True), ("sftp-main", True, True)]
    assert found.encrypted is False and not found.by_mail
    found = _evidence.from_row(run_row("v3.9", "success", snapshot={**snapshot, "zip_encrypt_password": "canary"}), None)
    assert found.encrypted is True and "canary" not in repr(found) and found.receivers[1].opens is None


@pytest.mark.parametrize("changes, just_read, known", [
    ({"date_updated": "2026/11/24 17:39:48 +0800"}, False, True), ({"date_updated": "2026/11/24 17:39:49 +0800"}, False, False),
    ({"date_updated": "2026/11/24 17:39:50 +0800"}, False, False), ({"date_updated": "2026/11/24 17:39:50 +0800"}, True, True),
    ({"date_updated": None}, False, False),
])
def test_from_4_8_on_the_plan_of_today_counts_only_if_it_was_not_changed_since(changes, just_read, known):
    assert evidence(changes=changes, just_read=just_read).known_plan is known


def test_who_is_vouched_for_can_open():
    assert [one.opens for one in evidence(vouched={ALICE, CAROL}).receivers] == [True, None]
    assert [one.opens for one in evidence("v3.9", lacking=["Bob"], vouched={"Bob", "bob"}).receivers] == [False]


class FakeClient:
    """Answers by path and type: a number of accounts, a text, a list, or a refusal."""

    def __init__(self, accounts=None, page="", described=None):
        self.accounts, self.page_text, self.described = accounts or {}, page, described
        self.asked = []

    def get(self, path, doing, organization, params):
        self.asked.append((path, params))
        answer = self.accounts[params.get("type")]
        if isinstance(answer, Exception):
            raise answer
        return Answer(200, {}, answer if not isinstance(answer, int) else {"count": answer, "results": []}, "")

    def page(self, path, doing, organization):
        self.asked.append((path, None))
        if isinstance(self.page_text, Exception):
            raise self.page_text
        return self.page_text

    def options(self, path, doing, organization, params):
        self.asked.append((path, params))
        return Answer(200, {}, {"actions": {"POST": {"executed_amount": {"type": self.described}}}}, "")


def gathered(server, dialect, types=("linux",), organization=DEFAULT, **changes):
    row = run_row(dialect, "success", ["Alice"], **changes)
    if dialect != "v4.8":
        row["plan_snapshot" if dialect == "v3.0" else "snapshot"]["types"] = list(types)
    plan = _plan.read(plan_row(recipients_part_two=[])) if dialect == "v4.8" else None
    return _evidence.gather(Scope(server, Organization("x", organization, "x")), row, plan)


def account(kind):
    return {"id": "x", "asset": {"type": {"value": kind, "label": kind}}}


UNKNOWN_TYPE = Refused("Refused.", 400, {"type": ["Select a valid choice."]})
COUNTED = {
    "one type": (["linux"], {"linux": 7}, 7),
    "two types": (["mysql", "linux"], {"linux": 7, "mysql": 2}, 9),
    "none": (["linux"], {"linux": 0}, 0),
    "a type that the server does not know": (["nosuch", "linux"], {"linux": 7, "nosuch": UNKNOWN_TYPE}, 7),
    "no right": (["linux"], {"linux": Refused("No.", 403)}, None),
    "a server that fails": (["linux"], {"linux": Refused("No.", 500)}, None),
    "an odd answer": (["linux"], {"linux": {"detail": "x"}}, None),
    "many types": (["linux", "mysql", "windows"], {None: {"count": 3, "results": [account("linux"), account("oracle"), account("mysql")]}}, 2),
    "many types, many accounts": (["linux", "mysql", "windows"], {None: {"count": 300, "results": [account("linux")]}}, None),
    "many types, an odd row": (["linux", "mysql", "windows"], {None: {"count": 1, "results": [{"id": "x"}]}}, None),
    "many types, an odd answer": (["linux", "mysql", "windows"], {None: []}, None),
}


@pytest.mark.parametrize("types, answers, accounts", COUNTED.values(), ids=COUNTED)
def test_accounts_are_counted_with_at_most_two_requests(types, answers, accounts):
    server = FakeClient(answers)
    assert gathered(server, "v3.9", types).accounts == accounts
    assert len(server.asked) <= 2


def test_accounts_are_not_counted_through_the_root_organization():
    server = FakeClient({"linux": 7})
    assert gathered(server, "v3.9", organization=ROOT).accounts is None and server.asked == []


PAGE = '<div class="item"><span class="item-label">{0}</span>\n<span class="item-value">{1}</span></div>'


def report(*values):
    return "<h2>x</h2>" + "".join(PAGE.format("任务", value) for value in values)


@pytest.mark.parametrize("page, accounts", [
    (report("nightly", "a", "b", 11, "0.2s", 3), 11), (report("nightly", "a", "b", 0, "0.2s", 0), 0), (report("n", "a", "b", " 7 "), 7),
    (report("&lt;span class=&quot;item-value&quot;&gt;9", "a", "b", 4), 4), (report("n", "a", "", 5), 5),
    (report("nightly", "a", "b"), None), (report("nightly", "a", "b", "many"), None), ("", None), ("<html>Login", None),
    (Refused("No.", 403), None), (Refused("No.", 500), None),
])
def test_the_report_page_tells_how_many_accounts_were_packed(page, accounts):
    server = FakeClient(page=page, described="integer")
    found = gathered(server, "v4.8")
    assert found.accounts == accounts
    assert found.proof.accepted is (accounts != 0) and len(server.asked) == (1 if accounts == 0 else 2)
    assert server.asked[0][0].endswith(f"/{RUN}/report/")


@pytest.mark.parametrize("described, proof", [("integer", NEWEST), ("field", UNTOLD)])
def test_what_a_success_means_from_4_8_on_is_asked_for(described, proof):
    assert gathered(FakeClient(page=report(1, 2, 3, 4), described=described), "v4.8").proof == proof


def test_a_reported_failure_needs_no_such_question():
    server = FakeClient(page=report(1, 2, 3, 4))
    assert gathered(server, "v4.8", status="error").proof == NEWEST
    assert len(server.asked) == 1


def test_a_storage_needs_no_such_question():
    row, plan = run_row("v4.8", "success"), _plan.read(plan_row(backup_type="object_storage", obj_recipients_part_one=related(SFTP)))
    server = FakeClient(page=report(1, 2, 3, 4))
    assert _evidence.gather(Scope(server, Organization("x", DEFAULT, "x")), row, plan).accounts == 4
    assert len(server.asked) == 1
