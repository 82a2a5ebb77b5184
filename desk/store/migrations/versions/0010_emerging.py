"""What emerges at the moment, and the messages of it by their ids."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0010", "0009", None, None


def upgrade() -> None:
    """From 0009."""
    op.create_table(
        "emerging",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emerging")),
    )
    op.create_table(
        "emerging_members",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("mention", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "mention", name=op.f("pk_emerging_members")),
    )
    op.create_index(op.f("ix_emerging_members_mention"), "emerging_members", ["mention"])
    op.create_index(op.f("ix_emerging_members_author"), "emerging_members", ["author"])
