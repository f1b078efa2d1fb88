# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast an estate of backup plans converges, beside the least that could know the answer and beside the usual loops.

    python -m tests.benchmark [--quick] [--output FOLDER] [--publish]

Run from the repository root with a Python that has an ansible-core, the requirements of the simulator and those of this folder;
``make benchmark`` sees to that. Everything is measured as whole processes, by the clock on the wall, against the simulator, which is
told to take as long as a real server does. Ratios matter, seconds depend on the machine.
"""
