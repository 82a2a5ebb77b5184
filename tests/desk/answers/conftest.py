"""The desk database on both engines, and a house with a source."""

import pytest

from tests.desk.answers.book import House
from tests.desk.store.conftest import desk, opened
from tests.publish.conftest import publisher, stage

__all__ = ["desk", "opened", "publisher", "stage"]


@pytest.fixture
async def house(desk, stage, publisher):
    return await House(desk, stage, publisher).begin()
