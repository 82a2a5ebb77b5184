"""The archive on SQLite: the conformance suite, and what only it can show."""

from contextlib import asynccontextmanager
from random import Random

import pytest

from core.ports import Tools
from core.time import now
from playbook.highlighting import highlights
from playbook.matching import matches
from sinks import sqlite
from tests.sinks.archive_conformance import ArchiveConformance


@asynccontextmanager
async def opened(folder, erased=frozenset()):
    tools = Tools(clock=now, random=Random(1), cache=folder, report=print)
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
