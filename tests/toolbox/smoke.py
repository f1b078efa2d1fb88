# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built collection, used as the README says: installed into an environment with nothing else, its example run against a JumpServer.

    python -m tests.toolbox.smoke BIN

BIN is the folder of programs of that environment, which holds ansible-core and the packages that the README names.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.simulator.control import Simulator

from . import archive
from .privacy import environment
from .tree import ROOT


def example() -> str:
    """The playbook of the README."""
    return re.search(r"^```yaml playbook\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL).group(1)


def changes(said: str) -> int:
    """The number of changes in the recap of a playbook."""
    return int(re.search(r"\bchanged=(\d+)", said).group(1))


def use(programs: Path, folder: Path, server: Simulator) -> list[int]:
    """Install the archive for a user who has nothing, and run the example: what would change, what changes, and what changes again."""
    key = server.users["admin"]
    surroundings = {
        **environment(folder / "home"), "JUMPSERVER_URL": server.url, "JUMPSERVER_ACCESS_KEY_ID": key["access_key_id"],
        "JUMPSERVER_ACCESS_KEY_SECRET": key["access_key_secret"], "LC_ALL": "C.UTF-8"}

    def run(program: str, *arguments: str | Path) -> str:
        return subprocess.run([programs / program, *arguments], check=True, cwd=folder, env=surroundings, stdout=subprocess.PIPE, encoding="utf-8").stdout

    built = archive.build(programs / "ansible-galaxy", folder)
    run("ansible-galaxy", "collection", "install", "--offline", built)
    run("ansible-galaxy", "collection", "verify", "--offline", "jumpserver.accounts")
    (folder / "site.yml").write_text(example(), encoding="utf-8")
    assert "jumpserver.accounts.backup_plans" in run("ansible-doc", "--list", "jumpserver.accounts")
    return [changes(run("ansible-playbook", "site.yml", *arguments)) for arguments in (["--check", "--diff"], [], [])]


def main() -> int:
    """The command; its exit status."""
    with tempfile.TemporaryDirectory() as folder, Simulator() as server:
        found = use(Path(sys.argv[1]), Path(folder), server)
    print(f"changes of the README's example, in check mode, done, and done again: {found}")
    return int(found != [1, 1, 0])


if __name__ == "__main__":
    sys.exit(main())
