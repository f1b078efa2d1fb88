# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts: key -> {language or language.edition: text}; see ``text_edition`` in the behaviours table."""

from __future__ import annotations

#: DRF field -> its message for a value of a wrong kind
ENGLISH_ONLY = {
    "CharField": "Not a valid string.",
    "BooleanField": "Must be a valid boolean.",
    "UUIDField": "Must be a valid UUID.",
}

TEXTS = {
    # errors
    "schedule_required": {
        "en.3": "Require periodic or regularly perform setting", "en": "Periodic or recurring settings required",
        "zh-hans": "需要周期或定期设置", "zh-hant": "需要週期或定期設定", "ja": "定期的または定期的に設定を行う必要があります",
        "pt-br": "É necessário agendamento periódico ou regular",
    },
    "invalid_crontab": {"en": "* Please enter a valid crontab expression", "zh-hans": "* 请输入有效的 crontab 表达式"},
    "minute_star": {"en": 'Crontab minutes cannot contain "*"', "zh-hans": "Crontab 分钟不能包含 \u201c*\u201d"},
    "interval_range": {"en": "Range 1 to 65535", "zh-hans": "输入在 1 - 65535 范围之间"},
    "name_taken": {"en.3": "This field must be unique.", "zh-hans.3": "字段必须唯一", "en": "Name already exists", "zh-hans": "名称已存在"},
    "save_in_organization": {
        "en.3": "Please save in a org", "en": "Please select an organization before saving", "zh-hans": "请选择一个组织后再保存",
    },
    "object_does_not_exist": {"en.3": "{name} object does not exist.", "en": "{name} object does not exist", "zh-hans": "{name}对象不存在"},
    "invalid_pk": {
        "en.3": 'Invalid pk "{pk_value}" - object does not exist.', "en": 'Invalid pk "{pk_value}" - object does not exist',
        "zh-hans": "错误的 pk \"{pk_value}\" - 对象不存在",
    },
    "incorrect_pk_type": {"en": "Error type. Expected pk value, received {data_type}.", "zh-hans": "错误类型。期望 pk 值，收到 {data_type}。"},
    "no_data": {"en": "No data provided"},
    "invalid_bearer": {"en": "Invalid token or cache refreshed.", "zh-hans": "刷新的令牌或缓存无效。"},
    "token_blank": {"en": "Invalid token header. No credentials were provided.", "zh-hans": "无效的令牌头。没有提供任何凭据。"},
    "bearer_spaces": {
        "en.3": "Invalid token header. Sign string should not contain spaces.",
        "en": "Invalid token header. The signature string should not contain spaces.", "zh-hans": "无效的令牌头。符号字符串不应包含空格。",
    },
    "address_refused": {"en": "Ip is not in access ip list."},
    "password_failed": {
        "en.3": "The username or password you entered is incorrect, please enter it again. You can also try {times_try} times "
                "(The account will be temporarily locked for {block_time} minutes)",
        "en": "The username or password you entered is incorrect, please try again. You have {times_try} more attempt(s) "
              "(the account will be temporarily locked for {block_time} minutes)",
        "zh-hans.3": "您输入的用户名或密码不正确，请重新输入。 您还可以尝试 {times_try} 次（账号将被临时 锁定 {block_time} 分钟）",
        "zh-hans.3.6": "您输入的用户名或密码不正确，请重新输入。 您还可以尝试 {times_try} 次 (账号将被临时 锁定 {block_time} 分钟)",
        "zh-hans": "您输入的用户名或密码不正确，请重新输入。 您还可以尝试 {times_try} 次 (账号将被临时 锁定 {block_time} 分钟)",
    },
    "account_blocked": {
        "en": "The account has been locked (please contact admin to unlock it or try again after {block_time} minutes)",
        "zh-hans": "账号已被锁定 (请联系管理员解锁或 {block_time} 分钟后重试)",
    },
    "user_inactive": {"en": "Your account is disabled", "zh-hans": "您的账号已禁用"},
    "mfa_required": {"en": "MFA required", "zh-hans": "需要 MFA 认证"},
    "confirmation_required": {"en": "This operation requires confirmation of the current user", "zh-hans": "此操作需要确认当前用户"},
    # names of object kinds, as they stand in "... object does not exist"
    "Object": {"en": "Object", "zh-hans": "对象"},
    "User": {"en": "User", "zh-hans": "用户"},
    "Organization": {"en": "Organization", "zh-hans": "组织"},
    "plan_kind": {"en.3": "Account backup plan", "zh-hans.3": "账号备份计划", "en": "Automated Task", "zh-hans": "自动化任务"},
    # schedules
    "display_crontab": {"en.3": "Regularly perform ( {value} )", "zh-hans.3": "定期执行 ( {value} )", "en": "Crontab ( {value} )", "zh-hans": "定期执行 ( {value} )"},
    "display_interval": {
        "en.3": "Cycle perform ( {value} h )", "en": "Interval ( {value} h )", "zh-hans": "周期执行 ( {value} h )", "ja": "サイクル実行 ( {value} h )",
    },
    # labels of choices
    "manual": {"en": "Manual trigger", "zh-hans": "手动触发"},
    "timing": {"en.3": "Timing trigger", "en": "Scheduled trigger", "zh-hans": "定时触发"},
    "email": {"en": "Email", "zh-hans": "邮箱", "fr": "Courriel", "ja": "メール"},
    "object_storage": {"en": "SFTP"},
    "backup_account": {"en": "Account backup", "zh-hans": "账号备份"},
    "ready": {"en": "Ready", "zh-hans": "准备"},
    "pending": {"en": "Pending", "zh-hans": "待定的"},
    "running": {"en": "Running", "zh-hans": "运行中"},
    "success": {"en": "Success", "zh-hans": "成功"},
    "failed": {"en": "Failed", "zh-hans": "失败"},
    "error": {"en": "Error", "zh-hans": "错误"},
    "canceled": {"en": "Cancel", "zh-hans": "取消"},
    "local": {"en": "Database", "zh-hans": "数据库"},
    "mfa_disabled": {"en": "Disabled", "zh-hans": "禁用"},
    "password_by_email": {"en": "Generate password reset link, send to user via email", "zh-hans": "生成重置密码链接，通过邮件发送给用户"},
    # roles and organisations
    "SystemAdmin": {"en": "System Admin", "zh-hans": "系统管理员"},
    "SystemAuditor": {"en": "System Auditor", "zh-hans": "系统审计员"},
    "SystemUser": {"en.3": "User", "en": "System Operator", "zh-hans": "用户"},
    "OrgAdmin": {"en": "Organization Admin", "zh-hans": "组织管理员"},
    "OrgAuditor": {"en": "Organization Auditor", "zh-hans": "组织审计员"},
    "OrgUser": {"en.3": "Organization User", "en": "Organization Operator", "zh-hans": "组织用户"},
    "root_organization": {"en": "Global Organization", "zh-hans": "全局组织"},
    "all_organizations": {"en": "All organizations", "zh-hans": "所有组织"},
    # tasks
    "backup_task": {
        "en.3": "Execute account backup plan", "zh-hans.3": "执行账号备份计划",
        "en": "Execute Account Automation(Account backup)", "zh-hans": "执行账号自动化(账号备份)",
    },
    "report_title": {"en": "Basic Information", "zh-hans": "基本信息"},
    "report_labels": {
        "en": "Task Name|Start Date|End Date|Account Count|Duration|Type Count", "zh-hans": "任务名称|开始日期|结束日期|账号数量|时长|类型数量",
    },
    # storages
    "local_storage": {"en": "Local Storage", "zh-hans": "本地存储"},
    "no_storage": {"en": "Don't Save", "zh-hans": "不保存"},
}
