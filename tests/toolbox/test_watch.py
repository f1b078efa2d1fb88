# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What looks for secrets finds those that are there for a moment."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.toolbox.watch import Files, Processes

SECRET = "canary-of-the-watch-5b1e"


def test_a_file_that_was_there_for_a_moment_is_found(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    with Files([SECRET], tmp_path) as watch:
        passing = tmp_path / "deep" / "er" / "passing"
        passing.write_text("harmless", encoding="utf-8")
        time.sleep(0.1)
        passing.write_text("x" + SECRET, encoding="utf-8")
        deadline = time.monotonic() + 10
        while not watch.hits and time.monotonic() < deadline:
            time.sleep(0.01)
        passing.unlink()
    assert watch.hits == {(str(passing), SECRET)} and watch.seen >= 2


def test_folders_that_come_and_go_do_not_end_the_watch(tmp_path):
    """Ansible makes and removes temporary folders all the time."""
    over = threading.Event()

    def come_and_go():
        while not over.is_set():
            for number in range(20):
                (tmp_path / "deep" / str(number)).mkdir(parents=True, exist_ok=True)
            for number in range(20):
                (tmp_path / "deep" / str(number)).rmdir()

    with Files([SECRET], tmp_path) as watch:
        thread = threading.Thread(target=come_and_go)
        thread.start()
        time.sleep(1)
        over.set()
        thread.join()
        (tmp_path / "later").write_text(SECRET, encoding="utf-8")
        deadline = time.monotonic() + 10
        while not watch.hits and time.monotonic() < deadline:
            time.sleep(0.01)
    assert watch.hits == {(str(tmp_path / "later"), SECRET)}


def test_a_watch_that_ended_early_has_not_found_nothing(tmp_path):
    class Broken(Files):
        def paths(self):
            yield Path("/proc/self/status")
            raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"), Broken([SECRET], tmp_path):
        time.sleep(0.2)


def test_arguments_of_processes_are_looked_at():
    with Processes([SECRET]) as watch, subprocess.Popen([sys.executable, "-c", "input()", SECRET], stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + 10
        while not watch.hits and time.monotonic() < deadline:
            time.sleep(0.01)
        process.communicate(b"\n")
    assert {secret for _name, secret in watch.hits} == {SECRET}
