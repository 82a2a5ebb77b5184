"""`klankbord alarm`: how each monitor stands, and what would have been said over a past period."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec
from rich.console import Console
from rich.table import Table

from core.errors import Stop
from core.settings import nearest
from core.time import BUCKET, bucket_of, now, start_of
from desk.store import alarms
from desk.store.alarms import Alarm
from klankbord import configuration
from klankbord.configuration import Configuration
from klankbord.counting import counting
from klankbord.keeping.crises import watched
from klankbord.moments import since_option, stretch, until_option
from klankbord.options import Group, config_option, harmless, hush
from klankbord.stores import ask_desk, open_stores
from picture.detector import Level, Verdict
from picture.replayed import Run, first_arrival, replay, runs
from picture.watching import Asked
from playbook.playbook import load

WEEK = timedelta(days=7)
HOURS = timedelta(hours=1) // BUCKET


@click.group(name="alarm", cls=Group)
def command() -> None:
    """Show what is out of the ordinary, and what would have been said before."""


@command.command(name="list")
@config_option
def show(config: Path) -> None:
    """Show how each watched monitor stands by the last look, the gravest first."""
    zone = configuration.read(config).organisation.zone
    found = ask_desk(config, alarms.every)
    if not found:
        click.echo("nobody has looked yet: the watch is part of klankbord run")
        return
    table = Table("monitor", "level", "seen", "usual", "in", "one in", "since", "looked at", box=None, pad_edge=False)
    for one in found:
        table.add_row(*_standing(one, zone))
    Console().print(table)


@command.command(name="replay")
@click.option("--monitor", "monitors", multiple=True, help="Of this monitor alone; may be given more than once.")
@since_option
@until_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@config_option
def again(monitors: tuple[str, ...], since: str | None, until: str | None, as_json: bool, config: Path) -> None:
    """Show what would have been said over a past period, by default the last seven days; nobody is told of it.

    It looks at what the archive holds now: what was deleted or judged irrelevant since counts no more.
    """
    read = configuration.read(config)
    asked = _asked(watched(load(read.playbook), read.organisation.zone), monitors)
    first, end = _period(since, until, read.organisation.zone)
    first, said = asyncio.run(_replayed(read, asked, first, end))
    found = [run for name, verdicts in said.items() for run in runs(name, verdicts)]
    learning = {name: sum(one.level is Level.LEARNING for one in verdicts) for name, verdicts in said.items()}
    if as_json:
        click.echo(msgspec.json.encode(_told(found, learning, first, end)).decode())
        return
    _show(found, learning, read.organisation.zone, first, end)


def _asked(every: Asked, monitors: Sequence[str]) -> Asked:
    """Narrowed to these monitors. Raises Stop where one is not there."""
    if not every.monitors:
        raise Stop("the playbook has no monitors: there is nothing to look at")
    for name in monitors:
        if name not in every.monitors:
            raise Stop(f'there is no monitor "{harmless(name)}"; {nearest(name, list(every.monitors))}')
    saved = {name: at for name, at in every.monitors.items() if not monitors or name in monitors}
    return msgspec.structs.replace(every, monitors=saved)


def _period(since: str | None, until: str | None, zone: ZoneInfo) -> tuple[int, int]:
    """First and last bucket, half open. Raises Stop where they leave nothing in between."""
    at = now()
    start, end = stretch(since, until, zone, at)
    if start is not None and start >= at:
        raise Stop(f"--since {since} lies ahead: nothing arrived yet")
    end = min(end or at, at)
    start = start or end - WEEK
    first, last = bucket_of(start), bucket_of(end)
    if last <= first:
        raise Stop(f"there is not one whole stretch of five minutes between {_at(start, zone)} and {_at(end, zone)}")
    return first, last


async def _replayed(
    read: Configuration, asked: Asked, since: int, until: int
) -> tuple[int, Mapping[str, Sequence[Verdict]]]:
    """The bucket of the first arrival, before which there is nothing to say, and what was said from it on."""
    said: dict[str, list[Verdict]] = {name: [] for name in asked.monitors}
    async with open_stores(read, hush) as stores:
        first = await first_arrival(stores.archive, tuple(asked.monitors), since, until)
        if first is None:
            zone = read.organisation.zone
            raise Stop(f"nothing arrived {_between(since, until, zone)}: there is nothing to say of it")
        since = first
        with counting() as bar:
            task = bar.add_task("hours", total=(until - since) // HOURS)
            async for part in replay(stores.archive, asked, zone=read.organisation.zone, since=since, until=until):
                for name, verdicts in part.said.items():
                    said[name] += verdicts
                bar.update(task, completed=(part.until - since) // HOURS)
    return since, said


def _show(found: Sequence[Run], learning: dict[str, int], zone: ZoneInfo, since: int, until: int) -> None:
    table = Table(
        "monitor", "level", "began", "until", "alarm at", "seen", "usual", "in", "one in", box=None, pad_edge=False
    )
    for run in found:
        worst, alarmed = run.worst, "" if run.alarmed is None else _at(start_of(run.alarmed), zone)
        times = _at(start_of(run.since), zone), _at(start_of(run.until + 1), zone), alarmed
        table.add_row(harmless(run.monitor), worst.level, *times, *_figures(worst))
    if found:
        Console().print(table)
    else:
        click.echo(f"nothing was out of the ordinary {_between(since, until, zone)}")
    for name, buckets in learning.items():
        if buckets:
            click.echo(
                f"{harmless(name)}: was still learning for {buckets / HOURS:.0f} of {(until - since) / HOURS:.0f} hours"
            )


def _told(found: Sequence[Run], learning: dict[str, int], since: int, until: int) -> dict[str, object]:
    return {
        "since": start_of(since),
        "until": start_of(until),
        "learning_hours": {name: round(buckets / HOURS, 2) for name, buckets in learning.items()},
        "runs": [
            {
                "monitor": run.monitor,
                "level": run.worst.level,
                "since": start_of(run.since),
                "until": start_of(run.until + 1),
                "alarmed": None if run.alarmed is None else start_of(run.alarmed + 1),
                "seen": run.worst.seen,
                "expected": round(run.worst.expected, 2),
                "times": round(run.worst.times, 2),
                "minutes": run.worst.window,
                "odds": round(run.worst.odds, 1),
                "weighed": run.worst.weighed,
            }
            for run in found
        ],
    }


def _standing(one: Alarm, zone: ZoneInfo) -> Sequence[str]:
    since = _at(one.since, zone) if one.since else ""
    figures = _figures(one) if one.level in alarms.LOUD else ("", "", "", "")
    return harmless(one.monitor), one.level, *figures, since, _at(one.looked_at, zone)


def _figures(one: Alarm | Verdict) -> tuple[str, str, str, str]:
    return str(one.seen), f"{one.expected:.1f}", f"{one.window} min", f"{one.odds:,.0f}"


def _between(since: int, until: int, zone: ZoneInfo) -> str:
    return f"between {_at(start_of(since), zone)} and {_at(start_of(until), zone)}"


def _at(time: datetime, zone: ZoneInfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}"
