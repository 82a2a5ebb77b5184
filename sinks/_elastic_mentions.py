"""How mentions enter the archive on Elasticsearch: the greater order key wins there, and each version meets what is known.

What is stored is changed only by reading it, making the whole document again and storing that under the next version:
whoever comes second is told so and looks again.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from core import order
from core.codec import encode
from core.errors import Retry
from core.ports import Erased, Held
from core.tasks import end
from core.time import Clock, milliseconds
from core.types import Enriched, Failure, Judgement, Mention
from sinks._elastic_bulk import DONE, Bulk, Outcome
from sinks._elastic_client import Engine
from sinks._elastic_got import Got, got
from sinks._elastic_notes import Notes
from sinks._elastic_rows import (
    Action,
    document,
    fitting,
    for_ever,
    gone,
    over,
    put,
    restored,
    revised,
    states,
    tombstone,
)
from sinks._elastic_schema import Document, Names, document_id
from sinks._stored import content_ms, heard_by
from sinks._tombstone import NONE

FIRST, CHUNK = 32, 400
"""The least and the most mentions that are made into documents while those before them are on their way."""

SLICE = 64
"""Mentions made into documents between two looks at what is on its way."""

AT_ONCE = 4
TRIES = 20
"""How often a change looks again where another was quicker."""

UNFIT = (ValueError, TypeError, OverflowError, msgspec.MsgspecError)

Refusals = list[tuple[int, Failure]]
Change = Callable[[Document], Action | None]


class Known(msgspec.Struct):
    """What is stored under an id already; a tombstone came in at no time."""

    order: int
    arrived: int | None = None


_known = msgspec.json.Decoder(Known).decode
_document = msgspec.json.Decoder(Document).decode
_enriched = msgspec.json.Decoder(Enriched).decode
_judgement = msgspec.json.Decoder(Judgement).decode


class Mentions:
    """The storing half of the writer."""

    def __init__(self, engine: Engine, bulk: Bulk, notes: Notes, *, names: Names, clock: Clock, erased: Erased) -> None:
        self._engine, self._bulk, self._notes = engine, bulk, notes
        self._names, self._clock, self._erased = names, clock, erased
        self._making = asyncio.Lock()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._on_way: set[asyncio.Task[None]] = set()

    async def store(self, items: Sequence[tuple[int, Enriched]]) -> Refusals:
        """Store those that win over what is there; (number, failure) of those that nothing can store."""
        refused: Refusals = []
        sent: list[asyncio.Task[None]] = []
        try:
            async with self._making:
                earlier = set(self._on_way)
                for chunk in _chunks(items):
                    if earlier and any(_again(one) for _, one in chunk):
                        await asyncio.wait(earlier)  # it may be an earlier version of these that is on its way
                    actions = await self._actions(chunk, refused)
                    await self._places.acquire()
                    sent.append(self._send(actions, refused))
                    for task in sent:
                        if task.done():
                            task.result()
            await asyncio.gather(*sent)
        finally:
            await end(sent)
        return refused

    def _send(self, actions: Sequence[tuple[int, Enriched, Action]], refused: Refusals) -> asyncio.Task[None]:
        task = asyncio.create_task(self._apply(actions, refused))
        self._on_way.add(task)
        task.add_done_callback(self._arrived)
        return task

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._on_way.discard(task)
        self._places.release()

    async def restore(self, items: Sequence[tuple[int, Held]]) -> Refusals:
        """Store what another archive held, under a version that wins over an equal one; refused are given as by `store`."""
        refused: Refusals = []
        fit = [(number, one) for number, one in items if _writable(one.enriched.mention.id)]
        where = [(self._names.holding(one.enriched.mention.id), document_id(one.enriched.mention.id)) for _, one in fit]
        known = {one.id: one for one in await got(self._engine, where) if one.found}
        for start in range(0, len(items), CHUNK):
            made: list[tuple[int, Action]] = []
            for number, held in items[start : start + CHUNK]:
                try:
                    action = self._restored(held, known.get(_identifier(held)))
                except UNFIT as error:
                    refused.append((number, failure("mention", error)))
                else:
                    made += [(number, action)] if action else []
            outcomes = await self._bulk.apply([action for _, action in made])
            told = zip(made, outcomes, strict=True)
            refused += [(number, refusal("mention", one)) for (number, _), one in told if one.refused]
        return refused

    def _restored(self, held: Held, there: Got | None) -> Action | None:
        enriched, arrived = held.enriched, milliseconds(held.arrived_at)
        if action := self._ended(enriched):
            return action
        if self._is_cut(enriched.mention):
            return None
        version, equal = order.of_enriched(enriched), False
        if there is not None:
            stored = _known(there.source).order
            wins = restored(version, stored)
            if wins is None or (not gone(stored) and self._is_so(_document(there.source), enriched, arrived)):
                return None
            version, equal = wins
        return self._put(enriched, version, arrived, equal=equal)

    def _is_so(self, stored: Document, enriched: Enriched, arrived: int) -> bool:
        same = stored.arrived == arrived and stored.vector == enriched.vector
        return same and _enriched(stored.body) == replace(enriched, vector=b"") and self.renewed(stored) is None

    async def known(self, mentions: Iterable[str]) -> Mapping[str, Known]:
        """What is stored of these, as of now, by mention id; nothing of those that are not."""
        asked = list(dict.fromkeys(mentions))
        where = [(self._names.holding(one), document_id(one)) for one in asked]
        found = await got(self._engine, where, ["order", "arrived"])
        return {mention: _known(one.source) for mention, one in zip(asked, found, strict=True) if one.found}

    async def renew(self, mentions: Iterable[str]) -> None:
        """Let what is stored of these meet again what people said and what is known of their end."""
        where = [(self._names.holding(one), document_id(one)) for one in dict.fromkeys(mentions)]
        await self.change(where, self.renewed)

    async def change(self, where: Sequence[tuple[str, str]], change: Change, first: Sequence[Document] = ()) -> int:
        """Change these documents as long as `change` gives something to do; returns how many it did.

        `first` may hold them as just read; what has changed since is read anew.
        """
        left, documents, done = list(where), list(first) or await self._documents(where), 0
        for _ in range(TRIES):
            pairs = [
                (place, action) for place, one in zip(left, documents, strict=True) if one and (action := change(one))
            ]
            outcomes = await self._bulk.apply([action for _, action in pairs])
            done += sum(outcome.status < 400 for outcome in outcomes)
            left = [place for (place, _), outcome in zip(pairs, outcomes, strict=True) if outcome.conflict]
            if not left:
                return done
            documents = await self._documents(left)
        raise Retry("the archive's documents changed faster than they could be read")

    def renewed(self, stored: Document) -> Action | None:
        """The document as it should be, where it is not."""
        enriched = _enriched(stored.body)
        mention = enriched.mention
        if action := self._ended(enriched):
            return action
        said = self._notes.said(mention.id)
        hidden = self._notes.over(mention.id, mention.author.id).hides(content_ms(stored.order))
        known = [_judgement(one) for one in stored.said]
        if known == said and stored.state == states(enriched, said, hidden=hidden):
            return None
        version, equal = revised(stored.order)
        return self._put(replace(enriched, vector=stored.vector), version, stored.arrived, equal=equal)

    def assigned(self, monitor: str) -> Change:
        """A change that gives a document the monitor, and leaves everything else."""

        def change(stored: Document) -> Action | None:
            enriched = _enriched(stored.body)
            if monitor in enriched.routing.monitors:
                return None
            monitors = (*enriched.routing.monitors, monitor)
            body = encode(replace(enriched, routing=replace(enriched.routing, monitors=monitors)))
            version, equal = revised(stored.order)
            again = replace(stored, monitors=monitors, body=msgspec.Raw(body), order=version)
            return put(self._names.holding(stored.id), document_id(stored.id), version, again, equal=equal)

        return change

    async def _documents(self, where: Sequence[tuple[str, str]]) -> list[Document | None]:
        found = await got(self._engine, where)
        return [_document(one.source) if one.found and not gone(_known(one.source).order) else None for one in found]

    async def _actions(
        self, chunk: Sequence[tuple[int, Enriched]], refused: Refusals
    ) -> list[tuple[int, Enriched, Action]]:
        known = await self.known(one.mention.id for _, one in chunk if _again(one))
        now = milliseconds(self._clock())  # of each chunk: what waits for those before it has not arrived yet
        made = []
        for place, (number, enriched) in enumerate(chunk):
            if place % SLICE == 0:
                await asyncio.sleep(0)  # what is on its way goes on; a thread would hold it up longer
            try:
                action = self._action(enriched, known.get(enriched.mention.id), now)
            except UNFIT as error:
                refused.append((number, failure("enriched", error)))
            else:
                if action is not None:
                    made.append((number, enriched, action))
        return made

    def _action(self, enriched: Enriched, known: Known | None, now: int) -> Action | None:
        fitting(enriched.mention.id, enriched.mention.author.id)
        if action := self._ended(enriched):
            return action
        if self._is_cut(enriched.mention):
            return None
        version, arrived = order.of_enriched(enriched), now
        if known is not None:
            wins = over(version, known.order)
            if wins is None:
                return None
            version, arrived = wins, now if known.arrived is None else known.arrived
        return self._put(enriched, version, arrived)

    def _ended(self, enriched: Enriched) -> Action | None:
        """The tombstone that stands in the place of what must not be stored."""
        mention, author = enriched.mention.id, enriched.mention.author.id
        if self._erased(mention) or self._erased(author):
            return for_ever(self._names.holding(mention), document_id(mention))
        end = self._notes.over(mention, author)
        if end is NONE or not end.removes(content_ms(order.of_enriched(enriched))):
            return None
        return tombstone(self._names.holding(mention), document_id(mention), end.removed, noted=True)

    def _is_cut(self, mention: Mention) -> bool:
        before = self._notes.cut(heard_by(mention))
        return before is not None and milliseconds(mention.seen_at) < before

    def _put(self, enriched: Enriched, version: int, arrived: int, *, equal: bool = False) -> Action:
        mention = enriched.mention
        said = self._notes.said(mention.id)
        end = self._notes.over(mention.id, mention.author.id)
        hidden = end is not NONE and end.hides(content_ms(version))
        whole = document(enriched, version=version, arrived=arrived, said=said, hidden=hidden)
        return put(self._names.holding(mention.id), document_id(mention.id), version, whole, equal=equal)

    async def _apply(self, made: Sequence[tuple[int, Enriched, Action]], refused: Refusals) -> None:
        for _ in range(TRIES):
            outcomes = await self._bulk.apply([action for _, _, action in made])
            again = []
            for (number, enriched, action), outcome in zip(made, outcomes, strict=True):
                if outcome is DONE:
                    continue
                if outcome.refused:
                    refused.append((number, refusal("enriched", outcome)))
                elif outcome.conflict and enriched.generation and not gone(action.version):
                    again.append((number, enriched))
            await self._forget_erased(enriched for _, enriched, _ in made)
            if not again:
                return
            made = await self._actions(again, refused)
        raise Retry("the archive's documents changed faster than they could be read")

    async def _forget_erased(self, stored: Iterable[Enriched]) -> None:
        """Take away what was erased while it was on its way here: the erasure may have looked before it was there."""
        erased = self._erased
        doomed = {one.mention.id for one in stored if erased(one.mention.id) or erased(one.mention.author.id)}
        await self._bulk.apply(
            [for_ever(self._names.holding(one), document_id(one)) for one in doomed if _writable(one)]
        )


def _chunks(items: Sequence[tuple[int, Enriched]]) -> Iterator[Sequence[tuple[int, Enriched]]]:
    """Small ones first, so that the engine has something to do soon, and last, so that none is waited for alone."""
    start, size = 0, FIRST
    while start < len(items):
        yield items[start : start + size]
        start += size
        left = len(items) - start
        size = left if left < 2 * FIRST else min(2 * size, CHUNK, max(FIRST, left // 3))


def failure(kind: str, error: Exception) -> Failure:
    return Failure(reason="unwritable", detail=f"{kind} refused by the archive: {error}")


def refusal(kind: str, outcome: Outcome) -> Failure:
    told = f"{outcome.error.type}: {(outcome.error.reason or '')[:500]}"
    return Failure(reason="unwritable", detail=f"{kind} refused by the archive: {told}")


def _identifier(held: Held) -> str:
    fitting(held.enriched.mention.id, held.enriched.mention.author.id)
    return document_id(held.enriched.mention.id)


def is_gone(known: Known) -> bool:
    return gone(known.order)


def _again(enriched: Enriched) -> bool:
    """Whether an earlier version of it may be stored."""
    return (enriched.generation > 0 or enriched.mention.edited_at is not None) and _writable(enriched.mention.id)


def _writable(identifier: str) -> bool:
    try:
        identifier.encode()
    except UnicodeEncodeError:
        return False
    return True
