# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of an audit: each is read by a parser of its format, and says what the result says, whatever the names are."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import os
import re
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from ansible_collections.jumpserver.accounts.plugins.module_utils._audit.audit import RULE_IDS
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports import files, html, views, words
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.kinds import KINDS, render
from ansible_collections.jumpserver.accounts.plugins.module_utils._reports.plain import shown
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import whole
from ansible_collections.jumpserver.accounts.plugins.module_utils._server.errors import BadInput
from ansible_collections.jumpserver.accounts.plugins.module_utils._surroundings import Place
from hypothesis import given, settings, strategies as st
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from prometheus_client.openmetrics.parser import text_string_to_metric_families as of_openmetrics
from prometheus_client.parser import text_string_to_metric_families as of_prometheus

from tests.conftest import ROOT
from tests.pages import estate

HOSTILE = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)", "]]>", "<![CDATA[", "<!-- ", "--></style>", "{{ 7 * 7 }}", "{% raw %}", "{# no #}",
    "${7*7}", "&amp; &lt;", "a|b", "a\\|b", "a\\", "\\\\|", "`code`", "``",
    "*bold* _it_ ~~no~~", "[x](https://example.com)", "![x](https://example.com/i.png)", "# title", "- item", "@everyone #12 a@example.com",
    "http://example.com", "www.example.com", ":smile:", "line\nbreak", "line\r\nbreak", "\ttab\t", "nul\x00bell\x07esc\x1b[31m",
    "\x7f\x85\x9b", "\u2028\u2029", "\u202eevil\u202c",
    "\u2066isolate", "\u200fשלום", "研发中心", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ud800", "\udcff", "\ufffe\uffff", "a" * 300, " ", "",
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=30))
# what the audit itself chooses
OURS = ("date", "days", "severity", "runs_since", "backup_type")


def everywhere(text):
    """A result with this text in every field that can hold any. Names end with a number, as a server has no two of the same."""
    return planted(text, small(), "")


def planted(text, value, key):
    if isinstance(value, dict):
        return {name: entry if name in OURS else planted(text, entry, name) for name, entry in value.items()}
    if isinstance(value, list):
        return [planted(text, entry, key) for entry in value]
    if not isinstance(value, str) or (key == "status" and value in ("success", "failed", "running")):
        return value
    return f"{text}{value[-1]}" if key in ("organization", "plan", "name", "type") else text


def small():
    """Two organizations with what a report can hold."""
    plans = [estate.plan("p1", "ssfsfrs"), estate.plan("p2", ".......", None, last_execution=estate.execution(2, "failed"), proved="2026-11-20T10:00:00Z")]
    organizations = [estate.organization("o1", plans, t1=3, t2=-2), estate.organization("o2", [])]
    findings = [estate.finding("overdue", "o1", "p1"), estate.finding("no-plan", "o2"), estate.finding("missing", "o3", "p4")]
    accepted = [dict(estate.finding("inactive", "o1", "p2"), reason="why", until="2026-12-31")]
    return estate.result(organizations, findings, accepted, ["one thing"], "2026-11-21")


def names(text):
    """The names of `small` as reports show them."""
    return {end: shown(text + end) for end in "12"}


class Page(HTMLParser):
    """The elements of a page, with their attributes, and the texts of some of them."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self._open = [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


# the page


@functools.cache
def elements_of_a_harmless_page():
    return [(tag, sorted(attributes)) for tag, attributes in Page(render(everywhere("x"), "html")).elements]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text], ids=ascii)
def test_nothing_from_a_server_becomes_markup(text):
    page = Page(render(everywhere(text), "html"))
    assert [(tag, sorted(attributes)) for tag, attributes in page.elements] == elements_of_a_harmless_page()
    assert set(page.texts["bdi"]) >= set(names(text).values())


@settings(max_examples=20)
@given(TEXTS)
def test_pages_hold_nothing_that_loads_or_runs(text):
    page = Page(render(everywhere(text), "html"))
    for _tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style", "action", "formaction")]
        assert re.fullmatch(r"#p\d+|data:,", attributes.get("href", "#p1"))


def test_the_policy_allows_the_page_itself_and_nothing_else():
    text = render(estate.demo(), "html")
    page = Page(text)
    policy = next(one["content"] for one in page.of("meta") if one.get("http-equiv") == "Content-Security-Policy")
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert set(directives) == {"default-src", "img-src", "style-src", "script-src", "base-uri", "form-action"} and directives["default-src"] == "'none'"
    for tag in ("script", "style"):
        content, = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
        assert directives[f"{tag}-src"] == f"'sha256-{digest}'"


def test_a_page_has_headings_in_order_and_tables_with_headers():
    page = Page(render(estate.demo(), "html"))
    levels = [int(tag[1]) for tag, _attributes in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:]))
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.of("th"))
    identifiers = [attributes["id"] for _tag, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    labels = [attributes["aria-labelledby"] for _tag, attributes in page.elements if "aria-labelledby" in attributes]
    assert labels and set(labels) <= set(identifiers)


def test_each_text_of_the_page_stands_in_both_languages():
    page = Page(render(estate.demo(), "html"))
    classes = [attributes.get("class") for attributes in page.of("span")]
    assert classes.count("en") == classes.count("zh") > 100
    assert all(re.search("[\u4e00-\u9fff]", one["data-zh"]) for one in page.of("option"))


def test_a_large_estate_is_a_small_page():
    assert len(render(estate.large(200, 10), "html").encode("utf-8")) < 1_300_000


def test_an_empty_estate_has_reports_too():
    nothing = estate.result([], [])
    nothing["summary"].update(accounts=None, covered=None)
    nothing["days"] = []
    for kind in KINDS:
        assert render(nothing, kind)


@pytest.mark.parametrize(("runs", "since", "cells"), [
    ([], None, "nnn"),
    ([("26", "success")], None, "nns"),
    ([("24", "failed"), ("26", "running")], None, "fnr"),
    ([("26", "pending")], None, "nnr"),
    ([("26", "failed"), ("26", "success"), ("25", "success"), ("25", "running")], None, "nsm"),
    ([("25", "success")], "2026-11-25", "usn"),
    ([("01", "success")], None, "nnn"),
])
def test_a_day_is_one_cell(runs, since, cells):
    days = ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert "".join(html._cells([{"date": f"2026-11-{day}", "status": status} for day, status in runs], days, since)) == cells


@pytest.mark.parametrize(("seconds", "text"), [
    (None, "\u2013"), (0, "0 min"), (59, "0 min"), (7199, "119 min"), (7200, "2 h"), (172799, "47 h"), (172800, "2 d"), (93600.0, "26 h")])
def test_durations_are_short(seconds, text):
    assert html.duration(seconds) == text


def test_a_plan_tells_its_facts():
    failed = dict(estate.execution(2, "failed"), reason="no route")
    plan = estate.plan("p", types=["a", "b"], backup_type="object_storage", last_execution=failed, proved="2026-11-20T10:00:00Z")
    assert list(html._facts(plan)) == [
        ("schedule", "crontab 0 3 * * *"), ("types", "a, b"), ("sends", "object storage"), ("good", "2026/11/26 03:02:00 +0800 (6 h <= 26 h)"),
        ("last", "failed, 2026/11/26 07:50:00 +0800, no route"), ("next", "2026-11-27 03:00:00+08:00"), ("proved", "2026-11-20 10:00:00Z")]
    odd = estate.plan("p", good=None, backup_type=None, last_execution={"id": "i", "status": "pending", "date_start": None, "age": None}, next_run=None)
    assert list(html._facts(odd))[2:] == [("sends", "None"), ("good", "\u2013"), ("last", "pending")]
    late = dict(odd, last_success=dict(estate.execution(80), date_start=12))
    assert ("good", "12 (3 d > 26 h)") in list(html._facts(late))


# the verdict


@pytest.mark.parametrize(("findings", "accepted", "unseen", "parts"), [
    ([], [], [], ["Nothing was found. No action is needed."]),
    ([], ["inactive"], [], ["Nothing was found but 1 accepted risk."]),
    ([], [], ["x", "y"], ["Nothing was found.", "2 things could not be seen, so there may be more."]),
    (["inactive", "undeclared"], [], [], ["Nothing of high severity was found, but 2 weaknesses: a plan that nobody declared (1)."]),
    (["inactive", "overdue", "overdue", "never-ran"], [], ["x"], [
        "Not all backups can be relied on: 4 findings in 1 organization, 3 of high severity; most often: last good backup too old (2), never ran (1).",
        "One thing could not be seen"]),
])
def test_the_verdict_says_what_is_wrong_and_what_to_do(findings, accepted, unseen, parts):
    result = estate.result(
        [], [estate.finding(rule, "o") for rule in findings], [dict(estate.finding(rule, "o"), reason="r", until=None) for rule in accepted], unseen)
    said = words.verdict(result)
    for part in parts:
        assert part in said.en
    assert re.search("[\u4e00-\u9fff]", said.zh) and not re.search("[A-Za-z]", said.zh)
    assert set(re.findall(r"\d+", said.en)) <= set(re.findall(r"\d+", said.zh))


def test_each_rule_has_a_title():
    assert set(RULE_IDS) == set(words.TITLES) == set(words.ADVICE)
    assert words.advice("of-tomorrow", "look") == ("look", "look")
    assert words.title("of-tomorrow") == ("of-tomorrow", "其他发现：of-tomorrow")


def test_what_is_the_same_of_several_is_said_once():
    once, twice = ([estate.finding("overdue", name) for name in names] for names in ("a", "ab"))
    assert [group.fact for group in views.groups(once)] == [None]
    assert [group.fact for group in views.groups(twice)] == [twice[0]["message"]]
    assert render(estate.result([], twice), "html").count(twice[0]["message"]) == 1
    assert [group.fact for group in views.groups([*once, estate.finding("overdue", "b", message="other")])] == [None]


# coverage


def test_coverage_is_summed_by_type():
    organizations = [estate.organization("a", [], linux=5, mysql=-2), estate.organization("b", [], linux=-3, mysql=0), estate.organization("c", [])]
    assert [tuple(row) for row in views.coverage(organizations)] == [("linux", 8, 5, [("b", 3)]), ("mysql", 2, 0, [("a", 2)])]
    assert [row.percent for row in views.coverage(organizations)] == [62, 0]
    assert views.unseen_coverage(organizations) == ["c"]


# Markdown


def cells_of(text):
    """The cells of all tables, as a reader shows them."""
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, re.DOTALL)
    return rendered, [["".join(Words(cell).found) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)] for row in rows]


class Words(HTMLParser):
    """The text of a piece of HTML."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.feed(text)
        self.close()

    def handle_data(self, data):
        self.found.append(data)


def markdown_holds(text):
    result = everywhere(text)
    rendered, rows = cells_of(render(result, "markdown"))
    assert not re.search(r"<(?!/?(h[12]|p|ul|li|table|thead|tbody|tr|t[hd]|code)>)", rendered)
    widths = [len(row) for row in rows]
    assert widths == [5] * 4 + [6] * 2 + [5] * 3
    said = shown(result["findings"])
    for row, finding in zip(rows[1:], said):
        assert [row[1].strip(), row[2].strip()] == [finding["organization"].strip(), (finding["plan"] or "").strip()]
        assert row[4].replace("\u2060", "").strip() == finding["advice"].strip()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_markdown_shows_names_to_the_letter(text):
    markdown_holds(text)


@given(TEXTS)
def test_markdown_holds_any_name(text):
    markdown_holds(text)


def test_markdown_calls_nobody():
    text = render(estate.result([], [estate.finding("overdue", "o", message="see @everyone and #12 at https://example.com")]), "markdown")
    assert "see &#64;\u2060everyone and &#35;\u206012 at https&#58;//example.com" in text


def test_long_markdown_ends_with_a_count():
    text = render(estate.large(200, 10), "markdown")
    assert len(text) < 65536
    listed = text.count("\n| High") + text.count("\n| Medium") + text.count("\n| Low")
    assert f"And {286 - listed} more, which are in the other reports." in text


# OpenMetrics and the text format of Prometheus


def samples(text):
    """(name, labels) to value by both parsers, which must agree, and have each series once."""
    read = []
    for parse in (of_prometheus, of_openmetrics):
        found = [sample for family in parse(text) for sample in family.samples]
        read.append({(sample.name, frozenset(sample.labels.items())): sample.value for sample in found})
        assert len(read[-1]) == len(found)
    assert read[0] == read[1]
    return {(name[len("jumpserver_backup_"):], frozenset(dict(labels).items() - {("server", "https://jumpserver.example.com")})): value
            for (name, labels), value in read[0].items()}


def sample(found, name, **labels):
    return found.get((name, frozenset(labels.items())))


def test_metrics_tell_of_plans_and_accounts():
    found = samples(render(small(), "openmetrics"))
    audit = sample(found, "audit_timestamp_seconds")
    assert audit == 1795657800
    first, second = ({"organization": "o1", "plan": plan} for plan in ("p1", "p2"))
    assert sample(found, "last_success_timestamp_seconds", **first) == audit - 6.8 * 3600
    assert sample(found, "last_success_age_seconds", **first) == 6.8 * 3600
    assert sample(found, "last_success_timestamp_seconds", **second) is None
    assert sample(found, "last_run_timestamp_seconds", **second) == audit - 7200
    assert sample(found, "last_run_status", status="failed", **second) == 1
    assert sample(found, "next_run_timestamp_seconds", **first) == 1795719600
    assert sample(found, "proved_timestamp_seconds", **second) == 1795168800
    assert sample(found, "max_age_seconds", **first) == 93600
    assert sample(found, "plan_active", **first) == 1
    assert {severity: sample(found, "findings", severity=severity) for severity in estate.SEVERITIES} == {"high": 2, "medium": 0, "low": 1}
    assert sample(found, "organization_findings", organization="o2", severity="low") == 0
    assert sample(found, "organization_findings", organization="o3", severity="low") == 1
    assert sample(found, "accepted_findings") == sample(found, "unseen") == 1
    assert [sample(found, name, organization="o1", type="t2") for name in ("accounts", "accounts_covered")] == [2, 0]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_labels_are_names_to_the_letter(text):
    labels = {"organization": shown(text + "1"), "plan": shown(text + "1"), "server": shown(text)}
    assert sample(samples(render(everywhere(text), "openmetrics")), "plan_active", **labels) == 1


@given(TEXTS)
def test_metrics_hold_any_name(text):
    samples(render(everywhere(text), "openmetrics"))


def test_names_that_look_the_same_are_told_apart():
    plans = [estate.plan("a\ud800"), estate.plan("a\ud801"), estate.plan("b")]
    found = samples(render(estate.result([estate.organization("o", plans)], []), "openmetrics"))
    labels = sorted(dict(labels)["plan"] for name, labels in found if name == "plan_active")
    assert labels == [*sorted(f"a\ufffd ({plan['id']})" for plan in plans[:2]), "b"]


def test_findings_of_organizations_that_look_the_same_are_told_apart():
    """Two series of the same labels make a collector refuse the whole file, and one for both would tell of neither."""
    alike = [estate.organization(name, [estate.plan("nightly")]) for name in ("a\ud800", "a\ud801")]
    late = estate.finding("overdue", "a\ud801", "nightly")
    result = estate.result(alike, [late, estate.finding("no-plan", "a\ud801"), estate.finding("one-recipient", "a\ud800", "nightly")])
    found = {
        (dict(labels)["organization"], dict(labels)["severity"]): value for (name, labels), value in samples(render(result, "openmetrics")).items()
        if name == "organization_findings"}
    first, second = (f"a\ufffd ({one['id']})" for one in alike)
    assert {place: value for place, value in found.items() if value} == {(second, "high"): 2, (first, "low"): 1} and len(found) == 6
    assert render(estate.result(alike, [late]), "html").count('data-tags="high:overdue"') == 1


def test_both_formats_end_as_they_have_to():
    text = render(estate.demo(), "openmetrics")
    assert text.endswith("\n# EOF\n") and "\n\n" not in text and "\r" not in text


# JUnit


def test_cases_of_ci():
    suites = JUnitXml.fromstring(render(small(), "junit"))
    assert (suites.tests, suites.failures, suites.skipped, suites.errors) == (4, 3, 1, 0)
    assert [suite.name for suite in suites] == ["o1", "o2", "o3"]
    cases = {(case.classname, case.name): case.result for suite in suites for case in suite}
    assert {place: [type(one).__name__ for one in results] for place, results in cases.items()} == {
        ("o1", "p1: overdue"): ["Failure"], ("o1", "p2: inactive"): ["Skipped"], ("o2", "no-plan"): ["Failure"], ("o3", "p4: missing"): ["Failure"]}
    assert cases["o1", "p2: inactive"][0].message == "accepted until 2026-12-31: why"


def test_a_plan_without_findings_passes():
    suites = JUnitXml.fromstring(render(estate.result([estate.organization("o", [estate.plan("p")]), estate.organization("e", [])], []), "junit"))
    assert [(case.classname, case.name, case.is_passed) for suite in suites for case in suite] == [("e", "looked at", True), ("o", "p", True)]


def junit_holds(text):
    root = ElementTree.fromstring(render(everywhere(text), "junit").encode("utf-8"))
    assert [suite.get("name") for suite in root] == [shown(text + end) for end in "123"]
    assert {case.get("classname") for case in root.iter("testcase")} == {shown(text + end) for end in "123"}
    for element in root.iter():
        assert element.tag in ("testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped")
    for suite in [root, *root]:
        assert [int(suite.get(name)) for name in ("tests", "failures", "skipped")] == [
            len(list(suite.iter(tag))) for tag in ("testcase", "failure", "skipped")]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_junit_names_are_to_the_letter(text):
    junit_holds(text)


@given(TEXTS)
def test_junit_holds_any_name(text):
    junit_holds(text)


# JSON


@given(TEXTS)
def test_json_is_the_result(text):
    assert json.loads(render(everywhere(text), "json").encode("utf-8")) == everywhere(text)


# texts


@pytest.mark.parametrize(("text", "expected"), [
    ("研发 \U0001f600", "研发 \U0001f600"), ("a\x00\x1b\x7f", "a\u2400\u241b\u2421"), ("a\r\n\tb", "a\u240d\u240a\u2409b"),
    ("\u202ea\u2069\u2028\x85", "\ufffda\ufffd\ufffd\ufffd"), ("\ud800\ufffe", "\ufffd\ufffd"), ("\u200d\u200e\u200f", "\u200d\u200e\u200f"),
])
def test_what_cannot_be_shown_is_seen(text, expected):
    assert shown({text: [text, 1, None]}) == {expected: [expected, 1, None]}


# files


def paths(folder, *kinds):
    return {kind: str(folder / kind) if kind in kinds else None for kind in KINDS}


def test_reports_are_written_where_they_changed(tmp_path):
    wanted = paths(tmp_path, "html", "json")
    assert files.write(wanted, estate.demo(), True) == [wanted["html"], wanted["json"]]
    assert list(tmp_path.iterdir()) == []
    assert files.write(wanted, estate.demo(), False) == [wanted["html"], wanted["json"]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["html", "json"]
    assert (tmp_path / "json").read_text(encoding="utf-8") == render(estate.demo(), "json")
    assert (tmp_path / "html").stat().st_mode & 0o777 == 0o640
    (tmp_path / "html").chmod(0o644)
    (tmp_path / "html").write_text("old", encoding="utf-8")
    assert files.write(wanted, estate.demo(), False) == [wanted["html"]]
    assert (tmp_path / "html").stat().st_mode & 0o777 == 0o644
    assert files.write(wanted, estate.demo(), False) == []


def test_a_relative_path_begins_in_the_folder_of_the_task(tmp_path, monkeypatch):
    (tmp_path / "task").mkdir()
    monkeypatch.chdir(tmp_path)
    assert files.write({"markdown": "audit.md", "html": Place("", str(tmp_path))}, estate.demo(), False) == ["audit.md"]
    assert files.write({"markdown": Place("audit.md", str(tmp_path / "task"))}, estate.demo(), False) == ["audit.md"]
    assert (tmp_path / "audit.md").exists() and (tmp_path / "task" / "audit.md").exists()
    with pytest.raises(BadInput, match="Cannot write the report json to a/b: there is no folder .*/task/a. Create it first."):
        files.check({"json": Place("a/b", str(tmp_path / "task"))})


@pytest.mark.parametrize(("wanted", "message"), [
    ({"html": "{0}/no/a.html"}, "Cannot write the report html to {0}/no/a.html: there is no folder {0}/no. Create it first."),
    ({"junit": "{0}"}, "Cannot write the report junit to {0}: it is a folder. Give the path of a file."),
    ({"json": "{0}/a", "html": "{0}/../{1}/a"}, "The reports html and json cannot both be written to {0}/a: give each a path of its own."),
])
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_cannot_be_written_is_told(tmp_path, wanted, message, check_mode):
    wanted = {kind: path.format(tmp_path, tmp_path.name) for kind, path in wanted.items()}
    with pytest.raises(BadInput) as caught:
        files.write(wanted, estate.demo(), check_mode)
    assert str(caught.value) == message.format(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_pipe_or_a_device_is_neither_waited_for_nor_replaced(tmp_path, check_mode):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(BadInput, match="^Cannot write the report json to .*/pipe: it is a device or a pipe. Give the path of a file.$"):
        files.write({"json": str(pipe)}, estate.demo(), check_mode)
    with pytest.raises(OSError, match="It is no file"):
        whole.replace(str(pipe), b"new", 0o600)
    assert pipe.is_fifo() and list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize(("name", "doing"), [("replace", "write"), ("realpath", "read")])
def test_a_disk_that_refuses_is_told(tmp_path, monkeypatch, name, doing):
    wanted = paths(tmp_path, "json")
    (tmp_path / "json").write_text("old", encoding="utf-8")

    def refuse(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    if name == "replace":
        monkeypatch.setattr(os, "replace", refuse)
    else:
        monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(BadInput) as caught:
        files.write(wanted, estate.demo(), False)
    assert str(caught.value).startswith(f"Cannot {doing} the report {wanted['json']}") and str(caught.value).endswith("No space left on device.")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["json"]
    assert (tmp_path / "json").read_text(encoding="utf-8") == "old"


def test_only_a_page_needs_an_engine(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert len(files.write(paths(tmp_path, *KINDS[1:]), estate.demo(), False)) == 4
    with pytest.raises(BadInput, match="Failed to import the required Python library \\(jinja2\\)"):
        files.write(paths(tmp_path, "html"), estate.demo(), False)


# files that are replaced


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    whole.replace(str(tmp_path / "link"), b"new", 0o600)
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"


def test_a_group_that_cannot_be_kept_opens_the_file_to_no_other(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o664)
    real = os.stat

    class Other:
        st_gid, st_mode = real(path).st_gid + 1, real(path).st_mode

    def refuse(*_arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "stat", lambda place, **options: Other if place == str(path) else real(place, **options))
    monkeypatch.setattr(os, "chown", refuse)
    whole.replace(str(path), b"new", 0o600)
    monkeypatch.undo()
    assert path.stat().st_mode & 0o777 == 0o604 and path.read_bytes() == b"new"


def test_reports_are_read_by_who_reads_lines(tmp_path):
    """No report has a line break within a name, so that a log or a terminal shows one line for it."""
    result = everywhere("a\nb\x1b[2J")
    for kind in ("markdown", "openmetrics", "junit"):
        text = render(result, kind)
        assert "\x1b" not in text and "a\nb" not in text
        assert io.StringIO(text).read() == text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "json"])
def test_what_concerns_the_whole_server_has_a_place_in_every_report(kind):
    finding = {"rule": "machines-not-named", "severity": "low", "organization": None, "plan": None, "message": "no names", "advice": "write an index"}
    result = dict(small(), findings=[finding], accepted=[dict(finding, reason="meant", until=None)])
    text = render(result, kind)
    assert "None" not in text and "(the whole server)" in text
    assert kind != "html" or "（整个服务器）" in text


def test_the_whole_server_is_no_organization_of_the_verdict():
    findings = [estate.finding("overdue", "o"), dict(estate.finding("missing", "o"), organization=None)]
    assert "2 findings in 1 organization, 1 of high" in render(estate.result([], findings), "markdown")


def test_every_metric_is_documented():
    text = render(small(), "openmetrics")
    documented = re.findall(r"^\| `(jumpserver_backup_\w+)` \|", ROOT.joinpath("docs", "audit.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert documented == re.findall(r"^# TYPE (\w+) gauge$", text, re.MULTILINE)
