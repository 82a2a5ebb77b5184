"""An own head: what an organisation's judgements correct in a shipped head that reads the encoder.

Its logits are the logarithms of the shipped probabilities plus a linear function of the vector, which is held near nothing:
with few judgements it is the shipped head, with many it is the organisation's.
"""

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import msgspec
import numpy as np

from core.errors import Stop
from core.ports import Enricher, Passage, Reads, classes_of, reads_of
from core.types import Finding
from enrich._encoder import DIMENSIONS
from enrich._encoder.vector import Floats, softmax
from enrich._head import vectors_of

FLOOR = 1e-4
"""The least probability a finding tells."""

ENOUGH = 0.5
"""How probable a label must be where the shipped head did not decide."""


class OwnHead(msgspec.Struct, frozen=True):
    """weights (384, labels) and bias (labels), in the order of `labels`; `version` names the content."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    version: str = ""

    def probabilities(self, logs: Floats, vectors: Floats) -> Floats:
        """(n, labels) from the logarithms of the shipped probabilities (n, labels) and the vectors (n, 384)."""
        # einsum, not a matrix product: the latter rounds differently with the number of rows.
        return softmax(logs + np.einsum("nd,dk->nk", vectors, self.weights) + self.bias)


class Corrected:
    """The enricher with its own head over it: the same finding, by a model named after both."""

    needs_vector = True

    def __init__(self, inner: Enricher, own: OwnHead) -> None:
        self.name, self.classes = inner.name, own.labels
        self._inner, self._own = inner, own
        self.reads = _with_text(reads_of(inner))

    def find(self, batch: Sequence[Passage]) -> list[Finding | None]:
        """The inner findings, corrected where they tell their probabilities and the passage has a vector."""
        found = list(self._inner.find(batch))
        places = [place for place in vectors_of(batch)[0] if (one := found[place]) is not None and one.scores]
        _, vectors = vectors_of([batch[place] for place in places])
        given = [one for place in places if (one := found[place]) is not None]
        rows = self._own.probabilities(logs_of(given, self.classes), vectors).astype(np.float64).round(4).tolist()
        for place, finding, row in zip(places, given, rows, strict=True):
            found[place] = corrected(finding, row, self._own)
        return found


def _with_text(reads: Reads | None) -> Reads | None:
    """What the inner finding follows from, and the text, whose vector corrects it."""
    return reads and (lambda passage: (passage.text, reads(passage)))


def corrected(finding: Finding, row: Sequence[float], own: OwnHead) -> Finding:
    """The finding with these probabilities. Where it had not decided it does from ENOUGH on."""
    best = max(row)
    decided = bool(finding.labels) or best >= ENOUGH
    return msgspec.structs.replace(
        finding,
        model=f"{finding.model}+own-{own.version}",
        labels=(own.labels[row.index(best)],) if decided else (),
        confidence=best if decided else finding.confidence,
        scores=dict(zip(own.labels, row, strict=True)),
    )


def logs_of(findings: Sequence[Finding], labels: Sequence[str]) -> Floats:
    """(n, labels): the logarithms of the probabilities that these findings tell."""
    rows = [[(one.scores or {}).get(label, 0.0) for label in labels] for one in findings]
    return np.log(np.maximum(np.array(rows, dtype=np.float32).reshape(-1, len(labels)), FLOOR))


def keep(own: OwnHead, path: Path) -> None:
    """Write it there whole, or leave what was there."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    path.parent.mkdir(exist_ok=True)
    try:
        with made.open("wb") as file:
            np.savez(file, labels=np.array(own.labels), weights=own.weights, bias=own.bias)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def correct(inner: Enricher, path: Path) -> Enricher:
    """The enricher with the own head in that file, or as it is where there is no such file.

    Raises Stop where the file cannot be read or was fitted for other labels.
    """
    if not path.exists():
        return inner
    try:
        return Corrected(inner, _read(path, tuple(classes_of(inner))))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        name = inner.name
        raise Stop(
            f"the own head {path} cannot be used: {error}; fit it again with `klankbord model fit {name} --use`, or go back "
            f"with `klankbord model shipped {name}`"
        ) from error


def _read(path: Path, labels: tuple[str, ...]) -> OwnHead:
    """Raises ValueError and what numpy raises where it is none for these labels."""
    content = path.read_bytes()
    with np.load(io.BytesIO(content)) as stored:
        given = tuple(str(label) for label in stored["labels"])
        weights, bias = (stored[part].astype(np.float32) for part in ("weights", "bias"))
    if given != labels:
        raise ValueError(f"it is for the labels {', '.join(given)}")
    if weights.shape != (DIMENSIONS, len(given)) or bias.shape != (len(given),):
        raise ValueError("its numbers have another shape")
    if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
        raise ValueError("it holds what is no number")
    return OwnHead(given, weights, bias, hashlib.sha256(content).hexdigest()[:8])
