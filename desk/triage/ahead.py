"""What the coming hours of a monitor ask of a rota: how much of what is expected has to be answered, and how many people that takes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from core.document import Filter, Group
from core.ports import ArchiveReader
from picture.forecast.staffing import Stretch
from playbook import rota
from playbook.rota import Shift
from playbook.triage import Triage

WEEKS = timedelta(weeks=4)
MOST_OUTCOMES = 1_000
HOURS = (0, 8, 16)
"""When the parts of a day begin, where no rota says it."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a monitor's mentions of the last four weeks have to be answered, as triage or a person said."""

    answered: int
    mentions: int

    @property
    def value(self) -> float:
        return self.answered / self.mentions if self.mentions else 0.0


async def share(archive: ArchiveReader, monitor: str, triage: Triage, *, now: datetime) -> Share:
    where = Filter(monitors=(monitor,), since=now - WEEKS, until=now)
    outcomes = await archive.terms(where, by=Group.OUTCOME, size=MOST_OUTCOMES)
    owed = sum(count for name, count in outcomes if name in triage.outcomes and triage.outcomes[name].answer)
    return Share(answered=owed, mentions=await archive.count(where))


def blocks(shifts: Iterable[Shift], unit: str, within: rota.Stretch, zone: ZoneInfo) -> Sequence[Stretch]:
    """The blocks of that unit's rota that lie in the stretch as a whole, each once, whoever is on duty, in order."""
    wide = rota.Stretch(within.since - timedelta(days=1), within.until + timedelta(days=1))
    found = {one for shift in shifts if shift.unit == unit for one in rota.worked(shift, wide, (), zone)}
    return [(one.since, one.until) for one in sorted(found) if within.since <= one.since and one.until <= within.until]


def thirds(within: rota.Stretch, zone: ZoneInfo) -> Sequence[Stretch]:
    """Night, day and evening: three parts of each day, by the clock, that lie in the stretch as a whole."""
    first = within.since.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((within.until - within.since).days + 2)]
    edges = [datetime.combine(day, time(hour), zone).astimezone(UTC) for day in days for hour in HOURS]
    return [pair for pair in pairwise(edges) if within.since <= pair[0] and pair[1] <= within.until]
