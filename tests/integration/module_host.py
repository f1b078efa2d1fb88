# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run modules of the collection in processes forked from one that has loaded them: what a task runs, at a hundredth of its cost.

Started with the Python of the ansible-core under test. Each line of standard input asks for one run, ``{"module", "arguments",
"environment"}``. Two lines answer it: ``{"pid"}`` when the module has started, and ``{"stdout", "stderr", "status"}`` when it has ended.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from tempfile import TemporaryFile

from ansible.module_utils import basic

PREFIX = "ansible_collections.jumpserver.accounts.plugins.modules."


def load(name):
    """The module, loaded at the first call."""
    return importlib.import_module(PREFIX + name)


def run_in_child(module, arguments, environment, stdout, stderr):
    """Be the module: never returns."""
    status = 1
    try:
        os.dup2(stdout.fileno(), 1)
        os.dup2(stderr.fileno(), 2)
        os.environ.update(environment)
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
        basic._ANSIBLE_PROFILE = "legacy"  # how ansible-core 2.19 and later encode; unknown to older ones
        module.main()
    except SystemExit as end:
        status = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run(request):
    """Run one module and tell what it printed."""
    module = load(request["module"])
    with TemporaryFile() as stdout, TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            run_in_child(module, request["arguments"], request["environment"], stdout, stderr)
        print(json.dumps({"pid": child}), flush=True)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (stdout, stderr):
            file.seek(0)
            texts.append(file.read().decode())
    return {"stdout": texts[0], "stderr": texts[1], "status": status}


def main():
    for name in ("backup_plan", "backup_plans", "backup_plan_info", "backup_plan_execute", "backup_archive_info", "backup_index"):
        load(name)
    importlib.import_module("httpsig.sign")
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
