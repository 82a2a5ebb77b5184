"""When which fault comes, as shares of what is said. Pure, seeded."""

from random import Random

LAST_SHARE = 0.9
MENDED, REPLAYED, REPROCESSED = 0.45, 0.5, 0.6
"""When the enricher is mended, dead letters go back, and history is processed again: all in the middle."""


def schedule(seed, kinds, *, rounds):
    """(share, kind) pairs in order: every kind so many times, in another order each round, and the three of the middle."""
    random = Random(seed)
    order = [kind for _ in range(rounds) for kind in random.sample(sorted(kinds), len(kinds))]
    step = LAST_SHARE / (len(order) + 1)
    times = [step * (place + 1) + random.uniform(-step / 3, step / 3) for place in range(len(order))]
    middle = [(MENDED, "mend"), (REPLAYED, "replay"), (REPROCESSED, "reprocess")]
    return sorted([*zip(times, order, strict=True), *middle])
