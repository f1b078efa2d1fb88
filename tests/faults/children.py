# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes that end with the campaign that started them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading


def tell(pid, number):
    """Send a signal to a process that may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


class Ended(Exception):
    """The campaign is over, so nothing new is started."""


class Children:
    """Runs processes to their end, and ends those that run when the campaign is cut off."""

    def __init__(self):
        self.over, self.lock, self.running = False, threading.Lock(), set()

    def run(self, command, **options):
        """As ``subprocess.run``, with all output; Ended where the campaign is over."""
        with self.lock:
            if self.over:
                raise Ended
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, **options)
            self.running.add(process)
        try:
            output, errors = process.communicate()
        finally:
            self.running.discard(process)
        if self.over:
            raise Ended
        return subprocess.CompletedProcess(command, process.returncode, output, errors)

    def end(self):
        """End all of them."""
        with self.lock:
            self.over = True
            for process in list(self.running):
                process.terminate()
