"""The archive on OpenSearch: the same component, and the same conformance suite."""

import pytest

from tests.sinks.archive_conformance import ArchiveConformance
from tests.sinks.cases_conformance import CasesConformance
from tests.sinks.customers_conformance import CustomersConformance
from tests.sinks.elastic import emptied, opened


@pytest.fixture
def erased():
    return set()


@pytest.fixture
async def archive(opensearch_node, tmp_path, erased):
    await emptied(opensearch_node.url)
    async with opened(opensearch_node.url, tmp_path, erased) as archive:
        yield archive


class TestConformance(ArchiveConformance):
    pass


class TestCustomers(CustomersConformance):
    pass


class TestCases(CasesConformance):
    pass
