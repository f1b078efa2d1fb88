# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Files that are replaced at once and as a whole: whoever reads one meanwhile finds the old or the new content, never a part."""

from __future__ import annotations

import errno
import os
import stat
import tempfile


def replace(path: str | os.PathLike, content: bytes, mode: int) -> None:
    """Put ``content`` at ``path``, or OSError. Whoever could read the file before still can; ``mode`` is for one that was not there.

    A link stays a link, and leads to the new content. A device or a pipe stays what it is, too: as root /dev/null would become a file for all.
    """
    place = os.path.realpath(path)
    if is_special(place):
        raise OSError(errno.EINVAL, "It is no file")
    handle, temporary = tempfile.mkstemp(prefix=".new-", dir=os.path.dirname(place))
    try:
        with open(handle, "wb") as target:
            target.write(content)
        _take_after(place, temporary, mode)
        os.replace(temporary, place)
    except BaseException:
        os.unlink(temporary)
        raise


def is_special(path: str | os.PathLike) -> bool:
    """Whether something is there that is no file, such as a folder, a device or a pipe. Reading some of these waits for ever."""
    return os.path.exists(path) and not os.path.isfile(path)


def _take_after(old: str, new: str, mode: int) -> None:
    """Give the new file the group and the mode of the old one."""
    try:
        before = os.stat(old)
    except FileNotFoundError:
        os.chmod(new, mode)
        return
    kept = stat.S_IMODE(before.st_mode) & 0o777
    if os.stat(new).st_gid != before.st_gid:
        try:
            os.chown(new, -1, before.st_gid)
        except PermissionError:
            # only members can give a file to a group, and another group was not meant
            kept &= ~stat.S_IRWXG
    os.chmod(new, kept)
