# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fields are called in OPTIONS: field -> {language or language.edition: text}, see ``messages``."""

from __future__ import annotations

LABELS = {
    "id": {"en": "ID"},
    "name": {"en": "Name", "zh-hans": "名称"},
    "comment": {"en.3": "Comment", "en": "Description", "zh-hans": "备注"},
    "type": {"en": "Type", "zh-hans": "类型"},
    "interval": {"en": "Interval", "zh-hans": "间隔"},
    "crontab": {"en.3": "Regularly perform", "en": "Crontab", "zh-hans": "定期执行"},
    "is_periodic": {"en.3": "Periodic perform", "en": "Periodic", "zh-hans": "定时执行"},
    "periodic_display": {"en.3": "Periodic perform", "en": "Period", "zh-hans": "定时执行"},
    "executed_amount": {"en.3": "Executed amount", "en": "Execution count", "zh-hans": "执行次数"},
    "types": {"en": "Asset type", "zh-hans": "资产类型"},
    "recipients": {"en": "Recipient", "zh-hans": "收件人"},
    "recipients_part_one": {"en.3": "Recipient part one", "en": "Recipient part 1", "zh-hans": "收件人部分一"},
    "recipients_part_two": {"en.3": "Recipient part two", "en": "Recipient part 2", "zh-hans": "收件人部分二"},
    "backup_type": {"en.3": "Backup Type", "en": "Backup type", "zh-hans": "备份类型"},
    "obj_recipients_part_one": {"en.3": "Object Storage Recipient part one", "en": "Recipient part 1", "zh-hans": "接收服务器一"},
    "obj_recipients_part_two": {"en.3": "Object Storage Recipient part two", "en": "Recipient part 2", "zh-hans": "接收服务器二"},
    "zip_encrypt_password": {"en.3": "Zip Encrypt Password", "en": "File encryption password", "zh-hans": "文件加密密码"},
    "is_password_divided_by_email": {
        "en.3": "Is Password Divided", "en": "Whether the key is split into front and back parts", "zh-hans": "密钥是否拆分成前后两部分",
    },
    "is_password_divided_by_obj_storage": {
        "en.3": "Is Password Divided", "en": "Whether the key is split into front and back parts", "zh-hans": "密钥是否拆分成前后两部分",
    },
    "is_active": {"en": "Active", "zh-hans": "激活"},
    "accounts": {"en": "Account", "zh-hans": "账号"},
    "nodes": {"en": "Node", "zh-hans": "节点"},
    "assets": {"en": "Asset", "zh-hans": "资产"},
    "org_id": {"en": "Organization ID", "zh-hans": "组织 ID"},
    "org_name": {"en.3": "Org name", "en": "Organization", "zh-hans": "组织名称"},
    "date_created": {"en.3": "Date created", "en": "Creation Date", "zh-hans": "创建日期"},
    "date_updated": {"en.3": "Date updated", "en": "Update date", "zh-hans": "更新日期"},
    "last_execution_date": {"en": "Last Execution Date", "zh-hans": "最后执行日期"},
    "created_by": {"en.3": "Created by", "en": "Creator", "zh-hans": "创建者"},
    # executions
    "automation": {"en": "Automation", "zh-hans": "自动化"},
    "plan": {"en": "Account backup plan", "zh-hans": "账号备份计划"},
    "trigger": {"en.3": "Trigger mode", "en": "Trigger Mode", "zh-hans": "触发模式"},
    "status": {"en": "Status", "zh-hans": "状态"},
    "date_start": {"en.3": "Date start", "en": "Start Date", "zh-hans": "开始日期"},
    "date_finished": {"en": "End Date", "zh-hans": "结束日期"},
    "timedelta": {"en": "Time", "zh-hans": "时间"},
    "duration": {"en": "Time spent", "zh-hans": "耗时"},
    "snapshot": {"en.3": "Account backup snapshot", "en": "Automation snapshot", "zh-hans": "账号备份快照"},
    "plan_snapshot": {"en": "Account backup snapshot", "zh-hans": "账号备份快照"},
    "reason": {"en": "Reason", "zh-hans": "原因"},
    "is_success": {"en": "Is success", "zh-hans": "是否成功"},
    "recipient_rows": {"en": "Recipients"},
    # only in "filters" and "ordering" of OPTIONS
    "automation_id": {"en": "Task ID"},
    "automation_name": {"en": "Task Name"},
    "automation__name": {"en": "Automation name"},
    "updated_by": {"en": "Last updated by"},
    "start_time": {"en": "Start date"},
    "date_last_run": {"en": "Last run date"},
    # categories of platform types
    "host": {"en": "Host", "zh-hans": "主机"},
    "device": {"en": "Device", "zh-hans": "网络设备"},
    "database": {"en": "Database", "zh-hans": "数据库"},
    "cloud": {"en": "Cloud service", "zh-hans": "云服务"},
    "web": {"en": "Web", "zh-hans": "Web"},
    "gpt": {"en": "GPT", "zh-hans": "GPT"},
    "ds": {"en": "Directory service", "zh-hans": "目录服务"},
    "other": {"en": "Other", "zh-hans": "其它"},
    "general": {"en": "General", "zh-hans": "通用"},
}

#: the words under a field
HELP = {
    "email_only": {"en.3": "Currently only mail sending is supported", "en": "Currently, only email sending is supported.", "zh-hans": "当前只支持邮件发送"},
}
