"""Heads: what turns the one encoder pass into probabilities, each a small file in enrich/models/."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from core.ports import Passage
from core.types import Finding
from enrich._encoder import DIMENSIONS
from enrich._encoder.shipped import shipped
from enrich._encoder.vector import Floats, softmax


class Head:
    """Reads the vector: one logistic regression. `model` names the file's content."""

    def __init__(self, labels: Sequence[str], weights: Floats, bias: Floats, *, model: str) -> None:
        self.labels, self.model = tuple(labels), model
        self._weights, self._bias = weights, bias

    def probabilities(self, vectors: Floats) -> Floats:
        """(n, labels) from (n, 384): softmax. A row does not depend on the others."""
        # einsum, not a matrix product: the latter rounds differently with the number of rows.
        return softmax(np.einsum("nd,dk->nk", vectors, self._weights) + self._bias)

    def judge(self, batch: Sequence[Passage]) -> tuple[list[int], Floats]:
        """Places of the passages that have a vector, and the probabilities (n, labels) there."""
        places, vectors = vectors_of(batch)
        return places, self.probabilities(vectors)


class Calibration(msgspec.Struct, frozen=True):
    """How sure a head is by right: its logits are divided by the temperature of the text's language, or `otherwise`.

    Fitted on texts that took no part in training (Guo and others, 2017, "On calibration of modern neural networks").
    """

    temperatures: Mapping[str, float]
    otherwise: float

    def of(self, language: str | None) -> float:
        """The temperature for texts in that language."""
        return self.temperatures.get(language or "", self.otherwise)


class ReadingHead:
    """Reads the encoder's last states (core.ports.Reading), and knows how far to believe itself."""

    def __init__(self, name: str, labels: Sequence[str], calibration: Calibration, *, model: str) -> None:
        self.labels, self.model = tuple(labels), model
        self._name, self._calibration = name, calibration

    def judge(self, batch: Sequence[Passage]) -> tuple[list[int], Floats]:
        """Places of the passages that were read, and the probabilities (n, labels) there."""
        read = [(place, one.reading, one.language) for place, one in enumerate(batch) if one.reading]
        logits = [reading.logits(self._name) for _, reading, _ in read]
        temperatures = [[self._calibration.of(language)] for _, _, language in read]
        table = np.array(logits, dtype=np.float32).reshape(-1, len(self.labels))
        return [place for place, _, _ in read], softmax(table / np.array(temperatures, dtype=np.float32).reshape(-1, 1))


def load_head(name: str) -> Head:
    """The head of that name on the vector, as shipped. Raises Stop where its file is missing or unreadable."""
    stored, version = shipped(name, "labels", "weights", "bias")
    weights, bias = (stored[part].astype(np.float32) for part in ("weights", "bias"))
    return Head(stored["labels"].tolist(), weights, bias, model=f"e5-small-{name}-{version}")


def load_reading_head(name: str) -> ReadingHead:
    """The head of that name on the states, as shipped. Raises Stop where its file is missing or unreadable."""
    stored, version = shipped(name, "labels", "languages", "temperatures", "otherwise")
    temperatures = dict(zip(stored["languages"].tolist(), stored["temperatures"].tolist(), strict=True))
    calibration = Calibration(temperatures, float(stored["otherwise"]))
    return ReadingHead(name, stored["labels"].tolist(), calibration, model=f"e5-small-{name}-{version}")


def vectors_of(batch: Sequence[Passage]) -> tuple[list[int], Floats]:
    """Places of the passages that have a vector, and those vectors (n, 384)."""
    places = [place for place, passage in enumerate(batch) if passage.vector]
    joined = b"".join(batch[place].vector for place in places)
    return places, np.frombuffer(joined, dtype=np.float32).reshape(-1, DIMENSIONS)


class Classifier:
    """An enricher that gives the most probable label of a head; abstains where there is no text.

    Where even that label is less probable than `least`, the finding names no label and keeps the probabilities:
    "uncertain" wherever findings are counted.
    """

    needs_vector = True

    def __init__(self, name: str, head: Head | ReadingHead, *, least: float) -> None:
        self.name, self._head, self._least = name, head, least
        self.classes = head.labels

    def reads(self, passage: Passage) -> tuple[str, str | None]:
        """The text, whose vector and reading these are, and its language, by which a head is calibrated."""
        return passage.text, passage.language

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """One finding a passage, with the probability of every label."""
        found: list[Finding | None] = [None] * len(batch)
        places, probabilities = self._head.judge(batch)
        for place, row in zip(places, probabilities.astype(np.float64).round(4).tolist(), strict=True):
            found[place] = self._finding(row)
        return found

    def _finding(self, row: list[float]) -> Finding:
        best = max(row)
        return Finding(
            name=self.name,
            model=self._head.model,
            labels=(self._head.labels[row.index(best)],) if best >= self._least else (),
            confidence=best,
            scores=dict(zip(self._head.labels, row, strict=True)),
        )
