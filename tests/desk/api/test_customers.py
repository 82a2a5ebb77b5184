"""Customers over the API: figures counted by hand, what the policies withhold, and going on from page to page."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp.test_utils import TestServer

from core.outward import Told
from desk.store import customers, facts
from tests.desk import corpus
from tests.desk.api.asking import MONDAY, NOW, Client, closed, collected, counted, joined, parts, said
from tests.desk.cases.book import hear, heard
from tests.desk.holding import holding
from tests.desk.serving import application, fill, kept, opened
from tests.desk.store.made import opened_desk

ANNA = ("bluesky:anna", "mastodon:anna")


def asked(link):
    return urlsplit(link).path.removeprefix("/api/v1"), dict(parse_qsl(urlsplit(link).query))


@pytest.fixture
async def anna(client):
    """A customer that a CRM system knows, whose account on Mastodon its policy keeps inside."""
    told = Told(system="hubspot", customer="7", accounts=ANNA[:1], facts={"segment": "gold"}, at=NOW)
    await facts.tell(client.desk, [told], may_join=lambda _: True, erased=lambda _: False)
    other = await joined(client.desk, ANNA[1])
    root = (await client.told("/customers", "customers", q="anna"))["customers"][0]["id"]
    await customers.merge(client.desk, other, root, by="ruth", at=NOW)
    return root


async def test_a_customer_is_told_with_figures_facts_and_links(client, anna):
    told = await client.told("/customer", "customers", id=anna)
    # 6 since Monday; the week before 2 about delivery, 6 about prices, and 1 about delivery by its last second
    assert (told["name"], told["mentions"], told["reach"]) == ("Anna", 15, 120)
    assert [(one["name"], one["mentions"]) for one in told["topics"]] == [("delivery", 9), ("prices", 6)]
    assert ([one["value"] for one in told["facts"]], told["keys"]) == (["gold"], {"hubspot": "7"})
    assert (told["weeks"][-1]["sentiment"]["net"], told["weeks"][-1]["partial"]) == (-0.6, True)
    assert [week["mentions"] for week in told["weeks"]] == [None] * 6 + [0, 0, 0, 0, 9, 6]
    assert told["page"].endswith(f"/customer?id={anna}")


async def test_its_mentions_are_the_mentions_question_of_each_account(client, anna):
    (account,) = (await client.told("/customer", "customers", id=anna))["accounts"]
    path, parameters = asked(account["mentions_asked"])
    listed = await client.told(path, "mentions", **parameters)
    assert (listed["total"], account["mentions"]) == (15, 15)
    assert {one["author"]["id"] for one in listed["mentions"]} == {ANNA[0]}


async def test_accounts_whose_policy_keeps_authors_inside_are_left_out_of_everything(client, anna):
    told = await client.told("/customer", "customers", id=anna)
    assert (told["withheld"], [one["account"]["id"] for one in told["accounts"]]) == (1, [ANNA[0]])
    assert [one["name"] for one in told["channels"]] == ["bluesky"]
    hidden = await joined(client.desk, "mastodon:bert")
    assert (await client.told("/customer", "customers", id=hidden))["name"] == hidden
    for words in ("mastodon", "bert"):
        assert (await client.told("/customers", "customers", q=words))["total"] == 0


async def test_what_is_not_public_is_in_no_figure(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, [said(1, MONDAY), closed(2, MONDAY), collected(MONDAY, NOW)])
        anna = await joined(desk, ANNA[0])
        api = parts(admits_closed=True)
        async with Client(TestServer(application(archive, now=lambda: NOW, api=api, kept=kept(desk)))) as client:
            assert (await client.told("/customer", "customers", id=anna))["mentions"] == 1
            assert (await client.told("/customers", "customers"))["customers"][0]["mentions"] == 1


@pytest.mark.parametrize("secret", ["figures", "mentions", "both"])
async def test_no_other_scope_opens_customers(client, secret):
    for path, parameters in (("/customers", {}), ("/customer", {"id": "x"})):
        assert "scope customers" in (await client.told(path, secret, status=403, **parameters))["detail"]
    await client.told("/mentions", "customers", status=403)


async def test_who_read_which_customer_is_written_down_by_id(tmp_path):
    seen = []

    async def looked(token, what, subject):
        seen.append((token.name, what, subject))

    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        first, second = await joined(desk, ANNA[0]), await joined(desk, "bluesky:bert")
        await customers.merge(desk, first, second, by="ruth", at=NOW)
        app = application(archive, now=lambda: NOW, api=parts(looked=looked), kept=kept(desk))
        async with Client(TestServer(app)) as client:
            await client.told("/customers", "customers")
            await client.told("/customer", "customers", id=first)
            await client.told("/customer", "customers", status=404, id="none")
    assert seen == [("customers", "export", "customers"), ("customers", "customer", second)]


async def test_following_next_gives_each_customer_once(client):
    made = [await joined(client.desk, f"bluesky:{number}", name=f"Customer {number}") for number in range(5)]
    anna = await joined(client.desk, ANNA[0], name="Customer Anna")
    found, parameters = [], {"q": "customer", "size": "2", "order": "volume"}
    while parameters:
        told = await client.told("/customers", "customers", **parameters)
        found += [one["id"] for one in told["customers"]]
        assert (told["total"], told["order"]) == (6, "volume")
        parameters = asked(told["next"])[1] if told["next"] else None
    assert (found[0], sorted(found)) == (anna, sorted([*made, anna]))


async def test_a_continuation_belongs_to_its_list(client):
    for number in range(3):
        await joined(client.desk, name=f"Customer {number}")
    after = asked((await client.told("/customers", "customers", size="1"))["next"])[1]["after"]
    for wrong in ({"q": "x"}, {"order": "volume"}, {"size": "2"}, {"after": after[:-2] + "AA"}):
        told = await client.told("/customers", "customers", status=400, **{"size": "1", "after": after} | wrong)
        assert told["reason"] == "after"


async def test_where_nothing_is_kept_of_customers_that_is_said(tmp_path):
    async with (
        opened(tmp_path / "archive.db") as archive,
        Client(TestServer(application(archive, api=parts()))) as client,
    ):
        assert "nothing is kept" in (await client.told("/customers", "customers", status=403))["detail"]


async def test_page_and_api_agree_on_every_figure_of_a_customer(client, anna):
    told = await client.told("/customer", "customers", id=anna)
    listed = (await client.told("/customers", "customers"))["customers"][0]
    for name in ("mentions", "first_at", "last_at", "name", "withheld"):
        assert listed[name] == told[name]
    assert listed["sentiment"]["total"] == sum(week["sentiment"]["total"] for week in told["weeks"]) == 15
    assert (corpus.NOW - timedelta(weeks=12)).isoformat() < told["weeks"][1]["start"]


async def test_what_is_best_done_next_is_told_with_its_reasons_and_cases_to_who_may_know_of_them(tmp_path):
    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
    ):
        await fill(archive, counted())
        anna = await joined(desk, ANNA[0])
        case = await hear(
            desk, heard(author=ANNA[0], thread="bluesky:5", mention="bluesky:5", source="bluesky", at=NOW)
        )
        app = application(archive, now=lambda: NOW, api=parts(), kept=kept(desk))
        async with Client(TestServer(app)) as client:
            step = (await client.told("/customer", "all", id=anna))["next_action"]
            assert (step["rule"], step["because"]["nl"]) == ("open", ["er is een case open"])
            assert (step["say"]["en"], step["because"]["en"]) == ("Work on the open case", ["a case is open"])
            assert step["page"].endswith(f"/case?number={case.number}")
            assert (await client.told("/customer", "customers", id=anna))["next_action"] is None


async def test_all_that_is_held_is_told_to_the_scope_privacy_alone_whatever_policies_let_leave(tmp_path):
    seen = []

    async def looked(token, what, subject):
        seen.append((token.name, what, subject))

    async with (
        opened(tmp_path / "archive.db", lambda: NOW) as archive,
        opened_desk(tmp_path) as desk,
        holding(tmp_path / "held", archive, desk) as held,
    ):
        await fill(archive, [*counted(), closed(99, MONDAY)])
        anna = await joined(desk, *ANNA)
        app = application(
            archive, now=lambda: NOW, api=parts(looked=looked, admits_closed=True), kept=replace(kept(desk), held=held)
        )
        async with Client(TestServer(app)) as client:
            told = await client.told("/customer/held", "all", id=anna)
            assert (told["format"], told["accounts"]) == ("klankbord-held-1", list(ANNA))
            texts = [one["stored"]["enriched"]["mention"]["text"] for one in told["archive"]]
            assert "a secret word to the service desk" in texts
            assert len(texts) == 20
            await client.told("/customer/held", "all", status=404, id="none")
            for secret in ("customers", "both"):
                refused = await client.told("/customer/held", secret, status=403, id=anna)
                assert "scope privacy" in refused["detail"]
    assert seen == [("all", "held", anna)]


async def test_where_the_stores_cannot_be_read_what_is_held_is_not_told(client, anna):
    assert "not told here" in (await client.told("/customer/held", "all", status=403, id=anna))["detail"]
