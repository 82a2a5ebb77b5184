"""What a person does in a crisis: each act is a form that names the version seen, and leads back with what became of it."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from core.errors import Reject
from desk.crisis import acts, saying
from desk.crisis.acting import Outcome, Refused
from desk.web.pages.case_lines import kept_of, number_of
from desk.web.pages.crisis_found import one, plan_of
from desk.web.pages.crisis_told import ACTS
from desk.web.site import SITE, WHO


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What a form means: an act, the step, language or case that it is about, and the version that whoever acts saw."""

    act: str
    about: str
    saw: int
    fields: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.fields.get("text", "")


async def act(request: web.Request) -> web.StreamResponse:
    """Do it. Raises 404 where there is no such crisis, Reject for a form that says no act or version."""
    form = await request.post()
    fields = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    crisis = await one(request, fields.get("number", ""))
    meant = read(fields)
    outcome = await _done(request, crisis.id, meant)
    told = {"number": str(crisis.number), "did": meant.act}
    if isinstance(outcome, Refused):
        told |= {"late": outcome.what.value, "about": meant.about, "needs": outcome.needs or ""}
    raise web.HTTPSeeOther(f"/crisis?{urlencode({key: value for key, value in told.items() if value})}#told")


def read(fields: Mapping[str, str]) -> Meant:
    """Raises Reject."""
    name, _, about = fields.get("act", "").partition(" ")
    saw = number_of(fields.get("saw", ""))
    if name not in ACTS:
        raise Reject("choose what to do in the crisis", reason="act")
    if saw is None:
        raise Reject("the form does not say which version of the crisis was seen", reason="version")
    return Meant(act=name, about=about, saw=saw, fields=fields)


async def _done(request: web.Request, crisis: str, meant: Meant) -> Outcome:
    desk, who, at = kept_of(request).database, request[WHO], request.app[SITE].clock()
    match meant.act:
        case "acknowledge":
            return await acts.acknowledge(desk, who, crisis, at=at)
        case "take":
            return await acts.take(desk, who, crisis, saw=meant.saw, at=at)
        case "hand_over":
            return await acts.hand_over(desk, who, crisis, meant.fields.get("to", ""), saw=meant.saw, at=at)
        case "accept":
            return await acts.accept(desk, who, crisis, saw=meant.saw, at=at)
        case "severity":
            level = number_of(meant.fields.get("level", "")) or 0
            return await acts.severity(desk, who, crisis, level, meant.text, saw=meant.saw, at=at)
        case "done":
            return await acts.step(desk, who, crisis, meant.about, saw=meant.saw, at=at)
        case "skip":
            return await acts.step(desk, who, crisis, meant.about, saw=meant.saw, at=at, skipped=meant.text)
        case "note":
            return await acts.note(desk, who, crisis, meant.text, at=at)
        case "attach" | "detach":
            case = number_of(meant.about or meant.fields.get("case", "")) or 0
            return await (acts.attach if meant.act == "attach" else acts.take_out)(desk, who, crisis, case, at=at)
        case "stand_down":
            lesson = meant.fields.get("lesson", "")
            return await acts.stand_down(desk, who, crisis, meant.text, lesson=lesson, saw=meant.saw, at=at)
        case "reopen":
            return await acts.reopen(desk, who, crisis, meant.text, plan=plan_of(request), saw=meant.saw, at=at)
        case _:
            return await _spoken(request, crisis, meant)


async def _spoken(request: web.Request, crisis: str, meant: Meant) -> Outcome:
    """An act of what is said: the language is what it is about."""
    desk, who, at = kept_of(request).database, request[WHO], request.app[SITE].clock()
    plan, language, saw = plan_of(request), meant.about, meant.saw
    match meant.act:
        case "draft":
            return await saying.draft(desk, who, crisis, language, meant.text, approves=plan.approves, saw=saw, at=at)
        case "approve":
            number = number_of(meant.fields.get("draft", "")) or 0
            return await saying.approve(desk, who, crisis, language, number, approves=plan.approves, saw=saw, at=at)
        case _:
            return await saying.apply(desk, who, crisis, a_minute=plan.a_minute, saw=saw, at=at)
