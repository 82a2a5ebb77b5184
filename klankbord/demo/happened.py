"""What happened at the demo's railway in its 28 days: the outage of its crisis, a campaign, works, and answers of travellers by week."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from desk.store.happenings import Happening, Kind
from klankbord.demo.messages import Stretch, Timeline
from klankbord.demo.rhythm import DAYS, ZONE

A_DAY = 6
"""Travellers who answer on one day."""
GRADES = (4, 5, 6, 7, 8, 9, 10)
USUAL, AFTER = (1, 1, 3, 6, 8, 4, 3), (4, 4, 5, 5, 4, 2, 1)
"""How often each grade is given, on a usual day and in the week after the crisis."""
SORE = timedelta(days=7)


def happened(timeline: Timeline) -> Sequence[Happening]:
    """All of it, none after `timeline.now`; the same timeline gives the same, each under a key of its own."""
    crisis, now = timeline.crisis, timeline.now
    return [
        _event("outage", Kind.OUTAGE, "Geen stroom op het spoor rond Utrecht", crisis),
        _event("works", Kind.OTHER, "Werk aan het spoor Zwolle–Meppel", _days(now, 24, 22)),
        _event("timetable", Kind.CAMPAIGN, "Campagne voor de nieuwe dienstregeling", _days(now, 16, 3)),
        *_answers(timeline),
    ]


def _event(key: str, kind: Kind, title: str, when: Stretch) -> Happening:
    return Happening(source="noorderlijn", key=key, kind=kind, since=when.since, until=when.until, title=title)


def _days(now: datetime, since: int, until: int) -> Stretch:
    """From nine in the morning so many days ago, by the clock of the railway, to as early on a later day."""
    first, last = (
        (now.astimezone(ZONE) - timedelta(days=back)).replace(hour=9, minute=0, second=0, microsecond=0)
        for back in (since, until)
    )
    return Stretch(since=first.astimezone(now.tzinfo), until=last.astimezone(now.tzinfo))


def _answers(timeline: Timeline) -> Iterator[Happening]:
    random = Random(timeline.seed + 13)
    for back in range(DAYS, 0, -1):
        day = timeline.now - timedelta(days=back)
        sore = timeline.crisis.since <= day < timeline.crisis.until + SORE
        for place, grade in enumerate(random.choices(GRADES, AFTER if sore else USUAL, k=A_DAY)):
            at = day + timedelta(minutes=random.randrange(24 * 60))
            key, title = f"answer-{back}-{place}", "Antwoord van een reiziger"
            yield Happening(
                source="reizigersonderzoek", key=key, kind=Kind.NPS, since=at, title=title, amount=float(grade)
            )
