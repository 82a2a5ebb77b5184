from datetime import timedelta
from random import Random

import pytest

from sinks._schedule import ALL, DELAYS, JITTER, next_try, pause
from tests.sinks.messages import START


def tried(tries, *, now=START, after=None, within=ALL):
    return next_try(tries, START, now, random=Random(3), after=after, within=within)


def test_the_schedule_is_that_of_the_specification():
    assert DELAYS == (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    assert timedelta(seconds=sum(DELAYS)) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize("tries", range(1, 10))
def test_each_try_waits_its_time_and_a_little_more(tries):
    waits = (tried(tries) - START).total_seconds()
    assert DELAYS[tries - 1] <= waits <= DELAYS[tries - 1] * (1 + JITTER)


def test_after_ten_tries_it_is_given_up():
    assert tried(10) is None


def test_it_is_given_up_in_time():
    assert tried(2, now=START + timedelta(hours=1), within=timedelta(hours=1)) is None
    assert tried(1, after=86400, within=timedelta(hours=1)) is None


def test_what_the_receiver_asks_for_is_kept():
    assert tried(1, after=600) == START + timedelta(seconds=600)


def test_all_of_it_with_the_longest_jitter_is_within_what_is_given():
    at = START
    for tries in range(1, 10):
        at += timedelta(seconds=DELAYS[tries - 1] * (1 + JITTER))
    assert at - START <= ALL


def test_a_receiver_that_fails_as_a_whole_is_looked_at_again_within_minutes():
    waits = [pause(failed, random=Random(3), after=None) for failed in range(1, 9)]
    assert waits == sorted(waits)[: len(waits)] or max(waits) <= 300 * (1 + JITTER)
    assert waits[0] < 6
    assert pause(1, random=Random(3), after=900) == 900
