"""One timeline and its truth for all of the demo's tests, and one climb."""

import asyncio
from datetime import UTC, datetime

import pytest

from klankbord.demo.climbing import Climb
from klankbord.demo.messages import Timeline
from klankbord.demo.timeline import timeline
from klankbord.demo.truth import Truth, expected

NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def told() -> Timeline:
    return timeline(NOW)


@pytest.fixture(scope="session")
def truth(told: Timeline) -> Truth:
    return expected(told)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Climb:
    from tests.demo.climbed import climbed, written

    return asyncio.run(climbed(written(tmp_path_factory.mktemp("climb"))))
