"""Customers whose documents have to be counted anew."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0008", "0007", None, None


def upgrade() -> None:
    """From 0007."""
    op.create_table(
        "touched",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_touched")),
    )
