"""The tables of answers: what somebody writes to the author of a case, and how it goes out; never what the author wrote."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from desk.store.case_tables import cases
from desk.store.tables import Moment, metadata

# One answer to one message. `state` says how far it is; `version` is that of its words which stand now. `key` is made when it is to be
# sent (core.types.Reply.key), `parent` is JSON: of the message what an answer needs, once it was looked up to be sent; so are its `topics`. `tried_at` is
# when the last try began, `mention` its id once it stands at the source; `copies` JSON, ids of what stands there too much.
answers = Table(
    "answers",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("case", ForeignKey(cases.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("answers", String, nullable=False, index=True),
    Column("publisher", String, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("crisis", String, index=True),
    Column("key", String, unique=True),
    Column("sends", String),
    Column("ready_at", Moment),
    Column("due_at", Moment, index=True),
    Column("tried_at", Moment),
    Column("tries", Integer, nullable=False),
    Column("parent", String),
    Column("topics", String, nullable=False),
    Column("error", String),
    Column("reason", String),
    Column("mention", String, index=True),
    Column("url", String),
    Column("copies", String, nullable=False),
    Column("ended_at", Moment),
)
_under_way = answers.c.state.in_(("draft", "waiting", "approved", "queued", "sending"))
Index("ix_answers_one", answers.c.case, unique=True, sqlite_where=_under_way, postgresql_where=_under_way)

# What it said, each time anew; each is approved, or not, as it stands.
answer_versions = Table(
    "answer_versions",
    metadata,
    Column("answer", ForeignKey(answers.c.id, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", String, nullable=False),
    Column("language", String),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("approved_by", String),
    Column("approved_at", Moment),
)

# What is to be done at the source to a message of a case: hidden or taken away. Doing it again changes nothing there.
answer_deeds = Table(
    "answer_deeds",
    metadata,
    Column("id", String, primary_key=True),
    Column("case", ForeignKey(cases.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("mention", String, nullable=False, index=True),
    Column("publisher", String, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, index=True),
    Column("tries", Integer, nullable=False),
    Column("error", String),
    Column("done_at", Moment),
)

# Whose turn it is at a publisher: one worker has it at a time, and nobody before `waits_until`.
publisher_turns = Table(
    "publisher_turns",
    metadata,
    Column("publisher", String, primary_key=True),
    Column("lease", String),
    Column("leased_until", Moment),
    Column("waits_until", Moment),
    Column("error", String),
)
