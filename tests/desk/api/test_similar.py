"""What is similar over the API: by the scope of cases, practices as they are written, cases by ids."""

from dataclasses import replace

import numpy as np
import pytest
from aiohttp.test_utils import TestServer

from desk.practices.alike import Alike
from picture.similar import WIDTH, Ordinary, Similar
from tests.desk.api.asking import Client, bearer, parts
from tests.desk.cases.book import NOW
from tests.desk.practices.book import ANSWER, DAY, approved, ended
from tests.desk.practices.test_alike import MIDDLE
from tests.desk.serving import application, kept, opened
from tests.desk.store.made import opened_desk


@pytest.fixture
async def client(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        alike = Alike(desk, archive, Similar(Ordinary(MIDDLE, np.eye(WIDTH, dtype=np.float32))), erased=lambda: 0)
        keeps = replace(kept(desk), alike=alike)
        async with Client(TestServer(application(archive, now=lambda: NOW, api=parts(), kept=keeps))) as one:
            one.archive, one.desk, one.alike = archive, desk, alike
            yield one


async def test_what_is_similar_is_told_with_what_was_answered(client):
    first = await ended(client.desk, client.archive, "sanne", "Waar blijft mijn geld?")
    case = await ended(client.desk, client.archive, "kim", "Krijg ik mijn geld?", closed=NOW - DAY)
    told = await client.told("/similar", "all", case=str(case.number))
    assert (told["ready"], told["practices"], told["cases"]) == (False, [], [])
    await approved(client.desk)
    await client.alike.follow(NOW)
    told = await client.told("/similar", "all", case=str(case.number))
    assert (told["ready"], told["placed"], told["case"]) == (True, True, case.number)
    (practice,), (similar,) = told["practices"], told["cases"]
    assert (practice["texts"][0]["answer"], practice["page"].endswith("/practice?number=1")) == (ANSWER, True)
    assert (similar["number"], similar["outcome"], similar["asked"]) == (first.number, "solved", first.first_message)
    assert similar["answered"].startswith("bluesky:sanne-")
    assert "We storten" not in str({**told, "cases": [{**similar, "answered": ""}]})


async def test_it_takes_the_scope_of_cases_and_a_case_that_is_there(client):
    assert (await client.get("/api/v1/similar?case=1", headers=bearer("both"))).status == 403
    await client.told("/similar", "all", status=404, case="1")
    await client.told("/similar", "all", status=400, case="x")
