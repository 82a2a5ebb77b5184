"""A page as a list of shapes, in millimetres on A4: drawn the same way on paper and as a picture. How wide a text is, too."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

import msgspec
from PIL import ImageFont

from desk.reports.paper import FONTS

WIDE, HIGH = 210.0, 297.0
POINT = 25.4 / 72
"""Millimetres of a point of type."""

Colour = tuple[int, int, int]
Point = tuple[float, float]


class Area(msgspec.Struct, frozen=True):
    """A polygon, filled or with an outline or both."""

    corners: Sequence[Point]
    fill: Colour | None = None
    line: Colour | None = None


class Card(msgspec.Struct, frozen=True):
    """A rectangle with round corners."""

    x: float
    y: float
    wide: float
    high: float
    fill: Colour
    round: float = 2.0


class Stroke(msgspec.Struct, frozen=True):
    """A line from point to point."""

    points: Sequence[Point]
    colour: Colour
    wide: float = 0.2


class Text(msgspec.Struct, frozen=True):
    """One line of text on a baseline, `size` in points, from, around or up to x."""

    x: float
    y: float
    text: str
    size: float
    colour: Colour
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "start"

    @property
    def wide(self) -> float:
        return width(self.text, self.size, bold=self.bold)


Shape = Area | Card | Stroke | Text


@cache
def font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The font that reports are set in, so many dots high."""
    return ImageFont.truetype(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide that text is, in millimetres."""
    return font(100, bold=bold).getlength(text) / 100 * size * POINT


def wrapped(text: str, wide: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """The text in lines of that width, at most so many: the last says that there is more."""
    lines, words = [""], text.split()
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold=bold) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = f"{kept[-1]} …"
    return [fitting(line, wide, size, bold=bold) for line in kept]


def fitting(text: str, wide: float, size: float, *, bold: bool = False) -> str:
    """The text, cut where it is wider than that."""
    while len(text) > 1 and width(text, size, bold=bold) > wide:
        text = f"{text[:-2]}…"
    return text
