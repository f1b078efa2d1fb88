# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: backup_unusable
short_description: Says that a backup of JumpServer lets nobody in to this machine
version_added: 1.1.0
description:
  - The inventory P(jumpserver.accounts.backup_archive#inventory) gives this connection to machines of which the backup has no account with a secret that a
    connection can use, or no address that is one. It connects to nothing. Otherwise Ansible would try the user, the keys and the agent of whoever runs it,
    and what begins with a dash would be an option of C(ssh).
author:
  - jumpserver.accounts contributors (@jumpserver)
options: {}
seealso:
  - plugin: jumpserver.accounts.backup_archive
    plugin_type: inventory
"""

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

REFUSAL = (
    "The backup has no account of this machine with a secret that a connection can use, or no address that is one; see the variables jumpserver_accounts and "
    "jumpserver_asset. SSH keys need ansible-core 2.19 or later and ANSIBLE_SSH_AGENT=auto.")


class Connection(ConnectionBase):
    """No connection."""

    transport = "jumpserver.accounts.backup_unusable"

    def _connect(self):
        raise AnsibleConnectionFailure(REFUSAL)

    def exec_command(self, cmd, in_data=None, sudoable=True):
        return self._connect()

    def put_file(self, in_path, out_path):
        return self._connect()

    def fetch_file(self, in_path, out_path):
        return self._connect()

    def close(self):
        """Nothing is open."""
