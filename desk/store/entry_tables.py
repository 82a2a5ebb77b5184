"""The tables of how staff come in: what of a secret proves it, never the secret; all of it gone with the person."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, String, Table

from desk.store.tables import Moment, metadata, people


def _person() -> Column[str]:
    return Column("person", ForeignKey(people.c.id, ondelete="CASCADE"), primary_key=True)


# `hash` as argon2 writes it, with its parameters.
passwords = Table(
    "passwords",
    metadata,
    _person(),
    Column("hash", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# The one invitation that opens for a person, until then; `nonce` is the part of its link that makes it that one.
invitations = Table(
    "invitations",
    metadata,
    _person(),
    Column("nonce", String, nullable=False),
    Column("until", Moment, nullable=False),
    Column("by", String, nullable=False),
)

# What a telephone makes codes from: `secret` sealed, `last_step` the step of time of the last code that was taken, so that
# none is taken twice. It counts once a code of it was given, at `confirmed_at`.
second_factors = Table(
    "second_factors",
    metadata,
    _person(),
    Column("secret", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("confirmed_at", Moment),
)

# SHA-256 of each code that is good once, for who lost the telephone; one that was used is gone.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    _person(),
    Column("sha256", LargeBinary, primary_key=True),
)

# A browser in which somebody came in: `id` is the SHA-256 of what its cookie holds, `way` how, `strong` whether by more than
# a password, `agent` what the browser calls itself.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", ForeignKey(people.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("way", String, nullable=False),
    Column("strong", Boolean, nullable=False),
    Column("agent", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
)
