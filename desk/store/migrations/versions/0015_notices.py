"""What people and channels are told of cases, and when somebody wants to be told nothing."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0015", "0014", None, None


def upgrade() -> None:
    """From 0014."""
    _notices()
    _messages()
    op.create_table(
        "notice_wishes",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("quiet", sa.String(), nullable=False),
        sa.Column("muted_until", sa.DateTime(timezone=True)),
        _of_person("notice_wishes", "person"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_notice_wishes")),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to_unit", sa.String()),
        sa.Column("to_role", sa.String()),
        sa.Column("to_person", sa.String()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gathered_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String()),
        _of_person("notices", "to_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    for column in ("case", "to_person", "gathered_at"):
        op.create_index(op.f(f"ix_notices_{column}"), "notices", [column])


def _messages() -> None:
    op.create_table(
        "notice_messages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("then", sa.String(), nullable=False),
        sa.Column("person", sa.String()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("lease", sa.String()),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String()),
        sa.Column("instead", sa.String()),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        _of_person("notice_messages", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_messages")),
    )
    for column in ("person", "due_at", "done_at"):
        op.create_index(op.f(f"ix_notice_messages_{column}"), "notice_messages", [column])
    op.create_table(
        "notice_parts",
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        _to("notice_parts", "message", "notice_messages"),
        _to("notice_parts", "notice", "notices"),
        sa.PrimaryKeyConstraint("message", "notice", name=op.f("pk_notice_parts")),
    )
    op.create_index(op.f("ix_notice_parts_notice"), "notice_parts", ["notice"])


def _of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return _to(table, column, "people")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Gone with the row that it refers to."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
