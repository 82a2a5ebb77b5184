"""The timeline on the page of a customer: one page of it, its entries in the reader's words."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from aiohttp import web
from markupsafe import Markup

from desk.cases.standing import in_time
from desk.customers.asked import Customers
from desk.customers.one import Known
from desk.customers.timeline import OF_CASES, CaseEvent, Entry, Kind, timeline
from desk.entry.rights import Right
from desk.store.cases import Case, Happened
from desk.web.pages.case_lines import looking
from desk.web.pages.case_told import sentences
from desk.web.sentence import gap_lines
from desk.web.site import WHO, formats, reader_words


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An entry, and what it says where that is a sentence; `promised` is what became of a case's first promise."""

    entry: Entry
    says: str | Markup = ""
    promised: str = ""


async def timeline_of(request: web.Request, asked: Customers, known: Known) -> Mapping[str, object]:
    """What the template shows of it. Raises Reject where the address names no place in it."""
    sees = request[WHO].may(Right.CASES)
    offered = [kind for kind in Kind if sees or kind not in OF_CASES]
    chosen = [kind for kind in offered if kind.value == request.query.get("kind", "")]
    shown = looking(request) if sees else None
    found = await timeline(asked, known, shown, kinds=chosen or offered, after=request.query.get("after", ""))
    here = {"id": known.customer.id} | ({"kind": chosen[0].value} if chosen else {})
    return {
        "lines": await _lines(request, found.entries),
        "kinds": [kind.value for kind in offered],
        "kind": chosen[0].value if chosen else "",
        "tickets": found.tickets,
        "unknown": gap_lines(found.gaps, formats(request), reader_words(request)),
        "cases_hidden": not sees,
        "older": f"/customer?{urlencode(here | {'after': found.after})}" if found.after else "",
        "beyond": bool(request.query.get("after")),
    }


async def _lines(request: web.Request, entries: Sequence[Entry]) -> list[Line]:
    events = [one.about.event for one in entries if isinstance(one.about, CaseEvent)]
    said = iter(await sentences(request, events))
    return [
        Line(entry=one, says=next(said), promised=_promised(request, one.about))
        if isinstance(one.about, CaseEvent)
        else Line(entry=one)
        for one in entries
    ]


def _promised(request: web.Request, about: CaseEvent) -> str:
    """What was promised when it opened, and whether that was kept; nothing where nothing was promised, or of later events."""
    case = about.case
    if about.event.kind is not Happened.OPENED or case.first_due is None:
        return ""
    words, form = reader_words(request), formats(request)
    return str(words(f"timeline.promised.{_kept(case, request)}", when=form.moment(case.first_due)))


def _kept(case: Case, request: web.Request) -> str:
    kept = in_time(case)
    if kept is None:
        assert case.first_due is not None  # noqa: S101 - asked for by whoever calls
        return "late" if case.first_due <= looking(request).at else "open"
    return "kept" if kept else "late"
