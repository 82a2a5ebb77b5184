"""The view for whoever works here: how it goes, and nobody's name or message; signed in, or behind a read-only link."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from core.emerging import Emergence, Member, Risen
from desk.store import emerging, happenings, maturity, people, roles
from desk.store.happenings import Happening, Kind
from desk.store.people import Details
from desk.web.application import open_link
from desk.web.kept import Written
from desk.web.site import KEPT
from playbook.maturity import Answer, Evidence, assess
from tests.desk import corpus
from tests.desk.foundation.organised import RULES
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk
from tests.desk.test_shared import ELSEWHERE, NAMES, made, message

STAFF = "Bartholomeus van Poortvliet"
FORBIDDEN = (*NAMES, "bsky.app", "/mention?", "bluesky:s", "Bartholomeus", "poortvliet", "zegt", "petra", "jansen")


@pytest.fixture
async def client(tmp_path):
    said = [message(n, f"poortjes kapot zegt Anna quasimodo poortvliet Petra Jansen {n} @anna_v") for n in range(1, 9)]
    async with (
        opened(tmp_path / "archive.db") as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, [*said, *corpus.coverage()])
        one = await people.add(desk, Details(name=STAFF, email="b@klank.example"), by="ruth", at=corpus.NOW)
        await roles.give(desk, one.id, "lead", by="ruth", at=corpus.NOW)
        members = tuple(Member(each.mention.id, each.mention.author.id, voice=True) for each in said)
        risen = Risen(id="new", members=members, voices=8, usual=0.5, hours=25, trend=(8,))
        await emerging.put(desk, Emergence(at=corpus.NOW, learned=1.0, topics=(risen,)))
        outage = Happening(
            source="status",
            key="1",
            kind=Kind.OUTAGE,
            since=corpus.NOW - timedelta(days=1),
            title=f"Gemeld door {STAFF}: poortjes plat",
        )
        day = corpus.NOW.date() - timedelta(days=1)
        await maturity.keep(desk, assess({"goals_owned": Evidence(answer=Answer.MET)}), day, corpus.NOW)
        await happenings.put(desk, [outage], by="token status", at=corpus.NOW)
        app = application(archive, now=lambda: corpus.NOW, kept=replace(kept(desk), rules=Written(playbook=RULES)))
        async with TestClient(TestServer(app)) as opened_client:
            yield opened_client


async def told(client, way):
    if way == "link":
        _, path = await made(client, view="/everyone")
        answer = await client.get(path, headers=ELSEWHERE)
    else:
        await client.get(open_link(client.app))
        answer = await client.get("/everyone")
    assert answer.status == 200
    return await answer.text()


@pytest.mark.parametrize("way", ["link", "signed in"])
async def test_it_tells_how_it_goes_and_nobodys_name(client, way):
    text = await told(client, way)
    assert "8" in text
    assert "poortjes" in text
    low = text.casefold()
    assert [word for word in FORBIDDEN if word.casefold() in low.replace("poortjes", "")] == []


async def test_the_goals_and_the_level_stand_in_it_without_who_answers_for_them(client):
    text = await told(client, "signed in")
    assert client.app[KEPT].rules.playbook.goals
    assert "Minder klachten" in text or "Fewer complaints" in text
    assert "(lead" not in text


async def test_the_level_is_the_one_that_was_kept_last(client):
    first = assess({}).levels[0]
    assert f"1 / {len(first.needs)}</span>" in await told(client, "link")


@pytest.mark.parametrize("way", ["link", "signed in"])
async def test_what_happened_stands_beside_the_chart_by_its_kind_alone(client, way):
    text = await told(client, way)
    assert any(f"<bdi>{kind}</bdi></span>" in text for kind in ("Storing", "Outage"))
    assert "plat" not in text


async def test_who_may_nothing_else_finds_it_in_the_navigation(client):
    await client.get(open_link(client.app))
    assert 'href="/everyone"' in await (await client.get("/glossary")).text()


async def test_a_link_that_is_over_opens_nothing(client):
    _, path = await made(client, view="/everyone", days=0)
    assert (await client.get(path, headers=ELSEWHERE)).status == 404


async def test_without_either_it_is_closed(client):
    assert (await client.get("/everyone")).status == 403
