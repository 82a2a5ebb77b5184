"""What people said: kept once however often it comes, the latest counts, and all of it is the record."""

from datetime import UTC, datetime, timedelta

import pytest

from core.types import Judgement, Mute
from desk.store import judgements
from desk.store.judgements import JudgementSink

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def judged(labels, *, minutes=0, mention="bluesky:1", name="sentiment"):
    return Judgement(mention=mention, name=name, labels=labels, by="ruth", at=NOW + timedelta(minutes=minutes))


def mute(minutes=0, **what):
    return Mute(by="ruth", at=NOW + timedelta(minutes=minutes), **what)


async def authors_of(mentions):
    return dict.fromkeys(mentions, "bluesky:anna")


@pytest.fixture
def sink(desk):
    return JudgementSink(desk, authors_of=authors_of, erased={"bluesky:9", "bluesky:gone"}.__contains__)


async def test_the_latest_by_time_counts_in_whatever_order_it_comes(desk, sink):
    first, last = judged(("negative",)), judged(("positive",), minutes=2)
    await sink.write([last, judged(("yes",), name="irrelevant")])
    await sink.write([first])
    assert await judgements.current(desk) == [judged(("yes",), name="irrelevant"), last]
    assert first in await judgements.record(desk)


async def test_what_comes_again_is_kept_once(desk, sink):
    batch = [judged(("negative",)), mute(word="reclame"), judged(("negative",))]
    for _ in range(2):
        assert await sink.write(batch) == []
    assert await judgements.record(desk) == [judged(("negative",))]
    assert await judgements.muted(desk) == [mute(word="reclame")]


async def test_that_something_was_said_can_be_seen_by_two_numbers(desk, sink):
    found = [await judgements.said(desk)]
    for one in (
        judged(("negative",)),
        judged(None, minutes=1),
        mute(word="reclame"),
        mute(minutes=1, word="reclame", lifted=True),
    ):
        await sink.write([one])
        found.append(await judgements.said(desk))
    assert found == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]


async def test_what_was_taken_back_counts_no_more(desk, sink):
    await sink.write([judged(("negative",)), judged(None, minutes=1), mute(author="bluesky:anna")])
    await sink.write([mute(minutes=1, author="bluesky:anna", lifted=True)])
    assert (await judgements.current(desk), await judgements.muted(desk)) == ([], [])


async def test_what_was_erased_stays_away(desk, sink):
    await sink.write([judged(("negative",), mention="bluesky:9"), mute(author="bluesky:gone")])
    assert (await judgements.record(desk), await judgements.muted(desk)) == ([], [])
