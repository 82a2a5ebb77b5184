"""Customers, their accounts, what other systems say of them; merging is undone without a trace but the audit."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Stop
from core.outward import ACCOUNT, FOLLOWS, Kept, Linked, Told
from desk.store import audit, customers, facts, identities
from desk.store.identities import Evidence
from desk.store.shelf import DeskShelf
from desk.store.standing import accounts_like, standing
from tests.desk.store.filled import rows

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
BY = {"by": "ruth", "at": NOW}


async def customer(desk, *authors, name=None):
    made = await customers.add(desk, name=name, **BY)
    for author in authors:
        await identities.link(desk, author=author, customer=made, evidence=Evidence.PERSON, **BY)
    return made


async def said(desk, system, key, *accounts, at=NOW, erased=(), **told):
    one = Told(system=system, customer=key, accounts=accounts, facts=told, at=at)
    await facts.tell(
        desk, [one], may_join=lambda author: not author.startswith("reddit:"), erased=lambda gone: gone in erased
    )


async def picture(desk, *authors):
    """All that is answered of these accounts."""
    linked = await identities.of_authors(desk, authors)
    ids = sorted({one.customer for one in linked.values()})
    accounts = [await identities.accounts(desk, one) for one in ids]
    return (
        linked,
        accounts,
        [await facts.of_customer(desk, one) for one in ids],
        [await customers.get(desk, i) for i in ids],
    )


async def test_an_account_is_one_customers(desk):
    first, second = await customer(desk, "bluesky:anna"), await customer(desk)
    linked = await identities.link(desk, author="bluesky:anna", customer=second, evidence=Evidence.LINK, **BY)
    assert linked == first
    assert await identities.of_authors(desk, ["bluesky:anna", "bluesky:bert"]) == {
        "bluesky:anna": Linked(customer=first)
    }


async def test_a_withdrawn_account_is_free_and_seen_to_have_been_linked(desk):
    first = await customer(desk, "bluesky:anna")
    assert await identities.withdraw(desk, "bluesky:anna", by="ruth", at=LATER)
    assert not await identities.withdraw(desk, "bluesky:anna", by="ruth", at=LATER)
    assert await identities.of_authors(desk, ["bluesky:anna"]) == {}
    assert [one.withdrawn_at for one in await identities.accounts(desk, first)] == [LATER]
    other = await customer(desk, "bluesky:anna")
    assert (await identities.of_authors(desk, ["bluesky:anna"]))["bluesky:anna"].customer == other


async def test_a_merge_is_undone_without_a_trace(desk):
    await said(desk, "hubspot", "7", "bluesky:anna", segment="gold", owner="els")
    await said(desk, "hubspot", "8", "mastodon:anna", segment="silver")
    people = ("bluesky:anna", "mastodon:anna")
    before = await picture(desk, *people)
    anna, other = (before[0][author].customer for author in people)
    await customers.merge(desk, other, anna, **BY)
    linked, accounts, told, (one) = await picture(desk, *people)
    assert {one.customer for one in linked.values()} == {anna}
    assert [account.author for account in accounts[0]] == sorted(people)
    assert linked["mastodon:anna"].keys == {"hubspot": "7"}
    assert {fact.name for fact in told[0]} == {"owner", "segment"}
    assert one[0].members == (anna, other)
    assert await customers.unmerge(desk, other, by="ruth", at=LATER)
    assert await picture(desk, *people) == before


async def test_a_chain_of_merges_has_one_root_and_comes_apart_again(desk):
    first, second, third = [await customer(desk, f"bluesky:{n}") for n in range(3)]
    await customers.merge(desk, first, second, **BY)
    await customers.merge(desk, second, third, **BY)
    assert (await customers.get(desk, first)).members == (third, second, first)
    await customers.unmerge(desk, second, **BY)
    assert (await customers.get(desk, first)).members == (second, first)
    assert (await customers.get(desk, third)).members == (third,)
    await customers.unmerge(desk, first, **BY)
    assert not await customers.unmerge(desk, first, **BY)


async def test_what_cannot_be_merged_is_refused(desk):
    first, second, third = [await customer(desk) for _ in range(3)]
    await customers.merge(desk, first, second, **BY)
    for one, into, why in [
        (first, first, "are one already"),
        (second, first, "are one already"),
        (first, third, "stand for themselves"),
        ("nobody", first, 'no customer "nobody"'),
    ]:
        with pytest.raises(Stop, match=why):
            await customers.merge(desk, one, into, **BY)


async def test_who_merged_and_unmerged_is_known(desk):
    first, second = await customer(desk), await customer(desk)
    await customers.merge(desk, first, second, **BY)
    await customers.unmerge(desk, first, by="els", at=LATER)
    entries = await audit.latest(desk, subject=first)
    assert {(one.did, one.by) for one in entries} == {("made", "ruth"), ("merged", "ruth"), ("unmerged", "els")}


async def test_a_field_of_another_system_makes_a_customer_where_the_policy_allows(desk):
    await said(desk, "hubspot", "7", "bluesky:anna", "reddit:anna", segment="gold")
    await said(desk, "hubspot", "8", "reddit:bert", segment="silver")
    linked = await identities.of_authors(desk, ["bluesky:anna", "reddit:anna", "reddit:bert"])
    assert [(author, one.keys) for author, one in linked.items()] == [("bluesky:anna", {"hubspot": "7"})]
    (account,) = await identities.accounts(desk, linked["bluesky:anna"].customer)
    assert (account.evidence, account.by) == (Evidence.FIELD, "hubspot")


async def test_who_was_erased_does_not_come_back_by_a_field(desk):
    await said(desk, "hubspot", "7", "bluesky:anna", erased=["bluesky:anna"], segment="gold")
    counts, _ = await rows(desk)
    assert {name: counts[name] for name in ("customers", "customer_keys", "identities", "facts", "audit")} == {
        "customers": 0, "customer_keys": 0, "identities": 0, "facts": 0, "audit": 0
    }  # fmt: skip
    await said(desk, "hubspot", "7", "bluesky:anna", "bluesky:bert", erased=["bluesky:anna"])
    assert set(await identities.of_authors(desk, ["bluesky:anna", "bluesky:bert"])) == {"bluesky:bert"}


async def test_nothing_is_kept_of_a_mention_that_was_erased(desk):
    told = Told(system="zendesk", mention="bluesky:1", facts={"status": "open"}, at=NOW)
    await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda gone: gone == "bluesky:1")
    assert await facts.of_mentions(desk, ["bluesky:1"]) == {}


async def test_what_a_person_took_away_no_field_brings_back(desk):
    await said(desk, "hubspot", "7", "bluesky:anna", "bluesky:bert", "bluesky:carl")
    (hers,) = {one.customer for one in (await identities.of_authors(desk, ["bluesky:anna"])).values()}
    await customers.merge(desk, hers, await customer(desk), **BY)
    await identities.withdraw(desk, "bluesky:anna", by="ruth", at=LATER)
    await identities.withdraw(desk, "bluesky:bert", by="bluesky", at=LATER)  # its service, of a link
    await said(desk, "hubspot", "7", "bluesky:anna", "bluesky:bert", "bluesky:carl", at=LATER)
    assert set(await identities.of_authors(desk, ["bluesky:anna", "bluesky:bert", "bluesky:carl"])) == {
        "bluesky:bert",
        "bluesky:carl",
    }
    await said(desk, "hubspot", "8", "bluesky:anna", at=LATER)
    (linked,) = (await identities.of_authors(desk, ["bluesky:anna"])).values()
    assert linked.keys == {"hubspot": "8"}


async def test_the_latest_by_the_other_systems_clock_counts(desk):
    await said(desk, "hubspot", "7", "bluesky:anna", segment="gold", owner="els", at=LATER)
    await said(desk, "hubspot", "7", segment="silver", owner=None)
    (linked,) = (await identities.of_authors(desk, ["bluesky:anna"])).values()
    assert [(one.name, one.value) for one in await facts.of_customer(desk, linked.customer)] == [
        ("owner", "els"), ("segment", "gold")
    ]  # fmt: skip
    await said(desk, "hubspot", "7", owner=None, at=LATER)
    assert [one.name for one in await facts.of_customer(desk, linked.customer)] == ["segment"]


async def test_a_case_comes_back_to_its_mention(desk):
    told = Told(system="zendesk", mention="bluesky:1", facts={"status": "open", "owner": "els"}, at=NOW)
    await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda _: False)
    found = await facts.of_mentions(desk, ["bluesky:1", "bluesky:2"])
    assert {mention: [one.value for one in theirs] for mention, theirs in found.items()} == {
        "bluesky:1": ["els", "open"]
    }


async def test_customers_are_found_by_a_name_or_an_account_of_all_they_stand_for(desk):
    anna, bert = await customer(desk, "bluesky:anna", name="Anna 100%"), await customer(desk, "bluesky:bert")
    await customers.merge(desk, anna, bert, **BY)
    other = await customers.add(desk, name=None, by="ruth", at=LATER)
    found = {words: [one.id for one in await standing(desk, words)] for words in ("", "ANNA", "100%", "0_%", "carla")}
    assert found == {"": [other, bert], "ANNA": [bert], "100%": [bert], "0_%": [], "carla": []}
    assert await accounts_like(desk, "SKY:ann") == ["bluesky:anna"]
    (both,) = await standing(desk, "nobody's", authors=["bluesky:anna"])
    assert (both.name, both.accounts) == ("Anna 100%", ("bluesky:anna", "bluesky:bert"))
    await identities.withdraw(desk, "bluesky:anna", by="ruth", at=LATER)
    assert (await accounts_like(desk, "a\0"), await standing(desk, "a\0")) == ([], [])
    assert (await accounts_like(desk, "anna"), await standing(desk, "x", authors=["bluesky:anna"])) == ([], [])


async def test_what_a_customer_stands_for_is_listed_until_it_is_parted(desk):
    anna, bert = await customer(desk, "bluesky:anna", name="Anna"), await customer(desk, "bluesky:bert")
    await customers.merge(desk, anna, bert, **BY)
    assert [(one.id, one.name, one.into, one.by) for one in await customers.merged(desk, bert)] == [
        (anna, "Anna", bert, "ruth")
    ]
    assert await customers.merged(desk, anna) == []
    await customers.unmerge(desk, anna, **BY)
    assert await customers.merged(desk, bert) == []


async def test_the_keys_of_a_customer_are_those_of_all_it_stands_for(desk):
    await said(desk, "hubspot", "7", "bluesky:anna")
    await said(desk, "zendesk", "8", "bluesky:bert")
    anna, bert = [
        (await identities.of_authors(desk, [author]))[author].customer for author in ("bluesky:anna", "bluesky:bert")
    ]
    await customers.merge(desk, bert, anna, **BY)
    assert await identities.keys_of(desk, anna) == {"hubspot": "7", "zendesk": "8"}


async def looks_at(desk, act, *, sink="hubspot"):
    """The accounts that a sink which follows has to look at after that act, and is done with then."""
    shelf = DeskShelf(desk, sink, erased=lambda _: False)
    await act
    rows = await shelf.due(LATER, 99)
    for row in rows:
        await shelf.settle(row)
    assert await shelf.due(LATER, 99) == []
    return {row.mention.removeprefix(ACCOUNT) for row in rows}


async def test_a_sink_that_follows_looks_at_every_account_whose_customer_changed(desk):
    for sink, row in (("hubspot", FOLLOWS), ("webhook", "m:1")):
        await DeskShelf(desk, sink, erased=lambda _: False).put([Kept(mention=row, author="", value=b"")])
    anna, bert = "bluesky:anna", "bluesky:bert"
    first, second = await customer(desk), await customer(desk)
    for author, one in ((anna, first), (bert, second)):
        linking = identities.link(desk, author=author, customer=one, evidence=Evidence.PERSON, **BY)
        assert await looks_at(desk, linking) == {author}
    assert await looks_at(desk, customers.merge(desk, second, first, **BY)) == {anna, bert}
    assert await looks_at(desk, customers.unmerge(desk, second, **BY)) == {anna, bert}
    assert await looks_at(desk, identities.withdraw(desk, bert, **BY)) == {bert}
    assert await looks_at(desk, said(desk, "hubspot", "9", bert)) == {bert}
    assert await looks_at(desk, identities.withdraw(desk, bert, **BY), sink="webhook") == set()


async def test_what_changed_again_while_a_sink_looked_is_looked_at_again(desk):
    shelf = DeskShelf(desk, "hubspot", erased=lambda _: False)
    await shelf.put([Kept(mention=FOLLOWS, author="", value=b"")])
    await customer(desk, "bluesky:anna")
    (row,) = await shelf.due(LATER, 9)
    await identities.withdraw(desk, "bluesky:anna", **BY)
    await shelf.settle(row)
    assert [one.mention for one in await shelf.due(LATER, 9)] == [row.mention]
