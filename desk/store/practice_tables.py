"""The tables of best practices and of what units plan to say: what people wrote, ids and times; never a mention's text or author."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from desk.store.case_tables import cases
from desk.store.tables import Moment, metadata

# What worked, to be used again. `owner`, `made_by`, `proposed_by` and `approved_by` are ids of people: `made_by` made it, `proposed_by`
# wrote what it says now. `version` grows with each change of that. `topics` is JSON. `from_case` is the number of the case that it was made of.
practices = Table(
    "practices",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("state", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("topics", String, nullable=False),
    Column("unit", String, index=True),
    Column("owner", String),
    Column("from_case", Integer),
    Column("made_by", String, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("approved_by", String),
    Column("approved_at", Moment),
    Column("expires_at", Moment, index=True),
    Column("reminded_at", Moment),
    Column("retired_at", Moment),
    Column("version", Integer, nullable=False),
)


def _of_a_practice() -> Column[str]:
    """Gone with it."""
    return Column("practice", ForeignKey(practices.c.id, ondelete="CASCADE"), primary_key=True)


# The question and its answer in one language. `vector` is where the encoder places the question (core.types.Enriched).
practice_texts = Table(
    "practice_texts",
    metadata,
    _of_a_practice(),
    Column("language", String, primary_key=True),
    Column("question", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

practice_comments = Table(
    "practice_comments",
    metadata,
    _of_a_practice(),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False, index=True),
    Column("text", String, nullable=False),
)

# Who said thanks for it, once each.
practice_thanks = Table(
    "practice_thanks",
    metadata,
    _of_a_practice(),
    Column("by", String, primary_key=True),
    Column("at", Moment, nullable=False),
)

# It was used in a case of `unit`; `outcome` once it is known how that went. The case may be gone since.
practice_uses = Table(
    "practice_uses",
    metadata,
    _of_a_practice(),
    Column("number", Integer, primary_key=True),
    Column("case", ForeignKey(cases.c.id, ondelete="SET NULL"), index=True),
    Column("unit", String),
    Column("by", String, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("outcome", String, index=True),
)

# What a unit is going to publish: a post, or a campaign of several days.
planned = Table(
    "planned",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("says", String, nullable=False),
    Column("unit", String, index=True),
    Column("account", String),
    Column("since", Moment, nullable=False, index=True),
    Column("until", Moment, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)
