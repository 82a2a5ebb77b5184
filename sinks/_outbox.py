"""What is owed to one receiver, sent at most a few requests at once, in the order of each mention's versions.

1. Told that mentions changed, it stores a row that is due for each; then the batch is done, whatever the receiver does.
2. Of each row that is due: read what is archived now, send what follows from it, store what came of it.
A crash anywhere sends again what was not stored, under the same id. One process at a time works on a shelf; an erasure in
another one makes rows due.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from core.errors import Retry, Stop
from core.outward import WHOLE, Kept, Outward
from core.ports import Item, Tools
from core.tasks import happens
from core.time import from_milliseconds
from core.types import Deletion, Enriched, Failure, Judgement, Scope
from sinks._arrival import arrived
from sinks._backoff import pause
from sinks._event import Event
from sinks._owed import Due, Owed, Telling, asked, due, failed, has, owed, row_of
from sinks._post import Answer
from sinks._receiver import Receiver, told
from sinks._schedule import next_try

LOOK_EVERY = 1.0
"""Seconds between looks for rows that fell due by themselves: what is told wakes it at once."""
AT_ONCE = 200
"""Rows of one look."""
LAST_SECONDS = 5.0
SERVER_ERROR = 500
"""From here on an answer leaves open whether what was sent was taken all the same."""

Send = Callable[[Event], Awaitable[Answer]]
Changed = dict[str, tuple[str, bool | None]]
"""Mention ids with their author ("" where that is not known) and, of what is gone, whether it may come back."""


class Outbox:
    """One receiver's rows, and the requests under way. `run` works until it is cancelled.

    within  how long a failing mention is tried; `most` requests at once
    """

    def __init__(
        self,
        outward: Outward,
        telling: Telling,
        receiver: Receiver,
        send: Send,
        *,
        tools: Tools,
        within: timedelta,
        most: int,
    ) -> None:
        self._outward, self._telling, self._receiver, self._send = outward, telling, receiver, send
        self._clock, self._random = tools.clock, tools.random
        self._report, self._measured = tools.report, tools.measured
        self._within, self._most = within, most
        self._ready: deque[str] = deque()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._over = False
        self._again: set[str] = set()
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._away = 0

    async def told(self, items: Sequence[Item]) -> None:
        """These may have changed. Durable on return."""
        changed = await named(items, self._outward)
        if not changed:
            return
        now = self._clock()
        async with self._lock:
            rows = await self._outward.shelf.get(list(changed))
            new = [
                asked(rows.get(mention), mention, author, now, hidden=hidden)
                for mention, (author, hidden) in changed.items()
            ]
            await self._outward.shelf.put(new)
            self._again |= self._busy.keys() & changed.keys()
        self._wake.set()

    async def run(self) -> None:
        """Send what is owed, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                mention = await self._next()
                self._busy[mention] = group.create_task(self._one(mention))

    async def end(self) -> None:
        """Begin nothing more, and let what is under way end within LAST_SECONDS; what does not is sent again one day."""
        self._over = True
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=LAST_SECONDS)

    async def _next(self) -> str:
        """A mention whose row is due, once there is room for a request."""
        while True:
            self._wake.clear()
            try:
                if len(self._busy) < (1 if self._receiver.failing else self._most) and (found := await self._due()):
                    return found
            except (Retry, OSError) as error:
                await self._wait(error)
                continue
            if not self._busy:
                self._away = 0
            await happens(self._wake, within=LOOK_EVERY)

    async def _due(self) -> str | None:
        now = self._clock()
        if not self._receiver.known or self._receiver.stopped:
            await self._receiver.look()
        if self._over or not self._receiver.open(now):
            self._ready.clear()
            return None
        if not self._ready:
            rows = await self._outward.shelf.due(now, AT_ONCE)
            self._ready.extend(row.mention for row in rows if row.mention not in self._busy and row.mention != WHOLE)
        if not self._ready or not self._receiver.open(now):  # it may have stopped meanwhile
            return None
        return self._ready.popleft()

    async def _one(self, mention: str) -> None:
        try:
            await self._guarded(mention)
            self._away = 0
        except (Retry, OSError) as error:
            await self._wait(error)
        finally:
            del self._busy[mention]
            self._again.discard(mention)
            self._wake.set()

    async def _guarded(self, mention: str) -> None:
        """One mention that cannot be sent must not hold back the others."""
        try:
            await self._settled(mention)
        except (Retry, OSError, Stop):
            raise
        except Exception as error:  # noqa: BLE001 - see above
            await self._set_aside(mention, Failure(reason="unexpected", detail=f"{type(error).__name__}: {error}"))

    async def _settled(self, mention: str) -> None:
        """Send what is owed of that mention, and store what came of it."""
        row = (await self._outward.shelf.get([mention])).get(mention)
        if row is None:
            return
        what = await self._owed(row)
        if what.event is None:
            await self._store(row, what.after)
            return
        if what.before is not None and not await self._begun(what.before):
            return
        answer = await self._send(what.event)
        if answer.taken:
            if what.first is not None:
                arrived(self._measured, self._outward.name, [what.first], self._clock())
            await self._store(row, what.after)
            await self._receiver.took()
        else:
            await self._failed(what.before or row, what.event, answer)

    async def _begun(self, row: Kept) -> bool:
        """Store that its sending begins; not where something was told of it meanwhile: then it is looked at anew."""
        async with self._lock:
            if row.mention in self._again:
                return False
            await self._outward.shelf.put([row])
            return True

    async def _owed(self, row: Kept) -> Due:
        stored = (await self._outward.current([row.mention])).get(row.mention)
        author = stored.enriched.mention.author.id if stored else ""
        customer = (await self._outward.customers([author])).get(author) if stored else None
        return due(row, stored, self._clock(), self._telling, customer)

    async def _failed(self, row: Kept, event: Event, answer: Answer) -> None:
        """A receiver that fails as a whole is no mention's fault: then the row stays as it is."""
        now = self._clock()
        await self._receiver.failed(row.mention, answer, now)
        if self._receiver.stopped or (answer.of_all and self._receiver.failing):
            return
        state = owed(row)
        since = now if state.since is None else from_milliseconds(state.since)
        at = next_try(state.tries + 1, since, now, random=self._random, after=answer.after, within=self._within)
        refused = answer.status is not None and answer.status < SERVER_ERROR
        if at is None:
            await self._set_aside(row.mention, Failure(reason="undelivered", detail=told(answer)), refused=refused)
        else:
            await self._store(row, failed(row, event, now, at, refused=refused))

    async def _set_aside(self, mention: str, failure: Failure, *, refused: bool = False) -> None:
        """Given up: a dead letter, and nothing is due until the end of its keep time, where the receiver has something."""
        row = (await self._outward.shelf.get([mention])).get(mention)
        state = has(row, refused=refused) if row else Owed()
        await self._outward.set_aside([Failure(failure.reason, failure.detail, key=mention)])
        until = None if state.until is None else from_milliseconds(state.until)
        if row is None or state.told is None or until is None or until <= self._clock():
            await self._outward.shelf.drop([mention])
        else:
            rest = Owed(told=state.told, gone=state.gone, hidden=state.hidden, until=state.until)
            await self._store(row, row_of(mention, row.author, rest, until))

    async def _store(self, row: Kept, after: Kept | None) -> None:
        """Store a mention's row; one of which something was told meanwhile stays due."""
        async with self._lock:
            if row.mention in self._again:
                self._again.discard(row.mention)
                latest = (await self._outward.shelf.get([row.mention])).get(row.mention)
                hidden = owed(latest).hidden if latest else None
                after = asked(after, row.mention, row.author, self._clock(), hidden=hidden)
            if after is None:
                await self._outward.shelf.drop([row.mention])
            else:
                await self._outward.shelf.put([after])

    async def _wait(self, error: Exception) -> None:
        """The archive or the desk is away: it is said once, and what was under way is done again."""
        if not self._away:
            self._report(f"{self._outward.name}: waits and tries again: {error}")
        self._away += 1
        await asyncio.sleep(pause(self._away - 1, self._random, getattr(error, "after", None)))


async def named(items: Iterable[Item], outward: Outward) -> Changed:
    """The mentions that these items are about; of an account, those of which the receiver was told something."""
    authors: dict[str, str] = {}
    by_account: dict[str, bool] = {}
    by_itself: dict[str, bool | None] = {}
    for item in items:
        match item:
            case Enriched(mention=mention):
                authors[mention.id] = mention.author.id
            case Deletion(scope=Scope.AUTHOR, target=author):
                rows = await outward.shelf.of_author(author)
                authors |= {row.mention: author for row in rows if row.mention != WHOLE}
                by_account |= {mention: _hides(item) for mention, by in authors.items() if by == author}
            case Deletion(target=mention):
                by_itself[mention] = _hides(item)
            case Judgement(mention=mention):
                by_itself.setdefault(mention, None)
            case _:
                continue
    authors |= await _known([mention for mention in by_itself if mention not in authors], outward)
    said = by_account | {mention: hides for mention, hides in by_itself.items() if hides is not None}
    return {mention: (author, said.get(mention)) for mention, author in authors.items()}


def _hides(deletion: Deletion) -> bool:
    return deletion.reversible and not deletion.lifted


async def _known(mentions: Sequence[str], outward: Outward) -> Mapping[str, str]:
    """The authors of those with a row, or with something that may leave; of any other nothing was or is to be sent."""
    if not mentions:
        return {}
    rows: Mapping[str, Kept] = await outward.shelf.get(mentions)
    stored = await outward.current([mention for mention in mentions if mention not in rows])
    authors = {mention: row.author for mention, row in rows.items()}
    authors |= {mention: one.enriched.mention.author.id for mention, one in stored.items()}
    return authors
