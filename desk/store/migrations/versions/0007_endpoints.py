"""Endpoints keep the secrets that were made for them, one a row; nothing had written the table of before."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0007", "0006", None, None


def upgrade() -> None:
    """From 0006."""
    op.drop_table("endpoints")
    op.create_table(
        "endpoints",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "secret_at", name=op.f("pk_endpoints")),
    )
