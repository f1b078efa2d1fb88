# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: backup_records
short_description: What was changed or taken away among the records of drills
version_added: 1.1.0
description:
  - The role P(jumpserver.accounts.backup_drill#role) writes the hash of the record before into each record. This lookup compares them.
  - Nothing but its page on paper tells whether the newest record was changed, or taken away.
author:
  - jumpserver.accounts contributors (@jumpserver)
options:
  _terms:
    description:
      - Folders of records on the controller.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Nobody must have changed a record
  ansible.builtin.assert:
    that: query('jumpserver.accounts.backup_records', '/srv/records') | length == 0
"""

RETURN = r"""
_raw:
  description: One sentence for each record that is not what it was, is gone, or cannot be read. None if all is well.
  type: list
  elements: str
"""

from ansible.plugins.lookup import LookupBase

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import record as _record
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _opened


class LookupModule(LookupBase):
    """Sentences of each folder."""

    def run(self, terms, variables=None, **kwargs):
        return [_opened.data(sentence) for term in terms for sentence in _record.breaks(str(term))]
