# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""The template of the page. Its texts stand in both languages, one of which the style shows."""

from __future__ import annotations

PAGE = """\
{% macro t(en, zh) %}<span class="en" lang="en">{{ en }}</span><span class="zh" lang="zh-Hans">{{ zh }}</span>{% endmacro %}
{% macro severity(name) %}<span class="sev {{ name }}">{{ t(severities[name].en, severities[name].zh) }}</span>{% endmacro %}
{% macro number(value, en, zh, class="") %}
  <li class="{{ class if value else "" }}"><strong>{{ "{:,}".format(value) }}</strong> {{ t(en, zh) }}</li>
{% endmacro %}
{% macro place(one) %}
{% if one.organization == whole_server.en %}{{ t(whole_server.en, whole_server.zh) }}{% else %}<bdi>{{ one.organization }}</bdi>{% endif %}
{% endmacro %}
{% macro plan_link(one) %}
{% if one.plan is not none %}
{% set number = numbers.get((one.plan, one.organization)) %}
{% if number %}<a href="#p{{ number }}"><bdi>{{ one.plan }}</bdi></a>{% else %}<bdi>{{ one.plan }}</bdi>{% endif %}
{% endif %}
{% endmacro %}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Backup audit of {{ result.server }}, {{ result.date[:10] }}</title>
<link rel="icon" href="data:,">
<style>{{ style | safe }}</style>
</head>
<body>
<header class="top">
  <div>
    <h1>{{ t("Backups of JumpServer", "JumpServer 备份审计") }}</h1>
    <p class="muted"><bdi>{{ result.server }}</bdi> &middot;
      <time datetime="{{ result.date }}">{{ result.date.replace("T", " ").replace("Z", " UTC") }}</time></p>
  </div>
  <div class="switches" id="switches" hidden>
    <div role="group" aria-label="Language / 语言"><button type="button" data-lang="en" lang="en">English</button>
      <button type="button" data-lang="zh" lang="zh-Hans">中文</button></div>
    <button type="button" id="theme">{{ t("Dark", "深色") }}</button>
  </div>
</header>
<main>
<section class="verdict {{ worst }}" aria-labelledby="verdict">
  <h2 id="verdict" class="hidden">{{ t("Verdict", "结论") }}</h2>
  <p>{{ t(verdict.en, verdict.zh) }}</p>
  <ul class="numbers">
  {{ number(summary.high, "high", "高", "high") }}
  {{ number(summary.medium, "medium", "中", "medium") }}
  {{ number(summary.low, "low", "低", "low") }}
  {{ number(summary.accepted, "accepted", "已接受", "") }}
  {{ number(summary.organizations, "organizations", "个组织") }}
  {{ number(summary.plans, "backup plans", "个备份计划") }}
  {% if summary.accounts is not none and summary.covered is not none %}
  <li><strong>{{ "{:,}".format(summary.covered) }}</strong> {{ t("of " ~ "{:,}".format(summary.accounts) ~ " accounts in a plan",
    "个账号在计划中，共 " ~ "{:,}".format(summary.accounts) ~ " 个") }}</li>
  {% endif %}
  </ul>
</section>
<p class="intro">{{ t("JumpServer is the gateway through which administrators reach a company's machines, and it keeps the passwords and keys of these "
  "machines. A backup plan sends those secrets, on a schedule and encrypted, to trusted people or to a storage, so that the machines can still be entered when "
  "JumpServer itself is lost.",
  "JumpServer 是管理员登录公司各台机器的堡垒机，并保管这些机器的密码和密钥。备份计划定时把这些密码加密后发送给可信的人员或存储，"
  "这样即使 JumpServer 本身丢失，仍然能够登录这些机器。") }}</p>
<form class="filter" id="filter" role="search" hidden>
  <label class="grow"><span class="hidden">{{ t("Search organizations and plans", "搜索组织和计划") }}</span>
    <input type="search" id="search" placeholder="Search organization or plan" data-zh-placeholder="搜索组织或计划" autocomplete="off"></label>
  <fieldset><legend class="hidden">{{ t("Severity", "严重性") }}</legend>
  {% for name in severities %}
    <label class="choice"><input type="checkbox" name="severity" value="{{ name }}" checked>{{ severity(name) }}</label>
  {% endfor %}
  </fieldset>
  <label><span class="hidden">{{ t("Kind of finding", "发现类型") }}</span>
    <select id="rule"><option value="" data-zh="全部类型">All kinds</option>
    {% for rule in rules %}
      <option value="{{ rule }}" data-zh="{{ title(rule).zh }}">{{ title(rule).en }}</option>
    {% endfor %}
    </select></label>
  <label class="choice"><input type="checkbox" id="only">{{ t("Only with findings", "只看有发现的") }}</label>
  <button type="button" id="all">{{ t("Show all", "全部显示") }}</button>
  <output id="shown" aria-live="polite"></output>
</form>

<section id="findings" aria-labelledby="findings-title">
  <h2 id="findings-title">{{ t("Findings", "发现") }}</h2>
  {% if not groups %}<p class="muted">{{ t("None.", "无。") }}</p>{% endif %}
  <p class="muted zh note" lang="zh-Hans">{{ "具体事实为审计模块的英文原文。" if groups else "" }}</p>
  {% for name in severities %}
  {% set ones = groups | selectattr("severity", "equalto", name) | list %}
  {% if ones %}
  <div class="severity" data-severity="{{ name }}">
  <h3>{{ severity(name) }} <span class="count">{{ summary[name] }}</span></h3>
  {% for group in ones %}
  <details class="group {{ name }}" data-severity="{{ name }}" data-rule="{{ group.rule }}" open>
    <summary><h4>{{ t(title(group.rule).en, title(group.rule).zh) }}</h4> <span class="count">{{ group.findings | length }}</span> <code>{{ group.rule }}</code>
      {% if group.fact %}<span class="advice" lang="en">{{ group.fact }}</span>{% endif %}
      <span class="advice">{{ t("What to do: " ~ group.advice, "处理办法：" ~ advice(group.rule, group.advice).zh) }}</span></summary>
    <table><colgroup><col class="narrow"><col class="narrow"><col></colgroup>
      <thead class="hidden"><tr><th scope="col">{{ t("Organization", "组织") }}</th><th scope="col">{{ t("Plan", "计划") }}</th>
        {% if not group.fact %}<th scope="col">{{ t("Fact", "事实") }}</th>{% endif %}</tr></thead>
      <tbody>
      {% for one in group.findings %}
      <tr><td>{{ place(one) }}</td><td>{{ plan_link(one) }}</td>{% if not group.fact %}<td lang="en">{{ one.message }}</td>{% endif %}</tr>
      {% endfor %}
      </tbody>
    </table>
  </details>
  {% endfor %}
  </div>
  {% endif %}
  {% endfor %}
</section>

<section id="plans" aria-labelledby="plans-title">
  <h2 id="plans-title">{{ t("Organizations and plans", "组织与计划") }}</h2>
  <ul class="legend" aria-label="Legend / 图例">
    {% for state, en, zh in (("s", "success", "成功"), ("f", "failed", "失败"), ("m", "some failed", "部分失败"), ("r", "running", "执行中"),
                             ("n", "no run", "无执行"), ("u", "not read", "未读取")) %}
    <li data-state="{{ state }}"><i class="{{ state }}"></i>{{ t(en, zh) }}</li>
    {% endfor %}
    <li>{{ t("One square per day, " ~ (days | first | default("")) ~ " on the left to " ~ (days | last | default("")) ~ " on the right. "
      "The time beside a name is the age of the last successful run; open a plan for more.",
      "每格一天，左为 " ~ (days | first | default("")) ~ "，右为 " ~ (days | last | default("")) ~ "。名称旁的时间是距最近一次成功备份的时长；点开计划可看详情。") }}</li>
  </ul>
  <table class="matrix" id="matrix" data-days="{{ days | join(" ") }}">
    <thead><tr><th scope="col">{{ t("Organization", "组织") }}</th><th scope="col">{{ t("Backup plans", "备份计划") }}</th></tr></thead>
    <tbody>
    {% for row in rows %}
    <tr data-tags="{{ row.mark.tags }}"><th scope="row"><bdi>{{ row.organization }}</bdi>
      {% if row.accounts is none %}<small>{{ t("accounts not seen", "账号未能查看") }}</small>
      {% elif row.uncovered %}<small>{{ t("%d of %d accounts in no plan" % (row.uncovered, row.accounts),
        "%d 个账号不在计划中，共 %d 个" % (row.uncovered, row.accounts)) }}</small>
      {% else %}<small>{{ t("%d accounts" % row.accounts, "%d 个账号" % row.accounts) }}</small>{% endif %}
      {% for one in row.mark.findings %}<small class="own {{ one.severity }}">{{ t(title(one.rule).en, title(one.rule).zh) }}</small>{% endfor %}
      </th><td>
      {% if row.plans %}
      <ul>
      {% for one in row.plans %}
<li><details class="plan {{ one.mark.severity }}{{ "" if one.plan.is_active else " off" }}" id="p{{ one.number }}" data-tags="{{ one.mark.tags }}"><summary>\
<bdi>{{ one.plan.name }}</bdi><span class="age">{{ one.age }}</span><span class="runs" role="img" aria-label="{{ one.label }}">\
{% for cell in one.cells %}<i class={{ cell }}></i>{% endfor %}</span></summary><ul>{% for kind, text in one.facts %}<li class="{{ kind }}">{{ text }}\
{% endfor %}</ul></details>
      {% endfor %}
      </ul>
      {% else %}<span class="muted">{{ t("no plan", "没有计划") }}</span>{% endif %}
    </td></tr>
    {% endfor %}
    </tbody>
  </table>
</section>

{% if coverage or hidden %}
<section id="coverage" aria-labelledby="coverage-title">
  <h2 id="coverage-title">{{ t("Coverage by type", "按平台类型的覆盖情况") }}</h2>
  {% if coverage %}
  <table>
    <thead><tr><th scope="col">{{ t("Type", "类型") }}</th><th scope="col" class="figure">{{ t("Accounts", "账号") }}</th>
      <th scope="col" class="figure">{{ t("In a plan", "在计划中") }}</th><th scope="col">{{ t("Share", "比例") }}</th>
      <th scope="col">{{ t("Organizations in which no plan backs it up", "没有备份该类型的组织") }}</th></tr></thead>
    <tbody>
    {% for one in coverage %}
    <tr><th scope="row"><bdi>{{ one.type }}</bdi></th><td class="figure">{{ "{:,}".format(one.accounts) }}</td>
      <td class="figure">{{ "{:,}".format(one.covered) }}</td>
      <td class="share"><svg width="100" height="8" aria-hidden="true"><rect class="all" width="100" height="8" rx="4"/>
        <rect class="part" width="{{ one.percent }}" height="8" rx="4"/></svg> {{ one.percent }} %</td>
      <td>{% for name, accounts in one.without[:8] %}<bdi>{{ name }}</bdi> ({{ accounts }}){{ ", " if not loop.last }}{% endfor %}
      {% if one.without | length > 8 %}
        <details><summary>{{ t("and %d more" % (one.without | length - 8), "及其他 %d 个" % (one.without | length - 8)) }}</summary>
        {% for name, accounts in one.without[8:] %}<bdi>{{ name }}</bdi> ({{ accounts }}){{ ", " if not loop.last }}{% endfor %}</details>
      {% endif %}</td></tr>
    {% endfor %}
    </tbody>
  </table>
  {% endif %}
</section>
{% endif %}

{% if result.accepted %}
<section id="accepted" aria-labelledby="accepted-title">
  <h2 id="accepted-title">{{ t("Accepted risks", "已接受的风险") }} <span class="count">{{ result.accepted | length }}</span></h2>
  <table>
    <thead><tr><th scope="col">{{ t("Severity", "严重性") }}</th>
      <th scope="col">{{ t("Organization", "组织") }}</th><th scope="col">{{ t("Plan", "计划") }}</th>
      <th scope="col">{{ t("What is wrong", "问题") }}</th><th scope="col">{{ t("Reason", "接受理由") }}</th>
      <th scope="col">{{ t("Until", "有效期至") }}</th></tr></thead>
    <tbody>
    {% for one in result.accepted %}
    <tr data-tags="{{ one.severity }}:{{ one.rule }}"><td>{{ severity(one.severity) }}</td>
      <td>{{ place(one) }}</td><td>{{ plan_link(one) }}</td>
      <td>{{ t(title(one.rule).en, title(one.rule).zh) }}<small lang="en">{{ one.message }}</small></td>
      <td><bdi>{{ one.reason }}</bdi></td><td>{% if one.until %}{{ one.until }}{% else %}{{ t("no end", "无期限") }}{% endif %}</td></tr>
    {% endfor %}
    </tbody>
  </table>
</section>
{% endif %}

<section id="unseen" aria-labelledby="unseen-title">
  <h2 id="unseen-title">{{ t("What was not seen", "未能查看的内容") }}</h2>
  <ul>
  {% for sentence in result.unseen %}<li lang="en">{{ sentence }}</li>{% endfor %}
  {% if result.runs_since %}<li>{{ t("Runs before " ~ result.runs_since ~ " were not read.",
    result.runs_since ~ " 之前的执行记录没有读取。") }}</li>{% endif %}
  {% if hidden %}<li>{{ t("The accounts of these organizations: ", "以下组织的账号：") }}
    {% for name in hidden %}<bdi>{{ name }}</bdi>{{ ", " if not loop.last }}{% endfor %}</li>{% endif %}
  {% if not (result.unseen or result.runs_since or hidden) %}<li>{{ t("Everything that the audit asks for could be seen.", "审计所需的内容均已查看。") }}</li>{% endif %}
  </ul>
</section>
</main>
<footer class="muted">{{ t("Made by jumpserver.accounts.backup_audit. Times are those of the server.",
  "由 jumpserver.accounts.backup_audit 生成。时间均为服务器时间。") }}</footer>
<script>{{ script | safe }}</script>
</body>
</html>"""
