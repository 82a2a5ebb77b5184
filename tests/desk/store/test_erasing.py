"""Erasure reaches every table of the desk database; what a source deleted goes up to that time."""

from datetime import timedelta

from core.outward import ERASED
from desk.store import audit, customers, erasing, facts, identities, judgements
from desk.store.identities import Evidence
from desk.store.shelf import DeskShelf
from tests.desk.store.filled import ANNA, BERT, HERS, HIS, NOW, not_erased, rows

LATER = NOW + timedelta(days=1)
KEY = b"of this folder"


async def erase(desk, *, sinks=(), **what):
    return await erasing.erase(desk, **{"mentions": [], "authors": []} | what, sinks=sinks, key=KEY)


async def test_no_table_names_who_was_erased(full):
    before, _ = await rows(full)
    assert await erase(full, mentions=[HERS], authors=[ANNA]) > 8
    after, left = await rows(full)
    assert left == []
    assert {name: count for name, count in after.items() if count != before[name] / 2} == {"audit": before["audit"]} | {
        name: before[name]
        for name in (
            "tokens",
            "endpoints",
            "alerts",
            "touched",
            "touched_cases",
            "emerging",
            "backlog_items",
            "happenings",
            "own_accounts",
            "case_numbers",
            "crises",
            "crisis_events",
            "crisis_evidence",
            "practices",
            "practice_texts",
            "practice_comments",
            "practice_thanks",
            "practice_uses",
            "planned",
            "backlog_items",
            "notices",
        )
        if before[name]
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
    assert [(one.mention, one.due_at) for one in await shelf.due(NOW, 9)] == [(HERS, ERASED)]
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
    assert {hers, his} < set((await customers.get(full, his)).members)
    await erase(full, authors=[BERT])
    assert await customers.get(full, his) is None


async def test_an_account_that_was_taken_away_keeps_no_customer_and_takes_none_along(full):
    hers = (await identities.of_authors(full, [ANNA]))[ANNA].customer
    for author in ("bluesky:wrong", "bluesky:other"):
        await identities.link(full, author=author, customer=hers, evidence=Evidence.PERSON, by="ruth", at=NOW)
        await identities.withdraw(full, author, by="ruth", at=LATER)
    await erase(full, authors=["bluesky:other"])
    assert await customers.get(full, hers) is not None
    await erase(full, authors=[ANNA])
    assert await customers.get(full, hers) is None


async def test_a_customer_without_an_account_goes_by_its_own_id(full):
    hers = await customers.add(full, name="Quasimodo", by="ruth", at=NOW)
    assert await erase(full, customers=[hers]) == 2  # itself, and that it was made
    assert await customers.get(full, hers) is None
    assert [one.did for one in await audit.latest(full, subject=audit.hashed(hers, KEY))] == ["made"]


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
