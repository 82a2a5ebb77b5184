"""A head: one small logistic regression on the encoder's vector, kept as a file in enrich/models/."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.errors import Stop
from core.ports import Passage
from core.types import Finding
from enrich._encoder import DIMENSIONS
from enrich._encoder.vector import Floats

MODELS = Path(__file__).parent / "models"


class Head:
    """Probability of each label for a vector; `model` names the file's content."""

    def __init__(self, labels: Sequence[str], weights: Floats, bias: Floats, *, model: str) -> None:
        self.labels, self.model = tuple(labels), model
        self._weights, self._bias = weights, bias

    def probabilities(self, vectors: Floats) -> Floats:
        """(n, labels) from (n, 384): softmax. A row does not depend on the others."""
        # einsum, not a matrix product: the latter rounds differently with the number of rows.
        logits = np.einsum("nd,dk->nk", vectors, self._weights) + self._bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def load_head(name: str) -> Head:
    """The head of that name as shipped. Raises Stop where its file is missing or unreadable."""
    path = MODELS / f"{name}.npz"
    try:
        content = path.read_bytes()
        with np.load(io.BytesIO(content)) as stored:
            labels = stored["labels"]
            weights, bias = (stored[part].astype(np.float32) for part in ("weights", "bias"))
    except (OSError, ValueError, KeyError) as error:
        raise Stop(f"The model {name} cannot be read from {path.name}: {error}; install klankbord again.") from error
    version = hashlib.sha256(content).hexdigest()[:8]
    return Head([str(label) for label in labels], weights, bias, model=f"e5-small-{name}-{version}")


def vectors_of(batch: Sequence[Passage]) -> tuple[list[int], Floats]:
    """Places of the passages that have a vector, and those vectors (n, 384)."""
    places = [place for place, passage in enumerate(batch) if passage.vector]
    joined = b"".join(batch[place].vector for place in places)
    return places, np.frombuffer(joined, dtype=np.float32).reshape(-1, DIMENSIONS)


class Classifier:
    """An enricher that gives the most probable label of a head; abstains where there is no text or little certainty."""

    needs_vector = True

    def __init__(self, name: str, head: Head, *, least: float) -> None:
        self.name, self._head, self._least = name, head, least
        self.classes = head.labels

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """One finding a passage, with the probability of every label."""
        found: list[Finding | None] = [None] * len(batch)
        places, vectors = vectors_of(batch)
        rounded = self._head.probabilities(vectors).astype(np.float64).round(4)
        for place, row in zip(places, rounded.tolist(), strict=True):
            found[place] = self._finding(row)
        return found

    def _finding(self, row: list[float]) -> Finding | None:
        best = max(row)
        if best < self._least:
            return None
        return Finding(
            name=self.name,
            model=self._head.model,
            labels=(self._head.labels[row.index(best)],),
            confidence=best,
            scores=dict(zip(self._head.labels, row, strict=True)),
        )
