"""History through the models and monitors of today: out of the archive, through the one step, back by the log.

1. Scan the archive. 2. Leave out what already has the new generation, was erased or is past its keep time. 3. Step the
rest under the new generation, marked history. 4. Append to `enriched`, from where the archive takes it.
It can be cut short anywhere and begun again: what it did stays done, and a version written twice is the same version.
The archive checks deletions, erasures and keep times again as it writes, and lays what people said over the new version.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from core.codec import decode, encode
from core.document import Filter, Stored
from core.ports import ArchiveReader, Log, Record
from core.time import Clock, milliseconds
from core.topics import DEAD, ENRICHED
from core.types import DeadLetter, Mark, Mention
from stream.pace import Pace
from stream.step import Output, Step

AT_ONCE = 500
MOST_BEHIND = 2_000
"""Records the archive may be behind before history waits: live traffic stands behind it in the same log topic."""
MOST_NAMED = 20


@dataclass
class Tally:
    """How many went which way.

    sent       stepped and appended, or to be stepped in a dry run
    current    already had the new generation
    withheld   erased, or past their keep time
    left       could not be understood and stay as they were; `named` says id and why of the first of them
    """

    sent: int = 0
    current: int = 0
    withheld: int = 0
    left: int = 0
    named: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return self.sent + self.current + self.withheld + self.left


async def reprocess(
    archive: ArchiveReader,
    log: Log,
    step: Step | None,
    where: Filter,
    *,
    generation: int,
    withheld: Callable[[Mention], bool],
    pace: Pace,
    room: Callable[[], Awaitable[None]],
    tally: Tally,
    tick: Callable[[Tally], None],
) -> None:
    """One pass over the archive, counted in `tally`. `step` processes under that generation; None only counts.

    withheld  whether a mention may not come back; asked before it is stepped and again before it is appended
    room      returns when the archive has room for more
    tick      called with the tally every so often
    """
    async for chunk in archive.scan(where):
        wanted = _wanted(chunk, generation, withheld, tally)
        most = pace.batch(AT_ONCE)
        for start in range(0, len(wanted), most):
            if step is not None:
                await room()
            await _process(log, step, wanted[start : start + most], withheld=withheld, pace=pace, tally=tally)
            tick(tally)
        tick(tally)


def _wanted(
    chunk: Sequence[Stored], generation: int, withheld: Callable[[Mention], bool], tally: Tally
) -> list[Mention]:
    wanted = []
    for stored in chunk:
        if stored.enriched.generation >= generation:
            tally.current += 1
        elif withheld(stored.enriched.mention):
            tally.withheld += 1
        else:
            wanted.append(stored.enriched.mention)
    return wanted


async def _process(
    log: Log,
    step: Step | None,
    mentions: Sequence[Mention],
    *,
    withheld: Callable[[Mention], bool],
    pace: Pace,
    tally: Tally,
) -> None:
    if step is None:
        tally.sent += len(mentions)
        return
    await pace.spend(len(mentions))
    outputs = await step([_record(mention) for mention in mentions])
    entries = []
    for mention, output in zip(mentions, outputs, strict=True):
        if output.topic == DEAD:
            _left(output, tally)
        elif withheld(mention):  # meanwhile
            tally.withheld += 1
        else:
            entries.append((output.key, output.value))
    if entries:
        await log.append(ENRICHED, entries)
        tally.sent += len(entries)


def _record(mention: Mention) -> Record:
    """The mention as the step takes it: as if heard again, and no live traffic."""
    marks = mention.marks if Mark.HISTORY in mention.marks else (*mention.marks, Mark.HISTORY)
    return Record(0, 0, mention.id, encode(replace(mention, marks=marks)))


def _left(output: Output, tally: Tally) -> None:
    """Nothing is lost, so nothing is set aside: the version that is stored stays."""
    tally.left += 1
    letter = decode(output.value)
    if isinstance(letter, DeadLetter) and len(tally.named) < MOST_NAMED:
        tally.named.append((letter.key, f"{letter.error}: {letter.detail}"))


class Behind:
    """How far the archive is behind in `enriched`; waits for it, and says so once."""

    def __init__(
        self, log: Log, group: str, *, report: Callable[[str], None], clock: Clock, most: int = MOST_BEHIND
    ) -> None:
        self._log, self._group, self._report, self._clock, self._most = log, group, report, clock, most

    async def room(self) -> None:
        """Returns when the archive is no more than so many behind."""
        await self._until(lambda lag, _: lag <= self._most)

    async def caught_up(self) -> None:
        """Returns when the archive has taken everything that is in the log now."""
        now = milliseconds(self._clock())
        await self._until(lambda lag, oldest_at: not lag or (oldest_at is not None and oldest_at > now))

    async def _until(self, good: Callable[[int, int | None], bool], *, every: float = 0.25) -> None:
        said = False
        while not good(*await self._lag()):
            if not said:
                self._report("waiting for the archive to write what is on its way; that needs `klankbord run`")
            said = True
            await asyncio.sleep(every)

    async def _lag(self) -> tuple[int, int | None]:
        for row in await self._log.state():
            if (row.topic, row.group) == (ENRICHED, self._group):
                return row.lag, row.oldest_at
        return (await self._log.count(ENRICHED), None)
