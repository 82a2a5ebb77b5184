"""A stage for each tracker that the registry finds."""

import pytest

from klankbord import registry
from tests.trackers.stages import staged


@pytest.fixture(params=sorted(registry.components(registry.TRACKERS)))
async def stage(request):
    async with staged(request.param) as one:
        yield one
