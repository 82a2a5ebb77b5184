"""What the bundled node reads at its start: its users by file, each with the least it needs.

Users of a file need no superuser to make them and are there before the first request.
"""

import hashlib
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping

ROUNDS = 10_000

ROLES = """\
# Made by the set-up; changes here are lost at the next start.
klankbord:            # sinks and page: the archive's documents, indices of their own making, what dashboards see of them
  cluster: [monitor, "indices:admin/index_template/get"]
  indices:
    - names: ["klankbord-*"]
      privileges: [read, write, create_index, view_index_metadata, maintenance, "indices:admin/aliases", "indices:admin/mapping/put"]
klankbord_setup:      # the set-up: templates, and the key for dashboards
  cluster: [monitor, manage_index_templates, manage_own_api_key]
  indices:
    - names: ["klankbord-*"]
      privileges: [read, write, create_index, view_index_metadata, maintenance]
klankbord_read:       # dashboards: reading what their three aliases show, nothing else
  cluster: [monitor]
  indices:
    - names: ["klankbord-shown", "klankbord-customers", "klankbord-cases"]
      privileges: [read, view_index_metadata]
klankbord_health:     # the node's own health check
  cluster: [monitor]
"""

ROLE_OF = {
    "klankbord": "klankbord",
    "klankbord-setup": "klankbord_setup",
    "klankbord-read": "klankbord_read",
    "klankbord-health": "klankbord_health",
}
"""Users with their role."""

READING_KEY = {
    "name": "klankbord-read",
    "role_descriptors": {
        "read": {
            "cluster": ["monitor"],
            "indices": [
                {
                    "names": ["klankbord-shown", "klankbord-customers", "klankbord-cases"],
                    "privileges": ["read", "view_index_metadata"],
                }
            ],
        }
    },
}
"""What the set-up asks of an engine that has API keys: one for dashboards."""


def users(passwords: Mapping[str, str], before: str = "") -> str:
    """The file `users`: one line a user with the hash of its password. Lines of `before` that still fit are kept."""
    known = dict(line.split(":", 1) for line in before.splitlines() if ":" in line)
    fitting = {name: line for name, line in known.items() if name in passwords and fits(line, passwords[name])}
    return "".join(f"{name}:{fitting.get(name) or hashed(password)}\n" for name, password in passwords.items())


def users_roles() -> str:
    """The file `users_roles`: one line a role with its users."""
    return "".join(f"{role}:{user}\n" for user, role in ROLE_OF.items())


def hashed(password: str, salt: bytes = b"") -> str:
    """The password as the engine's file realm stores it (PBKDF2 with SHA-512, 32 bytes)."""
    salt = salt or secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS, dklen=32)
    return f"{{PBKDF2}}{ROUNDS}${b64encode(salt).decode()}${b64encode(key).decode()}"


def fits(stored: str, password: str) -> bool:
    """Whether that is the hash of that password."""
    parts = stored.split("$")
    if len(parts) != 3 or not stored.startswith(f"{{PBKDF2}}{ROUNDS}$"):
        return False
    return hashed(password, b64decode(parts[1])) == stored
