# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backups as the servers of each version make them, with the libraries that those use. The layouts are those of the real ones beside this file."""

from __future__ import annotations

import io
import time
import uuid
import zipfile
from typing import NamedTuple

import openpyxl
import pyzipper
import xlsxwriter

DATES = ("2026/11/26 05:31:14 +0800", "2026/11/26 05:31:14 +0800")
NAMESPACE = uuid.UUID("eeeeeeee-0000-4000-8000-000000000000")


class Account(NamedTuple):
    """What a server knows of one account."""

    asset: str
    username: str
    secret: str | None
    address: str = "10.20.0.2"
    type: tuple[str, str] = ("linux", "Linux")
    secret_type: str = "password"
    privileged: bool = False
    organization: str = "应急 Break Glass"
    organization_id: str = "eeeeeeee-0000-4000-8000-00000000000e"
    updated: str = DATES[1]
    version: str = "1"
    given_id: str = ""
    given_asset_id: str = ""

    @property
    def id(self):
        return self.given_id or str(uuid.uuid5(NAMESPACE, "/".join((self.organization_id, self.asset, self.username, self.secret_type))))

    @property
    def asset_id(self):
        return self.given_asset_id or str(uuid.uuid5(NAMESPACE, self.organization_id + "/" + self.asset))


def choice(value, label):
    return str({"value": value, "label": label})


SECRET_LABELS = {
    "password": ("密码", "Password"), "ssh_key": ("SSH 密钥", "SSH key"), "access_key": ("访问密钥", "Access key"), "token": ("令牌", "Token"),
    "api_key": ("API 密钥", "API key")}

# (label in Chinese, label in English, what is in the cell); the first five columns are the same in each version
HEAD_3 = [
    ("Id", "Id", lambda a: a.asset_id), ("名称", "Name", lambda a: a.asset), ("用户名", "Username", lambda a: a.username),
    ("密文类型", "Secret type", lambda a: choice(a.secret_type, SECRET_LABELS[a.secret_type][0])), ("密钥", "Secret", None),
    ("密钥密码", "Key password", lambda a: "passphrase"),
]
PLACE_3 = [
    ("地址", "Address", lambda a: a.address), ("类型", "Type", lambda a: choice(*a.type)), ("类别", "Category", lambda a: choice("host", "主机")),
    ("Platform", "Platform", lambda a: "{'id': 1, 'name': 'Linux'}"), ("Auto config", "Auto config", lambda a: "{'su_enabled': True}"),
    ("版本", "Version", lambda a: a.version), ("来源", "Source", lambda a: choice("local", "数据库")), ("来源 ID", "Source ID", lambda a: "None"),
    ("可连接性", "Connectivity", lambda a: choice("-", "未知")), ("模板", "Template", lambda a: "template"), ("Params", "Params", lambda a: "params"),
    ("账号存在策略", "Exist policy", lambda a: "on_invalid"),
]
ORGANIZATION = [("组织", "Organization", lambda a: a.organization_id), ("组织名称", "Org name", lambda a: a.organization)]
STATE_3 = [("特权账号", "Privileged", lambda a: str(a.privileged)), ("激活", "Is active", lambda a: "True"), ("立即推送", "Push now", lambda a: "push_now")]
DATED = [("创建日期", "Creation Date", lambda a: DATES[0]), ("更新日期", "Update date", lambda a: a.updated)]
NOTES_3 = [("创建者", "Created by", lambda a: "System"), ("备注", "Comment", lambda a: "")]
SU = [("切换自", "Switch from", lambda a: "None")]
LABELS = [("标签管理", "Labels", lambda a: "[]")]
SPEC = [("Spec info", "Spec info", lambda a: "{}")]
HAS_SECRET = [("已托管密码", "Has secret", lambda a: str(bool(a.secret)))]
TAIL_4 = [
    ("特权账号", "Privileged Account", lambda a: str(a.privileged)), ("激活", "Active", lambda a: "True"), ("可改密", "Can Change Password", lambda a: "True"),
    *DATED, ("上次访问日期", "Last Access Date", lambda a: ""), ("校验日期", "Validation date", lambda a: ""), ("密码日期", "Password Date", lambda a: ""),
    ("创建者", "Creator", lambda a: "System"), ("备注", "Description", lambda a: ""),
]


def columns_4(own_id, name, address, kind, category, organization):
    return [
        ("Id", "Id", own_id), ("名称", "Name", name), ("用户名", "Username", lambda a: a.username),
        ("密文类型", "Ciphertext Type", None), ("密文", "Ciphertext", None), ("标签", "Label", lambda a: "[]"), ("切换自", "Switch from", lambda a: ""),
        ("地址", "Address", address), ("类型", "Type", kind), ("类别", "Category", category), ("版本", "Version", lambda a: a.version),
        ("目录服务", "Directory service", lambda a: ""), ("来源", "Source", lambda a: "Database"), ("来源 ID", "Source ID", lambda a: ""),
        ("模板", "Template", lambda a: "template"), ("账号存在策略", "Exist policy", lambda a: "on_invalid"), ("访问方式", "Access by", lambda a: ""),
        ("连接性", "Connectivity", lambda a: "Unknown"), ("改密状态", "Password Change Status", lambda a: ""), *organization, *TAIL_4,
    ]


LAYOUTS = {
    "3.5": [*HEAD_3, *SPEC, *NOTES_3, *SU, *PLACE_3, *ORGANIZATION, *HAS_SECRET, *STATE_3, *DATED],
    "3.8": [*HEAD_3, *SPEC, *NOTES_3, *SU, *PLACE_3, *ORGANIZATION, *STATE_3, *DATED],
    "3.10": [*HEAD_3, *NOTES_3, *LABELS, *SU, *PLACE_3, ("特殊信息", "Spec info", lambda a: "{}"), *ORGANIZATION, *STATE_3, *DATED],
    "4.10.16": columns_4(
        lambda a: a.asset_id, lambda a: a.asset, lambda a: a.address, lambda a: a.type[1], lambda a: "Host", ORGANIZATION),
    "4.10.19": columns_4(
        lambda a: a.id, lambda a: a.username, lambda a: "address", lambda a: "type", lambda a: "category",
        [("组织", "Organization", lambda a: a.organization)]),
}
SECRET_TYPE, SECRET = 3, 4
# what stands for a secret that was taken away, also in halves
NULLS = {"3.5": "None", "3.8": "None", "3.10": "None", "4.10.16": "", "4.10.19": ""}


def front(secret):
    """Part one."""
    half = len(secret) // 2
    return secret[:half] + "*" * (len(secret) - half)


def back(secret):
    """Part two."""
    half = len(secret) // 2
    return "*" * (len(secret) - half) + secret[half:]


def cells(layout, language, accounts, divide=str):
    """[(title, rows of text)], one sheet for each type."""
    columns = LAYOUTS[layout]
    english = language == "en"
    found = {}
    for account in accounts:
        rows = found.setdefault(account.type[1], [[column[english] for column in columns]])
        row = [column[2](account) if column[2] else SECRET_LABELS[account.secret_type][english] for column in columns]
        row[SECRET] = NULLS[layout] if account.secret is None else divide(account.secret)
        rows.append(row)
    return list(found.items())


def workbook(layout, language, accounts, divide=str):
    """The bytes of a workbook, written as that version does it."""
    target = io.BytesIO()
    sheets = cells(layout, language, accounts, divide)
    if layout in ("3.5", "3.8"):
        book = openpyxl.Workbook(write_only=True)
        for title, rows in sheets:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(target)
        return target.getvalue()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for place, text in enumerate(row):
                    sheet.write_string(number, place, text)
    return target.getvalue()


def zipped(name, content, password=None):
    """The bytes of the ZIP around it, encrypted if there is a password."""
    target = io.BytesIO()
    if password:
        with pyzipper.AESZipFile(target, "w", compression=pyzipper.ZIP_LZMA, encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(password.encode())
            archive.writestr(name, content)
    else:
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(name, content)
    return target.getvalue()


def name(plan, moment, layout="4.10.19", ending="zip"):
    """What the server calls the file of a run at this unix time."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S" if layout in ("3.5", "3.8") else "%Y%m%d-%H%M%S", time.gmtime(moment))
    return "%s-%s-%s.%s" % (plan, stamp, moment, ending)


def archive(layout, accounts, password=None, divide=str, plan="nightly", moment=1795642282.5, language="en"):
    """The bytes of a whole backup file."""
    return zipped(name(plan, moment, layout, "xlsx"), workbook(layout, language, accounts, divide), password)
