"""Maturity: the five levels as a pyramid from below, each with its evidence, the next step, and how it was."""

from collections.abc import Sequence

import msgspec
from aiohttp import web

from desk.foundation.holders import holders
from desk.store import maturity
from desk.store.maturity import Day
from desk.web.site import KEPT, SITE, maturity_of, render
from playbook.maturity import Answer, Stand

WIDE, HIGH = 480, 44
"""Of the pyramid's base, and of one level, in units of the drawing."""
TIP = 120
"""How wide the highest level ends."""
DAYS = 12


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One level in the drawing: its corners, where its words stand, and what it is drawn as."""

    stand: Stand
    points: str
    middle: float
    kind: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which something changed: which needs came to be met, and which are not any more."""

    day: Day
    gained: tuple[str, ...]
    lost: tuple[str, ...]


async def page(request: web.Request) -> web.Response:
    kept, found = request.app[KEPT], await maturity_of(request.app)
    if found is None:
        raise web.HTTPNotFound
    days = await maturity.history(kept.database, most=DAYS + 1)
    return render(
        request,
        "maturity.html",
        found=found,
        layers=layers(found.levels),
        changes=changes(days)[:DAYS],
        needs={one.name: one.need for stand in found.levels for one in stand.needs},
        holders=await holders(kept.database),
        roles=kept.rules.playbook.all_roles(),
        zone=request.app[SITE].organisation.zone,
        wide=WIDE,
        high=HIGH * len(found.levels),
    )


def layers(stands: Sequence[Stand]) -> list[Layer]:
    """The lowest level at the bottom, which is drawn first."""
    count = len(stands)
    return [
        Layer(
            stand=stand,
            points=_corners(place, count),
            middle=HIGH * (count - place) - HIGH / 2,
            kind="holds" if stand.holds else "waits" if stand.answer is Answer.MET else stand.answer.value,
        )
        for place, stand in enumerate(stands)
    ]


def changes(days: Sequence[Day]) -> list[Change]:
    """What changed on each of these days, the latest first, against the one before."""
    found: list[Change] = []
    for place, day in enumerate(days):
        before = days[place + 1].answers if place + 1 < len(days) else {}
        met = {name for name, answer in day.answers.items() if answer is Answer.MET}
        was = {name for name, answer in before.items() if answer is Answer.MET}
        found.append(Change(day=day, gained=tuple(sorted(met - was)), lost=tuple(sorted(was - met))))
    return found


def _corners(place: int, count: int) -> str:
    """A trapezium, a little apart from the next."""
    lean = (WIDE - TIP) / 2 / count
    low, high = HIGH * (count - place) - 2, HIGH * (count - place - 1) + 2
    outer, inner = lean * place, lean * (place + 1)
    corners = ((outer, low), (WIDE - outer, low), (WIDE - inner, high), (inner, high))
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in corners)
