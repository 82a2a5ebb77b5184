"""Dead letters on their way back: to the stage that refused them and to no other, each once."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import datetime

import msgspec

from core import codec, topics
from core.errors import Reject
from core.ports import Erased, Log, Record
from core.types import DeadLetter, Enriched, Mention
from stream.pace import Pace

Entry = tuple[str, bytes]
Letter = tuple[int, DeadLetter]
"""A dead letter with its offset in log topic `dead`."""

Parse = Callable[[DeadLetter], Sequence[Entry]]
"""What a dead letter of stage "ingest" says: its payload, a source's own input, as (key, value) entries of topic
`mentions`. Raises Reject where it still cannot be read."""

Settle = Callable[[], Awaitable[None]]

INGEST, STREAM = "ingest", "stream"
AT_ONCE = 200


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the letters.

    stages   how many were sent to which stage
    before   how many had been replayed earlier
    refused  offset and sentence of those that stay
    """

    stages: dict[str, int] = {}
    before: int = 0
    refused: tuple[tuple[int, str], ...] = ()

    @property
    def sent(self) -> int:
        return sum(self.stages.values())


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which dead letters: those that all of this describes. `since` and `until` are half open."""

    stage: str | None = None
    error: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    key: str | None = None

    def takes(self, letter: DeadLetter) -> bool:
        return (
            self.stage in (None, letter.stage)
            and self.error in (None, letter.error)
            and self.key in (None, letter.key)
            and (self.since is None or letter.at >= self.since)
            and (self.until is None or letter.at < self.until)
        )


EVERY = Choice()


async def select(log: Log, choice: Choice = EVERY) -> AsyncIterator[Letter]:
    """The dead letters of that choice, oldest first, replayed ones among them; those that were forgotten are left out."""
    offset = 0
    while records := await log.after(topics.DEAD, offset, AT_ONCE):
        offset = records[-1].offset
        for record in records:
            letter = letter_of(record)
            if letter is not None and choice.takes(letter):
                yield record.offset, letter


def letter_of(record: Record) -> DeadLetter | None:
    """The dead letter in a record of log topic `dead`; None where it was forgotten or is none of ours."""
    try:
        letter = codec.decode(record.value) if record.value else None
    except Reject:
        return None
    return letter if isinstance(letter, DeadLetter) else None


async def replayed(log: Log) -> set[int]:
    """Offsets of the dead letters that were replayed."""
    offset, found = 0, set[int]()
    while records := await log.after(topics.REPLAYED, offset, 10 * AT_ONCE):
        offset = records[-1].offset
        found.update(int(record.key) for record in records)
    return found


async def nothing() -> None:
    """There is nothing to settle."""


async def replay(
    log: Log,
    letters: AsyncIterable[Letter],
    *,
    parse: Parse,
    erased: Erased,
    sinks: Collection[str],
    pace: Pace | None = None,
    dry: bool = False,
    settle: Settle = nothing,
) -> Replayed:
    """Send the letters back, no faster than `pace`. What was erased stays away, and what was replayed once is not sent again.

    Dies this half-way, a few letters may be sent twice; what reads them takes the second for the first.
    sinks   those there are: letters of others stay
    dry     say what would become of them and send nothing
    settle  called whenever all that `parse` gave so far is in the log
    """
    back = _Back(log, parse, erased, sinks, known=await replayed(log), pace=pace or Pace(None), dry=dry, settle=settle)
    async for offset, letter in letters:
        await back.add(offset, letter)
    await back.send()
    return Replayed(stages=dict(back.stages), before=back.before, refused=tuple(back.refused))


class _Back:
    """Letters gathered until there are enough for one append a topic."""

    def __init__(
        self,
        log: Log,
        parse: Parse,
        erased: Erased,
        sinks: Collection[str],
        *,
        known: set[int],
        pace: Pace,
        dry: bool,
        settle: Settle,
    ) -> None:
        self._log, self._parse, self._erased, self._sinks, self._known = log, parse, erased, sinks, known
        self._pace, self._dry, self._settle = pace, dry, settle
        self._entries: dict[str, list[Entry]] = {}
        self._offsets: list[int] = []
        self.stages, self.before = Counter[str](), 0
        self.refused: list[tuple[int, str]] = []

    async def add(self, offset: int, letter: DeadLetter) -> None:
        if offset in self._known:
            self.before += 1
            return
        try:
            topic, entries = await self._addressed(letter)
        except Reject as error:
            self.refused.append((offset, str(error)))
            return
        self._entries.setdefault(topic, []).extend(entries)
        self._offsets.append(offset)
        self._known.add(offset)
        self.stages[letter.stage] += 1
        if len(self._offsets) >= self._pace.batch(AT_ONCE):
            await self.send()

    async def send(self) -> None:
        if self._offsets and not self._dry:
            await self._pace.spend(len(self._offsets))
            for topic, entries in self._entries.items():
                if left := [entry for entry in entries if not self._gone(*entry)]:
                    await self._log.append(topic, left)
            await self._settle()
            await self._log.append(topics.REPLAYED, [(str(offset), b"replayed") for offset in self._offsets])
        self._entries, self._offsets = {}, []

    async def _addressed(self, letter: DeadLetter) -> tuple[str, Sequence[Entry]]:
        whole = msgspec.structs.replace(letter, payload=await self._payload(letter))
        if letter.stage == INGEST:
            topic, entries = topics.MENTIONS, self._parse(whole)
        elif letter.stage == STREAM:
            topic, entries = topics.MENTIONS, [(letter.key, whole.payload)]
        elif letter.stage in self._sinks:
            topic, entries = topics.replay(letter.stage), [(letter.key, whole.payload)]
        else:
            raise Reject(
                f'{letter.origin}: there is no sink "{letter.stage}" in the configuration now', reason="no sink"
            )
        for entry in entries:
            self._admit(*entry)
        return topic, entries

    async def _payload(self, letter: DeadLetter) -> bytes:
        """The whole payload, from the record it came from where the letter holds only its beginning."""
        if letter.size <= len(letter.payload):
            return letter.payload
        topic, _, offset = letter.origin.rpartition("@")
        if topic and offset.isdecimal():
            for record in await self._log.after(topic, int(offset) - 1, 1):
                if hashlib.sha256(record.value).hexdigest() == letter.sha256:
                    return record.value
        raise Reject(
            f"{letter.key or letter.origin}: only {len(letter.payload)} of its {letter.size} bytes were kept, "
            "and the record it came from is no longer in the log",
            reason="cut",
        )

    def _admit(self, key: str, value: bytes) -> None:
        if self._gone(key, value):
            raise Reject(f"{key} was erased on request", reason="erased")

    def _gone(self, key: str, value: bytes) -> bool:
        """Whether it was erased: asked again just before it is sent, for a slow pace leaves time for an erasure."""
        try:
            message = codec.decode(value)
        except Reject:
            message = None  # its stage will say so again, unless it was mended
        mention = message.mention if isinstance(message, Enriched) else message
        author = mention.author.id if isinstance(mention, Mention) else ""
        return self._erased(key) or (bool(author) and self._erased(author))
