"""All tables of the desk database, in whichever file each stands."""

from desk.store import (
    alarm_tables,
    answer_tables,
    case_tables,
    crisis_tables,
    entry_tables,
    maturity_tables,
    notice_tables,
    tables,
)

FILES = (
    tables,
    alarm_tables,
    answer_tables,
    case_tables,
    crisis_tables,
    entry_tables,
    notice_tables,
    maturity_tables,
)
metadata = tables.metadata
