"""Shapes on paper, and as a picture."""

import io
from collections.abc import Iterable

from PIL import Image, ImageDraw

from desk.reports.paper import Paper
from desk.reports.shapes import HIGH, POINT, WIDE, Area, Card, Shape, Stroke, Text, font

DOTS = 150 / 25.4
"""Of a picture, a millimetre."""
FINER = 2
"""Drawn so many times as fine, then made smaller: edges without steps."""
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def on_paper(paper: Paper, shapes: Iterable[Shape]) -> bytes:
    """One page with these on it, and the paper's own foot."""
    paper.set_auto_page_break(auto=False)
    for one in shapes:
        match one:
            case Area():
                _area(paper, one)
            case Card():
                paper.set_fill_color(*one.fill)
                paper.rect(one.x, one.y, one.wide, one.high, style="F", round_corners=True, corner_radius=one.round)
            case Stroke():
                paper.set_draw_color(*one.colour)
                paper.set_line_width(one.wide)
                paper.polyline(one.points)
            case Text():
                paper.style(one.size, one.colour, bold=one.bold)
                back = {"start": 0.0, "middle": one.wide / 2, "end": one.wide}[one.anchor]
                paper.text(one.x - back, one.y, paper.drawable(one.text))
    return bytes(paper.output())


def _area(paper: Paper, one: Area) -> None:
    if one.fill:
        paper.set_fill_color(*one.fill)
    if one.line:
        paper.set_draw_color(*one.line)
        paper.set_line_width(0.3)
    paper.polygon(one.corners, style="DF" if one.fill and one.line else "F" if one.fill else "D")


def as_picture(shapes: Iterable[Shape]) -> bytes:
    """A PNG of A4 at 150 dots an inch. Takes a part of a second of CPU: not for the loop of a server."""
    scale = DOTS * FINER
    image = Image.new("RGB", (round(WIDE * scale), round(HIGH * scale)), "white")
    draw = ImageDraw.Draw(image)
    for one in shapes:
        _draw(draw, one, scale)
    small = image.resize((round(WIDE * DOTS), round(HIGH * DOTS)), Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    small.save(kept, "PNG", optimize=True, dpi=(150, 150))
    return kept.getvalue()


def _draw(draw: ImageDraw.ImageDraw, one: Shape, scale: float) -> None:
    match one:
        case Area():
            dots = [(x * scale, y * scale) for x, y in one.corners]
            draw.polygon(dots, fill=one.fill)
            if one.line:
                draw.line([*dots, dots[0]], fill=one.line, width=round(0.3 * scale), joint="curve")
        case Card():
            box = (one.x * scale, one.y * scale, (one.x + one.wide) * scale, (one.y + one.high) * scale)
            draw.rounded_rectangle(box, radius=one.round * scale, fill=one.fill)
        case Stroke():
            dots = [(x * scale, y * scale) for x, y in one.points]
            draw.line(dots, fill=one.colour, width=max(1, round(one.wide * scale)), joint="curve")
        case Text():
            letters = font(round(one.size * POINT * scale), bold=one.bold)
            draw.text((one.x * scale, one.y * scale), one.text, one.colour, letters, anchor=_ANCHORS[one.anchor])
