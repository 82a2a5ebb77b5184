"""Weekly digests, who wants none, and letters of which nobody knows whether they arrived."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0027", "0026", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0026."""
    op.create_table(
        "digests",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("week", "unit", name=op.f("pk_digests")),
    )
    op.create_table(
        "digest_refusals",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_digest_refusals_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_digest_refusals")),
    )
    op.add_column("letters", sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
