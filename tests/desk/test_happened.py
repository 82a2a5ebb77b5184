"""What happened, in a real browser: beside the chart, on a page of its own, around each goal, and in the view for everybody."""

from datetime import timedelta

import pytest

from desk.store import annotations, happenings
from desk.store.happenings import Happening, Kind
from tests.desk.axe import unclean
from tests.desk.corpus import NOW
from tests.desk.foundation.organised import RULES, lead
from tests.desk.serving import everything, serving

PAGES = ("/", "/happenings", "/goals", "/everyone")
DAY = timedelta(days=1)


def happened():
    """An outage and a campaign of this week, two orders, and answers of three weeks with one between of which there is none."""
    outage = {"kind": Kind.OUTAGE, "since": NOW - 2 * DAY, "until": NOW - 2 * DAY + DAY / 8, "title": "Poortjes plat"}
    campaign = {"kind": Kind.CAMPAIGN, "since": NOW - 3 * DAY, "title": "Voorjaarsdienstregeling <b>2026</b>"}
    orders = [
        {"kind": Kind.ORDER, "since": NOW - 4 * DAY, "title": "Bestelling", "amount": 10.5, "unit": "EUR"}
        for _ in range(2)
    ]
    grades = [(0, 10), (0, 9), (0, 3), (1, 10), (3, 7)]
    answers = [
        {"kind": Kind.NPS, "since": NOW - DAY - weeks * 7 * DAY, "title": "Antwoord", "amount": grade}
        for weeks, grade in grades
    ]
    told = [outage, campaign, *orders, *answers]
    return [Happening(source="test", key=str(place), **one) for place, one in enumerate(told)]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("happened") / "archive.db", everything(), rules=RULES) as served:
        served.do(lead(served.desk))
        served.do(happenings.put(served.desk, happened(), by="ruth", at=NOW))
        yield served


def test_events_stand_in_the_chart_and_are_listed_by_number_below_it(reader):
    page = reader.enter("/?range=7d", language="nl")
    drawn = page.evaluate("JSON.parse(document.getElementById('chart-data').textContent).notes")
    assert [one["text"].partition(":")[0] for one in drawn] == ["Campagne", "Storing"]
    listed = page.locator(".notes ol li").all_inner_texts()
    assert ["Poortjes plat" in one for one in listed] == [False, True]
    assert "<b>2026</b>" in listed[0]
    assert "2 bestellingen: 21 EUR" in page.locator(".notes").inner_text()


def test_what_people_noted_comes_first_and_the_numbers_go_on(reader):
    told = {"since": NOW - DAY, "until": None, "text": "Persbericht", "by": "ruth", "at": NOW}
    note = reader.served.do(annotations.add(reader.served.desk, **told))
    page = reader.enter("/?range=7d", language="nl")
    drawn = page.evaluate("JSON.parse(document.getElementById('chart-data').textContent).notes")
    assert [(one["number"], one["text"].split()[0]) for one in drawn] == [
        (1, "Persbericht"),
        (2, "Campagne:"),
        (3, "Storing:"),
    ]
    numbered = page.locator(".notes").first.aria_snapshot()
    assert page.locator(".notes ol").last.get_attribute("start") == "2"
    assert numbered.index("Persbericht") < numbered.index("Campagne")
    reader.served.do(annotations.remove(reader.served.desk, note.id, by="ruth", at=NOW))


def test_how_likely_people_are_to_recommend_is_a_line_that_is_broken_where_nobody_answered(reader):
    page = reader.enter("/happenings", language="en")
    assert page.locator("svg.nps polyline").count() == 2
    assert page.locator("svg.nps circle").count() == 3
    page.locator("details summary").click()
    rows = [row.split("\t") for row in page.locator("details tbody tr").all_inner_texts()]
    assert [(answers, score) for _, answers, score in rows[:4]] == [("3", "+33"), ("1", "+100"), ("0", "–"), ("1", "0")]


def test_around_each_goal_stands_what_happened_in_its_periods(reader):
    page = reader.enter("/goals", language="nl")
    for goal in page.locator(".goal").all():
        assert "Poortjes plat" in goal.locator(".around").inner_text()


def test_an_event_is_taken_away(reader):
    page = reader.enter("/happenings", language="nl")
    page.get_by_role("button", name="Voorjaarsdienstregeling").click()
    page.wait_for_url("**/happenings")
    assert "Voorjaars" not in page.locator("main").inner_text()
    reader.served.do(happenings.put(reader.served.desk, happened(), by="ruth", at=NOW))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_they_are_clean_in_both_languages_and_on_a_telephone(reader, language, width):
    page = reader.enter("/glossary", language=language, width=width, bypass=True)
    assert unclean(reader, page, PAGES) == dict.fromkeys(PAGES, (0, []))
    assert reader.wrong == []
