"""Drains what is owed: gathers notices into messages, sends each once where all goes well, and marks what may come twice.

1. Notices become parts of messages, in one transaction. 2. A message is lent to one sender, which is written down before
anything is sent: a try has begun. 3. It is composed as it is true then, and sent. 4. What came of it is written down, by whoever still
has it. An end between 3 and 4 leaves a message of which nobody knows whether it arrived: it is sent again under the same id, and says so.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec

from core.ports import Measured
from core.telemetry import Count, Gauge
from core.time import Clock
from desk.notices.channel import Channel, Outcome
from desk.notices.gathering import instead, plan
from desk.notices.receivers import Staff, wished
from desk.notices.rules import EMAIL, Rule
from desk.notices.told import Told
from desk.store import notice_messages
from desk.store.database import Database
from desk.store.notice_messages import Message, Over, Parcel, gathered, lend, settle, told_in, waiting
from desk.store.notices import URGENT, Notice

AT_ONCE = 500
SENDERS = 4
"""Messages under way at a time: a channel that answers late holds back few others."""
IN_TURN = 10
"""Messages that each of them sends before it is asked again whether to go on."""
TRY = timedelta(seconds=30)
"""How long one try may take."""
LEASE = timedelta(seconds=45)
"""How long a sender has a message: longer than a try, so that only one that was killed is followed by another."""
WAITS = (
    timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30),
    timedelta(hours=1), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12),
)  # fmt: skip
"""How long a message that failed for now waits before each next try: about a day together, then it is given up."""
UNTIL_NEXT = 3
"""Tries by one channel where there is another after it."""
LONGEST_ASKED = timedelta(minutes=5)
"""What a channel may ask to wait where there is another after it."""
NO_CHANNEL = "no such channel is configured any more"

Compose = Callable[[Message, Sequence[Notice], str | None], Awaitable[Told | None]]
"""(message, its notices, language): what it says now; None where there is nothing left to tell."""


class Notifier:
    """Sends for one organisation.

    rules     asked each time, for who is told what
    staff     who works here now
    given_up  one sentence on a message that nobody will get
    """

    def __init__(
        self,
        desk: Database,
        *,
        rules: Sequence[Rule],
        channels: Mapping[str, Channel],
        staff: Callable[[], Awaitable[Staff]],
        compose: Compose,
        window: timedelta,
        clock: Clock,
        random: Random,
        measured: Measured,
        given_up: Callable[[str], None],
    ) -> None:
        self._desk, self._rules, self._channels, self._staff = desk, rules, channels, staff
        self._compose, self._window, self._clock, self._random = compose, window, clock, random
        self._measured, self._given_up = measured, given_up

    async def drain(self) -> int:
        """Gather what is owed and send what is due; how many were taken."""
        if await notice_messages.idle(self._desk, self._clock()):
            await self._measure()
            return 0
        staff = await self._staff()
        await self._gather(staff)
        results = await asyncio.gather(*(self._send_due(staff) for _ in range(SENDERS)), return_exceptions=True)
        for wrong in results:
            if isinstance(wrong, BaseException):
                raise wrong
        await self._measure()
        return sum(one for one in results if isinstance(one, int))

    async def _measure(self) -> None:
        at = self._clock()
        since = await notice_messages.waits_since(self._desk, at)
        self._measured.set(Gauge.NOTICES_LATE, (at - since).total_seconds() if since else 0.0)

    async def _gather(self, staff: Staff) -> None:
        while True:
            async with self._desk.writing() as connection:
                owed = await waiting(connection, AT_ONCE)
                mails = EMAIL in self._channels
                made = plan(owed, self._rules, staff, self._clock(), window=self._window, mails=mails)
                await gathered(connection, made.parcels, owed, self._clock(), made.unreached)
            for error in made.unreached.values():
                self._lost("", error)
            if len(owed) < AT_ONCE:
                return

    async def _send_due(self, staff: Staff) -> int:
        taken = 0
        lease = uuid.uuid4().hex
        for _ in range(IN_TURN):
            at = self._clock()
            message = await lend(self._desk, at, lease=lease, until=at + LEASE)
            if message is None:
                break
            taken += await self._one(message, lease, staff)
        return taken

    async def _one(self, message: Message, lease: str, staff: Staff) -> bool:
        """Whether it was taken."""
        outcome = await self._try(message, staff)
        at = self._clock()
        if isinstance(outcome, Over):
            over = msgspec.structs.replace(message, due_at=None, error=outcome.value)
            if await settle(self._desk, over, lease=lease, at=at):
                self._count(message.channel, "over")
            return False
        if outcome.error is not None:
            parcels = await self._next(message, outcome, staff, at)
            again = None if parcels else await self._again(message, outcome, staff, at)
            await self._failed(message, outcome, lease, at, again=again, parcels=parcels)
            return False
        done = msgspec.structs.replace(message, due_at=None, unsure=False, error=None)
        if await settle(self._desk, done, lease=lease, at=at):
            self._count(message.channel, "repeated" if message.unsure else "sent")
        return True

    async def _try(self, message: Message, staff: Staff) -> Outcome | Over:
        channel = self._channels.get(message.channel)
        if channel is None:
            return Outcome(error=NO_CHANNEL, for_good=True)
        person = staff.people.get(message.person or "")
        language = person.language if person else channel.language
        told = await self._compose(message, await told_in(self._desk, message.id), language)
        if told is None:
            return Over.NOTHING
        if message.person and person is None:
            return Over.NOBODY
        try:
            async with asyncio.timeout(TRY.total_seconds()):
                return await channel.send(message, told, person)
        except TimeoutError:
            return Outcome(error="it took too long", unsure=True)

    async def _next(self, message: Message, outcome: Outcome, staff: Staff, at: datetime) -> Collection[Parcel]:
        """What goes out in its place by another channel; nothing where this one is given more time, or no other reaches anybody."""
        asked = timedelta(seconds=outcome.after or 0)
        if not (outcome.for_good or message.tries >= UNTIL_NEXT or asked > LONGEST_ASKED):
            return ()
        return instead(await told_in(self._desk, message.id), message, staff, at)

    async def _failed(
        self,
        message: Message,
        outcome: Outcome,
        lease: str,
        at: datetime,
        *,
        again: datetime | None,
        parcels: Collection[Parcel],
    ) -> None:
        error = outcome.error if again or parcels else f"given up: {outcome.error}"
        unsure = message.unsure or outcome.unsure
        done = msgspec.structs.replace(message, due_at=again, unsure=unsure, error=error)
        if not await settle(self._desk, done, lease=lease, at=at, parcels=parcels):
            return
        if again is not None:
            self._count(message.channel, "failed")
        elif parcels:
            self._count(message.channel, "passed on")
        else:
            self._lost(message.channel, f"by {message.channel}: {outcome.error}")

    async def _again(self, message: Message, outcome: Outcome, staff: Staff, at: datetime) -> datetime | None:
        """When this channel is tried next, not while whoever it is for wishes to be left alone; None where it never is."""
        if outcome.for_good or message.tries > len(WAITS):
            return None
        wait = max(WAITS[message.tries - 1], timedelta(seconds=outcome.after or 0))
        moment = at + wait * self._random.uniform(1.0, 1.2)
        if message.person is None or any(one.kind in URGENT for one in await told_in(self._desk, message.id)):
            return moment
        return wished(moment, message.person, staff)

    def _lost(self, channel: str, why: str) -> None:
        self._count(channel, "given up")
        self._given_up(f"notices: nobody was told, {why}; see klankbord notices list")

    def _count(self, channel: str, outcome: str) -> None:
        self._measured.add(Count.NOTICES, channel, outcome)
