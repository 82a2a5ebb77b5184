"""Dead letters on their way back: to the stage that refused them and to no other, each once."""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from datetime import datetime

import msgspec

from core import codec, topics
from core.errors import Reject
from core.ports import Erased, Log
from core.types import DeadLetter, Enriched, Mention

Entry = tuple[str, bytes]
Letter = tuple[int, DeadLetter]
"""A dead letter with its offset in log topic `dead`."""

Parse = Callable[[DeadLetter], Sequence[Entry]]
"""What a dead letter of stage "ingest" says: its payload, a source's own input, as (key, value) entries of topic
`mentions`. Raises Reject where it still cannot be read."""

INGEST, STREAM = "ingest", "stream"
AT_ONCE = 200


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the letters: `sent`, `before` (replayed earlier), and offset and sentence of those `refused`."""

    sent: int = 0
    before: int = 0
    refused: tuple[tuple[int, str], ...] = ()


async def select(
    log: Log,
    *,
    stage: str | None = None,
    error: str | None = None,
    since: datetime | None = None,
    key: str | None = None,
) -> AsyncIterator[Letter]:
    """The dead letters that all of these describe, oldest first, replayed ones among them."""
    offset = 0
    while records := await log.after(topics.DEAD, offset, AT_ONCE):
        offset = records[-1].offset
        for record in records:
            letter = codec.decode(record.value)
            if (
                isinstance(letter, DeadLetter)
                and stage in (None, letter.stage)
                and error in (None, letter.error)
                and key in (None, letter.key)
                and (since is None or letter.at >= since)
            ):
                yield record.offset, letter


async def replayed(log: Log) -> set[int]:
    """Offsets of the dead letters that were replayed."""
    offset, found = 0, set[int]()
    while records := await log.after(topics.REPLAYED, offset, 10 * AT_ONCE):
        offset = records[-1].offset
        found.update(int(record.key) for record in records)
    return found


async def replay(log: Log, letters: AsyncIterable[Letter], *, parse: Parse, erased: Erased) -> Replayed:
    """Send the letters back. What was erased stays away, and what was replayed once is not sent again.

    Dies this half-way, a few letters may be sent twice; what reads them takes the second for the first.
    """
    back = _Back(log, parse, erased, await replayed(log))
    async for offset, letter in letters:
        await back.add(offset, letter)
    await back.send()
    return Replayed(sent=back.sent, before=back.before, refused=tuple(back.refused))


class _Back:
    """Letters gathered until there are enough for one append a topic."""

    def __init__(self, log: Log, parse: Parse, erased: Erased, known: set[int]) -> None:
        self._log = log
        self._parse = parse
        self._erased = erased
        self._known = known
        self._entries: dict[str, list[Entry]] = {}
        self._offsets: list[int] = []
        self.sent = self.before = 0
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
        if len(self._offsets) >= AT_ONCE:
            await self.send()

    async def send(self) -> None:
        for topic, entries in self._entries.items():
            await self._log.append(topic, entries)
        await self._log.append(topics.REPLAYED, [(str(offset), b"replayed") for offset in self._offsets])
        self.sent += len(self._offsets)
        self._entries, self._offsets = {}, []

    async def _addressed(self, letter: DeadLetter) -> tuple[str, Sequence[Entry]]:
        whole = msgspec.structs.replace(letter, payload=await self._payload(letter))
        if letter.stage == INGEST:
            topic, entries = topics.MENTIONS, self._parse(whole)
        elif letter.stage == STREAM:
            topic, entries = topics.MENTIONS, [(letter.key, whole.payload)]
        else:
            topic, entries = topics.replay(letter.stage), [(letter.key, whole.payload)]
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
        try:
            message = codec.decode(value)
        except Reject:
            message = None  # its stage will say so again, unless it was mended
        mention = message.mention if isinstance(message, Enriched) else message
        author = mention.author.id if isinstance(mention, Mention) else ""
        if self._erased(key) or (author and self._erased(author)):
            raise Reject(f"{key} was erased on request", reason="erased")
