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

ALONE = 4 * 65536
"""Multiplications up to which OpenBLAS takes a product of matrices to be too small for more than one thread (its interface/gemm.c
and GEMM_MULTITHREAD_THRESHOLD). The cores are the encoder's: a second thread would wait for one, and the first would spin.
"""

Places = Sequence[tuple[int, int]]
"""Where each token of a text begins and ends, in characters."""


class Head(msgspec.Struct, frozen=True):
    """queries (q, width), weights (q, width, labels), bias (labels)."""

    queries: Floats
    weights: Floats
    bias: Floats


class Reader:
    """Heads side by side: `columns` once a text, then the logits of all heads for many texts at once."""

    def __init__(self, heads: dict[str, Head]) -> None:
        queries = np.concatenate([head.queries for head in heads.values()])
        values: list[Floats] = []
        owners: list[int] = []  # of each value, the query by way of which it is given
        firsts: list[int] = []  # of each label, where its values begin
        self._places: dict[str, slice] = {}
        at = 0
        for name, head in heads.items():
            count, width, labels = head.weights.shape
            values.append(head.weights.transpose(2, 0, 1).reshape(labels * count, width))
            self._places[name] = slice(len(firsts), len(firsts) + labels)
            firsts += [len(owners) + label * count for label in range(labels)]
            owners += [*range(at, at + count)] * labels
            at += count
        self._matrix = np.ascontiguousarray(np.concatenate([queries, *values]).T, dtype=np.float32)
        self._queries, self._owners, self._firsts = len(queries), np.array(owners), np.array(firsts)
        self._bias = np.concatenate([head.bias for head in heads.values()]).astype(np.float32)

    def columns(self, states: Floats) -> Floats:
        """(tokens, n) of states (tokens, width): what each token gives each query, then each label by way of each query.

        What it says of a text depends on no other text.
        """
        step = max(1, ALONE // self._matrix.size)
        products = [states[start : start + step] @ self._matrix for start in range(0, len(states), step)]
        return np.concatenate(products, dtype=np.float32)

    def logits(self, texts: Sequence[Floats]) -> Floats:
        """(n, labels of all heads) of the columns of n texts, each of at least one token. A row depends on no other."""
        if not texts:
            return np.zeros((0, len(self._bias)), dtype=np.float32)
        joined = np.ascontiguousarray(np.concatenate(texts).T)
        lengths = np.array([len(own) for own in texts])
        begins = lengths.cumsum() - lengths
        queries, values = joined[: self._queries], joined[self._queries :]
        raised = np.exp(queries - np.maximum.reduceat(queries, begins, axis=1).repeat(lengths, axis=1))
        weights = np.add.reduceat(raised, begins, axis=1)
        sums = np.add.reduceat(values * raised[self._owners], begins, axis=1)
        pooled = np.add.reduceat(sums / weights[self._owners], self._firsts, axis=0)
        return np.asarray(pooled.T + self._bias, dtype=np.float32)

    def of(self, head: str) -> slice:
        """Where the labels of that head stand among all."""
        return self._places[head]


class Reading:
    """What the heads make of one text: core.ports.Reading.

    logits  (labels of all heads) of the whole text
    locate  gives the places of its tokens, where it is asked
    """

    def __init__(self, reader: Reader, columns: Floats, logits: list[float], locate: Callable[[], Places]) -> None:
        self._reader, self._columns, self._logits, self._locate = reader, columns, logits, locate
        self._places: Places | None = None

    @property
    def size(self) -> int:
        """About how many bytes it takes, with the places of its tokens."""
        return 1_000 + self._columns.nbytes + 160 * len(self._columns)

    def logits(self, head: str) -> list[float]:
        """(labels) of the whole text."""
        return self._logits[self._reader.of(head)]

    def part(self, head: str, start: int, end: int) -> list[float] | None:
        """(labels) of the characters [start, end) of the text; None where no token that was read lies there."""
        if self._places is None:
            self._places = self._locate()
        places = self._places if start < end else ()
        chosen = [place for place, (first, last) in enumerate(places) if first < end and last > start]
        if not chosen:
            return None
        (logits,) = self._reader.logits([self._columns[chosen]])
        found: list[float] = logits[self._reader.of(head)].tolist()
        return found


def load_reader() -> Reader:
    """The shipped heads. Raises Stop where a file of theirs is missing or unreadable."""
    return Reader({name: load(name) for name in READ})


def load(name: str) -> Head:
    """The head of that name as shipped. Raises Stop where its file is missing or unreadable."""
    stored, _ = shipped(name, "queries", "weights", "bias")
    return Head(*(stored[part].astype(np.float32) for part in ("queries", "weights", "bias")))
