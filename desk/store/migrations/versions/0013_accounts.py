"""The organisation's own accounts, who answers for each, and accounts of others that look like one."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0013", "0012", None, None


def upgrade() -> None:
    """From 0012."""
    op.create_table(
        "own_accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("second", sa.String()),
        sa.Column("looked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["owner"], ["people.id"], name=op.f("fk_own_accounts_owner"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["second"], ["people.id"], name=op.f("fk_own_accounts_second"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_accounts")),
        sa.UniqueConstraint("source", "handle", name=op.f("uq_own_accounts_source_handle")),
    )
    op.create_index(op.f("ix_own_accounts_owner"), "own_accounts", ["owner"])
    op.create_index(op.f("ix_own_accounts_second"), "own_accounts", ["second"])
    op.create_table(
        "lookalikes",
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("handle", sa.String()),
        sa.Column("name", sa.String()),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["own_accounts.id"], name=op.f("fk_lookalikes_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("author", name=op.f("pk_lookalikes")),
    )
    op.create_index(op.f("ix_lookalikes_account"), "lookalikes", ["account"])
