# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house has floors, and imports go down only: what talks to a server knows no plan, and nothing private knows Ansible but the top floor."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
UTILS = ROOT / "plugins" / "module_utils"
PREFIX = "ansible_collections.jumpserver.accounts.plugins.module_utils."
# each floor with the floors that it stands on
FLOORS = {
    "_server": set(), "_plans": {"_server"}, "_findings": {"_plans", "_server"}, "_executions": {"_findings", "_plans", "_server"},
    "_archives": {"_server"}, "_reports": {"_server", "_packages"},
    "_audit": {"_archives", "_executions", "_findings", "_plans", "_server"},
}
FILES = sorted(path.relative_to(UTILS) for path in UTILS.rglob("*.py") if path.name != "__init__.py")


def imported(path):
    """What a file imports from module_utils, as dotted names without the common prefix."""
    for node in ast.walk(ast.parse((UTILS / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and (node.module + ".").startswith(PREFIX):
            for alias in node.names:
                yield ".".join(part for part in (node.module[len(PREFIX):], alias.name) if part)


def test_the_floors_are_those_that_there_are():
    assert {path.name for path in UTILS.iterdir() if path.is_dir() and path.name != "__pycache__"} <= set(FLOORS)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_go_down_only(path):
    floor = path.parts[0] if len(path.parts) > 1 else None
    if floor is None:
        assert not [name for name in imported(path) if name.split(".")[0] == path.stem]
        return
    above = [name for name in imported(path) if name.split(".")[0] not in FLOORS[floor] | {floor}]
    assert above == []


@pytest.mark.parametrize("path", [path for path in FILES if len(path.parts) > 1], ids=str)
def test_only_the_top_floor_knows_ansible(path):
    names = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(ast.parse((UTILS / path).read_text(encoding="utf-8"))) if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names}
    assert not [name for name in names if name.split(".")[0] == "ansible"]


@pytest.mark.parametrize("floor", [path.name for path in sorted(UTILS.iterdir()) if path.name in FLOORS])
def test_no_floor_goes_round_in_circles(floor):
    """Within a floor, imports have an order too."""
    edges = {path.stem: {name.split(".")[1] for name in imported(path) if name.startswith(floor + ".")} for path in FILES if path.parts[0] == floor}
    left = dict(edges)
    while left:
        free = [name for name, needed in left.items() if not needed & set(left)]
        assert free, f"these import one another: {sorted(left)}"
        for name in free:
            del left[name]
