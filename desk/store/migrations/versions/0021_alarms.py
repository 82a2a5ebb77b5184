"""The watch list: how each monitor stands."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0021", "0020", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0020."""
    op.create_table(
        "alarms",
        sa.Column("monitor", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("since", _MOMENT),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("odds", sa.Float(), nullable=False),
        sa.Column("weighed", sa.String(), nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("monitor", name=op.f("pk_alarms")),
    )
