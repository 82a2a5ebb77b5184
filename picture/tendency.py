"""Where sentiment goes: the net of the later half of some weeks against that of the half before."""

from collections.abc import Sequence

from picture.sentiment import Sentiment

HALF = 4
"""Weeks of each half."""
FEWEST = 5
"""Messages that are positive or negative, in each half: fewer say nothing."""


def moved(weeks: Sequence[Sentiment | None]) -> float | None:
    """Net sentiment (-1 to 1) of the last four weeks less that of the four before, oldest week first; None where a week was not
    collected, or too few messages say what they feel.
    """
    before, after = (_together(weeks[start : start + HALF]) for start in (len(weeks) - 2 * HALF, len(weeks) - HALF))
    if before is None or after is None or before.net is None or after.net is None:
        return None
    return after.net - before.net


def _together(weeks: Sequence[Sentiment | None]) -> Sentiment | None:
    """Their sum, where each is known and enough of them is felt."""
    known = [one for one in weeks if one is not None]
    if len(known) < HALF or len(known) < len(weeks):
        return None
    both = Sentiment(**{name: sum(getattr(one, name) for one in known) for name in Sentiment.__struct_fields__})
    return both if both.positive + both.negative >= FEWEST else None
