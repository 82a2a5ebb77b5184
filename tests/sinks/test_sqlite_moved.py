"""All that the archive on SQLite holds, taken to another one and back out of it."""

import pytest

from tests.sinks.moved_conformance import ARRIVED, MovedConformance
from tests.sinks.test_sqlite_archive import opened


@pytest.fixture
async def here(tmp_path):
    (tmp_path / "here").mkdir()
    async with opened(tmp_path / "here", clock=lambda: ARRIVED) as archive:
        yield archive


@pytest.fixture
async def there(tmp_path):
    (tmp_path / "there").mkdir()
    async with opened(tmp_path / "there") as archive:
        yield archive


class TestMoved(MovedConformance):
    pass
