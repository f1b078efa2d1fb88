# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The outer file: a ZIP with one workbook in it, opened in memory and within bounds, since anyone may have put it there.

Facts: JumpServer encrypts by WinZip AES and compresses by LZMA, which Python's own zipfile cannot open; a plan without a ZIP password makes a plain
ZIP. AES comes with an HMAC, so a damaged or forged content is found. A plain ZIP has only a CRC, which finds damage and no forgery.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from typing import IO, Any, NamedTuple, Optional

from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults
from ansible_collections.jumpserver.accounts.plugins.module_utils._archives.faults import BadArchive, Fault

# 100,000 accounts make a workbook of about 12 MB, with SSH keys some hundred
LARGEST_WORKBOOK = 512 * 1024 * 1024
# LZMA may swell a piece to some 7000 times its size before it can be stopped
PIECE = 4096
KNOWN_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)
FLAG_ENCRYPTED = 0x1


class Workbook(NamedTuple):
    """What was in the ZIP: the workbook's name and its bytes, which never touch a disk."""

    name: str
    data: IO[bytes]
    encrypted: bool


def open_archive(path: str | os.PathLike, password: Any = None) -> Workbook:
    """The workbook in the file at ``path``, or BadArchive. ``password``: None or "" for a plain ZIP."""
    doing = f"Cannot open the backup {path}"
    if password is not None and not isinstance(password, str):
        raise BadArchive(doing, _faults.PASSWORD_NO_TEXT)
    # raised out here, so that no exception of a library, whose frames hold password and content, hangs on to it
    found = _attempt(path, password)
    if isinstance(found, Fault):
        raise BadArchive(doing, found)
    return found


def _attempt(path: str | os.PathLike, password: Optional[str]) -> Workbook | Fault:
    """The workbook, or what is wrong."""
    import pyzipper

    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return _faults.NO_FILE
        with open(path, "rb") as source:
            return _unzipped(pyzipper, source, password)
    except OSError as error:
        return _faults.unreadable(error)
    except ValueError:  # a NUL in the path
        return _faults.NO_NAME


def _unzipped(pyzipper: Any, source: IO[bytes], password: Optional[str]) -> Workbook | Fault:
    begin = source.read(4)
    whole = _faults.CUT_OFF if begin == b"PK\x03\x04" else _faults.NO_ZIP if begin else _faults.EMPTY_FILE
    try:
        with pyzipper.AESZipFile(source) as archive:
            members = archive.infolist()
            unsuitable = _unsuitable(members, password)
            if unsuitable:
                return unsuitable
            if password:
                archive.setpassword(password.encode("utf-8", "surrogateescape"))
            encrypted = bool(members[0].flag_bits & FLAG_ENCRYPTED)
            if encrypted:
                whole = _faults.CUT_OFF_OR_PASSWORD
            with archive.open(members[0]) as member:
                return Workbook(members[0].filename, _within_bounds(member, members[0].file_size), encrypted)
    except RuntimeError as error:
        # the check value of the password; one of 65536 wrong passwords passes it and fails later
        return _faults.PASSWORD_WRONG if "password" in str(error) else whole
    except Exception:  # whatever a library says to a file that somebody damaged or made up
        return whole


def _unsuitable(members: list, password: Optional[str]) -> Optional[Fault]:
    """Why this is no backup of JumpServer, None if it may be one."""
    if len(members) != 1 or not members[0].filename.lower().endswith(".xlsx") or stat.S_ISLNK(members[0].external_attr >> 16):
        return _faults.OTHER_CONTENT
    member = members[0]
    encrypted = member.flag_bits & FLAG_ENCRYPTED
    if member.compress_type not in KNOWN_COMPRESSION or (encrypted and member.wz_aes_version is None):
        return _faults.OTHER_PACKING
    if member.file_size > LARGEST_WORKBOOK:
        return _faults.TOO_LARGE.of(size=member.file_size, most=LARGEST_WORKBOOK)
    if encrypted and not password:
        return _faults.PASSWORD_NEEDED
    return None


def _within_bounds(member: IO[bytes], size: int) -> IO[bytes]:
    """The content, read in small pieces to its very end, where the HMAC is compared. No more than the announced size comes out."""
    data = io.BytesIO()
    for piece in iter(lambda: member.read(PIECE), b""):
        data.write(piece)
    if data.tell() != size:
        raise zipfile.BadZipFile
    data.seek(0)
    return data
