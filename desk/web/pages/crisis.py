"""One crisis: how it stands, what it rests on, its plan, what is said, its cases, who was told, and what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from aiohttp import web

from desk.crisis.acting import holds, leads
from desk.store import case_drafts, crises, inbox, notice_messages, rota
from desk.store.crises import Answer, Attached, Crisis, Statement, Step, StepState
from desk.store.notice_messages import Message
from desk.store.notices import Notice
from desk.web.pages.case_choices import Receiver, colleagues
from desk.web.pages.case_lines import kept_of, looking
from desk.web.pages.crisis_found import LEVELS, clock, lines_of, one, plan_of
from desk.web.pages.crisis_live import stamp
from desk.web.pages.crisis_seen import counts_of, evidence_of, figures_of
from desk.web.pages.crisis_told import said_of, timeline
from desk.web.site import SITE, WHO, formats, reader_words, render
from playbook.rota import on_duty

MOST = 100


class Speaking(msgspec.Struct, frozen=True, kw_only=True):
    """What is said first in one language: what stands, if anything was drafted, and the plan's own words for a first draft.

    by, approved_by  names of who drafted and who approved it
    approves         whether whoever looks may approve it; `own` where they drafted it themselves
    """

    language: str
    last: Statement | None
    proposed: str
    by: str = ""
    approved_by: str = ""
    approves: bool = False
    own: bool = False


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """An approved answer on its way: at so many cases, with so many to go."""

    answer: Answer
    done: int
    left: int


async def page(request: web.Request) -> web.Response:
    """The crisis of that number. Raises 404 where there is none."""
    database, site, who = kept_of(request).database, request.app[SITE], request[WHO]
    crisis = await one(request, request.query.get("number", ""))
    have = await stamp(database, crisis)
    ringing = await crises.ringing(database, crisis.id)
    steps = await crises.steps(database, crisis.id)
    told = await timeline(request, await crises.events(database, crisis.id), steps)
    plan, language = plan_of(request), reader_words(request).language
    people = await _people(request, crisis, steps)
    (line,) = await lines_of(request, [crisis])
    leading = leads(who, crisis)
    return render(
        request,
        "crisis.html",
        crisis=crisis,
        line=line,
        have=have,
        ringing=ringing,
        figures=await figures_of(request, crisis),
        counts=await counts_of(request, crisis, ringing),
        evidence=await evidence_of(request, crisis, ringing),
        steps=steps,
        severities={level: (name, plan.section.called(level, language)) for level, name in LEVELS.items()},
        speaking=await _speaking(request, crisis),
        going=[await _going(request, crisis, each) for each in await crises.answers(database, crisis.id)],
        cases=await cases_of(request, crisis),
        by_state=await crises.counted(database, crisis.id),
        on_call=await on_call(request, crisis),
        notified=await _notified(request, crisis),
        people=people,
        receivers=await _receivers(request, crisis) if leading else (),
        told=told,
        said=await said_of(request, crisis, told),
        leading=leading,
        acting=who.may(Right.CASES, crisis.unit),
        mine=crisis.lead == who.by,
        offered=crisis.offered_to == who.by,
        clock=clock,
        now=site.clock(),
    )
