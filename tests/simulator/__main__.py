# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.simulator``: play a JumpServer until told to stop."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import threading
from importlib import import_module

from . import behaviour
from .runtime import runtime

#: environment variable: end when the process that started this one ends, however it does
WITH_PARENT = "SIMULATOR_WITH_PARENT"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description="A JumpServer stand-in for tests and demonstrations.")
    parser.add_argument("--version", default="4.10", metavar="VERSION",
                        help="3.5, 3.8, 3.10, 4.10 (default), or any full version from 3.0.0 on")
    parser.add_argument("--edition", choices=("enterprise", "community"), default="enterprise",
                        help="enterprise (default) honours organisations, community does so up to 3.10.3")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (default): any free one")
    parser.add_argument("--seed", metavar="FILE.json", help="the world at the start, see the package's documentation")
    parser.add_argument("--tls-cert", metavar="FILE", help="PEM certificate: serve https")
    parser.add_argument("--tls-key", metavar="FILE", help="PEM key of that certificate")
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="added to each request")
    parser.add_argument("--row-cost", type=float, default=0, metavar="MS", help="added for each full plan row that is written out")
    parser.add_argument("--web-workers", type=int, metavar="N", help="requests that are worked on at a time, the others wait (default: any number)")
    parser.add_argument("--restartable", action="store_true", help="serve in a process of its own, which SIGUSR1 ends and SIGUSR2 starts again")
    parser.add_argument("--json", action="store_true", help="print one line of JSON when ready")
    options = parser.parse_args()
    try:
        options.version = behaviour.release(options.version)
    except ValueError as error:
        parser.error(str(error))
    if bool(options.tls_cert) != bool(options.tls_key):
        parser.error("--tls-cert and --tls-key belong together")
    return options


def main():
    options = arguments()
    logging.getLogger("django").addHandler(logging.NullHandler())
    runtime.configure(options.version, options.edition, latency_ms=options.latency, row_cost_ms=options.row_cost, web_workers=options.web_workers)
    try:
        seed = read_seed(options.seed)
    except (OSError, ValueError) as error:
        sys.exit("The seed %s cannot be read: %s" % (options.seed, error))
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        serve(options, seed, folder)


def read_seed(path):
    """The world at the start, None for the default one."""
    if not path:
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def listen(options, application, port=None):
    """The HTTP server, or the end of the program with the reason."""
    from . import server
    try:
        return server.make(application, options.host, port or options.port, options.tls_cert, options.tls_key)
    except OSError as error:  # no such certificate, none at all, or the address is taken
        what = "use certificate %s and key %s for" % (options.tls_cert, options.tls_key) if options.tls_cert else "listen at"
        sys.exit("Cannot %s %s, port %d: %s" % (what, options.host, port or options.port, error))


def serve(options, seed, folder):
    from . import configuration
    configuration.setup(folder)
    from django.core.wsgi import get_wsgi_application
    from django.core.exceptions import ObjectDoesNotExist, ValidationError
    from django.db import connections

    from . import restarts, world
    import_module("tests.simulator.api.urls")  # the first request would wait for it otherwise
    try:
        summary = world.load(seed)
    except (AttributeError, LookupError, TypeError, ValueError, ObjectDoesNotExist, ValidationError) as error:
        sys.exit("The seed %s is no world: %s: %s" % (options.seed, type(error).__name__, error))
    if options.restartable:
        connections.close_all()
        restarts.supervise(
            ends(), folder, options.host, options.port, lambda port: listen(options, get_wsgi_application(), port),
            lambda http: announce(url_of(options, http), options, summary))
        return
    http = listen(options, get_wsgi_application())
    announce(url_of(options, http), options, summary)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *received: stop.set())
    thread = threading.Thread(target=http.serve, daemon=True)
    thread.start()
    ended = ends()
    while not stop.wait(1):
        if ended():
            break
    http.stop()
    thread.join(timeout=5)
    connections.close_all()


def url_of(options, http):
    scheme = "https" if options.tls_cert else "http"
    host = "[%s]" % options.host if ":" in options.host else options.host
    return "%s://%s:%d" % (scheme, host, http.bind_addr[1])


def ends():
    """A function that tells whether the process that started this one is gone, and this one is to end with it."""
    parent = os.getppid() if os.environ.get(WITH_PARENT) else None
    return lambda: parent is not None and os.getppid() != parent


def announce(url, options, summary):
    if options.json:
        print(json.dumps(dict({"url": url, "version": options.version, "edition": options.edition}, **summary)), flush=True)
        return
    print("JumpServer %s (%s edition) at %s" % (options.version, options.edition, url))
    print("\nOrganisations: %s" % ", ".join(summary["organizations"]))
    print("Storages:      %s\n" % ", ".join(summary["storages"]))
    for user in summary["users"].values():
        print("%(username)s (%(name)s, %(role)s)\n  password %(password)s\n  private token %(private_token)s\n  api token %(api_token)s" % user)
        print("  access key %(access_key_id)s / %(access_key_secret)s" % user)
    print("\nStop with Ctrl-C.")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # before it served
        sys.exit(130)
