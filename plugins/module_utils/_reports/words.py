# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What the reports say in words of their own, in English and Chinese. Facts and advice of findings are the audit's own sentences, in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Said(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str


# rules by what they are about; a rule of the audit that is not here is called by its id
TITLES = {
    "accounts-in-no-plan": Said("Accounts that no plan backs up", "有账号不在任何备份计划中"),
    "bad-declaration": Said("A declaration that cannot be applied", "声明有误，无法应用"),
    "broken-schedule": Said("Schedule broken, so the plan does not run", "定时设置损坏，计划不会按显示执行"),
    "differs": Said("A plan is not as declared", "计划与声明不一致"),
    "divided-all-the-same": Said("Secrets are divided although not asked for", "未要求拆分，密码仍会被拆成两部分"),
    "drill-too-old": Said("Last proved too long ago", "上次恢复演练已过期"),
    "expired-recipient": Said("A recipient's user has expired", "收件人的用户已过期"),
    "inactive": Said("Plan switched off", "计划已停用"),
    "inactive-recipient": Said("A recipient's user is inactive", "收件人的用户已被禁用"),
    "last-run-failed": Said("The last run failed", "最近一次执行失败"),
    "machines-not-named": Said("Backups do not say which machine a secret is for", "备份文件没有写明密码属于哪台机器"),
    "missing": Said("Declared, but not there", "已声明，但服务器上不存在"),
    "never-proved": Said("Never proved by a drill", "从未经过恢复演练验证"),
    "never-ran": Said("Never ran", "从未执行过"),
    "no-plan": Said("Organization without a backup plan", "组织没有任何备份计划"),
    "no-recipients": Said("Nobody receives the backups", "没有人或存储接收备份"),
    "no-sftp-storage": Said("No storage can receive the backups", "没有可以接收备份的存储"),
    "no-types": Said("Plan backs up nothing", "计划未选择任何平台类型，不会备份任何账号"),
    "not-divided": Said("Secrets are not divided as asked for", "要求拆分密码，但只有一部分有接收方"),
    "nothing-delivered": Said("Called a success, but nothing arrived", "显示成功，但没有备份送达"),
    "one-recipient": Said("Everything depends on one recipient", "备份只依赖一个接收方"),
    "overdue": Said("Last good backup too old", "最近一次成功备份已超期"),
    "same-person-in-both-parts": Said("One person holds both halves of the secrets", "同一人同时收到密码的两部分"),
    "slash-in-name": Said("A slash in the name makes runs fail", "计划名称含有斜杠，执行会失败"),
    "still-running": Said("A run that never ends", "执行一直没有结束"),
    "stopped-firing": Said("The schedule no longer starts the plan", "定时任务已不再触发"),
    "storage-not-sftp": Said("A storage receives nothing", "有存储收不到备份"),
    "types-without-accounts": Said("A type that no account has", "计划中的平台类型没有任何账号"),
    "undeclared": Said("A plan that nobody declared", "未声明的计划"),
    "unknown-type": Said("A type that the server does not know", "服务器不认识的平台类型"),
    "unscheduled": Said("Plan without a schedule", "计划没有定时设置"),
    "zip-not-encrypted": Said("Secrets lie in a storage unencrypted", "密码以明文存放在存储中"),
}
SEVERITIES = {"high": Said("High", "高"), "medium": Said("Medium", "中"), "low": Said("Low", "低")}
# kinds of findings that a verdict names
MOST_NAMED = 3


def title(rule: str) -> Said:
    """What a rule is about."""
    return TITLES.get(rule) or Said(rule, f"其他发现：{rule}")


def verdict(result: Mapping[str, Any]) -> Said:
    """What is wrong and what to do, in two sentences."""
    said = _verdict(result["summary"], _most_frequent(result["findings"]), len({one["organization"] for one in result["findings"]}))
    hidden = len(result["unseen"])
    if not hidden:
        return said
    return Said(
        f"{said.en} {'One thing' if hidden == 1 else f'{hidden} things'} could not be seen, so there may be more.",
        f"{said.zh}另有 {hidden} 项内容无法查看，实际问题可能更多。")


def _verdict(summary: Mapping[str, Any], kinds: Said, affected: int) -> Said:
    high, others = summary["high"], summary["medium"] + summary["low"]
    if high:
        where = "1 organization" if affected == 1 else f"{affected} organizations"
        return Said(
            f"Not all backups can be relied on: {_number(high + others, 'finding')} in {where}, {high} of high severity; most often: {kinds.en}. "
            "Begin with the high ones; each group says what to do.",
            f"部分备份不可靠：{affected} 个组织共有 {high + others} 项发现，其中 {high} 项为高严重性；最常见的是：{kinds.zh}。请先处理高严重性的项目，每组都写明了处理办法。")
    if others:
        return Said(
            f"Nothing of high severity was found, but {_number(others, 'weakness', 'weaknesses')}: {kinds.en}. Plan their repair; each group says what to do.",
            f"没有高严重性的问题，但有 {others} 项不足：{kinds.zh}。请安排改进，每组都写明了处理办法。")
    accepted = summary["accepted"]
    if accepted:
        return Said(
            f"Nothing was found but {_number(accepted, 'accepted risk')}. Review the reasons from time to time.",
            f"除 {accepted} 项已接受的风险外，没有发现问题。请定期复查接受的理由。")
    return Said("Nothing was found. No action is needed.", "没有发现问题，无需处理。")


def _number(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _most_frequent(findings: Iterable[Mapping[str, Any]]) -> Said:
    """The most frequent kinds of the worst severity that there is."""
    counted: dict[str, int] = {}
    worst = ""
    for finding in findings:
        worst = worst or finding["severity"]
        if finding["severity"] == worst:
            counted[finding["rule"]] = counted.get(finding["rule"], 0) + 1
    most = sorted(counted, key=lambda rule: -counted[rule])[:MOST_NAMED]
    return Said(
        ", ".join(f"{_lowered(title(rule).en)} ({counted[rule]})" for rule in most),
        "、".join(f"{title(rule).zh}（{counted[rule]}）" for rule in most))


def _lowered(text: str) -> str:
    """As it stands within a sentence."""
    return text[:1].lower() + text[1:]
