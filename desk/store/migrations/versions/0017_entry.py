"""How staff come in: passwords, invitations, second factors, sessions."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0017", "0016", None, None


def upgrade() -> None:
    """From 0016."""
    _secrets()
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person"), "sessions", ["person"])
    op.create_index(op.f("ix_sessions_ends_at"), "sessions", ["ends_at"])


def _secrets() -> None:
    op.create_table(
        "passwords",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("passwords"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_passwords")),
    )
    op.create_table(
        "invitations",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _of_person("invitations"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_invitations")),
    )
    op.create_table(
        "second_factors",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        _of_person("second_factors"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        _of_person("recovery_codes"),
        sa.PrimaryKeyConstraint("person", "sha256", name=op.f("pk_recovery_codes")),
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f(f"fk_{table}_person"), ondelete="CASCADE")
