# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""limit and offset; without a usable limit the answer is a bare list, cut by the newest versions."""

from __future__ import annotations

from rest_framework.pagination import LimitOffsetPagination

from ..runtime import runtime


class Pagination(LimitOffsetPagination):
    default_limit = None

    @property
    def max_limit(self):
        return runtime.behaviour.page_cap


def cut(view, queryset):
    """The rows of a list without limit: the first 200 from 4.10.8 on, where the view is subject to that."""
    most = runtime.behaviour.rows_without_limit
    return queryset[:most] if most and getattr(view, "cut_without_limit", True) else queryset
