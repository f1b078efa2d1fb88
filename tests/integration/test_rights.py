# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide to keys and rights: modules ask for what its table says and for nothing else, and the names of the rights are those of real servers."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests import docs_rights
from tests.archives import maker
from tests.integration.server import DEFAULT_ID, RESEARCH, TEAM_A

pytestmark = [pytest.mark.versions("3.8", "3.10", "4.10"), pytest.mark.twice]
MODULES = sorted(path.stem for path in docs_rights.ROOT.glob("plugins/modules/*.py"))


def asked(log):
    """What is said of the rights that these requests need."""
    found = {docs_rights.needed(entry["method"], urlsplit(entry["path"]).path) for entry in log}
    return {right.what for right in found if right}


def everything(server):
    """A plan with all that has to be looked up."""
    wish = {"types": ["linux"], "interval": 24, "recipients": ["alice"]}
    if server.since("3.9"):
        wish.update(backup_type="object_storage", obj_recipients_part_one=["sftp-main"], zip_encrypt_password="not empty")
    return wish


def calls(server, folder):
    """Calls that together ask for all that a module ever asks, as (module, options)."""
    wish = everything(server)
    estate = [{"organization": name, "plans": [dict(wish, name="nightly")]} for name in (RESEARCH, TEAM_A)]
    changed = [dict(entry, plans=[dict(entry["plans"][0], comment="changed")]) for entry in estate]
    emptied = [dict(entry, plans=[], allow_empty=True) for entry in estate]
    archive = folder / "nightly.zip"
    account = maker.Account("web-1", "root", "secret", organization="Default", organization_id=DEFAULT_ID)
    archive.write_bytes(maker.archive("4.10.19" if server.since("4.0") else "3.5", [account], "password"))
    yield "backup_plan", dict(wish, name="one", check_accounts=True)
    yield "backup_plan", {"name": "one", "comment": "changed"}
    yield "backup_plan_execute", {"name": "one", "readable_by": ["alice"]}
    yield "backup_plan_info", {"all_organizations": True, "last_execution": True}
    yield "backup_plan", {"name": "by mail", "types": ["linux"], "recipients": ["alice"]}
    yield "backup_audit", {}
    yield "backup_plan", {"name": "by mail", "state": "absent"}
    yield "backup_plan", {"name": "one", "state": "absent"}
    yield "backup_plans", {"organizations": estate, "check_accounts": True}
    yield "backup_plans", {"organizations": changed}
    yield "backup_plans", {"organizations": emptied, "prune": True}
    yield "backup_index", {"path": str(folder / "index.json"), "all_organizations": True}
    yield "backup_index", {"path": str(folder / "own.json"), "all_organizations": True, "user": "orgadmin"}
    yield "backup_archive_info", {"archives": [{"path": str(archive), "password": "password"}], "compare": True}


def test_modules_ask_for_the_rights_in_the_guide(server, call, tmp_path):
    """For all of them, and for no other ones."""
    found = dict.fromkeys(MODULES, frozenset())
    for module, options in calls(server, tmp_path):
        with server.counting() as seen:
            call(module, **options).succeeded()
        found[module] |= asked(seen.log)
    server.create("queued", types=["linux"], **{server.recipients_key: server.ids("alice")})
    server.settings(worker=False)
    with server.counting() as seen:
        assert "No worker took the execution" in call("backup_plan_execute", name="queued", start_timeout=1).message
    found["backup_plan_execute"] |= asked(seen.log)
    told = {(module, right.what) for right in docs_rights.RIGHTS for module in right.modules}
    if not server.since("3.9"):  # no storages yet
        told -= {(module, "find storages by their names") for module in MODULES}
    if server.since("4.8"):  # the run itself tells how many accounts it had
        told.remove(("backup_plan_execute", "see accounts, without their secrets"))
    assert {(module, what) for module, rights in found.items() for what in rights} == told


def test_the_rights_are_called_as_in_real_servers():
    """The roles that were recorded hold them under these names."""
    for version, roles in docs_rights.ROLES.items():
        names = {right.new if version == "4.10" else right.old for right in docs_rights.RIGHTS}
        assert names <= {name for held in roles.values() for name in held}, version
    assert [holder for holder in map(docs_rights.holder, docs_rights.RIGHTS) if holder != "administrators of the organization"] == [
        "everybody", "system administrators", "system administrators"]
