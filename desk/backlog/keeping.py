"""Keeps the items of a tracker true to what rises: each topic is one, whatever is cut short, and what people do there stands.

1. What rises is noted in the desk. 2. What is begun over there is noted before it is: `begun_at` for what must not be done
twice, `writing` for a text. 3. It is done, and noted. Who finds `begun_at` does not know what became of it, waits until the
tracker can tell, and asks by the marker before anything is made again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.backlog import Seen, State, Tracker
from core.document import Stored
from core.emerging import Emergence, Member, Risen
from core.errors import Reject, Retry
from core.ports import ArchiveReader
from core.time import Clock
from desk.backlog.composing import Composer
from desk.store import backlog, emerging
from desk.store.backlog import Kept, Known
from desk.store.database import Database
from picture.emerged import Emerging, emerged

AGAIN = timedelta(hours=6)
"""How long a topic has to be quiet before it counts as rising again."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """One tracker and what is kept of it. `system` names it; `composer` is asked for at each round, for it holds the time."""

    database: Database
    archive: ArchiveReader
    tracker: Tracker
    system: str
    composer: Callable[[], Composer]
    clock: Clock
    every: timedelta
    reopens: bool
    report: Callable[[str], None]

    async def once(self) -> None:
        """One round. Whatever one topic meets, the others have their turn; then Retry says that something has to wait."""
        composer = self.composer()
        rising = await self._rising(composer)
        await self._note(rising)
        kept = {topic: one for topic, one in (await backlog.every(self.database)).items() if one.system == self.system}
        known = await backlog.members(self.database, list(kept))
        lost = await self._lost(kept, known)
        waits: Retry | None = None
        for topic, one in kept.items():
            if not self._due(one, rising=topic in rising, lost=topic in lost):
                continue
            shown = rising.get(topic) or await self._told(one, known[topic], composer)
            try:
                await self._bring(one, shown, composer, rising=topic in rising, lost=topic in lost)
            except Reject as error:
                await self._refused(one, str(error))
            except Retry as error:
                waits = waits or error
        if waits:
            raise waits

    async def _rising(self, composer: Composer) -> Mapping[str, Emerging]:
        """What rises now and is to be an item, by its id."""
        found = await emerging.now(self.database)
        if found is None or found.learned < 1:
            return {}
        shown = await emerged(self.archive, found, most=len(found.topics), tells=composer.leaving.texts)
        return {one.id: one for one in shown if composer.concerns(one)}

    async def _note(self, rising: Mapping[str, Emerging]) -> None:
        kept, now = await backlog.every(self.database), self.clock()
        for topic, one in rising.items():
            voices, usual, hours = one.voices, one.usual, one.hours
            if topic not in kept:
                new = Kept(
                    topic=topic,
                    system=self.system,
                    first_at=now,
                    last_at=now,
                    voices=voices,
                    usual=usual,
                    hours=hours,
                )
                await backlog.add(self.database, new)
                await backlog.put_members(self.database, topic, _known(one, ()))
                continue
            before = kept[topic]
            again = now - before.last_at >= AGAIN
            rises = before.rises + again
            await backlog.note(self.database, topic, last_at=now, rises=rises, voices=voices, usual=usual, hours=hours)

    async def _lost(self, kept: Mapping[str, Kept], known: Mapping[str, Sequence[Known]]) -> set[str]:
        """Topics whose item shows a message that must not be shown any more."""
        quoted = {topic: [one.mention for one in those if one.quoted is not None] for topic, those in known.items()}
        wanted = [mention for those in quoted.values() for mention in those]
        there = await self.archive.several(wanted) if wanted else {}
        return {
            topic
            for topic, one in kept.items()
            if one.native and one.state != backlog.GONE
            if len(quoted[topic]) < one.quoted or any(mention not in there for mention in quoted[topic])
        }

    def _due(self, one: Kept, *, rising: bool, lost: bool) -> bool:
        if one.state in (backlog.GONE, backlog.REFUSED):
            return False
        if one.native is None:
            return rising or one.begun_at is not None
        looked = one.looked_at
        if lost or one.rises > one.told_rises or looked is None:
            return True
        return self.clock() - looked >= self.every and looked < one.last_at + self.every

    async def _told(self, one: Kept, known: Sequence[Known], composer: Composer) -> Emerging | None:
        """A topic that does not rise any more, as far as it still stands."""
        members = tuple(Member(each.mention, each.author, voice=True) for each in known)
        risen = Risen(id=one.topic, members=members, voices=one.voices, usual=one.usual, hours=one.hours, trend=())
        found = Emergence(at=one.last_at, learned=1, topics=(risen,))
        shown = await emerged(self.archive, found, most=1, tells=composer.leaving.texts)
        return shown[0] if shown else None

    async def _bring(self, one: Kept, topic: Emerging | None, composer: Composer, *, rising: bool, lost: bool) -> None:
        if one.native is None:
            await self._make(one, topic, composer, rising=rising)
            return
        seen = await self.tracker.look(one.native)
        now = self.clock()
        if seen is None:
            await self._save(one, state=backlog.GONE, looked_at=now)
            await backlog.put_members(self.database, one.topic, ())
            return
        await self._save(one, state=_state(seen), looked_at=now, refused=None)
        if one.rises > one.told_rises and not await self._say(one, one.native, seen, composer):
            return
        if lost or seen.state is State.OPEN:
            await self._write(one, one.native, seen, topic, composer, lost=lost)

    async def _make(self, one: Kept, topic: Emerging | None, composer: Composer, *, rising: bool) -> None:
        item = composer.item(one, topic)
        if one.begun_at is not None:
            if self.clock() - one.begun_at < self.tracker.settles:
                return
            native = await self.tracker.find(item.marker, one.begun_at)
            if native is not None:
                await self._save(one, native=native, written=one.writing, begun_at=None)
                return
            if not rising:
                await self._save(one, begun_at=None)
                return
        digest = self._digest(self.tracker.spelled(item))
        quoted = composer.quoted(topic)
        await self._knows(one, topic, quoted)
        await self._save(one, begun_at=self.clock(), writing=digest, quoted=len(quoted))
        native = await self.tracker.make(item)
        await self._save(one, native=native, written=digest, begun_at=None, looked_at=self.clock())

    async def _say(self, one: Kept, native: str, seen: Seen, composer: Composer) -> bool:
        """Tell that it rises again, once each time it does; whether that is known to stand there."""
        text, marker = composer.rose_again(one)
        if one.begun_at is not None and self.clock() - one.begun_at < self.tracker.settles:
            return False
        if one.begun_at is None or not await self.tracker.said(native, marker):
            await self._save(one, begun_at=self.clock())
            await self.tracker.comment(native, text, marker)
        if self.reopens and seen.state is State.CLOSED:
            await self.tracker.reopen(native)
        await self._save(one, begun_at=None, told_rises=one.rises)
        return True

    async def _write(
        self, one: Kept, native: str, seen: Seen, topic: Emerging | None, composer: Composer, *, lost: bool
    ) -> None:
        """Bring its text up to date; one that people wrote in is theirs, unless it shows what must go."""
        there = self._digest(seen.spelled)
        if there not in (one.written, one.writing) and not lost:
            return
        item = composer.item(one, topic)
        digest = self._digest(self.tracker.spelled(item))
        if digest != there:
            await self._save(one, written=there, writing=digest)
            await self.tracker.write(native, item)
        quoted = composer.quoted(topic)
        await self._knows(one, topic, quoted)
        await self._save(one, written=digest, writing=digest, quoted=len(quoted))

    async def _refused(self, one: Kept, why: str) -> None:
        """What cannot be made is not tried again; what is there is, the next time."""
        if one.native is None:
            await self._save(one, state=backlog.REFUSED, refused=why, begun_at=None)
        else:
            await self._save(one, refused=why, looked_at=self.clock(), begun_at=None, told_rises=one.rises)
        self.report(f"backlog: {why}")

    async def _knows(self, one: Kept, topic: Emerging | None, quoted: Sequence[Stored]) -> None:
        known = _known(topic, quoted) if topic else ()
        await backlog.put_members(self.database, one.topic, known)

    async def _save(self, one: Kept, **fields: object) -> None:
        await backlog.note(self.database, one.topic, **fields)

    @staticmethod
    def _digest(spelled: str) -> str:
        return hashlib.sha256(spelled.encode()).hexdigest()[:32]


def _known(topic: Emerging, quoted: Sequence[Stored]) -> list[Known]:
    places = {one.enriched.mention.id: place for place, one in enumerate(quoted)}
    mentions = [one.enriched.mention for one in topic.mentions]
    return [Known(mention=one.id, author=one.author.id, quoted=places.get(one.id)) for one in mentions]


def _state(seen: Seen) -> str:
    return backlog.OPEN if seen.state is State.OPEN else backlog.CLOSED
