"""The network as CTranslate2 runs it: token ids to states, in small batches of one length, on every core."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np

from enrich._encoder.vector import Floats

BATCH = 16
STEP = 8
"""A text is padded to a multiple of this and runs only with texts of the same padded length: the engine's kernels change
with the length of the batch, and by that the last digits of every state in it."""

_PADDING = 1

Take = Callable[[int, Floats], None]


class Network:
    """A model's folder, opened: raises OSError, RuntimeError or ValueError where it cannot be. Thread-safe.

    `threads` is how many batches run at once, one core each.
    """

    def __init__(self, model: Path, *, threads: int) -> None:
        self._network = ctranslate2.Encoder(
            str(model), device="cpu", compute_type="int8", inter_threads=threads, intra_threads=1
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    def forward(self, ids: Sequence[list[int]], take: Take) -> None:
        """Calls `take` with the place of each text and its last states (tokens, width), in the thread that ran it.

        A text's states are the same whatever runs beside it. They are a view on the engine's memory.
        """

        def run(group: list[int]) -> None:
            for place, states in zip(group, self._states([ids[one] for one in group]), strict=True):
                take(place, states)

        for _ in self._pool.map(run, batches([len(own) for own in ids])):
            pass

    def _states(self, ids: list[list[int]]) -> list[Floats]:
        """Of texts of one padded length."""
        padded = np.full((len(ids), _padded(len(ids[0]))), _PADDING, dtype=np.int32)
        for row, own in zip(padded, ids, strict=True):
            row[: len(own)] = own
        lengths = np.array([len(own) for own in ids], dtype=np.int32)
        view = ctranslate2.StorageView.from_array
        # Any: the states come without types.
        states: Any = np.asarray(self._network.forward_batch(view(padded), view(lengths)).last_hidden_state)
        return [rows[: len(own)] for rows, own in zip(states, ids, strict=True)]

    def close(self) -> None:
        """Wait for what runs and free the model's memory."""
        self._pool.shutdown()
        self._network.unload_model()


def _padded(length: int) -> int:
    return -(-length // STEP) * STEP


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Places of texts that run together, the heaviest batch first so that the cores finish at about the same time."""
    groups: dict[int, list[int]] = {}
    for place, length in enumerate(lengths):
        groups.setdefault(_padded(length), []).append(place)
    split = [
        (length, group[start : start + BATCH])
        for length, group in groups.items()
        for start in range(0, len(group), BATCH)
    ]
    return [group for _, group in sorted(split, key=lambda batch: batch[0] * len(batch[1]), reverse=True)]
