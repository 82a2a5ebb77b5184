"""Texts to vectors: tokenise, group by length, encode in small batches on every core, mean-pool."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ctranslate2
import numpy as np
import numpy.typing as npt
import sentencepiece

from core.errors import Stop
from enrich._encoder.vector import unpack

Floats = npt.NDArray[np.float32]

DIMENSIONS = 384
MOST_TOKENS = 256
"""What of a text is read: about 1,000 characters, three times the longest post of most sources."""

MOST_CHARACTERS = 8192
"""Cut before tokenising: no piece is longer than 16 characters, so 256 tokens never reach further than half of this."""

PIECES = "pieces.model"
"""The tokenizer's file in the model's folder."""

REFERENCE = Path(__file__).parents[1] / "models" / "reference.vector"
REFERENCE_TEXT = "Een klankbord hoort wat mensen zeggen; a sounding board hears what people say."
LEAST_LIKENESS = 0.995
"""Cosine to the shipped vector of that text. Processors round differently (.999); a damaged model is far off."""

BATCH = 16
STEP = 8
"""A text is padded to a multiple of this and runs only with texts of the same padded length: the engine's kernels change
with the length of the batch, and by that the last digits of every vector in it."""

PREFIX = "query: "
_START, _PADDING, _END = 0, 1, 2


class Encoder:
    """multilingual-e5-small. Thread-safe; closing frees the model.

    `threads` is how many batches run at once, one core each; by default as many as this process may use. Raises Stop
    where the model cannot be opened or does not answer as it should.
    """

    def __init__(self, model: Path, *, threads: int | None = None) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self.name = model.name
        try:
            self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(model / PIECES))
            self._network = ctranslate2.Encoder(
                str(model),
                device="cpu",
                compute_type="int8",
                inter_threads=self.threads,
                intra_threads=1,
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise Stop(
                f"The encoder in {model} cannot be opened; build it again with `klankbord model build`."
            ) from error
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="encoder")
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
        ids = self.tokens(texts)

        def run(group: list[int]) -> None:
            vectors[group] = self._forward([ids[place] for place in group])

        for _ in self._pool.map(run, _batches([len(own) for own in ids])):
            pass
        return vectors

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text with prefix, start and end, at most 256."""
        cut = [PREFIX + text[:MOST_CHARACTERS] for text in texts]
        found: list[list[int]] = self._pieces.encode(cut, num_threads=1)
        return [[_START, *ids[: MOST_TOKENS - 2], _END] for ids in found]

    def truncates(self, text: str) -> bool:
        """Whether some of that normalised text lies behind the tokens that are read."""
        if len(text) + len(PREFIX) < MOST_TOKENS:  # a token is a character at least
            return False
        return len(text) > MOST_CHARACTERS or len(self._pieces.encode(PREFIX + text)) > MOST_TOKENS - 2

    def _answers(self) -> bool:
        reference = unpack([REFERENCE.read_bytes()])[0]
        return bool(self.encode([REFERENCE_TEXT])[0] @ reference >= LEAST_LIKENESS)

    def _forward(self, ids: list[list[int]]) -> Floats:
        """Vectors of texts of one padded length."""
        padded = np.full((len(ids), _padded(len(ids[0]))), _PADDING, dtype=np.int32)
        for row, own in zip(padded, ids, strict=True):
            row[: len(own)] = own
        lengths = np.array([len(own) for own in ids], dtype=np.int32)
        view = ctranslate2.StorageView.from_array
        # Any: the states come without types. They are a view on memory of the engine's.
        states: Any = np.asarray(self._network.forward_batch(view(padded), view(lengths)).last_hidden_state)
        pooled = np.stack([rows[: len(own)].sum(axis=0) for rows, own in zip(states, ids, strict=True)])
        unit: Floats = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit

    def close(self) -> None:
        """Wait for what runs and free the model's memory."""
        self._pool.shutdown()
        self._network.unload_model()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _padded(length: int) -> int:
    return -(-length // STEP) * STEP


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts that run together, the heaviest batch first so that the cores finish at about the same time."""
    groups: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        groups.setdefault(_padded(length), []).append(place)
    batches = [
        (length, group[start : start + BATCH])
        for length, group in groups.items()
        for start in range(0, len(group), BATCH)
    ]
    return [group for _, group in sorted(batches, key=lambda batch: batch[0] * len(batch[1]), reverse=True)]
