"""What a digest holds: the figures that the page shows of the same view, and words without names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from core.document import Filter, Order, Stored
from core.query import Field, FieldName
from desk.digest.week import Week
from desk.faq.faq import Faq, Frequently
from desk.nameless import WORD, Written, gapped, names_of, without_capitals, without_names, written
from desk.ports import Leaving
from desk.practices.cleaning import Cleaner
from desk.reports.shown import ask_outward
from desk.store import happenings, people, planned
from desk.store.database import Database
from desk.store.handled import Handled, handled
from desk.store.happenings import DRAWN, Happening
from desk.store.planned import Plan
from desk.web.pages.asked import Askable, Asked
from desk.web.view import View
from picture.forecast import Outlook
from picture.forecast.asking import Forecasts
from picture.moved import Moved, about_topic, narrowed
from picture.overview import Overview, overview
from picture.search import search

TOPICS, QUESTIONS, THANKED, BESIDE = 3, 5, 2, 5
READ = 10
"""Messages with most reach that a quotation is chosen among."""
KNOWN = 100
"""Those that tell which words are common."""
LONGEST = 480
"""Signs of a quotation."""
AHEAD = timedelta(weeks=1)


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A topic that moved, and what somebody said of it, where that may be told."""

    moved: Moved
    said: str | None


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's week as it is known at a moment.

    praise   messages of praise; None where that would be 0 for all that is known
    thanks   what some of them say
    outlook  what is expected from now on; None where the week is not the latest
    planned  what units publish in the days after it
    """

    unit: str
    week: Week
    asked: Asked
    picture: Overview
    shifts: tuple[Shift, ...]
    happened: tuple[Happening, ...]
    handled: Handled
    praise: int | None
    thanks: tuple[str, ...]
    faq: Faq
    outlook: Outlook | None
    planned: tuple[Plan, ...]


class Gatherer:
    """Gathers for one organisation."""

    def __init__(
        self,
        desk: Database,
        site: Askable,
        leaving: Leaving,
        faq: Frequently,
        forecasts: Forecasts,
    ) -> None:
        self._desk, self._site, self._leaving, self._faq, self._forecasts = desk, site, leaving, faq, forecasts
        self._cleaner = Cleaner(site.organisation.languages)

    async def gather(self, unit: str, week: Week) -> Digest:
        """Raises Retry where an engine is away."""
        now, zone = self._site.clock(), self._site.organisation.zone
        since, until = week.stretch(zone)
        view = View(since=since, until=until, q=f'unit:"{unit}"')
        asked = await ask_outward(self._site, view, self._leaving)
        picture = await overview(self._site.archive, asked.where, zone=zone, now=now)
        staff = [one.name for one in await people.every(self._desk)]
        faq = await self._faq.asked(asked.where, now=now, most=QUESTIONS)
        praising = narrowed(asked.where, Field(name=FieldName.INTENT, value="praise"))
        praise = await self._site.archive.count(praising)
        return Digest(
            unit=unit,
            week=week,
            asked=asked,
            picture=picture,
            shifts=tuple([await self._shift(asked.where, one, staff) for one in _most(picture.moved)]),
            happened=tuple(await happenings.within(self._desk, since, until, DRAWN, BESIDE)),
            handled=await handled(self._desk, unit, since, min(until, now)),
            praise=praise if praise or faq.whole else None,
            thanks=tuple(await self._quoted(praising, staff, THANKED)),
            faq=faq,
            outlook=await self._forecasts.of(asked.where) if until <= now < until + AHEAD else None,
            planned=await self._planned(until),
        )

    async def _shift(self, where: Filter, moved: Moved, staff: Sequence[str]) -> Shift:
        said = await self._quoted(about_topic(where, moved.topic), staff, 1)
        return Shift(moved=moved, said=next(iter(said), None))

    async def _quoted(self, where: Filter, staff: Sequence[str], most: int) -> Sequence[str]:
        """What those with most reach say, as far as it may be told; first what lost no word."""
        found = (await search(self._site.archive, where, order=Order.REACH, size=KNOWN)).mentions
        known = written(found, [self._site.organisation.name])
        told = [self._quote(one, staff, known) for one in found if self._leaving.texts(one)][:READ]
        texts = [text for text, _ in sorted(told, key=lambda one: one[1]) if WORD.search(text)]
        return list(dict.fromkeys(texts))[:most]

    def _quote(self, stored: Stored, staff: Sequence[str], known: Written) -> tuple[str, int]:
        """Who is thanked by several is no less somebody: a word with a capital stays where it is common alone."""
        text = without_names(stored.enriched.mention.text, self._cleaner, [*names_of(stored), *staff])
        told, lost = without_capitals(text, known.common)
        return gapped(told, LONGEST), lost

    async def _planned(self, since: datetime) -> tuple[Plan, ...]:
        return tuple(await planned.between(self._desk, since, since + AHEAD))


def _most(moved: Sequence[Moved]) -> list[Moved]:
    """Those that moved most; where nobody knows what was before, none did."""
    return [one for one in moved if one.change][:TOPICS]
