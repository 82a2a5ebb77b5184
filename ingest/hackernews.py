"""Hacker News: every story, comment, job and poll, in the order of their numbers; edits by re-reading what changed."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any

import aiohttp
import msgspec
from msgspec.structs import replace
from pydantic import Field

from core import settings
from core.errors import KlankbordError, Retry
from core.ports import Batch, Tools
from core.settings import Span
from core.time import Clock
from core.types import Deletion, Failure, Mark, Mention, Scope
from ingest import _hackernews, _http
from ingest import _json as read
from ingest._hackernews import SOURCE, Parsed, parse

__all__ = ["HackerNews", "Settings", "build", "parse"]

A_BATCH = 100
TRIES = 3  # of an item that is not there yet, though its number was given out
KNOWN = 200_000  # items whose place in their thread is remembered
DEAD = 200  # flagged items of which it is remembered that they may come back
Fetched = tuple[bytes, Any]  # Any: JSON as decoded; a Failure where it is none


class Settings(settings.Settings):
    """What to read from Hacker News.

    url       where its API answers
    backfill  how many items before the first connect to start; a day has about 10,000
    every     how long to wait between two looks at what is new
    pause     how long to wait for an item that is not there yet, times the number of the try
    at_once   requests at the same time
    """

    url: str = "https://hacker-news.firebaseio.com"
    backfill: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    every: Annotated[Span, Field(ge=timedelta(milliseconds=10))] = timedelta(seconds=15)
    pause: Annotated[Span, Field(ge=timedelta(0))] = timedelta(seconds=2)
    at_once: Annotated[int, Field(ge=1, le=50)] = 8


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[HackerNews]":
    """The connector, with one HTTP session for its lifetime."""
    async with _http.client() as session:
        yield HackerNews(settings, session, clock=tools.clock, report=tools.report)


class Position(msgspec.Struct):
    """The number of the last item read, up to which number items are history, and which were last found dead.

    As a cursor "8863", "8863/9130260" while a backfill runs, "8863/0/8001,8007" while some are dead.
    """

    at: int
    history_until: int = 0
    dead: dict[int, None] = {}

    @classmethod
    def read(cls, cursor: str) -> "Position":
        at, until, dead = [*cursor.split("/"), "", ""][:3]
        return cls(int(at), int(until or 0), {int(number): None for number in dead.split(",") if number})

    def cursor(self) -> str:
        until = self.history_until if self.history_until > self.at else 0
        parts = (
            [self.at, until, ",".join(map(str, self.dead))] if self.dead else [self.at, until] if until else [self.at]
        )
        return "/".join(map(str, parts))

    def died(self, number: int) -> None:
        self.dead.pop(number, None)
        self.dead[number] = None
        while len(self.dead) > DEAD:
            self.dead.pop(next(iter(self.dead)))


class HackerNews:
    """One stream, "items"."""

    def __init__(
        self, settings: Settings, session: aiohttp.ClientSession, *, clock: Clock, report: Callable[[str], None]
    ) -> None:
        self._settings, self._session, self._clock, self._report = settings, session, clock, report
        self._began = clock()
        self._base = settings.url.rstrip("/") + "/v0/"
        self._turns = asyncio.Semaphore(settings.at_once)
        self._threads: OrderedDict[int, int] = OrderedDict()

    def streams(self) -> Sequence[str]:
        return ("items",)

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:
        del stream
        position = Position.read(cursor) if cursor else await self._first()
        since: datetime | None = None
        while True:
            asked = self._clock()
            top = await self._top()
            while position.at < top:
                batch = await self._next(position, top)
                until = asked if position.at >= top else _newest(batch, since)
                yield replace(batch, since=since or _oldest(batch), until=until)
                since = until
            changed = await self._changed(position)
            yield replace(changed, cursor=position.cursor(), since=since, until=asked)
            since = asked
            await asyncio.sleep(self._settings.every.total_seconds())

    async def _first(self) -> Position:
        top = await self._top()
        return Position(max(0, top - self._settings.backfill), top if self._settings.backfill else 0)

    async def _next(self, position: Position, top: int) -> Batch:
        """The next items in order of their numbers, each waited for a little where it is not there yet."""
        numbers = range(position.at + 1, min(top, position.at + A_BATCH) + 1)
        found = await self._items(numbers)
        parsed = self._parsed(found)
        position.at = numbers[-1]
        return self._batch(parsed, cursor=position.cursor(), history_until=position.history_until)

    async def _changed(self, position: Position) -> Batch:
        """What changed of the items already read: edits, and what died or was deleted.

        Most of it is a new score of something older than this process, which is history and no news.
        """
        document = read.inner({"updates": await self._document("updates.json")}, "updates")
        listed = document.get("items")
        numbers = sorted({n for n in listed if isinstance(n, int) and 0 < n <= position.at} if listed else ())
        if not numbers:
            return Batch()
        new_here = {number for number in numbers if number not in self._threads}
        batch = self._batch(self._parsed(await self._items(numbers)), cursor=None, history_until=0)
        marked = (
            replace(one, marks=(Mark.HISTORY,)) if _number(one.id) in new_here and one.created_at < self._began else one
            for one in batch.mentions
        )
        return replace(batch, mentions=tuple(marked), deletions=(*batch.deletions, *self._revived(batch, position)))

    def _revived(self, batch: Batch, position: Position) -> list[Deletion]:
        """The hiding of what was dead and is read alive again, lifted; what is dead now is remembered for that."""
        alive = [one for one in batch.mentions if _number(one.id) in position.dead]
        for gone in batch.deletions:
            if gone.reversible:
                position.died(_number(gone.target))
            else:
                position.dead.pop(_number(gone.target), None)
        for one in alive:
            del position.dead[_number(one.id)]
        return [
            Deletion(target=one.id, scope=Scope.MENTION, at=one.seen_at, reason="flagged", reversible=True, lifted=True)
            for one in alive
        ]

    async def _items(self, numbers: Sequence[int]) -> dict[int, Fetched]:
        """The items by number, in order. Those still missing after some tries are left out, and told."""
        found: dict[int, Fetched] = {}
        missing = list(numbers)
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self._settings.pause.total_seconds() * attempt)
            outcomes = await asyncio.gather(*(self._item(number) for number in missing), return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            found |= {n: one for n, one in zip(missing, outcomes, strict=True) if not isinstance(one, BaseException)}
            missing = [number for number in missing if not isinstance(found[number][1], dict)]
            if not missing:
                break
        gone = [number for number in missing if found[number][1] is None]
        if gone:
            self._report(f"{SOURCE}: {len(gone)} items from {gone[0]} to {gone[-1]} never came and are passed over")
        return {number: found[number] for number in numbers}

    def _parsed(self, found: dict[int, Fetched]) -> list[Parsed]:
        seen_at = self._clock()
        for number, (_, document) in found.items():
            if isinstance(document, dict):
                above = read.number(document, "parent") or read.number(document, "poll") or 0
                self._threads[number] = above
                self._threads.move_to_end(number)
        while len(self._threads) > KNOWN:
            self._threads.popitem(last=False)
        outcomes = (
            document
            if isinstance(document, Failure)
            else _hackernews.item(document, body, seen_at=seen_at, threads=self._threads)
            for body, document in found.values()
        )
        return [outcome for outcome in outcomes if outcome is not None]

    def _batch(self, parsed: Sequence[Parsed], *, cursor: str | None, history_until: int) -> Batch:
        mentions = [one for one in parsed if isinstance(one, Mention)]
        return Batch(
            mentions=tuple(
                replace(one, marks=(Mark.HISTORY,)) if _number(one.id) <= history_until else one for one in mentions
            ),
            deletions=tuple(one for one in parsed if isinstance(one, Deletion)),
            failed=tuple(one for one in parsed if isinstance(one, Failure)),
            cursor=cursor,
        )

    async def _item(self, number: int) -> Fetched:
        async with self._turns:
            try:
                answer = await self._get(f"item/{number}.json")
            except KlankbordError as error:
                if getattr(error, "reason", None) == "too large":
                    return b"", Failure("too large", str(error), key=f"{SOURCE}:{number}")
                raise
        try:
            return answer.body, msgspec.json.decode(answer.body)
        except read.DECODE_ERRORS as error:
            return answer.body, replace(read.undecodable(error, answer.body), key=f"{SOURCE}:{number}")

    async def _top(self) -> int:
        top = await self._document("maxitem.json")
        if not isinstance(top, int):
            raise Retry(f"{SOURCE}: maxitem.json holds no number")
        return top

    async def _document(self, name: str) -> object:
        answer = await self._get(name)
        try:
            return msgspec.json.decode(answer.body)
        except read.DECODE_ERRORS as error:
            raise Retry(f"{SOURCE}: {name} is not JSON (status {answer.status})") from error

    async def _get(self, name: str) -> _http.Answer:
        return await _http.get(
            self._session,
            self._base + name,
            source=SOURCE,
            check="the url in the configuration",
            most=8 * 1024 * 1024,
            clock=self._clock,
        )


def _number(identifier: str) -> int:
    return int(identifier.rpartition(":")[2])


def _oldest(batch: Batch) -> datetime | None:
    return min((mention.created_at for mention in batch.mentions), default=None)


def _newest(batch: Batch, before: datetime | None) -> datetime | None:
    """How far this batch goes in event time; never back behind what was covered before."""
    created = [mention.created_at for mention in batch.mentions]
    return max([*created, before] if before else created, default=None)
