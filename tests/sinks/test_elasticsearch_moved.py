"""From SQLite to Elasticsearch and back, with all that an archive holds."""

import pytest

from tests.sinks import test_sqlite_archive as sqlite
from tests.sinks.elastic import emptied, opened
from tests.sinks.moved_conformance import ARRIVED, MovedConformance


@pytest.fixture
async def here(elasticsearch_node, tmp_path):
    async with sqlite.opened(tmp_path, clock=lambda: ARRIVED) as archive:
        yield archive


@pytest.fixture
async def there(elasticsearch_node, tmp_path):
    await emptied(elasticsearch_node.url)
    async with opened(elasticsearch_node.url, tmp_path) as archive:
        yield archive


class TestThere(MovedConformance):
    pass


class TestBack(MovedConformance):
    @pytest.fixture
    async def here(self, elasticsearch_node, tmp_path):
        await emptied(elasticsearch_node.url)
        async with opened(elasticsearch_node.url, tmp_path, clock=lambda: ARRIVED) as archive:
            yield archive

    @pytest.fixture
    async def there(self, tmp_path):
        async with sqlite.opened(tmp_path) as archive:
            yield archive
