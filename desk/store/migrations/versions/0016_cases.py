"""Cases: their messages by id, what happened to them, what is to happen by itself, and answers of own accounts."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0016", "0015", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0015."""
    _cases()
    op.create_table(
        "case_numbers",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_case_numbers")),
    )
    _of_cases()
    op.create_table(
        "own_replies",
        sa.Column("mention", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("reply_to", sa.String()),
        sa.Column("to_author", sa.String()),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mention", name=op.f("pk_own_replies")),
    )
    _indexed("own_replies", "author", "thread", "reply_to", "to_author", "at")


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("first_message", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("snoozed_until", _MOMENT),
        sa.Column("assignee", sa.String()),
        sa.Column("first_soon", _MOMENT),
        sa.Column("first_due", _MOMENT),
        sa.Column("resolution_soon", _MOMENT),
        sa.Column("resolution_due", _MOMENT),
        sa.Column("answered_at", _MOMENT),
        sa.Column("acted_at", _MOMENT),
        sa.Column("closed_at", _MOMENT),
        sa.Column("reason", sa.String()),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    _indexed("cases", "author", "thread", "unit", "opened_at", "state", "assignee")
    not_closed = sa.text("state != 'closed'")
    op.create_index(
        "ix_cases_open",
        "cases",
        ["author", "thread"],
        unique=True,
        sqlite_where=not_closed,
        postgresql_where=not_closed,
    )


def _of_cases() -> None:
    op.create_table(
        "case_messages",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("mention", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("edited_at", _MOMENT),
        sa.Column("order", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.String()),
        *_keyed("case_messages", "mention"),
    )
    _indexed("case_messages", "mention")
    op.create_table(
        "case_events",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        *_keyed("case_events", "number"),
    )
    _indexed("case_events", "by")
    op.create_table(
        "case_timers",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT),
        sa.Column("rung", sa.Integer()),
        *_keyed("case_timers", "kind"),
    )
    _indexed("case_timers", "due_at")


def _keyed(table: str, second: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    """Known by its case, and something in it; gone with the case."""
    return (
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f(f"fk_{table}_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", second, name=op.f(f"pk_{table}")),
    )


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
