"""One crisis: how it stands, what it rests on, its plan, what is said, its cases, who was told, and what happened."""

from collections.abc import Mapping, Sequence

import msgspec
from aiohttp import web

from desk.crisis.acting import lacks
from desk.store import crises, inbox, rota
from desk.store.crises import Attached, Crisis, Step, StepState
from desk.web.pages.case_choices import Receiver, colleagues
from desk.web.pages.case_lines import kept_of, looking
from desk.web.pages.crisis_found import LEVELS, called, clock, lines_of, one, plan_of
from desk.web.pages.crisis_live import stamp
from desk.web.pages.crisis_notified import notified_of
from desk.web.pages.crisis_said import going_of, speaking_of
from desk.web.pages.crisis_seen import counts_of, evidence_of, figures_of
from desk.web.pages.crisis_told import ACTS, said_of, timeline
from desk.web.site import SITE, WHO, reader_words, render
from playbook.rota import on_duty

MOST = 100


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
    allowed = {act for act, kind in ACTS.items() if lacks(who, crisis, kind, plan.approves) is None}
    counts = await counts_of(request, crisis, ringing)
    frozen = await crises.evidence(database, crisis.id)
    return render(
        request,
        "crisis.html",
        crisis=crisis,
        line=line,
        have=have,
        ringing=ringing,
        figures=figures_of(frozen),
        counts=counts,
        evidence=await evidence_of(request, crisis, frozen, away=counts is None),
        steps=steps,
        severities={level: (name, plan.section.called(level, language)) for level, name in LEVELS.items()},
        speaking=await speaking_of(request, crisis),
        going=[await going_of(request, crisis, each) for each in await crises.answers(database, crisis.id)],
        cases=await cases_of(request, crisis),
        by_state=await crises.counted(database, crisis.id),
        on_call=await on_call(request, crisis),
        notified=await notified_of(request, crisis),
        people=people,
        receivers=await _receivers(request, crisis) if "hand_over" in allowed else (),
        told=told,
        said=await said_of(request, crisis, told),
        allowed=allowed,
        mine=crisis.lead == who.by,
        clock=clock,
        now=site.clock(),
    )


async def cases_of(request: web.Request, crisis: Crisis) -> Sequence[Attached]:
    """The latest of its cases that whoever asks may see."""
    database = kept_of(request).database
    found = await crises.attached(database, crisis.id, most=MOST)
    seen = {each.id for each in await inbox.numbered(database, looking(request), [one.case.number for one in found])}
    return [each for each in found if each.case.id in seen]


async def on_call(request: web.Request, crisis: Crisis) -> Sequence[str]:
    """By name, who is on duty in its unit at this moment."""
    database, site = kept_of(request).database, request.app[SITE]
    now, zone = site.clock(), site.organisation.zone
    shifts = await rota.every_shift(database)
    absences = await rota.every_absence(database, now)
    people = on_duty(now, crisis.unit or "", shifts, absences, zone)
    names = await inbox.names(database, people)
    return [names[person] for person in people if person in names]


async def _people(request: web.Request, crisis: Crisis, steps: Sequence[Step]) -> Mapping[str, str]:
    """By id, what those are called that the page names."""
    about = {one.done_by for one in steps} | {crisis.acknowledged_by, crisis.offered_to, crisis.lead}
    known = await inbox.names(kept_of(request).database, [one for one in about if one])
    me = {request[WHO].by: str(reader_words(request)("crisis.you"))}
    return {one: called(request, known, one) for one in about if one} | me


async def _receivers(request: web.Request, crisis: Crisis) -> Sequence[Receiver]:
    """Whom it can be handed to."""
    return [
        msgspec.structs.replace(one, to=one.to.removeprefix("person:"))
        for one in await colleagues(request, crisis.unit)
        if one.to != f"person:{crisis.lead}"
    ]


def ahead(steps: Sequence[Step], severity: int | None) -> Sequence[Step]:
    """What this severity asks for and is still to be done: what is due first, then what has no clock, in the plan's order."""
    asked = [one for one in steps if one.state is StepState.OPEN and one.from_ <= max(severity or 0, 1)]
    return sorted(asked, key=lambda one: (one.due_at is None, one.due_at or one.place, one.place))
