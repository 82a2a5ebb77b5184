"""The messages that what is new is sought among: the latest as they came, and a sample of those before them.

The sample is one of a stream (Vitter's reservoir, ACM TOMS 11, 1985, algorithm R, with the size of the stream held at what
the last 28 days brought, so that what is older fades), drawn with a generator of its own: the same messages make the same
sample.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

LATEST = 4_096
"""Messages that are kept as they came."""
SAMPLED = 4_096
"""Earlier ones that stand for all before."""
NOWHERE = -(10**9)


class Heard(NamedTuple):
    """One message: whose, in which hour since 1970, whether it was heard as it was said, so that it can make something new.

    text  the same for those with the same text alone
    """

    mention: str
    author: str
    hour: int
    live: bool
    text: int


class Remembered:
    """`width` of the vectors, which come seen from the middle of ordinary messages and of unit length.

    vectors  a row a message; what stands in it where there is none means nothing, `hours` is NOWHERE there
    came     the order in which they came; `latest` is true of those that were not sampled
    """

    def __init__(self, width: int) -> None:
        size = LATEST + SAMPLED
        self.vectors: Floats = np.zeros((size, width), dtype=np.float32)
        self.hours = np.full(size, NOWHERE, dtype=np.int64)
        self.live = np.zeros(size, dtype=np.bool_)
        self.came = np.zeros(size, dtype=np.int64)
        self.latest = np.arange(size) < LATEST
        self.heard: list[Heard | None] = [None] * size
        self._rows: dict[str, int] = {}
        self._count = self._sampled = 0
        self._random = Random(20)

    def row(self, mention: str) -> int | None:
        return self._rows.get(mention)

    def add(self, heard: Heard, vector: Floats, among: int) -> int:
        """Keep it as the latest, in the row that is returned; `among` how many the last 28 days brought."""
        row = self._count % LATEST
        if self.heard[row] is not None:
            self._sample(row, among)
        self._count += 1
        self._put(row, heard, vector, self._count)
        return row

    def change(self, row: int, text: int, vector: Floats) -> bool:
        """Another text in that row, heard when the first was; whether it is another."""
        heard = self.heard[row]
        if heard is None or heard.text == text:
            return False
        self.heard[row], self.vectors[row] = heard._replace(text=text), vector
        return True

    def drop(self, mention: str) -> Heard:
        """Its row is empty now. Raises KeyError where it is not remembered."""
        return self._empty(self._rows[mention])

    def those(self, wanted: Callable[[Heard], bool]) -> list[Heard]:
        return [one for one in self.heard if one is not None and wanted(one)]

    def _sample(self, row: int, among: int) -> None:
        """The one in that row leaves the latest, perhaps for the sample."""
        place = self._sampled
        if self._sampled == SAMPLED:
            place = self._random.randrange(max(among, SAMPLED))
        else:
            self._sampled += 1
        heard = self._empty(row)
        if place < SAMPLED:
            if self.heard[LATEST + place] is not None:
                self._empty(LATEST + place)
            self._put(LATEST + place, heard, self.vectors[row], int(self.came[row]))

    def _empty(self, row: int) -> Heard:
        heard = self.heard[row]
        if heard is None:
            raise KeyError(row)
        del self._rows[heard.mention]
        self.heard[row] = None
        self.hours[row], self.live[row] = NOWHERE, False
        return heard

    def _put(self, row: int, heard: Heard, vector: Floats, came: int) -> None:
        self.vectors[row], self.hours[row], self.live[row], self.came[row] = vector, heard.hour, heard.live, came
        self.heard[row] = heard
        self._rows[heard.mention] = row
