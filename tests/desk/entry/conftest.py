"""A house with staff."""

import pytest

from tests.desk.entry import house as houses


@pytest.fixture
async def house(tmp_path):
    async with houses.house(tmp_path) as made:
        yield made
