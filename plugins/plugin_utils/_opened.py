# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection: its names may change without notice.
"""Backups that are opened on the controller: their secrets stay in the memory of the process that opened them and of its workers."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, NamedTuple, Optional

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.jumpserver.accounts.plugins.module_utils import _packages
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import archive as _archive, comparison as _comparison, faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import folder as _folder, index as _index
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.archive import Archive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.layout import Account
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.dates import in_utc
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _files

try:  # ansible-core 2.19 and later evaluate nothing that is not marked as a template
    from ansible.template import trust_as_template
except ImportError:
    trust_as_template = str

OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----"
# source -> reference of an account -> its secret; filled by the inventory before Ansible forks its workers, so that each of them has it
_opened: dict[str, dict[str, str]] = {}
# source -> what came of its backups
_proofs: dict[str, list[_folder.Proof]] = {}


class Given(NamedTuple):
    """An archive that a configuration file names. ``holder``: who has its key, as far as that is said."""

    path: str
    password: Any
    holder: Optional[str]

    def __repr__(self) -> str:
        return f"Given({self.path})"


class Source(NamedTuple):
    """What a configuration file asks for: given archives, or the newest ones in a folder."""

    path: str
    archives: list
    index: Optional[str]
    folder: Optional[str]
    keys: list


def source(path: str, config: Mapping, templar: Any) -> Source:
    """The paths and passwords that a configuration names, or BadInput. Passwords are evaluated here, and nowhere kept."""
    archives = _entries(config, "archives", "path", {"path", "password", "holder"})
    keys = _entries(config, "keys", "holder", {"password", "holder"})
    if bool(archives) == bool(config.get("folder")):
        raise BadInput("Give either archives, or a folder and the keys that open what is in it.")
    base = os.path.dirname(os.path.abspath(path))

    def place(value: Any) -> str:
        return os.path.join(base, os.path.expanduser(str(_evaluated("path", value, templar))))

    def password(given: Mapping) -> Any:
        return _evaluated("password", given.get("password"), templar)

    return Source(
        path,
        [Given(place(given["path"]), password(given), str(given["holder"]) if given.get("holder") else None) for given in archives],
        place(config["index"]) if config.get("index") else None,
        place(config["folder"]) if config.get("folder") else None,
        [_folder.Key(str(given["holder"]), password(given)) for given in keys],
    )


def _entries(config: Mapping, name: str, naming: str, allowed: set[str]) -> list:
    found = config.get(name) or []
    if not isinstance(found, list) or not all(isinstance(given, Mapping) and set(given) <= allowed and given.get(naming) for given in found):
        raise BadInput(f"{name} must be a list of entries with {naming}, and the password if there is one.")
    return found


def _evaluated(name: str, value: Any, templar: Any) -> Any:
    """A value of the file, evaluated if it is a template, decrypted if it is an inline vault. What is no text is left for others to refuse."""
    try:
        if isinstance(value, str) and templar.is_template(value):
            return templar.template(value)
        return value if value is None or isinstance(value, (str, int, float, list, dict)) else str(value)
    except AnsibleError:
        # its text may quote what it could not evaluate
        raise BadInput(f"The {name} of an archive cannot be evaluated, or not be decrypted.") from None


class Opened(NamedTuple):
    """What came of the backups of a source. ``others``: the files of its folder that are none, and why."""

    proofs: list[_folder.Proof]
    others: list[_folder.Other]

    def check(self, asked: Source) -> None:
        """A JumpServerError if none of them can be used."""
        if not self.proofs:
            raise BadArchive(f"Cannot use the folder {asked.folder}", _faults.NO_BACKUP)
        if not any(proof.archive for proof in self.proofs):
            raise BadInput(" ".join(proof.error for proof in self.proofs))


def opened(asked: Source) -> Opened:
    """The backups, with the index where there is one; their secrets are remembered."""
    _packages.require_those_of_archives()
    complete = _index.namer(_index.read(asked.index)) if asked.index else _folder.as_it_is
    others: list[_folder.Other] = []
    if asked.folder:
        contents = _folder.look(asked.folder)
        own = {os.path.realpath(path) for path in (asked.path, asked.index) if path}
        others = [other for other in contents.others if os.path.realpath(other.path) not in own]
        proofs = [proof for plan, runs in contents.runs.items() for proof in _folder.prove(plan, runs, asked.keys, complete)]
    else:
        proofs = [_given(asked, complete)]
    # of an account that is in two backups, the newer secret stays
    usable = [proof for proof in sorted(proofs, key=lambda proof: proof.date) if proof.archive]
    _opened[asked.path] = {reference(account): account.secret for proof in usable for account in proof.archive.accounts}
    _proofs[asked.path] = proofs
    return Opened(proofs, others)


def _given(asked: Source, complete: _folder.Complete) -> _folder.Proof:
    begun = time.monotonic()
    paths = [given.path for given in asked.archives]
    found: list[Archive] = []
    archive, error = None, ""
    try:
        _archive.check_number(asked.archives)
        found += [_archive.read(given.path, given.password) for given in asked.archives]
        archive = complete(_archive.together(found, paths))
        if archive.part in _archive.OTHER_HALF:
            raise BadArchive(f"Cannot use the backup {paths[0]}", _faults.HALF_ALONE.of(half=archive.part, other=_archive.OTHER_HALF[archive.part]))
    except BadArchive as failed:
        archive, error = None, str(failed)
    files = [
        _folder.File(given.path, _folder.sha256(given.path), given.holder if one and one.encrypted else None, one.part if one else None)
        for given, one in zip_longest(asked.archives, found[:len(asked.archives)])]
    plan, date = (found[0].plan, found[0].date) if found else _archive.plan_and_time(*paths)
    return _folder.Proof(plan or "", date or 0, archive, files, time.monotonic() - begun, error, archive.organizations if archive else ())


def shown(proof: _folder.Proof) -> dict:
    """What came of a backup, for a record: numbers and names, and no secret."""
    archive = proof.archive
    found = {
        "plan": proof.plan, "date": in_utc(proof.date) if proof.date else None, "error": proof.error, "seconds": round(proof.seconds, 3),
        "organizations": list(proof.organizations), "newest": proof.newest, "unread": proof.unread,
        "files": [dict(file._asdict(), **_place(file.path)) for file in proof.files],
    }
    if archive is not None:
        found.update(
            part=archive.part, encrypted=archive.encrypted, names_machines=archive.names_machines, accounts=len(archive.accounts), by_type=archive.by_type,
            by_organization=archive.by_organization, without_secret=len(archive.without_secret), unpaired=len(archive.unpaired))
    return found


def other(found: _folder.Other) -> dict:
    """A file that is not used, for a record."""
    return dict(_place(found.path), reason=found.fault.text)


def _place(path: str) -> dict[str, str]:
    path = _faults.printable(os.path.abspath(path))
    return {"path": os.path.basename(path), "folder": os.path.dirname(path)}


def compared(path: Optional[str], server: str, plans: list, loader: Any, templar: Any) -> list[dict]:
    """The backups of a configuration beside the index ``server``, which was written just now, and the plans that the server has."""
    if not path:
        raise BadInput("No backup is open. The lookup works for hosts of an inventory of jumpserver.accounts.backup_archive.")
    if path not in _proofs:
        _again(path, loader, templar)
    known = _index.read(server)
    return [
        row for proof in _proofs[path] if proof.archive for row in _comparison.rows([proof.archive], known, plans)
        if row["organization"] in proof.organizations]


def reference(account: Account) -> str:
    """Stands for an account where a template must hold nothing that comes from a backup."""
    return hashlib.sha256("\n".join(map(str, account.key)).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def secret(path: Optional[str], wanted: str, loader: Any, templar: Any) -> str:
    """The secret of an account; the backup is opened again if this process never did."""
    for known in [_opened.get(path or "", {}), *_opened.values()]:
        if wanted in known:
            return known[wanted]
    if not path:
        raise BadInput("No backup is open. The lookup works for hosts of an inventory of jumpserver.accounts.backup_archive.")
    _again(path, loader, templar)
    if wanted not in _opened[path]:
        raise BadInput(f"The backup of {path} has no such account any more.")
    return _opened[path][wanted]


def _again(path: str, loader: Any, templar: Any) -> None:
    asked = source(path, _files.load(loader, path), templar)
    opened(asked).check(asked)


def template(wanted: str, is_key: bool = False) -> Any:
    """What a host's variable holds in place of a secret."""
    return trust_as_template(f"{{{{ lookup('jumpserver.accounts.backup_secret', '{wanted}'{', openssh=true' if is_key else ''}) }}}}")


def as_openssh(secret: str) -> str:
    """A private key in the format of OpenSSH, the only one that Ansible hands to an agent; JumpServer makes keys in an older one.

    What cannot be converted, such as a key with a passphrase, stays as it is, and Ansible says what it lacks.
    """
    if OPENSSH in secret:
        return secret
    # ansible-core needs this package itself
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization

    try:
        key = serialization.load_pem_private_key(secret.strip().encode("utf-8"), None)
        return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()).decode("ascii")
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return secret


def takes_private_keys() -> bool:
    """Whether a connection can use a key that is not in a file: ansible-core 2.19 and later hand it to an agent of their own, if that is allowed."""
    return trust_as_template is not str and C.config.get_config_value("SSH_AGENT") != "none"


def data(value: Any) -> Any:
    """Something from a backup, which is never a template."""
    return wrap_var(value)
