"""Notes beside the charts: written, read without the picture, drawn, removed, brought back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.errors import Reject
from desk.store import audit
from desk.web.pages.annotations import stretch

ZONE = ZoneInfo("Europe/Amsterdam")


def written(guest, text, **fields):
    page = guest.enter("/?range=7d")
    page.click("#notes summary")
    for name, value in {"day": "2026-03-24", "text": text, **fields}.items():
        page.fill(f"#note-{name}", value)
    page.click("#notes button[value=add]")
    page.wait_for_selector("#notes ol")
    return page


def test_a_note_is_written_removed_and_brought_back(guest):
    page = written(guest, "Campagne <b>gestart</b>", clock="14:30")
    assert "Tue 24 Mar 14:30 Campagne <b>gestart</b>" in page.locator("#notes li").inner_text()
    assert guest.served.noted == ["Campagne <b>gestart</b>"]
    page.click("#notes button[value=remove]")
    page.wait_for_selector("#notes .done")
    assert (page.locator("#notes li").count(), guest.served.noted) == (0, [])
    page.click("#notes button[value=restore]")
    page.wait_for_selector("#notes li")
    assert guest.served.noted == ["Campagne <b>gestart</b>"]
    did = [one.did for one in guest.served.do(audit.latest(guest.served.desk))]
    assert sorted(did) == ["made", "removed", "restored"]


def test_a_note_is_drawn_and_told_with_its_number(guest):
    plain = guest.enter("/?range=7d")
    plain.wait_for_selector("[data-chart=volume] canvas")
    picture = "document.querySelector('[data-chart=volume] canvas').toDataURL()"
    before = plain.evaluate(picture)
    page = written(guest, "Campagne", day="2026-03-22", last="2026-03-23")
    page.wait_for_selector("[data-chart=volume] canvas")
    assert page.evaluate(picture) != before
    assert page.evaluate("JSON.parse(document.getElementById('chart-data').textContent).notes[0].number") == 1
    assert "Sun 22 Mar – Mon 23 Mar" in page.locator("#notes li").inner_text()
    assert guest.wrong == []


@pytest.mark.parametrize(
    ("told", "since", "until"),
    [
        ({"day": "2026-03-29"}, datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (
            {"day": "2026-03-02", "last": "2026-03-03"},
            datetime(2026, 3, 1, 23, tzinfo=UTC),
            datetime(2026, 3, 3, 23, tzinfo=UTC),
        ),
        ({"day": "2026-07-01", "clock": "14:30"}, datetime(2026, 7, 1, 12, 30, tzinfo=UTC), None),
    ],
)
def test_a_day_is_the_organisations_own(told, since, until):
    assert stretch(told, ZONE) == (since, until)


@pytest.mark.parametrize("told", [{}, {"day": "3 nov"}, {"day": "2026-03-02", "last": "2026-03-01"}])
def test_a_day_that_is_none_is_refused(told):
    with pytest.raises(Reject):
        stretch(told, ZONE)
