# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents for people are true: their tables, links, playbooks, estates, messages and variables, and the credential type for AWX.

A code block that starts with ```` ```yaml playbook ```` is a whole playbook, one with ```` ```yaml estate ```` holds variables of the role.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess

import pytest
import yaml

from ansible_collections.jumpserver.accounts.plugins.module_utils import _argspec
from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import auth as _auth, dialect as _dialect
from ansible_collections.jumpserver.accounts.plugins.plugin_utils import _gate
from tests import docs_tables
from tests.integration.credential_type import CredentialType
from tests.integration.runner import BIN, PYTHON, neutral_environment
from tests.integration.server import RESEARCH
from tests.toolbox import release

pytestmark = pytest.mark.controller

ROOT = docs_tables.ROOT
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DOCUMENTS = sorted([*READMES, *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md")])
BLOCK = re.compile(r"^```([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
# where the repository is published; Galaxy and Hub show documents without it
PUBLISHED = yaml.safe_load(ROOT.joinpath("galaxy.yml").read_text(encoding="utf-8"))["repository"] + "/blob/main/"
# messages in the guide that are Ansible's own
FOREIGN = {"Failed to import the required Python library (requests)", "Supported parameters include:"}
VARIABLES = {fallback[1][0] for fallback in (option.get("fallback") for option in {**_argspec.CONNECTION, **_argspec.ORGANIZATION}.values()) if fallback}
VARIABLES |= {variable for kind in _auth.CREDENTIALS for variable in kind.values()} | {_gate.FORCES_MODULE}


def blocks(kind):
    """The code blocks of one kind in all documents, as (a name for it, text)."""
    return [
        pytest.param(block.group(2), id="%s-%d" % (path.relative_to(ROOT).as_posix(), number))
        for path in DOCUMENTS for number, block in enumerate(BLOCK.finditer(path.read_text(encoding="utf-8")), 1) if block.group(1) == kind
    ]


def texts(kind):
    return [parameter.values[0] for parameter in blocks(kind)]


def anchor(heading):
    """The anchor that a heading gets on the web."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_the_tables_are_made_from_the_code():
    """`python -m tests.docs_tables` brings them up to date."""
    assert docs_tables.outdated() == []


def test_no_place_for_a_table_is_forgotten():
    """Every pair of marks in documents, modules and roles is one that is filled. The benchmark fills its own."""
    files = [*DOCUMENTS, *ROOT.glob("plugins/**/*.py"), *ROOT.glob("roles/**/*.yml"), *ROOT.glob("roles/**/*.md")]
    found = {
        path.relative_to(ROOT).as_posix(): tuple(re.findall(r"^ *(?:<!--|#) begin (.+?)(?: -->)?$", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in files}
    assert {place: names for place, names in found.items() if names and place != "docs/performance.md"} == docs_tables.PLACES


def test_a_table_that_is_not_up_to_date_is_noticed():
    """The check can fail."""
    made = docs_tables.tables()
    text = docs_tables.updated("<!-- begin versions -->\n<!-- end versions -->\n", ["versions"], made)
    assert docs_tables.updated(text, ["versions"], made) == text
    assert docs_tables.updated(text.replace("4.10", "4.11"), ["versions"], made) == text
    with pytest.raises(ValueError, match="are missing"):
        docs_tables.updated(text, ["fields"], made)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    """To a file of the repository, and to a heading in it."""
    text = document.read_text(encoding="utf-8")
    if document in READMES:
        assert [place for place, _heading in LINK.findall(text) if place] == [], "relative links are dead on Galaxy"
    for published in (PUBLISHED, PUBLISHED.replace("/blob/", "/raw/")):  # pictures are shown raw
        text = text.replace("(" + published, "(%s/" % ROOT)
    for place, heading in LINK.findall(text):
        target = (document.parent / place).resolve() if place else document
        assert target.exists() and ROOT in [target, *target.parents], place
        if heading:
            found = {anchor(line.lstrip("#")) for line in target.read_text(encoding="utf-8").splitlines() if line.startswith("#")}
            assert heading in found, (place, heading)


def outline(document):
    """What a README is made of, whatever the language: levels of headings, commands and examples, first columns of tables, links."""
    text = document.read_text(encoding="utf-8")
    code = [(kind, re.sub(r" *# .*", "", block)) for kind, block in BLOCK.findall(text)]
    prose = BLOCK.sub("", text).replace(" 至 ", " to ")
    return {
        "headings": re.findall(r"^(#+) ", prose, re.MULTILINE),
        "code": code,
        "tables": re.findall(r"^\| ([`\d].*?) \|", prose, re.MULTILINE),
        "code in tables": [re.findall("`.+?`", row)[:3] for row in re.findall(r"^\| `.*", prose, re.MULTILINE)],
        "links": [link for link in re.findall(r"\]\((.*?)\)", prose) if "/README" not in link or "/roles/" in link],
    }


def test_the_chinese_readme_says_the_same():
    """Same sections, commands, tables and links, in the same order, and each leads to the other."""
    english, chinese = map(outline, READMES)
    assert chinese == english
    assert [len(found) > 5 for found in english.values()] == [True] * 5
    for readme, other in (READMES, READMES[::-1]):
        assert "(%s%s)" % (PUBLISHED, other.name) in readme.read_text(encoding="utf-8")


def test_links_that_lead_nowhere_yet_are_told():
    """As long as the repository has no public address; with one, nobody is to be told so any more."""
    nowhere = release.nowhere()
    for readme in READMES:
        assert bool(nowhere) == ("`https://example.com/jumpserver.accounts`" in readme.read_text(encoding="utf-8"))


def test_the_readme_has_the_sections_that_automation_hub_asks_for():
    """In that order."""
    text = BLOCK.sub("", READMES[0].read_text(encoding="utf-8"))
    assert re.findall("^## (.+)$", text, re.MULTILINE) == [
        "Description", "Requirements", "Installation", "Use Cases", "Testing", "Contributing", "Support", "Release Notes and Roadmap",
        "Related Information", "License Information"]


def test_playbooks_pass_the_syntax_check(tmp_path):
    """Every playbook in the documents, by Ansible itself."""
    found = texts("yaml playbook")
    assert found
    names = ["playbook-%d.yml" % number for number in range(len(found))]
    for name, text in zip(names, found):
        tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    # the hosts and groups that the documents speak of
    tmp_path.joinpath("hosts").write_text("localhost\nbastion\n[jumpserver_default]\nDEFAULT\n[jumpserver_custom]\nTeam-A\n", encoding="utf-8")
    process = subprocess.run(
        [str(BIN / "ansible-playbook"), "--syntax-check", "-i", "hosts", *names], cwd=tmp_path, env=neutral_environment(tmp_path),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    assert process.returncode == 0 and "WARNING" not in process.stdout, process.stdout
    assert sorted(re.findall(r"playbook: (\S+)", process.stdout)) == sorted(names)


@pytest.mark.parametrize("text", blocks("yaml") + blocks("yaml playbook") + blocks("yaml estate"))
def test_yaml_is_yaml(text):
    """One document, which begins as such."""
    assert text.startswith("---\n") and yaml.safe_load(text)


@pytest.mark.versions("4.10")
def test_estates_can_be_applied(server, playbook):
    """Every estate in the documents is one that the role accepts and a server could have."""
    tasks = [
        {"name": "estate %d" % number, "ansible.builtin.include_role": {"name": "jumpserver.accounts.backup_plans"}, "vars": yaml.safe_load(text)}
        for number, text in enumerate(texts("yaml estate"))
    ]
    assert tasks
    run = playbook.run(yaml.safe_dump(tasks, allow_unicode=True), check=True).succeeded()
    assert run.recap["changed"] == len(tasks)


@pytest.mark.versions("4.10")
def test_the_example_of_the_readme_works(server, playbook):
    """As the README says: what would happen, doing it, and nothing left to do."""
    text = BLOCK.findall(ROOT.joinpath("README.md").read_text(encoding="utf-8"))
    text = next(block for kind, block in text if kind == "yaml playbook")
    key = server.credential("admin", "access_key")
    environment = {
        "JUMPSERVER_URL": server.url, "JUMPSERVER_ACCESS_KEY_ID": key["access_key_id"], "JUMPSERVER_ACCESS_KEY_SECRET": key["access_key_secret"]}
    changes = [
        playbook.run_file(text, *arguments, environment=environment).succeeded().recap["changed"] for arguments in (["--check", "--diff"], [], [])]
    assert changes == [1, 1, 0]
    assert (sorted(server.plans()), sorted(server.plans(RESEARCH))) == (["every-12h", "nightly"], ["每日备份"])


@pytest.mark.versions("4.10")
def test_the_repository_of_the_guide_works(server, tmp_path):
    """Made from the guide: nothing is written in check mode, then everything, and then there is no drift until somebody makes some."""
    guide = ROOT.joinpath("docs/config-as-code.md").read_text(encoding="utf-8")
    for kind, text in BLOCK.findall(guide):
        if "/" in kind:
            path = tmp_path / kind.split()[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    (wanted,) = yaml.safe_load(tmp_path.joinpath("collections/requirements.yml").read_text(encoding="utf-8"))["collections"]
    version = yaml.safe_load(ROOT.joinpath("galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert wanted == {"name": "jumpserver.accounts", "version": ">=%s,<%d.0.0" % (version, int(version.split(".")[0]) + 1)}
    environment = dict(neutral_environment(tmp_path), JUMPSERVER_URL=server.url, JUMPSERVER_PRIVATE_TOKEN=server.credential("admin")["private_token"])
    (commands,) = (text.splitlines() for kind, text in BLOCK.findall(guide) if kind == "sh")

    def run(command):
        words = [str(BIN / "ansible-playbook"), *command.split()[1:], "-e", "ansible_python_interpreter=%s" % PYTHON]
        return subprocess.run(
            words, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)

    looked = run(commands[0])
    assert looked.returncode == 0 and "每日备份" in looked.stdout and server.plans() == {}, looked.stdout
    assert [run(command).returncode for command in commands[1:]] == [0, 0]
    assert (list(server.plans()), list(server.plans(RESEARCH))) == (["nightly"], ["每日备份"])
    server.edit("nightly", comment="by hand", is_periodic=False)
    assert run(commands[2]).returncode == 2


def test_a_migration_leads_to_options_that_exist():
    """Each argument of the Terraform provider has a place, or a reason why not."""
    guide = ROOT.joinpath("docs/migrating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`\w+`.*?) \| (.*?) ?\| .*\|$", guide.partition("| argument of the resource |")[2].partition("\n\n")[0], re.MULTILINE)
    assert len(rows) == 15
    options = {"name", *_plan.option_specs()}
    assert [row for row in rows if row[1] and row[0] != row[1]] == []
    # which the provider lacks, as the guide says
    assert {row[1].strip("`") for row in rows if row[1]} == options - {"backup_type"}


def test_the_checklists_name_what_is_there():
    """Files and sessions that prove an item."""
    text = ROOT.joinpath("docs/checklists.md").read_text(encoding="utf-8")
    named = set(re.findall("`((?:tests|meta|docs|roles|plugins)/[^`*]+|[A-Za-z]+\\.(?:yml|md|toml))`", text))
    assert [name for name in sorted(named) if not ROOT.joinpath(name).exists()] == [] and len(named) > 10
    sessions = set(re.findall('^add_session\\("([a-z-]+)"', ROOT.joinpath("noxfile.py").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall("session `([a-z-]+)`", text)) <= sessions
    assert re.findall("sanity `([a-z-]+)`", text) and not list(ROOT.glob("tests/sanity/ignore*"))


def test_the_guide_to_upgrading_has_a_row_for_each_dialect():
    rows = re.findall(r"^\| (\d+\.\d+)[^|]* \|", ROOT.joinpath("docs/upgrading.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {dialect.first for dialect in _dialect.DIALECTS[:-1]} <= set(rows)


def test_playbooks_that_are_named_exist():
    """`ansible-playbook jumpserver.accounts.NAME` in a document."""
    named = {name for path in DOCUMENTS for name in re.findall(r"ansible-playbook jumpserver\.accounts\.([a-z_.]+)", path.read_text(encoding="utf-8"))}
    named |= {name for text in texts("yaml playbook") for name in re.findall(r"import_playbook: jumpserver\.accounts\.([a-z_.]+)", text)}
    assert named == {path.stem for path in ROOT.glob("playbooks/*.yml")}


def texts_of(path):
    """All texts in a file, each value in them as an ellipsis."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield re.sub("…+", "…", "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"%[srd]", "…", node.value)


def test_messages_are_those_of_the_code():
    """The guide to troubleshooting quotes what the modules say; "..." there is a value here."""
    guide = ROOT.joinpath("docs/troubleshooting.md").read_text(encoding="utf-8")
    quoted = set(re.findall(r"^\| `(.+?)` \|", guide, re.MULTILINE)) - FOREIGN
    said = [text for path in ROOT.glob("plugins/module_utils/**/*.py") for text in texts_of(path)]
    assert len(quoted) > 40
    assert [message for message in sorted(quoted) if not any(message in text for text in said)] == []


def test_environment_variables_are_those_of_the_code():
    """No document and no playbook names another one, and the README names them all."""
    places = [*DOCUMENTS, *ROOT.glob("playbooks/**/*.yml"), *ROOT.glob("extensions/**/*.yml")]
    named = {path: set(re.findall(r"JUMPSERVER_[A-Z_]+", path.read_text(encoding="utf-8"))) for path in places}
    assert {path: names - VARIABLES for path, names in named.items() if names - VARIABLES} == {}
    assert [named[readme] for readme in READMES] == [VARIABLES, VARIABLES]


@pytest.mark.parametrize("given", ["access_key", "private_token", "api_token"])
def test_the_credential_type_gives_a_complete_connection(given, tmp_path):
    """Whichever credential is filled in, the modules find one and only one; the empty others count as unset."""
    values = {
        "access_key": {"access_key_id": "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "access_key_secret": "s"},
        "private_token": {"private_token": "t"}, "api_token": {"api_token": "b"},
    }[given]
    environment = CredentialType().inject("env", api_url="https://jump.example.com", **values)
    options = dict.fromkeys(("access_key_id", "access_key_secret", "private_token", "api_token"))
    assert _auth.credential(options, environment).secret == list(values.values())[-1]
    assert environment["JUMPSERVER_URL"] == "https://jump.example.com"
    assert (environment["JUMPSERVER_ORGANIZATION"], environment["JUMPSERVER_CA_PATH"]) == ("", "")


def test_the_credential_type_hands_on_all_that_can_be_entered():
    """As environment and as extra variables; what is secret is marked so."""
    kind = CredentialType()
    secrets = {name for name, option in _argspec.CONNECTION.items() if option.get("no_log")}
    assert {name for name, field in kind.fields.items() if field.get("secret")} == secrets
    inputs = {name: "value of " + name for name in kind.fields}
    expected = sorted(["/runner/ca" if name == "ca_certificate" else value for name, value in inputs.items()])
    for injected in ("env", "extra_vars"):
        assert sorted(kind.inject(injected, **inputs).values()) == expected
    assert set(kind.inject("env", **inputs)) <= VARIABLES
    assert json.dumps(kind.described)
