"""The tone of parts of a text, from the one pass of the encoder."""

from collections.abc import Sequence
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
APART = 4.0
"""How far the difference between a part and the rest of the text is believed: in the encoder every token has heard all others,
so that the two differ little where they say opposite things. Chosen on texts that take no part in the scores.
"""


def tone(reading: Reading, length: int, own: Sequence[Part]) -> list[float] | None:
    """Probability of each tone, the mean over the parts of a text of that length; None where none of them was read."""
    whole = np.array(reading.logits(HEAD))
    rows = []
    for part in islice(own, MOST_PARTS):
        apart = _apart(reading, length, part)
        if apart is not None:
            row = _softmax(whole + APART * apart)
            rows.append(row[::-1] if part.opposite else row)
    if not rows:
        return None
    found: list[float] = np.mean(rows, axis=0).round(4).tolist()
    return found


def _apart(reading: Reading, length: int, part: Part) -> Floats | None:
    """By what the part's logits differ from those of the text before and after it, by their lengths; None where it was not read."""
    said = reading.part(HEAD, part.start, part.end)
    if said is None:
        return None
    rest = [
        (end - start, logits)
        for start, end in ((0, part.start), (part.end, length))
        if (logits := reading.part(HEAD, start, end)) is not None
    ]
    if not rest:
        return np.zeros(len(said), dtype=np.float32)
    return np.asarray(
        np.array(said) - np.average([logits for _, logits in rest], axis=0, weights=[size for size, _ in rest])
    )


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum())
