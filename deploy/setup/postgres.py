"""What the bundled PostgreSQL reads: who may come in, and the one user and database it makes at its first start."""

HBA = """\
# Made by the set-up. Whoever comes by the network speaks TLS, and is klankbord in its own database.
local   all       all              scram-sha-256
hostssl klankbord klankbord all    scram-sha-256
"""

_FIRST = """\
CREATE ROLE klankbord LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}';
CREATE DATABASE klankbord OWNER klankbord TEMPLATE template0 ENCODING 'UTF8';
REVOKE CONNECT ON DATABASE klankbord FROM PUBLIC;
"""


def first(password: str) -> str:
    """What the image runs once. The password is one of the set-up's own, without a quote in it."""
    return _FIRST.format(password=password)
