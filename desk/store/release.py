"""Which release wrote the database, and how an earlier one's is brought up to this one: each file of migrations/versions is a step.

The whole way is one transaction under a lock, so that two parts may start at once and a killed one leaves nothing half done.
"""

from pathlib import Path

from sqlalchemy import func, inspect, select, text
from sqlalchemy.engine import Connection

from core.errors import Stop

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))
"""The steps in order: each file's number is its revision."""
LOCK = 0x6B6C616E6B
"""PostgreSQL's advisory lock of whoever brings the database up."""


def is_current(connection: Connection, place: str) -> bool:
    """Whether it is of this release. Raises Stop where a later one wrote it."""
    found = revision(connection)
    if found is not None and found not in REVISIONS:
        raise Stop(
            f"the desk database {place} was written by a later release (revision {found}, this one knows "
            f"{REVISIONS[-1]}); use that release, or a data folder of its own"
        )
    return found == REVISIONS[-1]


def bring_up(connection: Connection, place: str) -> None:
    """Bring it up to this release. The connection is in a transaction that writes."""
    from alembic import command  # noqa: PLC0415 - takes a second to load, and is needed once a release
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if is_current(connection, place):
        return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])


def revision(connection: Connection) -> str | None:
    """The revision that stands in it; None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
