"""The API over the counted corpus."""

import pytest
from aiohttp.test_utils import TestServer

from tests.desk.api.asking import NOW, Client, counted, parts
from tests.desk.serving import application, fill, opened


@pytest.fixture
async def client(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as archive:
        await fill(archive, counted())
        async with Client(TestServer(application(archive, now=lambda: NOW, api=parts()))) as one:
            one.archive = archive
            yield one
