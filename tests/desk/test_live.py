"""The live stream begins where the page ends: what came between the two is told, and what is older is not."""

import json

import pytest
from aiohttp.test_utils import TestClient, TestServer

from desk.web.application import open_link
from tests.desk.serving import application, fill, opened
from tests.desk.test_shared import message


@pytest.mark.parametrize(
    ("have", "told"),
    [(["bluesky:s3"], ["bluesky:s1", "bluesky:s2"]), (["bluesky:s1", "bluesky:s3"], ["bluesky:s2"])],
)
async def test_what_the_page_has_not_is_told_at_once_unless_it_is_older(tmp_path, have, told):
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, [message(number, "storing") for number in range(1, 6)])
        async with TestClient(TestServer(application(archive))) as client:
            await client.get(open_link(client.app))
            async with client.get("/live", params=[("have", one) for one in have]) as answer:
                line = await anext(line async for line in answer.content if line.startswith(b"data:"))
    assert [one["id"] for one in json.loads(line.removeprefix(b"data:"))["items"]] == told
