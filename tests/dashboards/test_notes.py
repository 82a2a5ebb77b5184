"""Notes of the page in Grafana's charts: what its data source asks for and gets, from a desk and a real Elasticsearch."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from core.document import Filter
from core.time import milliseconds
from desk.store import annotations
from klankbord.keeping.annotated import annotate
from tests.dashboards import corpus
from tests.dashboards.conftest import board, written
from tests.dashboards.grafana import annotated, figure, shown
from tests.desk.store.made import opened_desk
from tests.sinks.elastic import opened

PREFIX = "noted"
ZONE = ZoneInfo("Europe/Amsterdam")
NOTED_AT = corpus.ago(days=3)


class House:
    """A desk and an archive that people ask through the page, and dashboards by themselves."""

    def __init__(self, desk, archive, door):
        self.desk, self.archive, self.door = desk, archive, door

    async def note(self, text, since=NOTED_AT, until=None):
        note = await annotations.add(self.desk, since=since, until=until, text=text, by="ruth", at=corpus.HOUR)
        await annotate(self, ZONE)
        return note

    def drawn(self, span):
        return annotated(self.door, board("overview"), span)


@pytest.fixture
async def house(elasticsearch_node, tmp_path):
    door = await written(elasticsearch_node.url, tmp_path, PREFIX, corpus.items())
    async with (
        opened(elasticsearch_node.url, tmp_path, prefix=PREFIX) as archive,
        opened_desk(tmp_path) as desk,
    ):
        yield House(desk, archive, door)


async def test_a_note_is_drawn_until_it_is_removed_and_again_when_it_is_brought_back(house, week):
    assert house.drawn(week) == []
    note = await house.note("Campagne begonnen")
    drawn = [{"time": milliseconds(NOTED_AT), "text": "Campagne begonnen"}]
    assert house.drawn(week) == drawn
    await annotations.remove(house.desk, note.id, by="ruth", at=corpus.HOUR)
    await annotate(house, ZONE)
    assert house.drawn(week) == []
    await annotations.restore(house.desk, note.id, by="ruth", at=corpus.HOUR)
    await annotate(house, ZONE)
    assert house.drawn(week) == drawn


async def test_a_stretch_is_drawn_where_one_of_its_ends_is_shown(house, week):
    await house.note("Staking", corpus.ago(days=9), corpus.ago(days=6))
    await house.note("Lang geleden", corpus.ago(days=12), corpus.ago(days=10))
    (drawn,) = house.drawn(week)
    assert drawn == {
        "time": milliseconds(corpus.ago(days=9)),
        "timeEnd": milliseconds(corpus.ago(days=6)),
        "text": "Staking",
    }


async def test_what_was_typed_is_no_markup(house, week):
    await house.note('<img src=x onerror="alert(1)"> & meer')
    assert house.drawn(week)[0]["text"] == "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; meer"


async def test_a_note_counts_in_no_figure(house, week):
    before = await _figures(house, week)
    await house.note("Campagne begonnen", NOTED_AT, NOTED_AT + timedelta(days=1))
    assert await _figures(house, week) == before == (10, 15, 10)


async def _figures(house, week):
    """A panel's, the archive's, and how many rows the list of latest mentions has."""
    (volume,) = shown(house.door, board("overview"), "Mentions", week)
    (latest,) = shown(house.door, board("overview"), "Latest mentions", week)
    return figure(volume), await house.archive.count(Filter(until=corpus.HOUR)), len(latest.columns["_id"])


async def test_every_board_over_mentions_draws_notes(house, week):
    await house.note("Campagne begonnen")
    assert len(annotated(house.door, board("customer"), week)) == 1
    assert "list" not in board("pipeline")["annotations"]
