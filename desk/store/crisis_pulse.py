"""Whether anything of a crisis changed: counts and latest times in one question, however much there is of it."""

from sqlalchemy import and_, case, func, select, true
from sqlalchemy.sql.selectable import Subquery

from desk.store.case_tables import cases
from desk.store.cases import State
from desk.store.crisis_tables import case_drafts, crisis_answers, crisis_cases, crisis_evidence
from desk.store.database import Database
from desk.store.notice_tables import notice_messages as messages
from desk.store.notice_tables import notice_parts as parts
from desk.store.notice_tables import notices

Pulse = tuple[object, ...]


async def pulse(database: Database, crisis: str) -> Pulse:
    """Differs where it differs what was frozen of it, how far its answers have come, or who was told of it: each of those only adds rows or ends them; or
    how its cases stand: one that changes has a higher version, so that the sum of theirs differs too where two change places. Which cases a person
    attaches and takes out, and what else happened to the crisis itself, is its version.
    """
    told, *others = _told(crisis), _attached(crisis), _frozen(crisis), _answered(crisis), _laid(crisis)
    together = told.join(others[0], true())
    for one in others[1:]:
        together = together.join(one, true())
    async with database.reading() as connection:
        row = (await connection.execute(select(told, *others).select_from(together))).one()
        return tuple(row)


def _told(crisis: str) -> Subquery:
    failed = and_(messages.c.done_at.is_not(None), messages.c.error.is_not(None))
    asked = select(
        func.count(notices.c.id.distinct()).label("owed"),
        func.count(messages.c.id).label("messages"),
        func.count(messages.c.done_at).label("done"),
        func.max(messages.c.done_at).label("last"),
        func.count(case((failed, 1))).label("failed"),
    )
    found = notices.outerjoin(parts, parts.c.notice == notices.c.id)
    found = found.outerjoin(messages, messages.c.id == parts.c.message)
    return asked.select_from(found).where(notices.c.crisis == crisis).subquery("told")


def _attached(crisis: str) -> Subquery:
    each = [func.count(case((cases.c.state == one.value, 1))).label(one.value) for one in State]
    changed = func.coalesce(func.sum(cases.c.version), 0).label("versions")
    asked = select(*each, changed).select_from(crisis_cases.join(cases, cases.c.id == crisis_cases.c.case))
    return asked.where(crisis_cases.c.crisis == crisis, crisis_cases.c.detached_at.is_(None)).subquery("attached")


def _frozen(crisis: str) -> Subquery:
    at = crisis_evidence.c.frozen_at
    asked = select(func.count().label("evidence"), func.count(at).label("frozen"), func.max(at).label("frozen_at"))
    return asked.where(crisis_evidence.c.crisis == crisis).subquery("frozen")


def _answered(crisis: str) -> Subquery:
    asked = select(func.count().label("answers"), func.count(crisis_answers.c.done_at).label("over"))
    return asked.where(crisis_answers.c.crisis == crisis).subquery("answered")


def _laid(crisis: str) -> Subquery:
    return select(func.count().label("laid")).where(case_drafts.c.crisis == crisis).subquery("laid")
