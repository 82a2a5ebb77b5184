"""The archive on Elasticsearch: the conformance suite, and what only it can show."""

import pytest

from tests.sinks.archive_conformance import ArchiveConformance
from tests.sinks.customers_conformance import CustomersConformance
from tests.sinks.elastic import emptied, opened


@pytest.fixture
def erased():
    return set()


@pytest.fixture
async def archive(elasticsearch_node, tmp_path, erased):
    await emptied(elasticsearch_node.url)
    async with opened(elasticsearch_node.url, tmp_path, erased) as archive:
        yield archive


class TestConformance(ArchiveConformance):
    pass


class TestCustomers(CustomersConformance):
    pass
