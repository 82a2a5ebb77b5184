"""Fits an own head to judgements, and judges it beside the shipped one on the same texts by cross-validation. Numpy alone."""

import hashlib
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from enrich._encoder.vector import Floats
from enrich._own import OwnHead

Places = npt.NDArray[np.int64]

STRENGTHS = (0.003, 0.03, 0.3, 3.0)
FOLDS = 5
ROUNDS = 300


class Examples(msgspec.Struct, frozen=True):
    """Judged texts: logarithms of the shipped probabilities (n, labels), vectors (n, 384), the place of each one's label
    (n), and a number (n) that copies of one text share.
    """

    logs: Floats
    vectors: Floats
    classes: Places
    groups: Places

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Examples":
        """Those rows alone."""
        return Examples(self.logs[chosen], self.vectors[chosen], self.classes[chosen], self.groups[chosen])


def fit(examples: Examples, labels: Sequence[str]) -> OwnHead:
    """The own head of all of them; how strong is chosen in folds by how probable they make the label judged."""
    losses = {strength: _loss(examples, labels, strength) for strength in STRENGTHS}
    return _fitted(examples, labels, min(losses, key=losses.__getitem__))


def cross_validated(examples: Examples, labels: Sequence[str]) -> Floats:
    """Probabilities (n, labels) of each text by a head that saw neither it nor a copy of it."""
    found = np.zeros_like(examples.logs)
    turn = folds(examples)
    for one in range(FOLDS):
        if (turn == one).any():
            own = fit(examples.of(turn != one), labels)
            found[turn == one] = own.probabilities(examples.logs[turn == one], examples.vectors[turn == one])
    return found


def folds(examples: Examples) -> Places:
    """The fold of each: copies share one, and each has about its part of every label."""
    seen: dict[int, int] = {}
    order = np.lexsort((examples.groups, examples.classes))
    for place in order:
        seen.setdefault(int(examples.groups[place]), len(seen) % FOLDS)
    return np.array([seen[int(group)] for group in examples.groups], dtype=np.int64)


def group(text: str) -> int:
    """The same number for texts of the same letters and digits."""
    letters = "".join(sign for sign in text.casefold() if sign.isalnum()) or text
    return int.from_bytes(hashlib.blake2b(letters.encode(), digest_size=8).digest(), "big", signed=True)


def _loss(examples: Examples, labels: Sequence[str], strength: float) -> float:
    """The mean negative logarithm of the judged labels' probabilities, each by a head that did not see it."""
    turn, whole = folds(examples), 0.0
    for one in range(FOLDS):
        judged = examples.of(turn == one)
        if len(judged.classes):
            own = _fitted(examples.of(turn != one), labels, strength)
            chances = own.probabilities(judged.logs, judged.vectors)[np.arange(len(judged.classes)), judged.classes]
            whole -= float(np.log(np.maximum(chances, 1e-12)).sum())
    return whole / len(examples.classes)


def _fitted(examples: Examples, labels: Sequence[str], strength: float) -> OwnHead:
    """Least cross entropy plus half the square of the weights over `strength`, by accelerated gradient (Nesterov 1983)."""
    middle = examples.vectors.mean(axis=0, dtype=np.float64)
    centred = examples.vectors - middle
    scale = float(np.sqrt(np.square(centred).sum(axis=1).mean())) or 1.0
    inputs = np.column_stack([centred / scale, np.ones(len(centred))])
    truth, count = np.eye(len(labels))[examples.classes], len(inputs)
    # The cross entropy's slope changes by no more than half the greatest square of the inputs' spread.
    step = 1 / (0.5 * np.linalg.norm(inputs, 2) ** 2 / count + 1 / (strength * count))
    weights = ahead = np.zeros((inputs.shape[1], len(labels)))
    for turn in range(ROUNDS):
        logits = examples.logs + inputs @ ahead
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        off = raised / raised.sum(axis=1, keepdims=True) - truth
        before, weights = weights, ahead - step * (inputs.T @ off / count + ahead / (strength * count))
        ahead = weights + turn / (turn + 3) * (weights - before)
    slope = weights[:-1] / scale
    bias = weights[-1] - middle @ slope
    return OwnHead(tuple(labels), slope.astype(np.float32), bias.astype(np.float32))
