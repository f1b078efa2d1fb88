# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server: cheroot with Django behind the gate."""

from __future__ import annotations

import socket

from cheroot import wsgi
from cheroot.errors import FatalSSLAlert
from cheroot.ssl.builtin import BuiltinSSLAdapter

from .gate import Dropped, Gate

IDLE_SECONDS = 2
THREADS = 12


class Gateway(wsgi.Gateway_10):
    """Hands the address as sent, and a way to hang up, to the application."""

    def get_environ(self):
        environ = super().get_environ()
        environ["simulator.drop"] = self._hang_up
        return environ

    def _hang_up(self):
        connection = self.req.conn.socket
        self.req.close_connection = True
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was faster

    def respond(self):
        try:
            super().respond()
        except Dropped:
            raise FatalSSLAlert() from None  # the one end of a connection on which cheroot says nothing


def make(application, host, port, certificate=None, key=None):
    """A server that is bound to its port and ready for ``serve()``."""
    server = wsgi.Server((host, port), Gate(application), numthreads=THREADS, timeout=IDLE_SECONDS, shutdown_timeout=1)
    server.gateway = Gateway
    server.keep_alive_conn_limit = 1000
    if certificate:
        server.ssl_adapter = BuiltinSSLAdapter(certificate, key)
    server.prepare()
    return server
