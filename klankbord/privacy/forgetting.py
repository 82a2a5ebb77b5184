"""Deleted text leaves the log too: a reader of its own follows the deletions and empties what they name.

A mention's deletion empties its records up to that time; an account gone for good those of all it wrote. What was erased
on request while it was on its way from one log topic to the next goes as well, and what comes in late, after its
deletion. Whatever copy comes in late leaves a trail in the log topics that are read here; so they are emptied before
`mentions`, and a copy that comes in behind a pass is found by its trail. Batched, because each pass looks through whole
log topics; a deletion is honoured in the log within FORGET_EVERY seconds or when the keeper ends. What another reader has
yet to see, the deletion itself above all, stays.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from core.codec import decode
from core.errors import Reject, Retry
from core.order import content_time
from core.ports import Log, Record
from core.tasks import happens
from core.topics import DEAD, ENRICHED, EVENTS, MENTIONS, replay
from core.types import DeadLetter, Deletion, Enriched, Mention, Message, Scope
from klankbord.privacy.erasures import Erasures
from klankbord.privacy.naming import written
from sinks._event import Changed, is_event, read

GROUP = "forgetting"
FORGET_EVERY = 30.0
AGAIN_AFTER = 1.0
MOST = 5_000
REMEMBERED = 50_000
"""Ids of the latest deletions, to know what comes in late."""
RECALLED = 50_000
"""Records of `enriched` that are looked through for them at the start: what was known before may have been killed."""
FOR_EVER = datetime.max.replace(tzinfo=UTC)
_DELETION = b'{"type":"deletion"'

Times = Mapping[str, datetime]


class _Author(msgspec.Struct):
    id: str


class _Named(msgspec.Struct):
    id: str
    author: _Author


class _Passing(msgspec.Struct):
    """As much of an Enriched as says whose it is."""

    mention: _Named


_passing = msgspec.json.Decoder(_Passing).decode


async def forget(
    log: Log,
    erased: Erasures,
    stop: asyncio.Event,
    *,
    sinks: Sequence[str] = ("archive",),
    also: "Also | None" = None,
    every: float = FORGET_EVERY,
) -> None:
    """Follow the deletions until `stop` is set, and once more then. `also` empties another store of the same.

    `sinks` are those to which dead letters may be on their way back.

    Another program may have the log locked: then it is tried again, at last by the next run.
    """
    known, sweep = _Known(erased), _Sweep(log, erased)
    trails = (ENRICHED, EVENTS, DEAD, *map(replay, sinks))
    stopping = recalled = False
    while not stopping:
        stopping = stop.is_set()
        try:
            if not recalled:
                await _recall(log, known)
                recalled = True
            for topic in trails:
                await _follow(log, known, topic, trails, also)
            await sweep.after_erasures(at_once=stopping)
        except Retry:
            if stop.is_set():
                return
            await happens(stop, within=AGAIN_AFTER)
        else:
            if not stopping:
                await happens(stop, within=every)


async def _recall(log: Log, known: "_Known") -> None:
    """What was deleted lately, before this process began."""
    last = await log.tail(ENRICHED, 1)
    offset = max(0, last[0].offset - RECALLED) if last else 0
    while last and (records := await log.after(ENRICHED, offset, MOST)):
        known.remember(records)
        offset = records[-1].offset


async def _follow(log: Log, known: "_Known", topic: str, trails: Sequence[str], also: "Also | None") -> None:
    async with log.reader(topic, GROUP) as reader:
        while records := await reader.read(MOST, 0):
            gone = known.gone(records)
            await empty(log, gone, [*trails, MENTIONS])
            if also is not None and (gone.mentions or gone.authors):
                await also(gone)
            await reader.commit(records[-1].offset)


class Gone(msgspec.Struct, frozen=True):
    """What has to go: ids of mentions and of authors, each with the time up to which its content is gone."""

    mentions: Times
    authors: Times = {}

    def doomed(self, record: Record) -> bool:
        if is_event(record.value):
            mention = _told(record.value)
            return mention is not None and self._over(mention)
        try:
            message = decode(record.value)
        except Reject:
            return record.key in self.mentions
        mention = _said(message)
        if mention is not None:
            return self._over(mention)
        return isinstance(message, DeadLetter) and self._named_in(record.key, message.payload)

    def _named_in(self, key: str, payload: bytes) -> bool:
        """Of a source's own input one can only ask whether it names somebody."""
        return key in self.mentions or any(re.search(written(one), payload) for one in self.authors)

    def _over(self, mention: Mention) -> bool:
        over = (self.mentions.get(mention.id), self.authors.get(mention.author.id))
        return any(at is not None and content_time(mention) <= at for at in over)


Also = Callable[[Gone], Awaitable[None]]


class _Known:
    """The deletions so far, as far as they are remembered, and what of some records has to go because of them."""

    def __init__(self, erased: Erasures) -> None:
        self._erased = erased
        self._recent: dict[Scope, OrderedDict[str, datetime]] = {scope: OrderedDict() for scope in Scope}

    def remember(self, records: Sequence[Record]) -> Mapping[Scope, Times]:
        """The deletions among these, by what they take away; remembered."""
        new: dict[Scope, dict[str, datetime]] = {scope: {} for scope in Scope}
        for deletion in _deletions(records):
            times = new[deletion.scope]
            times[deletion.target] = max(deletion.at, times.get(deletion.target, deletion.at))
        for scope, times in new.items():
            self._remember(scope, times)
        return new

    def gone(self, records: Sequence[Record]) -> Gone:
        new = self.remember(records)
        return Gone({**new[Scope.MENTION], **self._late(records)}, new[Scope.AUTHOR])

    def _remember(self, scope: Scope, times: Times) -> None:
        recent = self._recent[scope]
        for target, at in times.items():
            recent[target] = max(at, recent.get(target, at))
            recent.move_to_end(target)
        while len(recent) > REMEMBERED:
            recent.popitem(last=False)

    def _late(self, records: Sequence[Record]) -> dict[str, datetime]:
        """Mention ids among these that were erased, or deleted before by themselves or with their author."""
        mentions, authors = self._recent[Scope.MENTION], self._recent[Scope.AUTHOR]
        if not (mentions or authors or self._erased.any()):
            return {}
        late: dict[str, datetime] = {}
        for one in map(_whose, records):
            if one is None:
                continue
            times = [at for at in (mentions.get(one.id), authors.get(one.author.id)) if at]
            if self._erased(one.id) or self._erased(one.author.id):
                times = [FOR_EVER]
            if times:
                late[one.id] = max(times)
        return late


class _Sweep:
    """Looks for what an erasure could not see: on its way when it came by, and then set aside instead of enriched."""

    def __init__(self, log: Log, erased: Erasures) -> None:
        self._log, self._erased = log, erased
        self._seen = self._swept = 0

    async def after_erasures(self, *, at_once: bool) -> None:
        """Once after each erasure, a round later, when all that was on its way has come where it goes."""
        version = self._erased.version()
        settled, self._seen = version == self._seen, version
        if version == self._swept or not (settled or at_once):
            return
        for topic in (MENTIONS, EVENTS, DEAD):
            await self._log.forget(topic, list(await self._keys(topic)), doomed=self._doomed)
        self._swept = version

    async def _keys(self, topic: str) -> set[str]:
        keys: set[str] = set()
        offset = 0
        while records := await self._log.after(topic, offset, MOST):
            keys.update(one.key for one in records if self._doomed(one))
            offset = records[-1].offset
        return keys

    def _doomed(self, record: Record) -> bool:
        if is_event(record.value):
            mention = _told(record.value)
        else:
            message = _message(record.value)
            if isinstance(message, DeadLetter) and message.key and self._erased(message.key):
                return True
            mention = _said(message)
        return mention is not None and (self._erased(mention.id) or self._erased(mention.author.id))


async def empty(log: Log, gone: Gone, topics: Sequence[str]) -> None:
    """Empty these log topics, in this order, of what these mentions and authors said up to their deletions.

    Raises Retry where the log is locked.
    """
    if not gone.mentions and not gone.authors:
        return
    for topic in topics:
        keys = {*gone.mentions} | (await _written_by(log, topic, gone) if gone.authors else set())
        await log.forget(topic, list(keys), doomed=gone.doomed)


async def _written_by(log: Log, topic: str, gone: Gone) -> set[str]:
    """Keys of the records that go with their author: a key does not say whose it is."""
    names = [msgspec.json.encode(author)[1:-1] for author in gone.authors]
    keys: set[str] = set()
    offset = 0
    while records := await log.after(topic, offset, MOST):
        offset = records[-1].offset
        named = [one for one in records if topic == DEAD or any(name in one.value for name in names)]
        keys.update(one.key for one in named if gone.doomed(one))
    return keys


def _deletions(records: Sequence[Record]) -> list[Deletion]:
    """Those that are for good."""
    found = [_message(record.value) for record in records if record.value.startswith(_DELETION)]
    return [one for one in found if isinstance(one, Deletion) and not one.reversible and not one.lifted]


def _message(value: bytes) -> Message | None:
    """None where it is none of ours: a stage sets it aside, or it is a source's own input."""
    try:
        return decode(value)
    except Reject:
        return None


def _said(message: Message | None) -> Mention | None:
    """The mention in it, enriched or set aside though it may be; None where it holds none."""
    match message:
        case Mention():
            return message
        case Enriched(mention=mention):
            return mention
        case DeadLetter(payload=payload):
            return _said(_message(payload))
        case _:
            return None


def _told(value: bytes) -> Mention | None:
    """The mention in an event; None in one that says that a mention is gone."""
    event = read(value)
    return event.data.mention if isinstance(event, Changed) else None


def _whose(record: Record) -> _Named | None:
    if is_event(record.value):
        return _named(_told(record.value))
    if record.value.startswith(_DELETION):
        return None
    try:
        return _passing(record.value).mention
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _set_aside(record)


def _set_aside(record: Record) -> _Named | None:
    """Whose message a dead letter holds; of one that holds a part of it, or a source's own input, only which."""
    letter = _message(record.value)
    if not isinstance(letter, DeadLetter):
        return None
    return _named(_said(letter)) or _Named(letter.key, _Author(""))


def _named(mention: Mention | None) -> _Named | None:
    return None if mention is None else _Named(mention.id, _Author(mention.author.id))
