"""The archive on SQLite: the conformance suite, and what only it can show."""

import asyncio
from contextlib import asynccontextmanager
from random import Random

import pytest

from core.document import Filter
from core.ports import Tools
from core.query import Word
from core.time import now
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import sqlite
from tests.sinks.archive_conformance import ArchiveConformance
from tests.sinks.cases_conformance import CasesConformance
from tests.sinks.customers_conformance import CustomersConformance
from tests.sinks.messages import enriched, judgement


@asynccontextmanager
async def opened(folder, erased=frozenset(), *, clock=now):
    tools = Tools(clock=clock, random=Random(1), cache=folder, report=print)
    settings = sqlite.Settings(path=folder / "archive.db")
    async with sqlite.build(settings, tools, erased=erased.__contains__, matches=matches, spans=highlights) as archive:
        yield archive


@pytest.fixture
def erased():
    return set()


@pytest.fixture
async def archive(tmp_path, erased):
    async with opened(tmp_path, erased) as archive:
        yield archive


class TestConformance(ArchiveConformance):
    pass


class TestCustomers(CustomersConformance):
    pass


class TestCases(CasesConformance):
    pass


async def test_leaving_waits_for_a_question_that_was_given_up(tmp_path):
    async with opened(tmp_path) as archive:
        await archive.write([enriched(str(place)) for place in range(2000)])
        question = asyncio.create_task(archive.count(Filter(query=Word(pattern="Vertraagd", exact=True))))
        await asyncio.sleep(0)
        question.cancel()
    assert question.cancelling()


async def test_what_was_written_is_there_after_reopening(tmp_path):
    async with opened(tmp_path) as archive:
        await archive.write([enriched("1"), judgement("file:1", "tags", ("vip",), 2)])
    async with opened(tmp_path) as archive:
        stored = await archive.get("file:1")
        assert stored.enriched.finding("tags").labels == ("vip",)
        assert await archive.count(Filter(query=Word(pattern="trein"))) == 1
