# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated plans: declared ones, and those that a server may hold."""

from __future__ import annotations

from ansible_collections.jumpserver.accounts.plugins.module_utils._plans import plan as _plan
from ansible_collections.jumpserver.accounts.plugins.module_utils._server import dialect as _dialect
from hypothesis import strategies as st

from tests.unit import server_model
from tests.unit.examples import ALICE, BOB, CAROL, CRONTAB, INTERVAL, NO_SCHEDULE, S3, SFTP, WIPED

CRONTABS = ["0 3 * * *", "0  4 * * mon", "0-59/5 * * * *", "30 22-2 1 * *"]
USERS = st.lists(st.sampled_from([ALICE, BOB, CAROL]), max_size=4)
STORAGES = st.lists(st.sampled_from([SFTP, S3]), max_size=3)
OPTIONS = {
    "types": st.lists(st.sampled_from(["linux", "mysql", "自定义"]), max_size=3),
    "recipients_part_one": USERS, "recipients_part_two": USERS, "obj_recipients_part_one": STORAGES, "obj_recipients_part_two": STORAGES,
    "backup_type": st.sampled_from(["email", "object_storage"]), "comment": st.sampled_from(["", "c", " 备注 "]),
    "is_password_divided_by_email": st.booleans(), "is_password_divided_by_obj_storage": st.booleans(), "is_active": st.booleans(),
    "zip_encrypt_password": st.sampled_from(["", "canary"]),
    "is_periodic": st.booleans(), "crontab": st.sampled_from(["", " "] + CRONTABS), "interval": st.integers(1, 65535),
}
ODD_TYPES = st.sampled_from(["linux", 5, {"value": "linux"}, [5], [""]])
STORED_SCHEDULES = [CRONTAB, INTERVAL, NO_SCHEDULE, WIPED, dict(CRONTAB, interval=24), dict(CRONTAB, crontab="*/5 * * * *")]


def declarations(dialect):
    """Options of a plan, any of them omitted, none that the dialect lacks."""
    known = {name: value for name, value in OPTIONS.items() if name not in _plan.BY_NAME or dialect.has(_plan.BY_NAME[name].since)}
    return st.fixed_dictionaries({}, optional={name: st.none() | value for name, value in known.items()})


@st.composite
def rows(draw, server, odd_types=True):
    """A plan as such a server may hold it: made by any body, or left behind by older versions and by other clients."""
    dialect = _dialect.BY_NAME[server.dialect]
    body = {dialect.api_name(field.name): draw(OPTIONS[field.name]) for field in _plan.COMPARED}
    row = server_model.post(server, dict(body, name="nightly", is_periodic=False))
    row.update(draw(st.sampled_from(STORED_SCHEDULES)))
    if odd_types and draw(st.integers(0, 9)) == 0:
        row["types"] = draw(ODD_TYPES)
    return row
