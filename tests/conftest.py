# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make `ansible_collections.jumpserver.accounts` known to Python and to Ansible, whatever folder the clone lies in.

By default that is the checkout itself. `COLLECTIONS_UNDER_TEST` names a collections folder with an installed copy instead.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def link_checkout() -> str:
    """A collections folder, removed at the end, in which a link leads to the checkout."""
    folder = tempfile.mkdtemp(prefix="jumpserver-accounts-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    namespace = Path(folder, "ansible_collections", "jumpserver")
    namespace.mkdir(parents=True)
    namespace.joinpath("accounts").symlink_to(ROOT, target_is_directory=True)
    return folder


COLLECTIONS = os.environ.get("COLLECTIONS_UNDER_TEST") or link_checkout()
sys.path.insert(0, COLLECTIONS)
os.environ["ANSIBLE_COLLECTIONS_PATH"] = COLLECTIONS
