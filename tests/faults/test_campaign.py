# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short form of the campaign: the same histories each time, some of each kind."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import __main__ as campaign
from tests.faults import checker, histories
from tests.faults.campaign import Campaign, Sums, line_of
from tests.faults.kept import Kept
from tests.faults.play import Played, Stage
from tests.faults.proxy import KINDS
from tests.integration.runner import Modules
from tests.integration.server import SimulatedServer

SEEDS = range(1, 13)
OPTION_SETS = 600


def test_a_seed_is_one_history():
    assert [histories.of(seed) for seed in SEEDS] == [histories.of(seed) for seed in SEEDS]
    met = {fault.kind for seed in SEEDS for controller in histories.of(seed).controllers for fault in controller.faults}
    assert met == set(KINDS)


def test_a_good_part_of_the_histories_goes_through_ansible_playbook():
    """On each version."""
    chosen = [history for history in map(histories.of, range(1, 401)) if history.playbook]
    assert {history.version for history in chosen} == set(histories.VERSIONS) and 10 < len(chosen) < 40


def test_no_promise_is_broken():
    """Histories, option sets and canaries beside each other, as most of the time goes in waiting."""
    with ThreadPoolExecutor(2) as pool:
        sets = pool.submit(campaign.option_sets, 1, OPTION_SETS, 1)
        leaks = pool.submit(campaign.canary_runs, 1, 1)
        sums = Campaign(SEEDS, 6).run()
        (counted, wrong), (searched, found, _faults) = sets.result(), leaks.result()
    assert sums.violations == []
    assert sums.injected > len(SEEDS) and sum(sums.histories.values()) == len(SEEDS) and sums.killed and sums.together
    assert wrong == [] and counted["sets"] == OPTION_SETS and 0 < counted["succeeded"] < OPTION_SETS
    assert found == [] and all(searched[place] for place in ("screen", "job events", "files of asynchronous jobs", "arguments of processes"))


def test_a_history_without_an_end_is_told_with_its_seed(monkeypatch):
    """And those after it are played; its simulator is ended."""
    def play(stage, history):
        if history.seed == 1:
            stage.server.process.wait()  # as whatever talks to it: its end is all that ends this
            raise ConnectionError("the simulator is gone")
        return Played(history, [])

    monkeypatch.setattr(Stage, "play", play)
    monkeypatch.setattr("tests.faults.campaign.LONGEST_HISTORY", 0.5)
    told = []
    sums = Campaign([1, 2], 1, tell=told.append).run()
    assert [seed for seed, _violation in sums.violations] == [1] and sum(sums.histories.values()) == 2
    assert "a history without an end" in told[0] and "seed 1 " in told[0]


def test_what_was_found_is_kept(tmp_path):
    """A line that was cut off is left out, and its history is played again."""
    kept = Kept(tmp_path, "histories.jsonl")
    violation = checker.Violation(checker.LOST, "rule", "told")
    kept.add(line_of(Played(histories.of(7), []), [violation]))
    with kept.path.open("a", encoding="utf-8") as file:
        file.write('{"seed": 8, "ver')
    sums = Sums()
    for line in Kept(tmp_path, "histories.jsonl").lines:
        sums.add(line)
    assert sums.violations == [(7, violation)] and sum(sums.histories.values()) == 1


def counted(folder):
    """{file: the numbers of what was kept in it}."""
    return {path.name: [line.get("seed", line.get("first")) for line in Kept(folder, path.name).lines] for path in Path(folder).glob("*.jsonl")}


def of_session(identifier):
    """The processes of a session, by their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _parent, _group, session = path.joinpath("stat").read_text().rpartition(")")[2].split()[:4]
            if int(session) == identifier and state != "Z":
                found.append(path.joinpath("cmdline").read_bytes())
    return found


def until(what):
    """Wait for something that takes a while, and fail where it never comes."""
    deadline = time.monotonic() + 120
    while not what():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)


def test_what_is_cut_off_leaves_no_process_and_goes_on_where_it_was(tmp_path):
    command = [sys.executable, "-m", "tests.faults", "--output", str(tmp_path), "--workers", "2"]
    root = Path(__file__).resolve().parents[2]
    with tmp_path.joinpath("said").open("w", encoding="utf-8") as said, subprocess.Popen(
            [*command, "--first", "3", "--option-sets", "100000", "--canaries", "5"], cwd=root, stdout=said, stderr=said, start_new_session=True) as process:
        try:
            until(lambda: process.poll() is not None or (counted(tmp_path).get("histories.jsonl") and len(of_session(process.pid)) > 4))
            process.terminate()
            assert process.wait(120) == 128 + signal.SIGTERM, tmp_path.joinpath("said").read_text(encoding="utf-8")
            until(lambda: not of_session(process.pid))
        finally:
            process.kill()
    text = tmp_path.joinpath("said").read_text(encoding="utf-8")
    assert "goes on from there" in text and "Traceback" not in text, text
    kept = counted(tmp_path)
    assert kept["histories.jsonl"] and not any("seed %d " % seed in text for seed in kept["histories.jsonl"])
    # one history more: those of before are not played again
    faults = sum(sum(line["faults"].values()) for line in Kept(tmp_path, "histories.jsonl").lines)
    more = [*command, "--first", "3", "--option-sets", "0", "--canaries", "0", "--workers", "1", "--faults", str(faults + 1)]
    ended = subprocess.run(more, cwd=root, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    seeds = counted(tmp_path)["histories.jsonl"]
    before = kept["histories.jsonl"]
    assert ended.returncode == 0 and seeds[:len(before)] == before and len(seeds) == len(set(seeds)) > len(before)
    assert "| histories (seeds %d to %d) | %d |" % (min(seeds), max(seeds), len(seeds)) in ended.stdout


def test_nobody_waits_for_the_rest_where_the_histories_broke_off(tmp_path, monkeypatch):
    def broken(self):
        until(lambda: counted(tmp_path).get("option-sets.jsonl"))
        raise RuntimeError("broken off")

    monkeypatch.setattr(Campaign, "run", broken)
    monkeypatch.setattr(campaign, "CHUNK", 20)
    monkeypatch.setattr(sys, "argv", ["tests.faults", "--output", str(tmp_path), "--option-sets", "100000", "--canaries", "0"])
    monkeypatch.setattr(signal, "signal", lambda *ignored: None)  # those of this process are pytest's
    with pytest.raises(RuntimeError, match="broken off"):
        campaign.main()
    assert len(counted(tmp_path)["option-sets.jsonl"]) < 100


def test_a_process_of_modules_that_has_ended_with_a_request_unread_is_stopped(tmp_path):
    modules = Modules(tmp_path)
    modules.process.kill()
    modules.process.wait()
    with pytest.raises(BrokenPipeError):
        modules.ask("backup_plan", {}, {}, False, False)
    modules.stop()
    assert modules.process.stdin.closed and modules.process.stdout.closed


def test_each_simulator_is_ended_whatever_becomes_of_the_others(monkeypatch):
    campaign_of_two = Campaign([], 1)
    stages = campaign_of_two.started = [Stage("3.10"), Stage("3.10")]
    processes = [stage.server.process for stage in stages]

    def broken():
        raise OSError("no end")

    for stage in stages:
        monkeypatch.setattr(stage.proxy, "stop", broken)
    with pytest.raises(OSError, match="no end"):
        campaign_of_two.stop()
    assert all(process.poll() is not None for process in processes) and not any(Path(stage.folder.name).exists() for stage in stages)


def test_canaries_that_were_kept_are_not_let_out_again(tmp_path):
    kept = Kept(tmp_path, "canaries.jsonl")
    kept.add({"seed": 1, "searched": {"screen": 2}, "found": [["screen", "private in stdout"]], "faults": {"late": 1}})
    searched, found, faults = campaign.canary_runs(1, 1, kept=Kept(tmp_path, "canaries.jsonl"))
    assert (searched, found, faults) == ({"screen": 2}, [(1, "screen", "private in stdout")], {"late": 1})


def test_a_list_that_grows_while_it_is_read_has_an_end():
    """A plan that moved behind others comes twice."""
    rows = [{"id": 1, "name": "a", "org_id": "o"}] * 2
    server = SimulatedServer.__new__(SimulatedServer)
    server.organizations = {"Default": "o"}

    def api(_method, path, organization):
        offset = int(path.split("offset=")[1].split("&")[0])
        return type("Answer", (), {"json": lambda self: {"results": rows[offset:offset + 1]}})()

    server.api = api
    assert list(server.plans()) == ["a"]
