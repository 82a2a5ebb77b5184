"""Who may answer: rights on accounts, what became of answers, skills, consents; what messages of cases are about, and how they sound."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0024", "0023", None, None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """From 0023."""
    _rights()
    op.add_column("case_messages", sa.Column("topics", sa.String(), nullable=False, server_default="[]"))
    op.add_column("case_messages", sa.Column("mood", sa.String()))
    op.add_column("notice_wishes", sa.Column("results", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "trust_marks",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _of_person("trust_marks"),
        sa.PrimaryKeyConstraint("person", "topic", "answer", "kind", name=op.f("pk_trust_marks")),
    )
    op.create_index(op.f("ix_trust_marks_at"), "trust_marks", ["at"])
    op.create_table(
        "skills",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _of_person("skills"),
        sa.PrimaryKeyConstraint("person", "skill", name=op.f("pk_skills")),
    )
    op.create_table(
        "consents",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        _of_person("consents"),
        sa.PrimaryKeyConstraint("person", "what", name=op.f("pk_consents")),
    )


def _rights() -> None:
    op.create_table(
        "account_rights",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("person", sa.String()),
        sa.Column("role", sa.String()),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until", _MOMENT),
        sa.CheckConstraint("(person IS NULL) <> (role IS NULL)", name=op.f("ck_account_rights_one")),
        sa.ForeignKeyConstraint(
            ["account"], ["own_accounts.id"], name=op.f("fk_account_rights_account"), ondelete="CASCADE"
        ),
        _of_person("account_rights"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_rights")),
    )
    op.create_index(op.f("ix_account_rights_account"), "account_rights", ["account"])
    op.create_index(op.f("ix_account_rights_person"), "account_rights", ["person"])
    of_a_person, of_a_role = sa.text("person IS NOT NULL"), sa.text("role IS NOT NULL")
    op.create_index(
        "ix_account_rights_one",
        "account_rights",
        ["account", "person"],
        unique=True,
        sqlite_where=of_a_person,
        postgresql_where=of_a_person,
    )
    op.create_index(
        "ix_account_rights_role",
        "account_rights",
        ["account", "role", "unit"],
        unique=True,
        sqlite_where=of_a_role,
        postgresql_where=of_a_role,
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person"], ["people.id"], name=op.f(f"fk_{table}_person"), ondelete="CASCADE")
