"""The tree of triage and the cards in a real browser: counts that open their messages, keyboard, both languages, both widths."""

import re

import pytest

from core.types import Judgement
from tests.desk.axe import faults, overhang
from tests.desk.corpus import NOW
from tests.desk.serving import serving
from tests.desk.test_customers import digits
from tests.desk.triaged import RULES, talk

SAID = (("bluesky:claim", "restore"), ("bluesky:rumour", "correct"))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    said = [Judgement(mention=mention, name="outcome", labels=(to,), by="anna", at=NOW) for mention, to in SAID]
    with serving(tmp_path_factory.mktemp("triage") / "archive.db", [*talk(), *said], rules=RULES) as served:
        yield served


def opened(page):
    """How many messages the search says that a link led to."""
    page.wait_for_url("**/search**")
    return digits(page.locator(".results h2").inner_text())


@pytest.mark.parametrize(("width", "shown"), [(1280, "wide"), (390, "narrow")])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_tree_is_clean_and_nothing_hangs_over(reader, language, width, shown):
    page = reader.enter("/triage", language=language, width=width, bypass=True)
    assert overhang(page) == 0
    tree = page.locator(f".{shown} .tree")
    assert tree.bounding_box()["width"] <= page.locator(".flow").bounding_box()["width"]
    assert page.locator(".tree:visible").count() == 1
    assert faults(page) == []


def test_each_answer_opens_as_many_messages_as_it_says(reader):
    page = reader.enter("/triage")
    counts = page.locator(".wide .tree .count").all_text_contents()
    assert len(counts) == 2 * len(RULES.triage.steps)
    place = next(place for place, said in enumerate(counts) if 0 < digits(said) < 50)
    page.locator(".wide .tree a:has(.count)").nth(place).focus()
    page.keyboard.press("Enter")
    assert opened(page) == digits(counts[place])


def test_what_people_said_otherwise_stands_at_the_question_that_led_away(reader):
    page = reader.enter("/triage")
    assert page.locator("#wide-legal text.last").text_content().endswith("1 said otherwise")
    page.locator(".flow summary").click()
    page.locator(".flow tbody tr:has(th:has-text('Is it about liability'))").first.locator("td.n a").last.click()
    assert opened(page) == 1
    assert "advocaat" in page.locator(".results").inner_text()


def test_units_get_what_is_one_click_away(reader):
    page = reader.enter("/triage?range=28d", language="nl")
    chip = page.locator("table.list a.chip", has_text="Webcare").first
    said = digits(chip.inner_text())
    chip.click()
    assert opened(page) == said > 0


def test_the_filter_narrows_what_is_counted(reader):
    page = reader.enter("/triage?q=Gerucht")
    assert re.match(r"1 message\b", page.locator("p.lead").inner_text())


def test_cards_are_shown_for_each_role_and_printed_without_the_rest(reader):
    page = reader.enter("/cards?role=agent", language="nl")
    assert page.locator(".sheet h2").all_inner_texts() == ["medewerker webcare"]
    assert "eerst laten bevestigen" in page.locator(".sheet").inner_text()
    page.emulate_media(media="print")
    assert not page.locator(".rail").is_visible()
    assert page.locator(".sheet").is_visible()


def test_without_triage_it_says_how_to_begin(visitor):
    page = visitor.enter("/triage", language="nl")
    assert "Nog geen beoordeling" in page.locator("main").inner_text()
