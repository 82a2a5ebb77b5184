"""Takes all that one configuration keeps to the log and the archive of another: `klankbord migrate`.

In this order: the key of erasures; what deletions left undone here; erased ids and the memory of what was heard; the
archive; the desk; what the log has not done; and last the cursors, for they say that all before them is there. Killed at any
moment it is done again from the start, and what is there already stays as it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from functools import partial
from random import Random
from typing import Protocol, TypeVar

from core.errors import Retry, Stop
from core.ports import Archive, Movable
from desk.store import moving
from ingest._admit import Admission
from ingest._memory import open_memory
from klankbord.configuration import CASES, CUSTOMERS, Configuration
from klankbord.folder import Folder
from klankbord.keeping.desk import forgets, take_in
from klankbord.lending import Report
from klankbord.listener import recall
from klankbord.moving import unfinished
from klankbord.moving.carried import carry, carry_key
from klankbord.moving.differences import same_archive, same_desk, same_log
from klankbord.moving.tally import EVERYTHING, Row, Tally, answers
from klankbord.privacy import forgetting
from klankbord.privacy.joining import any_may_join
from klankbord.run import PARTS
from klankbord.stores import open_stores
from sinks._backoff import pause

OUTLAST = 10
"""How often something is tried again before the other side counts as gone: about two minutes."""

PATIENCE = 60.0
"""Seconds that an engine is waited for, visibly, before anything begins."""

Answer = TypeVar("Answer")


class Progress(Protocol):
    """What is told on the way: how much there is of something, and how much more of it is done."""

    def begin(self, what: str, total: int) -> None: ...

    def tick(self, done: int) -> None: ...


async def migrate(here: Configuration, there: Configuration, progress: Progress, report: Report) -> list[Row]:
    """Move everything, and compare; the rows say whether it is all there.

    Raises Stop where there is nothing to move, where either side is running, and where the other one was in use before.
    """
    if same_log(here, there) and same_archive(here, there) and same_desk(here, there):
        raise Stop("both configurations have the same log, archive and desk database: there is nothing to move")
    if not here.data.is_dir():
        raise Stop(f"there is no data folder {here.data}: nothing was kept yet, start with the new configuration")
    with _alone(here, there):
        if here.data != there.data:
            carry_key(Folder(here.data), Folder(there.data))
        async with AsyncExitStack() as stack:
            move = _Move(here, there, progress, report)
            await move.enter(stack)
            return await move.all()


@contextmanager
def _alone(here: Configuration, there: Configuration) -> Iterator[None]:
    """Nothing else runs on either data folder. Raises Taken where something does."""
    with ExitStack() as stack:
        for root in sorted({here.data.resolve(), there.data.resolve()}):
            for part in ("", *PARTS):
                stack.enter_context(Folder(root).locked(part))
        yield


class _Move:
    """One move, its two sides open."""

    def __init__(self, here: Configuration, there: Configuration, progress: Progress, report: Report) -> None:
        self._configurations, self._progress, self._report = (here, there), progress, report
        self._moves_log, self._moves_archive = not same_log(here, there), not same_archive(here, there)
        self._moves_desk = not same_desk(here, there)

    async def enter(self, stack: AsyncExitStack) -> None:
        here, there = self._configurations
        self._here = await stack.enter_async_context(open_stores(here, self._report, patience=PATIENCE))
        self._there = await stack.enter_async_context(open_stores(there, self._report, patience=PATIENCE))
        if self._moves_log:
            await self._untouched()
        if self._moves_desk:
            await self._unworked()

    async def all(self) -> list[Row]:
        """Everything, once more where someone was erased meanwhile, who may have gone along."""
        while True:
            version = self._here.erased.version()
            rows = await self._once()
            if self._here.erased.version() == version:
                return rows

    async def _once(self) -> list[Row]:
        await self._settle()
        rows = self._folder()
        rows += await self._archive() if self._moves_archive else []
        rows += await self._desk() if self._moves_desk else []
        rows += await self._log() if self._moves_log else []
        return rows

    async def _untouched(self) -> None:
        """Raises Stop where the log over there has been worked on: its own past would mix with this one."""
        if used := [row for row in await self._there.log.state() if row.committed]:
            raise Stop(
                f'the log of the other configuration is in use: its reader "{used[0].group}" has done {used[0].topic} '
                f"up to {used[0].committed}. Move into an empty one: for Kafka another prefix; for files, on the way back too, "
                "a data folder that was never used"
            )

    async def _unworked(self) -> None:
        """Raises Stop where somebody worked at the desk over there since it came from here: that would be replaced."""
        if done := await moving.done_there(self._here.desk, self._there.desk):
            raise Stop(
                f"the desk database of the other configuration is in use: something was done there on {done:%Y-%m-%d at %H:%M} UTC "
                "that is not known here, and a move would replace it. Go on with the other configuration, or give it an empty database"
            )

    async def _settle(self) -> None:
        """What deleted and erased messages left in the log goes first, and the memory learns what was published last."""
        over = asyncio.Event()
        over.set()
        here = self._here
        await forgetting.forget(here.log, here.erased, over, sinks=here.sinks, also=forgets(here))
        async with open_memory(self._here.folder.memory, fresh=False) as memory:
            await recall(Admission(memory, wanted=lambda _: True, erased=self._here.erased), self._here.log)
        await take_in(self._configurations[0], self._here)

    def _folder(self) -> list[Row]:
        here, there = self._here.folder, self._there.folder
        return [] if here.root == there.root else carry(here, there)

    async def _archive(self) -> list[Row]:
        here, there = _movable(self._here.archive), _movable(self._there.archive)
        total = await self._here.archive.count(EVERYTHING)
        self._progress.begin("archive", total)
        taken = await self._patiently(lambda: self._restored(here, there))
        self._progress.begin("compare", total)
        stand = await self._patiently(lambda: self._told(there))
        compared = await self._patiently(lambda: answers(self._here.archive, self._there.archive))
        return [*taken.compared(stand), *compared]

    async def _desk(self) -> list[Row]:
        counts = await self._patiently(lambda: moving.carry(self._here.desk, self._there.desk))
        return [Row.of(f"desk: {table}", here, there) for table, (here, there) in counts.items() if here or there]

    async def _restored(self, here: Movable, there: Movable) -> Tally:
        tally, refusals = Tally(), 0
        async for past in here.history():
            refused = await self._patiently(partial(there.restore, past))
            for _, failure in refused[: max(0, 3 - refusals)]:
                self._report(f"refused: {failure.detail}")
            refusals += len(refused)
            self._progress.tick(tally.add(past))
        return tally

    async def _told(self, archive: Movable) -> Tally:
        tally = Tally()
        async for past in archive.history():
            self._progress.tick(tally.add(past))
        return tally

    async def _log(self) -> list[Row]:
        here, there = self._here.log, self._there.log
        sink, others = self._here.archive.name, self._others()
        self._progress.begin("log", await unfinished.waiting(here, sink, others))
        how: unfinished.How = {"patient": self._patiently, "tick": self._progress.tick}
        rows = await unfinished.carry(here, there, sink=sink, **how)
        rows += [await unfinished.carry_unread(here, there, sink=name, **how) for name in others]
        return [*rows, await unfinished.carry_cursors(here, there, self._patiently)]

    def _others(self) -> list[str]:
        """Readers on both sides, the archive apart, whose work nothing else makes again: what they have yet to read goes along."""
        joining = [CUSTOMERS] if all(any_may_join(one) for one in self._configurations) else []
        return [*(name for name in self._here.sending if name in self._there.sending), CASES, *joining]

    async def _patiently(self, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """What `act` gives, tried again for a while where the other side is away, which is said once. Raises Stop then."""
        attempt = 0
        while True:
            try:
                return await act()
            except Retry as error:
                if attempt == OUTLAST:
                    raise Stop(f"{error}; nothing is lost: do it again once that is mended") from error
                if not attempt:
                    self._report(f"waiting: {error}")
                await asyncio.sleep(min(30.0, pause(attempt, Random(), error.after)))
            attempt += 1


def _movable(archive: Archive) -> Movable:
    if not isinstance(archive, Movable):
        raise Stop(f"the archive of {type(archive).__module__} cannot be moved")
    return archive
