"""The tables of crises and drills: figures, ids, times, and what people wrote; never a mention's text."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from desk.store.case_tables import cases
from desk.store.tables import Moment, metadata

# One event in which monitors rang. `drill` is the id of a drill, "" where it is real: of each one runs at a time. `version` is
# the number of its last event. `plan` is the version of the playbook, `steps` of which are rows of their own.
crises = Table(
    "crises",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("state", String, nullable=False, index=True),
    Column("drill", String, nullable=False),
    Column("unit", String),
    Column("plan", String, nullable=False),
    Column("severity", Integer),
    Column("lead", String),
    Column("offered_to", String),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("acknowledged_at", Moment),
    Column("acknowledged_by", String),
    Column("last_alarm_at", Moment, nullable=False),
    Column("lull_since", Moment),
    Column("asked_at", Moment),
    Column("ended_at", Moment, index=True),
    Column("reason", String),
    Column("lesson", String),
    Column("version", Integer, nullable=False),
)
_running = crises.c.state != "ended"
Index("ix_crises_running", crises.c.drill, unique=True, sqlite_where=_running, postgresql_where=_running)


def _of_a_crisis() -> Column[str]:
    """Gone with the crisis."""
    return Column("crisis", ForeignKey(crises.c.id, ondelete="CASCADE"), primary_key=True)


# Monitors that rang in it; `quiet_at` since when one does no more.
crisis_monitors = Table(
    "crisis_monitors",
    metadata,
    _of_a_crisis(),
    Column("monitor", String, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("last_alarm_at", Moment, nullable=False),
    Column("quiet_at", Moment),
)

# What happened, numbered from 1. `detail` is a word, an id, or what somebody wrote.
crisis_events = Table(
    "crisis_events",
    metadata,
    _of_a_crisis(),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("detail", String, nullable=False),
)

# The plan as it was at the opening. `says` is JSON, `within` seconds; `due_at` is there while its clock runs or was met.
crisis_steps = Table(
    "crisis_steps",
    metadata,
    _of_a_crisis(),
    Column("step", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("says", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("from", Integer, nullable=False),
    Column("within", Integer),
    Column("due_at", Moment),
    Column("state", String, nullable=False),
    Column("done_at", Moment),
    Column("done_by", String),
)

# What is to happen by itself, once. `what` is a step, or "". `rung` is the place on the ladder that has had to act since `since`.
crisis_timers = Table(
    "crisis_timers",
    metadata,
    _of_a_crisis(),
    Column("kind", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("due_at", Moment, nullable=False, index=True),
    Column("since", Moment),
    Column("rung", Integer),
)

# What is said first, by language; each edit is another number.
crisis_statements = Table(
    "crisis_statements",
    metadata,
    _of_a_crisis(),
    Column("language", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", String, nullable=False),
    Column("drafted_by", String, nullable=False),
    Column("drafted_at", Moment, nullable=False),
    Column("approved_by", String),
    Column("approved_at", Moment),
)

# Frozen at an event: `figures` is JSON, what the detector said; `document` what drove it (desk.crisis.evidence), "" until it is known.
crisis_evidence = Table(
    "crisis_evidence",
    metadata,
    _of_a_crisis(),
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("figures", String, nullable=False),
    Column("document", String, nullable=False),
    Column("frozen_at", Moment),
)

# Cases that belong to it; one that was detached does not come back by itself.
crisis_cases = Table(
    "crisis_cases",
    metadata,
    _of_a_crisis(),
    Column("case", ForeignKey(cases.c.id, ondelete="CASCADE"), primary_key=True, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String, nullable=False),
    Column("detached_at", Moment),
)

# An approved answer on its way to the attached cases, so many `a_minute`; `statements` is JSON, number by language.
crisis_answers = Table(
    "crisis_answers",
    metadata,
    _of_a_crisis(),
    Column("number", Integer, primary_key=True),
    Column("statements", String, nullable=False),
    Column("a_minute", Integer, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("done_at", Moment, index=True),
)

# Answers that lie ready: nothing is published. Each is a statement of a crisis, and a case has one of each.
case_drafts = Table(
    "case_drafts",
    metadata,
    Column("case", ForeignKey(cases.c.id, ondelete="CASCADE"), primary_key=True),
    Column("crisis", ForeignKey(crises.c.id, ondelete="CASCADE"), primary_key=True, index=True),
    Column("language", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)

# Drills that were played. `document` is JSON: the scenario, its targets and the score; one plays at a time.
drills = Table(
    "drills",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("scenario", String, nullable=False),
    Column("monitor", String, nullable=False),
    Column("state", String, nullable=False),
    Column("by", String, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("reason", String),
    Column("document", String, nullable=False),
    Column("purged", Boolean, nullable=False),
)
_playing = drills.c.state == "playing"
Index("ix_drills_playing", drills.c.state, unique=True, sqlite_where=_playing, postgresql_where=_playing)
