"""What maturity came to, day by day."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0018", "0017", None, None


def upgrade() -> None:
    """From 0017."""
    op.create_table(
        "maturity",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_maturity")),
    )
