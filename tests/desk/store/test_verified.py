"""Accounts join customers by links that their service verified, and leave them when it does not say so any more."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Stop
from core.outward import WEBSITE, Told
from core.types import Author, Enriched, Mark, Mention, VerifiedLink
from desk.store import audit, customers, facts, identities, verified, websites
from desk.store.identities import Evidence
from desk.store.websites import page_of

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BEFORE = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
ANNA = "mastodon:nl.example/7"
HOME = "https://klant.example"


def look(*links, minute=0, author=ANNA, **more):
    """A message of an account of which its service has verified these links; None where it does not say."""
    known = None if links == (None,) else tuple(VerifiedLink(url=url, at=BEFORE) for url in links)
    at = NOW + timedelta(minutes=minute)
    who = Author(id=author, links=known)
    return Enriched(mention=Mention(id="m:1", source="m", author=who, text="x", created_at=at, seen_at=at, **more))


async def follow(desk, *looks, joins=True, erased=False):
    await verified.follow(desk, looks, may_join=lambda _: joins, erased=lambda _: erased)


async def customer(desk, *addresses):
    made = await customers.add(desk, name=None, by="ruth", at=NOW)
    for address in addresses:
        await websites.add(desk, made, address, by="ruth", at=NOW)
    return made


async def whose(desk, author=ANNA):
    return {one.customer for one in (await identities.of_authors(desk, [author])).values()}


async def test_an_account_joins_by_a_verified_link_and_leaves_with_it(desk):
    theirs = await customer(desk, "klant.example")
    await follow(desk, look(HOME))
    assert await whose(desk) == {theirs}
    (account,) = await identities.accounts(desk, theirs)
    assert account.why == "verified link: https://klant.example (verified at 2026-03-01 12:30 UTC)"
    await follow(desk, look(None, minute=1))
    assert await whose(desk) == {theirs}
    await follow(desk, look("https://elders.example", minute=2))
    assert await whose(desk) == set()
    acts = [(one.did, one.by, one.at) for one in await audit.latest(desk, subject=ANNA)]
    assert acts == [("unlinked", "mastodon", NOW + timedelta(minutes=2)), ("linked", "mastodon", NOW)]
    await follow(desk, look(HOME, minute=3))
    assert await whose(desk) == {theirs}


@pytest.mark.parametrize(
    "said",
    [
        look("https://klant.example/anna"),
        look("https://anna.klant.example"),
        look(HOME, marks=(Mark.HISTORY,)),
        look(HOME, marks=(Mark.DRILL,)),
        look(),
    ],
)
async def test_nothing_else_joins(desk, said):
    await customer(desk, "klant.example")
    await follow(desk, said)
    assert await whose(desk) == set()


@pytest.mark.parametrize("how", [{"joins": False}, {"erased": True}])
async def test_whom_the_policy_or_an_erasure_keeps_out_is_never_joined(desk, how):
    await customer(desk, "klant.example")
    await follow(desk, look(HOME), **how)
    assert await whose(desk) == set()


async def test_what_was_said_earlier_changes_nothing_when_it_comes_late(desk):
    theirs = await customer(desk, "klant.example")
    await follow(desk, look(HOME, minute=5), look(minute=4))
    await follow(desk, look(minute=3))
    assert await whose(desk) == {theirs}
    await follow(desk, look(minute=6))
    await follow(desk, look(HOME, minute=5.5))
    assert await whose(desk) == set()


async def test_a_page_of_two_customers_says_nothing_until_they_are_one(desk):
    one, other = await customer(desk, "klant.example"), await customer(desk, "klant.example")
    await follow(desk, look(HOME))
    assert await whose(desk) == set()
    await customers.merge(desk, other, one, by="ruth", at=NOW)
    await follow(desk, look(HOME, minute=1))
    assert await whose(desk) == {one}


async def test_a_person_outranks_what_is_verified(desk):
    theirs, other = await customer(desk, "klant.example"), await customer(desk)
    await follow(desk, look(HOME))
    await identities.withdraw(desk, ANNA, by="ruth", at=NOW)
    await follow(desk, look(HOME, minute=1))
    assert await whose(desk) == set()
    await identities.link(desk, author=ANNA, customer=other, evidence=Evidence.PERSON, by="ruth", at=NOW)
    await follow(desk, look(HOME, minute=2))
    assert await whose(desk) == {other}
    assert theirs != other


async def test_a_website_that_is_the_customers_no_more_takes_its_accounts_along(desk):
    theirs = await customer(desk, "klant.example", "https://www.klant.example/shop/")
    assert not await websites.add(desk, theirs, "http://KLANT.example/", by="ruth", at=NOW)
    assert [one.page for one in await websites.of_customer(desk, theirs)] == ["klant.example", "klant.example/shop"]
    await follow(desk, look(HOME))
    assert await websites.remove(desk, theirs, HOME, by="ruth", at=NOW)
    assert not await websites.remove(desk, theirs, HOME, by="ruth", at=NOW)
    assert await whose(desk) == set()
    await websites.add(desk, theirs, HOME, by="ruth", at=NOW)
    await follow(desk, look(HOME, minute=1))
    assert await whose(desk) == {theirs}


async def test_another_system_says_where_a_customer_is_at_home(desk):
    async def says(address, minute):
        moment = NOW + timedelta(minutes=minute)
        told = Told(system="hubspot", customer="7", accounts=("bluesky:anna",), facts={WEBSITE: address}, at=moment)
        await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda _: False)

    await says("www.klant.example", 1)
    (theirs,) = await whose(desk, "bluesky:anna")
    await follow(desk, look(HOME, minute=2))
    assert await whose(desk) == {theirs}
    await says("elders.example", 0)
    assert await whose(desk) == {theirs}
    await says("nog niet bekend", 3)
    assert (await whose(desk), await websites.of_customer(desk, theirs)) == (set(), [])


@pytest.mark.parametrize(
    "address", ["", "klant", "ftp://klant.example", "klant.example bijna", "https://", "http://[::1"]
)
async def test_what_is_no_address_is_refused(desk, address):
    assert page_of(address) is None
    with pytest.raises(Stop, match="no address of a website"):
        await customer(desk, address)


def test_one_page_has_one_form():
    forms = ["klant.example", "https://www.Klant.example/", " http://klant.example:80", "HTTPS://KLANT.EXAMPLE:443/"]
    assert {page_of(one) for one in forms} == {"klant.example"}
    assert page_of("https://café.example/A?b=1") == "xn--caf-dma.example/A?b=1"
