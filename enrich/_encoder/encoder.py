"""Texts to vectors and readings: tokenise, one pass through the network, mean pool and heads."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from core.errors import Stop
from enrich._cores import usable_cores
from enrich._encoder.forward import Network
from enrich._encoder.pieces import Pieces
from enrich._encoder.reading import Reading, load_reader
from enrich._encoder.shipped import MODELS
from enrich._encoder.vector import Floats, unpack

DIMENSIONS = 384
PIECES = "pieces.model"
"""The tokenizer's file in the model's folder."""

REFERENCE = MODELS / "reference.vector"
REFERENCE_TEXT = "Een klankbord hoort wat mensen zeggen; a sounding board hears what people say."
LEAST_LIKENESS = 0.995
"""Cosine to the shipped vector of that text. Processors round differently (.999); a damaged model is far off."""


class Encoder:
    """multilingual-e5-small. Thread-safe; closing frees the model.

    `threads` is how many batches run at once, one core each; by default as many as this process may use. Raises Stop
    where the model cannot be opened or does not answer as it should.
    """

    def __init__(self, model: Path, *, threads: int | None = None) -> None:
        self.threads = threads or usable_cores()
        self.name = model.name
        self._reader = load_reader()
        try:
            self.pieces = Pieces(model / PIECES)
            self._network = Network(model, threads=self.threads)
        except (OSError, RuntimeError, ValueError) as error:
            raise Stop(
                f"The encoder in {model} cannot be opened; build it again with `klankbord model build`."
            ) from error
        if not self._answers():
            self.close()
            raise Stop(
                f"The encoder in {model} does not answer as it should; build it again with `klankbord model build`."
            )

    def encode(self, texts: Sequence[str]) -> Floats:
        """float32 (n, 384) of unit length, in the order of `texts`, which are already normalised.

        A text's vector is the same whatever is encoded beside it. Reads the first 256 tokens.
        """
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)

        def take(place: int, states: Floats) -> None:
            vectors[place] = states.sum(axis=0)

        self._network.forward(self.pieces.ids(texts), take)
        return _of_unit_length(vectors)

    def read(self, texts: Sequence[str]) -> tuple[Floats, list[Reading]]:
        """Vectors as `encode` gives them, and what the heads read in the same pass: neither depends on other texts."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        columns: list[Floats] = [vectors] * len(texts)

        def take(place: int, states: Floats) -> None:
            vectors[place] = states.sum(axis=0)
            columns[place] = self._reader.columns(states)

        self._network.forward(self.pieces.ids(texts), take)
        readings = [
            Reading(self._reader, own, logits, partial(self.pieces.places, text))
            for text, own, logits in zip(texts, columns, self._reader.logits(columns).tolist(), strict=True)
        ]
        return _of_unit_length(vectors), readings

    def _answers(self) -> bool:
        reference = unpack([REFERENCE.read_bytes()])[0]
        return bool(self.encode([REFERENCE_TEXT])[0] @ reference >= LEAST_LIKENESS)

    def close(self) -> None:
        """Wait for what runs and free the model's memory."""
        self._network.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _of_unit_length(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
