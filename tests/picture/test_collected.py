"""Zero is shown only where it is known to be true."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import msgspec

from core.document import Filter
from core.types import Coverage
from picture.collected import LEFT, SEAM, Gap, collected_in, merge, reduce_coverage
from picture.extent import extent_of
from tests.desk.serving import fill, opened

DAY = datetime(2026, 3, 10, tzinfo=UTC)


def _row(source, start, end, gap=None):
    return Coverage(source=source, stream="all", cursor_to="", since=_at(start), until=_at(end), gap=gap)


def _at(hour):
    return DAY + timedelta(hours=hour)


def test_a_zero_outside_every_covered_stretch_is_not_known():
    collected = reduce_coverage([_row("a", 2, 6)])
    assert [collected.known(_at(hour), _at(hour + 1), 0) for hour in (1, 2, 5, 6)] == [False, True, True, False]


def test_a_gap_no_longer_than_a_seam_may_be_passed_over():
    collected = reduce_coverage([_row("a", 0, 10), _row("b", 3, 3.05, gap="restarted")])
    assert collected.touches_gap(_at(2), _at(5))
    assert not collected.touches_gap(_at(2), _at(5), longer=SEAM)


def test_a_zero_beside_one_sources_gap_is_not_known():
    collected = reduce_coverage([_row("a", 0, 10), _row("b", 0, 3), _row("b", 3, 5, gap="away"), _row("b", 5, 10)])
    assert not collected.known(_at(4), _at(5), 0)
    assert collected.known(_at(6), _at(7), 0)
    assert collected.known(_at(4), _at(5), 1)


def test_only_the_asked_sources_speak():
    rows = [_row("a", 0, 10), _row("b", 3, 5, gap="away")]
    assert reduce_coverage(rows, sources=("a",)).gaps == ()
    assert reduce_coverage(rows, sources=("b",)).stretches == ()


def test_gaps_that_follow_one_another_are_one():
    rows = [_row("a", 1, 2, gap="away"), _row("a", 2, 3, gap="away"), _row("a", 5, 6, gap="away")]
    assert reduce_coverage(rows).gaps == (
        Gap(source="a", since=_at(1), until=_at(3), reason="away"),
        Gap(source="a", since=_at(5), until=_at(6), reason="away"),
    )


def test_coverage_without_a_stretch_of_time_proves_nothing():
    collected = reduce_coverage([Coverage(source="file", stream="a", cursor_to="x", seen=5)])
    assert not collected.known(_at(0), _at(1), 0)


def test_small_seams_are_closed():
    minute = timedelta(minutes=1)
    assert merge([(DAY, DAY + minute), (DAY + 3 * minute, DAY + 4 * minute)]) == [(DAY, DAY + 4 * minute)]
    assert len(merge([(DAY, DAY + minute), (DAY + 30 * minute, DAY + 40 * minute)])) == 2


def _live(source, end, *, pace=0.25):
    """A source that was heard up to that hour, the last time after so many hours."""
    return [_row(source, 0, end - pace), _row(source, end - pace, end)]


def test_while_one_source_is_away_a_zero_is_not_known():
    collected = reduce_coverage([*_live("a", 10), *_live("b", 5)])
    assert [collected.known(_at(hour), _at(hour + 1), 0) for hour in (3, 4, 5, 9)] == [True, True, False, False]
    assert collected.known(_at(9), _at(10), 1)


def test_a_source_that_was_just_heard_is_there():
    assert reduce_coverage([*_live("a", 10), *_live("b", 9)]).known(_at(9), _at(10), 0)


def test_a_source_that_is_seldom_asked_is_there_until_it_should_have_been():
    rows = [*_live("a", 40), *_live("b", 10, pace=10)]
    assert not reduce_coverage(rows).known(_at(39), _at(40), 0)
    assert reduce_coverage([*_live("a", 30), *rows[2:]]).known(_at(29), _at(30), 0)


def test_a_source_that_is_no_longer_asked_leaves_the_rest_whole():
    collected = reduce_coverage([*_live("a", 24 * 30), *_live("b", 5)])
    assert collected.known(_at(5), _at(6), 0)
    assert collected.known(_at(700), _at(701), 0)


def test_a_source_that_came_later_leaves_what_was_before_whole():
    collected = reduce_coverage([*_live("a", 10), _row("b", 8, 10)])
    assert collected.known(_at(3), _at(4), 0)


async def test_a_source_that_is_away_since_before_the_stretch_leaves_it_not_whole(tmp_path):
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, [*_live("a", 10), *_live("b", 5)])
        last = Filter(since=_at(9))
        assert not (await extent_of(archive, last, until=_at(10))).whole
        assert (await extent_of(archive, msgspec.structs.replace(last, sources=("a",)), until=_at(10))).whole


async def test_what_is_asked_of_a_stretch_says_what_all_that_was_collected_says(tmp_path):
    """Sources of every pace that come, go, have gaps and overlap: each stretch of ten minutes to a day, of some sources."""
    chance = Random(3)
    rows = [*_heard(chance, "a", 0, 400), *_heard(chance, "b", 30, 250), *_heard(chance, "c", 190, 210)]
    async with opened(tmp_path / "archive.db") as archive:
        await fill(archive, rows)
        answers = set()
        for _ in range(200):
            since = _at(chance.uniform(150, 420))
            until = since + timedelta(hours=chance.choice([1 / 6, 1, 24]))
            sources = chance.choice([(), ("a",), ("b", "c")])
            asked = await collected_in(archive, since, until, sources=sources)
            whole = reduce_coverage(
                [row for row in rows if row.until > since - LEFT and row.since < until], sources=sources
            )
            edges = [since + part * (until - since) / 4 for part in range(5)]
            pairs = [*pairwise(edges), (since, until)]
            told = [asked.known(start, end, 0) for start, end in pairs]
            assert told == [whole.known(start, end, 0) for start, end in pairs]
            answers.add(tuple(told))
        assert len(answers) > 4


def _heard(chance, source, start, end):
    """What a source covered from hour to hour, and what it could not."""
    rows = []
    while start < end:
        next_ = start + chance.choice([0.2, 0.2, 0.25, 1, 3])
        gap = chance.choice([None] * 12 + ["away"])
        rows.append(_row(source, start - chance.choice([0, 0, 0.5]), next_, gap))
        start = next_ + chance.choice([0] * 30 + [0.05, 0.2, 5, 20])
    return rows
