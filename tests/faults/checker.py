# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what each run of a history reported with what the server saw, and the end with what was declared. Pure: a Played in, violations out."""

from __future__ import annotations

from typing import NamedTuple

from tests.integration.server import PLANS

LOST, DOUBLED, DELETED, FOREIGN, UNTRUE, UNCLEAR, LEAK = "lost", "doubled", "deleted though not asked", "foreign", "untrue report", "unclear", "leak"
CATEGORIES = (LOST, DOUBLED, DELETED, FOREIGN, UNTRUE, UNCLEAR, LEAK)
UNSAFE = ("POST", "PATCH", "DELETE")
# what no client can find out: another copy of a good answer; an empty list that was read in another organization is another
UNDETECTABLE = ("cached page",)
# seconds in which an answer surely reaches a client with the time-out of the campaign, however busy the machine is
IN_TIME = 0.5
ROOT = "00000000-0000-0000-0000-000000000000"
CREATED, UPDATED, DELETED_EFFECT, STARTED = "created", "updated", "deleted", "started"


class Violation(NamedTuple):
    """``category``: one of CATEGORIES. ``rule``: which promise was broken. ``told``: the case."""

    category: str
    rule: str
    told: str


class Report(NamedTuple):
    """What a run of `backup_plan` or `backup_plans` reported; the sets hold (organisation id, plan name), a name of None stands for a whole organisation."""

    created: set
    updated: set
    deleted: set
    failed: set

    @property
    def done(self):
        return {CREATED: self.created, UPDATED: self.updated, DELETED_EFFECT: self.deleted}


def check(played):
    """All violations of a history."""
    found = []
    for ran in played.faulty:
        found += run_violations(played, ran)
    found += [Violation(DOUBLED, "stored twice", "%r of %s" % (name, organization)) for organization, name in dict.fromkeys(played.twice)]
    if played.clean is not None:
        found += end_violations(played)
    return found


def run_violations(played, ran):
    """What is wrong with one faulty run."""
    found = list(_clarity(played, ran)) + list(_reach(played, ran))
    started = [effect for effect in ran.effects if effect["kind"] == STARTED]
    if len(started) > 1:
        found.append(Violation(DOUBLED, "started twice", _case(ran)))
    if ran.result is None:
        return found
    if ran.controller.check:
        if ran.effects:
            found.append(Violation(UNTRUE, "check mode wrote", "%s" % ran.effects))
    elif ran.controller.module in ("backup_plan", "backup_plans"):
        found += list(_truth(played, ran)) + list(_account(played, ran)) + list(_success(played, ran))
    elif ran.controller.module == "backup_plan_execute":
        found += _run_truth(played, ran)
    else:
        found += _reading(played, ran)
    return found


def _clarity(played, ran):
    """Each run ends with one clear sentence or a success, and shows no secret."""
    if ran.hung:
        yield Violation(UNCLEAR, "hung", "the run did not end")
    elif ran.result is None and not ran.killed:
        yield Violation(UNCLEAR, "said nothing", ran.text[-500:])
    if "defect of its own" in ran.text or "Traceback (most recent call last)" in ran.text:
        yield Violation(UNCLEAR, "defect", ran.text[-1500:])
    if ran.result is not None and ran.result.get("failed") and not str(ran.result.get("msg", "")).strip():
        yield Violation(UNCLEAR, "failed without a word", "")
    for secret in played.secrets:
        if secret in ran.text:
            yield Violation(LEAK, "secret in output", secret)


def _reach(played, ran):
    """Nothing outside of what was declared is touched, and nothing is deleted that nobody asked to delete."""
    wished = wishes(ran.controller, played.organizations)
    lost_organization = any(fault.kind == "organization lost" and fault.method in UNSAFE for fault in ran.injected)
    for effect in ran.effects:
        if effect["kind"] == STARTED:
            if not _may_start(played, ran.controller, effect):
                yield Violation(FOREIGN, "started what nobody asked to start", "%s" % effect)
            continue
        if effect["organization"] not in wished and not (lost_organization and effect["organization"] == played.organizations["Default"]):
            yield Violation(FOREIGN, "other organization touched", "%s" % effect)
        elif effect["kind"] == DELETED_EFFECT and not may_delete(ran.controller, wished, effect):
            yield Violation(DELETED, "deleted without prune", "%s" % effect)


def _truth(played, ran):
    """created, updated, deleted, failed and changed agree with what the server saw."""
    said, changed, failed = report(ran, played.organizations), ran.result["changed"], bool(ran.result.get("failed"))
    during = [effect for effect in played.effects if ran.started <= effect["at"] <= ran.ended + 0.05]
    doubtful = [fault for fault in ran.injected if fault.method in UNSAFE]
    for effect in ran.effects:
        keys, late = names_of(played, effect), effect["at"] > ran.ended
        if not changed:
            rule = "landed late and changed is false" if late else "done and changed is false"
            yield Violation(UNTRUE, rule, _case(ran, effect))
        if any(keys & names for names in said.done.values()):
            continue
        if keys & said.failed:
            if not late and not ran.breathless and looked_after(ran, effect) and not _touched_by_others(played, ran, effect):
                yield Violation(UNTRUE, "done and reported as failed", _case(ran, effect))
        elif not late and (effect["organization"], None) not in said.failed and not _lost_on_the_way(ran, effect, played):
            yield Violation(UNTRUE, "done and not mentioned", _case(ran, effect))
    for kind, names in said.done.items():
        for key in names:
            if not any(effect["kind"] == kind and _is_told(played, ran, effect, key) for effect in during) and not _was_hidden(played, ran, kind, key):
                yield Violation(UNTRUE, "reported as %s and not done" % kind, "%s: %s" % (key, _case(ran)))
    if changed and not ran.effects:
        if not failed and not any(said.done.values()):
            yield Violation(UNTRUE, "changed is true and nothing was done", _case(ran))
        elif failed and not doubtful and not _waited_in_vain(ran) and not any(said.done.values()):
            yield Violation(UNTRUE, "changed is true though nothing can have happened", _case(ran))


def _success(played, ran):
    """Who was alone and reports a success has left all as declared, and shows the plan that is there."""
    if ran.result.get("failed") or len(played.faulty) > 1 or played.history.edits or _deceived(ran):
        return
    for problem in wrong(ran.controller, played, played.after):
        yield Violation(UNTRUE, "success, but not as declared", "%s: %s" % (problem, _case(ran)))
    options = ran.controller.options
    if ran.controller.module == "backup_plan" and options.get("state") != "absent":
        row = played.after.get(played.organizations[options["organization"]], {}).get(options["name"])
        if row is not None and ran.result["backup_plan"].get("id") != row["id"]:
            yield Violation(UNTRUE, "another plan shown", "%s instead of %s: %s" % (ran.result["backup_plan"].get("id"), row["id"], _case(ran)))


def _account(played, ran):
    """Every declared plan is accounted for: done, as it was, or failed; and the sums are those of the lists. Where the first failure ends a run, what
    comes behind it is not told."""
    if ran.controller.module != "backup_plans" or "organizations" not in ran.result:
        return
    said, parts, failed = report(ran, played.organizations), ran.result["organizations"], bool(ran.result.get("failed"))
    if bool(said.failed) != failed:
        yield Violation(UNTRUE, "the failures and the outcome do not agree", _case(ran))
    sums = {key: sum(len(part[key]) for part in parts) for key in (CREATED, UPDATED, DELETED_EFFECT, "failed")}
    sums["unchanged"] = sum(part["unchanged"] for part in parts)
    if any(ran.result["summary"][key] != value for key, value in sums.items()):
        yield Violation(UNTRUE, "the summary is not the sum", "%s: %s" % (sums, _case(ran)))
    if failed and ran.controller.options.get("on_error", "continue") == "stop":
        return
    unchanged = {part["organization"]["id"]: part["unchanged"] for part in parts}
    for organization, plans in wishes(ran.controller, played.organizations).items():
        told = {name for where, name in said.created | said.updated | said.failed if where == organization and name in plans}
        if (organization, None) not in said.failed and len(told) + unchanged.get(organization, 0) != len(plans):
            yield Violation(UNTRUE, "a declared plan is not accounted for", "%s of %s: %s" % (sorted(set(plans) - told), organization, _case(ran)))


def _waited_in_vain(ran):
    """Whether an answer took longer than the time-out of the campaign, as on a machine that is too busy: then a write is in doubt without a fault."""
    return ran.ended - ran.started >= 1 and "did not answer within" in ran.result["msg"]


def _is_told(played, ran, effect, key):
    """Whether a report of ``key`` is about this effect. What landed in Default since the organization was lost is told under the one it was meant for."""
    if key in names_of(played, effect):
        return True
    return _lost_on_the_way(ran, effect, played) and key[1] == effect["name"]


def _was_hidden(played, ran, kind, key):
    """A plan that was there, and not in a list that was old or read elsewhere: who finds it after an answer that got lost takes it for its own."""
    stored_before = any(
        (effect["organization"], effect["name"]) == key and effect["kind"] in (CREATED, UPDATED) and effect["at"] < ran.started for effect in played.effects)
    return kind == CREATED and _deceived(ran) and (stored_before or key[1] in played.before.get(key[0], {}))


def _touched_by_others(played, ran, effect):
    """Whether somebody else wrote the same plan meanwhile: then what was done need not be there any more."""
    return any(other["id"] == effect["id"] and other["run"] != ran.name and ran.started <= other["at"] <= ran.ended for other in played.effects)


def _lost_on_the_way(ran, effect, played):
    """A plan that landed in Default since the organisation was lost is told under the one it was meant for."""
    return effect["organization"] == played.organizations["Default"] and any(fault.kind == "organization lost" for fault in ran.injected)


def _run_truth(played, ran):
    """The report knows whether a run was started."""
    started = [effect for effect in ran.effects if effect["kind"] == STARTED]
    if started and not ran.result["changed"]:
        yield Violation(UNTRUE, "started and changed is false", _case(ran))
    if not started and ran.result["changed"] and not any(fault.method == "POST" for fault in ran.injected):
        yield Violation(UNTRUE, "changed is true and nothing was started", _case(ran))
    if not started and not ran.result.get("failed") and len(played.faulty) == 1:
        yield Violation(UNTRUE, "success, and nothing was started", _case(ran))


def _reading(played, ran):
    if ran.result["changed"] or ran.effects:
        yield Violation(UNTRUE, "reading changed something", _case(ran))
    if ran.result.get("failed") or len(played.faulty) > 1 or played.history.edits or _deceived(ran):
        return
    options = ran.controller.options
    wanted = {
        (organization, name) for organization, rows in played.after.items() for name in rows
        if (options.get("all_organizations") or organization == played.organizations[options["organization"]]) and options.get("name", name) == name}
    shown = [(plan["organization"]["id"], plan["name"]) for plan in ran.result["backup_plans"]]
    if sorted(shown) != sorted(wanted):
        yield Violation(UNTRUE, "what was read is not what is there", "missing %s, more %s: %s" % (wanted - set(shown), set(shown) - wanted, _case(ran)))


def end_violations(played):
    """After one clean run everything is as declared, each once, and another run finds nothing to do."""
    clean, again = played.clean, played.again
    found = []
    for ran in (clean, again):
        found += list(_clarity(played, ran)) + list(_reach(played, ran))
        if ran.result is not None and ran.controller.module in ("backup_plan", "backup_plans"):
            found += list(_truth(played, ran)) + list(_account(played, ran))
    if clean.result is None or clean.result.get("failed"):
        found.append(Violation(LOST, "a clean run fails", clean.text[-800:]))
    else:
        found += [Violation(LOST, "not repaired by one clean run", problem) for problem in wrong(clean.controller, played, played.end)]
    if again.result is None or again.result.get("failed") or again.result["changed"] or again.effects:
        found.append(Violation(UNTRUE, "a second clean run changes something", again.text[-800:]))
    return found


# what was asked, and what was said


def wishes(controller, organizations):
    """{organisation id: {plan name: options}} of what a run declares or names."""
    options = controller.options
    if controller.module == "backup_plans":
        return {organizations[entry["organization"]]: {plan["name"]: plan for plan in entry["plans"]} for entry in options["organizations"]}
    if controller.module == "backup_plan":
        return {organizations[options["organization"]]: {options["name"]: options}}
    return {}


def may_delete(controller, wished, effect):
    """Whether the run was asked to delete this plan."""
    if controller.module == "backup_plan":
        return controller.options.get("state") == "absent" and effect["name"] == controller.options["name"]
    pruned = {entry["organization"] for entry in controller.options["organizations"] if entry.get("prune")}
    return bool(pruned) and effect["name"] not in wished[effect["organization"]]


def _may_start(played, controller, effect):
    options = controller.options
    return controller.module == "backup_plan_execute" and (played.organizations[options["organization"]], options["name"]) in names_of(played, effect)


def report(ran, organizations):
    """The Report of a run."""
    result = ran.result
    if ran.controller.module == "backup_plan":
        key = (organizations[ran.controller.options["organization"]], ran.controller.options["name"])
        operation, failed = result.get("operation", "unchanged"), bool(result.get("failed"))
        sets = {kind: {key} if operation == kind else set() for kind in (CREATED, UPDATED, DELETED_EFFECT)}
        return Report(sets[CREATED], sets[UPDATED], sets[DELETED_EFFECT], {key} if failed else set())
    said = Report(set(), set(), set(), set())
    for part in result.get("organizations", []):
        shown = part["organization"]
        identifier = shown["id"] or organizations.get(shown["name"], shown["name"])
        said.created.update((identifier, name) for name in part["created"])
        said.updated.update((identifier, change["name"]) for change in part["updated"])
        said.deleted.update((identifier, name) for name in part["deleted"])
        said.failed.update((identifier, failure["name"]) for failure in part["failed"])
    return said


def names_of(played, effect):
    """(organisation id, name) under which a run may have known the plan of an effect, which others may have renamed meanwhile."""
    names = {effect["name"]} | {name for name, row in played.before.get(effect["organization"], {}).items() if row["id"] == effect["id"]}
    names |= {other["name"] for other in played.effects if other["id"] == effect["id"]}
    return {(effect["organization"], name) for name in names}


def looked_after(ran, effect):
    """Whether the run read this plan, or the plans of its organization, undisturbed and after the effect: then it could have known."""
    faults = [fault.at for fault in ran.injected if fault.method not in UNSAFE]
    held_back = [_came_of(ran, fault) for fault in ran.injected if fault.arrived]
    seen = [
        request for request in ran.requests
        if request["method"] == "GET" and effect["at"] < request["at"] < ran.ended and request not in held_back
        and request["organization"] in (effect["organization"], ROOT)
        and (request["path"] == PLANS or effect["id"] in request["path"]) and request.get("seconds", IN_TIME) < IN_TIME]
    return bool(seen) and not any(at > effect["at"] for at in faults)


def _came_of(ran, fault):
    """The request that a fault held back, which nobody may have waited for any more."""
    path, _mark, query = fault.path.partition("?")
    return next((
        request for request in ran.requests
        if (request["method"], request["path"], request.get("query", "")) == (fault.method, path, query) and request["at"] >= fault.arrived), None)


def wrong(controller, played, state):
    """In what a state is not as the run declares, as sentences."""
    options = controller.options
    for organization, plans in wishes(controller, played.organizations).items():
        rows = state.get(organization, {})
        if controller.module == "backup_plan" and options.get("state") == "absent":
            if options["name"] in rows:
                yield "%r is still there" % options["name"]
            continue
        for name, wished in plans.items():
            if name not in rows:
                yield "%r is missing" % name
            else:
                yield from ("%r: %s" % (name, difference) for difference in _differences(wished, rows[name], played.users))
        entry = next((one for one in options.get("organizations", []) if played.organizations[one["organization"]] == organization), {})
        if entry.get("prune"):
            yield from ("%r should be gone" % name for name in rows if name not in plans)


def _differences(wished, row, users):
    if "comment" in wished and wished["comment"].strip() != row["comment"]:
        yield "comment is %r" % row["comment"]
    if "types" in wished and set(wished["types"]) != set(row["types"]):
        yield "types is %r" % row["types"]
    if "recipients" in wished:
        key = "recipients_part_one" if "recipients_part_one" in row else "recipients"
        if {users[name] for name in wished["recipients"]} != {user["id"] for user in row[key]}:
            yield "recipients is %r" % row[key]
    shown = ("crontab", row["crontab"]) if row["is_periodic"] and row["crontab"] else ("interval", row["interval"]) if row["is_periodic"] else None
    for option in ("crontab", "interval"):
        if option in wished and shown != (option, wished[option]):
            yield "schedule is %r" % (shown,)
    if wished.get("is_periodic") is False and shown is not None:
        yield "schedule is %r" % (shown,)


def _deceived(ran):
    return any(fault.kind in UNDETECTABLE or (fault.kind == "organization lost" and fault.method == "GET") for fault in ran.injected)


def _case(ran, effect=None):
    faults = [
        "%s at %s %s%s" % (fault.kind, fault.method, fault.path.split("?")[0][-50:], ", carried out" if fault.carried_out else "")
        for fault in ran.injected[:8]]
    said = (ran.result or {}).get("msg", "no failure")[:600]
    about = "%(kind)s %(name)r of %(organization)s | " % effect if effect else ""
    return "%s%s | said: %s | faults: %s" % (about, ran.controller.module, said, "; ".join(faults))
