"""The report of maturity as one page of A4: what stands where."""

from collections.abc import Iterator, Sequence

from desk.answering.active import ALTIMETER
from desk.maturity.departments import MEASURES
from desk.maturity.pyramid import Kind, Layer, Size, layers
from desk.maturity.report import MaturityReport, ReportDepartment, ReportGoal, ReportShare
from desk.maturity.wording import shown
from desk.reports.paper import FAINT, INK, LINE, SOFT
from desk.reports.shapes import Area, Card, Colour, Point, Shape, Stroke, Text, fitting, width, wrapped
from desk.web.formats import Formats
from desk.web.words import Words
from playbook.maturity import Answer, Maturity

LEFT, RIGHT = 16.0, 194.0
FULL = RIGHT - LEFT
HALF = (FULL - 6) / 2
GREEN, DEEP, ACCENT, PALE = (0, 158, 115), (0, 112, 79), (31, 95, 168), (232, 240, 250)
LATE, UNSURE, WHITE = (169, 74, 0), (205, 210, 218), (255, 255, 255)
PYRAMID, TOP = Size(wide=88, tip=12, high=76, gap=1.4), 46.0
LOWEST, DEPARTMENTS = 171.0, 8
"""Where reasons end, and how many departments have a line."""
FILLS: dict[tuple[Kind, Answer], Colour] = {
    (Kind.HOLDS, Answer.MET): GREEN,
    (Kind.CLIMBS, Answer.MET): (106, 160, 219),
    (Kind.WAITS, Answer.MET): (166, 217, 201),
    (Kind.LOCKED, Answer.MET): (196, 208, 222),
}
"""What is met, by how its level is drawn; nothing but what holds is green."""


def drawn(report: MaturityReport, found: Maturity, words: Words, form: Formats) -> Iterator[Shape]:
    """Everything but the foot."""
    yield from _head(report, words, form)
    yield from _pyramid(report, found)
    yield from _moved(report, words)
    yield from _next(report, words)
    yield from _goals(report, words)
    yield from _departments(report, words, form)
    one_in, year = ALTIMETER
    how = f"{words('maturity.how')} {words('publishers.altimeter', one_in=form.number(one_in), year=year)}"
    yield from _lines((LEFT, 278), how, FULL, 7, SOFT)


def _head(report: MaturityReport, words: Words, form: Formats) -> Iterator[Shape]:
    score = form.number(report.score, decimals=1)
    of = str(words("pyramid.of", all=len(report.levels)))
    yield Text(RIGHT, 29, of, 10, SOFT, anchor="end")
    edge = RIGHT - width(of, 10) - 2
    yield Text(edge, 29, score, 30, ACCENT, bold=True, anchor="end")
    room = edge - width(score, 30, bold=True) - 8 - LEFT
    title = wrapped(report.title, room, 18, most=1, bold=True)
    yield Text(LEFT, 22, title[0], 18, INK, bold=True)
    for place, line in enumerate(wrapped(report.says, room, 10.5, most=2)):
        yield Text(LEFT, 29.5 + 5 * place, line, 10.5, SOFT)
    yield Stroke(((LEFT, 39), (RIGHT, 39)), LINE)


def _pyramid(report: MaturityReport, found: Maturity) -> Iterator[Shape]:
    for layer, level in zip(layers(found.levels, PYRAMID), report.levels, strict=True):
        yield from _layer(layer)
        y, edge = TOP + layer.middle[1], LEFT + max(x for x, _ in layer.corners) - 4
        yield Stroke(((edge, y), (LEFT + PYRAMID.wide + 6, y)), UNSURE)
        x = LEFT + PYRAMID.wide + 8
        yield Text(x, y - 0.6, level.name, 11, INK, bold=True)
        yield Text(RIGHT, y - 0.6, f"{level.met} / {level.all}", 11, INK, bold=True, anchor="end")
        for place, line in enumerate(wrapped(level.says, RIGHT - x, 8, most=2)):
            yield Text(x, y + 3.6 + 3.6 * place, line, 8, DEEP if level.state == Kind.HOLDS else SOFT)


def _layer(layer: Layer) -> Iterator[Shape]:
    yield Area(_placed(layer.corners), FAINT)
    for part in layer.parts:
        fill = FILLS[layer.kind, Answer.MET] if part.answer is Answer.MET else FAINT
        yield Area(_placed(part.corners), fill)
        if part.answer is Answer.UNKNOWN:
            yield from _hatched(_placed(part.corners))
    yield Area(_placed(layer.corners), line=ACCENT if layer.kind is Kind.CLIMBS else LINE)
    x, y = LEFT + layer.middle[0], TOP + layer.middle[1]
    locked = layer.kind is Kind.LOCKED
    yield Text(x - (2.4 if locked else 0), y + 1.8, str(layer.number), 13, INK, bold=True, anchor="middle")
    if locked:
        yield from _padlock(x + 2.6, y)


def _hatched(corners: Sequence[Point]) -> Iterator[Shape]:
    """Slanting lines over the part: what nobody knows."""
    (x0, top), (x1, _), (x2, bottom), (x3, _) = corners
    count = max(1, round((x2 - x3) / 1.8))
    for place in range(count):
        low, high = (place + 0.2) / count, (place + 0.8) / count
        yield Stroke(((x3 + (x2 - x3) * low, bottom), (x0 + (x1 - x0) * high, top)), UNSURE, 0.25)


def _padlock(x: float, y: float) -> Iterator[Shape]:
    yield Stroke(
        ((x - 1, y), (x - 1, y - 1.2), (x - 0.5, y - 1.9), (x + 0.5, y - 1.9), (x + 1, y - 1.2), (x + 1, y)), SOFT, 0.45
    )
    yield Card(x - 1.6, y - 0.2, 3.2, 2.5, SOFT, 0.4)


def _moved(report: MaturityReport, words: Words) -> Iterator[Shape]:
    y = 132.0
    yield Text(LEFT, y, str(words("pyramid.why")), 11, INK, bold=True)
    if report.moved is None:
        yield from _lines((LEFT, y + 6), str(words("pyramid.first")), HALF, 9, SOFT)
        return
    yield from _lines((LEFT, y + 6), report.moved.says, HALF, 9.5)
    at = y + 13
    for place, one in enumerate(report.moved.reasons):
        lines = wrapped(one.says, HALF - 9, 8, most=2)
        if at + 3.4 * len(lines) > LOWEST:
            yield Text(LEFT + 9, at, str(words("pyramid.more", n=len(report.moved.reasons) - place)), 8, SOFT)
            return
        yield Text(LEFT, at, "✓" if one.gained else "✗", 10, DEEP if one.gained else LATE, bold=True)
        yield Text(LEFT + 5, at, str(one.level), 8, SOFT, bold=True)
        for row, line in enumerate(lines):
            yield Text(LEFT + 9, at + 3.4 * row, line, 8, INK if one.counts else SOFT)
        at += 3.4 * len(lines) + 2.2


def _next(report: MaturityReport, words: Words) -> Iterator[Shape]:
    x, y = LEFT + HALF + 6, 126.5
    yield Card(x, y, HALF, 44, PALE, 3)
    yield Text(x + 6, y + 8, str(words("pyramid.next")), 11, ACCENT, bold=True)
    if report.next is None:
        yield from _lines((x + 6, y + 15), str(words("pyramid.next.none")), HALF - 12, 10)
        return
    step = wrapped(report.next.step, HALF - 12, 10, most=4)
    for place, line in enumerate(step):
        yield Text(x + 6, y + 15 + 4.8 * place, line, 10, INK)
    who = f"{report.next.role}: {', '.join(report.next.names)}" if report.next.names else report.next.role
    yield Text(
        x + 6, y + 38.5, fitting(str(words("pyramid.owner", who=who)), HALF - 12, 9, bold=True), 9, INK, bold=True
    )


def _goals(report: MaturityReport, words: Words) -> Iterator[Shape]:
    y, count = 180.0, max(len(report.goals), 1)
    wide = (FULL - 6 * (count - 1)) / count
    yield Text(LEFT, y, str(words("pyramid.goals")), 11, INK, bold=True)
    if not report.goals:
        yield Text(LEFT, y + 7, str(words("goals.none")), 9, SOFT)
    for place, one in enumerate(report.goals):
        yield from _goal(one, LEFT + (wide + 6) * place, y + 4, wide, words)


def _goal(one: ReportGoal, x: float, y: float, wide: float, words: Words) -> Iterator[Shape]:
    sign, colour = {"reached": ("✓", DEEP), "missed": ("✗", LATE)}.get(one.verdict, ("?", SOFT))
    yield Card(x, y, wide, 30, FAINT)
    for place, line in enumerate(wrapped(one.says, wide - 8, 8.5, most=2)):
        yield Text(x + 4, y + 6 + 3.8 * place, line, 8.5, INK)
    yield Text(x + 4, y + 18.5, fitting(one.figure, wide - 30, 16, bold=True), 16, INK, bold=True)
    yield Text(
        x + wide - 4, y + 18.5, f"{sign} {words(f'goals.verdict.{one.verdict}')}", 8, colour, bold=True, anchor="end"
    )
    for place, told in enumerate((one.target, one.period)):
        yield Text(x + 4, y + 23.4 + 3.6 * place, fitting(told, wide - 8, 7.5), 7.5, SOFT)


def _departments(report: MaturityReport, words: Words, form: Formats) -> Iterator[Shape]:
    y = 220.0
    yield Text(LEFT, y, str(words("pyramid.departments")), 11, INK, bold=True)
    if not report.departments:
        yield from _lines((LEFT, y + 7), str(words("pyramid.departments.few")), FULL, 9, SOFT)
        return
    for place, name in enumerate(MEASURES):
        yield Text(_column(place) + 18, y, str(words(f"pyramid.measure.{name}")), 7, SOFT, anchor="end")
    for row, one in enumerate(report.departments[:DEPARTMENTS]):
        yield from _department(one, y + 2 + 6.4 * row, words, form)
    if len(report.departments) > DEPARTMENTS:
        more = len(report.departments) - DEPARTMENTS
        yield Text(LEFT, y + 6 + 6.4 * DEPARTMENTS, str(words("pyramid.more", n=more)), 7.5, SOFT)


def _department(one: ReportDepartment, y: float, words: Words, form: Formats) -> Iterator[Shape]:
    yield Stroke(((LEFT, y), (RIGHT, y)), LINE)
    people = str(words("pyramid.people", n=one.people, count=form.number(one.people)))
    yield Text(_column(0) - 2, y + 4.3, people, 7, SOFT, anchor="end")
    yield Text(LEFT, y + 4.3, fitting(one.name, _column(0) - 5 - LEFT - width(people, 7), 8.5), 8.5, INK)
    for place, name in enumerate(MEASURES):
        yield from _measure(one.measures[name], _column(place), y, form)


def _measure(share: ReportShare, x: float, y: float, form: Formats) -> Iterator[Shape]:
    met = share.answer is Answer.MET
    yield Text(
        x + 18, y + 3.8, shown(share, form), 7.5, INK if share.some is not None else SOFT, bold=met, anchor="end"
    )
    if share.some is not None and share.all:
        yield Card(x + 4, y + 4.8, 14, 0.8, LINE, 0.4)
        part = min(1.0, share.some / share.all)
        if part:
            yield Card(x + 4, y + 4.8, max(0.8, 14 * part), 0.8, GREEN if met else (230, 159, 0), 0.4)


def _column(place: int) -> float:
    return RIGHT - 18.5 * (len(MEASURES) - place)


def _lines(at: Point, text: str, wide: float, size: float, colour: Colour = INK) -> Iterator[Shape]:
    x, y = at
    for place, line in enumerate(wrapped(text, wide, size, most=3)):
        yield Text(x, y + size * 0.48 * place, line, size, colour)


def _placed(corners: Sequence[Point]) -> list[Point]:
    return [(LEFT + x, TOP + y) for x, y in corners]
