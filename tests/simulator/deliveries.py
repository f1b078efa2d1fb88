# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that a run delivered, in the layout of the version, as tests/archives makes them."""

from __future__ import annotations

import base64

from .api import accounts
from .api.organizations import names
from .behaviour import numbers
from .models import Account, Execution, Plan
from .runtime import runtime

# the first version after each layout
LAYOUTS = (("3.6", "3.5"), ("3.9", "3.8"), ("4.8", "3.10"), ("4.10.17", "4.10.16"))


def layout():
    """What this version writes."""
    now = numbers(runtime.behaviour.version)
    return next((found for until, found in LAYOUTS if now < numbers(until)), "4.10.19")


def file_password(username):
    """The file encryption password of a user, for those who have one."""
    return "Zip-%s" % username


def archive(number):
    """{"name", "content" (base64)} of one of the deliveries, with the accounts as they are now."""
    from tests.archives import maker

    delivery = runtime.arrived[number]
    plan = Plan.objects.get(pk=Execution.objects.get(pk=delivery["execution"]).plan_id)
    password = file_password(delivery["recipient"]) if delivery["recipient"] else plan.zip_encrypt_password
    divide = (str, maker.front, maker.back)[delivery["part"]]
    packed = Account.objects.filter(org_id=plan.org_id, asset__type__in=plan.types).select_related("asset").order_by("asset__type", "username")
    rows = [
        maker.Account(
            one.asset.name, one.username, one.secret, one.asset.address, (one.asset.type, accounts.title(one.asset.type)), one.secret_type, one.privileged,
            names()[one.org_id], str(one.org_id), given_id=str(one.pk), given_asset_id=str(one.asset_id)) for one in packed]
    # the second half is made right after the first
    moment = round(delivery["moment"] + number / 1000, 6)
    content = maker.archive(layout(), rows, password, divide, plan.name, moment)
    return {"name": maker.name(plan.name, moment, layout()), "content": base64.b64encode(content).decode()}
