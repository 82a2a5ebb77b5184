"""One document a customer: it follows whatever touches it, and nothing that is gone stays in it."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from core.document import Filter
from core.errors import Retry
from core.outward import Told
from core.types import Mute, Visibility
from desk.store import customers, erasing, facts, identities, touched
from desk.store.identities import Evidence
from klankbord import configuration
from klankbord.keeping.customers import COUNTED_FOR, Keeping, keep_customers
from klankbord.keeping.touching import Touching
from klankbord.outward import leaves_of
from klankbord.privacy.erase import erase
from klankbord.stores import open_stores
from picture import portrait
from tests.klankbord.program import Program, file_source
from tests.sinks.messages import START, at, deletion, enriched, gone, judgement

ANNA, OTHER, BERT = "file:anna", "rss:anna", "file:bert"
DAY = 24 * 60
NOW = START + timedelta(days=10)
SAID = [
    enriched("1", topics=("app",), followers=10),
    enriched("2", topics=("app", "price"), minute=DAY, sentiment="positive"),
    enriched("3", source="rss", minute=8 * DAY, followers=7),
    enriched("4", author="bert", minute=5),
]
BY = {"by": "ruth", "at": START}


class House:
    """The stores of a folder, with what keeps the documents, and the customer of two accounts of anna's."""

    def __init__(self, read, stores, now):
        self.read, self.stores, self.now = read, stores, now
        self.keeping = Keeping(read, stores, clock=lambda: self.now)
        self.touching = Touching(stores, leaves=leaves_of(read))

    async def hear(self, *items):
        """As the program does: the archive first."""
        assert not await self.stores.archive.write(items)
        assert not await self.touching.write(items)

    async def link(self, *authors, name=None):
        made = await customers.add(self.stores.desk, name=name, **BY)
        for author in authors:
            await identities.link(self.stores.desk, author=author, customer=made, evidence=Evidence.PERSON, **BY)
        return made

    async def documents(self):
        """All there are, once whoever was touched is counted."""
        await self.keeping.count_touched()
        documents = self.stores.archive.customers
        return await documents.get(await documents.counted())

    async def mentions(self, customer):
        found = (await self.documents()).get(customer)
        return found and found.mentions


@asynccontextmanager
async def opened(folder, *, begins=NOW, **policy):
    keep = {"keep": "36500d", "join": True} | policy
    sources = [
        file_source("in.jsonl", **keep),
        {"use": "rss", "settings": {"feeds": ["https://klank.example/"]}, **keep},
    ]
    read = configuration.read(Program(folder, *sources).config)
    async with open_stores(read, lambda _: None) as stores:
        yield House(read, stores, begins)


@pytest.fixture
async def house(tmp_path):
    async with opened(tmp_path) as one:
        await one.hear(*SAID)
        one.anna = await one.link(ANNA, OTHER, name="Anna")
        yield one


async def test_the_document_is_the_portrait_that_is_asked_for(house):
    told = Told(system="hubspot", customer="7", accounts=(BERT,), facts={"segment": "gold", "secret": "no"}, at=START)
    await facts.tell(house.stores.desk, [told], may_join=lambda _: True, erased=lambda _: False)
    made = await house.documents()
    (bert,) = set(made) - {house.anna}
    starts = portrait.weeks(NOW, house.read.organisation.zone, 0)
    asked = await portrait.customers(
        house.stores.archive, Filter(), {house.anna: [ANNA, OTHER], bert: [BERT]}, starts=starts, show_reach=True
    )
    for customer, one in asked.items():
        kept = made[customer]
        assert (kept.mentions, kept.first_at, kept.last_at) == (one.mentions, one.first_at, one.last_at)
        assert (tuple(kept.topics.items()), tuple(kept.channels.items())) == (one.topics, one.channels)
        assert [week.counts["negative"] for week in kept.trend] == [felt.negative for _, felt in one.trend]
        assert (kept.reach, kept.counted_at) == (one.reach, NOW)
    anna = made[house.anna]
    assert (anna.name, anna.mentions, anna.net, anna.reach) == ("Anna", 3, pytest.approx(-1 / 3), 17)
    assert [(one.author, one.mentions, one.source) for one in anna.accounts] == [(ANNA, 2, "file"), (OTHER, 1, "rss")]
    assert (made[bert].segment, made[bert].owner) == (("gold",), ())


TOUCHES = {
    "heard": ([enriched("5", minute=9 * DAY)], 4),
    "heard again": ([enriched("2", "anders", minute=DAY, edited=DAY + 1)], 3),
    "somebody else's": ([enriched("5", author="bert")], 3),
    "deleted": ([deletion("file:2", 9 * DAY)], 2),
    "hidden": ([deletion("file:2", 9 * DAY, reversible=True)], 2),
    "account gone": ([gone(ANNA, 9 * DAY)], 1),
    "account hidden": ([gone(OTHER, 9 * DAY, reversible=True)], 2),
    "irrelevant": ([judgement("file:2", "irrelevant", ("yes",), 9 * DAY)], 2),
    "author muted": ([Mute(by="ruth", at=at(9 * DAY), author=ANNA)], 1),
    "word muted": ([Mute(by="ruth", at=at(9 * DAY), word="vertraagd")], 0),
}


@pytest.mark.parametrize("touch", TOUCHES)
async def test_it_follows_what_is_heard_said_and_deleted(house, touch):
    items, expected = TOUCHES[touch]
    assert await house.mentions(house.anna) == 3
    await house.hear(*items)
    assert await house.mentions(house.anna) == expected


async def test_what_is_hidden_counts_again_once_it_is_lifted(house):
    await house.mentions(house.anna)
    for target in (deletion("file:2", 9 * DAY, reversible=True), gone(OTHER, 9 * DAY, reversible=True)):
        await house.hear(target)
    assert await house.mentions(house.anna) == 1
    await house.hear(deletion("file:2", 9 * DAY + 1, lifted=True), gone(OTHER, 9 * DAY + 1, lifted=True))
    assert await house.mentions(house.anna) == 3


async def test_a_judged_feeling_and_topic_show(house):
    await house.documents()
    said = [judgement("file:1", "sentiment", ("positive",), DAY), judgement("file:1", "topics", ("staff",), DAY)]
    await house.hear(*said)
    anna = (await house.documents())[house.anna]
    assert (anna.net, anna.topics) == (pytest.approx(1 / 3), {"app": 1, "price": 1, "staff": 1})


async def test_acts_at_the_desk_show_and_are_undone(house):
    desk, bert = house.stores.desk, await house.link(BERT)
    before = await house.documents()
    assert set(before) == {house.anna, bert}
    await customers.merge(desk, bert, house.anna, **BY)
    assert {one: found.mentions for one, found in (await house.documents()).items()} == {house.anna: 4}
    assert await customers.unmerge(desk, bert, **BY)
    assert await house.documents() == before
    await identities.withdraw(desk, OTHER, **BY)
    assert await house.mentions(house.anna) == 2
    await identities.withdraw(desk, ANNA, **BY)
    assert set(await house.documents()) == {bert}


async def test_what_another_system_says_shows_once_it_says_something_else(house):
    desk = house.stores.desk
    told = Told(system="hubspot", customer="7", accounts=(BERT,), facts={"owner": "Els"}, at=START)
    await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda _: False)
    (bert,) = set(await house.documents()) - {house.anna}
    await facts.tell(desk, [told], may_join=lambda _: True, erased=lambda _: False)
    assert await touched.waiting(desk, 9) == {}
    other = Told(system="hubspot", customer="7", facts={"owner": "Jan"}, at=at(1))
    await facts.tell(desk, [other], may_join=lambda _: True, erased=lambda _: False)
    assert (await house.documents())[bert].owner == ("Jan",)


async def test_an_account_that_its_source_ended_leaves_the_document(house):
    await house.documents()
    await erasing.forget(house.stores.desk, {}, {ANNA: NOW})
    (one,) = (await house.documents()).values()
    assert [account.author for account in one.accounts] == [OTHER]


async def test_the_end_of_a_keep_time_shows(tmp_path):
    async with opened(tmp_path, begins=START, keep="5d") as house:
        await house.hear(*SAID)
        anna = await house.link(ANNA, OTHER)
        assert await house.mentions(anna) == 3
        house.now = START + timedelta(days=5, minutes=1)
        await house.keeping.look_again()
        before = await house.stores.archive.customers.counted()
        for source in ("file", "rss"):
            await house.stores.archive.expire(source, house.now - timedelta(days=5))
        await house.keeping.look_again()
        assert (before[anna], await house.mentions(anna)) == (START, 2)


async def test_time_alone_moves_the_weeks_on_and_finds_what_is_missing_or_left_over(house):
    await house.documents()
    house.now += COUNTED_FOR + timedelta(minutes=1)
    await house.keeping.look_again()
    (found,) = (await house.documents()).values()
    assert found.counted_at == house.now
    documents = house.stores.archive.customers
    await documents.put([type(found)(id="nobody", counted_at=house.now)])
    await documents.drop([house.anna])
    await house.keeping.look_again()
    assert set(await house.documents()) == {house.anna}


async def test_nobody_is_counted_who_was_not_touched(house):
    await house.documents()
    house.now += timedelta(minutes=1)
    await house.hear(enriched("5", author="bert"))
    await house.keeping.look_again()
    assert await house.keeping.count_touched() == 0


async def test_what_was_cut_short_is_counted_again(house, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(type(house.stores.archive.customers), "put", away)
        with pytest.raises(Retry):
            await house.documents()
    assert await house.mentions(house.anna) == 3


async def away(*_):
    raise Retry("away")


async def test_a_customer_touched_while_it_is_counted_is_counted_once_more(house):
    marks = await touched.waiting(house.stores.desk, 9)
    await touched.add(house.stores.desk, [house.anna])
    await touched.done(house.stores.desk, marks)
    assert set(await touched.waiting(house.stores.desk, 9)) == {house.anna}


async def test_what_the_policy_does_not_allow_any_more_leaves(tmp_path):
    async with opened(tmp_path) as house:
        anna = await house.link(ANNA)
        assert set(await house.documents()) == {anna}
    async with opened(tmp_path, begins=NOW + timedelta(minutes=1), join=False) as house:
        await house.keeping.look_again()
        assert await house.documents() == {}


async def test_only_what_is_public_is_in_it(tmp_path):
    async with opened(tmp_path, visibility=["public", "followers"]) as house:
        await house.hear(enriched("1"), enriched("2", visibility=Visibility.FOLLOWERS))
        assert await house.mentions(await house.link(ANNA)) == 1


async def erased(house, **what):
    return {one.store: one.removed async for one in erase(house.stores, **what)}


async def test_an_erased_account_is_in_no_document(house, tmp_path):
    await house.documents()
    assert (await erased(house, authors=[ANNA]))["customers"] == 1
    assert await house.stores.archive.customers.counted() == {}
    (one,) = (await house.documents()).values()
    assert ([account.author for account in one.accounts], one.mentions) == ([OTHER], 1)
    assert (await erased(house, authors=[OTHER]))["customers"] == 1
    assert await house.documents() == {}
    assert all(b"rss:anna" not in path.read_bytes() for path in (tmp_path / "data").glob("archive.db*"))
    assert (await erased(house, authors=[ANNA, OTHER]))["customers"] == 0


async def test_an_erased_mention_is_counted_no_more(house):
    await house.documents()
    assert (await erased(house, mentions=["file:2"]))["customers"] == 1
    anna = (await house.documents())[house.anna]
    assert (anna.mentions, anna.topics) == (2, {"app": 1})


async def test_who_is_erased_while_counted_is_not_put_back(house, monkeypatch):
    documents = type(house.stores.archive.customers)
    put = documents.put

    async def erased_first(self, made):
        assert made
        house.stores.erased.add([ANNA])
        await self.drop([one.id for one in made])
        await put(self, made)

    monkeypatch.setattr(documents, "put", erased_first)
    assert await house.documents() == {}


async def test_it_goes_on_after_an_engine_was_away(house, monkeypatch):
    stop, said = asyncio.Event(), []
    documents, calls = type(house.stores.archive.customers), []
    put = documents.put

    async def away_once(self, made):
        calls.append(made)
        if len(calls) == 1:
            raise Retry("the engine is away")
        await put(self, made)
        stop.set()

    monkeypatch.setattr(documents, "put", away_once)
    monkeypatch.setattr("klankbord.keeping.customers.EVERY", 0.01)
    await keep_customers(house.read, house.stores, stop, said.append)
    assert said == ["customers: waits and tries again: the engine is away"]
    assert set(await house.stores.archive.customers.counted()) == {house.anna}
