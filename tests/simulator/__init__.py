# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JumpServer stand-in: Django + Django REST framework + SQLite, for tests, benchmarks and demonstrations.

Start it with ``python -m tests.simulator`` from the repository root, or from Python with ``tests.simulator.control.Simulator``.

A *world* is what exists when it starts: a JSON object, the argument of ``--seed`` and the body of ``POST /_simulator/world/``.
Each key that is given replaces that part of the default world (``world.py``); the built-in organisations are always there::

    {"database": "mysql" | "postgresql",                  # how names compare; by version when absent
     "organizations": {NAME: ID | {"id", "comment"}},     # built-in ones may be listed, they are recognised by their id
     "users": {USERNAME: {"id", "name", "email", "password", "private_token", "api_token", "access_key_id", "access_key_secret",
                          "access_keys": [{"id", "secret", "is_active", "ip_group": [CIDR]}],     # more keys of the same user
                          "roles": [[ROLE, ORGANIZATION NAME | ID | null]],      # SystemAdmin SystemAuditor User / OrgAdmin OrgAuditor OrgUser
                          "is_active": true, "is_expired": false, "has_encryption_password": false, "comment": null, "is_first_login": true,
                          "groups": [{"id", "name", "organization"}],            # user groups; by version when absent
                          "mfa": false,                                          # true: login asks for a second factor
                          "mail_refused": false}},                               # true: the mail server refuses this address
     "storages": {NAME: {"id", "type": "sftp" | "s3" | "server" | "null" | ..., "meta": {}, "comment": "", "is_default": false,
                         "reachable": true}},
     "assets": [{"id", "name", "organization", "type": "linux", "accounts": ["root"]}],
     "nodes": [{"id", "name", "organization"}],
     "plans": [{"organization", "name", ...: the fields of the API, people and storages by id or name,
                "saved": seconds ago,
                "runs": [{"ago": seconds, "status": "success" | "error" | "running", "trigger": "timing" | "manual", "reason"}]}]}   # newest first

Ids, passwords, tokens and keys that are left out are made up, always the same for the same name.
"""
