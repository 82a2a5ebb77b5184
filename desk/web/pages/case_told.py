"""What happened to cases, in words: in the timeline of one, and to whoever just did something or came too late."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from aiohttp import web
from markupsafe import Markup, escape

from desk.cases.acting import Why
from desk.store import cases, inbox
from desk.store.case_writing import PROGRAM
from desk.store.cases import Case, Event, Happened
from desk.web.pages.case_lines import going_to, kept_of, looking, number_of, versions_of
from desk.web.site import WHO, formats, reader_words, unit_called
from desk.web.words import Words

ANSWERS = ("write", "propose", "approve", "send", "withdraw", "hide", "delete", "unpublish")
"""What is done with the answer of a case, one at a time."""
ACTS = (
    "claim", "release", "assign", "note", "tag", "snooze", "close", "spam", "elsewhere", "reopen", "answering",
    "thank", "complain", "put_right", *ANSWERS,
)  # fmt: skip
TOLD = ("did", "cases", "late", "warned")
"""What an address says of an act."""
UNDONE_BY: Mapping[str, str] = {
    "claim": "release",
    "snooze": "reopen",
    "close": "reopen",
    "spam": "reopen",
    "elsewhere": "reopen",
}
"""The act that takes an act back."""
_MOST = 100


class Acted(NamedTuple):
    """An act: the version of each case after it, why it was not done to others, and cases that who acts is warned of, by number."""

    act: str
    done: Mapping[int, int]
    late: Mapping[int, str]
    warned: Collection[int] = ()

    @property
    def query(self) -> dict[str, str]:
        """As an address says it."""
        told = {
            "did": self.act,
            "cases": ",".join(f"{number}.{version}" for number, version in self.done.items()),
            "late": ",".join(f"{number}.{what}" for number, what in self.late.items()),
            "warned": ",".join(map(str, self.warned)),
        }
        return {name: value for name, value in told.items() if value}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What to say after an act.

    done    how many cases it was done to; `number` of the first
    late    a sentence for each case that it was not done to, and each that who acted is warned of
    undo    what takes it back, "" where nothing does; `undoes` the cases with their versions, as forms name them
    """

    act: str
    done: int = 0
    number: int = 0
    late: tuple[str | Markup, ...] = ()
    undo: str = ""
    undoes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return bool(self.late)


async def told_of(request: web.Request) -> Told | None:
    """What the address says was done; None where it says nothing."""
    told = {name: request.query.get(name, "").split(",")[:_MOST] for name in ("cases", "late", "warned")}
    act = request.query.get("did", "")
    if act not in ACTS:
        return None
    pairs = [part.partition(".") for part in told["late"]]
    late = {number: what for said, _, what in pairs if what and (number := number_of(said)) is not None}
    warned = [number for said in told["warned"] if (number := number_of(said)) is not None]
    return await telling(request, Acted(act, versions_of(told["cases"], "."), late, warned))


async def telling(request: web.Request, acted: Acted) -> Told:
    """It in the reader's words, as far as the cases bear it out."""
    back = UNDONE_BY.get(acted.act, "") if acted.done else ""
    known = {one.number: one for one in await inbox.numbered(kept_of(request).database, looking(request), acted.late)}
    late = [await _late(request, acted.act, number, known.get(number), what) for number, what in acted.late.items()]
    warned = await _warned(request, acted)
    return Told(
        act=acted.act,
        done=len(acted.done),
        number=next(iter(acted.done), 0),
        late=(*late, *warned),
        undo=back,
        undoes=tuple(f"{number} {version}" for number, version in acted.done.items()) if back else (),
    )


async def sentences(request: web.Request, events: Sequence[Event]) -> list[str | Markup]:
    """What happened, one sentence an event; the text of a note is not part of its own."""
    about = {event.by for event in events} | {event.detail for event in events if event.kind is Happened.ASSIGNED}
    names = await inbox.names(kept_of(request).database, about)
    return [_sentence(request, event, names) for event in events]


async def _late(request: web.Request, act: str, number: int, case: Case | None, what: str) -> str | Markup:
    """That it was not done, and what came before it or why it cannot be."""
    words = reader_words(request)
    doing = words(f"cases.act.{act}")
    if case is None:
        return words("cases.late.gone", number=number)
    if what in list(Happened):
        found = [one for one in await cases.events(kept_of(request).database, case.id) if one.kind == what]
        happened = (await sentences(request, found[-1:]) or [""])[0]
        return words("cases.late.told", number=number, act=doing, what=happened)
    why = what if what in list(Why) else Why.GONE.value
    return words(f"cases.late.{why}", number=number, act=doing)


async def _warned(request: web.Request, acted: Acted) -> Sequence[str | Markup]:
    """Of those that an address names: what is not closed of the same authors, and who went to answer. Of others it says nothing, whoever
    wrote it.
    """
    if not acted.warned:
        return ()
    database = kept_of(request).database
    done = await inbox.numbered(database, looking(request), acted.done)
    theirs = await inbox.others_of(database, [one.author for one in done])
    others = [one for one in theirs if one.number in acted.warned]
    words, going = reader_words(request), await going_to(request, others)
    told: list[str | Markup] = []
    for one in others:
        if went := going.get(one.id):
            who = Markup("<bdi>{}</bdi>").format(went.who or words("cases.somebody"))
            when = formats(request).moment(went.at)
            told.append(words("cases.warned.answering", who=who, when=when, number=one.number))
        elif one.number not in acted.done:
            told.append(words("cases.warned", number=one.number, unit=unit_called(request, one.unit)))
    return told


def _sentence(request: web.Request, event: Event, names: Mapping[str, str]) -> str | Markup:
    words = reader_words(request)
    if event.by == request[WHO].by:
        who = escape(words("cases.you"))
    else:
        who = Markup("<bdi>{}</bdi>").format(names.get(event.by) or words("cases.somebody"))
    by = "klankbord." if event.by == PROGRAM and f"happened.klankbord.{event.kind.value}" in words.entries else ""
    return words(f"happened.{by}{event.kind.value}", who=who, what=_what(request, event, names, words))


def _what(request: web.Request, event: Event, names: Mapping[str, str], words: Words) -> str | Markup:
    """What an event's detail says, for its sentence."""
    match event.kind:
        case Happened.ASSIGNED:
            return Markup("<bdi>{}</bdi>").format(names.get(event.detail) or words("cases.someone"))
        case Happened.HANDED_OVER:
            return unit_called(request, event.detail) or words("case.nobodys")
        case Happened.SNOOZED:
            return formats(request).moment(datetime.fromisoformat(event.detail))
        case Happened.CLOSED:
            return words.or_plain("reason", event.detail)
        case Happened.RISEN:
            return words.or_plain("severity", event.detail)
        case Happened.ESCALATED:
            return words.or_plain("role", event.detail)
        case Happened.REFUSED:
            return words.or_plain("answer.reason", event.detail.partition(" ")[2].replace(" ", "_"))
        case Happened.NOT_DONE:
            deed, _, reason = event.detail.partition(" ")
            said = words.or_plain("answer.reason", reason.replace(" ", "_"))
            return Markup("{} {}").format(words(f"deed.{deed}"), said)
        case Happened.DUE_SOON | Happened.OVERDUE:
            return words.or_plain("promise", event.detail)
        case _:
            return Markup("<bdi>{}</bdi>").format(event.detail)
