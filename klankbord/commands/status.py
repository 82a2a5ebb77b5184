"""`klankbord status`: how far each part is, and what was not collected."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from core.codec import decode
from core.outward import Standing
from core.ports import TopicState
from core.time import from_milliseconds, now
from core.topics import COVERAGE, DEAD
from core.types import Coverage
from desk.store import answers, letters, notice_messages, publisher_turns
from desk.store.answers import State
from desk.store.database import Database
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.health.standings import standing
from klankbord.keeping.alerts import KEPT
from klankbord.options import config_option, harmless, hush
from klankbord.readers import Readers
from klankbord.stores import open_stores

DAYS = 7
MOST_BATCHES = 10_000


@click.command(name="status")
@config_option
def command(config: Path) -> None:
    """Show the lag of each part, what was set aside, how far each source is, and the gaps of the last 7 days."""
    read = configuration.read(config)
    topics, dead, coverage, last, stopped, failed, untold, waiting = asyncio.run(_ask(read))
    readers, console = Readers(read), Console()
    console.print(_parts([row for row in topics if readers.has(row)]))
    for sentence in readers.left_over(topics):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    console.print(f"\n{dead} dead letters set aside" + (": klankbord dead list" if dead else ""))
    for name, found in stopped.items():
        since = f" since {found.at:%Y-%m-%d %H:%M} (UTC)" if found.at else ""
        console.print(f"{name} sends nothing{since}: {found.stopped}; klankbord sinks enable {name}", markup=False)
    if failed:
        console.print(f"{failed} messages to people could not be delivered: klankbord alert list")
    if untold:
        times = "once" if untold == 1 else f"{untold} times"
        console.print(f"{times} people were not told of cases and crises by the channel meant: klankbord notices list")
    for sentence in waiting:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    console.print(_sources(coverage, last))
    for row in dict.fromkeys([*coverage, *last]):
        if row.gap:
            since, until = (f"{moment:%Y-%m-%d %H:%M}" if moment else "?" for moment in (row.since, row.until))
            console.print(f"not collected: {row.source} from {since} to {until} (UTC): {row.gap}")


Answers = tuple[
    Sequence[TopicState], int, Sequence[Coverage], Sequence[Coverage], Mapping[str, Standing], int, int, Sequence[str]
]


async def _ask(read: Configuration) -> Answers:
    async with open_stores(read, hush) as stores:
        topics = await stores.log.state()
        dead = await stores.log.count(DEAD)
        messages = [decode(record.value) for record in await stores.log.tail(COVERAGE, MOST_BATCHES) if record.value]
        last = [message for message in messages if isinstance(message, Coverage)]
        return (
            topics,
            dead,
            await stores.archive.coverage(now() - timedelta(days=DAYS), now() + timedelta(days=1)),
            last,
            {name: found for name in stores.sending if (found := await standing(stores.desk, name)).stopped},
            len(await letters.undelivered(stores.desk)),
            await _untold(stores.desk, now() - KEPT),
            await _waiting(stores.desk),
        )


async def _waiting(desk: Database) -> Sequence[str]:
    """A sentence for each publisher at which answers wait, and one for those that people have to look at."""
    found = [
        f"{one.publisher}: {one.answers} answers wait to be sent"
        + (f"; it is left alone: {harmless(one.error)}" if one.error else "")
        for one in await publisher_turns.waiting(desk)
        if one.answers or one.error
    ]
    counted = await answers.counted(desk)
    unseen = [(State.WAITING, "answers wait for approval"), (State.REFUSED, "answers did not go out")]
    return [
        *found,
        *(f"{counted[state]} {what}: klankbord answers list" for state, what in unseen if counted.get(state)),
    ]


async def _untold(desk: Database, since: datetime) -> int:
    undelivered = await notice_messages.undelivered(desk, since=since)
    return len(undelivered) + len(await notice_messages.unreached(desk, since=since))


def _parts(topics: Sequence[TopicState]) -> Table:
    table = Table("log topic", "reader", "behind", "oldest waiting", box=None, pad_edge=False)
    for row in topics:
        waiting = "" if row.oldest_at is None else _ago(from_milliseconds(row.oldest_at))
        table.add_row(row.topic, row.group, f"{row.lag:,}", waiting)
    return table


def _sources(coverage: Sequence[Coverage], last: Sequence[Coverage]) -> Table:
    """One row a stream. `last` holds the latest batches too, those of sources without times of events among them."""
    until: dict[tuple[str, str], datetime | None] = {}
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    for row in dict.fromkeys([*coverage, *last]):
        key = (row.source, row.stream)
        times = [moment for moment in (until.get(key), None if row.gap else row.until) if moment]
        until[key] = max(times, default=None)
        before = seen.get(key, (0, 0))
        seen[key] = (before[0] + row.seen, before[1] + row.kept)
    table = Table("source", "stream", "covered until", "seen", "kept", box=None, pad_edge=False)
    for (source, stream), moment in sorted(until.items()):
        shown = f"{moment:%Y-%m-%d %H:%M}" if moment else "-"
        table.add_row(source, stream, shown, *(f"{count:,}" for count in seen[source, stream]))
    return table


def _ago(moment: datetime) -> str:
    seconds = (now() - moment).total_seconds()
    return f"{seconds:,.0f} s ago"
