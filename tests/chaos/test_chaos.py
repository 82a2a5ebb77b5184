"""The short form of a chaos run, on each profile: every fault once, and at the end nothing lost, twice, stale or undeleted."""

import asyncio

import pytest

from tests.chaos.play import SHORT, play
from tests.chaos.profiles import PROFILES


@pytest.fixture(scope="module", params=PROFILES)
def outcome(request, tmp_path_factory):
    stage = PROFILES[request.param](tmp_path_factory.mktemp("chaos"), print, short=True)
    return asyncio.run(play(stage, SHORT, print))


def test_it_ends_with_zeros(outcome):
    verdict, _ = outcome
    assert verdict.good, [verdict.line, *verdict.examples()]


def test_every_process_ends_well_and_none_says_a_stack_trace(outcome):
    assert outcome[1] == []
