# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server in a process of its own that ends and comes again on the same port, with its database, its queue of runs and its log.

The process that forks it has everything loaded, so that a restart takes a moment and not seconds. Each end and each start is told by a line.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import threading
import traceback
import uuid
from pathlib import Path

from .runtime import runtime

END, START = signal.SIGUSR1, signal.SIGUSR2
ENDED, STARTED = "ended", "started"
WAITED_FOR = (END, START, signal.SIGTERM, signal.SIGINT)


def supervise(parent_ended, folder, host, port, listen, announce):
    """Fork the server, and end and start it as signals tell. ``listen`` gives an HTTP server for a port, the first of which goes to ``announce``."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WAITED_FOR)
    kept = Path(folder, "kept.json")
    with socket.socket() as held:
        # bound, and so nobody else's, while the server is away; it listens beside this one as both allow it
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((host, port))
        _supervise(parent_ended, functools.partial(_fork, kept, functools.partial(listen, held.getsockname()[1])), announce)


def _supervise(parent_ended, fork, announce):
    child = fork(announce)
    while True:
        received = signal.sigtimedwait(WAITED_FOR, 1)
        number = received.si_signo if received else None
        if number == START and child is None:
            child = fork(lambda http: print(STARTED, flush=True))
            continue
        over = number in (signal.SIGTERM, signal.SIGINT) or parent_ended() or (child is not None and _has_died(child))
        if child is not None and (number == END or over):
            _end(child)
            child = None
            print(ENDED, flush=True)
        if over:
            return


def _fork(kept, listen, announce):
    """The process id of a new server."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _serve(kept, listen, announce)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def _has_died(child):
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(child):
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


def _serve(kept, listen, announce):
    if kept.exists():
        _recall(json.loads(kept.read_text(encoding="utf-8")))
    http = listen()
    threading.Thread(target=http.serve, daemon=True).start()
    announce(http)
    while signal.sigtimedwait((signal.SIGTERM, signal.SIGINT), 1) is None:
        if os.getppid() == 1:
            return  # whoever started it is gone
    http.stop()
    with runtime.write_lock:  # whatever still wants to be stored is lost with this process
        kept.write_text(json.dumps(_remembered()), encoding="utf-8")
        os._exit(0)


def _remembered():
    """What outlives a process: the queue (JumpServer's is in Redis), the log, and what tests have set."""
    return {
        "log": runtime.requests.log, "switches": runtime.switches, "arrived": runtime.arrived,
        "queued": {str(key): at for key, at in runtime.queued.items()}, "running": {str(key): at for key, at in runtime.running.items()}}


def _recall(kept):
    runtime.requests.log = kept["log"]
    runtime.switches, runtime.arrived = kept["switches"], kept["arrived"]
    runtime.queued, runtime.running = ({uuid.UUID(key): at for key, at in kept[name].items()} for name in ("queued", "running"))
