"""What ordinary messages look like to the encoder: their centre and how they spread, shipped as a small file.

All vectors of the encoder point roughly one way, so a plain cosine says little of whether a message is about a topic.
Measured from the centre and in standard deviations along the topic's direction, one threshold serves every topic.
"""

import numpy as np

from enrich._encoder.shipped import shipped
from enrich._encoder.vector import Floats


class Corpus:
    """centre (384); axes (n, 384): principal directions times the deviation along each; `rest` the deviation beside."""

    def __init__(self, centre: Floats, axes: Floats, rest: float, *, model: str) -> None:
        self.model = model
        self.centre, self.axes, self.rest = centre, axes, rest

    def directions(self, prototypes: Floats) -> Floats:
        """Prototypes (n, 384) of unit length, scaled so that `deviations` come out in standard deviations."""
        along = np.square(prototypes @ self.axes.T).sum(axis=1)
        spread = np.sqrt(along + self.rest**2)
        return np.asarray(prototypes / spread[:, None], dtype=np.float32)

    def deviations(self, vectors: Floats, directions: Floats) -> Floats:
        """(n, topics): how far each vector lies from the centre towards each topic. A row depends on no other."""
        return np.asarray(np.einsum("nd,td->nt", vectors - self.centre, directions), dtype=np.float32)


def load_corpus() -> Corpus:
    """As shipped. Raises Stop where the file is missing or unreadable."""
    stored, version = shipped("corpus", "centre", "axes", "rest")
    centre, axes, rest = (part.astype(np.float32) for part in stored.values())
    return Corpus(centre, axes, float(rest), model=f"e5-small-topics-{version}")
