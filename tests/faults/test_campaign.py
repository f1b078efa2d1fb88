# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short form of the campaign: the same histories each time, some of each kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.faults import __main__ as campaign
from tests.faults import histories
from tests.faults.campaign import Campaign
from tests.faults.proxy import KINDS

SEEDS = range(1, 61)
OPTION_SETS = 600


def test_a_seed_is_one_history():
    assert [histories.of(seed) for seed in SEEDS] == [histories.of(seed) for seed in SEEDS]
    met = {fault.kind for seed in SEEDS for controller in histories.of(seed).controllers for fault in controller.faults}
    assert met == set(KINDS)


def test_no_promise_is_broken():
    """Histories, option sets and canaries beside each other, as most of the time goes in waiting."""
    with ThreadPoolExecutor(2) as pool:
        sets = pool.submit(campaign.option_sets, 1, OPTION_SETS, 1)
        leaks = pool.submit(campaign.canary_runs, 1, 1)
        sums = Campaign(SEEDS, 6).run()
        (counted, wrong), (searched, found, _faults) = sets.result(), leaks.result()
    assert sums.violations == []
    assert sums.injected > len(SEEDS) and sum(sums.histories.values()) == len(SEEDS) and sums.killed and sums.together
    assert wrong == [] and counted["sets"] == OPTION_SETS and 0 < counted["succeeded"] < OPTION_SETS
    assert found == [] and all(searched[place] for place in ("screen", "job events", "files of asynchronous jobs", "arguments of processes"))
