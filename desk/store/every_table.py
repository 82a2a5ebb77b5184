"""All tables of the desk database, in whichever file each stands."""

from desk.store import notice_tables, tables

FILES = (tables, notice_tables)
metadata = tables.metadata
