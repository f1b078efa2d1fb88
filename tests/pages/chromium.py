# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The system's Chromium, driven by Playwright. No browser is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# it asks nothing of the world by itself; root has no sandbox
ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()))


def found() -> str | None:
    """The path of a Chromium, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser() -> Iterator:
    """A running one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found(), args=list(ARGUMENTS))
        try:
            yield running
        finally:
            running.close()


def written(folder: Path, result: dict) -> str:
    """The address of the page of a result, put into the folder as a file."""
    from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.kinds import render

    path = folder / "audit.html"
    path.write_text(render(result, "html"), encoding="utf-8")
    return path.as_uri()
