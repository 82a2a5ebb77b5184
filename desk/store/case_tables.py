"""The tables of cases: ids, times and words of bounded lists, and what people at the desk noted; never a mention's text."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table

from desk.store.tables import Moment, metadata

# One author in one conversation. `version` is the number of its last event. `since` is when the message was published
# from which both promises run. `tags` is JSON, and so is `monitors`, those that the first message matched. From `first_soon` on what is
# due by `first_due` is due soon.
cases = Table(
    "cases",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("author", String, nullable=False, index=True),
    Column("thread", String, nullable=False, index=True),
    Column("source", String, nullable=False),
    Column("unit", String, index=True),
    Column("severity", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("first_message", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("snoozed_until", Moment),
    Column("assignee", String, index=True),
    Column("first_soon", Moment),
    Column("first_due", Moment),
    Column("resolution_soon", Moment),
    Column("resolution_due", Moment),
    Column("answered_at", Moment),
    Column("acted_at", Moment),
    Column("closed_at", Moment),
    Column("reason", String),
    Column("tags", String, nullable=False),
    Column("monitors", String, nullable=False, server_default="[]"),
    Column("version", Integer, nullable=False),
)
_not_closed = cases.c.state != "closed"
Index(
    "ix_cases_open", cases.c.author, cases.c.thread, unique=True, sqlite_where=_not_closed, postgresql_where=_not_closed
)

# The number that the last case was given; one row, which whoever opens one locks.
case_numbers = Table(
    "case_numbers",
    metadata,
    Column("what", String, primary_key=True),
    Column("last", Integer, nullable=False),
)


def _of_a_case() -> Column[str]:
    """Gone with the case."""
    return Column("case", ForeignKey(cases.c.id, ondelete="CASCADE"), primary_key=True)


# The author's messages, and those of own accounts that answer (`own`). `at` is when it was published; `order` its version
# (core.order), `severity` what triage made of that, `topics` (JSON) what it is about and `mood` how its author sounds.
case_messages = Table(
    "case_messages",
    metadata,
    _of_a_case(),
    Column("mention", String, primary_key=True, index=True),
    Column("at", Moment, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("edited_at", Moment),
    Column("order", BigInteger, nullable=False),
    Column("severity", String),
    Column("topics", String, nullable=False, server_default="[]"),
    Column("mood", String),
)

# What happened to a case, numbered from 1. `detail` is a word, an id, or the text of a note.
case_events = Table(
    "case_events",
    metadata,
    _of_a_case(),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("by", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("detail", String, nullable=False),
)

# What is to happen to a case by itself, once. `rung` is the place on the ladder of whoever has to act, since `since`.
case_timers = Table(
    "case_timers",
    metadata,
    _of_a_case(),
    Column("kind", String, primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
    Column("since", Moment),
    Column("rung", Integer),
)

# Answers of own accounts, known before or without the message that they answer; `to_author` where it is known whose that is.
own_replies = Table(
    "own_replies",
    metadata,
    Column("mention", String, primary_key=True),
    Column("author", String, nullable=False, index=True),
    Column("thread", String, nullable=False, index=True),
    Column("reply_to", String, index=True),
    Column("to_author", String, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("order", BigInteger, nullable=False),
)

# Cases whose documents have to be made anew, known or not; each time with another mark.
touched_cases = Table(
    "touched_cases",
    metadata,
    Column("case", String, primary_key=True),
    Column("mark", String, nullable=False),
)
