# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The script of the page: language, theme, filter. Without it everything is shown, in English."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  // what the reader chose stays chosen, where the browser keeps it
  const recall = (key) => { try { return localStorage.getItem("backup-audit-" + key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem("backup-audit-" + key, value); } catch { /* a browser may forbid it */ } };

  // language
  const chinese = () => root.dataset.lang === "zh";
  const states = new Map(all("[data-state]").map((item) => [
    item.dataset.state, { en: item.querySelector(".en").textContent, zh: item.querySelector(".zh").textContent }]));
  const search = byId("search");
  const inEnglish = { placeholder: search.placeholder };

  function speak(language) {
    root.dataset.lang = language;
    root.lang = language === "zh" ? "zh-Hans" : "en";
    for (const option of all("option[data-zh]")) {
      option.dataset.en ??= option.textContent;
      option.textContent = option.dataset[language];
    }
    search.placeholder = chinese() ? search.dataset.zhPlaceholder : inEnglish.placeholder;
    for (const button of all("button[data-lang]")) button.setAttribute("aria-pressed", button.dataset.lang === language);
    for (const runs of all(".runs")) {
      runs.dataset.en ??= runs.getAttribute("aria-label");
      const days = (...kinds) => runs.querySelectorAll(kinds.map((kind) => "." + kind).join()).length;
      runs.setAttribute("aria-label", chinese() ? `成功 ${days("s", "m")} 天，失败 ${days("f", "m")} 天` : runs.dataset.en);
    }
    count();
  }

  // theme
  const theme = byId("theme");
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  function paint(name) {
    if (name) root.dataset.theme = name;
    theme.setAttribute("aria-pressed", dark());
  }

  // filter
  const tagged = (element) => (element.dataset.tags || "").split(" ").filter(Boolean).map((tag) => tag.split(":"));
  const textOf = (...elements) => elements.map((element) => element.textContent).join("\n").toLowerCase();
  const findings = all(".group").flatMap((group) => all("tbody tr", group).map((element) => ({
    element, group, tags: [[group.dataset.severity, group.dataset.rule]], text: textOf(element.cells[0], element.cells[1]) })));
  const accepted = all("#accepted tbody tr").map((element) => ({ element, tags: tagged(element), text: textOf(element.cells[1], element.cells[2]) }));
  const organizations = all("#matrix > tbody > tr").map((element) => {
    const name = element.cells[0].querySelector("bdi");
    return {
      element, tags: tagged(element), text: textOf(name),
      plans: all(".plan", element).map((plan) => ({ element: plan.parentElement, tags: tagged(plan), text: textOf(name, plan.querySelector("bdi")) })) };
  });
  // beside a heading stands the number of what is shown below it
  const counts = all(".severity, .group, #accepted").map((within) => ({
    heading: within.querySelector(".count"), within, total: within.querySelectorAll("tbody tr").length }));
  const numberOfPlans = organizations.reduce((sum, one) => sum + one.plans.length, 0);
  let shown = { findings: findings.length, plans: numberOfPlans };

  function sift() {
    const text = search.value.trim().toLowerCase();
    const severities = new Set(all("input[name=severity]:checked").map((input) => input.value));
    const rule = byId("rule").value;
    const narrowed = severities.size < 3 || rule !== "" || byId("only").checked;
    const wanted = ({ tags }) => tags.some(([severity, id]) => severities.has(severity) && (rule === "" || rule === id));
    const called = (one) => one.text.includes(text);
    const show = (element, visible) => { element.hidden = !visible; return visible; };

    shown = { findings: 0, plans: 0 };
    for (const one of findings) shown.findings += show(one.element, called(one) && wanted(one));
    for (const one of accepted) show(one.element, called(one) && wanted(one));
    for (const { heading, within, total } of counts) {
      const left = all("tbody tr", within).filter((row) => !row.hidden).length;
      heading.textContent = left === total ? total : `${left} / ${total}`;
      if (within.id !== "accepted") show(within, left > 0);
    }
    for (const one of organizations) {
      const plans = one.plans.filter((plan) => show(plan.element, called(plan) && (!narrowed || wanted(plan)))).length;
      show(one.element, plans > 0 || (called(one) && (!narrowed || wanted(one))));
      shown.plans += plans;
    }
    count();
  }

  function count() {
    byId("shown").textContent = chinese()
      ? `显示 ${shown.findings} / ${findings.length} 项发现，${shown.plans} / ${numberOfPlans} 个计划`
      : `${shown.findings} of ${findings.length} findings, ${shown.plans} of ${numberOfPlans} plans`;
  }

  // long groups are folded, but not on paper
  const LONG = 6;
  const groups = all(".group");
  for (const group of groups) group.open = group.querySelectorAll("tbody tr").length <= LONG;
  let folded = [];
  addEventListener("beforeprint", () => { folded = groups.filter((group) => !group.open); for (const group of folded) group.open = true; });
  addEventListener("afterprint", () => { for (const group of folded) group.open = false; });

  // a day tells what it was
  const days = byId("matrix").dataset.days.split(" ");
  byId("matrix").addEventListener("mouseover", ({ target }) => {
    if (target.tagName !== "I") return;
    const day = days[Array.prototype.indexOf.call(target.parentElement.children, target)];
    target.title = `${day}: ${states.get(target.className)[chinese() ? "zh" : "en"]}`;
  });

  // from a finding to its plan
  const unfold = () => { const plan = location.hash && byId(location.hash.slice(1)); if (plan && plan.matches(".plan")) plan.open = true; };
  addEventListener("hashchange", unfold);

  byId("filter").hidden = byId("switches").hidden = false;
  byId("filter").addEventListener("input", sift);
  byId("all").addEventListener("click", () => { byId("filter").reset(); sift(); });
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  for (const button of all("button[data-lang]")) {
    button.addEventListener("click", () => { speak(button.dataset.lang); keep("language", button.dataset.lang); });
  }
  theme.addEventListener("click", () => { const name = dark() ? "light" : "dark"; paint(name); keep("theme", name); });
  paint(recall("theme"));
  speak(recall("language") || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"));
  unfold();
})();
"""
