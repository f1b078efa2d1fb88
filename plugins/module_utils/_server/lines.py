# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""Connections that can be cut while a thread waits on them. In the worker of Ansible, no end of a process does that for a task that has ended."""

from __future__ import annotations

import contextlib
import socket
import weakref
from typing import Any

try:
    from requests import adapters
    Adapter: Any = adapters.HTTPAdapter
except ImportError:
    # without requests nothing is sent
    Adapter = object


class Lines(Adapter):
    """The connections of one session. After `cut` none of them brings anything, and no new one comes about."""

    def __init__(self) -> None:
        self._opened: weakref.WeakSet = weakref.WeakSet()
        self._is_cut = False
        # whether the newest connection has not come about yet, its TLS included, or never will
        self.connecting = False
        super().__init__()

    def cut(self) -> None:
        self._is_cut = True
        for connection in list(self._opened):
            _hang_up(connection)

    def note(self, connection: Any) -> None:
        """A connection came about, maybe too late."""
        self._opened.add(connection)
        if self._is_cut:
            _hang_up(connection)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        _watch(self.poolmanager, self)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        _watch(manager, self)
        return manager


def _hang_up(connection: Any) -> None:
    line = getattr(connection, "sock", None)
    if line is not None:
        with contextlib.suppress(OSError):
            # TLS within the TLS of a proxy is no socket, but has one
            getattr(line, "socket", line).shutdown(socket.SHUT_RDWR)


def _watch(manager: Any, lines: Lines) -> None:
    """Have the pools of a manager make connections that are noted."""
    manager.pool_classes_by_scheme = {
        scheme: type(pool.__name__, (pool,), {"ConnectionCls": _noted(pool.ConnectionCls, lines)}) for scheme, pool in manager.pool_classes_by_scheme.items()}


def _noted(connection_class: Any, lines: Lines) -> Any:
    class Noted(connection_class):
        def connect(self) -> None:
            lines.connecting = True
            super().connect()
            lines.connecting = False
            lines.note(self)

    return Noted
