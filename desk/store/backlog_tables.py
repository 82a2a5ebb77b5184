"""The tables of the backlog: one row a topic that rose, and the messages that it is known by. Ids and figures alone."""

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table

from desk.store.tables import Moment, metadata

# `native` is NULL until it is known; `begun_at` is when something was begun over there whose end is not known. `writing`
# and `written` are digests of the title and text that are being written there and of those before; `quoted` is how many messages
# it was told from, shown or not, when it was written last. `refused` is why it cannot be made, with the other side's words.
backlog_items = Table(
    "backlog_items",
    metadata,
    Column("topic", String, primary_key=True),
    Column("system", String, nullable=False),
    Column("native", String),
    Column("state", String, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("voices", Integer, nullable=False),
    Column("usual", Float, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("rises", Integer, nullable=False),
    Column("told_rises", Integer, nullable=False),
    Column("begun_at", Moment),
    Column("looked_at", Moment),
    Column("writing", String, nullable=False),
    Column("written", String, nullable=False),
    Column("quoted", Integer, nullable=False),
    Column("refused", String),
)

# `quoted` is the place among the messages that the item shows; NULL for those that it only is known by.
backlog_members = Table(
    "backlog_members",
    metadata,
    Column("topic", ForeignKey(backlog_items.c.topic, ondelete="CASCADE"), primary_key=True),
    Column("mention", String, primary_key=True, index=True),
    Column("author", String, nullable=False, index=True),
    Column("quoted", Integer),
)
