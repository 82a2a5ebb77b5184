"""Deleted text leaves the log too: a reader of its own follows the deletions and empties what they name.

It empties as well what was erased on request while it was on its way from one log topic to the next.
Batched, because each pass looks through whole log topics; a deletion is honoured in the log within FORGET_EVERY seconds
or when the keeper ends.
What another reader has yet to see, the deletion itself above all, stays.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from core.codec import decode
from core.errors import Reject, Retry
from core.order import content_time
from core.ports import Log, Record
from core.topics import DEAD, ENRICHED, MENTIONS
from core.types import DeadLetter, Deletion, Enriched, Mention, Scope
from klankbord.erasures import Erasures

GROUP = "forgetting"
FORGET_EVERY = 30.0
AGAIN_AFTER = 1.0
MOST = 5_000
FOR_EVER = datetime.max.replace(tzinfo=UTC)
_DELETION = b'{"type":"deletion"'


class _Author(msgspec.Struct):
    id: str


class _Named(msgspec.Struct):
    id: str
    author: _Author


class _Passing(msgspec.Struct):
    """As much of an Enriched as says whose it is."""

    mention: _Named


_passing = msgspec.json.Decoder(_Passing).decode


async def forget(log: Log, erased: Erasures, stop: asyncio.Event, *, every: float = FORGET_EVERY) -> None:
    """Follow the deletions until `stop` is set, and once more then."""
    async with log.reader(ENRICHED, GROUP) as reader:
        stopping = False
        while not stopping:
            stopping = stop.is_set()
            while records := await reader.read(MOST, 0):
                if not await _emptied(log, _gone(records) | _erased(records, erased), stop):
                    return
                await reader.commit(records[-1].offset)
            if not stopping:
                await _pause(stop, every)


async def _emptied(log: Log, gone: dict[str, datetime], stop: asyncio.Event) -> bool:
    """Whether it could be done; another program may have the log locked, and then the next run does it."""
    while True:
        try:
            await empty(log, gone)
        except Retry:
            if stop.is_set():
                return False
            await _pause(stop, AGAIN_AFTER)
        else:
            return True


async def empty(log: Log, gone: dict[str, datetime]) -> None:
    """Empty what the log holds of these mentions up to their deletions."""
    if gone:
        for topic in (MENTIONS, ENRICHED, DEAD):
            await log.forget(topic, list(gone), doomed=lambda record: _doomed(record, gone[record.key]))


def _gone(records: Sequence[Record]) -> dict[str, datetime]:
    """Mention ids with the time of their deletion."""
    found = [decode(record.value) for record in records if record.value.startswith(_DELETION)]
    return {
        message.target: message.at
        for message in found
        if isinstance(message, Deletion) and message.scope is Scope.MENTION and not message.reversible
    }


def _erased(records: Sequence[Record], erased: Erasures) -> dict[str, datetime]:
    """Mention ids of what was erased on request, or whose author was."""
    if not erased.any():
        return {}
    found = [_whose(record) for record in records if not record.value.startswith(_DELETION)]
    return {one.id: FOR_EVER for one in found if one and (erased(one.id) or erased(one.author.id))}


def _whose(record: Record) -> _Named | None:
    try:
        return _passing(record.value).mention
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _doomed(record: Record, at: datetime) -> bool:
    try:
        message = decode(record.value)
    except Reject:
        return True
    match message:
        case Mention() as mention:
            return content_time(mention) <= at
        case Enriched(mention=mention):
            return content_time(mention) <= at
        case DeadLetter():
            return True
        case _:
            return False


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
