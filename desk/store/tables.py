"""The tables of the desk database, the same on SQLite and PostgreSQL. A change to them is a new file in migrations/versions.

They hold ids, facts and what people said; never a mention's text.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps none of the zone, so that it is added when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as overridden
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as overridden
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value and value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

customers = Table(
    "customers",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
)

# A customer that stands in another's place until it is undone: nothing moves, so that undoing it gives back what was.
merges = Table(
    "merges",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", ForeignKey(customers.c.id), nullable=False),
    Column("into", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("undone_at", Moment),
    Column("undone_by", String),
)
_stands = merges.c.undone_at.is_(None)
Index("ix_merges_customer", merges.c.customer, unique=True, sqlite_where=_stands, postgresql_where=_stands)

# Which account is whose, and why. One stands an account; the withdrawn ones stay. `link` is the address that the account's
# service says it verified at `verified_at`, where that is the evidence.
identities = Table(
    "identities",
    metadata,
    Column("id", String, primary_key=True),
    Column("author", String, nullable=False, index=True),
    Column("customer", ForeignKey(customers.c.id), nullable=False, index=True),
    Column("evidence", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", String),
    Column("link", String),
    Column("verified_at", Moment),
)
_linked = identities.c.withdrawn_at.is_(None)
Index("ix_identities_linked", identities.c.author, unique=True, sqlite_where=_linked, postgresql_where=_linked)

customer_keys = Table(
    "customer_keys",
    metadata,
    Column("customer", ForeignKey(customers.c.id), primary_key=True),
    Column("system", String, primary_key=True),
    Column("key", String, nullable=False),
    UniqueConstraint("system", "key"),
)

# Where a customer is at home, in the form of desk/store/websites.py; `by` is the person or the system that said so.
websites = Table(
    "websites",
    metadata,
    Column("customer", ForeignKey(customers.c.id), primary_key=True),
    Column("page", String, primary_key=True, index=True),
    Column("by", String, primary_key=True),
    Column("at", Moment, nullable=False),
)

# Customers whose documents have to be counted anew, known or not; each time with another mark.
touched = Table(
    "touched",
    metadata,
    Column("customer", String, primary_key=True),
    Column("mark", String, nullable=False),
)

# `about` is "customer" or "mention"; `subject` that system's id of the customer, or the mention's id.
facts = Table(
    "facts",
    metadata,
    Column("system", String, primary_key=True),
    Column("about", String, primary_key=True),
    Column("subject", String, primary_key=True, index=True),
    Column("name", String, primary_key=True),
    Column("value", String),
    Column("at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("scopes", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Column("revoked_by", String),
)
_valid = tokens.c.revoked_at.is_(None)
Index("ix_tokens_name", tokens.c.name, unique=True, sqlite_where=_valid, postgresql_where=_valid)

# Secrets made for the receiver of a sink, by the sink's name; those before one sign until its `previous_until`.
endpoints = Table(
    "endpoints",
    metadata,
    Column("name", String, primary_key=True),
    Column("secret_at", Moment, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("previous_until", Moment, nullable=False),
)

# `labels` is JSON, NULL where what was said is taken back.
judgements = Table(
    "judgements",
    metadata,
    Column("mention", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("by", String, primary_key=True),
    Column("labels", String),
    Column("author", String, index=True),
)

# `what` is "author" or "word".
mutes = Table(
    "mutes",
    metadata,
    Column("what", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("by", String, primary_key=True),
    Column("lifted", Boolean, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("sink", String, primary_key=True),
    Column("mention", String, primary_key=True, index=True),
    Column("author", String, nullable=False, index=True),
    Column("value", LargeBinary, nullable=False),
    Column("due_at", Moment),
    Index("ix_deliveries_due", "sink", "due_at"),
)

# Ids only: what was looked at or changed, never what stood there.
audit = Table(
    "audit",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("did", String, nullable=False),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
)

# `body` is the alert as it was written (desk/alerts/alert.py), JSON; `secret` signs what is sent to its webhook.
alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("body", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("secret", LargeBinary),
    Column("checked_at", Moment, nullable=False),
    Column("state", String, nullable=False),
)

# What an alert found: each mention once an alert. `letter` is the message it went into; NULL while it waits for one.
alert_hits = Table(
    "alert_hits",
    metadata,
    Column("alert", String, primary_key=True),
    Column("mention", String, primary_key=True, index=True),
    Column("author", String, nullable=False, index=True),
    Column("arrived_at", Moment, nullable=False),
    Column("letter", String, index=True),
)

# One row a message and receiver. `subject` is the alert's or report's id, `body` figures alone, JSON.
letters = Table(
    "letters",
    metadata,
    Column("id", String, primary_key=True),
    Column("letter", String, nullable=False, index=True),
    Column("what", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("receiver", String, nullable=False),
    Column("body", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, index=True),
    Column("tries", Integer, nullable=False),
    Column("error", String),
    Column("done_at", Moment),
    Column("unsure", Boolean, nullable=False, server_default=false()),
)

# A view that somebody without a session may read until it ends. `view` is its address on the page.
links = Table(
    "links",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("view", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("revoked_by", String),
    Column("opened_at", Moment),
)

# What people wrote beside the charts; `until` is NULL where it is of one moment.
annotations = Table(
    "annotations",
    metadata,
    Column("id", String, primary_key=True),
    Column("since", Moment, nullable=False, index=True),
    Column("until", Moment),
    Column("text", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("removed_at", Moment),
    Column("removed_by", String),
)

# Views that go to people at set times; `body` as it was written (desk/reports/schedule.py), JSON.
reports = Table(
    "reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("body", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String, nullable=False),
    Column("next_at", Moment, nullable=False, index=True),
)

# What the language model was asked, a row a day of the organisation's: requests, and tokens of questions and answers.
spent = Table(
    "spent",
    metadata,
    Column("day", String, primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("tokens", BigInteger, nullable=False),
)

# What emerges at the moment (core/emerging.py), `body` numbers alone, JSON; the row "" says when that was and what is known.
emerging = Table(
    "emerging",
    metadata,
    Column("id", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("body", String, nullable=False),
)

emerging_members = Table(
    "emerging_members",
    metadata,
    Column("topic", String, primary_key=True),
    Column("mention", String, primary_key=True, index=True),
    Column("author", String, nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("voice", Boolean, nullable=False),
)

# Staff, as HR or the sign-on system says. `email` and `user_name` in lower case; `version` grows with each change; once
# somebody left, the row and all that hangs on it is erased at `erase_at`.
people = Table(
    "people",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, unique=True),
    Column("department", String, index=True),
    Column("unit", String),
    Column("language", String),
    Column("given_name", String),
    Column("family_name", String),
    Column("user_name", String, unique=True),
    Column("external_id", String, index=True),
    Column("number", String, index=True),
    Column("active", Boolean, nullable=False),
    Column("left_at", Moment),
    Column("erase_at", Moment, index=True),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)


def _theirs(name: str = "person", *, first: bool = False) -> Column[str]:
    """Whose row it is: gone with the person."""
    return Column(name, ForeignKey(people.c.id, ondelete="CASCADE"), nullable=False, primary_key=first, index=not first)


# `unit` is "" where the role holds everywhere.
person_roles = Table(
    "person_roles",
    metadata,
    _theirs(first=True),
    Column("role", String, primary_key=True),
    Column("unit", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
)

# Groups of the sign-on system. Members hold `role` in `unit` once a person at the desk says what the group stands for.
groups = Table(
    "groups",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("folded", String, nullable=False, unique=True),
    Column("external_id", String),
    Column("role", String),
    Column("unit", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group", ForeignKey(groups.c.id, ondelete="CASCADE"), primary_key=True),
    Column("person", ForeignKey(people.c.id, ondelete="CASCADE"), primary_key=True, index=True),
)

# A block of the rota: each week on `weekday` (Monday 0), or once on `day` (ISO 8601). Minutes since midnight on the clock
# of the organisation; one that does not end after it starts ends on the day after.
shifts = Table(
    "shifts",
    metadata,
    Column("id", String, primary_key=True),
    _theirs(),
    Column("unit", String, nullable=False, index=True),
    Column("weekday", Integer),
    Column("day", String),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
)

# When somebody is away; never why.
absences = Table(
    "absences",
    metadata,
    Column("id", String, primary_key=True),
    _theirs(),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)

# What was to be acknowledged, word for word; title and text by language, JSON.
policies = Table(
    "policies",
    metadata,
    Column("version", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("text", String, nullable=False),
    Column("published_at", Moment, nullable=False, index=True),
)

# `way` is how they did: link, page, or paper where somebody at the desk wrote it down.
acknowledgements = Table(
    "acknowledgements",
    metadata,
    _theirs(first=True),
    Column("version", ForeignKey(policies.c.version), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("way", String, nullable=False),
)

# When somebody was last asked to acknowledge a version, and how often.
reminders = Table(
    "reminders",
    metadata,
    _theirs(first=True),
    Column("version", ForeignKey(policies.c.version), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
)

# The organisation's own accounts, and which of the staff answer for them; one that is not `official` is of somebody of the
# staff, who told of it. The archive was searched for what looks like it up to `looked_at`.
own_accounts = Table(
    "own_accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("handle", String, nullable=False),
    Column("name", String),
    Column("official", Boolean, nullable=False),
    Column("owner", ForeignKey(people.c.id, ondelete="SET NULL"), index=True),
    Column("second", ForeignKey(people.c.id, ondelete="SET NULL"), index=True),
    Column("looked_at", Moment),
    UniqueConstraint("source", "handle"),
)

# Accounts of others that look like one of the organisation's own, for a person to look at; nobody else's is listed.
# `why` is a word of a bounded list; `state` open, dismissed or confirmed.
lookalikes = Table(
    "lookalikes",
    metadata,
    Column("author", String, primary_key=True),
    Column("account", ForeignKey(own_accounts.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("handle", String),
    Column("name", String),
    Column("why", String, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("state", String, nullable=False),
)

training_records = Table(
    "training_records",
    metadata,
    _theirs(first=True),
    Column("training", String, primary_key=True),
    Column("done_at", Moment, primary_key=True),
    Column("valid_until", Moment, index=True),
)
