"""Crises: their plan, what happened, what is to happen by itself, evidence, statements, cases and drafts; and drills."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0020", "0019", None, None

_MOMENT = sa.DateTime(timezone=True)
_RUNNING, _PLAYING = sa.text("state != 'ended'"), sa.text("state = 'playing'")


def upgrade() -> None:
    """From 0019."""
    _crises()
    _what_happens()
    _what_is_said()
    _drills()
    op.add_column("cases", sa.Column("monitors", sa.String(), nullable=False, server_default="[]"))
    op.add_column("notices", sa.Column("crisis", sa.String()))
    op.create_index(op.f("ix_notices_crisis"), "notices", ["crisis"])
    op.add_column("notice_messages", sa.Column("crisis", sa.String()))


def _crises() -> None:
    op.create_table(
        "crises",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("drill", sa.String(), nullable=False),
        sa.Column("unit", sa.String()),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer()),
        sa.Column("lead", sa.String()),
        sa.Column("offered_to", sa.String()),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("acknowledged_at", _MOMENT),
        sa.Column("acknowledged_by", sa.String()),
        sa.Column("last_alarm_at", _MOMENT, nullable=False),
        sa.Column("lull_since", _MOMENT),
        sa.Column("asked_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("reason", sa.String()),
        sa.Column("lesson", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crises")),
        sa.UniqueConstraint("number", name=op.f("uq_crises_number")),
    )
    _indexed("crises", "state", "opened_at", "ended_at")
    _unique("ix_crises_running", "crises", "drill", _RUNNING)


def _what_happens() -> None:
    op.create_table(
        "crisis_monitors",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("monitor", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("last_alarm_at", _MOMENT, nullable=False),
        sa.Column("quiet_at", _MOMENT),
        *_keyed("crisis_monitors", "monitor"),
    )
    op.create_table(
        "crisis_events",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        *_keyed("crisis_events", "number"),
    )
    _indexed("crisis_events", "by")
    op.create_table(
        "crisis_steps",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("from", sa.Integer(), nullable=False),
        sa.Column("within", sa.Integer()),
        sa.Column("due_at", _MOMENT),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.Column("done_by", sa.String()),
        *_keyed("crisis_steps", "step"),
    )
    op.create_table(
        "crisis_timers",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT),
        sa.Column("rung", sa.Integer()),
        *_keyed("crisis_timers", "kind", "what"),
    )
    _indexed("crisis_timers", "due_at")
    op.create_table(
        "crisis_evidence",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("frozen_at", _MOMENT),
        *_keyed("crisis_evidence", "number"),
    )


def _what_is_said() -> None:
    op.create_table(
        "crisis_statements",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_at", _MOMENT, nullable=False),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_at", _MOMENT),
        *_keyed("crisis_statements", "language", "number"),
    )
    op.create_table(
        "crisis_cases",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("detached_at", _MOMENT),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_crisis_cases_case"), ondelete="CASCADE"),
        *_keyed("crisis_cases", "case"),
    )
    _indexed("crisis_cases", "case")
    op.create_table(
        "crisis_answers",
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statements", sa.String(), nullable=False),
        sa.Column("a_minute", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT),
        *_keyed("crisis_answers", "number"),
    )
    _indexed("crisis_answers", "done_at")
    op.create_table(
        "case_drafts",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("crisis", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_drafts_case"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["crisis"], ["crises.id"], name=op.f("fk_case_drafts_crisis"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", "crisis", "language", "number", name=op.f("pk_case_drafts")),
    )
    _indexed("case_drafts", "crisis")


def _drills() -> None:
    op.create_table(
        "drills",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("monitor", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("reason", sa.String()),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("purged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
        sa.UniqueConstraint("number", name=op.f("uq_drills_number")),
    )
    _unique("ix_drills_playing", "drills", "state", _PLAYING)


def _keyed(table: str, *others: str) -> tuple[sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    """Known by its crisis, and something in it; gone with the crisis."""
    return (
        sa.ForeignKeyConstraint(["crisis"], ["crises.id"], name=op.f(f"fk_{table}_crisis"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("crisis", *others, name=op.f(f"pk_{table}")),
    )


def _indexed(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _unique(name: str, table: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)
