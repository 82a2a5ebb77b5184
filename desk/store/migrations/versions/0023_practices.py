"""Best practices with comments, thanks and uses; what units plan to say; and when something happened to cases, found by its time."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0023", "0022", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0022."""
    op.create_table(
        "practices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("owner", sa.String()),
        sa.Column("from_case", sa.Integer()),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_at", _MOMENT),
        sa.Column("expires_at", _MOMENT),
        sa.Column("reminded_at", _MOMENT),
        sa.Column("retired_at", _MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
        sa.UniqueConstraint("number", name=op.f("uq_practices_number")),
    )
    _indexed("practices", "state", "unit", "expires_at")
    _of_practices()
    _planned()
    _indexed("case_events", "at")


def _of_practices() -> None:
    op.create_table(
        "practice_texts",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        *_keyed("practice_texts", "language"),
    )
    op.create_table(
        "practice_comments",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        *_keyed("practice_comments", "number"),
    )
    _indexed("practice_comments", "by")
    op.create_table(
        "practice_thanks",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        *_keyed("practice_thanks", "by"),
    )
    op.create_table(
        "practice_uses",
        sa.Column("practice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case", sa.String()),
        sa.Column("unit", sa.String()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String()),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_practice_uses_case"), ondelete="SET NULL"),
        *_keyed("practice_uses", "number"),
    )
    _indexed("practice_uses", "case", "by", "at", "outcome")


def _planned() -> None:
    op.create_table(
        "planned",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("account", sa.String()),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned")),
    )
    _indexed("planned", "unit", "since", "until")


def _keyed(table: str, *others: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    """Known by its practice, and something in it; gone with the practice."""
    return (
        sa.ForeignKeyConstraint(["practice"], ["practices.id"], name=op.f(f"fk_{table}_practice"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("practice", *others, name=op.f(f"pk_{table}")),
    )


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
