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
from playbook.rota import Absence, Shift
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


def blocks(
    shifts: Iterable[Shift], unit: str, within: rota.Stretch, zone: ZoneInfo, *, away: Sequence[Absence] = ()
) -> Sequence[Stretch]:
    """The time that the unit's rota has blocks of, in order, as far as its parts lie in the stretch as a whole.

    It is cut wherever a block or an absence of its person begins or ends: so no hour is in two of them, and each has the same people on
    duty from its begin to its end.
    """
    wide = rota.Stretch(within.since - timedelta(days=1), within.until + timedelta(days=1))
    mine = [shift for shift in shifts if shift.unit == unit]
    planned = [one for shift in mine for one in rota.worked(shift, wide, (), zone)]
    there = [one for shift in mine for one in rota.worked(shift, wide, away, zone)]
    edges = sorted({edge for one in (*planned, *there) for edge in (one.since, one.until)})
    return [
        (since, until)
        for since, until in pairwise(edges)
        if within.since <= since and until <= within.until and any(one.since <= since < one.until for one in planned)
    ]


def thirds(within: rota.Stretch, zone: ZoneInfo) -> Sequence[Stretch]:
    """Night, day and evening: three parts of each day, by the clock, that lie in the stretch as a whole."""
    first = within.since.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((within.until - within.since).days + 2)]
    edges = [datetime.combine(day, time(hour), zone).astimezone(UTC) for day in days for hour in HOURS]
    return [pair for pair in pairwise(edges) if within.since <= pair[0] and pair[1] <= within.until]
