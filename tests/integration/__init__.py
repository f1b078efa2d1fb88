# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Integration tests: real playbooks, and the real modules in volume, over HTTP against the simulator, for each JumpServer version.

`ANSIBLE_BIN` names the folder of the `ansible-playbook` that is driven (by default that of the running Python), and
`--jumpserver 3.5,4.10` or `JUMPSERVER_VERSIONS` the versions that are played (by default 3.5, 3.8, 3.10 and 4.10).
"""
