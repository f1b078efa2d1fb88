# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What can be wrong with a file that is to get one in, and what to do about it. The table of the guide `break-glass.md` is made of these."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import JumpServerError


class Fault(NamedTuple):
    """``words``: what is wrong; ``advice``: what to do. Names in braces are filled in by `of`."""

    words: str
    advice: str

    def of(self, **values: Any) -> Fault:
        """The same with values in it."""
        return Fault(self.words.format(**values), self.advice.format(**values))

    @property
    def text(self) -> str:
        """Both, as two sentences."""
        return f"{self.words}. {self.advice}."


class BadArchive(JumpServerError):
    """A file that cannot be opened, or is not what it should be; the text names the file and no content of it."""

    def __init__(self, doing: str, fault: Fault) -> None:
        self.reason = printable(f"{doing}: {fault.words}.")
        super().__init__(printable(f"{doing}: {fault.text}"))


def printable(path: str | os.PathLike) -> str:
    """A path as text that can be written down: a mail program may have named a file in another code than that of this system."""
    return os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def unreadable(error: OSError) -> Fault:
    """What the system says of a file that it does not give."""
    return UNREADABLE.of(reason=error.strerror or type(error).__name__)


# advice that fits several
ONCE_MORE = "Get it once more from the mail or the storage"
OTHER_COPY = f"{ONCE_MORE}, or take the copy of another recipient"
BOTH_HALVES = "Give the front and the back half of one run"

# the file as a whole
UNREADABLE = Fault("{reason}", "Check the path, and that the user who runs this may read the file")
NO_NAME = Fault("no file can have such a name", "Check the path")
NO_FILE = Fault("it is no file", "Give the path of the ZIP file itself")
EMPTY_FILE = Fault("it is empty, so it is no ZIP file", ONCE_MORE)
NO_ZIP = Fault("it is no ZIP file", "Give the file that JumpServer delivered, as it came")
CUT_OFF = Fault("it is damaged or was cut off", OTHER_COPY)
OTHER_CONTENT = Fault(
    "it is no backup of JumpServer, which is a ZIP file with one workbook in it", "Give the file as it came, neither unpacked nor packed anew")
OTHER_PACKING = Fault("it is packed in a way that JumpServer does not use", "Give the file as it came, not packed anew")
TOO_LARGE = Fault(
    "its workbook has {size} bytes, more than the {most} that are read", "Find out where it comes from; if it is a backup all the same, unpack it by 7-Zip")

# passwords
PASSWORD_NO_TEXT = Fault("its password must be text: put it in quotes", "YAML changes numbers, dates and words like yes that have none")
PASSWORD_NEEDED = Fault(
    "it is encrypted, so its password is needed", "Give the file encryption password of whom it was mailed to, or the plan's ZIP password")
PASSWORD_WRONG = Fault(
    "the password is wrong",
    "Give the one of the day when the file was made: the file encryption password of whom it was mailed to, or the plan's ZIP password")
CUT_OFF_OR_PASSWORD = Fault(
    "it is damaged or was cut off, or its password is another one", "Try the password of the day when it was made, then get the file once more")

# the workbook
NO_WORKBOOK = Fault("there is no readable workbook in it", OTHER_COPY)
SHEET_DAMAGED = Fault("the sheet {title!r} is damaged", OTHER_COPY)
SHEET_CHANGED = Fault(
    "the sheet {title!r} does not hold accounts as JumpServer writes them", "Give the file as it came: a spreadsheet program that saves it changes it")
NO_ACCOUNT = Fault("there is no account in it, so it is no backup of JumpServer", "Give the file as it came")

# halves
NOT_HALVES = Fault("{parts}", BOTH_HALVES)
OTHER_PLAN = Fault("they are of different plans, {one!r} and {other!r}", BOTH_HALVES)
OTHER_RUN = Fault("they are of different runs, {one} and {other}", BOTH_HALVES)
OTHER_ACCOUNTS = Fault("they have no account in common, so they are not of one run", BOTH_HALVES)
OTHER_NUMBER = Fault("a backup is one file, or two halves, not {number} files", "Give one, or the front and the back half of one run")
HALF_ALONE = Fault("it is the {half} half of a backup, so no secret in it can be used", "Give the {other} half of the same run too")
HALF_LACKS = Fault("{path}", "Put the {other} half of the same run beside it, and give its key")

# folders
NO_FOLDER = Fault("there is no such folder", "Check the path")
FULL_FOLDER = Fault("there are more than {most} files in it", "Give a folder with backups only")
NO_BACKUP = Fault("there is no backup in it", "Give the folder that the backups are in, under the names that they came with")

OTHER_NAME = Fault("its name does not end in .zip", "If it is a backup that was not fetched whole, get it once more")
OTHER_ORIGIN = Fault("neither it nor a workbook in it is named as JumpServer names them", "If it is a backup, get it once more, or name it in archives")
LINK = Fault("it is a link to a folder, which is not followed", "Give that folder in an inventory of its own")

# companions
NO_MACHINES = Fault("it does not say which machines its secrets belong to", "Give the index that backup_index wrote")
NO_DOCUMENT = Fault("there is no such file", "Check the path; {writer} writes such files")
NO_DOCUMENT_BUT = Fault("it is no file", "Give the path of the file itself")
LARGE_DOCUMENT = Fault("it is larger than {most} bytes", "Give the file that {writer} wrote")
OTHER_DOCUMENT = Fault("it is damaged, or no {name}", "Give the file as {writer} wrote it, or have it written anew")
DAMAGED_DOCUMENT = Fault("it is damaged", "Give the file as {writer} wrote it, or have it written anew")
OTHER_WRITER = Fault("it was not written by {writer}", "Give the file that it wrote")
OTHER_VERSION = Fault("it is of version {version!r}, and this collection reads version {read}", "Use the release of the collection that wrote it")
NOT_WRITTEN = Fault("{reason}", "Check that the folder is there, and that the user who runs this may write into it")
NO_RECORD = Fault("no file in it is called {files}", "Give the folder that the role backup_drill writes its records to")
