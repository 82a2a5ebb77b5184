"""The table of maturity."""

from sqlalchemy import Column, Float, String, Table

from desk.store.tables import Moment, metadata

# What maturity came to on a day of the organisation's on which it was not as before; `answers` by need, JSON.
maturity = Table(
    "maturity",
    metadata,
    Column("day", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("score", Float, nullable=False),
    Column("answers", String, nullable=False),
)
