"""Best practices: the list with a search, one with what colleagues say of it, and the form that one is written with."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from desk.entry.rights import Right
from desk.practices import acts
from desk.practices.cleaning import Cleaner
from desk.practices.harvest import Harvest, Lacking, harvested
from desk.store import inbox, practices
from desk.store.practices import Practice, State
from desk.web.pages.case import one as case_of
from desk.web.pages.case_choices import colleagues
from desk.web.pages.case_lines import kept_of, number_of
from desk.web.site import SITE, WHO, reader_words, render, rules_of, unit_names

MOST = 200
DONE = (
    "proposed", "rewritten", "approved", "retired", "extended", "commented", "thanked", "used",
)  # fmt: skip
"""What an address says was done."""


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form: questions and answers by language."""

    title: str = ""
    questions: dict[str, str] = {}
    answers: dict[str, str] = {}
    topics: tuple[str, ...] = ()
    unit: str = ""
    owner: str = ""


async def page(request: web.Request) -> web.Response:
    """Those of the state that is asked for, with the words that are searched for."""
    database, at = kept_of(request).database, request.app[SITE].clock()
    state = request.query.get("state", "")
    shown = State(state) if state in list(State) else State.APPROVED
    unit, words = request.query.get("unit", ""), request.query.get("q", "")[:200]
    found = await practices.listed(database, states=[shown], unit=unit or None, words=words, most=MOST)
    waiting = await practices.listed(database, states=[State.PROPOSED], most=MOST)
    return render(
        request,
        "practices.html",
        found=found,
        tallies=await practices.tallies(database, [one.id for one in found]),
        owners=await inbox.names(database, [one.owner for one in found if one.owner]),
        state=shown.value,
        states=[one.value for one in State],
        waiting=len(waiting),
        units=unit_names(request),
        unit=unit,
        asked=words,
        now=at,
    )


async def one(request: web.Request) -> web.Response:
    """The practice of that number. Raises 404 where there is none."""
    found = await _numbered(request, request.query.get("number", ""))
    database, who = kept_of(request).database, request[WHO]
    said = await practices.comments(database, found.id)
    thanked = await practices.thanked(database, found.id)
    people = {found.owner, found.proposed_by, found.approved_by, *(each.by for each in said)}
    leading = acts.leads(who, found, members(request))
    done, wrong = request.query.get("done", ""), request.query.get("wrong", "")
    return render(
        request,
        "practice.html",
        practice=found,
        texts=sorted(found.texts, key=lambda each: each.language != reader_words(request).language),
        tally=(await practices.tallies(database, [found.id]))[found.id],
        comments=said,
        thanked=who.by in thanked,
        names=await inbox.names(database, [person for person in people if person]),
        own=found.proposed_by == who.by,
        leading=leading,
        owning=leading or found.owner == who.by,
        writing=who.may(Right.CASES, found.unit),
        until=_day(request, found.expires_at or request.app[SITE].clock() + acts.LIVES),
        done=done if done in DONE else "",
        wrong=wrong if wrong in list(acts.Why) else "",
        now=request.app[SITE].clock(),
    )


async def write(request: web.Request) -> web.Response:
    """The form: empty, with what a practice says now, or with what a case that ended well says, without who asked."""
    number, case = request.query.get("number", ""), request.query.get("case", "")
    if number:
        return await form(request, filled=_now(await _numbered(request, number)), number=number_of(number))
    if not case:
        return await form(request, filled=Filled())
    asked = await case_of(request, case)
    site = request.app[SITE]
    cleaner = Cleaner(site.organisation.languages)
    found = await harvested(kept_of(request).database, site.archive, cleaner, asked, site.clock())
    if isinstance(found, Lacking):
        return await form(request, filled=Filled(unit=asked.unit or ""), lacking=found, case=asked.number)
    return await form(request, filled=_harvest(found, asked.unit), harvest=found, case=asked.number)


async def form(
    request: web.Request,
    *,
    filled: Filled,
    number: int | None = None,
    case: int | None = None,
    harvest: Harvest | None = None,
    lacking: Lacking | None = None,
    wrong: str = "",
) -> web.Response:
    """The form as somebody has filled it in."""
    who, known = request[WHO], await _known(request, number)
    organisation = request.app[SITE].organisation
    return render(
        request,
        "practice_write.html",
        filled=filled,
        practice=known,
        case=case,
        harvest=harvest,
        lacking=lacking,
        wrong=wrong,
        languages=list(dict.fromkeys([*organisation.languages, *filled.questions])),
        topics=tuple(rules_of(request.app).topics),
        units=[unit for unit in unit_names(request) if who.may(Right.CASES, unit)],
        owners=await colleagues(request),
    )


def members(request: web.Request) -> Sequence[str]:
    """Roles of the centre of excellence."""
    excellence = rules_of(request.app).excellence
    return excellence.members if excellence else ()


def until(request: web.Request, day: str) -> datetime | None:
    """The end of that day on the organisation's clock; None where it is none."""
    try:
        read = date.fromisoformat(day)
        return datetime.combine(read + timedelta(days=1), time(), request.app[SITE].organisation.zone)
    except (ValueError, OverflowError):
        return None


def back(number: int, **told: str) -> str:
    """The address of one, that says what was done, or why not."""
    said = {"number": str(number)} | {name: value for name, value in told.items() if value}
    return f"/practice?{urlencode(said)}#told"


async def _numbered(request: web.Request, number: str) -> Practice:
    known = number_of(number)
    found = await practices.get(kept_of(request).database, known) if known is not None else None
    if found is None:
        raise web.HTTPNotFound
    return found


async def _known(request: web.Request, number: int | None) -> Practice | None:
    return None if number is None else await practices.get(kept_of(request).database, number)


def _day(request: web.Request, at: datetime) -> str:
    """The last whole day before that moment, as a form has it."""
    return f"{(at - timedelta(seconds=1)).astimezone(request.app[SITE].organisation.zone):%Y-%m-%d}"


def _now(found: Practice) -> Filled:
    return Filled(
        title=found.title,
        questions={one.language: one.question for one in found.texts},
        answers={one.language: one.answer for one in found.texts},
        topics=found.topics,
        unit=found.unit or "",
        owner=found.owner or "",
    )


def _harvest(found: Harvest, unit: str | None) -> Filled:
    return Filled(
        questions={found.language: found.question},
        answers={found.language: found.answer},
        topics=found.topics,
        unit=unit or "",
    )
