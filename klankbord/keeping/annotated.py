"""Brings what people note beside the charts, crises and business events to where dashboards find it: at once, and again where that failed."""

import asyncio
from zoneinfo import ZoneInfo

from core.document import Annotation
from core.ports import Annotated
from desk.happenings.beside import noted as noted_happenings
from desk.happenings.figures import by_day
from desk.store import annotations, crises, happenings
from desk.store.crises import Crisis
from desk.store.happenings import DRAWN, Kind
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.stores import Stores

EVERY = 60.0
CRISES = 500
HAPPENINGS = 500
"""Of so many the latest are drawn."""
ANSWERS = 20_000
"""Of so many NPS answers the latest are counted."""


async def annotate(stores: Stores, zone: ZoneInfo) -> None:
    """Let exactly the notes of the desk, its crises and business events stand in the archive, those that are answers counted by
    day of that clock. Nothing to do where no dashboard asks it by itself.

    Raises Retry where one of the two is away.
    """
    if isinstance(stores.archive, Annotated):
        found = await crises.listed(stores.desk, most=CRISES)
        happened = noted_happenings(await happenings.latest(stores.desk, DRAWN, HAPPENINGS))
        answered = by_day(await happenings.latest(stores.desk, (Kind.NPS,), ANSWERS), zone)
        notes = [*await annotations.every(stores.desk), *map(noted, found), *happened]
        await stores.archive.annotate(notes, answered)


def noted(crisis: Crisis) -> Annotation:
    """A crisis as a note, the same in every language: from when it began until its end, by its number, without a word of it."""
    exercise = "" if crisis.drill is None else " (drill / oefening)"
    text = f"Crisis {crisis.number}{exercise}"
    return Annotation(id=f"crisis-{crisis.id}", since=crisis.since, until=crisis.ended_at, text=text)


async def keep_annotated(stores: Stores, zone: ZoneInfo, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set: whoever else wrote a note, and whatever failed before."""

    async def again() -> None:
        await annotate(stores, zone)

    broken = "those beside the charts do not reach the dashboards"
    await persist(again, stop, report, name="notes", broken=broken, every=EVERY)
