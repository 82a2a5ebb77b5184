"""How long a stream waits before it tries again."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ingest._backoff import MOST_ASKED, Backoff


@given(attempt=st.integers(1, 10_000), seed=st.integers())
def test_waits_grow_are_jittered_and_capped(attempt, seed):
    longest = min(300.0, 2.0 ** min(attempt - 1, 30))
    assert longest / 2 <= Backoff().wait(attempt, random=Random(seed)) <= longest


@given(asked=st.floats(0.001, 1e9), seed=st.integers())
def test_what_the_other_side_asked_for_is_honoured_up_to_a_day(asked, seed):
    waited = Backoff().wait(1, random=Random(seed), asked=asked)
    assert min(asked, MOST_ASKED) <= waited <= min(asked, MOST_ASKED) + 10
