"""Read-only links: one view, until a day, without anybody's name, and nothing else of the page."""

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from core.errors import Reject
from core.types import Author, Enriched, Mention, Visibility
from desk.reports.shown import shown
from desk.reports.words_only import without_handles
from desk.store import audit, links
from desk.web.site import KEPT, SITE
from tests.desk import corpus
from tests.desk.axe import faults
from tests.desk.serving import Leaving, application, fill, kept, opened
from tests.desk.store.made import opened_desk

ELSEWHERE = {"Host": "kijk.noorderlijn.example"}
NAMES = ("quasimodo", "Anna de Vries", "anna_v")


def message(number, text, **more):
    author = Author(id="bluesky:quasimodo", handle="anna_v", name="Anna de Vries", url="https://bsky.app/anna_v")
    at = corpus.NOW - timedelta(minutes=number)
    mention = Mention(
        id=f"bluesky:s{number}", source="bluesky", author=author, text=text, created_at=at, seen_at=at,
        url="https://bsky.app/post/anna_v/1", **more,
    )  # fmt: skip
    return Enriched(mention=mention)


@pytest.fixture
def clock():
    return [corpus.NOW]


@pytest.fixture
async def client(tmp_path, clock):
    said = [message(1, "storing, zegt @anna_v"), message(2, "besloten storing", visibility=Visibility.FOLLOWERS)]
    async with (
        opened(tmp_path / "archive.db") as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, [*said, *corpus.coverage()])
        async with TestClient(TestServer(application(archive, now=lambda: clock[0], kept=kept(desk)))) as one:
            yield one


async def made(client, view="/search?q=storing&range=24h", days=7):
    kept, site = client.app[KEPT], client.app[SITE]
    at = site.clock()
    link = await links.add(
        kept.database, title="Storing", view=view, by="ruth", at=at, expires_at=at + timedelta(days=days)
    )
    return link, f"/shared/{site.access.share_key(link.id)}"


@pytest.mark.parametrize("view", ["/search?q=storing&range=24h", "/?range=24h"])
async def test_it_shows_the_view_and_nobodys_name(client, view):
    _, path = await made(client, view)
    answer = await client.get(path, headers=ELSEWHERE)
    text = await answer.text()
    assert answer.status == 200
    assert "Storing" in text
    assert [name for name in (*NAMES, "bsky.app", "/mention", "besloten", "/search") if name in text] == []
    assert ("storing, zegt @…" in text) == view.startswith("/search")


async def test_words_stay_inside_where_the_policy_says_so(client, monkeypatch):
    monkeypatch.setattr(Leaving, "texts", lambda _, stored: False)
    _, path = await made(client)
    assert "storing, zegt" not in await (await client.get(path)).text()


async def test_what_is_not_public_is_in_no_count(client):
    _, path = await made(client)
    text = await (await client.get(path, headers={"Accept-Language": "en"})).text()
    assert "1 message" in text
    assert "2 messages" not in text


async def test_it_opens_nothing_else(client):
    _, path = await made(client)
    assert (await client.get(path)).status == 200
    assert {(await client.get(one)).status for one in ("/", "/search", "/alerts", "/export.csv", "/live")} == {403}
    for one in ("/", "/open", "/password", "/api/v1/overview", "/healthz"):
        assert (await client.get(one, headers=ELSEWHERE)).status == 421


async def test_search_engines_and_other_sites_learn_nothing(client):
    _, path = await made(client)
    headers = (await client.get(path)).headers
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert "Set-Cookie" not in headers


async def test_its_time_ends(client, clock):
    _, path = await made(client, days=1)
    clock[0] += timedelta(hours=23)
    assert (await client.get(path)).status == 200
    clock[0] += timedelta(hours=1)
    assert (await client.get(path)).status == 404


async def test_one_that_is_revoked_forged_or_never_was_answers_the_same(client):
    link, path = await made(client)
    await links.revoke(client.app[KEPT].database, link.id, by="ruth", at=corpus.NOW)
    session = client.app[SITE].access.new_session()
    keys = (path, path[:-2], f"/shared/{session}", f"/shared/{client.app[SITE].access.share_key('none')}")
    answers = [await client.get(one) for one in keys]
    assert {one.status for one in answers} == {404}
    assert len({await one.text() for one in answers}) == 1


async def test_each_opening_is_written_down(client):
    link, path = await made(client)
    await client.get(path)
    await client.get(path)
    entries = await audit.latest(client.app[KEPT].database, subject=link.id)
    assert sorted(one.did for one in entries) == ["made", "opened", "opened"]


async def test_too_many_openings_and_guesses_have_to_wait(client, clock):
    _, path = await made(client)
    assert {(await client.get("/shared/guess")).status for _ in range(30)} == {404}
    assert (await client.get("/shared/guess")).status == 429
    told = [(await client.get(path)).status for _ in range(61)]
    assert (set(told[:60]), told[60]) == ({200}, 429)
    clock[0] += timedelta(minutes=1)
    assert (await client.get(path)).status == 200


@pytest.mark.parametrize("address", ["/?author=anna", "/search?q=author:anna", "/status", "https://evil.example/x"])
async def test_a_view_of_one_author_or_none_becomes_no_link(client, address):
    with pytest.raises(Reject):
        shown(address, client.app[SITE])


def test_accounts_in_a_text_are_left_out():
    said = "hé @anna_v en @bert@mastodon.nl, mail naar info@klank.example"
    assert without_handles(said) == "hé @… en @…, mail naar info@klank.example"


def test_a_link_is_made_looked_at_and_revoked_on_the_page(guest):
    page = guest.enter("/search?q=storing&range=all")
    page.get_by_role("link", name="Share").click()
    page.wait_for_url("**/alerts**")
    page.fill("#link-title", "Storing")
    page.click("button[value=link]")
    page.wait_for_selector("#links .secret")
    address = page.locator("#links .secret").inner_text().replace("https://kijk.noorderlijn.example", guest.served.url)
    assert page.goto(address).status == 200
    page.goto(f"{guest.served.url}/alerts")
    page.click("button[value=revoke]")
    page.wait_for_selector("#links .none")
    assert page.goto(address).status == 404


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_shared_page_is_clean_for_axe_in_light_and_dark(guest, language):
    served = guest.served
    made = links.add(served.desk, title="Week", view="/search?range=7d", by="ruth", at=corpus.NOW, expires_at=corpus.NOW + timedelta(days=7))  # fmt: skip
    path = f"/shared/{served.app[SITE].access.share_key(served.do(made).id)}"
    page = guest.enter(path, language=language, bypass=True)
    page.wait_for_selector("[data-chart=volume] canvas")
    assert faults(page) == []
    assert guest.wrong == []
