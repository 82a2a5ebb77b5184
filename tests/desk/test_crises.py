"""The pages of a crisis in a real browser: what others do while somebody looks, the big screen, and what nobody should see."""

import pytest

from desk.crisis import acts
from desk.store import crises
from tests.desk import cases_filled
from tests.desk import crises_filled as filled
from tests.desk.axe import unclean
from tests.desk.conftest import Visitor
from tests.desk.corpus import NOW
from tests.desk.serving import serving

PAGES = ("/crises", "/crisis?number=1", "/crisis/room?number=1")

HIDDEN_AGAIN = """() => {
  const stale = document.querySelector("[data-stale]");
  window.hiddenAgain = 0;
  new MutationObserver(() => { if (stale.hidden) window.hiddenAgain += 1; }).observe(stale, { attributes: true });
}"""
"""Counts how often what says that the page is stale goes away."""


@pytest.fixture
def guest(chromium, tmp_path):
    """The operator, at a desk where a crisis runs to which three of five cases belong."""
    items = [*cases_filled.messages(), *filled.messages()]
    with serving(tmp_path / "archive.db", items, rules=filled.RULES) as served:
        one = Visitor(chromium, served)
        one.anna, one.bert = served.do(filled.staff(served.desk))
        served.do(filled.fill(served.desk))
        one.crisis = served.do(filled.opened(served.desk))
        served.do(filled.with_cases(served.desk, one.crisis, 1, 2, 3))
        yield one
        one.close()


def done(guest, name):
    """Anna does a step."""
    desk, anna = guest.served.desk, filled.person(guest.anna, "Anna de Vries")
    saw = guest.served.do(crises.get(desk, guest.crisis.id)).version
    return guest.served.do(acts.step(desk, anna, guest.crisis.id, name, saw=saw, at=NOW))


def test_what_a_colleague_does_shows_while_the_page_is_read_and_what_is_written_stays(guest):
    page = guest.enter("/crisis?number=1")
    page.fill("#end-why", "Het is bijna stil")
    done(guest, "verify")
    page.wait_for_selector("[data-step=verify]:has-text('Anna de Vries')")
    assert page.input_value("#end-why") == "Het is bijna stil"
    assert guest.wrong == []


def test_evidence_stands_as_frozen_and_what_is_deleted_says_so(guest):
    page = guest.enter("/crisis?number=1")
    evidence = page.locator(".evidence").inner_text()
    assert "312 messages, 61" in evidence
    assert page.locator(".evidence .said").nth(1).inner_text().endswith("or its time to be kept is over.")
    assert "Loud" not in evidence  # its policy keeps authors in
    assert page.locator("main img, main script:not([type='application/json'])").count() == 0
    assert "broken" not in page.title()


def test_the_big_screen_fits_runs_and_says_when_it_does_not_refresh(guest):
    page = guest.enter("/crises", language="nl")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{guest.served.url}/crisis/room?number=1")
    over = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert over == [1920, 1080]
    began = page.locator("[data-runs]").inner_text()
    page.wait_for_function("began => document.querySelector('[data-runs]').textContent !== began", arg=began)
    done(guest, "verify")
    page.wait_for_selector(".next .big:has-text('Zeg hoe ernstig het is')")
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("[data-stale]:has-text('ververst niet')")


def test_a_refresh_that_fails_shows_until_one_succeeds_however_well_the_events_come_in(guest):
    page = guest.enter("/crisis/room?number=1")
    page.route("**/crisis/room*", lambda route: route.fulfill(status=503, body="away"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("[data-stale]:not([hidden])")
    page.evaluate(HIDDEN_AGAIN)
    with page.expect_response("**/crisis/room*"):
        done(guest, "verify")
    assert page.evaluate("window.hiddenAgain") == 0
    page.unroute("**/crisis/room*")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("[data-stale]", state="hidden")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_pages_are_clean_for_axe_and_nothing_hangs_over_the_edge(guest, language):
    page = guest.enter("/crises", language=language, width=390, bypass=True)
    assert unclean(guest, page, PAGES) == dict.fromkeys(PAGES, (0, []))
