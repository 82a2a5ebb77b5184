"""Cases as the inbox shows them: each with its latest message from the archive, who has it, and who else has its author."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
from aiohttp import web

from core.document import Stored
from desk.cases.acting import LATELY
from desk.entry.rights import Right
from desk.store import crises, inbox
from desk.store.cases import Case, State
from desk.store.crises import Crisis
from desk.store.inbox import Heard, Looking
from desk.web.kept import Kept
from desk.web.site import KEPT, SITE, WHO, fragment, unit_called
from desk.web.urgency import Urgency, urgency

NOTHING = Heard(last=(), messages=0)
_LAST = 2**53 - 1
_MOST_DIGITS = 9


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """That a colleague lately went to the source to answer, by name; "" where that is nobody of the staff."""

    who: str
    at: datetime


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One case of a list.

    stored     the author's latest message that is archived still; None where none is
    messages   how many there are, ours too
    mine       whoever looks has it; `taken` somebody else does
    holder     who has it, by name; "" where that is nobody of the staff
    unit       by its name
    elsewhere  names of other units that have something open of this author
    crisis     the latest that it belongs to
    going      who else went to the source to answer
    """

    case: Case
    urgency: Urgency
    stored: Stored | None
    messages: int
    mine: bool
    holder: str
    unit: str
    elsewhere: tuple[str, ...]
    crisis: Crisis | None = None
    going: Going | None = None

    @property
    def taken(self) -> bool:
        return self.case.assignee is not None and not self.mine

    @property
    def order(self) -> int:
        """Lower is more urgent: when what is promised next is due, in ms since 1970 UTC."""
        return int(self.urgency.at.timestamp() * 1000) if self.urgency.at else _LAST


def number_of(text: str) -> int | None:
    """The number of a case, or of a version of one; None where it is none that there can be."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def versions_of(told: Iterable[str], between: str) -> dict[int, int]:
    """The version of each case by its number, from "12.3" where a dot is `between` them; what says no such thing is left out."""
    pairs = [part.partition(between) for part in told]
    found = [(number_of(number), number_of(version)) for number, _, version in pairs]
    return {number: version for number, version in found if number is not None and version is not None}


def kept_of(request: web.Request) -> Kept:
    """Raises 404 where the program keeps nothing for the page."""
    kept = request.app.get(KEPT)
    if kept is None:
        raise web.HTTPNotFound
    return kept


def looking(request: web.Request) -> Looking:
    """Who looks at cases now."""
    who = request[WHO]
    return Looking(me=who.by, units=who.units(Right.CASES), at=request.app[SITE].clock())


async def lines_of(request: web.Request, cases: Sequence[Case]) -> list[Line]:
    """These cases, in the same order."""
    kept, site, look = kept_of(request), request.app[SITE], looking(request)
    heard = defaultdict(lambda: NOTHING, await inbox.heard(kept.database, [one.id for one in cases]))
    stored = await site.archive.several([mention for one in heard.values() for mention in one.last])
    holders = await inbox.names(kept.database, [one.assignee for one in cases if one.assignee])
    others = await inbox.others_of(kept.database, [one.author for one in cases])
    belongs = await crises.of_cases(kept.database, [one.id for one in cases])
    going = await going_to(request, cases)
    elsewhere: dict[str, list[Case]] = {}
    for other in others:
        elsewhere.setdefault(other.author, []).append(other)
    return [
        Line(
            case=one,
            urgency=urgency(one, look.at),
            stored=next((stored[each] for each in heard[one.id].last if each in stored), None),
            messages=heard[one.id].messages,
            mine=one.assignee == look.me,
            holder=holders.get(one.assignee or "", ""),
            unit=unit_called(request, one.unit),
            crisis=belongs.get(one.id),
            going=going.get(one.id),
            elsewhere=tuple(
                dict.fromkeys(
                    unit_called(request, other.unit)
                    for other in elsewhere.get(one.author, ())
                    if other.unit and other.unit != one.unit
                )
            ),
        )
        for one in cases
    ]


async def going_to(request: web.Request, cases: Sequence[Case]) -> Mapping[str, Going]:
    """By id, of those that are not closed: who else lately went to the source to answer."""
    database, look = kept_of(request).database, looking(request)
    open_ids = [one.id for one in cases if one.state is not State.CLOSED]
    went = await inbox.answering(database, look, open_ids, look.at - LATELY)
    names = await inbox.names(database, {event.by for event in went.values()})
    return {case: Going(who=names.get(event.by, ""), at=event.at) for case, event in went.items()}


def shown(request: web.Request, line: Line) -> dict[str, object]:
    """A line as the page's script takes it."""
    html = fragment(request, "_one_case.html", line=line, now=looking(request).at)
    return {"id": line.case.id, "number": line.case.number, "version": line.case.version, "html": html}
