"""A simulated week with planted bursts: each is found within ten messages, and next to nothing else is."""

import pytest

from bench._said import HOUR, Speakers
from bench._weeks import Week

BEFORE, DAYS = 14, 7
BURSTS, MESSAGES, MINUTES = 7, 30, 45


def week(seed: int, a_day: float, *, bursts: int) -> Week:
    speakers = Speakers(seed)
    said = list(speakers.week(0, BEFORE + DAYS, a_day))
    for burst in range(bursts):
        at = ((BEFORE + burst) * 24 + speakers.random.uniform(8, 22)) * HOUR
        said += speakers.burst(burst, at, MESSAGES, MINUTES)
    return Week(said, BEFORE * 24)


@pytest.mark.parametrize("a_day", [200, 600])
def test_bursts_are_found_within_ten_messages(a_day):
    heard = week(1, a_day, bursts=BURSTS)
    assert heard.found.keys() == set(range(BURSTS))
    assert max(heard.found.values()) <= 10
    assert len(heard.false) <= 1


@pytest.mark.parametrize("seed", [2, 3])
def test_an_ordinary_week_has_at_most_one_topic_that_is_none(seed):
    assert len(week(seed, 600, bursts=0).false) <= 1
