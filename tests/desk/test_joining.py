"""The forms that join and merge customers: only from a page of ours, only what the policies allow, and every mistake a sentence."""

import re

import pytest
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace

from core.customer import CustomerDocument
from desk.store import customers, identities
from desk.web.application import open_link
from tests.desk import corpus, people
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk


@pytest.fixture
async def client(tmp_path):
    async with (
        opened(tmp_path / "archive.db") as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, list(corpus.mentions())[-300:])
        async with TestClient(
            TestServer(application(archive, kept=kept(desk, joins=("bluesky",)))), headers={"Accept-Language": "en"}
        ) as one:
            one.desk, one.archive = desk, archive
            one.sanne, one.jeroen, one.nobody = await people.fill(desk)
            await one.get(open_link(one.app))
            one.token = re.search(r'name="csrf" value="([^"]+)"', await (await one.get("/customers")).text())[1]
            yield one


async def sent(client, *, headers=None, **fields):
    answer = await client.post("/customers", data={"csrf": client.token, "sure": "yes", **fields}, headers=headers)
    return answer.status, await answer.text()


@pytest.mark.parametrize("wrong", [{"csrf": "guessed"}, {"csrf": ""}, {"headers": {"Origin": "http://evil.example"}}])
async def test_only_a_page_of_ours_joins_anything(client, wrong):
    asked = {"act": "link", "customer": client.jeroen, "author": people.KIM}
    assert (await sent(client, **asked | wrong))[0] == 403
    assert await identities.of_authors(client.desk, [people.KIM]) == {}
    assert (await sent(client, **asked))[0] == 200
    assert len(await identities.of_authors(client.desk, [people.KIM])) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"act": "link", "customer": "{jeroen}", "author": "reddit:anna"}, "does not let"),
        ({"act": "make", "author": "rss:kim"}, "does not let"),
        ({"act": "link", "customer": "{jeroen}", "author": people.SANNE[0]}, "part of another customer"),
        ({"act": "make", "name": "Thief", "author": people.SANNE[0]}, "part of another customer"),
        ({"act": "link", "customer": "none", "author": people.KIM}, "no such customer"),
        ({"act": "withdraw", "customer": "{jeroen}", "author": people.KIM}, "part of no customer"),
        ({"act": "withdraw", "customer": "{jeroen}", "author": people.SANNE[0]}, "part of another customer"),
        ({"act": "withdraw", "customer": "{jeroen}", "author": "bluesky:\0"}, "part of no customer"),
        ({"act": "link", "customer": "{jeroen}", "author": "bluesky:\0"}, "does not let"),
        ({"act": "link", "customer": "\0", "author": people.KIM}, "no such customer"),
        ({"act": "merge", "customer": "{jeroen}", "into": "{jeroen}"}, "are one already"),
        ({"act": "merge", "customer": "{jeroen}", "into": "none"}, "no such customer"),
        ({"act": "merge", "customer": "none", "into": "{jeroen}"}, "no such customer"),
        ({"act": "unmerge", "customer": "{jeroen}", "into": "{sanne}"}, "merged into no other"),
        ({"act": "make", "name": "x" * 81}, "at most 80"),
        ({"act": "make"}, "at most 80"),
        ({"act": "steal"}, "choose what to do"),
    ],
)
async def test_what_cannot_be_is_a_sentence_and_changes_nothing(client, fields, says):
    told = {key: value.format(jeroen=client.jeroen, sanne=client.sanne) for key, value in fields.items()}
    before = await (await client.get("/customers")).text()
    status, text = await sent(client, **told)
    assert (status, says in text) == (400, True), text
    assert await (await client.get("/customers")).text() == before


@pytest.mark.parametrize("path", ["/customer?id=none", "/customer?id=%00", "/customer", "/customers?merge=none"])
async def test_a_customer_that_is_not_there_is_missing(client, path):
    assert (await client.get(path)).status == 404


async def test_a_place_in_the_list_that_is_none_is_refused(client):
    assert (await client.get("/customers?after=x")).status == 400


async def test_an_account_whose_policy_changed_is_shown_and_not_counted(client):
    text = await (await client.get(f"/customer?id={client.sanne}")).text()
    assert "Not counted: the policy of its source" in text
    assert "author=bluesky" in text
    assert "author%3A%22mastodon" not in text


async def test_what_is_merged_is_parted_before_it_is_merged_elsewhere(client):
    await sent(client, act="merge", customer=client.jeroen, into=client.sanne)
    status, text = await sent(client, act="merge", customer=client.jeroen, into=client.nobody)
    assert (status, "part them first" in text) == (400, True)


async def test_an_account_of_one_that_was_merged_is_the_customers_own(client):
    assert (await sent(client, act="merge", customer=client.sanne, into=client.jeroen))[0] == 200
    for customer in (client.sanne, client.jeroen):
        status, text = await sent(client, act="link", customer=customer, author=people.SANNE[0])
        assert status == 200, text


async def test_a_customer_is_parted_from_the_one_it_was_merged_into_and_no_other(client):
    await sent(client, act="merge", customer=client.jeroen, into=client.sanne)
    assert (await sent(client, act="unmerge", customer=client.jeroen, into=client.nobody))[0] == 400
    assert (await sent(client, act="unmerge", customer=client.jeroen, into=client.sanne))[0] == 200


async def test_a_merged_customer_is_found_under_the_one_that_stands_for_it(client):
    await sent(client, act="merge", customer=client.jeroen, into=client.sanne)
    there = await (await client.get(f"/customer?id={client.jeroen}")).text()
    found = await (await client.get("/customers?q=bakker")).text()
    assert (client.sanne in there, client.sanne in found, f'data-id="{client.jeroen}"' in found) == (True, True, False)


async def listed(client, path):
    """Ids of a whole list, page by page, and what its first page says."""
    found, first = [], ""
    while path:
        text = await (await client.get(path)).text()
        first = first or text
        found.append(re.findall(r'data-id="([0-9a-f]+)"', text))
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else None
    return found, first


async def many(desk, number):
    async with desk.writing() as connection:
        return [await customers.made(connection, name=f"Customer {n}", by="ruth", at=corpus.NOW) for n in range(number)]


@pytest.mark.parametrize(("more", "pages", "ordered"), [(40, 2, True), (500, 17, False)])
async def test_a_long_list_goes_on_where_it_ended_and_says_how_it_is_ordered(client, more, pages, ordered):
    await many(client.desk, more)
    found, first = await listed(client, "/customers")
    assert ("too many to put in order" in first) is not ordered
    each = [one for page in found for one in page]
    assert (len(each), len(set(each)), len(found)) == (more + 3, more + 3, pages)


@pytest.mark.parametrize(("order", "leads"), [("activity", 7), ("volume", 11)])
async def test_a_long_list_stands_in_the_order_of_what_is_stored(client, order, leads):
    made = await many(client.desk, 500)
    stored = [CustomerDocument(id=one, counted_at=corpus.NOW, last_at=people.LONG_AGO, mentions=1) for one in made]
    stored[7] = replace(stored[7], last_at=corpus.NOW)
    stored[11] = replace(stored[11], mentions=2)
    await client.archive.customers.put(stored)
    whole = kept(client.desk, documents=client.archive.customers)
    async with TestClient(
        TestServer(application(client.archive, kept=whole)), headers={"Accept-Language": "en"}
    ) as one:
        await one.get(open_link(one.app))
        found, first = await listed(one, f"/customers?order={order}")
    each = [one for page in found for one in page]
    assert (each[0], len(set(each)), "stored a moment ago" in first) == (made[leads], 503, True)
