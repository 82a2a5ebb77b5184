"""Bluesky: every public post, live, from Jetstream; handles, followers and engagement from the AppView. No account is needed."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec
from msgspec.structs import replace
from pydantic import Field

from core import settings
from core.errors import Retry, Stop
from core.ports import Batch, Parse, Tools
from core.settings import Span
from core.time import Clock, from_microseconds
from core.types import Failure, Mark, Mention
from ingest import _bluesky, _http
from ingest._appview import AppView
from ingest._bluesky import POST, REPOST, SOURCE, parse
from ingest._engagements import Engagements
from ingest._pending import Pending
from ingest._profiles import Profiles

__all__ = ["Bluesky", "Settings", "build", "parse", "parse_by"]

OVERLAP = 5_000_000  # microseconds read again after a reconnect: hosts differ a little, duplicates are harmless
MOST_MENTIONS, MOST_EVENTS, GATHER_SECONDS = 500, 4_000, 0.075
HEARTBEAT_SECONDS, SILENCE_SECONDS = 10.0, 300.0
MOST_SKEW = 60_000_000  # microseconds that an event may be ahead of our clock and still move the cursor
MOST_EVENT_BYTES = 16 * 1024 * 1024
IN_ADDRESS = 50  # accounts that go into the address; more are sent after the handshake
SHORT_OF = timedelta(minutes=1)
LEAST_RETENTION = timedelta(hours=12)


class Settings(settings.Settings):
    """What to read from Bluesky.

    hosts     Jetstream servers, tried in turn
    accounts  only these (DIDs or handles); empty reads everybody
    reposts   also reposts, as messages without text
    backfill  how far before the first connect to start; public servers keep one to three days
    appview   where handles, followers and engagement are asked; followers: false and engagement: false ask nothing
    fresh     how long a profile that was read counts as known
    counted   how long an engagement that was read counts as known
    """

    hosts: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "wss://jetstream2.us-east.bsky.network",
        "wss://jetstream1.us-west.bsky.network",
        "wss://jetstream1.us-east.bsky.network",
        "wss://jetstream2.us-west.bsky.network",
    )
    accounts: Annotated[tuple[str, ...], Field(max_length=10_000)] = ()
    reposts: bool = False
    backfill: Span = timedelta()
    appview: str = "https://public.api.bsky.app"
    followers: bool = True
    engagement: bool = True
    fresh: Annotated[Span, Field(ge=timedelta(minutes=1))] = timedelta(days=1)
    counted: Annotated[Span, Field(ge=timedelta(minutes=1))] = timedelta(minutes=10)


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[Bluesky]":
    """The connector, with one HTTP session for its lifetime."""
    async with _http.client() as session:
        yield Bluesky(settings, session, clock=tools.clock)


def parse_by(settings: Settings) -> Parse:
    """`parse` with reposts where these settings ask for them."""
    return partial(parse, reposts=settings.reposts)


class Position(msgspec.Struct):
    """Where reading stands: the time of the newest event, and until when what comes is history (both microseconds).

    As a cursor "1783175888094841", or "1783175888094841/1783179488000000" while a backfill runs.
    """

    at: int
    history_until: int = 0

    @classmethod
    def read(cls, cursor: str) -> "Position":
        at, _, until = cursor.partition("/")
        return cls(int(at), int(until or 0))

    def cursor(self) -> str:
        return f"{self.at}/{self.history_until}" if self.history_until > self.at else str(self.at)


class Bluesky:
    """One stream, "posts". After a failure the next call goes to the next host, a little before where it was."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession, *, clock: Clock) -> None:
        self._settings, self._session, self._clock = settings, session, clock
        self._turns = count()
        appview = AppView(session, settings.appview, clock=clock)
        self._profiles = Profiles(appview, clock=clock, fresh=settings.fresh)
        self._engagements = Engagements(appview, clock=clock, fresh=settings.counted)

    def streams(self) -> Sequence[str]:
        return ("posts",)

    async def lookup(self, mentions: Sequence[Mention]) -> Sequence[Mention]:
        if self._settings.followers:
            mentions = await self._profiles.filled(mentions)
        if self._settings.engagement:
            mentions = await self._engagements.filled(mentions)
        return mentions

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:
        del stream
        host = self._settings.hosts[next(self._turns) % len(self._settings.hosts)]
        position = self._first() if cursor is None else Position.read(cursor)
        start = position.at if cursor is None else max(0, position.at - OVERLAP)
        accounts = await self._accounts()
        hello = len(accounts) > IN_ADDRESS
        parameters = [("cursor", str(start)), ("maxMessageSizeBytes", str(MOST_EVENT_BYTES))]
        parameters += [("requireHello", "true")] if hello else self._wanted(accounts)
        address = _address(host)
        async with _http.websocket(
            self._session,
            address,
            source=SOURCE,
            parameters=parameters,
            most=4 * MOST_EVENT_BYTES,
            check="the hosts in the configuration",
            clock=self._clock,
        ) as socket:
            if hello:
                await socket.send_str(self._hello(accounts))
            reading = _Reading(socket, position, clock=self._clock, settings=self._settings, profiles=self._profiles)
            reading.resumed = cursor is not None
            async with aclosing(reading.batches()) as batches:
                async for batch in batches:
                    yield batch
        raise Retry(f"{SOURCE}: {_http.host(address)} closed the connection")

    def _first(self) -> Position:
        now = _micros(self._clock())
        back = int(self._settings.backfill.total_seconds() * 1_000_000)
        return Position(now - back, now if back else 0)

    async def _accounts(self) -> list[str]:
        """The configured accounts as DIDs. Raises Stop where a handle is nobody's."""
        names = [name.strip().removeprefix("@") for name in self._settings.accounts]
        handles = [name for name in names if not name.startswith("did:")]
        found = await self._profiles.resolved(handles) if handles else {}
        for handle in handles:
            if handle.casefold() not in found:
                raise Stop(f'{SOURCE}: accounts: "{handle}" is no account; check its spelling, or give its DID')
        return [found.get(name.casefold(), name) for name in names]

    def _wanted(self, accounts: Sequence[str]) -> list[tuple[str, str]]:
        return [
            *(("wantedCollections", name) for name in self._collections()),
            *(("wantedDids", account) for account in accounts),
        ]

    def _collections(self) -> list[str]:
        return [POST, REPOST] if self._settings.reposts else [POST]

    def _hello(self, accounts: Sequence[str]) -> str:
        payload = {
            "wantedCollections": self._collections(),
            "wantedDids": accounts,
            "maxMessageSizeBytes": MOST_EVENT_BYTES,
        }
        return msgspec.json.encode({"type": "options_update", "payload": payload}).decode()


class _Reading:
    """One connection: events gathered into batches until it breaks off."""

    def __init__(
        self,
        socket: "aiohttp.ClientWebSocketResponse[Literal[False]]",
        position: Position,
        *,
        clock: Clock,
        settings: Settings,
        profiles: Profiles,
    ) -> None:
        self._socket, self._position, self._clock = socket, position, clock
        self._settings, self._profiles = settings, profiles
        self._open, self.resumed = True, False
        self._now = clock()
        self._first_at = 0
        self._pending, self._waiting = Pending(), Pending()
        self._events = 0

    async def batches(self) -> AsyncGenerator[Batch]:
        """Ends when the connection does. Raises Retry after a long silence where there is always something to hear."""
        silent = 0.0
        while self._open:
            before = self._position.at
            if not await self._first():
                silent += HEARTBEAT_SECONDS
                if silent >= SILENCE_SECONDS and not self._settings.accounts:
                    raise Retry(f"{SOURCE}: nothing came for {silent:.0f} seconds")
                yield Batch()
                continue
            silent = 0.0
            if gap := self._short_of(before):
                yield gap
            await self._gather()
            if self._events:
                yield self._batch(before)
            self._forget()
            if self._pending:
                yield self._batch(self._position.at)
                self._forget()

    async def _first(self) -> bool:
        """Wait for the first event of a batch and take it; False where none came in time."""
        try:
            message = await self._socket.receive(timeout=HEARTBEAT_SECONDS)
        except TimeoutError:
            return False
        self._now = self._clock()
        self._take(message.type, message.data)
        return True

    async def _gather(self) -> None:
        """Take what comes within a moment, up to a batch. A time-out can only fall where nothing is waiting."""
        try:
            async with asyncio.timeout(GATHER_SECONDS):
                while self._open and not self._waiting and self._has_room():
                    message = await self._socket.receive()
                    self._take(message.type, message.data)
        except TimeoutError:
            return

    def _has_room(self) -> bool:
        return len(self._pending) < MOST_MENTIONS and self._events < MOST_EVENTS

    def _take(self, kind: aiohttp.WSMsgType, data: object) -> None:
        if isinstance(data, bytes) and kind in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
            self._events += 1
            self._hear(data)
        else:
            self._open = False

    def _hear(self, payload: bytes) -> None:
        event = _bluesky.event_of(payload)
        if isinstance(event, Failure):
            self._pending.add(event)
            return
        if event.identity is not None and event.did:
            self._profiles.renamed(event.did, event.identity.handle)
        now = _micros(self._now)
        if event.time_us > now + MOST_SKEW:
            event.time_us = now
        if event.time_us:
            self._first_at = self._first_at or event.time_us
            self._position.at = max(self._position.at, event.time_us)
        parsed = _bluesky.of_event(event, payload, seen_at=self._now, reposts=self._settings.reposts)
        if isinstance(parsed, Mention) and event.time_us < self._position.history_until:
            parsed = replace(parsed, marks=(Mark.HISTORY,))
        if parsed is not None:
            (self._pending if self._pending.takes(parsed) else self._waiting).add(parsed)

    def _short_of(self, before: int) -> Batch | None:
        """A gap where the server no longer had what the cursor asked for: the event at the cursor would come again."""
        first, resumed = self._first_at, self.resumed
        self.resumed = self.resumed and not first
        if not first or not resumed:
            return None
        since, until = from_microseconds(before), from_microseconds(first)
        if until - since < SHORT_OF or (self._settings.accounts and self._now - since < LEAST_RETENTION):
            return None
        return Batch(since=since, until=until, gap="the server no longer keeps events as old as the cursor")

    def _batch(self, before: int) -> Batch:
        since, until = from_microseconds(before), from_microseconds(self._position.at)
        return self._pending.batch(cursor=self._position.cursor(), since=since, until=until)

    def _forget(self) -> None:
        """Start the next batch, with what had to wait for it."""
        self._pending, self._waiting = self._waiting, Pending()
        self._events = len(self._pending)
        self._first_at = 0


def _address(host: str) -> str:
    """The subscribe address of a host given with or without scheme and path."""
    parts = urlsplit(host if "://" in host else f"wss://{host}")
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") or "/subscribe"))


def _micros(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
