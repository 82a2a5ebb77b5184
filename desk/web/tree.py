"""The tree of triage as a drawing: where each question and outcome stands. Pure; what is written in them comes from outside.

A question's "no" goes down from it. Its "yes" goes to the right beside it where there is room for that, else below and indented. A
question that several lead to is drawn once; elsewhere a sign leads to it.
"""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

import msgspec

from playbook.leading import Answer, answers
from playbook.triage import Triage

LETTER = 6.9
"""Width of a letter on average at 13 pixels; a line of text is LINE high."""
LINE, PAD = 18.0, 10.0


class Sort(NamedTuple):
    """How the drawing is laid out: width of a box, from one column to the next, room for an answer's count, and whether
    a "yes" stands beside its question.
    """

    box: float
    column: float
    gap: float
    beside: bool


WIDE = Sort(box=262.0, column=344.0, gap=30.0, beside=True)
NARROW = Sort(box=264.0, column=16.0, gap=26.0, beside=False)


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A question, an outcome, or the sign that leads to a question drawn elsewhere. `lines` stand in it, `last` under them."""

    name: str
    kind: str
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    last: str


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: the line as an SVG path, and where its count is written."""

    answer: Answer
    path: str
    x: float
    y: float


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    width: float
    height: float
    box: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


Says = Callable[[str], tuple[str, str]]
"""Of a question or an outcome: its words, and the line under them ("" where there is none)."""


def drawn(triage: Triage, says: Says, sort: Sort) -> Drawing:
    made = _Drawing(triage, says, sort)
    bottom = made.place(triage.start, 0, 0.0)
    right = max(box.x for box in made.boxes) + sort.box
    return Drawing(width=right + 2, height=bottom, box=sort.box, boxes=tuple(made.boxes), edges=tuple(made.edges))


class _Drawing:
    def __init__(self, triage: Triage, says: Says, sort: Sort) -> None:
        self._triage, self._says, self._sort = triage, says, sort
        self._drawn: set[str] = set()
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []

    def place(self, name: str, column: int, y: float) -> float:
        """Draw it with all that follows; returns how far down that comes."""
        again = name in self._drawn
        kind = "again" if again else "question" if name in self._triage.steps else "outcome"
        box = self._box(name, kind, column, y)
        self.boxes.append(box)
        if kind != "question":
            return box.y + box.height + 2
        self._drawn.add(name)
        yes, no = answers(self._triage, name)
        below = box.y + box.height + self._sort.gap
        if self._sort.beside:
            self.edges.append(self._beside(yes, box))
            bottom = self.place(yes.to, column + 1, y)
            below = max(below, bottom + self._sort.gap / 2)
        else:
            self.edges.append(self._inside(yes, box, below))
            below = self.place(yes.to, column + 1, below) + self._sort.gap
        self.edges.append(self._down(no, box, below))
        return self.place(no.to, column, below)

    def _box(self, name: str, kind: str, column: int, y: float) -> Box:
        words, last = self._says(name)
        lines = tuple(_fitted(words, self._sort.box, 2 if kind == "again" else 4))
        height = (len(lines) + bool(last and kind != "again")) * LINE + 2 * PAD - 4
        return Box(
            name=name, kind=kind, x=column * self._sort.column + 1, y=y + 1, height=height, lines=lines,
            last="" if kind == "again" else last,
        )  # fmt: skip

    def _beside(self, answer: Answer, box: Box) -> Edge:
        right, middle = box.x + self._sort.box, box.y + LINE
        return Edge(
            answer=answer,
            path=f"M{right:g} {middle:g}H{box.x + self._sort.column:g}",
            x=(right + box.x + self._sort.column) / 2,
            y=middle - 5,
        )

    def _inside(self, answer: Answer, box: Box, below: float) -> Edge:
        x = box.x + self._sort.column + 24
        bottom = box.y + box.height
        return Edge(answer=answer, path=f"M{x:g} {bottom:g}V{below + 1:g}", x=x + 8, y=(bottom + below) / 2 + 5)

    def _down(self, answer: Answer, box: Box, below: float) -> Edge:
        x = box.x + (24 if self._sort.beside else 8)
        return Edge(answer=answer, path=f"M{x:g} {box.y + box.height:g}V{below + 1:g}", x=x + 8, y=below - 8)


def _fitted(words: str, width: float, most: int) -> Iterator[str]:
    """The words in lines of the box, the last one cut short where there are too many."""
    lines: Sequence[str] = wrap(words, int((width - 2 * PAD) / LETTER)) or [words]
    yield from lines[: most - 1]
    if len(lines) == most:
        yield lines[-1]
    elif len(lines) > most:
        yield f"{lines[most - 1]} …"
