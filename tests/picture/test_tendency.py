"""Where sentiment goes, and when nothing can be said of it."""

import pytest

from picture.sentiment import Sentiment
from picture.tendency import moved

GOOD, BAD, NOTHING = Sentiment(positive=3, negative=1), Sentiment(positive=1, negative=3), Sentiment()
OLD = [NOTHING] * 4


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        ([*OLD, *[GOOD] * 4, *[BAD] * 4], -1.0),
        ([*OLD, *[BAD] * 4, *[GOOD] * 4], 1.0),
        ([*[None] * 4, *[GOOD] * 8], 0.0),  # what was before does not matter
        ([*OLD, *[GOOD] * 3, None, *[BAD] * 4], None),  # a week that was not collected
        ([*OLD, *[GOOD] * 4, *[BAD] * 3, None], None),
        ([*OLD, *[NOTHING] * 4, *[BAD] * 4], None),
        ([*OLD, GOOD, NOTHING, NOTHING, NOTHING, *[BAD] * 4], None),  # four say too little
        ([], None),
    ],
)
def test_two_halves_are_compared_where_both_are_known_and_felt(weeks, found):
    assert moved(weeks) == found
