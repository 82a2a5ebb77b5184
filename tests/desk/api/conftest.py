"""The API over the counted corpus."""

import pytest
from aiohttp.test_utils import TestServer

from tests.desk.api.asking import NOW, Client, counted, parts
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk


@pytest.fixture
async def client(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, counted())
        async with Client(TestServer(application(archive, now=lambda: NOW, api=parts(), kept=kept(desk)))) as one:
            one.archive, one.desk = archive, desk
            yield one
