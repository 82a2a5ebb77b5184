"""What every write meets: tombstones of accounts, judgements and retention, kept as notes and held in memory.

The one process that writes holds them; each is stored before it is held. Other processes ask the index.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from core.codec import encode
from core.order import within
from core.ports import Erased
from core.time import milliseconds
from core.types import Coverage, Deletion, Judgement, Mute
from core.words import fold
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_pages import pages
from sinks._elastic_rows import Action, put, take_away
from sinks._elastic_schema import Names, Note, document_id, note_id
from sinks._elastic_troubles import Refused
from sinks._judged import outranks
from sinks._tombstone import NONE, Tombstone, raised

_HELD = (Note.ACCOUNT, Note.JUDGEMENT, Note.RETENTION)


class _Fields(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A note's document but for its body; sinks/_elastic_schema.py says what it holds."""

    kind: str
    subject: str | None = None
    target: str | None = None
    removed: int = -1
    hidden: int = -1
    lifted: int = -1
    before: int | None = None
    since: int | None = None
    until: int | None = None


class Kept(_Fields, omit_defaults=True, kw_only=True):
    """A note to be written."""

    body: msgspec.Raw | None = None


class Held(_Fields, kw_only=True):
    """A note as read."""

    body: msgspec.Raw = msgspec.Raw()


class _Got(msgspec.Struct):
    source: Held = msgspec.field(name="_source")


_held = msgspec.json.Decoder(Held).decode
_judgement = msgspec.json.Decoder(Judgement).decode


class Notes:
    """Reads all once, then keeps up by itself."""

    def __init__(self, engine: Engine, bulk: Bulk, names: Names, *, erased: Erased) -> None:
        self._engine, self._bulk, self._index, self._erased = engine, bulk, names.notes, erased
        self._tombstones: dict[str, Tombstone] = {}
        self._said: dict[str, dict[str, Judgement]] = {}
        self._cuts: dict[str, int] = {}
        self._ready = False
        self._reading = asyncio.Lock()

    async def ready(self) -> None:
        """Read what is stored, once."""
        async with self._reading:
            if not self._ready:
                await self.load()

    async def load(self) -> None:
        """Read what is stored now."""
        await self._engine.refresh(self._index)
        self._tombstones, self._said, self._cuts = {}, {}, {}
        async for hits in pages(self._engine, self._index, {"terms": {"kind": _HELD}}, by="_doc", size=1000):
            for hit in hits:
                self._hold(_held(hit.source))
        self._ready = True

    def over(self, mention: str, author: str) -> Tombstone:
        """What is known of the end of a mention and of its author together."""
        if not self._tombstones:
            return NONE
        one, other = self._tombstones.get(document_id(author)), self._tombstones.get(document_id(mention))
        return one.joined(other or NONE) if one else other or NONE

    def said(self, mention: str) -> list[Judgement]:
        """The judgements that count for it, by name."""
        found = self._said.get(mention)
        return [found[name] for name in sorted(found)] if found else []

    def cut(self, source: str) -> int | None:
        """What the configured source saw before that time (ms) stays away; None where nothing does."""
        return self._cuts.get(source)

    async def delete(self, deletions: Sequence[Deletion]) -> None:
        """Keep their tombstones."""
        new = self.new((document_id(deletion.target), raised(deletion)) for deletion in deletions)
        await self.keep(new)
        self.hold(new)

    def new(self, ended: Iterable[tuple[str, Tombstone]]) -> Mapping[str, Tombstone]:
        """Those of these tombstones, by target and joined with what is held, that say more than what is held."""
        new: dict[str, Tombstone] = {}
        for target, one in ended:
            new[target] = new.get(target, self._tombstones.get(target, NONE)).joined(one)
        return {target: one for target, one in new.items() if one != self._tombstones.get(target, NONE)}

    async def keep(self, tombstones: Mapping[str, Tombstone]) -> None:
        """Store them."""
        await self._bulk.apply([self._tombstone(target, one) for target, one in tombstones.items()])

    def about(self, targets: Collection[str]) -> list[str]:
        """The judged mentions among those of which only the document_id is known."""
        return [mention for mention in self._said if document_id(mention) in targets] if targets else []

    def hold(self, tombstones: Mapping[str, Tombstone]) -> None:
        """From now on every mention meets them."""
        self._tombstones.update(tombstones)

    def unready(self) -> None:
        """Read what is stored again before the next write."""
        self._ready = False

    async def judge(self, judgements: Sequence[Judgement], left: Collection[str]) -> None:
        """Keep those that count rather than what was said before; none of a mention in `left`, which is gone for ever."""
        latest: dict[tuple[str, str], Judgement] = {}
        for said in judgements:
            known = latest.get((said.mention, said.name)) or self._said.get(said.mention, {}).get(said.name)
            if outranks(said, known) and said.mention not in left and not self._erased(said.mention):
                latest[said.mention, said.name] = said
        await self._bulk.apply([self._judgement(one) for one in latest.values()])
        for (mention, name), said in latest.items():
            self._said.setdefault(mention, {})[name] = said

    async def mute(self, mutes: Sequence[Mute]) -> None:
        """Keep the latest word on each author or word."""
        actions = []
        for mute in mutes:
            if mute.author and not self._erased(mute.author):
                actions.append(self._mute(f"author:{mute.author}", mute))
            if mute.word:
                actions.append(self._mute(f"word:{fold(mute.word)}", mute))
        await self._bulk.apply(actions)

    async def cover(self, coverages: Sequence[Coverage]) -> None:
        """Keep each once."""
        await self._bulk.apply([self._coverage(one) for one in coverages])

    async def retain(self, source: str, before: int) -> None:
        """From now on what that configured source saw before that time (ms) stays away."""
        known = self.cut(source)
        if known is None or before > known:
            note = Kept(kind=Note.RETENTION, subject=source, before=before)
            await self._bulk.apply([self._put(note_id(Note.RETENTION, source), within(before), note)])
            self._cuts[source] = before

    async def wiped(self) -> int | None:
        """When the engine's files were last wiped (ms), if ever."""
        try:
            answer = await self._engine.ask("GET", f"/{self._index}/_doc/{note_id(Note.WIPED)}")
        except Refused as error:
            if error.status == 404:
                return None
            raise
        return msgspec.json.decode(answer, type=_Got).source.before

    async def wipe(self, at: int) -> None:
        """The engine's files were wiped at that time (ms)."""
        await self._bulk.apply([self._put(note_id(Note.WIPED), within(at), Kept(kind=Note.WIPED, before=at))])

    async def forget(self, *, mentions: Iterable[str], authors: Sequence[str] = ()) -> None:
        """What was said of these, gone as well."""
        gone = [note_id(Note.MUTE, f"author:{author}") for author in authors]
        said = {mention: self._said[mention] for mention in mentions if mention in self._said}
        gone += [note_id(Note.JUDGEMENT, mention, name) for mention, names in said.items() for name in names]
        await self._bulk.apply([take_away(self._index, one) for one in gone])
        for mention in said:
            del self._said[mention]

    def _hold(self, kept: Held) -> None:
        match kept.kind:
            case Note.ACCOUNT if kept.target:
                self._tombstones[kept.target] = Tombstone(kept.removed, kept.hidden, kept.lifted)
            case Note.JUDGEMENT if kept.body:
                said = _judgement(kept.body)
                self._said.setdefault(said.mention, {})[said.name] = said
            case Note.RETENTION if kept.subject is not None and kept.before is not None:
                self._cuts[kept.subject] = kept.before

    def _put(self, identifier: str, version: int, note: Kept) -> Action:
        return put(self._index, identifier, version, note, equal=True)

    def _tombstone(self, target: str, one: Tombstone) -> Action:
        note = Kept(kind=Note.ACCOUNT, target=target, removed=one.removed, hidden=one.hidden, lifted=one.lifted)
        return self._put(note_id(Note.ACCOUNT, target), one.removed + one.hidden + one.lifted + 3, note)

    def _judgement(self, said: Judgement) -> Action:
        note = Kept(kind=Note.JUDGEMENT, body=msgspec.Raw(encode(said)))
        return self._put(note_id(Note.JUDGEMENT, said.mention, said.name), within(milliseconds(said.at)), note)

    def _mute(self, subject: str, mute: Mute) -> Action:
        note = Kept(kind=Note.MUTE, subject=subject, body=msgspec.Raw(encode(mute)))
        return self._put(note_id(Note.MUTE, subject), within(milliseconds(mute.at)), note)

    def _coverage(self, coverage: Coverage) -> Action:
        since = None if coverage.since is None else milliseconds(coverage.since)
        until = None if coverage.until is None else milliseconds(coverage.until)
        body = encode(coverage)
        identifier = note_id(Note.COVERAGE, body.decode())
        subject = coverage.source if coverage.gap is None else None
        note = Kept(
            kind=Note.COVERAGE, subject=subject, target=identifier, since=since, until=until, body=msgspec.Raw(body)
        )
        return put(self._index, identifier, 1, note)
