"""What of a log is not done: records that their reader has yet to take, and dead letters that wait. It goes to another log.

A record that stands in the other log already is not appended again, so that this can be repeated after any end.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TypedDict

from msgspec.structs import replace

from core.codec import encode
from core.ports import Log
from core.topics import COVERAGE, DEAD, ENRICHED, JUDGEMENTS, MENTIONS, replay
from core.types import Coverage, DeadLetter
from klankbord.moving.tally import Row
from stream.replay import letter_of, replayed

AT_ONCE = 500
LOOKED_AT = 5_000
LAST_WAIT = 2.0
"""Seconds to wait for records that a group's lag still counts: where they were forgotten, none come."""

Entry = tuple[str, bytes]
Entries = AsyncIterator[Sequence[Entry]]
Tick = Callable[[int], None]
Patient = Callable[[Callable[[], Awaitable[object]]], Awaitable[object]]


class How(TypedDict):
    """`patient` runs an append until it is done; `tick` is told how many records are."""

    patient: Patient
    tick: Tick


def readers(sink: str) -> dict[str, tuple[str, str]]:
    """Log topic to what waits in it, and the group that has to do it."""
    return {
        MENTIONS: ("messages not yet understood", "stream"),
        ENRICHED: ("mentions not yet archived", sink),
        JUDGEMENTS: ("judgements not yet applied", sink),
        COVERAGE: ("coverage not yet archived", sink),
        replay(sink): ("replayed letters not yet archived", sink),
    }


def unread(sink: str) -> tuple[str, ...]:
    """The log topics of which a sink beside the archive may have something to read."""
    return (ENRICHED, JUDGEMENTS, replay(sink))


async def waiting(log: Log, sink: str, others: Sequence[str]) -> int:
    """How many records wait in all, about: for the archive, which is `sink`, and for the others."""
    groups = {(topic, group) for topic, (_, group) in readers(sink).items()}
    groups |= {(topic, name) for name in others for topic in unread(name)}
    return sum(row.lag for row in await log.state() if (row.topic, row.group) in groups)


async def carry(here: Log, there: Log, *, sink: str, patient: Patient, tick: Tick) -> list[Row]:
    """All that waits, topic by topic, dead letters last. `patient` runs an append until it is done."""
    rows = []
    for topic, (what, group) in readers(sink).items():
        rows.append(Row.of(what, *await _along(_undone(here, topic, group), there, topic, patient, tick)))
    return [*rows, Row.of("dead letters not replayed", *await _along(_letters(here), there, DEAD, patient, tick))]


async def carry_unread(here: Log, there: Log, *, sink: str, patient: Patient, tick: Tick) -> Row:
    """What a sink beside the archive has yet to read goes to it alone over there, as if it were replayed.

    It is told which mentions changed and does what is true then, and of that nothing that was done: so it does no
    harm that it is told once more of what the archive has yet to take.
    """

    async def entries() -> Entries:
        for topic in unread(sink):
            async for chunk in _undone(here, topic, sink):
                yield chunk

    return Row.of(f"not yet read by {sink}", *await _along(entries(), there, replay(sink), patient, tick))


async def carry_cursors(here: Log, there: Log, patient: Patient) -> Row:
    """Where each stream goes on: last of all, so that nothing is passed over by a move that was cut short."""
    cursors = await here.cursors()
    stored = await there.cursors()
    for (source, stream), cursor in sorted(cursors.items()):
        if stored.get((source, stream)) != cursor:
            at = Coverage(source=source, stream=stream, cursor_from=cursor, cursor_to=cursor)
            await patient(partial(there.remember, at))
    stored = await there.cursors()
    return Row.of("cursors", len(cursors), sum(stored.get(key) == cursor for key, cursor in cursors.items()))


async def _along(entries: Entries, there: Log, topic: str, patient: Patient, tick: Tick) -> tuple[int, int]:
    """Append what is missing; returns how many there were, and how many of them stand there now."""
    left, all_of_them = await _standing(there, topic), Counter[bytes]()
    async for chunk in entries:
        missing = []
        for entry in chunk:
            mark = _mark(*entry)
            all_of_them[mark] += 1
            if left[mark]:
                left[mark] -= 1
            else:
                missing.append(entry)
        if missing:
            await patient(partial(there.append, topic, missing))
        tick(len(chunk))
    return all_of_them.total(), (all_of_them & await _standing(there, topic)).total() if all_of_them else 0


async def _standing(log: Log, topic: str) -> Counter[bytes]:
    found, offset = Counter[bytes](), 0
    while records := await log.after(topic, offset, LOOKED_AT):
        offset = records[-1].offset
        found.update(_mark(record.key, record.value) for record in records if record.value)
    return found


def _mark(key: str, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=12, key=hashlib.blake2b(key.encode()).digest()).digest()


async def _undone(log: Log, topic: str, group: str) -> Entries:
    """What that group has yet to do, read as the group would and not committed."""
    async with log.reader(topic, group) as reader:
        left = sum(row.lag for row in await log.state() if (row.topic, row.group) == (topic, group))
        while left > 0 and (records := await reader.read(AT_ONCE, LAST_WAIT)):
            left -= len(records)
            yield [(record.key, record.value) for record in records if record.value]


async def _letters(log: Log) -> Entries:
    """Dead letters that were not replayed: their offsets mean nothing in another log."""
    done, offset = await replayed(log), 0
    while records := await log.after(DEAD, offset, AT_ONCE):
        offset = records[-1].offset
        letters = [(record.key, letter_of(record)) for record in records if record.offset not in done]
        yield [(key, encode(await _whole(log, letter))) for key, letter in letters if letter is not None]


async def _whole(log: Log, letter: DeadLetter) -> DeadLetter:
    """The letter with all of its payload, which is read from the log it leaves where the letter has only its beginning."""
    topic, _, offset = letter.origin.rpartition("@")
    if letter.size > len(letter.payload) and topic and offset.isdecimal():
        for record in await log.after(topic, int(offset) - 1, 1):
            if hashlib.sha256(record.value).hexdigest() == letter.sha256:
                return replace(letter, payload=record.value)
    return letter
