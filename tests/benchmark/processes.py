# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one whole process and tell what it cost."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import threading
import time
from typing import NamedTuple

import psutil

SAMPLED_EVERY = 0.05
MEBIBYTE = 2 ** 20


class Cost(NamedTuple):
    """Wall clock and processor time in seconds, and what the process wrote."""

    seconds: float
    cpu_seconds: float
    output: str


def run(command, environment):
    """Run a command to its end; RuntimeError with its last words when it fails."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        used, started = _cpu_of_children(), time.perf_counter()
        status = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
        seconds, cpu_seconds = time.perf_counter() - started, _cpu_of_children() - used
        return Cost(seconds, cpu_seconds, _checked(command, status, output))


def peak_memory(command, environment):
    """The most memory in MiB that a command and all its children held at a time: shared pages count once, where the system can tell.

    Looking takes time, so this is a run of its own.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as process:
            peaks, done = [0], threading.Event()
            watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), peaks, done))
            watcher.start()
            status = process.wait()
            done.set()
            watcher.join()
        _checked(command, status, output)
    return max(peaks) / MEBIBYTE


def _watch(process, peaks, done):
    while not done.wait(SAMPLED_EVERY):
        try:
            peaks.append(sum(_memory(one) for one in [process, *process.children(recursive=True)]))
        except psutil.NoSuchProcess:
            return


def _memory(process):
    try:
        held = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0  # it has ended meanwhile
    return getattr(held, "pss", held.rss)


def _cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _checked(command, status, output):
    output.seek(0)
    text = output.read()
    if status != 0:
        raise RuntimeError("%s ended with %d:\n%s" % (os.path.basename(command[0]), status, text[-3000:]))
    return text
