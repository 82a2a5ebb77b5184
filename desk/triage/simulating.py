"""History routed again under several models, and answered under several rotas: load, unowned and late, side by side.

Of units in which few people answer there is one figure together. Of single people there is none, but of those who hold a role that the
playbook names for it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import tzinfo

import msgspec

from core.document import Stored
from playbook.keeping import Waiting
from playbook.keeping import late as at_a_pace
from playbook.rota import Absence, Shift
from playbook.sections import Playbook
from playbook.simulate import TOGETHER, Load, Replay, by_hour, small_units, told_apart
from playbook.staffing import answered, late, people_in

SMALLEST = 5
"""People below which units are shown as one."""

NONE: Mapping[str, Sequence[Shift]] = {}


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried.

    rules    by the name of the model
    rotas    by name, none where no rota is tried; one person on duty gives `an_hour` answers
    answers  where units are tried as a whole: how many each gives in an hour
    people   how many answer in a unit; `smallest` of them are told apart
    shown    people who may be told apart
    """

    rules: Mapping[str, Playbook]
    zone: tzinfo
    people: Mapping[str, int]
    rotas: Mapping[str, Sequence[Shift]] = NONE
    away: Sequence[Absence] = ()
    an_hour: float = 1.0
    answers: Mapping[str, float] = {}
    shown: frozenset[str] = frozenset()
    smallest: int = SMALLEST

    def heads(self, unit: str) -> int:
        """How many people answer in a unit: as said, and no more than any rota that is tried has there."""
        counted = [people_in(shifts).get(unit, 0) for shifts in self.rotas.values()]
        return min([*counted, *([self.people[unit]] if unit in self.people else [])], default=0)

    @property
    def small(self) -> frozenset[str]:
        """The units that are one line."""
        units = [unit for rules in self.rules.values() if rules.organisation for unit in rules.organisation.units]
        return small_units(dict.fromkeys(units), {unit: self.heads(unit) for unit in units}, self.smallest)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one model under one rota ("": units at a pace of their own): first answers late by unit, and answers given by
    those who may be told apart.
    """

    model: str
    rota: str
    late: Mapping[str, int]
    persons: Mapping[str, int]


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; small units are TOGETHER.

    units    by model, answers by unit; `hours` the same in each hour of the day
    unowned  by model, answers that nobody owns
    none     mentions that ask for no answer
    """

    mentions: int
    none: int
    units: Mapping[str, Mapping[str, int]]
    hours: Mapping[str, Mapping[str, Sequence[int]]]
    unowned: Mapping[str, int]
    kept: Sequence[Kept]
    small: frozenset[str]

    @property
    def names(self) -> list[str]:
        """The units, those together last."""
        found = {unit for counted in self.units.values() for unit in counted}
        found |= {unit for one in self.kept for unit in one.late}
        return sorted(found, key=lambda unit: (unit == TOGETHER, unit))


async def simulate(
    history: AsyncIterator[Sequence[Stored]], tried: Tried, progress: Callable[[int], None] = lambda _: None
) -> Simulated:
    """Over all of `history`; `progress` is called with the number of mentions done. Works in a thread of its own."""
    replays = {model: Replay(rules) for model, rules in tried.rules.items()}
    loads = {model: Load(waiting=[] if tried.rotas or tried.answers else None) for model in replays}

    def add(chunk: Sequence[Stored]) -> None:
        records = [stored.enriched for stored in chunk]
        for model, replay in replays.items():
            replay.add(records, loads[model])

    async for chunk in history:
        await asyncio.to_thread(add, chunk)
        progress(next(iter(loads.values())).mentions)
    return await asyncio.to_thread(_concluded, tried, loads)


def _concluded(tried: Tried, loads: Mapping[str, Load]) -> Simulated:
    small, first = tried.small, next(iter(loads.values()))
    return Simulated(
        mentions=first.mentions,
        none=first.none,
        units={model: told_apart(load.units, small) for model, load in loads.items()},
        hours={model: _together(by_hour(load, tried.zone), small) for model, load in loads.items()},
        unowned={model: load.unowned for model, load in loads.items()},
        kept=[
            _kept(tried, model, rota, load.waiting or (), small)
            for model, load in loads.items()
            for rota in (*tried.rotas, *([""] if tried.answers else []))
        ],
        small=small,
    )


def _kept(tried: Tried, model: str, rota: str, waiting: Sequence[Waiting], small: Collection[str]) -> Kept:
    if not rota:
        counted = at_a_pace(tried.rules[model], waiting, tried.answers)
        return Kept(model=model, rota=rota, late=told_apart(counted, small), persons={})
    given = list(answered(waiting, tried.rotas[rota], tried.away, zone=tried.zone, an_hour=tried.an_hour))
    persons = Counter(one.person for one in given if one.person in tried.shown and one.at is not None)
    return Kept(
        model=model,
        rota=rota,
        late=told_apart(late(tried.rules[model], given), small),
        persons={person: count for person, count in persons.items() if person},
    )


def _together(hours: Mapping[str, Sequence[int]], small: Collection[str]) -> Mapping[str, Sequence[int]]:
    """As `told_apart`, hour by hour."""
    each = [told_apart({unit: several[hour] for unit, several in hours.items()}, small) for hour in range(24)]
    units = dict.fromkeys(unit for one in each for unit in one)
    return {unit: [one.get(unit, 0) for one in each] for unit in units}
