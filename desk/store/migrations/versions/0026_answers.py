"""Answers to cases, what they said, what is done to messages at their source, and whose turn it is at a publisher."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0026", "0025", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0025."""
    _answers()
    op.create_table(
        "answer_versions",
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String()),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_at", _MOMENT),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name=op.f("fk_answer_versions_answer"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer", "number", name=op.f("pk_answer_versions")),
    )
    op.create_table(
        "answer_deeds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mention", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String()),
        sa.Column("done_at", _MOMENT),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_answer_deeds_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_deeds")),
    )
    for column in ("case", "mention", "publisher", "due_at"):
        op.create_index(op.f(f"ix_answer_deeds_{column}"), "answer_deeds", [column])
    op.create_table(
        "publisher_turns",
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("lease", sa.String()),
        sa.Column("leased_until", _MOMENT),
        sa.Column("waits_until", _MOMENT),
        sa.Column("error", sa.String()),
        sa.PrimaryKeyConstraint("publisher", name=op.f("pk_publisher_turns")),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String()),
        sa.Column("key", sa.String()),
        sa.Column("sends", sa.String()),
        sa.Column("ready_at", _MOMENT),
        sa.Column("due_at", _MOMENT),
        sa.Column("tried_at", _MOMENT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String()),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("error", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("mention", sa.String()),
        sa.Column("url", sa.String()),
        sa.Column("copies", sa.String(), nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_answers_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("number", name=op.f("uq_answers_number")),
        sa.UniqueConstraint("key", name=op.f("uq_answers_key")),
    )
    for column in ("case", "answers", "publisher", "state", "crisis", "due_at", "mention"):
        op.create_index(op.f(f"ix_answers_{column}"), "answers", [column])
    under_way = sa.text("state IN ('draft', 'waiting', 'approved', 'queued', 'sending')")
    op.create_index(
        "ix_answers_one", "answers", ["case"], unique=True, sqlite_where=under_way, postgresql_where=under_way
    )
