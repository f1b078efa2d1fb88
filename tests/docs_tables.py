# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of supported versions, rights, the fields of a plan and of a run, and faults of files, written into documents and modules from what the
code uses.

    python -m tests.docs_tables           writes them anew
    python -m tests.docs_tables --check   tells which are not up to date, with status 1 if any is not

In a document a table stands between the lines ``<!-- begin NAME -->`` and ``<!-- end NAME -->``, in YAML between ``# begin NAME`` and ``# end NAME``.
The schema of a declaration (`docs_schema`) is a file of its own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests import docs_fields, docs_rights, docs_schema

ROOT = Path(__file__).resolve().parent.parent
PLACES = {
    "README.md": ("versions",),
    "README.zh-CN.md": ("versions in Chinese",),
    "docs/supported-versions.md": ("versions", "fields", "caveats"),
    "docs/executions.md": ("verdicts",),
    "roles/backup_plans/README.md": ("table of fields",),
    "roles/backup_plans/meta/argument_specs.yml": ("fields of the role",),
    "plugins/doc_fragments/plan.py": ("fields of a plan",),
    "plugins/modules/backup_plan.py": ("a plan that may be there", "sample of a plan"),
    "plugins/modules/backup_plans.py": ("fields of defaults",),
    "plugins/modules/backup_audit.py": ("fields of a declaration",),
    "plugins/modules/backup_plan_info.py": ("a plan that is there", "a run", "a verdict", "sample of a verdict", "sample of a judged run", "sample of plans"),
    "plugins/modules/backup_plan_execute.py": ("a run", "sample of a run", "a verdict", "sample of a verdict"),
    "docs/declaring-an-estate.md": ("rules",),
    "docs/rights.md": ("rights",),
    "docs/audit.md": ("audit",),
    "docs/break-glass.md": ("faults",),
}
MARKUP = re.compile(r"\b(?:C|O|V|E)\(([^()]*)\)")


def tables():
    """``{name: lines}`` of all tables."""
    from ansible_collections.jumpserver.accounts.plugins.module_utils._archives import faults as _faults
    from ansible_collections.jumpserver.accounts.plugins.module_utils._audit import audit as _audit
    from ansible_collections.jumpserver.accounts.plugins.module_utils._executions import verdict as _verdict
    from ansible_collections.jumpserver.accounts.plugins.module_utils._findings import rules as _rules
    from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
    from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect

    return {
        "versions": list(versions(_dialect.DIALECTS, _plan.FIELDS)),
        "versions in Chinese": list(versions(_dialect.DIALECTS, _plan.FIELDS, "| JumpServer | API 方言 | 计划的新字段 |", "至")),
        "fields": list(fields(_dialect.DIALECTS, _plan.FIELDS)),
        "caveats": list(caveats(_dialect.DIALECTS)),
        "verdicts": list(verdicts(_verdict.PROOFS)),
        **docs_fields.blocks(),
        "rules": list(rules(_rules.WARNING)),
        "rights": list(docs_rights.table()),
        "faults": list(faults(fault for fault in vars(_faults).values() if isinstance(fault, _faults.Fault))),
        "audit": list(audit([rule for table in _audit.TABLES for rule in table], _rules.SEVERITIES)),
    }


def versions(dialects, plan_fields, heading="| JumpServer | dialect | new fields of a plan |", to="to"):
    """One row per dialect, the newest first: its versions, and what it added."""
    yield heading
    yield "| --- | --- | --- |"
    for dialect in dialects:
        new = [f"`{field.name}`" for field in plan_fields if field.since == dialect.name]
        added = "`name`, `is_periodic`, `crontab`, `interval`, " + ", ".join(new) if dialect is dialects[-1] else ", ".join(new)
        yield f"| {dialect.first} {to} {dialect.last} | `{dialect.name}` | {added} |"


def fields(dialects, plan_fields):
    """One row per field that not every dialect has, the oldest dialect first."""
    oldest_first = dialects[::-1]
    yield "| field | " + " | ".join(f"{dialect.first} to {dialect.last}" for dialect in oldest_first) + " |"
    yield "| --- |" + " --- |" * len(dialects)
    for field in plan_fields:
        cells = [cell(dialect, field) for dialect in oldest_first]
        if set(cells) != {"yes"}:
            yield f"| `{field.name}` | " + " | ".join(cells) + " |"


def cell(dialect, field):
    """Whether a dialect has a field, and under which name if that differs."""
    if not dialect.has(field.since):
        return "no"
    name = dialect.api_name(field.name)
    return "yes" if name == field.name else f"yes, the API calls it `{name}`"


def caveats(dialects):
    """What to know about each dialect, the newest first."""
    for dialect in dialects:
        if dialect is not dialects[0]:
            yield ""
        yield f"### JumpServer {dialect.first} to {dialect.last} (`{dialect.name}`)"
        yield ""
        for caveat in dialect.caveats:
            yield "- " + MARKUP.sub(r"`\1`", caveat)


def verdicts(proofs):
    """One row per part of a verdict, and one for what a failed run means; a column per range of versions, the newest first."""
    rows = {
        "a failed run": lambda proof: "reached nobody" if proof.whole_failure else "did not reach everybody",
        "`accounts`": lambda proof: "told by the run" if proof.accounts == "run" else "counted in the organization",
        "`accepted` after a success, by mail": lambda proof: "`true`" if proof.accepted else "`null`",
        "`accepted` after a success, to storages": lambda proof: "`null`",
        "`readable`, by mail": lambda proof: "told by the run" if proof.passwords else "`null` without `readable_by` or `drill_records`",
        "`delivered`": lambda proof: "`true`, `false` or `null`" if proof.accepted else "`false` or `null`",
    }
    yield "| JumpServer | " + " | ".join(proof.versions for proof in proofs) + " |"
    yield "| --- |" + " --- |" * len(proofs)
    for name, cell_of in rows.items():
        yield f"| {name} | " + " | ".join(map(cell_of, proofs)) + " |"


def audit(told, severities):
    """One row per rule of the audit, the worst first."""
    yield "| rule | severity | what is said | what to do |"
    yield "| --- | --- | --- | --- |"
    for rule in sorted(told, key=lambda rule: -severities.index(rule.severity)):
        yield f"| `{rule.id}` | {rule.severity} | {rule.sentence.replace('{names}', '…')} | {rule.advice} |"


def faults(told):
    """One row per thing that can be wrong with a file, in the order of the code. What is filled in is in capitals."""
    yield "| what is wrong | what to do |"
    yield "| --- | --- |"
    for fault in told:
        words, advice = (re.sub(r"\{(\w+).*?\}", lambda name: name.group(1).upper(), text) for text in fault)
        yield f"| `{words}` | {advice}. |"


def rules(told):
    """One row per rule: the fact, what to do, and whether the plan is even executed."""
    yield "| finding | what is said | what to do |"
    yield "| --- | --- | --- |"
    for rule in told:
        said = rule.sentence.replace("{names}", "…")
        yield f"| `{rule.id}` | {said}{' (not executed)' if rule.blocks else ''} | {rule.advice} |"


def updated(text, names, made):
    """The text of a document with these tables in it."""
    for name in names:
        found = re.search(rf"^( *)(<!--|#) begin {name}( -->|)\n(?:.*\n)*?\1\2 end {name}\3$", text, re.MULTILINE)
        if not found:
            raise ValueError(f"the lines for {name} are missing")
        indent, mark, close = found.groups()
        gap = [""] if close else []
        lines = [f"{mark} begin {name}{close}", *gap, *made[name], *gap, f"{mark} end {name}{close}"]
        text = text[:found.start()] + "\n".join(line and indent + line for line in lines) + text[found.end():]
    return text


def outdated(write=False):
    """Names of the documents whose tables are not up to date; with ``write`` they are then."""
    made, found = tables(), []
    for place in (*PLACES, docs_schema.PLACE):
        path = ROOT / place
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        new = docs_schema.text() if place == docs_schema.PLACE else updated(text, PLACES[place], made)
        if new != text:
            found.append(place)
            if write:
                path.write_text(new, encoding="utf-8")
    return found


def main():
    """The command; its exit status."""
    import tests.conftest  # noqa: F401  pylint: disable=unused-import  # makes the collection importable

    check = "--check" in sys.argv[1:]
    found = outdated(write=not check)
    for place in found:
        print(f"{place} {'is not up to date: run python -m tests.docs_tables' if check else 'was written'}")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
