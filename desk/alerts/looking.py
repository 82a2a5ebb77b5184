"""Looks at what arrived for one alert, and owes what is to be said: that and how far it looked in one transaction, so that
a crash repeats a look and never a message.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from core.document import Filter, Order, Stored
from core.ports import ArchiveReader, Erased
from core.query import AnyNode
from desk.alerts.alert import When
from desk.alerts.decide import Seen, gathered, quiet, threshold
from desk.alerts.quiet import allowed_at
from desk.alerts.state import State
from desk.store import alerts, letters
from desk.store.alerts import Hit, Standing
from desk.store.database import Database
from desk.web.view import filter_of
from picture.arrived import gaps, news, usual
from picture.collected import Gap

ALERT = "alert"
OVERLAP = timedelta(minutes=10)
"""How far each look goes back beyond the one before: a batch can be seen a while after the time it carries. It is longer
than an engine is given to take a batch: eight requests of a minute, after which the batch is written anew with a new time."""
_JUST = timedelta(milliseconds=1)
"""What the archive tells times of arrival apart by."""
EXAMPLES = 50
"""Matches that a message on a threshold remembers, and that are looked up for its examples: some may be gone by then."""


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a message says: numbers and the stretch they are of. `gaps` are source, since, until and reason."""

    kind: str
    count: int
    since: datetime
    until: datetime
    usual: float | None = None
    gaps: tuple[Gap, ...] = ()


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    state: State
    checked_at: datetime
    said: Figures | None = None


class Looker:
    """Looks for all alerts. `parse` reads a search, `erased` knows what was erased on request.

    A threshold is counted by the archive. Each new match is read once, in the order of arrival: a look goes on where the
    one before ended, less OVERLAP, and what was remembered already stays as it is.
    """

    def __init__(
        self,
        desk: Database,
        archive: ArchiveReader,
        *,
        parse: Callable[[str], AnyNode],
        erased: Erased,
        zone: ZoneInfo,
    ) -> None:
        self._desk, self._archive, self._zone = desk, archive, zone
        self._parse, self._erased = parse, erased

    async def look(self, standing: Standing, at: datetime) -> Look:
        """One look. Raises KlankbordError where the alert's query cannot be read, Retry where the archive is away."""
        where = filter_of(standing.alert.view(), (at, at), self._parse)
        if standing.alert.when is When.EACH:
            return await self._each(standing, where, at)
        return await self._threshold(standing, where, at)

    async def _each(self, standing: Standing, where: Filter, at: datetime) -> Look:
        alert = standing.alert
        since = max(standing.checked_at - OVERLAP, standing.made_at)
        async for chunk in self._archive.scan(news(where, since=since, until=at, late=alert.late)):
            async with self._desk.writing() as connection:
                await alerts.found(connection, standing.id, self._hits(chunk))
        await self._let_go(standing, where, at)
        async with self._desk.writing() as connection:
            waiting, first = await alerts.waiting(connection, standing.id)
            state, kind = gathered(alert, standing.state, waiting, first, at)
            said = None
            if kind and first is not None:
                said = Figures(kind=kind, count=waiting, since=first, until=at)
                letter = await self._owe(connection, standing, said, at)
                await alerts.group(connection, standing.id, letter)
            await alerts.advance(connection, standing.id, checked_at=at, state=state)
        return Look(state=state, checked_at=at, said=said)

    async def _let_go(self, standing: Standing, where: Filter, at: datetime) -> None:
        """Where a message is to be owed, forget of what waits for it all that counts no more: deleted, judged or muted since."""
        async with self._desk.reading() as connection:
            waiting, first = await alerts.waiting(connection, standing.id)
        if first is None or not gathered(standing.alert, standing.state, waiting, first, at)[1]:
            return
        since = first - _JUST
        still = self._archive.scan(news(where, since=since, until=at, late=standing.alert.late))
        there = {one.enriched.mention.id async for chunk in still for one in chunk}
        async with self._desk.writing() as connection:
            await alerts.keep(connection, standing.id, there)

    async def _threshold(self, standing: Standing, where: Filter, at: datetime) -> Look:
        alert, since = standing.alert, at - standing.alert.within
        new = news(where, since=since, until=at, late=alert.late)
        count = await self._archive.count(new)
        if quiet(alert, standing.state, count, at):
            return await self._stays(standing, count, at)
        whole, missing = await gaps(self._archive, where, since=since, until=at)
        normal = (
            await usual(self._archive, where, since=since, until=at, zone=self._zone)
            if alert.when is When.UNUSUAL
            else None
        )
        state, kind = threshold(alert, standing.state, Seen(count=count, whole=whole, usual=normal), at)
        said = None
        latest = (await self._archive.search(new, order=Order.NEWEST, size=EXAMPLES)).mentions if kind else ()
        async with self._desk.writing() as connection:
            if kind:
                middle = normal.middle if normal else None
                said = Figures(kind=kind, count=count, since=since, until=at, usual=middle, gaps=tuple(missing))
                letter = await self._owe(connection, standing, said, at)
                await alerts.renew(connection, standing.id, self._hits(latest), letter=letter)
            await alerts.advance(connection, standing.id, checked_at=at, state=state)
        return Look(state=state, checked_at=at, said=said)

    async def _stays(self, standing: Standing, count: int, at: datetime) -> Look:
        state = msgspec.structs.replace(standing.state, count=count, looked_at=at)
        async with self._desk.writing() as connection:
            await alerts.advance(connection, standing.id, checked_at=at, state=state)
        return Look(state=state, checked_at=at)

    async def _owe(self, connection: AsyncConnection, standing: Standing, said: Figures, at: datetime) -> str:
        letter = uuid.uuid4().hex
        due = allowed_at(at, standing.alert.quiet, self._zone)
        body = msgspec.json.encode(said).decode()
        rows = letters.one_each(
            standing.alert.receivers, letter=letter, what=ALERT, subject=standing.id, body=body, made_at=at, due_at=due
        )
        await letters.owe(connection, rows)
        return letter

    def _hits(self, found: Sequence[Stored]) -> list[Hit]:
        """Those that nobody asked to be erased while the archive still has them."""
        mentions = ((one.enriched.mention, one.arrived_at) for one in found)
        return [
            Hit(mention=one.id, author=one.author.id, arrived_at=at)
            for one, at in mentions
            if at is not None and not self._erased(one.id) and not self._erased(one.author.id)
        ]
