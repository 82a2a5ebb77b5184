"""Watches for crises beside the other keeping parts: counts what arrived, tells how each monitor stands, and opens a crisis.

All that it knows is made from the archive, at the start and whenever something reached back. 1. What arrived is counted and judged. 2. An alarm is told
to the crisis. 3. Only then the watch list says how far it looked. 4. What drove an alarm is frozen as it is by then. A crash anywhere looks again from there, and
an alarm that is told again opens nothing twice.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.ports import Measured
from core.telemetry import Gauge
from core.time import BUCKET, Clock, bucket_of, now, start_of
from core.topics import JUDGEMENTS
from desk.crisis.evidence import Figures
from desk.crisis.planned import Plan
from desk.crisis.ringing import alarmed, quiet
from desk.store import alarms
from desk.store.alarms import Alarm
from klankbord.configuration import Configuration
from klankbord.keeping.gathering import freeze
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.rulebook import FileRules
from klankbord.stores import Stores
from picture.buckets import local_midnight
from picture.detector import Level, Verdict
from picture.sight import GRAVE, Sight, Sighted
from picture.watching import Asked, Campaign
from playbook.crisis import Campaign as Planned
from playbook.sections import Playbook

NAME = "alarms"
EVERY = 60.0
"""Seconds between looks."""
SETTLES = timedelta(minutes=1)
"""How long after its end a bucket may still grow: what arrived is found a little later."""
CAUGHT_UP = timedelta(hours=6)
"""How far back is looked for what nobody looked at: an alarm from before that is over."""
SHARE = 20
"""Making all anew because something reached back takes at most one in so many of the seconds."""
RENEWED = timedelta(hours=6)
"""After which it is made anew whatever happened: what is deleted at its source is told by nothing else."""


class Watching:
    """Looks at what arrived, a minute at a time.

    A drill has one of its own (`drill` its id): it counts drill records too, writes no watch list and tells that drill's crisis alone.
    """

    def __init__(
        self,
        configuration: Configuration,
        stores: Stores,
        measured: Measured,
        *,
        clock: Clock = now,
        drill: str | None = None,
    ) -> None:
        self._stores, self._measured, self._clock, self._drill = stores, measured, clock, drill
        self._rules, self._zone = FileRules(configuration.playbook), configuration.organisation.zone
        self._sight: Sight | None = None
        self._until: int | None = None
        self._reached: tuple[object, ...] = ()
        self._made_at, self._took = clock(), timedelta(0)
        self._untold: dict[str, Verdict] = {}

    async def look(self) -> None:
        """One look. Repeating it changes nothing. Raises Retry where an engine is away: what was seen is told the next time."""
        moment, playbook = self._clock(), self._rules.in_force()
        asked = watched(playbook, self._zone, drills=self._drill is not None)
        ended = bucket_of(moment - SETTLES)
        if await self._is_due(asked):
            await self._make(asked, ended)
        assert self._sight is not None  # noqa: S101 - just made
        found = await self._sight.look(self._stores.archive, ended=max(ended, self._sight.until))
        self._until = self._sight.until
        plan = Plan(playbook)
        self._untold |= {name: one.alarm for name, one in found.items() if one.alarm and name in plan.monitors}
        await self._tell(plan, found, moment)
        self._untold = {}
        if self._drill is None:
            await alarms.put(self._stores.desk, [_row(name, one.now, moment) for name, one in found.items()])
            self._measure(found)
        await freeze(self._stores, self._sight, drill=self._drill, clock=self._clock)

    async def _is_due(self, asked: Asked) -> bool:
        """Whether all has to be made anew: at the start, for other monitors, and where something reached back."""
        if self._sight is None or self._sight.asked != asked:
            return True
        passed = self._clock() - self._made_at
        if passed < SHARE * self._took:
            return False
        if self._sight.outdated or passed > RENEWED or self._reached != await self._reaching():
            return True
        return await self._sight.grew(
            self._stores.archive, since=self._made_at - self._took - SETTLES, until=self._clock()
        )

    async def _reaching(self) -> tuple[object, ...]:
        """What is another one once somebody judged, muted or erased something."""
        return await self._stores.log.count(JUDGEMENTS), self._stores.erased.version()

    async def _make(self, asked: Asked, ended: int) -> None:
        began, moment, reached = self._measured.timer(), self._clock(), await self._reaching()
        until = await self._looked(ended) if self._until is None else self._until
        self._sight = await Sight.made(self._stores.archive, asked, zone=self._zone, until=until)
        self._reached, self._made_at = reached, moment
        self._took = timedelta(seconds=self._measured.timer() - began)

    async def _looked(self, ended: int) -> int:
        """Where an earlier run, or another one, stopped to look; nothing is looked at twice as long as any does."""
        rows = () if self._drill else await alarms.every(self._stores.desk)
        looked = bucket_of(min((one.looked_at for one in rows), default=start_of(ended)) - SETTLES)
        return min(max(looked, ended - CAUGHT_UP // BUCKET), ended)

    async def _tell(self, plan: Plan, found: Mapping[str, Sighted], moment: datetime) -> None:
        """Tell the crisis which monitors ring, and which do not."""
        assert self._sight is not None  # noqa: S101 - it has looked
        desk, looked = self._stores.desk, start_of(self._sight.until)
        if self._untold:
            await alarmed(desk, [_figures(*one) for one in self._untold.items()], plan, moment, drill=self._drill)
        unknown = {name for name, one in found.items() if not (one.ended or [one.now])[-1].judged}
        silent = [name for name, one in found.items() if one.now.level is not Level.ALARM and name not in unknown]
        await quiet(desk, silent, plan, looked, watched=found.keys(), unknown=unknown, drill=self._drill)

    def _measure(self, found: Mapping[str, Sighted]) -> None:
        self._measured.forget(Gauge.ALARM)
        for name, one in found.items():
            self._measured.set(Gauge.ALARM, max(0, GRAVE.index(one.now.level) - 1), name)


def watched(playbook: Playbook, zone: ZoneInfo, *, drills: bool = False) -> Asked:
    """What is watched: every monitor, with what the plan's calendar expects."""
    saved = {name: one.saved_at.astimezone(UTC) if one.saved_at else None for name, one in playbook.monitors.items()}
    plan = playbook.crisis
    return Asked(
        monitors=saved, campaigns=[_campaign(one, zone) for one in plan.calendar] if plan else [], drills=drills
    )


def _campaign(one: Planned, zone: ZoneInfo) -> Campaign:
    """From the first midnight of its days to the last, on the organisation's clock."""
    until = local_midnight(one.until + timedelta(days=1), zone)
    return Campaign(since=local_midnight(one.since, zone), until=until, times=one.times, monitors=one.monitors)


def _figures(monitor: str, verdict: Verdict) -> Figures:
    return Figures(
        monitor=monitor,
        at=start_of(verdict.bucket + 1),
        since=start_of(verdict.bucket if verdict.since is None else verdict.since),
        window=verdict.window,
        seen=verdict.seen,
        expected=verdict.expected,
        odds=verdict.odds,
        weighed=verdict.weighed,
    )


def _row(monitor: str, verdict: Verdict, moment: datetime) -> Alarm:
    return Alarm(
        monitor=monitor,
        level=verdict.level,
        looked_at=moment,
        since=None if verdict.since is None else start_of(verdict.since),
        window=verdict.window,
        seen=verdict.seen,
        expected=verdict.expected,
        odds=verdict.odds,
        weighed=verdict.weighed,
    )


async def keep_crises(watching: Watching, stop: asyncio.Event, report: Report) -> None:
    """Look until `stop` is set (klankbord.keeping.persisting)."""
    await persist(watching.look, stop, report, name=NAME, broken="no alarm is given for now", every=EVERY)
