"""The table of business events: what happened beside what was said."""

from sqlalchemy import Column, Float, String, Table

from desk.store.tables import Moment, metadata

# `key` is the sender's own id, by which a second delivery is known; `until` is NULL where it is of one moment or not over.
happenings = Table(
    "happenings",
    metadata,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("since", Moment, nullable=False, index=True),
    Column("until", Moment),
    Column("title", String, nullable=False),
    Column("amount", Float),
    Column("unit", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
)
