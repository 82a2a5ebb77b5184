"""What happened to a crisis, in words: in its timeline, and to whoever just did something or came too late."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from aiohttp import web
from markupsafe import Markup, escape

from desk.crisis.acting import Need, Why
from desk.entry.rights import Right
from desk.store import audit, crises, inbox
from desk.store.crises import Crisis, Event, Happened, Step
from desk.web.pages.case_lines import kept_of
from desk.web.pages.crisis_found import LEVELS, plan_of
from desk.web.site import SITE, WHO, reader_words, role_name, unit_called
from desk.web.words import Words

ACTS = {
    "acknowledge": Happened.ACKNOWLEDGED,
    "take": Happened.TAKEN,
    "hand_over": Happened.OFFERED,
    "accept": Happened.ACCEPTED,
    "severity": Happened.RISEN,
    "done": Happened.STEP_DONE,
    "skip": Happened.STEP_SKIPPED,
    "note": Happened.NOTED,
    "draft": Happened.DRAFTED,
    "approve": Happened.APPROVED,
    "apply": Happened.APPLIED,
    "attach": Happened.ATTACHED,
    "detach": Happened.DETACHED,
    "stand_down": Happened.STOOD_DOWN,
    "reopen": Happened.REOPENED,
}
"""What forms call the acts."""
_STEPS = (Happened.STEP_SOON, Happened.STEP_OVERDUE, Happened.STEP_DONE, Happened.STEP_SKIPPED)
_SAID = (Happened.DRAFTED, Happened.APPROVED)
_PEOPLE = (Happened.OFFERED, Happened.ACCEPTED, Happened.RETURNED_TO_LEAD)
_QUOTED = (Happened.NOTED, Happened.STOOD_DOWN, Happened.REOPENED)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One event: a sentence, and what somebody wrote with it."""

    event: Event
    sentence: str | Markup
    quote: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What to say after an act: that it was done, or why it was not."""

    sentence: str | Markup
    refused: bool = False


async def timeline(request: web.Request, events: Sequence[Event], steps: Sequence[Step]) -> Sequence[Told]:
    """In order."""
    names = await people_of(request, events)
    return [_told(request, event, names, steps) for event in events]


async def people_of(request: web.Request, events: Sequence[Event]) -> Mapping[str, str]:
    """What those are called who did something in them, or to whom it was done."""
    about: Collection[str] = {one.by for one in events} | {one.detail for one in events if one.kind in _PEOPLE}
    return await inbox.names(kept_of(request).database, about)


async def said_of(request: web.Request, crisis: Crisis, told: Sequence[Told]) -> Said | None:
    """What the address says was done or refused, as far as the crisis bears it out; None where it says nothing."""
    words, query = reader_words(request), request.query
    act, what, about = query.get("did", ""), query.get("late", ""), query.get("about", "")
    if act not in ACTS:
        return None
    if not what:
        return Said(sentence=words(f"crisis.did.{act}"))
    doing = words(f"crisis.act.{act}")
    if what in list(Happened):
        first = [one for one in told if one.event.kind == what and (not about or about in one.event.detail)]
        return Said(
            sentence=words("crisis.late.told", act=doing, what=first[-1].sentence if first else ""), refused=True
        )
    if what == Why.FORBIDDEN and query.get("needs", "") in list(Need):
        return Said(sentence=_lacking(request, crisis, doing, Need(query["needs"])), refused=True)
    if what == Why.SAME_PERSON:
        return Said(sentence=words("crisis.late.same_person", who=await _drafter(request, crisis, about)), refused=True)
    why = what if what in list(Why) else Why.GONE.value
    return Said(sentence=words(f"crisis.late.{why}", act=doing), refused=True)


def _lacking(request: web.Request, crisis: Crisis, doing: str | Markup, needs: Need) -> str | Markup:
    words = reader_words(request)
    where = unit_called(request, crisis.unit) or request.app[SITE].organisation.name
    right = Right.CASES if needs is Need.CASES else Right.LEAD
    called = {
        "right": words(f"right.{right}"),
        "key": right.value,
        "role": role_name(request, plan_of(request).approves),
    }
    return words(f"crisis.late.needs.{needs.value}", act=doing, unit=where, **called)


async def _drafter(request: web.Request, crisis: Crisis, language: str) -> str | Markup:
    database = kept_of(request).database
    every = [one for one in await crises.statements(database, crisis.id) if one.language == language]
    by = every[-1].drafted_by if every else ""
    return _person(request, by, await inbox.names(database, [by]))


def _told(request: web.Request, event: Event, names: Mapping[str, str], steps: Sequence[Step]) -> Told:
    words = reader_words(request)
    what, quote = _what(request, event, names, steps)
    who = _person(request, event.by, names)
    return Told(event=event, sentence=_sentence(words, event, who, what), quote=quote)


def _sentence(words: Words, event: Event, who: str | Markup, what: str | Markup) -> str | Markup:
    key = f"crisis.happened.{event.kind.value}"
    rings = event.kind is Happened.REOPENED and event.by == "klankbord"
    return words(f"crisis.happened.klankbord.{event.kind.value}" if rings else key, who=who, what=what)


def _person(request: web.Request, person: str, names: Mapping[str, str]) -> str | Markup:
    words = reader_words(request)
    if person == request[WHO].by:
        return escape(words("cases.you"))
    name = audit.called(names, person, left=str(words("crisis.left")), other=str(words("cases.somebody")))
    return Markup("<bdi>{}</bdi>").format(name)


def _what(
    request: web.Request, event: Event, names: Mapping[str, str], steps: Sequence[Step]
) -> tuple[str | Markup, str]:
    """What an event's detail says for its sentence, and what stands beside it as it was written."""
    words = reader_words(request)
    head, _, rest = event.detail.partition(": ")
    match event.kind:
        case Happened.RISEN | Happened.FALLEN:
            level = LEVELS.get(int(head)) if head.isdecimal() else None
            return words.or_plain("severity", level or head), rest
        case Happened.ESCALATED:
            return role_name(request, event.detail), ""
        case kind if kind in _STEPS:
            called = {one.step: one.called(words.language) for one in steps}
            return Markup("<bdi>{}</bdi>").format(called.get(head, head)), rest
        case kind if kind in _SAID:
            return words.or_plain("tongue", event.detail.partition(" ")[0]), ""
        case kind if kind in _PEOPLE:
            return _person(request, event.detail, names), ""
        case kind if kind in _QUOTED:
            return "", event.detail
        case _:
            return Markup("<bdi>{}</bdi>").format(event.detail), ""
