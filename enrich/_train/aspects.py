"""Judges aspects on texts written for it in Dutch and English: what is named, and the tone toward each."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import yaml

from core.findings import UNCERTAIN
from core.types import Finding
from enrich._aspects.tone import TONES
from enrich._evaluation.labelled import Labelled
from enrich.aspects import Settings

TEXTS = Path(__file__).parent / "texts"


class Judgement(msgspec.Struct, frozen=True):
    """A text with the vocabulary it is read by, and the tone toward each thing that it names."""

    text: str
    language: str
    vocabulary: str
    tones: Mapping[str, str]


def vocabularies() -> dict[str, Settings]:
    """By name, as the texts name them."""
    content = yaml.safe_load((TEXTS / "aspects.yaml").read_text(encoding="utf-8"))
    return {name: Settings(aspects=aspects) for name, aspects in content.items()}


def held_out() -> list[Judgement]:
    """Those that took no part in making the rules: half of the first texts, by their hashes, and all of those in another style."""
    return [one for one in _read("aspects.txt") if not develops(one)] + list(_read("aspects_held.txt"))


def develops(one: Judgement) -> bool:
    """Whether a text of the first file was looked at while the rules were made."""
    return hashlib.sha256(one.text.encode()).digest()[-1] % 2 == 0


def _read(name: str) -> Iterator[Judgement]:
    vocabulary = language = ""
    for line in (TEXTS / name).read_text(encoding="utf-8").splitlines():
        text, judged, tones = line.rpartition(" | ")
        if judged:
            pairs = [(name, tone) for name, _, tone in (pair.partition("=") for pair in tones.split("; "))]
            yield Judgement(text, language, vocabulary, dict(pairs))
        elif line:
            _, vocabulary, language = line.split()


Toward = Mapping[str, Finding | None]
"""What was found of one text: by name, the tone as a classifier would give it, without a label where it is uncertain."""


def toward(finding: Finding | None) -> dict[str, Finding]:
    """The same of an aspects finding."""
    return {} if finding is None else dict(_toward(finding))


def _toward(finding: Finding) -> Iterator[tuple[str, Finding]]:
    scores = finding.scores or {}
    for label in finding.labels:
        name, _, tone = label.rpartition(":")
        own = {said: scores[f"{name}:{said}"] for said in TONES if f"{name}:{said}" in scores}
        labels = () if tone == UNCERTAIN else (tone,)
        best = max(own.values(), default=None)
        yield name, Finding(name=finding.name, model=finding.model, labels=labels, confidence=best, scores=own)


def named(texts: Sequence[Judgement], found: Sequence[Toward]) -> tuple[float, float]:
    """Precision and recall of what is named."""
    pairs = [(set(one.tones), set(own)) for one, own in zip(texts, found, strict=True)]
    right = sum(len(meant & given) for meant, given in pairs)
    return right / sum(len(given) for _, given in pairs), right / sum(len(meant) for meant, _ in pairs)


def tones(texts: Sequence[Judgement], found: Sequence[Toward]) -> tuple[list[Labelled], list[Finding | None]]:
    """A row for each thing that was found and should be: its true tone, and what was found."""
    pairs = [
        (Labelled(one.text, (tone,), one.language), own[name])
        for one, own in zip(texts, found, strict=True)
        for name, tone in one.tones.items()
        if name in own
    ]
    return [row for row, _ in pairs], [finding for _, finding in pairs]


def opposites(texts: Sequence[Judgement], found: Sequence[Toward]) -> tuple[int, float]:
    """How many texts are for one thing and against another, and the share of them that is right in all of it."""
    right = [
        {name: finding.labels for name, finding in own.items() if finding}
        == {name: (tone,) for name, tone in one.tones.items()}
        for one, own in zip(texts, found, strict=True)
        if {"positive", "negative"} <= set(one.tones.values())
    ]
    return len(right), sum(right) / len(right)
