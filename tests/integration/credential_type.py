# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX does with the credential type that the collection ships."""

from __future__ import annotations

import jinja2
import jinja2.sandbox
import yaml

from tests import docs_tables

FILE = docs_tables.ROOT / "extensions" / "awx" / "credential_types" / "jumpserver.yml"


class CredentialType:
    """The credential type for AWX, and what AWX makes of it."""

    def __init__(self):
        self.described = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        self.fields = {field["id"]: field for field in self.described["inputs"]["fields"]}

    def inject(self, kind, ca_path="/runner/ca", **inputs):
        """The variables that a credential with these inputs gives; AWX leaves out what was not filled in."""
        tower = {"filename": {"ca": ca_path}}
        environment = jinja2.sandbox.ImmutableSandboxedEnvironment()
        return {
            name: environment.from_string(template).render(tower=tower, **inputs) for name, template in self.described["injectors"][kind].items()}
