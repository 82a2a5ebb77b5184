"""Which of the texts that are held are most like a new one, whatever language each is in: all are looked through, the likely ones compared.

A vector is held in the bytes in which it was stored (core.types.Enriched), and beside it, in a byte each, where it lies in the
directions in which texts differ most: 100,000 take 49 MB, 81 MB with their ids and the room for more. Two are compared by the
cosine of where they lie seen from the middle of their own languages, directions in which all texts differ counting for less
(docs/decisions/0031-similar.md).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]
Rows = npt.NDArray[np.int64]

WIDTH = 384
PACKED = 4 + WIDTH
"""Bytes of a stored vector: a scale, which a direction does not need, and its values."""
PRIOR = 50
"""Texts that the given middle stands for while a language is new; of the spread it is SPREAD_PRIOR."""
SPREAD_PRIOR = 500
SHRUNK = 3.0
"""Times the mean spread that is added in each direction, so that none that is hardly known counts for much."""
BROAD = 96
"""Directions in which all are looked through, those in which texts differ most."""
FINE = 256
"""Steps of 1 in which a place in those is held."""
LIKELY = 2_000
"""Rows that are compared in all directions, those that lie nearest in the broad ones."""
BLOCK = 2_048
"""Rows that are read at once: what they take as floats stays in the processor's cache."""
GROWN = 1.5
"""What is ordinary is learned again once so many times as many texts are held."""


class Ordinary(NamedTuple):
    """What texts look like before any is held: their middle (WIDTH) and covariance (WIDTH, WIDTH)."""

    middle: Floats
    spread: Floats


class Text(NamedTuple):
    """One text to be held, by an id: its stored vector and its language."""

    id: str
    vector: bytes
    language: str


class Near(NamedTuple):
    """A text that is held, and how like it is: a cosine, 1 for the same."""

    id: str
    likeness: float


class Similar:
    """All that is held. Not thread-safe: one question or change at a time."""

    def __init__(self, ordinary: Ordinary) -> None:
        self._ordinary = ordinary
        self._values: Bytes = np.zeros((BLOCK, WIDTH), dtype=np.int8)
        self._lengths = np.zeros(BLOCK, dtype=np.float32)
        self._seen = np.zeros(BLOCK, dtype=np.float32)
        self._spoken = np.zeros(BLOCK, dtype=np.int32)
        self._broad: Bytes = np.zeros((BLOCK, BROAD), dtype=np.int8)
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._tongues: dict[str, int] = {}
        self._middles: Floats = np.zeros((0, WIDTH), dtype=np.float32)
        self._root: Floats = np.eye(WIDTH, dtype=np.float32)
        self._learned = 0
        self.learn()

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, one: str) -> bool:
        return one in self._rows

    @property
    def ids(self) -> Collection[str]:
        return self._rows.keys()

    def put(self, texts: Iterable[Text]) -> None:
        """Hold these, each in the place of what had its id; one whose vector is none of this width is left out."""
        added = [self._put(one) for one in texts if len(one.vector) == PACKED and not self._holds(one)]
        if len(self._ids) > GROWN * self._learned + PRIOR:
            self.learn()
        else:
            rows = np.array(added, dtype=np.int64)
            for start in range(0, len(rows), BLOCK):
                self._see(rows[start : start + BLOCK])

    def drop(self, ids: Iterable[str]) -> None:
        """Hold these no more; the last takes the place of each, and nothing of it is left behind."""
        for one in ids:
            if (row := self._rows.pop(one, None)) is None:
                continue
            last, moved = len(self._ids) - 1, self._ids.pop()
            if row != last:
                for column in self._columns:
                    column[row] = column[last]
                self._ids[row], self._rows[moved] = moved, row
            for column in self._columns:
                column[last] = 0

    def learn(self) -> None:
        """See the middle of each language and the spread of all from what is held by now."""
        count = len(self._ids)
        sums, counts = np.zeros((len(self._tongues), WIDTH)), np.zeros(len(self._tongues))
        for rows in _blocks(count):
            np.add.at(sums, self._spoken[rows], self._unit(rows))
            np.add.at(counts, self._spoken[rows], 1)
        middles = (self._ordinary.middle * PRIOR + sums) / (PRIOR + counts)[:, None]
        self._middles = np.asarray(middles, dtype=np.float32)
        self._root = self._narrowed(count)
        for rows in _blocks(count):
            self._see(rows)
        self._learned = count

    def nearest(
        self, vector: bytes, language: str, most: int, *, among: Collection[str] | None = None, without: str = ""
    ) -> Sequence[Near]:
        """The most like it, the most like first, `among` these ids or all; not the one of the id `without`."""
        if len(vector) != PACKED:
            return []
        seen = self._from_middle(vector, language)
        rows = (
            self._likely(seen)
            if among is None
            else np.array([self._rows[one] for one in among if one in self._rows], dtype=int)
        )
        likeness = self._likeness(seen, rows)
        wanted = min(most + 1, len(rows))
        if not wanted:
            return []
        best = np.argpartition(-likeness, wanted - 1)[:wanted].tolist()
        named = sorted((-float(likeness[one]), self._ids[rows[one]]) for one in best)
        return [Near(name, -value) for value, name in named if name != without][:most]

    def directions(self, ids: Sequence[str]) -> Floats:
        """Where these lie, a row each of unit length: the product of two is how like they are. Raises KeyError for one that is not held."""
        rows = np.array([self._rows[one] for one in ids], dtype=np.int64)
        seen = (self._unit(rows) - self._middles[self._spoken[rows]]) @ self._root
        return np.asarray(seen / self._seen[rows, None], dtype=np.float32)

    def _likely(self, seen: Floats) -> Rows:
        """Rows that lie nearest in the broad directions, all where they are few."""
        count = len(self._ids)
        if count <= LIKELY:
            return np.arange(count)
        found = np.empty(count, dtype=np.float32)
        floats, towards = np.empty((BLOCK, BROAD), dtype=np.float32), np.ascontiguousarray(seen[-BROAD:])
        for block in _blocks(count):
            part = self._broad[block]
            floats[: len(part)] = part
            np.dot(floats[: len(part)], towards, out=found[block])
        return np.sort(np.argpartition(found, count - LIKELY)[count - LIKELY :])

    def _likeness(self, seen: Floats, rows: Rows) -> Floats:
        """Of these rows: a product with what says of another, uncentred, how far it lies that way."""
        towards = self._root @ seen
        found = np.empty(len(rows), dtype=np.float32)
        for block in _blocks(len(rows)):
            found[block] = self._values[rows[block]].astype(np.float32) @ towards
        apart = (self._middles @ towards)[self._spoken[rows]]
        return np.asarray((found / self._lengths[rows] - apart) / self._seen[rows], dtype=np.float32)

    def _holds(self, one: Text) -> bool:
        """Whether it is held as it is."""
        row, tongue = self._rows.get(one.id), self._tongues.get(one.language)
        known = row is not None and tongue == self._spoken[row]
        return known and one.vector.endswith(self._values[row].tobytes())

    def _put(self, one: Text) -> int:
        row = self._rows.get(one.id)
        if row is None:
            row = len(self._ids)
            if row == len(self._values):
                self._grow()
            self._ids.append(one.id)
            self._rows[one.id] = row
        values = np.frombuffer(one.vector, dtype=np.int8, offset=PACKED - WIDTH)
        self._values[row] = values
        self._lengths[row] = max(float(np.linalg.norm(values.astype(np.float32))), 1.0)
        self._spoken[row] = self._tongue(one.language)
        return row

    def _grow(self) -> None:
        size = len(self._values) * 2
        self._values, self._broad, self._lengths, self._seen, self._spoken = (
            np.concatenate([column, np.zeros((size - len(column), *column.shape[1:]), dtype=column.dtype)])
            for column in self._columns
        )

    @property
    def _columns(self) -> tuple[Bytes, Bytes, Floats, Floats, npt.NDArray[np.int32]]:
        return self._values, self._broad, self._lengths, self._seen, self._spoken

    def _tongue(self, language: str) -> int:
        if language not in self._tongues:
            self._tongues[language] = len(self._tongues)
            self._middles = np.vstack([self._middles, self._ordinary.middle])
        return self._tongues[language]

    def _unit(self, rows: slice | Rows) -> Floats:
        return np.asarray(self._values[rows] / self._lengths[rows, None], dtype=np.float32)

    def _from_middle(self, vector: bytes, language: str) -> Floats:
        """Which way it lies: of length 1."""
        values = np.frombuffer(vector, dtype=np.int8, offset=PACKED - WIDTH).astype(np.float32)
        tongue = self._tongues.get(language)
        middle = self._ordinary.middle if tongue is None else self._middles[tongue]
        seen = (values / max(float(np.linalg.norm(values)), 1.0) - middle) @ self._root
        return np.asarray(seen / max(float(np.linalg.norm(seen)), 1e-9), dtype=np.float32)

    def _see(self, rows: slice | Rows) -> None:
        """Keep how far these lie from their middles, and where in the broad directions."""
        seen = (self._unit(rows) - self._middles[self._spoken[rows]]) @ self._root
        far = np.maximum(np.sqrt(np.einsum("nd,nd->n", seen, seen)), 1e-9)
        self._seen[rows] = far
        self._broad[rows] = np.clip(np.rint(seen[:, -BROAD:] * (FINE / far[:, None])), -127, 127)

    def _narrowed(self, count: int) -> Floats:
        """What vectors are multiplied by so that no direction in which all differ counts for much (whitening, shrunk)."""
        spread = self._ordinary.spread.astype(np.float64) * SPREAD_PRIOR
        for rows in _blocks(count):
            apart = self._unit(rows) - self._middles[self._spoken[rows]]
            spread += apart.T @ apart
        widths, directions = np.linalg.eigh(spread / (SPREAD_PRIOR + count))
        return np.asarray(directions / np.sqrt(widths + SHRUNK * widths.mean()), dtype=np.float32)


def _blocks(count: int) -> Iterable[slice]:
    return (slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK))
