"""The Faust runner on a real broker: conformance."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest

from stream.kafka_topics import bring
from tests.stream.faust_track import FaustTrack, open_track_log, settings_of, topics_of
from tests.stream.runner_conformance import RunnerConformance, Track


@pytest.fixture
async def track(kafka_broker) -> AsyncIterator[FaustTrack]:
    settings = settings_of(kafka_broker.address, f"faust{uuid.uuid4().hex[:8]}.")
    await asyncio.to_thread(bring, settings, topics_of(settings))
    async with open_track_log(settings) as log:
        yield FaustTrack(log)


class TestFaustRunner(RunnerConformance):
    @pytest.fixture
    def track(self, track: FaustTrack) -> Track:
        return track
