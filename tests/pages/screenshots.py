# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of the page in the documentation: `python -m tests.pages.screenshots` draws it anew; with a folder, also dark, Chinese, narrow and as PDF."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

# makes the collection known to Python
import tests.conftest
from tests.pages import estate
from tests.pages.chromium import browser, written

PICTURE = tests.conftest.ROOT / "docs" / "images" / "audit.png"
SITE = tests.conftest.ROOT / "tests" / "output" / "site" / "index.html"
COLOURS = 128


def shoot(opened, address: str, path: Path, width: int = 1280, whole: bool = True, **settings) -> None:
    """The whole page, or what a window shows of it."""
    context = opened.new_context(viewport={"width": width, "height": 900}, **settings)
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=path, full_page=whole)
    if path.name == "light.png":
        page.pdf(path=path.with_name("print.pdf"), print_background=True, format="A4")
    context.close()


def shrink(path: Path, target: Path) -> None:
    """The same with a palette, which a page of few colours does not miss."""
    from PIL import Image

    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> None:
    """Draw."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as temporary, browser() as opened:
        address = written(Path(temporary), estate.demo())
        shoot(opened, address, Path(temporary, "light.png"), color_scheme="light", locale="en-US")
        shrink(Path(temporary, "light.png"), PICTURE)
        if SITE.exists():
            shoot(opened, SITE.as_uri(), Path(temporary, "site.png"), whole=False, color_scheme="light", locale="en-US")
            shrink(Path(temporary, "site.png"), PICTURE.with_name("site.png"))
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            shoot(opened, address, folder / "light.png", color_scheme="light", locale="en-US")
            shoot(opened, address, folder / "dark.png", color_scheme="dark", locale="en-US")
            shoot(opened, address, folder / "chinese.png", color_scheme="light", locale="zh-CN")
            shoot(opened, address, folder / "narrow.png", 390, color_scheme="light", locale="en-US")
            shoot(opened, written(Path(temporary), estate.large(200, 10)), folder / "large.png", color_scheme="light", locale="en-US")


if __name__ == "__main__":
    main()
