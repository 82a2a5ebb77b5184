"""What a person does in a crisis: each act is a form that names the version seen, and leads back with what became of it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from core.errors import Reject
from desk.crisis import acts, saying
from desk.crisis.acting import Outcome, Refused
from desk.store.crises import Crisis
from desk.web.pages.case_lines import kept_of, number_of
from desk.web.pages.crisis_found import one, plan_of
from desk.web.pages.crisis_told import ACTS
from desk.web.site import SITE, WHO


async def act(request: web.Request) -> web.StreamResponse:
    """Do it. Raises 404 where there is no such crisis, Reject for a form that says no act or version."""
    form = await request.post()
    fields = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    crisis = await one(request, fields.get("number", ""))
    name, _, about = fields.get("act", "").partition(" ")
    saw = number_of(fields.get("saw", ""))
    if name not in ACTS:
        raise Reject("choose what to do in the crisis", reason="act")
    if saw is None:
        raise Reject("the form does not say which version of the crisis was seen", reason="version")
    outcome = await _done(request, crisis, name, about, saw, fields)
    told = {"number": str(crisis.number), "did": name}
    if isinstance(outcome, Refused):
        told |= {"late": outcome.what.value, "about": about}
    raise web.HTTPSeeOther(f"/crisis?{urlencode({key: value for key, value in told.items() if value})}#told")


async def _done(
    request: web.Request, crisis: Crisis, name: str, about: str, saw: int, fields: Mapping[str, str]
) -> Outcome:
    desk, who, at = kept_of(request).database, request[WHO], request.app[SITE].clock()
    text = fields.get("text", "")
    match name:
        case "acknowledge":
            return await acts.acknowledge(desk, who, crisis.id, at=at)
        case "take":
            return await acts.take(desk, who, crisis.id, saw=saw, at=at)
        case "hand_over":
            return await acts.hand_over(desk, who, crisis.id, fields.get("to", ""), saw=saw, at=at)
        case "accept":
            return await acts.accept(desk, who, crisis.id, saw=saw, at=at)
        case "severity":
            level = number_of(fields.get("level", "")) or 0
            return await acts.severity(desk, who, crisis.id, level, text, saw=saw, at=at)
        case "done":
            return await acts.step(desk, who, crisis.id, about, saw=saw, at=at)
        case "skip":
            return await acts.step(desk, who, crisis.id, about, saw=saw, at=at, skipped=text)
        case "note":
            return await acts.note(desk, who, crisis.id, text, at=at)
        case "attach" | "detach":
            case = number_of(about or fields.get("case", "")) or 0
            doing = acts.attach if name == "attach" else acts.take_out
            return await doing(desk, who, crisis.id, case, at=at)
        case "stand_down":
            lesson = fields.get("lesson", "")
            return await acts.stand_down(desk, who, crisis.id, text, lesson=lesson, saw=saw, at=at)
        case "reopen":
            return await acts.reopen(desk, who, crisis.id, text, saw=saw, at=at)
        case _:
            return await _spoken(request, crisis, name, about, saw, fields)


async def _spoken(
    request: web.Request, crisis: Crisis, name: str, about: str, saw: int, fields: Mapping[str, str]
) -> Outcome:
    """An act of what is said: the language is what it is about."""
    desk, who, at, plan = kept_of(request).database, request[WHO], request.app[SITE].clock(), plan_of(request)
    match name:
        case "draft":
            text = fields.get("text", "")
            return await saying.draft(desk, who, crisis.id, about, text, approves=plan.approves, saw=saw, at=at)
        case "approve":
            number = number_of(fields.get("draft", "")) or 0
            return await saying.approve(desk, who, crisis.id, about, number, approves=plan.approves, saw=saw, at=at)
        case _:
            return await saying.apply(desk, who, crisis.id, a_minute=plan.a_minute, saw=saw, at=at)
