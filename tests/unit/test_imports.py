# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every Python file of the collection can be imported by the Python and the ansible-core that run the unit tests."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted(path.relative_to(ROOT) for path in ROOT.glob("plugins/**/*.py"))


def test_there_are_files():
    assert len(FILES) > 10


@pytest.mark.parametrize("path", FILES, ids=str)
def test_import(path):
    module = importlib.import_module(".".join(("ansible_collections.jumpserver.accounts", *path.with_suffix("").parts)))
    assert Path(module.__file__).resolve() == ROOT / path
