# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
name: backup_archive
short_description: The machines in a backup of JumpServer as hosts, to get in when JumpServer is gone
version_added: 1.1.0
description:
  - Opens a backup that an account backup plan delivered and makes a host of each asset in it, with address, user and password, so that Ansible gets in
    without JumpServer.
  - The variables that Ansible connects with hold no secret, but a lookup that finds it in the memory of this process when a connection is made. So
    C(ansible-inventory --list) shows none, and nothing decrypted is written anywhere. A task that prints C(ansible_password) prints it all the same.
  - The name of the configuration file must end in C(backup.yml), C(backup.yaml), C(backup_archive.yml) or C(backup_archive.yaml).
author:
  - jumpserver.accounts contributors (@jumpserver)
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [jumpserver.accounts.backup_archive]
  archives:
    description:
      - The file, or the two halves of one run. Each has C(path), relative to the configuration file, and C(password), which may be a template, such as a
        lookup of the environment or of a prompt, or an inline vault. A password in clear text does not belong here. C(holder), a name for records, says
        whose password it is.
      - Needed unless there is a O(folder).
    type: list
    elements: dict
  folder:
    description:
      - A folder of backups, with any folders in it, as a mailbox or a storage leaves them. The newest run of each plan is opened. Files are recognised
        by the names that JumpServer gave them, or to the workbook in them.
      - Several organizations may have plans of one name, and only what is inside tells them apart. So older runs are looked into, until 31 in a row
        were of organizations whose newest run is known. How many were not looked into, or did not open, is a warning.
    type: path
  keys:
    description:
      - For O(folder), whose passwords are tried. Each has C(holder), a name for records, and C(password), as in O(archives).
    type: list
    elements: dict
  index:
    description:
      - The file that M(jumpserver.accounts.backup_index) wrote. Backups of JumpServer 4.10.17 and later do not say which machines they are of,
        and older ones say no ports.
    type: path
  accounts:
    description:
      - Login names, the preferred one first. The first of them that an asset has is the one to connect as.
      - If it has none of them, it is a privileged account, and if there is none, the first by name. Accounts without a secret are not used.
    type: list
    elements: str
    default: []
  secrets:
    description:
      - Whether the variables of the hosts hold the secrets themselves. Then C(ansible-inventory --list) prints all of them.
    type: bool
    default: false
requirements:
  - pyzipper
  - openpyxl
notes:
  - Names and addresses come from the backup, so they are never evaluated, even if they look like templates.
  - "Hosts are called like their assets. Where two have the same name, or one is called like a group or like the controller, the id of the asset is the
    name of the host."
  - "Groups are C(jumpserver_TYPE), such as C(jumpserver_linux), and C(jumpserver_organization_NAME)."
  - "Each host has the variables C(jumpserver_asset) (C(id), C(name), C(address), C(type), C(organization), C(protocols)) and C(jumpserver_accounts), a list
    with C(username), C(secret_type), C(privileged), C(reference) and C(secret), which is a lookup too. C(jumpserver_backups) tells what was opened,
    C(jumpserver_backup_others) which files of the folder are not used, and why, and C(jumpserver_backup_index) where the index is."
  - "Connections are C(ssh) for hosts of type Linux, Unix, macOS and other, C(winrm) for Windows, and C(ansible.netcommon.network_cli) for network devices.
    For these, set C(ansible_network_os) yourself. Databases, clouds and websites get variables only, so that no database password is tried on an SSH
    server."
  - "An SSH key is handed to the connection by C(ansible_private_key), which needs ansible-core 2.19 and the setting E(ANSIBLE_SSH_AGENT=auto). With older
    ansible-core, and without that setting, an account with a password is chosen. Where there is none, the connection says so, and nobody's own key or
    agent gets in for it."
  - "A backup that cannot be opened is a warning, and Ansible goes on without its hosts. The setting E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) makes it
    fail."
seealso:
  - module: jumpserver.accounts.backup_archive_info
  - module: jumpserver.accounts.backup_index
"""

EXAMPLES = r"""
# breakglass.backup.yml, for: ansible -i breakglass.backup.yml jumpserver_linux -m ansible.builtin.ping
---
plugin: jumpserver.accounts.backup_archive
archives:
  - path: alice/halves-20261126-030000-1795633200.123456.zip
    password: "{{ lookup('ansible.builtin.env', 'PASSWORD_OF_ALICE') }}"
  - path: carol/halves-20261126-030000-1795633200.234567.zip
    password: "{{ lookup('ansible.builtin.env', 'PASSWORD_OF_CAROL') }}"
index: index.json
accounts: [root, admin]

# drill.backup.yml, for the playbook jumpserver.accounts.drill
#
#   plugin: jumpserver.accounts.backup_archive
#   folder: /srv/backups
#   keys:
#     - holder: alice
#       password: "{{ lookup('ansible.builtin.env', 'PASSWORD_OF_ALICE') }}"
#     - holder: the storage
#       password: "{{ lookup('ansible.builtin.env', 'ZIP_PASSWORD') }}"
#   index: /srv/backups/index.json
"""

import os
import re
from collections import Counter

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive, printable
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _opened

FILE_ENDINGS = ("backup.yml", "backup.yaml", "backup_archive.yml", "backup_archive.yaml")
# a name, or an address of either kind, which may have brackets around it, or a zone
ADDRESS = re.compile(r"\[([0-9A-Fa-f:.]+(?:%\w+)?)\]|(\w[\w.-]*|[0-9A-Fa-f:][0-9A-Fa-f:.]*(?:%[\w.-]+)?)")
# of files that are not used, in a warning; the variable has them all
MOST_NAMES = 20
RESERVED = ("all", "ungrouped", "localhost", "127.0.0.1", "::1")
SSH = "ssh"
WINRM = "winrm"
NETWORK_CLI = "ansible.netcommon.network_cli"
UNUSABLE = "jumpserver.accounts.backup_unusable"
CONNECTIONS = {
    **dict.fromkeys(("linux", "unix", "macos", "other"), SSH), "windows": WINRM,
    **dict.fromkeys(("general", "switch", "router", "firewall", "cisco", "huawei", "h3c", "juniper", "tp_link"), NETWORK_CLI),
}
# the protocol of JumpServer that a connection uses
PROTOCOLS = {SSH: "ssh", WINRM: "winrm", NETWORK_CLI: "ssh"}


class InventoryModule(BaseInventoryPlugin):
    """One host per asset."""

    NAME = "jumpserver.accounts.backup_archive"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(FILE_ENDINGS)

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path)
        config = self._read_config_data(path)
        failure = ""
        try:
            asked = _opened.source(path, config, self.templar)
            found = _opened.opened(asked)
            self._tell(asked, found)
            found.check(asked)
            assets = self._assets(found.proofs)
        except JumpServerError as error:
            failure = str(error)
        if failure:
            # out here, so that no exception whose frames hold passwords hangs on to it
            raise AnsibleParserError(failure)
        for name, accounts in named(assets).items():
            self._add(path, name, accounts)

    def _tell(self, asked, found):
        """What was opened and what was not, for the record of a drill; also where nothing was, and there is no host."""
        variables = {
            "jumpserver_backups": [_opened.shown(proof) for proof in found.proofs], "jumpserver_backup_others": [_opened.other(one) for one in found.others],
            "jumpserver_backup_index": asked.index and printable(asked.index)}
        for name, value in variables.items():
            self.inventory.set_variable("all", name, _opened.data(value))
        if found.others:
            told = [f"{printable(os.path.relpath(one.path, asked.folder))} ({one.fault.words})" for one in found.others[:MOST_NAMES]]
            more = ["..."] if len(told) < len(found.others) else []
            self.display.warning(f"{len(found.others)} files in {printable(asked.folder)} are not used: {'; '.join(told + more)}")

    def _assets(self, proofs):
        """Asset id to its accounts in all the backups; of an account that is in two, the newer one."""
        newest_first = sorted(proofs, key=lambda proof: -proof.date)
        archives = [proof.archive for proof in newest_first if proof.archive]
        accounts = {}
        for archive in archives:
            for account in archive.accounts:
                accounts.setdefault(account.key, account)
        found = {}
        for account in sorted(accounts.values(), key=lambda account: account.username):
            if account.asset_id:
                found.setdefault(account.asset_id, []).append(account)
        lost = sum(not account.asset_id for account in accounts.values())
        if not found:
            raise BadArchive("Cannot use the backup", _faults.NO_MACHINES)
        unpaired = sum(len(archive.unpaired) for archive in archives)
        if lost or unpaired:
            self.display.warning(
                f"There are {lost} accounts of which it cannot be told which machine they belong to, and {unpaired} that could not be put together.")
        for remark in remarks(proofs):
            self.display.warning(remark)
        return found

    def _add(self, path, name, accounts):
        host = self.inventory.add_host(_opened.data(name))
        first = accounts[0]
        kind = kind_of(first)
        variables = {
            "jumpserver_backup_source": _opened.data(path),
            "jumpserver_asset": _opened.data({
                "id": first.asset_id, "name": first.asset, "address": first.address, "type": kind, "organization": first.organization,
                "protocols": [protocol._asdict() for protocol in first.protocols]}),
            "jumpserver_accounts": [self._shown(account) for account in accounts],
            **self._connection(kind, accounts),
        }
        for variable, value in variables.items():
            self.inventory.set_variable(host, variable, value)
        for group in (kind, "organization_" + (first.organization or "")):
            self.inventory.add_child(self._group(group), host)

    def _group(self, name):
        """A group; the connection of a type is a variable of its group, so that C(group_vars) may choose another one."""
        group = self.inventory.add_group("jumpserver_" + re.sub(r"\W", "_", name))
        if name in CONNECTIONS:
            self.inventory.set_variable(group, "ansible_connection", CONNECTIONS[name])
        return group

    def _shown(self, account):
        return {
            "username": _opened.data(account.username), "secret_type": _opened.data(account.secret_type), "privileged": account.privileged,
            "reference": _opened.reference(account), "secret": self._secret(account),
        }

    def _secret(self, account, is_key=False):
        if not self.get_option("secrets"):
            return _opened.template(_opened.reference(account), is_key)
        return _opened.data(_opened.as_openssh(account.secret) if is_key else account.secret)

    def _connection(self, kind, accounts):
        """What Ansible connects with; nothing for what it cannot connect to."""
        connection = CONNECTIONS.get(kind)
        ports = {protocol.name: protocol.port for protocol in accounts[0].protocols}
        if kind == "windows" and "winrm" not in ports and "ssh" in ports:
            connection = SSH
        if connection is None or (ports and kind != "windows" and PROTOCOLS[connection] not in ports):
            return {}
        address = reachable(accounts[0].address)
        found = {"ansible_host": _opened.data(address)} if address else {}
        if connection != CONNECTIONS[kind]:
            found["ansible_connection"] = connection
        port = ports.get(PROTOCOLS[connection])
        if port:
            found["ansible_port"] = port
        if connection == WINRM and port:
            found["ansible_winrm_scheme"] = "https" if port == 5986 else "http"
        chosen = choose(accounts, self.get_option("accounts"), connection)
        if chosen is None or not address:
            found["ansible_connection"] = UNUSABLE
        else:
            is_key = chosen.secret_type == "ssh_key"
            found["ansible_user"] = _opened.data(chosen.username)
            found["ansible_private_key" if is_key else "ansible_password"] = self._secret(chosen, is_key)
        return found


def remarks(proofs):
    """What keeps the newest backups from being used, or from being known as such."""
    for proof in proofs:
        if proof.error:
            whose = f" of {', '.join(proof.organizations)}" if proof.organizations else ""
            yield f"The newest backup of plan {proof.plan!r}{whose} cannot be used. {proof.error}"
        elif not proof.newest:
            yield (
                f"The backup of plan {proof.plan!r} of {', '.join(proof.organizations) or 'an organization that is not told'} need not be the newest: "
                "a newer one of a plan of this name does not tell its organization. Give the key or the index that it needs.")
    for plan, unread in {proof.plan: proof.unread for proof in proofs if proof.unread}.items():
        yield (
            f"{unread} older backups of plans called {plan!r} told nothing, so an organization that has its newest among them is not here. "
            "Keep the backups of each organization in a folder of its own.")


def reachable(address):
    """The address as a connection takes it, empty if it is none: what begins with a dash would be an option of ssh, which may run any program."""
    found = ADDRESS.fullmatch(address or "")
    return found.group(1) or found.group(2) if found else ""


def kind_of(account):
    """The platform type. Where only the title of the sheet tells, it is that title, which is the same in every language for the common types."""
    return account.type or account.sheet.lower()


def choose(accounts, preferred, connection):
    """The account to connect as, or None."""
    kinds = ("password", "ssh_key") if connection == SSH and _opened.takes_private_keys() else ("password",)
    usable = [account for account in accounts if account.secret and account.username and account.secret_type in kinds]
    ranks = {name: rank for rank, name in enumerate(preferred or [])}
    return min(usable, key=lambda account: (ranks.get(account.username, len(ranks)), not account.privileged), default=None)


def named(assets):
    """Name of the host to its accounts."""
    times = Counter(accounts[0].asset for accounts in assets.values())

    def is_free(name):
        return name and times[name] == 1 and name not in RESERVED and not name.startswith("jumpserver_") and ".." not in re.split(r"[/\\]", name)

    return {accounts[0].asset if is_free(accounts[0].asset) else asset_id: accounts for asset_id, accounts in assets.items()}
