"""What is asked most, over the API: by the scope of mentions, in wordings that may leave, of no single author."""

from dataclasses import replace
from datetime import datetime

import pytest
from aiohttp.test_utils import TestServer

from tests.desk.api.asking import Client, bearer, parts
from tests.desk.cases.book import NOW
from tests.desk.faq.asking import NAMES, WHOLE, answer, frequently, money, others
from tests.desk.practices.book import approved
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk


@pytest.fixture
async def client(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        keeps = replace(kept(desk), faq=frequently(desk, archive))
        async with Client(TestServer(application(archive, now=lambda: NOW, api=parts(), kept=keeps))) as one:
            one.archive, one.desk = archive, desk
            yield one


async def test_who_reads_them_stands_in_the_audit(tmp_path):
    seen = []

    async def looked(token, what, subject):
        seen.append((token.name, what, subject))

    async with opened(tmp_path / "archive.db", lambda: NOW) as archive, opened_desk(tmp_path) as desk:
        keeps = replace(kept(desk), faq=frequently(desk, archive))
        app = application(archive, now=lambda: NOW, api=parts(looked=looked), kept=keeps)
        async with Client(TestServer(app)) as one:
            await one.told("/faq", "mentions")
    assert seen == [("mentions", "export", "questions")]


async def test_it_tells_who_asks_what_and_what_was_answered(client):
    first, *rest = money()
    await fill(client.archive, [first, *rest, *others(), answer(first), WHOLE])
    await approved(client.desk)
    told = await client.told("/faq", "mentions", range="7d")
    (one,) = told["questions"]
    assert (told["total"], told["one_in"], one["questions"], one["askers"], one["before"]) == (5, 1, 4, 4, 0)
    assert one["wording"] == {"text": "Hoe krijg ik mijn geld terug?", "language": "nl"}
    assert (one["answered"], one["answer"]["text"], one["practice"]) == (1, "Vraag het terug in de app.", "Geld terug")
    assert told["asked"]["collected_whole"] is True
    assert "/faq?since=" in told["page"]
    assert not any(name in str(told) for name in NAMES)


async def test_without_a_range_it_is_the_last_28_days(client):
    told = await client.told("/faq", "mentions")
    since, until = (datetime.fromisoformat(told["asked"][end]) for end in ("since", "until"))
    assert 27 <= (until - since).days <= 28


async def test_where_nothing_was_collected_none_is_not_zero(client):
    told = await client.told("/faq", "mentions")
    assert (told["total"], told["questions"], told["asked"]["collected_whole"]) == (None, [], False)


async def test_it_takes_the_scope_for_mentions_and_is_of_no_author(client):
    assert (await client.get("/api/v1/faq", headers=bearer("figures"))).status == 403
    for asked in ({"q": "author:anna"}, {"author": "anna", "source": "bluesky"}):
        answered = await client.get("/api/v1/faq", params=asked, headers=bearer("mentions"))
        assert (answered.status, "take the author out" in await answered.text()) == (400, True)
