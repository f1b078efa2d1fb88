# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What every module of the collection can do."""

    DOCUMENTATION = r"""
attributes:
  platform:
    description: Platforms that the module runs on.
    support: full
    platforms: posix
  action_group:
    description: Use C(group/jumpserver.accounts.all) in C(module_defaults) to set the connection options once for all modules.
    support: full
    membership:
      - jumpserver.accounts.all
"""

    # a module that only reads
    INFO_MODULE = r"""
attributes:
  check_mode:
    description: Can run in check mode, and reads just the same then.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change, in diff mode.
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second run reports no change.
    support: full
"""

    # a module that brings plans to a declared state
    CONVERGING = r"""
attributes:
  check_mode:
    description: Can run in check mode and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would change, in diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second run reports no change.
    support: partial
    details:
      - The ZIP password cannot be read back. With O(update_password=always) a plan that declares one is written, and reported as changed, at each run.
"""
