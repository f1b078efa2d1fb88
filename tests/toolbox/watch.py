# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks for secrets where they may be for a moment only: in the arguments of processes, and in files, while something else runs."""

from __future__ import annotations

import glob
import os
import threading
from pathlib import Path


class _Watch(threading.Thread):
    """Looks again and again. ``seen``: how many things it looked at; ``hits``: what held a secret."""

    pause = 0.05

    def __init__(self, secrets):
        super().__init__(daemon=True)
        self.secrets, self.over, self.seen, self.hits = [secret.encode() for secret in secrets], threading.Event(), 0, set()
        self.failure = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failure):
        self.over.set()
        self.join()
        if self.failure and not any(failure):
            raise self.failure  # who stopped looking has found nothing

    def run(self):
        try:
            while not self.over.wait(self.pause):
                for name, content in self.things():
                    self.seen += 1
                    self.hits.update((name, secret.decode()) for secret in self.secrets if secret in content)
        except Exception as error:
            self.failure = error


class Processes(_Watch):
    """The arguments of all processes."""

    def things(self):
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                content = Path(path).read_bytes()
            except OSError:
                continue  # it has ended
            yield content[:200], content


class Files(_Watch):
    """All files in some folders, each again whenever it has changed. ``read``: those that were there."""

    pause = 0.005

    def __init__(self, secrets, *folders):
        super().__init__(secrets)
        self.folders = folders
        self.read = {}

    def things(self):
        for path in self.paths():
            try:
                state = path.stat()
                if not path.is_file() or self.read.get(path) == (state.st_ino, state.st_mtime_ns, state.st_size):
                    continue
                content = path.read_bytes()
            except OSError:
                continue  # it is gone
            self.read[path] = (state.st_ino, state.st_mtime_ns, state.st_size)
            yield str(path), content

    def paths(self):
        """Unlike ``Path.rglob``, ``os.walk`` bears that a folder goes away while it is listed."""
        for top in self.folders:
            for folder, _folders, files in os.walk(top):
                yield from (Path(folder, file) for file in files)
