"""The tables of what people and channels are told of cases and crises: ids, kinds and times, never a word of a message."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, true

from desk.store.tables import Moment, metadata, people

# One row an event of a case, or of a crisis, where `case` is "", and whom it concerns: the people on duty in a unit, the holders of a role (in a unit, where one
# is given), or a person. `id` is made of case, event and receiver, so that the same is never owed twice. `gathered_at` is
# when it became part of messages, or when nobody was found to tell: then `error` says so. Who was told of a crisis stays when a person
# is erased, with a keyed hash in `to_erased` in place of the person.
notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("case", String, nullable=False, index=True),
    Column("crisis", String, index=True),
    Column("event_number", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("to_unit", String),
    Column("to_role", String),
    Column("to_person", ForeignKey(people.c.id, ondelete="CASCADE"), index=True),
    Column("to_erased", String),
    Column("at", Moment, nullable=False),
    Column("gathered_at", Moment, index=True),
    Column("error", String),
)

# One row a message and receiver: a person, or nobody where the channel is one place for all. `then` is JSON, the channels
# that are left to try after this one, `instead` the one that failed before it. Whoever sends it holds `lease` until
# `leased_until`; `crisis` is the one it tells of, or it tells of cases.
# `unsure` says that a try began of which it is not known whether it arrived. `erased` is a keyed hash in place of a person, where it tells of a crisis.
notice_messages = Table(
    "notice_messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("crisis", String),
    Column("then", String, nullable=False),
    Column("person", ForeignKey(people.c.id, ondelete="CASCADE"), index=True),
    Column("erased", String),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, index=True),
    Column("tries", Integer, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("lease", String),
    Column("leased_until", Moment),
    Column("error", String),
    Column("instead", String),
    Column("done_at", Moment, index=True),
)

# Which notices a message tells of.
notice_parts = Table(
    "notice_parts",
    metadata,
    Column("message", ForeignKey(notice_messages.c.id, ondelete="CASCADE"), primary_key=True),
    Column("notice", ForeignKey(notices.c.id, ondelete="CASCADE"), primary_key=True, index=True),
)

# When somebody wants to be told nothing: each day in the hours `quiet`, "" for never, and until `muted_until`; `results` says whether
# they are told what became of their answers.
notice_wishes = Table(
    "notice_wishes",
    metadata,
    Column("person", ForeignKey(people.c.id, ondelete="CASCADE"), primary_key=True),
    Column("quiet", String, nullable=False),
    Column("muted_until", Moment),
    Column("results", Boolean, nullable=False, server_default=true()),
)
