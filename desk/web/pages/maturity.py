"""Maturity: the five levels as a pyramid from below, each with its evidence, the next step, why it moved, and how it was."""

from collections.abc import Sequence
from datetime import date

import msgspec
from aiohttp import web

from desk.answering.active import ALTIMETER
from desk.foundation.departments import SMALLEST
from desk.foundation.holders import holders
from desk.maturity.departments import MEASURES, compared
from desk.maturity.evidence import matured
from desk.maturity.moved import SHOWN, Step, moved, steps
from desk.maturity.pyramid import Point, Size, layers
from desk.maturity.wording import change, day, department_name, shown, state
from desk.store import maturity
from desk.web.site import KEPT, SITE, formats, looked_in, reader_words, render
from playbook.maturity import Maturity

SIZE = Size(wide=480, tip=130, high=290, gap=5)
WIDE, HIGH = 160.0, 36.0
"""Of a level over time, in units of its drawing."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A level over time: the line of a drawing, WIDE by HIGH, and what it says."""

    line: str
    steps: Sequence[Step]


async def page(request: web.Request) -> web.Response:
    kept, site, at = request.app[KEPT], request.app[SITE], request.app[SITE].clock()
    looked, words, form = looked_in(request.app), reader_words(request), formats(request)
    found = await matured(looked, at)
    days = await maturity.history(kept.database)
    today = at.astimezone(site.organisation.zone).date()
    return render(
        request,
        "maturity.html",
        found=found,
        drawn=layers(found.levels, SIZE),
        size=SIZE,
        corners=corners,
        state=lambda layer: state(layer, words),
        moved=moved(found, days, today),
        change=lambda told: change(told, words, form),
        day=lambda one: day(one, words),
        courses=courses(found, days, today),
        course=(WIDE, HIGH),
        departments=await compared(looked, at),
        measures=MEASURES,
        called=lambda name: department_name(name, looked.playbook, words),
        shown=lambda evidence: shown(evidence, form),
        smallest=SMALLEST,
        altimeter=ALTIMETER,
        holders=await holders(kept.database),
        roles=kept.rules.playbook.all_roles(),
    )


def corners(points: Sequence[Point]) -> str:
    """The corners of a polygon, as SVG writes them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def courses(found: Maturity, days: Sequence[maturity.Day], today: date) -> list[Course]:
    """Of each level, as it is today too."""
    now = maturity.Day(
        day=today,
        score=found.score,
        answers={one.name: one.evidence.answer for stand in found.levels for one in stand.needs},
    )
    every = [now, *(one for one in days if one.day < today)]
    return [_course(steps(stand.level, every, today), today) for stand in found.levels]


def _course(found: Sequence[Step], today: date) -> Course:
    """A stair: each step lasts until the next one."""
    points: list[Point] = []
    for step in found:
        x = WIDE * (1 - (today - step.day) / SHOWN)
        y = HIGH - 2 - (HIGH - 4) * step.met
        points += [(x, points[-1][1]), (x, y)] if points else [(x, y)]
    return Course(line=corners([*points, (WIDE, points[-1][1])]), steps=found)
