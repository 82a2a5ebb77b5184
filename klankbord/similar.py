"""What earlier cases and best practices are most like a case: wired to the encoder and to what ordinary messages look like."""

import numpy as np

from enrich._corpus import Corpus
from picture.similar import WIDTH, Ordinary


def ordinary(corpus: Corpus) -> Ordinary:
    """What texts look like before any is held."""
    spread = corpus.axes.T @ corpus.axes + np.eye(WIDTH, dtype=np.float32) * corpus.rest**2
    return Ordinary(corpus.centre, np.asarray(spread, dtype=np.float32))
