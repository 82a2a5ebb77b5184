"""The backlog, and business events."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0025", "0024", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0024."""
    op.create_table(
        "backlog_items",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("native", sa.String()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("rises", sa.Integer(), nullable=False),
        sa.Column("told_rises", sa.Integer(), nullable=False),
        sa.Column("begun_at", _MOMENT),
        sa.Column("looked_at", _MOMENT),
        sa.Column("writing", sa.String(), nullable=False),
        sa.Column("written", sa.String(), nullable=False),
        sa.Column("quoted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.String()),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_backlog_items")),
    )
    op.create_index(op.f("ix_backlog_items_last_at"), "backlog_items", ["last_at"])
    op.create_table(
        "backlog_members",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("mention", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("quoted", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["topic"], ["backlog_items.topic"], name=op.f("fk_backlog_members_topic"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic", "mention", name=op.f("pk_backlog_members")),
    )
    op.create_index(op.f("ix_backlog_members_mention"), "backlog_members", ["mention"])
    op.create_index(op.f("ix_backlog_members_author"), "backlog_members", ["author"])
    op.create_table(
        "happenings",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("amount", sa.Float()),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_happenings")),
    )
    op.create_index(op.f("ix_happenings_since"), "happenings", ["since"])
