# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection: its names may change without notice.
"""What the reports say in words of their own, in English and Chinese. Facts and advice of findings are the audit's own sentences, in English;
the Chinese page has advice of its own, by rule."""

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
    "machines-not-named": Said("Backups may not say which machine a secret is for", "备份文件可能没有写明密码属于哪台机器"),
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
    "unusable-crontab": Said("Crontab that JumpServer does not run", "JumpServer 不会执行该 crontab"),
    "zip-not-encrypted": Said("Secrets lie in a storage unencrypted", "密码以明文存放在存储中"),
}
# what to do, where the audit says it in English; a rule that is not here keeps its English advice
ADVICE = {
    "accounts-in-no-plan": "把这些类型加入一个启用且有定时的计划。",
    "bad-declaration": "改正声明后重新应用。",
    "broken-schedule": "为计划重新设置 crontab 或间隔。",
    "differs": "重新应用声明，或按现状更新声明。",
    "divided-all-the-same": "只保留一个部分的接收方，或明确要求拆分。",
    "drill-too-old": "重新进行一次恢复演练（playbook jumpserver.accounts.drill）。",
    "expired-recipient": "换成仍然在职的人员，或延长该用户的有效期。",
    "inactive": "启用该计划，或写明停用的理由并接受此风险。",
    "inactive-recipient": "换成仍然在职的人员。",
    "last-run-failed": "查看服务器日志找出原因；失败的执行可能把未加密的工作簿留在服务器的 tmp 目录中，请检查并删除。",
    "machines-not-named": "用模块 jumpserver.accounts.backup_index 保存一份索引。",
    "missing": "重新应用声明；如果整个组织不存在，请先创建该组织，或在声明中改用服务器上的名称。",
    "never-proved": "进行一次恢复演练（playbook jumpserver.accounts.drill）。",
    "never-ran": "手动执行一次并确认备份送达，同时检查服务器的定时任务是否正常。",
    "no-plan": "为该组织声明备份计划。",
    "no-recipients": "指定接收备份的人员或存储。",
    "no-sftp-storage": "选择 SFTP 类型的存储。",
    "no-types": "选择平台类型，例如 linux。",
    "not-divided": "为另一部分也指定接收方。",
    "nothing-delivered": "排除原因后重新执行。",
    "one-recipient": "再指定一个接收方。",
    "overdue": "查明为什么没有成功的执行，然后手动执行该计划。",
    "same-person-in-both-parts": "两部分分别指定不同的接收方。",
    "slash-in-name": "修改计划名称，去掉斜杠。",
    "still-running": "检查执行任务的进程是否仍在运行，必要时重新执行。",
    "stopped-firing": "检查服务器的 celery beat 是否运行，并重新保存该计划以注册定时。",
    "storage-not-sftp": "选择 SFTP 类型的存储。",
    "types-without-accounts": "从计划中去掉该类型，或补上账号。",
    "undeclared": "补充声明，或删除该计划。",
    "unknown-type": "按 JumpServer 平台的小写名称填写类型。",
    "unscheduled": "为计划设置 crontab。",
    "unusable-crontab": "改写 crontab，并确认服务器上的 celery beat 仍为所有计划运行。",
    "zip-not-encrypted": "设置 ZIP 加密密码 zip_encrypt_password。",
}
SEVERITIES = {"high": Said("High", "高"), "medium": Said("Medium", "中"), "low": Said("Low", "低")}
# stands for an organization in what concerns no single one; no name of an organization begins with a blank
WHOLE_SERVER = Said(" (the whole server)", "（整个服务器）")
# kinds of findings that a verdict names
MOST_NAMED = 3


def title(rule: str) -> Said:
    """What a rule is about."""
    return TITLES.get(rule) or Said(rule, f"其他发现：{rule}")


def advice(rule: str, english: str) -> Said:
    """What to do about a finding."""
    return Said(english, ADVICE.get(rule, english))


def verdict(result: Mapping[str, Any]) -> Said:
    """What is wrong and what to do, in two sentences."""
    affected = {one["organization"] for one in result["findings"]} - {WHOLE_SERVER.en}
    said = _verdict(result["summary"], _most_frequent(result["findings"]), len(affected))
    hidden = len(result["unseen"])
    if not hidden:
        return said
    return Said(
        f"{said.en} {'One thing' if hidden == 1 else f'{hidden} things'} could not be seen, so there may be more.",
        f"{said.zh}另有 {hidden} 项内容无法查看，实际问题可能更多。")


def _verdict(summary: Mapping[str, Any], kinds: Said, affected: int) -> Said:
    high, others = summary["high"], summary["medium"] + summary["low"]
    if high:
        return Said(
            f"Not all backups can be relied on: {_number(high + others, 'finding')} in {_number(affected, 'organization')}, {high} of high severity; "
            f"most often: {kinds.en}. "
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
