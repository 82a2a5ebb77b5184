"""Who did which training when, and until when that holds."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0014", "0013", None, None


def upgrade() -> None:
    """From 0013."""
    op.create_table(
        "training_records",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("training", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_training_records_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "training", "done_at", name=op.f("pk_training_records")),
    )
    op.create_index(op.f("ix_training_records_valid_until"), "training_records", ["valid_until"])
