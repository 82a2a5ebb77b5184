"""What a drill needs before its first message: a plan, a monitor that hears it, a program that runs, and nothing real going on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from core.document import Filter
from core.errors import Stop
from core.settings import nearest
from desk.crisis.planned import Plan
from desk.drills.score import longest
from desk.store import alarms, drills
from desk.store.drills import Drill
from klankbord.configuration import Configuration
from klankbord.drills.ending import UNSEEN, call_off, purge, real_crisis, stand_down
from klankbord.drills.script import Line, name_for, script
from klankbord.stores import Stores
from picture.detector import Level
from playbook.crisis import Drill as Targets
from playbook.queries import parse
from playbook.scenario import Scenario
from playbook.sections import Playbook

WEEK = timedelta(weeks=1)
"""So far back is looked for the usual pace."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be played: the scenario and its name, against which monitor (the plan's first where it is None), by whom."""

    scenario: Scenario
    name: str
    by: str
    monitor: str | None = None


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A drill that plays from now on: what is said when."""

    drill: Drill
    scenario: Scenario
    targets: Targets
    lines: tuple[Line, ...]


async def begin(configuration: Configuration, playbook: Playbook, stores: Stores, wish: Wish, at: datetime) -> Begun:
    """Raises Stop where it cannot be played, with what to do."""
    monitor = _monitor(playbook, wish.monitor)
    name = name_for(parse(playbook.monitors[monitor].query), wish.scenario, configuration.organisation.name, at=at)
    if name is None:
        raise Stop(
            f'the monitor "{monitor}" would not hear the texts of {wish.name}, whatever they call us; choose another one with --monitor'
        )
    if configuration.log.use == "sqlite" and not stores.folder.runs():
        raise Stop("nothing would hear it: klankbord run does not run on this data folder; start it first")
    await _alone(stores, at)
    await _calm(stores, _rings(playbook))
    usual = await _usual(stores, monitor, at)
    targets = (playbook.crisis.drill if playbook.crisis else None) or Targets()
    until = at + max(wish.scenario.lasts, longest(targets))
    drill = await drills.begin(stores.desk, scenario=wish.name, monitor=monitor, by=wish.by, at=at, until=until)
    if drill is None:
        raise Stop("another drill began at this moment; there is one at a time")
    lines = script(wish.scenario, usual=usual, organisation=name, seed=drill.number)
    return Begun(drill=drill, scenario=wish.scenario, targets=targets, lines=tuple(lines))


def _monitor(playbook: Playbook, named: str | None) -> str:
    if playbook.crisis is None:
        raise Stop("the playbook has no crisis plan to practise; add `crisis: {}` for the one that ships")
    rings = _rings(playbook)
    if not rings:
        raise Stop("the playbook has no monitors: nothing would hear it")
    if named is not None and named not in playbook.monitors:
        raise Stop(f'there is no monitor "{named}"; {nearest(named, list(playbook.monitors))}')
    if named is not None and named not in rings:
        raise Stop(f'no alarm is given for the monitor "{named}"; those of crisis.monitors are {", ".join(rings)}')
    return named or rings[0]


def _rings(playbook: Playbook) -> Sequence[str]:
    """The monitors that an alarm is given for."""
    return Plan(playbook).monitors


async def _calm(stores: Stores, rings: Sequence[str]) -> None:
    """No monitor rings already: what is real has to be looked into first. Raises Stop."""
    for one in await alarms.every(stores.desk):
        if one.level == Level.ALARM and one.monitor in rings:
            raise Stop(f'the monitor "{one.monitor}" rings: no drill begins before somebody has looked into it')


async def _alone(stores: Stores, at: datetime) -> None:
    """Nothing real goes on, no other drill plays, and nothing of earlier ones counts. Raises Stop."""
    if real := await real_crisis(stores.desk):
        raise Stop(f"crisis {real.number} is real: no drill begins while it runs")
    playing = await drills.playing(stores.desk)
    if playing is not None and at - playing.seen_at <= UNSEEN:
        raise Stop(f"drill {playing.number} plays; there is one at a time")
    if playing is not None:
        await call_off(stores.desk, playing, "its player stopped", at)
    await stand_down(stores.desk, at)
    for drill in await drills.listed(stores.desk, purged=False):
        await purge(stores, drill, drill.ended_at or at)


async def _usual(stores: Stores, monitor: str, at: datetime) -> float:
    """Messages a minute that the monitor heard in the last week."""
    heard = await stores.archive.count(Filter(monitors=(monitor,), since=at - WEEK, until=at))
    return heard / (WEEK.total_seconds() / 60)
