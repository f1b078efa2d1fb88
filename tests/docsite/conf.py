# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of Sphinx for the documentation site. `python -m tests.docsite` copies this file beside what it builds from."""

from __future__ import annotations

import os
import re

from docutils import nodes

project = "jumpserver.accounts"
version = release = os.environ["COLLECTION_VERSION"]
author = "jumpserver.accounts contributors"
copyright = "jumpserver.accounts contributors, GPL-3.0-or-later"
html_title = f"{project} {version}"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
# links to headings, which get the same anchors as where the repository is published
myst_heading_anchors = 3
nitpicky = True
# messages and commands are to be found as they are written
smartquotes = False

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
pygments_style = "ansible"
highlight_language = "yaml+jinja"

PUBLISHED = os.environ["COLLECTION_REPOSITORY"] + "/blob/main/"
ANSIBLE = "https://docs.ansible.com/ansible/latest/"
PAGES_OF_ANSIBLE = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}


def address_in_ansible(target: str) -> str | None:
    """Where Ansible's own documentation has what the pages of modules refer to; None for anything else."""
    plugin = re.fullmatch(r"ansible_collections\.(ansible)\.(builtin)\.(\w+)", target)
    if plugin:
        return "/".join(["collections", *plugin.groups()]) + ".html"
    if re.fullmatch("ANSIBLE_[A-Z_]+", target):
        return "reference_appendices/config.html#envvar-" + target
    return PAGES_OF_ANSIBLE.get(target)


def refer_to_ansible(app, env, node, content):
    """A link out of this site, for a reference that leads to nothing in it."""
    address = address_in_ansible(node["reftarget"])
    return nodes.reference("", "", content, internal=False, refuri=ANSIBLE + address) if address else None


def adapt(app, document, source):
    """What is read was not written for this site alone."""
    if document.startswith("guides/"):
        # links to files of the repository that are no pages here
        source[0] = re.sub(r"\]\(\.\./", f"]({PUBLISHED}", source[0])
    elif document.startswith("collections/"):
        # the theme has a table of contents for each page, and a narrow column for the list of all pages
        source[0] = re.sub(r"^\.\. contents::\n(?: +:.*\n)*", "", source[0], flags=re.MULTILINE)
        source[0] = re.sub(r"^    (\w+)_(module|inventory|lookup|role)$", r"    \1 \2 <\1_\2>", source[0], flags=re.MULTILINE)


def setup(app):
    """Called by Sphinx."""
    app.connect("missing-reference", refer_to_ansible)
    app.connect("source-read", adapt)
