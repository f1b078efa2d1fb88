# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated declarations on generated servers: applied once everything is as declared, and a second run finds nothing to do."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.integration.server import RESEARCH, TEAM_A

SETTINGS = settings(
    max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))

NAMES = ("nightly", "每日备份", "what? 100% #1 & more", "it's \"quoted\"", "{{ x }}", "a" * 128, "Nightly two")
ORGANIZATIONS = ("Default", TEAM_A, RESEARCH)
PEOPLE = ("alice", "bob", "carol", "cto")
STORAGES = ("sftp-main", "sftp-two", "s3-archive")
CRONTABS = ("0 3 * * *", "30  2 * *  1-5", "0-59/5 * * * *", "0 22-2 * * sun", "0 3 29 2 *")

types = st.lists(st.sampled_from(["linux", "mysql", "windows", "switch", "自定义"]), max_size=4)
comments = st.sampled_from(["", "The way back in", "  blanks around  ", "zwei\nZeilen", "说明 <b>&amp;</b>", "{{ x }}"])
schedules = st.one_of(
    st.just({"is_periodic": False}),
    st.builds(lambda crontab: {"is_periodic": True, "crontab": crontab}, st.sampled_from(CRONTABS)),
    st.builds(lambda hours: {"is_periodic": True, "interval": hours}, st.sampled_from([1, 24, 65535])),
    st.builds(lambda crontab, hours: {"is_periodic": True, "crontab": crontab, "interval": hours}, st.sampled_from(CRONTABS), st.integers(1, 99)),
)
declared_schedules = st.one_of(
    st.just({}),
    schedules,
    st.builds(lambda crontab: {"crontab": crontab}, st.sampled_from(CRONTABS)),
    st.builds(lambda hours: {"interval": hours, "crontab": ""}, st.integers(1, 99)),
    st.just({"crontab": ""}),
    st.just({"is_periodic": False, "crontab": "0 3 * * *"}),
)


def some_of(choices):
    return st.lists(st.sampled_from(choices), max_size=3)


def fields(server):
    """{field: strategy} of the fields that this version has, with people and storages by name."""
    known = {"types": types, "comment": comments, "recipients_part_one": some_of(PEOPLE)}
    if server.since("3.6"):
        known["recipients_part_two"] = some_of(PEOPLE)
    if server.since("3.9"):
        known.update(
            backup_type=st.sampled_from(["email", "object_storage"]), obj_recipients_part_one=some_of(STORAGES), obj_recipients_part_two=some_of(STORAGES),
            is_password_divided_by_email=st.booleans(), is_password_divided_by_obj_storage=st.booleans())
    if server.since("4.8"):
        known["is_active"] = st.booleans()
    return known


def declared_plans(server):
    """A plan as a user may declare it: any part of the fields, any way to say when."""
    chosen = st.fixed_dictionaries({}, optional=fields(server))
    return st.builds(lambda name, schedule, rest: dict(rest, name=name, **schedule), st.sampled_from(NAMES), declared_schedules, chosen)


def stored_plans(server):
    """A plan as the server may hold it, and whether its schedule is to be lost by a careless change."""
    chosen = st.fixed_dictionaries({}, optional=fields(server))
    return st.tuples(st.sampled_from(NAMES), schedules, chosen, st.booleans())


def store(server, organization, plans):
    """Put plans on the server, each name once."""
    for name, schedule, given_fields, careless in {plan[0]: plan for plan in plans}.values():
        body = dict(schedule, **given_fields)
        for field, value in given_fields.items():
            if field.startswith("obj_"):
                body[field] = [server.storages[storage] for storage in value]
            elif field.startswith("recipients"):
                body.pop(field)
                body[server.recipients_key if field == "recipients_part_one" else field] = server.ids(*value)
        server.create(name, organization, **body)
        if careless:
            server.edit(name, organization, comment=given_fields.get("comment", ""))


def as_stored(server):
    return {organization: server.plans(organization) for organization in ORGANIZATIONS}


def outcome(result):
    """What check mode must predict."""
    told = {name: result.get(name) for name in ("changed", "failed", "msg", "organizations", "summary", "operation", "changes", "diff")}
    return told, result.warnings


def test_an_estate_that_was_applied_is_converged_and_check_mode_foretells_it(server, call):
    estates = st.lists(
        st.tuples(st.lists(stored_plans(server), max_size=4), st.lists(declared_plans(server), max_size=5, unique_by=lambda plan: plan["name"])),
        min_size=1, max_size=len(ORGANIZATIONS))

    @SETTINGS
    @given(estate=estates, prune=st.booleans())
    def check(estate, prune):
        server.reset()
        parts = []
        for organization, (stored, declared) in zip(ORGANIZATIONS, estate):
            store(server, organization, stored)
            parts.append({"organization": organization, "plans": declared, "allow_empty": True})
        before = as_stored(server)
        with server.counting() as seen:
            foretold = call("backup_plans", organizations=parts, prune=prune, check=True)
        assert seen.unsafe == 0 and as_stored(server) == before
        applied = call("backup_plans", organizations=parts, prune=prune)
        assert outcome(foretold) == outcome(applied)
        stored = as_stored(server)
        with server.counting() as seen:
            again = call("backup_plans", organizations=parts, prune=prune)
        assert seen.unsafe == 0 and as_stored(server) == stored and not again.changed
        assert again["diff"] == {"before": {}, "after": {}}
        assert again["organizations"] and again["summary"]["failed"] == applied["summary"]["failed"]
        assert again["summary"]["unchanged"] == applied["summary"]["created"] + applied["summary"]["updated"] + applied["summary"]["unchanged"]

    check()


def test_a_plan_that_was_applied_is_converged_and_check_mode_foretells_it(server, call):
    @SETTINGS
    @given(stored=st.lists(stored_plans(server), max_size=1), declared=declared_plans(server), state=st.sampled_from(["present", "present", "absent"]))
    def check(stored, declared, state):
        server.reset()
        if stored:
            stored = [(declared["name"],) + stored[0][1:]]
            store(server, "Default", stored)
        with server.counting() as seen:
            foretold = call("backup_plan", state=state, check=True, **declared)
        assert seen.unsafe == 0
        applied = call("backup_plan", state=state, **declared)
        assert outcome(foretold) == outcome(applied)
        with server.counting() as seen:
            again = call("backup_plan", state=state, **declared)
        assert seen.unsafe == 0 and not again.changed and again.failed == applied.failed
        assert again["diff"]["before"] == again["diff"]["after"]

    check()


def test_what_was_declared_is_what_the_scheduler_does(server, call):
    @SETTINGS
    @given(stored=stored_plans(server), declared=declared_plans(server), declares=schedules)
    def check(stored, declared, declares):
        server.reset()
        store(server, "Default", [stored])
        wish = dict(declared, name=stored[0], **dict({"crontab": None, "interval": None}, **declares))
        wish.pop("is_active", None)
        stored_row = server.plan(stored[0])
        call("backup_plan", **wish).succeeded()
        crontab = " ".join((declares.get("crontab") or "").split())
        expected = (crontab or "every %d h" % declares["interval"]) if declares["is_periodic"] else None
        assert server.fires(stored[0]) == (expected if stored_row.get("is_active", True) else None)
        assert server.scheduler()["running"]

    check()
