# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A machine to log in to: an SSH server on loopback that runs what it is told as the user of the tests, and remembers who tried."""

from __future__ import annotations

import asyncio
import threading

import asyncssh


class Machine:
    """``passwords``: {user: password}; ``keys``: {user: public key, as bytes}; ``silent``: users who are never answered. ``attempts``: (user, whether it got
    in) of each login by password.
    """

    def __init__(self, passwords, keys=None, silent=()):
        self.silent = silent
        self.passwords = passwords
        self.keys = keys or {}
        self.attempts = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *failure):
        self._loop.call_soon_threadsafe(self._server.close)
        asyncio.run_coroutine_threadsafe(self._server.wait_closed(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self):
        return await asyncssh.create_server(
            lambda: _Gate(self), "127.0.0.1", 0, server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")], process_factory=_run, sftp_factory=True,
            encoding=None)


class _Gate(asyncssh.SSHServer):
    def __init__(self, machine):
        self.machine = machine

    def password_auth_supported(self):
        return True

    async def validate_password(self, username, password):
        right = self.machine.passwords.get(username) == password
        self.machine.attempts.append((username, right))
        if username in self.machine.silent:
            await asyncio.sleep(600)
        return right

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return username in self.machine.keys and key.export_public_key().split()[:2] == self.machine.keys[username].split()[:2]


async def _run(process):
    child = await asyncio.create_subprocess_shell(
        process.command or "exit 0", stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    output, errors = await child.communicate()
    process.stdout.write(output)
    process.stderr.write(errors)
    process.exit(child.returncode)
