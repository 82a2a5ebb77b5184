"""What is said in a crisis, as its page shows it: first statements by language, and how far an approved answer has come."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from desk.crisis import saying
from desk.crisis.acting import lacks
from desk.entry.who import is_operator
from desk.store import case_drafts, crises, inbox
from desk.store.crises import Answer, Crisis, Happened, Statement
from desk.web.pages.case_lines import kept_of
from desk.web.pages.crisis_found import called, plan_of
from desk.web.site import SITE, WHO, formats


class Speaking(msgspec.Struct, frozen=True, kw_only=True):
    """What is said first in one language: what stands, if anything was drafted, and the plan's own words for a first draft.

    by, approved_by  names of who drafted and who approved it
    approves         whether whoever looks may approve it; not where they drafted it (`own`), or an operator did (`unnamed`)
    """

    language: str
    last: Statement | None
    proposed: str
    by: str = ""
    approved_by: str = ""
    approves: bool = False
    own: bool = False
    unnamed: bool = False


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """An approved answer on its way: at so many cases, with so many to go."""

    answer: Answer
    done: int
    left: int


async def speaking_of(request: web.Request, crisis: Crisis) -> Sequence[Speaking]:
    """The plan's languages, and those that somebody wrote in besides."""
    database, who, plan = kept_of(request).database, request[WHO], plan_of(request)
    last = {one.language: one for one in await crises.statements(database, crisis.id)}
    names = await inbox.names(database, [by for one in last.values() for by in (one.drafted_by, one.approved_by) if by])
    site = request.app[SITE]
    values = saying.values(crisis, site.organisation.name, formats(request), site.clock())
    may = lacks(who, crisis, Happened.APPROVED, plan.approves) is None

    def speaking(language: str) -> Speaking:
        stands = last.get(language)
        proposed = plan.statement(language, values) or ""
        if stands is None:
            return Speaking(language=language, last=None, proposed=proposed)
        own, unnamed = stands.drafted_by == who.by, is_operator(stands.drafted_by)
        return Speaking(
            language=language,
            last=stands,
            proposed=proposed,
            by=called(request, names, stands.drafted_by),
            approved_by=called(request, names, stands.approved_by) if stands.approved_by else "",
            approves=may and not (own or unnamed or stands.approved_at),
            own=own,
            unnamed=unnamed,
        )

    return [speaking(language) for language in dict.fromkeys((*plan.section.statements, *last))]


async def going_of(request: web.Request, crisis: Crisis, answer: Answer) -> Going:
    done, left = await case_drafts.progress(kept_of(request).database, crisis.id, answer)
    return Going(answer=answer, done=done, left=left)
