# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long it takes to open a backup of many accounts, and how much memory: `python -m tests.benchmark.archives [ACCOUNTS] [--publish]`.

Each backup is made first and read in a process of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import secrets
import sys
import tempfile
import time
from pathlib import Path

import tests.conftest  # makes the collection known  # pylint: disable=unused-import
from tests.archives import maker
from tests.benchmark import report

PASSWORD = "benchmark"
ACCOUNTS = 100000
HERE = Path(__file__).resolve().parent
RESULTS, PAGE = HERE / "results.json", HERE.parent.parent / "docs" / "performance.md"


def make(folder: Path, layout: str, number: int) -> Path:
    """A backup of that many accounts, four on each machine, with secrets that cannot be compressed."""
    accounts = [maker.Account("web-%d" % (place // 4), "user-%d" % place, secrets.token_urlsafe(15)) for place in range(number)]
    path = folder / ("%s.zip" % layout)
    path.write_bytes(maker.archive(layout, accounts, PASSWORD))
    return path


def peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8")).group(1))


def read(path: str) -> dict:
    """Open it and measure."""
    from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive

    before = peak()
    begun, processor = time.perf_counter(), time.process_time()
    accounts = len(archive.read(path, PASSWORD).accounts)
    return {
        "accounts": accounts, "seconds": round(time.perf_counter() - begun, 1), "processor_seconds": round(time.process_time() - processor, 1),
        "megabytes": round((peak() - before) / 1024), "file_megabytes": round(Path(path).stat().st_size / 1e6, 1),
    }


def measure(number: int) -> list[dict]:
    """The oldest and the newest layout."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for layout in ("3.8", "4.10.19"):
            path = make(Path(folder), layout, number)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                found.append(dict(pool.apply(read, [str(path)]), layout=layout))
            path.unlink()
    return found


def main() -> None:
    """Measure, and with --publish renew the results and the page."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--publish"]
    found = measure(int(arguments[0]) if arguments else ACCOUNTS)
    print(report.archives(found))
    if "--publish" in sys.argv[1:]:
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
        RESULTS.write_text(json.dumps(dict(results, archives=found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        report.put(PAGE, "archives", report.archives(found))


if __name__ == "__main__":
    main()
