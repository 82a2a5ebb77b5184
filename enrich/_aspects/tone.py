"""The tone of parts of a text, from the one pass of the encoder."""

from collections.abc import Sequence
from functools import cache, partial
from itertools import islice

import numpy as np

from core.ports import Reading
from enrich._aspects.parts import Part
from enrich._encoder.vector import Floats

HEAD = "sentiment"
TONES = ("negative", "neutral", "positive")
"""The labels of that head, in its order."""
MOST_PARTS = 8
"""Of a thing that a text names more often, as many parts are read."""
APART = 2.0
"""How far the difference between a part and the rest of the text is believed: in the encoder every token has heard all others,
so that the two differ little where they say opposite things. Chosen on texts that take no part in the scores.
"""


class Tones:
    """Reads the parts of one text of that length, each once."""

    def __init__(self, reading: Reading, length: int) -> None:
        self._length = length
        self._whole = np.array(reading.logits(HEAD))
        self._part = cache(partial(reading.part, HEAD))

    def toward(self, own: Sequence[Part]) -> list[float]:
        """Probability of each tone, the mean over the parts; empty where none of them was read."""
        rows = []
        for part in islice(own, MOST_PARTS):
            apart = self._apart(part)
            if apart is not None:
                row = _softmax(self._whole + APART * apart)
                rows.append(row[::-1] if part.opposite else row)
        if not rows:
            return []
        found: list[float] = np.mean(rows, axis=0).round(4).tolist()
        return found

    def _apart(self, part: Part) -> Floats | None:
        """By what its logits differ from those of the text before and after it, by their lengths; None where it was not read."""
        if (part.start, part.end) == (0, self._length):
            return np.zeros_like(self._whole)
        said = self._part(part.start, part.end)
        if said is None:
            return None
        sides = [side for side in ((0, part.start), (part.end, self._length)) if side[0] < side[1]]
        rest = [(end - start, logits) for start, end in sides if (logits := self._part(start, end)) is not None]
        if not rest:
            return np.zeros_like(self._whole)
        around = np.average([logits for _, logits in rest], axis=0, weights=[size for size, _ in rest])
        return np.asarray(said - around)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum())
