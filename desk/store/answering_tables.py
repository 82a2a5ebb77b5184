"""The tables of who may answer: rights on accounts, what became of answers, skills, and what somebody said yes to."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table

from desk.store.tables import Moment, metadata, own_accounts, people


def _person(*, first: bool = True) -> Column[str]:
    """Whose row it is: gone with the person."""
    return Column(
        "person", ForeignKey(people.c.id, ondelete="CASCADE"), nullable=not first, primary_key=first, index=not first
    )


# The right to answer on an own account, of one person or of a role; `unit` is "" where the role holds everywhere. It ends at
# `until`, where there is one. Owners of an account have it without a row.
account_rights = Table(
    "account_rights",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", ForeignKey(own_accounts.c.id, ondelete="CASCADE"), nullable=False, index=True),
    _person(first=False),
    Column("role", String),
    Column("unit", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("until", Moment),
    CheckConstraint("(person IS NULL) <> (role IS NULL)", name="ck_account_rights_one"),
)
_of_a_person = account_rights.c.person.is_not(None)
Index(
    "ix_account_rights_one",
    account_rights.c.account,
    account_rights.c.person,
    unique=True,
    sqlite_where=_of_a_person,
    postgresql_where=_of_a_person,
)
_of_a_role = account_rights.c.role.is_not(None)
Index(
    "ix_account_rights_role",
    account_rights.c.account,
    account_rights.c.role,
    account_rights.c.unit,
    unique=True,
    sqlite_where=_of_a_role,
    postgresql_where=_of_a_role,
)

# What became of somebody's answers on a topic, each once an answer: `kind` is a word of a bounded list, `answer` its id.
trust_marks = Table(
    "trust_marks",
    metadata,
    _person(),
    Column("topic", String, primary_key=True),
    Column("answer", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("by", String, nullable=False),
)

# What somebody knows about: topics of the playbook, or words of their own, in small letters.
skills = Table(
    "skills",
    metadata,
    _person(),
    Column("skill", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
)

# What somebody said yes to, with the words that they read; taken back, the row is gone.
consents = Table(
    "consents",
    metadata,
    _person(),
    Column("what", String, primary_key=True),
    Column("words", String, nullable=False),
    Column("way", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
)
