"""Erasure reaches every table of the desk database; what a source deleted goes up to that time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.outward import Kept, Told
from core.types import Judgement, Mute
from desk.store import audit, customers, erasing, facts, identities, judgements
from desk.store.judgements import JudgementSink
from desk.store.shelf import AT_ONCE, DeskShelf
from desk.store.tables import metadata

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ANNA, BERT = "bluesky:did:quasimodo", "bluesky:bert"
HERS, HIS = "bluesky:quasimodo-1", "bluesky:2"
KEY = b"of this folder"


def not_erased(_):
    return False


async def authors_of(mentions):
    return {mention: ANNA if mention == HERS else BERT for mention in mentions}


@pytest.fixture
async def full(desk):
    """A desk that knows of two accounts of two customers, each with a mention, in every table that may name them."""
    sink = JudgementSink(desk, authors_of=authors_of, erased=not_erased)
    for author, mention, key in ((ANNA, HERS, "quasimodo-7"), (BERT, HIS, "8")):
        said = Judgement(mention=mention, name="tags", labels=("vip",), by="ruth", at=NOW)
        await sink.write([said, Mute(by="ruth", at=NOW, author=author)])
        for system in ("hubspot", "removed"):
            await DeskShelf(desk, system, erased=not_erased).put([Kept(mention=mention, author=author, value=b"1")])
        told = [
            Told(system="hubspot", customer=key, accounts=(author,), facts={"segment": "gold"}, at=NOW),
            Told(system="hubspot", mention=mention, facts={"status": "open"}, at=NOW),
        ]
        await facts.tell(desk, told, may_join=lambda _: True)
        await audit.add(desk, audit.Entry(at=NOW, by="ruth", did="looked at", what="mention", subject=mention))
    return desk


async def rows(desk):
    async with desk.reading() as connection:
        counts = {t.name: await connection.scalar(select(func.count()).select_from(t)) for t in metadata.sorted_tables}
        texts = [str(tuple(row)) for t in metadata.sorted_tables for row in await connection.execute(select(t))]
    return counts, [text for text in texts if "quasimodo" in text]


async def erase(desk, *, sinks=(), **what):
    return await erasing.erase(desk, **{"mentions": [], "authors": []} | what, sinks=sinks, key=KEY)


async def test_no_table_names_who_was_erased(full):
    before, _ = await rows(full)
    assert await erase(full, mentions=[HERS], authors=[ANNA]) > 8
    after, left = await rows(full)
    assert left == []
    assert {name: count for name, count in after.items() if count != before[name] / 2} == {"audit": before["audit"]} | {
        name: before[name] for name in ("tokens", "endpoints", "merges") if before[name]
    }
    assert await erase(full, mentions=[HERS], authors=[ANNA]) == 0


async def test_a_mention_goes_alone(full):
    await erase(full, mentions=[HERS])
    assert [one.mention for one in await judgements.record(full)] == [HIS]
    assert set(await facts.of_mentions(full, [HERS, HIS])) == {HIS}
    assert set(await identities.of_authors(full, [ANNA, BERT])) == {ANNA, BERT}


async def test_no_file_holds_it(full, tmp_path):
    await erase(full, mentions=[HERS], authors=[ANNA])
    assert all(b"quasimodo" not in path.read_bytes() for path in tmp_path.iterdir())


async def test_what_a_sink_sent_it_takes_back_first(full):
    await erase(full, mentions=[HERS], authors=[ANNA], sinks=["hubspot"])
    shelf = DeskShelf(full, "hubspot", erased=not_erased)
    assert [(one.mention, one.due_at) for one in await shelf.due(NOW, 9)] == [(HERS, AT_ONCE)]
    assert await DeskShelf(full, "removed", erased=not_erased).of_author(ANNA) == []
    await shelf.drop([HERS])
    assert (await rows(full))[1] == []


async def test_the_audit_keeps_what_was_done_without_the_id(full):
    await erase(full, mentions=[HERS], authors=[ANNA])
    (entry,) = await audit.latest(full, subject=audit.hashed(HERS, KEY))
    assert (entry.by, entry.did) == ("ruth", "looked at")
    assert audit.hashed(HERS, b"another") != audit.hashed(HERS, KEY)


async def test_a_customer_stays_while_an_account_of_its_group_does(full):
    linked = await identities.of_authors(full, [ANNA, BERT])
    his, hers = linked[BERT].customer, linked[ANNA].customer
    await customers.merge(full, his, hers, by="ruth", at=NOW)
    await erase(full, authors=[ANNA])
    assert (await customers.get(full, his)).members == (hers, his)
    await erase(full, authors=[BERT])
    assert await customers.get(full, his) is None


async def test_what_the_source_deleted_goes_up_to_that_time(full):
    await erasing.forget(full, {HERS: NOW - timedelta(seconds=1)}, {ANNA: NOW - timedelta(seconds=1)})
    assert len(await judgements.record(full)) == 2
    await erasing.forget(full, {HERS: NOW}, {ANNA: LATER})
    assert [one.mention for one in await judgements.record(full)] == [HIS]
    assert [one.author for one in await judgements.muted(full)] == [BERT]
    assert set(await identities.of_authors(full, [ANNA, BERT])) == {BERT}
    assert await DeskShelf(full, "hubspot", erased=not_erased).get([HERS])


async def test_an_accounts_judgements_go_with_it(full):
    await erasing.forget(full, {}, {ANNA: LATER})
    assert [one.mention for one in await judgements.record(full)] == [HIS]
