"""Calibrates a tuned head on the texts that validate, and judges it on every text that did not teach."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from enrich._encoder import Encoder
from enrich._encoder.vector import Floats, softmax
from enrich._evaluation import scoring
from enrich._train import sets, ship
from enrich._train.calibrate import FEWEST, temperature
from enrich._train.score import judged
from enrich._train.sets import HEADS, Split, Texts
from enrich._train.top import Tree


def judge(head: str, fitted: Tree, split: Split, encoder: Encoder) -> Mapping[str, Any]:
    """Temperatures are fitted on the validation texts and written; then every text that did not teach is judged."""
    logits = {name: _logits(head, part, encoder) for name, part in split.val.items()}
    several = {name: part for name, part in split.val.items() if len(part.texts) >= FEWEST and name in sets.LANGUAGES}
    own = {name: temperature(logits[name], part.classes) for name, part in several.items()}
    together = np.concatenate(list(logits.values())), np.concatenate([part.classes for part in split.val.values()])
    otherwise = temperature(*together)
    ship.write_head(head, fitted, HEADS[head], own, otherwise)
    val = {name: _scores(logits[name], part, own.get(name, otherwise), HEADS[head]) for name, part in split.val.items()}
    test = {
        name: _scores(_logits(head, part, encoder), part, own.get(name, otherwise), HEADS[head])
        for name, part in split.test.items()
    }
    return {"temperatures": {**own, "otherwise": otherwise}, "val": val, "test": test}


def _scores(logits: Floats, part: Texts, warmth: float, labels: Sequence[str]) -> dict[str, float]:
    """Macro-F1 with its 95 % interval, F1 by label, and the calibration error at that temperature and at 1."""
    truth, given = (np.eye(len(labels), dtype=bool)[places] for places in (part.classes, logits.argmax(axis=1)))
    low, high = scoring.interval(truth, given)
    right = logits.argmax(axis=1) == part.classes
    errors = [
        scoring.calibration_error(softmax(logits / each).max(axis=1).astype(np.float64), right) for each in (warmth, 1)
    ]
    found = judged(logits, part.classes, labels)
    more = {"low": low, "high": high, "calibration error": errors[0], "calibration error before": errors[1]}
    return found | {name: round(float(value), 3) for name, value in more.items()}


def _logits(head: str, part: Texts, encoder: Encoder) -> Floats:
    """(n, labels) as served, -inf for labels that the set does not know."""
    _, readings = encoder.read(part.texts)
    found = np.array([reading.logits(head) for reading in readings], dtype=np.float32)
    return np.where(part.known, found, -np.inf).astype(np.float32)
