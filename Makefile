# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# All paths are relative, and none is built from the name of this folder: it may hold blanks.

# The Python of the tools: the newest known one that can make virtual environments. Each candidate is tried out, since
# version managers put names on PATH that fail when called. Override with `make PYTHON=/path/to/python ...`.
CANDIDATES := python3.13 python3.12 python3.11 python3.10 python3
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell $(name) -c '$(USABLE)' 2>/dev/null && echo $(name))))

BIN := .venv/bin
RUN := $(BIN)/python -m tests.run
REQUIREMENTS := requirements.txt tests/requirements.txt tests/unit/requirements.txt tests/integration/requirements.txt \
	tests/contract/requirements.txt tests/simulator/requirements.txt tests/faults/requirements.txt

.DEFAULT_GOAL := help
.PHONY: help demo test lint sanity unit contract integration pages faults benchmark docs build release clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 22

demo: .venv/ready ## see a declared estate of backup plans converge, drift and be repaired, on a simulated JumpServer
	$(BIN)/python tests/demo/run.py

test: .venv/ready ## run every check, as many at a time as there are processors
	$(RUN)

lint: .venv/ready ## run yamllint, ansible-lint and the checks of documentation and changelog
	$(RUN) lint

sanity: .venv/ready ## run ansible-test sanity with each supported ansible-core
	$(RUN) sanity

unit: .venv/ready ## run the unit tests on each supported Python
	$(RUN) unit

contract: .venv/ready ## compare client and simulator with recorded exchanges of real servers
	$(RUN) contract

faults: .venv/ready ## play faults between modules and server, and check every report (hours; see docs/reliability.md)
	nice $(BIN)/python -m tests.faults --publish

pages: .venv/ready ## open the page of an audit in a real browser
	$(RUN) pages

integration: .venv/ready ## run playbooks against the simulator with each supported ansible-core
	$(RUN) integration

benchmark: .venv/ready ## measure how fast an estate converges, beside what could be at best (a quarter of an hour)
	$(BIN)/python -m tests.toolbox.packages tests/benchmark/requirements.txt
	$(BIN)/python -m tests.benchmark

docs: .venv/ready ## build the documentation site, tests/output/site/index.html
	$(BIN)/python -m nox -s site

build: .venv/ready ## check the archive that would be published
	$(RUN) build

release: .venv/ready ## release VERSION=x.y.z: version, changelog, checks, archive, commit and tag; nothing is pushed
	$(BIN)/python -m tests.toolbox.release $(VERSION)

clean: ## remove environments, caches and results
	for link in .venv .nox; do if [ -L $$link ]; then rm -rf "$$(readlink $$link)"; fi; done
	rm -rf .venv .nox .ansible .pytest_cache .hypothesis tests/output jumpserver-accounts-*.tar.gz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/ready: Makefile $(REQUIREMENTS)
	@test -n "$(PYTHON)" || { echo "No Python 3.10 or newer with the modules venv and ensurepip was found (Debian: apt install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m tests.toolbox.tree .venv
	$(PYTHON) -m venv --clear "$$(cd .venv && pwd -P)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python -m tests.toolbox.packages $(REQUIREMENTS)
	touch .venv/ready
