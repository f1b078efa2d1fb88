# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator answers as the real servers did: every tape is replayed, every exchange that differs must be listed."""
from __future__ import annotations

import dataclasses

import pytest

from tests.contract import listed, replay, tapes

LEAST = 0.97


@dataclasses.dataclass(frozen=True)
class Replayed:
    """A replayed tape beside the list of what may differ in it."""

    version: str
    results: list[replay.Result]
    listed: dict[int, listed.Entry]

    @property
    def different(self) -> dict[int, replay.Result]:
        """The exchanges that differ, by their place on the tape."""
        return {result.exchange.sequence: result for result in self.results if result.differences}

    @property
    def score(self) -> float:
        """The part that is equal, of the exchanges that can be replayed."""
        unplayable = {sequence for sequence, entry in self.listed.items() if entry.origin == "recording"}
        counted = [result for result in self.results if not result.skipped and result.exchange.sequence not in unplayable]
        return sum(not result.differences for result in counted) / len(counted)


@pytest.fixture(scope="module", params=tapes.versions())
def replayed(request: pytest.FixtureRequest) -> Replayed:
    """Each version in turn, replayed once for all tests below."""
    version = request.param
    return Replayed(version, replay.replay(version), listed.load(version))


def test_scores_are_high(replayed: Replayed, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\n%s\nof those that can be replayed: %.1f%%" % (replay.score_table(replayed.version, replayed.results), 100 * replayed.score))
    assert replayed.score >= LEAST


def test_every_difference_is_listed(replayed: Replayed) -> None:
    new = [result for sequence, result in replayed.different.items() if sequence not in replayed.listed]
    assert not new, "\n".join(
        "%d %s\n  %s" % (result.exchange.sequence, result.exchange.tag, "\n  ".join(result.differences)) for result in new
    )


def test_every_listed_difference_is_needed(replayed: Replayed) -> None:
    tags = {result.exchange.sequence: result.exchange.tag for result in replayed.results}
    needless = [entry for sequence, entry in replayed.listed.items() if sequence not in replayed.different or tags[sequence] != entry.tag]
    assert not needless, "no longer different, or not at this place: %s" % ", ".join(map(str, needless))


def test_there_is_a_tape_of_each_recorded_version() -> None:
    assert tapes.versions()
