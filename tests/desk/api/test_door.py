"""Who may ask: tokens alone, with the scopes they have, and not too often."""

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer

from desk.api.allowance import BURST, WRONG_BURST, Allowance
from desk.web.application import open_link
from tests.desk import corpus
from tests.desk.api.asking import NOW, Client, bearer, parts, said
from tests.desk.serving import application, fill, opened

PROBLEM = "application/problem+json"


@pytest.fixture
async def door(tmp_path):
    """An API whose clock, wrong tokens and readers the test sees."""
    now, wrong, seen = [NOW], [], []

    async def looked(token, what, subject):
        seen.append((token.name, what, subject))

    async with opened(tmp_path / "archive.db", lambda: now[0]) as archive:
        await fill(archive, [said(1, NOW)])
        app = application(archive, now=lambda: now[0], api=parts(wrong=wrong.append, looked=looked))
        async with Client(TestServer(app)) as client:
            client.now, client.wrong, client.seen = now, wrong, seen
            yield client


@pytest.mark.parametrize(
    "header", [{}, bearer("nobody"), bearer(""), {"Authorization": "Basic Ym90aDpib3Ro"}, bearer("x" * 600)]
)
async def test_without_a_valid_token_there_is_a_challenge(door, header):
    answer = await door.get("/api/v1/overview", headers=header)
    assert (answer.status, answer.content_type) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="klankbord"')
    assert len(door.wrong) == 1


async def test_a_session_of_the_page_opens_nothing_of_the_api(door):
    await door.get(open_link(door.app))
    assert (await door.get("/")).status == 200
    assert (await door.get("/api/v1/overview")).status == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_other_sites_are_refused_whatever_token_they_bring(door, headers, status):
    answer = await door.get("/api/v1/overview", headers=bearer("both") | headers)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert (await answer.json(content_type=None))["status"] == status


@pytest.mark.parametrize(
    ("secret", "path", "status"),
    [
        ("figures", "/overview", 200),
        ("figures", "/mentions", 403),
        ("figures", "/authors", 403),
        ("mentions", "/mentions", 200),
        ("mentions", "/overview", 403),
    ],
)
async def test_a_scope_opens_its_own_questions_and_no_others(door, secret, path, status):
    told = await door.told(path, secret=secret, status=status)
    assert "scope" in told["detail"] if status == 403 else True


@pytest.mark.parametrize(
    "asked", [{"author": "anna"}, {"q": "author:anna"}, {"q": "parcel NOT (storing OR author:anna)"}]
)
async def test_figures_of_one_person_need_the_scope_and_the_policy(door, asked):
    assert "mentions" in (await door.told("/overview", secret="figures", status=403, **asked))["detail"]
    assert "authors: true" in (await door.told("/overview", status=403, source="mastodon", **asked))["detail"]
    await door.told("/overview", source="bluesky", **asked)


async def test_a_token_that_asks_too_often_waits_and_others_do_not(door):
    for _ in range(BURST):
        await door.told("/monitors")
    refused = await door.get("/api/v1/monitors", headers=bearer("both"))
    assert (refused.status, refused.headers["Retry-After"], refused.content_type) == (429, "1", PROBLEM)
    await door.told("/monitors", secret="figures")
    door.now[0] += timedelta(seconds=1)
    await door.told("/monitors")


async def test_wrong_tokens_are_counted_and_slowed_and_right_ones_are_not(door):
    answers = [
        (await door.get("/api/v1/monitors", headers=bearer(f"guess {n}"))).status for n in range(WRONG_BURST + 2)
    ]
    assert answers == [401] * WRONG_BURST + [429] * 2
    assert door.wrong == ["unknown"] * (WRONG_BURST + 2)
    await door.told("/monitors")


async def test_who_read_single_mentions_is_written_down_and_who_asked_for_figures_is_not(door):
    for path, asked in (("/overview", {}), ("/mentions", {}), ("/authors", {}), ("/mention", {"id": "bluesky:1"})):
        await door.told(path, **asked)
    await door.told("/mention", id="bluesky:none", status=404)
    assert door.seen == [
        ("both", "export", "mentions"),
        ("both", "export", "authors"),
        ("both", "mention", "bluesky:1"),
    ]


@pytest.mark.parametrize("asked", [{"order": "reach"}, {"q": "followers>100"}, {"q": "parcel emotion:anger"}])
async def test_reach_and_emotion_of_one_person_need_the_policy_too(door, asked):
    assert "authors: true" in (await door.told("/mentions", status=403, **asked))["detail"]
    await door.told("/mentions", source="bluesky", **asked)
    if "q" in asked:
        await door.told("/overview", secret="figures", **asked)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_the_api_only_answers(door, method):
    answer = await door.request(method, "/api/v1/overview", headers=bearer("both"))
    assert (answer.status, answer.headers["Allow"], answer.content_type) == (405, "GET", PROBLEM)


async def test_without_its_parts_there_is_no_api(tmp_path):
    async with opened(tmp_path / "archive.db") as archive, Client(TestServer(application(archive))) as client:
        answer = await client.get("/api/v1/overview", headers=bearer("both"))
        assert (answer.status, answer.content_type) == (404, PROBLEM)


def test_an_allowance_refills_with_time_and_never_beyond_its_burst():
    now = [corpus.NOW]
    allowance = Allowance(lambda: now[0], burst=2, a_minute=60)
    assert [allowance.take("a") for _ in range(3)] == [0, 0, 1]
    now[0] += timedelta(hours=1)
    assert [allowance.take("a") for _ in range(3)] == [0, 0, 1]
