# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated examples are the same in each run, so that a failure is never a matter of luck.

To look for new ones: `pytest tests/unit --hypothesis-profile=explore`.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unit", derandomize=True, database=None, deadline=None, max_examples=60)
settings.register_profile("explore", settings.get_profile("unit"), derandomize=False, max_examples=5000)
settings.load_profile("unit")
