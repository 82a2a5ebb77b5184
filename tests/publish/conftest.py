"""Each source with an own account, and its publisher."""

import pytest

from tests.publish.stages import STAGES


@pytest.fixture(params=STAGES)
async def stage(request):
    made = STAGES[request.param]()
    made.name = request.param
    async with made.player.serve() as address:
        made.address = address
        yield made


@pytest.fixture
async def publisher(stage):
    async with stage.open() as opened:
        yield opened
