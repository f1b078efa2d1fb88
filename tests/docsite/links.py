# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of built pages: those inside lead to a page, a file and a place in it, and those outside look like addresses."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# what is fetched when a page is shown, and so would not be there without the internet
FETCHED = {("link", "href"), ("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src")}


class Page(HTMLParser):
    """The anchors of a page, what it links to, and what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif (tag, name) in FETCHED:
                self.fetched.add(value or "")
            elif (tag, name) == ("a", "href"):
                self.links.add(value or "")


def is_outside(address: str) -> bool:
    """Whether it names another host, or no page at all (mailto:)."""
    parts = urlsplit(address)
    return bool(parts.scheme or parts.netloc)


def is_well_formed(address: str) -> bool:
    """Whether an address of another host can be one."""
    parts = urlsplit(address)
    return parts.scheme == "https" and "." in (parts.hostname or "") and not any(character.isspace() for character in address)


def is_there(folder: Path, page: Path, address: str, pages: dict[Path, Page]) -> bool:
    """Whether an address inside of the site leads to a file, and to an anchor if it names one."""
    parts = urlsplit(address)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if folder not in target.parents or not target.is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].anchors


def faults(folder: Path) -> list[str]:
    """What is wrong with the links of all pages in a folder, one line for each."""
    folder = folder.resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    found = [] if pages else ["there are no pages"]
    for path, page in pages.items():
        name = path.relative_to(folder)
        found += [f"{name} fetches from elsewhere: {address}" for address in sorted(page.fetched) if is_outside(address)]
        for address in sorted(page.links | page.fetched):
            good = is_well_formed(address) if is_outside(address) else is_there(folder, path, address, pages)
            if not good:
                found.append(f"{name} links to nothing: {address}")
    return found
