"""Cases whose documents have to be made anew."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0019", "0018", None, None


def upgrade() -> None:
    """From 0018."""
    op.create_table(
        "touched_cases",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_touched_cases")),
    )
