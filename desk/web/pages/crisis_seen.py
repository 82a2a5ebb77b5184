"""What a crisis rests on: arrivals against the usual, and its evidence as it was frozen beside what is archived of it now."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from core.document import Annotation, Filter, Profile, Stored
from core.errors import Retry
from desk.crisis.evidence import Driving, Evidence, Figures, arrived, read, read_figures
from desk.store.crises import Crisis, Frozen, Ringing
from desk.web import chart
from desk.web.pages.asked import Asked
from desk.web.pages.beside import happened
from desk.web.pages.case_lines import kept_of
from desk.web.pages.crisis_found import shown_range
from desk.web.site import SITE, formats, reader_words
from desk.web.view import View
from picture.sentiment import Sentiment, sentiment_in
from picture.volume import Point, volume

_MOST = 10


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The chart: its data for the script, a title that says what is seen, the same figures as a table, and what happened then."""

    data: dict[str, object]
    title: str
    rows: Sequence[Point]
    beside: Sequence[Annotation]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One that drove it. Without `stored` it is gone: deleted at its source, or its keep time is over."""

    driving: Driving
    stored: Stored | None


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """One that drove it, `kept_in` by the policy of its source; without `profile` nothing of it is archived any more."""

    driving: Driving
    profile: Profile | None
    kept_in: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What was frozen at an event, and what is there of it: `now` the tone of what arrived then and is archived still.

    Without `now` it is not known what is there: the archive is away.
    """

    frozen: Frozen
    figures: Sequence[Figures]
    evidence: Evidence | None
    messages: Sequence[Message] = ()
    authors: Sequence[Author] = ()
    now: Sentiment | None = None


async def counts_of(request: web.Request, crisis: Crisis, ringing: Sequence[Ringing]) -> Counts | None:
    """Messages of its monitors by when they were published, with what is usual; None while the archive is away."""
    site = request.app[SITE]
    now, zone = site.clock(), site.organisation.zone
    since, until = shown_range(crisis, now)
    monitors = tuple(one.monitor for one in ringing)
    where = Filter(monitors=monitors, drills=crisis.drill is not None, since=since, until=until)
    try:
        found = await volume(site.archive, where, zone=zone, now=now)
    except Retry:
        return None
    asked = Asked(view=View(), where=where, since=since, until=until, now=now)
    words, form = reader_words(request), formats(request)
    beside = await happened(request, since, until)
    return Counts(
        data=chart.data(found, asked, zone=zone, words=words, notes=beside),
        beside=beside,
        title=chart.volume_title(found, words, form),
        rows=chart.table(found),
    )


async def evidence_of(request: web.Request, crisis: Crisis, frozen: Sequence[Frozen], *, away: bool) -> Sequence[Shown]:
    """All that was frozen, in order. Where nothing was said of a monitor at an event, what drove it is there alone.

    `away`: whether the archive is known to be, so that it is not asked again.
    """
    found = []
    for one in frozen:
        shown = Shown(frozen=one, figures=read_figures(one.figures), evidence=read(one.document))
        if not away:
            try:
                shown = await _archived(request, crisis, shown)
            except Retry:
                away = True
        found.append(shown)
    return found


def figures_of(frozen: Sequence[Frozen]) -> Sequence[Figures]:
    """What the detector said last of the monitors that ring."""
    return next((told for one in reversed(frozen) if (told := read_figures(one.figures))), ())


async def _archived(request: web.Request, crisis: Crisis, shown: Shown) -> Shown:
    """The same with what is archived of it. Raises Retry."""
    found, drills = shown.evidence, crisis.drill is not None
    if found is None:
        return shown
    archive, leaving = request.app[SITE].archive, kept_of(request).leaving
    messages, authors = found.messages[:_MOST], found.authors[:_MOST]
    stored = await archive.several([each.id for each in messages])
    known = Filter(drills=drills)
    profiles = await archive.profiles(known, authors=[each.id for each in authors], starts=()) if authors else ()
    by_id = {each.id: each for each in profiles}
    return msgspec.structs.replace(
        shown,
        messages=[Message(driving=each, stored=stored.get(each.id)) for each in messages],
        authors=[
            Author(driving=each, profile=by_id.get(each.id), kept_in=not leaving.accounts_of(each.source))
            for each in authors
        ],
        now=await sentiment_in(archive, arrived(found.monitors, found.since, found.until, drills=drills)),
    )
