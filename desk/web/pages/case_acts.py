"""What a person does with cases, one or several at once: from a form, or by a key without leaving the list."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from core.errors import Reject, Retry
from desk.cases import acts, thanking
from desk.cases.acting import Done, Outcome, Refused, Why
from desk.cases.acts import Reason
from desk.store import inbox
from desk.web.pages import case as case_page
from desk.web.pages import case_answer, may
from desk.web.pages.case_choices import until
from desk.web.pages.case_lines import kept_of, lines_of, looking, shown, versions_of
from desk.web.pages.case_told import ACTS, ANSWERS, TOLD, Acted, telling
from desk.web.pages.cases import counted
from desk.web.pages.door import own_path
from desk.web.site import SITE, WHO, fragment, render, unit_names

_MOST = 100


class Meant(msgspec.Struct, frozen=True, kw_only=True):
    """What a form means: an act, and the cases that it is about by number, each in the version that whoever acts saw."""

    act: str
    cases: Mapping[int, int]
    fields: Mapping[str, str]


async def act(request: web.Request) -> web.StreamResponse:
    """Do it, and tell what was done and what was not: as JSON for the page's script, else by going back."""
    form = await request.post()
    fields = {key: value.strip() for key, value in form.items() if isinstance(value, str)}
    meant, back = read(fields, [str(value) for value in form.getall("case", [])]), _back(fields.get("back", "/cases"))
    try:
        acted = await _do(request, meant)
    except case_answer.NotPermitted as no:
        return await may.refuse(request, no.refused, no.account)
    except Retry as error:
        if meant.act != "write":
            raise
        typed = fields.get("text", "")
        return render(request, "message.html", status=503, key="error.away", detail=str(error), typed=typed)
    if "application/json" in request.headers.get("Accept", ""):
        return await _answer(request, acted, back)
    if meant.act == "write" and acted.late:
        return await case_page.unsaved(request, next(iter(acted.late)), fields.get("text", ""), acted)
    raise web.HTTPSeeOther(f"{back}{'&' if '?' in back else '?'}{urlencode(acted.query)}")


def read(fields: Mapping[str, str], chosen: list[str]) -> Meant:
    """The act of a form with its cases: those chosen, or the `one` whose own button was pressed. Raises Reject."""
    name, _, one = fields.get("one", "").partition(" ")
    told = [one] if one else chosen
    cases = versions_of(told[:_MOST], " ")
    act_name = name or fields.get("act", "")
    if not cases:
        raise Reject("no case was chosen", reason="choice")
    if act_name not in ACTS:
        raise Reject("choose what to do with the case", reason="act")
    if act_name in ANSWERS and len(cases) > 1:
        raise Reject("an answer is to one case", reason="choice")
    return Meant(act=act_name, cases=cases, fields=fields)


async def _do(request: web.Request, meant: Meant) -> Acted:
    database, who = kept_of(request).database, request[WHO]
    known = {one.id: one for one in await inbox.numbered(database, looking(request), meant.cases)}
    seen = {one.id: meant.cases[one.number] for one in known.values()}

    async def each(case: str, saw: int) -> Outcome:
        return await _one(request, meant, case, saw)

    if len(meant.cases) > 1:
        outcomes = await acts.bulk(database, who, seen, each)
    else:
        outcomes = {case: await each(case, saw) for case, saw in seen.items()}
    told = {known[case].number: outcome for case, outcome in outcomes.items()}
    return Acted(
        act=meant.act,
        done={number: one.case.version for number, one in told.items() if isinstance(one, Done)},
        late={number: _why(told.get(number)) for number in meant.cases if not isinstance(told.get(number), Done)},
        warned=sorted({other.number for one in told.values() if isinstance(one, Done) for other in one.warned}),
    )


def _why(outcome: Outcome | None) -> str:
    return outcome.what.value if isinstance(outcome, Refused) else Why.GONE.value


async def _one(request: web.Request, meant: Meant, case: str, saw: int) -> Outcome:
    desk, who, site = kept_of(request).database, request[WHO], request.app[SITE]
    at, fields = site.clock(), meant.fields
    if meant.act in ANSWERS:
        return await case_answer.one(request, meant.act, case, fields, saw)
    match meant.act:
        case "claim":
            return await acts.claim(desk, who, case, saw=saw, at=at)
        case "release":
            return await acts.release(desk, who, case, saw=saw, at=at)
        case "assign":
            kind, _, to = fields.get("to", "").partition(":")
            if kind == "unit" and to not in unit_names(request):
                raise Reject("there is no such unit", reason="unit")
            return await (acts.hand_over if kind == "unit" else acts.assign)(desk, who, case, to, saw=saw, at=at)
        case "note":
            return await acts.note(desk, who, case, fields.get("text", ""), at=at)
        case "tag":
            return await acts.tag(desk, who, case, add=[fields.get("tag", "")], at=at)
        case "snooze":
            later = until(fields.get("until", ""), now=at, zone=site.organisation.zone)
            return await acts.snooze(desk, who, case, later, saw=saw, at=at)
        case "close":
            return await acts.close(desk, who, case, _reason(fields.get("reason", "")), saw=saw, at=at)
        case "spam":
            return await acts.spam(desk, who, case, saw=saw, at=at)
        case "elsewhere":
            return await acts.handled_elsewhere(desk, who, case, saw=saw, at=at)
        case "thank":
            return await thanking.thank(desk, who, case, at=at)
        case "complain":
            return await thanking.complain(desk, who, case, at=at)
        case "put_right":
            return await thanking.put_right(desk, who, case, at=at)
        case "answering":
            return await acts.answering(desk, who, case, at=at)
        case _:
            return await acts.reopen(desk, who, case, saw=saw, at=at)


async def _answer(request: web.Request, acted: Acted, back: str) -> web.Response:
    """What was done in words, and each case as it is now."""
    look = looking(request)
    found = await inbox.numbered(kept_of(request).database, look, {*acted.done, *acted.late})
    told = await telling(request, acted)
    return web.json_response(
        {
            "refused": told.refused,
            "told": fragment(request, "_told.html", told=told, back=back, lists=True),
            "items": [shown(request, line) for line in await lines_of(request, found)],
            "counts": await counted(request),
        }
    )


def _reason(name: str) -> Reason:
    try:
        return Reason(name)
    except ValueError:
        raise Reject("say why the case is closed", reason="reason") from None


def _back(path: str) -> str:
    """Where whoever acted was, without what an earlier act left in the address."""
    head, _, query = own_path(path).partition("?")
    kept = [part for part in query.split("&") if part and part.partition("=")[0] not in TOLD]
    return f"{head}?{'&'.join(kept)}" if kept else head
