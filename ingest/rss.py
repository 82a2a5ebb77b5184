"""Feeds: RSS, Atom and RDF, asked politely and only for what changed."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec
from msgspec.structs import replace
from pydantic import Field, field_validator

from core.codec import encode
from core.errors import Reject, Retry, Stop
from core.ports import Batch, Parsed, Tools
from core.settings import Settings as Base
from core.settings import Span
from core.types import Failure, Mark, Mention
from ingest import _feed
from ingest._http import Answer, client, get, host

AT_ONCE = 8  # feeds asked at the same time
MOST_FEED = 16 * 1024 * 1024
REMEMBERED = 20  # entries in a cursor, to see whether a feed moved on by more than it shows


class FeedSettings(Base):
    """One feed.

    url       where it is
    name      what its stream is called; its address without query unless it is said
    every     how often it is asked; the source's own unless it is said
    language  of a feed that states none
    headers   sent along, for a feed that wants a token
    """

    url: str = Field(pattern=r"^https?://")
    name: str = ""
    every: Span | None = None
    language: str | None = None
    headers: dict[str, str] = {}


class Settings(Base):
    """Which feeds, and how often they are asked."""

    feeds: tuple[FeedSettings, ...] = Field(min_length=1)
    every: Span = timedelta(minutes=5)

    @field_validator("feeds", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:  # Any: whatever stands in the YAML
        given = (value,) if isinstance(value, (str, dict)) else value
        return [{"url": feed} if isinstance(feed, str) else feed for feed in given or ()]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A cursor: what makes the next question conditional, when the last was asked, and which entries were there."""

    asked_at: datetime
    etag: str | None = None
    modified: str | None = None
    entries: tuple[str, ...] = ()


@asynccontextmanager
async def build(settings: Settings, tools: Tools) -> AsyncIterator["Feeds"]:
    async with client() as session:
        yield Feeds(settings, tools, session)


class Feeds:
    """The connector: a stream a feed."""

    def __init__(self, settings: Settings, tools: Tools, session: aiohttp.ClientSession) -> None:
        self._settings, self._tools, self._session = settings, tools, session
        self._feeds = _named(settings.feeds)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._moved = _Moved(session)
        self._said: set[str] = set()
        self._refused: set[str] = set()
        self._set_aside: dict[str, frozenset[str]] = {}
        self._known: dict[str, dict[str, tuple[bytes, datetime | None]]] = {}

    def streams(self) -> Sequence[str]:
        return tuple(self._feeds)

    async def batches(self, stream: str, cursor: str | None) -> AsyncIterator[Batch]:
        """A batch a reading; without a cursor, what is older than this moment is history.

        Raises Retry where the feed is away or holds none, Stop where access is refused or the feed is gone for good.
        """
        feed = self._feeds[stream]
        every = (feed.every or self._settings.every).total_seconds()
        place = _place(cursor)
        history_until = self._tools.clock() if place is None else None
        self._known.pop(stream, None)
        self._set_aside.pop(stream, None)
        if place is not None:
            left = every - (self._tools.clock() - place.asked_at).total_seconds()
            await asyncio.sleep(min(max(0.0, left), every))  # a clock that was set back makes nobody wait longer
        while True:
            batch, place = await self._read(stream, feed, place, history_until)
            if batch.failed or stream not in self._refused:  # the same once more says nothing, and is not "back"
                yield batch
            if stream in self._refused:
                raise Retry(f"{host(feed.url)} answered with something that is not a feed", after=every)
            if place.entries:
                history_until = None
            await asyncio.sleep(every * self._tools.random.uniform(0.9, 1.1))

    async def _read(
        self, stream: str, feed: FeedSettings, place: Place | None, history_until: datetime | None
    ) -> tuple[Batch, Place]:
        asked_at = self._tools.clock()
        try:
            answer = await self._ask(feed, place)
        except Reject as error:
            known = replace(place, asked_at=asked_at) if place else Place(asked_at=asked_at)
            failed = self._new_failures(stream, (Failure(error.reason, str(error), key=stream),))
            return self._batch((), failed, known, place), known
        if answer.status == 304 and place is not None:
            here = replace(place, asked_at=asked_at)
            return self._batch((), (), here, place), here
        self._judge(answer, feed)
        found = await asyncio.to_thread(
            _feed.read,
            answer.body,
            url=feed.url,
            seen_at=self._tools.clock(),
            headers=answer.headers,
            language=feed.language,
        )
        if not found.is_feed:
            return self._not_a_feed(stream, found, asked_at, place)
        self._refused.discard(stream)
        here = Place(
            asked_at=asked_at,
            etag=answer.headers.get("etag"),
            modified=answer.headers.get("last-modified"),
            entries=tuple(_short(mention.id) for mention in found.mentions[:REMEMBERED]),
        )
        mentions = tuple(_aged(mention, history_until) for mention in self._changed(stream, found.mentions))
        batch = self._batch(mentions, self._new_failures(stream, found.failed), here, place)
        return batch, here

    async def _ask(self, feed: FeedSettings, place: Place | None) -> Answer:
        headers = {
            "Accept": "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=.9, */*;q=.5"
        }
        headers |= feed.headers
        if place and place.etag:
            headers["If-None-Match"] = place.etag
        if place and place.modified:
            headers["If-Modified-Since"] = place.modified
        async with self._turn:
            answer = await get(
                self._session,
                feed.url,
                source=_feed.SOURCE,
                headers=headers,
                check="whether the feed is public and its address is right",
                most=MOST_FEED,
                clock=self._tools.clock,
            )
        if (moved := self._moved.permanently(feed.url)) and moved not in self._said:
            self._said.add(moved)
            self._tools.report(f"{host(feed.url)} moved this feed for good; change its address to {_bare(moved)}")
        return answer

    def _judge(self, answer: Answer, feed: FeedSettings) -> None:
        if answer.status == 410:
            raise Stop(f"{host(feed.url)} says that {_bare(feed.url)} is gone for good; take it out of the feeds")
        if answer.status >= 300:
            after = (feed.every or self._settings.every).total_seconds()
            raise Retry(f"{host(feed.url)} answered {answer.status} for {_bare(feed.url)}", after=after)

    def _not_a_feed(
        self, stream: str, found: _feed.Feed, asked_at: datetime, place: Place | None
    ) -> tuple[Batch, Place]:
        """Set what came aside, once until the feed is back, whatever page stands there; the place stays where it was."""
        failed = () if stream in self._refused else found.failed
        self._refused.add(stream)
        return Batch(failed=failed), place or Place(asked_at=asked_at)

    def _new_failures(self, stream: str, failed: Sequence[Failure]) -> tuple[Failure, ...]:
        """Those that were not set aside at the reading before: a bad entry stays in its feed for days."""
        named = {f"{failure.reason} {failure.key or _short(failure.detail)}": failure for failure in failed}
        before = self._set_aside.get(stream, frozenset())
        self._set_aside[stream] = frozenset(named)
        return tuple(failure for name, failure in named.items() if name not in before)

    def _changed(self, stream: str, mentions: Sequence[Mention]) -> Iterator[Mention]:
        """Those that this feed did not show just so the last time; an edit that states no later time gets this one.

        What two feeds show of one article in different words does not become an edit at each reading this way.
        """
        before = self._known.get(stream, {})
        after: dict[str, tuple[bytes, datetime | None]] = {}
        for mention in mentions:
            content = _content(mention)
            known = before.get(mention.id)
            after[mention.id] = (content, mention.edited_at)
            if known is None:
                yield mention
            elif known[0] != content:
                silent = mention.edited_at is None or mention.edited_at == known[1]
                yield replace(mention, edited_at=mention.seen_at) if silent else mention
        self._known[stream] = after

    def _batch(
        self, mentions: Sequence[Mention], failed: Sequence[Failure], here: Place, before: Place | None
    ) -> Batch:
        oldest = min((mention.created_at for mention in mentions), default=None)
        lost = (
            before is not None and len(here.entries) >= 5 and before.entries and not {*here.entries} & {*before.entries}
        )
        return Batch(
            mentions=tuple(mentions),
            failed=tuple(failed),
            cursor=msgspec.json.encode(here).decode(),
            since=before.asked_at if before else oldest,
            until=here.asked_at,
            gap="the feed moved on by more than it shows; ask it more often" if lost else None,
        )


class _Moved:
    """Which addresses answered with a permanent redirect (301, 308), and where to."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._to: dict[str, str] = {}
        trace = aiohttp.TraceConfig()
        trace.on_request_redirect.append(self._redirected)
        trace.freeze()
        session.trace_configs.append(trace)

    def permanently(self, url: str) -> str:
        """Where an address lives now, if it moved for good."""
        here, steps = url, 0
        while (there := self._to.get(here)) and steps < 10:
            here, steps = there, steps + 1
        return here if here != url else ""

    async def _redirected(self, _session: Any, _context: Any, step: aiohttp.TraceRequestRedirectParams) -> None:
        """Any: what aiohttp hands a trace."""
        target = step.response.headers.get("Location", "")
        if step.response.status in {301, 308} and target:
            self._to[str(step.url)] = str(step.url.join(type(step.url)(target)))


def parse(payload: bytes, name: str, seen_at: datetime) -> Iterator[Parsed]:
    """What the bytes of a feed hold. Never raises."""
    return iter(_feed.entries(payload, name, seen_at))


def _named(feeds: Sequence[FeedSettings]) -> Mapping[str, FeedSettings]:
    """The feeds by stream name; equal names get a number."""
    named: dict[str, FeedSettings] = {}
    for feed in feeds:
        name = feed.name or _bare(feed.url).partition("://")[2]
        number = sum(1 for other in named if other == name or other.startswith(f"{name} #"))
        named[f"{name} #{number + 1}" if number else name] = feed
    return named


def _bare(url: str) -> str:
    """An address without user, password, query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return urlunsplit((parts.scheme, f"{parts.hostname or ''}{port}", parts.path.rstrip("/"), "", ""))
    except ValueError:
        return "the address"


def _aged(mention: Mention, history_until: datetime | None) -> Mention:
    """Marked history in the first reading, where it is older than that or says no time."""
    if history_until is None or history_until < mention.created_at < mention.seen_at:
        return mention
    return replace(mention, marks=(*mention.marks, Mark.HISTORY))


def _content(mention: Mention) -> bytes:
    still = datetime.fromtimestamp(0, mention.seen_at.tzinfo)
    return blake2b(
        encode(replace(mention, created_at=still, seen_at=still, edited_at=None, engagement=None)), digest_size=8
    ).digest()


def _short(identifier: str) -> str:
    return blake2b(identifier.encode("utf-8", "replace"), digest_size=5).hexdigest()


def _place(cursor: str | None) -> Place | None:
    """The place a cursor tells; None for one of another release, which asks for the whole feed."""
    try:
        return msgspec.json.decode(cursor, type=Place) if cursor else None
    except msgspec.DecodeError:
        return None
