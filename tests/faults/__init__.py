# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault campaign: modules, a proxy that plays faults, a JumpServer, and a checker that compares what was reported with what happened.

``python -m tests.faults`` runs it; ``python -m tests.faults --seed N`` plays one history again.
"""

from __future__ import annotations

from tests.conftest import COLLECTIONS  # from here on Python and Ansible know the collection

__all__ = ["COLLECTIONS"]
