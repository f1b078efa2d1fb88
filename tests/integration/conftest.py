# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the integration tests: a JumpServer of each version, playbooks and modules that talk to it."""

from __future__ import annotations

import os

import pytest

from tests.integration.runner import Caller, Modules, Playbooks
from tests.integration.server import SimulatedServer

VERSIONS = ("3.5", "3.8", "3.10", "4.10")


def pytest_addoption(parser):
    parser.addoption("--jumpserver", metavar="VERSIONS", help="play these JumpServer versions only, such as 3.5,4.10")


def pytest_configure(config):
    config.addinivalue_line("markers", "versions(*names): the JumpServer versions that a test is about; all four if there is no such mark")
    config.addinivalue_line("markers", "controller: what Ansible does itself, in the same way whether tasks run as modules or in its worker")
    config.addinivalue_line("markers", "twice: what modules and server do whatever the core; with the oldest and the newest ansible-core, and none between")
    config.addinivalue_line("markers", "every_core: what the versions of ansible-core treat differently; such tests run with each one that is supported")


def pytest_generate_tests(metafunc):
    if "server" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("versions")
        metafunc.parametrize("server", mark.args if mark else VERSIONS, indirect=True)


def pytest_collection_modifyitems(config, items):
    """Leave out the versions that were not asked for."""
    chosen = config.getoption("--jumpserver", default=None) or os.environ.get("JUMPSERVER_VERSIONS")
    if chosen:
        unwanted = {item for item in items if hasattr(item, "callspec") and item.callspec.params.get("server", chosen) not in chosen.split(",") + [chosen]}
        config.hook.pytest_deselected(items=list(unwanted))
        items[:] = [item for item in items if item not in unwanted]


class Pool:
    """Servers that were started, by their options; each is used again and again."""

    def __init__(self):
        self.servers = {}

    def get(self, **options):
        key = tuple(sorted(options.items()))
        if key not in self.servers:
            self.servers[key] = SimulatedServer(**options)
        server = self.servers[key]
        server.reset()
        return server

    def stop(self):
        for server in self.servers.values():
            server.stop()


@pytest.fixture(scope="session")
def pool():
    """All servers of this process."""
    servers = Pool()
    yield servers
    servers.stop()


@pytest.fixture
def server(pool, request):
    """A JumpServer as new, of each version in turn."""
    return pool.get(version=request.param)


@pytest.fixture(scope="session")
def modules(tmp_path_factory):
    """The process that runs single modules."""
    host = Modules(tmp_path_factory.mktemp("modules"))
    yield host
    host.stop()


@pytest.fixture
def call(server, modules):
    """Call a module of the collection: ``call("backup_plan", name="nightly", check=True)``."""
    return Caller(server, modules)


@pytest.fixture
def playbook(server, tmp_path):
    """Run a playbook: ``playbook.run(tasks)``."""
    return Playbooks(server, tmp_path)
