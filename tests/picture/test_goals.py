"""A figure in each period against its target, on a real archive; what was not collected is never a zero."""

from datetime import UTC, datetime, timedelta

import pytest

from core.types import Author, Enriched, Finding, Mention
from picture.collected import reduce_coverage
from picture.goals import Measure, readings
from picture.periods import Period, edges
from playbook.queries import parse
from tests.desk import corpus
from tests.desk.api.asking import collected
from tests.desk.serving import fill, opened

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
COMPLAINTS = Measure(query=parse("intent:complaint", search=True), share=True, at_most=50)


def said(day, intent, count=1):
    """So many mentions at noon of that day of March."""
    author, found = Author(id="bluesky:a"), (Finding(name="intent", model="x", labels=(intent,)),)
    at = datetime(2026, 3, day, 12, tzinfo=UTC)
    return [
        Enriched(
            mention=Mention(
                id=f"bluesky:{day}-{intent}-{number}", source="bluesky", author=author, text="train", created_at=at,
                seen_at=at,
            ),
            findings=found,
        )
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture
async def archive(tmp_path):
    async with opened(tmp_path / "archive.db", lambda: NOW) as one:
        await fill(one, [*said(8, "complaint", 3), *said(8, "praise"), *said(9, "complaint"), *said(9, "praise", 3)])
        await fill(one, [*said(11, "complaint", 2), *said(7, "complaint", 2)])
        yield one


async def read(archive, measure, coverage, *, kept_since=NOW - 400 * DAY):
    """(value, verdict, what it lacks) from 6 March to today, day by day."""
    cut = edges(Period.DAY, NOW, count=6, zone=corpus.ZONE)
    found = await readings(
        archive, measure, edges=cut, collected=reduce_coverage(coverage), now=NOW, kept_since=kept_since
    )
    return [(one.value, one.verdict.value, one.lacks and one.lacks.value) for one in found]


WHOLE = [collected(NOW - 30 * DAY, NOW)]


async def test_a_share_is_held_against_its_target_day_by_day(archive):
    assert await read(archive, COMPLAINTS, WHOLE) == [
        (None, "unknown", "nothing"),
        (100.0, "missed", None),
        (75.0, "missed", None),
        (25.0, "reached", None),
        (None, "unknown", "nothing"),
        (100.0, "open", "running"),
    ]


async def test_of_what_was_not_collected_no_zero_is_told(archive):
    counted = Measure(query=parse("intent:complaint", search=True), at_least=1)
    coverage = [collected(datetime(2026, 3, 7, 23, tzinfo=UTC), NOW)]  # midnight in Amsterdam: from the 8th on
    assert await read(archive, counted, coverage) == [
        (None, "unknown", "uncollected"),
        (2.0, "reached", "uncollected"),  # more can only come
        (3.0, "reached", None),
        (1.0, "reached", None),
        (0.0, "missed", None),
        (2.0, "reached", "running"),
    ]


async def test_with_a_gap_only_what_is_certain_is_said(archive):
    gap = collected(datetime(2026, 3, 8, 8, tzinfo=UTC), datetime(2026, 3, 9, 20, tzinfo=UTC), gap="away")
    at_most = Measure(query=parse("intent:complaint", search=True), at_most=2)
    assert (await read(archive, at_most, [*WHOLE, gap]))[2:4] == [(3.0, "missed", "gap"), (1.0, "unknown", "gap")]
    assert (await read(archive, COMPLAINTS, [*WHOLE, gap]))[2:4] == [(75.0, "unknown", "gap"), (25.0, "unknown", "gap")]


async def test_what_is_older_than_kept_is_unknown(archive):
    found = await read(archive, COMPLAINTS, WHOLE, kept_since=datetime(2026, 3, 9, tzinfo=UTC))
    assert found[3] == (25.0, "unknown", "expired")


async def test_a_share_is_of_those_it_is_among(archive):
    of_praise = Measure(
        query=parse("intent:complaint", search=True), among=parse("intent:praise", search=True), share=True, at_most=1
    )
    assert (await read(archive, of_praise, WHOLE))[2] == (0.0, "reached", None)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.WEEK, "2026-02-22", "2026-03-15"),
        (Period.MONTH, "2026-01-01", "2026-04-01"),
        (Period.QUARTER, "2025-07-01", "2026-04-01"),
    ],
)
def test_periods_begin_at_local_midnight_and_the_running_one_is_the_last(period, first, last):
    cut = edges(period, NOW, count=3, zone=corpus.ZONE, week_start=6)
    days = [f"{one.astimezone(corpus.ZONE):%Y-%m-%d %H:%M}" for one in (cut[0], cut[-1])]
    assert (days, len(cut)) == ([f"{first} 00:00", f"{last} 00:00"], 4)
