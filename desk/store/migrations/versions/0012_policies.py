"""Versions of the policy, who acknowledged which, and who was reminded when."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0012", "0011", None, None


def upgrade() -> None:
    """From 0011."""
    op.create_table(
        "policies",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_index(op.f("ix_policies_published_at"), "policies", ["published_at"])
    op.create_table(
        "acknowledgements",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_acknowledgements_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version"], ["policies.version"], name=op.f("fk_acknowledgements_version")),
        sa.PrimaryKeyConstraint("person", "version", name=op.f("pk_acknowledgements")),
    )
    op.create_table(
        "reminders",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f("fk_reminders_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version"], ["policies.version"], name=op.f("fk_reminders_version")),
        sa.PrimaryKeyConstraint("person", "version", name=op.f("pk_reminders")),
    )
