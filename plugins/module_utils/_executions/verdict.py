# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Facts of a finished run to a verdict. Pure: `evidence` gathers, this judges.

JumpServer reports many runs as a success that delivered nothing, so the verdict is separate from the status. Each of its parts is True, False or
None, and nothing is said that the facts do not prove.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Optional


class Proof(NamedTuple):
    """What servers of some versions prove by what they report.

    ``accepted``: whether a success means that the mail server took each mail that was sent; ``doubt`` says why not. ``whole_failure``: whether a
    failed run reached nobody. ``accounts``: who counts them, ``run`` or ``list``. ``passwords``: whether a run tells who can open an archive.
    """

    versions: str
    dialect: str
    accepted: bool
    doubt: str
    whole_failure: bool
    accounts: str
    passwords: bool


# the newest first; 4.8.0 to 4.10.7 are told from later ones by OPTIONS, nothing tells the versions within the third row apart
PROOFS = (
    Proof("4.10.8 and later", "v4.8", True, "", False, "run", False),
    Proof("4.8.0 to 4.10.7", "v4.8", False, "JumpServer 4.8.0 to 4.10.7 reports every finished run as a success", False, "run", False),
    Proof(
        "3.9 to 4.7", "v3.9", False,
        "up to 3.10.21, and from 4.0 to 4.7, JumpServer reports a success even where the mail server refused the mail, and this one does not tell its "
        "version", False, "list", True),
    Proof("3.6 to 3.8", "v3.6", False, "this JumpServer reports a success even where the mail server refused the mail", True, "list", True),
    Proof("3.0 to 3.5", "v3.0", False, "this JumpServer reports a success even where the mail server refused the mail", True, "list", True),
)
UNTOLD_UPLOAD = "JumpServer reports a success, but does not tell whether the upload was stored"


def proof_of(dialect: str, reports_failures: Optional[bool] = None) -> Proof:
    """The row of PROOFS for a server. ``reports_failures``: what OPTIONS told, None where it was not asked: then the weaker row holds."""
    rows = [proof for proof in PROOFS if proof.dialect == dialect]
    return rows[0] if reports_failures else rows[-1]


class Receiver(NamedTuple):
    """A recipient or a storage. ``opens``: whether what it receives can be opened. ``fits``: false for a storage that receives no backups."""

    id: str
    name: str
    opens: Optional[bool] = None
    fits: bool = True


class Evidence(NamedTuple):
    """What is known of a finished run.

    ``parts``: both groups of receivers. ``obstacles``: what the plan itself says against a delivery. ``known_plan``: whether receivers and obstacles
    are surely those that the run had. ``accounts``: their number, None where unknown; where a list was counted, ``recent`` says whether that was so
    shortly after the run that it holds for the run. ``failed``: whether JumpServer says so, ``reason``: what it says.
    """

    proof: Proof
    by_mail: bool = True
    parts: tuple[tuple[Receiver, ...], tuple[Receiver, ...]] = ((), ())
    obstacles: tuple[str, ...] = ()
    known_plan: bool = True
    accounts: Optional[int] = None
    recent: bool = True
    failed: bool = False
    reason: Optional[str] = None
    encrypted: Optional[bool] = None

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        return self.parts[0] + self.parts[1]

    @property
    def divided(self) -> bool:
        return all(self.parts)

    @property
    def empty(self) -> bool:
        """Whether it is proved that there was nothing to send."""
        return self.accounts == 0 and (self.proof.accounts == "run" or self.recent)

    @property
    def failed_for_all(self) -> bool:
        """Whether a failure proves that nobody can make anything of what arrived.

        Someone was refused, but the others got theirs (measured on 3.10.23 and 4.10.19): with several receivers of one part nobody knows who. With
        one receiver in each part, one half at least is missing.
        """
        return self.failed and (self.proof.whole_failure or (self.known_plan and all(len(part) <= 1 for part in self.parts)))

    @property
    def closed_parts(self) -> list[int]:
        """The numbers of the parts that surely nobody can open."""
        return [
            number for number, part in enumerate(self.parts, 1)
            if part and self.known_plan and all(receiver.opens is False or not receiver.fits for receiver in part)]


class Reason(NamedTuple):
    """A sentence without a full stop. ``quiet``: it stands in the verdict, and is no reason for a warning at every run."""

    text: str
    quiet: bool = False


class Verdict(NamedTuple):
    """``delivered``: True if all else is proved, False if nobody can have received anything that can be read, None where neither is known.

    ``accepted``: whether every mail server and storage took what it was sent. ``readable``: whether every receiver can open theirs. ``accounts``: how
    many were packed. ``recipients``: what is known of each.
    """

    delivered: Optional[bool] = None
    accepted: Optional[bool] = None
    readable: Optional[bool] = None
    accounts: Optional[int] = None
    recipients: tuple[dict, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def value(self) -> dict:
        """As a module returns it."""
        return dict(self._asdict(), recipients=list(self.recipients), reasons=[reason.text for reason in self.reasons])

    @property
    def loud(self) -> list[str]:
        """The reasons that are worth a warning."""
        return [reason.text for reason in self.reasons if not reason.quiet]


def open_verdict(*reasons: str, delivered: Optional[bool] = None) -> Verdict:
    """The Verdict where there is no finished run to judge."""
    return Verdict(delivered=delivered, reasons=tuple(map(Reason, reasons)))


def judge(evidence: Evidence) -> Verdict:
    """The Verdict on a finished run."""
    accepted, readable = _accepted(evidence), _readable(evidence)
    blocked = bool(evidence.obstacles) and evidence.known_plan
    delivered: Optional[bool] = None
    if evidence.empty or blocked or evidence.failed_for_all or evidence.closed_parts:
        delivered = False
    elif accepted and readable and evidence.accounts:
        delivered = True
    return Verdict(
        delivered, accepted, readable, evidence.accounts,
        tuple(_recipient(evidence, receiver, number) for number, part in enumerate(evidence.parts, 1) for receiver in part),
        tuple(_reasons(evidence, delivered, accepted)))


def _accepted(evidence: Evidence) -> Optional[bool]:
    if evidence.failed or evidence.empty or (evidence.known_plan and (evidence.obstacles or not all(receiver.fits for receiver in evidence.receivers))):
        return False
    return True if evidence.by_mail and evidence.proof.accepted else None


def _readable(evidence: Evidence) -> Optional[bool]:
    if not evidence.receivers or not evidence.known_plan:
        return None
    answers = {receiver.opens for receiver in evidence.receivers}
    return False if False in answers else None if None in answers else True


def _recipient(evidence: Evidence, receiver: Receiver, number: int) -> dict:
    refused = evidence.empty or not receiver.fits or (evidence.failed and (evidence.proof.whole_failure or len(evidence.receivers) == 1))
    accepted = None if not evidence.known_plan else False if refused else True if _accepted(evidence) else None
    return {"name": receiver.name, "part": number if evidence.divided else None, "accepted": accepted, "readable": receiver.opens}


def _reasons(evidence: Evidence, delivered: Optional[bool], accepted: Optional[bool]) -> Iterator[Reason]:
    if evidence.failed:
        yield Reason("JumpServer reports that the run failed" + (f": {evidence.reason}" if evidence.reason else ", without a reason; see the server's log"))
        if not evidence.failed_for_all and len(evidence.receivers) > 1:
            yield Reason(f"which of {_names(evidence.receivers)} received theirs all the same is not told")
    for obstacle in evidence.obstacles:
        yield Reason(obstacle if evidence.known_plan else f"of the plan as it is now: {obstacle}")
    yield from _about_accounts(evidence)
    if not evidence.empty:
        yield from _about_opening(evidence)
    if delivered is not False and not evidence.failed and accepted is None:
        yield Reason(evidence.proof.doubt or "whether each mail was accepted is not known" if evidence.by_mail else UNTOLD_UPLOAD)
    if not evidence.known_plan:
        yield Reason("JumpServer 4.8 and later keep no copy of what a run ran with, and the plan was changed since; it was judged as it is now", quiet=True)


def _about_accounts(evidence: Evidence) -> Iterator[Reason]:
    by_list = evidence.proof.accounts == "list"
    if evidence.accounts is None:
        # a failed run and an unknown number are told by the failure
        yield Reason("how many accounts the run packed is not known", quiet=evidence.failed or by_list)
    elif evidence.empty:
        yield Reason("no account of the organization has one of the plan's types, so nothing was sent" if by_list else
                     "the run packed no account, so nothing was sent")
    elif by_list and not evidence.accounts:
        yield Reason("no account of the organization has one of the plan's types now; how many had when it ran is not told")
    elif by_list:
        yield Reason(f"accounts were counted in the organization and not by the run: {evidence.accounts} have the plan's types now", quiet=True)


def _about_opening(evidence: Evidence) -> Iterator[Reason]:
    unfit = [receiver for receiver in evidence.receivers if not receiver.fits]
    if unfit and len(unfit) < len(evidence.receivers):
        yield Reason(f"{_names(unfit)} is not of type sftp and receives no backups")
    if not evidence.by_mail:
        if evidence.encrypted is False:
            yield Reason("the archives have no ZIP password: whoever gets at them reads every secret")
        else:
            yield Reason("whether somebody knows the ZIP password of the archives is not known", quiet=True)
        return
    for receiver in evidence.receivers:
        if receiver.opens is False:
            yield Reason(f"{receiver.name} got a mail without the backup, having no file encryption password")
    for number in evidence.closed_parts if evidence.divided else ():
        yield Reason(f"nobody can open part {'one' if number == 1 else 'two'}, so no secret can be put together")
    unknown = [receiver for receiver in evidence.receivers if receiver.opens is None]
    if unknown:
        yield Reason(
            f"JumpServer does not tell whether {_names(unknown)} can open the archive; name those who can in readable_by, or prove it by a drill", quiet=True)


def _names(receivers: Iterable[Receiver]) -> str:
    return ", ".join(receiver.name for receiver in receivers)
