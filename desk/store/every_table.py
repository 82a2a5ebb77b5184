"""All tables of the desk database, in whichever file each stands."""

from desk.store import (
    alarm_tables,
    answer_tables,
    answering_tables,
    backlog_tables,
    case_tables,
    crisis_tables,
    digest_tables,
    entry_tables,
    happening_tables,
    maturity_tables,
    notice_tables,
    practice_tables,
    tables,
)

FILES = (
    tables,
    alarm_tables,
    answer_tables,
    answering_tables,
    backlog_tables,
    case_tables,
    crisis_tables,
    digest_tables,
    entry_tables,
    happening_tables,
    notice_tables,
    maturity_tables,
    practice_tables,
)
metadata = tables.metadata
