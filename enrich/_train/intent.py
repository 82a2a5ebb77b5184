"""Fits `intent` on the texts written for it, less the part that judges; its strength is chosen by five folds."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.findings import INTENTS
from enrich._encoder import Encoder
from enrich._encoder.vector import Floats
from enrich._evaluation.labelled import Labelled
from enrich._train import written
from enrich._train.fit import Examples, Flags, fit, joined
from enrich._train.score import scores

STRENGTHS = (3.0, 10.0, 30.0, 100.0)
FOLDS = 5


def teach(encoder: Encoder) -> tuple[tuple[Floats, Floats], Mapping[str, object]]:
    """Weights and bias, and what is told of them: the strength, its macro-F1 in folds, and across languages, taught in one
    and judged in the other.
    """
    sets = teaching(encoder)
    everything = joined(list(sets.values()))
    folded = {strength: _folds(everything, strength) for strength in STRENGTHS}
    strength = max(folded, key=folded.__getitem__)
    head = fit(everything, strength=strength)
    across = {
        f"{one} to {other}": _macro(fit(sets[one], strength=strength), sets[other])
        for one, other in (("nl", "en"), ("en", "nl"))
    }
    return head, {"strength": strength, "texts": len(everything.classes), "folds": folded[strength], **across}


def teaching(encoder: Encoder) -> dict[str, Examples]:
    """What teaches, by language."""
    rows = {code: written.read(f"intent.{code}") for code in ("nl", "en")}
    return {code: _examples([row for row in own if not written.judges(row)], encoder) for code, own in rows.items()}


def _folds(examples: Examples, strength: float) -> float:
    """Every fifth text judged by a head that saw the others; the mean over the five."""
    turn = np.arange(len(examples.classes)) % FOLDS
    each = [
        _macro(fit(_of(examples, turn != one), strength=strength), _of(examples, turn == one)) for one in range(FOLDS)
    ]
    return round(float(np.mean(each)), 3)


def _macro(head: tuple[Floats, Floats], examples: Examples) -> float:
    return scores(head, examples, INTENTS)["macro-F1"]


def _examples(rows: Sequence[Labelled], encoder: Encoder) -> Examples:
    places = np.array([INTENTS.index(row.labels[0]) for row in rows])
    known = np.ones((len(rows), len(INTENTS)), dtype=np.bool_)
    return Examples(encoder.encode([row.text for row in rows]), places, known)


def _of(examples: Examples, chosen: Flags) -> Examples:
    return Examples(examples.vectors[chosen], examples.classes[chosen], examples.known[chosen])
