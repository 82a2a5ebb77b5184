"""Writes docs/models.md from the stored scores: `python -m enrich._train.card` after a change of words."""

import asyncio
import json

import msgspec

from enrich._encoder import Encoder
from enrich._encoder.shipped import MODELS
from enrich._evaluation.shipped import Row, evaluate
from enrich._train import rules
from enrich._train.sections import SECTIONS, Scores

SCORES = MODELS / "scores.json"
JUDGED = MODELS / "judged.json"
CARD = MODELS.parent.parent / "docs" / "models.md"


def judge(encoder: Encoder) -> None:
    """Store what the shipped models make of the shipped texts."""
    rows = asyncio.run(evaluate(encoder))
    JUDGED.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n")


def stored() -> Scores:
    """The scores as they were stored last."""
    rows = msgspec.json.decode(JUDGED.read_bytes(), type=tuple[Row, ...])
    return Scores(json.loads(SCORES.read_text(encoding="utf-8")), rows)


def render(scores: Scores) -> str:
    """The page's Markdown."""
    return "".join(section(scores) for section in SECTIONS) + rules.section(rules.stored())


def write() -> None:
    CARD.write_text(render(stored()), encoding="utf-8")


if __name__ == "__main__":
    write()
