"""The timeline of a customer: all its accounts in one order, each entry once, and nothing that who asks may not see."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import Reject
from desk.customers import timeline as timelines
from desk.customers.timeline import OF_CASES, Kind, timeline
from desk.store.inbox import Looking
from tests.desk.api.asking import said
from tests.desk.cases.book import HOUR
from tests.desk.cases.book import NOW as MONDAY
from tests.desk.customers.book import ANNA, EVERYTHING, NOW, customer_of
from tests.desk.serving import fill


async def pages(asked, customer, **more):
    """Every entry, page by page."""
    found, after = [], ""
    while after is not None:
        page = await timeline(asked, customer, EVERYTHING, after=after, **more)
        found += page.entries
        after = page.after
    return found


async def test_all_accounts_and_kinds_stand_in_one_order(asked, customer):
    found = (await timeline(asked, customer, EVERYTHING)).entries
    assert [(one.kind.value, one.at - MONDAY) for one in found] == [
        ("note", HOUR),
        ("answered", HOUR),
        ("said", 0 * HOUR),
        ("case", 0 * HOUR),
        ("said", -HOUR),
        ("said", -2 * HOUR),
        ("happening", -2 * HOUR - HOUR / 2),  # not the outage before they were heard, and no order
        ("said", -3 * HOUR),
        ("account", -12 * HOUR),
        ("fact", -24 * HOUR),
        ("account", -24 * HOUR),
    ]
    assert (found[0].about.event.detail, found[1].about) == ("Belde terug.", None)  # the answer is not archived


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_each_entry_stands_on_one_page_whatever_its_size(asked, customer, monkeypatch, size):
    whole = (await timeline(asked, customer, EVERYTHING)).entries
    monkeypatch.setattr(timelines, "SIZE", size)
    assert await pages(asked, customer) == list(whole)


async def test_messages_of_one_moment_are_all_told_on_the_next_pages(asked, customer, monkeypatch):
    await fill(asked.archive, [said(100 + n, MONDAY - HOUR) for n in range(40)])
    monkeypatch.setattr(timelines, "SIZE", 3)
    found = [one.id for one in await pages(asked, customer, kinds=[Kind.SAID])]
    assert (len(found), len(set(found))) == (44, 44)


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_kind_is_shown_alone(asked, customer, kind):
    found = (await timeline(asked, customer, EVERYTHING, kinds=[kind])).entries
    assert {one.kind for one in found} == {kind}


async def test_who_may_see_no_cases_is_told_of_none(asked, customer):
    found = (await timeline(asked, customer, None)).entries
    assert {one.kind for one in found} == set(Kind) - OF_CASES
    elsewhere = Looking(me="x", units=frozenset({"press"}), at=NOW)
    found = (await timeline(asked, customer, elsewhere)).entries
    assert {one.kind for one in found} == set(Kind) - OF_CASES


async def test_an_account_that_may_not_be_told_is_in_nothing(asked, customer):
    shy = replace(asked, names=lambda author: author == ANNA)
    found = (await timeline(shy, await customer_of(shy), EVERYTHING)).entries
    assert "mastodon:1" not in {one.id for one in found}
    assert {one.kind for one in found} == {Kind.SAID, Kind.FACT, Kind.ACCOUNT, Kind.HAPPENING}


async def test_what_was_not_collected_is_told_with_the_page_it_belongs_to(asked, customer, monkeypatch):
    (gap,) = (await timeline(asked, customer, EVERYTHING)).gaps
    assert (gap.source, gap.reason, gap.until - gap.since) == ("mastodon", "away", timedelta(hours=1))
    monkeypatch.setattr(timelines, "SIZE", 2)
    assert (await timeline(asked, customer, EVERYTHING)).gaps == ()


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "2026-11-02T09:00:00 said x",
        "9999-12-31T00:00:00+00:00 said x",
        "0001-01-01T00:00:00+14:00 said x",
    ],
)
async def test_a_place_that_is_none_is_refused(asked, customer, after):
    with pytest.raises(Reject):
        await timeline(asked, customer, EVERYTHING, after=after)
