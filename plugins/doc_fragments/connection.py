# Copyright: (c) 2026, jumpserver.accounts contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of every module: where JumpServer is, and who asks."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - The address of JumpServer, for example V(https://jump.example.com). A path prefix that a proxy cuts off is fine; requests are signed without it.
      - If not set, the environment variable E(JUMPSERVER_URL) is used.
    type: str
  access_key_id:
    description:
      - The id of an access key, a UUID. Create one in JumpServer under your profile, API keys.
      - Requests are then signed (HTTP Signature). This is the recommended credential, and works for users with MFA.
      - Needs the Python package C(pyhttpsig).
      - Exactly one credential must be given. If no credential option is set at all, the environment variables E(JUMPSERVER_ACCESS_KEY_ID) and
        E(JUMPSERVER_ACCESS_KEY_SECRET), or E(JUMPSERVER_PRIVATE_TOKEN), or E(JUMPSERVER_TOKEN) are used. An empty variable counts as unset.
    type: str
  access_key_secret:
    description:
      - The secret of the access key O(access_key_id).
    type: str
  private_token:
    description:
      - A private token, which does not expire.
    type: str
  api_token:
    description:
      - A bearer token, as JumpServer's login endpoint hands out for 24 hours.
    type: str
  validate_certs:
    description:
      - Whether the certificate of JumpServer is verified.
      - If not set, the environment variable E(JUMPSERVER_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file with the certificate of your own CA, in PEM format.
      - If not set, the environment variable E(JUMPSERVER_CA_PATH) is used.
    type: path
  client_cert:
    description:
      - A client certificate in PEM format, for a proxy before JumpServer that asks for one. It may hold the key too.
      - If not set, the environment variable E(JUMPSERVER_CLIENT_CERT) is used.
    type: path
  client_key:
    description:
      - The key of O(client_cert), if it is in a file of its own.
      - If not set, the environment variable E(JUMPSERVER_CLIENT_KEY) is used.
    type: path
  timeout:
    description:
      - How many seconds one answer may take, from the connection to its last byte. From V(1) to V(3600).
      - If not set, the environment variable E(JUMPSERVER_TIMEOUT) is used.
    type: int
    default: 60
  retries:
    description:
      - How often a request is repeated where that is safe - when the server cannot be reached, limits the number of requests, or, for reading,
        when a gateway before it fails. From V(0) to V(20).
      - If not set, the environment variable E(JUMPSERVER_RETRIES) is used.
    type: int
    default: 3
  deadline:
    description:
      - How many seconds one request may take in all, with its repeats and the pauses between them, also those that the server asks for when it limits
        the number of requests. No repeat begins that would pass it. From V(1) to V(86400).
      - If not set, the environment variable E(JUMPSERVER_DEADLINE) is used, or else V(300), or O(timeout) if that is more.
      - It does not limit a task, which makes several requests; use the keyword C(timeout) of the task for that.
    type: int
    version_added: 1.1.0
  connections:
    description:
      - How many requests are under way at a time, each over a connection of its own. From V(1) to V(8). Only reading is done so, of the parts of a long
        list, and of a plan and the people whom it names.
      - More than the server has workers gains nothing.
      - If not set, the environment variable E(JUMPSERVER_CONNECTIONS) is used.
    type: int
    default: 2
    version_added: 1.1.0
  dialect:
    description:
      - The dialect of JumpServer's API. V(auto) finds it out at no cost in most cases.
      - V(v3.0) is JumpServer 3.0 to 3.5, V(v3.6) is 3.6 to 3.8, V(v3.9) is 3.9 to 4.7, V(v4.8) is 4.8 to 4.10.
    type: str
    choices: [auto, v3.0, v3.6, v3.9, v4.8]
    default: auto
requirements:
  - requests
  - pyhttpsig, for the access key
notes:
  - An empty option of the connection counts as unset, like an empty environment variable.
  - The module runs where the task runs, normally on the controller with C(hosts=localhost). The environment variables and Python packages are those
    of that machine and of the Python interpreter of the task.
  - A proxy is taken from the usual environment variables, such as E(HTTPS_PROXY).
"""
