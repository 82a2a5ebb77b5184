"""Tables of the weekly digests."""

from sqlalchemy import Column, ForeignKey, String, Table

from desk.store.tables import Moment, metadata

# The digest of a unit about a week, by its ISO name, was owed: never again.
digests = Table(
    "digests",
    metadata,
    Column("week", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("at", Moment, nullable=False),
)

# Who of the staff wants none.
digest_refusals = Table(
    "digest_refusals",
    metadata,
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, nullable=False),
)
