"""From a message as it was written to the normalised text that the encoder reads: where the same characters stand."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from enrich._normalise import normalise


def aligned(written: str, marks: Iterable[int], read: str) -> Mapping[int, int] | None:
    """For each mark, a place between two characters of `written`, the place in `read`, which is `written` normalised.

    None where the two cannot be laid beside one another: a mark lies within what normalising makes one.
    """
    cuts = sorted({0, *marks, len(written)})
    found, at = {0: 0}, 0
    apart = False
    for start, end in pairwise(cuts):
        piece = written[start:end]
        said = normalise(piece)
        if said and at and (apart or piece[0].isspace()):
            at += 1
        if said:
            at += len(said)
            apart = False
        apart = apart or piece[-1].isspace()
        found[end] = at
    return found if at == len(read) else None
