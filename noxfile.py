# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of the collection, one session each.

`make test` runs them all side by side and sums up. A single one: `.venv/bin/python -m nox -s NAME`, and arguments after
`--` go to the tool that it runs. `.venv/bin/python -m nox -l` lists them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from tests.pages import chromium
from tests.toolbox import ansible_test_home, archive, awx_collection, interpreters, packages, privacy, tree

# Where modules run: every Python from the oldest that ansible-core 2.21 allows on a target.
TARGET_PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]

# The pairs of ansible-core and controller Python on which sanity and integration tests must pass. The first one that is
# found covers every target Python and every JumpServer version, the others their own Python and the newest JumpServer: a
# module does not know which controller started it, so all combinations would tell nothing more, and take four times as long.
CONTROLLERS = [("2.21", "3.12"), ("2.21", "3.13"), ("2.19", "3.11"), ("2.16", "3.11")]
NEWEST_JUMPSERVER = "4.10"
# Between them, only what each version treats in its own way, such as names that look like templates.
LIGHTLY = [("2.17", "3.11"), ("2.18", "3.11")]
# Where it is neither the oldest nor the newest one, what modules and server do whatever the core would tell nothing more.
BETWEEN = ("2.19", "3.11")
# Of sanity, only what a version makes of the documentation: the other tests say what they say with the versions before and after, or with the same
# version on another Python.
SANITY_LIGHTLY = [*LIGHTLY, ("2.20", "3.12"), ("2.21", "3.13")]
LIGHT_SANITY = ["--test", "validate-modules", "--test", "ansible-doc", "--test", "runtime-metadata"]

# With this one every task of the integration tests runs as a module; with the others in the worker of Ansible, where it may.
AS_MODULES = ("2.21", "3.13")

# Unit tests run once on each target Python, with the oldest ansible-core of interest that supports it.
UNITS = [("3.9", "2.15"), ("3.10", "2.17"), ("3.11", "2.16"), ("3.12", "2.21"), ("3.13", "2.21")]

ENVIRONMENTS = tree.folder_without_blanks(".nox")
CACHE = ENVIRONMENTS / ".cache"
JUNIT = CACHE / "junit"
STARTERS = CACHE / "interpreters"

nox.needs_version = ">=2026.10"
nox.options.envdir = str(ENVIRONMENTS)
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False  # said aloud in the summary instead, on CI as elsewhere
nox.options.allow_parallel = True

# The sessions of a parallel run are processes of their own and inherit what the first one found.
if str(STARTERS) not in os.environ["PATH"].split(os.pathsep):
    interpreters.expose_interpreters(STARTERS, TARGET_PYTHONS)
    packages.share_settings_with_uv()
    os.environ["PATH"] = interpreters.search_path(STARTERS, os.environ["PATH"])

THOROUGH = next((pair for pair in CONTROLLERS if STARTERS.joinpath(f"python{pair[1]}").exists()), CONTROLLERS[0])


def add_session(name: str, check: Callable[[nox.Session], None], *tags: str, **options) -> None:
    """Register `check` as the session `name`."""

    def run(session: nox.Session) -> None:
        check(session)

    run.__doc__ = check.__doc__
    nox.session(name=name, tags=list(tags), **options)(run)


def private(session: nox.Session) -> dict[str, str | None]:
    """The environment of what a session runs: a home of its own, nothing of the user's."""
    return privacy.private(CACHE / "home" / session.name)


def install(session: nox.Session, core: str | None, *packages: str) -> None:
    """Install an ansible-core (the newest that the session's Python allows if None) and what else is needed."""
    session.install("ansible-core" if core is None else f"ansible-core~={core}.0", *packages)


def pytest_arguments(session: nox.Session, *default: str) -> list[str]:
    """Arguments of pytest: those given to the session or else `default`, and a report for the summary."""
    return [*(session.posargs or default), f"--junitxml={JUNIT / session.name}.xml"]


def sanity(core: str, python: str) -> None:
    """Add the sanity tests of one ansible-test."""

    def check(session: nox.Session) -> None:
        """ansible-test sanity, without any exceptions from its rules."""
        if stray := ansible_test_home.shadowing_files():
            session.error(f"ansible-test cannot work beside these files, please remove them: {', '.join(map(str, stray))}")
        install(session, core)
        environment = private(session)
        ansible_test_home.prepare_home(Path(environment["HOME"]), Path(session.bin, "python"), TARGET_PYTHONS)
        with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
            pythons = [] if (core, python) == THOROUGH else ["--python", python]
            light = (core, python) in SANITY_LIGHTLY and (core, python) != THOROUGH
            tests = session.posargs or (LIGHT_SANITY if light else [])
            session.run("ansible-test", "sanity", "--local", "--color", "no", *pythons, *tests, env=environment)

    add_session(f"sanity-{core}-py{python}", check, "sanity", python=python)


def integration(core: str, python: str) -> None:
    """Add the integration tests with one ansible-core."""

    def check(session: nox.Session) -> None:
        """Playbooks run by a real ansible-playbook, with the collection as it is shipped, against the simulator."""
        install(session, core, "-r", "requirements.txt", "-r", "tests/integration/requirements.txt")
        arguments = ["tests/integration"]
        if (core, python) != THOROUGH:
            # a thousand odd answers of a server tell nothing of a controller, and modules of others need no more than one
            once = ("as_awx", "awx_setup", "odd_answers")
            arguments += [f"--jumpserver={NEWEST_JUMPSERVER}", *(f"--ignore=tests/integration/test_{name}.py" for name in once)]
        if (core, python) in LIGHTLY:
            arguments += ["-m", "every_core"]
        if (core, python) == BETWEEN != THOROUGH:
            arguments += ["-m", "every_core or not twice"]
        if (core, python) == AS_MODULES:
            # what compares both ways chooses itself; what is the controller's own was tried with this version and another Python
            arguments += ["--ignore=tests/integration/test_worker.py", "-m", "every_core or not controller"]
        with tempfile.TemporaryDirectory() as folder:
            installed = archive.install(Path(session.bin, "ansible-galaxy"), Path(folder))
            environment = {**private(session), "ANSIBLE_REMOTE_TMP": folder, "ANSIBLE_BIN": session.bin, "COLLECTIONS_UNDER_TEST": str(installed)}
            if (core, python) == AS_MODULES:
                environment["TESTS_RUN_AS_MODULE"] = "1"
            if (core, python) == THOROUGH:
                environment["AWX_COLLECTIONS"] = str(awx_collection.folder())
            session.run(sys.executable, "-m", "pytest", *pytest_arguments(session, *arguments), external=True, env=environment)

    add_session(f"integration-{core}-py{python}", check, "integration", python=python)


def unit(python: str, core: str) -> None:
    """Add the unit tests on one Python."""

    def check(session: nox.Session) -> None:
        """Unit tests, and an import of every file of the collection."""
        install(session, core, "-r", "tests/unit/requirements.txt")
        session.run("pytest", *pytest_arguments(session, "tests/unit"), env=private(session))

    add_session(f"unit-py{python}", check, "unit", python=python)


def contract(session: nox.Session) -> None:
    """Client and simulator against recorded exchanges of real servers, the simulator's own switches, and the tools of the checks."""
    arguments = pytest_arguments(session, "tests/contract", "tests/simulator", "tests/toolbox", "tests/docsite")
    session.run(sys.executable, "-m", "pytest", *arguments, external=True, env=private(session))


def faults(session: nox.Session) -> None:
    """The short form of the fault campaign, and the checker that judges it; `make faults` runs the whole."""
    session.run(sys.executable, "-m", "pytest", *pytest_arguments(session, "tests/faults"), external=True, env=private(session))


def demo(session: nox.Session) -> None:
    """The demo ends well."""
    session.run(sys.executable, "tests/demo/run.py", external=True, env=private(session))


def yamllint(session: nox.Session) -> None:
    """All YAML files are written alike."""
    install(session, None, "yamllint>=1.35")
    with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
        session.run("yamllint", "--strict", ".", env=private(session))


MISSPELT = """\
---
- name: A play
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Declare a plan
      jumpserver.accounts.backup_plan:
        name: nightly
        crontap: "0 3 * * *"
"""


def pages(session: nox.Session) -> None:
    """The page of an audit in a real browser, where there is one."""
    if chromium.found() is None:
        session.skip(f"No Chromium was found (looked for {', '.join(chromium.NAMES)}; Debian: apt install chromium)")
    install(session, None, "-r", "tests/pages/requirements.txt")
    session.run("pytest", *pytest_arguments(session, "tests/pages"), env=private(session))


def ansible_lint(session: nox.Session) -> None:
    """ansible-lint with its production profile, which is what Automation Hub asks for."""
    install(session, None, "ansible-lint>=25")
    with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
        environment = {**private(session), "ANSIBLE_COLLECTIONS_PATH": folder}
        session.run("ansible-lint", "--nocolor", *session.posargs, env=environment)
        # without a `main` in the action of the same name, it says nothing of the options of a task
        Path(folder, "misspelt.yml").write_text(MISSPELT, encoding="utf-8")
        with session.chdir(folder):
            found = session.run("ansible-lint", "--nocolor", "--offline", "--strict", "misspelt.yml", env=environment, silent=True, success_codes=[2])
        if "args[module]" not in found or "crontap" not in found:
            session.error(f"ansible-lint does not find the misspelt option of a task:\n{found}")


def license_check(session: nox.Session) -> None:
    """The licence of each file, as REUSE wants it told."""
    session.install("reuse>=5")
    with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
        session.run("reuse", "lint", "--lines", env=private(session))


def types(session: nox.Session) -> None:
    """ruff over everything, and mypy over what modules share."""
    install(session, None, "mypy>=1.11", "ruff>=0.6", "types-requests", "requests")
    with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
        session.run("ruff", "check", ".", env=private(session))
        # the files are known by their place below ansible_collections
        with session.chdir(folder):
            config = Path(folder, tree.PLACE, "mypy.ini")
            session.run("mypy", "--config-file", str(config), str(Path(tree.PLACE, "plugins/module_utils")), env=private(session))


def docs_check(session: nox.Session) -> None:
    """Documentation of modules and role: complete, valid, and with references that lead somewhere."""
    install(session, None, "antsibull-docs>=2.16", "-r", "requirements.txt")
    with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
        session.run("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all", ".", env=private(session))


def site(session: nox.Session) -> None:
    """The documentation site, built without a warning, and with links that lead somewhere."""
    install(session, None, "-r", "requirements.txt", "-r", "tests/docsite/requirements.txt")
    session.run("python", "-m", "tests.docsite", *(session.posargs or ["tests/output/site"]), env=private(session))


def changelog(session: nox.Session) -> None:
    """Changelog fragments and the changelog made from them. With arguments, antsibull-changelog works in the checkout: `release` makes the changelog."""
    install(session, None, "antsibull-changelog>=0.31")
    if session.posargs:
        session.run("antsibull-changelog", *session.posargs, env=private(session))
        return
    with tempfile.TemporaryDirectory() as folder, session.chdir(tree.export_tree(Path(folder))):
        session.run("antsibull-changelog", "lint", env=private(session))


def build_import_check(session: nox.Session) -> None:
    """The archive for Galaxy holds what is to be shipped and nothing else, and passes Galaxy's own import check."""
    install(session, None, "galaxy-importer>=0.4.30")
    with tempfile.TemporaryDirectory() as folder:
        built = archive.build(Path(session.bin, "ansible-galaxy"), Path(folder))
        if faults := archive.faults(built):
            session.error("\n".join(faults))
        session.log(archive.summary(built))
        with session.chdir(folder):  # it leaves its findings in the current folder
            session.run("python", "-m", "galaxy_importer.main", str(built), env=private(session))


def smoke(session: nox.Session) -> None:
    """The archive, installed into an environment that has only what the README asks for, does what the README says."""
    install(session, None, *packages.of_readme())
    session.run(sys.executable, "-m", "tests.toolbox.smoke", session.bin, external=True, env=private(session))


def stand_for(name: str, *others: str) -> None:
    """Let a session run others, which have the names that Ansible's own collections use. It is not part of a run of everything."""

    def check(session: nox.Session) -> None:
        """Other sessions."""
        for other in others:
            session.notify(other, posargs=session.posargs)

    check.__doc__ = f"Short for {', '.join(others)}."
    add_session(name, check, default=False, venv_backend="none")


# Sessions start in this order; the long ones first keeps all processors busy to the end.
integration(*THOROUGH)
for pair in CONTROLLERS:
    if pair not in SANITY_LIGHTLY:
        sanity(*pair)
for pair in CONTROLLERS + LIGHTLY:
    if pair != THOROUGH:
        integration(*pair)
add_session("contract", contract, "contract", venv_backend="none")
add_session("faults", faults, "faults", venv_backend="none")
for pair in UNITS:
    unit(*pair)
add_session("pages", pages, "pages")
for pair in SANITY_LIGHTLY:
    sanity(*pair)
add_session("demo", demo, "integration", venv_backend="none")
add_session("build-import-check", build_import_check, "build")
add_session("smoke", smoke, "build")
add_session("docs-check", docs_check, "lint")
add_session("site", site, "lint", "site")
add_session("ansible-lint", ansible_lint, "lint")
add_session("yamllint", yamllint, "lint")
add_session("types", types, "lint")
add_session("license-check", license_check, "lint")
add_session("changelog", changelog, "lint", "changelog")
stand_for("lint", "yamllint", "ansible-lint", "license-check")
stand_for("docs", "docs-check")
stand_for("build", "build-import-check", "smoke")
