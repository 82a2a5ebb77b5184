"""The heads that read the encoder's last states: attention pools over the tokens of a text, or of a part of it.

Each head has queries (q, 384); a query's pool is the mean of the tokens' states, weighed by the softmax of their products
with it. A head's logits are linear in its pools, so all that a text's states have to say to all heads is a few numbers a
token, from one product of matrices. They are kept, and parts of the text are read from the same pass.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from enrich._encoder.shipped import shipped
from enrich._encoder.vector import Floats

READ = ("sentiment", "emotion", "toxicity")

Places = Sequence[tuple[int, int]]
"""Where each token of a text begins and ends, in characters."""


class Head(msgspec.Struct, frozen=True):
    """queries (q, width), weights (q, width, labels), bias (labels)."""

    queries: Floats
    weights: Floats
    bias: Floats


class Reader:
    """Heads side by side: `columns` once a text, then `logits` of any of them."""

    def __init__(self, heads: dict[str, Head]) -> None:
        parts, self._places, at = [], {}, 0
        for name, head in heads.items():
            count, width = head.queries.shape
            labels = len(head.bias)
            parts += [head.queries.T, head.weights.transpose(1, 0, 2).reshape(width, count * labels)]
            values = slice(at + count, at + count + count * labels)
            self._places[name] = (slice(at, at + count), values, head.bias)
            at = values.stop
        self._matrix = np.ascontiguousarray(np.concatenate(parts, axis=1), dtype=np.float32)

    def columns(self, states: Floats) -> Floats:
        """(tokens, n) of states (tokens, width). What it says of a text depends on no other text."""
        return np.asarray(states @ self._matrix, dtype=np.float32)

    def logits(self, head: str, columns: Floats) -> Floats:
        """(labels) of the head of that name over these tokens, at least one."""
        queries, values, bias = self._places[head]
        raised = np.exp(columns[:, queries] - columns[:, queries].max(axis=0))
        weights = raised / raised.sum(axis=0)
        said = columns[:, values].reshape(*weights.shape, -1)
        return np.asarray(np.einsum("tq,tql->l", weights, said) + bias, dtype=np.float32)


class Reading:
    """What the heads make of one text: core.ports.Reading. `locate` gives the places of its tokens, where it is asked."""

    def __init__(self, reader: Reader, columns: Floats, locate: Callable[[], Places]) -> None:
        self._reader, self._columns, self._locate = reader, columns, locate
        self._places: Places | None = None

    def logits(self, head: str) -> list[float]:
        """(labels) of the whole text."""
        found: list[float] = self._reader.logits(head, self._columns).tolist()
        return found

    def part(self, head: str, start: int, end: int) -> list[float] | None:
        """(labels) of the characters [start, end) of the text; None where no token that was read lies there."""
        if self._places is None:
            self._places = self._locate()
        places = self._places if start < end else ()
        chosen = [place for place, (first, last) in enumerate(places) if first < end and last > start]
        if not chosen:
            return None
        found: list[float] = self._reader.logits(head, self._columns[chosen]).tolist()
        return found


def load_reader() -> Reader:
    """The shipped heads. Raises Stop where a file of theirs is missing or unreadable."""
    return Reader({name: load(name) for name in READ})


def load(name: str) -> Head:
    """The head of that name as shipped. Raises Stop where its file is missing or unreadable."""
    stored, _ = shipped(name, "queries", "weights", "bias")
    return Head(*(stored[part].astype(np.float32) for part in ("queries", "weights", "bias")))
