"""How well personal data is found: against sentences written for the purpose, and against made ones."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from core.redaction import Kind, Redactor
from core.redaction.kinds import Found
from core.redaction.regions import regions_of
from enrich._train.personal_made import made

WRITTEN = Path(__file__).parent / "personal.txt"
LANGUAGES = ("nl", "en")
MADE = 4_000
SEED = 20

_MARKED = re.compile(r"\{([\w-]+)\|([^}]*)\}")


class Marked(NamedTuple):
    """A text, and the personal data in it, in order."""

    text: str
    found: Sequence[Found]


def marked(line: str) -> Marked:
    """From "call {phone|06-12345678}"."""
    parts: list[str] = []
    found: list[Found] = []
    end = length = 0
    for mark in _MARKED.finditer(line):
        before = line[end : mark.start()]
        parts += [before, mark[2]]
        start = length + len(before)
        length = start + len(mark[2])
        found.append(Found(start, length, Kind(mark[1])))
        end = mark.end()
    return Marked("".join([*parts, line[end:]]), found)


def written(*, held_out: bool) -> list[Marked]:
    """Every second sentence of the file: those that the rules were written with, or those that only judge them."""
    lines = [line for line in WRITTEN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return [marked(line) for line in lines[int(held_out) :: 2]]


def judge(texts: Iterable[Marked]) -> dict[str, dict[str, float]]:
    """Precision and recall by kind and of all: right is what is found from its first character to its last, as its kind."""
    redactor = Redactor(tuple(Kind), regions_of(LANGUAGES))
    right, given, there = Counter[str](), Counter[str](), Counter[str]()
    for text in texts:
        found = redactor.find(text.text)
        right.update(one.kind for one in found if one in text.found)
        given.update(one.kind for one in found)
        there.update(one.kind for one in text.found)
    rows = {str(kind): _row(right[kind], given[kind], there[kind]) for kind in Kind}
    return {**rows, "all": _row(right.total(), given.total(), there.total())}


def _row(right: int, given: int, there: int) -> dict[str, float]:
    precision = right / given if given else 1.0
    recall = right / there if there else 1.0
    return {"precision": round(precision, 3), "recall": round(recall, 3), "number": there}


def report() -> dict[str, dict[str, dict[str, float]]]:
    """The scores of the model card."""
    return {
        "written, first half": judge(written(held_out=False)),
        "written, held out": judge(written(held_out=True)),
        "made": judge(marked(line) for line in made(Random(SEED), MADE)),
    }
