"""Goals: each figure against its target over time, who answers for it, and the messages it is made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiohttp import web

from desk.foundation.around import Around, around
from desk.foundation.goals import Standing, evidence
from desk.foundation.holders import holders
from desk.store import crises, happenings
from desk.store.database import Database
from desk.store.happenings import DRAWN, Kind
from desk.web import bars
from desk.web.formats import Formats
from desk.web.site import KEPT, SITE, formats, goals_of, reader_words, render
from desk.web.words import Words
from picture.periods import Period
from playbook.foundation import Goal

MOST_GRADES, MOST_CRISES = 20_000, 100


async def page(request: web.Request) -> web.Response:
    kept, words, form = request.app[KEPT], reader_words(request), formats(request)
    standing = await goals_of(request.app)
    zone = request.app[SITE].organisation.zone

    near = await _around(kept.database, standing, request.app[SITE].clock())

    def called(goal: Goal, since: datetime) -> str:
        return label(Period(goal.period), since.astimezone(zone), words, form)

    return render(
        request,
        "goals.html",
        standing=standing,
        around=near,
        drawn={one.name: bars.drawn(one.goal, one.readings) for one in standing},
        holders=await holders(kept.database),
        roles=kept.rules.playbook.all_roles(),
        label=called,
        figure=lambda goal, value: figure(goal, value, form),
        evidence=evidence,
    )


async def _around(database: Database, standing: Sequence[Standing], now: datetime) -> Mapping[str, Around]:
    """What happened around each goal, by its name."""
    since = min((one.readings[0].since for one in standing), default=now)
    told = await happenings.within(database, since, now, DRAWN)
    grades = await happenings.within(database, since, now, (Kind.NPS,), MOST_GRADES)
    ran = await crises.listed(database, drills=False, most=MOST_CRISES)
    ordered = [await happenings.ordered(database, one.last.since, one.last.until) for one in standing]
    return {one.name: around(one, told, grades, each, ran) for one, each in zip(standing, ordered, strict=True)}


def label(period: Period, since: datetime, words: Words, form: Formats) -> str:
    """The period that begins then, as people call it."""
    match period:
        case Period.DAY:
            return form.day(since)
        case Period.WEEK:
            return str(words("goals.week", day=form.day(since)))
        case Period.MONTH:
            return f"{words(f'month.{since.month}')} {since.year}"
        case Period.QUARTER:
            return str(words("goals.quarter", number=(since.month + 2) // 3, year=since.year))


def figure(goal: Goal, value: float | None, form: Formats) -> str:
    """A value of that goal; a dash for what nobody knows."""
    if value is None or goal.measure == "mentions":
        return form.number(value) if value is not None else "–"
    return form.hundredths(value)
