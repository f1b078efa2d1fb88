# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What to do about plans that are useless, or whose backups are open to the wrong people."""

    DOCUMENTATION = r"""
options:
  on_findings:
    description:
      - What to do about a plan that can deliver nothing or is open to the wrong people - without types, recipients or storages, sent to storages without a
        ZIP password, with the same person in both parts, with an inactive recipient, and the like. V(warn) warns and writes it, V(fail) fails and leaves
        it alone, while the others go on.
      - Only what is read anyway is looked at, unless O(check_accounts=true).
    type: str
    choices: [warn, fail]
    default: warn
    version_added: 1.1.0
  check_accounts:
    description:
      - Whether to ask, too, if the server knows the platform types of the plans, and if the organization has accounts of them. That takes one request, and
        one more for each type and organization.
    type: bool
    default: false
    version_added: 1.1.0
"""
