"""The playbook's goals as they stand: each with its figure in the last periods, its target and who answers for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter
from core.ports import ArchiveReader
from desk.ports import Organisation
from picture.collected import Collected, collected_in
from picture.goals import Measure, Reading, Verdict, readings
from picture.periods import Period, edges
from playbook.foundation import Goal
from playbook.queries import parse

SHOWN: Mapping[Period, int] = {Period.DAY: 14, Period.WEEK: 12, Period.MONTH: 6, Period.QUARTER: 5}
"""How many periods of a goal are told, the running one among them."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One goal with its readings, the running period last."""

    name: str
    goal: Goal
    readings: tuple[Reading, ...]

    @property
    def last(self) -> Reading:
        """The last period that is over."""
        return self.readings[-2]

    @property
    def measured(self) -> bool:
        """Whether the last period that is over is known."""
        return self.last.verdict is not Verdict.UNKNOWN


def evidence(goal: Goal, since: datetime, until: datetime, *, base: bool = False) -> str:
    """The path of the list of messages behind a figure; with `base` of those that it is a share of."""
    told = {"since": since.isoformat(), "until": until.isoformat(), "q": _asked(goal, base=base)}
    return f"/search?{urlencode({name: value for name, value in told.items() if value})}"


def _asked(goal: Goal, *, base: bool) -> str:
    among = goal.among or ""
    if base:
        return among
    return f"({among}) ({goal.query})" if among else goal.query


async def standing(
    archive: ArchiveReader,
    goals: Mapping[str, Goal],
    organisation: Organisation,
    *,
    now: datetime,
    keep: timedelta,
    where: Filter | None = None,
) -> Sequence[Standing]:
    """Each goal, in the playbook's order. `keep` is how long every source's mentions stay; `where` narrows what counts."""
    if not goals:
        return ()
    zone, week = organisation.zone, organisation.week_start
    cut = {name: _edges(goal, now, zone, week) for name, goal in goals.items()}
    collected = await _collected(archive, min(one[0] for one in cut.values()), now)
    return [
        Standing(
            name=name,
            goal=goal,
            readings=await readings(
                archive,
                _measure(goal),
                edges=cut[name],
                collected=collected,
                now=now,
                kept_since=now - keep,
                where=where,
            ),
        )
        for name, goal in goals.items()
    ]


def _edges(goal: Goal, now: datetime, zone: ZoneInfo, week_start: int) -> list[datetime]:
    period = Period(goal.period)
    return edges(period, now, count=SHOWN[period], zone=zone, week_start=week_start)


async def _collected(archive: ArchiveReader, since: datetime, now: datetime) -> Collected:
    return await collected_in(archive, since, now)


def _measure(goal: Goal) -> Measure:
    return Measure(
        query=parse(goal.query, search=True),
        share=goal.measure == "share",
        among=parse(goal.among, search=True) if goal.among else None,
        at_least=goal.at_least,
        at_most=goal.at_most,
    )
