# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.plugin_utils._worker import Worker
from ansible_collections.jumpserver.accounts.plugins.modules import backup_plan

# ansible-lint checks the options of a task with it
main = backup_plan.main


class ActionModule(Worker):
    TASK = backup_plan.TASK
