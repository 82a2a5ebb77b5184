"""Evidence is frozen in a transaction of its own, against which an erasure has the last word; and it is of a week at most."""

import asyncio

import pytest
from sqlalchemy import text

from desk.crisis.evidence import Driving, Evidence, written
from desk.store import crises, crisis_evidence, erasing
from desk.store.crisis_evidence import LONGEST
from tests.desk.crisis.book import HOUR, NOW, alarmed, rings, timedelta

WHO = "mastodon:quasimodo"
DOCUMENT = written(Evidence(since=NOW, until=NOW, authors=(Driving(id=WHO, source="mastodon"),)))
WAITS = """
CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
CREATE TRIGGER waits BEFORE UPDATE ON crisis_evidence FOR EACH ROW EXECUTE FUNCTION waits();
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def waiting(desk, number, *, but):
    """Until so many transactions wait for another one, or that one is done."""
    async with asyncio.timeout(60):
        while not but.done():
            async with desk.reading() as connection:
                if await connection.scalar(text(WAITING)) >= number:
                    return


@pytest.mark.parametrize("opened", ["postgresql"], indirect=True)
async def test_an_erasure_that_begins_before_the_freezing_is_durable_has_the_last_word(desk):
    crisis = await alarmed(desk)
    [wanted] = await crisis_evidence.waiting(desk)
    async with desk.writing() as connection:
        await connection.execute(text(WAITS))
    async with desk.writing() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        freezing = asyncio.create_task(crisis_evidence.frozen(desk, wanted, lambda: DOCUMENT, at=NOW))
        await waiting(desk, 1, but=freezing)
        gone = erasing.erase(desk, mentions=(), authors=[WHO], sinks=(), key=b"key")
        erased = asyncio.create_task(gone)
        await waiting(desk, 2, but=erased)
    assert await freezing
    assert await erased == 1
    [kept] = await crises.evidence(desk, crisis.id)
    assert kept.frozen_at == NOW
    assert WHO not in kept.document


async def test_an_erasure_while_nothing_is_frozen_yet_has_nothing_to_take(desk):
    await alarmed(desk)
    assert await erasing.erase(desk, mentions=(), authors=[WHO], sinks=(), key=b"key") == 0
    [wanted] = await crisis_evidence.waiting(desk)
    assert await crisis_evidence.frozen(desk, wanted, lambda: DOCUMENT, at=NOW)


@pytest.mark.parametrize("began", [NOW - LONGEST - HOUR, NOW - LONGEST + HOUR])
async def test_evidence_is_asked_for_of_a_week_at_most(desk, began):
    await alarmed(desk, rings(since=began))
    [wanted] = await crisis_evidence.waiting(desk)
    assert timedelta(days=7) == LONGEST
    assert (wanted.since, wanted.until) == (max(began, NOW - LONGEST), NOW)
