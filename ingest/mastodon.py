"""Mastodon: live by server-sent events with a token; what was missed in between is fetched from the timelines."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

import aiohttp
import msgspec
from msgspec.structs import replace
from pydantic import AfterValidator, Field, SecretStr

from core import settings
from core.errors import Retry, Stop
from core.ports import Batch, Tools
from core.settings import Span
from core.time import Clock, from_milliseconds, milliseconds
from core.types import Deletion, Failure, Mark, Mention
from ingest import _http
from ingest import _json as read
from ingest import _mastodon as entities
from ingest import _mastodon_streams as _streams
from ingest._mastodon import SOURCE
from ingest._mastodon_recorded import event, parse
from ingest._pending import Pending
from ingest._sse import EventReader

__all__ = ["Mastodon", "Settings", "build", "parse"]

A_PAGE = 40
A_REQUEST = 20  # statuses looked at again in one request
RECENT = 200
QUIET_SECONDS = 90.0  # a server says ":thump" every fifteen
HEARTBEAT = timedelta(seconds=10)
OVERLAP = timedelta(minutes=2)  # read again after a reconnect: what other servers wrote may come a little late
SNOWFLAKE_BITS = 16  # Mastodon's ids are milliseconds since 1970, shifted so far
LEAST_SNOWFLAKE = 1 << 56
CHECK = "the token in the configuration: it needs the scope read (Preferences, Development on the instance)"


class Settings(settings.Settings):
    """What to read from one Mastodon instance, or another server that speaks its API.

    instance   https://mastodon.nl
    token      of an account there, scope read; streaming needs one since Mastodon 4.2
    streams    public, public:local, public:remote, hashtag:NAME, hashtag:local:NAME, list:NUMBER, user
    backfill   how far before the first connect to start
    streaming  address of the streaming server where it is another one and the instance does not say so
    """

    instance: str
    token: SecretStr | None = None
    streams: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_streams.known)] = ("public",)
    backfill: Span = timedelta()
    streaming: str | None = None


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> "AsyncIterator[Mastodon]":
    """The connector, with one HTTP session for its lifetime."""
    async with _http.client() as session:
        yield Mastodon(settings, session, clock=tools.clock)


class Position(msgspec.Struct):
    """The newest status id of a stream, and until when what comes is history (ms since 1970, 0 for none).

    As a cursor "117024248092393661", or "117024248092393661/1785648316840" while a backfill runs.
    """

    native: str
    history_until: int = 0

    @classmethod
    def read(cls, cursor: str) -> "Position":
        native, _, until = cursor.partition("/")
        return cls(native, int(until or 0))

    def cursor(self) -> str:
        return f"{self.native}/{self.history_until}" if self.history_until else self.native

    def seen(self, native: str) -> None:
        self.native = max(self.native, native, key=entities.order)


class Mastodon:
    """Each configured stream with its own connection. The cursor is the newest status id, compared as a number.

    After a reconnect the timeline gives what is new since, and the statuses heard last are looked at again, because
    Mastodon tells edits and deletions only while one listens.
    """

    def __init__(self, settings: Settings, session: aiohttp.ClientSession, *, clock: Clock) -> None:
        self._settings, self._session, self._clock = settings, session, clock
        self._base = _base(settings.instance)
        self._instance = urlsplit(self._base).netloc
        self._streaming = _base(settings.streaming) if settings.streaming else None
        self._recent: dict[str, OrderedDict[str, datetime | None]] = {}  # by stream: ids heard last, with their edits
        self._broken_off: dict[str, str] = {}  # by stream, the cursor at which the rate limit ended a catching-up

    def streams(self) -> Sequence[str]:
        return self._settings.streams

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:
        """Connects first and fetches what was missed then, so that nothing falls between the two."""
        address, parameters = _streams.live(stream)
        async with _http.stream(
            self._session,
            await self._streaming_base() + address,
            source=SOURCE,
            headers=self._headers(),
            parameters=parameters,
            check=CHECK,
            quiet=QUIET_SECONDS,
            clock=self._clock,
        ) as response:
            if response.status != 200:
                raise Stop(f'{SOURCE}: {self._instance} has no stream "{stream}" (status {response.status})')
            position = await self._first(stream) if cursor is None else Position.read(cursor)
            exact = cursor is None or cursor == self._broken_off.get(stream)
            reached = position.native if exact else _before(position.native)
            async with aclosing(self._missed(stream, position, reached)) as missed:
                async for batch in missed:
                    yield batch
            if self._recent.get(stream):
                yield await self._changed(stream)
            async with aclosing(self._heard(stream, response, position)) as heard:
                async for batch in heard:
                    yield batch
        raise Retry(f"{SOURCE}: {self._instance} closed the stream")

    async def _first(self, stream: str) -> Position:
        """Where to start: as far back as configured, where ids tell time; else after the newest status."""
        path, parameters = _streams.timeline(stream)
        page = _page(await self._get(path, [*parameters, ("limit", "1")]), self._instance, stream)
        now, back = self._clock(), self._settings.backfill
        newest = next((native for one in page if (native := entities.native_id(one))), _snowflake(now))
        if back and _time_of(newest):
            return Position(_snowflake(now - back), milliseconds(now))
        return Position(newest)

    def _headers(self) -> dict[str, str]:
        token = self._settings.token
        return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}

    async def _streaming_base(self) -> str:
        """Where the streaming server is, as the instance says; the instance itself where it says nothing."""
        if self._streaming is None:
            answer = await self._get("/api/v2/instance", ())
            found = read.inner(read.inner(_document(answer), "configuration"), "urls")
            said = read.text(found, "streaming") or self._base
            self._streaming = _base(said.replace("ws", "http", 1) if said.startswith("ws") else said)
        return self._streaming

    async def _get(self, path: str, parameters: Iterable[tuple[str, str]]) -> _http.Answer:
        return await _http.get(
            self._session,
            self._base + path,
            source=SOURCE,
            headers=self._headers(),
            parameters=list(parameters),
            check=CHECK,
            clock=self._clock,
        )

    async def _missed(self, stream: str, position: Position, reached: str) -> AsyncGenerator[Batch]:
        """What the timeline holds after `reached`, oldest first. Raises Retry where the rate limit is used up."""
        path, parameters = _streams.timeline(stream)
        since = _time_of(position.native)
        while True:
            asked = [*parameters, ("limit", str(A_PAGE)), ("min_id", reached)]
            answer = await self._get(path, asked)
            page = _page(answer, self._instance, stream)
            newest = max(
                (native for one in page if (native := entities.native_id(one))), key=entities.order, default=""
            )
            if entities.order(newest) <= entities.order(reached):
                position.history_until = 0
                yield Batch(cursor=position.cursor(), since=since, until=self._clock())
                return
            reached = newest
            position.seen(newest)
            batch = self._page_batch(stream, page, position, since)
            yield batch
            since = batch.until or since
            if answer.headers.get("x-ratelimit-remaining") == "0":
                self._broken_off[stream] = position.cursor()
                raise Retry(
                    f"{SOURCE}: {self._instance} allows no more requests for now",
                    after=_http.wait_asked(answer.headers, self._clock()),
                )

    def _page_batch(
        self, stream: str, page: Sequence[read.Document], position: Position, since: datetime | None
    ) -> Batch:
        now = self._clock()
        until = from_milliseconds(position.history_until)
        pending = Pending()
        for one in reversed(page):
            parsed = entities.status(one, instance=self._instance, seen_at=now, payload=msgspec.json.encode(one))
            if isinstance(parsed, Mention) and parsed.created_at < until:
                parsed = replace(parsed, marks=(Mark.HISTORY,))
            pending.add(parsed)
            self._note(stream, parsed, position)
        reached = _time_of(position.native) or now
        return pending.batch(cursor=position.cursor(), since=since, until=min(reached, now))

    async def _heard(self, stream: str, response: aiohttp.ClientResponse, position: Position) -> AsyncGenerator[Batch]:
        """A batch for what each piece from the network completes; an empty one now and then."""
        reader = EventReader()
        told = self._clock()
        while piece := await response.content.readany():
            now = self._clock()
            pending = Pending()
            for said in reader.feed(piece):
                for parsed in event(said, instance=self._instance, seen_at=now):
                    if not pending.takes(parsed):
                        yield pending.batch(cursor=position.cursor(), since=told, until=now)
                        pending, told = Pending(), now
                    pending.add(parsed)
                    self._note(stream, parsed, position)
            if pending or now - told >= HEARTBEAT:
                yield pending.batch(cursor=position.cursor(), since=told, until=now)
                told = now

    def _note(self, stream: str, parsed: Mention | Deletion | Failure, position: Position) -> None:
        """Remember where we are, and what to look at again after the next connection."""
        recent = self._recent.setdefault(stream, OrderedDict())
        match parsed:
            case Mention():
                native = parsed.id.rpartition("/")[2]
                position.seen(native)
                recent[native] = parsed.edited_at
                recent.move_to_end(native)
            case Deletion():
                recent.pop(parsed.target.rpartition("/")[2], None)
        while len(recent) > RECENT:
            recent.popitem(last=False)

    async def _changed(self, stream: str) -> Batch:
        """What was edited or deleted while nobody was connected, of the statuses heard last (Mastodon 4.3 and later)."""
        recent, now = list(self._recent.get(stream, ())), self._clock()
        pending = Pending()
        for start in range(0, len(recent), A_REQUEST):
            asked = recent[start : start + A_REQUEST]
            answer = await self._get("/api/v1/statuses", [("id[]", native) for native in asked])
            page = _page(answer, self._instance, stream) if answer.status == 200 else []
            if not page:
                break  # a server that cannot be asked so is not one that deleted everything
            for parsed in self._compared(stream, asked, page, now):
                pending.add(parsed)
        return pending.batch(cursor=None, since=None, until=None)

    def _compared(
        self, stream: str, asked: Sequence[str], page: Sequence[read.Document], now: datetime
    ) -> Iterator[Mention | Deletion | Failure]:
        known = self._recent[stream]
        found = {native: one for one in page if (native := entities.native_id(one))}
        for native in asked:
            if native not in found:
                known.pop(native, None)
                yield entities.deletion(native, instance=self._instance, at=now)
                continue
            one = found[native]
            edited = read.moment(one.get("edited_at"))
            if edited != known.get(native):
                known[native] = edited
                yield entities.status(one, instance=self._instance, seen_at=now, payload=msgspec.json.encode(one))


def _base(address: str) -> str:
    """A server's address without path, https where it says no scheme."""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    return f"{parts.scheme}://{parts.netloc}"


def _document(answer: _http.Answer) -> read.Document:
    try:
        document = msgspec.json.decode(answer.body)
    except read.DECODE_ERRORS:
        return {}
    return document if isinstance(document, dict) else {}


def _page(answer: _http.Answer, instance: str, stream: str) -> list[read.Document]:
    """The statuses of a timeline's answer. Raises Stop where there is no such timeline, Retry where it is no list."""
    if answer.status in {400, 404, 410, 422}:
        raise Stop(f'{SOURCE}: {instance} has no timeline for "{stream}" (status {answer.status})')
    try:
        return list(msgspec.json.decode(answer.body, type=list[dict[str, object]]))
    except read.DECODE_ERRORS as error:
        raise Retry(f"{SOURCE}: {instance} did not answer with a list of statuses ({answer.status})") from error


def _snowflake(moment: datetime) -> str:
    return str(milliseconds(moment) << SNOWFLAKE_BITS)


def _time_of(native: str) -> datetime | None:
    """When a status with this id was numbered, where ids are Mastodon's."""
    plausible = native.isdigit() and LEAST_SNOWFLAKE <= int(native) < 1 << 63
    return from_milliseconds(int(native) >> SNOWFLAKE_BITS) if plausible else None


def _before(native: str) -> str:
    """The id to read on from: a little before the last one, where ids tell time."""
    moment = _time_of(native)
    return native if moment is None else str(int(native) - (int(OVERLAP.total_seconds() * 1000) << SNOWFLAKE_BITS))
