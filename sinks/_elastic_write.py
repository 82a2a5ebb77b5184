"""The archive's one writer on Elasticsearch: a batch ends durable, or is written again; a bad item holds nobody back.

Every kind of item ends in the same state whatever came first, so a batch applies them by kind: tombstones, then what
people said, then mentions, each version of which meets all of it, and at last what was stored before and is concerned.
A batch that was cut short is written again: each step does what is left of it.
"""

from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.codec import encode
from core.ports import Cut, Ended, Erased, Held, Item, Past
from core.time import Clock, milliseconds
from core.types import Coverage, Deletion, Enriched, Judgement, Mute, Scope
from sinks._elastic_bulk import Bulk
from sinks._elastic_clear import Clear
from sinks._elastic_client import Engine
from sinks._elastic_mentions import UNFIT, Mentions, Refusals, failure, is_gone
from sinks._elastic_notes import Notes
from sinks._elastic_past import tombstone as tombstone_of
from sinks._elastic_rows import fitting, tombstone
from sinks._elastic_schema import Names, document_id
from sinks._elastic_shown import Shown
from sinks._elastic_turns import Turns
from sinks._stored import content_ms
from sinks._tombstone import FOR_EVER, Tombstone, raised

Numbered = list[tuple[int, Item]]


class Writer:
    """Applies items. Batches of nothing but mentions go side by side, any other waits for those before it and goes alone."""

    def __init__(
        self,
        engine: Engine,
        bulk: Bulk,
        *,
        names: Names,
        shown: Shown,
        clock: Clock,
        erased: Erased,
        wipe_every: timedelta,
        lets_go: timedelta,
    ) -> None:
        self._engine, self._bulk, self._names, self._shown = engine, bulk, names, shown
        self._notes = Notes(engine, bulk, names, erased=erased)
        self._mentions = Mentions(engine, bulk, self._notes, names=names, clock=clock, erased=erased)
        self._clear = Clear(
            engine, bulk, self._notes, self._mentions, names=names, clock=clock, wipe_every=wipe_every, lets_go=lets_go
        )
        self._turns = Turns()

    async def write(self, items: Sequence[Item]) -> Refusals:
        """Apply all; those refused come back by index, the others are durable. Raises Retry or Stop."""
        mentions, others, refused = _sorted(items)
        if others:
            async with self._turns.alone():
                await self._ready()
                refused += await self._mixed(mentions, [item for _, item in others])
        else:
            async with self._turns.beside():
                await self._ready()
                refused += await self._mentions.store(mentions)
        return sorted(refused, key=lambda pair: pair[0])

    async def _ready(self) -> None:
        await self._notes.ready()
        await self._shown.ready()

    async def _mixed(self, mentions: Sequence[tuple[int, Enriched]], others: Sequence[Item]) -> Refusals:
        await self._end([item for item in others if isinstance(item, Deletion)])
        if mutes := [item for item in others if isinstance(item, Mute)]:
            await self._notes.mute(mutes)
            await self._shown.renew()
        await self._notes.cover([item for item in others if isinstance(item, Coverage)])
        judged = [item for item in others if isinstance(item, Judgement)]
        await self._notes.judge(judged, await self._left(judged))
        refused = await self._mentions.store(mentions)
        await self._meet(others)
        return refused

    async def restore(self, past: Sequence[Past]) -> Refusals:
        """Take in a chunk of another archive's history; see core.ports.Movable."""
        async with self._turns.alone():
            await self._ready()
            await self._end_anew([tombstone_of(one) for one in past if isinstance(one, Ended)])
            for cut in past:
                if isinstance(cut, Cut):
                    await self._notes.retain(cut.source, cut.before)
                    await self._clear.expire(cut.source, cut.before)
            held = [(number, one) for number, one in enumerate(past) if isinstance(one, Held)]
            refused = await self._mentions.restore(held)
        others = [(number, one) for number, one in enumerate(past) if not isinstance(one, Ended | Cut | Held)]
        failed = await self.write([one for _, one in others])
        return sorted([*refused, *((others[place][0], failure) for place, failure in failed)], key=lambda pair: pair[0])

    async def _end_anew(self, ended: Sequence[tuple[str, Tombstone]]) -> None:
        """Hold what ended, let what is stored meet it, and only then keep it: cut short, all of it is done again."""
        new = self._notes.new(ended)
        if new:
            try:
                self._notes.hold(new)
                await self._clear.meet(new)
                await self._notes.forget(mentions=self._notes.about(_for_ever(new)))
                await self._notes.keep(new)
            except BaseException:
                self._notes.unready()
                raise

    async def erase(self, mentions: Sequence[str], authors: Sequence[str]) -> int:
        async with self._turns.alone():
            number = await self._clear.erase(mentions, authors)
            await self._shown.renew()  # a muted account's id stood in it
            return number

    async def expire(self, source: str, before: datetime) -> int:
        cut = milliseconds(before)
        async with self._turns.alone():
            await self._notes.ready()
            await self._notes.retain(source, cut)
        gone = await self._clear.expire(source, cut)
        await self._clear.wipe_when_due()
        return gone

    async def assign(self, monitor: str, matching: AsyncIterable[Sequence[str]]) -> int:
        """Give the monitor to the mentions with these ids; returns how many did not have it."""
        change, given = self._mentions.assigned(monitor), 0
        async for some in matching:
            where = [(self._names.holding(one), document_id(one)) for one in some]
            given += await self._mentions.change(where, change)
        return given

    async def _end(self, deletions: Sequence[Deletion]) -> None:
        await self._notes.delete(
            [one for one in deletions if one.scope is Scope.AUTHOR or one.reversible or one.lifted]
        )
        removed = [one for one in deletions if one.scope is Scope.MENTION and not one.reversible and not one.lifted]
        await self._bulk.apply(
            [
                tombstone(self._names.holding(one.target), document_id(one.target), raised(one).removed)
                for one in removed
            ]
        )

    async def _left(self, judgements: Sequence[Judgement]) -> set[str]:
        """Those of the judged mentions that no version of can come back."""
        known = await self._mentions.known(one.mention for one in judgements)
        left = {mention for mention, one in known.items() if is_gone(one) and content_ms(one.order) >= FOR_EVER}
        return left | {one.mention for one in judgements if self._notes.over(one.mention, "").removed >= FOR_EVER}

    async def _meet(self, others: Sequence[Item]) -> None:
        ended = [item for item in others if isinstance(item, Deletion)]
        await self._clear.sweep([item.target for item in ended if item.scope is Scope.AUTHOR])
        hidden = [item.target for item in ended if item.scope is Scope.MENTION and (item.reversible or item.lifted)]
        await self._mentions.renew([*hidden, *(item.mention for item in others if isinstance(item, Judgement))])


def _for_ever(tombstones: Mapping[str, Tombstone]) -> set[str]:
    return {target for target, one in tombstones.items() if one.removed >= FOR_EVER}


def _sorted(items: Sequence[Item]) -> tuple[list[tuple[int, Enriched]], Numbered, Refusals]:
    """Mentions, the others, and those of the others that cannot be stored."""
    mentions: list[tuple[int, Enriched]] = []
    others: Numbered = []
    refused: Refusals = []
    for number, item in enumerate(items):
        if isinstance(item, Enriched):
            mentions.append((number, item))
            continue
        try:
            _check(item)
        except UNFIT as error:
            refused.append((number, failure(type(item).__name__.lower(), error)))
        else:
            others.append((number, item))
    return mentions, others, refused


def _check(item: Item) -> None:
    match item:
        case Deletion():
            fitting(item.target, "")
        case Judgement():
            fitting(item.mention, item.name)
    encode(item)
