"""A portrait is all that an archive holds of its accounts together, at the time it is asked for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.document import Filter
from picture.portrait import author, customers, weeks
from tests.desk.serving import fill, opened
from tests.sinks.messages import START, at, deletion, enriched, judgement

DAY = 24 * 60
ZONE = ZoneInfo("Europe/Amsterdam")
STARTS = weeks(START + timedelta(days=8), ZONE, 0, number=2)
MESSAGES = [
    enriched("1", author="anna", topics=("app",), followers=10),
    enriched("2", author="anna", topics=("app",), minute=DAY),
    enriched("3", source="rss", author="anna", sentiment="positive", topics=("price",), minute=8 * DAY, followers=7),
    enriched("4", source="rss", author="anna", sentiment=None, topics=("price", "app"), minute=3 * DAY),
    enriched("5", author="bert", minute=5),
]
CUSTOMERS = {"c1": ["file:anna", "rss:anna"], "c2": ["file:bert"], "c3": ["file:unheard"]}


@pytest.fixture
async def archive(tmp_path):
    async with opened(tmp_path / "archive.db") as one:
        await fill(one, MESSAGES)
        yield one


async def both(archive, **how):
    return await customers(archive, Filter(), CUSTOMERS, starts=STARTS, **how)


async def test_a_customer_is_all_its_accounts_together(archive):
    found = await both(archive)
    one = found["c1"]
    assert set(found) == {"c1", "c2"}
    assert [(account.author, account.mentions) for account in one.accounts] == [("file:anna", 2), ("rss:anna", 2)]
    assert (one.mentions, one.first_at, one.last_at) == (4, at(0), at(8 * DAY))
    assert (one.topics, one.channels) == ((("app", 3), ("price", 2)), (("file", 2), ("rss", 2)))
    felt = [(start, week.negative, week.positive, week.unjudged) for start, week in one.trend]
    assert felt == [(STARTS[0], 2, 0, 1), (STARTS[1], 0, 1, 0)]


async def test_reach_is_told_where_it_is_shown(archive):
    hidden, shown = (await both(archive))["c1"], await both(archive, show_reach=True)
    assert (hidden.reach, {account.reach for account in hidden.accounts}) == (None, {None})
    assert (shown["c1"].reach, shown["c2"].reach) == (17, None)


async def test_an_account_alone_is_its_own_portrait(archive):
    one = await author(archive, Filter(), "file:bert", starts=STARTS)
    assert ([account.author for account in one.accounts], one.mentions) == (["file:bert"], 1)
    assert await author(archive, Filter(), "file:unheard", starts=STARTS) is None


async def test_what_is_deleted_or_corrected_shows_at_once(archive):
    await archive.write([deletion("file:1", DAY), judgement("file:2", "sentiment", ("positive",), 3 * DAY)])
    one = (await both(archive))["c1"]
    assert (one.mentions, one.first_at) == (3, at(DAY))
    assert one.trend[0][1].positive == 1


def test_weeks_are_the_organisations():
    now = datetime(2026, 10, 28, 12, tzinfo=UTC)
    assert [start.astimezone(ZONE).strftime("%a %d %H:%M") for start in weeks(now, ZONE, 0, number=2)] == [
        "Mon 19 00:00", "Mon 26 00:00", "Mon 02 00:00"
    ]  # fmt: skip
    assert weeks(now, ZONE, 6, number=2)[1].astimezone(ZONE).strftime("%a %d %H:%M") == "Sun 25 00:00"
