"""How well spam is told from messages that look like it, on texts written for the purpose."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from core.ports import Passage
from core.types import Author, Mention
from enrich._normalise import normalise
from enrich.spam import Spam

WRITTEN = Path(__file__).parent / "spam.txt"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Written(NamedTuple):
    text: str
    spam: bool


def written(*, held_out: bool) -> list[Written]:
    """Every second message of the file: those that the rules were written with, or those that only judge them."""
    lines = [line for line in WRITTEN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    pairs = [line.split("\t", 1) for line in lines[int(held_out) :: 2]]
    return [Written(text, label == "spam") for label, text in pairs]


def marked(texts: Sequence[Written]) -> list[tuple[str, ...]]:
    """The reasons found in each; () where none is."""
    found = Spam().find([_passage(one.text) for one in texts])
    return [finding.labels if finding else () for finding in found]


def judge(texts: Sequence[Written]) -> dict[str, float]:
    """Precision and recall of being marked at all."""
    found = [bool(reasons) for reasons in marked(texts)]
    right = sum(one.spam for one, given in zip(texts, found, strict=True) if given)
    there = sum(one.spam for one in texts)
    return {
        "precision": round(right / max(1, sum(found)), 3),
        "recall": round(right / there, 3),
        "spam": there,
        "other": len(texts) - there,
    }


def report() -> dict[str, dict[str, float]]:
    """The scores of the model card."""
    return {
        "written, first half": judge(written(held_out=False)),
        "written, held out": judge(written(held_out=True)),
    }


def _passage(text: str) -> Passage:
    author = Author(id="written:somebody")
    mention = Mention(id="written:1", source="written", author=author, text=text, created_at=_AT, seen_at=_AT)
    return Passage(mention=mention, text=normalise(text))
