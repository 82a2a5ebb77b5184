"""The tone of texts written for klankbord: what they are for says it, where it does."""

import numpy as np

from enrich._train import written
from enrich._train.sets import SENTIMENT, Texts

_TONE = {
    "complaint": "negative",
    "incident": "negative",
    "praise": "positive",
    "question": "neutral",
    "other": "neutral",
}


def tones(*, judging: bool = False) -> dict[str, Texts]:
    """By language; those that judge, or those that teach."""
    found = {}
    for code in ("nl", "en"):
        rows = [row for row in written.read(f"intent.{code}") if written.judges(row) is judging]
        kept = [(row.text, _TONE[row.labels[0]]) for row in rows if row.labels[0] in _TONE]
        classes = np.array([SENTIMENT.index(tone) for _, tone in kept])
        found[code] = Texts([text for text, _ in kept], classes, [True] * len(SENTIMENT))
    return found
