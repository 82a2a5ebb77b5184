"""The watch list on the overview, in a real browser: which monitors are out of the ordinary, and why."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from desk.store import alarms
from desk.store.alarms import Alarm
from tests.desk.axe import faults, overhang
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW
from tests.desk.serving import everything, serving

MINUTE = timedelta(minutes=1)
LOUD = Alarm(
    monitor="Noorderlijn",
    level="alarm",
    looked_at=NOW - MINUTE,
    since=NOW - 30 * MINUTE,
    window=15,
    seen=84,
    expected=3.6,
    odds=12_345.0,
    weighed=("negative", "velocity"),
)
WATCHED = replace(LOUD, monitor="Utrecht", level="watch", seen=1, expected=0.2, odds=1e8, weighed=(), since=None)
CALM = Alarm(monitor="Kalm", level="calm", looked_at=NOW - MINUTE)
NEW = replace(CALM, monitor="Nieuw <b>", level="learning")


@pytest.fixture
def station(tmp_path, chromium):
    with serving(tmp_path / "archive.db", everything()[-300:]) as served:
        one = Visitor(chromium, served)
        yield one
        one.close()


def stands(station, *rows):
    station.served.do(alarms.put(station.served.desk, rows))


def test_the_gravest_stands_first_with_what_was_seen_and_what_is_usual(station):
    stands(station, CALM, WATCHED, LOUD, NEW)
    listed = station.enter().get_by_role("region", name="Out of the ordinary")
    rows = listed.get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Alarm Noorderlijn 84 messages in 15 min, where 4 would be usual")
    expect(rows.first).to_contain_text("once in 12,345 times; more negative than usual; rising fast; since")
    expect(rows.last).to_contain_text("1 message in 15 min, where fewer than one would be usual")
    expect(rows.last).to_contain_text("less than once in a million times")
    expect(listed).to_contain_text("Still learning what is usual for Nieuw <b>")


def test_it_leads_to_the_messages_of_that_stretch(station):
    stands(station, LOUD)
    page = station.enter(language="nl")
    page.get_by_role("region", name="Buiten het gewone").get_by_role("link", name="Noorderlijn").click()
    page.wait_for_url("**/search?*monitor=Noorderlijn*")
    assert "since=" in page.url


def test_it_changes_with_the_figures_of_an_open_page(station):
    stands(station, LOUD)
    page = station.enter()
    stands(station, replace(LOUD, level="watch"))
    told = page.evaluate("fetch('/figures').then(answer => answer.json()).then(told => told.html)")
    assert 'class="badge watch"' in told


def test_all_calm_shows_nothing(station):
    stands(station, CALM)
    expect(station.enter().get_by_text("Out of the ordinary")).to_have_count(0)


@pytest.mark.parametrize("one", [LOUD, CALM])
def test_it_says_so_where_nobody_looks_any_more(station, one):
    stands(station, replace(one, looked_at=NOW - 90 * MINUTE))
    expect(station.enter().get_by_role("region", name="Out of the ordinary")).to_contain_text("Nobody has looked since")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_clean_for_axe_and_hangs_over_no_edge(station, language, theme):
    stands(station, LOUD, WATCHED, NEW)
    page = station.enter(language=language, theme=theme, width=390, bypass=True)
    assert faults(page) == []
    assert overhang(page) == 0
