# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a single task imports on its way, measured with ``-X importtime`` inside the very process that Ansible starts."""

from __future__ import annotations

import re
import shlex
import sys

LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")
OURS = "jumpserver.accounts"
# who asked for a module: itself or its nearest ancestor in the tree of imports that has one of these names
FAMILIES = (
    (OURS, ("ansible_collections",)),
    ("requests", ("requests", "urllib3", "charset_normalizer", "chardet", "idna", "certifi")),
    ("httpsig", ("httpsig", "Crypto", "six")),
    ("ansible-core", ("ansible",)),
)
REST = "Python and the module's wrapper"
NAMES = tuple(name for name, _packages in FAMILIES) + (REST,)


def interpreter(folder):
    """(A Python that tells what it imports, the file it tells it to)."""
    told, script = folder / "imports", folder / "python-importtime"
    script.write_text("#!/bin/sh\nexec %s -X importtime \"$@\" 2>>%s\n" % (shlex.quote(sys.executable), shlex.quote(str(told))), encoding="utf-8")
    script.chmod(0o755)
    return script, told


def families(told):
    """Family to {"milliseconds": spent in its imports, "modules": how many} out of the words of ``-X importtime``."""
    found = {name: {"milliseconds": 0.0, "modules": 0} for name in NAMES}
    # an import is told after those that it made itself, so the tree is read from its end
    path = []
    for microseconds, _cumulative, indent, module in reversed(LINE.findall(told)):
        depth = len(indent) // 2
        del path[depth:]
        asked_by = path[-1] if path else REST
        family = _family_of(module) or asked_by
        path += [family] * (depth + 1 - len(path))
        found[family]["milliseconds"] = round(found[family]["milliseconds"] + int(microseconds) / 1000, 3)
        found[family]["modules"] += 1
    return found


def _family_of(module):
    top = module.split(".")[0]
    return next((name for name, packages in FAMILIES if top in packages), None)
