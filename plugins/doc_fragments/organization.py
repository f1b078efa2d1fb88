# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The organization that a module works in."""

    DOCUMENTATION = r"""
options:
  organization:
    description:
      - The organization, by name (case matters) or id. Names in any alphabet work.
      - JumpServer silently serves an organization that it does not know as Default, so the module proves that the right one is in force before
        it writes anything.
      - If not set, the environment variable E(JUMPSERVER_ORGANIZATION) is used.
    type: str
    default: Default
"""
