"""Shows the demo: runs the real program on the played sources, watches the 28 days arrive, then goes on live."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

from core.document import Filter
from core.errors import Retry
from core.ports import Log
from core.tasks import end
from core.time import now
from core.topics import DEAD
from desk.store import happenings
from desk.web.access import Access
from klankbord import configuration
from klankbord.demo.cast import Cast, Halted, cast_of
from klankbord.demo.climb import climb
from klankbord.demo.climbing import Climb
from klankbord.demo.comparison import compare, dead_by_source
from klankbord.demo.crisis import attend, begin
from klankbord.demo.desk import colleague, open_desk
from klankbord.demo.dialogues import DAYS
from klankbord.demo.happened import happened
from klankbord.demo.next_case import taken_up
from klankbord.demo.play import Demo, play
from klankbord.demo.practices import write_down
from klankbord.demo.staff import BY, move_in
from klankbord.demo.telling import going_on, told
from klankbord.demo.weekly import write_week
from klankbord.folder import Folder
from klankbord.lending import Report
from klankbord.run import run
from klankbord.serving.page import link_to
from klankbord.serving.similar import place
from klankbord.stores import Stores, open_desk_alone, open_stores
from playbook.playbook import load

LOOK_EVERY = 0.3
SETTLED = 3.0
PATIENCE = 300.0
MOST_DEAD = 1_000

Progress = Callable[[int, int], None]
"""Called with how many messages are archived and how many are expected."""


@dataclass(frozen=True)
class Shown:
    """How the 28 days arrived: seconds it took, messages archived, and each difference from the ground truth.

    waiting  how many cases wait for the desk then
    """

    seconds: float
    archived: int
    differences: tuple[str, ...]
    waiting: int = 0


async def show(folder: Path, *, once: bool, report: Report, progress: Progress) -> Shown:
    """Play the demo in that folder until stopped; with `once` only until the 28 days are there and compared."""
    async with play(folder) as demo:
        stop = asyncio.Event()
        read = configuration.read(demo.configuration)
        staff = await _moved_in(demo, read, report)
        running = asyncio.create_task(run(demo.configuration, read, stop, report))
        watching = asyncio.create_task(_watch(demo, read, staff, once=once, report=report, progress=progress))
        try:
            await asyncio.wait({running, watching}, return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            await running
        finally:
            watching.cancel()
        return await watching if watching.done() else Shown(0, 0, ("stopped before the 28 days were there",))


async def _moved_in(demo: Demo, read: configuration.Configuration, report: Report) -> Mapping[str, str]:
    """The staff, there since the 28 days began: before the program runs, which puts the policy in force from now on else."""
    async with open_desk_alone(read, report) as desk:
        return await move_in(desk, load(read.playbook), demo.timeline.now - timedelta(days=DAYS))


async def _watch(
    demo: Demo,
    read: configuration.Configuration,
    staff: Mapping[str, str],
    *,
    once: bool,
    report: Report,
    progress: Progress,
) -> Shown:
    async with open_stores(read, report) as stores:
        shown = await arrive(demo, stores, progress)
        report(f"28 days are there: {shown.archived:,} messages in {shown.seconds:.0f} s")
        await write_down(stores.desk, staff, place, now())
        climbed, halted = await _climbed(cast_of(read, stores, staff, demo.timeline.now), report)
        waiting, wrong = await open_desk(demo, stores.desk, now)
        report(f"{waiting} cases wait for the desk; somebody there claims one while you look")
        if not once:
            report(f"what the webcare team is told in its chat: {demo.chat}")
            report(f"its backlog, in which each rising topic becomes one issue: {demo.tracker}")
            await _goes_on(demo, climbed, report)
            _open(read, stores.folder, report)
            telling = asyncio.create_task(_week(read, stores, report))
            claiming = asyncio.create_task(colleague(stores.desk, now))
            attending = asyncio.create_task(attend(demo, stores.desk, now, report))
            try:
                await demo.live(after=await begin(demo, now))
            finally:
                await end([telling, claiming, attending])
        return replace(shown, waiting=waiting, differences=(*shown.differences, *halted, *wrong))


async def _week(read: configuration.Configuration, stores: Stores, report: Report) -> None:
    try:
        report(f"what the webcare team reads of last week on Monday: {(await write_week(read, stores, now)).as_uri()}")
    except Retry as error:
        report(f"the digest of last week cannot be written: {error}")


async def _climbed(cast: Cast, report: Report) -> tuple[Climb | None, Sequence[str]]:
    """Play the climb and tell what is to be seen of it; why it did not go on, where it did not."""
    try:
        played = await climb(cast, clock=now, place=place)
    except Halted as halted:
        return None, [str(halted)]
    for line in await told(played):
        report(line)
    return played, []


async def _goes_on(demo: Demo, climbed: Climb | None, report: Report) -> None:
    """The next question comes live."""
    try:
        if climbed is not None:
            report(going_on(await taken_up(demo.ask, climbed, now)))
    except Halted as halted:
        report(str(halted))


async def arrive(demo: Demo, stores: Stores, progress: Progress, *, patience: float = PATIENCE) -> Shown:
    """Load the past and wait until all of it is archived, or nothing moves any more, or `patience` seconds are over.

    What happened in that time is told first.
    """
    started = monotonic()
    await happenings.put(stores.desk, happened(demo.timeline), by=BY, at=now())
    loading = asyncio.create_task(demo.load())
    expected = len(demo.truth.found)
    last, moved = -1, monotonic()
    while monotonic() - started < patience:
        count = await _count(stores)
        progress(count, expected)
        if count != last or not loading.done() or await _behind(stores.log):
            last, moved = count, monotonic()
        if monotonic() - moved > SETTLED and count:
            break
        await asyncio.sleep(LOOK_EVERY)
    await loading
    dead = dead_by_source(await stores.log.tail(DEAD, MOST_DEAD))
    return Shown(moved - started, last, tuple(await compare(stores.archive, demo.truth, dead=dead)))


async def _count(stores: Stores) -> int:
    """How many are archived; none while the engine is not ready to say."""
    try:
        return await stores.archive.count(Filter())
    except Retry:
        return 0


async def _behind(log: Log) -> bool:
    try:
        return any(row.lag for row in await log.state() if row.group != "forgetting")
    except Retry:
        return True


def _open(read: configuration.Configuration, folder: Folder, report: Report) -> None:
    """Tell a fresh link once more, and open it where there is a screen."""
    link = link_to(read, folder.page.read_text() + Access(folder.secret(), now).link())
    report(f"new messages come in from now on, until Ctrl-C. Look at them here: {link}")
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(folder.page.read_text() + link_to(read, Access(folder.secret(), now).link()))
