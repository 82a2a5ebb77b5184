"""What lies together: texts joined two by two as long as those of both sides are like each other on average.

Average linkage, called UPGMA (Sokal and Michener, Univ. Kansas Sci. Bull. 38, 1958). Unlike a group that each text joins by its nearest
one alone, two groups become one only where all of the one are like all of the other, so that none runs on from text to text.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_NOT = np.float32(-2)
"""Less than any cosine."""


def linked(directions: Floats, least: float) -> list[list[int]]:
    """The rows of `directions` (n, width), of unit length, in groups, the largest first.

    Each row is in one; two groups whose rows have a mean cosine of at least `least` are one. Takes n * n floats. The same rows in the
    same order make the same groups.
    """
    count = len(directions)
    if not count:
        return []
    likeness = np.asarray(directions @ directions.T, dtype=np.float32)
    np.fill_diagonal(likeness, _NOT)
    members: dict[int, list[int]] = {row: [row] for row in range(count)}
    sizes = np.ones(count, dtype=np.float32)
    nearest, how = likeness.argmax(axis=1), likeness.max(axis=1)
    while how[one := int(how.argmax())] >= least:
        other = int(nearest[one])
        joined = (likeness[one] * sizes[one] + likeness[other] * sizes[other]) / (sizes[one] + sizes[other])
        sizes[one] += sizes[other]
        members[one] += members.pop(other)
        joined[[one, other]] = _NOT
        joined[likeness[one] == _NOT] = _NOT
        likeness[one], likeness[:, one] = joined, joined
        likeness[other], likeness[:, other], how[other] = _NOT, _NOT, _NOT
        for row in members:
            if row == one or nearest[row] in (one, other):
                nearest[row] = likeness[row].argmax()
                how[row] = likeness[row, nearest[row]]
            elif joined[row] > how[row]:
                nearest[row], how[row] = one, joined[row]
    return sorted((sorted(rows) for rows in members.values()), key=lambda rows: (-len(rows), rows[0]))
