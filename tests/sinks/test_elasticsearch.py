"""The archive on Elasticsearch: the conformance suite, and what only it can show."""

import msgspec
import pytest

from core.document import Group
from core.order import of_enriched
from sinks._elastic_client import Engine
from sinks._elastic_rows import document
from sinks._elastic_schema import CASE, MENTION, Names, document_id, templates
from sinks.elasticsearch import Settings
from tests.sinks.archive_conformance import ArchiveConformance
from tests.sinks.cases_conformance import FULL, CasesConformance
from tests.sinks.customers_conformance import CustomersConformance
from tests.sinks.elastic import emptied, opened
from tests.sinks.messages import EVERYTHING, enriched


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


class TestCases(CasesConformance):
    pass


NEW = {"intent", "aspects", "spam", "toxicity", "outcome", "severity", "unit", "answers", "checked"}
"""Fields that an earlier release did not know."""


@pytest.fixture
async def earlier(elasticsearch_node):
    """An index as an earlier release made it, with one mention."""
    await emptied(elasticsearch_node.url)
    names, mention = Names("test"), enriched("1")
    template = templates(names)["test-mentions-v1"]
    mappings = template["template"]["mappings"] | {"properties": {k: v for k, v in MENTION.items() if k not in NEW}}
    engine = Engine(Settings(url=elasticsearch_node.url))
    old = template | {"template": template["template"] | {"mappings": mappings}, "_meta": {"klankbord": 1}}
    await engine.ask("PUT", "/_index_template/test-mentions-v1", old)
    index, version = names.holding("file:1"), of_enriched(mention)
    await engine.ask("PUT", f"/{index}", None)
    whole = msgspec.json.decode(msgspec.json.encode(document(mention, version=version, arrived=0)))
    to = f"/{index}/_doc/{document_id('file:1')}"
    await engine.ask("PUT", to, whole, version=str(version), version_type="external", refresh="true")
    yield engine
    await engine.close()


async def test_an_index_of_an_earlier_release_is_given_the_fields_it_lacks(earlier, elasticsearch_node, tmp_path):
    async with opened(elasticsearch_node.url, tmp_path) as archive:
        assert await archive.terms(EVERYTHING, by=Group.INTENT, size=9) == []
        await archive.write(
            [enriched("2", found={"intent": ("question",)}), enriched("1", generation=1, found={"intent": ()})]
        )
        assert dict(await archive.terms(EVERYTHING, by=Group.INTENT, size=9)) == {"question": 1, "uncertain": 1}
    told = msgspec.json.decode(await earlier.ask("GET", "/_index_template/test-mentions-v1"))
    found = told["index_templates"][0]["index_template"]["template"]["mappings"]["properties"]
    assert found.keys() >= NEW


async def test_cases_of_an_earlier_release_are_given_the_field_that_it_lacks(elasticsearch_node, tmp_path):
    await emptied(elasticsearch_node.url)
    names = Names("test")
    template = templates(names)["test-cases-v1"]
    mappings = template["template"]["mappings"]
    fewer = mappings | {"properties": {name: kind for name, kind in CASE.items() if name != "crisis"}}
    old = template | {"template": template["template"] | {"mappings": fewer}, "_meta": {"klankbord": 1}}
    engine = Engine(Settings(url=elasticsearch_node.url))
    await engine.ask("PUT", "/_index_template/test-cases-v1", old)
    await engine.ask("PUT", f"/{names.cases_index}", None)
    async with opened(elasticsearch_node.url, tmp_path) as archive:
        await archive.cases.put([FULL])
        assert await archive.cases.get([FULL.id]) == {FULL.id: FULL}
    found = msgspec.json.decode(await engine.ask("GET", f"/{names.cases_index}/_mapping"))
    assert found[names.cases_index]["mappings"]["properties"]["crisis"]["type"] == "keyword"
    await engine.close()
