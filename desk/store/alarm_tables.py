"""The table of the watch list: one row a monitor, in figures alone."""

from sqlalchemy import Column, Float, Integer, String, Table

from desk.store.tables import Moment, metadata

# How a monitor stands by the last look. `weighed` is JSON; `window` is in minutes.
alarms = Table(
    "alarms",
    metadata,
    Column("monitor", String, primary_key=True),
    Column("level", String, nullable=False),
    Column("since", Moment),
    Column("window", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("expected", Float, nullable=False),
    Column("odds", Float, nullable=False),
    Column("weighed", String, nullable=False),
    Column("looked_at", Moment, nullable=False),
)
