"""The short form of a chaos run, on each profile: every fault once, and at the end nothing lost, twice, stale or undeleted."""

import asyncio

import pytest

from tests.chaos.play import SHORT, play
from tests.chaos.profiles import PROFILES

pytestmark = [  # kafka-python leaves the socket of an attempt open that was refused
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*<socket.socket:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module", params=PROFILES)
def outcome(request, tmp_path_factory):
    engines = {}
    if request.param == "distributed":
        engines = {"broker": "kafka_broker", "node": "elasticsearch_node"}
    engines = {name: request.getfixturevalue(fixture) for name, fixture in engines.items()}
    stage = PROFILES[request.param](tmp_path_factory.mktemp("chaos"), print, short=True, **engines)
    try:
        yield asyncio.run(play(stage, SHORT, print))
    finally:
        for engine in engines.values():
            engine.start()  # where a fault was cut short


def test_it_ends_with_zeros(outcome):
    verdict, _ = outcome
    assert verdict.good, [verdict.line, *verdict.examples()]


def test_every_process_ends_well_and_none_says_a_stack_trace(outcome):
    assert outcome[1] == []
