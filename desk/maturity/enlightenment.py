"""Evidence of the fifth level: nearly everyone takes part, and what is said flows straight into the systems and back."""

from datetime import datetime, timedelta

from desk.maturity.looked import MONTH, QUARTER, Found, Looked
from desk.store import people
from desk.store.consents import Consent, who_within
from desk.store.flows import sent_to, told_by
from desk.store.taking_part import took_part
from playbook.maturity import Evidence

LATELY = timedelta(hours=1)
"""How long ago a source may have been heard last and still be a picture of now."""


async def evidence(looked: Looked, at: datetime) -> Found:
    return {**await _taking_part(looked, at), **await _hearing(looked, at), **await _systems(looked, at)}


async def _taking_part(looked: Looked, at: datetime) -> Found:
    """Of all who work here those who took part in a quarter, or publish for the organisation."""
    acted = await took_part(looked.database, at - QUARTER, at)
    async with looked.database.reading() as connection:
        part = set(acted) | set(await who_within(connection, Consent.PUBLISH))
    staff = await people.every(looked.database, left=False)
    return {"taking_part": looked.of("taking_part", (one.id in part for one in staff))}


async def _hearing(looked: Looked, at: datetime) -> Found:
    """Of the sources that listened in four weeks, or tried to, those of which each stream is known up to now."""
    last: dict[str, dict[str, datetime]] = {}
    lacking: set[str] = set()
    for row in await looked.archive.coverage(at - MONTH, at):
        streams = last.setdefault(row.source, {})
        heard = row.until if row.gap is None else row.since
        if heard is not None:
            streams[row.stream] = max(streams.get(row.stream, heard), heard)
        if row.gap is not None and row.until is not None and row.until > at - LATELY:
            lacking.add(row.source)
    known = (
        source not in lacking and bool(streams) and min(streams.values()) >= at - LATELY
        for source, streams in last.items()
    )
    return {"hearing": looked.of("hearing", known)}


async def _systems(looked: Looked, at: datetime) -> Found:
    """How many of the connected ones have of what was said, and how many told something in four weeks; unknown where there are none."""
    found: dict[str, Evidence] = {}
    if looked.systems:
        sent = await sent_to(looked.database, looked.systems, at - MONTH)
        found["flowing"] = looked.number("flowing", len(sent))
    told = await told_by(looked.database)
    if looked.systems or told:
        lately = sum(when >= at - MONTH for when in told.values())
        found["returning"] = looked.number("returning", lately)
    return found
