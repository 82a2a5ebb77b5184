"""Websites of customers, and the verified links that prove accounts to be theirs."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0006", "0005", None, None


def upgrade() -> None:
    """From 0005."""
    op.add_column("identities", sa.Column("link", sa.String(), nullable=True))
    op.add_column("identities", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "websites",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"], name=op.f("fk_websites_customer_customers")),
        sa.PrimaryKeyConstraint("customer", "page", "by", name=op.f("pk_websites")),
    )
    op.create_index(op.f("ix_websites_page"), "websites", ["page"], unique=False)
