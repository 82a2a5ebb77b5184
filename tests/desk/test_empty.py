"""What the first page says while nothing was heard."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.web.application import open_link
from tests.desk.serving import application, opened


@pytest.mark.parametrize(
    ("sources_in", "said"),
    [
        ("deploy/organisation/klankbord.yaml", "under sources: in deploy/organisation/klankbord.yaml"),
        ("", "as soon as a source brings one"),
    ],
)
async def test_an_empty_page_says_how_messages_come(tmp_path, sources_in, said):
    async with (
        opened(tmp_path / "archive.db") as archive,
        TestClient(TestServer(application(archive, sources_in=sources_in))) as client,
    ):
        await client.get(open_link(client.app))
        answer = await client.get("/", headers={"Accept-Language": "en"})
        assert said in await answer.text()
