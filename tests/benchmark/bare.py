# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor: what knows and does as much with the fewest requests, without Ansible and without any care.

    python bare.py check|repair|create ESTATE.json

``check`` reads the plans of all organisations at once and compares, ``repair`` also writes what differs, ``create`` writes everything
without reading. It trusts the server in all things, which the collection does not. Prints ``{"right", "different", "missing", "written"}``.
JUMPSERVER_URL and JUMPSERVER_PRIVATE_TOKEN say where.
"""

import json
import os
import sys

import requests

PLANS = "/api/v1/accounts/account-backup-plans/"
PAGE = 1000
BATCH = 100
SCHEDULE = ("is_periodic", "interval", "crontab")


class Server:
    """Requests on one connection."""

    def __init__(self):
        self.url = os.environ["JUMPSERVER_URL"]
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = "Token " + os.environ["JUMPSERVER_PRIVATE_TOKEN"]

    def send(self, method, path, organization, **how):
        answer = self.session.request(method, self.url + path, headers={"X-JMS-ORG": organization}, **how)
        answer.raise_for_status()
        return answer.json()

    def rows(self, path, fields):
        """All rows of a list, of all organisations."""
        rows, count = [], 1
        while len(rows) < count:
            page = self.send("GET", path, "root", params={"fields": fields, "limit": PAGE, "offset": len(rows), "order": "id"})
            rows, count = rows + page["results"], page["count"]
        return rows

    def write(self, method, bodies):
        """Lists of at most 100 plans; ``bodies``: organisation to plans."""
        for organization, plans in bodies.items():
            for start in range(0, len(plans), BATCH):
                self.send(method, PLANS, organization, json=plans[start:start + BATCH])
        return sum(map(len, bodies.values()))


def wishes(estate, users):
    """(organisation, name) to the plan as the API writes it."""
    found = {}
    for entry in estate["backup_plans_organizations"]:
        for declared in entry["plans"]:
            plan = dict(estate["backup_plans_defaults"], **declared)
            interval, crontab = plan.get("interval"), plan.get("crontab", "")
            plan.update(is_periodic=True, interval=interval, crontab=crontab)
            if "recipients_part_one" in plan:
                plan["recipients_part_one"] = [users[name] for name in plan["recipients_part_one"]]
            found[entry["organization"], plan["name"]] = plan
    return found


def as_wished(row, wish):
    """Whether a row shows what was wished."""
    for field, value in wish.items():
        shown = row[field]
        if field == "recipients_part_one":
            if {user["id"] for user in shown} != set(value):
                return False
        elif (set(shown) != set(value)) if field == "types" else (shown != value):
            return False
    return True


def main():
    action, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        estate = json.load(file)
    server = Server()
    fields = {field for entry in estate["backup_plans_organizations"] for plan in entry["plans"] for field in plan}
    fields |= set(estate["backup_plans_defaults"]) | set(SCHEDULE)
    users = {}
    if "recipients_part_one" in fields:
        users = {row["username"]: row["id"] for row in server.rows("/api/v1/users/users/", "id,username")}
    wished = wishes(estate, users)
    rows = {}
    if action != "create":
        rows = {(row["org_name"], row["name"]): row for row in server.rows(PLANS, ",".join(["id", "org_name", *sorted(fields)]))}
    missing, different = {}, {}
    for (organization, name), wish in wished.items():
        row = rows.get((organization, name))
        if row is None:
            missing.setdefault(organization, []).append(wish)
        elif not as_wished(row, wish):
            different.setdefault(organization, []).append(dict(wish, id=row["id"]))
    result = {"missing": sum(map(len, missing.values())), "different": sum(map(len, different.values()))}
    result["right"] = len(wished) - result["missing"] - result["different"]
    result["written"] = 0 if action == "check" else server.write("POST", missing) + server.write("PATCH", different)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
